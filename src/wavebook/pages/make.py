"""Makes one page: runs its notebook, lays it out, stores what came of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from wavebook.pages import keys
from wavebook.pages.clock import clocks
from wavebook.pages.execute import Kernels, Ran
from wavebook.pages.layout import lay_out, lifted, provenance
from wavebook.pages.now import Now
from wavebook.pages.page import Failed, Page
from wavebook.pages.printed import check_printed, keep_back
from wavebook.study import Study, refuse
from wavebook.study.digests import digest
from wavebook.study.files import write_whole
from wavebook.waves.recognising.stored import Private

if TYPE_CHECKING:
    from wavebook.figures.record import FigureRecord, Provenance


class Made(NamedTuple):
    """A page as it was made: its files, by path and text, and its record."""

    files: dict[str, str]
    record: keys.PageRecord


Finish = Callable[[Page, Made | Failed, float], None]
"""Takes a page, what became of it, and the seconds that it took."""


def make(
    root: Path, page: Page, kernels: Kernels, private: Private, advanced: Callable[[], None], seconds: float
) -> Made:
    """Execute a page and lay it out; nothing is written but estimates that it asked for.

    Parameters
    ----------
    private
        The respondent files that it must not show.

    Raises
    ------
    Failed
        If it cannot be made, or shows respondents.
    """
    ran = _run(root, page, kernels, private, advanced, seconds)
    key = keys.key(page, ran.reads, Now(root))
    files, figures = lay_out(page, ran.notebook, key)
    made = {name: digest(text.encode()) for name, text in files.items()}
    untracked = [*clocks(root, page, ran.reads), *ran.reads.untracked]
    return Made(files, keys.PageRecord(key, [list(question) for question in ran.reads.facts], made, figures, untracked))


def _run(
    root: Path, page: Page, kernels: Kernels, private: Private, advanced: Callable[[], None], seconds: float
) -> Ran:
    """Execute a page; neither what it prints nor what its error says goes further if it shows respondents."""
    try:
        ran = kernels.run(root, page, advanced, seconds)
    except Failed as failed:
        raise keep_back(failed, private) from None
    check_printed(page, ran.notebook, private)
    return ran


def try_to_make(
    root: Path, page: Page, kernels: Kernels, private: Private, advanced: Callable[[], None], seconds: float
) -> Made | Failed:
    """Make a page, or give the reason for which it cannot be made."""
    try:
        return make(root, page, kernels, private, advanced, seconds)
    except Failed as problem:
        return problem


def store(root: Path, page: str, made: Made) -> None:
    """Write the files of a page, each whole, and last the record without which it does not count as made.

    A file that is there already as it was made stays untouched: what is made from it need not be made again.
    """
    for name, text in made.files.items():
        path = root / name
        if not path.is_file() or path.read_bytes() != text.encode():
            write_whole(path, text)
    keys.keep(root, page, made.record)


def rerun(root: Path, page: Page) -> dict[str, tuple[FigureRecord, Provenance]]:
    """Execute a page and return its figures by id; nothing is written.

    Raises
    ------
    Refused
        If the page fails.
    """
    try:
        with Kernels() as kernels:
            ran = _run(root, page, kernels, Private(Study.open(root)), lambda: None, 600)
        key = keys.key(page, ran.reads, Now(root))
        figures = lifted(page, ran.notebook)
    except Failed as problem:
        raise refuse(f"page {page.id}", str(problem)) from None
    return {figure.record.id: (figure.record, provenance(page, figure, key)) for figure in figures}
