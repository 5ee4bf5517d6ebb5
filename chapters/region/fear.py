"""Fear of Russia in polls of one house: what changed, and what the language of the interviews may have to do with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from chapters.region.compare import Move, caption_parts, measured, say_flip, say_move, say_tests, size
from wavebook.figures.publishing import escape
from wavebook.figures.words import several, span
from wavebook.study import Study, refuse


class Mix(NamedTuple):
    """How the languages of interviews changed between two waves, and how far apart they once answered.

    Attributes
    ----------
    level
        The language whose part grew.
    before, after
        Its part in the two waves, fractions.
    gaps
        By response to the question that was printed by language: the level less the other, as fractions.
    source
        Where that was printed.
    """

    level: str
    before: float
    after: float
    gaps: dict[str, float]
    source: str

    @property
    def moved(self) -> float:
        """How much the part of the language grew."""
        return self.after - self.before


def mix_of(study: Study, waves: Sequence[str], printed: str, item: str, group: str) -> Mix:
    """The change in the mix of languages between two waves, and the gap between them in a third.

    Parameters
    ----------
    waves
        The two waves.
    printed, item
        The wave and question of which answers were printed by language.
    group
        The language of the interview, as an item and as a division into groups.
    """
    first, second = (
        {t.response: t.share for t in study.toplines(wave) if t.item == group and not t.by} for wave in waves
    )
    grown = max(first.keys() & second.keys(), key=lambda level: second[level] - first[level], default=None)
    if grown is None:
        raise refuse("data/published", f"no printed share of {group} in both of {waves[0]} and {waves[1]}")
    by = {(t.response, t.group): t for t in study.toplines(printed) if t.item == item and t.by == group and not t.bound}
    others = [level for level in first if level != grown]
    gaps = {
        response: by[response, grown].share - by[response, other].share
        for response, level in by
        for other in others
        if level == grown and (response, other) in by
    }
    return Mix(grown, first[grown], second[grown], gaps, next(iter(by.values())).source if by else "")


def named(study: Study, row: pd.Series) -> str:
    """An answer with its question, as a sentence may quote it."""
    return f"“{escape(study.item(str(row['item'])).title)}: {escape(str(row['response']))}”"


def say_moves(study: Study, found: Mapping[str, Move]) -> list[str]:
    """What each answer did from one poll to the next."""
    return [f"**{named(study, move.end)}** {say_move(move)}." for move in found.values()]


def say_finding(study: Study, found: Mapping[str, Move], afraid: Sequence[str]) -> str:
    """Whether fear grew in what people said, and each change; those last that cannot be told from chance."""
    opening = {1: "Fear of Russia grew", -1: "Fear of Russia receded", 0: "No change in fear can be seen"}[
        int(_growth(found, afraid) > 0) - int(_growth(found, afraid) < 0)
    ]
    said = [
        f"{named(study, move.end)} {say_move(move)}" for move in sorted(found.values(), key=lambda move: not move.seen)
    ]
    return f"**{opening}, by what people said.** {'; '.join(said)}."


def _growth(found: Mapping[str, Move], afraid: Sequence[str]) -> float:
    """By how much the answers that say fear grew, and the others shrank, as far as it is more than chance."""
    return sum(move.estimate * (1 if move.end["response"] in afraid else -1) for move in found.values() if move.seen)


def say_direction(found: Mapping[str, Move], mix: Mix, afraid: Sequence[str]) -> str:
    """In which direction the change of languages points: whether it makes fear look larger than it is.

    Parameters
    ----------
    afraid
        The answers that say fear; of the others a smaller share says it.
    """
    toward = mix.moved * (mix.gaps.get("Ukraine", 0.0) - mix.gaps.get("Russia", 0.0))
    rose = _growth(found, afraid)
    if not mix.gaps or not toward or not rose:
        return "In which direction the mix of languages points is not known."
    gaps = several(
        f"{size(gap)} points {'more' if gap > 0 else 'fewer'} sided with {escape(name)}"
        for name, gap in mix.gaps.items()
    )
    same = (toward > 0) == (rose > 0)
    how = "more afraid" if toward > 0 else "less afraid"
    change = "rise" if rose > 0 else "fall"
    verdict = f"makes the {change} of fear look {'larger' if same else 'smaller'} than it is"
    return (
        f"Between these two polls the part interviewed in {escape(mix.level)} went from {100 * mix.before:.0f}% to "
        f"{100 * mix.after:.0f}%. Of those interviewed in {escape(mix.level)}, {gaps} than of the others when both were printed "
        f"{{cite:p}}`{mix.source}`. If they are {how} too, as one would expect, the new mix by itself {verdict}."
    )


def say_needed(study: Study, found: Mapping[str, Move], mix: Mix) -> list[str]:
    """How far apart the languages would have to answer for the mix alone to explain each change."""
    widest = max((abs(gap) for gap in mix.gaps.values()), default=0.0)
    said = []
    for move in found.values():
        if not move.seen or not mix.moved:
            continue
        whole, edge = abs(move.estimate / mix.moved), max(0.0, abs(move.estimate) - move.half) / abs(mix.moved)
        if whole <= 1:
            reach = "less than" if whole < widest else "more than"
            known = (
                f"; {reach} the {size(widest)} points by which they differed at most on the side in the war"
                if widest
                else ""
            )
            said.append(
                f"**{named(study, move.end)}:** a gap of {size(whole)} points between the languages would explain the whole change, "
                f"and one of {size(edge)} would let its interval touch nought{known}."
            )
        else:
            said.append(f"**{named(study, move.end)}:** no gap between the languages could explain the whole change.")
    return said


def say_explained(mix: Mix) -> str:
    """How much of a change the mix would make if the languages were as far apart as where they were measured."""
    if not mix.gaps:
        return ""
    name, gap = max(mix.gaps.items(), key=lambda pair: abs(pair[1]))
    return (
        f"Were they as far apart on fear as on siding with {escape(name)}, {size(gap)} points, the new mix alone would move an "
        f"answer by {size(gap * mix.moved)} points."
    )


def say_later(study: Study, found: Mapping[str, Move]) -> list[str]:
    """The changes to the last poll, whose design is the house's word only."""
    return [
        f"{named(study, move.end)} {say_move(move)}. {'This is more than chance.' if move.seen else 'That none is seen does not say there is none.'}"
        for move in found.values()
    ]


def say_flips(study: Study, found: Mapping[str, Move]) -> list[str]:
    """At which design effect each change would be no more than chance."""
    return [
        f"{named(study, move.end)}: by itself no more than chance at {say_flip(move)}."
        for move in found.values()
        if move.seen
    ]


def chart_caption(study: Study, shares: pd.DataFrame) -> str:
    """Caption of the chart."""
    series = study.series[study.described(str(shares["wave"].iloc[0])).series].name
    place = study.described(str(shares["wave"].iloc[0])).place
    return " ".join(
        [
            f"What polls of {escape(series)} in {place} found of fear of Russia, with 95% intervals at an assumed design effect.",
            "Nothing joins the polls: languages of interviews and, of the first and last, designs differ.",
            *caption_parts(shares),
        ]
    )


def chart_measured(study: Study, shares: pd.DataFrame, found: Mapping[str, Move]) -> list[str]:
    """How the shares of the chart were measured."""
    return [*measured(study, shares), say_tests(found)]


def chart_alt(titles: pd.Series, shares: pd.DataFrame) -> str:
    """Describe a chart of blocks for those who do not see it."""
    said = []
    for title, rows in shares.assign(block=titles).groupby("block", sort=False):
        inside = [
            f"{row.response}, {row.label}: {row.percent}%{'' if row.lower != row.lower else f' ({span(row.lower, row.upper)})'}"
            for row in rows.itertuples()
        ]
        said.append(f"{title}: {'; '.join(inside)}.")
    return f"Dot chart in blocks that nothing joins. {' '.join(said)}"


def say_not_asked(study: Study, waves: Sequence[str], item: str) -> str:
    """In which of the waves no share of a question was found."""
    missing = [wave for wave in waves if not any(t.item == item for t in study.toplines(wave))]
    when_ = several(study.described(wave).fieldwork.short for wave in missing)
    title = escape(study.item(item).title)
    return f"“{title}”: no share was found of {when_}." if missing else f"“{title}”: a share was found of every poll."
