"""Weights that meet known population totals, and what knowing them does to variances."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from wavebook.survey.design import Design
from wavebook.survey.errors import SurveyError, rows
from wavebook.survey.results import Array
from wavebook.survey.stages import Codes


def rake(
    design: Design, margins: Mapping[str, Mapping[Any, float]], tolerance: float = 1e-12, most_rounds: int = 1000
) -> Design:
    """Adjust weights to known margins by iterative proportional fitting.

    Parameters
    ----------
    design
        The design with its base weights.
    margins
        For each column the population total of each of its levels. All columns must have the same grand total.
    tolerance
        Largest relative deviation from any total at which the fitting ends.

    Returns
    -------
    Design
        With raked weights. Variances residualise the linearised variable on the indicators of all margins with the
        base weights, and then apply the final ones.

    Raises
    ------
    SurveyError
        If a level is missing on either side, a total is negative, totals disagree, or the margins cannot be met.

    Notes
    -----
    Deming and Stephan (1940); Deville and Särndal, *JASA* 87 (1992), 376–382.
    """
    if design.is_calibrated:
        raise SurveyError("design: raked already; give all margins to one call, with the base weights")
    coded = _checked(design, margins)
    weights = design.weights.copy()
    for _ in range(most_rounds):
        off = 0.0
        for name, (codes, totals) in coded.items():
            now = np.bincount(codes, weights=weights, minlength=len(totals))
            if (lost := (now == 0) & (totals > 0)).any():
                level = design.codes(name)[1][int(np.flatnonzero(lost)[0])]
                raise SurveyError(f"{name}: the margin of {level!r} cannot be met: no weight is left there")
            factor = np.divide(totals, now, out=np.zeros_like(totals), where=now > 0)
            off = max(off, float(np.abs(factor - 1)[totals > 0].max()))
            weights = weights * factor[codes]
        if off < tolerance:
            break
    else:
        raise SurveyError(f"margins: cannot be met together; still off by {off:.1%} after {most_rounds} rounds")
    indicators = np.column_stack([np.eye(len(totals))[codes] for codes, totals in coded.values()])
    return design.calibrated(weights, _KnownTotals(indicators, design.weights, weights))


def _checked(design: Design, margins: Mapping[str, Mapping[Any, float]]) -> dict[str, tuple[Codes, Array]]:
    """Codes and totals of each margin, in the order of its levels."""
    coded = {}
    for name, wanted in margins.items():
        codes, levels = design.codes(name, complete=True)
        if unknown := [level for level in wanted if level not in levels]:
            raise SurveyError(f"{name}: no row has the level {unknown[0]!r} of the margin")
        if missing := [level for level in levels if level not in wanted]:
            there = rows(design.data.index, codes == levels.index(missing[0]))
            raise SurveyError(f"{name}: the margin has no total for {missing[0]!r}, as in {there}")
        totals = np.array([float(wanted[level]) for level in levels])
        if not (np.isfinite(totals) & (totals >= 0)).all() or not totals.any():
            raise SurveyError(f"{name}: totals must be numbers of 0 or more, and not all 0")
        coded[name] = codes, totals
    if not coded:
        raise SurveyError("margins: none are given")
    grand = {name: float(totals.sum()) for name, (_, totals) in coded.items()}
    if max(grand.values()) - min(grand.values()) > 1e-9 * max(grand.values()):
        raise SurveyError(f"margins: their grand totals differ ({', '.join(f'{n} {t:g}' for n, t in grand.items())})")
    return coded


class _KnownTotals:
    """Residualises a linearised variable, per unit of final weight, on indicators with the base weights."""

    def __init__(self, indicators: Array, base: Array, final: Array) -> None:
        self._indicators, self._base, self._final = indicators, base[:, None], final[:, None]
        # The indicators of several margins are collinear: the pseudo-inverse projects on what they span.
        self._inverse = np.linalg.pinv(indicators.T @ (indicators * self._base), hermitian=True)

    def residuals(self, influence: Array) -> Array:
        """Take out of influences, shape (rows, k), what the known totals explain."""
        unit = np.divide(influence, self._final, out=np.zeros_like(influence), where=self._final > 0)
        explained = self._indicators @ (self._inverse @ (self._indicators.T @ (self._base * unit)))
        return (unit - explained) * self._final
