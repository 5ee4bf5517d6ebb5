"""The trend of a share: points, changes within a mode, changes across a break."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from wavebook.estimates.shares import estimated_rows, over_time, printed_rows, wanted_of
from wavebook.estimates.waves import EstimatingStudy
from wavebook.survey import CUSTOMARY_DEFFS, FEWEST_WAVES, Shares, contrasts, mode_bridge, published_shares, trend

MODE_EFFECT_SD = 0.03
"""Prior standard deviation of a mode effect, as a fraction: three points."""


@dataclass(frozen=True)
class Trend:
    """What the shares of one item say about change.

    Attributes
    ----------
    series, country, item
        What was asked of `share_trend`.
    points
        A frame of shares (`wavebook.study.rows.SHARES`) with `segment`, which counts up at every break of mode or
        wording, and `n_eff`. A share of which only a bound was printed is in no segment: no change is taken of it.
    changes
        Differences between neighbouring waves of one mode: response, start_wave, end_wave, start, end (labels), estimate, se,
        lower, upper, p, p_adjusted (Holm, over all rows), mde, deff_status ("assumed" where either wave's is),
        n_status, and half_1.3, half_1.5, half_2.0: the half-width that each customary design effect would give.
    slopes
        Yearly change of each answer in each run of at least five waves of one mode: response, and the columns of the
        table of `wavebook.survey.trend`. Empty where no run is as long.
    breaks
        Differences between neighbouring waves across a break: response, start, end, start_mode, end_mode,
        start_wording, end_wording, and what `mode_bridge` returns.
    """

    series: str
    country: str
    item: str
    points: pd.DataFrame
    changes: pd.DataFrame
    slopes: pd.DataFrame
    breaks: pd.DataFrame

    @property
    def longest_segment(self) -> int:
        """The largest number of neighbouring waves that share a mode."""
        lengths = self.points.groupby(["response", "segment"])["wave"].nunique()
        return int(lengths.max()) if len(lengths) else 0


def share_trend(
    study: EstimatingStudy, series: str, country: str, item: str, responses: Sequence[str] | None = None
) -> Trend:
    """Analyse the shares of one item over the waves of one series in one country.

    A wave whose respondent file has been estimated gives its own shares, with their covariance under the design; any
    other wave the printed ones, with the interval that n, design effect and rounding allow.

    Two neighbouring waves are compared outright only if both modes of interview are stated and the same, and the
    question was not worded otherwise. All other pairs are breaks: a mode that is not stated may have changed.
    """
    found, estimated = _found(study, series, country, item, responses)
    frame = found[found["bound"] == ""].reset_index()
    if frame["n"].isna().any():
        row = frame[frame["n"].isna()].iloc[0]
        raise ValueError(f"{row['wave']}: n is not known; give it in the wave's file or as assumed_n of {series}")
    printed = frame["evidence"] == "published"
    frame = frame.assign(segment=_segments(frame), deff=frame["deff"].where(printed, frame["deff"].round(2)))
    shares = _with_estimates(published_shares(frame), estimated)
    response, segment = frame["response"].to_numpy(), frame["segment"].to_numpy()
    pairs = [(i, i + 1) for i in range(len(frame) - 1) if response[i] == response[i + 1]]
    same_mode = [(i, j) for i, j in pairs if segment[i] == segment[j]]
    across = [pair for pair in pairs if pair not in same_mode]
    points = _with_bounds(shares.table, found)
    changes, breaks = _changes(frame, shares, same_mode), _breaks(shares, across)
    return Trend(series, country, item, points, changes, _slopes(shares.table), breaks)


def _found(
    study: EstimatingStudy, series: str, country: str, item: str, responses: Sequence[str] | None
) -> tuple[pd.DataFrame, dict[str, Shares]]:
    """The shares of each wave: its estimates, where there are any, else what was printed; and the estimates by wave."""
    wanted, waves = wanted_of(study, item, responses), study.waves_of(series, country)
    estimated = {wave.id: study.wave(wave.id).shares(item) for wave in waves if study.wave(wave.id).has(item)}
    rows = [
        row
        for wave in waves
        for row in (
            estimated_rows(study, wave.id, item, estimated[wave.id])
            if wave.id in estimated
            else printed_rows(study, wave, item)
        )
    ]
    return over_time(rows, wanted, item, f"{series}, {country}", all_of=responses is not None), estimated


def _with_bounds(table: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """Put rows of which only a bound was printed back between the others, which know by `index` where they stood."""
    points, bounds = table.set_index("index"), found[found["bound"] != ""]
    if len(bounds):
        points = pd.concat([points, bounds]).sort_index().astype({"segment": "Int64"})
    return points.reset_index(drop=True)


def _with_estimates(shares: Shares, estimated: dict[str, Shares]) -> Shares:
    """Put the intervals and covariance of the design in the place of what n and design effect gave."""
    table, covariance = shares.table.copy(), shares.covariance.copy()
    for wave, own in estimated.items():
        at = np.flatnonzero(table["wave"] == wave)
        row_of = {response: row for row, response in enumerate(own.table["response"])}
        rows = [row_of[response] for response in table["response"].iloc[at]]
        for column in ("se", "lower", "upper", "n_eff", "df"):
            table.loc[at, column] = own.table[column].to_numpy()[rows]
        covariance[np.ix_(at, at)] = own.covariance[np.ix_(rows, rows)]
    return Shares(table, covariance=covariance, notes=shares.notes)


def _segments(frame: pd.DataFrame) -> pd.Series:
    """Number the runs of waves that were asked in the same way; a mode that is not stated is shared with nobody."""
    before = frame.groupby("response", sort=False)[["mode", "wording"]].shift()
    first = before["mode"].isna()
    joined = (frame["mode"] == before["mode"]) & frame["mode"].isin(["phone", "face-to-face"])
    joined &= frame["wording"] == before["wording"]
    return (~joined & ~first).groupby(frame["response"], sort=False).cumsum()


def _slopes(points: pd.DataFrame) -> pd.DataFrame:
    """Slopes of the runs of waves that share a mode; a mode that is not stated is shared with nobody."""
    found = [
        trend(run[["time", "share", "se", "mode"]]).table.assign(response=response)
        for (response, _), run in points.groupby(["response", "segment"], sort=False)
        if len(run) >= FEWEST_WAVES
    ]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=["response", "waves", "slope"])


def _matrix(pairs: list[tuple[int, int]], size: int) -> np.ndarray:
    matrix = np.zeros((len(pairs), size))
    for row, (before, after) in enumerate(pairs):
        matrix[row, before], matrix[row, after] = -1.0, 1.0
    return matrix


def _pair_columns(table: pd.DataFrame, pairs: list[tuple[int, int]]) -> pd.DataFrame:
    before, after = (table.iloc[[pair[side] for pair in pairs]].reset_index(drop=True) for side in (0, 1))
    return pd.DataFrame(
        {
            "response": after["response"],
            "start_wave": before["wave"],
            "end_wave": after["wave"],
            "start": before["label"],
            "end": after["label"],
            "start_share": before["share"],
            "end_share": after["share"],
            "start_percent": before["percent"],
            "end_percent": after["percent"],
            "start_mode": before["mode"],
            "end_mode": after["mode"],
            "start_wording": before["wording"],
            "end_wording": after["wording"],
            "deff": np.maximum(before["deff"], after["deff"]),
            "deff_status": _weaker(before["deff_status"], after["deff_status"]),
            "n_status": _weaker(before["n_status"], after["n_status"]),
        }
    )


def _weaker(first: pd.Series, second: pd.Series) -> list[str]:
    ranks = ["read", "computed", "inferred", "article", "weak", "assumed"]
    return [max(a, b, key=ranks.index) for a, b in zip(first, second, strict=True)]


def _changes(frame: pd.DataFrame, shares: Shares, pairs: list[tuple[int, int]]) -> pd.DataFrame:
    labels = frame["label"].to_numpy()
    names = [f"{labels[i]} to {labels[j]}" for i, j in pairs]
    matrix = _matrix(pairs, len(frame))
    table = pd.concat([_pair_columns(shares.table, pairs), contrasts(shares, matrix, names=names).table], axis=1)
    for deff in CUSTOMARY_DEFFS:
        other = contrasts(published_shares(frame.assign(deff=deff)), matrix, names=names).table
        table[f"half_{deff}"] = (other["upper"] - other["lower"]) / 2
    return table


def _breaks(shares: Shares, pairs: list[tuple[int, int]]) -> pd.DataFrame:
    raw = contrasts(shares, _matrix(pairs, len(shares.table)), adjust="none", names=[""] * len(pairs)).table
    bridges = [mode_bridge(row.estimate, row.se, MODE_EFFECT_SD) for row in raw.itertuples()]
    return pd.concat([_pair_columns(shares.table, pairs), pd.DataFrame(bridges)], axis=1)
