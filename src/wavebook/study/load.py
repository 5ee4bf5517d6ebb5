"""Holds every piece of the study's data against every other.

All faults of all files are found before any is reported, so that one round of corrections is enough.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

from pybtex.database import BibliographyData

from wavebook.study.codebook import Recode
from wavebook.study.faults import Fault, Refused
from wavebook.study.files import read_bibliography
from wavebook.study.model import Group, Item, Series, Topline, Wave
from wavebook.study.read import ITEMS, PUBLISHED, WAVES, read_items, read_published, read_series, read_wave

T = TypeVar("T")


class Loader:
    """Reads the files under one root, collecting faults as it goes."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.faults: list[Fault] = []
        self.sources: BibliographyData = self._try(self._sources) or BibliographyData()
        self.series: dict[str, Series] = self._try(read_series, root, self.faults) or {}
        self.items: dict[str, Item] = {}
        self.groups: dict[str, Group] = {}
        self._try(self._items)
        self.waves: dict[str, Wave] = {}
        # A wave whose file is faulty is still known by name: one fault is not reported twice.
        self._wave_names = sorted(path.stem for path in (root / WAVES).glob("*.yml"))
        for wave in self._wave_names:
            self._try(self._wave, wave)
        self.toplines: dict[str, list[Topline]] = {}
        self._rows: list[tuple[str, Topline]] = []
        for path in sorted((root / PUBLISHED).glob("*.csv")):
            self._try(self._published, path.relative_to(root).as_posix())
        self._check_figures_together()
        if self.faults:
            raise Refused(sorted(self.faults, key=_place))

    def _try(self, read: Callable[..., T], *arguments: Any) -> T | None:
        try:
            return read(*arguments)
        except Refused as refused:
            self.faults.extend(refused.faults)
            return None

    def _sources(self) -> BibliographyData:
        return read_bibliography(self.root / "book/references.bib", "book/references.bib")

    def _items(self) -> None:
        self.items, self.groups, line_of = read_items(self.root, self.faults)
        for key, item in self.items.items():
            if item.wording_source and item.wording_source not in self.sources.entries:
                where = f"{ITEMS}:{line_of(('items', key, 'wording_source'))}"
                self.faults.append(Fault(where, f"unknown source {item.wording_source!r}"))

    def _wave(self, id_: str) -> None:
        name = f"{WAVES}/{id_}.yml"
        wave, line_of = read_wave(self.root, id_)
        self.waves[wave.id] = wave
        if wave.series not in self.series:
            self._unknown(f"{name}:{line_of(('series',))}", "series", wave.series, self.series)
        if wave.source not in self.sources.entries:
            self._unknown(f"{name}:{line_of(('source',))}", "source", wave.source, self.sources.entries)
        for item in set(wave.wordings) - set(self.items):
            self._unknown(f"{name}:{line_of(('wordings', item))}", "item", item, self.items)
        codebook = wave.microdata.codebook if wave.microdata else None
        for key, recode in (codebook.items if codebook else {}).items():
            known = self.items[key].responses if key in self.items else None
            self._recode(lambda keys: f"{name}:{line_of(keys)}", ("items", key), recode, self.items, known)
        for key, recode in (codebook.groups if codebook else {}).items():
            known = self.groups[key].levels if key in self.groups else None
            self._recode(lambda keys: f"{name}:{line_of(keys)}", ("groups", key), recode, self.groups, known)

    def _recode(
        self,
        where: Callable[[tuple[str, ...]], str],
        keys: tuple[str, str],
        recode: Recode,
        defined: Iterable[str],
        categories: tuple[str, ...] | None,
    ) -> None:
        """Hold the names that a codebook uses against `data/items.yml`."""
        (part, key), at = keys, ("microdata", "codebook", *keys)
        if key not in defined:
            what = f"unknown {part[:-1]} {key!r}; known: {', '.join(defined)}; new ones go into data/items.yml"
            self.faults.append(Fault(where(at), what))
        elif categories is not None:
            for category in recode.names:
                if category not in categories:
                    self._unknown(where((*at, "categories", category)), f"category of {key}", category, categories)

    def _published(self, name: str) -> None:
        self.toplines[name] = []
        for where, cells, figure in read_published(self.root, name, self.faults):
            self._check_names(where, cells)
            if figure is None:
                continue
            wave = self.waves.get(figure.wave)
            if wave and wave.n and figure.n and figure.n > wave.n:
                self.faults.append(Fault(where, f"n: {figure.n} is more than the wave's {wave.n} respondents"))
            self.toplines[name].append(figure)
            self._rows.append((where, figure))

    def _check_names(self, where: str, row: dict[str, str]) -> None:
        """Hold what a row names against what there is, whether or not its numbers are good."""
        wave, source, item, by = row["wave"], row["source"], row["item"], row["by"]
        if wave not in self._wave_names:
            self._unknown(where, "wave", wave, self._wave_names)
        if source not in self.sources.entries:
            self._unknown(where, "source", source, self.sources.entries)
        if item not in self.items:
            self._unknown(where, "item", item, self.items)
        elif row["response"] not in self.items[item].answers:
            self._unknown(where, f"response of {item}", row["response"], self.items[item].answers)
        if by and by not in self.groups:
            self._unknown(where, "by", by, self.groups)
        elif by and (levels := self.groups[by].levels) is not None and row["group"] not in levels:
            self._unknown(where, f"group of {by}", row["group"], levels)

    def _unknown(self, where: str, what: str, value: str, known: Iterable[str]) -> None:
        self.faults.append(Fault(where, f"unknown {what} {value!r}; known: {', '.join(sorted(known)) or 'none'}"))

    def _check_figures_together(self) -> None:
        seen: dict[tuple[str, ...], str] = {}
        questions: dict[tuple[str, ...], list[tuple[str, Topline]]] = defaultdict(list)
        for where, figure in self._rows:
            question = (figure.wave, figure.item, figure.by, figure.group, figure.source)
            key = (*question, figure.response)
            if key in seen:
                self.faults.append(Fault(where, f"the same figure stands at {seen[key]} already"))
                continue
            seen[key] = where
            questions[question].append((where, figure))
        for figures in questions.values():
            self._check_sum(figures)

    def _check_sum(self, figures: list[tuple[str, Topline]]) -> None:
        """Responses exclude each other: together they are at most 100, give or take rounding."""
        item = self.items.get(figures[0][1].item)
        if item is None:
            return
        for names in (item.responses, tuple(item.headline)):
            rows = [(where, figure) for where, figure in figures if figure.response in names]
            total = sum(100 * figure.share for _, figure in rows)
            rounding = sum(100 * figure.step / 2 for _, figure in rows)
            if total > 100 + rounding + 1e-9:
                where, figure = rows[-1]
                what = f"the shares of {figure.item} in {figure.wave} sum to {total:g}, above 100 by more than rounding"
                self.faults.append(Fault(where, f"{what} ({', '.join(row.split('/')[-1] for row, _ in rows)})"))


def _place(fault: Fault) -> tuple[str, int]:
    """File and line, to tell faults in the order in which a person meets them."""
    file, _, line = fault.where.partition(":")
    return file, int(line) if line.isdecimal() else 0
