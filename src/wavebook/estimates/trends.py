"""The trend of a share: points, changes within a mode, changes across a break."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from wavebook.estimates.shares import estimated_rows, over_time, printed_rows, wanted_of, with_intervals
from wavebook.estimates.waves import EstimatingStudy
from wavebook.study import ModeEffect
from wavebook.study.rows import shares_frame
from wavebook.survey import CUSTOMARY_DEFFS, FEWEST_WAVES, Shares, contrasts, holm, mode_bridge, published_shares, trend

MODE_EFFECT_SD = 0.03
"""Prior standard deviation of a mode effect, as a fraction: three points."""
MODE_EFFECTS = tuple(ModeEffect(value=value, because="chosen, and measured nowhere here") for value in (3, 5, 10))
"""How far a change of mode may move an answer, where a series says nothing of it."""
_HALF = 0.5


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
        lower, upper, p, p_adjusted (Holm, over all rows here and in `newest`), mde, deff_status ("assumed" where either
        wave's is), n_status, and for each customary design effect the half-width and the adjusted p that it would give:
        half_1.3, p_1.3 and so on.
    newest
        The newest share of each answer against one half: response, wave, label, percent, share, lower, upper, p and
        p_adjusted, as in `changes`. Answers of which only a bound was printed last are not in it.
    slopes
        Yearly change of each answer in each run of at least five waves of one mode: response, and the columns of the
        table of `wavebook.survey.trend`. Empty where no run is as long.
    breaks
        Differences between neighbouring waves across a break: response, start, end, start_mode, end_mode,
        start_wording, end_wording, se, and what `mode_bridge` returns.
    bridges
        What a break may have done: a row for each of `breaks` and each standard deviation of an effect of mode:
        response, start_wave, end_wave, sd, mean (of the size of such an effect), bridged_lower, bridged_upper, because,
        source.
    pools
        A frame of shares of what pools several waves of the series in the country, with start and end. They are beside
        the trend, not in it: nothing is compared with them.
    """

    series: str
    country: str
    item: str
    points: pd.DataFrame
    changes: pd.DataFrame
    slopes: pd.DataFrame
    breaks: pd.DataFrame
    newest: pd.DataFrame
    bridges: pd.DataFrame
    pools: pd.DataFrame

    @property
    def shown(self) -> pd.DataFrame:
        """Points and pools together, each answer in order of time."""
        if self.pools.empty:
            return self.points
        order = {response: place for place, response in enumerate(dict.fromkeys(self.points["response"]))}
        both = pd.concat([self.points, self.pools.drop(columns=["start", "end"])], ignore_index=True)
        placed = both.assign(_order=both["response"].map(order)).sort_values(["_order", "time"], kind="stable")
        return placed.drop(columns="_order").reset_index(drop=True)

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
    found = found.assign(newest=~found["response"].duplicated(keep="last"))
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
    points = _with_bounds(shares.table, found).drop(columns="newest")
    changes, newest = _tests(frame, shares, same_mode)
    breaks = _breaks(shares, across)
    bridges = _bridges(breaks, study.series[series].mode_effects or MODE_EFFECTS)
    pools = _pools(study, series, country, item, list(dict.fromkeys(points["response"])))
    return Trend(series, country, item, points, changes, _slopes(shares.table), breaks, newest, bridges, pools)


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


def _tests(frame: pd.DataFrame, shares: Shares, pairs: list[tuple[int, int]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """All tests of a trend, adjusted together: changes within a mode, and the newest shares against one half."""
    last = np.flatnonzero(frame["newest"])
    changes = pd.concat([_pair_columns(shares.table, pairs), _differences(shares, pairs)], axis=1)
    newest = shares.table.loc[last, ["response", "wave", "label", "percent", "share", "lower", "upper"]].reset_index(
        drop=True
    )
    newest["p"] = _against_half(shares, last)
    adjusted = holm([*changes["p"], *newest["p"]])
    changes["p_adjusted"], newest["p_adjusted"] = adjusted[: len(changes)], adjusted[len(changes) :]
    for deff in CUSTOMARY_DEFFS:
        other = published_shares(frame.assign(deff=deff))
        found = _differences(other, pairs)
        changes[f"half_{deff}"] = (found["upper"] - found["lower"]) / 2
        changes[f"p_{deff}"] = holm([*found["p"], *_against_half(other, last)])[: len(pairs)]
    return changes, newest


def _differences(shares: Shares, pairs: list[tuple[int, int]]) -> pd.DataFrame:
    return contrasts(shares, _matrix(pairs, len(shares.table)), adjust="none", names=[""] * len(pairs)).table


def _against_half(shares: Shares, rows: np.ndarray) -> np.ndarray:
    """The p of each share being one half."""
    moved = Shares(shares.table.assign(share=shares.table["share"] - _HALF), covariance=shares.covariance)
    return (
        contrasts(moved, np.eye(len(shares.table))[rows], adjust="none", names=[""] * len(rows)).table["p"].to_numpy()
    )


def _breaks(shares: Shares, pairs: list[tuple[int, int]]) -> pd.DataFrame:
    raw = _differences(shares, pairs)
    bridges = [mode_bridge(row.estimate, row.se, MODE_EFFECT_SD) for row in raw.itertuples()]
    return pd.concat([_pair_columns(shares.table, pairs), raw[["se"]], pd.DataFrame(bridges)], axis=1)


def _bridges(breaks: pd.DataFrame, effects: Sequence[ModeEffect]) -> pd.DataFrame:
    """Each change across a break under each prior of an effect of mode; N(0, sd²) has a mean size of sd·√(2/π)."""
    rows = [
        {
            **{name: getattr(row, name) for name in ("response", "start_wave", "end_wave", "start", "end", "change")},
            "sd": effect.value / 100,
            "mean": effect.value / 100 * np.sqrt(2 / np.pi),
            **mode_bridge(row.change, row.se, effect.value / 100),
            "because": effect.because,
            "source": effect.source or "",
        }
        for row in breaks.itertuples()
        for effect in effects
    ]
    return pd.DataFrame(rows)


def _pools(study: EstimatingStudy, series: str, country: str, item: str, responses: list[str]) -> pd.DataFrame:
    """What pools several waves, with the days from which and to which they were in the field."""
    pools = study.pools_of(series, country)
    rows = [row for wave in pools for row in printed_rows(study, wave, item) if row["response"] in responses]
    frame = with_intervals(shares_frame(rows))
    fieldwork = {wave.id: wave.fieldwork for wave in pools}
    ends = {end: [pd.Timestamp(getattr(fieldwork[wave], end)) for wave in frame["wave"]] for end in ("start", "end")}
    return frame.assign(**{end: pd.Series(days, dtype="datetime64[ns]") for end, days in ends.items()})
