"""What is told of the answers to one item in all groups of a wave, so that nothing rare follows from all of it together.

Each group is first given as many answers as it can have by itself (`disclosure`). What still follows is found by the
attack on published estimates; while something does, the answer that readers miss least is taken from a group: a single
response rather than a headline share, in a small group rather than in a large one. Last, whatever turns out not to have
been in the way is given back. Statistical offices call this secondary suppression.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import combinations
from types import MappingProxyType
from typing import NamedTuple

from wavebook.estimates.attack import leaks, narrowest
from wavebook.estimates.attack.cells import FEWEST_IN_CELL, FEWEST_RESPONDENTS, NO_LEVEL, Bound, Cell, Group, Known
from wavebook.estimates.attack.truth import Truth
from wavebook.estimates.disclosure import Answers, By, Count, Exempted, Table, Told, Withheld, group_name
from wavebook.study import Exemption

_FIRST, _QUOTED, _OTHER = 8, 4, 1  # how much readers miss the first quoted answer, another quoted one, any other
_ALIKE = 1e-3  # respondents
_AT_ONCE = 4  # cells of which is asked at once from what they follow


class Place(NamedTuple):
    """A group of a table: its levels in the table's divisions."""

    table: Table
    levels: tuple[str, ...]

    @property
    def by(self) -> By:
        """The divisions."""
        return self.table.by

    @property
    def name(self) -> str:
        """What the group is called in tables."""
        return group_name(self.levels)

    @property
    def group(self) -> Group:
        """The group as the attack knows it."""
        return tuple(sorted(zip(self.by, self.levels, strict=True)))


class Exempt:
    """What the exemptions of a wave let follow about one item: from shares, or from shares and models."""

    def __init__(
        self, truth: Truth, item: str, exemptions: Mapping[str, Exemption], *, with_models: bool = False
    ) -> None:
        self.truth = truth
        self._alone: dict[tuple[str, Cell], float] = {}
        self.exemptions = {name: known for name, known in exemptions.items() if known.item == item}
        self.known = [
            stated(truth, item, answer, self.group(known, group), name)
            for name, known in self.exemptions.items()
            for group in known.groups
            for answer in (*known.answers, *(known.models if with_models else ()))
        ]

    @staticmethod
    def group(exemption: Exemption, name: str) -> Group:
        """The group that an exemption names."""
        return tuple(sorted(zip(exemption.by, name.split(", "), strict=True))) if exemption.by else ()

    def answers(self, place: Place) -> dict[str, str]:
        """Answers of a group that are told against the rule, each with the name of its exemption."""
        return {
            answer: name
            for name, known in self.exemptions.items()
            if any(self.group(known, group) == place.group for group in known.groups)
            for answer in known.answers
        }

    @cached_property
    def declared(self) -> dict[str, dict[Group, frozenset[str]]]:
        """By exemption and group, the responses that it says may follow."""
        return {
            name: {self.group(known, follows.group): frozenset(follows.answers) for follows in known.lets_follow}
            for name, known in self.exemptions.items()
        }

    def covers(self, bound: Bound) -> str | None:
        """The exemption that lets a cell follow, as far as it does: what it says by itself, and no closer."""
        responses = self.truth.responses(bound.cell)
        for name, groups in self.declared.items():
            if responses <= groups.get(bound.cell.group, frozenset()):
                if (name, bound.cell) not in self._alone:
                    alone = [known for known in self.known if known.said == name]
                    self._alone[name, bound.cell] = narrowest(self.truth, alone, [bound.cell])[0].width
                if self._alone[name, bound.cell] <= bound.width + _ALIKE:
                    return name
        return None


def stated(truth: Truth, item: str, answer: str, group: Group, said: str) -> Known:
    """What a share says: the weighted number of respondents of a group who gave an answer."""
    responses = truth.answers_of(item, answer)
    total = truth.holds(item, responses, group)[1]
    return Known(item, responses, group, total, total, said)


class Plan:
    """What is told of one item.

    Parameters
    ----------
    answers
        Of the item, in the order in which readers want them.
    tables
        In order: each is held against those before it, none of which change.
    committed
        Tables of which it is settled what they tell.
    """

    def __init__(
        self,
        truth: Truth,
        item: str,
        answers: Answers,
        tables: Iterable[Table],
        exempt: Exempt,
        committed: Mapping[Table, Told] = MappingProxyType({}),
    ) -> None:
        self.truth, self.item, self.answers, self.exempt = truth, item, answers, exempt
        self.told: dict[Place, tuple[str, ...]] = {}
        self._barred: dict[Place, frozenset[str]] = {}
        for table in tables:
            places = self._places(table)
            if table in committed:
                self.told |= {place: committed[table].get(place.name, ()) for place in places}
                continue
            self._barred |= dict.fromkeys(places, frozenset())
            self.told |= {place: self._finest(place, frozenset()) for place in places}
            self._suppress(set(places), self._cells(table.by))

    def of(self, table: Table) -> dict[str, tuple[str, ...]]:
        """The answers that are told of each group of a table, by its name."""
        return {place.name: told for place, told in self.told.items() if place.table == table}

    def withheld(self, table: Table) -> tuple[Withheld, ...]:
        """What is not told of the groups of a table, and why."""
        found = []
        for place, told in self.told.items():
            if place.table != table:
                continue
            if self.truth.size(self.item, place.group)[0] < FEWEST_RESPONDENTS:
                found.append(Withheld(place.name, "", "few"))
                continue
            alone = self._finest(place, frozenset())
            found += [
                Withheld(place.name, answer, "follows" if answer in alone else "rare")
                for answer in table.asked or self.answers.parts
                if answer not in told
            ]
        return tuple(found)

    def exempted(self, table: Table) -> tuple[Exempted, ...]:
        """What is told of the groups of a table against the rule, and how few respondents it is about."""
        found = []
        for place, told in self.told.items():
            if place.table != table:
                continue
            n = self.truth.size(self.item, place.group)[0]
            for answer, name in self.exempt.answers(place).items():
                gave = self.truth.holds(self.item, self.answers.parts[answer], place.group)[0]
                if answer in told and min(gave, n - gave) < FEWEST_IN_CELL:
                    few = gave < FEWEST_IN_CELL
                    found.append(Exempted(place.name, answer, name, gave if few else n - gave, n, few))
        return tuple(found)

    def _places(self, of: Table) -> list[Place]:
        """All combinations of levels that occur, in order; who has no level is told of nowhere."""
        by = of.by
        order = tuple(sorted(range(len(by)), key=lambda at: by[at]))
        table = self.truth.table(self.item, tuple(by[at] for at in order))
        found = []
        for cell in table.cells:
            levels = tuple(cell[order.index(at)] for at in range(len(by)))
            if NO_LEVEL not in levels:
                found.append(Place(of, levels))
        ranks = [self.truth.division(name)[0] for name in by]
        return sorted(found, key=lambda place: [rank.index(lv) for rank, lv in zip(ranks, place.levels, strict=True)])

    def _finest(self, place: Place, barred: frozenset[str]) -> tuple[str, ...]:
        counts = {
            response: Count(*self.truth.holds(self.item, [response], place.group))
            for response in self.answers.responses
        }
        return self.answers.finest(counts, barred, list(self.exempt.answers(place)), place.table.asked)

    def _cells(self, by: By) -> list[Cell]:
        """The protected cells that a division can give away: its own, and those of what it is made of."""
        tables = {tuple(sorted(part)) for number in range(len(by) + 1) for part in combinations(by, number)}
        return self.truth.protected_of(self.item, frozenset(tables))

    def _suppress(self, open_: set[Place], cells: Sequence[Cell]) -> None:
        """Take answers from these groups until nothing follows about cells; then give back what was not in the way."""
        followed: dict[Cell, None] = {}
        while any(self.told[place] for place in open_) and (following := self._following(cells)):
            while following and any(self.told[place] for place in open_):  # of those that follow; taking opens them
                followed |= dict.fromkeys(bound.cell for bound in following)
                nearest = [bound.cell for bound in following[:_AT_ONCE]]
                self._take(leaks(self.truth, self._known(), nearest), open_)
                following = self._following([bound.cell for bound in following])
        barred = [(place, answer) for place in self.told if place in open_ for answer in self._barred[place]]
        for place, answer in sorted(barred, key=lambda one: (-self._worth(*one), one)):
            before = self._barred[place]
            self._bar(place, before - {answer})
            if self._following(list(followed)) or self._following(cells):
                self._bar(place, before)

    def _following(self, cells: Sequence[Cell]) -> list[Bound]:
        """Cells that follow from what is told, and that no exemption lets follow; the narrowest first."""
        found = leaks(self.truth, self._known(), cells, explain=False)
        return [bound for bound in found if not self.exempt.covers(bound)]

    def _known(self) -> list[Known]:
        return [
            stated(self.truth, self.item, answer, place.group, _said(place, answer))
            for place, answers in self.told.items()
            for answer in answers
        ]

    def _take(self, following: Sequence[Bound], open_: set[Place]) -> None:
        """Take the answer from a group that is in the way of most at the least loss."""
        tellers = {_said(place, answer): (place, answer) for place in open_ for answer in self.told[place]}
        votes: dict[tuple[Place, str], int] = {}
        for said in (said for bound in following for said in dict.fromkeys(bound.said)):
            if said in tellers and tellers[said][1] not in self.exempt.answers(tellers[said][0]):
                votes[tellers[said]] = votes.get(tellers[said], 0) + 1
        if not votes:  # it follows without these groups: the less reason to name them
            for place in open_:
                self._bar(place, frozenset(self.answers.parts))
            return
        place, answer = min(votes, key=lambda one: (self._loss(*one) / votes[one], one))
        self._bar(place, self._barred[place] | {answer})

    def _bar(self, place: Place, barred: frozenset[str]) -> None:
        self._barred[place] = barred
        self.told[place] = self._finest(place, barred)

    def _loss(self, place: Place, answer: str) -> float:
        left = self._finest(place, self._barred[place] | {answer})
        return sum(self._worth(place, name) for name in self.told[place]) - sum(
            self._worth(place, name) for name in left
        )

    def _worth(self, place: Place, answer: str) -> float:
        quoted = self.answers.headlines or self.answers.responses[:2]
        worth = _OTHER if answer not in quoted else _FIRST if answer == quoted[0] else _QUOTED
        return worth * math.sqrt(self.truth.size(self.item, place.group)[0])


def _said(place: Place, answer: str) -> str:
    return f"{place.table}: {place.name}: {answer}"
