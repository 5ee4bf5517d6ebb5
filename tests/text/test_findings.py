import pytest

from made_up_study import ITEMS, make_study, topline
from wavebook import open_study
from wavebook.estimates import printed_shares
from wavebook.text import findings

WAVE = "lamp-li-2021"


def say(tmp_path, *toplines, items=ITEMS):
    study = open_study(make_study(tmp_path, toplines, {"data/items.yml": items}))
    return findings.say_finding(study, WAVE, printed_shares(study, WAVE))


def test_a_finding_says_how_much_is_held_and_each_answer_with_its_interval(study):
    held, side, _, attention, *groups = findings.say_finding(
        study, "vale-li-2023-05", printed_shares(study, "vale-li-2023-05")
    )
    assert "seven shares of all who were asked and two shares of single groups, in answer to three questions" in held
    assert side.startswith(
        "To the question “which side of the dispute do you take?”, **59.8%** (95% interval 56 to 64)"
    )
    assert "“Neither” is the answer of a majority." in side
    assert "“Neither” is ahead of “ringers” by 38.7 points, give or take" in side
    assert "adjusted for two such comparisons" in side
    assert "What the other 6.3% answered, or whether they did, was not printed." in side
    assert "Only that bound was printed: the share may lie anywhere from 50 to 100%." in attention
    assert groups[0].startswith(
        "Side in the dispute over the bell, by age: 60&#43;: **24%** (from one article) “sleepers”. No interval"
    )


def test_who_was_interviewed_is_no_finding(study):
    said = findings.say_finding(study, "vale-li-2022-11", printed_shares(study, "vale-li-2022-11"))
    assert not any("Hillish" in sentence for sentence in said)


def test_of_one_printed_answer_the_rest_is_left_open(tmp_path):
    _, moon = say(tmp_path, topline(WAVE, "there", "65"))
    assert (
        "No other answer was printed: the other 35% may have answered “gone”, or nothing at all, and how many did which "
        "may be anything from none to 35%."
    ) in moon


def test_silence_is_not_taken_for_another_answer(tmp_path):
    items = ITEMS.replace("headline:", "silence: [gone], headline:")
    _, moon = say(tmp_path, topline(WAVE, "there", "65"), items=items)
    assert "What the other 35% answered, or whether they did, was not printed." in moon


def test_what_a_headline_share_is_made_of_is_told_within_it_and_not_beside_it(tmp_path):
    _, moon = say(tmp_path, topline(WAVE, "there", "65"), topline(WAVE, "bright", "40"), topline(WAVE, "gone", "35"))
    assert "answered “there” and **35%**" in moon
    assert "“There” takes in **40%**" in moon
    assert "other" not in moon


def test_printed_parts_are_added_up_to_the_headline_share(tmp_path):
    _, moon = say(tmp_path, topline(WAVE, "bright", "40"), topline(WAVE, "dim", "25"))
    assert "Added up, that is **65%** “there”." in moon


def test_two_answers_that_chance_can_tell_apart_no_further_are_not_ranked(tmp_path):
    _, moon = say(tmp_path, topline(WAVE, "bright", "41"), topline(WAVE, "dim", "40"))
    assert "Whether “bright” or “dim” is the more frequent is not to be told from chance" in moon
    assert "ahead" not in moon


@pytest.mark.parametrize(
    ("percent", "said"),
    [
        ("51", "Whether “there” is the answer of a majority cannot be told from this sample."),
        ("65", "“There” is the answer of a majority."),
        ("30", None),
    ],
)
def test_a_majority_is_claimed_only_where_its_interval_lies_above_half(tmp_path, percent, said):
    _, moon = say(tmp_path, topline(WAVE, "there", percent))
    assert said in moon if said else "majority" not in moon


def test_the_question_of_a_page_names_place_time_and_survey(study):
    assert findings.say_question(study, "vale-li-2022-11").startswith(
        "**Question:** what did people in Liechtenstein say in November 2022 ("
    )
    assert "several samples" in findings.say_question(study, "hill-pooled-3-4")
