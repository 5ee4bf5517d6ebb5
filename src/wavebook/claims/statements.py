"""The statements of an article and what each is held against: `data/claims.yml`, whose head explains the forms.

Nothing in it is run as code.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictFloat, StrictInt, ValidationError, model_validator

from wavebook.study import Fault, Refused, Study
from wavebook.study.files import read_yaml
from wavebook.study.meetings import MEETINGS, Meeting, read_meetings
from wavebook.study.read import faults_of

CLAIMS = "data/claims.yml"
Word = Literal["holds", "holds with a caveat", "does not hold here", "not testable with open data"]
HOLDS: Word = "holds"
CAVEAT: Word = "holds with a caveat"
NOT: Word = "does not hold here"
UNTESTABLE: Word = "not testable with open data"
UNITS = {"share": "%", "difference": " points", "ratio": "", "pace": " points a year"}
VERDICTS = (HOLDS, CAVEAT, NOT, UNTESTABLE)
_KEBAB = r"^[a-z0-9]+(-[a-z0-9]+)*$"
_Number = Annotated[StrictInt | StrictFloat, Field(allow_inf_nan=False)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Share(_Strict):
    """The share of one answer in one wave, of all or of a group."""

    wave: str
    item: str
    response: str
    by: str = ""
    group: str = ""

    @model_validator(mode="after")
    def _group_of_something(self) -> Self:
        if bool(self.by) != bool(self.group):
            raise ValueError("`by` and `group` go together: give both or neither")
        return self


class Condition(_Strict):
    """What a share, a difference, a ratio or a pace must be."""

    share: Share | None = None
    difference: tuple[Share, Share] | None = None
    ratio: tuple[Share, Share] | None = None
    pace: tuple[Share, Share, Share] | None = None
    about: _Number | None = None
    within: Annotated[_Number, Field(gt=0)] | None = None
    above: _Number | None = None
    below: _Number | None = None
    beyond_chance: StrictBool | None = None
    caveat: str | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if sum(getattr(self, form) is not None for form in UNITS) != 1:
            raise ValueError("give one of share, difference, ratio, pace")
        asked = [name for name in ("about", "above", "below", "beyond_chance") if getattr(self, name) is not None]
        if len(asked) != 1:
            raise ValueError("give one of about, above, below, beyond_chance")
        if (self.within is not None) > (self.about is not None):
            raise ValueError("`within` needs `about`")
        if asked == ["about"] and self.within is None and self.form != "share":
            raise ValueError("`about` needs `within`, except for a share")
        if asked == ["beyond_chance"] and self.form == "share":
            raise ValueError("`beyond_chance` is for a difference, a ratio or a pace")
        return self

    @property
    def form(self) -> str:
        """Which of the four it is about."""
        return next(form for form in UNITS if getattr(self, form) is not None)

    @property
    def shares(self) -> tuple[Share, ...]:
        """The shares that it is about."""
        return (self.share,) if self.share else getattr(self, self.form)

    @property
    def needs(self) -> str:
        """What is asked, in words."""
        if self.beyond_chance is not None:
            return "more than chance would give" if self.beyond_chance else "no more than chance would give"
        name, number = next((n, v) for n in ("about", "above", "below") if (v := getattr(self, n)) is not None)
        return f"{name} {number:g}{UNITS[self.form]}" + (f", give or take {self.within:g}" if self.within else "")


class Met(_Strict):
    """A meeting that a statement says took place."""

    partner: str
    start: dt.date = Field(alias="from")
    end: dt.date = Field(alias="to")


class Claim(_Strict):
    """A statement, how it is tested, and the verdict that a person last agreed to."""

    id: str
    says: str
    source: str
    check: tuple[Condition, ...] = ()
    order: tuple[Annotated[str, Field(pattern=r"^.+ \d{4}-\d{2}-\d{2}$")], ...] = ()
    met: Met | None = None
    untestable: str | None = None
    caveat: str | None = None
    note: str | None = None
    see: tuple[str, ...] = ()
    figure: Annotated[str, Field(pattern=_KEBAB)] | None = None
    reviewed: Word

    @model_validator(mode="after")
    def _is_tested_in_one_way(self) -> Self:
        if sum(map(bool, (self.check, self.order, self.met, self.untestable))) != 1:
            raise ValueError("give one of check, order, met, untestable")
        return self


def load_claims(root: Path, study: Study) -> list[Claim]:
    """Load the ledger and hold every name in it against the study; refuse it with every fault, by file and line."""
    data, line_of = read_yaml(root / CLAIMS, CLAIMS)
    claims: list[Claim] = []
    faults: list[Fault] = []
    for key, value in data.items():
        where = f"{CLAIMS}:{line_of((key,))}"
        if not re.fullmatch(_KEBAB, str(key)):
            faults.append(Fault(where, f"{key}: use lower-case words and numbers joined by hyphens"))
        elif not isinstance(value, dict) or "id" in value:
            faults.append(Fault(where, f"{key}: expected keys and values, without `id`"))
        else:
            try:
                claims.append(Claim.model_validate({"id": key, **value}))
            except ValidationError as error:
                faults += faults_of(error, CLAIMS, line_of, key)
    meetings = read_meetings(root) if any(claim.order for claim in claims) else []
    for claim in claims:
        unknown = _unknown(study, meetings, claim)
        faults += (Fault(f"{CLAIMS}:{line_of((claim.id, *keys))}", what) for keys, what in unknown)
    if faults:
        # A share that several claims name by a YAML alias stands on one line: its fault is told once.
        raise Refused(sorted(set(faults), key=lambda fault: int(fault.where.partition(":")[2])))
    return claims


def _unknown(study: Study, meetings: list[Meeting], claim: Claim) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """What the study does not have, and under which keys it is named."""
    sources: list[tuple[tuple[str | int, ...], str]] = [(("source",), claim.source)]
    sources += [(("see", i), source) for i, source in enumerate(claim.see)]
    yield from ((keys, f"unknown source {key!r}") for keys, key in sources if key not in study.sources.entries)
    for i, entry in enumerate(claim.order):
        if not meeting_of(meetings, entry):
            yield ("order", i), f"no meeting {entry!r} in {MEETINGS}"
    for i, condition in enumerate(claim.check):
        at = ("check", i, condition.form)
        for j, share in enumerate(condition.shares):
            place = at if condition.share else (*at, j)
            yield from (((*place, name), what) for name, what in _unknown_in(study, share))
        waves = [study.waves[share.wave] for share in condition.shares if share.wave in study.waves]
        if condition.pace and any(a.fieldwork.middle >= b.fieldwork.middle for a, b in pairwise(waves)):
            yield at, "the waves of a pace must follow each other in time"


def _unknown_in(study: Study, share: Share) -> Iterator[tuple[str, str]]:
    if share.wave not in study.waves:
        yield "wave", f"unknown wave {share.wave!r}"
    if share.item not in study.items:
        yield "item", f"unknown item {share.item!r}"
    elif share.response not in (known := study.items[share.item].answers):
        yield "response", f"unknown response of {share.item} {share.response!r}; known: {', '.join(known)}"
    if share.by and share.by not in study.groups:
        yield "by", f"unknown by {share.by!r}; known: {', '.join(study.groups)}"
    elif share.by and (levels := study.groups[share.by].levels) is not None and share.group not in levels:
        yield "group", f"unknown group of {share.by} {share.group!r}; known: {', '.join(levels)}"


def meeting_of(meetings: list[Meeting], entry: str) -> Meeting | None:
    """The meeting that an entry such as "India 2022-01-27" names."""
    partner, _, date = entry.rpartition(" ")
    return next((row for row in meetings if str(row.date) == date and row.partner.startswith(partner)), None)
