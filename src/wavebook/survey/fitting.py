"""Fits logistic regressions on patterns of covariates, and carries them to estimates under the design."""

from __future__ import annotations

import warnings
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from wavebook.survey.columns import binary
from wavebook.survey.covariates import Patterned
from wavebook.survey.design import Design
from wavebook.survey.errors import SurveyError
from wavebook.survey.firth import fit_penalised, pull
from wavebook.survey.results import Array
from wavebook.survey.stages import Codes

_MOST_CELLS = 30_000_000  # PSUs × covariate patterns that may be tabulated at once: 240 MB
_FAR = 12.0  # a linear predictor beyond this gives reason to look for separation


class FittedModel(Patterned):
    """A fitted logistic regression next to its data; penalised as Firth has it, or not."""

    def __init__(self, design: Design, formula: str, within: str | None, *, penalised: bool = False) -> None:
        super().__init__(design, formula, within)
        self.scale = len(self.rows) / self.total  # makes the mean weight 1
        self.penalised = penalised
        if penalised:
            self.coefficients = fit_penalised(self.x, self.successes * self.scale, self.weight * self.scale)
        else:
            self.coefficients = self._fit()
        self.mu = expit(self.x @ self.coefficients)

    def _read_outcome(self, column: pd.Series) -> Array:
        return binary(column, self.outcome)

    def _check_outcome(self) -> None:
        self.successes = np.bincount(self.pattern, weights=self.w * self.y, minlength=len(self.frame))
        if self.successes.sum() <= 0 or self.successes.sum() >= self.total:
            raise SurveyError(f"{self.outcome}: does not vary among the {self.n} rows; there is nothing to model")

    def _fit(self) -> Array:
        import statsmodels.api as sm  # takes seconds to import: only when a model is fitted

        counts = np.column_stack([self.successes, self.weight - self.successes]) * self.scale
        model = sm.GLM(counts, self.x, family=sm.families.Binomial())
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")  # about convergence and separation, which are checked here
            fit = model.fit(tol=1e-10, maxiter=100)
        coefficients = np.asarray(fit.params, float)
        if not fit.converged or not np.isfinite(coefficients).all() or np.abs(self.x @ coefficients).max() > _FAR:
            self._check_separated()
            if not fit.converged or not np.isfinite(coefficients).all():
                raise SurveyError("formula: the fit did not converge; look for terms that are nearly collinear")
        for _ in range(3):  # from statsmodels' tolerance to the last digits
            mu = expit(self.x @ coefficients)
            information = (self.x * (self.weight * mu * (1 - mu))[:, None]).T @ self.x
            coefficients = coefficients + np.linalg.solve(information, self.x.T @ (self.successes - self.weight * mu))
        return coefficients

    def _check_separated(self) -> None:
        only_one = self.successes >= self.weight * (1 - 1e-12)
        only_none = self.successes <= self.weight * 1e-12
        sign = np.where(only_one, 1.0, np.where(only_none, -1.0, 0.0))
        one = sign != 0
        self._check_separation((sign[:, None] * self.x)[one], self.x[~one], np.flatnonzero(one))

    @cached_property
    def bread(self) -> Array:
        """Inverse information, shape (terms, terms)."""
        information = (self.x * (self.weight * self.mu * (1 - self.mu))[:, None]).T @ self.x
        inverse = np.linalg.inv(information)
        return (inverse + inverse.T) / 2

    @cached_property
    def covariance(self) -> Array:
        """Design-based covariance of the coefficients."""
        return self._covariance(self.bread, np.zeros((len(self.frame), len(self.terms))))

    def averages(self, effects: list[tuple[Array, Array]]) -> tuple[Array, Array]:
        """Weighted means over respondents of effects by pattern, with their covariance.

        Each effect is (values, shape (patterns,); derivatives by the coefficients, shape (patterns, terms)).
        """
        share = self.weight / self.total
        estimate = np.array([share @ values for values, _ in effects])
        slopes = np.array([share @ derivatives for _, derivatives in effects])
        own = np.column_stack([values for values, _ in effects]) - estimate
        return estimate, self._covariance(self.bread @ slopes.T, own / self.total)

    def _covariance(self, by_score: Array, by_weight: Array) -> Array:
        """Covariance of estimates whose influence is score · by_score + weight · by_weight[pattern].

        Shapes: by_score (terms, k), by_weight (patterns, k).
        """
        along = self.x @ by_score
        if not self.penalised:
            return self._of_sums(along, by_weight)
        covariance = self._of_sums(along, by_weight + self._pull[:, None] * along)
        lacking = self._if_independent(along, by_weight) - np.diag(covariance)
        return covariance + np.diag(np.maximum(lacking, 0.0))

    @cached_property
    def _pull(self) -> Array:
        """What the penalty adds to the residual of a respondent, per weight, by pattern."""
        trials = self.weight * self.scale
        return pull(self.x, trials, self.mu, self.bread / self.scale) / trials

    def _if_independent(self, along: Array, by_weight: Array) -> Array:
        """Variances if respondents were independent, and their answers varied as the fit says; shape (k,)."""
        squares = np.bincount(self.pattern, weights=self.w**2, minlength=len(self.frame))
        return squares @ ((self.mu * (1 - self.mu))[:, None] * along**2 + by_weight**2)

    def _of_sums(self, along: Array, by_weight: Array) -> Array:
        """Covariance of estimates whose influence is residual · along[pattern] + weight · by_weight[pattern]."""
        design = self.design
        if not design.sums_suffice:
            influence = np.zeros((len(design.data), along.shape[1]))
            influence[self.rows] = self._residual()[:, None] * along[self.pattern]
            influence[self.rows] += self.w[:, None] * by_weight[self.pattern]
            return design.covariance(influence)
        if design.n_psu * len(self.frame) <= min(_MOST_CELLS, 8 * len(self.rows) + 100_000):
            totals = self._residuals_by_psu @ along
            if by_weight.any():
                totals += self._weights_by_psu @ by_weight
        else:
            residual = self._residual()
            columns = [
                residual * a[self.pattern] + self.w * b[self.pattern] for a, b in zip(along.T, by_weight.T, strict=True)
            ]
            totals = np.column_stack([np.bincount(self.psu, weights=c, minlength=design.n_psu) for c in columns])
        return design.covariance_of_totals(totals)

    def _residual(self) -> Array:
        return self.w * (self.y - self.mu[self.pattern])

    @cached_property
    def _weights_by_psu(self) -> Array:
        """Weights by PSU and pattern."""
        return self._by_psu(self.w)

    @cached_property
    def _residuals_by_psu(self) -> Array:
        """Weighed residuals by PSU and pattern: within a pattern all have the same fitted probability."""
        return self._by_psu(self.w * self.y) - self._weights_by_psu * self.mu

    def _by_psu(self, values: Array) -> Array:
        patterns = len(self.frame)
        size = self.design.n_psu * patterns
        return np.bincount(self._cell, weights=values, minlength=size).reshape(self.design.n_psu, patterns)

    @cached_property
    def _cell(self) -> Codes:
        return self.psu * len(self.frame) + self.pattern

    def cells(self) -> pd.DataFrame:
        """Respondents of positive weight by level of every term of categories, and by joint cell of interactions."""
        return self._by_level(pd.DataFrame({"n": 1, "ones": self.y.astype(int)}))

    def at(self, name: str, value: Any) -> tuple[Array, Array]:
        """Probabilities, and their derivatives by the coefficients, with one variable set to a value."""
        x = self._with(name, value)
        mu = expit(x @ self.coefficients)
        return mu, (mu * (1 - mu))[:, None] * x

    @staticmethod
    def difference(base: tuple[Array, Array], other: tuple[Array, Array]) -> tuple[Array, Array]:
        """The difference of two sets of probabilities, and of their derivatives."""
        return other[0] - base[0], other[1] - base[1]

    def slope(self, name: str) -> tuple[Array, Array]:
        """Derivative of the probability by a numeric variable, and its derivatives by the coefficients."""
        column = self.frame[name].astype(float)
        step = 1e-2 * max(float(column.std(ddof=0)), 1e-6 * float(np.abs(column).max()), 1e-12)

        def central(width: float) -> Array:
            up, down = self.frame.assign(**{name: column + width}), self.frame.assign(**{name: column - width})
            return (self._design_of(up) - self._design_of(down)) / (2 * width)

        # Richardson's extrapolation: exact for polynomials up to the fourth degree.
        change = (4 * central(step) - central(2 * step)) / 3
        rate = change @ self.coefficients
        slope = self.mu * (1 - self.mu)
        curve = slope * (1 - 2 * self.mu)
        return slope * rate, slope[:, None] * change + (curve * rate)[:, None] * self.x


def expit(eta: Array) -> Array:
    """The probability of a linear predictor."""
    return 1 / (1 + np.exp(-eta))
