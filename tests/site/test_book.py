"""The whole book, built as `make book` does and opened in a real browser."""

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from helpers import ROOT, copy_checkout
from wavebook.site import SITE, make_server

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    root = copy_checkout(tmp_path_factory.mktemp("whole"))
    executed = ROOT / "book/pages"
    if executed.is_dir():  # what was built before is taken over as far as it is current: the build itself decides
        shutil.copytree(executed, root / "book/pages")
    command = [sys.executable, "-m", "wavebook", "build", "--json"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["failed"] == []
    return root


@pytest.fixture(scope="module")
def site(book):
    return book / SITE


@pytest.fixture(scope="module")
def address(book):
    with make_server(book, 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def pages(site):
    return sorted(path.relative_to(site).as_posix() for path in site.rglob("*.html") if "_static" not in path.parts)


def soup(site, page):
    return BeautifulSoup((site / page).read_text(encoding="utf-8"), "html.parser")


def test_the_trend_page_says_what_it_must(site):
    text = soup(site, "pages/li-ferry-trend.html").get_text()
    assert "48 → 58" in text
    assert "+10.0 points, give or take 4.6" in text
    assert re.search(r"design effect of 1\.65 \((assumed|inferred)\)", text)
    for crossing in re.finditer(r"9[12][.\d]* → 65", text):
        assert "mode of interview changed" in text[crossing.start() : crossing.start() + 250]


def test_every_figure_has_number_caption_and_description(site):
    found = 0
    for page in pages(site):
        if page.startswith("figures/"):
            continue  # pages of single figures have no number: it belongs to the book
        for figure in soup(site, page).find_all("figure"):
            found += 1
            assert re.match(r"Fig\. \d+", figure.find(class_="caption-number").get_text())
            assert len(figure.find("img")["alt"]) > 40
            assert re.search(
                "Evidence: (published|microdata)|No poll stands behind this figure", figure.figcaption.get_text()
            )
    assert found >= 24


def test_links_inside_the_site_lead_somewhere(site):
    for page in pages(site):
        for link in soup(site, page).select("article a[href]"):
            target = link["href"].split("#")[0]
            if target and not re.match(r"[a-z]+:", target):
                assert ((site / page).parent / target).exists(), (page, target)


def test_nothing_of_the_machine_is_in_the_site(site, book):
    for path in site.rglob("*"):
        if path.suffix in {".html", ".js", ".css", ".svg", ".ipynb", ".json", ".txt"}:
            assert str(book.parent) not in path.read_text(encoding="utf-8", errors="replace"), path.name


def test_the_picture_of_the_readme_is_the_one_of_the_build(book):
    committed = Path(__file__).parents[2] / "book/_static/li-ferry-trend.svg"
    assert committed.read_text() == (book / "book/pages/figures/li-ferry-trend.svg").read_text(), "run `make picture`"


LIGHT = 350_000
"""Bytes that a page may take to read, fonts, styles and scripts included, before the reader does anything."""


def visit(browser, url):
    """Open a page as a new reader does; return what was asked for, what went wrong, and how many bytes came."""
    context = browser.new_context()
    page = context.new_page()
    asked, wrong, answers = [], [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("requestfailed", lambda request: wrong.append(request.url))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 - a builtin cannot be a handler
    page.goto(url, wait_until="load")
    wrong += [answer.url for answer in answers if answer.status >= 400]
    size = sum(len(answer.body()) for answer in answers if answer.status == 200)
    context.close()
    return asked, wrong, size


def test_no_page_asks_another_host_or_breaks_or_is_heavy(site, address, browser):
    # The pages of single figures are all made in one way.
    chosen = [name for name in pages(site) if not name.startswith("figures/") or "li-ferry-trend" in name]
    for name in [*chosen, "figures/index.html"]:
        asked, wrong, size = visit(browser, f"{address}/{name}")
        assert [url for url in asked if not url.startswith((address, "data:"))] == [], name
        assert not [url for url in asked if "vega" in url], name
        assert wrong == [], name
        # How many of the catalogue's pictures come at once is the browser's choice.
        assert size < LIGHT or name == "figures/index.html", (name, size)


def test_pages_read_without_scripts(address, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/pages/kz-bell-side-trend.html")
    figure = page.locator("figure")
    assert figure.locator("img").bounding_box()["width"] > 200
    assert "Fig." in figure.inner_text()
    assert "give or take" in page.locator("article").inner_text()
    context.close()


@pytest.mark.parametrize("name", ["index", "methods", "pages/li-ferry-trend", "pages/wave-vale-li-2023-05"])
def test_a_phone_shows_pages_without_sideways_scrolling(address, browser, name):
    page = browser.new_page(viewport={"width": 360, "height": 780})
    page.goto(f"{address}/{name}.html")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.close()


def test_search_works_from_the_site_itself(address, browser):
    page = browser.new_page()
    page.goto(f"{address}/search.html?q=tipping")
    page.locator("ul.search li").first.wait_for(timeout=10_000)
    assert "Methods" in page.locator("ul.search").inner_text()
    page.close()


def test_formulas_are_drawn_by_the_browser(address, browser):
    page = browser.new_page()
    page.goto(f"{address}/methods.html")
    assert page.locator("math mfrac").first.bounding_box()["height"] > 15
    page.close()


def test_the_environment_of_the_user_is_not_in_the_way(book):
    """A second build from a deeper folder, with a hostile locale, runs nothing."""
    done = subprocess.run(
        [sys.executable, "-m", "wavebook", "build", "--json"],
        cwd=book / "notebooks",
        env={**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert json.loads(done.stdout)["executed"] == []
