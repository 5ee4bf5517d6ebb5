import pytest

from wavebook.estimates import printed_shares
from wavebook.text import wave as wave_text


@pytest.fixture
def vale(study):
    return printed_shares(study, "vale-li-2023-05")


def test_every_figure_stands_in_the_table_as_printed_with_how_sure_it_is(study, vale):
    table = wave_text.shares_table(vale)
    assert list(table["Per cent"]) == [figure.percent for figure in study.toplines("vale-li-2023-05")]
    old = table[(table["Answer"] == "sleepers") & (table["Among"] == "age 60+")].iloc[0]
    assert (old["How sure"], old["95% interval"]) == ("article", "no interval: size of the group not printed")


def test_the_caption_says_what_has_no_interval_and_why(study, vale):
    caption = wave_text.shares_caption(study, "vale-li-2023-05", vale)
    for part in ("3–12 May 2023", "n = 900",
                 "Hollow points: known from one article only", "Evidence: published"):  # fmt: skip
        assert part in caption


def test_the_description_holds_every_number(study, vale):
    alt = wave_text.shares_alt(study, "vale-li-2023-05", vale)
    printed = [topline.percent.replace(">", "more than ") for topline in study.toplines("vale-li-2023-05")]
    assert "more than 50" in printed
    assert [percent for percent in printed if f"{percent}%" not in alt] == []


def test_what_is_assumed_of_a_wave_is_said_with_its_reason(study):
    facts = wave_text.describe_wave(study, "hill-li-2021-3").set_index("")
    assert facts.loc["Respondents", "What is known"] == "not found"
    assert facts.loc["Respondents for intervals", "How sure"].startswith("assumed: it is the smallest sample")
    assert facts.loc["Wave", "How sure"] == "inferred"


def test_pooled_figures_have_no_interval_and_claim_no_design_effect(study):
    answers = printed_shares(study, "hill-pooled-3-4")
    assert set(answers["why_no_interval"]) == {"pooled"}
    assert "Design effect" not in set(wave_text.describe_wave(study, "hill-pooled-3-4")[""])


def test_questions_are_quoted_only_where_their_wording_is_held(study, vale):
    side, language, *_ = wave_text.say_questions(study, vale)
    assert "“which side of the dispute do you take?”" in side
    assert "(wording not held)" in language
