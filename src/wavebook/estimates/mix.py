"""What a change in the make-up of samples does to printed shares."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd

from wavebook.study import Study, refuse
from wavebook.survey.bounds import mix_bounds

BRIDGES = {"bridged": "points", "bridged_ratio": "ratio", "bridged_logit": "logit"}
"""The columns of bridged shares, and on which scale the gap between the groups is held."""
_HALF_STEP = 0.5


def at_common_mix(study: Study, waves: Sequence[str], item: str, group: str, level: str, common: str) -> pd.DataFrame:
    """Printed shares as they would be had one level of a group been as large a part of the sample as in a common wave.

    With p the printed share, q the part of the level and c its part in the common wave, two kinds of answer are given.
    The bounds assume nothing of how those of the level and the others answered. The bridged shares assume that these were
    as far apart as in the first wave of which shares by the group were printed, with r in the level and k in the rest:

    - in points: p + (c − q)(r − k);
    - as a ratio ρ = r / k: p (cρ + 1 − c) / (qρ + 1 − q);
    - in log odds λ: the x with q·expit(logit x + λ) + (1 − q)·x = p gives c·expit(logit x + λ) + (1 − c)·x.

    They are a range of sensitivity, and no correction.

    Parameters
    ----------
    waves
        Waves in order of time, each with the printed part of the level: a share of the item that has the group's id.
    group, level
        Whose part is held constant.
    common
        The wave whose mix the others are brought to.

    Returns
    -------
    pandas.DataFrame
        One row a wave and response: wave, label, item, response, part (of the level), common, common_wave, common_label,
        percent (text), share, low, high (bounds), gap (the level less the others, missing where none was printed),
        bridged, bridged_ratio, bridged_logit, source, evidence, certainty.
    """
    parts = {wave: _share(study, wave, group, level, "", "") for wave in waves}
    target = parts.get(common) or _share(study, common, group, level, "", "")
    gaps: dict[str, _Gap | None] = {}
    rows = []
    for wave in waves:
        for topline in study.toplines(wave):
            if topline.item != item or topline.by or topline.bound:
                continue
            if topline.response not in gaps:
                gaps[topline.response] = _gap(study, waves, item, topline.response, group, level)
            gap, share, part = gaps[topline.response], topline.share, parts[wave]
            low, high = mix_bounds(share, part, target)
            rows.append(
                {
                    "wave": wave,
                    "label": study.described(wave).fieldwork.short,
                    "item": item,
                    "response": topline.response,
                    "part": part,
                    "common": target,
                    "common_wave": common,
                    "common_label": study.described(common).fieldwork.short,
                    "percent": topline.percent,
                    "share": share,
                    "low": low,
                    "high": high,
                    "gap": None if gap is None else gap.level - gap.rest,
                    **dict(zip(BRIDGES, _bridged(share, part, target, gap), strict=True)),
                    "source": topline.source,
                    "evidence": "published",
                    "certainty": topline.certainty,
                }
            )
    return pd.DataFrame(rows).astype({"gap": float, **dict.fromkeys(BRIDGES, float)})


def order_at_mix(rows: pd.DataFrame) -> list[tuple[str, str]]:
    """The answers of one wave whose order a mix leaves open: pairs, the larger as printed first, whose bounds overlap.

    Parameters
    ----------
    rows
        Rows of `at_common_mix`, of one wave.
    """
    ranked = rows.sort_values("share", ascending=False, kind="stable").itertuples()
    return [(str(a.response), str(b.response)) for a, b in combinations(ranked, 2) if b.high > a.low]


def change_at_mix(table: pd.DataFrame, response: str, start: str, end: str) -> dict[str, float]:
    """The change of an answer from one wave to another, as printed and with both at the mix of the table.

    Returns
    -------
    dict
        printed; low and high, if nothing is assumed of either wave; and the bridged ones, by their columns.
    """
    rows = table[table["response"] == response].set_index("wave")
    before, after = rows.loc[start], rows.loc[end]
    return {
        "printed": after["share"] - before["share"],
        "low": after["low"] - before["high"],
        "high": after["high"] - before["low"],
        **{name: after[name] - before[name] for name in BRIDGES},
    }


def from_groups(study: Study, wave: str, item: str, group: str, level: str) -> pd.DataFrame:
    """What the shares by a group add up to with the printed parts of the groups, beside what was printed of all.

    Where both agree within their rounding, no weighting between the groups can be seen.

    Returns
    -------
    pandas.DataFrame
        One row a response of which shares by both were printed: response, percent (text, of all), share, added, low and
        high (as far as rounding allows), agrees.
    """
    part = _find(study, wave, group, level, "", "")
    rows = []
    for topline in study.toplines(wave):
        gap = _gap(study, [wave], item, topline.response, group, level)
        if topline.item != item or topline.by or topline.bound or gap is None or part is None:
            continue
        half = _HALF_STEP * topline.step
        ends = [
            _mixed(part + a * half, gap.level + b * half, gap.rest + c * half)
            for a, b, c in np.array(np.meshgrid([-1, 1], [-1, 1], [-1, 1])).T.reshape(-1, 3)
        ]
        low, high = min(ends), max(ends)
        rows.append(
            {
                "response": topline.response,
                "percent": topline.percent,
                "share": topline.share,
                "added": _mixed(part, gap.level, gap.rest),
                "low": low,
                "high": high,
                "agrees": bool(low - half <= topline.share <= high + half),
            }
        )
    return pd.DataFrame(rows, columns=["response", "percent", "share", "added", "low", "high", "agrees"])


class _Gap(NamedTuple):
    """The shares of an answer in a level of a group and among the others."""

    level: float
    rest: float


def _mixed(part: float, level: float, rest: float) -> float:
    return part * level + (1 - part) * rest


def _bridged(share: float, part: float, common: float, gap: _Gap | None) -> tuple[float | None, ...]:
    """The share at a common part of a group, by the gap in points, as a ratio, and in log odds."""
    if gap is None:
        return None, None, None
    in_points = share + (common - part) * (gap.level - gap.rest)
    if gap.rest == 0:
        return in_points, None, None
    ratio = gap.level / gap.rest
    by_ratio = share * _mixed(common, ratio, 1) / _mixed(part, ratio, 1)
    if not (0 < gap.level < 1 and gap.rest < 1 and 0 < share < 1):
        return in_points, by_ratio, None
    odds = gap.level / (1 - gap.level) * (1 - gap.rest) / gap.rest
    rest = _solved(lambda x: _mixed(part, _times_odds(x, odds), x), share)
    return in_points, by_ratio, _mixed(common, _times_odds(rest, odds), rest)


def _times_odds(share: float, odds: float) -> float:
    return share * odds / (1 - share + share * odds)


def _solved(rising: Callable[[float], float], wanted: float) -> float:
    """Where a function that rises from 0 at 0 to 1 at 1 has a value, by halving."""
    low, high = 0.0, 1.0
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if rising(middle) < wanted else (low, middle)
    return (low + high) / 2


def part_of(study: Study, wave: str, group: str, level: str) -> float | None:
    """How large a part of a sample a level of a group was, if that was printed."""
    return _find(study, wave, group, level, "", "")


def _share(study: Study, wave: str, item: str, response: str, by: str, group: str) -> float:
    found = _find(study, wave, item, response, by, group)
    if found is None:
        raise refuse("data/published", f"no printed share of {item}, {response}, in {wave}")
    return found


def _find(study: Study, wave: str, item: str, response: str, by: str, group: str) -> float | None:
    key = (item, response, by, group)
    return next(
        (t.share for t in study.toplines(wave) if (t.item, t.response, t.by, t.group) == key and not t.bound), None
    )


def _gap(study: Study, waves: Sequence[str], item: str, response: str, group: str, level: str) -> _Gap | None:
    """The shares of those of a level and of the others in the first wave that printed them."""
    others = [name for name in study.groups[group].levels or () if name != level]
    for wave in waves:
        inside = _find(study, wave, item, response, group, level)
        rest = next((s for o in others if (s := _find(study, wave, item, response, group, o)) is not None), None)
        if inside is not None and rest is not None:
            return _Gap(inside, rest)
    return None
