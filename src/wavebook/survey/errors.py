"""The refusal of data that an estimator cannot use."""

from __future__ import annotations

import pandas as pd
from numpy.typing import ArrayLike


class SurveyError(ValueError):
    """Data or a design that cannot be used; the message names the column and the rows."""


def rows(index: pd.Index, bad: ArrayLike, most: int = 5) -> str:
    """Name the rows of a frame that a mask marks: "rows 3, 8 and 12 more"."""
    labels = [str(label) for label in index[pd.Series(bad).to_numpy(bool)]]
    word = "row" if len(labels) == 1 else "rows"
    more = f" and {len(labels) - most} more" if len(labels) > most else ""
    return f"{word} {', '.join(labels[:most])}{more}"
