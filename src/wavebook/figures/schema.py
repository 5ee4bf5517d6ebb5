"""Reads stored records of this schema and of older ones, and refuses what it does not know.

A schema's number stands for its fields: whoever adds a field to what is stored of a figure raises the number and gives the
field a default, with which records of before are read. A field that the number does not have is therefore refused, and not
passed over: a released figure is shown with all that it says, or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any

from wavebook.study.faults import refuse


def check_schema(plain: Mapping[str, Any], known: int, where: str) -> None:
    """Refuse a record of a schema newer than the newest that is known; one without a number is of the first.

    Raises
    ------
    Refused
        With one sentence that names the record, both schemas, and what to do.
    """
    schema = plain.get("schema", 1)
    if not isinstance(schema, int) or isinstance(schema, bool) or schema < 1:
        raise refuse(where, f"names {schema!r} as its schema, which is no number of one")
    if schema > known:
        raise refuse(
            where,
            f"is of schema {schema}, and this program reads no newer one than schema {known}: use a newer wavebook",
        )


def arguments(kind: type, plain: Mapping[str, Any], where: str) -> dict[str, Any]:
    """What to make a dataclass of from a stored record; what the record does not have is left to the defaults.

    Raises
    ------
    Refused
        If the record has a field that the class does not know, or lacks one that is not optional.
    """
    known = {field.name: field for field in fields(kind) if field.init and field.compare}
    given = {name: value for name, value in plain.items() if name != "schema"}
    if unknown := sorted(set(given) - set(known)):
        raise refuse(
            where,
            f"holds {', '.join(map(repr, unknown))}, which its schema does not have: it was changed by hand, or by "
            "a program that does not follow the schema",
        )
    needed = [name for name, field in known.items() if field.default is field.default_factory is MISSING]
    if missing := [name for name in needed if name not in given]:
        raise refuse(where, f"has no {', '.join(map(repr, missing))}: it is damaged")
    return given
