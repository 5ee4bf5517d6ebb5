"""The record of meetings: when the five states of Central Asia met whom, and who came."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from wavebook.figures.words import several
from wavebook.study import Fault, Fieldwork, Refused
from wavebook.study.files import read_csv
from wavebook.study.model import COUNTRIES, Certainty

MEETINGS = "data/meetings.csv"
STATES = {code: COUNTRIES[code] for code in ("KZ", "KG", "TJ", "TM", "UZ")}
AMONG_THEMSELVES = "among themselves"
TURKIC_STATES = "Organization of Turkic States (Turkey)"

Part = Literal[
    "president", "took part, rank not recorded", "not its president, or as a guest", "absent", "not recorded"
]
"""How a state took part, as far as the record says."""

_COUNTS = {"four presidents": 4, "five presidents": 5}
_UNNAMED = "leaders"


def _day(text: object) -> object:
    if not isinstance(text, str):
        return text
    if text and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        raise ValueError(f"write a day as 2022-01-25, not {text!r}")
    return text or None


def _codes(text: object) -> object:
    return tuple(text.split()) if isinstance(text, str) else text


class Meeting(BaseModel):
    """One meeting.

    `participants` is kept as the record describes them: "five presidents"; "four presidents; TM by …", where the four
    are the others; "leaders", where it does not say whose; or codes, where it names states and not their rank. `source`
    are the keys of the reports on which the row rests.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    date: Annotated[dt.date, BeforeValidator(_day)]
    end: Annotated[dt.date | None, BeforeValidator(_day)]
    partner: Annotated[str, Field(min_length=1)]
    form: str
    place: str
    participants: Annotated[str, Field(min_length=1)]
    absent: Annotated[tuple[str, ...], BeforeValidator(_codes)]
    source: Annotated[tuple[str, ...], BeforeValidator(_codes), Field(min_length=1)]
    certainty: Certainty
    note: str

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if self.end is not None and self.end < self.date:
            raise ValueError(f"the meeting ends ({self.end}) before it begins ({self.date})")
        first, *others = self._said
        named = [*([] if first in _COUNTS or first == _UNNAMED else first.split())]
        named += [*(words.split()[0] for words in others), *self.absent]
        if unknown := [code for code in named if code not in STATES]:
            raise ValueError(f"{unknown[0]!r} is none of the five states; known: {', '.join(STATES)}")
        if twice := [code for code in STATES if named.count(code) > 1]:
            raise ValueError(f"{twice[0]} is named twice")
        if first in _COUNTS and _COUNTS[first] != len(STATES) - len(named):
            raise ValueError(f"{first}, but {len(named)} of the five states are said not to have sent theirs")
        return self

    @property
    def _said(self) -> list[str]:
        return [words.strip() for words in self.participants.split(";") if words.strip()] or [""]

    @property
    def last(self) -> dt.date:
        """The day on which it ended."""
        return self.end or self.date

    @property
    def when(self) -> str:
        """Its days in words."""
        return str(Fieldwork(start=self.date, end=self.last, known_to="day"))

    @property
    def online(self) -> bool:
        """Whether nobody travelled."""
        return self.form == "online"

    @property
    def outside(self) -> bool:
        """Whether it was with somebody other than themselves."""
        return self.partner != AMONG_THEMSELVES

    def part(self, state: str) -> Part:
        """How a state took part."""
        first, *others = self._said
        if state in self.absent:
            return "absent"
        if any(words.split()[0] == state for words in others):
            return "not its president, or as a guest"
        if first in _COUNTS:
            return "president"
        return "took part, rank not recorded" if state in first.split() else "not recorded"

    @property
    def presidents(self) -> int:
        """How many presidents are known to have come."""
        return sum(self.part(state) == "president" for state in STATES)

    @property
    def five_presidents(self) -> bool:
        """Whether all five are known to have come."""
        return self.presidents == len(STATES)

    @property
    def side(self) -> str:
        """Who came for Central Asia, as the record describes it, with names for codes."""
        absent = f"; {several_names(' '.join(self.absent))} absent" if self.absent else ""
        return several_names(self.participants) + absent


def second_rounds(meetings: Sequence[Meeting]) -> list[tuple[Meeting, Meeting]]:
    """The first two meetings in person with each outside partner that was met twice, by the day of the second."""
    met: dict[str, list[Meeting]] = {}
    for meeting in sorted(meetings, key=lambda meeting: meeting.date):
        if meeting.outside and not meeting.online:
            met.setdefault(meeting.partner, []).append(meeting)
    rounds = [(first, second) for first, second, *_ in (row for row in met.values() if len(row) > 1)]
    return sorted(rounds, key=lambda pair: pair[1].date)


def several_names(text: str) -> str:
    """Put names for the codes of states: "KZ KG UZ" → "Kazakhstan, Kyrgyzstan and Uzbekistan"."""
    one = f"(?:{'|'.join(STATES)})"
    return re.sub(rf"\b{one}(?: {one})*\b", lambda codes: several(STATES[code] for code in codes[0].split()), text)


def read_meetings(root: Path) -> list[Meeting]:
    """Read the record in order of time.

    Raises
    ------
    Refused
        With every fault, each naming file, line and column.
    """
    faults: list[Fault] = []
    meetings: dict[tuple[dt.date, str], Meeting] = {}
    lines: dict[tuple[dt.date, str], int] = {}
    for line, row in read_csv(root / MEETINGS, MEETINGS, list(Meeting.model_fields)):
        where = f"{MEETINGS}:{line}"
        try:
            meeting = Meeting.model_validate(row)
        except ValidationError as error:
            faults += [Fault(where, _said(found["loc"], found["msg"], found["input"])) for found in error.errors()]
            continue
        key = (meeting.date, meeting.partner)
        if key in meetings:
            faults.append(Fault(where, f"the same day and partner stand on line {lines[key]} already"))
        meetings.setdefault(key, meeting)
        lines.setdefault(key, line)
    if faults:
        raise Refused(faults)
    return sorted(meetings.values(), key=lambda meeting: (meeting.date, meeting.partner))


def _said(keys: tuple[int | str, ...], message: str, given: object) -> str:
    """Tell pydantic's finding by column."""
    if message.startswith("Value error, "):
        message = message.removeprefix("Value error, ")
    else:
        message = f"{message[0].lower()}{message[1:]}, not {given!r}"
    return f"{keys[0]}: {message}" if keys else message
