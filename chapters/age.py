"""What age has to do with an answer, in sentences."""

from __future__ import annotations

from typing import Any

import pandas as pd

from wavebook.estimates import EstimatingStudy
from wavebook.figures.publishing import escape
from wavebook.figures.words import cardinal, group_words, interval, points, several, span
from wavebook.study import say_percent
from wavebook.study.rows import estimated_row, shares_frame
from wavebook.survey import Contrasts, Effects, Shares, Test
from wavebook.text.phrases import SIGNIFICANT, say_p, say_seen

YEARS = 10
"""The step of age by which a slope is told."""


def say_groups(shares: Shares, ends: Contrasts, equal: Test, by: str) -> list[str]:
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
    """
    rows: Any = shares.table.to_dict("records")
    groups = [
        f"{group_words(str(row[by]))}: {100 * row['share']:.1f}% ({span(row['lower'], row['upper'])})" for row in rows
    ]
    apart = ends.table.iloc[0]
    seen = f"; {say_seen(apart['mde'])}" if apart["p"] >= SIGNIFICANT else ""
    verdict = "differ by more than chance would give" if equal.p < SIGNIFICANT else "cannot be told apart from chance"
    return [
        f"**By age:** {several(groups)}.",
        (
            f"**Oldest against youngest:** {points(apart['estimate'])} points (95% interval "
            f"{interval(apart['lower'], apart['upper'])}){seen}. All groups together {verdict} ({say_p(equal.p)})."
        ),
    ]


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
