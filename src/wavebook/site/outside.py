"""Finds what a built site would ask of another host."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

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


def _in_html(text: str) -> list[str]:
    page = _Page()
    page.feed(text)
    page.close()
    return page.found


class _Page(HTMLParser):
    """Reads a page once, without making a tree of it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.asks: re.Pattern[str] | None = None  # what to look for in the text of the style or script that is open
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in _LOADING:
            addresses = [given.get(_LOADING[tag], ""), *given.get("srcset", "").split(",")]
            self.found += filter(_ELSEWHERE.match, addresses)
        elif tag == "link" and _LOADING_LINKS & set(given.get("rel", "").split()):
            self.found += filter(_ELSEWHERE.match, [given.get("href", "")])
        self.found += _CSS.findall(given.get("style", ""))
        if tag in ("style", "script") and (tag == "style" or "src" not in given):
            self.asks, self.text = (_CSS if tag == "style" else _CODE_HOSTS), ""

    def handle_data(self, data: str) -> None:
        if self.asks:
            self.text += data

    def handle_endtag(self, tag: str) -> None:
        if self.asks and tag in ("style", "script"):
            self._judge()

    def close(self) -> None:
        super().close()
        self._judge()

    def _judge(self) -> None:
        if self.asks:
            self.found += self.asks.findall(self.text)
        self.asks = None
