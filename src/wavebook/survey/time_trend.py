"""What a handful of waves says about a trend."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy import linalg, optimize, special

from wavebook.survey.distributions import chi2_tail, t_quantile, t_two_sided
from wavebook.survey.errors import SurveyError
from wavebook.survey.results import Array, Result, Shares

FEWEST_WAVES = 5
"""Waves of one mode below which no slope is estimated."""

SCALE = 0.02
"""Scale of the half-Cauchy prior of the level's movement, a fraction per square root of a year: two points."""

_GRID = 200
_SIMULATIONS = 200_000
_DAYS = 365.25


@dataclass(frozen=True, repr=False)
class Trend(Result):
    """A trend over waves.

    Attributes
    ----------
    table
        The slope of each segment (waves of one mode): segment, mode, waves, slope (fraction a year), se, lower, upper,
        t, df, p, tau (between-wave deviation from the line beyond sampling, a fraction), I2, Q, Q_p. Missing below
        five waves.
    level
        The smooth line: segment, time, level, lower, upper (fractions), on a grid of time that holds every wave.
        A model: a local level with a stated prior; to be labelled so.
    step
        The largest contrast of means before and after a wave, by segment: segment, after (index of the wave before
        the step), estimate, se, z, p (calibrated for having looked at every place). Missing below three waves.
    """

    level: pd.DataFrame = field(kw_only=True)
    step: pd.DataFrame = field(kw_only=True)


def trend(waves: pd.DataFrame | Shares, level: float = 0.95) -> Trend:
    """Estimate slope, smooth line and step of a share over waves.

    Parameters
    ----------
    waves
        One row a wave: time (datetime, or years as a number), share and se (fractions), and where it varies mode.
        `Shares` with a column time are taken with their whole covariance, as is right where PSUs recur.

    Notes
    -----
    Segments are runs of waves of one mode; nothing is estimated across a change of mode.

    Slope: random-effects regression on calendar time, share = a + b·time + u + e, with e of the known covariance and
    Var(u) = τ² by Paule and Mandel (1982); standard error by Knapp and Hartung (*Statistics in Medicine* 22, 2003)
    with its factor floored at 1; t on waves - 2. The floor makes intervals too long where τ is near 0: with six waves
    they then cover 99.7%, with twelve 98%; with τ as large as the sampling error, 98 and 96%.

    Smooth line: local level, a random walk in calendar time with variance σ² a year, observed with the known
    sampling errors, flat at the start; σ has a half-Cauchy prior of scale two points and is integrated over a grid.
    This is the local level model of Durbin and Koopman (*Time Series Analysis by State Space Methods*, 2012) in closed
    form, since with a dozen waves the filter is no faster than the matrix.

    Step: the largest ``|z|`` among the contrasts "mean after less mean before", its p by simulation of all of them under
    no change, from their covariance, with a fixed seed.

    Raises
    ------
    SurveyError
        If a column is missing, a wave has no se, or two waves of one segment fall on the same time.
    """
    frame, covariance = (waves.table, waves.covariance) if isinstance(waves, Shares) else (waves, None)
    for name in ("time", "share", "se"):
        if name not in frame.columns:
            raise SurveyError(f"{name}: waves have no such column")
    frame = frame.reset_index(drop=True)
    se = frame["se"].to_numpy(float)
    if not (se > 0).all() or frame["share"].isna().any():
        raise SurveyError(
            f"se: wave {int(np.flatnonzero(~(se > 0) | frame['share'].isna())[0])} has no positive se or no share"
        )
    covariance = np.diag(se**2) if covariance is None else np.asarray(covariance, float)
    years = _years(frame["time"])
    order = np.argsort(years, kind="stable")
    modes = frame["mode"].to_numpy() if "mode" in frame.columns else np.full(len(frame), "")
    slopes, levels, steps = [], [], []
    for number, rows in enumerate(_segments(order, modes)):
        t, y, v = years[rows], frame["share"].to_numpy(float)[rows], covariance[np.ix_(rows, rows)]
        if (np.diff(t) <= 0).any():
            raise SurveyError("time: two waves of one segment fall on the same time")
        slopes.append({"segment": number, "mode": str(modes[rows[0]]), "waves": len(rows), **_slope(t, y, v, level)})
        smooth = _local_level(t, y, v, level)
        smooth.insert(0, "segment", number)
        if pd.api.types.is_datetime64_any_dtype(frame["time"]):
            smooth["time"] = frame["time"].min() + pd.to_timedelta((smooth["time"] * _DAYS).round(6), unit="D")
        levels.append(smooth)
        steps.append({"segment": number, **_step(y, v)})
    return Trend(pd.DataFrame(slopes), level=pd.concat(levels, ignore_index=True), step=pd.DataFrame(steps))


def _years(time: pd.Series) -> Array:
    if pd.api.types.is_datetime64_any_dtype(time):
        years: Array = ((time - time.min()) / pd.Timedelta(days=_DAYS)).to_numpy(float)
        return years
    numbers = pd.to_numeric(time, errors="coerce").to_numpy(float)
    if np.isnan(numbers).any():
        raise SurveyError("time: neither datetimes nor numbers")
    return numbers


def _segments(order: Array, modes: Array) -> list[Array]:
    breaks = [i for i, (a, b) in enumerate(pairwise(modes[order]), 1) if a != b]
    return [part for part in np.split(order, breaks) if len(part)]


def _slope(t: Array, y: Array, v: Array, level: float) -> dict[str, float]:
    names = ("slope", "se", "lower", "upper", "t", "df", "p", "tau", "I2", "Q", "Q_p")
    if len(t) < FEWEST_WAVES:
        return dict.fromkeys(names, np.nan)
    x = np.column_stack([np.ones_like(t), t - t.mean()])
    df = len(t) - 2

    def fit(tau2: float) -> tuple[Array, Array, float]:
        factor = linalg.cho_factor(v + tau2 * np.eye(len(t)))
        information = x.T @ linalg.cho_solve(factor, x)
        beta = np.linalg.solve(information, x.T @ linalg.cho_solve(factor, y))
        residual = y - x @ beta
        return beta, np.linalg.inv(information), float(residual @ linalg.cho_solve(factor, residual))

    _, _, q = fit(0.0)
    tau2 = 0.0
    if q > df:
        high = float(np.var(y)) + 1e-12
        while fit(high)[2] > df:
            high *= 4
        tau2 = float(optimize.brentq(lambda value: fit(value)[2] - df, 0.0, high, xtol=1e-16, rtol=1e-12))
    beta, inverse, weighted = fit(tau2)
    se = float(np.sqrt(inverse[1, 1] * max(1.0, weighted / df)))
    half = float(t_quantile((1 - level) / 2, df)) * se
    ratio = float(beta[1] / se)
    values = (float(beta[1]), se, beta[1] - half, beta[1] + half, ratio, df, t_two_sided(ratio, df),
              np.sqrt(tau2), max(0.0, 1 - df / q) if q > 0 else 0.0, q, chi2_tail(q, df))  # fmt: skip
    return dict(zip(names, map(float, values), strict=True))


def _local_level(t: Array, y: Array, v: Array, level: float) -> pd.DataFrame:
    grid = np.unique(np.concatenate([t, np.linspace(t[0], t[-1], 61)])) if len(t) > 1 else t
    # σ on quantiles of its prior, so that each point of the grid weighs the same before the data are seen.
    sigma = SCALE * np.tan(np.pi / 2 * (np.arange(_GRID) + 0.5) / _GRID)
    walk, cross, own = (np.minimum.outer(a - t[0], b - t[0]) for a, b in ((t, t), (grid, t), (grid, grid)))
    one = np.ones(len(t))
    loglike, means, variances = np.empty(_GRID), np.empty((_GRID, len(grid))), np.empty((_GRID, len(grid)))
    for i, s in enumerate(sigma):
        k = v + s**2 * walk
        factor = linalg.cho_factor(k)
        solved_one, solved_y = linalg.cho_solve(factor, one), linalg.cho_solve(factor, y)
        precision = one @ solved_one
        start = one @ solved_y / precision
        residual = y - start
        solved = linalg.cho_solve(factor, residual)
        loglike[i] = -np.log(np.diag(factor[0])).sum() - 0.5 * np.log(precision) - 0.5 * residual @ solved
        gain = s**2 * cross
        means[i] = start + gain @ solved
        rest = 1 - gain @ solved_one
        inner = linalg.cho_solve(factor, gain.T)
        variances[i] = s**2 * np.diag(own) - np.einsum("ij,ji->i", gain, inner) + rest**2 / precision
    weight = np.exp(loglike - loglike.max())
    weight /= weight.sum()
    centre = weight @ means
    tail = (1 - level) / 2
    bounds = [_mixture_quantile(q, weight, means, np.sqrt(np.maximum(variances, 1e-18))) for q in (tail, 1 - tail)]
    return pd.DataFrame({"time": grid, "level": centre, "lower": bounds[0], "upper": bounds[1]})


def _mixture_quantile(q: float, weight: Array, means: Array, deviations: Array) -> Array:
    """Quantile of a mixture of normals at each point of the grid, by bisection."""
    low = (means - 12 * deviations).min(axis=0)
    high = (means + 12 * deviations).max(axis=0)
    for _ in range(60):
        middle = (low + high) / 2
        below = weight @ special.ndtr((middle - means) / deviations) < q
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    result: Array = (low + high) / 2
    return result


def _step(y: Array, v: Array) -> dict[str, float]:
    n = len(y)
    if n < 3:
        return dict.fromkeys(("after", "estimate", "se", "z", "p"), np.nan)
    matrix = np.array([np.where(np.arange(n) <= k, -1 / (k + 1), 1 / (n - k - 1)) for k in range(n - 1)])
    estimate, covariance = matrix @ y, matrix @ v @ matrix.T
    se = np.sqrt(np.diag(covariance))
    z = estimate / se
    at = int(np.argmax(np.abs(z)))
    correlation = covariance / np.outer(se, se)
    values, vectors = np.linalg.eigh(correlation)
    draws = np.random.default_rng(20220224).standard_normal((_SIMULATIONS, len(z)))
    largest = np.abs(draws @ (vectors * np.sqrt(np.maximum(values, 0))).T).max(axis=1)
    p = (1 + int((largest >= abs(z[at])).sum())) / (1 + _SIMULATIONS)
    return {"after": float(at), "estimate": float(estimate[at]), "se": float(se[at]), "z": float(z[at]), "p": float(p)}
