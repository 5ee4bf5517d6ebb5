"""What age has to do with an answer, in sentences whose words the data choose."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from wavebook.estimates import EstimatingStudy, published_by
from wavebook.figures.publishing import escape
from wavebook.figures.words import STATUS_WORDS, cardinal, group_words, interval, points, several, span
from wavebook.study import MODE_WORDS, say_percent
from wavebook.study.rows import estimated_row, shares_frame
from wavebook.survey import Contrasts, Effects, Shares, Test, holm, smallest_seen
from wavebook.text.phrases import SEEN_SO_OFTEN, SIGNIFICANT, say_chance, say_p, say_seen

YEARS = 10
"""The step of age by which a slope is told."""
WHOLE = 0.01
"""Shares printed in steps of this are told without decimals."""
NEARLY_ALL = 0.8
"""From this share on, an answer leaves little room for a gradient."""


@dataclass(frozen=True)
class Gradient:
    """How an answer goes with age: three tests of it, adjusted together.

    Attributes
    ----------
    by
        The bands of age, a column of the shares.
    shares
        Of one answer, by age.
    ends
        The oldest less the youngest: estimate, lower, upper, p, mde.
    step
        The same of `YEARS` years more, from the average marginal effect of one.
    p
        Adjusted by Holm: of the ends, of all bands being alike, and of the slope.
    """

    by: str
    shares: pd.DataFrame
    ends: dict[str, float]
    step: dict[str, float]
    p: tuple[float, float, float]

    @property
    def differs(self) -> bool:
        """Whether anything that is tested is more than chance would give."""
        return min(self.p) < SIGNIFICANT

    @property
    def direction(self) -> int:
        """Of a gradient: 1 if the answer grows more frequent with age, -1 if less so, 0 if there is none to be seen."""
        if self.p[2] < SIGNIFICANT:
            return int(np.sign(self.step["estimate"]))
        return int(np.sign(self.ends["estimate"])) if self.p[0] < SIGNIFICANT else 0


def gradient(shares: Shares, ends: Contrasts, equal: Test, slope: Effects, df: float, by: str) -> Gradient:
    """Judge how an answer goes with age.

    Parameters
    ----------
    shares
        Of one answer, by age.
    ends
        The contrast of the last group and the first.
    equal
        The test that all are equal.
    slope
        The average marginal effect of one year.
    df
        Degrees of freedom of that effect.
    by
        The group, as a column of the shares.
    """
    year, apart = slope.table.iloc[0], ends.table.iloc[0]
    step = {name: float(YEARS * year[name]) for name in ("estimate", "lower", "upper")}
    step["mde"] = float(YEARS * smallest_seen(year["se"], df))
    first, all_, last = (float(p) for p in holm([apart["p"], equal.p, year["p"]]))
    told = {name: float(apart[name]) for name in ("estimate", "lower", "upper", "mde")}
    return Gradient(by, shares.table, told, step, (first, all_, last))


def say_question(study: EstimatingStudy, wave: str, question: str, *, claimed: bool = False) -> str:
    """The question of the page, whether the article has an answer to it, and the one wave that can answer it here."""
    described = study.described(wave)
    series = escape(study.series[described.series].name)
    claim = " The article says that older people are warmer towards Russia {cite:p}`rerussia2023`." if claimed else ""
    return (
        f"**Question:** {escape(question)}{claim} One wave tells: {series}, {escape(described.place)}, {described.fieldwork}, the "
        f"only one whose respondents’ answers are open to us."
    )


def say_finding(study: EstimatingStudy, wave: str, item: str, response: str, found: Gradient) -> list[str]:
    """Whether the answer goes with age, with the number and its uncertainty, and what would have been seen."""
    described, item_title = study.described(wave), f"*{escape(study.item(item).title)}*"
    year, name = described.fieldwork.end.year, f"“{escape(response)}”"
    young, old = found.shares.iloc[0], found.shares.iloc[-1]
    who = f"aged {group_words(str(young[found.by]))} and {group_words(str(old[found.by]))}"
    shares = f"**{100 * young['share']:.1f}%** and **{100 * old['share']:.1f}%** of those {who}"
    asked = f"{escape(described.place)}, {described.fieldwork}, {MODE_WORDS[described.mode]}"
    answered = f"answered {name} ({item_title})"
    if found.direction:
        turn = "more" if found.direction > 0 else "less"
        verdict = f"**In short: in {year}, the older people were, the {turn} often they {answered}.**"
    elif found.differs:
        verdict = (
            f"**In short: in {year}, people of different ages {answered} unequally often, but not more or less often the "
            f"older they were.**"
        )
    else:
        verdict = f"**In short: in {year}, no gradient of age was found in how often people {answered}.**"
    ends, step = found.ends, found.step
    said = [
        (
            f"{verdict} It was the answer of {shares} ({asked}; {young['n']:,.0f} and {old['n']:,.0f} respondents). The "
            f"difference, {points(ends['estimate'])} points (95% interval {interval(ends['lower'], ends['upper'])}), is "
            f"{say_chance(found.p[0])} ({say_p(found.p[0])}, adjusted for three tests). With each {cardinal(YEARS)} years of age the share "
            f"changed by {points(step['estimate'])} points ({interval(step['lower'], step['upper'])}; {say_p(found.p[2])})."
        )
    ]
    if not found.direction:
        said.append(
            f"A difference of {say_seen(ends['mde'])}, as would one of {100 * step['mde']:.1f} points in each "
            f"{cardinal(YEARS)} years, tested alone. Smaller ones, either way, may have been there without being found."
        )
    return said


def say_stronger(response: str, shares: Shares, ends: Contrasts, by: str) -> str:
    """The oldest against the youngest in a stronger answer, adjusted as a fourth test of the page."""
    young, old, row = shares.table.iloc[0], shares.table.iloc[-1], ends.table.iloc[0]
    p = float(holm([row["p"]], 4)[0])
    return (
        f"The stronger answer alone, “{escape(response)}”, was given by {100 * young['share']:.1f}% of those aged "
        f"{group_words(str(young[by]))} and {100 * old['share']:.1f}% of those aged {group_words(str(old[by]))}: "
        f"{points(row['estimate'])} points (95% interval {interval(row['lower'], row['upper'])}), {say_chance(p)} as a fourth test "
        f"(adjusted, {say_p(p)} at most)."
    )


def say_since(later: pd.DataFrame, found: Gradient) -> list[str]:
    """What later polls printed of the oldest and the youngest, beside what was found here; nothing if they did not."""
    said = [
        f"*{escape(str(rows['title'].iloc[0]))}*, “{escape(str(response))}”, {escape(str(label))}: {_say_ages(rows.iloc[[0, -1]])}"
        for (label, _, response), rows in later.groupby(["label", "item", "response"], sort=False)
        if len(rows) > 1
    ]
    if not said:
        return []
    nor = "This book cannot say" if found.differs else "No gradient was found before them, and this book cannot say"
    return [
        (
            f"Later polls of other houses asked other questions, and printed shares by age without intervals: {'; '.join(said)}. "
            f"{nor} what made the later ones: the invasion, the mode, the house and the question all changed in between."
        )
    ]


def _say_ages(rows: pd.DataFrame) -> str:
    parts: list[Any] = [
        f"{group_words(row.group)}: {say_percent(row.percent)}{_mark(row)}" for row in rows.itertuples()
    ]
    return several(parts)


def say_tests(found: Gradient) -> list[str]:
    """The share of each group, and the three tests."""
    rows: Any = found.shares.to_dict("records")
    groups = [
        f"{group_words(str(row[found.by]))}: {100 * row['share']:.1f}% ({span(row['lower'], row['upper'])})"
        for row in rows
    ]
    apart, equal, slope = found.p
    verdict = "differ by more than chance would give" if equal < SIGNIFICANT else "cannot be told apart from chance"
    return [
        f"**By age:** {several(groups)}.",
        f"**Oldest against youngest:** {_say_size(found.ends, apart)}.",
        f"**With each {cardinal(YEARS)} years of age:** {_say_size(found.step, slope)}.",
        f"**All groups together** {verdict} ({say_p(equal)}).",
        "**Three tests** of one answer stand here. Their p-values are adjusted together (Holm).",
    ]


def _say_size(size: dict[str, float], p: float) -> str:
    seen = f"; tested alone, {say_seen(size['mde'])}" if p >= SIGNIFICANT else ""
    return f"{points(size['estimate'])} points (95% interval {interval(size['lower'], size['upper'])}), {say_chance(p)} ({say_p(p)}{seen})"


def say_answered_bounds(shares: Shares) -> str:
    """Why the shares among those with an opinion are not told by age, and between what they lie."""
    least = 100 * float(shares.table["share"].min())
    return (
        f"Of those with an opinion the shares by age are not told: so few in each group answered otherwise, or not at all, that "
        f"they cannot be shown apart. Each is at least as large as the share of all, so {least:.1f}% or more."
    )


def crossed_shares(study: EstimatingStudy, wave: str, item: str, response: str, by: list[str]) -> pd.DataFrame:
    """The share of one answer by the second group within each level of the first, which has a column of its own.

    No other answer is asked for: what the others would tell of such small groups would take some of these away.
    """
    estimates, (outer, inner) = study.wave(wave), by
    table = estimates.shares(item, by=by, answers=[response]).table.sort_values(by, kind="stable")
    crossed = shares_frame(
        estimated_row(study, estimates.described, item, row, estimates.evidence, ", ".join(by), row[inner])
        | {"title": row[outer]}
        for row in table.to_dict("records")
    )
    return crossed.assign(**{outer: table[outer].to_numpy()})


def later_shares(study: EstimatingStudy, waves: list[str], items: list[str], by: str) -> pd.DataFrame:
    """The shares by age that were printed of later waves; an empty frame where no wave is named."""
    return published_by(study, waves, items, by) if waves else shares_frame(())


def say_later(later: pd.DataFrame, found: Gradient) -> list[str]:
    """What was printed of later waves by age, and what it can be held against."""
    if later.empty:
        return ["This book holds no later share of this opinion by age."]
    lead = "No gradient was found before the invasion; what was printed since is:"
    return [
        lead if not found.differs else "What was printed since the invasion is:",
        "\n".join(f"- {sentence}" for sentence in say_published(later)),
        " ".join(_say_apart(later)),
    ]


def say_published(shares: pd.DataFrame) -> list[str]:
    """Printed shares by age, one cited sentence for each wave and answer; what was not read in the source is marked."""
    said = []
    for (label, title, response), rows in shares.groupby(["label", "title", "response"], sort=False):
        sources = ",".join(dict.fromkeys(rows["source"]))
        named = f"**{escape(str(title))}, {escape(str(label))}, {escape(str(response))}:**"
        said.append(f"{named} {_say_ages(rows)} {{cite:p}}`{sources}`.")
    return said


def _mark(row: Any) -> str:
    return "" if row.certainty == "read" else f" ({STATUS_WORDS[row.certainty]})"


def _say_apart(shares: pd.DataFrame) -> Iterator[str]:
    """How far the oldest lie from the youngest where both were printed, and why there is no interval."""
    alone = []
    for (label, _, response), rows in shares.groupby(["label", "item", "response"], sort=False):
        first, last = rows.iloc[0], rows.iloc[-1]
        answer = f"“{escape(str(response))}”"
        if len(rows) == 1:
            alone.append(f"{answer}, {escape(str(label))}")
            continue
        apart = last["share"] - first["share"]
        size = points(abs(apart), 0 if rows["step"].min() >= WHOLE else 1).lstrip("+")
        yield (
            f"In {escape(str(label))}, {answer} was {size} points {'more' if apart > 0 else 'less'} frequent at "
            f"{group_words(str(last['group']))} than at {group_words(str(first['group']))}."
        )
    if alone:
        yield f"Of one age alone a share was printed ({'; '.join(alone)}); that shows no gradient at all."
    if shares["n"].isna().all():
        yield "How many respondents were of an age was not printed, so that none of these differences has an interval."


def say_between(later: pd.DataFrame, found: Gradient) -> list[str]:
    """What may make later polls and this wave differ by age: nothing, where nothing later was printed."""
    if later.empty:
        return []
    then = "another gradient now than then" if found.direction else "no gradient then and one now"
    return [
        (
            f"**The invasion, the mode, the house, the question.** All four changed between this wave and the later ones. Each "
            f"alone could make {then}; nothing here can tell them apart."
        ),
        (
            f"**The question** is the plainest. To think well of a country and to take its side in a war are two things."
            f"{_room(found)}"
        ),
        (
            "**Candour.** Older and younger people may say more or less of what they think to an interviewer at the door, on the "
            "phone, or about a war. Which way that works is not known."
        ),
    ]


def _room(found: Gradient) -> str:
    least = found.shares["share"].min()
    if least < NEARLY_ALL:
        return ""
    return (
        f" Where at least {100 * least:.0f}% of every age give one answer, as here, there is little room for a gradient; where a side "
        f"must be taken, there is much."
    )


def say_limits(later: pd.DataFrame, found: Gradient) -> list[str]:
    """What the page does not show."""
    said = [
        "**Age or generation:** one wave cannot tell whether people change as they grow old, or were brought up so.",
        "**Why:** age goes with language, schooling, place and source of news. Nothing is held constant here.",
    ]
    if not found.direction:
        said.append(
            f"**That age played no part:** only a difference that was large enough is found {SEEN_SO_OFTEN}. Age may also work "
            f"one way in one group and the other way in another, and cancel."
        )
    if later.empty:
        return [*said, "**Anything later:** it is one wave, taken once."]
    return [
        *said,
        "**A growing gradient:** an earlier poll and later ones of other houses and questions make no line.",
    ]
