"""Reads each of the study's files into its models, with every fault that is in that file alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

from pybtex.database import BibliographyData
from pydantic import BaseModel, ValidationError

from wavebook.study.exemptions import Exemption
from wavebook.study.faults import Fault, Refused, Unfinished
from wavebook.study.files import LineOf, is_there, read_bibliography, read_csv, read_text, read_yaml, read_yaml_list
from wavebook.study.model import Event, Group, Item, Series, Wave
from wavebook.study.topline import Topline

T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)

SERIES, ITEMS, WAVES, PUBLISHED = "data/series.yml", "data/items.yml", "data/waves", "data/published"
EVENTS, EXEMPTIONS, SOURCES = "data/events.yml", "data/exemptions.yml", "book/references.bib"
READ_IN = "readin"
"""The field of a source that was not read itself: the key of the source in which it was read."""
UNDECIDED = "undecided"
"""What a draft says where only a person can decide."""

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
PUBLISHED_COLUMNS = list(Topline.model_fields)


class Read(NamedTuple, Generic[T]):
    """What a file says as far as it is good, what is wrong in it, and on which line each of its keys stands."""

    said: T
    faults: list[Fault]
    line_of: LineOf = lambda _keys: 1

    def sound(self) -> T:
        """Return what the file says, or refuse it with every fault."""
        if self.faults:
            raise Refused(self.faults)
        return self.said


class ItemsAndGroups(NamedTuple):
    """The questions of the study, and the ways to divide respondents; each by its id."""

    items: dict[str, Item]
    groups: dict[str, Group]


class PublishedRow(NamedTuple):
    """A row of printed shares: where it stands, its cells, and the topline, if the row is good."""

    where: str
    cells: dict[str, str]
    topline: Topline | None


def read_sources(root: Path) -> Read[BibliographyData]:
    """Read the bibliography; a source that was read in another one names one that is there, and that was read itself."""
    said = read_bibliography(root / SOURCES, SOURCES)
    lines = read_text(root / SOURCES, SOURCES).splitlines()

    def line_of(keys: tuple[str | int, ...]) -> int:
        begins = re.compile(rf"\s*@\w+\s*[{{(]\s*{re.escape(str(keys[0]))}\s*,")
        return next((number for number, line in enumerate(lines, 1) if begins.match(line)), 1)

    faults = []
    for key, entry in said.entries.items():
        read_in = entry.fields.get(READ_IN)
        if read_in is not None and read_in not in said.entries:
            faults.append(Fault(f"{SOURCES}:{line_of((key,))}", f"{READ_IN}: unknown source {read_in!r}"))
        elif read_in is not None and READ_IN in said.entries[read_in].fields:
            what = f"{READ_IN}: {read_in!r} was not read itself; name the source that was"
            faults.append(Fault(f"{SOURCES}:{line_of((key,))}", what))
    return Read(said, faults, line_of)


def read_series(root: Path) -> Read[dict[str, Series]]:
    """Read the series of surveys."""
    data, line_of = read_yaml(root / SERIES, SERIES)
    faults: list[Fault] = []
    return Read(dict(_each(Series, data, SERIES, line_of, faults)), faults, line_of)


def read_items(root: Path) -> Read[ItemsAndGroups]:
    """Read items and groups."""
    data, line_of = read_yaml(root / ITEMS, ITEMS)
    unknown = [key for key in data if key not in ("items", "groups")]
    faults = [Fault(f"{ITEMS}:{line_of((key,))}", f"unknown key {key!r}; expected items, groups") for key in unknown]
    for part in ("items", "groups"):
        if part in data and data[part] is None:
            data[part] = {}
        if not isinstance(data.get(part), dict):
            raise Refused([Fault(f"{ITEMS}:{line_of((part,))}", f"{part} must be keys and values")])
    items = dict(_each(Item, data["items"], ITEMS, lambda keys: line_of(("items", *keys)), faults))
    groups = dict(_each(Group, data["groups"], ITEMS, lambda keys: line_of(("groups", *keys)), faults))
    return Read(ItemsAndGroups(items, groups), faults, line_of)


def read_events(root: Path) -> Read[list[Event]]:
    """Read the days that charts mark, in order of time; a study without the file has none."""
    if not is_there(root / EVENTS):
        return Read([], [])
    data, line_of = read_yaml_list(root / EVENTS, EVENTS)
    events: list[Event] = []
    faults: list[Fault] = []
    for place, value in enumerate(data):
        try:
            events.append(Event.model_validate(value))
        except ValidationError as error:
            faults += faults_of(error, EVENTS, line_of, place)
    return Read(sorted(events, key=lambda event: event.date), faults, line_of)


def read_exemptions(root: Path) -> Read[dict[str, Exemption]]:
    """Read what is shown against the rule of disclosure; a study without the file exempts nothing."""
    if not is_there(root / EXEMPTIONS):
        return Read({}, [])
    data, line_of = read_yaml(root / EXEMPTIONS, EXEMPTIONS)
    faults: list[Fault] = []
    return Read(dict(_each(Exemption, data, EXEMPTIONS, line_of, faults)), faults, line_of)


def read_wave(root: Path, wave: str) -> Read[Wave]:
    """Read one wave.

    Raises
    ------
    Unfinished
        If it is a draft in which something is undecided.
    Refused
        With every fault of the file: of a wave that is faulty nothing is returned.
    """
    name = f"{WAVES}/{wave}.yml"
    data, line_of = read_yaml(root / name, name)
    if "id" in data:
        raise Refused([Fault(f"{name}:{line_of(('id',))}", "id: the file's name is the wave's id; leave this out")])
    if undecided := list(_undecided(data)):
        what = "still undecided: see the remark beside it"
        raise Unfinished(Fault(f"{name}:{line_of(keys)}", f"{'.'.join(map(str, keys))}: {what}") for keys in undecided)
    try:
        return Read(Wave.model_validate({"id": wave, **data}), [], line_of)
    except ValidationError as error:
        raise Refused(faults_of(error, name, line_of)) from None


def read_published(root: Path, name: str) -> Read[list[PublishedRow]]:
    """Read a file of printed shares row by row."""
    rows: list[PublishedRow] = []
    faults: list[Fault] = []
    for line, cells in read_csv(root / name, name, PUBLISHED_COLUMNS):
        topline = None
        try:
            topline = Topline.model_validate(cells)
        except ValidationError as error:
            faults += faults_of(error, name, lambda _keys, line=line: line)  # type: ignore[misc]
        rows.append(PublishedRow(f"{name}:{line}", cells, topline))
    return Read(rows, faults)


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


def faults_of(error: ValidationError, name: str, line_of: LineOf, *prefix: str | int) -> list[Fault]:
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
