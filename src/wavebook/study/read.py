"""Reads each of the study's files into its models, with every fault that is in that file alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError

from wavebook.study.faults import Fault, Refused
from wavebook.study.files import LineOf, read_csv, read_yaml
from wavebook.study.model import Group, Item, Series, Topline, Wave

M = TypeVar("M", bound=BaseModel)

SERIES, ITEMS, WAVES, PUBLISHED = "data/series.yml", "data/items.yml", "data/waves", "data/published"
UNDECIDED = "undecided"
"""What a draft says where only a person can decide."""

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
PUBLISHED_COLUMNS = list(Topline.model_fields)


class PublishedRow(NamedTuple):
    """A row of published figures: where it stands, its cells, and the figure, if the row is good."""

    where: str
    cells: dict[str, str]
    figure: Topline | None


def read_series(root: Path, faults: list[Fault]) -> dict[str, Series]:
    """Read the series; what is wrong with one is added to `faults`, and the others are returned."""
    data, line_of = read_yaml(root / SERIES, SERIES)
    return dict(_each(Series, data, SERIES, line_of, faults))


def read_items(root: Path, faults: list[Fault]) -> tuple[dict[str, Item], dict[str, Group], LineOf]:
    """Read items and groups, and the function that tells their lines; see `read_series`."""
    data, line_of = read_yaml(root / ITEMS, ITEMS)
    unknown = [key for key in data if key not in ("items", "groups")]
    faults.extend(
        Fault(f"{ITEMS}:{line_of((key,))}", f"unknown key {key!r}; expected items, groups") for key in unknown
    )
    for part in ("items", "groups"):
        if not isinstance(data.get(part), dict):
            raise Refused([Fault(f"{ITEMS}:{line_of((part,))}", f"{part} must be keys and values")])
    items = dict(_each(Item, data["items"], ITEMS, lambda keys: line_of(("items", *keys)), faults))
    groups = dict(_each(Group, data["groups"], ITEMS, lambda keys: line_of(("groups", *keys)), faults))
    return items, groups, line_of


def read_wave(root: Path, wave: str) -> tuple[Wave, LineOf]:
    """Read one wave, and the function that tells its lines.

    Raises
    ------
    Refused
        With every fault of the file.
    """
    name = f"{WAVES}/{wave}.yml"
    data, line_of = read_yaml(root / name, name)
    if "id" in data:
        raise Refused([Fault(f"{name}:{line_of(('id',))}", "id: the file's name is the wave's id; leave this out")])
    if undecided := list(_undecided(data)):
        what = "still undecided: see the remark beside it"
        raise Refused([Fault(f"{name}:{line_of(keys)}", f"{'.'.join(map(str, keys))}: {what}") for keys in undecided])
    try:
        return Wave.model_validate({"id": wave, **data}), line_of
    except ValidationError as error:
        raise Refused(faults_of(error, name, line_of)) from None


def read_published(root: Path, name: str, faults: list[Fault]) -> Iterator[PublishedRow]:
    """Read a file of published figures row by row; what is wrong with a row is added to `faults`."""
    for line, cells in read_csv(root / name, name, PUBLISHED_COLUMNS):
        try:
            yield PublishedRow(f"{name}:{line}", cells, Topline.model_validate(cells))
        except ValidationError as error:
            faults.extend(faults_of(error, name, lambda _keys, line=line: line))  # type: ignore[misc]
            yield PublishedRow(f"{name}:{line}", cells, None)


def _each(
    model: type[M], data: dict[str, Any], name: str, line_of: LineOf, faults: list[Fault]
) -> Iterator[tuple[str, M]]:
    for key, value in data.items():
        if not _ID.fullmatch(str(key)):
            where = f"{name}:{line_of((str(key),))}"
            faults.append(Fault(where, f"{key}: use lower-case words and numbers joined by hyphens"))
            continue
        try:
            yield key, model.model_validate(value)
        except ValidationError as error:
            faults.extend(faults_of(error, name, line_of, key))


def _undecided(value: Any, *keys: str | int) -> Iterator[tuple[str | int, ...]]:
    """Where a draft still says `undecided`."""
    if value == UNDECIDED:
        yield keys
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        yield from _undecided(part, *keys, key)


def faults_of(error: ValidationError, name: str, line_of: LineOf, *prefix: str) -> list[Fault]:
    """Tell pydantic's findings by file, line and key."""
    faults = []
    for found in error.errors():
        keys = (*prefix, *found["loc"])
        message = found["msg"].removeprefix("Value error, ")
        if found["type"] == "extra_forbidden":
            message = "unknown key"
        elif found["type"] == "missing":
            message = "is missing"
        elif found["type"] != "value_error" and not isinstance(found["input"], dict | list):
            message = f"{message[0].lower()}{message[1:]}, not {found['input']!r}"
        key = ".".join(str(part) for part in keys)
        faults.append(Fault(f"{name}:{line_of(keys)}", f"{key}: {message}" if key else message))
    return faults
