"""Sides taken in the war, poll by poll: several houses, samples and wordings, which make a chain and no line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from chapters.region.compare import (
    Move,
    caption_parts,
    measured,
    moves,
    neighbours,
    say_move,
    say_tests,
    shares_of,
    size,
    when,
    years_of,
)
from wavebook.estimates import at_common_mix
from wavebook.figures.publishing import escape
from wavebook.figures.words import several, span
from wavebook.study import MODE_WORDS, Study
from wavebook.text.phrases import say_seen


@dataclass(frozen=True)
class Chain:
    """Polls about a side, in order of time, and what the page tests.

    Attributes
    ----------
    shares
        Of all polls, with `block`: polls of one block share a house and a design.
    orders
        In each poll the second side less the first, by wave.
    changes
        Within a block, by wave and answer.
    asked
        All of these contrasts.
    """

    shares: pd.DataFrame
    orders: dict[str, Move]
    changes: dict[str, Move]
    asked: dict[str, dict[int, float]]


def chain_of(
    study: Study, waves: Sequence[str], items: Sequence[str], alike: Sequence[str], sides: Sequence[str]
) -> Chain:
    """Collect the polls and ask of each which side is larger, and within the block of those alike what changed.

    Parameters
    ----------
    items
        The question of each wave.
    alike
        The waves that share house, mode and weights: one block. Every other wave is a block by itself.
    sides
        The two answers that are held against each other.
    """
    found = [shares_of(study, [wave], item) for wave, item in zip(waves, items, strict=True)]
    shares = pd.concat(found, ignore_index=True)
    shares = shares.assign(block=["alike" if wave in alike else wave for wave in shares["wave"]])
    place = {block: number for number, block in enumerate(dict.fromkeys(shares["block"]))}
    answers = {answer: number for number, answer in enumerate([*sides, *sorted(set(shares["response"]) - set(sides))])}
    shares = shares.assign(_block=shares["block"].map(place), _answer=shares["response"].map(answers))
    shares = shares.sort_values(["_block", "_answer", "time"], ignore_index=True).drop(columns=["_block", "_answer"])
    at = {(row.wave, row.response): row.Index for row in shares.itertuples()}
    orders = {wave: {at[wave, sides[0]]: -1.0, at[wave, sides[1]]: 1.0} for wave in waves}
    changes = neighbours(shares[shares["block"] == "alike"], "item", "response")
    asked = orders | changes
    tested = moves(shares, asked)
    return Chain(shares, {wave: tested[wave] for wave in waves}, {name: tested[name] for name in changes}, asked)


def titles(study: Study, chain: Chain) -> list[str]:
    """What each block is called: house, time and place of its polls, short enough to stand above a chart."""
    named = {}
    for block, rows in chain.shares.groupby("block", sort=False):
        wave = study.described(str(rows["wave"].iloc[0]))
        house = study.series[wave.series].house.removesuffix(" foundation")
        times = several(dict.fromkeys(rows["label"]))
        named[block] = f"{house}, {times if block != 'alike' else 'two polls of one design'}"
    return [named[block] for block in chain.shares["block"]]


def rows(chain: Chain) -> list[str]:
    """What each row of the chart is called: the answer, with its time where a block holds several polls."""
    several_ = chain.shares.groupby("block")["wave"].transform("nunique") > 1
    return [
        f"{row.response}, {row.label}" if many else str(row.response)
        for row, many in zip(chain.shares.itertuples(), several_, strict=True)
    ]


def say_polls(study: Study, chain: Chain, sides: Sequence[str]) -> list[str]:
    """What each poll found of the two sides, of whom, and which of them is larger."""
    said = []
    for wave, move in chain.orders.items():
        described = study.described(wave)
        first, second = move.start, move.end
        rest = chain.shares[(chain.shares["wave"] == wave) & ~chain.shares["response"].isin(sides)]
        others = "".join(f"; “{escape(row.response)}” {row.percent}%" for row in rest.itertuples())
        larger, smaller = (first, second) if move.estimate < 0 else (second, first)
        order = (
            f"more sided with {larger.response} than with {smaller.response}"
            if move.seen
            else f"which side is larger cannot be told from chance, and {say_seen(move.mde)}"
        )
        house = escape(study.series[described.series].house)
        said.append(
            f"**{when(described.fieldwork.short)}, {house}** ({described.population}, {MODE_WORDS[described.mode]}): "
            f"{first.response} {first.percent}%, {second.response} {second.percent}%{others}. In its sample {order} "
            f"({size(move.estimate)} points, give or take {size(move.half)})."
        )
    return said


def say_finding(chain: Chain) -> str:
    """How the order of the two sides turned over the chain, and that no step of it can be measured but those within a block."""
    told = [
        f"{move.start.percent}% with {move.start.response} and {move.end.percent}% with {move.end.response} in {when(move.end.label)}"
        for move in chain.orders.values()
    ]
    ahead = {
        (move.end.response if move.estimate > 0 else move.start.response) for move in chain.orders.values() if move.seen
    }
    first, *_, last = chain.orders.values()
    opening = (
        "In what was printed, poll by poll, the order of the two sides turned"
        if len(ahead) > 1 and (first.estimate > 0) != (last.estimate > 0)
        else "In what was printed, poll by poll, the order of the two sides stayed"
    )
    return f"**{opening}:** {'; '.join(told)}."


def say_changes(chain: Chain) -> str:
    """What moved between the polls that are alike."""
    moved = [move for move in chain.changes.values() if move.seen]
    still = [move for move in chain.changes.values() if not move.seen]
    if not chain.changes:
        return ""
    said = [f"“{escape(move.end.response)}” {say_move(move)}" for move in moved]
    if still:
        pairs = several(
            f"“{escape(move.end.response)}” {move.start.percent}% and {move.end.percent}%" for move in still
        )
        least, most = min(move.mde for move in still), max(move.mde for move in still)
        said.append(
            f"{pairs} in {when(still[0].start.label)} and {when(still[0].end.label)} cannot be told from chance; changes of "
            f"{size(least)} to {size(most)} points {say_seen()}"
        )
    opening = "answers moved" if moved else "nothing moved beyond chance"
    return f"**Between the only two polls that share a design {opening}:** {'; '.join(said)}."


def say_middle(chain: Chain, middle: str) -> str:
    """How many took neither side in the newest poll that says so."""
    rows_ = chain.shares[chain.shares["response"] == middle]
    if rows_.empty:
        return ""
    row = rows_.iloc[-1]
    size_ = "most" if row["lower"] > 0.5 else "fewer than half" if row["upper"] < 0.5 else "about half"
    return (
        f"In {when(row['label'])} {size_} took neither side: {row['percent']}% ({span(row['lower'], row['upper'])}) said "
        f"“{escape(middle)}”."
    )


def say_mix(
    study: Study, waves: Sequence[str], item: str, group: str, level: str, common: str, sides: Sequence[str]
) -> str:
    """What the newest poll would say at another poll's mix of languages, if the languages answered as they once did."""
    table = at_common_mix(study, waves, item, group, level, common)
    newest = table[table["wave"] == waves[-1]].set_index("response")
    first, second = (newest.loc[side] for side in sides)
    when_ = escape(study.described(common).fieldwork.short)
    bounds = (
        f"If nothing is assumed, {sides[0]} can be anything from {span(first['low'], first['high'])}% and {sides[1]} from "
        f"{span(second['low'], second['high'])}% at that mix"
    )
    if first["bridged"] != first["bridged"] or second["bridged"] != second["bridged"]:
        return f"{bounds}."
    turned = (first["share"] < second["share"]) != (first["bridged"] < second["bridged"])
    order = (
        "the order of the two sides would turn, so that it is not sure"
        if turned
        else "the order of the two sides would stay"
    )
    return (
        f"With as many interviews in {escape(level)} as in {when_}, and languages as far apart as in the first poll that printed them, "
        f"{escape(first['label'])} would have {100 * first['bridged']:.1f}% with {sides[0]} and {100 * second['bridged']:.1f}% with "
        f"{sides[1]}: {order}. {bounds}."
    )


def chart_caption(study: Study, chain: Chain) -> str:
    """Caption of the chart."""
    places = several(dict.fromkeys(study.described(wave).place for wave in chain.shares["wave"]))
    years = years_of(chain.shares)
    return " ".join(
        [
            f"Sides taken in the war, {places}, {years}, with 95% intervals at an assumed design effect.",
            "Each block is another house, sample or wording; nothing joins them, and no step between blocks is measured.",
            *caption_parts(chain.shares),
        ]
    )


def chart_measured(study: Study, chain: Chain) -> list[str]:
    """How the shares of the chart were measured."""
    tests: Mapping[str, Move] = chain.orders | chain.changes
    return [*measured(study, chain.shares), say_tests(tests)]
