"""Differences between shares, and what a survey could have seen."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from wavebook.survey.results import Shares

Array = NDArray[np.float64]

POWER = 0.80


def contrasts(
    shares: Shares, matrix: Array, names: list[str], adjust: str = "holm", level: float = 0.95
) -> pd.DataFrame:
    """Linear contrasts of shares, with the covariance between them.

    Parameters
    ----------
    shares
        Estimates of k shares.
    matrix
        One row a contrast, shape (m, k).
    names
        What each contrast is called, length m.
    adjust
        "holm" (controls the chance of any false finding among the m) or "none".
    level
        Coverage of the intervals, each by itself.

    Returns
    -------
    DataFrame
        Columns contrast, estimate, se, lower, upper (fractions), t, df, p, p_adjusted, mde: the smallest difference
        that a test at 1 - level would have found with a power of 80%, as a fraction.
    """
    matrix = np.atleast_2d(np.asarray(matrix, float))
    if matrix.shape != (len(names), len(shares.table)):
        raise ValueError(f"matrix: shape {matrix.shape} does not fit {len(names)} names and {len(shares.table)} shares")
    estimate = matrix @ shares.table["share"].to_numpy(float)
    se = np.sqrt(np.einsum("mi,ij,mj->m", matrix, shares.covariance, matrix))
    involved = np.where(matrix != 0, shares.table["df"].to_numpy(float), np.inf)
    df = involved.min(axis=1)
    reference = stats.t(df)
    half = reference.isf((1 - level) / 2) * se
    t = estimate / se
    p = 2 * reference.sf(np.abs(t))
    return pd.DataFrame(
        {
            "contrast": names,
            "estimate": estimate,
            "se": se,
            "lower": estimate - half,
            "upper": estimate + half,
            "t": t,
            "df": df,
            "p": p,
            "p_adjusted": _adjusted(p, adjust),
            "mde": (reference.isf((1 - level) / 2) + reference.isf(1 - POWER)) * se,
        }
    )


def _adjusted(p: Array, adjust: str) -> Array:
    match adjust:
        case "none":
            return p
        case "holm":
            order = np.argsort(p, kind="stable")
            stepped = np.maximum.accumulate((len(p) - np.arange(len(p))) * p[order])
            adjusted = np.empty_like(p)
            adjusted[order] = np.minimum(1, stepped)
            return adjusted
    raise ValueError(f"adjust: {adjust!r} is neither 'holm' nor 'none'")


def mode_bridge(change: float, se: float, prior_sd: float = 0.03, level: float = 0.95) -> dict[str, float]:
    """What a change across a break in survey mode is worth.

    The change holds the change of opinion plus an unknown effect of the new mode. With a prior N(0, prior_sd²) for
    that effect its variance is added to the change's. The tipping point needs no prior: it is the mode effect, of
    the same sign as the change, at which the interval of the corrected change first touches zero.

    Parameters
    ----------
    change, se
        The raw difference and its standard error, fractions.
    prior_sd
        Standard deviation of the mode effect, a fraction.

    Returns
    -------
    dict
        lower, upper: interval without a mode effect; bridged_se, bridged_lower, bridged_upper: with the prior;
        tipping: mode effect that undoes the finding (0 where there is none to undo); all fractions.
    """
    z = float(stats.norm.isf((1 - level) / 2))
    bridged = float(np.hypot(se, prior_sd))
    return {
        "change": change,
        "lower": change - z * se,
        "upper": change + z * se,
        "bridged_se": bridged,
        "bridged_lower": change - z * bridged,
        "bridged_upper": change + z * bridged,
        "tipping": float(np.sign(change) * max(0.0, abs(change) - z * se)),
    }
