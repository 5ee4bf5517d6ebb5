"""Everything that the book says of a wave to the public: committed estimates, and figures of all editions.

A figure's numbers are read as readers have them, from its table and from the data of its specification, whatever their
layout: the texts of a row say of which answer and which group they are, and the respondent file, which the attack runs
beside, says which number is the share. Numbers in prose are those of the estimates, to a decimal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

from wavebook.estimates import EstimatingStudy
from wavebook.estimates.attack.cells import Group, Known
from wavebook.estimates.attack.earlier import earlier_statements
from wavebook.estimates.attack.exposure import Exposure, attack_wave
from wavebook.estimates.attack.truth import Truth
from wavebook.estimates.compute import Respondents
from wavebook.estimates.records import records_of
from wavebook.figures.editions import Version, versions
from wavebook.figures.record import FigureRecord
from wavebook.study import Study, Wave
from wavebook.waves.store import how_to_get, read_stored, stored_path

NOT_SHARES = frozenset({"lower", "upper", "low", "high", "respondents", "design effect"})
"""Columns of numbers about a share, and how the names of such columns end: `difference, lower`."""
_NUMBER = re.compile(r"\d+(\.\d+)?")
_MOST_LEVELS = 3  # divisions that one row can cross
_PRECISE = 1e-3
_BETWEEN = re.compile(r"[:;,|]\s+")


@dataclass(frozen=True)
class Figure:
    """One version of a figure, as far as it speaks of one wave.

    Attributes
    ----------
    study, wave, truth
        The wave, and what its file holds.
    record, said
        What it says, and what it is called.
    """

    study: Study
    wave: str
    truth: Truth
    record: FigureRecord
    said: str

    def statements(self) -> list[Known]:
        """The shares of the wave that it tells, as narrowly as it tells them."""
        if not any(source.wave == self.wave for source in self.record.sources):
            return []
        found = [known for row in self._rows() for known in self._said_by(row)]
        return list(dict.fromkeys(found))

    def _rows(self) -> Iterator[dict[str, Any]]:
        for row in self.record.rows:
            yield dict(zip(self.record.columns, row, strict=True))
        yield from _data(self.record.spec)

    @cached_property
    def _items(self) -> list[str]:
        """The items that it is about; all, if its record is of before they were told."""
        named = {item for source in self.record.sources if source.wave == self.wave for item in source.items}
        return [item for item in self.truth.items if item in named or not named]

    @cached_property
    def _context(self) -> str:
        return _plain(" ".join([self.record.title, self.record.caption, *self.record.measured]))

    @cached_property
    def _levels(self) -> dict[str, list[tuple[str, str]]]:
        """Divisions and levels by what a reader sees of a level."""
        found: dict[str, list[tuple[str, str]]] = {}
        for division in self.truth.divisions:
            for level in self.truth.division(division)[0]:
                found.setdefault(_plain(level), []).append((division, level))
        return found

    def _said_by(self, row: Mapping[str, Any]) -> Iterator[Known]:
        texts = [_plain(cell) for cell in row.values() if isinstance(cell, str)]
        if any(text in self.study.waves and text != self.wave for text in texts):
            return
        words = set(texts) | {part for text in texts for part in _BETWEEN.split(text)}
        numbers = [
            number
            for name, cell in row.items()
            if name.rpartition(", ")[2] not in NOT_SHARES and (number := _number(cell)) is not None
        ]
        sizes = {cell for cell in row.values() if isinstance(cell, int)}
        for item in self._items_of(words):
            for answer in self._answers(item, words):
                responses = self.truth.answers_of(item, answer)
                groups = self._groups(words)
                for group in groups or [(), *self._sized(item, sizes)]:
                    yield from self._matched(item, responses, group, numbers)
                if not groups:
                    precise = [number for number in numbers if number[1] < _PRECISE]
                    for group in self._elsewhere:
                        yield from self._matched(item, responses, group, precise)

    def _items_of(self, words: set[str]) -> list[str]:
        titles = {item: _plain(self.study.items[item].title) for item in self._items if item in self.study.items}
        named = [item for item in self._items if _plain(item) in words or titles.get(item) in words]
        return named or [item for item in self._items if titles.get(item, item) in self._context] or self._items

    def _answers(self, item: str, words: set[str]) -> list[str]:
        known = [*self.truth.items[item], *(set(self.truth.variables[item].of[item]) - set(self.truth.items[item]))]
        return [name for name in known if _plain(name) in words] or [
            name for name in known if _plain(name) in _BETWEEN.split(self._context)
        ]

    def _groups(self, words: set[str]) -> list[Group]:
        """Groups that a row can be of, by the levels that it names."""
        asked = [division for division in self.truth.divisions if self._named(division) & words]
        options = []
        for word in sorted(words & set(self._levels)):
            of_asked = [pair for pair in self._levels[word] if pair[0] in asked]
            options.append(of_asked or self._levels[word])
        if not options:
            return []
        found: set[Group] = set()
        for pairs in product(*options[:_MOST_LEVELS]):
            group = dict(pairs)
            further = [division for division in asked if division not in group]
            if len(group) == len(pairs) and len(group) + len(further) <= _MOST_LEVELS:
                for levels in product(*(self.truth.division(division)[0] for division in further)):
                    found.add(tuple(sorted({**group, **dict(zip(further, levels, strict=True))}.items())))
        return sorted(found)

    def _named(self, division: str) -> set[str]:
        """What readers see of a division."""
        known = self.study.groups.get(division)
        return {_plain(division), *([_plain(known.title)] if known else [])}

    @cached_property
    def _singles(self) -> list[Group]:
        return [(pair,) for pairs in self._levels.values() for pair in pairs]

    def _sized(self, item: str, sizes: set[int]) -> list[Group]:
        """Groups of as many respondents as a row says."""
        return [group for group in self._singles if self.truth.size(item, group)[0] in sizes]

    @cached_property
    def _elsewhere(self) -> list[Group]:
        """Groups that title or caption name: of those only a number with many digits is taken to be."""
        named = (rf"(?<!\w){re.escape(_plain(group[0][1]))}(?!\w)" for group in self._singles)
        return [group for group, name in zip(self._singles, named, strict=True) if re.search(name, self._context)]

    def _matched(
        self, item: str, responses: frozenset[str], group: Group, numbers: Sequence[tuple[float, float]]
    ) -> Iterator[Known]:
        """Statements of the numbers that are the share of an answer, or how far a group is from all others."""
        size, total = self.truth.size(item, group)[1], self.truth.holds(item, responses, group)[1]
        others, elsewhere = self.truth.size(item, ())[1] - size, self.truth.holds(item, responses, ())[1] - total
        if size <= 0:
            return
        for value, half in numbers:
            for times in (100.0, 1.0):
                least, most = (value - half) / times, (value + half) / times
                if least <= total / size <= most:
                    yield Known(item, responses, group, least * size, most * size, self.said)
                if not group or others <= 0:
                    continue
                # With everybody's share known, a difference from all others is as good as a share.
                everybody, scale = (total + elsewhere) / others, size * others / (size + others)
                difference = total / size - elsewhere / others
                if least <= abs(difference) <= most:
                    ends = (least, most) if difference >= 0 else (-most, -least)
                    low, high = ((end + everybody) * scale for end in ends)
                    yield Known(item, responses, group, low, high, self.said)


def _data(spec: Any) -> Iterator[dict[str, Any]]:
    """All rows of data anywhere in a specification."""
    match spec:
        case dict():
            for value in spec.values():
                yield from _data(value)
        case list():
            rows = [row for row in spec if isinstance(row, dict)]
            if rows and len(rows) == len(spec) and all(_flat(row) for row in rows):
                yield from rows
            else:
                for part in spec:
                    yield from _data(part)


def _flat(row: dict[str, Any]) -> bool:
    return not any(isinstance(value, dict | list) for value in row.values())


def _number(cell: Any) -> tuple[float, float] | None:
    """A number, and half a step of its last digit."""
    text = repr(cell) if isinstance(cell, int | float) and not isinstance(cell, bool) else str(cell).strip("% ")
    text = text.lstrip("-−")
    if not _NUMBER.fullmatch(text):
        return None
    return float(text), 0.5 * 10.0 ** -len(text.partition(".")[2])


def _plain(text: str) -> str:
    """A text as readers take it: dashes of one kind, no case."""
    return text.replace("–", "-").replace("−", "-").casefold().strip()


def attack_public(study: EstimatingStudy) -> list[Exposure]:
    """Attack all that is public of each wave whose file is on this machine: estimates, figures of all editions and now."""
    figures = [version for known in versions(study.root).values() for version in known]
    exposures = []
    for wave in study.waves.values():
        records = list(records_of(study.root, wave.id))
        if records and (respondents := _respondents(study, wave)):
            told = (
                Figure(study, wave.id, respondents.truth, version.figure, _called(version)).statements()
                for version in figures
            )
            exposures.append(attack_wave(respondents, records, [known for some in told for known in some]))
    return exposures


def remarks(study: EstimatingStudy) -> list[str]:
    """What a release cannot answer for: waves whose file is not here, and what the history of the repository tells."""
    said = []
    for wave in study.waves.values():
        if not (records := list(records_of(study.root, wave.id))):
            continue
        if (respondents := _respondents(study, wave)) is None:
            what = "its respondent file is not on this machine, so nobody has tried what follows from all editions together"
            said.append(f"{wave.id}: {what}; {how_to_get(wave)}")
        elif earlier := earlier_statements(study.root, wave.id, respondents.truth):
            found = attack_wave(respondents, records, earlier)
            if found.follows:
                what = (
                    f"{len(found.follows):,} protected cells follow with estimates that the history of git still holds"
                )
                said.append(f"{wave.id}: {what}; publish the repository without that history")
    return said


def _respondents(study: EstimatingStudy, wave: Wave) -> Respondents | None:
    """The respondents of a wave, if its file is here."""
    if wave.microdata is None or wave.microdata.codebook is None or stored_path(study.root, wave) is None:
        return None
    return Respondents.of(study, wave, read_stored(study.root, wave))


def _called(version: Version) -> str:
    return f"figure {version.figure.id}, {f'edition {version.edition}' if version.edition else 'draft'}"
