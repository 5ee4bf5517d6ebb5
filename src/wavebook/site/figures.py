"""Writes a page for every version of every figure, with its files, and a catalogue of all figures.

A version's address shows that version for good: the page of a released one is its edition's, byte for byte, and what is
so now stands between two marks. The figure's own address shows the newest version. All are plain HTML of the site's own
files and read without scripts.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from wavebook.figures.citing.credit import Book
from wavebook.figures.citing.metadata import describe_all
from wavebook.figures.drawing import vega_lite_version
from wavebook.figures.editions import Version
from wavebook.figures.record import FigureRecord
from wavebook.site.drawings import CONVERTED, Drawings
from wavebook.site.frozen import PAGE, drawing_size, made_templates, now_written, status

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Shown:
    """One version of one figure with its files, those of its edition or those that a release would put into one.

    Attributes
    ----------
    version
        The version.
    files
        Its files by their names.
    changes
        Sentences: what changed from this version to the latest.
    """

    version: Version
    files: dict[str, bytes]
    changes: tuple[str, ...] = ()

    @property
    def figure(self) -> FigureRecord:
        """What it shows."""
        return self.version.figure

    @property
    def drawing(self) -> bytes:
        """Its drawing, as SVG."""
        return self.files[f"{self.figure.id}.svg"]


def write_figures(html: Path, versions: dict[str, list[Shown]], drawings: Drawings, book: Book) -> None:
    """Write the pages of all figures, their files and the catalogue into a built site.

    Parameters
    ----------
    html
        The built site; nothing may change its pages afterwards.
    versions
        The versions of each figure by its id, oldest first; the last one is the current one.
    drawings
        The drawings that are kept; what is missing is made.
    book
        The book's credit.

    Raises
    ------
    ValueError
        If an id is no name in kebab-case: it would be a path.
    """
    for name in versions:
        if not _NAME.fullmatch(name):
            raise ValueError(f"figure id {name!r}: use lower-case words joined by hyphens")
    site = _Site(html, drawings, book)
    for history in versions.values():
        for shown in history:
            site.write_version(shown, history)
        site.write_newest(history)
    site.write_catalogue([history[-1] for history in versions.values()])
    if versions:
        (html / "_static").mkdir(parents=True, exist_ok=True)
        shutil.copyfile(drawings.bundle(_newest_vega(versions)), html / "_static/vega-bundle.js")


def make_drawings(versions: dict[str, list[Shown]], drawings: Drawings) -> None:
    """Make what `write_figures` will need of drawings; it asks for no built site."""
    for shown in (shown for history in versions.values() for shown in history):
        for form in CONVERTED:
            drawings.converted(shown.drawing, form)
    if versions:
        drawings.bundle(_newest_vega(versions))


def _newest_vega(versions: dict[str, list[Shown]]) -> str:
    known = (vega_lite_version(history[-1].figure.spec) for history in versions.values())
    return max(known, key=lambda version: [int(part) for part in version.split(".")])


class _Site:
    """Where the pages go, and what they share."""

    def __init__(self, html: Path, drawings: Drawings, book: Book) -> None:
        self.html, self.drawings, self.book = html, drawings, book
        self.templates = made_templates(book)
        stamps = {kind: _stamp(html / f"_static/wavebook.{kind}") for kind in ("css", "js")}
        self.templates.globals |= {"stamps": stamps}

    def write_version(self, shown: Shown, history: list[Shown]) -> None:
        """Write the page of a version and what can be downloaded of it."""
        folder = self.html / "figures" / shown.figure.id / shown.figure.version
        for name, content in shown.files.items():
            if name != PAGE:
                _write(folder / name, content)
        for form in CONVERTED:
            shutil.copyfile(self.drawings.converted(shown.drawing, form), folder / f"{shown.figure.id}.{form}")
        now = self._now(shown, history, root="../../../", to="../", files=shown.figure.id, newest=False)
        _write(folder / "index.html", now_written(shown.files[PAGE], now))

    def write_newest(self, history: list[Shown]) -> None:
        """Write the figure's own page: that of its newest version, whose files lie one folder deeper."""
        shown = history[-1]
        id_, files = shown.figure.id, f"{shown.figure.version}/{shown.figure.id}"
        names = re.compile(rf'((?:href|src)="|"contentUrl": ")(?={re.escape(id_)}\.)'.encode())
        page = names.sub(rb"\g<1>" + f"{shown.figure.version}/".encode(), shown.files[PAGE])
        now = self._now(shown, history, root="../../", to="", files=files, newest=True)
        _write(self.html / f"figures/{id_}/index.html", now_written(page, now))
        spec = _in_script(shown.files[f"{id_}.json"].decode().strip())
        registered = f"(window.wavebookSpecs = window.wavebookSpecs || {{}})[{json.dumps(id_)}] = {spec};\n"
        _write(self.html / f"figures/{id_}/{files}.spec.js", registered.encode())

    def _now(self, shown: Shown, history: list[Shown], *, root: str, **place: Any) -> bytes:
        """What a build writes between the marks of a page."""
        text = self.templates.get_template("now.html").render(
            **_standing(shown, history, place["to"]),
            **place,
            shown=shown.version,
            changes=shown.changes,
            root=root,
            page=self._page(shown, root),
        )
        return f"\n{text.strip()}\n".encode()

    def _page(self, shown: Shown, root: str) -> str | None:
        """The address of the page that publishes a figure, if the book still has it."""
        page = f"pages/{shown.version.provenance.page}.html"
        return f"{root}{quote(page)}#{shown.figure.id}" if (self.html / page).is_file() else None

    def write_catalogue(self, newest: list[Shown]) -> None:
        """Write the list of all figures."""
        entries = [(shown.version, drawing_size(shown.drawing), _words(shown.figure)) for shown in newest]
        metadata = describe_all([shown.figure for shown in newest], self.book)
        text = self.templates.get_template("catalogue.html").render(root="../", entries=entries, metadata=metadata)
        _write(self.html / "figures/index.html", text.encode())


def _standing(shown: Shown, history: list[Shown], to: str) -> dict[str, Any]:
    """Where a version stands among all versions of its figure, with links that begin with `to`."""
    rows = [
        {
            "version": other.figure.version,
            "edition": other.version.edition,
            "status": status(other.version),
            "here": other is shown,
            "href": f"{to}{other.figure.version}/index.html",
        }
        for other in history
    ]
    here = next(number for number, row in enumerate(rows) if row["here"])
    released = [(number, row) for number, row in enumerate(rows) if row["edition"] is not None]
    later = [row for number, row in released if number > here]
    return {
        "history": rows,
        "current": rows[-1],
        "superseded": here < len(rows) - 1,
        "newer": later[-1] if later else None,
        "released": released[-1][1] if released else None,
    }


def _words(figure: FigureRecord) -> str:
    """What the catalogue finds a figure by."""
    words = [figure.id, figure.title, figure.version, *figure.evidence, *figure.citekeys]
    for source in figure.sources:
        words += [source.house, source.series, source.wave, source.place, source.question]
    return " ".join(dict.fromkeys(words)).lower()


def _in_script(text: str) -> str:
    """Write JSON so that nothing in it can end the script that it stands in, nor open a comment."""
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _stamp(path: Path) -> str:
    """Part of an address that changes with the file, so that no browser shows a page with a stale one."""
    return f"?v={hashlib.sha256(path.read_bytes()).hexdigest()[:8]}" if path.is_file() else ""


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
