"""What may leave the machine: no estimate that too few respondents are behind.

Two rules. A group of fewer than 30 respondents has no share. A joint cell (a response within a group, or the crossing
of two categories in a model) of fewer than 10 respondents is not shown. They are what survey houses and statistical
offices call primary suppression: a withheld share may still be bounded by those that are shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from wavebook.estimates.cells import FEWEST_IN_CELL, FEWEST_RESPONDENTS
from wavebook.study import refuse
from wavebook.survey import Logit, Shares


class Withheld(NamedTuple):
    """One thing that is not shown: a response of a group, or with an empty response the whole group."""

    group: str
    response: str


def withhold(shares: Shares, by: Sequence[str]) -> tuple[Shares, tuple[Withheld, ...]]:
    """Take out of shares by group what must not be shown.

    Returns
    -------
    The shares without those rows and without the counts of single cells, and what was taken out.
    """
    table = shares.table
    if not by:
        return _kept(shares, np.ones(len(table), bool), ["cell"]), ()
    few = (table["n"] < FEWEST_RESPONDENTS).to_numpy()
    rare = ~few & (table["cell"] < FEWEST_IN_CELL).to_numpy()
    names = [", ".join(str(row[column]) for column in by) for _, row in table.iterrows()]
    withheld = [
        Withheld(name, "" if is_few else response)
        for name, response, is_few, is_rare in zip(names, table["response"], few, rare, strict=True)
        if is_few or is_rare
    ]
    return _kept(shares, ~(few | rare), ["cell", "missing"]), tuple(dict.fromkeys(withheld))


def _kept(shares: Shares, kept: np.ndarray, counts: list[str]) -> Shares:
    table = shares.table[kept].drop(columns=counts).reset_index(drop=True)
    return Shares(table, covariance=shares.covariance[np.ix_(kept, kept)], df=shares.df, notes=shares.notes)


def check_model(model: Logit, formula: str) -> None:
    """Refuse a model in which a category, or a crossing of categories, has too few respondents."""
    cells = model.cells
    if cells is None:
        return
    for row in cells.itertuples():
        crossed = ":" in str(row.term)
        fewest = FEWEST_IN_CELL if crossed else FEWEST_RESPONDENTS
        if row.n < fewest:
            what = f"{row.term}, {row.level}: fewer than {fewest} respondents; join it with another in the codebook"
            raise refuse(f"the model {formula}", what)
