"""Finds values that tell whose they are by themselves, and variables that are printed whole, in whatever order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wavebook.waves.recognising.view import ABSENT, Bits, Ids, View
from wavebook.waves.recognising.words import exact

_TEXT = 12.0
"""Bits that a text tells which hardly anybody else has given."""
_FEWEST = 20
"""Different values of a variable, below which none of it tells whose it is."""
_TEXTS, _NUMBERS = 3, 10
"""How many such values have to stand in a text: more than a table of least, greatest and middle ones holds."""
_SPARSE = 1 / 32
_WHOLE_TEXTS, _WHOLE_NUMBERS = 3, 8
"""Different values of a variable, below which it is not told from others when it is printed whole."""
_EXACTLY = 0.9


class _Numbers(NamedTuple):
    """Numbers of which nearly every respondent has another, with so many between them that few others hit one."""

    holders: dict[str, int]
    low: float
    high: float
    density: float


class Telling:
    """Values that tell whose they are: identifiers, names, what people said in their words, weights to five decimals.

    Parameters
    ----------
    view
        The file.
    exactly
        Its variables that hold numbers, as they are.
    """

    def __init__(self, view: View, exactly: Sequence[Bits]) -> None:
        self._holders: dict[int, int] = {}
        for column in view.cells.T:
            there = column[column != ABSENT]
            different = np.unique(there)
            if _mostly_different(len(different), len(there)) and np.isnan(view.number(different)).all():
                self._holders |= {int(id_): row for row, id_ in enumerate(column) if id_ != ABSENT}
        made = [_numbers(column, step) for column in exactly for step in (1.0, 1e-5)]
        self._numbers = [numbers for numbers in made if numbers is not None]

    def seen(self, ids: Ids, numbers: set[str]) -> tuple[float, set[int]]:
        """Bits by which such values in a text are more than chance, and the respondents who have them."""
        texts = set(ids[ids > ABSENT].tolist()) & self._holders.keys()
        best = (
            (_TEXT * len(texts), {self._holders[text] for text in texts}) if len(texts) >= _TEXTS else (0.0, set[int]())
        )
        for known in self._numbers:
            hit = numbers & known.holders.keys()
            decimals = "." in next(iter(known.holders))
            tried = sum(known.low <= float(number) <= known.high for number in numbers if ("." in number) == decimals)
            if len(hit) >= _NUMBERS and len(hit) > (expected := tried * known.density):
                told = len(hit) * float(np.log2(len(hit) / expected))
                best = max(best, (told, {known.holders[number] for number in hit}), key=lambda found: found[0])
        return best


def _mostly_different(different: int, there: int) -> bool:
    return different >= _FEWEST and 2 * different > there


def _numbers(column: Bits, step: float) -> _Numbers | None:
    """The whole numbers of a variable, or those to five decimals, if they tell whose they are."""
    there = np.isfinite(column)
    whole = column == np.round(column)
    fine = ~there | whole if step == 1.0 else there & (np.round(column, 3) != column)
    if (step == 1.0 and not fine.all()) or not _mostly_different(
        len(np.unique(column[there & fine])), int(there.sum())
    ):
        return None
    rows = np.flatnonzero(there & fine)
    holders = {(str(int(column[row])) if step == 1.0 else exact(column[row])): int(row) for row in rows}
    low, high = float(column[rows].min()), float(column[rows].max())
    density = len(holders) / ((high - low) / step + 1)
    return _Numbers(holders, low, high, density) if density <= _SPARSE else None


class Whole:
    """Variables of which each value is printed just as often as respondents have it.

    Parameters
    ----------
    view
        The file.
    enough
        Bits that a variable has to have for all respondents together.
    """

    def __init__(self, view: View, enough: float) -> None:
        self._variables: list[tuple[Ids, NDArray[np.int64]]] = []
        bits = view.surprise_after(0).sum(axis=0)
        for place, column in enumerate(view.cells.T):
            values, counts = np.unique(column[column != ABSENT], return_counts=True)
            texts = np.isnan(view.number(values)).all()
            several = len(values) >= (_WHOLE_TEXTS if texts else _WHOLE_NUMBERS)
            if several and counts.max() > 1 and bits[place] >= enough:
                self._variables.append((values, counts))
        self._size = len(view.texts)

    def seen(self, ids: Ids) -> int:
        """How many respondents are printed, in whatever order; 0 if not all."""
        printed = np.bincount(ids[ids > ABSENT], minlength=self._size)
        whole = [
            int(counts.sum())
            for values, counts in self._variables
            if (printed[values] >= counts).all() and (printed[values] == counts).mean() >= _EXACTLY
        ]
        return max(whole, default=0)
