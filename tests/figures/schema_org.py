"""Holds JSON-LD against the vocabulary of schema.org, which rocrate brings along: its types, and what each may say."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from typing import Any

DATA_TYPES = {"Text", "URL", "Number", "Integer", "Boolean", "Date", "DateTime"}


@cache
def vocabulary() -> dict[str, dict[str, Any]]:
    """The terms of schema.org by their names."""
    graph = json.loads((files("rocrate") / "data/schema.jsonld").read_text(encoding="utf-8"))["@graph"]
    return {term["@id"].removeprefix("schema:"): term for term in graph}


def named(term: str, relation: str) -> list[str]:
    found = vocabulary()[term].get(relation, [])
    return [one["@id"].removeprefix("schema:") for one in (found if isinstance(found, list) else [found])]


@cache
def kinds(kind: str) -> frozenset[str]:
    """A type with all those that it is a kind of."""
    if kind not in vocabulary():
        return frozenset([kind])
    return frozenset([kind]).union(*(kinds(parent) for parent in named(kind, "rdfs:subClassOf")))


def faults(node: dict[str, Any], where: str = "") -> Iterator[str]:
    """What schema.org does not know, or does not allow where it stands."""
    kind = node.get("@type")
    if kind not in vocabulary():
        yield f"{where}: no type {kind!r}"
        return
    for name, value in node.items():
        here = f"{where}/{name}"
        if name in ("@context", "@type"):
            continue
        if name == "@id":
            if not re.fullmatch(r"https?://\S+", str(value)):
                yield f"{here}: {value!r} is no address"
        elif name not in vocabulary():
            yield f"{here}: no such property"
        elif not kinds(kind) & set(named(name, "schema:domainIncludes")):
            yield f"{here}: not a property of {kind}"
        else:
            yield from _value_faults(name, value, here)


def _value_faults(name: str, value: Any, where: str) -> Iterator[str]:
    allowed = set(named(name, "schema:rangeIncludes"))
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict):
            if not kinds(str(one.get("@type"))) & allowed:
                yield f"{where}: a {one.get('@type')} where {sorted(allowed)} is asked for"
            yield from faults(one, where)
        elif not set(_data_types(one)) & allowed:
            yield f"{where}: {one!r} where {sorted(allowed)} is asked for"
    if value in (None, "", [], {}):
        yield f"{where}: is empty"


def _data_types(value: Any) -> Iterable[str]:
    if isinstance(value, bool):
        return ["Boolean"]
    if isinstance(value, int | float):
        return ["Number", "Integer"]
    text = str(value)
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return ["Text", *(["URL"] if re.match(r"\S+$", text) else [])]
    return ["Text", "Date", "DateTime"]
