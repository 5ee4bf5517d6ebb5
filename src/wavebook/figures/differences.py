"""Says how two versions of a figure differ: in sentences for readers, cell by cell for a check."""

from __future__ import annotations

from typing import Any

from wavebook.figures.record import FigureRecord, Provenance

_VALUES = ("per cent", "lower", "upper", "respondents", "design effect")
_NOT_KEYS = (
    *_VALUES,
    "certainty",
    "evidence",
    "source",
    "mode",
    "respondents known",
    "design effect known",
    "break before",
    "note",
)


def say_changes(old: FigureRecord | None, new: FigureRecord) -> list[str]:
    """Say in sentences what is new in a version: shares that changed, came or went; else what else did."""
    id_ = new.id
    if old is None:
        return [f"{id_}: new."]
    before, after = _shares(old), _shares(new)
    parts = [
        f"{name}: {before[name]} → {after[name]}" for name in after if name in before and before[name] != after[name]
    ]
    parts += [f"{name} added ({after[name]})" for name in after if name not in before]
    parts += [f"{name} removed (was {before[name]})" for name in before if name not in after]
    if parts:
        return [f"{id_}: {'; '.join(parts)}."]
    changed = [
        name
        for name in ("title", "caption", "alt", "rows", "sources", "spec")
        if getattr(old, name) != getattr(new, name)
    ]
    words = {"rows": "intervals or notes of the table", "spec": "drawing", "alt": "description"}
    return [f"{id_}: {', '.join(words.get(name, name) for name in changed)} changed; no share did."]


def _shares(figure: FigureRecord) -> dict[str, str]:
    """The shares of a figure, each under what tells it apart: without the wave where the time does, or there is one."""
    columns = {name: i for i, name in enumerate(figure.columns)}
    waves = {row[columns["wave"]] for row in figure.rows} if "wave" in columns else set()
    unsaid = {"wave"} if "time" in columns or len(waves) == 1 else set()
    at = [i for name, i in columns.items() if name not in _NOT_KEYS and name not in unsaid]
    value = columns.get("per cent", -1)
    return {", ".join(str(row[i]) for i in at if row[i] not in (None, "")): str(row[value]) for row in figure.rows}


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
            if not _same(x, y)
        ]
    return found


def _same(a: Any, b: Any) -> bool:
    if isinstance(a, int | float) and isinstance(b, int | float):
        return abs(a - b) <= 1e-6 * max(1.0, abs(a), abs(b))
    return bool(a == b)


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
