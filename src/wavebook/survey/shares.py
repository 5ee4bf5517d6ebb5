"""Shares of groups, with the covariance of all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np
import pandas as pd
from scipy import stats

from wavebook.survey.design import Codes, Design, binary
from wavebook.survey.errors import SurveyError
from wavebook.survey.results import Array, Shares

Interval = Literal["logit", "wilson", "beta"]

_MOST_CELLS = 30_000_000  # PSUs × groups that may be tabulated at once: 240 MB


def shares(
    design: Design,
    outcome: str | Sequence[str],
    by: str | Sequence[str] | None = None,
    within: str | None = None,
    interval: Interval = "logit",
    level: float = 0.95,
) -> Shares:
    """Estimate the share of respondents with an outcome, by group.

    Groups are domains of the full design: rows outside a group count with zero and stay in the variance. With one
    row's weight w and outcome y, the share of group g is p = Σ w y / Σ w over the group, its influence
    w (y - p) / Σ w, and the covariance of all shares that of their influences under the design.

    Parameters
    ----------
    outcome
        A 0/1 or boolean column, or several (the responses of one item), which are then estimated together.
    by
        Column or columns that make the groups; all combinations that occur are estimated.
    within
        Boolean column: estimate among these rows only.
    interval
        "logit": on the logit scale (Korn and Graubard 1999, section 2.4). "wilson": Wilson's, on the effective
        number n_eff = p (1 - p) / Var(p). "beta": Korn and Graubard's (*Survey Methodology* 24, 1998), Clopper and
        Pearson's on n_eff with its correction for degrees of freedom; for rare shares (n_eff · p below 5). All with
        t quantiles on the group's degrees of freedom. A share of 0 or 1 has no variance to make n_eff of: it gets
        Clopper and Pearson's on (Σ w)² / Σ w².
    level
        Coverage of the intervals.

    Returns
    -------
    Shares
        `table`: outcome (if several), the columns of `by`, share, se, lower, upper, n (respondents with an outcome),
        n_eff, deff (variance over that of a simple random sample with replacement of n), df (PSUs less strata in the
        group), missing (respondents of the group without an outcome). `covariance` in the order of the table.

    Raises
    ------
    SurveyError
        If a column is not there, an outcome is not 0/1, no row is left, or only one PSU is.
    """
    if interval not in get_args(Interval):
        raise SurveyError(f"interval: {interval!r} is none of {', '.join(get_args(Interval))}")
    if not 0 < level < 1:
        raise SurveyError(f"level: {level!r} is not between 0 and 1")
    outcomes = [outcome] if isinstance(outcome, str) else list(outcome)
    inside = design.mask(within)
    group, named = _groups(design, [by] if isinstance(by, str) else list(by or []), inside)
    if not (group >= 0).any():
        raise SurveyError(f"{within or by}: no row is left to estimate from")
    if design.n_psu == 1:
        raise SurveyError("design: there is one PSU in all; no variance can be estimated")
    parts = [_Part(design, binary(design.column(name), name), group, len(named)) for name in outcomes]
    table = pd.concat([part.table(named) for part in parts], ignore_index=True)
    if len(outcomes) > 1:
        table.insert(0, "outcome", np.repeat(outcomes, len(named)))
    empty = table["n"].to_numpy() == 0
    if design.sums_suffice and design.n_psu * len(table) <= _MOST_CELLS:
        covariance = design.covariance_of_totals(np.hstack([part.psu_totals() for part in parts]))
    else:
        covariance = design.covariance(np.hstack([part.influence() for part in parts]))
    covariance[empty, :] = covariance[:, empty] = np.nan
    table = _with_intervals(table, np.diag(covariance), interval, level)
    return Shares(
        table.drop(columns=["_rows", "_kish"]),
        covariance=covariance,
        df=float(design.degrees_of_freedom(group >= 0)),
        notes=(*design.notes, *_remarks(table)),
    )


def group_sums(design: Design, outcome: str, by: str | Sequence[str]) -> tuple[list[str], Array, Array]:
    """Labels of groups, and by PSU the sums of weights and of weights with the outcome: what a replicate needs."""
    group, named = _groups(design, [by] if isinstance(by, str) else list(by), design.mask(None))
    part = _Part(design, binary(design.column(outcome), outcome), group, len(named))
    labels = [", ".join(str(value) for value in row) for row in named.itertuples(index=False)]
    return labels, *part.psu_sums()


def _groups(design: Design, by: list[str], inside: Array) -> tuple[Codes, pd.DataFrame]:
    """Each row's group (-1 outside), and the groups as rows of their labels."""
    if not by:
        return np.where(inside, 0, -1), pd.DataFrame(index=[0])
    code = np.zeros(len(design.data), np.int64)
    known = np.asarray(inside).copy()
    levels = []
    for name in by:
        codes, values = design.codes(name)
        known &= codes >= 0
        code = code * len(values) + codes
        levels.append(values)
    size = int(np.prod([len(values) for values in levels]))
    found = np.flatnonzero(np.bincount(code[known], minlength=size))
    number = np.full(size, -1, np.int64)
    number[found] = np.arange(len(found))
    at = np.unravel_index(found, [len(values) for values in levels])
    named = pd.DataFrame({name: [values[i] for i in place] for name, values, place in zip(by, levels, at, strict=True)})
    return np.where(known, number[np.where(known, code, 0)], -1), named


class _Part:
    """Sums of one outcome over groups."""

    def __init__(self, design: Design, outcome: Array, group: Codes, groups: int) -> None:
        self.design, self.groups, self.group = design, groups, group
        self.missing = np.isnan(outcome) & (group >= 0)
        # Rows outside go to one more group, which is dropped: cheaper than taking rows out of every array.
        self.code = np.where((group >= 0) & ~self.missing, group, groups)
        self.outcome = np.where(np.isnan(outcome), 0.0, outcome)
        self.weighed = design.weights * self.outcome
        self.weight = self._count(design.weights)
        with np.errstate(invalid="ignore"):
            self.share = self._count(self.weighed) / self.weight

    def _count(self, weights: Array | None = None) -> Array:
        return np.bincount(self.code, weights=weights, minlength=self.groups + 1)[: self.groups].astype(float)

    def table(self, named: pd.DataFrame) -> pd.DataFrame:
        with np.errstate(invalid="ignore", divide="ignore"):
            kish = self.weight**2 / self._count(self.design.weights**2)
        in_group = np.where(self.group >= 0, self.group, self.groups)
        return named.assign(
            share=self.share,
            n=self._count().astype(np.int64),
            missing=np.bincount(in_group, weights=self.missing, minlength=self.groups + 1)[: self.groups].astype(int),
            df=self._degrees_of_freedom(),
            _rows=np.bincount(in_group, minlength=self.groups + 1)[: self.groups],
            _kish=kish,
        )

    def _degrees_of_freedom(self) -> Array:
        """PSUs less strata by group, counted as R does: rows without an outcome count, rows of weight 0 do not."""
        design, groups = self.design, self.groups
        counted = (self.group >= 0) & (design.weights != 0)
        psu, group = design.psu[counted], self.group[counted]
        if groups == 1:
            return np.array([design.degrees_of_freedom(counted)], float)
        pairs = np.unique(psu * groups + group)
        stratum = design.stages[0].parent[pairs // groups]
        strata = np.unique(stratum * groups + pairs % groups)
        count = np.bincount(pairs % groups, minlength=groups) - np.bincount(strata % groups, minlength=groups)
        return np.maximum(count, 0).astype(float)

    def psu_sums(self) -> tuple[Array, Array]:
        """Weights, and weights of those with the outcome, by PSU and group, each of shape (PSUs, groups)."""
        design, size = self.design, self.groups + 1
        cell = design.psu * size + self.code
        shape = (design.n_psu, size)
        weight = np.bincount(cell, weights=design.weights, minlength=design.n_psu * size).reshape(shape)[:, :-1]
        with_it = np.bincount(cell, weights=self.weighed, minlength=design.n_psu * size).reshape(shape)[:, :-1]
        return weight, with_it

    def psu_totals(self) -> Array:
        """Influences summed to PSUs, shape (PSUs, groups)."""
        weight, with_it = self.psu_sums()
        with np.errstate(invalid="ignore"):
            return np.nan_to_num((with_it - weight * self.share) / self.weight)

    def influence(self) -> Array:
        """Influences by respondent, shape (rows, groups)."""
        influence = np.zeros((len(self.code), self.groups))
        inside = np.flatnonzero(self.code < self.groups)
        code = self.code[inside]
        residual = self.outcome[inside] - self.share[code]
        with np.errstate(invalid="ignore"):
            influence[inside, code] = self.design.weights[inside] * residual / self.weight[code]
        return np.nan_to_num(influence)


def _with_intervals(table: pd.DataFrame, variance: Array, interval: Interval, level: float) -> pd.DataFrame:
    share = table["share"].to_numpy(float)
    n, df = table["n"].to_numpy(float), table["df"].to_numpy(float)
    spread = share * (1 - share)
    with np.errstate(invalid="ignore", divide="ignore"):
        n_eff = np.where(spread > 0, spread / variance, table["_kish"])
        deff = variance * (n - 1) / spread
        t = np.where(df > 0, stats.t.isf((1 - level) / 2, np.maximum(df, 1)), np.nan)
        match interval:
            case "logit":
                lower, upper = _logit(share, variance, t)
            case "wilson":
                lower, upper = _wilson(share, n_eff, t)
            case "beta":
                size = table["_rows"].to_numpy(float)
                lower, upper = _beta(share, n_eff, t, size, level)
    extreme = (spread == 0) & (n > 0)
    ends = clopper_pearson(share[extreme], n_eff[extreme], level)
    lower[extreme], upper[extreme] = ends
    columns = ["share", "se", "lower", "upper", "n", "n_eff", "deff", "df", "missing", "_rows", "_kish"]
    made = table.assign(se=np.sqrt(variance), lower=lower, upper=upper, n_eff=n_eff, deff=deff)
    return made[[*(name for name in table.columns if name not in columns), *columns]]


def _logit(share: Array, variance: Array, t: Array) -> tuple[Array, Array]:
    centre = np.log(share / (1 - share))
    half = t * np.sqrt(variance) / (share * (1 - share))
    return 1 / (1 + np.exp(half - centre)), 1 / (1 + np.exp(-half - centre))


def _wilson(share: Array, n_eff: Array, t: Array) -> tuple[Array, Array]:
    centre = (share + t**2 / (2 * n_eff)) / (1 + t**2 / n_eff)
    half = t / (1 + t**2 / n_eff) * np.sqrt(share * (1 - share) / n_eff + t**2 / (4 * n_eff**2))
    return centre - half, centre + half


def _beta(share: Array, n_eff: Array, t: Array, size: Array, level: float) -> tuple[Array, Array]:
    corrected = n_eff * (stats.t.isf((1 - level) / 2, np.maximum(size - 1, 1)) / t) ** 2
    return clopper_pearson(share, corrected, level)


def clopper_pearson(share: Array, n: Array, level: float) -> tuple[Array, Array]:
    """Clopper and Pearson's interval of a share of n, which need not be a whole number."""
    tail = (1 - level) / 2
    with np.errstate(invalid="ignore"):
        lower = np.where(share > 0, stats.beta.ppf(tail, n * share, n * (1 - share) + 1), 0.0)
        upper = np.where(share < 1, stats.beta.isf(tail, n * share + 1, n * (1 - share)), 1.0)
    return lower, upper


def _remarks(table: pd.DataFrame) -> list[str]:
    remarks = []
    if missing := int(table["missing"].sum()):
        remarks.append(f"{missing} missing outcomes dropped out")
    if empty := int((table["n"] == 0).sum()):
        remarks.append(f"{empty} {'group has' if empty == 1 else 'groups have'} no outcome and no estimate")
    if few := int(((table["df"] <= 0) & (table["n"] > 0)).sum()):
        remarks.append(f"{few} {'group has' if few == 1 else 'groups have'} no degrees of freedom and no interval")
    return remarks
