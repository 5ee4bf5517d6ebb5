"""The sampling design: who stood for whom, and what that does to the variance of every estimate."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Protocol, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from wavebook.survey.columns import Columns
from wavebook.survey.errors import SurveyError, rows
from wavebook.survey.results import Array
from wavebook.survey.stages import Codes, LonelyPSU, Stage, sum_by, sum_patterns

_AT_ONCE = 20_000_000  # influences, respondents × estimates, that are worked on at once: 160 MB


class Calibration(Protocol):
    """What an adjustment to known totals does to a linearised variable."""

    def residuals(self, influence: Array) -> Array:
        """Take out of influences, shape (rows, k), what the known totals explain."""


class Design(Columns):
    """A survey design, built once and handed to every estimator.

    Parameters
    ----------
    data
        One row a respondent.
    weights
        Column of sampling weights, 0 or larger. Without it, and with an fpc, the inverse sampling fractions are
        used; without either all rows weigh 1.
    strata
        Column of first-stage strata.
    psu
        Column of primary sampling units, or a list of columns, one a stage. Without it every row is a PSU.
    fpc
        Column, or a list of columns one a stage, of population sizes (all larger than 1) or sampling fractions
        (all at most 1) of the stratum, at further stages of the unit above. With one fpc a stage, the variance
        within PSUs is added; otherwise only the first stage counts (ultimate clusters).
    nest
        Whether labels of PSUs are unique only within their stratum. Otherwise a label that recurs in another stratum
        is refused.
    lonely_psu
        What to do with a stratum in which one PSU was drawn: "adjust" centres it at the grand mean (never too small
        a variance), "average" gives it the mean variance of the others, "remove" and "certainty" give it none.

    Attributes
    ----------
    df
        Number of PSUs less number of strata, over rows of positive weight.
    notes
        What to know of the design: strata with one PSU and the rule applied to them.

    Raises
    ------
    SurveyError
        For a column that is not there, weights that are missing, negative, infinite or all zero, PSUs that recur
        across strata, missing strata or PSUs, and an fpc that is smaller than its sample or not constant within its
        stratum; each names column and rows.

    Notes
    -----
    Variances are by Taylor linearisation: an estimator hands in its influence, one value a row; these are summed to
    PSUs, centred within strata, and multiplied by n_h / (n_h - 1) and by one minus the sampling fraction (Särndal,
    Swensson and Wretman, *Model Assisted Survey Sampling*, 1992, sections 2.8, 4.3 and 5.5).
    """

    def __init__(
        self,
        data: pd.DataFrame,
        weights: str | None = None,
        strata: str | None = None,
        psu: str | Sequence[str] | None = None,
        fpc: str | Sequence[str] | None = None,
        nest: bool = False,
        lonely_psu: LonelyPSU = "adjust",
    ) -> None:
        if len(data) == 0:
            raise SurveyError("data: there are no rows")
        if lonely_psu not in get_args(LonelyPSU):
            raise SurveyError(f"lonely_psu: {lonely_psu!r} is none of {', '.join(get_args(LonelyPSU))}")
        super().__init__(data)
        self.lonely_psu: LonelyPSU = lonely_psu
        self._calibration: Calibration | None = None
        psus, fpcs = _as_list(psu), _as_list(fpc)
        for name in psus:
            self.column(name)
        if len(fpcs) > max(1, len(psus)):
            raise SurveyError(f"fpc: {len(fpcs)} columns for {max(1, len(psus))} stages")

        stratum = self.codes(strata, complete=True)[0] if strata else np.zeros(len(data), np.int64)
        self.stages = self._stages(stratum, strata, psus, fpcs, nest)
        self.weights: Array = self._weights(weights, bool(fpcs))
        self.psu, self.n_psu = self.stages[0].unit, len(self.stages[0].parent)
        self.n_strata = len(self.stages[0].sampled)
        self.df = self.degrees_of_freedom()
        self.notes = self._remarks()

    def __repr__(self) -> str:
        parts = [f"{len(self.data)} respondents", f"{self.n_psu} PSUs", f"{self.n_strata} strata", f"df {self.df}"]
        return "\n".join([f"Design: {', '.join(parts)}", *(f"note: {note}" for note in self.notes)])

    def degrees_of_freedom(self, mask: NDArray[np.bool_] | None = None) -> int:
        """PSUs less strata among rows of positive weight, of a domain if a mask of rows is given."""
        counted = self.weights != 0 if mask is None else mask & (self.weights != 0)
        seen = np.bincount(self.psu[counted], minlength=self.n_psu) > 0
        return int(seen.sum() - np.count_nonzero(np.bincount(self.stages[0].parent[seen])))

    def units_by(self, group: Codes, groups: int) -> tuple[Codes, Codes]:
        """Numbers of PSUs and of strata in which each group has weight, from each row's group (-1 in none)."""
        counted = np.flatnonzero((group >= 0) & (self.weights != 0))
        of_row, psu = group[counted].astype(np.int64), self.psu[counted]
        pairs = of_row * self.n_psu + psu
        if not self.all_rows_are_psus:
            pairs = _distinct(pairs, groups * self.n_psu)
        of_pair, stratum = pairs // self.n_psu, self.stages[0].parent[pairs % self.n_psu]
        strata = _distinct(of_pair * self.n_strata + stratum, groups * self.n_strata) // self.n_strata
        return np.bincount(of_pair, minlength=groups), np.bincount(strata, minlength=groups)

    def degrees_of_freedom_of(self, weight: Array) -> Array:
        """PSUs less strata of several domains at once, from their weights by PSU, shape (PSUs, domains)."""
        seen = (weight > 0).astype(float)
        strata = sum_by(self.stages[0].parent, seen, self.n_strata) > 0
        return seen.sum(axis=0) - strata.sum(axis=0)

    def covariance(self, influence: Array) -> Array:
        """Covariance of estimates from their influences.

        Parameters
        ----------
        influence
            What each respondent adds to each estimate, weight included, shape (rows, k); zero outside the domain.

        Returns
        -------
        Array
            Shape (k, k).
        """
        influence = np.asarray(influence, float).reshape(len(self.data), -1)
        return self._covariance_of_stages(self._totals_of_stages(influence))

    def covariance_of_patterns(self, pattern: Codes, values: Array) -> Array:
        """Covariance of estimates to which rows of one pattern add the same, but for their weights.

        The influence of a row is weight · values[pattern], as it is of shares, whose patterns are group × category.
        What `covariance` does with a table of rows × k is done here with the weights by PSU and pattern, or, where
        every row is a PSU, with means and squares of the weights by stratum and pattern.

        Parameters
        ----------
        pattern
            Each row's pattern, shape (rows,); -1 for a row that adds nothing.
        values
            Shape (patterns, k).

        Returns
        -------
        Array
            Shape (k, k).
        """
        first = self.stages[0]
        if self.sums_suffice and self.all_rows_are_psus:
            covariance, alone = first.covariance_of_elements(self.weights, pattern, values, self.lonely_psu)
            return self._averaged(covariance, alone)
        if self.sums_suffice:
            return self.covariance_of_totals(sum_patterns(self.psu, self.n_psu, self.weights, pattern, values))
        parts = []
        step = max(1, _AT_ONCE // len(pattern))
        for start in range(0, values.shape[1], step):
            some = np.vstack([values[:, start : start + step], np.zeros(min(step, values.shape[1] - start))])
            parts.append(self._totals_of_stages(self.weights[:, None] * some[pattern]))
        return self._covariance_of_stages([np.hstack(totals) for totals in zip(*parts, strict=True)])

    def _totals_of_stages(self, influence: Array) -> list[Array]:
        """Influences, shape (rows, k), as calibration leaves them, summed to the units of each stage."""
        if self._calibration is not None:
            influence = self._calibration.residuals(influence)
        return [sum_by(stage.unit, influence, len(stage.parent)) for stage in self.stages]

    def _covariance_of_stages(self, totals: list[Array]) -> Array:
        covariance = self.covariance_of_totals(totals[0])
        if len(self.stages) > 1:
            first, second = self.stages
            fraction = 1 - first.keep[first.parent]
            below, alone = second.covariance(totals[1], self.lonely_psu)
            if self.lonely_psu == "average":
                below[alone[second.parent]] = 0.0
            below *= np.sqrt(fraction[second.parent])[:, None]
            covariance = covariance + below.T @ below
        return covariance

    @property
    def sums_suffice(self) -> bool:
        """Whether the covariance can be had from PSU totals alone, without a pass over respondents."""
        return self._calibration is None and len(self.stages) == 1

    @property
    def all_rows_are_psus(self) -> bool:
        """Whether no two respondents share a PSU."""
        return self.n_psu == len(self.data)

    def covariance_of_totals(self, totals: Array) -> Array:
        """First-stage covariance from PSU totals, shape (PSUs, k)."""
        scaled, alone = self.stages[0].covariance(totals, self.lonely_psu)
        return self._averaged(scaled.T @ scaled, alone)

    def _averaged(self, covariance: Array, alone: Array) -> Array:
        """Give strata with one PSU the mean of the others, where that is the rule."""
        if self.lonely_psu == "average" and alone.any():
            if alone.all():
                raise SurveyError("lonely_psu: every stratum has one PSU: there is nothing to average")
            covariance *= len(alone) / (~alone).sum()
        return covariance

    @property
    def is_calibrated(self) -> bool:
        """Whether the weights have been adjusted to known totals."""
        return self._calibration is not None

    def calibrated(self, weights: Array, calibration: Calibration) -> Design:
        """The same design with weights that meet known totals, and what that does to variances."""
        other = copy.copy(self)
        other._calibration = calibration  # noqa: SLF001 - its own class
        other.weights = weights
        other.df = other.degrees_of_freedom()
        return other

    def _weights(self, name: str | None, has_fpc: bool) -> Array:
        if name is None:
            if not has_fpc:
                return np.ones(len(self.data))
            weight = np.ones(len(self.data))
            for stage in self.stages:
                with np.errstate(divide="ignore"):
                    factor = 1 / (1 - stage.keep)
                weight *= np.where(np.isfinite(factor), factor, 1.0)[stage.parent][stage.unit]
            return weight
        values = pd.to_numeric(self.column(name), errors="coerce").to_numpy(float, na_value=np.nan)
        for bad, what in (
            (np.isnan(values), "missing or not a number"),
            (values < 0, "negative"),
            (np.isinf(values), "infinite"),
        ):
            if bad.any():
                raise SurveyError(f"{name}: {what} in {rows(self.data.index, bad)}")
        if not values.any():
            raise SurveyError(f"{name}: all weights are zero")
        return values

    def _stages(
        self, stratum: Codes, strata: str | None, psus: list[str], fpcs: list[str], nest: bool
    ) -> tuple[Stage, ...]:
        unit, parent = self._units(stratum, strata, psus[0] if psus else None, nest)
        sizes = [self._fpc(name) for name in fpcs]
        fractions = bool(sizes) and all((size <= 1).all() for size in sizes)
        if sizes and not fractions and any((size < 1).any() for size in sizes):
            raise SurveyError(f"fpc: {', '.join(fpcs)} mix population sizes and sampling fractions")
        stages = [self._stage(unit, parent, sizes[0] if sizes else None, fpcs[0] if fpcs else "", fractions)]
        if len(psus) > 1 and len(fpcs) == len(psus):
            if len(psus) > 2:
                raise SurveyError(f"psu: {len(psus)} stages; at most two are supported")
            below, below_parent = self._units(unit, psus[0], psus[1], nest=True)
            stages.append(self._stage(below, below_parent, sizes[1], fpcs[1], fractions))
        return tuple(stages)

    def _units(self, parent: Codes, parent_name: str | None, name: str | None, nest: bool) -> tuple[Codes, Codes]:
        """Number the units from 0; return each row's unit and each unit's parent."""
        if name is None:
            return np.arange(len(self.data)), parent
        codes, values = self.codes(name, complete=True)
        pairs = pd.factorize(parent.astype(np.int64) * len(values) + codes, sort=True)
        unit, found = pairs[0].astype(np.int64), np.asarray(pairs[1], np.int64)
        label, of = found % len(values), found // len(values)
        if not nest and len(np.unique(label)) < len(label):
            recurring = np.flatnonzero(np.bincount(label) > 1)
            named = ", ".join(str(values[code]) for code in recurring[:5])
            more = f" and {len(recurring) - 5} more" if len(recurring) > 5 else ""
            raise SurveyError(
                f"{name}: {named}{more} recur in several strata of {parent_name}, in "
                f"{rows(self.data.index, np.isin(codes, recurring))}; use nest=True if they are different units there"
            )
        return unit, of

    def _fpc(self, name: str) -> Array:
        values = pd.to_numeric(self.column(name), errors="coerce").to_numpy(float, na_value=np.nan)
        bad = ~(values > 0)
        if bad.any():
            raise SurveyError(f"{name}: missing, not a number or not positive in {rows(self.data.index, bad)}")
        return values

    def _stage(self, unit: Codes, parent: Codes, size: Array | None, name: str, fractions: bool) -> Stage:
        sampled = np.bincount(parent)
        if size is None:
            return Stage(unit, parent, sampled, np.ones(len(sampled)))
        of_row = parent[unit]
        first = np.full(len(sampled), np.nan)
        first[of_row[::-1]] = size[::-1]
        uneven = size != first[of_row]
        if uneven.any():
            raise SurveyError(f"{name}: not constant within its stratum or unit, see {rows(self.data.index, uneven)}")
        fraction = first if fractions else sampled / first
        small = fraction > 1 + 1e-12
        if small.any():
            raise SurveyError(f"{name}: smaller than its sample in {rows(self.data.index, small[of_row])}")
        return Stage(unit, parent, sampled, np.clip(1 - fraction, 0, 1))

    def _remarks(self) -> tuple[str, ...]:
        alone = int(self.stages[0].alone.sum())
        if alone and self.n_psu > 1:
            word = "stratum has" if alone == 1 else "strata have"
            return (f"{alone} {word} one PSU; rule applied: {self.lonely_psu}",)
        return ()


def _distinct(codes: Codes, size: int) -> Codes:
    """The codes below `size` that occur, each once."""
    if size <= 4 * len(codes) + 1000:
        return np.flatnonzero(np.bincount(codes, minlength=size))
    return np.asarray(pd.unique(codes))


def _as_list(names: str | Sequence[str] | None) -> list[str]:
    return [] if names is None else [names] if isinstance(names, str) else list(names)
