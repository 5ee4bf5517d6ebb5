"""Regression of an answer on a scale under the design: the proportional-odds model."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit

from wavebook.survey.covariates import Patterned
from wavebook.survey.design import Design
from wavebook.survey.distributions import tested
from wavebook.survey.errors import SurveyError, rows
from wavebook.survey.regression import Effects, Regression, averaged, values_of
from wavebook.survey.results import Array

_FAR = 12.0  # a linear predictor beyond this gives reason to look for separation
_ROUNDS, _HALVINGS = 200, 40
_FEW_CATEGORIES = 20


@dataclass(frozen=True, repr=False)
class Ordinal(Regression):
    """A fitted proportional-odds model.

    Attributes
    ----------
    table
        term, estimate, se, t, df, p, lower, upper; an estimate above 0 moves answers towards the last category.
    categories
        The answers, from the first to the last.
    thresholds
        threshold (such as "1 | 2"), estimate, se, lower, upper; empty where a store keeps none.
    df
        Degrees of freedom of the t tests: the design's, less the number of terms; thresholds are not counted.
    """

    categories: tuple[str, ...] = field(kw_only=True)
    thresholds: pd.DataFrame = field(kw_only=True)

    @property
    def cells(self) -> pd.DataFrame | None:
        """How many respondents of positive weight gave each answer; None if read from a store.

        Columns term, level, answer, n: of all respondents, whose term is "", and at every level and joint cell that
        the cells of a `Logit` have.
        """
        return None if self.model is None else self.model.cells()

    def showing(self, variables: Collection[str]) -> Ordinal:
        """The same fit with the coefficients of some of its variables and their covariance, and nothing else.

        Thresholds and predictions tell how many gave which answer, more closely than a coefficient does.

        Raises
        ------
        SurveyError
            If the formula does not hold one of them, or the fit was read from a store.
        """
        kept = self._places(variables)
        return Ordinal(
            self.table.iloc[kept].reset_index(drop=True),
            covariance=self.covariance[np.ix_(kept, kept)],
            df=self.df,
            n=self.n,
            categories=self.categories,
            thresholds=self.thresholds.iloc[:0],
            margins={name: {"predictions": f"{name}: no predictions were kept"} for name in variables},
            notes=self.notes,
        )

    @property
    def _asked(self) -> Mapping[str, Callable[[str], Effects]]:
        return {"predictions": self.predictions}

    def predictions(self, by: str) -> Effects:
        """Average probability of each answer if every respondent had one value of a variable and all else as it is.

        The table has the variable, response, estimate, se, lower, upper. Standard errors are unconditional, as those
        of a `Logit`; intervals are on the logit scale.

        Raises
        ------
        SurveyError
            If the formula does not hold the variable, or it is numeric with more than 30 values.
        """
        if (model := self.model) is None:
            return self._stored("predictions", by)
        values = values_of(model, by)
        columns, covariance = averaged(model, by, values, self.df)
        table = pd.DataFrame(
            {
                by: [value for value in values for _ in self.categories],
                "response": list(self.categories) * len(values),
                **columns,
            }
        )
        return Effects(table, covariance=covariance, notes=self.notes)


def ordinal(design: Design, formula: str, within: str | None = None, level: float = 0.95) -> Ordinal:
    """Fit a proportional-odds model (cumulative logit) to survey data.

    With categories 1 to K, thresholds θ and η what the terms add up to::

        logit P(Y ≤ k) = θ_k - η,    k = 1, …, K - 1

    as in R's ``polr`` and ``svyolr``: an estimate above 0 moves answers towards the last category, and its exponential
    is the ratio of the odds of a higher answer, the same at each threshold. The constant is in the thresholds. With two
    categories it is the model of `logit`.

    Parameters
    ----------
    formula
        ``outcome ~ terms`` as for `logit`. The outcome is a column of ordered categories, or numbers that ascend.
    within
        Boolean column: fit among these rows only, as a domain of the design.
    level
        Coverage of the intervals.

    Raises
    ------
    SurveyError
        If the outcome has no order, fewer than two categories, more than 20, or one that no row in the model has; if a
        column is not there, the formula has no constant, terms are collinear or separate the answers perfectly.

    Notes
    -----
    McCullagh, *Journal of the Royal Statistical Society* B 42 (1980), 109–142; under a design Binder, *International
    Statistical Review* 51 (1983), 279–292. Respondents with the same covariates and answer are collapsed; Newton's method
    maximises the weighted likelihood, which is concave, with exact second derivatives. The covariance is the sandwich of
    the design with the inverse of minus those derivatives at the estimate. ``svyolr`` has the same sandwich, but takes the
    derivatives by differences, as its optimiser gives them.
    """
    model = FittedOrdinal(design, formula, within)
    covariance = model.covariance
    terms = len(model.terms)
    every = tested(model.parameters, covariance, model.df, level)
    table = every.iloc[:terms].reset_index(drop=True)
    table.insert(0, "term", model.terms)
    table.insert(4, "df", float(model.df))
    thresholds = every.iloc[terms:][["estimate", "se", "lower", "upper"]].reset_index(drop=True)
    names = model.categories
    thresholds.insert(0, "threshold", [f"{one} | {other}" for one, other in pairwise(names)])
    return Ordinal(
        table,
        covariance=covariance[:terms, :terms],
        df=float(model.df),
        n=model.n,
        categories=names,
        thresholds=thresholds,
        model=model,
        notes=model.notes,
    )


class FittedOrdinal(Patterned):
    """A fitted proportional-odds model next to its data.

    Attributes
    ----------
    parameters
        Coefficients, then thresholds.
    counts
        Weight by pattern and category.
    """

    categories: tuple[str, ...]

    def __init__(self, design: Design, formula: str, within: str | None) -> None:
        super().__init__(design, formula, within)
        self.parameters = self._fit()

    def _read_outcome(self, column: pd.Series) -> Array:
        if isinstance(column.dtype, pd.CategoricalDtype):
            if not column.cat.ordered:
                raise SurveyError(f"{self.outcome}: its categories have no order; say it with `.cat.as_ordered()`")
            self._values = list(column.cat.categories)
            codes = column.cat.codes.to_numpy(float)
        else:
            numbers = pd.to_numeric(column, errors="coerce")
            bad = (numbers.isna() & column.notna()).to_numpy(bool)
            if bad.any():
                what = "no number, so that its answers have no order; make it a column of ordered categories"
                raise SurveyError(f"{self.outcome}: {what}; see {rows(column.index, bad)}")
            found, self._values = pd.factorize(numbers, sort=True)
            codes = found.astype(float)
        return np.where(codes < 0, np.nan, codes)

    def _check_outcome(self) -> None:
        code = self.y.astype(int)
        if not isinstance(self._values, list):  # of numbers only those that occur
            occurring, code = np.unique(code, return_inverse=True)
            self._values = [f"{value:g}" for value in np.asarray(self._values, float)[occurring]]
        self.categories = tuple(str(value) for value in self._values)
        size = len(self.categories)
        weight = np.bincount(code, weights=self.w, minlength=size)
        if size < 2 or (weight > 0).sum() < 2:
            raise SurveyError(f"{self.outcome}: does not vary among the {self.n} rows; there is nothing to model")
        if size > _FEW_CATEGORIES:
            raise SurveyError(f"{self.outcome}: has {size} values; at most {_FEW_CATEGORIES} are taken for answers")
        if (weight == 0).any():
            named = ", ".join(name for name, there in zip(self.categories, weight, strict=True) if not there)
            raise SurveyError(f"{self.outcome}: no row in the model has {named}; leave out, or join with others")
        self.code = code
        self._cell = self.pattern * size + code
        shape = (len(self.frame), size)
        self.counts = np.bincount(self._cell, weights=self.w, minlength=shape[0] * size).reshape(shape)

    def _matrix(self, right: Any) -> tuple[Any, Array]:
        spec, x = super()._matrix(right)
        if "Intercept" not in spec.column_names:
            raise SurveyError("formula: the thresholds hold the constant; leave out the 0 or -1")
        return spec, x

    def _fit(self) -> Array:
        """Newton's method, halving steps that lose likelihood; and the terms, now that the constant has been checked."""
        kept = [at for at, term in enumerate(self.terms) if term != "Intercept"]
        self._constant = self.terms.index("Intercept")
        self.terms = [self.terms[at] for at in kept]
        self.x = self.x[:, kept]
        size = np.abs(self.x).max(axis=0)
        below = np.cumsum(self.counts.sum(axis=0))[:-1] / self.total
        parameters = np.concatenate([np.zeros(len(kept)), np.log(below / (1 - below))])
        x, counts = self.x / size, self.counts / self.total
        value = _likelihood(x, counts, parameters)
        step = parameters
        for _ in range(_ROUNDS):
            score, information = _derivatives(x, counts, parameters)
            try:
                step = np.linalg.solve(information, score)
            except np.linalg.LinAlgError:
                break
            for _ in range(_HALVINGS):
                after = _likelihood(x, counts, parameters + step)
                if after >= value - 1e-14 * abs(value):
                    break
                step = step / 2
            parameters, value = parameters + step, after
            if not np.isfinite(parameters).all() or np.abs(step).max() < 1e-13 * max(1.0, np.abs(parameters).max()):
                break
        converged = np.isfinite(parameters).all() and np.abs(step).max() < 1e-9 * max(1.0, np.abs(parameters).max())
        eta = _ends(x, parameters)
        if not converged or np.abs(eta[:, 1:-1]).max() > _FAR:
            self._check_separated()
            if not converged:
                raise SurveyError("formula: the fit did not converge; look for terms that are nearly collinear")
        parameters[: len(kept)] /= size
        return parameters

    def _check_separated(self) -> None:
        """The ends of an answer's interval may only move away from each other, for every answer that was found."""
        pattern, category = np.nonzero(self.counts)
        last = self.counts.shape[1] - 1
        one = np.eye(last)
        above, below = category < last, category > 0
        ahead = np.vstack(
            [
                np.hstack([-self.x[pattern[above]], one[category[above]]]),
                np.hstack([self.x[pattern[below]], -one[category[below] - 1]]),
            ]
        )
        of = np.concatenate([pattern[above], pattern[below]])
        self._check_separation(ahead, np.zeros((0, ahead.shape[1])), of)

    def places(self, variables: Collection[str]) -> Iterator[int]:
        """Places of the coefficients whose terms hold these variables and no others, the constant left out."""
        yield from (place - (place > self._constant) for place in super().places(variables))

    @cached_property
    def bread(self) -> Array:
        """Inverse of minus the second derivatives of the likelihood, shape (parameters, parameters)."""
        _, information = _derivatives(self.x, self.counts, self.parameters)
        inverse = np.linalg.inv(information)
        return (inverse + inverse.T) / 2

    @cached_property
    def _scores(self) -> Array:
        """Score of a respondent of weight 1 by pattern and category, shape (patterns · categories, parameters)."""
        up, down, _ = _slopes(_ends(self.x, self.parameters))
        patterns, categories = self.counts.shape
        found = np.zeros((patterns, categories, len(self.parameters)))
        terms = len(self.terms)
        found[:, :, :terms] = -(up + down)[:, :, None] * self.x[:, None, :]
        for at in range(categories - 1):
            found[:, at, terms + at] = up[:, at]
            found[:, at + 1, terms + at] = down[:, at + 1]
        return found.reshape(patterns * categories, -1)

    @cached_property
    def covariance(self) -> Array:
        """Design-based covariance of coefficients and thresholds."""
        return self._covariance(self._scores @ self.bread)

    def _covariance(self, influence: Array) -> Array:
        """From influences of a respondent of weight 1, by pattern and category."""
        cell = np.full(len(self.design.data), -1)
        cell[self.rows] = self._cell
        return self.design.covariance_of_patterns(cell, influence)

    def at(self, name: str, value: Any) -> tuple[Array, Array]:
        """Probabilities by pattern and category, and their derivatives by the parameters, at a value of a variable."""
        x = np.delete(self._with(name, value), self._constant, axis=1)
        below = expit(_ends(x, self.parameters))
        slope = below * (1 - below)
        terms = len(self.terms)
        derivatives = np.zeros((*self.counts.shape, len(self.parameters)))
        derivatives[:, :, :terms] = -np.diff(slope)[:, :, None] * x[:, None, :]
        for at in range(len(self.categories) - 1):
            derivatives[:, at, terms + at] = slope[:, at + 1]
            derivatives[:, at + 1, terms + at] = -slope[:, at + 1]
        return np.diff(below), derivatives

    def averages(self, effects: list[tuple[Array, Array]]) -> tuple[Array, Array]:
        """Weighted means over respondents of effects by pattern and category, with their covariance."""
        share = self.weight / self.total
        values = np.hstack([found for found, _ in effects])
        estimate = share @ values
        slopes = np.hstack([np.einsum("g,gkp->pk", share, derivatives) for _, derivatives in effects])
        own = np.repeat((values - estimate) / self.total, len(self.categories), axis=0)
        return estimate, self._covariance(self._scores @ self.bread @ slopes + own)

    def cells(self) -> pd.DataFrame:
        """Respondents of positive weight by answer, in all and by level of every term of categories."""
        counted = pd.DataFrame({name: (self.code == at).astype(int) for at, name in enumerate(self.categories)})
        everyone = counted.sum().to_frame().T.assign(term="", level="")
        whole = pd.concat([everyone, self._by_level(counted)], ignore_index=True)
        long = whole.melt(["term", "level"], var_name="answer", value_name="n")
        return long.astype({"n": int})


def _ends(x: Array, parameters: Array) -> Array:
    """Where the intervals of the answers begin and end on the scale of the logits, shape (patterns, categories + 1)."""
    terms = x.shape[1]
    inner = parameters[terms:] - (x @ parameters[:terms])[:, None]
    outer = np.full((len(x), 1), np.inf)
    return np.hstack([-outer, inner, outer])


def _slopes(ends: Array) -> tuple[Array, Array, Array]:
    """Derivatives of the log-probability of an answer by its interval's upper and lower end, and twice by both.

    F(b) - F(a) = F(b) · F(-a) · (1 - exp(a - b)), which keeps its digits where both ends are far out.
    """
    low, high = ends[:, :-1], ends[:, 1:]
    with np.errstate(over="ignore"):
        gap = 1 / np.expm1(high - low)
    return expit(-high) + gap, -expit(low) - gap, gap * (1 + gap)


def _likelihood(x: Array, counts: Array, parameters: Array) -> float:
    if (np.diff(parameters[x.shape[1] :]) <= 0).any():
        return -np.inf
    ends = _ends(x, parameters)
    low, high = ends[:, :-1], ends[:, 1:]
    log = -np.logaddexp(0, -high) - np.logaddexp(0, low) + np.log1p(-np.exp(low - high))
    return float((counts * log).sum())


def _derivatives(x: Array, counts: Array, parameters: Array) -> tuple[Array, Array]:
    """Score and minus the second derivatives of the likelihood by coefficients and thresholds."""
    ends = _ends(x, parameters)
    up, down, both = (counts * found for found in _slopes(ends))
    slope = expit(ends) * expit(-ends)
    score = np.concatenate([-x.T @ (up + down).sum(axis=1), up.sum(axis=0)[:-1] + down.sum(axis=0)[1:]])
    terms = x.shape[1]
    information = np.zeros((len(parameters), len(parameters)))
    at_ends = slope[:, 1:-1] * (counts[:, :-1] + counts[:, 1:])
    information[:terms, :terms] = (x * (counts * (slope[:, 1:] + slope[:, :-1])).sum(axis=1)[:, None]).T @ x
    information[:terms, terms:] = -x.T @ at_ends
    information[terms:, :terms] = information[:terms, terms:].T
    across = both.sum(axis=0)
    inner = np.diag(at_ends.sum(axis=0) + across[:-1] + across[1:])
    inner -= np.diag(across[1:-1], 1) + np.diag(across[1:-1], -1)
    information[terms:, terms:] = inner
    return score, information
