"""The book's credit, as `CITATION.cff` gives it."""

import re

import pytest

from helpers import BOOK as FOLDER
from wavebook.figures.citing.credit import Author, Book, Licence, read_book
from wavebook.study.faults import Refused


def test_the_books_credit_is_read():
    book = read_book(FOLDER)
    assert (book.title, book.authors) == ("A Made-up Book: ferries, trams and a bell", (Author("The Makers of Tests"),))


def test_name_language_and_licence_are_read(tmp_path):
    said = "title: 'Of polls: a study'\nauthors: [{name: A}]\nrepository-code: https://a.org/git\n"
    cff = tmp_path / "CITATION.cff"
    cff.write_text(f"{said}license: CC-BY-SA-4.0\n")
    book = read_book(tmp_path)
    assert (book.name, book.language, book.repository) == ("Of polls", "en", "https://a.org/git")
    assert book.licences == (
        Licence("CC BY-SA 4.0", "https://creativecommons.org/licenses/by-sa/4.0/", "CC-BY-SA-4.0"),
    )
    (tmp_path / "_config.yml").write_text("title: Polls\nsphinx: {config: {language: pt_BR}}\n")
    cff.write_text(f"{said}license: [CC0-1.0, Own-1]\nlicense-url: https://a.org/own\n")
    book = read_book(tmp_path)
    assert (book.title, book.name, book.language) == ("Of polls: a study", "Polls", "pt-BR")
    zero = Licence("CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0")
    assert book.licences == (zero, Licence("Own-1", "https://a.org/own", "Own-1"))
    (tmp_path / "_config.yml").write_text('sphinx:\n  config:\n    language: "x onload=y"\n')
    with pytest.raises(Refused, match=r"_config\.yml:3: 'x onload=y' is no language tag"):
        read_book(tmp_path)


@pytest.mark.parametrize(
    ("authors", "said"),
    [
        ((Author("A House"),), "A House"),
        ((Author("Ng", "Ai Li"), Author("A House")), "Ai Li Ng and A House"),
        ((Author("Ng", "Ai"), Author("Poe", "Edgar"), Author("A House")), "Ai Ng, Edgar Poe and A House"),
    ],
)
def test_authors_are_named_in_a_sentence(authors, said):
    assert Book("T", authors).byline == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title: T\nauthors: [{name: A}]\nlicense: [1]", "CITATION.cff:3: the license"),
        ("authors: [{name: A}]", "CITATION.cff:1: the title"),
        ("title: T\nauthors: []", "CITATION.cff:2: the authors"),
        ("title: T\nauthors: [{email: a}]", "CITATION.cff:2: an author needs"),
        ("title: T\nauthors:\n- name: A\n- name: B, Inc.", "CITATION.cff:4: a name"),
        ("title: T\nauthors: [{name: A}]\nurl: javascript:x", "CITATION.cff:3: the url"),
        ("title: T\nauthors: [{name: A, website: 'javascript:x'}]", "CITATION.cff:2: an author's website"),
        (
            "title: T\nauthors: [{name: A}]\ndoi: https://doi.org/10.5555/a",
            "CITATION.cff:3: 'https://doi.org/10.5555/a' is",
        ),
        (
            "title: T\nauthors: [{name: A}]\nidentifiers:\n- {type: url, value: x}\n- {type: doi, value: 11.5}",
            "CITATION.cff:5: '11.5' is no DOI",
        ),
        ("title: T\nauthors: [{family-names: A, orcid: 0000-0002}]", "CITATION.cff:2: '0000-0002' is no ORCID"),
        (
            "title: T\nauthors:\n- {family-names: A, orcid: https://orcid.org/0000-0002-1825-0079}",
            "CITATION.cff:3: the ORCID 0000-0002-1825-0079 is mistyped",
        ),
        ("title: T\nauthors: [{name: A}]\nkeywords: polls", "CITATION.cff:3: the keywords"),
    ],
)
def test_a_credit_that_cannot_be_used_is_refused(tmp_path, text, said):
    (tmp_path / "CITATION.cff").write_text(text)
    with pytest.raises(Refused, match=re.escape(said)):
        read_book(tmp_path)


def write(folder, *lines):
    (folder / "CITATION.cff").write_text("\n".join(["title: T", *lines]))
    return read_book(folder)


def test_persons_are_known_by_all_that_identifies_them(tmp_path):
    book = write(
        tmp_path,
        "authors:",
        "- {family-names: Berg, name-particle: von, given-names: Ai Li, name-suffix: Jr., affiliation: 'Hill, Institute',",
        "   orcid: 'https://orcid.org/0000-0002-1694-233X', website: 'https://example.org/~ai'}",
        "- {family-names: Glen}",
        "- {name: A House, website: https://example.org/house}",
    )
    orcid, own = "https://orcid.org/0000-0002-1694-233X", "https://example.org/~ai"
    assert book.authors == (
        Author("von Berg", "Ai Li", "Jr.", orcid, own, "Hill, Institute"),
        Author("Glen", ""),
        Author("A House", url="https://example.org/house"),
    )
    assert book.byline == "Ai Li von Berg Jr., Glen and A House"
    assert [author.sorted for author in book.authors] == ["von Berg, Ai Li, Jr.", "Glen", "A House"]


@pytest.mark.parametrize(
    "said",
    [
        "doi: 10.5555/made-up",
        "identifiers: [{type: swh, value: 'swh:1:rel:0'}, {type: doi, value: 10.5555/made-up}]",
        "identifiers: [{type: doi, value: 10.5555/other}]\ndoi: 10.5555/made-up",
    ],
)
def test_a_doi_is_read_from_wherever_it_may_stand(tmp_path, said):
    assert write(tmp_path, "authors: [{name: A}]", said).doi == "10.5555/made-up"


def test_nothing_is_made_up_of_a_book_that_has_no_address(tmp_path):
    book = write(tmp_path, "authors: [{name: A}]")
    assert (book.url, book.doi, book.repository, book.address(), book.address("figures")) == (None,) * 5
    assert (book.abstract, book.keywords, book.licences) == ("", (), ())


@pytest.mark.parametrize("url", ["https://a.org/book", "https://a.org/book/"])
def test_the_folders_of_the_site_have_addresses(tmp_path, url):
    book = write(tmp_path, "authors: [{name: A}]", f"url: {url}", "repository: https://a.org/git")
    assert book.address("figures", "li-two") == "https://a.org/book/figures/li-two/"
    assert (book.address(), book.repository) == ("https://a.org/book/", "https://a.org/git")
