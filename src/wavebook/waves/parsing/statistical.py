"""Reads SPSS and Stata files: values with labels, dates that are counts, values declared missing."""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np

from wavebook.waves.parsing.columns import (
    CELLS_AT_ONCE,
    CONTROL,
    Content,
    Floats,
    Places,
    Unreadable,
    placed,
    plain,
    shortest,
    some,
)

_CLOCKS = {  # what a variable's format says that its numbers count: seconds a unit, from when
    "sav": [
        (re.compile(r"([AEJS]?DATE|DATETIME|YMDHMS|MOYR|QYR|WKYR)\d"), 1.0, datetime(1582, 10, 14)),
        (re.compile(r"D?TIME\d"), 1.0, None),
    ],
    "dta": [
        (re.compile("%-?t?d"), 86400.0, datetime(1960, 1, 1)),
        (re.compile("%-?t[cC](HH|hh)"), 0.001, None),
        (re.compile("%-?t[cC]"), 0.001, datetime(1960, 1, 1)),
    ],
}


def read_statistical(kind: str, path: Path, content: Content) -> None:
    """Read an SPSS ("sav") or Stata ("dta") file."""
    with path.open("rb") as file:
        if file.read(11) == b"<stata_dta>":  # the labels stand last, and are not missed
            file.seek(max(-20, -path.stat().st_size), os.SEEK_END)
            if b"</stata_dta>" not in file.read():
                raise Unreadable("cannot be read as Stata: it ends too early")
    names, columns, known, about = _parse(kind, path)
    content.synthetic = (about.file_label or "").strip().casefold().startswith("synthetic")
    hidden = 0
    for raw, column, numbers in zip(names, columns, known, strict=True):
        name = content.tidy(raw)
        content.labels[name] = content.tidy(about.column_names_to_labels[raw] or "")
        labels = about.variable_value_labels.get(raw, {})
        is_missing: Callable[[Any], bool] = partial(_is_missing, ranges=about.missing_ranges.get(raw, []))
        if labels:
            if kind == "dta":  # Stata codes what is missing by letters instead of numbers
                is_missing = _is_text
            cells = [cell if kind == "sav" or not isinstance(cell, str) or cell in labels else None for cell in numbers]
            content.add_answers(name, column, cells, labels, is_missing)
        elif about.readstat_variable_types[raw] == "string":
            hidden += _add_unlabelled(content, name, column, list(numbers), is_missing)
        else:
            different, places = np.unique(column, return_inverse=True)
            clock = next((c for c in _CLOCKS[kind] if c[0].match(about.original_variable_types[raw] or "")), None)
            write = partial(_moment, unit=clock[1], origin=clock[2]) if clock else None
            hidden += _add_unlabelled(content, name, places, different.tolist(), is_missing, write)
    if hidden:
        content.notes.append(f"user-missing values of variables without labels made missing: {hidden}")


def _parse(kind: str, path: Path) -> tuple[list[str], list[Any], list[dict[Any, int]], Any]:
    """Read an SPSS or Stata file in pieces, for the sake of memory.

    Returns
    -------
    tuple
        Names; columns, of floats or of places among different cells; these cells (none: floats); what else is known.
    """
    import pyreadstat

    parse = {"sav": pyreadstat.read_sav, "dta": pyreadstat.read_dta}[kind]
    options = {"output_format": "dict", "user_missing": True, "disable_datetime_conversion": True}
    names: list[str] = []
    parts: list[list[Any]] = []
    known: list[dict[Any, int]] = []
    offset, rows, found = 0, 1000, 1000
    while found == rows:
        rows = max(1000, CELLS_AT_ONCE // len(names)) if names else 1000
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            data, about = parse(path, row_offset=offset, row_limit=rows, **options)
        if doubled := [
            m[1] for warning in said if (m := re.match("column '(.*)' is dup", str(warning.message), re.DOTALL))
        ]:
            raise Unreadable(f"more than one column is named {some([CONTROL.sub(' ', name) for name in doubled])}")
        if not offset:
            names = list(data)
            parts, known = [[] for _ in names], [{} for _ in names]
        found = len(data[names[0]]) if names else 0
        for name, part, numbers in zip(names, parts, known, strict=True):
            cells = data.pop(name)
            is_coded = name in about.variable_value_labels or about.readstat_variable_types[name] == "string"
            part.append(placed(cells, numbers, found) if is_coded else _floats(cells))
        offset += found
    return names, [np.concatenate(part) for part in parts], known, about


def _add_unlabelled(
    content: Content,
    name: str,
    places: Places,
    cells: list[Any],
    is_missing: Callable[[Any], bool],
    write: Callable[[float], str | None] | None = None,
) -> int:
    """Add a column without what the file declares missing, and tell how many cells that are."""
    gone = np.array([is_missing(cell) for cell in cells], dtype=bool)[places]
    content.add_cells(name, np.where(gone, -1, places), [write(cell) for cell in cells] if write else cells)
    return int(gone.sum())


def _is_text(cell: Any) -> bool:
    return isinstance(cell, str)


def _is_missing(cell: Any, ranges: list[dict[str, Any]]) -> bool:
    """Tell whether an SPSS file itself declares a code missing."""
    return any(
        isinstance(cell, str) == isinstance(r["lo"], str) and r["lo"] <= cell <= r["hi"]
        for r in ranges
        if cell is not None
    )


def _floats(cells: list[Any]) -> Floats:
    """Make numbers of cells; the letters by which Stata tells kinds of missing are none."""
    try:
        return np.array(cells, dtype=float)
    except ValueError:
        return np.array([None if isinstance(cell, str) else cell for cell in cells], dtype=float)


def _moment(count: float, unit: float, origin: datetime | None) -> str | None:
    """Write a date without a time if it is midnight, or, without an origin, a time."""
    if not isfinite(count):
        return None
    try:
        since = timedelta(seconds=round(count * unit))
        return plain(since if origin is None else origin + since)
    except OverflowError:
        return shortest(count)
