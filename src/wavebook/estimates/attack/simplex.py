"""Least values of many sums of the same unknowns: one linear program, each aim from where the last one ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import highspy
import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from wavebook.estimates.attack.cells import Array


class Contradiction(Exception):
    """The statements cannot all be true."""


class Part(NamedTuple):
    """Unknowns that hang together: a sum of some is bounded by these rows alone."""

    unknowns: Array
    matrix: sparse.csr_array
    low: Array
    high: Array
    least: Array
    most: Array


class _Silent(highspy.Highs):
    """HiGHS without the lines that it prints when it starts, on the standard output that belongs to `--json`."""

    def enableCallbacks(self) -> None:  # noqa: N802 - its name
        self.setOptionValue("output_flag", False)
        super().enableCallbacks()


class Solver:
    """The linear program of a part.

    HiGHS itself rather than scipy's door to it, because it keeps the place where the last aim ended: ten times faster.
    """

    def __init__(self, part: Part) -> None:
        matrix = sparse.csc_array(part.matrix)
        rows, unknowns = matrix.shape
        program = highspy.HighsLp()
        program.num_col_ = program.a_matrix_.num_col_ = unknowns
        program.num_row_ = program.a_matrix_.num_row_ = rows
        program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        program.a_matrix_.start_, program.a_matrix_.index_ = matrix.indptr, matrix.indices
        program.a_matrix_.value_ = matrix.data.astype(float)
        program.col_cost_ = np.zeros(unknowns)
        program.col_lower_, program.col_upper_ = part.least, part.most
        program.row_lower_, program.row_upper_ = part.low, part.high
        self._program = _Silent()
        for name, value in (("presolve", "off"), ("simplex_strategy", 4), ("threads", 1)):
            self._program.setOptionValue(name, value)
        self._program.passModel(program)

    def least(self, aim: Array) -> tuple[Array, Array]:
        """The point at which an aim is least, and how far each row is what holds it there."""
        self._program.changeColsCost(len(aim), np.arange(len(aim), dtype=np.int32), np.asarray(aim, float))
        if not self._solved():
            self._program.clearSolver()  # where the last aim ended may be a bad place to start from
            if not self._solved():
                raise Contradiction
        found = self._program.getSolution()
        return np.array(found.col_value), np.array(found.row_dual)

    def _solved(self) -> bool:
        self._program.run()
        return bool(self._program.getModelStatus() == highspy.HighsModelStatus.kOptimal)
