"""Tails and quantiles, and the table of t tests that is made with them.

From scipy.special: importing scipy.stats would take longer than all of this package. Arrays
broadcast; degrees of freedom may be infinite, and where they are 0 or less the answer is missing.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from wavebook.survey.results import Array


def normal_quantile(tail: float) -> float:
    """The value that a standard normal exceeds with probability `tail`."""
    return float(-special.ndtri(tail))


def t_quantile(tail: float, df: Any) -> Any:
    """The value that Student's t exceeds with probability `tail`."""
    df = np.asarray(df, float)
    finite = np.where(np.isfinite(df) & (df > 0), df, 1.0)
    return np.where(df > 0, np.where(np.isinf(df), -special.ndtri(tail), -special.stdtrit(finite, tail)), np.nan)[()]


def t_two_sided(t: Any, df: Any) -> Any:
    """Probability that |Student's t| exceeds |t|."""
    df = np.asarray(df, float)
    size = -np.abs(t)
    finite = np.where(np.isfinite(df) & (df > 0), df, 1.0)
    return np.where(df > 0, 2 * np.where(np.isinf(df), special.ndtr(size), special.stdtr(finite, size)), np.nan)[()]


def f_tail(f: float, df1: float, df2: float) -> float:
    """Probability that an F exceeds f; with df2 infinite that of chi-squared over df1."""
    return chi2_tail(f * df1, df1) if np.isinf(df2) else float(special.fdtrc(df1, df2, f))


def chi2_tail(value: float, df: float) -> float:
    """Probability that chi-squared exceeds a value."""
    return float(special.chdtrc(df, value))


def clopper_pearson(share: Array, n: Array, level: float) -> tuple[Array, Array]:
    """Clopper and Pearson's interval of a share of n, which need not be a whole number."""
    tail = (1 - level) / 2
    with np.errstate(invalid="ignore"):
        lower = np.where(share > 0, special.betaincinv(n * share, n * (1 - share) + 1, tail), 0.0)
        upper = np.where(share < 1, special.betainccinv(n * share + 1, n * (1 - share), tail), 1.0)
    return lower, upper


def tested(estimate: Array, covariance: Array, df: float, level: float) -> pd.DataFrame:
    """Columns estimate, se, t, p, lower, upper of estimates with their covariance."""
    se = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        t = estimate / se
    half = t_quantile((1 - level) / 2, df) * se
    columns = {"estimate": estimate, "se": se, "t": t, "p": t_two_sided(t, df)}
    return pd.DataFrame({**columns, "lower": estimate - half, "upper": estimate + half})
