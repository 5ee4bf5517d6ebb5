"""Shares of the answers to one item, by group, with the covariance of all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from wavebook.survey.design import Design
from wavebook.survey.errors import SurveyError
from wavebook.survey.groups import Groups
from wavebook.survey.proportions import Interval, check_interval, remarks, with_intervals
from wavebook.survey.results import Array, Shares


def answer_shares(
    design: Design,
    item: str,
    answers: Mapping[str, Sequence[str]] | None = None,
    by: str | Sequence[str] | None = None,
    within: str | None = None,
    interval: Interval = "logit",
    level: float = 0.95,
) -> Shares:
    """Estimate the shares of all answers to one item, by group.

    The same as `shares` of one 0/1 column an answer, but in one pass: a respondent's influence depends on group and
    category alone, but for the weight, so that with A answers and G groups nothing of the size rows × A·G is made.

    Parameters
    ----------
    item
        Column of categories; a respondent for whom it is missing was not asked, drops out and is counted.
    answers
        The categories that make up each answer: a response is itself, a headline share a sum of responses. Answers
        may overlap, and need not hold all categories: the others belong to the base only. Categories that do not
        occur may be named: nobody chose them. By default every category that occurs, in order.
    by
        Column or columns that make the groups; all combinations that occur are estimated.
    within
        Boolean column: estimate among these rows only.
    interval, level
        As in `shares`.

    Returns
    -------
    Shares
        `table`, by answer and within it by group: response, the columns of `by`, share, se, lower, upper, n
        (respondents of the group who were asked), n_eff, deff, df, missing (respondents of the group who were not),
        cell (respondents of the group who gave the answer, unweighted). `covariance` of all rows, shape (A·G, A·G).

    Raises
    ------
    SurveyError
        If a column is not there, an answer is not a list of categories, or no row is left, or only one PSU is.
    """
    check_interval(interval, level)
    category, values = design.codes(item)
    names, members = _members(item, answers, values)
    groups = Groups(design, by, within)
    tally = _Tally(groups, category, len(values))
    share = tally.shares(members)

    if "response" in groups.named:
        raise SurveyError("by: 'response' is what the column of the answers is called; name the other one otherwise")
    table = pd.concat([groups.named] * len(names), ignore_index=True)
    table.insert(0, "response", pd.Series(names).repeat(len(groups.named)).to_numpy())
    df = groups.degrees_of_freedom()
    kish = groups.kish(np.where(category < 0, 0.0, design.weights), (share == 0) | (share == 1))
    for_group = {"n": tally.n, "missing": groups.rows - tally.n, "df": df, "_rows": groups.rows, "_kish": kish}
    table = table.assign(share=share.ravel(), **{name: np.tile(of, len(names)) for name, of in for_group.items()})

    covariance = design.covariance_of_patterns(tally.pattern, tally.influence(members, share))
    unknown = table["share"].isna().to_numpy() | np.tile(groups.in_one_psu(), len(names))
    covariance[unknown, :] = covariance[:, unknown] = np.nan
    table = with_intervals(table, np.diag(covariance), interval, level)
    return Shares(
        table.drop(columns=["_rows", "_kish"]).assign(cell=(members @ tally.rows.T).ravel()),
        covariance=covariance,
        df=groups.overall_degrees_of_freedom(),
        notes=(*design.notes, *remarks(table.iloc[: len(groups.named)])),  # of the groups once, not for each answer
    )


def _members(item: str, answers: Mapping[str, Sequence[str]] | None, values: list[Any]) -> tuple[list[Any], Array]:
    """Names of the answers, and which categories belong to each: ones and noughts, shape (answers, categories)."""
    if answers is None:
        if not values:
            raise SurveyError(f"{item}: is missing in every row; there is no answer to estimate the share of")
        return values, np.eye(len(values), dtype=np.int64)
    if not answers:
        raise SurveyError("answers: none are given")
    for name, categories in answers.items():
        if isinstance(categories, str):
            raise SurveyError(f"answers: {name!r} is made up of the text {categories!r}; give a list of categories")
    held = [[value in categories for value in values] for categories in answers.values()]
    return list(answers), np.array(held, np.int64).reshape(len(answers), len(values))


class _Tally:
    """Respondents and weights by group and category.

    Attributes
    ----------
    pattern
        Each row's pattern, groups × (categories, and before them missing); the last ones are outside all groups.
    rows, weight
        By group and category, shape (groups, categories).
    n, base
        Of the groups: respondents and weight.
    """

    def __init__(self, groups: Groups, category: Array, categories: int) -> None:
        self.groups, self.categories = groups.groups, categories
        kinds = categories + 1
        self.pattern = groups.inside * kinds + (category + 1)
        size = (groups.groups + 1) * kinds
        self.rows, self.weight = (
            np.bincount(self.pattern, weights=weights, minlength=size).reshape(-1, kinds)[:-1, 1:]
            for weights in (None, groups.design.weights)
        )
        self.n, self.base = self.rows.sum(axis=1), self.weight.sum(axis=1)

    def shares(self, members: Array) -> Array:
        """Shares of answers in groups, shape (answers, groups)."""
        with_it, without = members @ self.weight.T, (1 - members) @ self.weight.T
        with np.errstate(invalid="ignore"):
            # Everybody is exactly 1, in whatever order the categories were summed.
            return np.where((without == 0) & (with_it > 0), 1.0, with_it / self.base)

    def influence(self, members: Array, share: Array) -> Array:
        """Influence of a row of each pattern per unit of weight, shape (patterns, answers · groups)."""
        answers = len(members)
        influence = np.zeros((self.groups + 1, self.categories + 1, answers, self.groups))
        weighed = np.flatnonzero(self.base > 0)
        difference = members.T[None, :, :] - share.T[weighed, None, :]
        influence[weighed, 1:, :, weighed] = difference / self.base[weighed, None, None]
        return influence.reshape(-1, answers * self.groups)
