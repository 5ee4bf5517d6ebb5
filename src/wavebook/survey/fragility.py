"""How much a comparison rests on single answers: fitted anew with one of them changed, each in turn."""

from __future__ import annotations

import copy
from dataclasses import dataclass

import numpy as np
import pandas as pd

from wavebook.survey.columns import binary
from wavebook.survey.design import Design
from wavebook.survey.errors import SurveyError
from wavebook.survey.regression import logit
from wavebook.survey.results import Result


@dataclass(frozen=True, repr=False)
class OneOtherwise(Result):
    """A comparison after one answer was changed.

    Attributes
    ----------
    table
        One row: changed, the answers of which each was changed once; estimate and p, the medians over these changes;
        beyond, how many of them leave p below 1 - level.
    """


def one_otherwise(design: Design, formula: str, variable: str, level: float = 0.95) -> OneOtherwise:
    """Ask what an average marginal effect were worth if one more of the exposed had answered otherwise.

    Each respondent in turn for whom variable and outcome are both true is taken to have given the other answer, and the
    logistic regression is fitted again. This is the fragility of clinical trials (Walsh and others, *Journal of Clinical
    Epidemiology* 67, 2014, 622-628) under a design, where it matters who the one is: hence all of them, and the median.

    Parameters
    ----------
    formula
        As for `logit`.
    variable
        A 0/1 or boolean column of the formula.

    Raises
    ------
    SurveyError
        As `logit`, and if nobody has both.
    """
    outcome = formula.partition("~")[0].strip()
    answered = binary(design.column(outcome), outcome)
    exposed = binary(design.column(variable), variable) == 1
    places = np.flatnonzero(exposed & (answered == 1) & (design.weights > 0))
    if not len(places):
        raise SurveyError(f"{variable}: nobody who has it has {outcome}; there is no answer to change")
    effects = [_effect(design, formula, outcome, answered, int(place), variable) for place in places]
    estimates, p = np.array(effects).T
    beyond = int((p < 1 - level).sum())
    table = pd.DataFrame(
        {
            "changed": [len(places)],
            "estimate": [float(np.median(estimates))],
            "p": [float(np.median(p))],
            "beyond": [beyond],
        }
    )
    return OneOtherwise(table, notes=design.notes)


def _effect(
    design: Design, formula: str, outcome: str, answered: np.ndarray, place: int, variable: str
) -> tuple[float, float]:
    """Effect and p with the answer at one place changed; the design stays as it is, and keeps its codes."""
    column = answered.copy()
    column[place] = 0.0
    changed = copy.copy(design)
    changed.data = design.data.assign(**{outcome: column})
    row = logit(changed, formula).average_marginal_effects(variable).table.iloc[0]
    return float(row["estimate"]), float(row["p"])
