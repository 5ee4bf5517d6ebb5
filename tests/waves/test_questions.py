from types import SimpleNamespace

import pytest
from made_up import make_file

from wavebook.study import Group, Refused
from wavebook.waves.proposal import propose
from wavebook.waves.questions import MOST, propose_items

N = 120
STUDY = SimpleNamespace(
    groups={"sex": Group(title="Sex", levels=("women", "men")), "region": Group(title="Region")}, items={}
)


def repeated(*answers):
    return [answers[at % len(answers)] for at in range(N)]


def proposed(columns, *wanted, **more):
    return propose_items(STUDY, make_file(columns, **more), wanted)


def test_labelled_variables_become_items_and_design_and_groups_do_not():
    columns = {
        "weight": [1.5] * N,
        "sex": repeated("Male", "Female"),
        "region": repeated("North", "South"),
        "Q1": repeated("Good", "Bad", "Don't know"),
        "height": [float(at) for at in range(N)],
    }
    items = proposed(columns, labels={"Q1": "Q1: How is the weather?"})
    assert list(items) == ["q1"]
    assert (items["q1"].title, items["q1"].asks) == ("How is the weather?", "Q1: How is the weather?")
    assert items["q1"].responses == ("Bad", "Good", "Don't know")


def test_responses_are_in_the_order_of_their_codes_with_those_that_say_nothing_at_the_end():
    codes = {"Q1": {"Refused": -1.0, "Low": 1.0, "Middle": 2.0, "High": 3.0, "Not asked": 9.0}}
    items = proposed({"Q1": repeated("Refused", "High", "Low", "Not asked")}, codes=codes)
    assert items["q1"].responses == ("Low", "Middle", "High", "Refused")


def test_what_a_file_declares_missing_is_no_response_unless_it_is_a_way_not_to_answer():
    columns = {"Q1": repeated("Good", "Bad", "Don't know", "Interview broken off")}
    items = proposed(columns, declared_missing={"Q1": ("Don't know", "Interview broken off")})
    assert items["q1"].responses == ("Bad", "Good", "Don't know")


def test_an_item_is_found_again_by_the_whole_name_of_its_variable():
    columns = {"Q1": repeated("Good", "Bad"), "Q10": repeated("Trust", "Distrust")}
    study = SimpleNamespace(groups={}, items=proposed(columns))
    codebook = propose(study, make_file(columns))
    assert {item: recode["variable"] for item, recode in codebook["items"].items()} == {"q1": "Q1", "q10": "Q10"}


@pytest.mark.parametrize(
    "answers",
    [
        [f"my street {at}" for at in range(N)],
        ["Yes"] * N,
        ["Yes"] * 10 + ["No"] * 10 + [None] * (N - 20),
        ["Yes"] * 50 + ["No"] * 69 + ["my street"],
        ["Good"] * 40 + ["good."] * 40 + ["Bad"] * 40,
    ],
)
def test_what_is_no_question_of_the_file(answers):
    assert not proposed({"Q1": answers})


def test_a_label_that_many_gave_elsewhere_names_nobody_where_few_gave_it():
    columns = {"Q1": ["Yes"] * 60 + ["No"] * 59 + ["Unsure"], "Q2": repeated("Yes", "No", "Unsure")}
    assert proposed(columns)["q1"].responses == ("No", "Unsure", "Yes")


def test_questions_that_one_may_decline_come_first_when_there_are_too_many():
    columns = {f"V{at}": repeated("Yes", "No") for at in range(MOST)}
    items = proposed({**columns, "Q1": repeated("Yes", "No", "Refused")})
    assert len(items) == MOST
    assert "q1" in items
    assert f"v{MOST - 1}" not in items


@pytest.mark.parametrize(
    ("name", "id_"), [("TrustGov_M", "trust-gov-m"), ("USA2", "usa2"), ("q12a", "q12-a"), ("вопрос", "item"), ("Q.1_x", "q-1-x")]
)  # fmt: skip
def test_ids_follow_the_names_of_variables(name, id_):
    assert list(proposed({name: repeated("Yes", "No")})) == [id_]


def test_two_variables_of_one_label_and_one_id_stay_apart():
    columns = {"Q_1": repeated("Yes", "No"), "Q.1": repeated("Yes", "No")}
    items = proposed(columns, labels={"Q_1": "How?", "Q.1": "How?"})
    assert [(id_, item.title) for id_, item in items.items()] == [("q-1", "How?"), ("q-1-2", "How? (Q.1)")]


def test_a_wanted_variable_that_cannot_be_an_item_is_refused():
    with pytest.raises(Refused) as refused:
        proposed({"Q1": repeated("Yes", "No"), "b": [1.0] * N}, "q1", "b", "Q1")
    assert [fault.what.split(":")[0] for fault in refused.value.faults] == [
        "no such variable; it has 'Q1'",
        "no item can be made of this variable",
    ]


def test_a_group_without_levels_takes_no_text_that_may_say_who_somebody_is():
    columns = {"region": ["North"] * 60 + ["South"] * 59 + ["the house by the mill"]}
    assert not propose(STUDY, make_file(columns))["groups"]
    columns = {"region": repeated("North", "South", "Refused")}
    assert propose(STUDY, make_file(columns))["groups"] == {"region": {"variable": "region", "missing": ["Refused"]}}


def test_what_plays_a_part_of_the_design_can_play_it():
    columns = {
        "id": [float(at % 7) for at in range(N)],
        "caseid": [float(at) for at in range(N)],
        "psu": [1.0] * N,
        "Year": [2031.0] * N,
        "Month": repeated("May", "June"),
        "Day": [float(1 + at % 28) for at in range(N)],
    }
    codebook = propose(STUDY, make_file(columns))
    assert codebook["respondent"] == "caseid"
    assert "psu" not in codebook["design"]
    assert codebook["date"] == {"year": "Year", "month": "Month", "day": "Day"}
