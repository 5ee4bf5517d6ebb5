"""What a trend found, in sentences that can be quoted: the newest share, what changed, and how far a break clouds it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

import pandas as pd

from wavebook.estimates import Trend
from wavebook.figures.publishing import escape
from wavebook.figures.words import cardinal, interval, points, say_break_reason, several, span, start_sentence
from wavebook.study import ONLY_A_BOUND, Study, Wave, say_percent
from wavebook.text.phrases import SIGNIFICANT, say_seen

_HALF = 0.5
_MANY = 4  # of more steps across breaks those are counted that stand, and each is told further below


def say_finding(study: Study, trend: Trend) -> list[str]:
    """The finding of a trend, paragraph by paragraph; every word that judges is chosen by a test or an interval."""
    paragraphs = [
        [*_say_newest(trend), *_say_newer(study, trend)],
        list(_say_changes(trend)),
        _say_breaks(trend),
        [*map(_say_pool, trend.pools.itertuples())],
        _say_certainty(trend),
    ]
    return [" ".join(sentences) for sentences in paragraphs if sentences]


def _say_newest(trend: Trend) -> Iterator[str]:
    """The newest share of each answer, by the wave in which it stands, and whether it is a majority."""
    newest = trend.points.groupby("response", sort=False).tail(1).sort_values("time", ascending=False, kind="stable")
    for number, (when, rows) in enumerate(newest.groupby("label", sort=False)):
        said = several(f"{_share(row)} answered “{escape(row.response)}” ({_ends(row)})" for row in rows.itertuples())
        last = f"the newest wave with a share{' of it' if number else ''}, "
        yield f"In {when}, {last}{said}."
    yield from _say_majority(trend)


def _share(row: Any) -> str:
    return f"**{say_percent(row.percent)}**"


def _ends(row: Any) -> str:
    if row.bound:
        return ONLY_A_BOUND
    return (
        f"95% interval {span(row.lower, row.upper)}"
        if row.lower == row.lower
        else f"no interval: {row.why_no_interval}"
    )


def majority(share: float, p: float) -> str:
    """Say whether a share is a majority, by its test against one half."""
    if p >= SIGNIFICANT:
        return "not to be told from one half"
    return "a majority" if share > _HALF else "fewer than half"


def _say_majority(trend: Trend) -> Iterator[str]:
    rows = list(trend.newest.itertuples())
    told = {row.response: majority(row.share, row.p_adjusted) for row in rows}
    if len(told) == 1:
        (verdict,) = told.values()
        open_ = verdict.startswith("not")
        yield f"That is {verdict}{'' if open_ else ', which chance alone does not explain'}."
        return
    for verdict, what in (("a majority", "was given by a majority, which chance alone does not explain"),
                          ("not to be told from one half", "cannot be told from one half")):  # fmt: skip
        for name in (name for name, said in told.items() if said == verdict):
            yield f"The answer “{escape(name)}” {what}."
    if told and set(told.values()) == {"fewer than half"}:
        yield "None of these was the answer of a majority."


def _say_newer(study: Study, trend: Trend) -> Iterator[str]:
    """Whether the book knows newer waves of which it has no share."""
    waves = study.waves_of(trend.series, trend.country)
    found = set(trend.points["wave"])
    last = max(number for number, wave in enumerate(waves) if wave.id in found)
    if newer := waves[last + 1 :]:
        one = len(newer) == 1
        yield (
            f"The book knows {cardinal(len(newer))} newer {'wave' if one else 'waves'} of this series, of "
            f"{several(_times(newer))}; no share of this question was found of {'it' if one else 'them'}."
        )


def _times(waves: list[Wave]) -> list[str]:
    return list(dict.fromkeys(wave.fieldwork.short for wave in waves))


def moved(estimate: float) -> str:
    """Say in which direction a share went, which has to be sure: "fell by 17.0 points"."""
    return f"{'rose' if estimate > 0 else 'fell'} by {abs(100 * estimate):.1f} points"


def _say_changes(trend: Trend) -> Iterator[str]:
    """What changed within a mode: each change that is more than chance, and together those that are not."""
    rows = _in_time(trend, trend.changes)
    for (start, end), group in groupby(rows, key=lambda row: (row.start, row.end)):
        steps = list(group)
        sure = [row for row in steps if row.p_adjusted < SIGNIFICANT]
        rest = [row for row in steps if row not in sure]
        if sure:
            told = several(
                f"the share of “{escape(row.response)}” {moved(row.estimate)} (give or take {_half(row)})"
                for row in sure
            )
            yield f"From {start} to {end} {told}, more than chance would give."
        if rest:
            told = several(
                f"“{escape(row.response)}” {points(row.estimate)} points (give or take {_half(row)})" for row in rest
            )
            seen = max(row.mde for row in rest)
            yield (
                f"From {start} to {end} nothing can be told from chance: {told}. A change of {100 * seen:.1f} points or more "
                f"{say_seen()}."
            )


def _in_time(trend: Trend, steps: pd.DataFrame) -> list[Any]:
    """Steps from wave to wave in order of time, those of several answers together."""
    place = {wave: number for number, wave in enumerate(dict.fromkeys(trend.points.sort_values("time")["wave"]))}
    return sorted(steps.itertuples(), key=lambda row: place[row.start_wave])


def _half(row: Any) -> str:
    return f"{50 * (row.upper - row.lower):.1f}"


def _say_breaks(trend: Trend) -> list[str]:
    """What lies across breaks, each with whether it stands when the break may have moved the answers."""
    rows = _in_time(trend, trend.breaks)
    if len(rows) > _MANY:
        return [_say_many(trend)]
    said, told = [], ""
    for (start, end), group in groupby(rows, key=lambda row: (row.start, row.end)):
        steps = list(group)
        why = escape(say_break_reason(steps[0]))
        if why != told:
            said.append(f"Between {start} and {end} {why}.")
        else:
            said.append(f"The same holds between {start} and {end}.")
        told = why
        said += [_say_across(row, standing(trend, row)) for row in steps]
    return said


def standing(trend: Trend, row: Any) -> tuple[list[Any], list[Any]]:
    """The priors of an effect of mode under which a change across a break stands, and those under which it does not."""
    rows = trend.bridges
    same = (rows[["response", "start_wave", "end_wave"]] == [row.response, row.start_wave, row.end_wave]).all(axis=1)
    found = list(rows[same].itertuples())
    stands = [one for one in found if one.bridged_lower > 0 or one.bridged_upper < 0]
    return stands, [one for one in found if one not in stands]


def _say_across(row: Any, standing: tuple[list[Any], list[Any]]) -> str:
    stands, falls = standing
    way = "a rise" if row.change > 0 else "a fall"
    said = (
        f"The share of “{escape(row.response)}” went from {say_percent(row.start_percent)} to {say_percent(row.end_percent)} "
        f"across that break ({points(row.change)} points)"
    )
    if not stands:
        if row.tipping == 0:
            return f"{said}, which chance alone could give."
        return (
            f"{said}; that this was {way} of opinion is not sure, as a break that moves answers by {_sd(falls[0])} points "
            "could explain it."
        )
    most = stands[-1]
    ends = f"the interval is then {interval(most.bridged_lower, most.bridged_upper)}"
    if not falls:
        return (
            f"{said}. That it was {way} stands even if such a break moves answers by {_sd(most)} points (one standard "
            f"deviation, assumed): {ends}."
        )
    return (
        f"{said}. That it was {way} stands if such a break moves answers by {_sd(most)} points (one standard deviation, "
        f"assumed; {ends}), and not if by {_sd(falls[0])}."
    )


def _sd(row: Any) -> str:
    return f"{100 * row.sd:g}"


def _say_many(trend: Trend) -> str:
    """How many of many steps across breaks stand."""
    rows = list(trend.breaks.itertuples())
    least, most = trend.bridges["sd"].min(), trend.bridges["sd"].max()

    def stand(sd: float) -> list[str]:
        return [
            f"“{escape(row.response)}” from {row.start} to {row.end} ({points(row.change)} points)"
            for row in rows
            if any(one.sd == sd for one in standing(trend, row)[0])
        ]

    small, large = stand(least), stand(most)
    said = (
        f"Of the {cardinal(len(rows))} steps from one wave to the next across breaks, {cardinal(len(small))} "
        f"{'stands' if len(small) == 1 else 'stand'} if a break moves answers by {100 * least:g} points (one standard "
        f"deviation, assumed), and {cardinal(len(large))} if by {100 * most:g}"
    )
    named = large or small
    return f"{said}: {several(named)}." if named and len(named) <= _MANY else f"{said}."


def _say_pool(row: Any) -> str:
    return (
        f"Pooled over {row.label}, {say_percent(row.percent)} answered “{escape(row.response)}” ({_ends(row)}); such a share "
        "is of several waves together, and no change is taken of it."
    )


def _say_certainty(trend: Trend) -> list[str]:
    """Which shares are known from one article, or second-hand, only."""
    said = []
    for mark, what in (
        ("article", "known from one article only, {source}; here nothing else could be found to check {them} against"),
        ("weak", "read second-hand only, {source}"),
        ("inferred", "our reading of what {source} print{s}"),
    ):
        rows: pd.DataFrame = trend.shown[trend.shown["certainty"] == mark].sort_values("time", kind="stable")
        if rows.empty:
            continue
        times, keys = list(dict.fromkeys(rows["label"])), list(dict.fromkeys(rows["source"]))
        source = several(f"{{cite:t}}`{key}`" for key in keys)
        one = len(rows) == 1
        told = what.format(source=source, them="it" if one else "them", s="s" if len(keys) == 1 else "")
        said.append(f"The {'share' if one else 'shares'} of {several(times)} {'is' if one else 'are'} {told}.")
    return [start_sentence(sentence) for sentence in said]
