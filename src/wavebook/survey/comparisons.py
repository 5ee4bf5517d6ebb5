"""Differences between shares, what a survey could have seen, and what a change of mode could hide."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from wavebook.survey.distributions import f_tail, normal_quantile, t_quantile, t_two_sided
from wavebook.survey.errors import SurveyError
from wavebook.survey.results import Array, Contrasts, Shares, Test, make_test

POWER = 0.80


def contrasts(
    shares: Shares,
    kind: Literal["adjacent", "pairwise"] | ArrayLike = "adjacent",
    adjust: Literal["holm", "none"] = "holm",
    names: Sequence[str] | None = None,
    level: float = 0.95,
) -> Contrasts:
    """Linear contrasts of shares, with the covariance between them.

    Parameters
    ----------
    shares
        Estimates of k shares.
    kind
        "adjacent": each share less the one before it; "pairwise": each less every one before it; or a matrix with
        one row a contrast, shape (m, k).
    adjust
        "holm" (Holm 1979: controls the chance of any false finding among the m) or "none".
    names
        What each contrast is called; by default made from the labels of the shares.
    level
        Coverage of the intervals, each by itself.

    Returns
    -------
    Contrasts
        `table`: contrast, estimate, se, lower, upper (fractions), t, df (the least of the shares involved), p,
        p_adjusted, mde: the smallest difference that a test at 1 - level would have found with a power of 80%.
    """
    matrix, made = _matrix(shares, kind)
    names = list(names) if names is not None else made
    if matrix.shape != (len(names), len(shares.table)):
        raise SurveyError(f"kind: shape {matrix.shape} does not fit {len(names)} names, {len(shares.table)} shares")
    estimate = matrix @ np.nan_to_num(shares.table["share"].to_numpy(float))
    covariance = matrix @ np.nan_to_num(shares.covariance) @ matrix.T
    unknown = (matrix[:, shares.table["share"].isna().to_numpy()] != 0).any(axis=1)
    estimate[unknown] = np.nan
    se = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    df = np.where(matrix != 0, shares.table["df"].to_numpy(float), np.inf).min(axis=1, initial=np.inf)
    quantile = t_quantile((1 - level) / 2, df)
    with np.errstate(invalid="ignore", divide="ignore"):
        t = estimate / se
    p = t_two_sided(t, df)
    table = pd.DataFrame(
        {
            "contrast": names,
            "estimate": estimate,
            "se": se,
            "lower": estimate - quantile * se,
            "upper": estimate + quantile * se,
            "t": t,
            "df": df,
            "p": p,
            "p_adjusted": _adjusted(p, adjust),
            "mde": smallest_seen(se, df, level),
        }
    )
    return Contrasts(table, covariance=covariance, notes=shares.notes)


def wald(shares: Shares) -> Test:
    """Test whether all shares are equal.

    W = (C p)' (C V C')⁻¹ C p for the k - 1 adjacent contrasts C, as F = W (f - k + 2) / (f (k - 1)) on k - 1 and
    f - k + 2 degrees of freedom, f being the design's (Korn and Graubard, *Analysis of Health Surveys*, 1999,
    section 3.2: the plain W / (k - 1) rejects too often when PSUs are few).

    Raises
    ------
    SurveyError
        If there are fewer than two shares, or their differences are linearly dependent.
    """
    known = shares.table["share"].notna().to_numpy()
    k = int(known.sum())
    if k < 2:
        raise SurveyError("shares: equality takes at least two of them")
    matrix = np.diff(np.eye(k), axis=0)
    difference = matrix @ shares.table["share"].to_numpy(float)[known]
    covariance = matrix @ shares.covariance[np.ix_(known, known)] @ matrix.T
    values = np.linalg.eigvalsh(covariance)
    if values[0] <= 1e-12 * max(values[-1], np.finfo(float).tiny):
        raise SurveyError("shares: their differences are linearly dependent; leave out the share that the others give")
    statistic = float(difference @ np.linalg.solve(covariance, difference))
    df1, df = k - 1, shares.df
    df2 = df - df1 + 1
    if df2 <= 0:
        raise SurveyError(f"shares: {k} of them are too many for {df:g} degrees of freedom of the design")
    f = statistic / df1 if np.isinf(df) else statistic * df2 / (df * df1)
    return make_test(f, df1, df2, f_tail(f, df1, df2), shares.notes)


def _matrix(shares: Shares, kind: str | ArrayLike) -> tuple[Array, list[str]]:
    k = len(shares.table)
    if isinstance(kind, str):
        if kind not in ("adjacent", "pairwise"):
            raise SurveyError(f"kind: {kind!r} is neither 'adjacent', 'pairwise' nor a matrix")
        pairs = [(i, j) for i in range(k) for j in range(i + 1, k) if kind == "pairwise" or j == i + 1]
        matrix = np.zeros((len(pairs), k))
        for row, (before, after) in enumerate(pairs):
            matrix[row, before], matrix[row, after] = -1.0, 1.0
        labels = shares.labels
        return matrix, [f"{labels[j]} - {labels[i]}" for i, j in pairs]
    matrix = np.atleast_2d(np.asarray(kind, float))
    return matrix, [f"contrast {number}" for number in range(1, len(matrix) + 1)]


def _adjusted(p: Array, adjust: str) -> Array:
    if adjust == "none":
        return p
    if adjust != "holm":
        raise SurveyError(f"adjust: {adjust!r} is neither 'holm' nor 'none'")
    return holm(p)


def holm(p: ArrayLike, tests: int | None = None) -> Array:
    """Adjust the p-values of one family of tests together.

    Parameters
    ----------
    p
        Shape (k,); NaN stays NaN and counts for nothing.
    tests
        How many the family holds, where not all of their p are given. The adjusted ones are then the largest that
        they can be, whatever the others are.

    Notes
    -----
    Holm 1979: the i-th smallest of m is multiplied by m - i + 1, and none is adjusted to less than a smaller one.
    """
    p = np.asarray(p, float)
    known = np.flatnonzero(~np.isnan(p))
    tests = len(known) if tests is None else tests
    if tests < len(known):
        raise SurveyError(f"tests: a family of {tests} cannot hold {len(known)}")
    order = known[np.argsort(p[known], kind="stable")]
    adjusted = np.full_like(p, np.nan)
    steps = (tests - np.arange(len(order))) * p[order]
    adjusted[order] = np.minimum(1, np.maximum.accumulate(steps)) if len(order) else steps
    return adjusted


def smallest_seen(se: ArrayLike, df: ArrayLike = np.inf, level: float = 0.95) -> Array:
    """The smallest difference that a test at 1 - level would have found with a power of 80%, from its standard error."""
    return (t_quantile((1 - level) / 2, df) + t_quantile(1 - POWER, df)) * np.asarray(se, float)


def mode_bridge(change: float, se: float, prior_sd: float = 0.03, level: float = 0.95) -> dict[str, float]:
    """What a change across a break in survey mode is worth.

    The change holds the change of opinion plus an unknown effect of the new mode. With a prior N(0, prior_sd²) for
    that effect its variance is added to the change's. Two points need no prior. At a mode effect as large as the change
    itself the corrected change is nought. The tipping point comes before: it is the mode effect, of the same sign as the
    change, at which the interval of the corrected change first touches zero.

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
    z = normal_quantile((1 - level) / 2)
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
