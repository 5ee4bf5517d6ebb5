"""The book as `notebooks/pages.yml` and the study make it: its pages, and the order in which readers meet them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from wavebook.pages import parameters
from wavebook.pages.families import expand, family
from wavebook.pages.page import Page
from wavebook.pages.spec import Entry, Spec, Written, is_id, read_spec
from wavebook.study import Refused, Study, refuse


@dataclass(frozen=True)
class Chapter:
    """A document of the book, by its path below `book/` without its ending, and those below it."""

    file: str
    below: tuple[Chapter, ...] = ()


@dataclass(frozen=True)
class BookPart:
    """A part of the book, with or without a caption."""

    caption: str | None
    chapters: tuple[Chapter, ...]


@dataclass(frozen=True)
class Book:
    """All pages, and the parts in which they and the prose stand."""

    pages: list[Page]
    parts: list[BookPart]


def load_book(study: Study) -> Book:
    """Load all pages, make those of families, and hold their parameters against what the notebooks declare.

    Raises
    ------
    Refused
        With every fault, each naming the line of `pages.yml`, the page and the parameter.
    """
    return _Reader(study).book()


class _Reader:
    def __init__(self, study: Study) -> None:
        self.study = study
        self.spec: Spec = read_spec(study.root)
        self.pages: dict[str, Page] = {}
        self._schemas: dict[str, tuple[NotebookNode, dict[str, parameters.Parameter]] | None] = {}
        self._prose: set[str] = set()
        self._explicit = [
            entry for line in _all(line for part in self.spec.parts for line in part.lines)
            if (entry := line.entry) and not entry.each
        ]  # fmt: skip

    def book(self) -> Book:
        parts = [BookPart(part.caption, self._chapters(part.lines)) for part in self.spec.parts]
        if self.spec.faults:
            raise Refused(self.spec.faults)
        return Book(list(self.pages.values()), [part for part in parts if part.chapters])

    def _chapters(self, lines: Iterable[Written]) -> tuple[Chapter, ...]:
        return tuple(chapter for line in lines for chapter in self._of_line(line))

    def _of_line(self, line: Written) -> list[Chapter]:
        if line.entry is None:
            self._check_prose(line)
            return [Chapter(line.name, self._chapters(line.below))]
        schema = self._schema(line.entry)
        if schema is None:
            return []
        source, declared = schema
        # A placeholder stands in a text and makes a text: what fits before it is filled fits after.
        for parameter, wrong in parameters.check(declared, line.entry.parameters):
            what = f"page {line.name}, parameter {parameter}: {wrong}"
            self.spec.blame((*line.at, "parameters", parameter), what)
        pages = list(self._pages(line, line.entry, source))
        below = self._chapters(line.below)
        return [Chapter(f"pages/{page.id}", below) for page in pages]

    def _pages(self, line: Written, entry: Entry, source: NotebookNode) -> Iterator[Page]:
        """The page, or the pages of a family without those in whose place an explicit one stands."""
        notebook = f"notebooks/{entry.notebook}.ipynb"
        if entry.each is None:
            found = [Page(line.name, entry.title or "", notebook, source, entry.parameters)]
        else:
            made = [Page(*page[:2], notebook, source, page[2]) for page in expand(self.spec, line, entry, self.study)]
            found = [page for page in made if not self._is_explicit(entry, page)]
        for page in found:
            if not is_id(page.id):
                self.spec.blame(line.at, f"page {page.id}: use lower-case words and numbers joined by hyphens")
            elif page.id in self.pages:
                self.spec.blame(line.at, f"page {page.id}: another page has this name")
            else:
                self.pages[page.id] = page
                yield page

    def _is_explicit(self, entry: Entry, page: Page) -> bool:
        """Whether an explicit page says the same, and so takes this one's place."""
        kind = family(entry.each or "")
        return kind is not None and any(
            other.notebook == entry.notebook
            and all(
                name in other.parameters and other.parameters[name] == page.parameters.get(name) for name in kind.about
            )
            for other in self._explicit
        )

    def _check_prose(self, line: Written) -> None:
        name = f"book/{line.name}.md"
        if line.name in self._prose:
            self.spec.blame(line.at, f"{name} is named twice")
        elif line.name == "index":
            self.spec.blame(line.at, f"{name} is the front page, which needs not be named")
        elif not (self.study.root / name).is_file():
            self.spec.blame(line.at, f"{name} is not there")
        self._prose.add(line.name)

    def _schema(self, entry: Entry) -> tuple[NotebookNode, dict[str, parameters.Parameter]] | None:
        """A notebook and what it takes; None if that cannot be had, which is told once."""
        name = f"notebooks/{entry.notebook}.ipynb"
        if name not in self._schemas:
            try:
                notebook = _read_notebook(self.study.root / name, name)
                self._schemas[name] = notebook, parameters.declared(notebook, name)
            except Refused as refused:
                self._schemas[name] = None
                self.spec.faults += refused.faults
        return self._schemas[name]


def _all(lines: Iterable[Written]) -> Iterator[Written]:
    for line in lines:
        yield line
        yield from _all(line.below)


def _read_notebook(path: Path, name: str) -> NotebookNode:
    try:
        return nbformat.read(path, as_version=4)
    except FileNotFoundError:
        raise refuse(name, "the notebook is not there") from None
    except Exception as error:  # noqa: BLE001 - nbformat raises many kinds for a file that is no notebook
        raise refuse(name, f"not a notebook: {str(error).splitlines()[0]}") from None
