"""Makes all that belongs to a version of a figure: what an edition keeps for good, and what the site shows of a draft.

The page is a document of its own: with its styles, without scripts, and with nothing in it that may vanish. Only between
its two marks does a build write what is so now; see `wavebook.site.figures`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from pybtex.database import BibliographyData

from wavebook.figures.citing.apa import source_list
from wavebook.figures.citing.citations import Cited, Format, cite
from wavebook.figures.citing.credit import Book
from wavebook.figures.citing.metadata import describe
from wavebook.figures.editions import MADE, RECORD, Version, current, history
from wavebook.figures.picture import picture
from wavebook.figures.record import Provenance
from wavebook.figures.toolbar import data_table, measured, sources_table, table
from wavebook.site.beside import Beside
from wavebook.site.drawings import Drawings
from wavebook.site.extension import licence_line
from wavebook.study.files import read_bibliography

PAGE = "page.html"
MARKS = (b"<!-- now -->", b"<!-- /now -->")
"""Between them stands what a build says of a version now; all else on its page is as it was released."""
CITED: dict[Format, str] = {"apa": ".txt", "bibtex": ".bib", "ris": ".ris", "csl": ".csl.json"}
"""Forms of a citation and how the names of their files end."""

_SIZE = re.compile(rb'<svg\b[^>]*?\swidth="(\d+)[^"]*"\s+height="(\d+)')


def made_templates(book: Book) -> Environment:
    """The templates of pages, with what they share."""
    made = Environment(
        loader=PackageLoader("wavebook.site"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {"book": book, "licence_line": Markup(licence_line(book))}  # noqa: S704 - every text in it is escaped
    made.filters |= {
        "data_table": _made(data_table),
        "sources_table": _made(sources_table),
        "measured": _made(measured),
    }
    made.filters |= {"parameters_table": _made(_parameters), "inputs_table": _made(_inputs), "status": status}
    return made


class Maker:
    """Makes the files of versions as the book is now.

    Parameters
    ----------
    root
        The checkout.
    book
        Its credit.
    drawings
        The drawings that are kept.
    """

    def __init__(self, root: Path, book: Book, drawings: Drawings) -> None:
        self._book, self._drawings = book, drawings
        self._bibliography: BibliographyData = read_bibliography(root / "book/references.bib", "book/references.bib")
        self._released = history(root)
        titles = {id_: version.figure.title for id_, version in current(root).items()}
        self._beside = Beside((root / MADE).parent, self._bibliography, titles)
        self._page = made_templates(book).get_template("figure.html")

    def files(self, version: Version) -> dict[str, bytes]:
        """All files of a version by their names in its folder."""
        figure = version.figure
        drawn = self._drawings.path(figure).read_text("utf-8")
        drawing = picture(drawn, figure, self._book, version.edition).encode()
        cited = Cited(figure, version.edition, version.date, self._book, self._bibliography)
        citations = {form: cite(cited, form) for form in CITED}
        references = source_list(cited)
        spec = json.dumps(figure.spec, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        texts = {
            RECORD: json.dumps({**version.to_dict(), "references": references}, ensure_ascii=False, indent=1) + "\n",
            f"{figure.id}.csv": figure.csv(),
            f"{figure.id}.json": f"{spec}\n",
            **{f"{figure.id}{ending}": citations[form] for form, ending in CITED.items()},
            PAGE: self._text(version, drawing, citations, references),
        }
        return {f"{figure.id}.svg": drawing, **{name: text.encode() for name, text in texts.items()}}

    def _text(self, version: Version, drawing: bytes, citations: dict[Format, str], references: dict[str, str]) -> str:
        figure, page = version.figure, version.provenance.page
        cited = [citations["apa"].splitlines()[0], *references.values()]
        address = self._book.address("figures", figure.id, figure.version)
        before = [known for known in self._released.get(figure.id, []) if known.figure.version != figure.version]
        return self._page.render(
            shown=version,
            figure=figure,
            provenance=version.provenance,
            citations=citations,
            references=references,
            caption=Markup(self._beside.caption(figure.caption, page)),  # noqa: S704 - no markup from outside is in it
            beside=Markup(self._beside.text(page, figure.id)),  # noqa: S704 - nor in this
            metadata=describe(version, self._book, address, figure.id, cited),
            files=figure.id,
            history=[*before, version],
            size=drawing_size(drawing),
        )


def now_written(page: bytes, now: bytes) -> bytes:
    """A version's page with what is so now between its marks.

    Raises
    ------
    ValueError
        If the marks are not there once, in their order.
    """
    begin, end = MARKS
    head, begun, rest = page.partition(begin)
    _, ended, foot = rest.partition(end)
    if not (begun and ended) or begin in rest or end in foot:
        raise ValueError("the marks of what is so now do not stand once on the page")
    return head + begin + now + end + foot


def status(version: Version) -> str:
    """Where and when a version was released, in words."""
    if version.edition is None:
        return "draft, not released"
    return f"edition {version.edition}" + (f", {version.date.day} {version.date:%B %Y}" if version.date else "")


def drawing_size(svg: bytes) -> tuple[str, str] | None:
    """Width and height of a drawing."""
    found = _SIZE.search(svg[:1000])
    return (found[1].decode(), found[2].decode()) if found else None


def _parameters(provenance: Provenance) -> str:
    rows = [
        (name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str))
        for name, value in provenance.parameters.items()
    ]
    return table(("Parameter", "Value"), rows, "Parameters of the page")


def _inputs(provenance: Provenance) -> str:
    return table(("File", "SHA-256"), sorted(provenance.inputs.items()), "Input files")


def _made(table_of: Callable[[Any], str]) -> Callable[[Any], Markup]:
    """Let a template put in a table as it is."""
    return lambda what: Markup(table_of(what))  # noqa: S704 - `table` escapes every text
