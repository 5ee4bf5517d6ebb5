"""What other programs read on a figure's page: JSON-LD after schema.org, and signposting's links."""

import datetime as dt
import json
from dataclasses import replace

import pytest
from figure_records import SOURCE, make_figure, make_version
from schema_org import faults

from wavebook.figures.citing.credit import Author, Book, Licence
from wavebook.figures.citing.metadata import describe, describe_all

FIGURE = make_figure()
VERSION = make_version(FIGURE, edition="2026.11", date=dt.date(2026, 11, 3))
ORCID = "https://orcid.org/0000-0002-1825-0097"
BOOK = Book(
    "Of polls: a study",
    (
        Author("Ng", "Mai", orcid=ORCID, affiliation="Hill Institute"),
        Author("The makers", url="https://example.org/us"),
    ),
    "https://example.org/book/",
    "10.5555/book",
    licences=(Licence("CC BY 4.0", "https://example.org/by", "CC-BY-4.0"),),
    abstract="On ferries.",
    keywords=("polls",),
)
BARE = Book("Of polls", (Author("The makers"),))
HOME = f"https://example.org/book/figures/li-ferry-trend/{FIGURE.version}/"
CITED = ("The figure. https://example.org", "The Hill Gazette. (2023). [Article].")


def described(book=BOOK, version=VERSION, cited=CITED):
    return describe(version, book, book.address("figures", FIGURE.id, FIGURE.version), FIGURE.id, cited)


@pytest.mark.parametrize(
    "book", [BOOK, BARE, replace(BOOK, doi=None), replace(BOOK, url=None), replace(BOOK, licences=())]
)
@pytest.mark.parametrize("version", [VERSION, make_version(FIGURE), make_version(make_figure(sources=()))])
def test_the_json_ld_is_of_schema_org_and_nothing_in_it_is_empty(book, version):
    linked = described(book, version).linked
    assert linked["@context"] == "https://schema.org"
    assert list(faults(linked)) == []
    assert list(faults(describe_all([version.figure], book).linked)) == []


def test_the_check_finds_what_is_wrong():
    wrong = {
        "@type": "Dataset",
        "nonsense": "x",
        "contentUrl": "x",
        "creator": {"@type": "Place", "name": ""},
        "isAccessibleForFree": "yes",
        "@id": "here",
        "image": {"@type": "Picture"},
    }
    assert [fault.partition(":")[0] for fault in faults(wrong)] == [
        "/nonsense", "/contentUrl", "/creator", "/creator/name", "/isAccessibleForFree", "/@id", "/image", "/image",
    ]  # fmt: skip


def test_everything_has_its_own_address():
    linked = described().linked
    files = [*linked["distribution"], *linked["image"]]
    endings = ("csv", "json", "svg", "png", "pdf")
    assert [file["contentUrl"] for file in files] == [f"{HOME}li-ferry-trend.{ending}" for ending in endings]
    assert linked["@id"] == linked["url"] == HOME
    assert linked["exampleOfWork"]["@id"] == "https://example.org/book/figures/li-ferry-trend/"
    assert linked["includedInDataCatalog"]["@id"] == "https://example.org/book/figures/"
    assert linked["isPartOf"]["@id"] == "https://doi.org/10.5555/book"
    assert linked["isPartOf"]["bookEdition"] == "2026.11"


def test_what_a_search_engine_for_data_asks_for_is_said():
    linked = described().linked
    assert linked["name"] == FIGURE.title
    assert 50 <= len(linked["description"]) <= 5000
    assert linked["description"].startswith(FIGURE.alt)
    assert linked["creator"][0] == {
        "@type": "Person",
        "@id": ORCID,
        "sameAs": ORCID,
        "name": "Mai Ng",
        "givenName": "Mai",
        "familyName": "Ng",
        "affiliation": {"@type": "Organization", "name": "Hill Institute"},
    }
    assert linked["creator"][1] == {"@type": "Organization", "name": "The makers", "url": "https://example.org/us"}
    assert (linked["license"], linked["version"]) == ("https://example.org/by", FIGURE.version)
    assert linked["image"][0]["license"] == "https://example.org/by"
    assert (linked["creditText"], linked["citation"]) == (CITED[0], [CITED[1]])
    assert linked["measurementTechnique"] == ["survey, phone"]
    assert linked["variableMeasured"] == [{"@type": "PropertyValue", "name": "“What is your opinion?”"}]
    assert linked["spatialCoverage"] == [{"@type": "Place", "name": "Liechtenstein"}]
    assert linked["keywords"] == ["polls", "Hill Poll"]
    assert linked["datePublished"] == "2026-11-03"


@pytest.mark.parametrize(
    ("times", "said"),
    [
        (["25 April – 23 May 2023"], "2023"),
        (["first half of 2020", "autumn 2012 to winter 2013"], "2012/2020"),
        (["not found"], None),
        ([], None),
    ],
)
def test_the_years_of_fieldwork_are_an_interval(times, said):
    figure = make_figure(sources=tuple(replace(SOURCE, fieldwork=time) for time in times))
    assert described(version=make_version(figure)).linked.get("temporalCoverage") == said


def test_a_long_description_is_cut():
    linked = described(version=make_version(make_figure(alt="word " * 2000))).linked
    assert len(linked["description"]) <= 5000


def test_signposts_lead_to_identifier_metadata_files_licence_authors_and_kind():
    links = described().links
    by_rel = {link.rel: [other for other in links if other.rel == link.rel] for link in links}
    assert {rel: [link.href for link in found] for rel, found in by_rel.items()} == {
        "canonical": [HOME],
        "cite-as": [HOME],
        "describedby": [f"{HOME}li-ferry-trend.{ending}" for ending in ("bib", "ris", "csl.json")],
        "item": [f"{HOME}li-ferry-trend.{ending}" for ending in ("svg", "png", "pdf", "csv", "json")],
        "license": ["https://example.org/by"],
        "author": [ORCID, "https://example.org/us"],
        "type": ["https://schema.org/AboutPage", "https://schema.org/Dataset"],
    }
    assert all(link.type for rel in ("describedby", "item") for link in by_rel[rel])


def test_a_book_without_an_address_has_files_beside_its_page_and_no_identifier():
    described_here = described(BARE)
    rels = {link.rel for link in described_here.links}
    assert rels == {"describedby", "item", "type"}
    assert [file["contentUrl"] for file in described_here.linked["distribution"]] == [
        "li-ferry-trend.csv",
        "li-ferry-trend.json",
    ]
    assert not {"@id", "url", "license", "exampleOfWork", "includedInDataCatalog"} & set(described_here.linked)
    assert "orcid" not in json.dumps(described_here.linked)


def test_the_catalogue_lists_the_newest_version_of_each_figure():
    both = describe_all([FIGURE, make_figure(id="sm-ferry-trend")], BOOK)
    assert [link.href for link in both.links if link.rel == "canonical"] == ["https://example.org/book/figures/"]
    assert both.linked["dataset"][0]["@id"] == HOME
    assert len(both.linked["dataset"]) == 2
    assert "dataset" not in describe_all([], BARE).linked
