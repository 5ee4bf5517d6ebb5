"""Finds the encoding of a text that does not say which it is in, by the letters that languages use."""

from __future__ import annotations

import codecs
import json
import re
from pathlib import Path

from wavebook.waves.parsing.columns import Unreadable

LETTERS = json.loads(Path(__file__).with_name("letters.json").read_text(encoding="utf-8"))
"""What letters are worth, which encodings there are; the file says what its numbers are."""

_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_ENCODINGS: dict[str, str] = LETTERS["encodings"]
_WORD = re.compile(rb"[A-Za-z]?[\x80-\xff][A-Za-z\x80-\xff]{0,60}")
_WORTH = {
    letter: int(worth)
    for ranks in LETTERS["letters"].values()
    for worth, letters in ranks.items()
    for letter in letters
}
_ACCENTED, _SIGNS = frozenset(LETTERS["accented"]), frozenset(LETTERS["signs"])


def decode(raw: bytes) -> tuple[str, str]:
    """Return a text, and the name of the encoding that it is in."""
    for bom, encoding in _BOMS.items():
        if raw.startswith(bom):
            try:
                return raw.decode(encoding), encoding.removesuffix("-sig").upper()
            except UnicodeDecodeError as error:
                raise Unreadable(
                    f"it begins as {encoding[:6].upper()} text does, but byte {error.start} is damaged"
                ) from None
    if b"\0" in raw:
        raise Unreadable("it is not a text file")
    try:
        return raw.decode(), "UTF-8"
    except UnicodeDecodeError as error:
        near = raw[max(0, error.start - 500_000) : error.start + 500_000]
        if 4 * len(re.findall(rb"[\xd0-\xd3][\x80-\xbf]", near)) > len(re.findall(rb"[\x80-\xff]", near)):
            raise Unreadable(f"it is UTF-8 text, but byte {error.start} is damaged") from None
    words = b" ".join({found[0] for found in _WORD.finditer(raw)})
    scores = {encoding: _score(words, encoding) for encoding in _ENCODINGS}
    encoding = max(_ENCODINGS, key=lambda name: scores[name][0])
    score, letters = scores[encoding]
    try:
        if score >= LETTERS["likely"] * letters:
            return raw.decode(encoding), _ENCODINGS[encoding]
    except UnicodeDecodeError:
        pass
    raise Unreadable("its letters are in no encoding that is known here; save it as UTF-8")


def _score(words: bytes, encoding: str) -> tuple[int, int]:
    """Score how much words look like a language that is known here in an encoding; count letters.

    Detectors made for all languages take one for another that has most of its letters, and are lost in short answers.
    """
    score = count = 0
    for word in words.decode(encoding, errors="replace").split(" "):
        is_latin = bool(re.search("[A-Za-z]", word))
        for before, letter in zip(" " + word, word, strict=False):
            if letter.isascii() or letter in _SIGNS:
                continue
            count += 1
            worth = _WORTH.get(letter.lower())
            if letter in _ACCENTED:
                score += 3 * is_latin
            elif worth is None or is_latin or (letter.isupper() and before.islower()):
                score -= LETTERS["strange"]
            elif letter.islower() or len(word) > 1:  # a capital alone may be a dash in another encoding
                score += worth
    return score, count
