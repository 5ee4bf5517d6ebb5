"""The test of a two-way table."""

from __future__ import annotations

import numpy as np

from wavebook.survey.design import Design
from wavebook.survey.distributions import f_tail
from wavebook.survey.errors import SurveyError
from wavebook.survey.results import Test, make_test


def independence(design: Design, row: str, column: str, within: str | None = None) -> Test:
    """Test whether two variables are independent, by Rao and Scott's second-order correction.

    Pearson's X² of the weighted table is divided by the trace of the generalised design effects Δ and referred to F
    with d and d·f degrees of freedom, d = tr(Δ)² / tr(Δ²), f the design's.

    Parameters
    ----------
    row, column
        Columns of categories; rows in which either is missing drop out and are counted in the notes.
    within
        Boolean column: test among these rows only.

    Raises
    ------
    SurveyError
        If either variable has fewer than two categories among the rows.

    Notes
    -----
    Rao and Scott, *Annals of Statistics* 12 (1984), 46–60; Thomas and Rao, *JASA* 82 (1987), 630–636.
    """
    inside = design.mask(within)
    first, second = design.codes(row)[0], design.codes(column)[0]
    complete = inside & (first >= 0) & (second >= 0) & (design.weights > 0)
    rows_, i = np.unique(first[complete], return_inverse=True)
    columns_, j = np.unique(second[complete], return_inverse=True)
    r, c = len(rows_), len(columns_)
    for name, found in ((row, r), (column, c)):
        if found < 2:
            raise SurveyError(f"{name}: fewer than two categories among the rows; there is nothing to test")
    cell = np.full(len(design.data), -1)
    cell[complete] = i * c + j
    total = design.weights[complete].sum()
    share = np.bincount(cell[complete], weights=design.weights[complete], minlength=r * c) / total

    variance = design.covariance_of_patterns(cell, (np.eye(r * c) - share) / total)

    table = share.reshape(r, c)
    expected = np.outer(table.sum(axis=1), table.sum(axis=0))
    interactions = _interactions(r, c)
    with np.errstate(divide="ignore"):
        inverse = np.where(share > 0, 1 / share, 0.0)
    # Everything per respondent: the number of rows cancels between the statistic and the design effects.
    pearson = float(((table - expected) ** 2 / expected).sum())
    denominator = interactions.T @ (inverse[:, None] * interactions)
    weighed = inverse[:, None] * interactions
    effects = np.linalg.solve(denominator, weighed.T @ variance @ weighed)
    trace = float(np.trace(effects))
    d = trace**2 / float(np.trace(effects @ effects))
    df = design.degrees_of_freedom(inside)
    if df <= 0:
        raise SurveyError("design: no degrees of freedom are left among these rows")
    statistic = pearson / trace
    notes = design.notes
    if dropped := int((inside & ~complete).sum()):
        notes = (*notes, f"{dropped} rows with a missing category or no weight dropped out")
    return make_test(statistic, d, d * df, f_tail(statistic, d, d * df), notes)


def _interactions(r: int, c: int) -> np.ndarray:
    """Contrasts of the cells of a table that main effects leave, shape (r c, (r - 1)(c - 1))."""

    def centred(k: int) -> np.ndarray:
        return (np.eye(k) - 1 / k)[:, 1:]

    return np.kron(centred(r), centred(c))
