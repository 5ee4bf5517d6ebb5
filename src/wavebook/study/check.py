"""Holds every piece of the study's data against every other.

All faults of all files are found before any is reported, so that one round of corrections is enough.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import partial
from typing import TypeVar

from pybtex.database import BibliographyData

from wavebook.study.codebook import Recode
from wavebook.study.contents import Contents
from wavebook.study.disclosed import contradictions
from wavebook.study.exemptions import Exemption
from wavebook.study.faults import Fault, Refused
from wavebook.study.model import Series, Wave
from wavebook.study.read import EXEMPTIONS, ITEMS, SERIES, WAVES, ItemsAndGroups, Read
from wavebook.study.topline import Topline

S = TypeVar("S")
T = TypeVar("T")


def all_faults(contents: Contents) -> list[Fault]:
    """Everything that is wrong with the files of a checkout, in the order in which a person meets it."""
    return sorted(_Check(contents).faults, key=_place)


class _Check:
    """Goes through all files, collecting faults."""

    def __init__(self, contents: Contents) -> None:
        self.faults: list[Fault] = []
        self._sources = self._read(lambda: contents.sources, BibliographyData()).said.entries
        series: Read[dict[str, Series]] = self._read(lambda: contents.series, dict[str, Series]())
        self._series = series.said
        self._check_series(series)
        items = self._read(lambda: contents.items, ItemsAndGroups({}, {}))
        self._items, self._groups = items.said
        self._check_items(items)
        self._read(lambda: contents.events, [])
        # A wave whose file is faulty is still known by name: one fault is not reported twice.
        self._waves: dict[str, Wave | None] = {}
        for name in contents.wave_names:
            wave = self._read(partial(contents.wave, name), None)
            self._waves[name] = wave.said
            self._check_wave(wave)
        self._waves |= dict.fromkeys(contents.unfinished)
        self._check_exemptions(self._read(lambda: contents.exemptions, {}))
        toplines: list[tuple[str, Topline]] = []
        for name in contents.published_names:
            for where, cells, topline in self._read(partial(contents.published, name), []).said:
                self._check_names(where, cells)
                if topline is not None:
                    self._check_size(where, topline)
                    toplines.append((where, topline))
        self._check_together(toplines)

    def _read(self, read: Callable[[], Read[T]], nothing: S) -> Read[T] | Read[S]:
        """What is good of a file, and nothing of one that cannot be read at all."""
        try:
            found = read()
        except Refused as refused:
            self.faults += refused.faults
            return Read(nothing, [])
        self.faults += found.faults
        return found

    def _check_series(self, series: Read[dict[str, Series]]) -> None:
        for key, known in series.said.items():
            for place, effect in enumerate(known.mode_effects):
                if effect.source and effect.source not in self._sources:
                    where = f"{SERIES}:{series.line_of((key, 'mode_effects', place, 'source'))}"
                    self._unknown(where, "source", effect.source, self._sources)

    def _check_items(self, items: Read[ItemsAndGroups]) -> None:
        for key, item in items.said.items.items():
            if item.wording_source and item.wording_source not in self._sources:
                where = f"{ITEMS}:{items.line_of(('items', key, 'wording_source'))}"
                self.faults.append(Fault(where, f"unknown source {item.wording_source!r}"))

    def _check_wave(self, read: Read[Wave] | Read[None]) -> None:
        wave, line_of = read.said, read.line_of
        if wave is None:
            return
        name = f"{WAVES}/{wave.id}.yml"
        if wave.series not in self._series:
            self._unknown(f"{name}:{line_of(('series',))}", "series", wave.series, self._series)
        if wave.source not in self._sources:
            self._unknown(f"{name}:{line_of(('source',))}", "source", wave.source, self._sources)
        for keys, source in wave.disclosure.sources.items():
            if source not in self._sources:
                self._unknown(f"{name}:{line_of(('disclosure', *keys))}", "source", source, self._sources)
        for keys, what in contradictions(wave.held, wave.disclosure).items():
            at = f"{name}:{line_of(('disclosure', *keys))}"
            self.faults.append(Fault(at, f"disclosure.{'.'.join(map(str, keys))}: {what}"))
        for item in set(wave.wordings) - set(self._items):
            self._unknown(f"{name}:{line_of(('wordings', item))}", "item", item, self._items)
        codebook = wave.microdata.codebook if wave.microdata else None
        for key, recode in (codebook.items if codebook else {}).items():
            known = self._items[key].responses if key in self._items else None
            self._recode(lambda keys: f"{name}:{line_of(keys)}", ("items", key), recode, self._items, known)
        for key, recode in (codebook.groups if codebook else {}).items():
            known = self._groups[key].levels if key in self._groups else None
            self._recode(lambda keys: f"{name}:{line_of(keys)}", ("groups", key), recode, self._groups, known)

    def _check_exemptions(self, read: Read[dict[str, Exemption]]) -> None:
        """Hold what exemptions name against what there is."""
        for key, exemption in read.said.items():

            def at(*keys: str | int, key: str = key) -> str:
                return f"{EXEMPTIONS}:{read.line_of((key, *keys))}"

            if exemption.wave not in self._waves:
                self._unknown(at("wave"), "wave", exemption.wave, self._waves)
            for by in set(exemption.by) - set(self._groups):
                self._unknown(at("by"), "group", by, self._groups)
            for group in exemption.groups:
                self._check_levels(at("groups"), exemption, group)
            for place, follows in enumerate(exemption.lets_follow):
                self._check_levels(at("lets_follow", place), exemption, follows.group)
            if exemption.item not in self._items:
                self._unknown(at("item"), "item", exemption.item, self._items)
            else:
                self._check_answers(at, exemption)

    def _check_answers(self, at: Callable[..., str], exemption: Exemption) -> None:
        item = self._items[exemption.item]
        for key, answers in (("answers", exemption.answers), ("models", exemption.models)):
            for answer in set(answers) - set(item.answers):
                self._unknown(at(key), f"answer to {exemption.item}", answer, item.answers)
        for place, follows in enumerate(exemption.lets_follow):
            for answer in set(follows.answers) - set(item.responses):
                self._unknown(at("lets_follow", place), f"response of {exemption.item}", answer, item.responses)

    def _check_levels(self, where: str, exemption: Exemption, group: str) -> None:
        levels = group.split(", ") if exemption.by else []
        if len(levels) != len(exemption.by) or (not exemption.by and group):
            what = f"{group!r} names {len(levels)} levels, by {', '.join(exemption.by) or 'nothing'}"
            self.faults.append(Fault(where, what))
            return
        for by, level in zip(exemption.by, levels, strict=True):
            known = self._groups[by].levels if by in self._groups else None
            if known is not None and level not in known:
                self._unknown(where, f"level of {by}", level, known)

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

    def _check_size(self, where: str, topline: Topline) -> None:
        wave = self._waves.get(topline.wave)
        if wave and wave.n and topline.n and topline.n > wave.n:
            self.faults.append(Fault(where, f"n: {topline.n} is more than the wave's {wave.n} respondents"))

    def _check_names(self, where: str, row: dict[str, str]) -> None:
        """Hold what a row names against what there is, whether or not its numbers are good."""
        wave, source, item, by = row["wave"], row["source"], row["item"], row["by"]
        if wave not in self._waves:
            self._unknown(where, "wave", wave, self._waves)
        if source not in self._sources:
            self._unknown(where, "source", source, self._sources)
        if item not in self._items:
            self._unknown(where, "item", item, self._items)
        elif row["response"] not in self._items[item].answers:
            self._unknown(where, f"response of {item}", row["response"], self._items[item].answers)
        if by and by not in self._groups:
            self._unknown(where, "by", by, self._groups)
        elif by and (levels := self._groups[by].levels) is not None and row["group"] not in levels:
            self._unknown(where, f"group of {by}", row["group"], levels)

    def _unknown(self, where: str, what: str, value: str, known: Iterable[str]) -> None:
        self.faults.append(Fault(where, f"unknown {what} {value!r}; known: {', '.join(sorted(known)) or 'none'}"))

    def _check_together(self, toplines: list[tuple[str, Topline]]) -> None:
        seen: dict[tuple[str, ...], str] = {}
        questions: dict[tuple[str, ...], list[tuple[str, Topline]]] = defaultdict(list)
        for where, topline in toplines:
            question = (topline.wave, topline.item, topline.by, topline.group, topline.source)
            key = (*question, topline.response)
            if key in seen:
                self.faults.append(Fault(where, f"the same topline stands at {seen[key]} already"))
                continue
            seen[key] = where
            questions[question].append((where, topline))
        for together in questions.values():
            self._check_sum(together)

    def _check_sum(self, toplines: list[tuple[str, Topline]]) -> None:
        """Responses exclude each other: together they are at most 100, give or take rounding.

        A bound counts with the least that it allows.
        """
        item = self._items.get(toplines[0][1].item)
        if item is None:
            return
        for names in (item.responses, tuple(item.headline)):
            rows = [(where, topline) for where, topline in toplines if topline.response in names]
            total = sum(100 * topline.limits[0] for _, topline in rows)
            rounding = sum(100 * topline.step / 2 for _, topline in rows)
            if total > 100 + rounding + 1e-9:
                where, topline = rows[-1]
                least = "at least " if any(row.bound for _, row in rows) else ""
                what = f"the shares of {topline.item} in {topline.wave} sum to {least}{total:g}, above 100 by more than rounding"
                self.faults.append(Fault(where, f"{what} ({', '.join(row.split('/')[-1] for row, _ in rows)})"))


def _place(fault: Fault) -> tuple[str, int]:
    """File and line, to tell faults in the order in which a person meets them."""
    file, _, line = fault.where.partition(":")
    return file, int(line) if line.isdecimal() else 0
