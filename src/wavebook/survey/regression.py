"""Logistic regression under the design, and what it says in probabilities."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Self, get_args

import numpy as np
import pandas as pd

from wavebook.survey.covariates import Patterned, not_in_formula
from wavebook.survey.design import Design
from wavebook.survey.distributions import t_quantile, tested
from wavebook.survey.errors import SurveyError
from wavebook.survey.fitting import FittedModel
from wavebook.survey.results import Array, Result

Penalty = Literal["firth"]

_FEW_VALUES = 30  # a numeric variable with more values than this has no margins of its own


@dataclass(frozen=True, repr=False)
class Effects(Result):
    """Average marginal effects or predictions: a table of estimates with their covariance."""

    covariance: Array = field(kw_only=True)


@dataclass(frozen=True, repr=False)
class Regression(Result, ABC):
    """A fitted regression.

    One that was stored answers as one that was just fitted: `to_dict` keeps the effects and predictions of every
    variable, or why there are none.

    Attributes
    ----------
    covariance
        Of the coefficients, shape (terms, terms).
    df
        Degrees of freedom of the t tests.
    n
        Respondents in the model.
    """

    covariance: Array = field(kw_only=True)
    df: float = field(kw_only=True)
    n: int = field(kw_only=True)
    model: Any = field(default=None, kw_only=True, repr=False, compare=False, metadata={"stored": False})
    margins: Mapping[str, Mapping[str, Effects | str]] = field(
        default_factory=dict, kw_only=True, repr=False, compare=False, metadata={"stored": False}
    )

    @property
    def variables(self) -> tuple[str, ...]:
        """Names of the variables in the formula, the outcome aside."""
        return tuple(self.model.names if self.model is not None else self.margins)

    def to_dict(self) -> dict[str, Any]:
        """Turn into plain values that JSON can hold, with the effects and predictions of every variable."""
        margins = {
            name: {kind: found if isinstance(found, str) else found.to_dict() for kind, found in of.items()}
            for name, of in self._margins().items()
        }
        return {**super().to_dict(), "margins": margins}

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> Self:
        """Make a result from what `to_dict` gave."""
        margins = {
            name: {kind: found if isinstance(found, str) else Effects.from_dict(found) for kind, found in of.items()}
            for name, of in stored.get("margins", {}).items()
        }
        return replace(super().from_dict(stored), margins=margins)

    @property
    @abstractmethod
    def _asked(self) -> Mapping[str, Callable[[str], Effects]]:
        """What can be asked of a variable."""

    def _margins(self) -> Mapping[str, Mapping[str, Effects | str]]:
        """By variable its effects and predictions, or the reason why there are none."""
        if self.model is None:
            return self.margins

        def found(ask: Callable[[str], Effects], name: str) -> Effects | str:
            try:
                return ask(name)
            except SurveyError as refused:
                return str(refused)

        return {name: {kind: found(ask, name) for kind, ask in self._asked.items()} for name in self.variables}

    def _stored(self, kind: str, name: str) -> Effects:
        if name not in self.margins:
            raise not_in_formula(name, self.variables)
        found = self.margins[name][kind]
        if isinstance(found, str):
            raise SurveyError(found)
        return found

    def _places(self, variables: Collection[str]) -> list[int]:
        """Places of the coefficients whose terms hold these variables and no others.

        Raises
        ------
        SurveyError
            If the formula does not hold one of them, or the fit was read from a store.
        """
        if (model := self.model) is None:
            raise SurveyError("a fit that was stored shows what it was stored with")
        for name in variables:
            if name not in model.names:
                raise not_in_formula(name, model.names)
        return list(model.places(variables))


@dataclass(frozen=True, repr=False)
class Logit(Regression):
    """A fitted logistic regression.

    Attributes
    ----------
    table
        term, estimate (log odds), se, t, p, lower, upper.
    df
        Degrees of freedom of the t tests: the design's, plus 1, less the number of terms.
    """

    @property
    def cells(self) -> pd.DataFrame | None:
        """How many respondents, those of positive weight, categories in the formula rest on; None if read from a store.

        Columns term, level, n, ones (those whose outcome is 1): for every term of categories (``C(x)``, or a column of
        text, categories or booleans, or of two numbers) the respondents at each level that occurs; for every
        interaction with several of them those in each joint cell that occurs, as "C(age):C(sex)" with the level
        "18-29, women".
        """
        return None if self.model is None else self.model.cells()

    def showing(self, variables: Collection[str]) -> Logit:
        """The same fit with no more than some of its variables: their coefficients, covariance, effects, predictions.

        The coefficients of all terms together give back what every category adds up to, for the fit makes its totals
        equal to those of the data; who wants to know of one variable need not tell of the others.

        Raises
        ------
        SurveyError
            If the formula does not hold one of them, or the fit was read from a store.
        """
        kept = self._places(variables)
        every = self._margins()
        return Logit(
            self.table.iloc[kept].reset_index(drop=True),
            covariance=self.covariance[np.ix_(kept, kept)],
            df=self.df,
            n=self.n,
            margins={name: every[name] for name in self.variables if name in variables},
            notes=self.notes,
        )

    @property
    def _asked(self) -> Mapping[str, Callable[[str], Effects]]:
        return {"effects": self.average_marginal_effects, "predictions": self.predictions}

    def average_marginal_effects(self, variable: str) -> Effects:
        """Average over respondents, by weight, what a change of one variable does to the probability.

        For a numeric variable the derivative; for categories (and booleans) the difference from the first one.

        The standard error is unconditional: the influence of a respondent is (e_i - AME) w_i / W plus the influence
        on the coefficients times J, the derivative of AME by them. Respondents vary, not only the coefficients.

        Raises
        ------
        SurveyError
            If the formula does not hold the variable.
        """
        if (model := self.model) is None:
            return self._stored("effects", variable)
        kind, values = model.variable(variable)
        if kind == "numeric":
            names, effects = ["dy/dx"], [model.slope(variable)]
        else:
            base = model.at(variable, values[0])
            effects = [model.difference(base, model.at(variable, value)) for value in values[1:]]
            names = [f"{value} - {values[0]}" for value in values[1:]]
        estimate, covariance = model.averages(effects)
        table = tested(estimate, covariance, self.df, 0.95)
        table.insert(0, "contrast", names)
        table.insert(0, "variable", variable)
        return Effects(table, covariance=covariance, notes=self.notes)

    def predictions(self, by: str) -> Effects:
        """Average probability if every respondent had one value of a variable and all else as it is.

        Intervals are on the logit scale; standard errors as in `average_marginal_effects`.

        Raises
        ------
        SurveyError
            If the formula does not hold the variable, or it is numeric with more than 30 values.
        """
        if (model := self.model) is None:
            return self._stored("predictions", by)
        values = values_of(model, by)
        columns, covariance = averaged(model, by, values, self.df)
        return Effects(pd.DataFrame({by: values, **columns}), covariance=covariance, notes=self.notes)


def averaged(model: Any, by: str, values: list[Any], df: float) -> tuple[dict[str, Array], Array]:
    """Average probabilities at each value of a variable, with intervals on the logit scale, and their covariance."""
    estimate, covariance = model.averages([model.at(by, value) for value in values])
    se = np.sqrt(np.diag(covariance))
    half = t_quantile(0.025, df) * se / (estimate * (1 - estimate))
    centre = np.log(estimate / (1 - estimate))
    lower, upper = 1 / (1 + np.exp(half - centre)), 1 / (1 + np.exp(-half - centre))
    return {"estimate": estimate, "se": se, "lower": lower, "upper": upper}, covariance


def values_of(model: Patterned, by: str) -> list[Any]:
    """The values of a variable that predictions are made for."""
    kind, values = model.variable(by)
    if kind == "numeric" and len(values) > _FEW_VALUES:
        raise SurveyError(f"{by}: has {len(values)} values; predictions are made for at most {_FEW_VALUES}")
    return values


def logit(
    design: Design, formula: str, within: str | None = None, penalty: Penalty | None = None, level: float = 0.95
) -> Logit:
    """Fit a logistic regression to survey data.

    Respondents with the same covariates are collapsed to one pattern; statsmodels fits the patterns (pseudo maximum
    likelihood: the weights are the number of trials). The covariance is the sandwich of the design: the influence of
    a respondent, score times the inverse information, is summed to PSUs and so on as for any estimate.

    Parameters
    ----------
    formula
        ``outcome ~ terms`` with numeric terms, ``C(x)`` for categories, and interactions ``x:y``, ``x*y``. The
        outcome is a 0/1 or boolean column.
    within
        Boolean column: fit among these rows only, as a domain of the design.
    penalty
        "firth" for Firth's penalised likelihood, where an outcome is rare or terms separate the outcomes: its estimates
        are always finite, and free of the first-order bias of the ordinary ones.
    level
        Coverage of the intervals.

    Raises
    ------
    SurveyError
        If a column is not there, the outcome is not 0/1 or does not vary, terms are collinear, or, without a penalty,
        terms separate the outcomes perfectly (then no finite estimate exists); the message names the terms.

    Notes
    -----
    Binder, *International Statistical Review* 51 (1983), 279–292; Konis (2007) for the test of separation.

    With Firth's penalty the estimating equations are (Firth, *Biometrika* 80 (1993), 27–38)::

        Σ_i [w_i (y_i - μ_i) + h_i (1/2 - μ_i)] x_i = 0

    with h_i the leverage of a respondent in the weighted fit. The weights are scaled to a mean of 1 among the respondents
    in the model, so that the penalty is as strong as for that many independent ones; it is that of R's ``brglm2`` with
    ``type = "AS_mean"`` and ``weights = w / mean(w)``. The covariance is the sandwich of the design, with the summands
    above as scores and the inverse information at the penalised estimate. But no variance is less than::

        Σ_i w_i² μ_i (1 - μ_i) (x_i' A c)²    A the inverse information, c the contrast of the coefficients

    which is what it would be if respondents were independent and their answers varied as the fit says. Where all of a
    group answered alike their scores do not vary, and the sandwich would take that for certainty (in simulations of such
    groups its 95% intervals held the truth in less than half the cases). To add a part that rests on the model to a
    sandwich is the idea of Morel (*Survey Methodology* 15 (1989), 203–223); this form of it is our own.
    """
    if penalty not in (None, *get_args(Penalty)):
        raise SurveyError(f"penalty: {penalty!r} is none of {', '.join(get_args(Penalty))}")
    model = FittedModel(design, formula, within, penalised=penalty == "firth")
    covariance = model.covariance
    table = tested(model.coefficients, covariance, model.df, level)
    table.insert(0, "term", model.terms)
    return Logit(table, covariance=covariance, df=float(model.df), n=model.n, model=model, notes=model.notes)
