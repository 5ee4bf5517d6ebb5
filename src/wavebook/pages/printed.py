"""Stops a page that prints respondents."""

from __future__ import annotations

import base64
import binascii
import html
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from nbformat import NotebookNode

from wavebook.figures.publishing import FIGURE_MIME
from wavebook.pages.page import Failed, Page, cell_number
from wavebook.waves.recognising.stored import Leak, Private

_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_TAG = re.compile(r"<[^<>]*>")
_QUOTED = re.compile(r"\"([^\"]*)\"|'([^']*)'")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|[nrtfb])")
_TYPE = re.compile(r"\b(?:np|numpy|pd|pandas)\.\w+\(")  # as Python writes numbers of a table
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{80,}={0,2}")
_PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf")


class Printed(NamedTuple):
    """What a page prints in one place.

    Attributes
    ----------
    cell
        The place of the cell in the notebook, from 0; None for what belongs to the page itself.
    what
        What it is, in words.
    text
        The text.
    """

    cell: int | None
    what: str
    text: str


def printed(notebook: NotebookNode) -> Iterator[Printed]:
    """All that an executed notebook holds: outputs of every kind, sources, metadata."""
    for number, cell in enumerate(notebook.cells):
        yield Printed(number, "its text", readable(cell.source))
        for output in cell.get("outputs", []):
            match output.output_type:
                case "stream":
                    yield Printed(number, f"what it writes to {output.name}", readable(output.text))
                case "error":
                    said = [output.ename, output.evalue, *output.traceback]
                    yield Printed(number, "its error", readable("\n".join(said)))
                case _:
                    for mime, value in output.data.items():
                        if mime not in _PICTURES:
                            what = "its figure" if mime == FIGURE_MIME else f"its output ({mime})"
                            yield Printed(number, what, "\n".join(map(readable, _strings(value))))
            if more := output.get("metadata"):
                yield Printed(number, "what goes with its output", "\n".join(map(readable, _strings(more))))
        for part in ("metadata", "attachments"):
            if more := cell.get(part):
                yield Printed(number, f"its {part}", "\n".join(map(readable, _strings(more))))
    yield Printed(
        None, "its metadata, where the state of widgets lies,", "\n".join(map(readable, _strings(notebook.metadata)))
    )


def _strings(value: Any) -> Iterator[str]:
    """Everything that JSON holds, names included, in order."""
    match value:
        case dict():
            for name, part in value.items():
                yield str(name)
                yield from _strings(part)
        case list() | tuple():
            for part in value:
                yield from _strings(part)
        case _:
            yield str(value)


def readable(text: str) -> str:
    """A text as a reader or a program would have it: without colours, tags and escapes, with what base64 hides."""
    text = _TYPE.sub(" ", _ANSI.sub("", text))
    if "\\" in text:
        text = _ESCAPE.sub(lambda found: chr(int(found[1], 16)) if found[1] else " ", text)
    hidden = [decoded for found in _BASE64.findall(text) if (decoded := _decoded(found))]
    if "<" in text and ">" in text:
        tags = " ".join(" ".join(pair) for tag in _TAG.findall(text) for pair in _QUOTED.findall(tag))
        text = f"{_TAG.sub(' ', text)}\n{tags}"
    return "\n".join([html.unescape(text), *hidden])


def _decoded(found: str) -> str:
    try:
        plain = base64.b64decode(found.translate({45: 43, 95: 47}) + "=" * (-len(found) % 4))
        return plain.decode()
    except (binascii.Error, ValueError):
        return ""


def check_printed(page: Page, notebook: NotebookNode, private: Private) -> None:
    """Refuse a page that shows respondents of a file on this machine.

    Raises
    ------
    Failed
        Naming the cell and the kind of output, and none of what they show.
    """
    places = list(printed(notebook))
    leak = private.leak("\n".join(place.text for place in places))
    if leak is None:
        return
    for place in places:
        if found := private.leak(place.text):
            cell = "" if place.cell is None else f", cell {cell_number(page, place.cell)}"
            raise Failed(f"{page.notebook}{cell}: {place.what} shows {say(found)}")
    raise Failed(f"{page.notebook}: its cells together show {say(leak)}")


def keep_back(failed: Failed, private: Private) -> Failed:
    """The failure of a page, without what its error says of respondents."""
    leak = private.leak(readable(f"{failed}\n{failed.said}"))
    return Failed(f"{failed.where}: failed, and its error, which is kept back, shows {say(leak)}") if leak else failed


def say(leak: Leak) -> str:
    """Say what was found, without any of it."""
    who = "a respondent" if leak.respondents == 1 else f"{leak.respondents:,} respondents"
    return f"{who} of {leak.file} ({leak.how}), which stays on this machine; show shares or other sums instead"
