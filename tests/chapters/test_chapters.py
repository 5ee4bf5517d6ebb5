"""The estimates behind the chapters on media, age, blame and language, on the real data."""

import pytest

from chapters import age as age_text
from chapters import language as language_text
from chapters import media as media_text
from chapters.exposure import exposed_and_others
from chapters.language_mix import at_common_mix
from wavebook.estimates import estimated_group_shares, printed_contrast, published_by
from wavebook.study import Refused

WAVE = "cab-kz-2017-1"
ALIKE = ["age", "sex", "ethnicity", "home-language", "region", "settlement"]
OUTCOMES = [
    ("opinion-russia", "favourable"),
    ("opinion-russia", "very favourable"),
    ("opinion-china", "favourable"),
    ("opinion-usa", "favourable"),
]
DEMOSCOPE = ["demoscope-kz-2022-03", "demoscope-kz-2022-11", "demoscope-kz-2023-05"]


@pytest.fixture(scope="module")
def media(study):
    return exposed_and_others(study, WAVE, OUTCOMES, "main-news", "Russian television", ALIKE)


def test_viewers_of_russian_television_beside_the_others(media):
    row = media.iloc[0]
    assert (round(100 * row["exposed"], 1), round(100 * row["others"], 1)) == (97.2, 91.6)
    assert (row["exposed_n"], row["others_n"]) == (79, 1421)
    assert round(row["ratio"], 2) == 1.06
    assert row["raw_lower"] < row["raw"] < row["raw_upper"]
    assert row["adjusted_lower"] < row["adjusted"] < row["adjusted_upper"]
    assert 1 < row["e_value_limit"] < row["e_value"] < 1.5


def test_what_the_media_page_says_is_what_was_estimated(study, media):
    found = media_text.say_found(media, "Russian television")
    assert "**97.2%**" in found
    assert "**91.6%**" in found
    assert "the ratio 1.06" in found
    adjusted = media_text.say_adjusted(study, media, ALIKE)
    assert "language at home" in adjusted
    assert "only if nothing else set their viewers apart" in adjusted
    assert "E-value" in media_text.say_e_value(media)
    assert len(media_text.say_outcomes(study, media, OUTCOMES)) == 3
    caption = media_text.exposure_caption(study, WAVE, media, "Russian television", ALIKE)
    assert "n = 79" in caption
    assert "Evidence: microdata" in caption


def test_an_effect_is_never_named_without_its_assumption(study, media):
    for sentence in (
        media_text.say_adjusted(study, media, ALIKE),
        media_text.say_e_value(media),
        *media_text.say_outcomes(study, media, OUTCOMES),
    ):
        assert "effect" not in sentence or "only if" in sentence
        assert "cause" not in sentence


def test_there_is_no_gradient_of_age_in_2017(study):
    by_age, ends, slope = age_text.say_gradient(study, WAVE, "opinion-russia", "favourable")
    assert "18–29: 92.9%" in by_age
    assert "60+: 91.4%" in by_age
    assert "cannot be told apart from chance" in ends
    assert "would have been seen" in ends
    assert "ten years" in slope


def test_crossings_of_age_and_ethnicity_that_are_too_small_are_named(study):
    shown = age_text.crossed_answers(study, WAVE, "opinion-russia", "favourable", "ethnicity")
    assert shown["n"].min() >= 30
    assert list(dict.fromkeys(shown["title"])) == ["Kazakh", "Russian", "other"]
    assert "other, 60" in age_text.say_crossed_withheld(study, WAVE, "opinion-russia", "favourable", "ethnicity")


def test_printed_shares_by_age_are_said_as_printed(study):
    said = age_text.say_published(published_by(study, DEMOSCOPE[1:], ["war-side"], "age"))
    assert "**Side in the war, November 2022, Russia:** 18–29 6% and 60+ 34%." in said


def test_every_group_of_the_codebook_is_estimated(study):
    groups = estimated_group_shares(study, WAVE, "opinion-russia", "favourable")
    assert set(groups["by"]) == set(study.wave(WAVE).groups)


def test_two_printed_answers_are_compared_with_their_covariance(study):
    found = printed_contrast(study, "cab-kz-2022-11", "war-responsibility", "Russia", "Ukraine")
    assert found["estimate"] == pytest.approx(0.09)
    n_eff = 1509 / 1.65
    exact = (0.28 * 0.72 + 0.19 * 0.81 + 2 * 0.28 * 0.19) / n_eff + 2 * 0.01**2 / 12
    assert found["upper"] - found["estimate"] == pytest.approx(1.959964 * exact**0.5, rel=1e-6)


def test_shares_are_brought_to_one_mix_of_languages(study):
    table = at_common_mix(study, DEMOSCOPE, "war-side", "Russian", DEMOSCOPE[1])
    own = table[table["wave"] == DEMOSCOPE[1]]
    assert own["low"].tolist() == pytest.approx(own["share"].tolist())
    row = table[(table["wave"] == DEMOSCOPE[2]) & (table["response"] == "Russia")].iloc[0]
    assert row["bridged"] == pytest.approx(0.128 + (0.75 - 0.403) * (0.45 - 0.20))
    assert row["low"] < row["share"] < row["bridged"] < row["high"]
    said = language_text.say_answers(table, "November 2022")
    assert any("If the languages differed as in the first wave" in sentence for sentence in said)
    assert any("No shares by language were printed" in sentence for sentence in said)
    with pytest.raises(Refused, match="no printed share of interview-language"):
        at_common_mix(study, ["cab-kz-2023-13"], "opinion-russia", "Russian", "cab-kz-2023-13")


def test_an_answer_that_too_few_viewers_gave_is_named_and_left_out(study):
    outcomes = [("opinion-trump", "favourable"), ("opinion-trump", "very favourable")]
    table = exposed_and_others(study, WAVE, outcomes, "main-news", "Russian television", ALIKE)
    assert len(table) == 1
    assert "not shown; fewer than 10 viewers" in media_text.say_outcomes(study, table, outcomes)[0]
