"""Takes out of a built site what its pages load and never use.

The theme brings an icon set of a thousand pictures twice, styles for every component there is, and a search index on
every page. A reader on a slow line pays for all of it before the first number shows.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from bs4 import BeautifulSoup

_OWN = {"wavebook.css", "wavebook.js", "vega-bundle.js"}
_TOKEN = re.compile(r"[A-Za-z_-][A-Za-z0-9_-]*")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_NAME = re.compile(r"[.#]((?:\\.|[\w-])+)")
_FUNCTION = re.compile(r":[\w-]+\([^()]*\)")
_ATTRIBUTE = re.compile(r"\[[^\]]*\]")
_NESTING = ("@media", "@supports", "@layer", "@container")


def purge(css: str, used: Used) -> str:
    """Drop every rule of a stylesheet that asks for a class or an id which no page has and no script names."""
    return "".join(_purged(_COMMENT.sub("", css), used))


class Used:
    """Classes and ids of the pages, and all that scripts could make of theirs."""

    def __init__(self, pages: Iterable[str], scripts: Iterable[str]) -> None:
        self.names: set[str] = set()
        for page in pages:
            for tag in BeautifulSoup(page, "html.parser").find_all(True):
                self.names.update(tag.get_attribute_list("class"), tag.get_attribute_list("id"))
        named = {name for script in scripts for name in _TOKEN.findall(script)}
        self.names |= named
        self.starts = tuple(name for name in named if name.endswith("-") and len(name) > 3)

    def __contains__(self, name: str) -> bool:
        return name in self.names or name.startswith(self.starts)


def _purged(css: str, used: Used) -> Iterator[str]:
    for prelude, body in _rules(css):
        if body is None:
            yield f"{prelude};"
        elif prelude.startswith(_NESTING):
            inner = "".join(_purged(body, used))
            if inner:
                yield f"{prelude}{{{inner}}}"
        elif prelude.startswith("@"):
            yield f"{prelude}{{{body}}}"
        else:
            kept = [selector for selector in _selectors(prelude) if _can_match(selector, used)]
            if kept and body.strip():
                yield f"{','.join(kept)}{{{body}}}"


def _rules(css: str) -> Iterator[tuple[str, str | None]]:
    """Split into what stands before a block and what stands in it; a statement like `@import` has no block."""
    at, depth, start, opened, quote = 0, 0, 0, 0, ""
    while at < len(css):
        sign = css[at]
        if sign == "\\":
            at += 1
        elif quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'":
            quote = sign
        elif sign == "{":
            opened = at if depth == 0 else opened
            depth += 1
        elif sign == "}":
            depth -= 1
            if depth == 0:
                yield css[start:opened].strip(), css[opened + 1 : at]
                start = at + 1
        elif sign == ";" and depth == 0:
            yield css[start:at].strip(), None
            start = at + 1
        at += 1
