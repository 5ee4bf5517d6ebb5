"""How the book's own pages name and list sources: as citations of figures do, letters after years and all."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from pybtex.database import BibliographyData, Entry
from pybtex.plugin import register_plugin as register_formatting
from pybtex.richtext import HRef, Text
from pybtex.style import FormattedEntry
from pybtex.style.formatting import BaseStyle
from pybtex.style.template import Node, node
from pybtex.textutils import add_period
from sphinxcontrib.bibtex.plugin import register_plugin as register_referencing
from sphinxcontrib.bibtex.style.referencing import BracketStyle, GroupReferenceStyle
from sphinxcontrib.bibtex.style.referencing.author_year import AuthorYearReferenceStyle
from sphinxcontrib.bibtex.style.referencing.basic_author_year import (
    BasicAuthorYearParentheticalReferenceStyle,
    BasicAuthorYearTextualReferenceStyle,
)
from sphinxcontrib.bibtex.style.template import join, join2, post_text, pre_text, reference

from wavebook.figures.citing.apa import apa_line
from wavebook.figures.citing.references import NO_DATE, as_cited_in, named, read_when, sentences
from wavebook.figures.citing.references import field as plain_field

if TYPE_CHECKING:
    from sphinx.application import Sphinx

STYLE = "wavebook"
_SOURCES: list[BibliographyData] = []
"""The bibliography of the book that is being built, which the styles are not told of."""


@node  # type: ignore[untyped-decorator]
def _who(_: list[Any], data: dict[str, Any], joint: str) -> Text:
    return Text(named(data["entry"], joint))


@node  # type: ignore[untyped-decorator]
def _when(_: list[Any], data: dict[str, Any]) -> Text:
    return Text(read_when(_SOURCES[-1], data["entry"]))


def _round() -> BracketStyle:
    return BracketStyle(left="(", right=")", sep="; ")


@dataclass
class _InBrackets(BasicAuthorYearParentheticalReferenceStyle):
    """(Laruelle & Royce, 2020)."""

    bracket: BracketStyle = field(default_factory=_round)

    def inner(self, role_name: str) -> Node:  # noqa: ARG002 - the same of every role
        said = reference[join(sep=self.author_year_sep)[_who(joint="&"), _when]]
        return join2(sep1=self.pre_text_sep, sep2=self.post_text_sep)[pre_text, said, post_text]


@dataclass
class _InText(BasicAuthorYearTextualReferenceStyle):
    """Laruelle and Royce (2020)."""

    bracket: BracketStyle = field(default_factory=_round)

    def inner(self, role_name: str) -> Node:  # noqa: ARG002
        year = join2(sep1=self.pre_text_sep, sep2=self.post_text_sep)[pre_text, reference[_when], post_text]
        return join(sep=self.text_reference_sep)[_who(joint="and"), join[self.bracket.left, year, self.bracket.right]]


@dataclass
class Referencing(GroupReferenceStyle):
    """Names sources as `in_text` and `in_brackets` do, each a link to the list; the rarer roles stay the extension's."""

    def __post_init__(self) -> None:
        self.styles.extend([*AuthorYearReferenceStyle().styles, _InBrackets(), _InText()])
        super().__post_init__()  # type: ignore[no-untyped-call]


class Listing(BaseStyle):
    """Lists sources as APA does, with what else is noted of each."""

    default_name_style, default_label_style, default_sorting_style = "plain", "alpha", "none"

    def __init__(self, **asked: Any) -> None:
        super().__init__(**asked)
        self.sort = partial(sorted, key=_place)

    def format_entry(self, label: str, entry: Entry, bib_data: object = None) -> FormattedEntry:  # noqa: ARG002
        """Write one source."""
        said, link = apa_line(_SOURCES[-1], entry)
        note = add_period(sentences(plain_field(entry, "note"), as_cited_in(_SOURCES[-1], entry)))
        text = Text(said, f" {note}" if note else "", *([" ", HRef(link, link)] if link else []))
        return FormattedEntry(entry.key, text, label)


def _place(entry: Entry) -> str:
    """What sources are sorted by: authors, then years, of which none comes before all."""
    return apa_line(_SOURCES[-1], entry)[0].casefold().replace(f"({NO_DATE}", "(", 1)


def _note_sources(app: Sphinx) -> None:
    _SOURCES[:] = [app.env.get_domain("cite").bibdata.data]


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect with Sphinx; the names of the styles stand in the settings of `extension`."""
    register_referencing("sphinxcontrib.bibtex.style.referencing", STYLE, Referencing, force=True)
    register_formatting("pybtex.style.formatting", STYLE, Listing, force=True)
    app.connect("builder-inited", _note_sources)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
