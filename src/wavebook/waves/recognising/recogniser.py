"""Tells whether a text shows respondents of a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from wavebook.study import number_text
from wavebook.waves.coding import CodedWave, texts
from wavebook.waves.readers import RespondentFile
from wavebook.waves.recognising.named import Named
from wavebook.waves.recognising.serial import Serial
from wavebook.waves.recognising.view import ABSENT, UNKNOWN, Bits, Column, Ids, View
from wavebook.waves.recognising.whole import Telling, Whole
from wavebook.waves.recognising.windows import Windows
from wavebook.waves.recognising.words import numbers, words

# Bits that have to be told: along a row and down a column beyond what it takes to name a cell.
ROW, COLUMN, NAMED, TELLING = 8.0, 16.0, 12.0, 30.0
WHOLE = 100.0
STRIDES = 12
_FEWEST = 3


class Shown(NamedTuple):
    """What a text was found to show.

    Attributes
    ----------
    respondents
        How many were recognised.
    how
        In what form.
    """

    respondents: int
    how: str


class Recogniser:
    """What is known of one respondent file, made once and asked of many texts.

    Parameters
    ----------
    file
        The file.
    coded
        The same in the study's words, if there is a codebook.
    identifier
        The variable that numbers respondents, if one is known.
    """

    def __init__(self, file: RespondentFile, coded: CodedWave | None = None, identifier: str | None = None) -> None:
        self.name = file.name
        self._serial = None
        if identifier is not None and identifier in file.frame:
            places, found = texts(file.frame[identifier])
            self._serial = Serial(identifier, [found[place] if place >= 0 else "" for place in places])
        exactly = [file.frame[name].to_numpy(float) for name in file.frame if file.frame[name].dtype == float]
        self._ways = [_Way(View(columns), exactly, identifier) for columns in _ways_to_write(file)]
        if coded is not None:
            columns = {name: texts(coded.frame[name]) for name in coded.frame}
            self._ways.append(_Way(View(columns), exactly, None, public=True))

    def shown(self, text: str) -> Shown | None:
        """Say what a text shows of respondents; None if it shows nothing of them."""
        said, exactly = words(text), numbers(text)
        found = [shown for way in self._ways if (shown := way.shown(said, exactly))]
        if not found and self._serial and (who := self._serial.seen(said)):
            return Shown(len(who), "the numbers of respondents")
        return max(found, default=None)


class _Way:
    def __init__(self, view: View, exactly: list[Bits], identifier: str | None, *, public: bool = False) -> None:
        self._view = view
        who = np.broadcast_to(np.arange(len(view.cells))[:, None], view.cells.shape)
        chance = float(np.log2(max(2, view.cells.size)))
        self._rows = Windows(view.cells, view.surprise_after(1), who, chance + ROW, gaps=False)
        self._columns = Windows(view.cells.T, view.surprise_after(0).T, who.T, chance + COLUMN, gaps=True)
        self._named = Named(view, identifier, public=public)
        self._telling, self._whole = Telling(view, exactly), Whole(view, WHOLE)

    def shown(self, said: list[str], exactly: set[str]) -> Shown | None:
        ids = self._view.read(said)
        named = self._named.seen(ids)
        if named.bits >= NAMED:
            return Shown(len(named.respondents), "values under the names of variables")
        if (ids >= 0).sum() < _FEWEST:
            return None
        if who := self._rows.seen(np.maximum(ids, UNKNOWN)[ids != ABSENT]):
            return Shown(len(who), "values along rows")
        if who := self._columns.seen(_strides(ids)):
            return Shown(len(who), "values down a column")
        told, who = self._telling.seen(ids, exactly)
        if told >= TELLING:
            return Shown(len(who), "values that only they have")
        whole = self._whole.seen(ids)
        return Shown(whole, "all values of a variable") if whole else None


def _strides(ids: Ids) -> Ids:
    """Words one after the other, every second, every third …, one such row of words after the other."""
    values = np.maximum(ids, UNKNOWN)
    rows = [values[start::step] for step in range(1, STRIDES + 1) for start in range(step)]
    return np.concatenate([part for row in rows for part in (row, [UNKNOWN])])


def _ways_to_write(file: RespondentFile) -> Iterator[dict[str, Column]]:
    written: dict[str, Column] = {name: texts(file.frame[name]) for name in file.frame}
    yield written
    if file.codes:
        codes = {name: {text: number_text(code) for text, code in known.items()} for name, known in file.codes.items()}
        yield {
            name: (places, [codes.get(name, {}).get(text, text) for text in found])
            for name, (places, found) in written.items()
        }
    fractions = [name for name in file.frame if _has_fractions(file.frame[name])]
    for digits in (0, 1) if fractions else ():
        yield {name: texts(file.frame[name].round(digits)) for name in fractions}


def _has_fractions(column: pd.Series) -> bool:
    return column.dtype == float and bool((column.dropna() % 1 != 0).any())
