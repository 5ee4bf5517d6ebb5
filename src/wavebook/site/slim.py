"""Takes out of a built site what its pages load and never use.

The theme brings an icon set of a thousand pictures twice, styles for every component there is, and a search index on
every page. A reader on a slow line pays for all of it before the first number shows.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import tinycss2
from fontTools.subset import Options, Subsetter, load_font, save_font

OWN = {"wavebook.css", "wavebook.js", "vega-bundle.js"}
"""Files that stay as they are: what they are for may stand on pages that are made later."""

LATE = """(() => {
  "use strict";
  const addresses = document.currentScript.dataset.late.split(" ");
  const signs = ["pointerdown", "pointermove", "touchstart", "keydown", "focusin", "wheel"];
  let clicked = null;
  const note = (event) => { clicked = event.target.closest("[data-bs-toggle]"); };
  function load() {
    signs.forEach((sign) => removeEventListener(sign, load, true));
    const scripts = addresses.map((src) => Object.assign(document.createElement("script"), { src, async: false }));
    scripts.at(-1).onload = () => { removeEventListener("click", note, true); clicked?.click(); };
    document.head.append(...scripts);
  }
  signs.forEach((sign) => addEventListener(sign, load, { capture: true, passive: true }));
  addEventListener("click", note, true);
})();
"""
"""Loads scripts at the first sign of the reader, and hands on a click that came before they were there."""

_FONTAWESOME = re.compile(r'\s*<script[^>]*src="[^"]*/scripts/fontawesome\.js[^"]*"[^>]*></script>')
_SEARCH = re.compile(r'\s*<script[^>]*src="[^"]*(?:searchtools|language_data|searchindex)\.js[^"]*"[^>]*></script>')
_TABS = re.compile(r'\s*<script[^>]*src="[^"]*/design-tabs\.js[^"]*"[^>]*></script>')
_PRELOAD = re.compile(r'\s*<link rel="preload"[^>]*/bootstrap\.js[^>]*>')
_LATE = re.compile(
    r'\s*<script(?: defer)? src="([^"]*_static/(?:clipboard\.min|copybutton|scripts/bootstrap)\.js[^"]*)"></script>'
)
_IMAGE = re.compile(r"(<figure\b[^>]*>(?:(?!</figure>).)*?<img )(?!loading=)", re.DOTALL)
_TAG = re.compile(r"<[a-z][^>]*>")
_FAMILY = re.compile(r' font-family="[^"]*"')
_UNSEEN = re.compile(r' (?:(?:role|aria-[a-z]+|class|pointer-events)="[^"]*"|opacity="1")')
_SHEET = re.compile(r'(href="[^"?]*?)(_static/[^"?]+\.css)(?:\?[^"]*)?"')
_FACE = re.compile(r'url\(([^()]*?)([\w-]+)\.woff2\)\s*format\("woff2"\),\s*url\(\1\2\.ttf\)\s*format\("truetype"\)')

_TOKEN = re.compile(r"[A-Za-z_-][A-Za-z0-9_-]*")
_NAMED = re.compile(r"""\b(?:class|id)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_COMPONENTS = ("carousel", "modal", "offcanvas", "toast")  # their scripts act only on elements of this class
_NESTING = ("media", "supports", "layer", "container")
_ICON = re.compile(r"\\([ef][0-9a-f]{3})\b|([\ue000-\uf8ff])", re.IGNORECASE)


def slim(html: Path) -> None:
    """Make the pages of a built site lighter; they look and work as before.

    Icons come from the theme's font, cut to those in use, and no longer from a script too. The search index is loaded
    where a search is shown. The scripts of menus, tooltips and copying come when the reader first moves. Styles for
    what no page has are dropped, and so is what no one can see or hear of a drawing on a page.
    """
    pages = {path: path.read_text(encoding="utf-8") for path in html.rglob("*.html") if "_static" not in path.parts}
    for path, text in pages.items():
        pages[path] = _lighter(text, is_search=path.name == "search.html")
    (html / "_static/late.js").write_text(LATE, encoding="utf-8")
    for spare in {*(html / "_static").rglob("*.map"), *(html / "_static").rglob("fontawesome.js*")}:
        spare.unlink()
    for drawing in html.glob("_images/*.svg"):
        drawing.write_text(_bare(drawing.read_text(encoding="utf-8")), encoding="utf-8")
    used = Used(pages.values(), _scripts(html))
    icons: set[int] = set()
    sheets = {path: path.read_text(encoding="utf-8") for path in (html / "_static").rglob("*.css")}
    for path, text in sheets.items():
        sheets[path] = text if path.name in OWN else purge(text, used)
        icons |= {int(code, 16) if code else ord(sign) for code, sign in _ICON.findall(sheets[path])}
    for path, text in sheets.items():
        path.write_text(_FACE.sub(lambda found, at=path: _cut(found, at, icons), text), encoding="utf-8")  # type: ignore[misc]
    for path, text in pages.items():
        path.write_text(_SHEET.sub(lambda found: _stamped(found, html), text), encoding="utf-8")


def _lighter(page: str, *, is_search: bool) -> str:
    page = _FONTAWESOME.sub("", page)
    if first := _IMAGE.search(page):  # those further down come when the reader comes near them
        page = page[: first.end()] + _IMAGE.sub(r'\1loading="lazy" ', page[first.end() :])
    if not is_search and "search_as_you_type = false" in page:
        page = _SEARCH.sub("", page)
    if "sd-tab-set" not in page:
        page = _TABS.sub("", page)
    if "pst-collapse-sidebar-button" in page:  # the theme's own script would need tooltips at once
        return page
    if late := _LATE.findall(page):
        script = f'<script defer src="{late[0].partition("_static/")[0]}_static/late.js" data-late="{" ".join(late)}"></script>'
        page = _LATE.sub("", _PRELOAD.sub("", page)).replace("</body>", f"{script}\n</body>")
    return page


def _bare(drawing: str) -> str:
    """Take out of a drawing what shows nothing; on a page it is read out by its alternative text alone."""
    if "<style" in drawing:
        return drawing
    bare = _TAG.sub(lambda tag: _UNSEEN.sub("", tag[0]), drawing)
    fonts = {font for tag in _TAG.findall(bare) for font in _FAMILY.findall(tag)}
    if len(fonts) != 1:
        return bare
    font = fonts.pop()
    return _TAG.sub(lambda tag: tag[0].replace(font, ""), bare).replace("<svg", f"<svg{font}", 1)


def _scripts(html: Path) -> Iterator[str]:
    yield from (path.read_text(encoding="utf-8") for path in (html / "_static").rglob("*.js") if path.name not in OWN)


def _cut(face: re.Match[str], sheet: Path, icons: set[int]) -> str:
    """Cut the font of an `@font-face` rule, and name it in the one form that is left."""
    folder, name = face.groups()
    cut = cut_font(sheet.parent / folder / f"{name}.ttf", icons)
    cut.with_suffix(".woff2").unlink(missing_ok=True)
    return f'url({folder}{cut.name}?v={_digest(cut)}) format("woff")'


def _stamped(link: re.Match[str], html: Path) -> str:
    """Name a stylesheet with its digest: a browser that holds an older cut must not use it."""
    before, sheet = link.groups()
    return f'{before}{sheet}?v={_digest(html / sheet)}"' if (html / sheet).is_file() else link[0]


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:8]


class Used:
    """Classes and ids of the pages, and all that scripts could make of theirs."""

    def __init__(self, pages: Iterable[str], scripts: Iterable[str]) -> None:
        self.names = {name for page in pages for found in _NAMED.findall(page) for name in "".join(found).split()}
        idle = tuple(name for name in _COMPONENTS if name not in self.names)
        named = {name for script in scripts for name in _TOKEN.findall(script) if not name.startswith(idle)}
        self.names |= named
        self.starts = tuple(sorted(name for name in named if name.endswith("-") and len(name) > 3))

    def __contains__(self, name: str) -> bool:
        return name in self.names or name.startswith(self.starts)


def purge(css: str, used: Used) -> str:
    """Drop every rule of a stylesheet that asks for a class or an id which no page has and no script names."""
    return "".join(_purged(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True), used))


def _purged(rules: list[Any], used: Used) -> Iterator[str]:
    for rule in rules:
        if rule.type == "qualified-rule":
            kept = [
                tinycss2.serialize(selector).strip() for selector in _split(rule.prelude) if _can_match(selector, used)
            ]
            body = tinycss2.serialize(rule.content).strip()
            if kept and body:
                yield f"{','.join(kept)}{{{body}}}"
        elif rule.type == "at-rule" and rule.lower_at_keyword in _NESTING and rule.content is not None:
            inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
            if kept_inside := "".join(_purged(inner, used)):
                yield f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{kept_inside}}}"
        else:
            yield rule.serialize()


def _split(prelude: list[Any]) -> Iterator[list[Any]]:
    """The selectors of a rule, each as its tokens."""
    selector: list[Any] = []
    for part in prelude:
        if part == ",":
            yield selector
            selector = []
        else:
            selector.append(part)
    yield selector


def _can_match(selector: list[Any], used: Used) -> bool:
    """Whether all classes and ids that a selector asks for are there; what stands in `:not(…)` and the like is no demand."""
    ids = [token.value for token in selector if token.type == "hash"]
    classes = [name.value for dot, name in pairwise(selector) if dot == "." and name.type == "ident"]
    return all(name in used for name in (*ids, *classes))


def cut_font(path: Path, characters: set[int]) -> Path:
    """Cut a font to some characters; return the file, compressed, that took its place."""
    options = Options(flavor="woff", layout_features=[], notdef_outline=True, recalc_timestamp=False)
    cut = path.with_suffix(".woff")
    with load_font(str(path), options) as font:
        subsetter = Subsetter(options)
        subsetter.populate(unicodes=characters)
        subsetter.subset(font)
        save_font(font, str(cut), options)
    path.unlink()
    return cut
