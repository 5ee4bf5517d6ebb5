"""The charts that more than one page draws."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import Any

import altair as alt
import pandas as pd

from wavebook.figures.theme import COLOURS, INK, QUIET, WIDTH
from wavebook.figures.words import group_words
from wavebook.study import MODE_WORDS, Study, Wave

INVASION = pd.Timestamp(dt.date(2022, 2, 24))


def trend_chart(study: Study, points: pd.DataFrame, breaks: pd.DataFrame) -> alt.LayerChart:
    """Shares over calendar time: intervals, lines that break with the mode, and waves without a topline as ticks.

    Parameters
    ----------
    points, breaks
        Those of a trend, as `wavebook.estimates.share_trend` gives them: of one item, one series and one country.
    """
    first = study.described(points["wave"].iloc[0])
    waves = study.waves_of(first.series, first.country or "")
    data = points.assign(
        value=100 * points["share"],
        low=100 * points["lower"],
        high=100 * points["upper"],
        sure=points["certainty"].isin(["read", "computed"]),
        line=points["response"] + points["segment"].astype(str),
    )[
        [
            "wave",
            "label",
            "time",
            "mode",
            "response",
            "percent",
            "value",
            "low",
            "high",
            "sure",
            "line",
            "certainty",
            "evidence",
        ]
    ]
    answers = list(dict.fromkeys(data["response"]))
    legend = alt.Legend(title=None, symbolType="circle") if len(answers) > 1 else None
    colour = alt.Color("response:N", scale=alt.Scale(domain=answers), legend=legend)
    shown = pd.Timedelta(days=150)
    start, end = data["time"].min() - shown, data["time"].max() + shown
    every = "YS" if (end - start).days > 3 * 365 else "2QS"
    ticks = [f"{tick:%Y-%m-%d}" for tick in pd.date_range(start.normalize(), end, freq=every)]
    time = alt.X(
        "time:T",
        title=None,
        scale=alt.Scale(domain=[f"{start:%Y-%m-%d}", f"{end:%Y-%m-%d}"], nice=False),
        axis=alt.Axis(format="%Y" if every == "YS" else "%b %Y", values=ticks, grid=False),
    )
    base = alt.Chart(data).encode(x=time, color=colour)
    shares = alt.Y("value:Q", title="per cent", scale=alt.Scale(domain=[0, 100]))
    label = base.encode(y=alt.Y("value:Q"), text=alt.Text("percent:N"))
    place = {"align": "left", "dx": 9, "dy": -1, "fontSize": 13}
    layers: list[alt.Chart] = [
        *_events(start, end),
        *_breaks(waves, points["item"].iloc[0], breaks),
        *_without_topline(waves, set(points["wave"]), start, end),
        base.mark_line(strokeWidth=2).encode(y=shares, detail="line:N"),
        base.mark_rule(strokeWidth=2).encode(y=alt.Y("low:Q"), y2=alt.Y2("high:Q")),
        base.mark_point(size=70, strokeWidth=2, opacity=1).encode(
            y=alt.Y("value:Q"),
            fill=alt.condition("datum.sure", colour, alt.value("white")),
            tooltip=[
                alt.Tooltip("label:N", title="wave"),
                alt.Tooltip("response:N", title="answer"),
                alt.Tooltip("percent:N", title="per cent"),
                alt.Tooltip("low:Q", title="from", format=".1f"),
                alt.Tooltip("high:Q", title="to", format=".1f"),
            ],
        ),
        # A white rim first, so that the number stays legible where it crosses a line.
        label.mark_text(**place, stroke="white", strokeWidth=4),
        label.mark_text(**place),
    ]
    return alt.layer(*layers).properties(width=WIDTH, height=300)


def _events(start: pd.Timestamp, end: pd.Timestamp) -> list[alt.Chart]:
    """An upright line: the invasion."""
    if not start < INVASION < end:
        return []
    invasion = alt.Chart(pd.DataFrame({"time": [INVASION], "what": ["invasion"]})).encode(x=alt.X("time:T"))
    words = invasion.mark_text(align="left", dx=4, fontSize=12, color=QUIET)
    return [invasion.mark_rule(color=QUIET), words.encode(y=alt.value(6), text=alt.Text("what:N"))]


def _breaks(waves: list[Wave], item: str, breaks: pd.DataFrame) -> list[alt.Chart]:
    """Upright dashed lines: each break of mode or wording, with the modes on its two sides."""
    rows: list[Any] = list(breaks.drop_duplicates(["start_wave", "end_wave"]).itertuples()) if len(breaks) else []
    if not rows:
        return []
    data = pd.DataFrame(
        {
            "time": [_when_it_changed(waves, item, row) for row in rows],
            "before": [MODE_WORDS[row.start_mode] if row.start_mode != row.end_mode else "" for row in rows],
            "after": [MODE_WORDS[row.end_mode] if row.start_mode != row.end_mode else _unsaid(row) for row in rows],
        }
    )
    base = alt.Chart(data).encode(x=alt.X("time:T"))
    layers = [base.mark_rule(color=QUIET, strokeDash=[4, 4])]
    for side, align, dx in (("before", "right", -5), ("after", "left", 5)):
        words = base.mark_text(align=align, dx=dx, fontSize=12, color=QUIET)
        layers.append(words.encode(y=alt.value(-8), text=f"{side}:N"))
    return layers


def _unsaid(row: Any) -> str:
    """What to write at a break at which the mode is the same on both sides."""
    return "question reworded" if row.start_wording != row.end_wording else MODE_WORDS[row.end_mode]


def _when_it_changed(waves: list[Wave], item: str, row: Any) -> pd.Timestamp:
    """Half-way between the two neighbouring waves, with or without a topline, between which mode or wording changed."""
    ids = [wave.id for wave in waves]
    between = waves[ids.index(row.start_wave) : ids.index(row.end_wave) + 1]
    ways = [(wave.mode, wave.wordings.get(item, "")) for wave in between]
    at = next((i for i, (a, b) in enumerate(pairwise(ways)) if a != b), None)
    before, after = (between[at], between[at + 1]) if at is not None else (between[0], between[-1])
    start, end = (pd.Timestamp(wave.fieldwork.middle) for wave in (before, after))
    return start + (end - start) / 2


def _without_topline(waves: list[Wave], found: set[str], start: pd.Timestamp, end: pd.Timestamp) -> list[alt.Chart]:
    """Small ticks on the axis: waves that were fielded and of which no topline was found."""
    times = [pd.Timestamp(wave.fieldwork.middle) for wave in waves if wave.id not in found]
    times = [time for time in times if start < time < end]
    if not times:
        return []
    data = pd.DataFrame({"time": times})
    return [alt.Chart(data).mark_tick(color=INK, thickness=2, height=8).encode(x=alt.X("time:T"), y=alt.value(300))]


def shares_chart(answers: pd.DataFrame) -> alt.VConcatChart:
    """Shares of one wave: under the title of each item a point, with its interval, for each answer or group.

    Parameters
    ----------
    answers
        What `printed_shares`, `estimated_shares` or `estimated_group_shares` returns.
    """
    data = answers.assign(
        answer=[_named(row) for row in answers.itertuples()],
        value=100 * answers["share"],
        low=100 * answers["lower"],
        high=100 * answers["upper"],
        sure=answers["certainty"].isin(["read", "computed"]),
    )[["title", "answer", "percent", "value", "low", "high", "sure", "evidence"]]
    return alt.vconcat(*(_answers(rows, str(title)) for title, rows in data.groupby("title", sort=False)), spacing=18)


def _named(row: Any) -> str:
    """An answer, a group, or an answer among a group, whichever tells the rows of the chart apart."""
    if not row.by:
        return str(row.response)
    group = group_words(str(row.group))
    return group if row.evidence != "published" else f"{row.response}, {group}"


def _answers(rows: pd.DataFrame, title: str) -> alt.LayerChart:
    colour = COLOURS[0]
    base = alt.Chart(rows).encode(
        y=alt.Y("answer:N", sort=list(rows["answer"]), title=None, axis=alt.Axis(labelLimit=170, minExtent=150))
    )
    x = alt.X("value:Q", title=None, scale=alt.Scale(domain=[0, 100]), axis=alt.Axis(values=list(range(0, 101, 20))))
    points = base.mark_point(size=70, strokeWidth=2, color=colour, opacity=1).encode(
        x=x, fill=alt.condition("datum.sure", alt.value(colour), alt.value("white"))
    )
    numbers = base.mark_text(dy=-13, fontSize=12, color=INK).encode(x=alt.X("value:Q"), text=alt.Text("percent:N"))
    bars = (
        base.transform_filter("isValid(datum.low)")
        .mark_rule(strokeWidth=3, color=colour)
        .encode(x=alt.X("low:Q"), x2=alt.X2("high:Q"))
    )
    return alt.layer(bars, points, numbers).properties(
        title=alt.TitleParams(f"{title}, per cent", anchor="start", frame="group", fontSize=13),
        width=WIDTH - 130,
        height=alt.Step(34),
    )
