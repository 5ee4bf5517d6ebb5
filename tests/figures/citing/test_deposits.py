"""What archives read of the book says what `CITATION.cff` says."""

import datetime as dt
import json
import re

import pytest
from schema_org import faults

from wavebook.figures.citing import deposits
from wavebook.figures.citing.credit import Author, Book, Licence, read_book
from wavebook.figures.citing.deposits import CODEMETA, check_deposits, codemeta, main, write_deposits, zenodo

ORCID = "0000-0002-1825-0097"
BOOK = Book(
    "Of polls & <b>more</b>: a study",
    (Author("Ng", "Mai", "Jr.", f"https://orcid.org/{ORCID}", "https://example.org/ng", "Hill"), Author("The makers")),
    "https://example.org/book",
    "10.5555/book",
    language="en-GB",
    licences=(Licence("CC BY 4.0", "https://example.org/by", "CC-BY-4.0"), Licence("Ours", "https://example.org/ours")),
    repository="https://example.org/git",
    abstract="Ferries & bells.",
    keywords=("polls", "ferries"),
    version="2026.10",
    released=dt.date(2026, 10, 3),
    kind="dataset",
)
BARE = Book("Of polls", (Author("The makers"),))
FIELDS = {
    "title", "upload_type", "description", "creators", "access_right", "license", "keywords", "language", "version",
    "publication_date", "related_identifiers",
}  # fmt: skip
"""Those of https://developers.zenodo.org/#representation that are used."""


def test_zenodo_is_told_all_that_is_known():
    said = zenodo(BOOK)
    assert set(said) == FIELDS
    assert said["creators"] == [{"name": "Ng, Mai, Jr.", "affiliation": "Hill", "orcid": ORCID}, {"name": "The makers"}]
    assert said["description"] == "<p>Ferries &amp; bells.</p>"
    assert (said["license"], said["language"], said["upload_type"]) == ("cc-by-4.0", "eng", "dataset")
    assert (said["version"], said["publication_date"]) == ("2026.10", "2026-10-03")
    assert [(one["identifier"], one["relation"]) for one in said["related_identifiers"]] == [
        ("https://example.org/book/", "isSourceOf"),
        ("https://example.org/git", "isDerivedFrom"),
    ]
    assert "doi" not in said  # it is the archive that gives one


def test_nothing_is_said_that_is_not_known():
    assert zenodo(BARE) == {
        "title": "Of polls",
        "upload_type": "software",
        "description": "<p>Of polls</p>",
        "creators": [{"name": "The makers"}],
        "access_right": "open",
        "language": "eng",
    }
    assert not {"@id", "identifier", "codeRepository", "url", "version", "license"} & set(codemeta(BARE))


@pytest.mark.parametrize(("tag", "said"), [("kk", "kaz"), ("en-US", "eng"), ("fr", None), ("xx", None)])
def test_a_language_has_three_letters_or_is_left_out(tag, said):
    assert zenodo(Book("T", (), language=tag)).get("language") == said


@pytest.mark.parametrize("book", [BOOK, BARE])
def test_codemeta_holds_only_terms_that_it_knows(book):
    said = codemeta(book)
    assert said["@context"] == CODEMETA
    needed = said.pop("softwareRequirements")  # which codemeta, other than schema.org, allows of source code
    assert list(faults(said)) == []
    assert [fault for one in needed for fault in faults(one)] == []


def test_codemeta_tells_book_and_program_apart():
    said = codemeta(BOOK)
    assert said["license"] == ["https://spdx.org/licenses/CC-BY-4.0", "https://example.org/ours"]
    assert said["softwareRequirements"][0]["license"] == "https://spdx.org/licenses/MIT"
    assert said["@id"] == said["identifier"] == "https://doi.org/10.5555/book"
    assert said["author"][0]["@id"] == f"https://orcid.org/{ORCID}"
    assert (said["version"], said["datePublished"]) == ("2026.10", "2026-10-03")


CREDIT = "title: T\nauthors: [{family-names: Ng, given-names: Mai}]\ntype: dataset\nversion: '2026.10'\ndate-released: 2026-10-03\n"


def test_the_files_are_found_to_differ_when_the_credit_changes(tmp_path):
    (tmp_path / "CITATION.cff").write_text(CREDIT)
    assert [fault.where for fault in check_deposits(tmp_path)] == [".zenodo.json", "codemeta.json"]
    write_deposits(tmp_path, read_book(tmp_path))
    assert check_deposits(tmp_path) == []
    assert json.loads((tmp_path / ".zenodo.json").read_text())["publication_date"] == "2026-10-03"
    (tmp_path / "CITATION.cff").write_text(CREDIT.replace("2026.10", "2026.11"))
    assert [str(fault) for fault in check_deposits(tmp_path)] == [
        f"{name}: does not say what CITATION.cff says; run `make credit`" for name in (".zenodo.json", "codemeta.json")
    ]


def test_the_command_writes_and_checks(tmp_path, monkeypatch, capsys):
    (tmp_path / "CITATION.cff").write_text(CREDIT)
    monkeypatch.setattr(deposits, "find_root", lambda: tmp_path)
    assert main(["--check"]) == 1
    assert "codemeta.json: does not say" in capsys.readouterr().err
    assert main([]) == 0
    assert main(["--check"]) == 0


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ("version: 2026.10", "CITATION.cff:3: the version must be in quotes"),
        ("date-released: tomorrow", "CITATION.cff:3: 'tomorrow' is no day"),
    ],
)
def test_a_version_that_would_lose_its_end_is_refused(tmp_path, said, fault):
    (tmp_path / "CITATION.cff").write_text(f"title: T\nauthors: [{{name: A}}]\n{said}\n")
    with pytest.raises(Exception, match=re.escape(fault)):
        read_book(tmp_path)
