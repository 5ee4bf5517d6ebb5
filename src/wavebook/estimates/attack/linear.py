"""The linear program of an attack: what public sums leave open of the cells that they are sums of.

The unknowns are the weighted numbers of respondents by atom of a variable and cell of a table, for every table that a
statement names; atoms that no statement tells apart count as one. Each table sums to those with fewer divisions, and
each group to its size; statements bound sums. Statements that are exact fix most of it, and what is left falls into parts that have nothing to do with each other:
with everybody's answers known, each division is one. Only the parts are solved, and most cells turn out to be wide from
points that were found for others.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from wavebook.estimates.attack.simplex import Contradiction, Part, Solver

if TYPE_CHECKING:
    from wavebook.estimates.attack.cells import Array, Group, Known
    from wavebook.estimates.attack.truth import Truth

Tables = frozenset[tuple[str, ...]]

_SLACK = 1e-6  # respondents: wider than the twelfth digit of a share, and than the tolerance of the solver
_FIXED = 1e-3  # a cell known as closely as this is a number, not an unknown
_SWEEPS = 30
_MATTERS = 1e-7
_ROOM = 1e-3  # respondents
_GOLDEN = 0.6180339887498949  # multiples of it leave remainders that are never the same


class Rows(NamedTuple):
    """Sums of unknowns and their bounds; entries by row, unknown and sign."""

    row: Array
    column: Array
    sign: Array
    low: Array
    high: Array
    said: tuple[str, ...]


class Program:
    """One variable of the file over some tables.

    Parameters
    ----------
    kinds
        The atoms, those together that no statement tells apart.
    """

    def __init__(
        self, truth: Truth, item: str, tables: Iterable[tuple[str, ...]], kinds: Sequence[frozenset[int]]
    ) -> None:
        self.truth, self.variable, self.item, self.kinds = truth, truth.variables[item], item, kinds
        self.tables = _closed(set(tables))
        self.start: dict[tuple[str, ...], int] = {}
        self.unknowns = 0
        for table in self.tables:
            self.start[table] = self.unknowns
            self.unknowns += len(kinds) * len(truth.table(item, table).cells)

    def ends(self, item: str, responses: Iterable[str], group: Group) -> tuple[Array, Array]:
        """The unknowns that a cell holds at least, and at most: of a kind that it holds a part of, none or all."""
        table, at = self.truth.cells(item, group)
        atoms = set(self.truth.atoms(item, responses))
        whole = [number for number, kind in enumerate(self.kinds) if kind <= atoms]
        touched = [number for number, kind in enumerate(self.kinds) if kind & atoms]
        return self._places(table, whole, at), self._places(table, touched, at)

    def _places(self, table: tuple[str, ...], kinds: Sequence[int], at: Sequence[int]) -> Array:
        cells = len(self.truth.table(self.item, table).cells)
        return (self.start[table] + np.add.outer(np.array(kinds, int) * cells, np.array(at, int))).ravel()

    def _asked(self, item: str) -> list[int]:
        return [number for number, kind in enumerate(self.kinds) if kind <= self.variable.asked[item]]

    @cached_property
    def sums(self) -> tuple[list[Array], list[Array], list[float]]:
        """What holds without any statement: tables sum to those below them, and groups to their sizes."""
        places: list[Array] = []
        signs: list[Array] = []
        totals: list[float] = []
        for table in self.tables:
            found = self.truth.table(self.item, table)
            for item in self.variable.items:
                asked, weight = self._asked(item), found.weight[sorted(self.variable.asked[item])]
                for at, size in enumerate(weight.sum(axis=0)):
                    places.append(self._places(table, asked, [at]))
                    signs.append(np.ones(len(asked)))
                    totals.append(float(size))
            for below in self._below(table):
                kept = [table.index(name) for name in below]
                sums: dict[tuple[str, ...], list[int]] = {}
                for at, cell in enumerate(found.cells):
                    sums.setdefault(tuple(cell[place] for place in kept), []).append(at)
                for to, cell in enumerate(self.truth.table(self.item, below).cells):
                    for kind in range(len(self.kinds)):
                        parts = self._places(table, [kind], sums.get(cell, []))
                        places.append(np.append(parts, self._places(below, [kind], [to])))
                        signs.append(np.append(np.ones(len(parts)), -1.0))
                        totals.append(0.0)
        return places, signs, totals

    def _below(self, table: tuple[str, ...]) -> list[tuple[str, ...]]:
        parts = [other for other in self.tables if set(other) < set(table)]
        return [one for one in parts if not any(set(one) < set(other) for other in parts)]

    @cached_property
    def most(self) -> Array:
        """No cell holds more than the group that it lies in."""
        found = np.full(self.unknowns, np.inf)
        for table in self.tables:
            weight = self.truth.table(self.item, table).weight
            cells = range(weight.shape[1])
            for item in self.variable.items:
                asked = self._asked(item)
                size = np.tile(weight[sorted(self.variable.asked[item])].sum(axis=0), len(asked))
                places = self._places(table, asked, cells)
                found[places] = np.minimum(found[places], size)
        return found

    def rows(self, known: Iterable[Known]) -> Rows:
        """All sums; a statement about the same unknowns as another narrows it."""
        places, signs, totals = self.sums
        places, signs = list(places), list(signs)
        bounds: dict[bytes, int] = {}
        low, high, said = [t - _SLACK for t in totals], [t + _SLACK for t in totals], [""] * len(totals)
        for statement in known:
            at, _ = self.ends(statement.item, statement.responses, statement.group)
            slack = _SLACK + 1e-10 * abs(statement.high)
            one, other = statement.low - slack, statement.high + slack
            key = np.sort(at).tobytes()
            if (row := bounds.get(key)) is None:
                bounds[key] = len(low)
                places.append(at)
                signs.append(np.ones(len(at)))
                low.append(one)
                high.append(other)
                said.append(statement.said)
                continue
            if one > low[row] + _SLACK or other < high[row] - _SLACK:
                said[row] = statement.said
            low[row], high[row] = max(low[row], one), min(high[row], other)
        number = np.repeat(np.arange(len(places)), [len(part) for part in places])
        return Rows(number, np.concatenate(places), np.concatenate(signs), np.array(low), np.array(high), tuple(said))


def _closed(tables: set[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Tables with all that two of them have in common, which is where they meet."""
    found = {*tables, ()}
    while True:
        common = {tuple(name for name in one if name in other) for one, other in combinations(found, 2)}
        if common <= found:
            return sorted(found, key=lambda table: (len(table), table))
        found |= common


def tightened(rows: Rows, most: Array) -> tuple[Array, Array]:
    """Bounds of each unknown that follow from the bounds of the others in each sum by itself, until nothing moves."""
    low, high = np.zeros(len(most)), most + _SLACK
    size = len(rows.low)
    row, column, plus = rows.row, rows.column, rows.sign > 0
    for _ in range(_SWEEPS):
        least, greatest = np.where(plus, low[column], -high[column]), np.where(plus, high[column], -low[column])
        room_above = (rows.high - np.bincount(row, least, size))[row] + least
        room_below = (rows.low - np.bincount(row, greatest, size))[row] + greatest
        new_high, new_low = high.copy(), low.copy()
        np.minimum.at(new_high, column, np.where(plus, room_above, -room_below))
        np.maximum.at(new_low, column, np.where(plus, room_below, -room_above))
        crossed = new_low > new_high
        if crossed.any():
            if (new_low - new_high)[crossed].max() > _FIXED:
                raise Contradiction
            new_low[crossed], new_high[crossed] = new_high[crossed], new_low[crossed]
        moved = max((high - new_high).max(initial=0), (new_low - low).max(initial=0))
        low, high = new_low, new_high
        if moved < _FIXED:
            break
    return low, high


def parts(rows: Rows, low: Array, high: Array) -> tuple[list[Part], Array]:
    """What is left open, in parts; and of each unknown the number of its part, -1 where it is known."""
    open_ = high - low > _FIXED
    size = len(rows.low)
    fixed = ~open_[rows.column]
    plus = rows.sign > 0
    at = rows.column
    least = np.bincount(rows.row, np.where(fixed, np.where(plus, low[at], -high[at]), 0), size)
    greatest = np.bincount(rows.row, np.where(fixed, np.where(plus, high[at], -low[at]), 0), size)
    below, above = rows.low - greatest, rows.high - least
    matrix = sparse.csr_array((rows.sign[~fixed], (rows.row[~fixed], at[~fixed])), shape=(size, len(low)))
    nodes = size + len(low)
    links = sparse.csr_array(
        (np.ones(int((~fixed).sum())), (rows.row[~fixed], size + at[~fixed])), shape=(nodes, nodes)
    )
    _, label = csgraph.connected_components(links, directed=False)
    label = label[size:]
    label[~open_] = -1
    used = np.bincount(rows.row[~fixed], minlength=size) > 0
    found = []
    of_row = np.full(size, -1)
    of_row[rows.row[~fixed]] = label[at[~fixed]]
    numbers = np.full(len(low), -1)
    for number, part in enumerate(np.unique(label[open_])):
        unknowns, held = np.flatnonzero(label == part), np.flatnonzero(used & (of_row == part))
        numbers[unknowns] = number
        found.append(Part(unknowns, matrix[held][:, unknowns], below[held], above[held], low[unknowns], high[unknowns]))
    return found, numbers


def ranges(part: Part, least: Array, most: Array, wide: Array) -> Array:
    """Bounds of sums of a part's unknowns.

    Parameters
    ----------
    least, most
        Of each sum the unknowns that it holds at least and at most, as ones, shape (sums, unknowns).
    wide
        Of each sum, the width from which on nobody needs to know it exactly.

    Returns
    -------
    Shape (sums, 2). Where a sum is as wide as that, two values that it can take, that far apart.
    """
    solver = Solver(part)
    low, high = np.full(len(least), np.inf), np.full(len(most), -np.inf)

    def look(aim: Array) -> None:
        point, _ = solver.least(aim)
        np.minimum(low, least @ point, out=low)
        np.maximum(high, most @ point, out=high)

    if len(least) > 1:
        look(least.sum(axis=0))
        look(-most.sum(axis=0))
    known: dict[bytes, None] = {}
    for at in range(len(least)):
        for aim in (-most[at], least[at]):
            if high[at] - low[at] < wide[at] and aim.any() and (key := aim.tobytes()) not in known:
                look(aim)
                known[key] = None
    return np.column_stack([low, high])


def reasons(rows: Rows, most: Array, ends: Sequence[tuple[Array, Array]]) -> list[tuple[str, ...]]:
    """For each sum of unknowns the statements that its bounds follow from: those that bind at the least and greatest.

    Often there are several ways to the same bound. Each statement is given a little room of its own, more where it comes
    later, so that one way is the narrowest: few statements, and the same ones whatever solves the program.
    """
    unknowns = len(most)
    stated = np.array([bool(said) for said in rows.said])
    room = np.where(stated, _ROOM * (1 + np.cumsum(stated) % _GOLDEN / _GOLDEN), 0)
    rows = rows._replace(low=rows.low - room, high=rows.high + room)
    matrix = sparse.csr_array((rows.sign, (rows.row, rows.column)), shape=(len(rows.low), unknowns))
    solver = Solver(Part(np.arange(unknowns), matrix, rows.low, rows.high, np.zeros(unknowns), most + _SLACK))
    found: list[tuple[str, ...]] = []
    for least, greatest in ends:
        binding = np.zeros(len(rows.low), bool)
        for places, sign in ((least, 1.0), (greatest, -1.0)):
            aim = np.zeros(unknowns)
            aim[places] = sign
            binding |= np.abs(solver.least(aim)[1]) > _MATTERS
        found.append(tuple(dict.fromkeys(said for said, at in zip(rows.said, binding, strict=True) if at and said)))
    return found
