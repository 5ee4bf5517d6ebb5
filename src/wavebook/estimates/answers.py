"""All published shares of one wave, with the intervals that can be given."""

from __future__ import annotations

import numpy as np
import pandas as pd

from wavebook.study import Study
from wavebook.survey import published_shares


def wave_answers(study: Study, wave: str) -> pd.DataFrame:
    """Collect what was published of one wave.

    An interval needs a number of respondents and a country: shares of a group whose size was not printed, and shares
    that pool countries or years, have none, and `basis` says why.

    Returns
    -------
    One row a figure, in the order of the files: item, title, response, by, group, percent (text), share, lower, upper
    (fractions; missing without an interval), n, n_status, deff, deff_status, basis, certainty, source, note.
    """
    described = study.wave(wave)
    n, deff = study.n(described), study.deff(described)
    rows = []
    for figure in study.figures(wave):
        size, status = (figure.n, described.how_sure("n")) if figure.n is not None else (n.value, n.status)
        basis = ""
        if described.pooled:
            basis = "no interval: pooled"
        elif figure.by and figure.n is None:
            basis = "no interval: size of the group not printed"
        elif size is None:
            basis = "no interval: number of respondents not found"
        rows.append(
            {
                "wave": wave,
                "item": figure.item,
                "title": study.item(figure.item).title,
                "response": figure.response,
                "by": figure.by,
                "group": figure.group,
                "percent": figure.percent,
                "share": figure.share,
                "step": figure.step,
                "n": np.nan if basis else size,
                "n_status": "" if basis else status,
                "deff": np.nan if basis else deff.value,
                "deff_status": "" if basis else deff.status,
                "basis": basis,
                "certainty": figure.certainty,
                "source": figure.source,
                "note": figure.note,
            }
        )
    frame = pd.DataFrame(rows)
    frame[["lower", "upper"]] = np.nan
    known = frame["basis"] == ""
    if known.any():
        frame.loc[known, ["lower", "upper"]] = published_shares(frame[known]).table[["lower", "upper"]].to_numpy()
    return frame
