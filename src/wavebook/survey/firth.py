"""Firth's penalised likelihood for logistic regressions: finite even where terms separate the outcomes."""

from __future__ import annotations

import numpy as np

from wavebook.survey.errors import SurveyError
from wavebook.survey.results import Array

_ROUNDS, _HALVINGS = 1000, 30
_LONGEST = 5.0  # of a step, in log odds


def fit_penalised(x: Array, successes: Array, trials: Array) -> Array:
    """Coefficients at which the penalised score is nought, by Fisher scoring.

    Parameters
    ----------
    x, successes, trials
        By pattern; the trials of all add up to the number of respondents.
    """
    coefficients = np.zeros(x.shape[1])
    value = _likelihood(x, successes, trials, coefficients)
    for _ in range(_ROUNDS):
        mu = 1 / (1 + np.exp(-(x @ coefficients)))
        inverse = np.linalg.inv(_information(x, trials, mu))
        score = x.T @ (successes - trials * mu + pull(x, trials, mu, inverse))
        step = inverse @ score
        step *= min(1.0, _LONGEST / max(np.abs(x @ step).max(), 1e-300))
        if np.abs(x @ step).max() < 1e-13 * max(1.0, np.abs(x @ coefficients).max()):
            return coefficients + step
        for _ in range(_HALVINGS):
            after = _likelihood(x, successes, trials, coefficients + step)
            if after >= value - 1e-9 * abs(value):
                break
            step = step / 2
        coefficients, value = coefficients + step, after
        if np.abs(x @ step).max() < 1e-12 * max(1.0, np.abs(x @ coefficients).max()):
            return coefficients
    raise SurveyError("formula: the penalised fit did not converge; look for terms that are nearly collinear")


def pull(x: Array, trials: Array, mu: Array, inverse: Array) -> Array:
    """What the penalty adds to the residuals by pattern: leverage times how far the probability is below one half."""
    return trials * mu * (1 - mu) * np.einsum("ij,jk,ik->i", x, inverse, x) * (0.5 - mu)


def _information(x: Array, trials: Array, mu: Array) -> Array:
    return (x * (trials * mu * (1 - mu))[:, None]).T @ x


def _likelihood(x: Array, successes: Array, trials: Array, coefficients: Array) -> float:
    """Log-likelihood plus half the logarithm of the determinant of the information."""
    eta = x @ coefficients
    mu = 1 / (1 + np.exp(-eta))
    sign, size = np.linalg.slogdet(_information(x, trials, mu))
    return float(successes @ eta - trials @ np.logaddexp(0, eta) + size / 2) if sign > 0 else -np.inf
