"""What the ledger may hold against the record of meetings: `order` and `met`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from chapters.meetings.record import MEETINGS, Meeting, read_meetings
from wavebook.claims import CONFIRMED, CONTRADICTED, UNTESTABLE, Claim, Judged, condition
from wavebook.estimates import EstimatingStudy
from wavebook.figures.words import several
from wavebook.study import CERTAINTY_WORDS, Study

_DATED = "could have shown it true or false: the days of the meetings are on record"
_ON_RECORD = (
    "could have shown it true, by the days and who came; not false, as what is not on record may still have been"
)
_FLIP = "no number of a poll turns it; another date on record would"
Entry = Annotated[str, Field(pattern=r"^.+ \d{4}-\d{2}-\d{2}$")]
"""A meeting, as in "India 2022-01-27"."""


class Met(BaseModel):
    """A meeting that a statement says took place; `part` is the part of the statement that it bears out."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    part: str = ""
    partner: str
    start: dt.date = Field(alias="from")
    end: dt.date = Field(alias="to")


def _unknown(study: Study, order: Sequence[str]) -> Iterator[tuple[tuple[int], str]]:
    meetings = read_meetings(study.root)
    for i, entry in enumerate(order):
        if not _find(meetings, entry):
            yield (i,), f"no meeting {entry!r} in {MEETINGS}"


@condition("order", Annotated[tuple[Entry, ...], Field(min_length=1)], unknown=_unknown)
def order(study: EstimatingStudy, _claim: Claim, told: Sequence[str]) -> Judged:
    """The meetings took place in the order in which the statement names them, and it leaves none out."""
    meetings = read_meetings(study.root)
    found = [row for entry in told if (row := _find(meetings, entry))]
    pairs = [(row, [early for early in found[:i] if early.date > row.date]) for i, row in enumerate(found)]
    wrong = [f"{_listed([row])} came before {_listed(late)}, not after" for row, late in pairs if late]
    first, last = (pick(row.date for row in found) for pick in (min, max))
    others = [row for row in meetings if row.outside and row not in found]
    others = [row for row in others if first.year <= row.date.year and row.date <= last]
    left_out = [f"Left out, though on record: {_listed(others)}"] if others else []
    if wrong:
        return Judged(CONTRADICTED, [*wrong, *left_out], evidence=_evidence(found), power=_DATED, flip=_FLIP)
    return Judged(CONFIRMED, caveats=left_out, evidence=_evidence(found), power=_DATED, flip=_FLIP)


@condition("met", Annotated[tuple[Met, ...], Field(min_length=1)])
def met(study: EstimatingStudy, _claim: Claim, asked: Sequence[Met]) -> list[Judged]:
    """Each a meeting with a partner that began between two days; what is not on record may still have been."""
    meetings = read_meetings(study.root)
    return [_met(meetings, one) for one in asked]


def _met(meetings: Sequence[Meeting], asked: Met) -> Judged:
    of_kind = [row for row in meetings if row.partner == asked.partner]
    if found := [row for row in of_kind if asked.start <= row.date <= asked.end]:
        why = f"On record: {_listed(found)}"
        return Judged(CONFIRMED, [why], evidence=_evidence(found), about=asked.part, power=_ON_RECORD, flip=_FLIP)
    why = f"Not on record: {asked.partner}, {asked.start.day} {asked.start:%B %Y} to {asked.end.day} {asked.end:%B %Y}"
    return Judged(UNTESTABLE, [why], evidence=_evidence(meetings), about=asked.part, power=_ON_RECORD)


def _find(meetings: Sequence[Meeting], entry: str) -> Meeting | None:
    partner, _, date = entry.rpartition(" ")
    return next((row for row in meetings if str(row.date) == date and row.partner.startswith(partner)), None)


def _evidence(meetings: Sequence[Meeting]) -> str:
    marks = dict.fromkeys(CERTAINTY_WORDS[row.certainty] for row in meetings)
    return f"record of meetings, {'; '.join(marks)}"


def _listed(meetings: Sequence[Meeting]) -> str:
    return several(f"{row.partner} ({row.date.day} {row.date:%B %Y})" for row in meetings) or "none"
