"""What the mix of interview languages can have done to printed shares: chart, table and sentences."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from wavebook.figures.publishing import escape
from wavebook.figures.theme import COLOURS, WIDTH
from wavebook.figures.words import points, several, span
from wavebook.study import Study

_MOVED = 0.005  # a mix that differs by less than this, half a point, is the common one


def mix_chart(table: pd.DataFrame) -> alt.VConcatChart:
    """For each answer and wave: the printed share, all that it could be at a common mix, and the bridged one (hollow)."""
    data = table.assign(
        value=100 * table["share"], low=100 * table["low"], high=100 * table["high"], bridged=100 * table["bridged"]
    )[["response", "label", "percent", "value", "low", "high", "bridged"]]
    return alt.vconcat(*(_answer(rows, str(name)) for name, rows in data.groupby("response", sort=False)), spacing=18)


def _answer(rows: pd.DataFrame, title: str) -> alt.LayerChart:
    y = alt.Y("label:N", sort=list(rows["label"]), title=None, axis=alt.Axis(minExtent=120))
    base = alt.Chart(rows).encode(y=y)
    x = alt.X("value:Q", title=None, scale=alt.Scale(domain=[0, 100]))
    bars = base.mark_rule(strokeWidth=3, color=COLOURS[0], opacity=0.5).encode(
        x=alt.X("low:Q", title=None), x2="high:Q"
    )
    bridged = base.transform_filter("isValid(datum.bridged)").mark_point(
        size=70, strokeWidth=2, color=COLOURS[1], fill="white", opacity=1
    )
    points = base.mark_point(size=70, filled=True, color=COLOURS[0], opacity=1).encode(x=x)
    numbers = base.mark_text(dy=-13, fontSize=12).encode(x="value:Q", text="percent:N")
    title_ = alt.TitleParams(f"{title}, per cent", anchor="start", frame="group", fontSize=13)
    return alt.layer(bars, bridged.encode(x="bridged:Q"), points, numbers).properties(
        title=title_, width=WIDTH - 130, height=alt.Step(34)
    )


def mix_data(table: pd.DataFrame, level: str) -> pd.DataFrame:
    """The table for readers; percentages."""
    return pd.DataFrame(
        {
            "answer": table["response"],
            "wave": table["wave"],
            "time": table["label"],
            f"interviewed in {level}": (100 * table["part"]).map("{:.1f}".format),
            "per cent": table["percent"],
            "at least": (100 * table["low"]).round(1),
            "at most": (100 * table["high"]).round(1),
            "with the first gap": (100 * table["bridged"]).round(1),
            "certainty": table["certainty"],
            "evidence": table["evidence"],
            "source": table["source"],
        }
    )


def say_mix(table: pd.DataFrame, level: str) -> str:
    """How the mix of languages changed."""
    waves: Any = table.drop_duplicates("wave")
    said = [f"{100 * row.part:.0f}% in {row.label}" for row in waves.itertuples()]
    return (
        f"Interviewed in {escape(level)} were {several(said)}. Language was not among the variables that the later polls "
        f"were weighted by."
    )


def mix_table(table: pd.DataFrame, level: str, common: str) -> pd.DataFrame:
    """What the shares at a common mix are computed from, and what comes of it; percentages."""
    return pd.DataFrame(
        {
            "Answer": table["response"],
            "Poll": table["label"],
            "Printed": table["percent"],
            f"In {level}": (100 * table["part"]).map("{:.1f}".format),
            f"In {level}, {common}": (100 * table["common"]).map("{:.1f}".format),
            "Gap between languages": [points(gap) if pd.notna(gap) else "not printed" for gap in table["gap"]],
            "At least": (100 * table["low"]).map("{:.1f}".format),
            "At most": (100 * table["high"]).map("{:.1f}".format),
            "With the gap": [f"{100 * share:.1f}" if pd.notna(share) else "–" for share in table["bridged"]],
        }
    )


def say_answers(table: pd.DataFrame, level: str, common: str) -> list[str]:
    """For each answer in the waves whose mix differs: what it can have been at the common one."""
    said = []
    for row in table[abs(table["part"] - table["common"]) > _MOVED].itertuples():
        bridged = (
            f" If the languages differed as in the first wave that printed it, by {abs(100 * row.gap):.0f} points, it is "
            f"{100 * row.bridged:.0f}%."
            if pd.notna(row.bridged)
            else " No shares by language were printed to bridge it."
        )
        said.append(
            f"**{escape(row.response)}, {row.label}:** printed {row.percent}%; with as many interviews in {escape(level)} "
            f"as in {escape(common)}, anything from {span(row.low, row.high)}% if nothing is assumed.{bridged}"
        )
    return said


def mix_caption(study: Study, table: pd.DataFrame, common: str) -> str:
    """Caption of the chart."""
    item = study.item(str(table["item"].iloc[0]))
    sources = several(f"{{cite:t}}`{key}`" for key in dict.fromkeys(table["source"]))
    return (
        f"{escape(item.title)} at the mix of interview languages of {escape(common)}. Filled: as printed. Bars: all that the "
        f"share can be if nothing is assumed of how the languages answered; they are bounds, not intervals. Hollow: if the "
        f"languages differed as in the first poll that printed it. Evidence: published, {sources}."
    )


def mix_alt(table: pd.DataFrame) -> str:
    """Describe the chart for those who do not see it."""
    said = [
        f"{row.response}, {row.label}: {row.percent}% printed, {span(row.low, row.high)}% possible"
        for row in table.itertuples()
    ]
    return f"Dot chart with bounds. {'; '.join(said)}."
