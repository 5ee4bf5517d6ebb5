import io
from types import SimpleNamespace

import pytest
from made_up import make_file
from pydantic import ValidationError
from ruamel.yaml import YAML

from wavebook.study import Group, Item
from wavebook.waves.proposal import propose
from wavebook.waves.vocabulary import Vocabulary

GROUPS = {
    "age": Group(title="Age", levels=("18-39", "40+")),
    "sex": Group(title="Sex", levels=("women", "men")),
    "club": Group(title="Club", found_as=(r"\bclub\b",)),
}
ITEMS = {
    "trust-parish": Item(title="Trust in the parish", asks="…", responses=("trust", "distrust"), found_as=("Kirche",)),
    "trust-court": Item(title="Trust in the court", asks="…", responses=("trust", "distrust")),
}
STUDY = SimpleNamespace(groups=GROUPS, items=ITEMS)


def proposed(columns, **more):
    text = io.StringIO()
    YAML().dump(propose(STUDY, make_file(columns, **more)), text)
    return YAML(typ="safe").load(text.getvalue()), text.getvalue()


@pytest.mark.parametrize(
    ("variables", "women"),
    [(("Gewicht", "Alter", "Geschlecht"), "Frau"), (("poids", "âge", "sexe"), "Femme"), (("вес", "Возраст", "пол"), "Женский"),
     (("ağırlık", "yaş", "cinsiyet"), "Kadın"), (("ponderación", "edad", "sexo"), "Mujer")],
)  # fmt: skip
def test_files_in_several_languages(variables, women):
    weights, age, sex = variables
    codebook, _ = proposed({weights: [0.5, 1.5] * 20, age: [20.0, 60.0] * 20, sex: [women, "x"] * 20})
    assert codebook["design"] == {"weights": weights}
    assert codebook["groups"]["age"] == {"variable": age, "bands": ["18-39", "40+"]}
    assert codebook["groups"]["sex"] == {"variable": sex, "categories": {"women": women}}


def test_a_study_says_how_its_own_groups_and_items_are_found():
    columns = {"Q1": ["Trust", "Distrust"] * 20, "Q2": ["Trust", "Distrust"] * 20, "Q3": ["chess", "choir"] * 20}
    labels = {"Q1": "Kirche", "Q2": "Do you trust the court?", "Q3": "Your club"}
    codebook, _ = proposed(columns, labels=labels)
    assert {item: recode["variable"] for item, recode in codebook["items"].items()} == {
        "trust-parish": "Q1",
        "trust-court": "Q2",
    }
    assert codebook["groups"] == {"club": {"variable": "Q3"}}


def test_the_example_is_an_item_of_the_study():
    assert "trust-parish: {variable: Q1, categories: {trust: a label of Q1, …}}" in proposed({"a": ["x"] * 20})[1]


def test_ages_that_come_in_bands_are_not_cut_again():
    codebook, _ = proposed({"age": ["18-39", "40+"] * 20})
    assert codebook["groups"]["age"]["categories"] == {"18-39": "18-39", "40+": "40+"}


def test_a_label_may_say_a_number():
    codes = {"age": {"97 and more": 97.0, "Refused": 99.0}}
    codebook, _ = proposed({"age": ["20", "30", "97 and more", "Refused"] * 20}, codes=codes)
    assert codebook["groups"]["age"]["bands"] == ["18-39", "40+"]


def test_labels_are_compared_in_one_spelling():
    words = Vocabulary.of(STUDY)
    assert words.spelling("Very Favorable (vol.)") == words.spelling("very favourable")
    assert words.spelling("women") != words.spelling("men")
    assert not words.items["trust-court"].search("Trust in Kirche")


@pytest.mark.parametrize(
    ("given", "what"),
    [
        ({"bands": ["18-39", "30+"]}, "does not follow"),
        ({"levels": ["young", "old"], "bands": ["18-39"]}, "no levels: 18-39"),
        ({"found_as": ["("]}, "no regular expression"),
    ],
)
def test_a_group_that_cannot_be(given, what):
    with pytest.raises(ValidationError, match=what):
        Group.model_validate({"title": "Age", **given})
