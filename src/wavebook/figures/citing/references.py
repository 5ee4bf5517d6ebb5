"""Sources of the bibliography as plain items, and how a text names them: who, when, and in what it was read.

Works of the same authors and the same year are told apart by a letter (2022a, 2022b). The letters go by the whole
bibliography, in the order of titles, so that a source is called the same wherever the book names it.
"""

from __future__ import annotations

import re
from typing import Any

from pybtex.database import BibliographyData, Entry, Person
from pybtex.richtext import Text

from wavebook.figures.citing.credit import one_line
from wavebook.study.faults import refuse
from wavebook.study.read import READ_IN, SOURCES

Item = dict[str, Any]
"""An item of CSL: https://docs.citationstyles.org/en/stable/specification.html#appendix-iv-variables."""

KINDS = {
    "article": ("article-journal", "JOUR"),
    "book": ("book", "BOOK"),
    "incollection": ("chapter", "CHAP"),
    "inproceedings": ("paper-conference", "CPAPER"),
    "techreport": ("report", "RPRT"),
}
"""What BibTeX's types are called in CSL and in RIS; every other one is a document."""

NO_DATE = "n.d."
_ARTICLE = re.compile(r"(?:an?|the)\s+")


def in_text(bibliography: BibliographyData, key: str) -> str:
    """Name a source in a sentence: "Laruelle and Royce (2020)", "Ng (2021, as cited in Ott, 2023)"."""
    entry = entry_of(bibliography, key)
    return f"{named(entry, 'and')} ({read_when(bibliography, entry)})"


def in_brackets(bibliography: BibliographyData, key: str) -> str:
    """Name a source after a sentence: "(Laruelle & Royce, 2020)", "(Ng, 2021, as cited in Ott, 2023)"."""
    entry = entry_of(bibliography, key)
    return f"({named(entry, '&')}, {read_when(bibliography, entry)})"


def read_when(bibliography: BibliographyData, entry: Entry) -> str:
    """The year of a source, and in what it was read: "2021, as cited in Ott, 2023"."""
    return ", ".join(filter(None, (when(bibliography, entry), as_cited_in(bibliography, entry))))


def as_cited_in(bibliography: BibliographyData, entry: Entry) -> str:
    """In which other source a source was read: "as cited in Ott, 2023"; "" if it was read itself."""
    other = read_in(bibliography, entry)
    return f"as cited in {named(other, '&')}, {when(bibliography, other)}" if other else ""


def read_in(bibliography: BibliographyData, entry: Entry) -> Entry | None:
    """The other source in which a source was read."""
    return entry_of(bibliography, entry.fields[READ_IN]) if READ_IN in entry.fields else None


def entry_of(bibliography: BibliographyData, key: str) -> Entry:
    """A source by its key."""
    if key not in bibliography.entries:
        raise refuse(SOURCES, f"there is no entry {key}")
    return bibliography.entries[key]


def named(entry: Entry, joint: str) -> str:
    """Whom a text names as the authors of a source; its title if they are not known."""
    names = [name.get("literal") or name["family"] for name in map(_name, _people(entry))]
    if len(names) > 2:
        return f"{names[0]} et al."
    return f" {joint} ".join(names) or field(entry, "title") or str(entry.key)


def when(bibliography: BibliographyData, entry: Entry) -> str:
    """The year of a source as a text tells it, with the letter that tells it apart."""
    year, letter = field(entry, "year") or NO_DATE, letter_of(bibliography, entry)
    return f"{year}{'' if year[-1].isdecimal() or not letter else '-'}{letter}"


def letter_of(bibliography: BibliographyData, entry: Entry) -> str:
    """The letter after the year, if others of the same authors have that year: "a" of the first title."""
    same = _authors_and_year(entry)
    twins = [other for other in bibliography.entries.values() if same and _authors_and_year(other) == same]
    ordered = [other.key for other in sorted(twins, key=_title_and_key)]
    return _letters(ordered.index(entry.key)) if len(twins) > 1 else ""


def _authors_and_year(entry: Entry) -> tuple[str, ...]:
    """What two sources have in common that a text cannot tell apart; nothing if titles stand for the authors."""
    people = [str(person) for person in _people(entry)]
    return (*people, entry.fields.get("year", "")) if people else ()


def _title_and_key(entry: Entry) -> tuple[str, str]:
    """What sources are sorted by: the words of the title, without the article before them."""
    words = re.sub(r"[^\w\s]", "", field(entry, "title").casefold()).strip()
    return _ARTICLE.sub("", words, count=1) if _ARTICLE.match(words) else words, str(entry.key)


def _letters(place: int) -> str:
    rest, last = divmod(place, 26)
    return (_letters(rest - 1) if rest else "") + chr(ord("a") + last)


def source_item(bibliography: BibliographyData, entry: Entry) -> Item:
    """A source as an item of CSL; its note also says in what it was read, and what the book calls it."""
    year = field(entry, "year")
    item = {
        "id": entry.key,
        "type": KINDS.get(entry.type, ("document", "GEN"))[0],
        "title": field(entry, "title"),
        "author": [_name(person) for person in _people(entry)],
        "container-title": field(entry, "journal", "booktitle", "howpublished"),
        "publisher": field(entry, "publisher", "institution"),
        "volume": field(entry, "volume"),
        "issue": field(entry, "number"),
        "page": field(entry, "pages").replace("–", "-"),
        "issued": {"date-parts": [[int(year)]]} if year.isdecimal() else {"literal": year} if year else None,
        "DOI": entry.fields.get("doi", "").removeprefix("https://doi.org/"),
        "URL": entry.fields.get("url"),
        "note": sentences(field(entry, "note"), as_cited_in(bibliography, entry), called(bibliography, entry)),
    }
    return {variable: value for variable, value in item.items() if value}


def called(bibliography: BibliographyData, entry: Entry) -> str:
    """What the book calls a source, where nothing but a letter tells it apart: "Cited as Ng, 2020a"."""
    return f"Cited as {named(entry, '&')}, {when(bibliography, entry)}" if letter_of(bibliography, entry) else ""


def field(entry: Entry, *names: str) -> str:
    """The first of the fields that an entry has, as typographic text."""
    return plain(next((entry.fields[name] for name in names if name in entry.fields), ""))


def sentences(*parts: str) -> str:
    """Join what is known into sentences, each with a capital letter and all but the last with its period."""
    return ". ".join(f"{part[0].upper()}{part[1:]}".rstrip(".") for part in parts if part)


def plain(latex: str) -> str:
    """Turn LaTeX into typographic text; commands that are no characters leave their arguments."""
    return one_line(re.sub(r"\\(?:[A-Za-z]+\s*|(?=\$))", "", str(Text.from_latex(latex))))


def _people(entry: Entry) -> list[Person]:
    return entry.persons.get("author") or entry.persons.get("editor", [])


def _name(person: Person) -> dict[str, str]:
    family = plain(" ".join(person.prelast_names + person.last_names))
    given, suffix = plain(" ".join(person.bibtex_first_names)), plain(" ".join(person.lineage_names))
    if not given:
        return {"literal": family}
    return {"family": family, "given": given, **({"suffix": suffix} if suffix else {})}
