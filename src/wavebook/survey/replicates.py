"""Replicate weights, for estimates that no formula serves."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from wavebook.survey.design import Design
from wavebook.survey.errors import SurveyError
from wavebook.survey.proportions import group_sums
from wavebook.survey.results import Array
from wavebook.survey.stages import Stage


def jackknife(design: Design) -> tuple[Array, Array]:
    """Stratified jackknife (JKn): each PSU is left out once, the others of its stratum weigh n_h / (n_h - 1).

    Returns
    -------
    factors, scale
        Factors of the PSUs' weights, shape (replicates, PSUs), and of the squared deviations, shape (replicates,):
        (n_h - 1) / n_h times one minus the sampling fraction. PSUs alone in their stratum are never left out.

    Notes
    -----
    Wolter, *Introduction to Variance Estimation* (2007), chapter 4.
    """
    stage = _one_stage(design)
    in_stratum = stage.sampled[stage.parent]
    left_out = np.flatnonzero(in_stratum > 1)
    if not len(left_out):
        raise SurveyError("design: no stratum has two PSUs; nothing can be left out")
    factors = np.ones((len(left_out), design.n_psu))
    same = stage.parent[left_out][:, None] == stage.parent[None, :]
    grown = (in_stratum / np.maximum(in_stratum - 1, 1))[left_out]
    factors = np.where(same, grown[:, None], factors)
    factors[np.arange(len(left_out)), left_out] = 0.0
    scale = (in_stratum[left_out] - 1) / in_stratum[left_out] * stage.keep[stage.parent[left_out]]
    return factors, scale


def bootstrap(design: Design, replicates: int = 500, seed: int = 0) -> tuple[Array, Array]:
    """Bootstrap of Rao and Wu: in each stratum n_h - 1 PSUs are drawn with replacement.

    Returns
    -------
    factors, scale
        As for `jackknife`; factors are n_h / (n_h - 1) times how often a PSU was drawn, scale is 1 / replicates.

    Notes
    -----
    Rao and Wu, *JASA* 83 (1988), 231–241. The sampling fraction is not used: variances are too large, not too
    small, where it matters. PSUs alone in their stratum stay as they are.
    """
    stage = _one_stage(design)
    generator = np.random.default_rng(seed)
    factors = np.ones((replicates, design.n_psu))
    for stratum in np.flatnonzero(stage.sampled > 1):
        members = np.flatnonzero(stage.parent == stratum)
        n = len(members)
        drawn = generator.multinomial(n - 1, np.full(n, 1 / n), size=replicates)
        factors[:, members] = drawn * (n / (n - 1))
    return factors, np.full(replicates, 1 / replicates)


def replicate_covariance(replicates: Array, estimate: Array, scale: Array) -> Array:
    """Covariance from estimates by replicate, shape (replicates, k), about the estimate from the whole sample."""
    deviation = (np.atleast_2d(replicates) - estimate) * np.sqrt(scale)[:, None]
    covariance: Array = deviation.T @ deviation
    return covariance


def bootstrap_shares(
    design: Design, outcome: str, by: str | Sequence[str], replicates: int = 500, seed: int = 0
) -> pd.DataFrame:
    """Shares of groups in every bootstrap replicate: one row a replicate, one column a group.

    Weights and outcomes are summed to PSUs once; a replicate is then a product of matrices.
    """
    factors, _ = bootstrap(design, replicates, seed)
    labels, weight, with_it = group_sums(design, outcome, by)
    with np.errstate(invalid="ignore"):
        return pd.DataFrame((factors @ with_it) / (factors @ weight), columns=labels)


def _one_stage(design: Design) -> Stage:
    if design.is_calibrated:
        raise SurveyError("design: replicates of raked weights would have to be raked one by one; use the base weights")
    if len(design.stages) > 1:
        raise SurveyError("design: replicates take one stage of sampling; give one psu column")
    return design.stages[0]
