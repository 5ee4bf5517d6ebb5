"""Makes what the figure pages show of the versions of all figures."""

from __future__ import annotations

import html
import re
from pathlib import Path

from markdown_it import MarkdownIt
from pybtex.database import BibliographyData

from wavebook.figures.citations import FORMATS, Cited, cite
from wavebook.figures.credit import Book
from wavebook.figures.differences import say_changes
from wavebook.figures.editions import Version, current, versions
from wavebook.figures.references import in_brackets, in_text
from wavebook.site.figures import Shown
from wavebook.study.files import read_bibliography

_CITE = re.compile(r"\{cite:([tp])\}`([^`]+)`")
_REFERENCE = re.compile(r"\{numref\}`([a-z0-9-]+)`")


def shown_figures(root: Path, book: Book) -> dict[str, list[Shown]]:
    """All versions of every figure with what their pages say, the current one last."""
    bibliography = read_bibliography(root / "book/references.bib", "book/references.bib")
    now = current(root)
    return {id_: _shown(known, now.get(id_, known[-1]), book, bibliography) for id_, known in versions(root).items()}


def _shown(known: list[Version], latest: Version, book: Book, bibliography: BibliographyData) -> list[Shown]:
    """The versions of one figure, the latest last."""
    ordered = [
        version for version in known if version is not latest and version.figure.version != latest.figure.version
    ]
    return [_one(version, latest, book, bibliography) for version in [*ordered, latest]]


def _one(version: Version, latest: Version, book: Book, bibliography: BibliographyData) -> Shown:
    cited = Cited(version.figure, version.edition, version.date, book, bibliography)
    return Shown(
        **vars(version),
        citations={form: cite(cited, form) for form in FORMATS},
        caption=caption_html(version.figure.caption, bibliography),
        changes=() if version is latest else tuple(say_changes(version.figure, latest.figure)),
    )


def caption_html(caption: str, bibliography: BibliographyData) -> str:
    """A caption in MyST markdown as HTML: sources in words, no markup from outside."""
    words = {"t": in_text, "p": in_brackets}
    text = _CITE.sub(lambda found: _escaped(words[found[1]](bibliography, found[2])), caption)
    text = _REFERENCE.sub(lambda found: _escaped(found[1]), text)
    rendered: str = MarkdownIt("commonmark", {"html": False}).renderInline(text)
    return rendered


def _escaped(text: str) -> str:
    return re.sub(
        r"[\\`*_\[\]<>&]", lambda found: f"\\{found[0]}" if found[0] not in "<>&" else html.escape(found[0]), text
    )
