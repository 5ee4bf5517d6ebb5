"""What a person says of a new book, and of its first wave: each answer is checked by itself, so that it can be asked again."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from babel import Locale, UnknownLocaleError

from wavebook.figures.citing.credit import one_line
from wavebook.study import COUNTRIES, MODE_WORDS, Fieldwork, refuse

LANGUAGE = "en-GB"
_PERIOD = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")


class Author(NamedTuple):
    """An author: a person, or an organisation, which has no given name."""

    family: str
    given: str = ""


@dataclass(frozen=True)
class Credit:
    """The book's own credit.

    Attributes
    ----------
    title
        Its title; what follows a colon is its subtitle.
    authors
        One or more.
    language
        A BCP 47 tag.
    """

    title: str
    authors: tuple[Author, ...]
    language: str = LANGUAGE


def title_after(folder: Path) -> str:
    """A title for a book of which nothing but the folder is known."""
    words = " ".join(re.findall(r"[^\W_]+", folder.name)) or "A book"
    return words[0].upper() + words[1:]


def check_title(text: str) -> str:
    """A title on one line."""
    if not (title := one_line(text)):
        raise refuse("--title", "a book needs a title")
    return title


def nobody(title: str) -> str:
    """An author for a book of which nobody has said who makes it."""
    return f"The {title.partition(':')[0].replace(',', '')} contributors"


def check_line(text: str) -> str | None:
    """A text on one line; None if there is none."""
    return one_line(text) or None


def check_author(text: str) -> Author:
    """An author: "Family, Given" is a person, a name without a comma is taken as it stands."""
    family, *given = (one_line(part) for part in text.split(","))
    if not family or len(given) > 1 or given == [""]:
        raise refuse("--author", f"{text!r}: give one author, as “Family, Given” or as a name without a comma")
    return Author(family, *given)


def check_language(text: str) -> str:
    """A language tag, as it is written."""
    try:
        locale = Locale.parse(text.strip(), sep="-")
    except (UnknownLocaleError, ValueError):
        raise refuse("--language", f"{text!r} is no language tag, such as en-GB") from None
    return str(locale).replace("_", "-")


def check_country(text: str) -> str:
    """A country's ISO 3166 code, from the code or from its English name."""
    said = one_line(text)
    if len(said) == 2 and said.upper() in COUNTRIES:
        return said.upper()
    by_name = {name.casefold(): code for code, name in COUNTRIES.items() if len(code) == 2}
    if said.casefold() not in by_name:
        raise refuse("--country", f"{text!r} is no country's name or ISO 3166 code")
    return by_name[said.casefold()]


def check_mode(text: str) -> str:
    """A mode of interviewing, by its key or in words."""
    said = "-".join(one_line(text).casefold().split())
    if said not in MODE_WORDS:
        raise refuse("--mode", f"{text!r}: known are {', '.join(MODE_WORDS)}")
    return said


def check_fieldwork(text: str) -> Fieldwork:
    """A time of fieldwork: 2030, 2030-05, 2030-05-04, or two of one kind with a slash between them."""
    first, _, last = one_line(text).partition("/")
    start, end = _period(first, text), _period(last or first, text)
    known_to = ("year", "month", "day")[max(map(len, (start, end))) - 1]
    if len(start) != len(end):
        raise refuse("--fieldwork", f"{text!r}: give both ends to the year, the month or the day")
    try:
        year, month, day = (*start, 1, 1)[:3]
        begun = dt.date(year, month, day)
        year, month, *days = (*end, 12)[: max(2, len(end))]
        ended = dt.date(year, month, *(days or calendar.monthrange(year, month)[1:]))
        return Fieldwork.model_validate({"start": begun, "end": ended, "known_to": known_to})
    except ValueError:
        raise refuse("--fieldwork", f"{text!r} is no time, or ends before it begins") from None


def _period(part: str, text: str) -> Sequence[int]:
    found = _PERIOD.fullmatch(part.strip())
    if not found:
        raise refuse("--fieldwork", f"{text!r}: write 2030-05-04/2030-05-20, 2030-05 or 2030")
    return [int(number) for number in found.groups() if number]
