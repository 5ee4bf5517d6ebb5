"""Groups of respondents: domains of a design, and sums over them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property

import numpy as np
import pandas as pd

from wavebook.survey.design import Design
from wavebook.survey.errors import SurveyError
from wavebook.survey.results import Array
from wavebook.survey.stages import Codes

_MOST_COMBINATIONS = 10_000_000
_MOST_CELLS = 30_000_000  # PSUs × groups that may be tabulated at once: 240 MB


def find_groups(design: Design, by: list[str], inside: Array) -> tuple[Codes, pd.DataFrame]:
    """Each row's group (-1 outside), and the groups as rows of their labels."""
    if len(set(by)) < len(by):
        raise SurveyError(f"by: {', '.join(by)} names a column twice")
    if not by:
        return np.where(inside, 0, -1), pd.DataFrame(index=[0])
    code: Codes = np.zeros(1, np.int64)
    known = np.asarray(inside)
    levels = []
    for name in by:
        codes, values = design.codes(name)
        known = known & (codes >= 0)
        code = code * len(values) + codes
        levels.append(values)
    sizes = [len(values) for values in levels]
    if math.prod(sizes) > _MOST_COMBINATIONS:
        raise SurveyError(f"{', '.join(by)}: {math.prod(sizes):,} combinations of values are too many to be groups")
    found = np.flatnonzero(np.bincount(code[known], minlength=math.prod(sizes)))
    number = np.full(math.prod(sizes), -1, np.int64)
    number[found] = np.arange(len(found))
    at = np.unravel_index(found, sizes)
    named = pd.DataFrame({name: [values[i] for i in place] for name, values, place in zip(by, levels, at, strict=True)})
    if known.all():
        return number[code], named
    return np.where(known, number[np.where(known, code, 0)], -1), named


class Groups:
    """Groups that are domains of a design, and what all estimates by group share: rows and weights.

    Attributes
    ----------
    named
        One row a group: its values of the columns that make it.
    code
        Each row's group; -1 outside all.
    rows
        Number of respondents by group.
    by_psu
        Whether sums are kept by PSU, from which variances follow. They are not where that would be a table as long
        as the data or longer, with every row a PSU, or too large.
    weight
        Weights by PSU and group, shape (PSUs, groups); shape (1, groups) if not `by_psu`.
    """

    def __init__(self, design: Design, by: str | Sequence[str] | None = None, within: str | None = None) -> None:
        self.design = design
        names = [by] if isinstance(by, str) else list(by or [])
        self.code, self.named = find_groups(design, names, design.mask(within))
        if not (self.code >= 0).any():
            raise SurveyError(f"{within or by}: no row is left to estimate from")
        if design.n_psu == 1:
            raise SurveyError("design: there is one PSU in all; no variance can be estimated")
        groups = self.groups = len(self.named)
        self.by_psu = not design.all_rows_are_psus and design.n_psu * (groups + 1) <= _MOST_CELLS
        # Rows outside go to one more group, which is dropped: cheaper than taking them out of every array.
        self.inside = np.where(self.code < 0, groups, self.code) if (self.code < 0).any() else self.code
        self.rows = np.bincount(self.inside, minlength=groups + 1)[:groups]
        self.weight = self.add(design.weights)

    def add(self, values: Array) -> Array:
        """Sum values of rows by PSU and group, shape (PSUs, groups); if not `by_psu`, by group: (1, groups)."""
        if self.by_psu:
            return self.add_by_psu(values)
        return np.bincount(self.inside, weights=values, minlength=self.groups + 1)[None, : self.groups]

    def add_by_psu(self, values: Array) -> Array:
        """Sum values of rows by PSU and group, however large the table is."""
        size = self.design.n_psu * (self.groups + 1)
        if size > _MOST_CELLS:
            raise SurveyError(f"by: {self.groups} groups in {self.design.n_psu} PSUs are too many to tabulate")
        summed = np.bincount(self._cell, weights=values, minlength=size)
        return summed.reshape(self.design.n_psu, self.groups + 1)[:, : self.groups]

    @cached_property
    def _cell(self) -> Codes:
        return self.design.psu * (self.groups + 1) + self.inside

    @cached_property
    def _units(self) -> tuple[Codes, Codes]:
        return self.design.units_by(self.code, self.groups)

    def in_one_psu(self) -> Array:
        """Groups with weight in one PSU at most: nothing varies between PSUs, and a variance of 0 would be a lie."""
        return ((self.weight > 0).sum(axis=0) if self.by_psu else self._units[0]) <= 1

    def degrees_of_freedom(self) -> Array:
        """PSUs less strata by group, counted as R does: rows without an outcome count, rows of weight 0 do not."""
        if self.by_psu:
            return self.design.degrees_of_freedom_of(self.weight)
        return (self._units[0] - self._units[1]).astype(float)

    def overall_degrees_of_freedom(self) -> float:
        """Degrees of freedom of all rows that the groups rest on."""
        if self.by_psu:
            return float(self.design.degrees_of_freedom_of(self.weight.sum(axis=1)[:, None])[0])
        return float(self.design.degrees_of_freedom(self.code >= 0))

    def kish(self, weights: Array, wanted: Array) -> Array:
        """(Σ w)² / Σ w² by group, from weights by row; missing if no group is wanted, for it takes a pass."""
        if not wanted.any():
            return np.full(self.groups, np.nan)
        sums = [np.bincount(self.inside, weights=w, minlength=self.groups + 1) for w in (weights, weights**2)]
        with np.errstate(invalid="ignore", divide="ignore"):
            return (sums[0] ** 2 / sums[1])[: self.groups]
