"""Columns as they are read, and what is known about them: the one shape that every format is brought into."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from math import isfinite, nan
from typing import Any

import numpy as np
import pyarrow as pa

Floats = np.ndarray[Any, np.dtype[np.float64]]
Places = np.ndarray[Any, np.dtype[np.integer[Any]]]
STAMP_VARIABLE = "wavebook_synthetic"  # a file with such a column says that its respondents are made up
CELLS_AT_ONCE = 4_000_000  # SPSS and Stata cells come as Python objects, some 32 bytes each
EXACT = 2**53  # whole numbers beyond are identifiers that as float64 would not stay apart: they stay texts
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]+")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,4})?", re.ASCII)


class Unreadable(Exception):
    """A file that cannot be read; its text says why in one sentence."""


class Content:
    """Columns as they are read, and what is known about them."""

    def __init__(self) -> None:
        self.columns: list[tuple[str, pa.Array]] = []
        self.labels: dict[str, str] = {}
        self.codes: dict[str, dict[str, float]] = {}
        self.declared: dict[str, list[str]] = {}
        self.notes: list[str] = []
        self.first_row = 1
        self.is_sheet = False
        self.synthetic = False
        self._tidied = self._infinite = 0
        self._merged: list[str] = []

    def tidy(self, text: str) -> str:
        """Strip a text; control characters in it become one space."""
        text, runs = CONTROL.subn(" ", text.strip())
        self._tidied += bool(runs)
        return text.strip()

    def add_numbers(self, name: str, numbers: Floats) -> None:
        """Add a column of numbers."""
        infinite = np.isinf(numbers)
        self._infinite += int(infinite.sum())
        self.columns.append((name, pa.array(np.where(infinite, nan, numbers))))

    def add_cells(self, name: str, places: Places, cells: list[Any], *, comma: bool = False) -> None:
        """Add a column without labels: numbers if every cell is one, else texts.

        Parameters
        ----------
        name, places, cells
            The column's name; which of `cells` each row holds (-1: none); the different cells: texts, floats, None.
        comma
            Whether a decimal comma makes a number.
        """
        occurs = np.bincount(places[places >= 0], minlength=len(cells))
        texts = [self.text(cell) if n else "" for cell, n in zip(cells, occurs, strict=True)]
        numbers = [as_number(text, comma=comma) if text else nan for text in texts]
        if None in numbers:
            texts = [text if (number := as_number(text)) is None else shortest(number) for text in texts]
            self._add_texts(name, places, texts, sorted(set(texts) - {""}))
        else:
            self.add_numbers(name, np.array([*numbers, nan], dtype=float)[places])

    def add_answers(
        self, name: str, places: Places, cells: list[Any], labels: dict[Any, str], is_missing: Callable[[Any], bool]
    ) -> None:
        """Add a column whose codes have labels; its cells are numbers, texts and None."""
        labels = {code: text for code, label in labels.items() if (text := self.tidy(label))}
        texts = [labels.get(cell) or self.text(cell) for cell in cells]
        known = [(code, text) for code, text in (labels | dict(zip(cells, texts, strict=True))).items() if text]
        known.sort(key=lambda pair: (isinstance(pair[0], str), pair[0]))
        categories = list(dict.fromkeys(text for _, text in known))
        if len(categories) < len(known):
            self._merged.append(name)
        codes = self.codes[name] = dict[str, float]()
        for code, text in known:
            if not isinstance(code, str) and isfinite(code):
                codes.setdefault(text, float(code))
        self.declared[name] = sorted(
            {text for cell, text in zip(cells, texts, strict=True) if text and is_missing(cell)}
        )
        self._add_texts(name, places, texts, categories)

    def text(self, cell: Any) -> str:
        """Write a cell as text: the shortest one of a number, none of what is missing."""
        if isinstance(cell, (int, float)):
            return shortest(cell) if isfinite(cell) else ""
        return self.tidy(cell) if cell else ""

    def _add_texts(self, name: str, places: Places, texts: list[str], categories: list[str]) -> None:
        """Add a column of texts; of its categories, in their order, those that occur."""
        place = {text: i for i, text in enumerate(categories)}
        codes = np.array([*(place.get(text, -1) for text in texts), -1], dtype=np.int32)[places]
        occurs = np.bincount(codes[codes >= 0], minlength=len(categories)) > 0
        codes = np.append(np.cumsum(occurs) - 1, -1)[codes].astype(np.min_scalar_type(-len(categories) - 1))
        kept = [text for text, here in zip(categories, occurs, strict=True) if here]
        array = pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0), pa.array(kept, pa.string()))
        self.columns.append((name, array))

    def table(self) -> pa.Table:
        """Check the columns as a whole and return them, with the rest as JSON in the metadata of the schema."""
        if self.is_sheet:
            self._drop_empty_ends()
        names = [name for name, _ in self.columns]
        if nameless := [str(place) for place, name in enumerate(names, 1) if not name]:
            raise Unreadable(f"columns without a name: {some(nameless)}, counted from the left")
        if repeated := [name for name, times in Counter(names).items() if times > 1]:
            raise Unreadable(f"more than one column is named {some(repeated)}")
        if not names:
            raise Unreadable("there are no columns in it")
        if not len(self.columns[0][1]):
            raise Unreadable("there are no respondents in it")
        for count, what in (
            (self._tidied, f"texts out of which control characters were taken: {self._tidied}"),
            (self._infinite, f"infinite numbers made missing: {self._infinite}"),
            (self._merged, f"codes that have the same label are one answer in {some(self._merged)}"),
        ):
            if count:
                self.notes.append(what)
        rest = {
            "labels": {name: label for name, label in self.labels.items() if label},
            "codes": self.codes,
            "declared_missing": {name: texts for name, texts in self.declared.items() if texts},
            "notes": self.notes,
            "first_row": self.first_row,
            "synthetic": self.synthetic or STAMP_VARIABLE in names,
        }
        table = pa.Table.from_arrays([array for _, array in self.columns], names=names)
        return table.replace_schema_metadata({"rest": json.dumps(rest)})

    def _drop_empty_ends(self) -> None:
        """Drop what spreadsheets leave at the edges: nameless empty columns to the right, empty rows below."""
        before, rows, filled = len(self.columns), len(self.columns[0][1]), 0
        while self.columns and not self.columns[-1][0] and _absent(self.columns[-1][1]).all():
            self.columns.pop()
        for _, array in self.columns:
            here = np.flatnonzero(~_absent(array))
            filled = max(filled, int(here[-1]) + 1 if len(here) else 0)
        self.columns = [(name, array.slice(0, filled)) for name, array in self.columns]
        if len(self.columns) < before:
            self.notes.append(f"empty columns at the end left out: {before - len(self.columns)}")
        if filled < rows:
            self.notes.append(f"empty rows at the end left out: {rows - filled}")


def shortest(number: float) -> str:
    """Write a number in the shortest way that is exact."""
    return str(int(number)) if abs(number) < EXACT and number == int(number) else repr(number)


def as_number(text: str, *, comma: bool = False) -> float | None:
    """Read a number, with a decimal comma if that may be one; None for an identifier too long to be exact."""
    if comma:
        text = text.replace(",", ".", 1)
    if not _NUMBER.fullmatch(text):
        return None
    number = float(text)
    is_identifier = abs(number) >= EXACT and text.lstrip("+-").isdigit()
    return number if isfinite(number) and not is_identifier else None


def some(names: list[str]) -> str:
    """List the first few names, short enough for a message."""
    short = [name if len(name) <= 40 else name[:39] + "…" for name in names[:5]]
    return ", ".join(short) + (f" and {len(names) - 5} more" if len(names) > 5 else "")


def _absent(array: pa.Array) -> np.ndarray[Any, np.dtype[np.bool_]]:
    mask = array.indices.is_null() if pa.types.is_dictionary(array.type) else array.is_null(nan_is_null=True)
    return mask.to_numpy(zero_copy_only=False)


def placed(cells: Iterable[Any], known: dict[Any, int], count: int) -> Places:
    """Number cells by their first appearance, in `known` and from there on."""
    return np.fromiter((known.setdefault(cell, len(known)) for cell in cells), np.int32, count)


def plain(cell: Any) -> Any:
    """Write what is neither text nor number; of moments, whole seconds, and no time if it is midnight."""
    if isinstance(cell, (str, float)) or cell is None:
        return cell
    if isinstance(cell, datetime):
        return cell.isoformat(timespec="seconds").removesuffix("T00:00:00")
    if isinstance(cell, timedelta):
        minutes, seconds = divmod(round(cell.total_seconds()), 60)
        return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"
    return str(cell)
