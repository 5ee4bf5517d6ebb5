"""How a text names the sources of the bibliography."""

import itertools

import pytest
from pybtex.database import BibliographyData, parse_string

from helpers import BOOK as FOLDER
from wavebook.figures.citing.references import as_cited_in, in_brackets, in_text, source_item, when
from wavebook.study.faults import Refused
from wavebook.study.files import read_bibliography

BIBLIOGRAPHY = read_bibliography(FOLDER / "book/references.bib", "references.bib")


def bib(*entries):
    written = (f"@misc{{{key}, author={{{author}}}, title={{{title}}}{more}}}" for key, author, title, more in entries)
    return parse_string("\n".join(written), "bibtex")


@pytest.mark.parametrize(
    ("key", "sentence", "brackets"),
    [
        ("ng2020", "Ng and Ott (2020)", "(Ng & Ott, 2020)"),
        ("hill-archive", "Hill Institute (n.d.-a)", "(Hill Institute, n.d.-a)"),
        (
            "brook-secondhand",
            "Brook (2023b, as cited in Valley Courier, 2023)",
            "(Brook, 2023b, as cited in Valley Courier, 2023)",
        ),
        ("brook-2023", "Brook (2023a)", "(Brook, 2023a)"),
        ("gazette2023", "The Hill Gazette (2023)", "(The Hill Gazette, 2023)"),
    ],
)
def test_sources_are_named_in_text(key, sentence, brackets):
    assert in_text(BIBLIOGRAPHY, key) == sentence
    assert in_brackets(BIBLIOGRAPHY, key) == brackets


@pytest.mark.parametrize("name", [in_text, in_brackets])
def test_nothing_is_named_that_is_not_there(name):
    with pytest.raises(Refused, match="no entry nobody2020"):
        name(BIBLIOGRAPHY, "nobody2020")


POLLS = [
    ("k3", "{Vale} and {Daughters}", "{The} Market, Asked", ", year=2022"),
    ("k1", "{Vale} and {Daughters}", "[Zeal, made up]", ", year=2022"),
    ("k2", "{Vale} and {Daughters}", "A Bell", ", year=2022"),
    ("other", "{Vale}", "A Bell", ", year=2022"),
    ("later", "{Vale} and {Daughters}", "A Bell", ", year=2023"),
]


def test_polls_of_one_house_and_year_are_told_apart_in_the_order_of_their_titles():
    said = {"k2": "2022a", "k3": "2022b", "k1": "2022c", "other": "2022", "later": "2023"}
    for order in itertools.permutations(POLLS):
        bibliography = bib(*order)
        assert {key: when(bibliography, entry) for key, entry in bibliography.entries.items()} == said
    assert in_text(bibliography, "k3") == "Vale and Daughters (2022b)"
    assert source_item(bibliography, bibliography.entries["k3"])["note"] == "Cited as Vale & Daughters, 2022b"


@pytest.mark.parametrize(
    ("more", "said"), [("", "n.d.-a"), (", year={in press}", "in press-a"), (", year=1999", "1999a")]
)
def test_a_letter_stands_apart_from_words(more, said):
    bibliography = bib(("a", "{Vale}", "A", more), ("b", "{Vale}", "B", more))
    assert when(bibliography, bibliography.entries["a"]) == said


def test_many_are_told_apart_by_two_letters():
    bibliography = bib(*((f"k{n:02}", "{Vale}", f"T{n:02}", ", year=2022") for n in range(28)))
    assert [when(bibliography, entry) for entry in bibliography.entries.values()][25:] == ["2022z", "2022aa", "2022ab"]


def test_works_without_an_author_are_told_apart_by_their_titles():
    bibliography = parse_string("@misc{a, title={A}, year=2022}\n@misc{b, title={B}, year=2022}", "bibtex")
    assert [in_text(bibliography, key) for key in "ab"] == ["A (2022)", "B (2022)"]


def test_what_was_read_in_another_source_says_so():
    entry = BIBLIOGRAPHY.entries["brook-secondhand"]
    assert as_cited_in(BIBLIOGRAPHY, entry) == "as cited in Valley Courier, 2023"
    assert source_item(BIBLIOGRAPHY, entry)["note"] == ("As cited in Valley Courier, 2023. Cited as Brook, 2023b")
    assert as_cited_in(BIBLIOGRAPHY, BIBLIOGRAPHY.entries["brook-courier"]) == ""


def test_a_source_keeps_its_own_note():
    note = ", note={Autumn issue.}, readin={b}"
    bibliography = bib(("a", "{Vale}", "A", note), ("b", "Ott, Lea", "B", ", year=2021"))
    assert source_item(bibliography, bibliography.entries["a"])["note"] == "Autumn issue. As cited in Ott, 2021"


def test_a_source_that_is_alone_is_not_remarked_upon():
    bibliography = BibliographyData({"x": BIBLIOGRAPHY.entries["ott2021"]})
    assert "note" not in source_item(bibliography, bibliography.entries["x"])
