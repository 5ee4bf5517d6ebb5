"""What follows from everything that is public of one wave, in words for those who decide what is published."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wavebook.estimates.attack import Bound, Cell, Known, Truth, leaks, narrowest, statements, untrue
from wavebook.estimates.attack.cells import AND, FEWEST_IN_CELL
from wavebook.estimates.records import EstimateRecord
from wavebook.study import Fault

if TYPE_CHECKING:
    from wavebook.estimates.compute import Respondents

EXACT = 0.01
"""Bounds that are closer than this, in weighted respondents, are a number."""
_NAMED = 40

Exempts = Callable[[Bound], str | None]
"""The declared exemption that lets a cell follow as narrowly as it does, if there is one."""


@dataclass(frozen=True)
class Exposure:
    """What an attack on the public numbers of a wave found.

    Attributes
    ----------
    wave
        Its id.
    statements
        How many numbers are public.
    protected
        Cells that nobody may bound to fewer than ten respondents.
    follows
        Those that can be, narrowest first.
    exempt
        Those that a declared exemption lets follow, by its name.
    untrue
        Public numbers that are not of the file as it is read now: of another file or codebook.
    narrowest
        The narrowest bound of all others, but for groups that have not ten respondents themselves.
    """

    wave: str
    statements: int
    protected: int
    follows: tuple[Bound, ...]
    exempt: tuple[tuple[str, Bound], ...] = ()
    untrue: tuple[Known, ...] = ()
    narrowest: Bound | None = None

    @property
    def exact(self) -> int:
        """How many of those that follow are known to a number."""
        return sum(bound.width < EXACT for bound in self.follows)

    @property
    def faults(self) -> list[Fault]:
        """What follows, as reasons to refuse."""
        named = [Fault(self.wave, say(bound)) for bound in self.follows[:_NAMED]]
        more = len(self.follows) - len(named)
        return [*named, *([Fault(self.wave, f"and {more} more cells follow")] if more else [])]

    def summary(self) -> list[str]:
        """The finding in a few lines."""
        numbers = f"{self.statements:,} public numbers, {self.protected:,} protected cells"
        narrow = f"{len(self.follows):,} follow within fewer than {FEWEST_IN_CELL} respondents"
        lines = [f"{self.wave}: {numbers}: {narrow}, {self.exact:,} of them exactly"]
        if self.follows:
            lines.append(f"{self.wave}: narrowest: {say(self.follows[0])}")
        elif self.narrowest:
            lines.append(f"{self.wave}: narrowest: {say(self.narrowest)}")
        names = sorted({name for name, _ in self.exempt})
        lines += [
            f"{self.wave}: exemption {name}: cells that it lets follow: {sum(one == name for one, _ in self.exempt)}"
            for name in names
        ]
        lines += [
            f"{self.wave}: {known.said}: {known.item} is another number in the respondent file as it is read now"
            for known in {known.said: known for known in self.untrue}.values()
        ]
        return lines


def exposed(
    wave: str,
    truth: Truth,
    known: Iterable[Known],
    exempts: Exempts | None = None,
    cells: Sequence[Cell] | None = None,
    *,
    explain: bool = True,
    measure: bool = False,
) -> Exposure:
    """Attack the public numbers of a wave.

    Parameters
    ----------
    known
        All that is public; what the file contradicts is set aside.
    exempts
        Tells of a bound which exemption covers it.
    cells
        Look at these only; by default at all that are protected.
    explain
        Whether to find of each cell from which numbers it follows.
    measure
        Whether to find the narrowest bound where nothing follows, which takes longer.
    """
    known = list(dict.fromkeys(known))
    wrong = untrue(truth, known)
    known = [statement for statement in known if statement not in set(wrong)]
    cells = truth.protected(known) if cells is None else list(cells)
    found = leaks(truth, known, cells, explain=False)
    covered = [(exempts(bound) if exempts else None, bound) for bound in found]
    open_ = [bound for name, bound in covered if name is None]
    open_ = _without_unions_of_others(truth, open_)
    if explain and open_:
        first = [bound.cell for bound in open_[:_NAMED]]
        open_ = [*leaks(truth, known, first), *open_[_NAMED:]]
    least = None
    if measure and not open_:
        passed = {bound.cell for bound in found}
        wide = [cell for cell in cells if cell not in passed and truth.size(cell.item, cell.group)[1] >= FEWEST_IN_CELL]
        least = next(iter(narrowest(truth, known, wide)), None)
    return Exposure(
        wave,
        len(known),
        len(cells),
        tuple(open_),
        tuple((name, bound) for name, bound in covered if name is not None),
        tuple(wrong),
        least,
    )


def _without_unions_of_others(truth: Truth, bounds: list[Bound]) -> list[Bound]:
    """Leave out several responses together where one of them follows by itself."""
    alone: dict[tuple[str, object], list[frozenset[str]]] = {}
    for bound in bounds:
        if AND not in bound.cell.response:
            alone.setdefault((bound.cell.item, bound.cell.group), []).append(truth.responses(bound.cell))
    return [
        bound
        for bound in bounds
        if AND not in bound.cell.response
        or not any(held <= truth.responses(bound.cell) for held in alone.get((bound.cell.item, bound.cell.group), ()))
    ]


def attack_wave(
    respondents: Respondents, records: Iterable[EstimateRecord], more: Iterable[Known] = (), *, measure: bool = False
) -> Exposure:
    """Attack the estimates of a wave, and whatever else is public of it."""
    truth = respondents.truth
    known = [statement for record in records for statement in statements(record, truth)]

    def exempts(bound: Bound) -> str | None:
        return respondents.exempt(bound.cell.item, with_models=True).covers(bound)

    return exposed(respondents.wave.id, truth, [*known, *more], exempts, measure=measure)


@dataclass(frozen=True)
class OneEstimate:
    """What follows about the groups of one estimate: from itself alone, and from all that is public."""

    path: str
    protected: int
    alone: int
    alone_exact: int
    follows: int
    exact: int


def by_estimate(truth: Truth, records: Sequence[EstimateRecord], more: Iterable[Known] = ()) -> list[OneEstimate]:
    """For each table of shares how many of its protected answers follow; answers that the items name are counted."""
    known = [statement for record in records for statement in statements(record, truth)] + list(more)
    found = []
    for record in records:
        if record.function != "shares":
            continue
        item, by = record.arguments["item"], tuple(sorted(record.arguments["by"]))
        cells = [
            cell
            for cell in truth.protected_of(item, frozenset({by}))
            if cell.response in truth.items[item] or cell.response in truth.variables[item].of[item]
        ]
        alone = leaks(truth, statements(record, truth), cells, explain=False)
        together = leaks(truth, known, cells, explain=False)
        found.append(OneEstimate(record.path, len(cells), len(alone), _exact(alone), len(together), _exact(together)))
    return found


def _exact(bounds: Iterable[Bound]) -> int:
    return sum(bound.width < EXACT for bound in bounds)


def say(bound: Bound) -> str:
    """A cell and its bounds in words."""
    cell = bound.cell
    group = ", ".join(f"{division} {level}" for division, level in cell.group) or "all respondents"
    size = f"are {bound.low:.1f}" if bound.width < EXACT else f"lie between {bound.low:.1f} and {bound.high:.1f}"
    said = f" (from {', '.join(bound.said)})" if bound.said else ""
    return f"{cell.item}, {cell.response!r}, {group}: {size} weighted respondents{said}"
