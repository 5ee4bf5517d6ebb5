"""Shares over time in several places: a small panel each, on one axis of time and one scale."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from wavebook.figures.theme import COLOURS, QUIET, WIDTH
from wavebook.study import Event, Study
from wavebook.study.rows import expect

_SURE = ("read", "computed")
_HEIGHT, _QUIET_HEIGHT = 126, 66
_LONG = pd.Timedelta(days=366)  # fieldwork, or what is known of its time, that is drawn as a span
_SOON = 0.07  # how near the next wave is, as a part of the axis, if a number stands to the left of its point
_EDGE = pd.Timedelta(days=200)  # left free at both ends of the axis, for points and their numbers
_KEPT = ["label", "time", "start", "end", "percent", "bound", "value", "low", "high", "edge", "sure", "line", "before"]


def panels_chart(study: Study, points: pd.DataFrame, quiet: pd.DataFrame | None = None) -> alt.VConcatChart:
    """Draw the shares of one answer, a panel a place: intervals, spans of fieldwork, bounds as bars without a point.

    Only waves of one segment, asked in the same way, are joined by a line. Where a wave took more
    than a year, or its time is not known better, a level stroke shows from when to when. Hollow points were not read in their own source.

    Parameters
    ----------
    points
        Frame of shares with `place`, what a panel is called, and `segment`, as the points of a trend have it.
    quiet
        Such a frame, without `segment`, of what the places are seen against: in grey, in panels below theirs.
    """
    for frame in (points, quiet):
        if frame is not None:
            expect("panels_chart", frame, "wave", "label", "time", "percent", "bound", "share", "lower", "upper",
                   "certainty")  # fmt: skip
    shown = [_prepared(study, points, COLOURS[0])]
    if quiet is not None and len(quiet):
        shown.append(_prepared(study, quiet.assign(segment=pd.NA), QUIET))
    data = pd.concat(shown, ignore_index=True)
    start, end = data["start"].min() - _EDGE, data["end"].max() + _EDGE
    data = data.assign(before=data["ahead"] < _SOON * (end - start))
    time = _time(start, end)
    panels = list(data.groupby("place", sort=False))
    first = study.described(points["wave"].iloc[0])
    spanned = data["start"].min(), data["end"].max()
    marked = [e for e in study.events(first.country) if spanned[0] < pd.Timestamp(e.date) < spanned[1]]
    drawn = [
        _panel(
            rows, _titled(points, str(place), number), time, marked, first=number == 0, last=number == len(panels) - 1
        )
        for number, (place, rows) in enumerate(panels)
    ]
    return alt.vconcat(*drawn, spacing=10)


def _titled(points: pd.DataFrame, place: str, number: int) -> str:
    """The title of a panel; the first says what the shares are of."""
    return place if number else f"{place}: {points['response'].iloc[0]}, per cent"


def _prepared(study: Study, frame: pd.DataFrame, colour: str) -> pd.DataFrame:
    held = [study.described(wave).fieldwork for wave in frame["wave"]]
    low, high = 100 * frame["lower"], 100 * frame["upper"]
    return frame.assign(
        start=[pd.Timestamp(fieldwork.start) for fieldwork in held],
        end=[pd.Timestamp(fieldwork.end) for fieldwork in held],
        value=100 * frame["share"],
        low=low,
        high=high,
        edge=low.where(frame["bound"] == ">", high).where(frame["bound"] != ""),
        sure=frame["certainty"].isin(_SURE),
        line=["" if pd.isna(segment) else str(segment) for segment in frame["segment"]],
        ahead=frame.groupby("place", sort=False)["time"].shift(-1) - frame["time"],
        colour=colour,
    )[["place", "colour", "ahead", *_KEPT[:-1]]]


def _time(start: pd.Timestamp, end: pd.Timestamp) -> dict[str, Any]:
    """The axis of time: its domain, and a tick for every year, or every few of them."""
    years = range(start.year + 1, end.year + 1)
    every = 1 + len(years) // 8
    return {
        "scale": alt.Scale(domain=[f"{start:%Y-%m-%d}", f"{end:%Y-%m-%d}"], nice=False),
        "ticks": [f"{year}-01-01" for year in years if (years[-1] - year) % every == 0],
    }


def _panel(
    rows: pd.DataFrame, place: str, time: dict[str, Any], events: list[Event], *, first: bool, last: bool
) -> alt.LayerChart:
    colour = str(rows["colour"].iloc[0])
    axis = alt.Axis(format="%Y", values=time["ticks"], grid=False, labels=last)
    x = alt.X("time:T", title=None, scale=time["scale"], axis=axis)
    y = alt.Y("value:Q", title=None, scale=alt.Scale(domain=[0, 100]), axis=alt.Axis(values=[0, 50, 100]))
    found = rows[rows["bound"] == ""][_KEPT]
    base = alt.Chart(found).encode(x=x)
    told = [alt.Tooltip("label:N", title="wave"), alt.Tooltip("percent:N", title="per cent")]
    layers: list[alt.Chart] = [
        *_marked(events, named=first),
        base.transform_filter("datum.line != ''").mark_line(strokeWidth=2, color=colour).encode(y=y, detail="line:N"),
        *_spans(found, y, colour),
        base.transform_filter("isValid(datum.low)")
        .mark_rule(strokeWidth=2, color=colour)
        .encode(y=alt.Y("low:Q"), y2=alt.Y2("high:Q")),
        base.mark_point(size=26, strokeWidth=1.6, color=colour, opacity=1).encode(
            y=y, fill=alt.condition("datum.sure", alt.value(colour), alt.value("white")), tooltip=told
        ),
        *_numbers(base.encode(y=alt.Y("value:Q")), colour),
        *_bounds(rows[rows["bound"] != ""][_KEPT], x, colour, told),
    ]
    title = alt.TitleParams(place, anchor="start", frame="group", fontSize=13)
    return alt.layer(*layers).properties(title=title, width=WIDTH, height=_QUIET_HEIGHT if colour == QUIET else _HEIGHT)


def _marked(events: list[Event], *, named: bool) -> list[alt.Chart]:
    if not events:
        return []
    data = pd.DataFrame({"time": [pd.Timestamp(event.date) for event in events], "what": [e.label for e in events]})
    lines = alt.Chart(data).encode(x=alt.X("time:T"))
    words = lines.mark_text(align="right", dx=-4, fontSize=12, color=QUIET)
    rules = lines.mark_rule(color=QUIET, strokeDash=[2, 3])
    return [rules, words.encode(y=alt.value(6), text=alt.Text("what:N"))] if named else [rules]


def _spans(found: pd.DataFrame, y: alt.Y, colour: str) -> list[alt.Chart]:
    long = found[found["end"] - found["start"] > _LONG]
    if long.empty:
        return []
    base = alt.Chart(long).encode(x=alt.X("start:T"), x2=alt.X2("end:T"), y=y)
    return [base.mark_rule(strokeWidth=2, opacity=0.4, color=colour)]


def _numbers(base: alt.Chart, colour: str) -> list[alt.Chart]:
    """The printed numbers, each on a white rim, so that it stays legible where it crosses a line."""
    drawn = []
    for before, align, dx in ((False, "left", 6), (True, "right", -6)):
        label = base.transform_filter(f"datum.before == {str(before).lower()}").encode(text=alt.Text("percent:N"))
        words: dict[str, Any] = {"align": align, "dx": dx, "dy": -7, "fontSize": 13}
        drawn += [label.mark_text(**words, stroke="white", strokeWidth=4), label.mark_text(**words, color=colour)]
    return drawn


def _bounds(bounds: pd.DataFrame, x: alt.X, colour: str, told: list[alt.Tooltip]) -> list[alt.Chart]:
    """Bars from what was printed as a bound to the end of the scale, with a foot on the bound."""
    if bounds.empty:
        return []
    base = alt.Chart(bounds).encode(x=x)
    edge = base.encode(y=alt.Y("edge:Q"))
    bars = base.mark_rule(strokeWidth=6, opacity=0.35, color=colour)
    return [
        bars.encode(y=alt.Y("low:Q"), y2=alt.Y2("high:Q")),
        edge.mark_tick(thickness=3, size=14, opacity=1, color=colour).encode(tooltip=told),
        *_numbers(edge, colour),
    ]
