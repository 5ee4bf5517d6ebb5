"""How viewers of a channel answer beside everybody else: chart, tables, caption and sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from wavebook.estimates import EstimatingStudy
from wavebook.figures.publishing import escape
from wavebook.figures.theme import COLOURS, INK, QUIET, WIDTH
from wavebook.figures.words import cardinal, group_words, interval, p_value, points, several, start_sentence
from wavebook.study import MODE_WORDS, say_percent
from wavebook.survey import Contrasts, Logit, OneOtherwise, Ordinal, Shares, contrasts, holm
from wavebook.text.phrases import SIGNIFICANT, say_p, say_seen

Outcome = tuple[str, str]
"""An item and an answer to it."""

ALMOST_TWICE = 1.5
"""The least ratio that the article's "almost twice as often" can mean, as in the ledger."""


def read_outcomes(written: Sequence[str]) -> list[Outcome]:
    """Outcomes as the parameters of a page write them: "opinion-russia: favourable"."""
    return [(item, answer) for item, _, answer in (line.partition(": ") for line in written)]


def outcome_words(study: EstimatingStudy, row: Any) -> str:
    """Name an outcome: "Opinion of Russia: favourable"."""
    return f"{study.item(row.item).title}: {row.response}"


def together(table: pd.DataFrame, family: Sequence[Outcome]) -> pd.DataFrame:
    """Adjust the tests of one family together, in a column `p_family`; what lies outside it is not tested.

    Outcomes of the family that are not told count in it. The adjusted p is then the largest that it can be.
    """
    tested = [outcome in set(family) for outcome in zip(table["item"], table["response"], strict=True)]
    return table.assign(p_family=holm(table["p"].where(tested), len(family)))


def untold(table: pd.DataFrame, outcomes: Sequence[Outcome]) -> list[Outcome]:
    """The outcomes that are told of one of the two groups only, or of neither."""
    told = set(zip(table["item"], table["response"], strict=True))
    return [outcome for outcome in outcomes if outcome not in told]


def _row(table: pd.DataFrame, outcome: Outcome) -> Any:
    return next(row for row in table.itertuples() if (row.item, row.response) == outcome)


# The finding


def say_found(study: EstimatingStudy, wave: str, table: pd.DataFrame, leading: Outcome, group: str, level: str) -> str:
    """The leading comparison as found: two shares, how many respondents make the difference, and where and when."""
    row = _row(table, leading)
    described = study.described(wave)
    return (
        f"Of those whose main source of news was {escape(level)}, **{100 * row.exposed:.1f}%** {_gave(study, leading)}; of "
        f"all others, **{100 * row.others:.1f}%** ({escape(described.place)}, {described.fieldwork}; {row.exposed_n:,} and "
        f"{row.others_n:,} respondents).{_say_few(study, wave, leading, group, level)}"
    )


def _gave(study: EstimatingStudy, outcome: Outcome) -> str:
    """What those did who gave an answer: "had a favourable opinion of Russia"."""
    title, answer = study.item(outcome[0]).title, outcome[1]
    if title.startswith("Opinion of "):
        article = "an" if answer[0] in "aeiou" else "a"
        return escape(f"had {article} {answer} {title[0].lower()}{title[1:]}")
    return f"gave the answer “{escape(answer)}” (*{escape(title)}*)"


def _say_few(study: EstimatingStudy, wave: str, outcome: Outcome, group: str, level: str) -> str:
    """How many are behind a share that is shown against the rule, in words."""
    for found in study.wave(wave).exempted(outcome[0], group):
        if (found.group, found.response) == (level, outcome[1]):
            did = "did" if found.gave else "did not"
            return f" **{start_sentence(cardinal(found.few))} of the {found.n:,}** {did}."
    return ""


def say_difference(study: EstimatingStudy, table: pd.DataFrame, leading: Outcome, alike_in: Sequence[str]) -> str:
    """The difference that leads, among people who are alike; the ratio is only told as its translation."""
    row = _row(table, leading)
    held = several(study.groups[name].title.lower() for name in alike_in)
    return (
        f"Among respondents alike in {held}, the difference is **{points(row.adjusted)} points** (95% interval "
        f"{interval(row.adjusted_lower, row.adjusted_upper)}). Every verdict on this page rests on such differences; said as a "
        f"ratio, {100 * row.exposed:.1f}% is {row.ratio:.2f} times {100 * row.others:.1f}%."
    )


def is_sure(table: pd.DataFrame, leading: Outcome, spoken: Logit, exposure: str) -> bool:
    """Whether the leading difference holds where its family is judged together and where the silent are left out."""
    row = _row(table, leading)
    return bool(row.p_family < SIGNIFICANT and _effect(spoken, exposure).p < SIGNIFICANT)


def say_verdict(table: pd.DataFrame, leading: Outcome, spoken: Logit, exposure: str, family: Sequence[Outcome]) -> str:
    """What the leading difference is worth, alone and in company."""
    row, silent = _row(table, leading), _effect(spoken, exposure)
    most = "is at most" if untold(table, family) else "is"
    judged = (
        f"judged together with the other opinions, {cardinal(len(family))} in all, p {most} {p_value(row.p_family)}"
    )
    without = (
        f"without those who gave no opinion the difference is {points(silent.estimate)} points "
        f"({interval(silent.lower, silent.upper)})"
    )
    if row.p >= SIGNIFICANT:
        return f"That is not to be told from chance ({say_p(row.p)}); {without}."
    alone = f"Taken alone, that is more than chance would give ({say_p(row.p)})."
    lasts = "It stays so" if is_sure(table, leading, spoken, exposure) else "It does not last"
    return f"{alone} {lasts}: {judged}, and {without}."


def say_conclusion(
    study: EstimatingStudy, wave: str, table: pd.DataFrame, leading: Outcome, spoken: Logit, exposure: str, level: str
) -> str:
    """What follows from it, as sentences that can be quoted."""
    row, silent, described = _row(table, leading), _effect(spoken, exposure), study.described(wave)
    year, place, more = described.fieldwork.end.year, escape(described.place), "more" if row.adjusted > 0 else "less"
    who = f"people in {place} whose news came from {escape(level)} {_gave(study, leading)} {more} often than others like them"
    low, high = min(row.adjusted_lower, silent.lower), max(row.adjusted_upper, silent.upper)
    left = (
        f"with and without those who gave no opinion, anything from {points(low)} to {points(high)} points stays open"
    )
    if is_sure(table, leading, spoken, exposure):
        return f"**In short: in {year}, {who}.** {start_sentence(left)}."
    return f"**In short: for {year}, this evidence does not show that {who}.** Nor does it show that they were alike: {left}."


def say_testable(table: pd.DataFrame, leading: Outcome) -> str:
    """Whether the article's ratio could have been found here at all."""
    row = _row(table, leading)
    most = (
        f"With {100 * row.others:.1f}% among all others, no share could be more than {1 / row.others:.2f} times theirs"
    )
    if 1 / row.others < ALMOST_TWICE:
        return f"{most}: this wave can neither confirm nor refute “almost twice as often”."
    found = "fits" if row.ratio >= ALMOST_TWICE else "does not fit"
    return f"{most}, so that “almost twice as often” could have been found; {row.ratio:.2f} {found} it."


# How sure


def say_agreement(ways: Sequence[float]) -> str:
    """Whether several ways to count one comparison agree, from the p of each."""
    beyond = sum(p < SIGNIFICANT for p in ways)
    if beyond in (0, len(ways)):
        verdict = "more than chance would give" if beyond else "no more than chance would give"
        return f"Each of the {cardinal(len(ways))}, taken alone, finds {verdict}."
    return (
        f"They do not: of the {cardinal(len(ways))}, taken alone, {cardinal(beyond)} "
        f"{'find' if beyond > 1 else 'finds'} more than chance would give and {cardinal(len(ways) - beyond)} "
        f"{'do' if len(ways) - beyond > 1 else 'does'} not."
    )


def ps_of(models: Sequence[Logit], exposure: str, four: Ordinal) -> list[float]:
    """The p of the comparison in each model."""
    return [*(float(_effect(model, exposure).p) for model in models), float(four.table["p"].iloc[0])]


def say_one_more(found: OneOtherwise, level: str) -> str:
    """What the difference is worth had one more of the group answered otherwise."""
    row: Any = next(found.table.itertuples())
    left = row.changed - row.beyond
    whose = "whoever it is" if left == row.changed else f"in {left:,} of {row.changed:,} cases"
    verdict = (
        f"the difference is then not to be told from chance, {whose}" if left else "the verdict stays, whoever it is"
    )
    return (
        f"**Few answers:** had one more of those with {escape(level)} as main news answered otherwise, the difference would "
        f"be {points(row.estimate)} points and {say_p(row.p)} (the middle of {row.changed:,} such changes); {verdict}."
    )


def say_penalised(ordinary: Logit, penalised: Logit, exposure: str) -> str:
    """What is left where the estimate is held back for having few answers to go by."""
    one, other = _effect(ordinary, exposure), _effect(penalised, exposure)
    return (
        f"**Firth’s regression**, which is made for few answers, gives {points(other.estimate)} points "
        f"({interval(other.lower, other.upper)}; {say_p(other.p)}), the ordinary one {points(one.estimate)}."
    )


def say_spoken(ordinary: Logit, spoken: Logit, exposure: str) -> str:
    """What is left where those who gave no opinion are out of the base."""
    one, other = _effect(ordinary, exposure), _effect(spoken, exposure)
    return (
        f"**Silence:** “don’t know” and refusals count as not favourable above. Among the {spoken.n:,} respondents who "
        f"gave an opinion, {points(one.estimate)} becomes {points(other.estimate)} points "
        f"({interval(other.lower, other.upper)}; {say_p(other.p)})."
    )


def say_ordinal(four: Ordinal) -> str:
    """Whether all answers together, from the first to the last, lean one way; the first is the warmest."""
    row: Any = next(four.table.itertuples())
    warmer, low, high = (float(np.exp(-value)) for value in (row.estimate, row.upper, row.lower))
    leans = "more than chance would give" if row.p < SIGNIFICANT else "not to be told from chance"
    return (
        f"**All {cardinal(len(four.categories))} answers:** the odds of a warmer answer are {warmer:.2f} times those of "
        f"others ({low:.2f} to {high:.2f}; proportional odds), {leans}."
    )


def say_seen_at_all(table: pd.DataFrame, leading: Outcome) -> str:
    """How small a difference would have been seen."""
    row = _row(table, leading)
    return f"**What could be seen:** a difference of {say_seen(row.adjusted_mde)}; a smaller one, less often."


def say_hidden(table: pd.DataFrame, leading: Outcome) -> str:
    """What something that was not asked would take to make all of the difference: the E-value in plain words."""
    row = _row(table, leading)
    return (
        f"**Something not asked:** anything that makes both the channel and the answer {row.e_value:.1f} times as likely "
        f"would be enough to make all of the difference by itself (E-value)."
    )


def say_others(study: EstimatingStudy, table: pd.DataFrame, leading: Outcome, family: Sequence[Outcome]) -> list[str]:
    """The other comparisons of the family, and what is shown without a test."""
    tested = table[table["p_family"].notna()]
    rest = tested[[outcome != leading for outcome in zip(tested["item"], tested["response"], strict=True)]]
    sure = rest[rest["p_family"] < SIGNIFICANT]
    nearest = rest.sort_values("p").head(2)
    said = []
    if len(sure):
        named = "; ".join(_say_row(study, row) for row in sure.itertuples())
        said.append(f"**Other opinions:** more than chance would give, judged together: {named}.")
    elif len(rest):
        named = "; ".join(_say_row(study, row) for row in nearest.itertuples())
        said.append(
            f"**Other opinions:** none differs by more than chance would give once all {cardinal(len(family))} are judged "
            f"together. Nearest to it come {named}."
        )
    if missing := untold(table, family):
        names = several(f"*{escape(study.item(item).title)}* ({escape(answer)})" for item, answer in missing)
        said.append(
            f"**Not shown:** {names}. Too few of the viewers answered otherwise, so that the shares would tell what single "
            f"people said. They count among the {cardinal(len(family))}, whatever their results are; so each p above is the "
            f"largest that it can be."
        )
    if len(further := table[table["p_family"].isna()]):
        number = len(family) + len(further)
        least = float(np.nanmin(holm(table["p"], number)))
        lead = float(holm(table["p"], number)[list(zip(table["item"], table["response"], strict=True)).index(leading)])
        verdict = "still none would pass" if least >= SIGNIFICANT else f"the smallest p would be {p_value(least)}"
        said.append(
            f"**Further answers in the figure** are shown for the room that they leave and stand outside these tests. Counted in, "
            f"that makes {number}; p of the leading one would be at most {p_value(lead)}, and {verdict}."
        )
    return said


def _say_row(study: EstimatingStudy, row: Any) -> str:
    return (
        f"*{escape(study.item(row.item).title)}*, {escape(row.response)}, {points(row.adjusted)} points "
        f"({interval(row.adjusted_lower, row.adjusted_upper)}; {say_p(row.p)}, together {p_value(row.p_family)})"
    )


def _effect(model: Logit, exposure: str) -> Any:
    return next(model.average_marginal_effects(exposure).table.itertuples())


# Who watches


def say_audience(overall: Shares, by_age: Shares, group: str, old: str, level: str) -> str:
    """How many name the channel, in all and among the old beside all others.

    Parameters
    ----------
    overall, by_age
        Shares of the level, of all and by the group that divides the old from the others.
    """
    everyone: Any = next(overall.table.itertuples())
    shares = {str(row[group]): row for row in by_age.table.to_dict("records")}
    aged = shares.pop(old)
    younger = next(iter(shares.values()))
    apart = _apart(by_age, group, old)
    few = f", {aged['cell']:.0f} of them viewers" if "cell" in aged else ""
    verdict = "more than chance would give" if apart.p < SIGNIFICANT else "not to be told from chance"
    return (
        f"**{100 * everyone.share:.1f}%** named {escape(level)} as their main source of news. Of those aged "
        f"{group_words(old)} it was **{100 * aged['share']:.1f}%** ({aged['n']:,} respondents{few}), of others "
        f"{100 * younger['share']:.1f}%: a difference of {points(apart.estimate)} points "
        f"({interval(apart.lower, apart.upper)}), {verdict} ({say_p(apart.p)})."
    )


def _apart(shares: Shares, group: str, old: str) -> Any:
    """The old less the others."""
    sign = [1.0 if str(level) == old else -1.0 for level in shares.table[group]]
    return next(contrasts(shares, [sign], names=["old - others"]).table.itertuples())


def say_no_bridge(found: Contrasts, title: str) -> str:
    """Whether the old and the young differ in the opinion itself: without that there is nothing to be carried.

    Parameters
    ----------
    found
        The oldest less the youngest, of the leading outcome.
    """
    row: Any = next(found.table.itertuples())
    apart = f"the oldest and the youngest differed by {points(row.estimate)} points ({interval(row.lower, row.upper)})"
    if row.p < SIGNIFICANT:
        return f"In the opinion itself (*{escape(title)}*) {apart}."
    return (
        f"In the opinion itself (*{escape(title)}*) {apart}, which is not to be told from chance. There was no difference "
        f"between old and young that the channel could have carried from one to the other."
    )


def say_later(study: EstimatingStudy, shares: pd.DataFrame) -> list[str]:
    """What was printed later of who watches, one sentence a wave and item; bounds are told as such."""
    said = []
    for (wave, title, response), rows in shares.groupby(["wave", "title", "response"], sort=False):
        described = study.described(str(wave))
        parts = [
            f"{_say_share(row)}{f' (aged {group_words(row.group)})' if row.by == 'age' else ''}"
            for row in rows.itertuples()
        ]
        cited = several(f"{{cite:t}}`{key}`" for key in dict.fromkeys(rows["source"]))
        one_of_many = len(study.item(rows["item"].iloc[0]).responses) > 1
        said.append(
            f"**{escape(str(title))}{escape(f', {response}') if one_of_many else ''}:** {several(parts)} "
            f"({escape(study.series[described.series].name)}, {described.fieldwork}, {cited})."
        )
    return said


def _say_share(row: Any) -> str:
    said = {">": "at least ", "<": "at most "}.get(row.bound, "")
    how = f", {row.note[0].lower()}{row.note.rstrip('.')[1:]}" if row.bound and row.note else ""
    return f"{said}{say_percent(str(row.percent).lstrip('<>'))}{escape(how)}"


# The figure


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
                    "number": points(row.adjusted) if kind == "adjusted" else "",
                }
            )
    data = pd.DataFrame(rows)
    order = list(dict.fromkeys(data["outcome"]))
    y = alt.Y("outcome:N", sort=order, title=None, axis=alt.Axis(labelExpr="split(datum.value, ': ')", minExtent=170))
    kinds = ["as found", "adjusted"]
    colour = alt.Color(
        "kind:N", scale=alt.Scale(domain=kinds, range=[COLOURS[2], COLOURS[0]]), legend=alt.Legend(title=None)
    )
    base = alt.Chart(data).encode(y=y, yOffset=alt.YOffset("kind:N", sort=kinds), color=colour)
    x = alt.X("value:Q", title="difference, points", scale=alt.Scale(padding=10))
    zero = alt.Chart(pd.DataFrame({"value": [0.0]})).mark_rule(color=QUIET).encode(x="value:Q")
    bars = base.mark_rule(strokeWidth=3).encode(x=alt.X("low:Q", title="difference, points"), x2="high:Q")
    dots = base.mark_point(size=70, strokeWidth=2, opacity=1).encode(
        x=x, fill=alt.condition("datum.kind == 'adjusted'", colour, alt.value("white"))
    )
    numbers = base.mark_text(align="left", dx=6, fontSize=12).encode(
        x=alt.X("high:Q"), text=alt.Text("number:N"), color=alt.value(INK)
    )
    return alt.layer(zero, bars, dots, numbers).properties(width=WIDTH - 150, height=alt.Step(22))


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
            "p of the adjusted": table["p"].map(p_value),
            "p, judged together": [_family_words(value) for value in table["p_family"]],
            "ratio": table["ratio"].round(3),
            "E-value": table["e_value"].round(2),
            "evidence": table["evidence"],
            "source": table["source"],
        }
    )


def _family_words(p: float) -> str:
    return "not counted" if np.isnan(p) else p_value(p)


def outcomes_table(study: EstimatingStudy, table: pd.DataFrame, level: str) -> pd.DataFrame:
    """All comparisons with their p, before and after they are judged together."""
    rows = list(table.itertuples())
    return pd.DataFrame(
        {
            "Answer": [outcome_words(study, row) for row in rows],
            f"{start_sentence(level)}, per cent": [f"{100 * row.exposed:.1f}" for row in rows],
            "All others, per cent": [f"{100 * row.others:.1f}" for row in rows],
            "Adjusted difference, points": [points(row.adjusted) for row in rows],
            "95% interval": [interval(row.adjusted_lower, row.adjusted_upper) for row in rows],
            "p": [p_value(row.p) for row in rows],
            "p, judged together": [_family_words(row.p_family) for row in rows],
        }
    )


def exposure_title(study: EstimatingStudy, wave: str, level: str) -> str:
    """Title of the chart, as a citation gives it."""
    described = study.described(wave)
    return f"Opinions of those with {level} as main news, and of all others, {described.place}, {described.fieldwork}"


def exposure_caption(study: EstimatingStudy, wave: str, level: str) -> str:
    """Caption: what is compared, house, place, time, mode, evidence."""
    described, estimates = study.described(wave), study.wave(wave)
    series = study.series[described.series]
    return (
        f"Those whose main news was {escape(level)} less all others, in points, with 95% intervals: as found, and adjusted. "
        f"{escape(series.name)}, {escape(described.place)}, {described.fieldwork}; {MODE_WORDS[described.mode]}. "
        f"Evidence: {estimates.evidence}, {{cite:t}}`{described.source}`, our estimates."
    )


def say_measured(
    study: EstimatingStudy, table: pd.DataFrame, level: str, alike_in: Sequence[str], family: Sequence[Outcome]
) -> list[str]:
    """How the comparisons were made, in plain text: sizes, models, degrees of freedom, the family of tests."""
    row: Any = next(table.itertuples())
    held = several(study.groups[name].title.lower() for name in alike_in)
    alone = f"{row.exposed_df:g} degrees of freedom for {level} and {row.others_df:g} for all others"
    named = "; ".join(f"{study.item(item).title}: {answer}" for item, answer in family)
    return [
        f"{row.exposed_n:,} respondents with {level} as their main source of news, {row.others_n:,} others; weighted.",
        f"As found: the difference of two shares by the sampling design, each group with its own sampling points ({alone}).",
        (
            f"Adjusted: the average marginal effect in a logistic regression under the design that holds {held} constant; "
            f"every verdict rests on its interval and p."
        ),
        f"Judged together after Holm, {cardinal(len(family))} tests, one answer of each opinion: {named}.",
    ]


def exposure_alt(study: EstimatingStudy, table: pd.DataFrame, level: str) -> str:
    """Describe the chart for those who do not see it."""
    said = [
        f"{outcome_words(study, row)} {points(row.raw)} as found, {points(row.adjusted)} adjusted ({interval(row.adjusted_lower, row.adjusted_upper)})"
        for row in table.itertuples()
    ]
    return f"Dot chart of differences in points between {level} as main news and all else. {start_sentence('; '.join(said))}."
