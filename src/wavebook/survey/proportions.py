"""Shares of groups, with the covariance of all of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from typing import Literal, get_args

import numpy as np
import pandas as pd

from wavebook.survey.design import Codes, Design, binary
from wavebook.survey.distributions import clopper_pearson, t_quantile
from wavebook.survey.errors import SurveyError
from wavebook.survey.results import Array, Shares

Interval = Literal["logit", "wilson", "beta"]

_MOST_COMBINATIONS = 10_000_000
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
    sums = _Sums(design, group, len(named))
    parts = [_Part(sums, binary(design.column(name), name)) for name in outcomes]
    table = pd.concat([part.table(named) for part in parts], ignore_index=True)
    if len(outcomes) > 1:
        table.insert(0, "outcome", np.repeat(outcomes, len(named)))
    unknown = (table["n"].to_numpy() == 0) | np.tile(sums.in_one_psu(), len(outcomes))
    if design.sums_suffice and sums.by_psu:
        covariance = design.covariance_of_totals(np.hstack([part.psu_totals() for part in parts]))
    else:
        covariance = design.covariance(np.hstack([part.influence() for part in parts]))
    covariance[unknown, :] = covariance[:, unknown] = np.nan
    table = _with_intervals(table, np.diag(covariance), interval, level)
    return Shares(
        table.drop(columns=["_rows", "_kish"]),
        covariance=covariance,
        df=_overall(design, sums, group),
        notes=(*design.notes, *_remarks(table)),
    )


def _overall(design: Design, sums: _Sums, group: Codes) -> float:
    """Degrees of freedom of all rows that the table rests on."""
    if sums.by_psu:
        return float(design.degrees_of_freedom_of(sums.weight.sum(axis=1)[:, None])[0])
    return float(design.degrees_of_freedom(group >= 0))


def group_sums(design: Design, outcome: str, by: str | Sequence[str]) -> tuple[list[str], Array, Array]:
    """Labels of groups, and by PSU the sums of weights and of weights with the outcome: what a replicate needs."""
    group, named = _groups(design, [by] if isinstance(by, str) else list(by), design.mask(None))
    sums = _Sums(design, group, len(named))
    if not sums.by_psu:
        raise SurveyError(f"by: {len(named)} groups in {design.n_psu} PSUs are too many to tabulate")
    part = _Part(sums, binary(design.column(outcome), outcome))
    labels = [", ".join(str(value) for value in row) for row in named.itertuples(index=False)]
    return labels, part.weight_by_psu, part.with_it_by_psu


def _groups(design: Design, by: list[str], inside: Array) -> tuple[Codes, pd.DataFrame]:
    """Each row's group (-1 outside), and the groups as rows of their labels."""
    if len(set(by)) < len(by):
        raise SurveyError(f"by: {', '.join(by)} names a column twice")
    if not by:
        return np.where(inside, 0, -1), pd.DataFrame(index=[0])
    code: Codes = np.zeros(1, np.int64)
    known = np.asarray(inside)
    levels = []
    for name in by:
        codes, values = design.codes(name)
        known = known & (codes >= 0)
        code = code * len(values) + codes
        levels.append(values)
    sizes = [len(values) for values in levels]
    if math.prod(sizes) > _MOST_COMBINATIONS:
        raise SurveyError(f"{', '.join(by)}: {math.prod(sizes):,} combinations of values are too many to be groups")
    found = np.flatnonzero(np.bincount(code[known], minlength=math.prod(sizes)))
    number = np.full(math.prod(sizes), -1, np.int64)
    number[found] = np.arange(len(found))
    at = np.unravel_index(found, sizes)
    named = pd.DataFrame({name: [values[i] for i in place] for name, values, place in zip(by, levels, at, strict=True)})
    if known.all():
        return number[code], named
    return np.where(known, number[np.where(known, code, 0)], -1), named


class _Sums:
    """Sums over groups that all outcomes share: rows and weights, by group and by PSU."""

    def __init__(self, design: Design, group: Codes, groups: int) -> None:
        self.design, self.group, self.groups = design, group, groups
        self.by_psu = design.n_psu * (groups + 1) <= _MOST_CELLS
        # Rows outside go to one more group, which is dropped: cheaper than taking them out of every array.
        self.inside = np.where(group < 0, groups, group) if (group < 0).any() else group
        self.rows = np.bincount(self.inside, minlength=groups + 1)[:groups]
        self.weight = self.add(design.weights)

    def add(self, values: Array) -> Array:
        """Sum values of rows by PSU and group, shape (PSUs, groups); where that is too large, by group only."""
        if not self.by_psu:
            return np.bincount(self.inside, weights=values, minlength=self.groups + 1)[None, : self.groups]
        size = self.design.n_psu * (self.groups + 1)
        summed = np.bincount(self._cell, weights=values, minlength=size)
        return summed.reshape(self.design.n_psu, self.groups + 1)[:, : self.groups]

    @cached_property
    def _cell(self) -> Codes:
        return self.design.psu * (self.groups + 1) + self.inside

    def in_one_psu(self) -> Array:
        """Groups with weight in one PSU at most: nothing varies between PSUs, and a variance of 0 would be a lie."""
        if self.by_psu:
            return (self.weight > 0).sum(axis=0) <= 1
        psus = [np.unique(self.design.psu[(self.group == g) & (self.design.weights > 0)]) for g in range(self.groups)]
        return np.array([len(found) <= 1 for found in psus])

    def degrees_of_freedom(self) -> Array:
        """PSUs less strata by group, counted as R does: rows without an outcome count, rows of weight 0 do not."""
        if self.by_psu:
            return self.design.degrees_of_freedom_of(self.weight)
        return np.array([self.design.degrees_of_freedom(self.group == g) for g in range(self.groups)], float)


class _Part:
    """One outcome over the groups."""

    def __init__(self, sums: _Sums, outcome: Array) -> None:
        design = sums.design
        self.sums = sums
        self.missing = np.isnan(outcome)
        has_missing = bool(self.missing.any())
        self.outcome = np.where(self.missing, 0.0, outcome) if has_missing else outcome
        self.weights = np.where(self.missing, 0.0, design.weights) if has_missing else design.weights
        self.weight_by_psu = sums.add(self.weights) if has_missing else sums.weight
        self.with_it_by_psu = sums.add(self.weights * self.outcome)
        self.weight = self.weight_by_psu.sum(axis=0)
        lost = np.bincount(sums.inside[self.missing], minlength=sums.groups + 1)[: sums.groups] if has_missing else 0
        self.n = sums.rows - lost
        with np.errstate(invalid="ignore"):
            self.share = self.with_it_by_psu.sum(axis=0) / self.weight

    def table(self, named: pd.DataFrame) -> pd.DataFrame:
        rows = self.sums.rows
        df = self.sums.degrees_of_freedom()
        missing = rows - self.n
        return named.assign(share=self.share, n=self.n, missing=missing, df=df, _rows=rows, _kish=self._kish())

    def _kish(self) -> Array:
        """(Σ w)² / Σ w² of the groups in which nobody or everybody has the outcome; elsewhere it is not needed."""
        if not ((self.share == 0) | (self.share == 1)).any():
            return np.full(len(self.share), np.nan)
        squares = np.bincount(self.sums.inside, weights=self.weights**2, minlength=self.sums.groups + 1)
        with np.errstate(invalid="ignore", divide="ignore"):
            return self.weight**2 / squares[: self.sums.groups]

    def psu_totals(self) -> Array:
        """Influences summed to PSUs, shape (PSUs, groups)."""
        with np.errstate(invalid="ignore"):
            return np.nan_to_num((self.with_it_by_psu - self.weight_by_psu * self.share) / self.weight)

    def influence(self) -> Array:
        """Influences by respondent, shape (rows, groups)."""
        influence = np.zeros((len(self.outcome), self.sums.groups))
        inside = np.flatnonzero((self.sums.group >= 0) & (self.weights > 0))
        group = self.sums.group[inside]
        influence[inside, group] = (
            self.weights[inside] * (self.outcome[inside] - self.share[group]) / self.weight[group]
        )
        return influence


def _with_intervals(table: pd.DataFrame, variance: Array, interval: Interval, level: float) -> pd.DataFrame:
    share = table["share"].to_numpy(float)
    n, df = table["n"].to_numpy(float), table["df"].to_numpy(float)
    spread = share * (1 - share)
    with np.errstate(invalid="ignore", divide="ignore"):
        n_eff = np.where(spread > 0, spread / variance, table["_kish"])
        deff = variance * (n - 1) / spread
        t = t_quantile((1 - level) / 2, df)
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
    corrected = n_eff * (t_quantile((1 - level) / 2, size - 1) / t) ** 2
    return clopper_pearson(share, corrected, level)


def _remarks(table: pd.DataFrame) -> list[str]:
    remarks = []
    if missing := int(table["missing"].sum()):
        remarks.append(f"{missing} missing outcomes dropped out")
    if empty := int((table["n"] == 0).sum()):
        remarks.append(f"{empty} {'group has' if empty == 1 else 'groups have'} no outcome and no estimate")
    if single := int((table["se"].isna() & (table["n"] > 0)).sum()):
        remarks.append(
            f"{single} {'group has' if single == 1 else 'groups have'} no weight outside one PSU: no standard error"
        )
    if few := int(((table["df"] <= 0) & (table["n"] > 0) & table["se"].notna()).sum()):
        remarks.append(f"{few} {'group has' if few == 1 else 'groups have'} no degrees of freedom and no interval")
    return remarks
