"""The site of this book, built as `make book` does and opened in a real browser."""

import json
import re
import shutil
import subprocess
import sys

import pytest

import sites
import wavebook
from helpers import ROOT
from wavebook.pages.book import load_book
from wavebook.site import SITE

pytestmark = pytest.mark.slow
PARTS = ("data", "notebooks", "chapters", "book", "src")


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    root = tmp_path_factory.mktemp("whole") / "my book"
    root.mkdir()
    for part in PARTS:
        # What was built before is taken over as far as it is current: the build itself decides.
        shutil.copytree(ROOT / part, root / part, ignore=shutil.ignore_patterns("microdata", "__pycache__"))
    for name in ("_config.yml", "_toc.yml", "requirements.lock", "CITATION.cff"):
        shutil.copy(ROOT / name, root)
    if (ROOT / "_build/pages").is_dir():
        shutil.copytree(ROOT / "_build/pages", root / "_build/pages")
    command = [sys.executable, "-m", "wavebook", "build", "--json"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["failed"] == []
    return root


@pytest.fixture(scope="module")
def site(book):
    return book / SITE


def test_every_figure_has_number_caption_and_description(site):
    found = sites.figures(site)
    assert found
    for figure in found:
        assert re.match(r"Fig\. \d+", figure.find(class_="caption-number").get_text())
        assert len(figure.find("img")["alt"]) > 40
        said = figure.figcaption.get_text()
        assert re.search("Evidence: (published|microdata)|[Nn]o poll stands behind this figure", said)


def test_links_inside_the_site_lead_somewhere(site):
    assert sites.dead_links(site) == []


def test_nothing_of_the_machine_is_in_the_site(site, book):
    assert sites.of_the_machine(site, book) == []


def test_no_page_asks_another_host_or_breaks_or_is_heavy(site, book, browser):
    # Pages of one notebook load alike, and so do those of single figures, of which the tests of the engine tell.
    of_notebooks = {page.notebook: f"pages/{page.id}.html" for page in load_book(wavebook.open_study(book)).pages}
    chosen = [name for name in sites.pages(site) if "/" not in name or name in of_notebooks.values()]
    with sites.served(book) as address:
        sites.check_visits(browser, site, address, [*chosen, "figures/index.html"])


def test_a_phone_shows_pages_without_sideways_scrolling(site, book, browser):
    chosen = [name for name in sites.pages(site) if "/" not in name]
    page = browser.new_page(viewport={"width": 360, "height": 780})
    page.set_default_timeout(sites.PATIENCE)
    with sites.served(book) as address:
        for name in chosen:
            page.goto(f"{address}/{name}")
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, name
    page.close()
