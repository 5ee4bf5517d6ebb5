"""The site of a whole book, opened in a real browser."""

import json
import os
import re
import subprocess
import sys

import pytest

import sites
from wavebook.site import SITE

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def site(built_book):
    return built_book / SITE


@pytest.fixture(scope="module")
def address(built_book):
    with sites.served(built_book) as address:
        yield address


@pytest.fixture
def new_page(browser):
    opened = []

    def new_page(**options):
        opened.append(browser.new_context(**options))
        opened[-1].set_default_timeout(sites.PATIENCE)
        return opened[-1].new_page()

    yield new_page
    for context in opened:
        context.close()


def test_the_trend_page_says_what_it_must(site):
    text = sites.soup(site, "pages/li-ferry-trend.html").get_text()
    assert "44 → 55" in text
    assert "+11.0 points, give or take 6.2" in text
    assert re.search(r"design effect of 1\.6 \((assumed|inferred)\)", text)
    for crossing in re.finditer(r"8[01][.\d]* → 62", text):
        assert "mode of interview changed" in text[crossing.start() : crossing.start() + 250]


def test_prose_shows_numbers_figures_and_sources_of_pages(site):
    text = sites.soup(site, "index.html").article.get_text(" ")
    assert re.search(r"from\s+62\s*% to\s+44\s*%", text)
    assert re.search(r"The Hill Gazette[ ,(\[]*2023", text)
    assert "Of 10 statements, 2 are confirmed independently" in re.sub(r"\s+", " ", text)
    assert sites.soup(site, "index.html").article.find("img")


def test_every_figure_has_number_caption_and_description(site):
    found = sites.figures(site)
    assert len(found) >= 9
    for figure in found:
        assert re.match(r"Fig\. \d+", figure.find(class_="caption-number").get_text())
        assert len(figure.find("img")["alt"]) > 40
        assert re.search("Evidence: (published|synthetic)", figure.figcaption.get_text())


def test_what_the_chapter_says_is_on_its_page(site):
    text = sites.soup(site, "pages/crier.html").get_text()
    assert "Who hears the town crier likes the ferry more." in text
    assert "main_news__town_crier" in text


def test_links_inside_the_site_lead_somewhere(site):
    assert sites.dead_links(site) == []


def test_nothing_of_the_machine_is_in_the_site(site, built_book):
    assert sites.of_the_machine(site, built_book) == []


def test_no_page_asks_another_host_or_breaks_or_is_heavy(site, address, browser):
    # The pages of single figures are all made in one way.
    chosen = [name for name in sites.pages(site) if not name.startswith("figures/") or "li-ferry-trend" in name]
    sites.check_visits(browser, site, address, [*chosen, "figures/index.html"])


def test_pages_read_without_scripts(address, new_page):
    page = new_page(java_script_enabled=False)
    page.goto(f"{address}/pages/li-ferry-trend.html")
    figure = page.locator("figure")
    assert figure.locator("img").bounding_box()["width"] > 200
    assert "Fig." in figure.inner_text()
    assert "give or take" in page.locator("article").inner_text()


@pytest.mark.parametrize("name", ["index", "how-to-read", "pages/li-ferry-trend", "pages/wave-vale-li-2023-05"])
def test_a_phone_shows_pages_without_sideways_scrolling(address, new_page, name):
    page = new_page(viewport={"width": 360, "height": 780})
    page.goto(f"{address}/{name}.html")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_search_works_from_the_site_itself(address, new_page):
    page = new_page()
    page.goto(f"{address}/search.html?q=tipping")
    page.locator("ul.search li").first.wait_for()
    assert "How to read this book" in page.locator("ul.search").inner_text()


def test_formulas_are_drawn_by_the_browser(address, new_page):
    page = new_page()
    page.goto(f"{address}/how-to-read.html")
    assert page.locator("math mfrac").first.bounding_box()["height"] > 15


def test_the_environment_of_the_user_is_not_in_the_way(built_book):
    """A second build from a deeper folder, with a hostile locale, runs nothing."""
    done = subprocess.run(
        [sys.executable, "-m", "wavebook", "build", "--json"],
        cwd=built_book / "notebooks",
        env={**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert json.loads(done.stdout)["executed"] == []
