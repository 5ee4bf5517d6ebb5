"""Stages of sampling: how units were drawn from their strata, and what that does to a covariance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from wavebook.survey.results import Array

Codes = NDArray[Any]
"""Integers that number the distinct values of a column, from 0; -1 is missing."""

LonelyPSU = Literal["remove", "certainty", "adjust", "average"]

_TINY_FRACTION = 1e-7  # a stratum of which all but this was sampled has no sampling variance; R's bound
_AT_ONCE = 4_000_000  # numbers in a table of cells × estimates that are worked on at once: 32 MB


@dataclass(frozen=True)
class Stage:
    """One stage of sampling, described by unit (a PSU, or below it an SSU), not by respondent.

    `unit` gives each row's unit; `parent` each unit's stratum (at the first stage) or PSU (below). `sampled` and
    `keep` are by parent: the number of units drawn, and one minus the sampling fraction.
    """

    unit: Codes
    parent: Codes
    sampled: Codes
    keep: Array

    @property
    def alone(self) -> NDArray[np.bool_]:
        """By parent, whether one unit was drawn of several, so that nothing says how units vary."""
        return (self.sampled == 1) & (self.keep >= _TINY_FRACTION)

    @property
    def of_row(self) -> Codes:
        """Each row's stratum (at the first stage) or PSU (below)."""
        return self.parent[self.unit]

    def covariance(self, totals: Array, lonely: LonelyPSU) -> tuple[Array, Array]:
        """Rows of totals by unit, centred and scaled so that their cross-product is the covariance.

        Also returns, by parent, whether the units could not be centred because there was one only.
        """
        centre = self._centre(sum_by(self.parent, totals, len(self.sampled)), lonely)
        return (totals - centre[self.parent]) * np.sqrt(self._scale)[self.parent][:, None], self.alone

    def covariance_of_elements(
        self, weights: Array, pattern: Codes, values: Array, lonely: LonelyPSU
    ) -> tuple[Array, Array]:
        """Covariance where every row is a unit, and its influence is weight · values[pattern]; with `alone`.

        With h a stratum, c a pattern in it of n_hc rows and mean weight w̄_hc, m_h the mean influence in h and s_h
        the factor of `covariance`, the sum over rows splits like an analysis of variance::

            Σ_h s_h Σ_c [ v_c v_c' Σ_{i in hc} (w_i - w̄_hc)² + n_hc (w̄_hc v_c - m_h) (w̄_hc v_c - m_h)' ]

        which takes no table of rows × k, and where influences are all alike in a stratum does not lose the digits
        that Σ w² v_c v_c' less n_h m_h m_h' would.

        Parameters
        ----------
        weights, pattern
            By row, shape (rows,); a row whose pattern is -1 has no influence, but counts in its stratum.
        values
            Shape (patterns, k).
        """
        size = len(values) + 1
        values = np.vstack([np.zeros(values.shape[1]), values])
        cell, found = pd.factorize(self.of_row.astype(np.int64) * size + (pattern + 1))
        stratum, kind = found // size, found % size
        n = np.bincount(cell)
        total = np.bincount(cell, weights=weights)
        mean = total / n
        spread = np.bincount(cell, weights=(weights - mean[cell]) ** 2)
        shape = (len(self.sampled), size)
        centre = self._centre(sparse.csr_array((total, (stratum, kind)), shape=shape) @ values, lonely)
        scale = self._scale[stratum]
        covariance = (values * np.bincount(kind, weights=scale * spread, minlength=size)[:, None]).T @ values
        step = max(1, _AT_ONCE // max(1, values.shape[1]))
        for start in range(0, len(found), step):
            part = slice(start, start + step)
            between = mean[part, None] * values[kind[part]] - centre[stratum[part]]
            between *= np.sqrt(scale * n)[part, None]
            covariance += between.T @ between
        return covariance, self.alone

    def _centre(self, sums: Array, lonely: LonelyPSU) -> Array:
        """Mean by parent from sums by parent, shape (parents, k)."""
        centre: Array = sums / self.sampled[:, None]
        if lonely == "adjust":
            centre[self.alone] = 0.0  # centred at the grand mean, which is 0 for a linearised variable
        return centre

    @property
    def _scale(self) -> Array:
        scale = self.keep * np.where(self.sampled > 1, self.sampled / np.maximum(self.sampled - 1, 1), 1.0)
        return np.where(self.keep < _TINY_FRACTION, 0.0, scale)


def sum_by(codes: Codes, values: Array, size: int) -> Array:
    """Sum rows of values, shape (rows, k), by code: shape (size, k)."""
    return np.column_stack([np.bincount(codes, weights=column, minlength=size) for column in values.T])


def sum_patterns(unit: Codes, units: int, weights: Array, pattern: Codes, values: Array) -> Array:
    """Sum influences weight · values[pattern] of rows to units: shape (units, k).

    A table of units × patterns is filled in one pass and multiplied, so that there is none of rows × k.
    """
    size = len(values) + 1
    table: Any
    if units * size <= 2 * len(unit) + 100_000:
        table = np.bincount(unit * size + (pattern + 1), weights=weights, minlength=units * size)
        return np.asarray(table.reshape(units, size)[:, 1:] @ values)
    inside = np.flatnonzero(pattern >= 0)
    place = (unit[inside], pattern[inside])
    table = sparse.csr_array((weights[inside], place), shape=(units, len(values)))
    return np.asarray(table @ values)


def patterns(codes: list[Codes], n: int) -> tuple[Codes, Codes]:
    """Number the distinct combinations of codes, none of them missing, in their order.

    Returns
    -------
    Each row's number, shape (n,), and for each number a row that has it.
    """
    if not codes:
        return np.zeros(n, np.int64), np.zeros(1, np.int64)
    combined: Codes = np.zeros(1, np.int64)
    size = 1
    for found in codes:
        levels = int(found.max()) + 1
        if size * levels > 2**40:  # numbers would run out: pack what there is first
            combined = pd.factorize(combined)[0].astype(np.int64)
            size = int(combined.max()) + 1
        combined = combined * levels + found
        size *= levels
    if size <= 4 * n + 1000:
        present = np.bincount(combined, minlength=size) > 0
        number = np.cumsum(present) - 1
        pattern = number[combined]
    else:
        pattern = pd.factorize(combined, sort=True)[0].astype(np.int64)
    one = np.empty(int(pattern.max()) + 1, np.int64)
    one[pattern] = np.arange(n)
    return pattern, one
