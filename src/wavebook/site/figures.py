"""Writes a page for every version of every figure, with its files, and a catalogue of all figures.

A version's address shows that version for good; the figure's own address shows the newest one. The pages are plain
HTML of the site's own files and read without scripts.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from wavebook.figures.credit import Book
from wavebook.figures.drawing import vega_lite_version
from wavebook.figures.editions import Version
from wavebook.figures.metadata import describe, describe_all
from wavebook.figures.record import FigureRecord, Provenance
from wavebook.figures.toolbar import data_table, sources_table, table
from wavebook.site.drawings import DRAWN, Drawings
from wavebook.site.extension import licence_line

CITED = {"apa": ".txt", "bibtex": ".bib", "ris": ".ris", "csl": ".csl.json"}
"""Forms of a citation and how the names of their files end."""

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_SIZE = re.compile(rb'<svg\b[^>]*?\swidth="(\d+)[^"]*"\s+height="(\d+)')


@dataclass(frozen=True)
class Shown(Version):
    """One version of one figure, and what its page says beside it.

    Attributes
    ----------
    citations
        The texts of "apa", "bibtex", "ris" and "csl".
    caption
        HTML that is already safe.
    changes
        Sentences: what changed from this version to the latest.
    """

    citations: dict[str, str] = field(kw_only=True)
    caption: str = field(kw_only=True)
    changes: tuple[str, ...] = field(default=(), kw_only=True)

    @property
    def status(self) -> str:
        """Where and when it was released, in words."""
        if self.edition is None:
            return "draft, not released"
        return f"edition {self.edition}" + (f", {self.date.day} {self.date:%B %Y}" if self.date else "")


def write_figures(html: Path, versions: dict[str, list[Shown]], drawings: Drawings, book: Book) -> None:
    """Write the pages of all figures, their files and the catalogue into a built site.

    Parameters
    ----------
    html
        The built site.
    versions
        The versions of each figure by its id, oldest first; the last one is the current one.
    drawings
        The drawings that are kept; what is missing is made.
    book
        The book's credit. Without its address the metadata name files relative to their page.

    Raises
    ------
    ValueError
        If an id is no name in kebab-case: it would be a path.
    """
    for name in versions:
        if not _NAME.fullmatch(name):
            raise ValueError(f"figure id {name!r}: use lower-case words joined by hyphens")
    site = _Site(html, drawings, book)
    for name, history in versions.items():
        kept = {shown.figure.version: shown for shown in history}
        for shown in kept.values():
            site.write_files(html / "figures" / name / shown.figure.version, shown)
            site.write_page(shown, history, frozen=True)
        site.write_page(history[-1], history, frozen=False)
    site.write_catalogue([history[-1] for history in versions.values()])
    if versions:
        (html / "_static").mkdir(parents=True, exist_ok=True)
        shutil.copyfile(drawings.bundle(_newest_vega(versions)), html / "_static/vega-bundle.js")


def make_drawings(versions: dict[str, list[Shown]], drawings: Drawings) -> None:
    """Make what `write_figures` will need of drawings; it asks for no built site."""
    for shown in (shown for history in versions.values() for shown in history):
        for form in DRAWN:
            drawings.path(shown.figure, form)
    if versions:
        drawings.bundle(_newest_vega(versions))


def _newest_vega(versions: dict[str, list[Shown]]) -> str:
    known = (vega_lite_version(history[-1].figure.spec) for history in versions.values())
    return max(known, key=lambda version: [int(part) for part in version.split(".")])


class _Site:
    """Where the pages go, and what they share."""

    def __init__(self, html: Path, drawings: Drawings, book: Book) -> None:
        self.html, self.drawings, self.book = html, drawings, book
        self.templates = Environment(
            loader=PackageLoader("wavebook.site"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        stamps = {kind: _stamp(html / f"_static/wavebook.{kind}") for kind in ("css", "js")}
        self.templates.globals |= {"book": book, "stamps": stamps, "licence_line": Markup(licence_line(book))}  # noqa: S704
        self.templates.filters |= {"data_table": _made(data_table), "sources_table": _made(sources_table)}
        self.templates.filters |= {"parameters_table": _made(_parameters), "inputs_table": _made(_inputs)}

    def write_files(self, folder: Path, shown: Shown) -> None:
        """Write what can be downloaded of a version."""
        figure = shown.figure
        base = folder / figure.id
        folder.mkdir(parents=True, exist_ok=True)
        for form in DRAWN:
            shutil.copyfile(self.drawings.path(figure, form), f"{base}.{form}")
        spec = json.dumps(figure.spec, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        registered = (
            f"(window.wavebookSpecs = window.wavebookSpecs || {{}})[{json.dumps(figure.id)}] = {_in_script(spec)};"
        )
        texts = {".csv": figure.csv(), ".json": f"{spec}\n", ".spec.js": f"{registered}\n"}
        texts |= {ending: shown.citations[form] for form, ending in CITED.items()}
        for ending, text in texts.items():
            _write(Path(f"{base}{ending}"), text)

    def write_page(self, shown: Shown, history: list[Shown], *, frozen: bool) -> None:
        """Write a version's own page (frozen), or that of the figure, which shows its newest version."""
        figure = shown.figure
        root = "../../../" if frozen else "../../"
        files = figure.id if frozen else f"{figure.version}/{figure.id}"
        to = "../" if frozen else ""
        place = f"figures/{figure.id}/{figure.version}/" if frozen else f"figures/{figure.id}/"
        text = self.templates.get_template(
            "figure.html"
        ).render(
            **_standing(shown, history, to),
            shown=shown,
            figure=figure,
            provenance=shown.provenance,
            caption=Markup(shown.caption),  # noqa: S704 - the caller made it safe
            root=root,
            files=files,
            metadata=describe(
                shown, self.book, self.book.address(*place.split("/")[:-1]), files, shown.citations["apa"].splitlines()
            ),
            newest=f"{to}index.html",
            page=self._page(shown, root),
            has_references=(self.html / "references.html").is_file(),
            size=_size(self.drawings.path(figure, "svg")),
        )
        _write(self.html / place / "index.html", text)

    def _page(self, shown: Shown, root: str) -> str | None:
        """The address of the page that publishes a figure, if the book still has it."""
        page = f"pages/{shown.provenance.page}.html"
        return f"{root}{quote(page)}#{shown.figure.id}" if (self.html / page).is_file() else None

    def write_catalogue(self, newest: list[Shown]) -> None:
        """Write the list of all figures."""
        entries = [(shown, _size(self.drawings.path(shown.figure, "svg")), _words(shown.figure)) for shown in newest]
        text = self.templates.get_template("catalogue.html").render(
            root="../", entries=entries, metadata=describe_all([shown.figure for shown in newest], self.book)
        )
        _write(self.html / "figures/index.html", text)


def _standing(shown: Shown, history: list[Shown], to: str) -> dict[str, Any]:
    """Where a version stands among all versions of its figure, with links that begin with `to`."""
    rows = [
        {
            "version": other.figure.version,
            "edition": other.edition,
            "status": other.status,
            "here": other.figure.version == shown.figure.version,
            "href": f"{to}{other.figure.version}/index.html",
        }
        for other in history
    ]
    last_here = max(number for number, row in enumerate(rows) if row["here"])
    released = [(number, row) for number, row in enumerate(rows) if row["edition"] is not None]
    later = [row for number, row in released if number > last_here]
    return {
        "history": rows,
        "current": rows[-1],
        "superseded": last_here < len(rows) - 1,
        "newer": later[-1] if later else None,
        "released": released[-1][1] if released else None,
    }


def _words(figure: FigureRecord) -> str:
    """What the catalogue finds a figure by."""
    words = [figure.id, figure.title, figure.version, *figure.evidence, *figure.keys]
    for source in figure.sources:
        words += [source.house, source.series, source.wave, source.place, source.question]
    return " ".join(dict.fromkeys(words)).lower()


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


def _in_script(text: str) -> str:
    """Write JSON so that nothing in it can end the script that it stands in, nor open a comment."""
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _size(svg: Path) -> tuple[str, str] | None:
    found = _SIZE.search(svg.read_bytes()[:1000])
    return (found[1].decode(), found[2].decode()) if found else None


def _stamp(path: Path) -> str:
    """Part of an address that changes with the file, so that no browser shows a page with a stale one."""
    return f"?v={hashlib.sha256(path.read_bytes()).hexdigest()[:8]}" if path.is_file() else ""


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
