"""The record of meetings as charts and sentences, beside the order in which the article tells them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd
from pybtex.database import BibliographyData

from chapters.meetings.article import PRINTED, TOLD, overtaking, places_told, since_printed, until_printed
from chapters.meetings.record import STATES, TURKIC_STATES, Meeting, Part, second_rounds, several_names
from wavebook.figures.citing.references import entry_of, named
from wavebook.figures.publishing import escape
from wavebook.figures.record import Source
from wavebook.figures.theme import COLOURS, INK, QUIET, WIDTH
from wavebook.figures.words import cardinal, ordinal, several, start_sentence
from wavebook.study import CERTAINTY_WORDS, Event, Fieldwork

ARTICLE = "rerussia2023"
_SHORT = {TURKIC_STATES: "Turkic States (Turkey)", "Gulf Cooperation Council": "Gulf Council"}
_PLAIN: dict[str, Any] = {"ticks": False, "domain": False, "grid": True, "labelLimit": 190}
_BLUE, _ORANGE = COLOURS[:2]
_YEAR, _MONTH = 365.25, 31
_KINDS = {
    "five presidents, in person": ("circle", _BLUE, _BLUE),
    "five presidents, online": ("circle", "white", _BLUE),
    "not all five presidents, or not recorded": ("diamond", "white", _ORANGE),
}
_PARTS: dict[Part, tuple[str, str, str]] = {
    "president": ("circle", _BLUE, _BLUE),
    "took part, rank not recorded": ("square", _BLUE, _BLUE),
    "not its president, or as a guest": ("circle", "white", _BLUE),
    "absent": ("triangle-down", "white", _ORANGE),
    "not recorded": ("stroke", "white", QUIET),
}


def timeline_chart(meetings: Sequence[Meeting], events: Sequence[Event] = ()) -> alt.LayerChart:
    """Each partner's meetings over time, with the place of each in the article's list, and lines for events."""
    data = _described(meetings)
    start, end = data["day"].min() - pd.Timedelta(days=100), data["day"].max() + pd.Timedelta(days=120)
    domain, halves = [f"{start:%Y-%m-%d}", f"{end:%Y-%m-%d}"], pd.date_range(start, end, freq="2QS")
    years = alt.Axis(format="%b %Y", values=[f"{day:%Y-%m-%d}" for day in halves])
    time = alt.X("day:T", title=None, scale=alt.Scale(domain=domain, nice=False), axis=years)
    partner = alt.Y("with:N", title=None, sort=list(dict.fromkeys(data["with"])), axis=alt.Axis(**_PLAIN))
    base = alt.Chart(data).encode(x=time, y=partner)
    events = [*events, Event(date=PRINTED, label="the article")]
    happened = [(pd.Timestamp(event.date), event.label) for event in events if start < pd.Timestamp(event.date) < end]
    lines = alt.Chart(pd.DataFrame(happened, columns=["day", "what"])).encode(x="day:T")
    marks = base.mark_point(size=90, strokeWidth=2, opacity=1).encode(
        *_looks("kind", _KINDS), tooltip=["date", "with", "place", "form", "participants", "told"]
    )
    # A white rim first, so that words stay legible where they cross the line of an event.
    rims: list[dict[str, Any]] = [{"stroke": "white", "strokeWidth": 4}, {}]
    date, told = base.encode(text="short:N"), base.encode(text="told:N")
    dates = [date.mark_text(dy=-14, fontSize=12, color=QUIET, **rim) for rim in rims]
    numbers = [told.mark_text(align="left", dx=10, fontSize=13, fontWeight="bold", **rim) for rim in rims]
    said = "Numbers: place in the article’s list"
    words = lines.mark_text(align="left", dx=4, fontSize=12, color=QUIET).encode(y=alt.value(-6), text="what:N")
    return alt.layer(
        *([lines.mark_rule(color=QUIET), words] if happened else []),
        *dates,
        *numbers,
        marks,
    ).properties(
        title=alt.TitleParams(said, orient="bottom", offset=8, fontSize=13, fontWeight="normal", color=INK),
        width=WIDTH - 140,
        height=alt.Step(40),
    )


def matrix_chart(meetings: Sequence[Meeting]) -> alt.Chart:
    """Who met whom: a row for each of the five states, a column for each meeting."""
    meetings = sorted(meetings, key=lambda meeting: meeting.date)
    names = {meeting: f"{_SHORT.get(meeting.partner, meeting.partner)}, {meeting.date:%b %Y}" for meeting in meetings}
    parts = [
        {"meeting": names[m], "state": name, "part": m.part(code), "with": m.partner, "date": m.when}
        for m in meetings
        for code, name in STATES.items()
    ]
    above = alt.Axis(**_PLAIN, orient="top", labelAngle=-90)
    meeting = alt.X("meeting:N", title=None, sort=list(names.values()), axis=above)
    state = alt.Y("state:N", title=None, axis=alt.Axis(**_PLAIN))
    marks = alt.Chart(pd.DataFrame(parts)).mark_point(size=130, strokeWidth=2, opacity=1)
    there = {part: look for part, look in _PARTS.items() if any(row["part"] == part for row in parts)}
    return marks.encode(meeting, state, *_looks("part", there), tooltip=["state", "part", "with", "date"]).properties(
        width=WIDTH - 90, height=alt.Step(32)
    )


def _looks(field: str, looks: Mapping[Any, tuple[str, str, str]]) -> list[Any]:
    """Shape, fill and rim of the marks, with one legend."""
    legend = alt.Legend(title=None, columns=1, symbolSize=90, symbolStrokeWidth=2)
    return [
        channel(f"{field}:N", scale=alt.Scale(domain=list(looks), range=list(values)), legend=legend)
        for channel, values in zip((alt.Shape, alt.Fill, alt.Stroke), zip(*looks.values(), strict=True), strict=True)
    ]


def _described(meetings: Sequence[Meeting]) -> pd.DataFrame:
    places = places_told(meetings)
    return pd.DataFrame(
        {
            "day": [pd.Timestamp(m.date) for m in meetings],
            "date": [re.sub(r"([A-Z][a-z]{2})[a-z]+", r"\1", m.when) for m in meetings],
            "short": [re.sub(r"([A-Z][a-z]{2})[a-z]*| \d{4}", r"\1", m.when) for m in meetings],
            "with": [_SHORT.get(m.partner, m.partner) for m in meetings],
            **{field: [getattr(m, field) for m in meetings] for field in ("place", "form", "participants")},
            "told": [str(places.get(m, "")) for m in meetings],
            "kind": [_kind(m) for m in meetings],
        }
    )


def timeline_data(meetings: Sequence[Meeting]) -> pd.DataFrame:
    """The record as a table for readers, with the article's order."""
    places = places_told(meetings)
    rows = [
        m.model_dump() | {"told": places.get(m), "absent": " ".join(m.absent), "source": " ".join(m.source)}
        for m in meetings
    ]
    names = {"date": "from", "end": "to", "told": "place in the article’s list"}
    columns = [
        "date",
        "end",
        "partner",
        "form",
        "place",
        "participants",
        "absent",
        "told",
        "source",
        "certainty",
        "note",
    ]
    return pd.DataFrame(rows)[columns].rename(columns=names).astype({names["told"]: "Int64"})


def matrix_data(meetings: Sequence[Meeting]) -> pd.DataFrame:
    """How each state took part in each meeting, as a table for readers."""
    rows = [
        {"from": m.date, "partner": m.partner, **{name: m.part(code) for code, name in STATES.items()}}
        for m in meetings
    ]
    return pd.DataFrame(rows)


def sources(meetings: Sequence[Meeting], known: BibliographyData, *, article: bool = False) -> list[Source]:
    """What the figures rest on: the reports of each meeting and, where its order is drawn, the article."""

    def house(key: str) -> str:
        return named(entry_of(known, key), "and")

    common: dict[str, Any] = {"wave": "", "place": "Central Asia", "mode": "", "n": ""}
    found = [
        Source(
            **common,
            series="Report of a meeting",
            house=house(key),
            fieldwork=m.when,
            question=f"who met {m.partner}, {m.when}" if m.outside else f"who met, {m.when}",
            evidence="published",
            key=key,
        )
        for m in meetings
        for key in m.source
    ]
    printed = f"{PRINTED.day} {PRINTED:%B %Y}"
    told: dict[str, Any] = {"series": "Article", "fieldwork": printed, "question": "in which order they met"}
    told["house"] = house(ARTICLE) if article else ""
    return found + [Source(**common, **told, evidence="published", key=ARTICLE)] * article


def span(meetings: Sequence[Meeting]) -> str:
    """Say from which day to which the record goes."""
    first, last = min(m.date for m in meetings), max(m.last for m in meetings)
    return str(Fieldwork(start=first, end=last, known_to="day"))


def say_finding(meetings: Sequence[Meeting]) -> str:
    """The finding of the page, in a paragraph on the list and one on what came after."""
    told, after = places_told(meetings), since_printed(meetings)
    full, wrong = [m for m in told if m.five_presidents], overtaking(meetings)
    left_out = _left_out(meetings)
    order = (
        f"The list is not in order of time: {'; '.join(_early(wrong))}." if wrong else "The list is in order of time."
    )
    of_list = [
        (
            f"The article names {cardinal(len(told))} outside powers, and each of them did meet the five states. To "
            f"{cardinal(len(full))} of these meetings all five presidents came: those with {several(_the(m) for m in full)}."
        ),
        order,
        f"{start_sentence(cardinal(len(left_out)))} other meetings with outside powers had been held by then, with "
        f"{several(f'{_the(m)} ({m.date:%B %Y})' for m in left_out)}."
        if left_out
        else "It leaves no meeting out that the record has by then.",
    ]
    if not after:
        return " ".join(of_list)
    outside = [m for m in after if m.outside]
    since = [
        (
            f"After the article was printed the five went on meeting: with {several(_times(outside))}, and among themselves "
            f"{_often(len(after) - len(outside))}, up to {after[-1].date:%B %Y}."
        )
    ]
    rounds = second_rounds(meetings)
    for first, second in rounds:
        before = [pair for pair in rounds if pair[1].date < second.date]
        if second.partner == "Russia" and before:
            since.append(
                f"Russia was met a second time {_years(second, first)} after the first, when "
                f"{several(_the(pair[1]) for pair in before)} had already been met twice in person."
            )
    return " ".join(of_list) + "\n\n" + " ".join(since)


def say_who(meetings: Sequence[Meeting]) -> list[str]:
    """Whether each power of the article's list was met, and by whom."""
    told = list(places_told(meetings))
    full = [m for m in told if m.five_presidents]
    count = f"{cardinal(len(full))} of the {cardinal(len(told))} powers in the list"
    others = [_say(m, m.place, m.side) for m in told if not m.five_presidents]
    return [f"**All five presidents** met {several(f'{_the(m)} {_cited(m)}' for m in full)}: {count}.", *others]


def say_order(meetings: Sequence[Meeting]) -> list[str]:
    """Where the order by date differs from the article's."""
    places = places_told(meetings)
    dated = sorted(places, key=lambda m: m.date)
    begins, first = next(iter(places)), min((m for m in meetings if m.outside), key=lambda m: m.date)
    said = []
    if first != begins:
        said.append(
            f"**{start_sentence(_the(first))}** came first by date{', online' if first.online else ''}, on {first.when}: "
            f"{_gap(begins, first)} before {_the(begins)}, with which the list begins."
        )
    for meeting, others in overtaking(meetings):
        gaps = several(f"{_gap(other, meeting)} before {_the(other)} ({other.when})" for other in others)
        said.append(
            f"**{start_sentence(_the(meeting))}** stands {ordinal(places[meeting])} in the list and was "
            f"{ordinal(dated.index(meeting) + 1)} of its meetings by date: {meeting.when}, {gaps}."
        )
    return said or ["By date the order is the same."]


def say_left_out(meetings: Sequence[Meeting]) -> list[str]:
    """Meetings with outside powers that the article could have told of and does not."""
    return [_say(m, m.place or m.form, m.side) for m in _left_out(meetings)] or ["The list leaves none out."]


def say_since(meetings: Sequence[Meeting]) -> list[str]:
    """Meetings with outside powers since the article was printed."""
    return [_say(m, f"{m.form}, {m.place}", m.side) for m in since_printed(meetings) if m.outside] or [
        "The record has none."
    ]


def say_second_rounds(meetings: Sequence[Meeting]) -> list[str]:
    """How long after the first meeting in person each partner was met again, in order of the second."""
    return [
        f"**{start_sentence(_the(second))}**: {first.when}, then {second.when}; {_gap(second, first)} later."
        for first, second in second_rounds(meetings)
    ] or ["The record has none."]


def say_among_themselves(meetings: Sequence[Meeting]) -> list[str]:
    """What the record has of the five without an outside power."""
    return [
        f"**{m.when}**, {escape(m.place)}, {escape(m.form)}: {escape(m.side)}"
        + (f"; {escape(several_names(m.note))}" if m.note else "")
        + f" {_cited(m)}."
        for m in meetings
        if not m.outside
    ]


def record_table(meetings: Sequence[Meeting]) -> pd.DataFrame:
    """The record as a page shows it."""
    return pd.DataFrame(
        {
            "When": [m.when for m in meetings],
            "With": [m.partner for m in meetings],
            "Form": [m.form for m in meetings],
            "Where": [m.place for m in meetings],
            "Central Asian side": [m.side for m in meetings],
            "Source": [", ".join(m.source) for m in meetings],
            "How sure": [CERTAINTY_WORDS[m.certainty] for m in meetings],
            "Note": [several_names(m.note) for m in meetings],
        }
    )


def timeline_caption(meetings: Sequence[Meeting]) -> str:
    """Caption of the time line."""
    return (
        f"{len(meetings)} meetings of the five Central Asian states, by partner in order of the first. Diamonds: not all "
        f"five presidents came, or it is not recorded. Numbers: place in the list of {{cite:t}}`{ARTICLE}`, printed where "
        f"the line “the article” stands. {_BASIS}"
    )


def matrix_caption(meetings: Sequence[Meeting]) -> str:
    """Caption of the matrix."""
    return f"How each of the five took part in {len(meetings)} meetings, in order of time. {_BASIS}"


def measured() -> list[str]:
    """How the record was made, for both figures."""
    months = sum(month is not None for _, month in TOLD)
    return [
        "Each row of the record rests on reports of that meeting, which its column “source” names.",
        (
            f"{start_sentence(cardinal(months))} of the {cardinal(len(TOLD))} entries of the article’s list carry a month; the "
            f"others are matched by partner alone, among the meetings held before it was printed."
        ),
        "A square: the record says that the state took part, and not who went for it.",
    ]


def timeline_alt(meetings: Sequence[Meeting]) -> str:
    """Describe the time line for those who do not see it."""
    places = places_told(meetings)
    told = {m: f"{ordinal(places[m])} in the article’s list" if m in places else "not in it" for m in meetings}
    said = [f"{start_sentence(_the(m, plain=True))}, {m.when}: {_kind(m)}; {told[m]}." for m in meetings]
    return " ".join(["Time line of meetings by partner, each with its place in the article’s list.", *said])


def matrix_alt(meetings: Sequence[Meeting]) -> str:
    """Describe the matrix for those who do not see it."""
    said = [f"Table of marks, a row for each of the {cardinal(len(STATES))} states and a column for each meeting."]
    for m in meetings:
        parts = {part: [name for code, name in STATES.items() if m.part(code) == part] for part in _PARTS}
        named = [f"{part}: {several(states)}" for part, states in parts.items() if states]
        side = "all five presidents" if m.five_presidents else "; ".join(named)
        said.append(f"{start_sentence(_the(m, plain=True))}, {m.when}: {side}.")
    return " ".join(said)


_BASIS = "Evidence: reports of each meeting; no poll stands behind this figure."


def _left_out(meetings: Sequence[Meeting]) -> list[Meeting]:
    return [m for m in until_printed(meetings) if m.outside and m not in places_told(meetings)]


def _early(wrong: Sequence[tuple[Meeting, list[Meeting]]]) -> list[str]:
    """Who came before whom though the list puts them later; those that came before the same ones together."""
    by_others: dict[tuple[str, ...], list[Meeting]] = {}
    for meeting, others in wrong:
        by_others.setdefault(tuple(_the(other) for other in others), []).append(meeting)
    return [
        f"{several(f'{_the(m)} ({m.date:%B %Y})' for m in early)} came before {several(others)}, which it names first"
        for others, early in by_others.items()
    ]


def _times(meetings: Sequence[Meeting]) -> list[str]:
    counts = Counter(_the(m) for m in meetings)
    return [f"{name}{'' if count == 1 else f' {_often(count)}'}" for name, count in counts.items()]


def _often(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{cardinal(count)} times")


def _years(later: Meeting, earlier: Meeting) -> str:
    """A gap in years where it is nearly a whole number of them, else in days."""
    days = (later.date - earlier.date).days
    whole = round(days / _YEAR)
    if not whole or abs(days - whole * _YEAR) > _MONTH:
        return _gap(later, earlier)
    near = "almost " if days < whole * _YEAR - 1 else "just over " if days > whole * _YEAR + 1 else ""
    return f"{near}{cardinal(whole)} year{'s' * (whole != 1)}"


def _cited(meeting: Meeting) -> str:
    return f"{{cite:p}}`{','.join(meeting.source)}`"


def _say(meeting: Meeting, place: str, what: str) -> str:
    where = f", {escape(place)}" if place else ""
    return f"**{start_sentence(_the(meeting))}**, {meeting.when}{where}: {escape(what)} {_cited(meeting)}."


def _kind(meeting: Meeting) -> str:
    in_person, online, otherwise = _KINDS
    return (online if meeting.online else in_person) if meeting.five_presidents else otherwise


def _the(meeting: Meeting, *, plain: bool = False) -> str:
    partner = meeting.partner if plain else escape(meeting.partner)
    return f"the {partner}" if " " in partner and meeting.outside else partner


def _gap(later: Meeting, earlier: Meeting) -> str:
    days = (later.date - earlier.date).days
    return f"{cardinal(days)} day{'s' * (days != 1)}"
