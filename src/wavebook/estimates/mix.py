"""What a change in the make-up of samples does to printed shares."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from wavebook.study import Study, refuse
from wavebook.survey.bounds import mix_bounds


def at_common_mix(study: Study, waves: Sequence[str], item: str, group: str, level: str, common: str) -> pd.DataFrame:
    """Printed shares as they would be had one level of a group been as large a part of the sample as in a common wave.

    With p the printed share, q the part of the level and c its part in the common wave, two answers are given. The
    bounds assume nothing of how those of the level and the others answered. The bridged share, p + (c − q) d, assumes
    that they were d apart, as in the first wave of which shares by the group were printed.

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
        One row a wave and response: wave, label, item, response, part (of the level), common, percent (text), share,
        low, high (bounds), gap (the level less the others, missing where none was printed), bridged, source, evidence,
        certainty.
    """
    parts = {wave: _share(study, wave, group, level, "", "") for wave in waves}
    target = parts[common]
    rows = []
    for wave in waves:
        for topline in study.toplines(wave):
            if topline.item != item or topline.by or topline.bound:
                continue
            low, high = mix_bounds(topline.share, parts[wave], target)
            gap = _gap(study, waves, item, topline.response, group, level)
            rows.append(
                {
                    "wave": wave,
                    "label": study.described(wave).fieldwork.short,
                    "item": item,
                    "response": topline.response,
                    "part": parts[wave],
                    "common": target,
                    "percent": topline.percent,
                    "share": topline.share,
                    "low": low,
                    "high": high,
                    "gap": gap,
                    "bridged": None if gap is None else topline.share + (target - parts[wave]) * gap,
                    "source": topline.source,
                    "evidence": "published",
                    "certainty": topline.certainty,
                }
            )
    return pd.DataFrame(rows).astype({"gap": float, "bridged": float})


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


def _gap(study: Study, waves: Sequence[str], item: str, response: str, group: str, level: str) -> float | None:
    """How far those of a level were from the others in the first wave that printed it."""
    others = [name for name in study.groups[group].levels or () if name != level]
    for wave in waves:
        inside = _find(study, wave, item, response, group, level)
        rest = next((s for o in others if (s := _find(study, wave, item, response, group, o)) is not None), None)
        if inside is not None and rest is not None:
            return inside - rest
    return None
