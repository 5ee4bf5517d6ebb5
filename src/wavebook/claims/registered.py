"""Conditions for waves that have not arrived: `data/registered.yml`, judged by themselves when the wave is there.

An entry says on which day it was fixed, which wave it awaits, and what it decides either way. Its conditions are those
of the ledger, with `wave: awaited` for the wave to come. `seal` is the fingerprint of all that: an entry that is changed
afterwards no longer fits its seal and is refused, and the history of the file tells who sealed it anew. One that was
fixed on or after the day on which its wave came into the book, as far as its history is here, decides nothing and says so.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from wavebook.claims.check import hold
from wavebook.claims.registry import CONFIRMED, CONTRADICTED, Finding
from wavebook.claims.shares import Condition, unknown_shares
from wavebook.estimates import EstimatingStudy
from wavebook.study import Fault, Refused, git
from wavebook.study.digests import digest
from wavebook.study.files import is_there, read_yaml
from wavebook.study.read import faults_of
from wavebook.survey import published_shares, smallest_seen

REGISTERED = "data/registered.yml"
AWAITED = "awaited"
_KEBAB = r"^[a-z0-9]+(-[a-z0-9]+)*$"

Outcome = Literal["waiting", "met", "not met", "chance decides", "decides nothing: fixed after its wave arrived"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Awaited(_Strict):
    """The wave that will decide: one by its id, whose respondent file is to come, or the first after a day."""

    wave: str | None = None
    series: str | None = None
    country: str | None = None
    after: dt.date | None = None

    @model_validator(mode="after")
    def _names_one_wave(self) -> Self:
        others = (self.series, self.country, self.after)
        if (self.wave is None) == any(other is None for other in others) or (self.wave and any(others)):
            raise ValueError("give `wave`, whose respondent file is awaited, or `series`, `country` and `after`")
        return self


class Registered(_Strict):
    """A condition that was fixed before its wave arrived."""

    registered: Annotated[dt.date, Field(strict=True)]
    says: str
    awaits: Awaited
    check: Annotated[tuple[Condition, ...], Field(min_length=1)]
    if_met: str
    if_not: str
    seal: str = ""

    @property
    def fingerprint(self) -> str:
        """The first digits of the fingerprint of all that was fixed."""
        fixed = self.model_dump(mode="json", exclude={"seal"}, exclude_none=True)
        return digest(json.dumps(fixed, sort_keys=True, ensure_ascii=False).encode())[:12]

    def items(self) -> set[str]:
        """The items that the awaited wave has to have."""
        return {share.item for asked in self.check for share in asked.shares if share.wave == AWAITED}

    def of(self, wave: str) -> tuple[Condition, ...]:
        """Its conditions with a wave in the place of the awaited one."""
        return tuple(
            asked.model_copy(update={asked.form: _named(getattr(asked, asked.form), wave)}) for asked in self.check
        )


@dataclass(frozen=True)
class Outlook:
    """What became of a registered condition, or what it waits for."""

    id: str
    entry: Registered
    outcome: Outcome
    wave: str | None = None
    findings: tuple[Finding, ...] = ()
    needs: str = ""

    @property
    def decides(self) -> str:
        """What it decides, in words; empty while it decides nothing."""
        return {"met": self.entry.if_met, "not met": self.entry.if_not}.get(self.outcome, "")


def registered(study: EstimatingStudy) -> list[Outlook]:
    """Judge every registered condition whose wave is here; the others wait.

    Raises
    ------
    Refused
        With every fault of the file, an entry that does not fit its seal among them.
    """
    return [_judged(study, key, entry) for key, entry in _load(study).items()]


def decided(study: EstimatingStudy) -> list[tuple[str, Outcome, str]]:
    """Registered conditions whose wave has arrived: id, outcome, and what it decides."""
    return [(one.id, one.outcome, one.decides) for one in registered(study) if one.outcome != "waiting"]


def _load(study: EstimatingStudy) -> dict[str, Registered]:
    if not is_there(study.root / REGISTERED):
        return {}
    data, line_of = read_yaml(study.root / REGISTERED, REGISTERED)
    found: dict[str, Registered] = {}
    faults: list[Fault] = []
    for key, given in data.items():
        where = f"{REGISTERED}:{line_of((key,))}"
        try:
            entry = Registered.model_validate(given)
        except ValidationError as error:
            faults += faults_of(error, REGISTERED, line_of, key)
            continue
        if entry.seal != entry.fingerprint:
            faults.append(
                Fault(
                    where,
                    f"{key}: is not what was registered; leave it, and register another condition under today's date"
                    if entry.seal
                    else f"{key}: has no seal; that of what stands here is {entry.fingerprint}",
                )
            )
        stand_in = entry.awaits.wave or next(iter(study.waves), "")
        unknown = unknown_shares(study, entry.of(stand_in))
        faults += (Fault(f"{REGISTERED}:{line_of((key, 'check', *keys))}", what) for keys, what in unknown)
        if entry.awaits.series and entry.awaits.series not in study.series:
            faults.append(Fault(where, f"{key}: unknown series {entry.awaits.series!r}"))
        found[str(key)] = entry
    if faults:
        raise Refused(faults)
    return found


def _judged(study: EstimatingStudy, key: str, entry: Registered) -> Outlook:
    wave = _arrived(study, entry)
    if wave is None:
        return Outlook(key, entry, "waiting", needs=_power(study, entry))
    here = git.first_with(study.root, "data", f"{wave},{min(entry.items(), default='')},")
    if entry.awaits.wave:
        here = git.first_with(study.root, f"data/estimates/{wave}", '"function"')
    if here is not None and entry.registered >= here:
        return Outlook(key, entry, "decides nothing: fixed after its wave arrived", wave)
    findings = [hold(study, asked) for asked in entry.of(wave)]
    known = tuple(finding for finding in findings if finding is not None)
    words = {finding.verdict for finding in known}
    outcome: Outcome = "chance decides"
    if len(known) < len(findings):
        return Outlook(key, entry, "waiting", needs=_power(study, entry))
    if CONTRADICTED in words:
        outcome = "not met"
    elif words == {CONFIRMED}:
        outcome = "met"
    return Outlook(key, entry, outcome, wave, known)


def _arrived(study: EstimatingStudy, entry: Registered) -> str | None:
    """The wave that an entry awaits, if it is here."""
    awaits, items = entry.awaits, entry.items()
    if awaits.wave:
        there = awaits.wave in study.waves and all(study.wave(awaits.wave).has(item) for item in items)
        return awaits.wave if there else None
    waves = study.waves_of(awaits.series or "", awaits.country or "")
    later = [w for w in waves if awaits.after and w.fieldwork.start > awaits.after and w.pooled is None]
    for wave in sorted(later, key=lambda wave: wave.fieldwork.start):
        printed = {topline.item for topline in study.toplines(wave.id) if not topline.bound}
        if all(item in printed or study.wave(wave.id).has(item) for item in items):
            return wave.id
    return None


def _named(shares: Any, wave: str) -> Any:
    def named(share: Any) -> Any:
        return share.model_copy(update={"wave": wave}) if share.wave == AWAITED else share

    return tuple(map(named, shares)) if isinstance(shares, tuple) else named(shares)


def _power(study: EstimatingStudy, entry: Registered) -> str:
    """What the awaited wave will be able to show, if it is as large as that series' last one."""
    return "; ".join(dict.fromkeys(_seen(study, entry, asked) for asked in entry.check))


def _seen(study: EstimatingStudy, entry: Registered, asked: Condition) -> str:
    if asked.ratio and asked.about is not None:
        least = asked.about - (asked.within or 0)
        return f"it is in reach only if the share of the others is at most {100 / least:.0f}%"
    awaits = entry.awaits
    waves = [study.described(awaits.wave)] if awaits.wave else study.waves_of(awaits.series or "", awaits.country or "")
    last = [wave for wave in waves if wave.pooled is None][-1:]
    n, deff = (study.n(last[0]).value, study.deff(last[0]).value) if last else (None, None)
    if any(share.by for share in asked.shares) or n is None or deff is None:
        return "how small a departure will be seen depends on the size of the groups, which is not known"
    bound = next((value for value in (asked.about, asked.above, asked.below) if value is not None), 50)
    share = bound / 100 if asked.share else 0.5  # the widest that a difference can be
    row = {"wave": "x", "response": "x", "share": share, "step": 0.01, "n": n, "deff": deff}
    variance = published_shares(pd.DataFrame([row])).covariance[0, 0] * len(asked.shares)
    said = f"with {n:,.0f} respondents and a design effect of {deff:g}"
    return f"{said} a departure of {100 * float(smallest_seen(variance**0.5)):.1f} points or more will be seen"
