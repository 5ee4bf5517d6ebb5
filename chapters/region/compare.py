"""Shares of several countries and houses, the contrasts between them, and the words that follow from both.

Which word is said is decided by the numbers: whoever changes a share changes the sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from wavebook.estimates import EstimatingStudy, printed_shares, share_trend
from wavebook.figures.words import BARS_WITHOUT_A_POINT, STATUS_WORDS, cardinal, several, span
from wavebook.study import COUNTRIES, MODE_WORDS, Study, say_percent
from wavebook.survey import CUSTOMARY_DEFFS, contrasts, published_shares
from wavebook.text.phrases import SIGNIFICANT, say_seen

HALF = 0.5
"""A majority lies above it."""

_SECOND_HAND = ("weak", "article", "inferred")


@dataclass(frozen=True)
class Move:
    """A difference of two shares, or of two such differences, among all that a page tests.

    Attributes
    ----------
    start, end
        The rows of the shares; of a difference of differences, those of the second and the first.
    estimate, half, p, mde
        The difference, half the width of its 95% interval, p after Holm's adjustment over the page, and the smallest
        difference that would have been seen; fractions.
    """

    start: Any
    end: Any
    estimate: float
    half: float
    p: float
    mde: float

    @property
    def seen(self) -> bool:
        """Whether it is more than chance would give."""
        return self.p < SIGNIFICANT

    @property
    def verb(self) -> str:
        """What the share did: "rose", "fell", or "did not move beyond chance"."""
        return ("rose" if self.estimate > 0 else "fell") if self.seen else "did not move beyond chance"


def points_of(study: EstimatingStudy, series: str, countries: Sequence[str], item: str, response: str) -> pd.DataFrame:
    """The shares of one answer in several countries, in order of time, with `country`, `place` and `segment`."""
    found = [
        share_trend(study, series, country, item, [response]).points.assign(country=country, place=COUNTRIES[country])
        for country in countries
    ]
    return pd.concat(found, ignore_index=True)


def shares_of(study: Study, waves: Iterable[str], item: str, response: str | None = None) -> pd.DataFrame:
    """The printed shares of one item in some waves among all respondents; one answer, or all."""
    found = pd.concat([printed_shares(study, wave) for wave in waves], ignore_index=True)
    wanted = (found["item"] == item) & (found["by"] == "")
    return found[wanted & (found["response"] == response if response else True)].reset_index(drop=True)


def moves(shares: pd.DataFrame, asked: Mapping[str, Mapping[int, float]], deff: float | None = None) -> dict[str, Move]:
    """Contrasts of printed shares, all adjusted together by Holm's method.

    Parameters
    ----------
    asked
        For each name the weights of rows of `shares`, by index: −1 and 1 of a change, and both twice of a difference
        of changes, the larger change first. Rows must have intervals.
    deff
        A design effect in the place of each row's own.
    """
    if not asked:
        return {}
    used = sorted({row for weights in asked.values() for row in weights})
    rows = shares.loc[used].reset_index(drop=True)
    matrix = np.zeros((len(asked), len(used)))
    for number, weights in enumerate(asked.values()):
        for row, weight in weights.items():
            matrix[number, used.index(row)] = weight
    known = published_shares(rows if deff is None else rows.assign(deff=deff))
    table = contrasts(known, matrix, names=list(asked)).table
    made = {}
    for found, weights in zip(table.itertuples(), asked.values(), strict=True):
        signed = list(weights)
        made[str(found.contrast)] = Move(
            start=shares.loc[signed[0]],
            end=shares.loc[signed[-1]],
            estimate=float(found.estimate),
            half=float(found.upper - found.lower) / 2,
            p=float(found.p_adjusted),
            mde=float(found.mde),
        )
    return made


def turning(shares: pd.DataFrame, asked: Mapping[str, Mapping[int, float]]) -> list[str]:
    """Names of contrasts that are more than chance at one customary design effect and not at another."""
    grid = [moves(shares, asked, deff) for deff in CUSTOMARY_DEFFS]
    return [name for name in asked if len({found[name].seen for found in grid}) > 1]


def neighbours(shares: pd.DataFrame, *by: str) -> dict[str, dict[int, float]]:
    """The contrasts of each two neighbouring rows that are alike in some columns, in order of time, by those and the wave."""
    asked: dict[str, dict[int, float]] = {}
    for names, rows in exact(shares).groupby(list(by), sort=False):
        ordered = rows.sort_values("time", kind="stable")
        for (before, _), (after, row) in pairwise(ordered.iterrows()):
            asked[", ".join([*map(str, names), str(row["wave"])])] = {int(before): -1.0, int(after): 1.0}
    return asked


def blocks(shares: pd.DataFrame, titles: Sequence[str], rows: Sequence[str]) -> pd.DataFrame:
    """The same shares for `shares_chart` to draw in blocks: under each title its rows, which nothing joins."""
    return shares.assign(title=list(titles), response=list(rows))


def say_flip(move: Move) -> str:
    """How large the design effect would have to be for a change to be no more than chance, by itself."""
    deff = max(move.start.deff, move.end.deff)
    return f"a design effect of {deff * (move.estimate / move.half) ** 2:.0f} instead of {deff:g}"


def exact(points: pd.DataFrame) -> pd.DataFrame:
    """The rows that have an interval: no bounds, nothing pooled."""
    return points[(points["bound"] == "") & points["lower"].notna()]


def size(fraction: float) -> str:
    """A difference without its sign, in points: 0.57 → "57", 0.0667 → "6.7"."""
    return f"{100 * abs(fraction):.1f}".removesuffix(".0")


def when(label: str) -> str:
    """A wave's time in brackets: "2006 to 2008" → "2006–2008"."""
    return label.replace(" to ", "\N{EN DASH}")


def years_of(shares: pd.DataFrame) -> str:
    """From which year to which the waves reach, by their names: "2006–2025"."""
    years = sorted({year for label in shares["label"] for year in re.findall(r"\d{4}", label)})
    return "\N{EN DASH}".join(dict.fromkeys([years[0], years[-1]]))


def told(row: Any) -> str:
    """A share with its time and interval, to stand in brackets: "30% in 2025, interval 27 to 34"."""
    limits = "only a bound" if row.bound else f"interval {span(row.lower, row.upper)}"
    return f"{say_percent(row.percent)} in {when(row.label)}, {limits}"


def say_move(move: Move) -> str:
    """What a share did between two waves, with what chance allows."""
    between = f"from {move.start.percent}% ({when(move.start.label)}) to {move.end.percent}% ({when(move.end.label)})"
    if move.seen:
        return f"{move.verb} {between}, by {size(move.estimate)} points, give or take {size(move.half)}"
    adjusted = ", adjusted for the tests of this page," if abs(move.estimate) > move.half else ""
    return f"went {between}, which{adjusted} cannot be told from chance; a change of {say_seen(move.mde)}"


def standing(row: Any) -> str:
    """Whether a share is a majority: "a majority", "a minority", or neither for sure."""
    if row.lower >= HALF if row.bound else row.lower > HALF:
        return "a majority"
    if row.upper <= HALF if row.bound else row.upper < HALF:
        return "a minority"
    return "a share that cannot be told from a half"


def second_hand(row: Any) -> bool:
    """Whether a share was not read in the source that it comes from, or rests on our reading."""
    return row.certainty in _SECOND_HAND


def say_steady(
    shares: pd.DataFrame, asked: Mapping[str, Mapping[int, float]], names: Mapping[str, str] | None = None
) -> str:
    """Whether what is said of chance depends on the design effect that is assumed; `names` are those of the tests in words."""
    grid = several(f"{deff:g}" for deff in CUSTOMARY_DEFFS)
    if not (turned := turning(shares, asked)):
        return f"At each of the customary design effects ({grid}) the same changes are more than chance."
    said = "; ".join((names or {}).get(name, name) for name in turned)
    return f"At other customary design effects ({grid}) the verdict on chance turns for: {said}. All others stay."


def caption_parts(shares: pd.DataFrame) -> list[str]:
    """What the marks in a chart mean, as far as the shares need it, and what the chart rests on."""
    sources = len(set(shares["source"]))
    parts = []
    if shares["certainty"].isin(_SECOND_HAND).any():
        parts.append("Hollow: second-hand, or our reading.")
    if (shares["bound"] != "").any():
        parts.append(BARS_WITHOUT_A_POINT)
    named = several(f"{{cite:t}}`{key}`" for key in dict.fromkeys(shares["source"]))
    few = f"published, {named}" if sources <= 2 else f"published, {cardinal(sources)} sources, all named below"
    return [*parts, f"Evidence: {few}."]


def measured(study: Study, shares: pd.DataFrame) -> list[str]:
    """How the shares of a figure were measured: modes and sizes of the waves, and what the intervals rest on."""
    waves = [study.described(wave) for wave in dict.fromkeys(shares["wave"])]
    alike: dict[tuple[str, str], dict[str, list[str]]] = {}
    for wave in waves:
        n = study.n(wave)
        number = "number of respondents not found" if n.value is None else f"{n.value:,.0f} respondents"
        number += " in each, assumed" if n.status == "assumed" else ""
        how = f"{MODE_WORDS[wave.mode]}, {number}"
        how = "medians or means of several samples, without an interval" if wave.pooled else how
        place = "several countries" if wave.pooled else wave.place
        times = alike.setdefault((study.series[wave.series].name, how), {}).setdefault(place, [])
        times.append(when(str(wave.fieldwork)))
    said = [
        f"{series}: {how} ({'; '.join(f'{place} {several(dict.fromkeys(times))}' for place, times in held.items())})."
        for (series, how), held in alike.items()
    ]
    known = exact(shares).drop_duplicates(["deff", "deff_status"])
    said += [
        f"The 95% intervals rest on a design effect of {row.deff:g} ({STATUS_WORDS[row.deff_status]})."
        for row in known.itertuples()
    ]
    return said


def say_tests(found: Mapping[str, Move]) -> str:
    """How many tests a page makes, and what is done about it."""
    return f"The page makes {cardinal(len(found))} tests; their p-values are adjusted together (Holm)."
