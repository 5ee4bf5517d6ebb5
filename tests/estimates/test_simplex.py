"""Least values of sums: the solver that goes on from its last place finds what the public one finds."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from wavebook.estimates.simplex import Contradiction, Part, Solver


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
def test_warm_and_cold_agree(seed):
    part = make_part(seed)
    warm, cold = Solver(part), Solver(part, warm=False)
    for aim in np.random.default_rng(seed).integers(-1, 2, (12, 20)).astype(float):
        (one, _), (other, held) = warm.least(aim), cold.least(aim)
        assert aim @ one == pytest.approx(aim @ other, abs=1e-6)
        assert (np.abs(held) > 0).any() or not aim.any()


@pytest.mark.parametrize("warm", [True, False])
def test_statements_that_cannot_all_be_true(warm):
    part = make_part(0)
    low = part.low.copy()
    low[0] = 1_000
    with pytest.raises(Contradiction):
        Solver(part._replace(low=low, high=np.maximum(part.high, low)), warm=warm).least(np.ones(20))
