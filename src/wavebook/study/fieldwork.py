"""When a wave was in the field: its first and last day, as exactly as they are known, and how to say them."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import BaseModel, ConfigDict, field_validator

KnownTo = Literal["day", "month", "season", "half", "year"]


class Fieldwork(BaseModel):
    """When interviews were held, and how exactly that is known."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    start: dt.date
    end: dt.date
    known_to: KnownTo

    @field_validator("end")
    @classmethod
    def _ends_after_it_starts(cls, end: dt.date, info: object) -> dt.date:
        start = getattr(info, "data", {}).get("start")
        if start is not None and end < start:
            raise ValueError(f"fieldwork ends ({end}) before it starts ({start})")
        return end

    @property
    def middle(self) -> dt.date:
        """The day half-way through: where a wave stands on a time axis."""
        return self.start + (self.end - self.start) / 2

    def __str__(self) -> str:
        """Say the time no more exactly than it is known."""
        match self.known_to:
            case "day":
                return _days(self.start, self.end)
            case "month":
                months = [f"{day:%B %Y}" for day in (self.start, self.end)]
                return " to ".join(dict.fromkeys(months))
            case "season":
                first, last = _season(self.start), _season(self.end)
                return first if first == last else f"{first} to {last}"
            case "half":
                return f"{'first' if self.start.month <= 6 else 'second'} half of {self.start.year}"
            case "year":
                return " to ".join(dict.fromkeys([str(self.start.year), str(self.end.year)]))

    @property
    def months(self) -> str:
        """The time without its days: June 2022, April and May 2023, June to September 2017."""
        if self.known_to not in ("day", "month"):
            return str(self)
        first, last = (f"{day:%B}" for day in (self.start, self.end))
        years = self.end.year - self.start.year
        apart = 12 * years + self.end.month - self.start.month
        if not apart:
            return f"{last} {self.end.year}"
        return f"{first}{f' {self.start.year}' if years else ''} {'and' if apart == 1 else 'to'} {last} {self.end.year}"

    @property
    def short(self) -> str:
        """A name for the wave in a sentence: spring 2023, March 2022, 2017."""
        if self.known_to in ("year", "half", "season"):
            return str(self)
        if (self.start.year, self.start.month) == (self.end.year, self.end.month):
            return f"{self.start:%B %Y}"
        return _season(self.middle)


def _season(day: dt.date) -> str:
    name = {0: "winter", 1: "spring", 2: "summer", 3: "autumn"}[day.month % 12 // 3]
    return f"{name} {day.year}"


def _days(start: dt.date, end: dt.date) -> str:
    last = f"{end.day} {end:%B %Y}"
    if start == end:
        return last
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day}–{last}"
    return f"{start.day} {start:%B}{'' if start.year == end.year else f' {start.year}'} – {last}"
