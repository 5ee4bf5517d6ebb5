"""Which pages and figures show a wave, as their last runs tell: nothing is guessed of a page that has not run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from wavebook.figures.editions import MADE
from wavebook.figures.record import FigureRecord
from wavebook.pages.keys import PageRecord, recorded
from wavebook.pages.page import Page
from wavebook.pages.trace import ESTIMATES
from wavebook.study import Wave
from wavebook.study.read import WAVES
from wavebook.waves.store import FOLDER


class Showing:
    """What shows a wave, or will when it is there.

    Parameters
    ----------
    root
        The checkout.
    pages
        All pages of the book.
    wave
        The wave.

    Attributes
    ----------
    pages
        Those whose last run read something of the wave, or asked for the waves of its series in its country.
    not_executed
        Those that have not run, so that nobody knows.
    """

    def __init__(self, root: Path, pages: list[Page], wave: Wave) -> None:
        self._wave = wave
        known = {page.id: recorded(root, page.id) for page in pages}
        self.not_executed = [page for page, record in known.items() if record is None]
        reading = {page: record for page, record in known.items() if record and _reads(record, wave)}
        self.pages = list(reading)
        self._figures = [figure for record in reading.values() for figure in _figures(root, record)]
        asking = [record for record in reading.values() if _series(wave) in record.questions]
        self._trends = [figure for record in asking for figure in _figures(root, record)]

    def figure(self, item: str, response: str, by: str) -> str | None:
        """The figure in whose table the wave's share of an answer stands, or else the one into whose trend it will come.

        Parameters
        ----------
        by
            The division into groups; empty for all respondents.
        """
        here = (figure.id for figure in self._figures if figure.shows(item, response, by, self._wave.id))
        beside = (figure.id for figure in self._trends if figure.shows(item, response, by))
        return next(here, None) or next(beside, None)


def _series(wave: Wave) -> list[str]:
    """The question of a page that shows all waves of the series, or all that pools them."""
    return ["pools" if wave.pooled else "waves", wave.series, wave.country or ""]


def _reads(record: PageRecord, wave: Wave) -> bool:
    own = [f"{FOLDER}/{wave.microdata.file}"] if wave.microdata else []
    names = (f"{WAVES}/{wave.id}.yml", f"{ESTIMATES}{wave.id}/", *own)
    asked = [["toplines", wave.id], _series(wave)]
    return any(question in record.questions for question in asked) or any(
        name.startswith(names) for name in record.key.files
    )


def _figures(root: Path, record: PageRecord) -> Iterator[FigureRecord]:
    for id_ in record.figures:
        name = f"{MADE}/{id_}.json"
        if (root / name).is_file():
            yield FigureRecord.from_dict(json.loads((root / name).read_text(encoding="utf-8"))["figure"], name)
