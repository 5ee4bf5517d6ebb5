"""What a trend says, in sentences: findings with their uncertainty, caption, alternative text."""

from __future__ import annotations

from typing import Any

import pandas as pd

from wavebook.estimates import Trend
from wavebook.estimates.trends import MODE_EFFECT_SD
from wavebook.figures.publishing import escape
from wavebook.figures.words import (
    BARS_WITHOUT_A_POINT,
    STATUS_WORDS,
    interval,
    p_value,
    points,
    say_break_reason,
    several,
    span,
    start_sentence,
)
from wavebook.study import MODE_WORDS, ONLY_A_BOUND, Study, say_percent
from wavebook.survey import CUSTOMARY_DEFFS, FEWEST_WAVES
from wavebook.text.phrases import SIGNIFICANT, say_p, say_seen


def say_question(study: Study, trend: Trend) -> str:
    """What was asked, by whom, and how much of it was published."""
    item, series = study.item(trend.item), study.series[trend.series]
    asked = f"“{escape(item.wording)}”" if item.wording else f"{escape(item.asks)} (the wording is not held)"
    waves, found = study.waves_of(trend.series, trend.country), trend.points["wave"].nunique()
    return (
        f"**Question:** {asked}. **Data:** {escape(series.name)}. {escape(series.about)} Of {waves[0].place} the book "
        f"knows {len(waves)} {'wave' if len(waves) == 1 else 'waves'}; it has shares of this question for {found}."
    )


def say_latest(trend: Trend) -> list[str]:
    """The newest share of each answer with its interval."""
    newest = trend.points.groupby("response", sort=False).tail(1)
    return [
        f"**{start_sentence(escape(row.response))}: {say_percent(row.percent)}** in {row.label} "
        f"({ONLY_A_BOUND if row.bound else f'95% interval {span(row.lower, row.upper)}'})."
        for row in newest.itertuples()
    ]


def say_changes(trend: Trend) -> list[str]:
    """Each change between neighbouring waves of one mode."""
    return [_say_change(row) for row in trend.changes.itertuples()] or [
        "No two neighbouring waves are known to have the same mode of interview. Nothing here can be compared outright."
    ]


def _say_change(row: Any) -> str:
    half = 100 * (row.upper - row.lower) / 2
    size = (
        f"{points(row.estimate)} points, give or take {half:.1f} (95% interval {interval(row.lower, row.upper)}), "
        f"at a design effect of {row.deff:g} ({STATUS_WORDS[row.deff_status]})"
    )
    if row.n_status == "assumed":
        size += " and with a sample size that is assumed for one of the waves"
    p = f"{say_p(row.p_adjusted)} after Holm’s adjustment"
    if row.p_adjusted < SIGNIFICANT:
        return f"{_moved(row)}: {size}. This is more than chance would give ({p})."
    return (
        f"{_moved(row)}: {size}. No change can be told from chance ({p}); one of {100 * row.mde:.1f} points or more "
        f"{say_seen()}."
    )


def say_breaks(trend: Trend) -> list[str]:
    """Each change across a break of mode or wording, never without its caveat."""
    return [_say_break(row) for row in trend.breaks.itertuples()] or ["All waves were asked in the same way."]


def _say_break(row: Any) -> str:
    why = say_break_reason(row)
    bridged = (
        f"{points(row.change)} points, but {why}. If that may move an answer by {100 * MODE_EFFECT_SD:g} points either way "
        f"(one standard deviation, assumed), the 95% interval of the change is {interval(row.bridged_lower, row.bridged_upper)}"
    )
    if row.tipping == 0:
        return f"{_moved(row)}: {bridged}. Even without any effect of mode it cannot be told from chance."
    return (
        f"{_moved(row)}: {bridged}. That there was a {'rise' if row.change > 0 else 'fall'} would be undone only if the "
        f"mode by itself had moved the answer by {points(row.tipping)} points or more."
    )


def _moved(row: Any) -> str:
    answer = start_sentence(escape(row.response))
    return f"**{answer}: {row.start_percent} → {row.end_percent}**, from {row.start} to {row.end}"


def say_slopes(trend: Trend) -> list[str]:
    """The yearly change over long runs of waves, or why none is given."""
    if trend.slopes.empty:
        return [
            (
                f"No slope is drawn: that takes at least {FEWEST_WAVES} waves of one mode, and the longest row here has "
                f"{trend.longest_segment}."
            )
        ]
    return [
        f"**{start_sentence(escape(row.response))}** changed by {points(row.slope)} points a year (95% interval "
        f"{interval(row.lower, row.upper)}) over {row.waves} waves, {MODE_WORDS[row.mode]}. Beyond what sampling "
        f"explains, single waves lie {100 * row.tau:.1f} points off that line (standard deviation)."
        for row in trend.slopes.itertuples()
    ]


def trend_alt(study: Study, trend: Trend) -> str:
    """Describe a trend chart for those who do not see it: every number, every break."""
    item = study.item(trend.item)
    place = study.waves_of(trend.series, trend.country)[0].place
    parts = [f"Line chart. {item.title}, {place}."]
    for response, rows in trend.points.groupby("response", sort=False):
        said = [
            f"{say_percent(row.percent)} in {row.label} ({ONLY_A_BOUND if row.bound else span(row.lower, row.upper)})"
            for row in rows.itertuples()
        ]
        parts.append(f"{start_sentence(str(response))}: {several(said)}.")
    parts += [
        f"The line is broken between {row.start} and {row.end}: {say_break_reason(row)}."
        for row in trend.breaks.drop_duplicates(["start_wave", "end_wave"]).itertuples()
    ]
    return " ".join(parts)


def trend_title(study: Study, trend: Trend) -> str:
    """Title of a trend chart, as a citation gives it."""
    place = study.waves_of(trend.series, trend.country)[0].place
    first, last = trend.points["time"].min().year, trend.points["time"].max().year
    years = str(first) if first == last else f"{first}–{last}"
    return f"{_asked(study, trend)}, {place}, {years}"


def _asked(study: Study, trend: Trend) -> str:
    """What a chart is of: the item and, where it shows no other, the answer; several answers are named by the legend."""
    answers = list(dict.fromkeys(trend.points["response"]))
    return ", ".join([study.item(trend.item).title, *(answers if len(answers) == 1 else [])])


def trend_caption(study: Study, trend: Trend) -> str:
    """Caption of a trend chart: house, question, waves with n and mode, basis of the intervals, evidence."""
    item, series = study.item(trend.item), study.series[trend.series]
    all_waves = study.waves_of(trend.series, trend.country)
    waves = trend.points.drop_duplicates("wave")
    asked = f"Question: “{escape(item.wording)}”" if item.wording else f"Asked: {escape(item.asks)} (wording not held)"
    fielded = [f"{row.label} ({_size(row)}, {MODE_WORDS[row.mode]})" for row in waves.itertuples()]
    with_interval = trend.points[trend.points["bound"] == ""].drop_duplicates("wave")
    deffs = [
        f"{value:g} ({several(rows['label'])}, {STATUS_WORDS[str(status)]})"
        for (value, status), rows in with_interval.groupby(["deff", "deff_status"], sort=False)
    ]
    certainties = set(trend.points["certainty"])
    hollow = {
        "article": "Hollow points are known from one article only.",
        "weak": "Hollow points were read second-hand only.",
    }
    sentences = [
        f"{escape(_asked(study, trend))}, {all_waves[0].place}, {escape(series.name)}: shares with 95% intervals.",
        f"{asked}. Waves: {'; '.join(fielded)}.",
        *([f"Design effect: {several(deffs)}."] if deffs else []),
        *([BARS_WITHOUT_A_POINT] if (trend.points["bound"] != "").any() else []),
        *(text for mark, text in hollow.items() if mark in certainties),
    ]
    sentences += [
        f"The line is broken between {row.start} and {row.end}: {escape(say_break_reason(row))}."
        for row in trend.breaks.drop_duplicates(["start_wave", "end_wave"]).itertuples()
    ]
    if {wave.id for wave in all_waves} - set(waves["wave"]):
        sentences.append("Ticks on the axis mark waves of which no share was found.")
    return " ".join([*sentences, f"Evidence: {_evidence(trend)}."])


def _size(row: Any) -> str:
    if row.n != row.n:
        return "n not found"
    return f"{'n assumed' if row.n_status == 'assumed' else 'n ='} {row.n:,.0f}"


def _evidence(trend: Trend) -> str:
    """Which waves rest on respondents' answers and which on printed shares, with their sources."""
    said = []
    for evidence, rows in trend.points.groupby("evidence", sort=False):
        sources = several(f"{{cite:t}}`{source}`" for source in dict.fromkeys(rows["source"]))
        waves = several(dict.fromkeys(rows["label"]))
        said.append(
            f"published, {sources}" if evidence == "published" else f"{evidence} for {waves}, {sources}, our estimates"
        )
    return "; ".join(said)


def change_table(trend: Trend) -> pd.DataFrame:
    """The changes within a mode as a table for readers, in points."""
    rows = trend.changes
    half = {f"± at {deff}": f"half_{deff}" for deff in CUSTOMARY_DEFFS}
    return pd.DataFrame(
        {
            "Answer": rows["response"],
            "From": rows["start"] + ": " + rows["start_percent"] + "%",
            "To": rows["end"] + ": " + rows["end_percent"] + "%",
            "Change": rows["estimate"].map(points),
            "95% interval": [interval(low, high) for low, high in zip(rows["lower"], rows["upper"], strict=True)],
            "Design effect": [f"{d:g} ({s})" for d, s in zip(rows["deff"], rows["deff_status"], strict=True)],
            "p (Holm)": rows["p_adjusted"].map(p_value),
            "Would have been seen": (100 * rows["mde"]).map("{:.1f}".format),
            **{name: (100 * rows[column]).map("{:.1f}".format) for name, column in half.items()},
        }
    )


def trend_numbers(trend: Trend) -> dict[str, str]:
    """Numbers for prose on other pages, by name: RESPONSE.WAVE for a share, with .low, .high, .change, .half, .tipping.

    Of a bound it is "more than 50", with .low and .high as far as it may lie. The newest wave also goes by the name `latest`.
    """
    numbers: dict[str, str] = {}
    for row in trend.points.itertuples():
        name = f"{row.response}.{row.wave}"
        numbers |= {
            name: say_percent(row.percent, ""),
            f"{name}.low": f"{100 * row.lower:.0f}",
            f"{name}.high": f"{100 * row.upper:.0f}",
        }
        numbers[f"{name}.when"] = row.label
    for row in trend.changes.itertuples():
        name = f"{row.response}.{row.end_wave}"
        numbers |= {f"{name}.change": points(row.estimate), f"{name}.half": f"{50 * (row.upper - row.lower):.1f}"}
        numbers |= {f"{name}.seen": f"{100 * row.mde:.1f}", f"{name}.deff": f"{row.deff:g}"}
    for row in trend.breaks.itertuples():
        name = f"{row.response}.{row.end_wave}"
        numbers |= {f"{name}.change": points(row.change), f"{name}.tipping": points(row.tipping)}
    newest = trend.points.groupby("response").tail(1)
    for row in newest.itertuples():
        old = f"{row.response}.{row.wave}"
        found = {name: value for name, value in numbers.items() if name == old or name.startswith(f"{old}.")}
        numbers |= {name.replace(old, f"{row.response}.latest", 1): value for name, value in found.items()}
    return numbers
