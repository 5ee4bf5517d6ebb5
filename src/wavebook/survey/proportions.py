"""Shares of groups, with the covariance of all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np
import pandas as pd

from wavebook.survey.columns import binary
from wavebook.survey.design import Design
from wavebook.survey.distributions import clopper_pearson, t_quantile
from wavebook.survey.errors import SurveyError
from wavebook.survey.groups import Groups
from wavebook.survey.results import Array, Shares
from wavebook.survey.stages import Codes, patterns

Interval = Literal["logit", "wilson", "beta"]

_ROUNDING = 1e-26  # variance per p (1 - p), the inverse of an effective number: no survey has so many respondents


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
    check_interval(interval, level)
    outcomes = [outcome] if isinstance(outcome, str) else list(outcome)
    groups = Groups(design, by, within)
    parts = [_Part(groups, binary(design.column(name), name)) for name in outcomes]
    table = pd.concat([part.table() for part in parts], ignore_index=True)
    if len(outcomes) > 1:
        table.insert(0, "outcome", np.repeat(outcomes, len(groups.named)))
    covariance = _covariance(groups, parts)
    unknown = table["share"].isna().to_numpy() | np.tile(groups.in_one_psu(), len(outcomes))
    covariance[unknown, :] = covariance[:, unknown] = np.nan
    table = with_intervals(table, np.diag(covariance), interval, level)
    return Shares(
        table.drop(columns=["_rows", "_kish"]),
        covariance=covariance,
        df=groups.overall_degrees_of_freedom(),
        notes=(*design.notes, *remarks(table)),
    )


def check_interval(interval: str, level: float) -> None:
    """Refuse a kind of interval that there is not, and a level that is no probability."""
    if interval not in get_args(Interval):
        raise SurveyError(f"interval: {interval!r} is none of {', '.join(get_args(Interval))}")
    if not 0 < level < 1:
        raise SurveyError(f"level: {level!r} is not between 0 and 1")


def group_sums(design: Design, outcome: str, by: str | Sequence[str]) -> tuple[list[str], Array, Array]:
    """Labels of groups, and by PSU the sums of weights and of weights with the outcome: what a replicate needs."""
    groups = Groups(design, by)
    part = _Part(groups, binary(design.column(outcome), outcome))
    labels = [", ".join(str(value) for value in row) for row in groups.named.itertuples(index=False)]
    if groups.by_psu:
        return labels, part.weight_by_psu, part.with_it_by_psu
    return labels, groups.add_by_psu(part.weights), groups.add_by_psu(part.weights * part.outcome)


def _covariance(groups: Groups, parts: list[_Part]) -> Array:
    design = groups.design
    if design.sums_suffice and groups.by_psu:
        return design.covariance_of_totals(np.hstack([part.psu_totals() for part in parts]))
    pattern, one = patterns([groups.inside, *(part.code for part in parts)], len(design.data))
    return design.covariance_of_patterns(pattern, np.hstack([part.influence(one) for part in parts]))


class _Part:
    """One outcome over the groups."""

    def __init__(self, groups: Groups, outcome: Array) -> None:
        design = groups.design
        self.groups = groups
        self.missing = np.isnan(outcome)
        has_missing = bool(self.missing.any())
        self.outcome = np.where(self.missing, 0.0, outcome) if has_missing else outcome
        self.weights = np.where(self.missing, 0.0, design.weights) if has_missing else design.weights
        self.weight_by_psu = groups.add(self.weights) if has_missing else groups.weight
        self.with_it_by_psu = groups.add(self.weights * self.outcome)
        self.weight = self.weight_by_psu.sum(axis=0)
        size = groups.groups
        lost = np.bincount(groups.inside[self.missing], minlength=size + 1)[:size] if has_missing else 0
        self.n = groups.rows - lost
        with np.errstate(invalid="ignore"):
            self.share = self.with_it_by_psu.sum(axis=0) / self.weight

    def table(self) -> pd.DataFrame:
        rows = self.groups.rows
        df = self.groups.degrees_of_freedom()
        kish = self.groups.kish(self.weights, (self.share == 0) | (self.share == 1))
        missing = rows - self.n
        return self.groups.named.assign(share=self.share, n=self.n, missing=missing, df=df, _rows=rows, _kish=kish)

    def psu_totals(self) -> Array:
        """Influences summed to PSUs, shape (PSUs, groups)."""
        with np.errstate(invalid="ignore"):
            return np.nan_to_num((self.with_it_by_psu - self.weight_by_psu * self.share) / self.weight)

    @property
    def code(self) -> Codes:
        """Each row's outcome: 0, 1, or 2 if it is missing."""
        return np.where(self.missing, 2, self.outcome).astype(np.int8)

    def influence(self, rows: Codes) -> Array:
        """Influences of some rows per unit of their weight, shape (those rows, groups)."""
        influence = np.zeros((len(rows), self.groups.groups))
        group = self.groups.code[rows]
        counted = np.flatnonzero((group >= 0) & ~self.missing[rows])
        counted = counted[self.weight[group[counted]] > 0]
        group = group[counted]
        influence[counted, group] = (self.outcome[rows[counted]] - self.share[group]) / self.weight[group]
        return influence


def with_intervals(table: pd.DataFrame, variance: Array, interval: Interval, level: float) -> pd.DataFrame:
    """Add se, lower, upper, n_eff and deff to shares and their variances.

    The table has share, n, df, missing, and two columns that serve here only: `_rows` (respondents of the group) and
    `_kish`, (Σ w)² / Σ w² of those with an outcome, needed where the share is 0 or 1.
    """
    share = table["share"].to_numpy(float)
    n, df = table["n"].to_numpy(float), table["df"].to_numpy(float)
    spread = share * (1 - share)
    # What does not vary between PSUs, or was asked of all, has no variance; what rounding leaves of it is not one.
    variance = np.where(variance < _ROUNDING * spread, 0.0, variance)
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
    exact = (variance == 0) & (spread > 0) & (df > 0)
    lower[exact] = upper[exact] = share[exact]
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


def remarks(table: pd.DataFrame) -> list[str]:
    """What to know of a table of shares: outcomes that are missing, groups of which too little is known."""
    said = []
    if missing := int(table["missing"].sum()):
        said.append(f"{missing} missing outcomes dropped out")
    if empty := int((table["n"] == 0).sum()):
        said.append(f"{empty} {'group has' if empty == 1 else 'groups have'} no outcome and no estimate")
    if single := int((table["se"].isna() & (table["n"] > 0)).sum()):
        said.append(
            f"{single} {'group has' if single == 1 else 'groups have'} no weight outside one PSU: no standard error"
        )
    if few := int(((table["df"] <= 0) & (table["n"] > 0) & table["se"].notna()).sum()):
        said.append(f"{few} {'group has' if few == 1 else 'groups have'} no degrees of freedom and no interval")
    return said
