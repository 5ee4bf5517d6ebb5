"""A figure as something that can be cited: all that it shows, where that comes from, and the version it has."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, Self

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet runs a text that begins so."""


@dataclass(frozen=True)
class Source:
    """What one wave gives to a figure.

    Attributes
    ----------
    wave, series, house, place, fieldwork, mode
        The wave's id, and in words its series, survey house, country, time and mode of interview.
    n
        Respondents, in words: "1,500", "1,500 (assumed)", "not found".
    question
        The question as asked, or what was asked if the wording is not held.
    evidence
        "published", "microdata" or "synthetic".
    key
        The entry of `book/references.bib`.
    items
        The ids of the items of which it gives shares; none in records of before they were told.
    """

    wave: str
    series: str
    house: str
    place: str
    fieldwork: str
    mode: str
    n: str
    question: str
    evidence: str
    key: str
    items: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Turn into plain values; a record of before `items` stays what it was, and so does its figure's version."""
        plain = asdict(self)
        return plain if self.items else {name: value for name, value in plain.items() if name != "items"}

    @classmethod
    def from_dict(cls, plain: dict[str, Any]) -> Self:
        """Make a source from what `to_dict` gave."""
        return cls(**{**plain, "items": tuple(plain.get("items", ()))})


@dataclass(frozen=True)
class FigureRecord:
    """All that a figure shows.

    Attributes
    ----------
    id
        Its permanent name.
    title
        What it is about, in a line of plain text.
    caption, alt
        MyST markdown, and plain text for those who do not see the drawing.
    spec
        The Vega-Lite specification with its data.
    columns, rows
        The numbers as a table for readers; rows of texts, numbers and None.
    sources
        The waves that it rests on.
    """

    id: str
    title: str
    caption: str
    alt: str
    spec: dict[str, Any]
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    sources: tuple[Source, ...]

    @cached_property
    def version(self) -> str:
        """First 8 hex digits of the hash of the content: specification with data, caption, alt text, table, sources."""
        content = json.dumps(self.to_dict(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(content.encode()).hexdigest()[:8]

    @property
    def synthetic(self) -> bool:
        """Whether anything in it is made up."""
        return any(source.evidence == "synthetic" for source in self.sources)

    @property
    def evidence(self) -> tuple[str, ...]:
        """What it rests on, each once."""
        return tuple(dict.fromkeys(source.evidence for source in self.sources))

    @property
    def keys(self) -> tuple[str, ...]:
        """Entries of the bibliography that it rests on, each once."""
        return tuple(dict.fromkeys(source.key for source in self.sources))

    def to_dict(self) -> dict[str, Any]:
        """Turn into plain values that JSON can hold."""
        return {**asdict(self), "sources": [source.to_dict() for source in self.sources]}

    @classmethod
    def from_dict(cls, plain: dict[str, Any]) -> Self:
        """Make a record from what `to_dict` gave."""
        rest = {"columns": tuple(plain["columns"]), "rows": tuple(tuple(row) for row in plain["rows"])}
        return cls(**{**plain, **rest, "sources": tuple(Source.from_dict(source) for source in plain["sources"])})

    def shows(self, item: str, response: str, by: str = "", wave: str | None = None) -> bool:
        """Whether the share of an answer stands in the table, as `trend_data` and `shares_data` lay tables out.

        Parameters
        ----------
        by
            The division into groups; empty for all respondents.
        wave
            Only of this wave.
        """
        if not any(item in source.items and wave in (None, source.wave) for source in self.sources):
            return False
        if "answer" not in self.columns or (by and "among" not in self.columns):
            return False
        wanted = {"answer": response, "item": item, "among": by} | ({} if wave is None else {"wave": wave})
        cells = [(self.columns.index(name), value) for name, value in wanted.items() if name in self.columns]
        return any(all((row[at] or "") == value for at, value in cells) for row in self.rows)

    def csv(self) -> str:
        """The table as CSV; a text that a spreadsheet would run is preceded by an apostrophe."""
        written = io.StringIO()
        writer = csv.writer(written, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows([_harmless(cell) for cell in row] for row in self.rows)
        return written.getvalue()


def _harmless(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell


@dataclass(frozen=True)
class Provenance:
    """How a version of a figure was made.

    Attributes
    ----------
    page, notebook, cell, parameters
        The page's id, its notebook, the number of the cell that published the figure, the page's parameters.
    inputs
        SHA-256 of every file that the page may depend on, by its path below the root.
    engine, python, lock
        Version of this program, of Python, and SHA-256 of requirements.lock.
    code
        One digest of the files of the program that the page rests on.
    """

    page: str
    notebook: str
    cell: int
    parameters: dict[str, Any]
    inputs: dict[str, str]
    engine: str
    python: str
    lock: str
    code: str = ""
