"""The charts that more than one page draws."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import altair as alt
import pandas as pd

from wavebook.figures.theme import COLOURS, INK, QUIET, WIDTH
from wavebook.figures.words import group_words
from wavebook.study import MODE_WORDS, Event, Study, Wave
from wavebook.study.rows import expect

_SURE = ("read", "computed")
_DRAWN = ("percent", "bound", "share", "lower", "upper", "certainty", "evidence")
_TREND = ["wave", "label", "time", "mode", "response", "percent", "value", "low", "high", "sure", "line", "certainty",
          "evidence"]  # fmt: skip
_BOUND: dict[str, Any] = {"strokeWidth": 6, "opacity": 0.35}
"""How a bar looks that says no more than on which side of a bound the share lies."""


def trend_chart(
    study: Study, points: pd.DataFrame, breaks: pd.DataFrame, pools: pd.DataFrame | None = None
) -> alt.LayerChart:
    """Shares over calendar time: intervals, lines that break with the mode, and waves without a topline as ticks.

    Of a share of which only a bound was printed, a bar goes from the bound to the end of the scale, without a point.

    Parameters
    ----------
    points, breaks
        Those of a trend, as `wavebook.estimates.share_trend` gives them: of one item, one series and one country.
    pools
        Those of the trend: each is a bar over the years that it pools, in its interval, outside the line.
    """
    expect("trend_chart", points, "item", "wave", "label", "time", "mode", "response", *_DRAWN)
    first = study.described(points["wave"].iloc[0])
    waves = study.waves_of(first.series, first.country or "")
    data = points.assign(
        value=100 * points["share"],
        low=100 * points["lower"],
        high=100 * points["upper"],
        sure=points["certainty"].isin(_SURE),
        line=points["response"] + points["segment"].astype(str),
    )
    responses = list(dict.fromkeys(data["response"]))
    legend = alt.Legend(title=None, symbolType="circle") if len(responses) > 1 else None
    colour = alt.Color("response:N", scale=alt.Scale(domain=responses), legend=legend)
    shown = pd.Timedelta(days=150)
    spans = _spans(pools)
    start, end = min([*data["time"], *spans["start"]]) - shown, max([*data["time"], *spans["end"]]) + shown
    every = "YS" if (end - start).days > 3 * 365 else "2QS"
    ticks = [f"{tick:%Y-%m-%d}" for tick in pd.date_range(start.normalize(), end, freq=every)]
    time = alt.X(
        "time:T",
        title=None,
        scale=alt.Scale(domain=[f"{start:%Y-%m-%d}", f"{end:%Y-%m-%d}"], nice=False),
        axis=alt.Axis(format="%Y" if every == "YS" else "%b %Y", values=ticks, grid=False),
    )
    found = data.loc[data["bound"] == "", _TREND]
    base = alt.Chart(found).encode(x=time, color=colour)
    asked = "per cent" if len(responses) > 1 else f"{responses[0]}, per cent"  # several are named by the legend
    shares = alt.Y("value:Q", title=asked, scale=alt.Scale(domain=[0, 100]))
    label = base.encode(y=alt.Y("value:Q"), text=alt.Text("percent:N"))
    place = {"align": "left", "dx": 9, "dy": -1, "fontSize": 13}
    layers: list[alt.Chart] = [
        *_events(study.events(first.country), start, end),
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
        *_bounds(data, time, colour, place),
        *_pooled(spans, colour),
    ]
    return alt.layer(*layers).properties(width=WIDTH, height=300)


def _events(events: list[Event], start: pd.Timestamp, end: pd.Timestamp) -> list[alt.Chart]:
    """Upright lines: what happened in between, each with its label."""
    shown = [(pd.Timestamp(event.date), event.label) for event in events]
    shown = [(time, label) for time, label in shown if start < time < end]
    if not shown:
        return []
    lines = alt.Chart(pd.DataFrame(shown, columns=["time", "what"])).encode(x=alt.X("time:T"))
    words = lines.mark_text(align="left", dx=4, fontSize=12, color=QUIET)
    return [lines.mark_rule(color=QUIET), words.encode(y=alt.value(6), text=alt.Text("what:N"))]


def _bounds(data: pd.DataFrame, time: alt.X, colour: alt.Color, place: dict[str, Any]) -> list[alt.Chart]:
    """Bars from what was printed as a bound to the end of the scale, with a foot on the bound and its number."""
    bounds = _with_edge(data)[[*_TREND[:6], "edge", "low", "high", "certainty", "evidence"]]
    if bounds.empty:
        return []
    base = alt.Chart(bounds).encode(x=time, color=colour)
    edge = base.encode(y=alt.Y("edge:Q"))
    label = edge.encode(text=alt.Text("percent:N"))
    return [
        base.mark_rule(**_BOUND).encode(y=alt.Y("low:Q"), y2=alt.Y2("high:Q")),
        edge.mark_tick(thickness=3, size=14, opacity=1).encode(
            tooltip=[
                alt.Tooltip("label:N", title="wave"),
                alt.Tooltip("response:N", title="answer"),
                alt.Tooltip("percent:N", title="per cent"),
            ]
        ),
        label.mark_text(**place, stroke="white", strokeWidth=4),
        label.mark_text(**place),
    ]


def _spans(pools: pd.DataFrame | None) -> pd.DataFrame:
    """What pools several waves, as the chart draws it."""
    columns = ["wave", "label", "start", "end", "middle", "response", "percent", "value", "low", "high", "certainty",
               "evidence"]  # fmt: skip
    if pools is None or pools.empty:
        return pd.DataFrame(columns=columns)
    values = {name: 100 * pools[of] for name, of in (("value", "share"), ("low", "lower"), ("high", "upper"))}
    return pools.assign(**values, middle=pools["start"] + (pools["end"] - pools["start"]) / 2)[columns]


def _pooled(spans: pd.DataFrame, colour: alt.Color) -> list[alt.Chart]:
    """Bars over the years of what pools several waves, each in a band as high as its interval."""
    if spans.empty:
        return []
    base = alt.Chart(spans).encode(x=alt.X("start:T", title=None), x2=alt.X2("end:T"), color=colour)
    label = alt.Chart(spans).encode(
        x=alt.X("middle:T", title=None), y=alt.Y("value:Q"), color=colour, text=alt.Text("percent:N")
    )
    below = {"dy": 17, "fontSize": 13}
    return [
        base.mark_rect(opacity=0.25).encode(y=alt.Y("low:Q"), y2=alt.Y2("high:Q")),
        base.mark_rule(strokeWidth=2).encode(
            y=alt.Y("value:Q"),
            tooltip=[
                alt.Tooltip("label:N", title="pooled"),
                alt.Tooltip("response:N", title="answer"),
                alt.Tooltip("percent:N", title="per cent"),
                alt.Tooltip("low:Q", title="from", format=".1f"),
                alt.Tooltip("high:Q", title="to", format=".1f"),
            ],
        ),
        label.mark_text(**below, stroke="white", strokeWidth=4),
        label.mark_text(**below),
    ]


def _with_edge(data: pd.DataFrame) -> pd.DataFrame:
    """The rows of which only a bound was printed, with that bound as `edge`."""
    bounds = data[data["bound"] != ""]
    return bounds.assign(edge=bounds["low"].where(bounds["bound"] == ">", bounds["high"]))


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


def shares_chart(shares: pd.DataFrame) -> alt.VConcatChart:
    """Shares of one wave: under the title of each item a point, with its interval, for each answer or group.

    Of a share of which only a bound was printed, a bar goes from the bound to the end of the scale, without a point.

    Parameters
    ----------
    shares
        A frame of shares (`wavebook.study.rows.SHARES`), such as `printed_shares`, `estimated_shares` or
        `estimated_group_shares` returns.
    """
    expect("shares_chart", shares, "title", "response", "by", "group", *_DRAWN)
    data = shares.assign(
        answer=[_named(row) for row in shares.itertuples()],
        value=100 * shares["share"],
        low=100 * shares["lower"],
        high=100 * shares["upper"],
        sure=shares["certainty"].isin(_SURE),
    )
    return alt.vconcat(*(_rows(rows, str(title)) for title, rows in data.groupby("title", sort=False)), spacing=18)


def _named(row: Any) -> str:
    """An answer, a group, or an answer among a group, whichever tells the rows of the chart apart."""
    if not row.by:
        return str(row.response)
    group = group_words(str(row.group))
    return group if row.evidence != "published" else f"{row.response}, {group}"


def _rows(rows: pd.DataFrame, title: str) -> alt.LayerChart:
    colour = COLOURS[0]
    y = alt.Y("answer:N", sort=list(rows["answer"]), title=None, axis=alt.Axis(labelLimit=170, minExtent=150))
    x = alt.X("value:Q", title=None, scale=alt.Scale(domain=[0, 100]), axis=alt.Axis(values=list(range(0, 101, 20))))
    found = rows.loc[rows["bound"] == "", ["title", "answer", "percent", "value", "low", "high", "sure", "evidence"]]
    base = alt.Chart(found).encode(y=y)
    points = base.mark_point(size=70, strokeWidth=2, color=colour, opacity=1).encode(
        x=x, fill=alt.condition("datum.sure", alt.value(colour), alt.value("white"))
    )
    numbers = base.mark_text(dy=-13, fontSize=12, color=INK).encode(x=alt.X("value:Q"), text=alt.Text("percent:N"))
    bars = (
        base.transform_filter("isValid(datum.low)")
        .mark_rule(strokeWidth=3, color=colour)
        .encode(x=alt.X("low:Q"), x2=alt.X2("high:Q"))
    )
    layers = [bars, points, numbers]
    bounds = _with_edge(rows)[["title", "answer", "percent", "edge", "low", "high", "evidence"]]
    if len(bounds):
        base = alt.Chart(bounds).encode(y=y)
        edge = base.encode(x=alt.X("edge:Q"))
        layers += [
            base.mark_rule(**_BOUND, color=colour).encode(x=alt.X("low:Q"), x2=alt.X2("high:Q")),
            edge.mark_tick(thickness=3, size=14, color=colour, opacity=1),
            edge.mark_text(dy=-13, fontSize=12, color=INK).encode(text=alt.Text("percent:N")),
        ]
    return alt.layer(*layers).properties(
        title=alt.TitleParams(f"{title}, per cent", anchor="start", frame="group", fontSize=13),
        width=WIDTH - 130,
        height=alt.Step(34),
    )
