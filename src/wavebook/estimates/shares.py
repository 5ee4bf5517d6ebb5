"""All shares of one wave, published or estimated, with their intervals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from wavebook.estimates.waves import EstimatingStudy
from wavebook.study import Study
from wavebook.survey import contrasts, published_shares


def printed_shares(study: Study, wave: str) -> pd.DataFrame:
    """Collect what was published of one wave.

    An interval needs a number of respondents and a country: shares of a group whose size was not printed, and shares
    that pool countries or years, have none, and `why_no_interval` says why.

    Returns
    -------
    One row a figure, in the order of the files: item, title, response, by, group, percent (text), share, lower, upper
    (fractions; missing without an interval), n, n_status, deff, deff_status, why_no_interval, certainty, source, note, evidence.
    """
    described = study.described(wave)
    n, deff = study.n(described), study.deff(described)
    rows = []
    for figure in study.toplines(wave):
        size, status = (figure.n, described.how_sure("n")) if figure.n is not None else (n.value, n.status)
        why = ""
        if described.pooled:
            why = "pooled"
        elif figure.by and figure.n is None:
            why = "size of the group not printed"
        elif size is None:
            why = "number of respondents not found"
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
                "n": np.nan if why else size,
                "n_status": "" if why else status,
                "deff": np.nan if why else deff.value,
                "deff_status": "" if why else deff.status,
                "why_no_interval": why,
                "certainty": figure.certainty,
                "source": figure.source,
                "note": figure.note,
                "evidence": "published",
            }
        )
    frame = pd.DataFrame(rows)
    frame[["lower", "upper"]] = np.nan
    known = frame["why_no_interval"] == ""
    if known.any():
        frame.loc[known, ["lower", "upper"]] = published_shares(frame[known]).table[["lower", "upper"]].to_numpy()
    return frame


def printed_contrast(study: Study, wave: str, item: str, first: str, second: str) -> dict[str, float]:
    """Difference of two printed answers to one question of one wave, the first less the second.

    Returns
    -------
    estimate, lower, upper (fractions), p; the answers exclude each other, so that their errors go against each other.
    """
    answers = printed_shares(study, wave)
    rows = answers[(answers["item"] == item) & (answers["by"] == "") & answers["response"].isin([first, second])]
    shares = published_shares(rows.sort_values("response", key=lambda names: names == first))
    row = contrasts(shares, adjust="none").table.iloc[0]
    return {name: float(row[name]) for name in ("estimate", "lower", "upper", "p")}


def published_by(study: Study, waves: Sequence[str], items: Sequence[str], by: str) -> pd.DataFrame:
    """Collect the printed shares of several waves and items by one group.

    Returns
    -------
    The columns of `printed_shares`, and `label`, the time of each wave.
    """
    parts = []
    for wave in waves:
        answers = printed_shares(study, wave)
        parts.append(
            answers[(answers["by"] == by) & answers["item"].isin(items)].assign(
                label=study.described(wave).fieldwork.short
            )
        )
    return pd.concat(parts, ignore_index=True)


def estimated_shares(study: EstimatingStudy, wave: str) -> pd.DataFrame:
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


def estimated_group_shares(study: EstimatingStudy, wave: str, item: str, response: str) -> pd.DataFrame:
    """Collect the share of one answer in all groups of one wave.

    Returns
    -------
    One row a group, with the columns of `estimated_shares`; `title` is that of the division into groups.
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
