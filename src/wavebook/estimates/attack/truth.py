"""What a respondent file holds, as the attack on published estimates needs it: who gave what, by group."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from itertools import combinations
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from wavebook.estimates.attack.cells import (
    ALL_OF,
    AND,
    FEWEST_IN_CELL,
    FEWEST_RESPONDENTS,
    NO_LEVEL,
    NOT,
    SPOKE,
    Array,
    Cell,
    Group,
    Known,
)
from wavebook.estimates.attack.variables import Variable

if TYPE_CHECKING:
    from wavebook.estimates.compute import Respondents

_SEVERAL = 8  # rare responses of one group of which all combinations are looked at


class Table(NamedTuple):
    """One variable by divisions: its cells, and by atom and cell respondents and their weight."""

    cells: tuple[tuple[str, ...], ...]
    respondents: Array
    weight: Array


class Truth:
    """What a file holds.

    Parameters
    ----------
    frame
        A row a respondent, with a column of categories for each item and division.
    items
        By item, the responses that make up each answer; a response is itself, a headline answer a sum.
    divisions
        Columns that divide respondents. Another item can be named as well where a statement does so.
    weights
        By respondent; 1 by default.
    linked
        Items that are made from the same variable of the file.
    silence
        By item the responses of those who gave no opinion.
    """

    def __init__(
        self,
        frame: pd.DataFrame,
        items: Mapping[str, Mapping[str, Sequence[str]]],
        divisions: Sequence[str],
        weights: Any = None,
        linked: Sequence[Sequence[str]] = (),
        silence: Mapping[str, Sequence[str]] = MappingProxyType({}),
    ) -> None:
        self.silence = {item: frozenset(silence.get(item, ())) for item in items}
        self.frame, self.items, self.divisions = frame, items, tuple(divisions)
        self.weights: Array = np.ones(len(frame)) if weights is None else np.nan_to_num(np.asarray(weights, float))
        together = [*(list(names) for names in linked), *([item] for item in items)]
        self.variables: dict[str, Variable] = {}
        for names in together:
            if not set(names) & set(self.variables):
                variable = Variable(frame, names)
                self.variables |= dict.fromkeys(names, variable)
        self.table = cache(self._table)
        self.remembered: dict[Any, Any] = {}  # what the linear program has found before

    @classmethod
    def of(cls, respondents: Respondents) -> Truth:
        """What the respondents of a wave said, in the study's words."""
        codebook = respondents.codebook
        made_from: dict[str, list[str]] = {}
        for item, recode in codebook.items.items():
            made_from.setdefault(recode.variable, []).append(item)
        frame = respondents.coded.frame
        return cls(
            frame,
            {item: respondents.answers(item) for item in codebook.items},
            list(codebook.groups),
            frame.get("weight"),
            [names for names in made_from.values() if len(names) > 1],
            {item: respondents.study.items[item].silence for item in codebook.items},
        )

    @cache  # noqa: B019 - a truth lives as long as its program
    def division(self, name: str) -> tuple[tuple[str, ...], Array]:
        """Levels of a division, those who have none as the last one, and each respondent's."""
        if name in self.frame:
            coded = pd.Categorical(self.frame[name])
            levels, codes = [str(level) for level in coded.categories], np.asarray(coded.codes, np.int64)
            if (codes < 0).any():
                codes = np.where(codes < 0, len(levels), codes)
                levels.append(NO_LEVEL)
            return tuple(levels), codes
        if name.startswith(ALL_OF):
            parts = name.removeprefix(ALL_OF).split(", ")
            return ("yes", "no"), (~self.complete(parts)).astype(np.int64)
        if name.startswith(SPOKE):
            return ("yes", "no"), (~self.spoke(name.removeprefix(SPOKE))).astype(np.int64)
        raise KeyError(name)

    @property
    def columns(self) -> tuple[str, ...]:
        """Items and divisions."""
        return (*self.items, *self.divisions)

    def answers_of(self, item: str, answer: str) -> frozenset[str]:
        """The responses that an answer is made of."""
        return frozenset(self.items[item].get(answer, (answer,)))

    def complete(self, columns: Iterable[str]) -> Array:
        """Which respondents have a category in each of some columns."""
        return self.frame[list(columns)].notna().all(axis=1).to_numpy()

    def spoken(self, item: str) -> frozenset[str]:
        """The responses of those who gave an opinion."""
        return frozenset(self.variables[item].of[item]) - self.silence[item]

    def spoke(self, item: str) -> Array:
        """Which respondents gave an opinion in an item."""
        return self.frame[item].isin(self.spoken(item)).to_numpy()

    @cached_property
    def nested(self) -> list[tuple[str, str]]:
        """Divisions of which a level lies within one of another, as a city in the urban settlements: known to all."""
        found = []
        for one, other in combinations(self.divisions, 2):
            (rows, row), (columns, column) = self.division(one), self.division(other)
            sizes = np.bincount(row * len(columns) + column, minlength=len(rows) * len(columns))
            sizes = sizes.reshape(len(rows), len(columns))
            for table in (sizes, sizes.T):
                within = (table > 0).sum(axis=1) == 1
                if (within & (table.sum(axis=1) >= FEWEST_RESPONDENTS)).any() and table.shape[1] > 1:
                    found.append((one, other) if one < other else (other, one))
                    break
        return found

    def _table(self, item: str, divisions: tuple[str, ...]) -> Table:
        variable = self.variables[item]
        inside = variable.code >= 0
        parts = [self.division(name) for name in divisions]
        crossing = np.zeros(len(self.frame), np.int64)
        for levels, codes in parts:
            crossing = crossing * len(levels) + codes
        found, place = np.unique(crossing[inside], return_inverse=True)
        names = []
        for number in found:
            cell, rest = [], int(number)
            for levels, _ in reversed(parts):
                rest, at = divmod(rest, len(levels))
                cell.append(levels[at])
            names.append(tuple(reversed(cell)))
        key = variable.code[inside] * len(found) + place
        size, shape = variable.atoms * len(found), (variable.atoms, len(found))
        count = np.bincount(key, minlength=size).reshape(shape)
        return Table(tuple(names), count, np.bincount(key, self.weights[inside], minlength=size).reshape(shape))

    def cells(self, item: str, group: Group) -> tuple[tuple[str, ...], list[int]]:
        """The divisions that a group lies in, and which cells of their table it holds."""
        divisions = tuple(name for name, _ in group)
        held = [self._levels(name, level) for name, level in group]
        table = self.table(item, divisions)
        return divisions, [
            at
            for at, cell in enumerate(table.cells)
            if all(level in levels for level, levels in zip(cell, held, strict=True))
        ]

    def _levels(self, division: str, level: str) -> frozenset[str]:
        known = self.division(division)[0]
        if level not in known and level.startswith(NOT):
            return frozenset(known) - {level.removeprefix(NOT), NO_LEVEL}
        return frozenset({level})

    def atoms(self, item: str, responses: Iterable[str]) -> list[int]:
        """The atoms that some responses are made of."""
        of = self.variables[item].of[item]
        return sorted(atom for response in responses for atom in of.get(response, ()))

    def size(self, item: str, group: Group) -> tuple[int, float]:
        """Respondents of a group who were asked, and their weight."""
        return self._sum(item, sorted(self.variables[item].asked[item]), group)

    def holds(self, item: str, responses: Iterable[str], group: Group) -> tuple[int, float]:
        """Respondents of a group who gave one of some responses, and their weight."""
        return self._sum(item, self.atoms(item, responses), group)

    def _sum(self, item: str, atoms: list[int], group: Group) -> tuple[int, float]:
        divisions, at = self.cells(item, group)
        table = self.table(item, divisions)
        where = np.ix_(atoms, at)
        return int(table.respondents[where].sum()), float(table.weight[where].sum())

    def responses(self, cell: Cell) -> frozenset[str]:
        """The responses that the answer of a cell is made of."""
        named = self.answers(cell.item).get(cell.response)
        return named if named is not None else frozenset(cell.response.split(AND))

    @cache  # noqa: B019
    def answers(self, item: str) -> dict[str, frozenset[str]]:
        """All answers to an item and what is left of each: a share of 97.2 says of 2.8 that they said something else."""
        everything = frozenset(self.variables[item].of[item])
        found: dict[str, frozenset[str]] = {}

        def add(name: str, held: frozenset[str]) -> None:
            if held and held != everything and held not in found.values():
                found[name] = held

        for name in self.variables[item].of[item]:
            add(name, frozenset({name}))
        answers = {name: frozenset(parts) & everything for name, parts in self.items[item].items()}
        for name, held in answers.items():
            add(name, held)
        for name, held in answers.items():
            add(f"{NOT}{name}", everything - held)
        headline = [name for name, held in answers.items() if len(held) > 1]
        for number in range(2, min(len(headline), 5) + 1):
            for names in combinations(headline, number):
                add(
                    f"neither {' nor '.join(names)}", everything - frozenset().union(*(answers[name] for name in names))
                )
        return found

    @cached_property
    def single(self) -> tuple[tuple[str, ...], ...]:
        """Everybody, and each division by itself."""
        return ((), *((division,) for division in self.divisions))

    def tables(self, known: Iterable[Known]) -> dict[str, set[tuple[str, ...]]]:
        """By item, the divisions that statements name, and each division by itself."""
        found: dict[str, set[tuple[str, ...]]] = {item: set(self.single) for item in self.items}
        for statement in known:
            found[statement.item].add(tuple(name for name, _ in statement.group))
        return found

    def protected(self, known: Iterable[Known] = ()) -> list[Cell]:
        """Answers that 0 to 9 respondents of a group gave, and all answers of groups under 30.

        Groups are everybody, the levels of each division, and of the crossings that statements name.
        """
        return [
            cell for item, tables in self.tables(known).items() for cell in self.protected_of(item, frozenset(tables))
        ]

    @cache  # noqa: B019
    def protected_of(self, item: str, tables: frozenset[tuple[str, ...]]) -> list[Cell]:
        """The protected cells of one item in some tables."""
        return [cell for divisions in sorted(tables) for cell in self._protected(item, divisions)]

    def _protected(self, item: str, divisions: tuple[str, ...]) -> Iterator[Cell]:
        table = self.table(item, divisions)
        asked = table.respondents[sorted(self.variables[item].asked[item])].sum(axis=0)
        answers = {name: self.atoms(item, held) for name, held in self.answers(item).items()}
        of = {name: sorted(atoms) for name, atoms in self.variables[item].of[item].items()}
        counts = {name: table.respondents[atoms].sum(axis=0) for name, atoms in answers.items()}
        single = {name: table.respondents[atoms].sum(axis=0) for name, atoms in of.items()}
        named = set(self.answers(item).values())
        for at, levels in enumerate(table.cells):
            group = tuple(zip(divisions, levels, strict=True))
            few = asked[at] < FEWEST_RESPONDENTS
            if not asked[at]:
                continue
            yield from (Cell(item, name, group) for name, count in counts.items() if few or count[at] < FEWEST_IN_CELL)
            rare = [name for name in of if single[name][at] < FEWEST_IN_CELL]
            if few or len(rare) > _SEVERAL:
                continue
            for number in range(2, len(rare) + 1):
                for names in combinations(rare, number):
                    together = sum(int(single[name][at]) for name in names)
                    if together < FEWEST_IN_CELL and frozenset(names) not in named:
                        yield Cell(item, AND.join(names), group)
