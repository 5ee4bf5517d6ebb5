"""What a trend says, in sentences: what each change rests on, caption, alternative text, how it was measured, numbers.

Its finding is in `wavebook.text.trend_finding`.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from wavebook.estimates import Trend, at_common_mix, change_at_mix, order_at_mix, part_of
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
from wavebook.text.trend_finding import majority, standing

_HOLLOW = {
    "article": "Hollow: from one article only.",
    "weak": "Hollow: read second-hand only.",
}

_MIX_MOVED = 0.05  # a part of the samples that differs by less, five points, clouds nothing worth a sentence


def say_question(study: Study, trend: Trend, question: str | None = None) -> list[str]:
    """The question of the page, then what was asked, by whom, and how much of it was published.

    Parameters
    ----------
    question
        The question in a sentence of its own, where the page has one.
    """
    item, series = study.item(trend.item), study.series[trend.series]
    waves, found = study.waves_of(trend.series, trend.country), trend.points["wave"].nunique()
    years = _years(study, trend)
    when = f"did that change from {years[0]} to {years[-1]}" if len(years) > 1 else f"did that change in {years[0]}"
    default = f"what did people in {waves[0].place} answer on “{escape(item.title)}”, and {when}?"
    cited = f" {{cite:p}}`{item.wording_source}`" if item.wording_source else ""
    asked = (
        f"Asked was: “{escape(item.wording)}”{cited}."
        if item.wording
        else f"Asked was {escape(item.asks)}; the wording is not held."
    )
    return [
        f"**Question:** {escape(question) if question else default}",
        (
            f"{asked} The polls are those of {escape(series.name)}. {escape(series.about)} Of {waves[0].place} the book knows "
            f"{len(waves)} {'wave' if len(waves) == 1 else 'waves'}; it has shares of this question for {found}."
        ),
    ]


def say_changes(trend: Trend) -> list[str]:
    """Each change between neighbouring waves of one mode, with all that it rests on."""
    rows = zip(trend.changes.itertuples(), trend.changes.to_dict("records"), strict=True)
    return [f"{_say_change(row)} {_say_grid(held)}" for row, held in rows] or [
        "No two neighbouring waves are known to have been asked in the same way: no change is tested by itself."
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


def _say_grid(row: dict[Any, Any]) -> str:
    """Whether the verdict on a change is the same at each customary design effect."""
    sure = row["p_adjusted"] < SIGNIFICANT
    others = [deff for deff in CUSTOMARY_DEFFS if (row[f"p_{deff}"] < SIGNIFICANT) is not sure]
    grid = [f"{deff:.1f}" for deff in CUSTOMARY_DEFFS]
    if not others:
        return f"At design effects of {several(grid)} it is the same."
    turned = "it cannot be told from chance" if sure else "it is more than chance would give"
    return f"At a design effect of {several(f'{deff:.1f}' for deff in others)} {turned}."


def say_half(trend: Trend) -> list[str]:
    """The newest share of each answer against one half."""
    return [
        f"**{start_sentence(escape(row.response))}: {row.percent}%** in {row.label} is {majority(row.share, row.p_adjusted)} "
        f"({say_p(row.p_adjusted)} after Holm’s adjustment)."
        for row in trend.newest.itertuples()
    ]


def say_assumed(study: Study, trend: Trend) -> list[str]:
    """What is assumed of the waves, and why."""
    said = []
    for what, of in (("design effect", study.deff), ("number of respondents", study.n)):
        found: dict[tuple[str, str], list[str]] = {}
        for wave in dict.fromkeys(trend.shown["wave"]):
            described = study.described(wave)
            known = of(described)
            if known.status == "assumed":
                found.setdefault((f"{known.value:,g}", known.because), []).append(described.fieldwork.short)
        said += [
            f"The {what} of {several(times)} was not found: {value} is assumed, because {escape(why)}."
            for (value, why), times in found.items()
        ]
    return said


def say_breaks(trend: Trend) -> list[str]:
    """Each change across a break of mode or wording, never without its caveat."""
    return [_say_break(row) for row in trend.breaks.itertuples()] or ["All waves were asked in the same way."]


def _say_break(row: Any) -> str:
    said = f"{_moved(row)}: {points(row.change)} points, but {escape(say_break_reason(row))}."
    if row.tipping == 0:
        return f"{said} Even without any effect of that it cannot be told from chance."
    way = "rise" if row.change > 0 else "fall"
    return (
        f"{said} If that by itself moved the answer by {points(row.tipping)} points, the interval of the {way} would touch "
        f"nought; the {way} itself would be gone at {points(row.change)} points, which is all of it."
    )


def _moved(row: Any) -> str:
    answer = start_sentence(escape(row.response))
    return f"**{answer}: {row.start_percent} → {row.end_percent}**, from {row.start} to {row.end}"


def bridge_table(trend: Trend) -> pd.DataFrame:
    """The interval of each change across a break by chance alone and under each prior of an effect of mode; in points."""
    rows = []
    for step in trend.breaks.itertuples():
        what = f"{step.response}, {step.start} to {step.end}: {points(step.change)}"
        rows.append(("none", "–", interval(step.lower, step.upper), what))
        stands, falls = standing(trend, step)
        for prior in sorted([*stands, *falls], key=lambda one: one.sd):
            ends = interval(prior.bridged_lower, prior.bridged_upper)
            rows.append((f"{100 * prior.sd:g}", f"{100 * prior.mean:.1f}", ends, what))
    return pd.DataFrame(rows, columns=["Effect of the break (SD)", "Its mean size", "95% interval", "Of the change"])


def say_effects_of_mode(trend: Trend) -> list[str]:
    """What each prior of an effect of mode says, and where it comes from."""
    if trend.bridges.empty:
        return []
    return [
        f"**{100 * row.sd:g} points** of standard deviation, which is an effect of {100 * row.mean:.1f} points either way on "
        f"average: {escape(row.because)}{f' {{cite:p}}`{row.source}`' if row.source else ''}."
        for row in trend.bridges.drop_duplicates("sd").itertuples()
    ]


def say_problems(study: Study, trend: Trend) -> list[str]:
    """What is known to be wrong with the waves that are shown, and with no other."""
    return [
        f"**{escape(wave.fieldwork.short)}:** {' '.join(map(escape, wave.problems))}"
        for wave in map(study.described, dict.fromkeys(trend.shown.sort_values("time", kind="stable")["wave"]))
        if wave.problems
    ]


def say_mix(study: Study, trend: Trend, mix: list[str]) -> list[str]:
    """What a change in the make-up of the samples clouds: the order of the newest answers, and changes within a mode.

    Parameters
    ----------
    mix
        A group, its level, the wave whose mix the others are brought to, and the page that tells of it; or nothing.
    """
    if not mix:
        return []
    group, level, common, page = mix
    waves = [wave for wave in dict.fromkeys(trend.points["wave"]) if part_of(study, wave, group, level) is not None]
    table = at_common_mix(study, waves, trend.item, group, level, common)
    table = table[table["response"].isin(trend.points["response"])]
    title = escape(study.groups[group].title)
    then = study.described(common).fieldwork.short
    part = f"had “{escape(level)}” ({title[:1].lower()}{title[1:]}) been as large a part of the sample as in {then}"
    told = f"[what the mix can have done]({page}.ipynb)"
    newest = table[table["wave"] == trend.points["wave"].iloc[trend.points["time"].argmax()]]
    return [*_say_order(newest, part, told), *_say_changes_at_mix(trend, table, part, told)]


def _say_order(rows: pd.DataFrame, part: str, told: str) -> list[str]:
    """Whether the order of the answers of one wave is sure at a mix."""
    if rows.empty:
        return []
    when, ends = rows["label"].iloc[0], {row.response: f"{span(row.low, row.high)}%" for row in rows.itertuples()}
    unsure = order_at_mix(rows)
    if not unsure:
        return [f"The order of the answers of {when} would be the same {part} ({told})."]
    return [
        f"**The order of “{escape(a)}” and “{escape(b)}” in {when} is not sure.** {start_sentence(part)}, the first could be "
        f"anything from {ends[a]} and the second from {ends[b]}, if nothing is assumed of how they and the others answered "
        f"({told})."
        for a, b in unsure
    ]


def _say_changes_at_mix(trend: Trend, table: pd.DataFrame, part: str, told: str) -> list[str]:
    """What changes within a mode can have been at a mix, where it moved between the two waves."""
    parts = table.drop_duplicates("wave").set_index("wave")["part"]
    said = []
    for (start, end), rows in trend.changes.groupby(["start_wave", "end_wave"], sort=False):
        if not {start, end} <= set(parts.index) or abs(parts[end] - parts[start]) < _MIX_MOVED:
            continue
        ends = {row.response: change_at_mix(table, row.response, start, end) for row in rows.itertuples()}
        open_ = {name: change for name, change in ends.items() if change["low"] <= 0 <= change["high"]}
        if open_:
            each = several(f"“{escape(name)}” {interval(one['low'], one['high'])}" for name, one in open_.items())
            said.append(
                f"**Chance apart, whether these answers changed from {rows['start'].iloc[0]} to {rows['end'].iloc[0]} is not sure.** "
                f"{start_sentence(part)}, the changes could be anything from {each} points ({told})."
            )
    return said


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
        said = [f"{say_percent(row.percent)} in {row.label} ({_ends(row)})" for row in rows.itertuples()]
        parts.append(f"{start_sentence(str(response))}: {several(said)}.")
    parts += [
        f"The line is broken between {row.start} and {row.end}: {say_break_reason(row)}."
        for row in trend.breaks.drop_duplicates(["start_wave", "end_wave"]).itertuples()
    ]
    parts += [
        f"A bar outside the line, over the years that are pooled, {row.label}: {row.response} {say_percent(row.percent)} "
        f"({_ends(row)})."
        for row in trend.pools.itertuples()
    ]
    return " ".join(parts)


def _ends(row: Any) -> str:
    if row.bound:
        return ONLY_A_BOUND
    return span(row.lower, row.upper) if row.lower == row.lower else "no interval"


def trend_title(study: Study, trend: Trend) -> str:
    """Title of a trend chart, as a citation gives it."""
    place = study.waves_of(trend.series, trend.country)[0].place
    return f"{_asked(study, trend)}, {place}, {_span(study, trend)}"


def _years(study: Study, trend: Trend) -> tuple[str, ...]:
    """The years of the first and the last wave; one, where they are the same."""
    waves = [study.described(wave).fieldwork for wave in trend.points.sort_values("time")["wave"]]
    return tuple(dict.fromkeys([str(waves[0].start.year), str(waves[-1].end.year)]))


def _span(study: Study, trend: Trend) -> str:
    return "–".join(_years(study, trend))


def _asked(study: Study, trend: Trend) -> str:
    """What a chart is of: the item and, where it shows no other, the answer; several answers are named by the legend."""
    answers = list(dict.fromkeys(trend.points["response"]))
    return ", ".join([study.item(trend.item).title, *(answers if len(answers) == 1 else [])])


def trend_caption(study: Study, trend: Trend) -> str:
    """Caption of a trend chart, in few words: what, where, when, which house, what its marks mean, evidence."""
    all_waves = study.waves_of(trend.series, trend.country)
    certainties = set(trend.shown["certainty"])
    what = f"{_asked(study, trend)}, {all_waves[0].place}, {study.series[trend.series].name}, {_span(study, trend)}"
    sentences = [
        f"{escape(what)}: shares with 95% intervals.",
        *([BARS_WITHOUT_A_POINT] if (trend.points["bound"] != "").any() else []),
        *(text for mark, text in _HOLLOW.items() if mark in certainties),
        *(["Broken line: the way of asking may have changed."] if len(trend.breaks) else []),
        *(["Shaded: waves pooled."] if len(trend.pools) else []),
    ]
    return " ".join([*sentences, f"Evidence: {_evidence(trend)}."])


def say_measured(study: Study, trend: Trend) -> list[str]:
    """How a trend was measured, in plain sentences: question, waves, what the intervals rest on, breaks."""
    item = study.item(trend.item)
    waves = trend.shown.drop_duplicates("wave").sort_values("time", kind="stable")
    asked = f"Question: “{item.wording}”" if item.wording else f"Asked: {item.asks} (wording not held)"
    fielded = [f"{row.label} ({_size(row)}, {MODE_WORDS[row.mode]})" for row in waves.itertuples()]
    with_interval = trend.shown[trend.shown["why_no_interval"] == ""].drop_duplicates("wave")
    deffs = [
        f"{value:g} ({several(rows['label'])}, {STATUS_WORDS[str(status)]})"
        for (value, status), rows in with_interval.groupby(["deff", "deff_status"], sort=False)
    ]
    missing = [wave for wave in study.waves_of(trend.series, trend.country) if wave.id not in set(waves["wave"])]
    return [
        f"{asked}.",
        f"Waves: {'; '.join(fielded)}.",
        *([f"Design effect: {several(deffs)}."] if deffs else []),
        *(
            f"The line is broken between {row.start} and {row.end}: {say_break_reason(row)}."
            for row in trend.breaks.drop_duplicates(["start_wave", "end_wave"]).itertuples()
        ),
        *(
            f"Pooled: {study.described(wave).pooled}; the bar lies over its years, its height is the 95% interval."
            for wave in dict.fromkeys(trend.pools["wave"])
        ),
        *(
            [f"Ticks on the axis: waves of which no share was found ({several(w.fieldwork.short for w in missing)})."]
            if missing
            else []
        ),
        (
            "The intervals count the chance of the sample, enlarged by the design effect, and the rounding of printed shares; "
            "not who declined to answer, nor what was asked before."
        ),
    ]


def _size(row: Any) -> str:
    if row.n != row.n:
        return "n not found"
    return f"{'n assumed' if row.n_status == 'assumed' else 'n ='} {row.n:,.0f}"


def _evidence(trend: Trend) -> str:
    """Which waves rest on respondents' answers and which on printed shares, with their sources."""
    said = []
    for evidence, rows in trend.shown.groupby("evidence", sort=False):
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

    Of a bound it is "more than 50", with .low and .high as far as it may lie. The newest wave also goes by the name `latest`,
    and has .majority in words ("a majority", "fewer than half"). A change across a break has .at.SD, its interval under an
    effect of mode with a standard deviation of so many points.
    """
    numbers: dict[str, str] = {}
    for row in trend.shown.itertuples():
        name = f"{row.response}.{row.wave}"
        numbers |= {name: say_percent(row.percent, ""), f"{name}.when": row.label}
        if row.lower == row.lower:
            numbers |= {f"{name}.low": f"{100 * row.lower:.0f}", f"{name}.high": f"{100 * row.upper:.0f}"}
    for row in trend.newest.itertuples():
        numbers[f"{row.response}.{row.wave}.majority"] = majority(row.share, row.p_adjusted)
    for row in trend.changes.itertuples():
        name = f"{row.response}.{row.end_wave}"
        numbers |= {f"{name}.change": points(row.estimate), f"{name}.half": f"{50 * (row.upper - row.lower):.1f}"}
        numbers |= {f"{name}.seen": f"{100 * row.mde:.1f}", f"{name}.deff": f"{row.deff:g}"}
    for row in trend.breaks.itertuples():
        name = f"{row.response}.{row.end_wave}"
        numbers |= {f"{name}.change": points(row.change), f"{name}.tipping": points(row.tipping)}
    for row in trend.bridges.itertuples():
        ends = interval(row.bridged_lower, row.bridged_upper)
        numbers[f"{row.response}.{row.end_wave}.at.{100 * row.sd:g}"] = ends
    newest = trend.points.groupby("response").tail(1)
    for row in newest.itertuples():
        old = f"{row.response}.{row.wave}"
        found = {name: value for name, value in numbers.items() if name == old or name.startswith(f"{old}.")}
        numbers |= {name.replace(old, f"{row.response}.latest", 1): value for name, value in found.items()}
    return numbers
