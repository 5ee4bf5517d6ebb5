"""Frames of shares, printed or estimated, with their intervals; `wavebook.study.rows.SHARES` says what is in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from wavebook.estimates.waves import EstimatingStudy
from wavebook.study import ONLY_A_BOUND, Study, Wave, refuse
from wavebook.study.rows import estimated_row, printed_row, shares_frame
from wavebook.survey import Shares, SurveyError, contrasts, published_shares, rebased


def printed_shares(study: Study, wave: str) -> pd.DataFrame:
    """Collect what was published of one wave: one row a topline, in the order of the files."""
    described = study.described(wave)
    return with_intervals(shares_frame(printed_row(study, described, topline) for topline in study.toplines(wave)))


def with_intervals(frame: pd.DataFrame) -> pd.DataFrame:
    """Give each printed share of a frame its interval, where it can have one."""
    known = frame["why_no_interval"] == ""
    if known.any():
        found = published_shares(frame[known]).table
        for column in ("se", "lower", "upper"):
            frame.loc[known, column] = found[column].to_numpy()
    return frame


def printed_contrast(study: Study, wave: str, item: str, first: str, second: str) -> dict[str, float]:
    """Difference of two printed answers to one question of one wave, the first less the second.

    Returns
    -------
    dict
        estimate, lower, upper (fractions), p; the answers exclude each other, so that their errors go against each
        other.
    """
    frame = printed_shares(study, wave)
    rows = frame[(frame["item"] == item) & (frame["by"] == "") & frame["response"].isin([first, second])]
    if (rows["bound"] != "").any():
        raise refuse(f"{wave}, {item}", f"{ONLY_A_BOUND} of {first!r} or {second!r}: their difference is not known")
    shares = published_shares(rows.sort_values("response", key=lambda names: names == first))
    row = contrasts(shares, adjust="none").table.iloc[0]
    return {name: float(row[name]) for name in ("estimate", "lower", "upper", "p")}


def published_by(study: Study, waves: Sequence[str], items: Sequence[str], by: str) -> pd.DataFrame:
    """Collect the printed shares of several waves and items by one group."""
    parts = [printed_shares(study, wave) for wave in waves]
    return pd.concat([part[(part["by"] == by) & part["item"].isin(items)] for part in parts], ignore_index=True)


def estimated_shares(study: EstimatingStudy, wave: str, *, answered: bool = False) -> pd.DataFrame:
    """Collect the estimates of all items of one wave, as far as they can be had on this machine.

    Parameters
    ----------
    answered
        Of those who gave an opinion, in place of all who were asked: then of the items alone of which it is known who
        gave none.
    """
    estimates, rows = study.wave(wave), []
    for item in estimates.items:
        shares = of_those_who_answered(study, wave, item) if answered else estimates.shares(item)
        rows += [] if shares is None else estimated_rows(study, wave, item, shares)
    return shares_frame(rows)


def of_those_who_answered(study: EstimatingStudy, wave: str, item: str, by: str | None = None) -> Shares | None:
    """The quoted shares among those who gave an opinion; None where what they would take is not told of any group."""
    spoken = study.item(item).spoken
    try:
        return rebased(study.wave(wave).shares(item, by=by), spoken) if spoken else None
    except SurveyError:
        return None


def estimated_rows(study: EstimatingStudy, wave: str, item: str, shares: Shares | None = None) -> list[dict[str, Any]]:
    """Make the rows of one item of one wave, of all respondents."""
    estimates = study.wave(wave)
    table = (shares or estimates.shares(item)).table
    return [
        estimated_row(study, estimates.described, item, row, estimates.evidence) for row in table.to_dict("records")
    ]


def estimated_group_shares(
    study: EstimatingStudy, wave: str, item: str, response: str, groups: Sequence[str] = (), *, answered: bool = False
) -> pd.DataFrame:
    """Collect the share of one answer in groups of one wave; `title` is that of the division into groups.

    Parameters
    ----------
    groups
        The divisions into groups that are wanted; by default all that the item is estimated by.
    answered
        Of those who gave an opinion, in place of all who were asked.
    """
    estimates = study.wave(wave)
    rows = []
    for by in groups or estimates.groups_of(item):
        shares = of_those_who_answered(study, wave, item, by) if answered else estimates.shares(item, by=by)
        table = pd.DataFrame({"response": []}) if shares is None else shares.table
        rows += [
            estimated_row(study, estimates.described, item, row, estimates.evidence, by, str(row[by]))
            | {"title": study.groups[by].title}
            for row in table[table["response"] == response].to_dict("records")
        ]
    return shares_frame(rows)


def printed_trend(
    study: Study, series: str, country: str, item: str, responses: Sequence[str] | None = None
) -> pd.DataFrame:
    """Printed shares of one item over the waves of one series in one country, without intervals.

    Parameters
    ----------
    responses
        Which responses or headline shares, in the order wanted; by default all that were published.

    Returns
    -------
    pandas.DataFrame
        The rows of each response in order of time. Of two sources for one share the first in the files is taken.
    """
    wanted = wanted_of(study, item, responses)
    rows = [row for wave in study.waves_of(series, country) for row in printed_rows(study, wave, item)]
    return over_time(rows, wanted, item, f"{series}, {country}", all_of=responses is not None)


def wanted_of(study: Study, item: str, responses: Sequence[str] | None) -> list[str]:
    """The answers that are asked for, all by default; one that the item does not have is refused."""
    known = study.item(item).answers
    if unknown := [name for name in responses or () if name not in known]:
        raise refuse("data/items.yml", f"{item} has no response {unknown[0]!r}; known: {', '.join(known)}")
    return list(known if responses is None else responses)


def printed_rows(study: Study, wave: Wave, item: str) -> list[dict[str, Any]]:
    """Make the rows of one item of one wave, of all respondents, each answer once."""
    found = {t.response: t for t in reversed(study.toplines(wave.id)) if t.item == item and not t.by}
    return [printed_row(study, wave, topline) for topline in found.values()]


def over_time(
    rows: Iterable[dict[str, Any]], wanted: list[str], item: str, series: str, *, all_of: bool
) -> pd.DataFrame:
    """Put rows of several waves in the order of the answers that are wanted, and of time; refuse to find nothing.

    Parameters
    ----------
    item, series
        What the rows are of, to say of what nothing was found.
    all_of
        Whether every answer that is wanted has to be found.
    """
    frame = shares_frame(row for row in rows if row["response"] in wanted)
    there = set(frame["response"])
    if frame.empty:
        raise refuse("data/published", f"no published share of {item} in {series}")
    if missing := [name for name in wanted if all_of and name not in there]:
        raise refuse("data/published", f"no published share of {missing[0]!r} for {item} in {series}")
    order = pd.Categorical(frame["response"], [name for name in wanted if name in there])
    ordered = frame.assign(_order=order.codes).sort_values(["_order", "time"], kind="stable", ignore_index=True)
    return ordered.drop(columns="_order")
