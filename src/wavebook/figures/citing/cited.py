"""What is cited: a figure as it stands in an edition of the book, as an item like those of the sources behind it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from pybtex.database import BibliographyData, Entry

from wavebook.figures.citing.credit import Author, Book, one_line
from wavebook.figures.citing.references import Item, entry_of, in_text, named, read_in, source_item
from wavebook.figures.record import FigureRecord


@dataclass(frozen=True)
class Cited:
    """What is cited: a figure as it stands in an edition of the book.

    Attributes
    ----------
    figure, book
        The figure, and the credit of the book it is in.
    edition, date
        The edition's name and day of release; None of an unreleased draft.
    bibliography
        Holds the figure's sources.
    """

    figure: FigureRecord
    edition: str | None
    date: dt.date | None
    book: Book
    bibliography: BibliographyData


def items_of(cited: Cited) -> list[Item]:
    """The figure and its sources as items of CSL."""
    return [figure_item(cited), *(source_item(cited.bibliography, entry) for entry in sources_of(cited))]


def sources_of(cited: Cited) -> list[Entry]:
    """The figure's sources, each followed by the one in which it was read."""
    entries = [entry_of(cited.bibliography, key) for key in cited.figure.citekeys]
    both = [(entry, read_in(cited.bibliography, entry)) for entry in entries]
    return list({entry.key: entry for pair in both for entry in pair if entry is not None}.values())


def figure_item(cited: Cited) -> Item:
    """The figure as an item of CSL."""
    figure, date = cited.figure, cited.date
    warnings = f" [{'; '.join(_warnings(cited))}]" if _warnings(cited) else ""
    item = {
        "id": f"{figure.id}-{figure.version}",
        "type": "figure",
        "title": one_line(figure.title) + warnings,
        "author": [_author(author) for author in cited.book.authors],
        "container-title": one_line(cited.book.title),
        "edition": one_line(cited.edition or ""),
        "version": figure.version,
        "issued": {"date-parts": [[date.year, date.month, date.day]]} if date else None,
        "URL": cited.book.address("figures", figure.id, figure.version),
        "note": " ".join(filter(None, (f"{label_of(cited)}.", credit_of(cited)))),
    }
    return {variable: value for variable, value in item.items() if value}


def _author(author: Author) -> dict[str, str]:
    if not author.given:
        return {"literal": author.name}
    return {"family": author.name, "given": author.given, **({"suffix": author.suffix} if author.suffix else {})}


def label_of(cited: Cited) -> str:
    """What the figure is called, and what has to be said of it."""
    return "; ".join([f"Figure {cited.figure.id}, version {cited.figure.version}", *_warnings(cited)])


def _warnings(cited: Cited) -> list[str]:
    return ["unreleased draft"] * (cited.edition is None) + ["synthetic data"] * cited.figure.synthetic


def credit_of(cited: Cited) -> str:
    """The second credit: publications, and the houses that no publication bears the name of; and the book's own DOI."""
    bibliography, sources = cited.bibliography, cited.figure.sources
    houses = {named(entry_of(bibliography, source.key), "and") for source in sources}
    credited = [
        ("" if source.house in houses or not source.house else f"{one_line(source.house)}, in ")
        + in_text(bibliography, source.key)
        for source in sources
    ]
    data = f"Data: {'; '.join(dict.fromkeys(credited))}." if credited else ""
    return " ".join(filter(None, (data, f"Book: https://doi.org/{cited.book.doi}" if cited.book.doi else "")))


def year_of(item: Item) -> str | None:
    """The year of an item, as it was printed."""
    issued = item.get("issued", {})
    return issued.get("literal") or (str(issued["date-parts"][0][0]) if "date-parts" in issued else None)
