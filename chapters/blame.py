"""Who is blamed, for the war and for the economy: printed answers beside each other, and what was not printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from chapters.region.compare import HALF, Move, blocks, caption_parts, measured, say_tests, size
from wavebook.figures.publishing import escape
from wavebook.figures.words import cardinal, several, span
from wavebook.study import Study
from wavebook.text.phrases import say_chance, say_seen


def asked_of(found: pd.DataFrame, between: Sequence[str], items: Sequence[str]) -> dict[str, dict[int, float]]:
    """What the page tests: two answers to the first question in one country, and the second question in two countries."""
    first = {row.response: row.Index for row in found[found["item"] == items[0]].itertuples()}
    second = found.index[found["item"] == items[1]]
    asked = {"answers": {first[between[1]]: -1.0, first[between[0]]: 1.0}}
    return asked | ({"countries": {second[0]: -1.0, second[-1]: 1.0}} if len(second) > 1 else {})


def in_blocks(study: Study, found: pd.DataFrame) -> pd.DataFrame:
    """The shares as the chart shows them: a block a question, with the answers of one country or the countries of one answer."""
    many = found.groupby("item")["wave"].transform("nunique") > 1
    places = [study.described(wave).place for wave in found["wave"]]
    shown = list(zip(found.itertuples(), places, many, strict=True))
    return blocks(
        found,
        [row.title if several_ else f"{row.title}, {place}" for row, place, several_ in shown],
        [place if several_ else row.response for row, place, several_ in shown],
    )


def say_answers(study: Study, found: pd.DataFrame, move: Move, item: str) -> str:
    """How two answers to one question lie, and how much of the whole was not printed."""
    rows = found[(found["item"] == item) & (found["wave"] == move.end.wave)]
    wave = study.described(move.end.wave)
    larger, smaller = (move.end, move.start) if move.estimate > 0 else (move.start, move.end)
    others = [row for row in rows.itertuples() if row.response not in (larger.response, smaller.response)]
    more = "".join(f", and {row.percent}% “{escape(row.response)}”" for row in others)
    names = f"{escape(larger.response)} than {escape(smaller.response)}"
    opening = f"more named {names}" if move.seen else f"whether more named {names} cannot be told from chance"
    most = " No answer that was printed is that of a majority." if (rows["upper"] < HALF).all() else ""
    return (
        f"**Of those asked in {wave.place} who is mainly responsible, {opening}:** {larger.percent}% "
        f"({span(larger.lower, larger.upper)}) against {smaller.percent}% ({span(smaller.lower, smaller.upper)}) in "
        f"{wave.fieldwork.short}, {size(move.estimate)} points apart, give or take {size(move.half)}{more}. The other "
        f"{100 * (1 - rows['share'].sum()):.0f}% gave an answer that was not printed, or none.{most}"
    )


def say_countries(study: Study, move: Move) -> str:
    """How the same answer lies in two countries."""
    one, two = (study.described(row.wave).place for row in (move.end, move.start))
    apart = f"{size(move.estimate)} points apart, give or take {size(move.half)}"
    doubt = "" if move.seen else f"; {say_seen(move.mde)}"
    return (
        f"Current economic problems were laid on the invasion by {move.end.percent}% in {one} and {move.start.percent}% in {two}: "
        f"{apart}, {say_chance(move.p)}{doubt}."
    )


def say_inferred(found: pd.DataFrame) -> str:
    """How many of the shares belong to the wave by our reading only."""
    inferred = found[found["certainty"] == "inferred"]
    notes = list(dict.fromkeys(note for note in inferred["note"] if note))
    told = " ".join(escape(note) for note in notes)
    if inferred.empty:
        return "All shares are printed as this wave’s."
    how_many = "all" if len(inferred) == len(found) else cardinal(len(inferred))
    return f"That {how_many} of the {cardinal(len(found))} shares belong to this wave is our reading. {told}"


def blame_caption(study: Study, waves: Sequence[str], shares: pd.DataFrame) -> str:
    """Caption of the chart: what is shown, of whom and when, and what the marks mean."""
    described = [study.described(wave) for wave in waves]
    series = escape(study.series[described[0].series].name)
    when = several(f"{escape(wave.place)} ({wave.fieldwork})" for wave in described)
    return " ".join([f"Who and what is blamed: {series}, {when}, with 95% intervals.", *caption_parts(shares)])


def blame_measured(study: Study, shares: pd.DataFrame, found: Mapping[str, Move]) -> list[str]:
    """How the shares of the chart were measured."""
    return [*measured(study, shares), say_tests(found)]
