"""A figure as other programs read it from its page: links as https://signposting.org asks, and JSON-LD of schema.org.

Both are made from the same: what the version says, the book's credit, and the address of the page. Without an address
of the book the files are named relative to the page, and nothing is said that would need one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wavebook.figures.citing.credit import Author, Book, one_line
from wavebook.figures.record import FigureRecord, Source

if TYPE_CHECKING:
    from wavebook.figures.editions import Version

Plain = dict[str, Any]

SCHEMA = "https://schema.org"
DATA = (("csv", "CSV", "text/csv"), ("json", "JSON", "application/json"))
DRAWINGS = (("svg", "SVG", "image/svg+xml"), ("png", "PNG", "image/png"), ("pdf", "PDF", "application/pdf"))
CITATIONS = (
    ("bib", "BibTeX", "application/x-bibtex"),
    ("ris", "RIS", "application/x-research-info-systems"),
    ("csl.json", "CSL JSON", "application/vnd.citationstyles.csl+json"),
)
"""Files of a version: how their names end, what they are called, their media type."""

_LONGEST = 5000  # of a description that is indexed
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


@dataclass(frozen=True)
class Link:
    """A link of a page's head."""

    rel: str
    href: str
    type: str = ""
    title: str = ""


@dataclass(frozen=True)
class Metadata:
    """What the template `metadata.html` puts into the head of a figure's page.

    Attributes
    ----------
    description
        What the page shows, in plain text.
    links
        The canonical address, and the links of signposting's level 1.
    linked
        JSON-LD as plain values.
    """

    description: str
    links: tuple[Link, ...]
    linked: Plain


def describe(version: Version, book: Book, address: str | None, files: str = "", cited: Sequence[str] = ()) -> Metadata:
    """Describe a version of a figure for the page that shows it.

    Parameters
    ----------
    version, book
        What is shown, and the credit of the book.
    address
        The page's own address: that of the version, or that of the figure, which shows its newest version. None of a
        book without one.
    files
        What the names of the version's files begin with, seen from the page; the figure's id if they are beside it.
    cited
        The citation of the figure and those of its sources after it, as a scholar reads them.
    """
    figure = version.figure
    own = book.address("figures", figure.id, figure.version)
    base = f"{own}{figure.id}" if own else files or figure.id
    return Metadata(
        description=figure.alt,
        links=tuple(_links(book, address, own, base)),
        linked={"@context": SCHEMA, **_known(_dataset(version, book, own, base, cited))},
    )


def describe_all(figures: Sequence[FigureRecord], book: Book) -> Metadata:
    """Describe the catalogue of all figures, by their newest versions."""
    address = book.address("figures")
    listed = [
        {"@type": "Dataset", "@id": own, "url": own, **_named(figure), **_terms(book)}
        for figure in figures
        for own in (book.address("figures", figure.id, figure.version),)
    ]
    catalogue = {
        "@type": "DataCatalog",
        "@id": address,
        "url": address,
        "name": f"Figures of {book.title}",
        "description": book.abstract,
        "inLanguage": book.language,
        "keywords": list(book.keywords),
        **_terms(book),
        "isPartOf": _book(book),
        "dataset": listed,
    }
    links = [Link("canonical", address)] if address else []
    links += [Link("license", licence.url) for licence in book.licences if licence.url]
    links += [Link("type", f"{SCHEMA}/CollectionPage"), Link("type", f"{SCHEMA}/DataCatalog")]
    description = book.abstract or f"All figures of {book.title}, with data and citations."
    return Metadata(description, tuple(links), {"@context": SCHEMA, **_known(catalogue)})


def _links(book: Book, address: str | None, own: str | None, base: str) -> Iterable[Link]:
    if address:
        yield Link("canonical", address)
    if own:
        yield Link("cite-as", own)
    for ending, name, kind in CITATIONS:
        yield Link("describedby", f"{base}.{ending}", kind, f"Citation ({name})")
    for ending, name, kind in (*DRAWINGS, *DATA):
        yield Link("item", f"{base}.{ending}", kind, name)
    for licence in book.licences:
        if licence.url:
            yield Link("license", licence.url)
    for author in book.authors:
        if known := author.orcid or author.url:
            yield Link("author", known)
    yield Link("type", f"{SCHEMA}/AboutPage")
    yield Link("type", f"{SCHEMA}/Dataset")


def _dataset(version: Version, book: Book, own: str | None, base: str, cited: Sequence[str]) -> Plain:
    figure, day = version.figure, version.date.isoformat() if version.date else None
    credit = next(iter(cited), None)
    return {
        "@type": "Dataset",
        "@id": own,
        "url": own,
        "identifier": f"{figure.id}@{figure.version}",
        **_named(figure),
        **_terms(book),
        "version": figure.version,
        "datePublished": day,
        "dateModified": day,
        "creativeWorkStatus": "Published" if version.edition else "Draft",
        "creditText": credit,
        "citation": list(cited[1:]),
        "isAccessibleForFree": True,
        "inLanguage": book.language,
        "keywords": _each([*book.keywords, *(s.series for s in figure.sources), *(s.house for s in figure.sources)]),
        "isPartOf": _book(book, version.edition),
        "includedInDataCatalog": _catalogue(book),
        "exampleOfWork": _living(figure, book),
        "isBasedOn": [_basis(source) for source in figure.sources],
        "measurementTechnique": _each(f"survey, {source.mode}" for source in figure.sources),
        "variableMeasured": [
            {"@type": "PropertyValue", "name": question} for question in _each(s.question for s in figure.sources)
        ],
        "temporalCoverage": _years(figure),
        "spatialCoverage": [{"@type": "Place", "name": place} for place in _each(s.place for s in figure.sources)],
        "distribution": [
            {**_file("DataDownload", base, *kind), "description": _what(figure, kind[0])} for kind in DATA
        ],
        "image": [
            {
                **_file("ImageObject", base, *kind),
                "caption": figure.alt,
                **_terms(book),
                "acquireLicensePage": own,
                "creditText": credit,
            }
            for kind in DRAWINGS
        ],
    }


def _named(figure: FigureRecord) -> Plain:
    """Its name, and what it shows with the surveys it rests on: a search engine knows no more of it."""
    houses = _each(f"{s.house}, {s.place}, {s.fieldwork} ({s.mode}, n {s.n})" for s in figure.sources)
    said = " ".join(filter(None, (figure.alt, f"Sources: {'; '.join(houses)}." if houses else "")))
    cut = said if len(said) <= _LONGEST else f"{said[: _LONGEST - 1]}…"
    return {"name": one_line(figure.title), "alternateName": figure.id, "description": one_line(cut)}


def _terms(book: Book) -> Plain:
    licences = [licence.url for licence in book.licences if licence.url]
    return {
        "license": licences[0] if len(licences) == 1 else licences,
        "creator": [_creator(author) for author in book.authors],
    }


def _creator(author: Author) -> Plain:
    if author.given is None:
        return {"@type": "Organization", "name": author.name, "url": author.url}
    return {
        "@type": "Person",
        "@id": author.orcid,
        "name": author.full,
        "givenName": author.given,
        "familyName": author.name,
        "affiliation": {"@type": "Organization", "name": author.affiliation} if author.affiliation else None,
        "url": author.url,
        "sameAs": author.orcid,
    }


def _book(book: Book, edition: str | None = None) -> Plain:
    doi = f"https://doi.org/{book.doi}" if book.doi else None
    return {
        "@type": "Book",
        "@id": doi or book.address(),
        "identifier": doi,
        "url": book.address(),
        "name": book.title,
        "bookEdition": edition,
        "author": [_creator(author) for author in book.authors],
    }


def _catalogue(book: Book) -> Plain | None:
    address = book.address("figures")
    return (
        {"@type": "DataCatalog", "@id": address, "url": address, "name": f"Figures of {book.title}"}
        if address
        else None
    )


def _living(figure: FigureRecord, book: Book) -> Plain | None:
    """The figure of which this is a version."""
    address = book.address("figures", figure.id)
    return {"@type": "Dataset", "@id": address, "url": address, **_named(figure), **_terms(book)} if address else None


def _basis(source: Source) -> Plain:
    return {
        "@type": "Dataset",
        "identifier": source.wave,
        "name": f"{source.series}, {source.place}, {source.fieldwork}",
        "description": f"{source.question} {source.mode}, n {source.n}.",
        "creator": {"@type": "Organization", "name": source.house},
    }


def _file(kind: str, base: str, ending: str, name: str, media: str) -> Plain:
    return {"@type": kind, "name": name, "contentUrl": f"{base}.{ending}", "encodingFormat": media}


def _what(figure: FigureRecord, ending: str) -> str:
    return f"Columns: {', '.join(figure.columns)}" if ending == "csv" else "Vega-Lite specification with its data"


def _years(figure: FigureRecord) -> str | None:
    """The years of fieldwork, as an interval of ISO 8601."""
    years = sorted(year for source in figure.sources for year in _YEAR.findall(source.fieldwork))
    return "/".join(dict.fromkeys((years[0], years[-1]))) if years else None


def _each(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(filter(None, texts)))


def _known(values: Plain) -> Plain:
    """Without what is not known, all the way down."""
    plain = {name: _within(value) for name, value in values.items()}
    return {name: value for name, value in plain.items() if value not in (None, "", [], {})}


def _within(value: Any) -> Any:
    match value:
        case dict():
            return _known(value)
        case list():
            return [_within(part) for part in value]
    return value
