"""The book's own credit: its name, authors, address, licence and language.

All of it stands once, in `CITATION.cff`; what Jupyter Book takes from `_config.yml` (a shorter title, the language) is
read from there.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wavebook.study.faults import refuse
from wavebook.study.files import LineOf, is_there, read_yaml

CREDIT = "CITATION.cff"
CONFIG = "_config.yml"

LICENCES = {
    "CC0-1.0": ("CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
    "MIT": ("MIT", "https://opensource.org/license/mit"),
    "Apache-2.0": ("Apache 2.0", "https://www.apache.org/licenses/LICENSE-2.0"),
    "ODbL-1.0": ("ODbL 1.0", "https://opendatacommons.org/licenses/odbl/1-0/"),
}
"""What readers call a licence, and where it can be read, by its SPDX identifier; Creative Commons' go by their pattern."""

_CREATIVE_COMMONS = re.compile(r"CC-(BY(?:-NC)?(?:-SA|-ND)?)-(\d\.\d)")
_ADDRESS = re.compile(r"https?://[^\s{}\"\\<>]+")
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
    """

    name: str
    url: str | None = None


@dataclass(frozen=True)
class Book:
    """The book's own credit.

    Attributes
    ----------
    title
        Its full title.
    authors
        An organisation by its name, which has no comma; a person as "Family, Given".
    url
        Where it can be read.
    short_title
        Its title in `_config.yml`, if there is one.
    language
        A BCP 47 tag, such as "en" or "en-GB".
    licences
        One, or several to choose from.
    repository
        The address of its source.
    """

    title: str
    authors: tuple[str, ...]
    url: str | None = None
    short_title: str = ""
    language: str = "en"
    licences: tuple[Licence, ...] = ()
    repository: str | None = None

    @property
    def name(self) -> str:
        """What the book is called on its own pages: without its subtitle, which follows a colon."""
        return self.short_title or self.title.partition(": ")[0]

    @property
    def byline(self) -> str:
        """Its authors in a sentence, given names first."""
        names = [" ".join(reversed(author.split(", ", 1))) for author in self.authors]
        return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def read_book(root: Path) -> Book:
    """Read the book's credit from `CITATION.cff`, and from `_config.yml` if there is one."""
    data, line = read_yaml(root / CREDIT, CREDIT)
    title, authors = data.get("title"), data.get("authors")
    if not isinstance(title, str) or not title.strip():
        raise refuse(f"{CREDIT}:{line(('title',))}", "the title is missing")
    if not isinstance(authors, list) or not authors:
        raise refuse(f"{CREDIT}:{line(('authors',))}", "the authors are missing")
    names = tuple(_name(author, f"{CREDIT}:{line(('authors', i))}") for i, author in enumerate(authors))
    short_title, language = _configured(root)
    return Book(
        title=one_line(title),
        authors=names,
        url=_address(data, "url", line),
        short_title=short_title,
        language=language,
        licences=_licences(data, line),
        repository=_address(data, "repository-code", line),
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
            f"CC {found[1]} {found[2]}", f"https://creativecommons.org/licenses/{found[1].lower()}/{found[2]}/"
        )
    name, url = LICENCES.get(identifier, (identifier, own))
    return Licence(name, url)


def _address(data: dict[str, Any], key: str, line: LineOf) -> str | None:
    value = data.get(key)
    if value is not None and not _ADDRESS.fullmatch(str(value)):
        raise refuse(f"{CREDIT}:{line((key,))}", f"the {key} must be a web address")
    return None if value is None else str(value)


def _name(author: Any, where: str) -> str:
    known = author if isinstance(author, dict) else {}
    name, family, given = (one_line(str(known.get(key) or "")) for key in ("name", "family-names", "given-names"))
    if "," in name + family + given:
        raise refuse(where, "a name must have no comma")
    if not name and not family:
        raise refuse(where, "an author needs a name, or family-names and given-names")
    return name or ", ".join(filter(None, (family, given)))


def one_line(text: str) -> str:
    """A text on one line, without control characters."""
    return " ".join("".join(" " if unicodedata.category(sign) == "Cc" else sign for sign in text).split())
