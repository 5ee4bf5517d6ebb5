"""What single polls of one country found of Russia: several houses and questions, set beside each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from chapters.region.compare import (
    Move,
    caption_parts,
    exact,
    measured,
    say_move,
    say_tests,
    shares_of,
    standing,
    told,
    when,
    years_of,
)
from wavebook.figures.publishing import escape
from wavebook.figures.words import cardinal, points, several, span
from wavebook.study import MODE_WORDS, Study, say_percent

_AGAINST = ("bad", "disapprove", "China")
CHOSE_THEMSELVES = "some respondents chose themselves"


def polls_of(study: Study, waves: Sequence[str], asked: Sequence[str], open_to_all: Sequence[str]) -> pd.DataFrame:
    """The shares of one answer in each wave, in the order given.

    Parameters
    ----------
    asked
        Of each wave "item: response".
    open_to_all
        Waves in which anybody could answer who wanted to: their shares get no interval, which would count only chance.
    """
    rows = []
    for wave, words in zip(waves, asked, strict=True):
        item, _, response = words.partition(": ")
        rows.append(shares_of(study, [wave], item, response))
    found = pd.concat(rows, ignore_index=True)
    chosen = found["wave"].isin(open_to_all)
    found.loc[chosen, ["se", "lower", "upper"]] = np.nan
    found.loc[chosen, "why_no_interval"] = CHOSE_THEMSELVES
    return found


def houses(study: Study, polls: pd.DataFrame) -> list[str]:
    """The block of each row: house and question, and the mode where one house changed it."""
    named = []
    modes = polls.groupby("item")["mode"].transform("nunique") > 1
    for row, many in zip(polls.itertuples(), modes, strict=True):
        series = study.series[study.described(row.wave).series]
        how = f", {MODE_WORDS[row.mode]}" if many else ""
        named.append(f"{_short(series.name)}: {row.title}{how}")
    return named


def _short(name: str) -> str:
    """Initials of a long name, so that it fits above a block."""
    return "".join(word[0] for word in name.split()) if len(name) > 18 else name


def rows(polls: pd.DataFrame) -> list[str]:
    """What each row of the chart is called: the answer and when it was given."""
    return [f"{row.response}, {when(row.label)}" for row in polls.itertuples()]


def _interval(row: Any) -> str:
    """A share's interval, or why there is none."""
    return (
        f"no interval, because {row.why_no_interval}"
        if row.lower != row.lower
        else f"the interval {span(row.lower, row.upper)}"
    )


def say_good(study: Study, polls: pd.DataFrame, war: pd.Timestamp) -> str:
    """How many of the polls before the invasion found a majority on Russia's side, and from where to where they lie."""
    before = exact(polls[polls["time"] < war])
    most = [row for row in before.itertuples() if standing(row) == "a majority"]
    low, high = (before.loc[before["share"].idxmin()], before.loc[before["share"].idxmax()])
    all_ = f"all {cardinal(len(most))}" if len(most) == len(before) else f"{cardinal(len(most))} of {len(before)}"
    houses_ = len({study.described(wave).series for wave in before["wave"]})
    return (
        f"**Before the invasion {all_} shares from {cardinal(houses_)} {'house' if houses_ == 1 else 'houses'} were "
        f"majorities for Russia,** from {low['percent']}% ({_about(low)}) to {high['percent']}% ({_about(high)}). They come from "
        f"different questions, so that the range is no trend."
    )


def _about(row: Any) -> str:
    return f"“{escape(str(row['title']))}”, {when(row['label'])}"


def say_approval(move: Move | None, newest: Any) -> str:
    """What approval of Russia's leadership did, and where it stands."""
    stands = f"The newest share, {told(newest)}, is {standing(newest)}"
    if newest.certainty == "weak":
        stands += ", and was read second-hand"
    return f"{'' if move is None else f'Approval of Russia’s leadership {say_move(move)}. '}{stands}."


def say_relations(polls: pd.DataFrame, alike: Mapping[str, Move], item: str) -> str:
    """What was said of relations with Russia within one way of asking, and what lies between that and the next."""
    asked = polls[polls["item"] == item]
    same = [f"they {say_move(move)}" for move in alike.values()]
    last = next(iter(alike.values())).end if alike else asked.iloc[0]
    after = [row for row in asked.itertuples() if row.time > last["time"]]
    later = several(f"{row.percent}% in {when(row.label)} ({MODE_WORDS[row.mode]})" for row in after)
    if not after:
        return f"Relations with Russia were called good: {'; '.join(same)}."
    step = points(after[-1].share - last["share"], 0)
    return (
        f"Relations with Russia were called good by {last['percent']}% in {when(last['label'])}"
        f"{f', and between the polls taken face to face {several(same)}' if same else ''}. Afterwards {later} said so, with answers "
        f"worded otherwise: the {step} points are a break and no fall that could be measured."
    )


def say_neutrality(study: Study, row: Any) -> str:
    """How many wanted neutrality, and why that is no sample."""
    described = study.described(row.wave)
    return (
        f"In {when(row.label)} {row.percent}% of {described.n:,} respondents wanted the country to stay neutral. They were asked "
        f"{described.sampling}. The share has {_interval(row)}."
    )


def say_help(study: Study, waves: Sequence[str], item: str) -> str:
    """Which power was thought best able to help, country by country."""
    said = []
    for wave in waves:
        found = shares_of(study, [wave], item)
        parts = several(f"{escape(row.response)} {say_percent(row.percent)}" for row in found.itertuples())
        said.append(f"{study.described(wave).place} {parts}")
    label = study.described(waves[0]).fieldwork.short
    source = shares_of(study, waves[:1], item)["source"].iloc[0]
    return f"**{escape(study.item(item).title)}, {label}:** {'; '.join(said)} {{cite:p}}`{source}`."


def say_rest(study: Study, polls: pd.DataFrame) -> str:
    """How many said something else or nothing, as far as the printed shares leave it, and where more is known."""
    known = polls[polls["bound"] == ""]
    rest = 1 - known["share"]
    told_ = []
    for row in known.itertuples():
        others = [t for t in study.toplines(row.wave) if t.item == row.item and not t.by and t.response in _AGAINST]
        told_ += [f"{when(row.label)}: {escape(t.response)} {say_percent(t.percent)}" for t in others]
    more = f" Printed of them is: {several(told_)}." if told_ else ""
    return (
        f"Those who did not give the answer shown, from {100 * rest.min():.0f}% to {100 * rest.max():.0f}% of a poll, may think "
        f"otherwise or may have said nothing.{more}"
    )


def chart_caption(polls: pd.DataFrame, place: str) -> str:
    """Caption of the chart."""
    years = years_of(polls)
    bare = polls[polls["lower"].isna() & (polls["bound"] == "")]
    why = several(dict.fromkeys(bare["why_no_interval"]))
    return " ".join(
        [
            f"What polls found of Russia in {place}, {years}, with 95% intervals.",
            "Each block is another house, question or mode; nothing joins them.",
            *([f"Without a bar: {why}."] if why else []),
            *caption_parts(polls),
        ]
    )


def chart_measured(study: Study, polls: pd.DataFrame, found: Mapping[str, Move]) -> list[str]:
    """How the shares of the chart were measured."""
    return [*measured(study, polls), say_tests(found)]
