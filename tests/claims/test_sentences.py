"""Sentences of prose that may only stand while the data bear them."""

import pytest

import wavebook
from wavebook.claims import broken_sentences
from wavebook.study import Refused

FELL = """
fell:
  in: book/index.md
  says: The good opinion of the ferry **fell** from … to …, and part of it came back
  check:
    - difference:
        - {wave: hill-li-2022-4, item: opinion-ferry, response: favourable}
        - {wave: hill-li-2021-3, item: opinion-ferry, response: favourable}
      below: 0
"""
MAJORITY = """
majority:
  in: book/index.md
  says: Everything here is made up
  check:
    - share: {wave: hill-li-2023-5, item: opinion-ferry, response: favourable}
      above: 50
"""


def broken(root, sentences):
    (root / "data/sentences.yml").write_text(sentences, encoding="utf-8")
    return [str(fault) for fault in broken_sentences(wavebook.open_study(root))]


def print_instead(root, wave, percent):
    path = root / "data/published/hill.csv"
    rows = path.read_text().splitlines()
    changed = [
        ",".join([*row.split(",")[:5], percent, *row.split(",")[6:]])
        if row.startswith(f"{wave},opinion-ferry,fav")
        else row
        for row in rows
    ]
    assert changed != rows
    path.write_text("\n".join(changed) + "\n")


def test_a_book_need_not_have_any(checkout):
    assert broken_sentences(wavebook.open_study(checkout)) == []


def test_a_sentence_that_the_data_bear_stands(checkout):
    assert broken(checkout, FELL) == []


def test_one_that_they_no_longer_bear_is_told_with_file_line_condition_and_numbers(checkout):
    print_instead(checkout, "hill-li-2022-4", "64")
    (said,) = broken(checkout, FELL)
    assert said.startswith("book/index.md:5: “The good opinion of the ferry **fell**")
    assert "+2.0 points" in said
    assert "not below 0 points" in said


def test_what_chance_could_undo_is_not_claimed(checkout):
    print_instead(checkout, "hill-li-2023-5", "51")
    (said,) = broken(checkout, MAJORITY)
    assert "chance could undo that it is above 50%" in said
    print_instead(checkout, "hill-li-2023-5", "58")
    assert broken(checkout, MAJORITY) == []


def test_a_number_that_is_gone_is_told(checkout):
    path = checkout / "data/published/hill.csv"
    rows = path.read_text().splitlines(keepends=True)
    path.write_text("".join(row for row in rows if not row.startswith("hill-li-2023-5,opinion-ferry")))
    (said,) = broken(checkout, MAJORITY)
    assert "no longer there" in said


def test_words_that_are_not_in_the_file_are_told_by_the_line_of_their_entry(checkout):
    (said,) = broken(checkout, FELL.replace("of the ferry", "of the tram"))
    assert said.startswith("data/sentences.yml:2: these words do not stand in book/index.md")


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("book/index.md", "../index.md", "fell.in"),
        ("book/index.md", "data/items.yml", "fell.in"),
        ("hill-li-2022-4", "hill-li-1999-1", "unknown wave"),
        ("below: 0", "beneath: 0", "beneath"),
        ("  says: ", "  say: ", "fell.say"),
    ],
)
def test_a_wrong_entry_is_refused_by_file_and_line(checkout, old, new, what):
    with pytest.raises(Refused) as refused:
        broken(checkout, FELL.replace(old, new))
    assert all(str(fault).startswith("data/sentences.yml:") for fault in refused.value.faults)
    assert any(what in str(fault) for fault in refused.value.faults)
