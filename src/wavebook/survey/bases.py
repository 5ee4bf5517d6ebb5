"""Shares on another base, or at another mix of groups: what follows exactly from shares and their covariance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from wavebook.survey.errors import SurveyError
from wavebook.survey.proportions import Interval, check_interval, with_intervals
from wavebook.survey.results import Array, Shares

ANSWER = "response"
"""The column that names the answers of one item."""
_ROUNDING = 1e-9


def rebased(shares: Shares, kept: Sequence[str], interval: Interval = "logit", level: float = 0.95) -> Shares:
    """Shares among those who gave one of some answers: of those with an opinion, say, in place of all who were asked.

    With p the shares of the answers that are kept, which exclude each other, and S their sum in a group, the share on
    the new base is r = p / S. Its linearisation is exact: the influence of r is (that of p less r times that of S) / S,
    so that the covariance of all r is J C Jᵀ, with C that of the shares and J = (1 - r) / S for an answer itself and
    -r / S for another one of its group. That is what estimating among those respondents alone gives, to the last digits.

    Parameters
    ----------
    shares
        Shares of the answers to one item, the answers in the column `response`.
    kept
        The answers that make up the new base. They must exclude each other.
    interval, level
        As in `shares`.

    Returns
    -------
    Shares
        One row an answer that is kept and a group of which all of them are known: the columns of `shares`. `n` is n S:
        about as many respondents as the new base holds, for how many they were is not among the shares. `df` is that of
        all who were asked, which is what it is among those who answered wherever somebody answered in every PSU.

    Raises
    ------
    SurveyError
        If an answer is not there, or no group has all of them.
    """
    check_interval(interval, level)
    kept = list(dict.fromkeys(kept))
    names = [name for name in shares.names if name != ANSWER]
    chosen = shares.where(**{ANSWER: kept})
    if missing := [name for name in kept if name not in set(chosen.table[ANSWER])]:
        raise SurveyError(f"{ANSWER}: no share has {missing[0]}")
    group = (
        chosen.table.groupby(names, sort=False, observed=True).ngroup() if names else pd.Series(0, chosen.table.index)
    )
    whole = group.map(group.value_counts()).to_numpy() == len(kept)
    if not whole.any():
        raise SurveyError(f"{ANSWER}: no group has all of {', '.join(kept)}")
    table, code = chosen.table[whole].reset_index(drop=True), group.to_numpy()[whole]
    covariance = chosen.covariance[np.ix_(whole, whole)]

    together = code[:, None] == code[None, :]
    share = table["share"].to_numpy(float)
    base = together @ share
    if (base > 1 + _ROUNDING).any():
        raise SurveyError(f"{ANSWER}: {', '.join(kept)} add up to more than everybody; they must exclude each other")
    with np.errstate(invalid="ignore", divide="ignore"):
        of_base = share / base
        jacobian = np.where(together, (np.eye(len(share)) - of_base[:, None]) / base[:, None], 0.0)
    left = chosen.table.loc[~whole, names].drop_duplicates().itertuples(index=False) if names else ()
    left_out = "; ".join(", ".join(str(value) for value in row) for row in left)
    return _made(
        table.assign(share=of_base, n=table["n"].to_numpy(float) * base),
        _through(jacobian, covariance),
        shares,
        [f"not of {left_out}: not all answers are known"] if left_out else [],
        (interval, level),
    )


def at_mix(
    shares: Shares, by: str, mix: Mapping[str, float], interval: Interval = "logit", level: float = 0.95
) -> Shares:
    """Shares as they would be if the groups were as large as given: post-stratified to known parts.

    With W the known part of a group and p its share, the share is Σ W p and its variance Wᵀ C W, with C the covariance
    of the shares by group. That is the linearisation of the post-stratified share, whose weights are scaled in each
    group: the parts being known, only what varies within groups counts.

    Parameters
    ----------
    shares
        Shares by group.
    by
        The column that names the groups.
    mix
        The part of each group; parts in per cent will do, for they are divided by their sum.
    interval, level
        As in `shares`.

    Returns
    -------
    Shares
        One row for each answer, or other label beside the group, of which all groups of the mix are known: its columns,
        then as in `shares`; `n` is the respondents of the groups together and `df` that of the whole design.

    Raises
    ------
    SurveyError
        If the parts are no parts, or no answer is known of every group.
    """
    check_interval(interval, level)
    parts = {name: float(part) for name, part in mix.items() if part}
    total = sum(parts.values())
    if not parts or not np.isfinite(total) or min(parts.values()) < 0:
        raise SurveyError("mix: the parts of the groups are numbers above 0")
    chosen = shares.where(**{by: list(parts)})
    names = [name for name in chosen.names if name != by]
    of = chosen.table.groupby(names, sort=False, observed=True).ngroup() if names else pd.Series(0, chosen.table.index)
    sizes = of.value_counts()
    complete = [code for code in of.unique() if sizes[code] == len(parts)]
    if not complete:
        raise SurveyError(f"{by}: no answer is known of all of {', '.join(map(str, parts))}")
    part = np.array([parts[name] for name in chosen.table[by]]) / total
    weights = np.array([np.where(of == code, part, 0.0) for code in complete])
    first = [int(np.flatnonzero(of == code)[0]) for code in complete]
    n = (weights > 0) @ chosen.table["n"].to_numpy(float)
    table = chosen.table.iloc[first][names].reset_index(drop=True)
    table = table.assign(share=weights @ chosen.table["share"].to_numpy(float), n=n, df=shares.df)
    return _made(table, _through(weights, chosen.covariance), shares, [], (interval, level))


def _through(matrix: Array, covariance: Array) -> Array:
    """The covariance of linear combinations; what has no part in one does not spoil it where it is unknown."""
    known = matrix @ np.nan_to_num(covariance) @ matrix.T
    unknown = (matrix != 0) @ np.isnan(np.diag(covariance)) | np.isnan(matrix).any(axis=1)
    known[unknown, :] = known[:, unknown] = np.nan
    return known


def _made(
    table: pd.DataFrame, covariance: Array, of: Shares, notes: Sequence[str], interval: tuple[Interval, float]
) -> Shares:
    """Shares with their intervals."""
    needed = table.assign(missing=0, _rows=table["n"], _kish=table["n"])
    made = with_intervals(needed, np.maximum(np.diag(covariance), 0.0), *interval)
    made = made.drop(columns=["_rows", "_kish", "missing", "cell"], errors="ignore")
    return Shares(made, covariance=covariance, df=of.df, notes=(*of.notes, *notes))
