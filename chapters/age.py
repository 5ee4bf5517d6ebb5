"""What age has to do with an answer, in sentences."""

from __future__ import annotations

from typing import Any

import pandas as pd

from wavebook.estimates import EstimatingStudy
from wavebook.figures.publishing import escape
from wavebook.figures.words import group_words, interval, p_value, points, several, span
from wavebook.survey import contrasts, wald

SIGNIFICANT = 0.05


def say_gradient(study: EstimatingStudy, wave: str, item: str, response: str) -> list[str]:
    """The share by age: each group, oldest against youngest, equality of all, and the change with each ten years."""
    shares = study.wave(wave).shares(item, by="age").where(response=response)
    table = shares.table
    groups = [
        f"{group_words(str(row.age))}: {100 * row.share:.1f}% ({span(row.lower, row.upper)})"
        for row in table.itertuples()
    ]
    ends = [0.0] * len(table)
    ends[0], ends[-1] = -1.0, 1.0
    apart = contrasts(shares, [ends], names=["oldest - youngest"]).table.iloc[0]
    test = wald(shares)
    formula = f"{item.replace('-', '_')}__{response.replace(' ', '_')} ~ age_number"
    effect = study.wave(wave).logit(formula).average_marginal_effects("age_number").table.iloc[0]
    ten = tuple(10 * effect[name] for name in ("estimate", "lower", "upper"))
    verdict = "differ by more than chance would give" if test.p < SIGNIFICANT else "cannot be told apart from chance"
    seen = (
        f"; {100 * apart['mde']:.1f} points would have been seen four times out of five"
        if apart["p"] >= SIGNIFICANT
        else ""
    )
    return [
        f"**By age:** {several(groups)}.",
        (
            f"**Oldest against youngest:** {points(apart['estimate'])} points (95% interval "
            f"{interval(apart['lower'], apart['upper'])}){seen}. All groups together {verdict} (p {_p(test.p)})."
        ),
        f"**With each ten years of age:** {points(ten[0])} points ({interval(ten[1], ten[2])}).",
    ]


def _p(p: float) -> str:
    said = p_value(p)
    return said if said.startswith("<") else f"= {said}"


def crossed_answers(study: EstimatingStudy, wave: str, item: str, response: str, outer: str) -> pd.DataFrame:
    """The share by age within each level of another group, as `estimated_group_shares` gives it."""
    table = study.wave(wave).shares(item, by=[outer, "age"]).table
    table = table[table["response"] == response].sort_values([outer, "age"], kind="stable")
    return table.assign(
        item=item,
        title=table[outer],
        by=f"{outer}, age",
        group=table["age"],
        quoted=True,
        percent=(100 * table["share"]).map("{:.1f}".format),
        certainty="computed",
        wave=wave,
        source=study.described(wave).source,
        evidence=study.wave(wave).evidence,
    ).reset_index(drop=True)


def say_crossed_withheld(study: EstimatingStudy, wave: str, item: str, response: str, outer: str) -> str:
    """Which crossings of age with another group are too small to be shown."""
    withheld = study.wave(wave).withheld(item, [outer, "age"])
    names = [group_words(part.group) for part in withheld if part.response in ("", response)]
    return (
        f"Too few respondents, and not shown: {escape(several(dict.fromkeys(names)))}."
        if names
        else "Every crossing is large enough to be shown."
    )


def say_published(answers: pd.DataFrame) -> list[str]:
    """Printed shares by age, one sentence for each wave and answer."""
    said = []
    for (label, title, response), rows in answers.groupby(["label", "title", "response"], sort=False):
        parts: list[Any] = [f"{group_words(row.group)} {row.percent}%" for row in rows.itertuples()]
        said.append(f"**{escape(str(title))}, {label}, {escape(str(response))}:** {several(parts)}.")
    return said
