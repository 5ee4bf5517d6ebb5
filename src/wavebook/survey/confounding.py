"""How strong an unmeasured difference between groups would have to be to explain an association away."""

from __future__ import annotations

import math

import numpy as np

from wavebook.survey.distributions import t_quantile
from wavebook.survey.errors import SurveyError
from wavebook.survey.results import Array


def ratio(estimates: Array, covariance: Array, df: float = math.inf, level: float = 0.95) -> tuple[float, float, float]:
    """The ratio of two shares with its interval, second over first.

    The interval is symmetric on the logarithmic scale; by the delta method Var(log r) = V₁₁/p₁² + V₂₂/p₂² − 2V₁₂/(p₁p₂).

    Parameters
    ----------
    estimates, covariance
        Two shares, shape (2,), and their covariance, shape (2, 2).
    df
        Degrees of freedom of the design.

    Returns
    -------
    tuple
        Ratio, lower and upper limit.

    Raises
    ------
    SurveyError
        If either share is 0 or missing.
    """
    first, second = (float(share) for share in estimates)
    if not (first > 0 and second > 0):
        raise SurveyError("ratio: both shares must be above 0")
    gradient = np.array([-1 / first, 1 / second])
    half = float(t_quantile((1 - level) / 2, df)) * math.sqrt(max(float(gradient @ covariance @ gradient), 0.0))
    centre = math.log(second / first)
    return math.exp(centre), math.exp(centre - half), math.exp(centre + half)


def e_value(risk_ratio: float) -> float:
    """The E-value of a risk ratio.

    An unmeasured confounder would have to be associated with exposure and with outcome by risk ratios of at least this
    size each, beyond the measured covariates, to explain the ratio away: RR + √(RR (RR − 1)), of 1/RR where RR < 1.

    Notes
    -----
    VanderWeele and Ding, *Annals of Internal Medicine* 167 (2017), 268–274.
    """
    above = max(risk_ratio, 1 / risk_ratio)
    return above + math.sqrt(above * (above - 1))
