"""Says how two versions of a figure differ: in sentences for readers, cell by cell for a check."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from typing import Any, NamedTuple, TypeVar

from wavebook.figures.record import FigureRecord, Provenance, Source
from wavebook.figures.telling import (
    NOTHING,
    Names,
    Row,
    interval_columns,
    rows_by,
    same,
    say_change,
    say_interval_change,
    say_values,
    size_of_change,
)
from wavebook.figures.words import cardinal, several

_T = TypeVar("_T")
_TOLD = 5  # of more rows those that changed most are told, and how many others there are
_NAMED = ("series", "place", "fieldwork")
_NOTED = ("n", "mode", "fieldwork", "question", "evidence", "house", "series", "place", "key")


def say_changes(old: FigureRecord | None, new: FigureRecord) -> list[str]:
    """Say in a sentence what is new in a version: values that changed, rows that came or went; else what else did.

    With the numbers of a figure its description, its drawing and what its caption says of them change of themselves: that is
    said only where no number changed.
    """
    name = f"{new.id}, “{new.title}”"
    if old is None:
        return [f"{name}: new."]
    rows = _of_rows(old, new)
    said = [*rows, *_of_sources(old, new)]
    if old.title != new.title:
        said.append(f"its title was “{old.title}”")
    before, after = old.says(), new.says()
    words = {
        "caption": "caption",
        "alt": "description",
        "drawing": "drawing",
        "measured": "account of how it was measured",
    }
    others = [word for part, word in words.items() if before[part] != after[part]]
    if others and not rows:
        said.append(f"{several(others)} changed, no number did")
    return [f"{name}: {'; '.join(said or ['nothing that it says changed'])}."]


class _Matched(NamedTuple):
    """The rows of two versions, matched by the keys of the newer one."""

    changed: list[tuple[Row, Row]]
    same: list[tuple[Row, Row]]
    came: list[Row]
    went: list[Row]


def _of_rows(old: FigureRecord, new: FigureRecord) -> list[str]:
    """What changed in the table: the largest changes of values first, then rows, intervals, and what stands beside them."""
    keys = [key for key in new.keys if key in old.columns]
    values = [value for value in new.values if value in old.columns]
    before, after = rows_by(old, keys), rows_by(new, keys)
    if not keys or not values or len(before) < len(old.rows) or len(after) < len(new.rows):
        now = (old.columns, old.rows) == (new.columns, new.rows)
        return [] if now else [f"its table is laid out anew, with {_rows(len(new.rows))} after {_rows(len(old.rows))}"]
    name = Names(old, new, keys)
    matched = _match(before, after, values)
    moved = [pair for pair in matched.same if say_interval_change(*pair, values)]

    def told(row: Row, what: str) -> str:
        return ": ".join(part for part in (name(row), what) if part)

    return [
        *_first(matched.changed, lambda pair: told(pair[1], say_change(*pair, values)), "changed"),
        *_first(matched.came, lambda row: told(row, f"new, {say_values(row, values)}"), "are new"),
        *_first(matched.went, lambda row: told(row, f"gone, was {say_values(row, values)}"), "are gone"),
        *_first(moved, lambda pair: told(pair[1], say_interval_change(*pair, values)), "have another interval"),
        *_of_columns(old, new, [*matched.changed, *matched.same]),
    ]


def _match(before: Mapping[Any, Row], after: Mapping[Any, Row], values: list[str]) -> _Matched:
    pairs = [(before[at], after[at]) for at in after if at in before]
    changed = [(old, new) for old, new in pairs if not all(same(old[value], new[value]) for value in values)]
    changed.sort(key=lambda pair: size_of_change(pair[0], pair[1], values), reverse=True)
    return _Matched(
        changed,
        [pair for pair in pairs if pair not in changed],
        [row for at, row in after.items() if at not in before],
        [row for at, row in before.items() if at not in after],
    )


def _first(what: list[_T], tell: Callable[[_T], str], others: str) -> list[str]:
    """Tell each, or of many the first ones and how many others there are."""
    told = what if len(what) <= _TOLD + 1 else what[:_TOLD]
    rest = len(what) - len(told)
    return [*map(tell, told), *([f"{_rows(rest, 'other')} {others}"] if rest else [])]


def _rows(number: int, which: str = "") -> str:
    return f"{cardinal(number)} {which}{' ' if which else ''}row{'s' * (number != 1)}"


def _of_columns(old: FigureRecord, new: FigureRecord, pairs: Iterable[tuple[Row, Row]]) -> list[str]:
    """Which columns came or went, and in which of those beside keys, values and intervals something changed."""
    told = {*new.keys, *new.values}
    told.update(end for value in new.values for end in interval_columns(new.columns, value))
    beside = [column for column in new.columns if column in old.columns and column not in told]
    pairs = list(pairs)
    rows = [pair for pair in pairs if not all(same(pair[0][column], pair[1][column]) for column in beside)]
    named = [column for column in beside if not all(same(a[column], b[column]) for a, b in rows)]
    came = [column for column in new.columns if column not in old.columns]
    went = [column for column in old.columns if column not in new.columns]
    return [
        *([f"{several(f'“{column}”' for column in named)} changed in {_rows(len(rows))}"] if named else []),
        *([f"its table now has {several(f'“{column}”' for column in came)}"] if came else []),
        *([f"its table no longer has {several(f'“{column}”' for column in went)}"] if went else []),
    ]


def _of_sources(old: FigureRecord, new: FigureRecord) -> list[str]:
    """Which sources came, went, or are described otherwise; one of the same wave under another key is the same."""
    before, after = ({(source.wave, source.key): source for source in figure.sources} for figure in (old, new))
    pairs = [(before[at], after[at]) for at in after if at in before]
    came = [after[at] for at in after if at not in before]
    went = [before[at] for at in before if at not in after]
    for source in list(came):
        if one := next((one for one in went if (one.wave, one.series) == (source.wave, source.series)), None):
            pairs.append((one, source))
            came.remove(source)
            went.remove(one)
    said = [f"rests on {_source(source)} as well" for source in came]
    said += [f"no longer rests on {_source(source)}" for source in went]
    for one, other in pairs:
        noted = [name for name in _NOTED if getattr(one, name) != getattr(other, name)]
        told = (f"{name} {getattr(one, name) or NOTHING} → {getattr(other, name) or NOTHING}" for name in noted)
        said += [f"of the source {_source(other, noted)}: {', '.join(told)}"] * bool(noted)
    return said


def _source(source: Source, but: Container[str] = ()) -> str:
    """Name a source by what of it did not change."""
    return ", ".join(filter(None, (getattr(source, name) for name in _NAMED if name not in but)))


def value_differences(old: FigureRecord, new: FigureRecord) -> list[str]:
    """Where the tables of two versions differ, cell by cell; numbers by more than 1e-6 of their size."""
    if old.columns != new.columns:
        return [f"columns: {', '.join(old.columns)}; now {', '.join(new.columns)}"]
    found = []
    if len(old.rows) != len(new.rows):
        found.append(f"{len(old.rows)} rows; now {len(new.rows)}")
    for number, (a, b) in enumerate(zip(old.rows, new.rows, strict=False), 1):
        found += [
            f"row {number}, {column}: {x}; now {y}"
            for column, x, y in zip(old.columns, a, b, strict=True)
            if not same(x, y)
        ]
    return found


def input_differences(old: Provenance, new: Provenance) -> list[str]:
    """Which inputs of a figure are others than they were."""
    names = sorted(old.inputs.keys() | new.inputs.keys())
    found = [
        f"{name} changed"
        for name in names
        if name in old.inputs and name in new.inputs and old.inputs[name] != new.inputs[name]
    ]
    found += [f"{name} is new" for name in names if name not in old.inputs]
    found += [f"{name} is gone" for name in names if name not in new.inputs]
    named = {
        "parameters": "parameters",
        "engine": "engine",
        "code": "the engine's code",
        "python": "python",
        "lock": "lock",
    }
    found += [f"{words} changed" for what, words in named.items() if getattr(old, what) != getattr(new, what)]
    return found
