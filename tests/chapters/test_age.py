"""The words of the chapter on age: which of them stand, the data choose."""

from dataclasses import replace

import pandas as pd
import pytest

from chapters import age as text
from wavebook.estimates import published_by
from wavebook.figures import shares_data
from wavebook.survey import contrasts, wald

WAVE, ITEM, RESPONSE = "town-2020", "opinion-tram", "favourable"


@pytest.fixture(scope="module")
def found(study):
    shares = study.wave(WAVE).shares(ITEM, by="age").where(response=RESPONSE)
    model = study.wave(WAVE).logit("opinion_tram__favourable ~ age_number")
    ends = contrasts(shares, [[-1, 0, 1]], names=["oldest - youngest"])
    return text.gradient(shares, ends, wald(shares), model.average_marginal_effects("age_number"), model.df, "age")


@pytest.fixture(scope="module")
def nothing(found):
    """The same shares, had none of the tests found anything."""
    return replace(found, p=(0.4, 0.6, 0.6))


@pytest.fixture
def later(study):
    return text.later_shares(study, ["town-2021"], ["opinion-tram"], "age")


def test_the_slope_is_told_by_the_step_of_years_with_what_would_have_been_seen(study, found):
    effect = study.wave(WAVE).logit("opinion_tram__favourable ~ age_number").average_marginal_effects("age_number")
    assert found.step["estimate"] == pytest.approx(10 * effect.table["estimate"].iloc[0])
    assert found.step["mde"] == pytest.approx(10 * 2.82 * effect.table["se"].iloc[0], rel=0.01)


def test_the_three_tests_are_adjusted_together(study, found):
    shares = study.wave(WAVE).shares(ITEM, by="street").where(response=RESPONSE)
    ends = contrasts(shares, [[-1, 1]])
    model = study.wave(WAVE).logit("opinion_tram__favourable ~ age_number")
    slope = model.average_marginal_effects("age_number")
    streets = text.gradient(shares, ends, wald(shares), slope, model.df, "street")
    alone = ends.table["p"].iloc[0]
    assert streets.p[0] == pytest.approx(min(1, 2 * alone))
    assert streets.p[2] == pytest.approx(min(1, 3 * slope.table["p"].iloc[0]))
    assert "adjusted together (Holm)" in text.say_tests(found)[-1]


def test_a_gradient_is_said_with_its_direction(study, found):
    (said,) = text.say_finding(study, WAVE, ITEM, RESPONSE, found)
    assert "the older people were, the more often they answered “favourable” (*Opinion of the tram*)" in said
    assert f"**{100 * found.shares['share'].iloc[0]:.1f}%**" in said
    assert "would have been seen" not in said
    assert len(said.split()) >= 60
    falling = replace(found, step={**found.step, "estimate": -found.step["estimate"]})
    assert "the less often they answered" in text.say_finding(study, WAVE, ITEM, RESPONSE, falling)[0]


def test_without_one_it_is_said_how_large_it_would_have_had_to_be(study, nothing):
    first, seen = text.say_finding(study, WAVE, ITEM, RESPONSE, nothing)
    assert "no gradient of age was found" in first
    assert "is not to be told from chance (p = 0.40, adjusted for three tests)" in first
    assert f"A difference of {100 * nothing.ends['mde']:.1f} points would have been seen four times out of five" in seen
    assert any("That age played no part" in sentence for sentence in text.say_limits(pd.DataFrame(), nothing))


def test_ages_that_differ_without_a_direction_are_no_gradient(study, found):
    hump = replace(found, p=(0.4, 0.001, 0.3))
    assert hump.differs
    assert not hump.direction
    first, _ = text.say_finding(study, WAVE, ITEM, RESPONSE, hump)
    assert "unequally often, but not more or less often the older they were" in first


def test_crossings_are_titled_by_the_outer_group_and_only_one_answer_is_asked_for(study):
    crossed = text.crossed_shares(study, WAVE, ITEM, RESPONSE, ["news", "age"])
    assert list(dict.fromkeys(crossed["title"])) == ["anything else", "town crier"]
    assert crossed["n"].min() >= 30
    assert not shares_data(crossed, "news").duplicated(["news", "group"]).any()
    assert set(crossed["response"]) == {RESPONSE}


def test_printed_shares_are_said_as_printed(study):
    (said,) = text.say_published(published_by(study, ["town-2021"], ["opinion-tram"], "age"))
    assert said == "**Opinion of the tram, May 2021, like:** 18–29: 22% and 60+: 41% {cite:p}`poll`."


def test_later_polls_are_held_apart_without_an_interval(later, nothing, found):
    lead, _, apart = text.say_later(later, nothing)
    assert lead.startswith("No gradient was found")
    assert "“like” was 19 points more frequent at 60+ than at 18–29" in apart
    assert "none of these differences has an interval" in apart
    assert not text.say_later(later, found)[0].startswith("No gradient")
    (since,) = text.say_since(later, nothing)
    assert "*Opinion of the tram*, “like”, May 2021: 18–29: 22% and 60+: 41%" in since


def test_one_age_alone_shows_no_gradient(later, nothing):
    old = later[later["group"] == "60+"]
    assert text.say_since(old, nothing) == []
    assert "Of one age alone a share was printed (“like”, May 2021)" in text.say_later(old, nothing)[2]


def test_a_page_without_later_shares_says_so_and_nothing_of_a_war(study, nothing):
    none = text.later_shares(study, [], [], "age")
    assert text.say_later(none, nothing) == ["This book holds no later share of this opinion by age."]
    assert text.say_between(none, nothing) == text.say_since(none, nothing) == []
    assert not any("invasion" in sentence for sentence in text.say_limits(none, nothing))


def test_only_the_page_that_the_article_speaks_of_names_it(study):
    question = "did the old like the tram better?"
    said = text.say_question(study, WAVE, question)
    assert said.startswith(f"**Question:** {question} One wave tells: Town Poll")
    assert "The article says" not in said
    assert "{cite:p}`rerussia2023`" in text.say_question(study, WAVE, question, claimed=True)


def test_a_stronger_answer_counts_as_one_more_test(study):
    shares = study.wave(WAVE).shares(ITEM, by="age").where(response="love")
    ends = contrasts(shares, [[-1, 0, 1]])
    said = text.say_stronger("love", shares, ends, "age")
    assert f"{100 * ends.table['estimate'].iloc[0]:+.1f} points".replace("-", "−") in said
    p = min(1, 4 * ends.table["p"].iloc[0])
    assert ("more than chance would give" in said) == (p < 0.05)
