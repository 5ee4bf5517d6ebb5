"""How viewers of a channel answer beside everybody else: chart, table, caption and sentences."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from wavebook.estimates import EstimatingStudy
from wavebook.figures.publishing import escape
from wavebook.figures.theme import COLOURS, QUIET, WIDTH
from wavebook.figures.words import group_words, interval, points, several, start_sentence
from wavebook.study import MODE_WORDS
from wavebook.survey import Effects, Logit, Mediation
from wavebook.text.phrases import say_chance, say_p


def outcome_words(study: EstimatingStudy, row: Any) -> str:
    """Name an outcome: "Opinion of Russia: favourable"."""
    return f"{study.item(row.item).title}: {row.response}"


def exposure_chart(study: EstimatingStudy, table: pd.DataFrame) -> alt.LayerChart:
    """Differences in points with their intervals, as found (hollow) and adjusted (filled), an outcome a row."""
    rows = []
    for row in table.itertuples():
        for kind in ("raw", "adjusted"):
            value, low, high = (100 * getattr(row, name) for name in (kind, f"{kind}_lower", f"{kind}_upper"))
            rows.append(
                {
                    "outcome": outcome_words(study, row),
                    "kind": "as found" if kind == "raw" else "adjusted",
                    "value": value,
                    "low": low,
                    "high": high,
                }
            )
    data = pd.DataFrame(rows)
    order = list(dict.fromkeys(data["outcome"]))
    y = alt.Y("outcome:N", sort=order, title=None, axis=alt.Axis(labelExpr="split(datum.value, ': ')", minExtent=170))
    offset = alt.YOffset("kind:N", sort=["as found", "adjusted"])
    base = alt.Chart(data).encode(
        y=y,
        yOffset=offset,
        color=alt.Color(
            "kind:N",
            scale=alt.Scale(domain=["as found", "adjusted"], range=[COLOURS[2], COLOURS[0]]),
            legend=alt.Legend(title=None),
        ),
    )
    x = alt.X("value:Q", title="difference, points")
    zero = alt.Chart(pd.DataFrame({"value": [0.0]})).mark_rule(color=QUIET).encode(x="value:Q")
    bars = base.mark_rule(strokeWidth=3).encode(x=alt.X("low:Q", title="difference, points"), x2="high:Q")
    return alt.layer(zero, bars, base.mark_point(filled=True, size=70, opacity=1).encode(x=x)).properties(
        width=WIDTH - 150, height=alt.Step(22)
    )


def exposure_data(study: EstimatingStudy, table: pd.DataFrame) -> pd.DataFrame:
    """The comparison as a table for readers; percentages and points."""
    return pd.DataFrame(
        {
            "outcome": [outcome_words(study, row) for row in table.itertuples()],
            "wave": table["wave"],
            "exposed, per cent": (100 * table["exposed"]).map("{:.1f}".format),
            "others, per cent": (100 * table["others"]).map("{:.1f}".format),
            "exposed, respondents": table["exposed_n"],
            "others, respondents": table["others_n"],
            "difference, points": (100 * table["raw"]).round(2),
            "difference, lower": (100 * table["raw_lower"]).round(2),
            "difference, upper": (100 * table["raw_upper"]).round(2),
            "adjusted, points": (100 * table["adjusted"]).round(2),
            "adjusted, lower": (100 * table["adjusted_lower"]).round(2),
            "adjusted, upper": (100 * table["adjusted_upper"]).round(2),
            "ratio": table["ratio"].round(3),
            "E-value": table["e_value"].round(2),
            "evidence": table["evidence"],
            "source": table["source"],
        }
    )


def is_shown(table: pd.DataFrame, item: str, response: str) -> bool:
    """Whether an outcome can be told of both: with few who did not give the answer, neither share is."""
    return bool(((table["item"] == item) & (table["response"] == response)).any())


def say_not_shown(study: EstimatingStudy, item: str, response: str, level: str) -> str:
    """That the page's own comparison has no numbers, and why."""
    return (
        f"How many gave the answer “{escape(response)}” (*{escape(study.item(item).title)}*) is **not shown** for those "
        f"whose main source of news was {escape(level)}, nor for all others. Too few of the viewers answered otherwise: "
        f"the share would tell what single people said. What can be shown is the comparison in other answers, below."
    )


def say_found(table: pd.DataFrame, level: str) -> str:
    """The first outcome as found: two shares, their difference and ratio."""
    row: Any = next(table.itertuples())
    return (
        f"Of those whose main source of news was {escape(level)}, **{100 * row.exposed:.1f}%** gave the answer "
        f"“{escape(row.response)}” (standard error {100 * row.exposed_se:.1f}, {row.exposed_n} respondents); of all others, "
        f"**{100 * row.others:.1f}%** ({row.others_n:,} respondents). The difference is {points(row.raw)} points (95% "
        f"interval {interval(row.raw_lower, row.raw_upper)}), the ratio {row.ratio:.2f} ({row.ratio_lower:.2f} to "
        f"{row.ratio_upper:.2f})."
    )


def say_adjusted(study: EstimatingStudy, model: Logit, effect: Effects, alike_in: list[str]) -> str:
    """The average marginal effect of the exposure, and what it would take to call it an effect."""
    row: Any = next(effect.table.itertuples())
    held = several(study.groups[name].title.lower() for name in alike_in)
    return (
        f"Among respondents alike in {held}, the difference is **{points(row.estimate)} points** (95% interval "
        f"{interval(row.lower, row.upper)}; {say_p(row.p)}; {model.n:,} respondents): {say_chance(row.p)}. "
        f"It would be an effect of the programmes only if nothing else set their viewers apart."
    )


def say_e_value(table: pd.DataFrame) -> str:
    """What an unmeasured difference would have to be like."""
    row: Any = next(table.itertuples())
    limit = (
        "its interval already includes no difference, so that no hidden difference is needed at all"
        if row.e_value_limit == 1
        else f"for the interval to include no difference, {row.e_value_limit:.2f} would do"
    )
    return (
        f"Something that was not measured could explain the adjusted difference away if it went with both the source of "
        f"news and the answer by a risk ratio of {row.e_value:.2f} each (the E-value of a risk ratio of {row.risk_ratio:.2f}); {limit}."
    )


def say_outcomes(study: EstimatingStudy, table: pd.DataFrame, outcomes: list[tuple[str, str]]) -> list[str]:
    """One sentence for each further outcome: controls, and answers with more room to move; and what is withheld."""
    said = [
        f"**{escape(study.item(item).title)}, {escape(response)}:** not shown; too few viewers gave this answer, or any other."
        for item, response in outcomes
        if not is_shown(table, item, response)
    ]
    return said + [
        f"**{escape(outcome_words(study, row))}:** {100 * row.exposed:.1f}% against {100 * row.others:.1f}%; adjusted "
        f"{points(row.adjusted)} points ({interval(row.adjusted_lower, row.adjusted_upper)}), {say_chance(row.p)}."
        for row in table.itertuples()
        if (row.item, row.response) != outcomes[0]
    ]


def say_mediation(found: Mediation, response: str, old: str, level: str) -> str:
    """How much of the difference between old and young runs through the source of news, if anything."""
    rows = {row.effect: row for row in found.table.itertuples()}
    total, indirect = rows["total"], rows["indirect"]
    return (
        f"Does age work through the source of news? For the answer “{escape(response)}”, people aged {group_words(old)} "
        f"differ from younger ones by {points(total.estimate)} points ({interval(total.lower, total.upper)}); through "
        f"{escape(level)} run {points(indirect.estimate)} points of it ({interval(indirect.lower, indirect.upper)}). The "
        f"split assumes that nothing unmeasured lies behind both, which cannot be tested here."
    )


def exposure_title(study: EstimatingStudy, wave: str, item: str, level: str) -> str:
    """Title of the chart, as a citation gives it."""
    described = study.described(wave)
    return f"{study.item(item).title} and {level} as main news, {described.place}, {described.fieldwork}"


def exposure_caption(study: EstimatingStudy, wave: str, table: pd.DataFrame, level: str, alike_in: list[str]) -> str:
    """Caption: what is compared, adjusted for what, house, mode, n, evidence."""
    described, estimates = study.described(wave), study.wave(wave)
    series = study.series[described.series]
    row: Any = next(table.itertuples())
    return (
        f"Difference between those whose main news was {escape(level)} (n = {row.exposed_n}) and all others (n = "
        f"{row.others_n:,}), with 95% intervals by the sampling design: as found, and adjusted for "
        f"{several(escape(study.groups[name].title.lower()) for name in alike_in)}. {escape(series.name)}, "
        f"{escape(described.place)}, {described.fieldwork}; {MODE_WORDS[described.mode]}. Evidence: {estimates.evidence}, "
        f"{{cite:t}}`{described.source}`, our estimates."
    )


def exposure_alt(study: EstimatingStudy, table: pd.DataFrame, level: str) -> str:
    """Describe the chart for those who do not see it."""
    said = [
        f"{outcome_words(study, row)} {points(row.raw)} as found, {points(row.adjusted)} adjusted ({interval(row.adjusted_lower, row.adjusted_upper)})"
        for row in table.itertuples()
    ]
    return f"Dot chart of differences in points between {level} as main news and all else. {start_sentence('; '.join(said))}."
