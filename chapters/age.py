"""What age has to do with an answer, in sentences."""

from __future__ import annotations

from typing import Any

import pandas as pd

from wavebook.estimates import EstimatingStudy
from wavebook.figures.publishing import escape
from wavebook.figures.words import cardinal, group_words, interval, points, several, span
from wavebook.study import say_percent
from wavebook.study.rows import estimated_row, shares_frame
from wavebook.survey import Contrasts, Effects, Shares, Test, holm
from wavebook.text.phrases import SIGNIFICANT, say_p, say_seen

YEARS = 10
"""The step of age by which a slope is told."""


def say_groups(shares: Shares, ends: Contrasts, equal: Test, by: str, ps: tuple[float, ...] | None = None) -> list[str]:
    """The share of each group, the oldest less the youngest, and whether all groups are alike.

    Parameters
    ----------
    shares
        Of one answer, by age.
    ends
        The contrast of the last group and the first.
    equal
        The test that all are equal.
    by
        The group, as a column of the shares.
    ps
        The p of the test that all are alike and of the contrast, adjusted with the other tests of a page.
    """
    rows: Any = shares.table.to_dict("records")
    groups = [
        f"{group_words(str(row[by]))}: {100 * row['share']:.1f}% ({span(row['lower'], row['upper'])})" for row in rows
    ]
    apart = ends.table.iloc[0]
    alike, end, *_ = ps or (equal.p, float(apart["p"]))
    seen = f"; {say_seen(apart['mde'])}" if end >= SIGNIFICANT else ""
    verdict = "differ by more than chance would give" if alike < SIGNIFICANT else "cannot be told apart from chance"
    return [
        f"**By age:** {several(groups)}.",
        (
            f"**Oldest against youngest:** {points(apart['estimate'])} points (95% interval "
            f"{interval(apart['lower'], apart['upper'])}){seen}. All groups together {verdict} ({say_p(alike)})."
        ),
    ]


LATER = """## What was printed later

Of the polls after the invasion a few shares by age were printed, without the number of respondents in each group; so none has
an interval here. They ask something else: not what one thinks of Russia, but with whom one sides in the war, or how one’s own
attitude has changed. Where the first and the last age group alone were printed, those between may lie anywhere."""
"""What stands above the printed shares of later polls."""


def say_question(study: EstimatingStudy, wave: str, item: str, response: str) -> str:
    """The question of the page."""
    described = study.described(wave)
    return (
        f"Did the old and the young in {escape(described.place)} answer otherwise in {described.fieldwork.short}, when they "
        f"were asked {escape(study.item(item).asks)}? The article says that older people are warmer towards Russia "
        f"{{cite:p}}`rerussia2023`; this page looks at the answer “{escape(response)}” (*{escape(study.item(item).title)}*) in "
        f"the one wave whose respondents’ answers are open."
    )


def adjusted(ends: Contrasts, equal: Test, slope: Effects) -> tuple[float, float, float]:
    """The p of the page's tests, adjusted together: all alike, oldest against youngest, the slope."""
    alike, apart, year = holm([equal.p, float(ends.table["p"].iloc[0]), float(slope.table["p"].iloc[0])])
    return float(alike), float(apart), float(year)


def say_finding(
    study: EstimatingStudy,
    wave: str,
    item: str,
    response: str,
    shares: Shares,
    ends: Contrasts,
    equal: Test,
    slope: Effects,
) -> str:
    """Whether age made a difference, how large one would have had to be to be seen, with the page's tests adjusted together."""
    row, year = ends.table.iloc[0], slope.table.iloc[0]
    ps = adjusted(ends, equal, slope)
    first, last = shares.table.iloc[0], shares.table.iloc[-1]
    by = shares.names[-1]
    told = (
        f"In {study.described(wave).fieldwork.short} the answer “{escape(response)}” (*{escape(study.item(item).title)}*) was "
        f"given by **{100 * first['share']:.1f}%** of those aged {group_words(str(first[by]))} and by "
        f"**{100 * last['share']:.1f}%** of those aged {group_words(str(last[by]))}: oldest less youngest "
        f"{points(row['estimate'])} points (95% interval {interval(row['lower'], row['upper'])})."
    )
    step, low, high = (YEARS * year[name] for name in ("estimate", "lower", "upper"))
    per = (
        f"With each {cardinal(YEARS)} years of age the share changes by {points(step)} points ({interval(low, high)})."
    )
    if min(ps) >= SIGNIFICANT:
        verdict = (
            f"None of the three tests of this page finds a difference by age that could be told from chance (the smallest "
            f"adjusted {say_p(float(min(ps)))}). That does not prove that there is none: {say_seen(row['mde'])} between "
            f"oldest and youngest, a smaller one less often."
        )
    else:
        verdict = (
            f"That age goes with this answer is more than chance would give (the smallest of three adjusted tests, "
            f"{say_p(float(min(ps)))}). It is a difference between people of different ages at one time, not what growing "
            f"older does to anybody."
        )
    return f"{told} {per} {verdict}"


def say_answered_bounds(shares: Shares) -> str:
    """Why the shares among those with an opinion are not told by age, and between what they lie."""
    least = 100 * float(shares.table["share"].min())
    return (
        f"Of those with an opinion the shares by age are not told: so few in each group answered otherwise, or not at all, that "
        f"they cannot be shown apart. Each is at least as large as the share of all, so {least:.1f}% or more."
    )


def say_limits(*, later: bool) -> list[str]:
    """What a reader might conclude and should not."""
    said = [
        "A cross-section cannot tell age from generation: whether people change as they grow old, or were brought up so.",
        "It is one country and one summer. It says nothing of the years after, in which the article sees the difference.",
    ]
    if later:
        said += [
            (
                "Between this wave and the later polls lie the invasion, a change from interviews at home to interviews by phone, "
                "another survey house and another question. A gradient of age that is there in the later polls and not in the "
                "earlier wave may come from any of them."
            ),
            "Opinion of a country and siding in its war are not the same thing. One may change without the other.",
        ]
    return said


def say_slope(effect: Effects) -> str:
    """How the share changes with age, from the average marginal effect of one year."""
    year = effect.table.iloc[0]
    step, low, high = (YEARS * year[name] for name in ("estimate", "lower", "upper"))
    return f"**With each {cardinal(YEARS)} years of age:** {points(step)} points ({interval(low, high)})."


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


def say_published(shares: pd.DataFrame) -> list[str]:
    """Printed shares by age, one sentence for each wave and answer."""
    said = []
    for (label, title, response), rows in shares.groupby(["label", "title", "response"], sort=False):
        parts: list[Any] = [f"{group_words(row.group)} {say_percent(row.percent)}" for row in rows.itertuples()]
        said.append(f"**{escape(str(title))}, {label}, {escape(str(response))}:** {several(parts)}.")
    return said
