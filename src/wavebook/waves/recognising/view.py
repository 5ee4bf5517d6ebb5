"""A respondent file as numbers: each cell is the number of its words, so that what a page prints can be held against it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from wavebook.waves.recognising.words import GONE, words

Ids = NDArray[np.int64]
Bits = NDArray[np.float64]

ABSENT, UNKNOWN, FIRST_NAME = 0, -1, -2
"""A missing value; a word that the file does not hold; the name of its first variable, from which others count down."""
Column = tuple[Ids, Sequence[str]]
"""A variable: the place of each respondent's text, -1 for none, and the texts."""


class View:
    """One way in which the rows of a file can be written: with its labels, its codes, or the study's own words.

    Parameters
    ----------
    columns
        The variables by their names, in the order of the file.

    Attributes
    ----------
    names
        The variables.
    cells
        The number of each cell's words: a row a respondent, a column a variable.
    texts
        The words by their numbers.
    """

    def __init__(self, columns: Mapping[str, Column]) -> None:
        self.names = tuple(columns)
        numbers: dict[tuple[str, ...], int] = {}
        cells = []
        for places, texts in columns.values():
            known = [tuple(words(text)) for text in texts]
            ids = [numbers.setdefault(said, len(numbers) + 1) if "".join(said) != GONE else ABSENT for said in known]
            cells.append(np.array([*ids, ABSENT], np.int64)[places])
        self.cells: Ids = np.column_stack(cells)
        self.texts = [(), *numbers]
        self._numbers = np.array([np.nan, *(_number(text) for text in numbers)])
        self._phrases = _by_first(numbers, self.names)

    def read(self, said: Sequence[str]) -> Ids:
        """Give words the numbers that they have in the file; several words that are one value, or one name, get one."""
        found: list[int] = []
        at = 0
        while at < len(said):
            if not said[at]:
                found.append(ABSENT)
                at += 1
                continue
            for phrase, id_ in self._phrases.get(said[at], ()):
                if len(phrase) == 1 or tuple(said[at : at + len(phrase)]) == phrase:
                    found.append(id_)
                    at += len(phrase)
                    break
            else:
                found.append(UNKNOWN)
                at += 1
        return np.array(found, np.int64)

    def number(self, ids: Ids) -> Bits:
        """The numbers that values say; NaN for those that say none."""
        return self._numbers[ids]

    def surprise(self) -> Bits:
        """How much each cell tells, in bits, of one who knows how often each value of the variable occurs."""
        found = np.zeros(self.cells.shape)
        for column in range(self.cells.shape[1]):
            found[:, column] = _rarity(self.cells[:, column])
        return found

    def surprise_after(self, axis: int) -> Bits:
        """The same of one who also knows the value just before it: above it (axis 0), or to the left (axis 1).

        What repeats the value before it, or counts on from it, tells little where the file does so often: numbers in
        order tell nothing, nor does a town below itself.
        """
        bits = self.surprise()
        for column in range(self.cells.shape[1]):
            before = np.zeros(len(self.cells), np.int64)
            if axis == 0:
                before[1:] = self.cells[:-1, column]
            elif column:
                before = self.cells[:, column - 1]
            now = self.cells[:, column]
            same = now == before
            step = np.nan_to_num(self._numbers[now] - self._numbers[before], nan=np.inf)
            steps = _rarity(step, np.isfinite(step))
            steps[(steps <= 1) & ~same] = 0  # most count on so: what is counted through tells nothing
            usual = np.minimum(steps, _rarity(same.astype(np.int64), same))
            bits[:, column] = np.minimum(bits[:, column], usual)
        return bits


def _rarity(values: Bits | Ids, where: NDArray[np.bool_] | None = None) -> Bits:
    """The bits that each value tells; those that are not counted get no limit, and what is missing tells nothing."""
    there = values != ABSENT if where is None else where
    found = np.full(len(values), 0.0 if where is None else np.inf)
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    total = there.sum() if where is None else len(values)
    found[there] = np.log2(total / counts[inverse[there]])
    return found


def _number(text: tuple[str, ...]) -> float:
    try:
        return float(text[0]) if len(text) == 1 else np.nan
    except ValueError:
        return np.nan


def _by_first(
    values: Mapping[tuple[str, ...], int], names: Sequence[str]
) -> dict[str, list[tuple[tuple[str, ...], int]]]:
    """Values and names by their first word, the longest first; a value goes before a name that is spelt like it."""
    phrases = {tuple(words(name)): FIRST_NAME - place for place, name in enumerate(names)} | dict(values)
    found = defaultdict(list)
    for phrase, id_ in phrases.items():
        if phrase:
            found[phrase[0]].append((phrase, id_))
    return {first: sorted(known, key=lambda known: -len(known[0])) for first, known in found.items()}
