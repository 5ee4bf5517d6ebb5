"""The ledger `data/claims.yml`: statements, what each is held against, and the verdict that a person last agreed to.

The head of that file explains its forms. Nothing in it is run as code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, InstanceOf, ValidationError

from wavebook.claims.registry import Form, Word, forms_of
from wavebook.study import Fault, Refused, Study
from wavebook.study.files import LineOf, is_there, read_yaml
from wavebook.study.read import faults_of

CLAIMS = "data/claims.yml"
_KEBAB = r"^[a-z0-9]+(-[a-z0-9]+)*$"


class Claim(BaseModel):
    """A statement: who makes it, how it is tested, and the verdict that a person last agreed to.

    `tests` are its forms of conditions, each with what stands under the key that names it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    says: str
    source: str
    tests: tuple[tuple[InstanceOf[Form], Any], ...]
    caveat: str | None = None
    note: str | None = None
    see: tuple[str, ...] = ()
    figure: Annotated[str, Field(pattern=_KEBAB)] | None = None
    reviewed: Word


_FIELDS = [name for name in Claim.model_fields if name not in ("id", "tests")]


def load_claims(root: Path, study: Study) -> list[Claim]:
    """Load the ledger and hold every name in it against the study; a book without one has no claims.

    Raises
    ------
    Refused
        With every fault, by file and line.
    """
    if not is_there(root / CLAIMS):
        return []
    forms = forms_of(root)
    data, line_of = read_yaml(root / CLAIMS, CLAIMS)
    claims: list[Claim] = []
    faults: list[Fault] = []
    for key, entry in data.items():
        where = f"{CLAIMS}:{line_of((key,))}"
        if not re.fullmatch(_KEBAB, str(key)):
            faults.append(Fault(where, f"{key}: use lower-case words and numbers joined by hyphens"))
        elif not isinstance(entry, dict) or "id" in entry:
            faults.append(Fault(where, f"{key}: expected keys and values, without `id`"))
        else:
            claim, wrong = _read(key, entry, forms, line_of)
            faults += wrong
            claims += [claim] if claim else []
    for claim in claims:
        sources = [(("source",), claim.source), *((("see", i), source) for i, source in enumerate(claim.see))]
        unknown = [
            (keys, f"unknown source {source!r}") for keys, source in sources if source not in study.sources.entries
        ]
        unknown += [
            ((form.name, *keys), what) for form, value in claim.tests for keys, what in form.unknown(study, value)
        ]
        faults += (Fault(f"{CLAIMS}:{line_of((claim.id, *keys))}", what) for keys, what in unknown)
    if faults:
        # A share that several claims name by a YAML alias stands on one line: its fault is told once.
        raise Refused(sorted(set(faults), key=lambda fault: int(fault.where.partition(":")[2])))
    return claims


def _read(
    key: str, entry: Mapping[str, Any], forms: Mapping[str, Form], line_of: LineOf
) -> tuple[Claim | None, list[Fault]]:
    """One statement, or what is wrong with it."""
    faults = [
        Fault(
            f"{CLAIMS}:{line_of((key, name))}",
            f"{key}.{name}: unknown key; a statement takes {', '.join(_FIELDS)}, and any of {', '.join(forms)}",
        )
        for name in entry
        if name not in _FIELDS and name not in forms
    ]
    given: dict[str, Any] = {"id": key, **{name: value for name, value in entry.items() if name in _FIELDS}}
    tests = []
    for form in (form for name, form in forms.items() if name in entry):
        try:
            tests.append((form, form.value.validate_python(entry[form.name])))
        except ValidationError as error:
            faults += faults_of(error, CLAIMS, line_of, key, form.name)
    if not tests and not faults:
        faults.append(Fault(f"{CLAIMS}:{line_of((key,))}", f"{key}: give one of {', '.join(forms)}, or several"))
    try:
        return Claim.model_validate({**given, "tests": tests}), faults
    except ValidationError as error:
        return None, faults + faults_of(error, CLAIMS, line_of, key)
