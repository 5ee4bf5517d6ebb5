"""Fits logistic regressions on patterns of covariates, and carries them to estimates under the design."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy import linalg, optimize

from wavebook.survey.columns import binary
from wavebook.survey.design import Design
from wavebook.survey.errors import SurveyError
from wavebook.survey.results import Array
from wavebook.survey.stages import Codes, patterns

if TYPE_CHECKING:
    from formulaic import ModelSpec

_MOST_CELLS = 30_000_000  # PSUs × covariate patterns that may be tabulated at once: 240 MB
_FAR = 12.0  # a linear predictor beyond this gives reason to look for separation


class FittedModel:
    """A fitted model next to its data: patterns of covariates, and each respondent's pattern."""

    def __init__(self, design: Design, formula: str, within: str | None) -> None:
        from formulaic import Formula  # slow to import

        try:
            parsed = Formula(formula)
            outcome, right = str(parsed.lhs), parsed.rhs
        except Exception as error:  # noqa: BLE001 - formulaic has many; all mean the same to the user
            raise SurveyError(f"formula: {formula!r} cannot be read: {str(error).splitlines()[0]}") from None
        self.design = design
        self.names = sorted(str(name) for name in right.required_variables)
        y = binary(design.column(outcome), outcome)
        codes = [(design.codes(name)) for name in self.names]
        inside = design.mask(within)
        used = inside & ~np.isnan(y)
        for found, _ in codes:
            used &= found >= 0
        used_weight = used & (design.weights > 0)
        if not used_weight.any():
            raise SurveyError(f"formula: no row has the outcome and all of {', '.join(self.names)}")
        self.n = int(used.sum())
        self.rows = np.flatnonzero(used_weight)
        everyone = len(self.rows) == len(used)
        self.pattern, first = patterns([found if everyone else found[self.rows] for found, _ in codes], len(self.rows))
        self.frame = design.data.iloc[self.rows[first]][self.names].reset_index(drop=True)
        for name in self.frame.columns:
            if isinstance(self.frame[name].dtype, pd.CategoricalDtype):
                self.frame[name] = self.frame[name].cat.remove_unused_categories()
        self.w = design.weights if everyone else design.weights[self.rows]
        self.y = y if everyone else y[self.rows]
        self.psu = design.psu if everyone else design.psu[self.rows]
        self.total = self.w.sum()
        self.weight = np.bincount(self.pattern, weights=self.w, minlength=len(first))
        self.successes = np.bincount(self.pattern, weights=self.w * self.y, minlength=len(first))
        if self.successes.sum() <= 0 or self.successes.sum() >= self.total:
            raise SurveyError(f"{outcome}: does not vary among the {self.n} rows; there is nothing to model")
        self.spec, self.x = self._matrix(right)
        self.terms = [str(name) for name in self.spec.column_names]
        self._check_rank()
        self.coefficients = self._fit()
        self.mu = expit(self.x @ self.coefficients)
        self.df = design.degrees_of_freedom(used) + 1 - len(self.terms)
        dropped = int(inside.sum()) - self.n
        remarks = [f"{dropped} rows with a missing outcome or covariate dropped out"] if dropped else []
        if self.df <= 0:
            remarks.append("more terms than degrees of freedom: no tests and no intervals")
        self.notes = (*design.notes, *remarks)

    def _matrix(self, right: Any) -> tuple[ModelSpec, Array]:
        from formulaic import model_matrix

        try:
            matrix = model_matrix(right, self.frame, na_action="raise")
        except Exception as error:  # noqa: BLE001 - whatever a formula can do wrong
            raise SurveyError(f"formula: cannot be applied: {str(error).splitlines()[0]}") from None
        return matrix.model_spec, np.asarray(matrix, float)

    def _design_of(self, frame: pd.DataFrame) -> Array:
        try:
            return np.asarray(self.spec.get_model_matrix(frame), float)
        except Exception as error:  # noqa: BLE001 - whatever a formula can do wrong with values not met in the fit
            raise SurveyError(f"formula: cannot be applied: {str(error).splitlines()[0]}") from None

    def _check_rank(self) -> None:
        norm = np.linalg.norm(self.x * np.sqrt(self.weight)[:, None], axis=0)
        if (norm == 0).any():
            raise SurveyError(f"formula: {self.terms[int(np.argmin(norm))]} is 0 in every row")
        _, r, order = linalg.qr(self.x * np.sqrt(self.weight)[:, None] / norm, mode="economic", pivoting=True)
        size = np.abs(np.diag(r))
        rank = int((size > 1e-9 * size[0]).sum())
        if rank < len(self.terms):
            redundant = [self.terms[i] for i in sorted(order[rank:])]
            raise SurveyError(f"formula: collinear terms; the others already determine {', '.join(redundant)}")

    def _fit(self) -> Array:
        import statsmodels.api as sm  # takes seconds to import: only when a model is fitted

        scale = len(self.rows) / self.total
        counts = np.column_stack([self.successes, self.weight - self.successes]) * scale
        model = sm.GLM(counts, self.x, family=sm.families.Binomial())
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")  # about convergence and separation, which are checked here
            fit = model.fit(tol=1e-10, maxiter=100)
        coefficients = np.asarray(fit.params, float)
        if not fit.converged or not np.isfinite(coefficients).all() or np.abs(self.x @ coefficients).max() > _FAR:
            self._check_separation()
            if not fit.converged or not np.isfinite(coefficients).all():
                raise SurveyError("formula: the fit did not converge; look for terms that are nearly collinear")
        for _ in range(3):  # from statsmodels' tolerance to the last digits
            mu = expit(self.x @ coefficients)
            information = (self.x * (self.weight * mu * (1 - mu))[:, None]).T @ self.x
            coefficients = coefficients + np.linalg.solve(information, self.x.T @ (self.successes - self.weight * mu))
        return coefficients

    def _check_separation(self) -> None:
        """Look for a direction in which the likelihood rises for ever, by linear programming."""
        only_one = self.successes >= self.weight * (1 - 1e-12)
        only_none = self.successes <= self.weight * 1e-12
        sign = np.where(only_one, 1.0, np.where(only_none, -1.0, 0.0))
        mixed = sign == 0
        norm = np.abs(self.x).max(axis=0)
        x = self.x / norm
        found = optimize.linprog(
            -(sign @ x),
            A_ub=-(sign[:, None] * x)[~mixed],
            b_ub=np.zeros(int((~mixed).sum())),
            A_eq=x[mixed] if mixed.any() else None,
            b_eq=np.zeros(int(mixed.sum())) if mixed.any() else None,
            bounds=(-1, 1),
        )
        if found.status == 0 and -found.fun > 1e-6:
            raise SurveyError(
                f"formula: {self._guilty(found.x, sign * (x @ found.x) > 1e-6)} separate the outcomes perfectly (found "
                "with one outcome only); no finite estimate exists; leave out, or join with others"
            )

    def _guilty(self, direction: Array, apart: Array) -> str:
        """Values that only patterns on the far side have; where there are none, the terms of the direction."""
        values = []
        for name in self.names:
            column = self.frame[name].astype(object)
            only = sorted(set(column[apart]) - set(column[~apart]), key=str)
            if 0 < len(only) <= 5 and not apart.all():
                values += [f"{name} = {value}" for value in only]
        terms = [term for term, value in zip(self.terms, direction, strict=True) if abs(value) > 1e-6]
        return ", ".join(values or [term for term in terms if term != "Intercept"] or terms)

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
        design, along = self.design, self.x @ by_score
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

    def variable(self, name: str) -> tuple[str, list[Any]]:
        """Whether a variable of the formula is "numeric" or "categories", and its values in order."""
        if name not in self.names:
            raise not_in_formula(name, self.names)
        column = self.frame[name]
        values = (
            list(column.cat.categories)
            if isinstance(column.dtype, pd.CategoricalDtype)
            else sorted(column.unique().tolist())
        )
        factors = {str(factor).replace(" ", "") for term in self.spec.formula for factor in term.factors}
        categorical = any(factor.startswith((f"C({name})", f"C({name},")) for factor in factors)
        numeric = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
        return ("numeric" if numeric and not categorical else "categories"), values

    def cells(self) -> pd.DataFrame:
        """Respondents of positive weight by level of every term of categories, and by joint cell of interactions."""
        counted = pd.DataFrame({"n": 1, "ones": self.y.astype(int)}).groupby(self.pattern).sum()
        terms: dict[tuple[str, ...], None] = {}
        for term in self.spec.formula:
            held = tuple(str(factor) for factor in term.factors if self._levels(str(factor)) is not None)
            terms |= dict.fromkeys([*((factor,) for factor in held), held] if held else [])
        found: list[tuple[str, str, int, int]] = []
        for term in sorted(terms, key=len):
            sums = counted.groupby([self._levels(factor) for factor in term], observed=True).sum()
            named = [key if isinstance(key, tuple) else (key,) for key in sums.index]
            labels = [", ".join(str(value) for value in key) for key in named]
            found += zip([":".join(term)] * len(labels), labels, sums["n"].tolist(), sums["ones"].tolist(), strict=True)
        return pd.DataFrame(found, columns=["term", "level", "n", "ones"])

    def _levels(self, factor: str) -> pd.Categorical | None:
        """Each pattern's level of a factor of the formula; None if it is numeric and has more than two values."""
        from formulaic import model_matrix

        if factor == "1":
            return None
        _, state = self.spec.encoder_state.get(factor, (None, {}))
        if "categories" in state:
            indicators = np.asarray(model_matrix(f"0 + {factor}", self.frame), float)
            return pd.Categorical.from_codes(indicators.argmax(axis=1), state["categories"], ordered=True)
        if factor in self.frame and pd.api.types.is_bool_dtype(self.frame[factor]):
            return pd.Categorical(self.frame[factor], [False, True], ordered=True)
        values = np.asarray(model_matrix(f"0 + {factor}", self.frame), float)[:, 0]
        return pd.Categorical(values, ordered=True) if len(np.unique(values)) == 2 else None

    def at(self, name: str, value: Any) -> tuple[Array, Array]:
        """Probabilities, and their derivatives by the coefficients, with one variable set to a value."""
        frame = self.frame.copy()
        frame[name] = pd.Series([value] * len(frame), dtype=self.frame[name].dtype)
        x = self._design_of(frame)
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


def not_in_formula(name: str, names: Sequence[str]) -> SurveyError:
    """The refusal of a variable that a formula does not hold."""
    return SurveyError(f"{name}: is not in the formula, which holds {', '.join(names) or 'no variable'}")


def expit(eta: Array) -> Array:
    """The probability of a linear predictor."""
    return 1 / (1 + np.exp(-eta))
