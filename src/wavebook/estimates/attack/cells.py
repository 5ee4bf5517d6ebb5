"""The words of the attack on published estimates: cells, what is known of them, and what follows."""

from __future__ import annotations

from typing import Any, NamedTuple

from numpy.typing import NDArray

FEWEST_RESPONDENTS = 30
FEWEST_IN_CELL = 10

Group = tuple[tuple[str, str], ...]
"""Pairs of division and level, sorted; empty for all respondents."""
Array = NDArray[Any]

NO_LEVEL = "(no answer)"
"""The level of those who have none: whoever has all others' numbers has theirs."""
NOT = "not "
"""Before a level: all others that have one. Before an answer: all other responses."""
AND = " + "
"""Between responses that make up one answer that the items do not name."""
ALL_OF = "all of "
"""Before names of divisions: the division into those who have a level in each of them, and those who do not."""

SPOKE = "spoke of "
"""Before an item: the division into those who gave an opinion in it, and those who gave none."""


class Cell(NamedTuple):
    """The respondents of a group who gave an answer: a response, a headline answer, or several responses."""

    item: str
    response: str
    group: Group = ()


class Known(NamedTuple):
    """A public statement: how many of a group gave one of some responses, in weighted respondents, and who said so."""

    item: str
    responses: frozenset[str]
    group: Group
    low: float
    high: float
    said: str


class Bound(NamedTuple):
    """What follows about a cell: it holds between `low` and `high` weighted respondents, by what was said there."""

    cell: Cell
    low: float
    high: float
    said: tuple[str, ...] = ()

    @property
    def width(self) -> float:
        """How far the bounds are apart."""
        return self.high - self.low
