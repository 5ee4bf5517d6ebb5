"""A drawing as it travels: with the title, the surveys behind it, the licence and its address in the picture itself.

On the book's own pages the words stand beside a drawing. A file that is taken along loses them, so they are drawn above
and below it, wrapped to its width: one SVG around another, from which PNG and PDF are made.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable
from itertools import groupby
from typing import Any, NamedTuple

from wavebook.figures.citing.credit import Book
from wavebook.figures.record import FigureRecord, Source

_SIZE = re.compile(r"<svg\b(?=[^>]*?\bwidth=\"([\d.]+))(?=[^>]*?\bheight=\"([\d.]+))")
_MARGIN = 10
_FONT = "Helvetica, Arial, sans-serif"
_INK, _QUIET, _PAPER = "#222222", "#6b6b6b", "#ffffff"
_LONG = re.compile(r"(?<=[/?&=@,;_-])")
"""Where a word that is wider than the picture may be broken: an address, at best."""
_DAY = re.compile(r"(?<=\d) (?=[^\W\d_])")
"""The space in "12 July", which no line should end in."""
_BLANK = re.compile(r"[^\S\xa0]+")
_UNBROKEN = "\xa0"
_NARROW, _WIDE = set("ijlftrI.,:;|!'`()[]/\\ -·\xa0"), set("mwMW@%—…")


class _Kind(NamedTuple):
    """How a line of text is set."""

    size: float
    weight: str
    colour: str


_TITLE, _NOTE = _Kind(15, "bold", _INK), _Kind(11, "normal", _QUIET)
_LEADING = 1.3  # of a line, in its size


def picture(drawing: str, figure: FigureRecord, book: Book, edition: str | None) -> str:
    """Put the words around a drawing that belong to it.

    Parameters
    ----------
    drawing
        The figure as SVG.
    figure, book
        What it shows, and the credit of the book.
    edition
        The one that released it; None of a draft, which says that it is one.
    """
    found = _SIZE.search(drawing)
    if found is None:
        raise ValueError(f"figure {figure.id}: the drawing has no width and height")
    width, height = (float(side) for side in found.groups())
    colours = _colours(figure.spec)
    notes = [note for note in (_sources(figure.sources), *_terms(figure, book, edition)) if note]
    inner = width - 2 * _MARGIN
    title = [(line, _TITLE) for line in wrapped(figure.title, inner, _TITLE.size * 1.08)]
    below = [(line, _NOTE) for note in notes for line in wrapped(note, inner, _NOTE.size)]
    head, top = _text(title, _MARGIN, colours)
    foot, bottom = _text(below, top + height, colours)
    first = drawing.index("<svg")
    placed = f'<svg x="0" y="{top:g}"{drawing[first + 4 :].rstrip()}'
    name, says = (_escaped(text) for text in (figure.title, " ".join([figure.alt, *notes])))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{bottom:g}" '
        f'viewBox="0 0 {width:g} {bottom:g}" role="img" aria-labelledby="wb-title wb-desc">'
        f'<title id="wb-title">{name}</title><desc id="wb-desc">{says}</desc>'
        f'<rect width="{width:g}" height="{bottom:g}" fill="{colours["paper"]}"/>'
        f"{head}{placed}{foot}</svg>"
    )


def _sources(sources: Iterable[Source]) -> str:
    """The surveys: each house once, with its waves, when they were in the field, and how many they asked."""
    said = []
    for house, waves in groupby(sorted(sources, key=lambda source: source.house), key=lambda source: source.house):
        each = dict.fromkeys(filter(None, map(_wave, waves)))
        said.append(": ".join(filter(None, (house, ", ".join(each)))))
    return f"{'Source' if len(said) == 1 else 'Sources'}: {'; '.join(said)}." if said else ""


def _wave(source: Source) -> str:
    """A wave in a few words; what has no respondents has no number of them."""
    known = [_DAY.sub(_UNBROKEN, source.fieldwork), source.mode, f"n{_UNBROKEN}{source.n}" if source.n else ""]
    detail = ", ".join(filter(None, known))
    return f"{source.wave} ({detail})" if source.wave and detail else source.wave or detail


def _terms(figure: FigureRecord, book: Book, edition: str | None) -> Iterable[str]:
    """What it is, under which terms it may be used, and where it stands."""
    released = f", edition {edition}" if edition else ""
    yield f"{book.name}{released}. By {book.byline}." + (f" {licences}." if (licences := _licences(book)) else "")
    if figure.synthetic:
        yield "Synthetic data: no respondent was ever asked."
    address = book.address("figures", figure.id, figure.version)
    draft = "" if edition else " (draft, not released)"
    yield f"{address or f'Figure {figure.id}@{figure.version}'}{draft}"


def _licences(book: Book) -> str:
    return " or ".join(licence.name for licence in book.licences)


def wrapped(text: str, width: float, size: float) -> list[str]:
    """Break a text into lines that are no wider than so many pixels in a sans-serif face of this size."""
    lines: list[str] = []
    line = ""
    for word in _BLANK.split(text.strip()):
        tried = f"{line} {word}".strip()
        if width_of(tried, size) <= width:
            line = tried
            continue
        lines += [line] if line else []
        *whole, line = _broken(word, width, size)
        lines += whole
    return [*lines, line] if line else lines


def _broken(word: str, width: float, size: float) -> list[str]:
    """A word, in pieces if it is too wide for a line."""
    pieces, piece = [], ""
    for part in _LONG.split(word):
        for sign in [part] if width_of(part, size) <= width else part:
            if piece and width_of(piece + sign, size) > width:
                pieces.append(piece)
                piece = ""
            piece += sign
    return [*pieces, piece]


def width_of(text: str, size: float) -> float:
    """How wide a text is at most: no font is at hand to measure it, and one machine's is not another's."""
    return size * sum(map(_share, text))


def _share(sign: str) -> float:
    """The width of a sign in its size."""
    if unicodedata.combining(sign):
        return 0
    if sign in _NARROW:
        return 0.36
    if sign in _WIDE or unicodedata.east_asian_width(sign) in "WF":
        return 1.03
    return 0.75 if sign.isupper() else 0.6


def _text(lines: list[tuple[str, _Kind]], top: float, colours: dict[str, str]) -> tuple[str, float]:
    """Lines as SVG, from a height on; and where they end."""
    written, y = "", top
    for line, kind in lines:
        y += kind.size * _LEADING
        written += (
            f'<text x="{_MARGIN}" y="{y - 0.3 * kind.size:g}" font-family="{colours["font"]}" '
            f'font-size="{kind.size:g}px" font-weight="{kind.weight}" '
            f'fill="{colours["ink" if kind is _TITLE else "quiet"]}">{_escaped(line)}</text>'
        )
    return written, round(y + _MARGIN, 2)


def _colours(spec: dict[str, Any]) -> dict[str, str]:
    """The font and the colours of the chart's own words."""
    config = spec.get("config", {})
    axis = config.get("axis", {})
    given = {
        "font": config.get("font", _FONT),
        "paper": config.get("background", _PAPER),
        "ink": axis.get("labelColor", _INK),
        "quiet": axis.get("tickColor", _QUIET),
    }
    return {name: _escaped(str(value)) for name, value in given.items()}


def _escaped(text: str) -> str:
    """A text as XML may hold it: some signs it may not hold at all."""
    kept = (
        sign
        for sign in _BLANK.sub(" ", text)
        if unicodedata.category(sign) not in ("Cc", "Cs") and sign not in "\ufffe\uffff"
    )
    return html.escape("".join(kept))
