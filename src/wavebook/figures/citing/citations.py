"""Cites a figure: the book with the figure's permanent id and version, and the survey houses and publications behind it.

Everything is first put as CSL items in plain text. RIS and APA are made from those. A source that was read in another
one is followed by that one; APA lists the latter alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Literal

from wavebook.figures.citing.apa import apa
from wavebook.figures.citing.bibtex import bibtex
from wavebook.figures.citing.cited import Cited, items_of
from wavebook.figures.citing.ris import ris
from wavebook.study.faults import refuse

__all__ = ["FORMATS", "Cited", "Format", "cite"]

Format = Literal["bibtex", "ris", "csl", "apa"]
FORMATS: tuple[Format, ...] = ("bibtex", "ris", "csl", "apa")


def cite(cited: Cited, format: Format) -> str:  # noqa: A002 - the word that readers know
    """Write the citation of a figure, and those of its sources after it."""
    if format not in WRITERS:
        raise refuse("citation", f"there is no format {format!r}; there are {', '.join(FORMATS)}")
    return WRITERS[format](cited)


def csl(cited: Cited) -> str:
    """Write a figure and its sources as CSL JSON."""
    return json.dumps(items_of(cited), ensure_ascii=False, indent=2) + "\n"


WRITERS: dict[str, Callable[[Cited], str]] = {"bibtex": bibtex, "ris": ris, "csl": csl, "apa": apa}
