"""What a change from the door to the phone can have done, as far as one wave's respondents show it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import altair as alt
import pandas as pd

from wavebook.estimates import EstimatingStudy
from wavebook.figures.publishing import escape
from wavebook.figures.theme import COLOURS, WIDTH
from wavebook.figures.words import points, several
from wavebook.survey import at_mix


class Mix(NamedTuple):
    """Known parts of the levels of a group: the group, what the mix is called, the parts, and where they were printed."""

    by: str
    label: str
    parts: dict[str, float]
    source: str


def mix_of(text: str) -> Mix:
    """Read a mix as a page's parameters give it: "GROUP | LABEL | LEVEL PART, LEVEL PART | SOURCE", the source if any."""
    by, label, parts, *source = (part.strip() for part in text.split("|"))
    pairs = (part.strip().rpartition(" ") for part in parts.split(","))
    return Mix(by, label, {level: float(part) for level, _, part in pairs}, *(source or [""]))


def levers(study: EstimatingStudy, wave: str, item: str, response: str, mixes: Sequence[str]) -> pd.DataFrame:
    """The share of one answer as it is, and as it would be at each mix: label, share, se, lower, upper, change, source."""
    estimates = study.wave(wave)
    found = [("as interviewed", estimates.shares(item), "")]
    for mix in map(mix_of, mixes):
        shares = estimates.shares(item, by=mix.by).where(response=response)
        found.append((mix.label, at_mix(shares, mix.by, mix.parts), mix.source))
    rows = []
    for label, shares, source in found:
        row = shares.where(response=response).table.iloc[0]
        rows.append(
            {"label": label, "source": source} | {name: float(row[name]) for name in ("share", "se", "lower", "upper")}
        )
    table = pd.DataFrame(rows)
    return table.assign(change=table["share"] - table["share"].iloc[0])


def levers_chart(table: pd.DataFrame) -> alt.LayerChart:
    """A point with its interval for each mix."""
    data = pd.DataFrame(
        {
            "mix": table["label"],
            "value": 100 * table["share"],
            "low": 100 * table["lower"],
            "high": 100 * table["upper"],
            "text": (100 * table["share"]).map("{:.1f}".format),
        }
    )
    base = alt.Chart(data).encode(
        y=alt.Y("mix:N", sort=list(data["mix"]), title=None, axis=alt.Axis(labelLimit=240, minExtent=220))
    )
    x = alt.X("value:Q", title="per cent", scale=alt.Scale(domain=[0, 100]))
    bars = base.mark_rule(strokeWidth=3, color=COLOURS[0]).encode(x=alt.X("low:Q", title="per cent"), x2="high:Q")
    dots = base.mark_point(size=70, filled=True, color=COLOURS[0], opacity=1).encode(x=x)
    numbers = base.mark_text(dy=-13, fontSize=12).encode(x="value:Q", text="text:N")
    return alt.layer(bars, dots, numbers).properties(width=WIDTH - 200, height=alt.Step(36))


def levers_data(study: EstimatingStudy, wave: str, table: pd.DataFrame) -> pd.DataFrame:
    """The table for readers."""
    return pd.DataFrame(
        {
            "mix": table["label"],
            "wave": wave,
            "per cent": (100 * table["share"]).map("{:.1f}".format),
            "lower": (100 * table["lower"]).round(2),
            "upper": (100 * table["upper"]).round(2),
            "difference, points": (100 * table["change"]).round(2),
            "parts from": table["source"],
            "evidence": study.wave(wave).evidence,
            "source": study.described(wave).source,
        }
    )


def say_levers(table: pd.DataFrame) -> list[str]:
    """Each mix: the share there, its interval, and how far that is from the share as it is."""
    return [
        f"**{escape(row.label)}:** {100 * row.share:.1f}% (95% interval {100 * row.lower:.1f} to {100 * row.upper:.1f})"
        + (f", {points(row.change)} points" if at else "")
        + (f"; parts as in {{cite:t}}`{row.source}`" if row.source else "")
        + "."
        for at, row in enumerate(table.itertuples())
    ]


def say_finding(table: pd.DataFrame, fall: float, response: str, between: tuple[str, str]) -> str:
    """Which mix moves the share most, and how much of the printed fall between the modes that is.

    Parameters
    ----------
    fall
        The printed change between two waves of different modes, a fraction below nought.
    between
        When they were.
    """
    mixes = table.iloc[1:]
    order = mixes.reindex(mixes["change"].abs().sort_values(ascending=False).index)
    most, rest = order.iloc[0], order.iloc[1:]
    others = several(f"{escape(row.label)} {points(row.change)}" for row in rest.itertuples())
    little = abs(most["change"]) < abs(fall) / 2
    verdict = (
        "No such change of who is interviewed explains as much as half of the fall"
        if little
        else "Such a change of who is interviewed could explain half of the fall or more"
    )
    return (
        f"Between {between[0]}, at the door, and {between[1]}, by phone, the printed share “{escape(response)}” fell by "
        f"{points(abs(fall)).lstrip('+')} points. What can be looked up here is what other respondents would have done to it. "
        f"The largest lever is *{escape(most['label'])}*: it moves the share by **{points(most['change'])} points**, to "
        f"{100 * most['share']:.1f}% (95% interval {100 * most['lower']:.1f} to {100 * most['upper']:.1f}). The others move it "
        f"by: {others}. {verdict}, as far as this file can show. Whether people answer a voice on the phone otherwise than "
        f"a face at the door cannot be seen in it at all."
    )
