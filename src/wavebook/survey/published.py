"""Uncertainty of shares that somebody else printed.

All that is known of such a share is the printed number, the number of respondents and a design effect. Three
sources of error are counted: sampling (binomial with the effective number n / deff), and rounding to the printed
digits (uniform over the interval that rounds to the number, so its width squared over 12).
"""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd

from wavebook.survey.distributions import clopper_pearson, normal_quantile
from wavebook.survey.errors import SurveyError
from wavebook.survey.results import Array, Shares

CUSTOMARY_DEFFS = (1.3, 1.5, 2.0)
"""The grid over which an assumed design effect is varied."""


def published_shares(frame: pd.DataFrame, level: float = 0.95) -> Shares:
    """Intervals and covariance of published shares.

    The sampling part is a grouped binomial model with one parameter a share, fitted by statsmodels to n / deff
    respondents; its logit-scale variance plus that of rounding gives the interval, carried back to the share.
    Shares of one wave are multinomial: Cov(p_i, p_j) = -p_i p_j / n_eff. Waves are independent samples.
    A share printed as 0 or 100 gets the Clopper–Pearson interval on n_eff, widened by half the rounding step.

    Parameters
    ----------
    frame
        One row a share, with columns wave, response, share (0–1), step (width of rounding, 0–1), n, deff.
    level
        Coverage of the intervals.

    Returns
    -------
    Shares
        `table` is `frame` with se, lower, upper, n_eff and df (infinite: no design to count from) added.

    Raises
    ------
    SurveyError
        If n, deff or a share is missing or out of its range; the message names the wave.

    Notes
    -----
    Sampling: Kish, *Survey Sampling* (1965), section 8.2. Rounding: Sheppard's correction.
    """
    _check(frame)
    share = frame["share"].to_numpy(float)
    n_eff = frame["n"].to_numpy(float) / frame["deff"].to_numpy(float)
    rounding = frame["step"].to_numpy(float) ** 2 / 12
    variance = share * (1 - share) / n_eff + rounding

    lower, upper = np.empty_like(share), np.empty_like(share)
    inner = (share > 0) & (share < 1)
    if inner.any():
        lower[inner], upper[inner] = _logit_intervals(share[inner], n_eff[inner], rounding[inner], level)
    if not inner.all():
        half_step = frame["step"].to_numpy(float)[~inner] / 2
        exact = clopper_pearson(share[~inner], n_eff[~inner], level)
        lower[~inner], upper[~inner] = np.maximum(0, exact[0] - half_step), np.minimum(1, exact[1] + half_step)

    wave = frame["wave"].to_numpy()
    same_wave = wave[:, None] == wave[None, :]
    covariance = np.where(same_wave, -np.outer(share, share) / n_eff[:, None], 0.0)
    np.fill_diagonal(covariance, variance)
    table = frame.assign(se=np.sqrt(variance), lower=lower, upper=upper, n_eff=n_eff, df=np.inf)
    return Shares(table.reset_index(drop=True), covariance=covariance)


def _check(frame: pd.DataFrame) -> None:
    for column, low, high in (("share", 0.0, 1.0), ("step", 0.0, 1.0), ("n", 1.0, np.inf), ("deff", 0.0, np.inf)):
        values = pd.to_numeric(frame[column], errors="coerce").to_numpy(float)
        bad = ~((values >= low) & (values <= high)) | ((column == "deff") & (values <= 0))
        if bad.any():
            row = frame.iloc[int(np.flatnonzero(bad)[0])]
            raise SurveyError(
                f"{row['wave']}, {row['response']}: {column} is {row[column]}; an interval needs a number"
            )


def _logit_intervals(share: Array, n_eff: Array, rounding: Array, level: float) -> tuple[Array, Array]:
    import statsmodels.api as sm  # takes seconds to import: only when a model is fitted
    from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

    counts = np.column_stack([share * n_eff, (1 - share) * n_eff])
    model = sm.GLM(counts, np.eye(len(share)), family=sm.families.Binomial())
    # One parameter a share fits exactly by construction, which statsmodels takes for perfect prediction, and leaves
    # no residual degrees of freedom for a scale that is not used. Both warnings are about nothing here.
    with warnings.catch_warnings(), np.errstate(invalid="ignore", divide="ignore"):
        warnings.simplefilter("ignore", PerfectSeparationWarning)
        fit = model.fit(tol=1e-12)
    slope = share * (1 - share)
    half = normal_quantile((1 - level) / 2) * np.sqrt(np.diag(fit.cov_params()) + rounding / slope**2)
    return (1 / (1 + np.exp(-(fit.params - half))), 1 / (1 + np.exp(-(fit.params + half))))
