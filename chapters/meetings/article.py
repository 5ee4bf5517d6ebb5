"""The article's list of meetings, in its order, held against the record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from chapters.meetings.record import MEETINGS, TURKIC_STATES, Meeting
from wavebook.study import refuse

TOLD: tuple[tuple[str, int | None], ...] = (
    ("India", 1),
    ("China", 5),
    ("European Union", 6),
    ("Russia", None),
    (TURKIC_STATES, None),
    ("United States", 9),
    ("Germany", None),
)
"""The list of Re:Russia's article in its order: the partner, and the month where it gives one."""
PRINTED = dt.date(2023, 10, 4)
"""The day on which the article was printed: it can tell of no later meeting."""


def until_printed(meetings: Sequence[Meeting]) -> list[Meeting]:
    """The meetings of which the article could tell."""
    return [meeting for meeting in meetings if meeting.date <= PRINTED]


def since_printed(meetings: Sequence[Meeting]) -> list[Meeting]:
    """The meetings that came after the article."""
    return [meeting for meeting in meetings if meeting.date > PRINTED]


def places_told(meetings: Sequence[Meeting]) -> dict[Meeting, int]:
    """The place of each meeting in the article's list, counted from 1; meetings that are not in it are left out.

    Raises
    ------
    Refused
        If an entry of the list fits no meeting, or several.
    """
    places: dict[Meeting, int] = {}
    for place, (partner, month) in enumerate(TOLD, 1):
        fitting = [m for m in until_printed(meetings) if m.partner == partner and month in (None, m.date.month)]
        if len(fitting) != 1:
            raise refuse(MEETINGS, f"{len(fitting)} meetings fit what the article tells of {partner}; exactly one must")
        places[fitting[0]] = place
    return places


def overtaking(meetings: Sequence[Meeting]) -> list[tuple[Meeting, list[Meeting]]]:
    """Meetings that came before some that the article's list puts first, each with those."""
    places = places_told(meetings)
    behind = [(m, [n for n in places if places[n] < places[m] and n.date > m.date]) for m in places]
    return [(meeting, others) for meeting, others in behind if others]
