"""The words of the chapter on age."""

from chapters import age as text
from wavebook.estimates import published_by
from wavebook.figures import shares_data
from wavebook.survey import contrasts, wald

WAVE, ITEM, RESPONSE = "town-2020", "opinion-tram", "favourable"


def test_the_oldest_are_held_against_the_youngest(study):
    shares = study.wave(WAVE).shares(ITEM, by="age").where(response=RESPONSE)
    ends = contrasts(shares, [[-1, 0, 1]], names=["oldest - youngest"])
    groups, apart = text.say_groups(shares, ends, wald(shares), "age")
    for row in shares.table.itertuples():
        assert f"{row.age.replace('-', '–')}: {100 * row.share:.1f}%" in groups
    assert f"{100 * ends.table['estimate'].iloc[0]:+.1f} points" in apart
    assert "would have been seen" not in apart
    assert "differ by more than chance would give (p < 0.001)" in apart


def test_what_cannot_be_told_from_chance_says_what_would_have_been_seen(study):
    shares = study.wave(WAVE).shares(ITEM, by="street").where(response=RESPONSE)
    ends = contrasts(shares, [[-1, 1]], names=["oldest - youngest"])
    _, apart = text.say_groups(shares, ends, wald(shares), "street")
    assert "points would have been seen four times out of five" in apart
    assert "cannot be told apart from chance (p = 0." in apart


def test_the_slope_is_told_by_the_step_of_years(study):
    effect = study.wave(WAVE).logit("opinion_tram__favourable ~ age_number").average_marginal_effects("age_number")
    said = text.say_slope(effect)
    assert said.startswith("**With each ten years of age:** ")
    assert f"{1000 * effect.table['estimate'].iloc[0]:+.1f} points" in said


def test_crossings_are_titled_by_the_outer_group_and_only_one_answer_is_asked_for(study):
    crossed = text.crossed_shares(study, WAVE, ITEM, RESPONSE, ["news", "age"])
    assert list(dict.fromkeys(crossed["title"])) == ["anything else", "town crier"]
    assert crossed["n"].min() >= 30
    assert not shares_data(crossed, "news").duplicated(["news", "group"]).any()
    assert set(crossed["response"]) == {RESPONSE}


def test_printed_shares_are_said_as_printed(study):
    (said,) = text.say_published(published_by(study, ["town-2021"], ["opinion-tram"], "age"))
    assert said == "**Opinion of the tram, May 2021, like:** 18–29 22% and 60+ 41%."
