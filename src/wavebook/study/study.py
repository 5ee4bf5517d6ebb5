"""The study: everything that is known of the waves, in one object."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, Self, TypeVar

from pybtex.database import BibliographyData

from wavebook.study.check import all_faults
from wavebook.study.contents import Contents
from wavebook.study.digests import digest_of
from wavebook.study.exemptions import Exemption
from wavebook.study.faults import Fault, Refused, Unfinished, refuse
from wavebook.study.model import Certainty, Event, Group, Item, Series, Wave
from wavebook.study.topline import Topline

T = TypeVar("T")

CUSTOMARY_DEFF = 1.5
"""Assumed where neither wave nor series says anything: the middle of the customary 1.3, 1.5, 2.0."""


class Quantity(NamedTuple):
    """A quantity that an interval rests on, and where it comes from.

    Attributes
    ----------
    value
        The quantity, or None where it is neither known nor assumed.
    status
        "read", "computed", "inferred" … as in the data, or "assumed".
    because
        Why it was assumed; empty where it was not.
    """

    value: float | None
    status: Certainty | str
    because: str = ""


class Study:
    """The data of one checkout.

    Each file is read when something in it is first asked for, so that a page reads no more than it shows; a command
    calls `check` first, which reads them all. Three questions can only be answered by looking through all files: which
    waves a series has, which of its shares pool several, and what was published of a wave. What they find is told as facts (see `facts`) to whatever
    records what a page depends on.

    Attributes
    ----------
    root
        The checkout.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._contents = Contents(root)
        self._told: set[tuple[str, ...]] = set()

    @classmethod
    def open(cls, start: Path | str | None = None) -> Self:
        """Open the study of a checkout; nothing is read yet.

        Parameters
        ----------
        start
            A folder inside the checkout; by default the one the program runs in.
        """
        return cls(find_root(Path(start) if start is not None else None))

    def check(self) -> None:
        """Read all files and hold each against every other.

        Raises
        ------
        Refused
            With every fault of every file.
        """
        if faults := all_faults(self._contents):
            raise Refused(faults)

    @property
    def series(self) -> Mapping[str, Series]:
        """Series of surveys by id."""
        return self._contents.series.sound()

    @property
    def items(self) -> Mapping[str, Item]:
        """Items by id."""
        return self._contents.items.sound().items

    @property
    def groups(self) -> Mapping[str, Group]:
        """Divisions of respondents into groups by id."""
        return self._contents.items.sound().groups

    @cached_property
    def waves(self) -> Mapping[str, Wave]:
        """Waves by id; the file of each is read when the wave is asked for."""
        return _WavesAsked(self._contents)

    @property
    def sources(self) -> BibliographyData:
        """The bibliography."""
        return self._contents.sources.sound()

    def events(self, country: str | None = None) -> list[Event]:
        """Days that charts of a country mark, or all of them, in order of time."""
        return [event for event in self._contents.events.sound() if country is None or event.concerns(country)]

    def exemptions(self, wave: str) -> Mapping[str, Exemption]:
        """What is shown of a wave against the rule of disclosure, by the id of the exemption."""
        return {name: known for name, known in self._contents.exemptions.sound().items() if known.wave == wave}

    @property
    def _published(self) -> dict[str, list[Topline]]:
        """Printed shares by the file in which they stand."""
        files = {name: self._contents.published(name).sound() for name in self._contents.published_names}
        return {name: [row.topline for row in rows if row.topline is not None] for name, rows in files.items()}

    @property
    def all_toplines(self) -> tuple[Topline, ...]:
        """All printed shares, in the order of the files."""
        return tuple(topline for toplines in self._published.values() for topline in toplines)

    @property
    def unfinished(self) -> Mapping[str, list[Fault]]:
        """Drafts of waves in which something is undecided, and where: they are left out of everything."""
        return self._contents.unfinished

    def described(self, wave: str) -> Wave:
        """Return what is known of one wave, or refuse a name that is not there."""
        if wave not in self.waves and wave in self.unfinished:
            raise Unfinished(self.unfinished[wave])
        return _known(self.waves, wave, "wave", "data/waves")

    def title(self, wave: Wave) -> str:
        """Name a wave in a heading: survey and number, place, time; of a pooled one, time where its words do not name it."""
        survey = self.series[wave.series].name + (f" {wave.number}" if wave.number else "")
        years = {str(wave.fieldwork.start.year), str(wave.fieldwork.end.year)}
        if wave.pooled and all(year in wave.pooled for year in years):
            return f"{survey}, {wave.place}"
        return f"{survey}, {wave.place}, {wave.fieldwork.months}"

    def item(self, item: str) -> Item:
        """Return one item, or refuse a name that is not there."""
        return _known(self.items, item, "item", "data/items.yml")

    def toplines(self, wave: str) -> list[Topline]:
        """All printed shares of one wave, in the order of the files."""
        wave = self.described(wave).id
        with _aside():
            found = [topline for topline in self.all_toplines if topline.wave == wave]
            self._tell("toplines", wave)
        return found

    def facts(self, question: Sequence[str]) -> dict[str, str]:
        """The answer to a question that all files together answer, as names and values that change when it does.

        Parameters
        ----------
        question
            ("toplines", WAVE): for each file, a digest of what it says of the wave; ("waves", SERIES, COUNTRY): the ids
            of the waves in order; or ("pools", SERIES, COUNTRY): those of its pooled shares.
        """
        match question:
            case ("toplines", wave):
                rows = {
                    name: [topline.model_dump(mode="json") for topline in toplines if topline.wave == wave]
                    for name, toplines in self._published.items()
                }
                return {f"{name}, toplines of {wave}": digest_of(held) for name, held in rows.items() if held}
            case ("waves", series, country):
                return {f"waves of {series} in {country}": ", ".join(self._ids_of(series, country))}
            case ("pools", series, country):
                return {f"pools of {series} in {country}": ", ".join(self._ids_of(series, country, pooled=True))}
        raise ValueError(f"unknown question {question!r}")

    def _tell(self, *question: str) -> None:
        if question not in self._told:
            self._told.add(question)
            sys.audit("wavebook.fact", json.dumps(question), json.dumps(self.facts(question)))

    def n(self, wave: Wave) -> Quantity:
        """Respondents of a wave: as reported, else as assumed for its series; of pooled shares nothing is assumed.

        What is assumed is the size of one sample, and those rest on several.
        """
        if wave.n is not None:
            return Quantity(wave.n, wave.how_sure("n"))
        assumed = None if wave.pooled else self.series[wave.series].assumed_n
        return Quantity(assumed.value, "assumed", assumed.because) if assumed else Quantity(None, "not found")

    def deff(self, wave: Wave) -> Quantity:
        """Design effect of a wave: as known, else as assumed for its series, else the customary one."""
        if wave.deff is not None:
            return Quantity(wave.deff, wave.how_sure("deff"))
        assumed = self.series[wave.series].assumed_deff
        if assumed:
            return Quantity(assumed.value, "assumed", assumed.because)
        return Quantity(CUSTOMARY_DEFF, "assumed", "it is the middle of the customary range")

    def waves_of(self, series: str, country: str) -> list[Wave]:
        """The waves of one series in one country in order of time, without pooled shares."""
        _known(self.series, series, "series", "data/series.yml")
        with _aside():
            found = self._ids_of(series, country)
            self._tell("waves", series, country)
        if not found:
            raise refuse("data/waves", f"no wave of {series} in {country!r}")
        return [self.waves[wave] for wave in found]

    def pools_of(self, series: str, country: str) -> list[Wave]:
        """What pools several waves of one series in one country, in order of time; there may be none."""
        with _aside():
            found = self._ids_of(series, country, pooled=True)
            self._tell("pools", series, country)
        return [self.waves[wave] for wave in found]

    def _ids_of(self, series: str, country: str, *, pooled: bool = False) -> list[str]:
        found = [
            wave
            for wave in self._all_waves
            if (wave.series, wave.country, bool(wave.pooled)) == (series, country, pooled)
        ]
        return [wave.id for wave in sorted(found, key=lambda wave: (wave.fieldwork.middle, wave.id))]

    @cached_property
    def _all_waves(self) -> list[Wave]:
        """All waves, for facts only: who shows one asks for it by its id."""
        return list(self.waves.values())


class _WavesAsked(Mapping[str, Wave]):
    """The waves of a checkout, each read when it is asked for."""

    def __init__(self, contents: Contents) -> None:
        self._contents = contents

    def __getitem__(self, wave: str) -> Wave:
        if not self._contents.has_wave(wave):
            raise KeyError(wave)
        try:
            return self._contents.wave(wave).sound()
        except Unfinished:
            raise KeyError(wave) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._contents.wave_names)

    def __len__(self) -> int:
        return len(self._contents.wave_names)


@contextmanager
def _aside() -> Iterator[None]:
    """Read for a fact: what is read in here counts by the fact that is told, not file by file."""
    sys.audit("wavebook.aside", 1)
    try:
        yield
    finally:
        sys.audit("wavebook.aside", -1)


def _known(mapping: Mapping[str, T], key: str, what: str, where: str) -> T:
    if key not in mapping:
        raise refuse(where, f"unknown {what} {key!r}; known: {', '.join(sorted(mapping))}")
    return mapping[key]


def find_root(start: Path | None = None) -> Path:
    """Find the checkout that a folder lies in: the nearest one up that holds `_config.yml` and `data/waves`."""
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / "_config.yml").is_file() and (folder / "data/waves").is_dir():
            return folder
    raise refuse(str(here), "not inside a checkout of the book (no _config.yml with data/waves above it)")
