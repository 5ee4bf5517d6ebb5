"""A figure as something that can be cited: all that it shows, where that comes from, and the version it has."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import math
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any, ClassVar, Self

from wavebook.figures.schema import arguments, check_schema
from wavebook.figures.specification import drawn

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet runs a text that begins so."""
_DIGITS = 6  # of numbers in what a figure says: finer than any that is read, coarser than what differs between machines
_SAID = ("wave", "series", "house", "place", "fieldwork", "mode", "n", "question", "evidence", "key")


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
        The ids of the items of which it gives shares, by which the program finds them.
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

    @classmethod
    def from_dict(cls, plain: dict[str, Any], where: str) -> Self:
        """Make a source from its plain values in the record that is found `where`."""
        return cls(**{**arguments(cls, plain, where), "items": tuple(plain.get("items", ()))})


@dataclass(frozen=True)
class FigureRecord:
    """All that a figure shows.

    Attributes
    ----------
    schema
        The number of its fields' schema: one more for each field that is added here, to `Source`, to `Provenance`, or to
        what an edition stores beside them.
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
    keys, values
        The columns that tell the rows apart, and those that hold what a row tells.
    measured
        Plain sentences on how the numbers were measured, which a caption is too short for.
    stored
        The version under which it was released, if it was; kept even where another would be computed now.
    """

    schema: ClassVar[int] = 1

    id: str
    title: str
    caption: str
    alt: str
    spec: dict[str, Any]
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    sources: tuple[Source, ...]
    keys: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    measured: tuple[str, ...] = ()
    stored: str | None = field(default=None, compare=False, repr=False, kw_only=True)

    @cached_property
    def version(self) -> str:
        """First 8 hex digits of the hash of what the figure says; of a released one, those under which it was released."""
        content = json.dumps(self.says(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return self.stored or hashlib.sha256(content.encode()).hexdigest()[:8]

    def says(self) -> dict[str, Any]:
        """What the figure says, by name: nothing of how it looks, and nothing by which only the program finds its way.

        Two figures that say the same are the same, whatever drew them. A field that comes later is put in only where it
        holds something, so that what was said before stays what it was.
        """
        said = {
            "id": self.id,
            "title": self.title,
            "caption": self.caption,
            "alt": self.alt,
            "columns": self.columns,
            "rows": self.rows,
            "keys": self.keys,
            "values": self.values,
            "measured": self.measured,
            "sources": [{name: getattr(source, name) for name in _SAID} for source in self.sources],
            "drawing": drawn(self.spec),
        }
        return {name: _steady(part) for name, part in said.items()}

    @property
    def synthetic(self) -> bool:
        """Whether anything in it is made up."""
        return any(source.evidence == "synthetic" for source in self.sources)

    @property
    def evidence(self) -> tuple[str, ...]:
        """What it rests on, each once."""
        return tuple(dict.fromkeys(source.evidence for source in self.sources))

    @property
    def citekeys(self) -> tuple[str, ...]:
        """Entries of the bibliography that it rests on, each once."""
        return tuple(dict.fromkeys(source.key for source in self.sources))

    def to_dict(self) -> dict[str, Any]:
        """Turn into plain values that JSON can hold."""
        plain = asdict(self)
        del plain["stored"]
        return {"schema": self.schema, **plain}

    @classmethod
    def from_dict(cls, plain: dict[str, Any], where: str = "") -> Self:
        """Make a record from what `to_dict` gave, now or with fewer fields.

        Parameters
        ----------
        where
            The file or page that holds it, for what is said of a fault.

        Raises
        ------
        Refused
            If it is of a newer schema, has fields that its schema does not have, or lacks some.
        """
        where = where or f"figure {plain.get('id', '')}"
        check_schema(plain, cls.schema, where)
        given = arguments(cls, plain, where)
        given |= {name: tuple(given[name]) for name in ("columns", "keys", "values", "measured") if name in given}
        given["rows"] = tuple(tuple(row) for row in given["rows"])
        given["sources"] = tuple(Source.from_dict(source, where) for source in given["sources"])
        return cls(**given)

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


def _steady(value: Any) -> Any:
    """The same value with numbers as every machine writes them: 2.0 as 2, no last digits, nothing for what is no number."""
    match value:
        case dict():
            return {str(name): _steady(part) for name, part in value.items()}
        case list() | tuple():
            return [_steady(part) for part in value]
        case float():
            if not math.isfinite(value):
                return None
            near = round(value, _DIGITS)
            return int(near) if near.is_integer() else near
    return value


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

    @classmethod
    def from_dict(cls, plain: dict[str, Any], where: str) -> Self:
        """Make it from its plain values in the record that is found `where`."""
        return cls(**arguments(cls, plain, where))
