"""Cites a figure: the book with the figure's permanent id and version, and the survey houses and publications behind it.

Everything is first put as CSL items in plain text. RIS and APA are made from those. BibTeX takes the sources as they
stand in the bibliography, because a scholar's own file is likely to have them under the same keys. A source that was
read in another one is followed by that one; APA lists the latter alone.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TextIO

import rispy
from pybtex.database import BibliographyData, Entry, Person
from pybtex.database.input.bibtex import month_names
from pybtex.database.output.bibtex import Writer
from pybtex.textutils import abbreviate, add_period

from wavebook.figures.credit import Author, Book, one_line
from wavebook.figures.record import FigureRecord
from wavebook.figures.references import (
    KINDS,
    NO_DATE,
    Item,
    as_cited_in,
    called,
    entry_of,
    in_text,
    named,
    read_in,
    sentences,
    source_item,
    when,
)
from wavebook.study.faults import refuse

Format = Literal["bibtex", "ris", "csl", "apa"]
FORMATS: tuple[Format, ...] = ("bibtex", "ris", "csl", "apa")

RIS_TYPES = {"figure": "FIGURE", "document": "GEN", **dict(KINDS.values())}
RIS_FIELDS = {
    "title": "title",
    "container-title": "secondary_title",
    "edition": "edition",
    "publisher": "publisher",
    "volume": "volume",
    "issue": "number",
    "DOI": "doi",
}
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


def cite(cited: Cited, format: Format) -> str:  # noqa: A002 - the word that readers know
    """Write the citation of a figure, and those of its sources after it."""
    if format not in WRITERS:
        raise refuse("citation", f"there is no format {format!r}; there are {', '.join(FORMATS)}")
    return WRITERS[format](cited)


def _keys(cited: Cited) -> list[str]:
    """The keys of the figure's sources, each followed by that of the source in which it was read."""
    entries = [entry_of(cited.bibliography, key) for key in cited.figure.citekeys]
    both = [(entry, read_in(cited.bibliography, entry)) for entry in entries]
    return list(dict.fromkeys(str(entry.key) for pair in both for entry in pair if entry is not None))


def _sources(cited: Cited) -> list[Entry]:
    return [entry_of(cited.bibliography, key) for key in _keys(cited)]


# -- the figure as an item


def _figure(cited: Cited) -> Item:
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
        "note": " ".join(filter(None, (f"{_label(cited)}.", _credit(cited)))),
    }
    return {variable: value for variable, value in item.items() if value}


def _author(author: Author) -> dict[str, str]:
    if not author.given:
        return {"literal": author.name}
    return {"family": author.name, "given": author.given, **({"suffix": author.suffix} if author.suffix else {})}


def _label(cited: Cited) -> str:
    return "; ".join([f"Figure {cited.figure.id}, version {cited.figure.version}", *_warnings(cited)])


def _warnings(cited: Cited) -> list[str]:
    return ["unreleased draft"] * (cited.edition is None) + ["synthetic data"] * cited.figure.synthetic


def _credit(cited: Cited) -> str:
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


# -- formats


class _Verbatim(Writer):
    """Writes fields as they are: pybtex would escape what is LaTeX already."""

    def _write_field(self, stream: TextIO, type: str, value: str) -> None:  # noqa: A002 - pybtex's name
        months = {full: short for short, full in month_names.items()}
        stream.write(f",\n    {type} = {months[value] if type == 'month' and value in months else self.quote(value)}")


def _bibtex(cited: Cited) -> str:
    item = _figure(cited)
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
    entries = [(item["id"], figure), *((entry.key, _with_remarks(cited, entry)) for entry in _sources(cited))]
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


class _Unnumbered(rispy.RisWriter):
    """Begins a record with TY, as the format wants it, and not with a number."""

    def set_header(self, count: int) -> str:  # noqa: ARG002 - rispy's signature
        return ""


def _ris(cited: Cited) -> str:
    return rispy.dumps([_ris_record(item) for item in _items(cited)], implementation=_Unnumbered)


def _ris_record(item: Item) -> dict[str, Any]:
    first, _, last = item.get("page", "").partition("-")
    date = item.get("issued", {}).get("date-parts", [[]])[0]
    record = {
        "type_of_reference": RIS_TYPES[item["type"]],
        "id": item["id"],
        "authors": [", ".join(name.values()) for name in item.get("author", [])],
        **{name: item.get(variable) for variable, name in RIS_FIELDS.items()},
        "start_page": first,
        "end_page": last.strip("-"),
        "year": _year(item),
        "date": "/".join(f"{part:02}" for part in date) if len(date) == 3 else None,
        "notes": [item["note"]] if "note" in item else [],
        "urls": [item["URL"]] if "URL" in item else [],
    }
    return {name: value for name, value in record.items() if value}


def _csl(cited: Cited) -> str:
    return json.dumps(_items(cited), ensure_ascii=False, indent=2) + "\n"


def _items(cited: Cited) -> list[Item]:
    return [_figure(cited), *(source_item(cited.bibliography, entry) for entry in _sources(cited))]


def _year(item: Item) -> str | None:
    issued = item.get("issued", {})
    return issued.get("literal") or (str(issued["date-parts"][0][0]) if "date-parts" in issued else None)


def _apa(cited: Cited) -> str:
    item = _figure(cited)
    book = f"In {item['container-title']}" + (f" (edition {item['edition']})" if "edition" in item else "")
    title = f"{one_line(cited.figure.title)} [{_label(cited)}]"
    lead = _sentences(_apa_names(item), f"({_year(item) or NO_DATE})", title, book)
    read = [read_in(cited.bibliography, entry) or entry for entry in _sources(cited)]
    lines = [" ".join(filter(None, (lead, item.get("URL"), _credit(cited))))]
    lines += [apa_source(cited.bibliography, entry) for entry in {entry.key: entry for entry in read}.values()]
    return "\n".join([*lines, ""])


def apa_source(bibliography: BibliographyData, entry: Entry) -> str:
    """A source as a list of references has it."""
    item = source_item(bibliography, entry)
    names, year, title = _apa_names(item), f"({when(bibliography, entry)})", item.get("title", "")
    where = item.get("container-title", "")
    if item["type"] == "article-journal":
        issue = f"({item['issue']})" if "issue" in item else ""
        where = ", ".join(filter(None, (where, item.get("volume", "") + issue, item.get("page", "").replace("-", "–"))))
    elif item["type"] in {"chapter", "paper-conference"}:
        where = f"In {where}"
    lead = [names, year, title] if names else [title, year]
    link = f"https://doi.org/{item['DOI']}" if "DOI" in item else item.get("URL", "")
    return f"{_sentences(*lead, where, item.get('publisher', ''))} {link}".strip()


def _apa_names(item: Item) -> str:
    people = item.get("author", [])
    names = [", ".join({k: abbreviate(v) if k == "given" else v for k, v in name.items()}.values()) for name in people]
    if len(names) < 2:
        return "".join(names)
    # APA puts a comma before "&" after a turned name, and between more than two.
    comma = "," if len(names) > 2 or "given" in people[0] else ""
    return f"{', '.join(names[:-1])}{comma} & {names[-1]}"


def _sentences(*parts: str) -> str:
    return " ".join(add_period(part) for part in parts if part)


WRITERS: dict[str, Callable[[Cited], str]] = {"bibtex": _bibtex, "ris": _ris, "csl": _csl, "apa": _apa}
