"""How rows and values of a figure's table are told: in the table's own words, with units and intervals."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from wavebook.figures.record import FigureRecord
from wavebook.figures.words import MINUS, group_words, several

Row = Mapping[str, Any]
"""A row of a figure's table, by column."""

NOTHING = "none"
_POINTS = "points"
_UNITS = ("per cent", _POINTS, "respondents")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_NUMBER = re.compile(r"[<>]?(-?\d+(\.\d+)?)")


def rows_by(figure: FigureRecord, keys: Sequence[str]) -> dict[tuple[str, ...], dict[str, Any]]:
    """The rows of a figure by what tells them apart."""
    rows = (dict(zip(figure.columns, row, strict=True)) for row in figure.rows)
    return {tuple(_text(row[key]) for key in keys): row for row in rows}


class Names:
    """Names the rows of two versions of a figure by those keys in which any two of them differ.

    Parameters
    ----------
    old, new
        The versions.
    keys
        The columns that tell their rows apart.
    """

    def __init__(self, old: FigureRecord, new: FigureRecord, keys: Sequence[str]) -> None:
        rows = [*rows_by(old, keys).values(), *rows_by(new, keys).values()]
        self._keys = [key for key in keys if len({_text(row[key]) for row in rows}) > 1]
        self._waves = {**_waves(old), **_waves(new)}

    def __call__(self, row: Row) -> str:
        """Name a row: "spring 2023, favourable", "age 18–29", "18 May 2023, China"; nothing if there is one row only."""
        words = [self._word(row, key) for key in self._keys if not (key == "among" and "group" in self._keys)]
        said = ", ".join(word for word in words if word)
        return f"“{said}”" if ": " in said else said

    def _word(self, row: Row, key: str) -> str:
        cell = _text(row[key])
        if key == "wave":
            return _text(row.get("time")) or self._waves.get(cell, cell)
        if key == "item":
            return cell.replace("-", " ")
        if key == "group":
            among = _text(row["among"]) if "among" in self._keys else ""
            return " ".join(part for part in (among, group_words(cell)) if part)
        return in_words(cell)


def _waves(figure: FigureRecord) -> dict[str, str]:
    """The waves of a figure as a reader knows them: by time, and by place where there are several."""
    places = len({source.place for source in figure.sources}) > 1
    named = {
        source.wave: f"{source.place}, {source.fieldwork}" if places else source.fieldwork for source in figure.sources
    }
    return named if len(set(named.values())) == len(named) else {}


def say_values(row: Row, values: Sequence[str]) -> str:
    """Tell what a row holds: "55 per cent (52.0 to 58.0)", "difference +2.1 points, ratio 1.06"."""
    return _together({name: _with_interval(row, name) for name in values if _text(row[name])})


def say_change(old: Row, new: Row, values: Sequence[str]) -> str:
    """Tell what became of the values of a row: "58 → 57.6 per cent (54.3 to 60.8)"."""
    changed = [name for name in values if not same(old[name], new[name])]
    return _together({name: f"{say(name, old[name])} → {_with_interval(new, name)}" for name in changed})


def say_interval_change(old: Row, new: Row, values: Sequence[str]) -> str:
    """Tell which intervals of a row changed though their values did not; nothing if none did."""
    told = []
    for name in values:
        ends = interval_columns(new, name)
        if ends and interval_columns(old, name) and not all(same(old[end], new[end]) for end in ends):
            before, after = (_interval(row, name, "2") or NOTHING for row in (old, new))
            told.append(f"{_label(name)} interval {before} → {after}".strip())
    return ", ".join(told)


def size_of_change(old: Row, new: Row, values: Sequence[str]) -> float:
    """By how much the value of a row changed that changed most; words count for more than any number."""
    pairs = [(_number(old[name]), _number(new[name])) for name in values if not same(old[name], new[name])]
    return max(math.inf if None in pair else abs(pair[1] - pair[0]) for pair in pairs)  # type: ignore[operator]


def _number(cell: Any) -> float | None:
    """The number that a cell holds, also as text and as a bound; None if it holds words or nothing."""
    found = _NUMBER.fullmatch(_text(cell))
    return float(found[1]) if found else None


def same(a: Any, b: Any) -> bool:
    """Whether two cells hold the same: numbers to 1e-6 of their size."""
    if isinstance(a, int | float) and isinstance(b, int | float):
        return abs(a - b) <= 1e-6 * max(1.0, abs(a), abs(b))
    return bool(a == b) or _text(a) == _text(b)


def say(name: str, cell: Any) -> str:
    """Tell one value of a column, without its unit; words in quotation marks, as they can be several."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _signed(cell, "+g" if _unit(name) == _POINTS else ",.10g")
    words = in_words(_text(cell))
    return NOTHING if not words else words if _number(words) is not None else f"“{words}”"


def in_words(cell: str) -> str:
    """A text of a table in a sentence: a day is told as one."""
    if not _DATE.fullmatch(cell):
        return cell
    day = dt.date.fromisoformat(cell)
    return f"{day.day} {day:%B %Y}"


def interval_columns(columns: Collection[str], name: str) -> tuple[str, ...]:
    """The columns with the ends of a value's interval, `lower` and `upper` behind the value's label; none if it has none."""
    label = _label(name)
    ends = (f"{label}, lower", f"{label}, upper") if label else ("lower", "upper")
    return ends if all(end in columns for end in ends) else ()


def _together(told: Mapping[str, str]) -> str:
    """What is told of several values, each behind its label; what is the same for several is told once."""
    alike: dict[str, list[str]] = {}
    for name, words in told.items():
        alike.setdefault(words, []).append(_label(name))
    return ", ".join(f"{several(labels)} {words}".strip() for words, labels in alike.items())


def _with_interval(row: Row, name: str) -> str:
    value, interval = say(name, row[name]), _interval(row, name, "1")
    unit = f" {_unit(name)}" if _unit(name) and value != NOTHING else ""
    return f"{value}{unit} ({interval})" if interval else f"{value}{unit}"


def _interval(row: Row, name: str, digits: str) -> str:
    cells = [row[end] for end in interval_columns(row, name)]
    if not cells or not all(isinstance(cell, int | float) for cell in cells):
        return ""
    form = f"{'+' if _unit(name) == _POINTS else ''}.{digits}f"
    low, high = (_signed(cell, form) for cell in cells)
    return f"{low} to {high}"


def _label(name: str) -> str:
    """The name of a value without its unit; nothing where the unit is all its name."""
    unit = _unit(name)
    return name.removesuffix(unit).removesuffix(", ")


def _unit(name: str) -> str:
    last = name.rpartition(", ")[2]
    return last if last in _UNITS else ""


def _signed(value: float, form: str) -> str:
    return f"{value:{form}}".replace("-", MINUS)


def _text(cell: Any) -> str:
    """A cell as text on one line."""
    return "" if cell is None else " ".join(str(cell).split())
