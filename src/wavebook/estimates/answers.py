"""All shares of one wave, published or estimated, with their intervals."""

from __future__ import annotations

import numpy as np
import pandas as pd

from wavebook.estimates.waves import EstimatingStudy
from wavebook.study import Study
from wavebook.survey import published_shares


def wave_answers(study: Study, wave: str) -> pd.DataFrame:
    """Collect what was published of one wave.

    An interval needs a number of respondents and a country: shares of a group whose size was not printed, and shares
    that pool countries or years, have none, and `basis` says why.

    Returns
    -------
    One row a figure, in the order of the files: item, title, response, by, group, percent (text), share, lower, upper
    (fractions; missing without an interval), n, n_status, deff, deff_status, basis, certainty, source, note, evidence.
    """
    described = study.described(wave)
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
                "evidence": "published",
            }
        )
    frame = pd.DataFrame(rows)
    frame[["lower", "upper"]] = np.nan
    known = frame["basis"] == ""
    if known.any():
        frame.loc[known, ["lower", "upper"]] = published_shares(frame[known]).table[["lower", "upper"]].to_numpy()
    return frame


def estimated_answers(study: EstimatingStudy, wave: str) -> pd.DataFrame:
    """Collect the estimates of all items of one wave, as far as they can be had on this machine.

    Returns
    -------
    One row an answer: item, title, response, by and group (empty), quoted (whether it is a headline share, or a
    response of an item without any), percent (text), share, se, lower, upper (fractions), n, deff, df, certainty, wave, source, evidence.
    """
    parts = []
    for item in study.wave(wave).items:
        described = study.item(item)
        table = study.wave(wave).shares(item).table
        quoted = table["response"].isin(described.quoted)
        parts.append(table.assign(item=item, title=described.title, by="", group="", quoted=quoted))
    return _as_answers(study, wave, parts)


def estimated_groups(study: EstimatingStudy, wave: str, item: str, response: str) -> pd.DataFrame:
    """Collect the share of one answer in all groups of one wave.

    Returns
    -------
    One row a group, with the columns of `estimated_answers`; `title` is that of the division into groups.
    """
    parts = []
    for by in study.wave(wave).groups:
        table = study.wave(wave).shares(item, by=by).table
        table = table[table["response"] == response].rename(columns={by: "group"})
        parts.append(table.assign(item=item, title=study.groups[by].title, by=by, quoted=True))
    return _as_answers(study, wave, parts)


def _as_answers(study: EstimatingStudy, wave: str, parts: list[pd.DataFrame]) -> pd.DataFrame:
    table = pd.concat(parts, ignore_index=True)
    percent = (100 * table["share"]).map("{:.1f}".format)
    known = {"wave": wave, "source": study.described(wave).source, "evidence": study.wave(wave).evidence}
    return table.assign(percent=percent, certainty="computed", **known)
