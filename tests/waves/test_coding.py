import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up import make_codebook, make_file

from wavebook.study import Codebook, Recode, canonical, number_text
from wavebook.waves.coding import code, crossed, numbers

LEVELS = ("good", "bad", "don't know")


def coded(labels, levels=LEVELS, codebook=None, file=None, **recode):
    codebook = codebook or make_codebook()
    recode = Recode.model_validate({"variable": "Q1", **recode}) if recode else codebook.items["opinion"]
    return code(file or make_file({"Q1": labels}), recode, codebook, levels)


def test_labels_become_categories_in_the_order_of_the_study():
    found = coded(["DK (vol.)", "Bad", "Good", None, "Bad"])
    assert list(found.values.categories) == list(LEVELS)
    assert found.values.tolist()[:3] == ["don't know", "bad", "good"]
    assert found.values.codes.tolist() == [2, 1, 0, -1, 1]
    assert not found.spelt
    assert not found.unknown


@pytest.mark.parametrize("label", ["GOOD", " good ", "Good.", "«Good»", "good!"])
def test_spelling_does_not_matter_and_is_reported(label):
    found = coded([label, "Bad"])
    assert found.values.tolist() == ["good", "bad"]
    assert found.spelt == {label: "good"}


def test_two_spellings_of_one_label_are_one_category():
    found = coded(
        ["Don't know (vol.)", "Don't Know (vol.)", "good"],
        categories={"don't know": "Don't Know (vol.)", "good": "good"},
    )
    assert found.values.tolist() == ["don't know", "don't know", "good"]
    assert found.spelt == {"Don't know (vol.)": "don't know"}


def test_spelling_never_joins_what_the_codebook_keeps_apart():
    found = coded(["A-B", "A B", "a.b"], levels=None, categories={"one": "A-B", "two": "A B"})
    assert found.values.tolist()[:2] == ["one", "two"]
    assert set(found.unknown) == {"a.b"}


def test_an_unknown_label_is_missing_and_told_with_its_rows():
    found = coded(["Good", "Rather good", None, "Rather good"])
    assert found.values.codes.tolist() == [0, -1, -1, -1]
    assert {text: rows.tolist() for text, rows in found.unknown.items()} == {"Rather good": [1, 3]}


def test_otherwise_takes_what_is_not_listed_but_not_what_is_missing():
    codebook = make_codebook(missing=["Not Asked"])
    found = coded(
        ["TV", "Radio", "(not asked)", "Refused", None],
        levels=None,
        codebook=codebook,
        categories={"television": "TV"},
        otherwise="anything else",
        missing="Refused",
    )
    assert found.values.codes.tolist() == [0, 1, -1, -1, -1]


def test_what_the_file_declares_missing_is_missing_unless_the_codebook_names_it():
    labels = ["Good", "DK (vol.)", "Refused"]
    file = make_file({"Q1": labels}, declared_missing={"Q1": ("DK (vol.)", "Refused")})
    assert coded(labels, file=file).values.codes.tolist() == [0, 2, -1]


def test_labels_may_be_given_by_their_codes():
    file = make_file({"Q1": ["Жақсы", "Жаман"]}, codes={"Q1": {"Жақсы": 1.0, "Жаман": 2.0}})
    found = coded(None, file=file, categories={"good": 1, "bad": 2})
    assert found.values.tolist() == ["good", "bad"]
    assert not found.spelt
    assert coded([1, 2, 9], categories={"good": 1, "bad": 2, "don't know": 9}).values.tolist() == list(LEVELS)


def test_bands_cut_numbers_and_leave_out_what_is_no_age():
    ages = [17, 18, 29, 29.9, 30, 60, 97, 999, None]
    found = coded(ages, levels=("18-29", "30-59", "60+"), bands=["18-29", "30-59", "60+"])
    assert found.values.codes.tolist() == [-1, 0, 0, 0, 1, 2, 2, -1, -1]
    assert set(found.unknown) == {"17", "999"}
    found = coded(ages, levels=None, bands=["18-29", "30-59", "60+"], missing=[17, 97, 999])
    assert not found.unknown
    assert found.values.codes.tolist()[6] == -1


def test_a_code_for_refusal_is_no_age():
    file = make_file({"Q1": ["18", "Refused", "97 or more"]}, codes={"Q1": {"Refused": 99.0, "97 or more": 97.0}})
    found = coded(None, file=file, levels=None, bands=["18-29", "30+"])
    assert found.values.codes.tolist() == [0, -1, 1]
    assert set(found.unknown) == {"Refused"}


def test_without_categories_labels_are_the_categories_once_each():
    codebook = make_codebook(missing=["Not Asked"])
    found = coded(["North", "south", "South", "Not asked"], levels=None, codebook=codebook, missing=["x"])
    assert list(found.values.categories) == ["North", "South"]
    assert found.values.codes.tolist() == [0, 1, 1, -1]
    assert found.spelt == {"south": "South"}


def test_a_category_that_the_codebook_does_not_hold_is_no_category():
    found = coded(["Good"], categories={"good": "Good"})
    assert list(found.values.categories) == ["good"]


def test_numbers_of_labelled_values_are_their_codes():
    codes = {"Age": {"97 and more": 97.0, "no answer": 99.0}}
    file = make_file({"Age": ["18", "97 and more", "no answer", None]}, codes=codes)
    assert np.array_equal(numbers(file, "Age"), [18, 97, np.nan, np.nan], equal_nan=True)


def test_crossing_numbers_combinations_and_marks_what_is_missing():
    file = make_file({"a": ["x", "x", "y", None], "b": [1, 2, 1, 1]})
    found = crossed(file, ["a", "b"])
    assert len(set(found[:3])) == 3
    assert found[3] == -1


@given(st.text(min_size=1, max_size=30))
def test_canonical_is_stable_and_never_empty(text):
    once = canonical(text)
    assert canonical(once) == once or not once.strip()
    assert canonical(text.upper()) == canonical(text.upper().lower()) or text.lower().upper() != text.upper()


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_are_written_so_that_they_read_back(number):
    assert float(number_text(number)) == number


@pytest.mark.parametrize(("one", "other"), [("18-29", "1829"), ("60+", "60"), ("-1", "1"), ("> 5", "< 5")])
def test_spelling_keeps_apart_what_means_something_else(one, other):
    assert canonical(one) != canonical(other)


@pytest.mark.parametrize(
    ("recode", "message"),
    [
        ({"categories": {"a": "x", "b": "x"}}, "the label 'x' is in both 'a' and 'b'"),
        ({"bands": ["18-29", "25-40"]}, "does not follow"),
        ({"bands": ["old"]}, "write 18-29"),
        ({"bands": ["18-29"], "categories": {"a": "x"}}, "not both"),
        ({"otherwise": "rest"}, "needs `categories`"),
        ({"categories": {"yes": True}}, "put quotes around them"),
    ],
)
def test_a_recode_that_says_two_things_is_refused(recode, message):
    with pytest.raises(ValueError, match=message):
        Recode.model_validate({"variable": "Q1", **recode})


def test_a_codebook_tells_every_variable_that_it_uses():
    codebook = Codebook.model_validate(
        {
            "design": {"weights": "w", "strata": "s", "psu": "p"},
            "respondent": "id",
            "date": {"year": "y", "month": "m", "day": "d"},
            "items": {"opinion": {"variable": "Q1"}},
            "groups": {"region": {"variable": "s"}},
        }
    )
    assert codebook.variables == ("id", "y", "m", "d", "w", "s", "p", "Q1")
