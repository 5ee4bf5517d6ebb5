"""Reads the shape of `notebooks/pages.yml`: parts of prose, pages and families of pages, each with its place in the file.

What a family of pages comes to is the study's to say: see `wavebook.pages.families`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from wavebook.study import Fault, refuse
from wavebook.study.files import read_yaml

SPEC = "notebooks/pages.yml"
Keys = tuple[str | int, ...]
"""Where something stands in the file: names and positions from the top."""

_KEBAB = r"[a-z0-9]+(-[a-z0-9]+)*"
_PROSE = re.compile(r"[A-Za-z0-9_][\w-]*(/[A-Za-z0-9_][\w-]*)*")


class Entry(BaseModel):
    """What stands under the name of a page or, with `each`, of a family of pages."""

    model_config = ConfigDict(extra="forbid")

    notebook: Annotated[str, Field(pattern=rf"^{_KEBAB}$")]
    title: Annotated[str | None, Field(min_length=1, pattern=r"^[^\n]+$")] = None
    parameters: dict[str, Any] = {}
    each: str | None = None
    at_least: Annotated[int | None, Field(alias="at least", ge=1)] = None
    only: dict[str, list[str]] = {}
    left_out: Annotated[dict[str, list[str]], Field(alias="except")] = {}


_PAGE_ID: TypeAdapter[str] = TypeAdapter(Annotated[str, Field(pattern=rf"^{_KEBAB}$")])


@dataclass(frozen=True)
class Written:
    """One line of a part as written: prose (without an entry), a page, or a family of pages; and what stands below it."""

    name: str
    at: Keys
    entry: Entry | None = None
    below: tuple[Written, ...] = ()


class Part(NamedTuple):
    """A part of the book, with or without a caption."""

    caption: str | None
    lines: tuple[Written, ...]


@dataclass
class Spec:
    """The file: its parts, and how to say where in it something is."""

    parts: list[Part]
    place: Callable[[Keys], str]
    faults: list[Fault] = field(default_factory=list)

    def blame(self, keys: Keys, what: str) -> None:
        """Note what is wrong with something in it."""
        fault = Fault(self.place(keys), what)
        if fault not in self.faults:
            self.faults.append(fault)


def read_spec(root: Path) -> Spec:
    """Read the file; what is wrong with its shape is among its faults.

    Raises
    ------
    Refused
        If it is no YAML, or has neither parts nor pages.
    """
    data, line_of = read_yaml(root / SPEC, SPEC)
    spec = Spec([], lambda keys: f"{SPEC}:{line_of(keys)}")
    if set(data) == {"pages"}:
        spec.parts.append(Part(None, _lines(spec, data["pages"], ("pages",))))
    elif set(data) == {"parts"} and isinstance(data["parts"], list):
        for number, part in enumerate(data["parts"]):
            _part(spec, part, ("parts", number))
    else:
        raise refuse(f"{SPEC}:1", "expected `parts:`, a list, or `pages:` alone")
    return spec


def _part(spec: Spec, part: Any, at: Keys) -> None:
    caption = part.get("caption") if isinstance(part, dict) else None
    if not isinstance(part, dict) or part.keys() - {"caption", "pages"} or not isinstance(caption, str | None):
        spec.blame(at, "a part has a `caption`, one line of text, and `pages`")
    else:
        spec.parts.append(Part(caption, _lines(spec, part.get("pages"), (*at, "pages"))))


def _lines(spec: Spec, lines: Any, at: Keys) -> tuple[Written, ...]:
    if not isinstance(lines, list) or not lines:
        spec.blame(at, f"{at[-1]}: expected a list of prose and pages")
        return ()
    found = [_line(spec, line, (*at, number)) for number, line in enumerate(lines)]
    return tuple(line for line in found if line is not None)


def _line(spec: Spec, line: Any, at: Keys) -> Written | None:
    if isinstance(line, str):
        return _prose(spec, line, at)
    if not isinstance(line, dict) or len(line) != 1 or not isinstance(next(iter(line)), str):
        spec.blame(at, "expected the name of a file of prose, or `name: {notebook: …}` for a page")
        return None
    ((name, value),) = line.items()
    at = (*at, name)
    if not isinstance(value, dict):
        spec.blame(at, f"{name}: expected `notebook`, or `below` under a file of prose")
        return None
    below = _lines(spec, value["below"], (*at, "below")) if "below" in value else ()
    if set(value) == {"below"}:
        return _prose(spec, name, at, below)
    entry = _entry(spec, name, {key: given for key, given in value.items() if key != "below"}, at)
    if entry and entry.each and below:
        spec.blame((*at, "below"), f"page {name}: nothing stands below a family of pages")
    return Written(name, at, entry, below) if entry else None


def _prose(spec: Spec, name: str, at: Keys, below: tuple[Written, ...] = ()) -> Written | None:
    if _PROSE.fullmatch(name) and not name.startswith("pages/"):
        return Written(name, at, None, below)
    spec.blame(at, f"{name!r}: prose goes by its path below book/, without .md; a page is `name: {{notebook: …}}`")
    return None


def _entry(spec: Spec, name: str, value: dict[str, Any], at: Keys) -> Entry | None:
    try:
        if "each" not in value:
            _PAGE_ID.validate_python(name)
        entry = Entry.model_validate(value)
    except ValidationError as error:
        for found in error.errors():
            what = f"{'.'.join(map(str, found['loc']))} {found['msg'][0].lower()}{found['msg'][1:]}"
            spec.blame((*at, *found["loc"]), f"page {name}: {what}")
        return None
    if entry.each is None:
        if entry.title is None:
            spec.blame(at, f"page {name}: give it a title")
        for key in {"at least", "only", "except"} & value.keys():
            spec.blame((*at, key), f"page {name}: `{key}` needs `each`")
    return entry


def check_id(name: str) -> None:
    """Refuse a name that is not in kebab-case."""
    if not is_id(name):
        raise refuse(name, "use lower-case words and numbers joined by hyphens, such as house-xx-2026-1")


def is_id(name: str) -> bool:
    """Whether a name is in kebab-case."""
    return re.fullmatch(_KEBAB, name) is not None
