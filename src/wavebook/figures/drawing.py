"""Draws a Vega-Lite specification in the forms that readers download."""

from __future__ import annotations

import re
from typing import Any

PNG_PPI = 300
"""Dots per inch that journals ask for."""

_OBJECT = re.compile(rb"(\d+) 0 obj\n")
_HEAD = re.compile(rb".*?\n(stream|endobj)\n", re.DOTALL)
_BLANK = re.compile(rb"\n*")
_LENGTH = re.compile(rb"/Length (\d+)")
_REFERENCE = re.compile(rb"\b(\d+) 0 R\b")
_NAMED = re.compile(rb"(?:^ +/[a-z]+\d+ \d+ 0 R\n){2,}", re.MULTILINE)


def vega_lite_version(spec: dict[str, Any]) -> str:
    """The version that a specification names in its schema: "6.1"."""
    return ".".join(str(spec["$schema"]).rpartition("/v")[2].split(".")[:2])


def draw(spec: dict[str, Any], form: str) -> bytes:
    """Draw as "svg", "png" (at 300 dots per inch) or "pdf"."""
    import vl_convert

    return convert(vl_convert.vegalite_to_svg(spec, vl_version=vega_lite_version(spec)), form)


def convert(svg: str, form: str) -> bytes:
    """Turn a drawing into one of the forms: the same as to draw it anew, without the time that Vega takes."""
    import vl_convert

    if form == "svg":
        return svg.encode()
    if form == "png":
        png: bytes = vl_convert.svg_to_png(svg, ppi=PNG_PPI)
        return png
    return steady_pdf(vl_convert.svg_to_pdf(svg))


def steady_pdf(pdf: bytes) -> bytes:
    """Put the objects of a PDF in the order in which it refers to them: the library's own differs from run to run."""
    first = _OBJECT.search(pdf)
    start = place = first.start() if first else len(pdf)
    objects: dict[bytes, tuple[bytes, bytes]] = {}
    while found := _OBJECT.match(pdf, place):
        head, kind = _head(pdf, found.end())
        after = found.end() + len(head)
        length = _LENGTH.search(head)
        place = pdf.index(b"endobj\n", after + int(length[1]) if length and kind == b"stream" else after - 7) + 7
        objects[found[1]] = _NAMED.sub(_sorted_lines, head), pdf[after:place]
        place = _BLANK.match(pdf, place).end()  # type: ignore[union-attr]
    trailer = pdf[pdf.rindex(b"trailer\n") : pdf.rindex(b"startxref\n")]
    order = _order(trailer, objects)

    def renamed(text: bytes) -> bytes:
        return _REFERENCE.sub(lambda found: b"%d 0 R" % order[found[1]], text)

    written, places = pdf[:start], list[int]()
    for number, new in order.items():
        places.append(len(written))
        head, rest = objects[number]
        written += b"%d 0 obj\n%s%s\n" % (new, renamed(head), rest)
    table = b"".join(b"%010d 00000 n\r\n" % place for place in places)
    xref = b"xref\n0 %d\n0000000000 65535 f\r\n%s" % (len(places) + 1, table)
    return written + xref + renamed(trailer) + b"startxref\n%d\n%%%%EOF" % len(written)


def _head(pdf: bytes, start: int) -> tuple[bytes, bytes]:
    """An object's text up to where its stream begins, or all of it; and which of the two."""
    found = _HEAD.match(pdf, start)
    if found is None:
        raise ValueError("not a PDF as the library writes it")
    return found[0], found[1]


def _sorted_lines(found: re.Match[bytes]) -> bytes:
    return b"".join(sorted(found[0].splitlines(keepends=True)))


def _order(trailer: bytes, objects: dict[bytes, tuple[bytes, bytes]]) -> dict[bytes, int]:
    """New numbers of the objects: as one comes to them from the trailer."""
    order: dict[bytes, int] = {}
    waiting = [trailer]
    while waiting:
        for number in _REFERENCE.findall(waiting.pop(0)):
            if number not in order:
                order[number] = len(order) + 1
                waiting.append(objects[number][0])
    return order
