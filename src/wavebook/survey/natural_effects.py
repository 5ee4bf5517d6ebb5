"""How much of a difference runs through a third variable, if one is willing to assume what that takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd
from scipy import sparse

from wavebook.survey.columns import binary
from wavebook.survey.design import Design
from wavebook.survey.distributions import tested
from wavebook.survey.errors import SurveyError
from wavebook.survey.fitting import expit
from wavebook.survey.replicates import bootstrap, jackknife, replicate_covariance
from wavebook.survey.results import Array, Result

_BATCH = 64  # replicates that are tabulated together


@dataclass(frozen=True, repr=False)
class Mediation(Result):
    """Natural effects.

    Attributes
    ----------
    table
        effect (total, direct, indirect: differences of probabilities; proportion: indirect over total), estimate,
        se, t, p, lower, upper.
    covariance
        Shape (4, 4).
    df
        Degrees of freedom of the design among the rows used.
    """

    covariance: Array = field(kw_only=True)
    df: float = field(kw_only=True)


def mediation(
    design: Design,
    outcome: str,
    exposure: str,
    mediator: str,
    covariates: Sequence[str] = (),
    replicates: Literal["jkn", "bootstrap"] = "jkn",
    level: float = 0.95,
) -> Mediation:
    """Natural direct and indirect effects of a 0/1 exposure through a 0/1 mediator on a 0/1 outcome.

    Two weighted logistic regressions, mediator ~ exposure + covariates and outcome ~ exposure * mediator + covariates,
    are put together by the g-formula and averaged over respondents with their weights::

        direct   = mean of Σ_m [P(Y | 1, m, c) - P(Y | 0, m, c)] P(m | 0, c)
        indirect = mean of Σ_m P(Y | 1, m, c) [P(m | 1, c) - P(m | 0, c)]
        total    = direct + indirect

    Standard errors are from replicates, in each of which both regressions are fitted anew.

    Parameters
    ----------
    outcome, exposure, mediator
        0/1 or boolean columns.
    covariates
        Terms of a formula, such as ``"C(sex)"`` or ``"age"``.
    replicates
        "jkn", or "bootstrap" (Rao and Wu, 500 replicates of a fixed seed).

    Notes
    -----
    They are effects only if nothing unmeasured moves two of exposure, mediator and outcome together, and no measured
    confounder of mediator and outcome is itself moved by the exposure (VanderWeele, *Explanation in Causal
    Inference*, 2015, chapter 2). A cross-section cannot show that; who reports them must say that it is assumed.
    """
    if replicates not in ("jkn", "bootstrap"):
        raise SurveyError(f"replicates: {replicates!r} is neither 'jkn' nor 'bootstrap'")
    factors, scale = jackknife(design) if replicates == "jkn" else bootstrap(design)
    cells = _Cells(design, outcome, exposure, mediator, list(covariates))
    estimate = cells.effects(cells.by_psu.sum(axis=0))
    rows = []
    for start in range(0, len(factors), _BATCH):
        tables = np.asarray((cells.by_psu.T @ factors[start : start + _BATCH].T).T)
        rows += [cells.effects(table) for table in tables]
    covariance = replicate_covariance(np.array(rows), estimate, scale)
    df = design.degrees_of_freedom(cells.used)
    table = tested(estimate, covariance, df, level)
    table.insert(0, "effect", ["total", "direct", "indirect", "proportion"])
    dropped = len(cells.used) - int(cells.used.sum())
    notes = (*design.notes, f"{dropped} rows with something missing dropped out") if dropped else design.notes
    return Mediation(table, covariance=covariance, df=float(df), notes=notes)


class _Cells:
    """Weights by PSU and cell: a pattern of exposure and covariates, the mediator, the outcome."""

    def __init__(self, design: Design, outcome: str, exposure: str, mediator: str, covariates: list[str]) -> None:
        from formulaic import Formula, model_matrix

        y, a, m = (binary(design.column(name), name) for name in (outcome, exposure, mediator))
        right = " + ".join(covariates) or "1"
        try:
            names = sorted(str(name) for name in Formula(f"~ {right}").required_variables)
        except Exception as error:  # noqa: BLE001 - formulaic has many; all mean the same to the user
            raise SurveyError(f"covariates: {right!r} cannot be read: {str(error).splitlines()[0]}") from None
        self.used = ~np.isnan(y) & ~np.isnan(a) & ~np.isnan(m) & (design.weights > 0)
        coded = [design.codes(name)[0] for name in names]
        for codes in coded:
            self.used &= codes >= 0
        if not self.used.any():
            raise SurveyError(f"{outcome}: no row has everything that the mediation needs")
        for name, values in ((outcome, y), (exposure, a), (mediator, m)):
            if len(np.unique(values[self.used])) < 2:
                raise SurveyError(f"{name}: does not vary among the rows")
        keys = pd.DataFrame({str(i): codes[self.used] for i, codes in enumerate(coded)} | {"a": a[self.used]})
        pattern = keys.groupby(list(keys.columns), sort=True).ngroup().to_numpy()
        first = np.unique(pattern, return_index=True)[1]
        frame = design.data.loc[self.used, names].iloc[first].reset_index(drop=True)
        self.patterns = len(first)
        self.exposed = keys["a"].to_numpy()[first]
        cell = (pattern * 2 + m[self.used].astype(int)) * 2 + y[self.used].astype(int)
        shape = (design.n_psu, self.patterns * 4)
        place = (design.psu[self.used], cell)
        self.by_psu = sparse.csr_array(sparse.coo_array((design.weights[self.used], place), shape=shape))
        constant = np.ones((self.patterns, 1))
        self.c = np.asarray(model_matrix(f"~ {right}", frame), float) if names else constant
        self._start: dict[str, Array] = {}

    def effects(self, flat: Array) -> Array:
        """Total, direct, indirect and the proportion, from one table of weights."""
        table = np.asarray(flat, float).reshape(self.patterns, 2, 2)
        zero, one = np.zeros(self.patterns), np.ones(self.patterns)
        weight = table.sum(axis=(1, 2))
        mediator = self._fit("mediator", self._mediator_terms(self.exposed), table[:, 1].sum(axis=1), weight)
        stacked = np.vstack([self._outcome_terms(self.exposed, zero), self._outcome_terms(self.exposed, one)])
        successes, trials = table[:, :, 1].T.ravel(), table.sum(axis=2).T.ravel()
        outcome = self._fit("outcome", stacked, successes, trials)

        m = [expit(self._mediator_terms(level) @ mediator) for level in (zero, one)]
        y = {(i, j): expit(self._outcome_terms(a, b) @ outcome)
             for i, a in enumerate((zero, one)) for j, b in enumerate((zero, one))}  # fmt: skip
        direct = (y[1, 1] - y[0, 1]) * m[0] + (y[1, 0] - y[0, 0]) * (1 - m[0])
        indirect = (y[1, 1] - y[1, 0]) * (m[1] - m[0])
        share = weight / weight.sum()
        d, i = float(share @ direct), float(share @ indirect)
        return np.array([d + i, d, i, i / (d + i)])

    def _mediator_terms(self, a: Array) -> Array:
        return np.column_stack([self.c, a])

    def _outcome_terms(self, a: Array, m: Array) -> Array:
        return np.column_stack([self.c, a, m, a * m])

    def _fit(self, which: str, x: Array, successes: Array, trials: Array) -> Array:
        """Newton's method from the last replicate's solution: a few steps each, where a library would start afresh."""
        coefficients = self._start.get(which, np.zeros(x.shape[1]))
        for _ in range(60):
            mu = expit(x @ coefficients)
            information = (x * (trials * mu * (1 - mu))[:, None]).T @ x
            try:
                step = np.linalg.solve(information, x.T @ (successes - trials * mu))
            except np.linalg.LinAlgError:
                break
            coefficients = coefficients + np.clip(step, -4, 4)
            if np.abs(step).max() < 1e-11 * max(1.0, np.abs(coefficients).max()):
                self._start.setdefault(which, coefficients)
                return coefficients
        raise SurveyError(
            f"mediation: the regression of the {which} has no finite solution in the sample or a replicate of it: terms are "
            "collinear or separate the outcomes; use fewer or coarser covariates"
        )
