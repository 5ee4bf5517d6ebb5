"""The engine of poll books: books of survey results that re-execute when a new wave arrives.

In a notebook: ``study = wavebook.open_study()``.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wavebook.estimates import EstimatingStudy

__all__ = ["open_study"]


def open_study(start: Path | str | None = None) -> EstimatingStudy:
    """Open the study of a checkout; each of its files is read when something in it is first asked for.

    Parameters
    ----------
    start
        A folder inside the checkout; by default the one the program runs in.
    """
    from wavebook.estimates import EstimatingStudy  # not above: who wants the estimators alone does not wait for it

    return EstimatingStudy.open(start)
