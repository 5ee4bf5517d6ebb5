"""Citations in BibTeX.

The sources stand as they do in the bibliography, because a scholar's own file is likely to have them under the same keys.
"""

from __future__ import annotations

import re
from typing import TextIO

from pybtex.database import BibliographyData, Entry, Person
from pybtex.database.input.bibtex import month_names
from pybtex.database.output.bibtex import Writer

from wavebook.figures.citing.cited import Cited, figure_item, sources_of
from wavebook.figures.citing.credit import one_line
from wavebook.figures.citing.references import as_cited_in, called, sentences

LATEX = {
    "\\": r"{\textbackslash}",
    "{": r"{\textbraceleft}",  # BibTeX counts \{ as an open brace
    "}": r"{\textbraceright}",
    "~": r"{\textasciitilde}",
    "^": r"{\textasciicircum}",
    "<": r"{\textless}",
    ">": r"{\textgreater}",
    **{sign: f"\\{sign}" for sign in "&%$#_"},
}
LIGATURES = re.compile(r"([-`',])(?=\1)|[!?](?=`)")
"""Where LaTeX would make a dash, a quotation mark or an upside-down mark of two signs."""


class _Verbatim(Writer):
    """Writes fields as they are: pybtex would escape what is LaTeX already."""

    def _write_field(self, stream: TextIO, type: str, value: str) -> None:  # noqa: A002 - pybtex's name
        months = {full: short for short, full in month_names.items()}
        stream.write(f",\n    {type} = {months[value] if type == 'month' and value in months else self.quote(value)}")


def bibtex(cited: Cited) -> str:
    """Write a figure and its sources as entries."""
    item = figure_item(cited)
    edition = item.get("edition", "")
    fields = {
        "title": f"{{{latex(item['title'])}}}",  # in braces, lest a style take the capitals from names
        "howpublished": latex(f"In {item['container-title']}" + (f", edition {edition}" if edition else "")),
        "edition": latex(edition),
        "version": cited.figure.version,
        "year": str(cited.date.year) if cited.date else "",
        "month": list(month_names.values())[cited.date.month - 1] if cited.date else "",
        "url": item.get("URL", ""),
        "note": latex(item["note"]),
    }
    persons = [
        Person(
            last=f"{{{latex(name.get('literal') or name['family'])}}}",
            first=latex(name.get("given", "")),
            lineage=latex(name.get("suffix", "")),
        )
        for name in item["author"]
    ]
    figure = Entry("misc", [(name, value) for name, value in fields.items() if value], {"author": persons})
    entries = [(item["id"], figure), *((entry.key, _with_remarks(cited, entry)) for entry in sources_of(cited))]
    return _Verbatim().to_string(BibliographyData(dict(entries)))


def _with_remarks(cited: Cited, entry: Entry) -> Entry:
    """A source as it stands; in what it was read is added to its note, what it is called here to what no style prints."""
    read, called_here = as_cited_in(cited.bibliography, entry), called(cited.bibliography, entry)
    said = {"note": sentences(entry.fields.get("note", ""), latex(read)) if read else "", "annote": latex(called_here)}
    added = {name: text for name, text in said.items() if text}
    return Entry(entry.type, {**entry.fields, **added}, entry.persons) if added else entry


def latex(text: str) -> str:
    """A text on one line as it may stand in a BibTeX file."""
    return "".join(LATEX.get(sign, sign) for sign in LIGATURES.sub("\\g<0>\0", one_line(text))).replace("\0", "{}")
