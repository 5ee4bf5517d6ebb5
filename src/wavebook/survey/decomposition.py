"""How much of a change is a change of composition, and how much happened within groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from wavebook.survey.columns import binary
from wavebook.survey.design import Design
from wavebook.survey.distributions import tested
from wavebook.survey.errors import SurveyError
from wavebook.survey.results import Array, Result


@dataclass(frozen=True, repr=False)
class Decomposition(Result):
    """A change and its parts.

    Attributes
    ----------
    table
        component (total, composition, within), estimate, se, t, p, lower, upper; fractions.
    covariance
        Of the three, shape (3, 3).
    df
        Degrees of freedom of the design among the rows used.
    """

    covariance: Array = field(kw_only=True)
    df: float = field(kw_only=True)


def decompose(
    design: Design, outcome: str, between: str, groups: str | Sequence[str], level: float = 0.95
) -> Decomposition:
    """Split the change of a share between two waves into composition and change within groups.

    With s the groups' shares of the population and p the outcome's share in each, before (0) and after (1)::

        total       = Σ s1 p1 - Σ s0 p0
        composition = Σ (s1 - s0) (p0 + p1) / 2
        within      = Σ (p1 - p0) (s0 + s1) / 2

    which is Kitagawa's decomposition averaged over both orders. Standard errors are by linearisation; where the
    waves are strata of the design, as they should be, they are independent.

    Parameters
    ----------
    outcome
        0/1 or boolean column.
    between
        Column with two values, before and after in their order.
    groups
        Column or columns that make the groups.

    Raises
    ------
    SurveyError
        If `between` has not two values, or a group is found in one of the waves only.

    Notes
    -----
    Kitagawa, *JASA* 50 (1955), 1168–1194.
    """
    names = [groups] if isinstance(groups, str) else list(groups)
    wave, values = design.codes(between)
    y = binary(design.column(outcome), outcome)
    used = (wave >= 0) & ~np.isnan(y)
    group = np.zeros(len(y), np.int64)
    labels: list[tuple[object, ...]] = [()]
    for name in names:
        codes, levels = design.codes(name)
        used &= codes >= 0
        group = group * len(levels) + codes
        labels = [(*label, level_) for label in labels for level_ in levels]
    if len(found := np.unique(wave[used])) != 2:
        raise SurveyError(f"{between}: has {len(found)} values among the rows, not two")
    after = (wave == found[1]).astype(np.int64)
    code = np.where(used, 2 * group + after, 2 * len(labels))
    w = design.weights
    size = 2 * len(labels) + 1
    weight = np.bincount(code, weights=w, minlength=size)[:-1].reshape(-1, 2)
    with_it = np.bincount(code, weights=w * np.where(used, y, 0.0), minlength=size)[:-1].reshape(-1, 2)
    present = weight > 0
    if (one_sided := present[:, 0] != present[:, 1]).any():
        at = int(np.flatnonzero(one_sided)[0])
        there = values[found[int(present[at, 1])]]
        said = ", ".join(str(part) for part in labels[at])
        raise SurveyError(f"{', '.join(names)}: the group {said} is found in {there} only; join it with another")
    weight_or_one = np.where(present, weight, 1.0)
    p = with_it / weight_or_one
    s = weight / weight.sum(axis=0)
    mean_p, mean_s = p.mean(axis=1), s.mean(axis=1)
    dp, ds = p[:, 1] - p[:, 0], s[:, 1] - s[:, 0]
    estimate = np.array([float(s[:, 1] @ p[:, 1] - s[:, 0] @ p[:, 0]), float(ds @ mean_p), float(dp @ mean_s)])

    g, t = group[used], after[used]
    sign = np.where(t == 1, 1.0, -1.0)
    per_wave = w[used] / weight.sum(axis=0)[t]
    per_group = w[used] / weight_or_one[g, t] * (y[used] - p[g, t])
    of_mean_p, of_dp = s.T @ mean_p, s.T @ dp
    composition = sign * per_wave * (mean_p[g] - of_mean_p[t]) + per_group * ds[g] / 2
    inside = sign * per_group * mean_s[g] + per_wave * (dp[g] - of_dp[t]) / 2
    influence = np.zeros((len(y), 3))
    influence[used] = np.column_stack([composition + inside, composition, inside])
    covariance = design.covariance(influence)

    df = design.degrees_of_freedom(used)
    table = tested(estimate, covariance, df, level)
    table.insert(0, "component", ["total", "composition", "within"])
    dropped = len(y) - int(used.sum())
    notes = (*design.notes, f"{dropped} rows with something missing dropped out") if dropped else design.notes
    return Decomposition(table, covariance=covariance, df=float(df), notes=notes)
