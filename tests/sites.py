"""What tests ask of a built site: its pages, where its links lead, what a browser asks for."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup

from wavebook.site import make_server

LIGHT = 350_000
"""Bytes that a page may take to read, fonts, styles and scripts included, before the reader does anything."""
PATIENCE = 120_000
"""Milliseconds to wait for what a busy machine does late."""


@contextmanager
def served(root: Path) -> Iterator[str]:
    """Serve a book's site; gives its address."""
    with make_server(root, 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def pages(site: Path) -> list[str]:
    return sorted(path.relative_to(site).as_posix() for path in site.rglob("*.html") if "_static" not in path.parts)


def soup(site: Path, page: str) -> BeautifulSoup:
    return BeautifulSoup((site / page).read_text(encoding="utf-8"), "html.parser")


def dead_links(site: Path) -> list[tuple[str, str]]:
    """Links inside the site that lead nowhere."""
    return [
        (page, target)
        for page in pages(site)
        for link in soup(site, page).select("article a[href]")
        if (target := link["href"].split("#")[0]) and not re.match(r"[a-z]+:", target)
        if not ((site / page).parent / target).exists()
    ]


def figures(site: Path) -> list[Any]:
    """The figures of all pages but those of single figures, which have no number: it belongs to the book."""
    return [
        figure
        for page in pages(site)
        if not page.startswith("figures/")
        for figure in soup(site, page).find_all("figure")
    ]


def of_the_machine(site: Path, root: Path) -> list[str]:
    """Files of the site that tell where it was built."""
    kinds = {".html", ".js", ".css", ".svg", ".ipynb", ".json", ".txt"}
    texts = (path for path in site.rglob("*") if path.suffix in kinds)
    return [path.name for path in texts if str(root.parent) in path.read_text(encoding="utf-8", errors="replace")]


def visit(browser: Any, url: str) -> tuple[list[str], list[str], int]:
    """Open a page as a new reader does; return what was asked for, what went wrong, and how many bytes came.

    Of pictures further down a page, how many come at once is the browser's choice: they are not counted.
    """
    context = browser.new_context()
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    asked: list[str] = []
    wrong: list[str] = []
    answers: list[Any] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("requestfailed", lambda request: wrong.append(request.url))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 - a builtin cannot be a handler
    page.goto(url, wait_until="load")
    wrong += [answer.url for answer in answers if answer.status >= 400]
    later = set(page.eval_on_selector_all("img[loading=lazy]", "pictures => pictures.map(picture => picture.src)"))
    size = sum(len(answer.body()) for answer in answers if answer.status == 200 and answer.url not in later)
    context.close()
    return asked, wrong, size


def check_visits(browser: Any, site: Path, address: str, names: list[str]) -> None:
    """No page asks another host, loads charts unasked, breaks or is heavy."""
    for name in names:
        asked, wrong, size = visit(browser, f"{address}/{name}")
        assert [url for url in asked if not url.startswith((address, "data:"))] == [], name
        assert not [url for url in asked if "vega" in url], name
        assert wrong == [], name
        # The index of the search grows with the book.
        least = (site / "searchindex.js").stat().st_size if name == "search.html" else 0
        assert size - least < LIGHT, (name, size)
