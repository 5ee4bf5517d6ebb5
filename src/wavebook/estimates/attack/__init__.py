"""The attack on published estimates: what follows, from everything that is public, about those whom nobody may know.

The attacker holds all statements of all editions and tables, and knows the size of every group. What follows is found
by linear programming: the least and the greatest number of weighted respondents that a protected cell can hold while
every public sum stays what it is. A protected cell leaks if the two are less than ten respondents apart; the size of a
group is no secret, so that for a smaller group it has to be less than that.

What is in the program
    Shares, exact to twelve digits or as far as they were rounded. Headline answers as sums of responses. The answers
    of a group as parts of its total, and groups as parts of everybody. Respondents without a level in a division, as
    one more level. Crossings, which sum to both of their margins. Items that are made from one variable of the file.
    A level within a level of another division (a city in the urban settlements), with the sizes of that crossing.
    Models: the score equations of a weighted logistic regression say that for each categorical term fitted and true
    outcomes have the same weighted total at each level, among respondents who have all of the model's variables.
    A penalised one is taken for telling the same: its totals differ from the true ones by less than one respondent, and
    by a known amount. A proportional-odds model is taken for telling every answer at each level that it shows, which is
    more than one coefficient holds: it is an equation that closes a table in which one count is left open. How many
    respondents a model of those who gave an opinion rests on says how many gave none.

What is not, and why
    Standard errors, intervals, design effects and covariances are functions of the shares shown beside them and of
    how those vary between sampling points: of what is shown they repeat the span, and they hold nothing of an answer
    outside it, since the rows of what is withheld are taken out. An attacker who knew which answers each sampling
    point gave would learn from them; nothing public tells that.
    Numbers that are no sums of answers: tests of a whole table, mediation, average effects and medians of them. Each is
    one equation, and not a linear one, in many unknowns; where a table leaves one single unknown, however wide, the
    statistic of a test of that table closes it. So a test is made only of a table that is told as a whole. A numeric
    term of a model tells one total, of its number among those with the outcome, in which every value of it is an
    unknown of its own.
    That something is withheld. Whoever knows the rule concludes that of the answers that are told as one, at least one
    was rare or would have let a rare one follow; not which, as the record gives all of them the same reason.
    Sizes of crossings that no statement names, beyond levels that lie within another. That answers come in whole
    respondents. Anything that is known of a person from elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from wavebook.estimates.attack.cells import FEWEST_IN_CELL, Array, Bound, Cell, Known
from wavebook.estimates.attack.linear import Program, Rows, parts, ranges, reasons, tightened
from wavebook.estimates.attack.simplex import Contradiction, Part
from wavebook.estimates.attack.statements import statements
from wavebook.estimates.attack.truth import Truth
from wavebook.estimates.attack.variables import Variable

_TOLERANCE = 1e-4  # respondents
_PLACES = 3  # of widths that are told apart: what is closer is equal, on every machine


def narrowest(truth: Truth, known: Iterable[Known], cells: Iterable[Cell] | None = None) -> list[Bound]:
    """The bounds of cells, by default of all that are protected, the narrowest first."""
    known = list(dict.fromkeys(known))
    found = [bound for attacked in _attacks(truth, known, cells) for bound in attacked.bounds()]
    return sorted(found, key=_narrow_first)


def leaks(
    truth: Truth, known: Iterable[Known], cells: Iterable[Cell] | None = None, *, explain: bool = True
) -> list[Bound]:
    """Cells, by default of all that are protected, that follow within fewer than ten respondents; narrowest first.

    Parameters
    ----------
    explain
        Whether to look for the statements that each follows from, which takes longer than to find that it does.
    """
    known = list(dict.fromkeys(known))
    found = []
    for attacked in _attacks(truth, known, cells):
        leaking = attacked.leaks()
        found += attacked.explained(leaking) if explain else leaking
    return sorted(found, key=_narrow_first)


def _narrow_first(bound: Bound) -> tuple[float, Cell]:
    return round(bound.width, _PLACES), bound.cell


def any_leak(truth: Truth, known: Iterable[Known], cells: Iterable[Cell] | None = None) -> bool:
    """Whether anything follows; stops at the first."""
    known = list(dict.fromkeys(known))
    return any(attacked.leaks() for attacked in _attacks(truth, known, cells))


def limit(truth: Truth, cell: Cell) -> float:
    """How wide the bounds of a cell have to be: ten respondents, or all of a smaller group."""
    return min(float(FEWEST_IN_CELL), truth.size(cell.item, cell.group)[1]) - _TOLERANCE


def untrue(truth: Truth, known: Iterable[Known]) -> list[Known]:
    """Statements that the file contradicts: made from another file or codebook, so that they do not add up with it."""
    found = []
    for statement in known:
        holds = truth.holds(statement.item, statement.responses, statement.group)[1]
        slack = 1e-6 + 1e-9 * abs(holds)
        if not statement.low - slack <= holds <= statement.high + slack:
            found.append(statement)
    return found


def _attacks(truth: Truth, known: Sequence[Known], cells: Iterable[Cell] | None) -> Iterable[_Attack]:
    """One attack a variable of the file, with what was said of it."""
    wanted = None if cells is None else list(dict.fromkeys(cells))
    for variable in dict.fromkeys(truth.variables.values()):
        about = [statement for statement in known if statement.item in variable.items]
        tables = truth.tables(about)
        if wanted is None:
            chosen = [cell for item in variable.items for cell in truth.protected_of(item, frozenset(tables[item]))]
        else:
            chosen = [cell for cell in wanted if cell.item in variable.items]
        if chosen:
            named = {tuple(name for name, _ in cell.group) for cell in chosen}
            yield _Attack(truth, variable, about, named.union(*(tables[item] for item in variable.items)), chosen)


class _Attack:
    """The attack on one variable of the file."""

    def __init__(
        self, truth: Truth, variable: Variable, known: Sequence[Known], tables: set[tuple[str, ...]], cells: list[Cell]
    ) -> None:
        self.truth, self.known, self.cells = truth, known, cells
        wanted = frozenset({*tables, *truth.nested})
        kinds = variable.kinds((known.item, known.responses) for known in self.known)
        key = (variable.items[0], wanted, kinds)
        if key not in truth.remembered:
            truth.remembered[key] = Program(truth, variable.items[0], wanted, kinds)
        self.key = key
        self.program: Program = truth.remembered[key]

    def bounds(self) -> list[Bound]:
        """Exact bounds of all cells."""
        return self._found(exact=True)

    def leaks(self) -> list[Bound]:
        """Cells that are not wide enough, with their bounds."""
        key = (self.key, frozenset(self.known), tuple(self.cells))
        if key not in self.truth.remembered:
            wide = [limit(self.truth, cell) for cell in self.cells]
            found = zip(self._found(exact=False), wide, strict=True)
            self.truth.remembered[key] = [bound for bound, width in found if bound.width < width]
        return self.truth.remembered[key]

    def _found(self, *, exact: bool) -> list[Bound]:
        rows = self.program.rows(self.known)
        low, high = tightened(rows, self.program.most)
        opened, number = parts(rows, low, high)
        ends = [self.program.ends(cell.item, self.truth.responses(cell), cell.group) for cell in self.cells]
        wide = np.array([np.inf if exact else limit(self.truth, cell) for cell in self.cells])
        found = np.zeros((len(ends), 2))
        asked: dict[int, list[int]] = {}
        for at, (least, most) in enumerate(ends):
            found[at] = low[least[number[least] < 0]].sum(), high[most[number[most] < 0]].sum()
            for part in set(number[most].tolist()) - {-1}:
                asked.setdefault(part, []).append(at)
        for part, cells in asked.items():
            of_part = [tuple(one[number[one] == part] for one in ends[at]) for at in cells]
            found[cells] += self._ranges(opened[part], of_part, wide[cells])
        found[:, 0] = np.maximum(found[:, 0], 0)
        return [Bound(cell, float(least), float(most)) for cell, (least, most) in zip(self.cells, found, strict=True)]

    def _ranges(self, part: Part, ends: list[tuple[Array, ...]], wide: Array) -> Array:
        """Ranges of sums of a part's unknowns, remembered for the next statements that leave the part as it is."""
        matrix = part.matrix
        arrays = [part.unknowns, matrix.indptr, matrix.indices, part.low, part.high, part.least, part.most, wide]
        key = (self.key, *(array.tobytes() for array in [*arrays, *(one for pair in ends for one in pair)]))
        if key not in self.truth.remembered:
            aims = np.zeros((2, len(ends), len(part.unknowns)))
            for at, pair in enumerate(ends):
                for end, places in enumerate(pair):
                    aims[end, at, np.searchsorted(part.unknowns, places)] = 1
            self.truth.remembered[key] = ranges(part, aims[0], aims[1], wide)
        return self.truth.remembered[key]

    def explained(self, bounds: list[Bound]) -> list[Bound]:
        """Bounds with the statements that they follow from."""
        if not bounds:
            return []
        rows: Rows = self.program.rows(self.known)
        ends = [self.program.ends(b.cell.item, self.truth.responses(b.cell), b.cell.group) for b in bounds]
        said = reasons(rows, self.program.most, ends)
        return [bound._replace(said=names) for bound, names in zip(bounds, said, strict=True)]


__all__ = [
    "Bound",
    "Cell",
    "Contradiction",
    "Known",
    "Truth",
    "any_leak",
    "leaks",
    "limit",
    "narrowest",
    "statements",
    "untrue",
]
