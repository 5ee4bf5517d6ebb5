"""Breaks what a page prints, and what a respondent file holds, into the same words.

Two texts that say the same are to give the same words however they are written: case, punctuation, quotes, tags between
them and the form of a number do not count. A number that is no whole one goes by its first two decimals.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

GONE = ""
"""The word for a value that is missing."""
_WORD = re.compile(r"(?:(?<![\w.])[-+])?(?<![\w.])\d+(?:\.\d+)?(?:e[-+]?\d{1,3})?(?!\w)|\w+")
_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d{5,})?(?![\w.])")
_ABSENT = {"nan", "none", "null", "na", "nat"}


def words(text: str) -> list[str]:
    """The words of a text, in order."""
    return [_canonical(word) for word in _WORD.findall(unicodedata.normalize("NFKC", text).casefold())]


def numbers(text: str) -> set[str]:
    """The different numbers of a text that are whole, or given to five decimals or more: those to five."""
    found = set(_NUMBER.findall(text))
    return {exact(float(number)) if "." in number else str(int(number)) for number in found if len(number) < 30}


def exact(number: float) -> str:
    """A number to five decimals; the sixth is where programs round differently."""
    return f"{number:.5f}"


@lru_cache(maxsize=100_000)
def _canonical(word: str) -> str:
    if word in _ABSENT:
        return GONE
    if not (word[0] in "+-" or word[0].isdigit()):
        return word
    try:
        number = float(word)
    except ValueError:
        return word
    if abs(number) < 1e15 and number == int(number):
        return str(int(number))
    return f"{number:.2f}"
