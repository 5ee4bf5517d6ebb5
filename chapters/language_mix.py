"""What a change in the mix of interview languages does to printed shares."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from wavebook.study import Study, refuse
from wavebook.survey.bounds import mix_bounds


def at_common_mix(study: Study, waves: Sequence[str], item: str, language: str, common: str) -> pd.DataFrame:
    """Printed shares as they would be had as many been interviewed in one language as in a common wave.

    Two answers are given. The bounds assume nothing of how the two groups of language answered. The bridged share
    assumes that they differed by as many points as in the first wave of which shares by language were printed.

    Parameters
    ----------
    waves
        Waves in order of time, each with a printed share of the interview language.
    language
        The language whose part is held constant.
    common
        The wave whose mix the others are brought to.

    Returns
    -------
    One row a wave and response: wave, label, item, response, part (of the language), common, percent (text), share, low, high
    (bounds), gap (points between the languages, missing where none was printed), bridged, source, evidence, certainty.
    """
    parts = {wave: _share(study, wave, "interview-language", language, "", "") for wave in waves}
    target = parts[common]
    rows = []
    for wave in waves:
        for figure in study.toplines(wave):
            if figure.item != item or figure.by:
                continue
            low, high = mix_bounds(figure.share, parts[wave], target)
            gap = _gap(study, waves, item, figure.response, language)
            rows.append(
                {
                    "wave": wave,
                    "label": study.described(wave).fieldwork.short,
                    "item": item,
                    "response": figure.response,
                    "part": parts[wave],
                    "common": target,
                    "percent": figure.percent,
                    "share": figure.share,
                    "low": low,
                    "high": high,
                    "gap": gap,
                    "bridged": None if gap is None else figure.share + (target - parts[wave]) * gap,
                    "source": figure.source,
                    "evidence": "published",
                    "certainty": figure.certainty,
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
    return next((f.share for f in study.toplines(wave) if (f.item, f.response, f.by, f.group) == key), None)


def _gap(study: Study, waves: Sequence[str], item: str, response: str, language: str) -> float | None:
    """How far apart the languages were in the first wave that printed it."""
    others = [level for level in study.groups["interview-language"].levels or () if level != language]
    for wave in waves:
        inside = _find(study, wave, item, response, "interview-language", language)
        rest = next(
            (s for o in others if (s := _find(study, wave, item, response, "interview-language", o)) is not None), None
        )
        if inside is not None and rest is not None:
            return inside - rest
    return None
