"""The covariates of a regression: read from a formula, collapsed to patterns, and checked before anything is fitted."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy import linalg, optimize

from wavebook.survey.design import Design
from wavebook.survey.errors import SurveyError
from wavebook.survey.results import Array
from wavebook.survey.stages import patterns

if TYPE_CHECKING:
    from formulaic import ModelSpec


class Patterned(ABC):
    """Data of a regression: patterns of covariates, and each respondent's pattern, outcome and weight.

    Attributes
    ----------
    rows, pattern, y, w, psu
        Places of the respondents in the design's data, and of each its pattern, outcome, weight and PSU.
    frame, weight
        Of each pattern the covariates and the weight of its respondents.
    spec, x, terms
        The right side of the formula, its matrix by pattern, and the names of its columns.
    n, total, df
        Respondents, those of weight 0 included; their weight; degrees of freedom of the t tests.
    notes
        What to know of the data.
    """

    def __init__(self, design: Design, formula: str, within: str | None) -> None:
        from formulaic import Formula  # slow to import

        try:
            parsed = Formula(formula)
            self.outcome, right = str(parsed.lhs), parsed.rhs
        except Exception as error:  # noqa: BLE001 - formulaic has many; all mean the same to the user
            raise SurveyError(f"formula: {formula!r} cannot be read: {str(error).splitlines()[0]}") from None
        self.design = design
        self.names = sorted(str(name) for name in right.required_variables)
        y = self._read_outcome(design.column(self.outcome))
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
        self._check_outcome()
        self.spec, self.x = self._matrix(right)
        self.terms = [str(name) for name in self.spec.column_names]
        self._check_rank()
        self.df = design.degrees_of_freedom(used) + 1 - len(self.terms)
        dropped = int(inside.sum()) - self.n
        remarks = [f"{dropped} rows with a missing outcome or covariate dropped out"] if dropped else []
        if self.df <= 0:
            remarks.append("more terms than degrees of freedom: no tests and no intervals")
        self.notes = (*design.notes, *remarks)

    @abstractmethod
    def _read_outcome(self, column: pd.Series) -> Array:
        """The outcome as numbers, missing as NaN."""

    @abstractmethod
    def _check_outcome(self) -> None:
        """Refuse an outcome of which nothing can be modelled."""

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

    def _check_separation(self, ahead: Array, flat: Array, pattern: Array) -> None:
        """Look for a direction of the coefficients in which the likelihood rises for ever, by linear programming.

        Parameters
        ----------
        ahead
            How fast each of some linear predictors moves away from all other outcomes: it may not move towards them.
            Shape (predictors, coefficients).
        flat
            Those that may not move at all, for several outcomes were found there.
        pattern
            Of each row of `ahead`, the pattern that it is of.
        """
        scale = np.abs(np.vstack([ahead, flat])).max(axis=0)
        found = optimize.linprog(
            -ahead.sum(axis=0) / scale,
            A_ub=-ahead / scale,
            b_ub=np.zeros(len(ahead)),
            A_eq=flat / scale if len(flat) else None,
            b_eq=np.zeros(len(flat)) if len(flat) else None,
            bounds=(-1, 1),
        )
        if found.status == 0 and -found.fun > 1e-6:
            apart = np.zeros(len(self.frame), bool)
            apart[pattern[ahead / scale @ found.x > 1e-6]] = True
            raise SurveyError(
                f"formula: {self._guilty(found.x[: len(self.terms)], apart)} separate the outcomes perfectly (found "
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

    def places(self, variables: Collection[str]) -> Iterator[int]:
        """Places of the coefficients whose terms hold these variables and no others; the constant holds none."""
        for term, columns in self.spec.term_slices.items():
            held = {str(name) for name in self.spec.term_variables[term]} & set(self.names)
            if held and held <= set(variables):
                yield from range(columns.start, columns.stop)

    def _by_level(self, counted: pd.DataFrame) -> pd.DataFrame:
        """Sums of counts, a row a respondent, by level of every term of categories, and by joint cell of interactions.

        Columns term and level, and those of the counts.
        """
        sums = counted.groupby(self.pattern).sum()
        terms: dict[tuple[str, ...], None] = {}
        for term in self.spec.formula:
            held = tuple(str(factor) for factor in term.factors if self._levels(str(factor)) is not None)
            terms |= dict.fromkeys([*((factor,) for factor in held), held] if held else [])
        found = []
        for term in sorted(terms, key=len):
            of = sums.groupby([self._levels(factor) for factor in term], observed=True).sum()
            named = [key if isinstance(key, tuple) else (key,) for key in of.index]
            labels = [", ".join(str(value) for value in key) for key in named]
            found.append(of.reset_index(drop=True).assign(term=":".join(term), level=labels))
        columns = ["term", "level", *counted.columns]
        return pd.concat(found, ignore_index=True)[columns] if found else pd.DataFrame(columns=columns)

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

    def _with(self, name: str, value: Any) -> Array:
        """The matrix of the right side with one variable set to a value."""
        frame = self.frame.copy()
        frame[name] = pd.Series([value] * len(frame), dtype=self.frame[name].dtype)
        return self._design_of(frame)


def not_in_formula(name: str, names: Sequence[str]) -> SurveyError:
    """The refusal of a variable that a formula does not hold."""
    return SurveyError(f"{name}: is not in the formula, which holds {', '.join(names) or 'no variable'}")
