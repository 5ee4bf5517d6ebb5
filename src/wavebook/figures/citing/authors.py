"""Who made the book, as `CITATION.cff` names persons and organisations."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from wavebook.study.faults import refuse

ADDRESS = re.compile(r"https?://[^\s{}\"\\<>]+")
_ORCID = re.compile(r"(?:https?://orcid\.org/)?(\d{4}-\d{4}-\d{4}-\d{3}[\dX])")


@dataclass(frozen=True)
class Author:
    """Who made the book: a person or an organisation.

    Attributes
    ----------
    name
        An organisation's name, or a person's family name with its particle; without a comma.
    given
        A person's given names, which may be none: "". None of an organisation.
    suffix
        What follows a person's name, such as "Jr.".
    orcid
        The address of a person's ORCID record.
    url
        A page of their own.
    affiliation
        Where a person works.
    """

    name: str
    given: str | None = None
    suffix: str = ""
    orcid: str | None = None
    url: str | None = None
    affiliation: str = ""

    @property
    def full(self) -> str:
        """The name as it is spoken: given names first."""
        return " ".join(filter(None, (self.given, self.name, self.suffix)))

    @property
    def sorted(self) -> str:
        """The name as it is put in a list: family name first."""
        return ", ".join(filter(None, (self.name, self.given, self.suffix)))


def read_author(author: Any, where: str) -> Author:
    """An author as given, or a refusal that names the place."""
    known = author if isinstance(author, dict) else {}
    said = {key: one_line(str(value)) for key, value in known.items() if value}
    name, given = said.get("name", ""), said.get("given-names", "")
    family = " ".join(filter(None, (said.get("name-particle"), said.get("family-names"))))
    suffix, affiliation = said.get("name-suffix", ""), said.get("affiliation", "")
    if "," in name + family + given + suffix:
        raise refuse(where, "a name must have no comma")
    if not name and not family:
        raise refuse(where, "an author needs a name, or family-names and given-names")
    orcid, url = _orcid(said.get("orcid"), where), said.get("website")
    if url and not ADDRESS.fullmatch(url):
        raise refuse(where, "an author's website must be a web address")
    return Author(name, None, "", orcid, url) if name else Author(family, given, suffix, orcid, url, affiliation)


def _orcid(text: str | None, where: str) -> str | None:
    """The address of an ORCID record; one whose last digit does not fit the others has been mistyped."""
    if not text:
        return None
    found = _ORCID.fullmatch(text)
    if found is None:
        raise refuse(where, f"{text!r} is no ORCID, such as https://orcid.org/0000-0002-1825-0097")
    digits = found[1].replace("-", "")
    total = 0
    for digit in digits[:-1]:
        total = 2 * (total + int(digit))
    if "0123456789X"[(12 - total % 11) % 11] != digits[-1]:
        raise refuse(where, f"the ORCID {found[1]} is mistyped: its last digit does not fit the others")
    return f"https://orcid.org/{found[1]}"


def one_line(text: str) -> str:
    """A text on one line, without control characters."""
    return " ".join("".join(" " if unicodedata.category(sign) == "Cc" else sign for sign in text).split())
