"""How pages of a made-up book name their sources, and how its list of sources has them."""

import pytest
from bs4 import BeautifulSoup

from wavebook.site import SITE, build_site

BIB = """
@misc{march, author={{Vale} and {Daughters}}, title={[Poll of March, made up]}, year=2022, url={https://example.org/a}}
@misc{autumn, author={{Vale} and {Daughters}}, title={[Poll of {Autumn} & more, made up]}, year=2022, note={A leaflet}}
@misc{brook, author={{Brook}}, title={[A poll, made up]}, readin={courier}}
@misc{early, author={{Brook}}, title={[A first poll, made up]}, year=1999}
@article{courier, author={Ott, Lea}, title={<b>Bells</b>}, journal={Courier}, year=2023}
"""
PAGE = """# Front

Asked by {cite:t}`march`, asked again {cite:p}`autumn`, by others {cite:p}`brook`, or {cite:t}`brook`;
both {cite:p}`march,autumn`; in part {cite:p}`{see}courier{p. 3}`; the year alone is {cite:year}`courier`.
"""

CREDIT = """title: T
authors: [{family-names: Ng, given-names: Mai, orcid: 0000-0002-1825-0097}, {name: A House}]
url: https://example.org/book
doi: 10.5555/book
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    root = tmp_path_factory.mktemp("cited") / "book"
    for name, text in {
        "book/index.md": PAGE,
        "book/references.md": "# Sources\n\n```{bibliography}\n:all:\n```\n",
        "book/references.bib": BIB,
        "_config.yml": "sphinx: {config: {extensions: [wavebook.site]}}\n",
        "_toc.yml": "format: jb-book\nroot: index\nchapters: [{file: references}]\n",
        "CITATION.cff": CREDIT,
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    build_site(root)
    return {
        name: BeautifulSoup((root / SITE / f"{name}.html").read_text(), "html.parser")
        for name in ("index", "references")
    }


@pytest.mark.slow
def test_pages_name_sources_as_citations_of_figures_do(site):
    text = " ".join(site["index"].article.get_text().split())
    for said in (
        "Asked by Vale and Daughters (2022b), asked again (Vale & Daughters, 2022a),",
        "by others (Brook, n.d., as cited in Ott, 2023), or Brook (n.d., as cited in Ott, 2023);",
        "both (Vale & Daughters, 2022a; Vale & Daughters, 2022b);",
        "in part (see Ott, 2023, p. 3);",
        "the year alone is 2023.",
    ):
        assert said in text
    assert {link["href"].split("#")[0] for link in site["index"].select(".bibtex-citation a")} == {"references.html"}


@pytest.mark.slow
def test_the_list_has_every_source_with_its_note_and_its_letter(site):
    lines = [" ".join(line.p.get_text().split()) for line in site["references"].select(".citation")]
    assert lines == [
        "Brook. (n.d.). [A poll, made up]. As cited in Ott, 2023.",
        "Brook. (1999). [A first poll, made up].",
        "Ott, L. (2023). <b>Bells</b>. Courier.",
        "Vale & Daughters. (2022a). [Poll of Autumn & more, made up]. A leaflet.",
        "Vale & Daughters. (2022b). [Poll of March, made up]. https://example.org/a",
    ]
    assert site["references"].select_one(".citation p a")["href"] == "https://example.org/a"


@pytest.mark.slow
def test_the_front_page_tells_who_made_the_book_and_what_identifies_it(site):
    tags = [(tag["name"], tag["content"]) for tag in site["index"].select("meta[name^=citation_]")]
    assert tags == [
        ("citation_title", "T"),
        ("citation_author", "Ng, Mai"),
        ("citation_author_orcid", "https://orcid.org/0000-0002-1825-0097"),
        ("citation_author", "A House"),
        ("citation_doi", "10.5555/book"),
        ("citation_language", "en"),
        ("citation_public_url", "https://example.org/book"),
    ]


@pytest.mark.slow
def test_pages_have_canonical_addresses(site):
    for name, page in site.items():
        assert page.find("link", rel="canonical")["href"] == f"https://example.org/book/{name}.html"
