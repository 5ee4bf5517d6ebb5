"""The book's own credit: its name, authors, address, DOI, licence and language.

All of it stands once, in `CITATION.cff`; what Jupyter Book takes from `_config.yml` (a shorter title, the language) is
read from there. What does not stand there is not known, and nothing is put in its place.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wavebook.figures.citing.authors import ADDRESS, Author, one_line, read_author
from wavebook.study.faults import refuse
from wavebook.study.files import LineOf, is_there, read_yaml

CREDIT = "CITATION.cff"
CONFIG = "_config.yml"

__all__ = ["CONFIG", "CREDIT", "Author", "Book", "Licence", "one_line", "read_book"]

LICENCES = {
    "CC0-1.0": ("CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
    "MIT": ("MIT", "https://opensource.org/license/mit"),
    "Apache-2.0": ("Apache 2.0", "https://www.apache.org/licenses/LICENSE-2.0"),
    "ODbL-1.0": ("ODbL 1.0", "https://opendatacommons.org/licenses/odbl/1-0/"),
}
"""What readers call a licence, and where it can be read, by its SPDX identifier; Creative Commons' go by their pattern."""

_CREATIVE_COMMONS = re.compile(r"CC-(BY(?:-NC)?(?:-SA|-ND)?)-(\d\.\d)")
_DOI = re.compile(r"10\.\d{4,9}/[^\s{}\"\\<>]+")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")


@dataclass(frozen=True)
class Licence:
    """Terms under which the book's text, figures and tables may be used.

    Attributes
    ----------
    name
        As readers know it, such as "CC BY 4.0".
    url
        Where it can be read, if that is known.
    identifier
        Its SPDX identifier, if it has one.
    """

    name: str
    url: str | None = None
    identifier: str = ""


@dataclass(frozen=True)
class Book:
    """The book's own credit.

    Attributes
    ----------
    title
        Its full title.
    authors
        Who made it.
    url
        Where it can be read.
    doi
        Its DOI, without an address before it.
    short_title
        Its title in `_config.yml`, if there is one.
    language
        A BCP 47 tag, such as "en" or "en-GB".
    licences
        One, or several to choose from.
    repository
        The address of its source.
    abstract, keywords
        What it is about.
    version, released
        The last edition and its day; before the first one the version is the program's own.
    kind
        "dataset" or "software".
    """

    title: str
    authors: tuple[Author, ...]
    url: str | None = None
    doi: str | None = None
    short_title: str = ""
    language: str = "en"
    licences: tuple[Licence, ...] = ()
    repository: str | None = None
    abstract: str = ""
    keywords: tuple[str, ...] = ()
    version: str = ""
    released: dt.date | None = None
    kind: str = "software"

    @property
    def name(self) -> str:
        """What the book is called on its own pages: without its subtitle, which follows a colon."""
        return self.short_title or self.title.partition(": ")[0]

    @property
    def byline(self) -> str:
        """Its authors in a sentence, given names first."""
        names = [author.full for author in self.authors]
        return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))

    def address(self, *parts: str) -> str | None:
        """Where a folder of the site is read, such as that of a figure's version; None of a book without an address."""
        return "/".join([self.url.rstrip("/"), *parts, ""]) if self.url else None


def read_book(root: Path) -> Book:
    """Read the book's credit from `CITATION.cff`, and from `_config.yml` if there is one."""
    data, line = read_yaml(root / CREDIT, CREDIT)
    title, authors = data.get("title"), data.get("authors")
    if not isinstance(title, str) or not title.strip():
        raise refuse(f"{CREDIT}:{line(('title',))}", "the title is missing")
    if not isinstance(authors, list) or not authors:
        raise refuse(f"{CREDIT}:{line(('authors',))}", "the authors are missing")
    named = tuple(read_author(author, f"{CREDIT}:{line(('authors', i))}") for i, author in enumerate(authors))
    short_title, language = _configured(root)
    return Book(
        title=one_line(title),
        authors=named,
        url=_address(data, "url", line),
        doi=_doi(data, line),
        short_title=short_title,
        language=language,
        licences=_licences(data, line),
        repository=_address(data, "repository-code", line) or _address(data, "repository", line),
        abstract=one_line(str(data.get("abstract") or "")),
        keywords=_keywords(data, line),
        version=_version(data, line),
        released=_released(data, line),
        kind=str(data.get("type", Book.kind)),
    )


def _configured(root: Path) -> tuple[str, str]:
    """The title and the language of `_config.yml`."""
    if not is_there(root / CONFIG):
        return "", Book.language
    config, line = read_yaml(root / CONFIG, CONFIG)
    where = ("sphinx", "config", "language")
    value: Any = config
    for key in where:
        value = value.get(key) if isinstance(value, dict) else None
    language = Book.language if value is None else str(value)
    if not _LANGUAGE.fullmatch(language):
        raise refuse(f"{CONFIG}:{line(where)}", f"{language!r} is no language tag, such as en-GB")
    return one_line(str(config.get("title") or "")), language.replace("_", "-")


def _licences(data: dict[str, Any], line: LineOf) -> tuple[Licence, ...]:
    given = data.get("license")
    names = given if isinstance(given, list) else [] if given is None else [given]
    if not all(isinstance(name, str) and name.strip() for name in names):
        raise refuse(f"{CREDIT}:{line(('license',))}", "the license must be an SPDX identifier, such as CC-BY-4.0")
    own = _address(data, "license-url", line)
    if own and not names:
        return (Licence(own, own),)
    return tuple(_licence(one_line(name), own) for name in names)


def _licence(identifier: str, own: str | None) -> Licence:
    """A licence by its SPDX identifier; one that is not known here is shown as it stands."""
    if found := _CREATIVE_COMMONS.fullmatch(identifier):
        return Licence(
            f"CC {found[1]} {found[2]}",
            f"https://creativecommons.org/licenses/{found[1].lower()}/{found[2]}/",
            identifier,
        )
    name, url = LICENCES.get(identifier, (identifier, own))
    return Licence(name, url, identifier)


def _address(data: dict[str, Any], key: str, line: LineOf) -> str | None:
    value = data.get(key)
    if value is not None and not ADDRESS.fullmatch(str(value)):
        raise refuse(f"{CREDIT}:{line((key,))}", f"the {key} must be a web address")
    return None if value is None else str(value)


def _doi(data: dict[str, Any], line: LineOf) -> str | None:
    """The book's DOI: under `doi`, or the first of its `identifiers` that is one."""
    more = data.get("identifiers")
    found: list[tuple[tuple[Any, ...], Any]] = [(("doi",), data.get("doi"))]
    for number, one in enumerate(more if isinstance(more, list) else []):
        if isinstance(one, dict) and one.get("type") == "doi":
            found.append((("identifiers", number), one.get("value")))
    known = [(where, str(value)) for where, value in found if value is not None]
    for where, value in known:
        if not _DOI.fullmatch(value):
            raise refuse(f"{CREDIT}:{line(where)}", f"{value!r} is no DOI, such as 10.5281/zenodo.1234567")
    return known[0][1] if known else None


def _keywords(data: dict[str, Any], line: LineOf) -> tuple[str, ...]:
    words = data.get("keywords") or []
    if not isinstance(words, list):
        raise refuse(f"{CREDIT}:{line(('keywords',))}", "the keywords must be a list")
    return tuple(one_line(str(word)) for word in words)


def _version(data: dict[str, Any], line: LineOf) -> str:
    version = data.get("version", "")
    if not isinstance(version, str):
        raise refuse(
            f"{CREDIT}:{line(('version',))}", "the version must be in quotes: 2026.10 is read as the number 2026.1"
        )
    return one_line(version)


def _released(data: dict[str, Any], line: LineOf) -> dt.date | None:
    day = data.get("date-released")
    try:
        return day if day is None or isinstance(day, dt.date) else dt.date.fromisoformat(str(day))
    except ValueError:
        raise refuse(f"{CREDIT}:{line(('date-released',))}", f"{str(day)!r} is no day, such as 2026-11-03") from None
