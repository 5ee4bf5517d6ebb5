"""Finds respondents in what a page prints under the names of a file's variables, in whatever order and choice.

Names stand before values in three ways: one before each (a record, a row by itself), all before the rows of a table, or
each before the values of several respondents (a table on its side, columns as lists, with or without an index between).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from wavebook.waves.recognising.view import ABSENT, FIRST_NAME, Bits, Ids, View

Record = tuple[tuple[int, int], ...]
"""Variables with the value of each."""
_MOST = 5_000
"""Records of one text that are looked up."""
_MANY, _AGAIN = 20, 5
"""Records that have to be found, and repetitions among them, where none tells much by itself."""
_FEWEST = 3
"""Values of a record that stands by itself, and records that follow each other in the order of the file."""
_NUMBERED = 4.0
"""Bits by which a record tells more that holds the respondent's number."""
_STRANGE = 6
"""One value of so many may be another than the respondent's: words beside a table are taken for one."""


class Found(NamedTuple):
    """Bits that something tells, and the respondents of whom."""

    bits: float
    respondents: frozenset[int]


class Named:
    """Looks respondents up by variables and values.

    Parameters
    ----------
    view
        The file.
    identifier
        The variable that numbers respondents, if one is known.
    public
        Whether the names are the study's own words, under which published tables stand too.
    """

    def __init__(self, view: View, identifier: str | None = None, *, public: bool = False) -> None:
        self._ways = [self._by_themselves, self._in_order, *([] if public else [self._repeated])]
        self._identifier = view.names.index(identifier) if identifier in view.names else None
        self._cells = view.cells
        self._bits: Bits = view.surprise()
        self._after: Bits = view.surprise_after(0)
        self._chance = np.log2(max(2, len(view.cells)))
        self._known: dict[Record, Found] = {}

    def seen(self, ids: Ids) -> Found:
        """Bits by which the records of a text are more than chance, and the respondents to whom they belong.

        A record that belongs to a respondent tells as much as its values are rare, less what it takes to hit one of the
        respondents by chance; of several in the order of the file, only the first has to be hit. Records of few values
        tell something where they repeat under the file's own names: a table of sums has each once. Under the study's
        names it has each as often as there are answers.
        """
        self._known = {}
        told, who = 0.0, frozenset[int]()
        for records in self._tables(ids):
            for way in self._ways:
                found = way(records[:_MOST])
                told, who = told + found.bits, who | found.respondents
        return Found(told, who)

    def _by_themselves(self, records: list[Record]) -> Found:
        told, who = 0.0, frozenset[int]()
        for record in {record for record in records if len(record) >= _FEWEST}:
            found = self._look_up(record)
            more = found.bits - self._chance
            if found.respondents and self._identifier in dict(record):
                more += _NUMBERED
            if more > 0:
                told, who = told + more, who | found.respondents
        return Found(told, who)

    def _in_order(self, records: list[Record]) -> Found:
        """The run of records that tells most, each of a respondent who comes after the one before."""
        best, told, run, last = Found(0.0, frozenset()), 0.0, 0, frozenset[int]()
        for record in records:
            found = self._look_up(record)
            following = frozenset(row + 1 for row in last) & found.respondents
            if following:
                row, columns = min(following), [name for name, _ in record]
                told, run, last = told + min(found.bits, float(self._after[row, columns].sum())), run + 1, following
            else:
                told, run, last = found.bits - self._chance, 1, found.respondents
            if run >= _FEWEST and told > best.bits:
                best = Found(told, frozenset(range(min(last) - run + 1, min(last) + 1)))
        return best

    def _repeated(self, records: list[Record]) -> Found:
        counted = Counter(record for record in records if len(record) > 1)
        matched = {record: found for record in counted if (found := self._look_up(record)).respondents}
        total = sum(counted[record] for record in matched)
        if total < _MANY or total - len(matched) < _AGAIN:
            return Found(0.0, frozenset())
        if any(counted[record] > len(found.respondents) for record, found in matched.items()):
            return Found(0.0, frozenset())
        return Found(float(total), frozenset().union(*(found.respondents for found in matched.values())))

    def _look_up(self, record: Record) -> Found:
        known = self._known  # pages are looked at by several threads
        if record not in known:
            columns, values = (list(part) for part in zip(*record, strict=True))
            same = self._cells[:, columns] == values
            agree = same.sum(axis=1)
            strange = len(record) - int(agree.max())
            rows = np.flatnonzero(agree == agree.max()) if strange * _STRANGE <= len(record) else np.array([], np.int64)
            told = 0.0
            if len(rows):
                told = float(self._bits[rows[0], columns][same[rows[0]]].sum())
                told -= strange * float(np.log2(len(record)))
            known[record] = Found(told, frozenset(rows.tolist()))
        return known[record]

    def _tables(self, ids: Ids) -> Iterator[list[Record]]:
        """The records that a text may mean, by each way to read it."""
        places = np.flatnonzero(ids <= FIRST_NAME)
        if not len(places):
            return
        ends = np.append(places[1:], len(ids))
        segments = [
            (int(FIRST_NAME - ids[start]), ids[start + 1 : end]) for start, end in zip(places, ends, strict=True)
        ]
        yield list(_one_by_one(segments))
        yield from _on_their_side(segments)
        header: list[int] = []
        for name, values in segments:
            header = [*header, name] if name not in header else [name]
            if len(values):
                if len(header) > 1:
                    yield list(self._under(header, values))
                header = []

    def _under(self, header: list[int], values: Ids) -> Iterator[Record]:
        """Rows below a header: what stands between them, such as their numbers, is passed over."""
        known: dict[tuple[int, ...], Record] = {}
        for row in self._cells[:, header]:
            there = row != ABSENT
            if there.sum() > 1:
                known[tuple(row[there].tolist())] = tuple(
                    zip(
                        (name for name, is_ in zip(header, there, strict=True) if is_), row[there].tolist(), strict=True
                    )
                )
        lengths = sorted({len(row) for row in known}, reverse=True)
        printed = values[values != ABSENT].tolist()
        at = 0
        while at < len(printed):
            for length in lengths:
                if record := known.get(tuple(printed[at : at + length])):
                    yield record
                    at += length
                    break
            else:
                at += 1


def _one_by_one(segments: list[tuple[int, Ids]]) -> Iterator[Record]:
    record: dict[int, int] = {}
    for name, values in segments:
        if name in record:
            yield tuple(record.items())
            record = {}
        if len(values) and values[0] > ABSENT:
            record[name] = int(values[0])
    if record:
        yield tuple(record.items())


def _on_their_side(segments: list[tuple[int, Ids]]) -> Iterator[list[Record]]:
    """Variables each with the values of the same respondents; every other number may be that of a row."""
    run: list[tuple[int, Ids]] = []
    for name, values in [*segments, (-1, np.array([], np.int64))]:
        # The last may be followed by words that belong to nobody.
        if run and name not in {known for known, _ in run} and len(values) >= len(run[0][1]) > 1:
            run.append((name, values[: len(run[0][1])]))
        else:
            for step in (1, 2) if len(run) > 1 else ():
                columns = [(known, printed[step - 1 :: step]) for known, printed in run]
                yield [
                    tuple((known, int(printed[at])) for known, printed in columns if printed[at] > ABSENT)
                    for at in range(len(columns[0][1]))
                    if any(printed[at] > ABSENT for _, printed in columns)
                ]
            run = [(name, values)]
