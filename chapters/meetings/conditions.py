"""What the ledger may hold against the record of meetings: `order` and `met`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from chapters.meetings.record import MEETINGS, Meeting, read_meetings
from wavebook.claims import HOLDS, NOT, UNTESTABLE, Claim, Judged, condition
from wavebook.estimates import EstimatingStudy
from wavebook.figures.words import several
from wavebook.study import CERTAINTY_WORDS, Study

Entry = Annotated[str, Field(pattern=r"^.+ \d{4}-\d{2}-\d{2}$")]
"""A meeting, as in "India 2022-01-27"."""


class Met(BaseModel):
    """A meeting that a statement says took place."""

    model_config = ConfigDict(extra="forbid", frozen=True)

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
        return Judged(NOT, [*wrong, *left_out], evidence=_evidence(found))
    return Judged(HOLDS, caveats=left_out, evidence=_evidence(found))


@condition("met", Met)
def met(study: EstimatingStudy, _claim: Claim, asked: Met) -> Judged:
    """A meeting with a partner began between two days; what is not on record may still have been."""
    meetings = read_meetings(study.root)
    of_kind = [row for row in meetings if row.partner == asked.partner]
    if found := [row for row in of_kind if asked.start <= row.date <= asked.end]:
        return Judged(HOLDS, [f"On record: {_listed(found)}"], evidence=_evidence(found))
    why = f"Not on record, which of this kind has: {_listed(of_kind)}"
    return Judged(UNTESTABLE, [why], evidence=_evidence(meetings))


def _find(meetings: Sequence[Meeting], entry: str) -> Meeting | None:
    partner, _, date = entry.rpartition(" ")
    return next((row for row in meetings if str(row.date) == date and row.partner.startswith(partner)), None)


def _evidence(meetings: Sequence[Meeting]) -> str:
    marks = dict.fromkeys(CERTAINTY_WORDS[row.certainty] for row in meetings)
    return f"record of meetings, {'; '.join(marks)}"


def _listed(meetings: Sequence[Meeting]) -> str:
    return several(f"{row.partner} ({row.date.day} {row.date:%B %Y})" for row in meetings) or "none"
