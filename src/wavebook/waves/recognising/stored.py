"""The respondent files on this machine, as far as a text is held against them."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from wavebook.study import Refused, Study, Wave
from wavebook.waves.store import FOLDER

if TYPE_CHECKING:
    from wavebook.waves.recognising.recogniser import Recogniser


class Leak(NamedTuple):
    """Respondents whom a text shows.

    Attributes
    ----------
    file
        Their file, by its name below the checkout.
    respondents
        How many were recognised.
    how
        In what form.
    """

    file: str
    respondents: int
    how: str


class Private:
    """The respondent files on this machine; each is read once, when it is first needed.

    Parameters
    ----------
    study
        The study of the checkout.

    Attributes
    ----------
    unread
        Files that could not be read, each with the reason, once the others are: what a page shows of them is not seen.
    """

    def __init__(self, study: Study) -> None:
        self._study = study
        self._reading = threading.Lock()
        self._files: list[Recogniser] | None = None
        self.unread: dict[str, str] = {}

    def leak(self, text: str) -> Leak | None:
        """Say which respondents a text shows, those of the file of which it shows most; None if it shows none."""
        found = [Leak(file.name, *shown) for file in self.files() if (shown := file.shown(text))]
        return max(found, key=lambda leak: leak.respondents, default=None)

    def paths(self) -> list[Path]:
        """Where the files lie."""
        return [path for path in sorted((self._study.root / FOLDER).glob("[!.]*")) if path.is_file()]

    def files(self) -> list[Recogniser]:
        """What is known of each file; nothing is imported where there is none."""
        with self._reading:
            if self._files is None:
                self._files = [file for path in self.paths() if (file := self._read(path))]
            return self._files

    def _read(self, path: Path) -> Recogniser | None:
        from wavebook.waves.coding import code_wave
        from wavebook.waves.readers import read_respondents
        from wavebook.waves.recognising.recogniser import Recogniser

        name = f"{FOLDER}/{path.name}"
        wave = self._wave(path.name)
        try:
            file = read_respondents(path, name, wave.microdata.member if wave and wave.microdata else None)
        except Refused as refused:
            self.unread[name] = refused.faults[0].what
            return None
        codebook = wave.microdata.codebook if wave and wave.microdata else None
        if codebook is None:
            return Recogniser(file)
        try:
            coded = code_wave(file, codebook, dict(self._study.items), dict(self._study.groups))
        except (Refused, KeyError):  # another file than the one described, as before `wave add`
            coded = None
        return Recogniser(file, coded, codebook.respondent)

    def _wave(self, name: str) -> Wave | None:
        waves = (wave for wave in self._study.waves.values() if wave.microdata)
        return next((wave for wave in waves if wave.microdata and wave.microdata.file == name), None)
