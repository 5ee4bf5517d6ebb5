"""Finds what a built site would ask of another host."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from bs4 import BeautifulSoup

from wavebook.study import Fault

_LOADING = {"script": "src", "img": "src", "iframe": "src", "source": "src", "video": "src", "audio": "src",
            "embed": "src", "object": "data", "input": "src", "track": "src", "image": "href", "use": "href"}  # fmt: skip
_LOADING_LINKS = {"stylesheet", "icon", "preload", "modulepreload", "prefetch", "preconnect", "dns-prefetch",
                  "manifest", "shortcut", "apple-touch-icon"}  # fmt: skip
_ELSEWHERE = re.compile(r"^\s*(https?:)?//", re.IGNORECASE)
_CSS = re.compile(r"""(?:url\(\s*|@import\s+)["']?\s*((?:https?:)?//[^"')\s;]+)""", re.IGNORECASE)
# Scripts hold addresses in comments and licences too; these hosts serve nothing but code, styles and fonts.
_CODE_HOSTS = re.compile(
    r"https?://(?:cdn|unpkg|[^\s\"']*jsdelivr|[^\s\"']*cloudflare|fonts\.|esm\.)[^\s\"'`)]*", re.IGNORECASE
)


def outside_requests(site: Path) -> list[Fault]:
    """List every script, style, font, image or frame that pages of a site would load from another host."""
    faults: list[Fault] = []
    for path in sorted(site.rglob("*")):
        name = path.relative_to(site).as_posix()
        if path.suffix == ".html":
            faults += [Fault(name, f"loads {address}") for address in _in_html(path.read_text(encoding="utf-8"))]
        elif path.suffix in (".css", ".svg"):
            faults += [Fault(name, f"loads {found}") for found in _CSS.findall(path.read_text(encoding="utf-8"))]
        elif path.suffix in (".js", ".mjs"):
            text = path.read_text(encoding="utf-8", errors="replace")
            faults += [Fault(name, f"names {found}") for found in _CODE_HOSTS.findall(text)]
    return faults


def _in_html(text: str) -> Iterator[str]:
    page = BeautifulSoup(text, "html.parser")
    for tag, attribute in _LOADING.items():
        for element in page.find_all(tag):
            address = str(element.get(attribute) or "")
            if _ELSEWHERE.match(address):
                yield address
            yield from (part for part in str(element.get("srcset") or "").split(",") if _ELSEWHERE.match(part))
    for link in page.find_all("link"):
        address = str(link.get("href") or "")
        if _LOADING_LINKS & set(link.get_attribute_list("rel")) and _ELSEWHERE.match(address):
            yield address
    for style in [*(s.get_text() for s in page.find_all("style")), *(str(e["style"]) for e in page.select("[style]"))]:
        yield from _CSS.findall(style)
    for script in page.find_all("script", src=False):
        yield from _CODE_HOSTS.findall(script.get_text())
