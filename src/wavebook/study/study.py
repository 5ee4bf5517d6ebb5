"""The study: everything that is known of the waves, in one object."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from pybtex.database import BibliographyData

from wavebook.study.digests import digest_of
from wavebook.study.faults import Fault, Refused, refuse
from wavebook.study.files import is_there, read_bibliography, read_text
from wavebook.study.load import Loader
from wavebook.study.model import Certainty, Group, Item, Series, Topline, Wave
from wavebook.study.read import PUBLISHED, WAVES, read_items, read_published, read_series, read_wave

if TYPE_CHECKING:
    import pandas as pd

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

    Each file is read when something in it is first asked for, so that a page reads no more than it shows. Two questions
    can only be answered by looking through all files: which waves a series has, and what was published of a wave.
    Their answers are told as facts (see `facts`) to whatever records what a page depends on.

    Attributes
    ----------
    root
        The checkout.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._told: set[tuple[str, ...]] = set()

    @cached_property
    def series(self) -> Mapping[str, Series]:
        """Series of surveys by id."""
        return _strictly(read_series, self.root)

    @cached_property
    def _items_and_groups(self) -> tuple[Mapping[str, Item], Mapping[str, Group]]:
        return _strictly(read_items, self.root)[:2]

    @property
    def items(self) -> Mapping[str, Item]:
        """Items by id."""
        return self._items_and_groups[0]

    @property
    def groups(self) -> Mapping[str, Group]:
        """Divisions of respondents into groups by id."""
        return self._items_and_groups[1]

    @cached_property
    def waves(self) -> Mapping[str, Wave]:
        """Waves by id; the file of each is read when the wave is asked for."""
        return _WavesAsked(self.root)

    @cached_property
    def sources(self) -> BibliographyData:
        """The bibliography."""
        return read_bibliography(self.root / "book/references.bib", "book/references.bib")

    @cached_property
    def _published(self) -> dict[str, list[Topline]]:
        """Published figures by the file in which they stand."""
        found: dict[str, list[Topline]] = {}
        for path in sorted((self.root / PUBLISHED).glob("*.csv")):
            name = path.relative_to(self.root).as_posix()
            faults: list[Fault] = []
            found[name] = [row.figure for row in read_published(self.root, name, faults) if row.figure is not None]
            if faults:
                raise Refused(faults)
        return found

    @property
    def all_toplines(self) -> tuple[Topline, ...]:
        """All published figures, in the order of the files."""
        return tuple(figure for figures in self._published.values() for figure in figures)

    def described(self, wave: str) -> Wave:
        """Return what is known of one wave, or refuse a name that is not there."""
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
        """All published figures of one wave, in the order of the files."""
        wave = self.described(wave).id
        with _aside():
            found = [figure for figure in self.all_toplines if figure.wave == wave]
            self._tell("toplines", wave)
        return found

    def facts(self, question: Sequence[str]) -> dict[str, str]:
        """The answer to a question that all files together answer, as names and values that change when it does.

        Parameters
        ----------
        question
            ("figures", WAVE): for each file, a digest of what it says of the wave; or ("waves", SERIES, COUNTRY): the
            ids of the waves in order.
        """
        match question:
            case ("toplines", wave):
                rows = {
                    name: [f.model_dump(mode="json") for f in all_ if f.wave == wave]
                    for name, all_ in self._published.items()
                }
                return {f"{name}, toplines of {wave}": digest_of(held) for name, held in rows.items() if held}
            case ("waves", series, country):
                return {f"waves of {series} in {country}": ", ".join(self._ids_of(series, country))}
        raise ValueError(f"unknown question {question!r}")

    def _tell(self, *question: str) -> None:
        if question not in self._told:
            self._told.add(question)
            sys.audit("wavebook.fact", json.dumps(question), json.dumps(self.facts(question)))

    def n(self, wave: Wave) -> Quantity:
        """Respondents of a wave: as reported, else as assumed for its series."""
        if wave.n is not None:
            return Quantity(wave.n, wave.how_sure("n"))
        assumed = self.series[wave.series].assumed_n
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
        """The waves of one series in one country in order of time, without pooled figures."""
        _known(self.series, series, "series", "data/series.yml")
        with _aside():
            found = self._ids_of(series, country)
            self._tell("waves", series, country)
        if not found:
            raise refuse("data/waves", f"no wave of {series} in {country!r}")
        return [self.waves[wave] for wave in found]

    def _ids_of(self, series: str, country: str) -> list[str]:
        found = [
            wave for wave in self._all_waves if (wave.series, wave.country) == (series, country) and not wave.pooled
        ]
        return [wave.id for wave in sorted(found, key=lambda wave: (wave.fieldwork.middle, wave.id))]

    @cached_property
    def _all_waves(self) -> list[Wave]:
        """All waves, for facts only: who shows one asks for it by its id."""
        return list(self.waves.values())

    def printed_trend(
        self, series: str, country: str, item: str, responses: Iterable[str] | None = None
    ) -> pd.DataFrame:
        """Published shares of one item over the waves of one series in one country.

        Parameters
        ----------
        responses
            Which responses or headline shares, in the order wanted; by default all that were published.

        Returns
        -------
        One row for each response and wave, in order of time, with the columns wave, label, time (datetime, the
        middle of fieldwork), mode, wording, response, percent (text as printed), share (0–1), step (width of rounding, 0–1),
        n, n_status, deff, deff_status, certainty, source. Of two sources for one share the first in the files is
        taken.
        """
        import pandas as pd  # not at the top: commands that only look at files start three times faster without

        answers = self.item(item).answers
        wanted = list(responses) if responses is not None else list(answers)
        if unknown := [name for name in wanted if name not in answers]:
            raise refuse("data/items.yml", f"{item} has no response {unknown[0]!r}; known: {', '.join(answers)}")
        rows = []
        for wave in self.waves_of(series, country):
            n, deff = self.n(wave), self.deff(wave)
            for name in wanted:
                figure = next(
                    (f for f in self.toplines(wave.id) if f.item == item and f.response == name and not f.by), None
                )
                if figure is not None:
                    rows.append(
                        {
                            "wave": wave.id,
                            "label": wave.fieldwork.short,
                            "time": pd.Timestamp(wave.fieldwork.middle),
                            "mode": wave.mode,
                            "wording": wave.wordings.get(item, ""),
                            "response": name,
                            "percent": figure.percent,
                            "share": figure.share,
                            "step": figure.step,
                            "n": figure.n if figure.n is not None else n.value,
                            "n_status": wave.how_sure("n") if figure.n is not None else n.status,
                            "deff": deff.value,
                            "deff_status": deff.status,
                            "certainty": figure.certainty,
                            "source": figure.source,
                        }
                    )
        if not rows:
            raise refuse("data/published", f"no published share of {item} in {series}, {country}")
        if missing := [name for name in wanted if responses is not None and all(r["response"] != name for r in rows)]:
            raise refuse("data/published", f"no published share of {missing[0]!r} for {item} in {series}, {country}")
        frame = pd.DataFrame(rows)
        order = pd.Categorical(frame["response"], [name for name in wanted if name in set(frame["response"])])
        return (
            frame.assign(_order=order.codes)
            .sort_values(["_order", "time"], kind="stable", ignore_index=True)
            .drop(columns="_order")
        )


class _WavesAsked(Mapping[str, Wave]):
    """The waves of a checkout, each read when it is asked for."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._held: dict[str, tuple[str, Wave]] = {}

    def __getitem__(self, wave: str) -> Wave:
        path = self._root / WAVES / f"{wave}.yml"
        if not is_there(path) or path.stem != wave:
            raise KeyError(wave)
        # The file is opened again even where its content is known: whoever records what is read is to hear of it.
        text = read_text(path, f"{WAVES}/{wave}.yml")
        if wave not in self._held or self._held[wave][0] != text:
            self._held[wave] = text, read_wave(self._root, wave)[0]
        return self._held[wave][1]

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(path.stem for path in (self._root / WAVES).glob("*.yml")))

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _strictly(read: Callable[[Path, list[Fault]], T], root: Path) -> T:
    """Read a file of which nothing may be wrong."""
    faults: list[Fault] = []
    found = read(root, faults)
    if faults:
        raise Refused(faults)
    return found


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


def open_study(start: Path | str | None = None) -> Study:
    """Load and check the study's data.

    Parameters
    ----------
    start
        A folder inside the checkout; by default the one the program runs in.

    Raises
    ------
    Refused
        With every fault of every file.
    """
    study = Study(find_root(Path(start) if start is not None else None))
    loaded = Loader(study.root)
    vars(study).update(
        series=loaded.series,
        _items_and_groups=(loaded.items, loaded.groups),
        waves=loaded.waves,
        _published=loaded.toplines,
        sources=loaded.sources,
    )
    return study
