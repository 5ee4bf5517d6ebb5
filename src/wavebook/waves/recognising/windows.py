"""Finds runs of a file's values in what a page prints: along a row, or down a column in the order of the file.

Each run of the file that is long enough to tell something is kept as one number, a hash of its values. A run tells as much
as its values surprise one who knows how often each occurs and what stood just before; the shortest one that tells enough
is kept for each cell at which one begins.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from wavebook.waves.recognising.view import ABSENT, Bits, Ids

_LENGTHS = (3, 4, 5, 6, 8, 10, 12, 16, 20, 26, 34, 44, 56, 72)
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_MOST = 4_000_000
"""Runs that are kept: of larger files not every cell begins one."""
Hashes = NDArray[np.uint64]


class Windows:
    """The runs of a file in one direction.

    Parameters
    ----------
    cells, bits
        The file's cells and what they tell; lines are read from the first axis, one after the other.
    respondents
        The respondent of each cell.
    enough
        The bits from which on a run is kept.
    gaps
        Whether what is missing stands in a run; otherwise it is passed over.
    """

    def __init__(self, cells: Ids, bits: Bits, respondents: Ids, enough: float, *, gaps: bool) -> None:
        lines = np.repeat(np.arange(cells.shape[0]), cells.shape[1])
        there = np.ones(cells.size, bool) if gaps else cells.ravel() != ABSENT
        lines, flat, told, who = (part.ravel()[there] for part in (lines, cells, bits, respondents))
        self._who = who
        self._kept: dict[int, tuple[Hashes, Ids]] = {}
        scrambled = _scramble(flat)
        starts = np.arange(0, len(flat), max(1, -(-len(flat) // _MOST)))
        for length in _LENGTHS:
            starts = starts[starts + length <= len(flat)]
            starts = starts[lines[starts] == lines[starts + length - 1]]
            sums = np.concatenate([[0.0], np.cumsum(told)])
            tells = sums[starts + length] - sums[starts] >= enough
            found = starts[tells]
            starts = starts[~tells]
            if len(found):
                hashes = _hashes(scrambled, found, length)
                order = np.argsort(hashes)
                self._kept[length] = hashes[order], found[order]

    def seen(self, ids: Ids) -> set[int]:
        """The respondents of all runs that occur in a row of values; a value that the file does not have ends a run."""
        found: set[int] = set()
        known = ids >= ABSENT
        ends = np.where(known, len(ids), np.arange(len(ids)))
        room = np.minimum.accumulate(ends[::-1])[::-1] - np.arange(len(ids))
        scrambled = _scramble(ids)
        for length, (hashes, starts) in self._kept.items():
            candidates = np.flatnonzero(room >= length)
            if not len(candidates):
                continue
            wanted = _hashes(scrambled, candidates, length)
            at = np.minimum(np.searchsorted(hashes, wanted), len(hashes) - 1)
            for place in starts[at[hashes[at] == wanted]]:
                found.update(self._who[place : place + length].tolist())
        return found


def _scramble(ids: Ids) -> Hashes:
    mixed = (ids.astype(np.uint64) + np.uint64(1)) * _FACTOR
    mixed ^= mixed >> np.uint64(29)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    return mixed ^ (mixed >> np.uint64(32))


def _hashes(scrambled: Hashes, starts: Ids, length: int) -> Hashes:
    found = np.zeros(len(starts), np.uint64)
    for step in range(length):
        found = found * _FACTOR + scrambled[starts + step]
    return found
