"""Support for a union of states with Russia, year by year in several countries."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from chapters.region.compare import (
    Move,
    caption_parts,
    measured,
    say_flip,
    say_move,
    say_tests,
    size,
    standing,
    told,
    when,
    years_of,
)
from wavebook.figures.words import cardinal, several
from wavebook.study import Study
from wavebook.text.phrases import say_seen


def say_support(shares: pd.DataFrame) -> str:
    """How many of the shares are a majority for sure, and which are not."""
    rows = list(shares.itertuples())
    others = [row for row in rows if standing(row) != "a majority"]
    years = years_of(shares).replace("\N{EN DASH}", " to ")
    opening = (
        f"**From {years} a majority supported the union** in {len(rows) - len(others)} of the {len(rows)} shares that were "
        f"found of {several(dict.fromkeys(shares['place']))}."
    )
    said = several(f"{row.place}’s {told(row)}" for row in others)
    return f"{opening} Not for sure: {said}." if others else opening


def say_newest(shares: pd.DataFrame) -> str:
    """The newest share of each country."""
    newest = shares.groupby("place", sort=False).tail(1)
    return f"The newest shares are {several(f'{row.place} ({told(row)})' for row in newest.itertuples())}."


def say_moves(found: Mapping[str, Move]) -> list[str]:
    """Each change from one year to the next that is more than chance, the largest first; the others in one sentence."""
    seen = sorted((move for move in found.values() if move.seen), key=lambda move: -abs(move.estimate))
    said = [f"**{move.end.place}:** support {say_move(move)}." for move in seen]
    if rest := [move for move in found.values() if not move.seen]:
        least, most = (size(pick(move.mde for move in rest)) for pick in (min, max))
        said.append(
            f"Of {cardinal(len(found))} changes from one poll to the next {cardinal(len(rest))} cannot be told from chance; "
            f"changes of {least} to {most} points {say_seen()}."
        )
    return said


def say_largest(found: Mapping[str, Move]) -> str:
    """The two largest changes, and what it would take for the largest to be chance."""
    seen = sorted((move for move in found.values() if move.seen), key=lambda move: -abs(move.estimate))
    if not seen:
        return "No change from one poll to the next is more than chance."
    most = seen[0]
    largest = sorted(seen[:2], key=lambda move: (move.end.time, move.end.place))
    said = several(f"{move.end.place}’s support {say_move(move)}" for move in largest)
    needed = most.start.n / (most.estimate / most.half) ** 2
    return (
        f"What moved most: {said}. Chance in who was drawn does not make {size(most.estimate)} points: that would take "
        f"{say_flip(most)}, or {needed:.0f} respondents instead of the {most.start.n:,.0f} that are {most.start.n_status}."
    )


def say_against(study: Study, shares: pd.DataFrame, against: pd.DataFrame) -> str:
    """What was printed of those who do not support the union."""
    rows = {row.wave: row for row in shares.itertuples()}
    said = [
        f"{study.described(row.wave).place} {when(row.label)}: {row.percent}% against {rows[row.wave].percent}% in support"
        for row in against.itertuples()
        if row.wave in rows
    ]
    rest = len(shares) - len(said)
    return (
        f"Those who do not support the union were printed for {cardinal(len(said))} of {len(shares)} polls"
        f"{f' ({several(said)})' if said else ''}. In the other {rest} the rest may be against it, indifferent or silent."
    )


def chart_caption(study: Study, shares: pd.DataFrame) -> str:
    """Caption of the chart."""
    item = study.item(str(shares["item"].iloc[0]))
    years = years_of(shares)
    series = study.series[study.described(str(shares["wave"].iloc[0])).series].name
    return " ".join(
        [
            f"{item.title}, per cent, {series}, {years}, with 95% intervals.",
            "Years are not joined: how people were interviewed is not stated.",
            *caption_parts(shares),
        ]
    )


def chart_measured(study: Study, shares: pd.DataFrame, found: Mapping[str, Move]) -> list[str]:
    """How the shares of the chart were measured."""
    return [*measured(study, shares), say_tests(found)]


def moves_table(found: Mapping[str, Move]) -> pd.DataFrame:
    """Each change from one poll to the next, in points."""
    return pd.DataFrame(
        {
            "Country": [move.end.place for move in found.values()],
            "From": [f"{when(move.start.label)}: {move.start.percent}%" for move in found.values()],
            "To": [f"{when(move.end.label)}: {move.end.percent}%" for move in found.values()],
            "Change, points": [f"{100 * move.estimate:+.0f} ± {size(move.half)}" for move in found.values()],
            "More than chance": ["yes" if move.seen else "no" for move in found.values()],
            "Would have been seen": [size(move.mde) for move in found.values()],
        }
    )
