"""The Sphinx extension of a book, on a made-up book whose `_config.yml` says next to nothing."""

import os
import subprocess
import sys

import pytest
from bs4 import BeautifulSoup

from wavebook.site import SITE, SiteFailed, build_site
from wavebook.study import Refused
from wavebook.study.closure import engine_closure

CONFIG = "sphinx: {config: {extensions: [wavebook.site]}}\n"
CREDIT = """title: "Tea & polls: a made-up book"
authors: [{family-names: Ng, given-names: Mai}, {name: A House}]
license: CC-BY-SA-4.0
"""


@pytest.fixture
def book(tmp_path):
    root = tmp_path / "a book"
    for name, text in {
        "book/index.md": "# Front\n\nHalf: $\\frac{1}{2}$ of www.example.org, says {cite:t}`a2020`.\n",
        "book/references.md": "# Sources\n\n```{bibliography}\n:all:\n```\n",
        "book/spare.md": "# In no table of contents\n\n{nothing}`x`\n",
        "book/references.bib": "@book{a2020, title={Old}, author={Ng, Mai}, publisher={P}, year=2020}\n",
        "_config.yml": CONFIG,
        "_toc.yml": "format: jb-book\nroot: index\nchapters: [{file: references}]\n",
        "CITATION.cff": CREDIT,
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def front(root, site=SITE):
    return BeautifulSoup((root / site / "index.html").read_text(encoding="utf-8"), "html.parser")


@pytest.mark.parametrize(
    "text", ["title: A\n", "sphinx: {config: {extensions: [myst_nb]}}\n", "sphinx:\n", "sphinx: []\n"]
)
def test_a_book_that_does_not_name_the_extension_is_told_how(book, text):
    (book / "_config.yml").write_text(text)
    with pytest.raises(
        Refused, match=r"^_config\.yml:1: sphinx\.config\.extensions must name wavebook\.site.*: \[wavebook"
    ):
        build_site(book)


@pytest.mark.slow
def test_two_lines_of_configuration_make_a_book(book):
    build_site(book)
    page = front(book)
    assert page.html["lang"] == "en"
    assert page.title.get_text() == "Front — Tea & polls"
    assert page.select_one(".component-author").get_text(" ", strip=True) == "By Mai Ng and A House"
    assert page.select_one('footer a[rel="license"]')["href"] == "https://creativecommons.org/licenses/by-sa/4.0/"
    assert not page.select(".copyright")  # of which nothing is known
    assert page.find("mfrac")
    assert "Ng (2020)" in page.article.get_text()
    assert not page.select('article a[href*="www.example.org"]')
    files = [element.get("href") or element.get("src") for element in page.select("link[href], script[src]")]
    for name in ("wavebook.css", "wavebook.js"):
        assert len([file for file in files if f"_static/{name}?v=" in file]) == 1
        assert (book / SITE / "_static" / name).is_file()
    assert not [file for file in files if "thebe" in file or "mathjax" in file.lower()]
    assert not (book / SITE / "spare.html").exists()


@pytest.mark.parametrize("module", ["bibliography", "mathml", "rereading", "extension"])
def test_what_sphinx_loads_of_the_engine_is_in_the_keys(module):
    assert f"src/wavebook/site/{module}.py" in engine_closure("wavebook.site.extension")


@pytest.mark.slow
def test_what_the_book_sets_itself_stays(book):
    (book / "book/_static").mkdir()
    (book / "book/_static/own.css").write_text(".own { color: red }\n")
    (book / "_config.yml").write_text(
        "title: Polls\nauthor: Nobody\ncopyright: '1999'\nparse: {myst_enable_extensions: [dollarmath, linkify]}\n"
        "html: {announcement: A draft, extra_footer: <p>Thanks.</p>}\n"
        "sphinx:\n  config:\n    extensions: [wavebook.site, sphinx.ext.todo]\n    language: de\n"
        "    html_theme_options: {search_bar_text: Look for}\n    todo_include_todos: true\n"
    )
    build_site(book)
    page = front(book)
    assert page.html["lang"] == "de"
    assert page.title.get_text() == "Front — Polls"
    assert "Nobody" in page.select_one(".component-author").get_text()
    assert "1999" in page.select_one(".copyright").get_text()
    assert (
        page.select_one(".extra_footer").get_text(" ", strip=True) == "Text, figures and tables: CC BY-SA 4.0 . Thanks."
    )
    assert "A draft" in page.get_text()
    assert page.select('article a[href*="www.example.org"]')
    assert page.find("input", type="search")["placeholder"] == "Look for"
    assert page.select('link[href*="_static/own.css"]')


@pytest.mark.slow
def test_a_credit_that_cannot_be_used_is_told_by_its_line(book):
    (book / "CITATION.cff").write_text("title: T\nauthors: []\n")
    with pytest.raises(Refused, match=r"^CITATION\.cff:2: the authors are missing"):
        build_site(book)


@pytest.mark.slow
def test_another_name_of_the_book_is_on_pages_that_did_not_change(book):
    build_site(book)
    (book / "CITATION.cff").write_text(CREDIT.replace("Tea", "Coffee"))
    build_site(book)
    assert front(book).title.get_text() == "Front — Coffee & polls"


@pytest.mark.slow
def test_a_page_that_warns_fails_the_site(book):
    (book / "book/index.md").write_text("# Front\n\n{nothing}`x`\n")
    with pytest.raises(SiteFailed, match=r"index\.md:3: WARNING"):
        build_site(book)


@pytest.mark.slow
def test_jupyter_book_alone_makes_the_same_pages(book):
    command = [
        sys.executable,
        "-c",
        "from jupyter_book.cli.main import main; main()",
        "build",
        "book",
        "-W",
        "--keep-going",
    ]
    files = ["--config", "_config.yml", "--toc", str(book / "_toc.yml"), "--path-output", "plain"]
    for _ in range(2):
        done = subprocess.run(
            [*command, *files],
            cwd=book,
            env={**os.environ, "NO_COLOR": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    build_site(book)
    assert front(book, "plain/_build/html").article == front(book).article
