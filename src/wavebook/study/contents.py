"""What the files of one checkout say: each is read when it is first asked for, and once."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from pybtex.database import BibliographyData

from wavebook.study.exemptions import Exemption
from wavebook.study.faults import Fault, Refused, Unfinished
from wavebook.study.files import is_there, read_text
from wavebook.study.model import Event, Series, Wave
from wavebook.study.read import (
    PUBLISHED,
    UNDECIDED,
    WAVES,
    ItemsAndGroups,
    PublishedRow,
    Read,
    read_events,
    read_exemptions,
    read_items,
    read_published,
    read_series,
    read_sources,
    read_wave,
)


class Contents:
    """The files of a checkout as they were when they were first asked for, with what is wrong in each.

    Attributes
    ----------
    root
        The checkout.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._waves: dict[str, tuple[str, Read[Wave]]] = {}
        self._published: dict[str, Read[list[PublishedRow]]] = {}

    @cached_property
    def series(self) -> Read[dict[str, Series]]:
        """Series of surveys."""
        return read_series(self.root)

    @cached_property
    def items(self) -> Read[ItemsAndGroups]:
        """Items and groups."""
        return read_items(self.root)

    @cached_property
    def events(self) -> Read[list[Event]]:
        """Days that charts mark."""
        return read_events(self.root)

    @cached_property
    def exemptions(self) -> Read[dict[str, Exemption]]:
        """What is shown against the rule of disclosure."""
        return read_exemptions(self.root)

    @cached_property
    def sources(self) -> Read[BibliographyData]:
        """The bibliography."""
        return read_sources(self.root)

    @property
    def wave_names(self) -> list[str]:
        """Ids of all waves that are finished, in order."""
        unfinished = self.unfinished
        return [name for name in self._wave_files() if name not in unfinished]

    @property
    def unfinished(self) -> dict[str, list[Fault]]:
        """Waves that are drafts in which something is undecided, and where; they take no part in anything."""
        found: dict[str, list[Fault]] = {}
        for name in self._wave_files():
            try:
                if UNDECIDED in read_text(self.root / WAVES / f"{name}.yml", f"{WAVES}/{name}.yml"):
                    self.wave(name)
            except Unfinished as draft:
                found[name] = draft.faults
            except Refused:
                continue  # told by whoever asks for that wave
        return found

    def _wave_files(self) -> list[str]:
        return sorted(path.stem for path in (self.root / WAVES).glob("*.yml"))

    def has_wave(self, wave: str) -> bool:
        """Whether there is a file for a wave."""
        path = self.root / WAVES / f"{wave}.yml"
        return is_there(path) and path.stem == wave

    def wave(self, wave: str) -> Read[Wave]:
        """Read one wave, whose file is there."""
        # The file is opened again even where its content is known: whoever records what is read is to hear of it.
        text = read_text(self.root / WAVES / f"{wave}.yml", f"{WAVES}/{wave}.yml")
        if wave not in self._waves or self._waves[wave][0] != text:
            self._waves[wave] = text, read_wave(self.root, wave)
        return self._waves[wave][1]

    @property
    def published_names(self) -> list[str]:
        """The files of printed shares, by their paths below the root, in order."""
        return sorted(path.relative_to(self.root).as_posix() for path in (self.root / PUBLISHED).glob("*.csv"))

    def published(self, name: str) -> Read[list[PublishedRow]]:
        """Read one file of printed shares."""
        if name not in self._published:
            self._published[name] = read_published(self.root, name)
        else:
            is_there(self.root / name)  # told for the same reason as a wave's file is opened again
        return self._published[name]
