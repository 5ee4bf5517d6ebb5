"""What may leave the machine: how much is told of one group of respondents, so that no answer of too few is told.

Two rules. Nothing is told of a group of fewer than 30 respondents. An answer that fewer than 10 respondents of a group
gave is rare, one that nobody gave included, and so is whatever the answers that are told leave to be worked out: told
are as many answers as cut the group into parts of 10 and more. Statistical offices call this primary suppression;
`wavebook.estimates.suppression` sees to what follows from several groups and tables together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from wavebook.estimates.attack.cells import FEWEST_IN_CELL, FEWEST_RESPONDENTS
from wavebook.study import Item
from wavebook.survey import Shares

RULE = 2
"""The number of the rule: estimates made under another one are made anew."""

Why = Literal["few", "rare", "follows"]
"""Few respondents in the group; a rare answer, or one that leaves a rare one; one from which, with what else is told,
something rare could be worked out."""

Part = frozenset[str]
"""Responses taken together."""


By = tuple[str, ...]
"""Divisions by which an item is asked; none for all respondents."""


class Table(NamedTuple):
    """What is asked of an item: by which divisions (none: of all respondents), and which answers, where not all."""

    by: By = ()
    asked: tuple[str, ...] = ()


Told = Mapping[str, tuple[str, ...]]
"""The answers that are told of each group of a table, by its name."""


class Withheld(NamedTuple):
    """One thing that is not shown, and why: an answer of a group, or with an empty response the whole group."""

    group: str
    response: str
    why: Why = "rare"


class Count(NamedTuple):
    """Respondents, and their weight."""

    n: int
    weight: float


class Exempted(NamedTuple):
    """A share that is shown against the rule: how many of how many respondents did not give the answer, or gave it."""

    group: str
    response: str
    exemption: str
    few: int
    n: int
    gave: bool


@dataclass(frozen=True)
class Answers:
    """What can be told of the answers to one item.

    Attributes
    ----------
    parts
        The responses that make up each answer; a response is made up of itself.
    headlines, responses
        Names of the answers, those that matter most first; `headlines` are those that are quoted, where some are sums.
    """

    parts: Mapping[str, Part]
    headlines: tuple[str, ...]
    responses: tuple[str, ...]

    @classmethod
    def of(cls, item: Item, held: Sequence[str]) -> Answers:
        """The answers of an item, as far as a file can hold its responses."""
        headline = {name: frozenset(parts) for name, parts in item.headline.items() if set(parts) <= set(held)}
        parts = {**{name: frozenset([name]) for name in held}, **headline}
        first = tuple(name for name in item.quoted if name in parts) if headline else ()
        return cls(parts, first, tuple(held))

    def atoms(self, told: Iterable[str]) -> set[Part]:
        """The parts into which the answers that are told cut a group; what they leave is one as well."""
        marks: dict[tuple[bool, ...], set[str]] = {}
        told = list(told)
        for response in self.responses:
            marks.setdefault(tuple(response in self.parts[name] for name in told), set()).add(response)
        return {frozenset(part) for part in marks.values()}

    def follow(self, told: Iterable[str], from_: Iterable[str] | None = None) -> set[str]:
        """Answers that can be worked out for a group from those that are told of it."""
        atoms = self.atoms(told)
        return {
            name
            for name in (self.parts if from_ is None else from_)
            if all(atom <= self.parts[name] or not atom & self.parts[name] for atom in atoms)
        }

    def finest(
        self,
        counts: Mapping[str, Count],
        barred: Collection[str] = (),
        exempt: Collection[str] = (),
        asked: Collection[str] = (),
    ) -> tuple[str, ...]:
        """The answers of a group that can be told, as many as leave only common parts.

        Headline shares come first; then the responses inside of those that can be told, and of the first headline even
        where that cannot be; the responses outside of all headlines only where all headlines can be told.

        Parameters
        ----------
        counts
            Respondents of the group by response, and their weight.
        barred
            Answers that must not be told of this group, nor follow from what is.
        exempt
            Answers that are told although they, or what they leave, are rare.
        asked
            Answers of which no others are to be told; by default all.
        """
        if sum(count.n for count in counts.values()) < FEWEST_RESPONDENTS:
            return ()
        allowed = self.atoms(exempt)

        def common(told: Sequence[str]) -> bool:
            few = (part for part in self.atoms(told) if not _common([counts[response] for response in part]))
            return all(part in allowed for part in few) and not self.follow(told, barred)

        told: list[str] = []
        for name in asked or (*exempt, *self.headlines):
            if name not in told and common([*told, name]):
                told.append(name)
        if asked:
            return tuple(told)
        headlines = [name for name in self.headlines if name in told or name == self.headlines[0]]
        open_ = set(self.responses).difference(*(self.parts[name] for name in self.headlines if name not in headlines))
        if not set(self.headlines) <= set(told):
            open_ &= set().union(*(self.parts[name] for name in headlines))
        for name in self.responses:
            if name in open_ and name not in told and common([*told, name]):
                told.append(name)
        return tuple(name for name in self.parts if name in told)


def _common(counts: Sequence[Count]) -> bool:
    """Whether a part is of ten respondents and weighs as much: what is rare in it can be anything up to ten, then."""
    return min(sum(count.n for count in counts), sum(count.weight for count in counts)) >= FEWEST_IN_CELL


def withhold(shares: Shares, by: Sequence[str], told: Mapping[str, Collection[str]]) -> Shares:
    """Keep of shares by group the answers that are told of each, without the counts of single cells.

    Parameters
    ----------
    told
        The answers by group; a group goes by its levels, all respondents by an empty text.
    """
    table = shares.table
    named = [group_name(row[column] for column in by) for _, row in table.iterrows()]
    kept = np.array(
        [
            response in told.get(group, ()) and n >= FEWEST_RESPONDENTS
            for group, response, n in zip(named, table["response"], table["n"], strict=True)
        ],
        bool,
    )
    shown = table[kept].drop(columns=["cell", *(["missing"] if by else [])]).reset_index(drop=True)
    return Shares(shown, covariance=shares.covariance[np.ix_(kept, kept)], df=shares.df, notes=shares.notes)


def group_name(levels: Iterable[object]) -> str:
    """What a group is called: its level, or its levels in the order of the divisions."""
    return ", ".join(str(level) for level in levels)
