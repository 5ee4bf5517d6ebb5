"""Least values of sums: a solver that goes on from its last place finds what one that starts anew finds."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize, sparse

from wavebook.estimates.attack.simplex import Contradiction, Part, Solver


def make_part(seed):
    """A table of 5 × 4 with known margins, give or take."""
    random = np.random.default_rng(seed)
    table = random.integers(0, 20, (5, 4)).astype(float)
    rows = [np.eye(5)[at][:, None] * np.ones(4) for at in range(5)] + [
        np.ones((5, 1)) * np.eye(4)[at] for at in range(4)
    ]
    sums = np.concatenate([table.sum(axis=1), table.sum(axis=0)])
    matrix = sparse.csr_array(np.array([row.ravel() for row in rows]))
    return Part(np.arange(20), matrix, sums - 0.5, sums + 0.5, np.zeros(20), np.full(20, 50.0))


@pytest.mark.parametrize("seed", range(4))
def test_each_aim_is_as_small_as_scipy_finds_it(seed):
    part = make_part(seed)
    solver = Solver(part)
    for aim in np.random.default_rng(seed).integers(-1, 2, (12, 20)).astype(float):
        found, held = solver.least(aim)
        expected = optimize.linprog(
            aim,
            A_ub=sparse.vstack([part.matrix, -part.matrix]),
            b_ub=np.concatenate([part.high, -part.low]),
            bounds=np.column_stack([part.least, part.most]),
        )
        assert aim @ found == pytest.approx(expected.fun, abs=1e-6)
        assert (np.abs(held) > 0).any() or not aim.any()


def test_statements_that_cannot_all_be_true():
    part = make_part(0)
    low = part.low.copy()
    low[0] = 1_000
    with pytest.raises(Contradiction):
        Solver(part._replace(low=low, high=np.maximum(part.high, low))).least(np.ones(20))


def test_nothing_is_printed(capfd):
    Solver(make_part(1)).least(np.ones(20))
    assert capfd.readouterr() == ("", "")
