"""The words, the table and the chart of the chapter on media."""

import pytest

from chapters import media as text
from wavebook.estimates import level_against_others, variable

WAVE, GROUP, LEVEL, ALIKE = "town-2020", "news", "town crier", ["age", "street"]
OUTCOMES = [("opinion-tram", "favourable"), ("opinion-tram", "love"), ("opinion-bus", "like")]
FORMULA = "{} ~ news__town_crier + C(age) + C(street)"


@pytest.fixture(scope="module")
def respondents(study):
    design = study.wave(WAVE).design
    design.data["opinion_tram__love"] = (design.data["opinion-tram"] == "love").astype(float)
    return study.wave(WAVE)


@pytest.fixture(scope="module")
def table(respondents):
    return level_against_others(
        respondents,
        OUTCOMES,
        GROUP,
        LEVEL,
        lambda item, answer: respondents.logit(FORMULA.format(variable(item, answer))),
    )


def test_the_level_is_set_beside_the_others(respondents, table):
    shares = respondents.shares("opinion-tram", by=GROUP).where(response="favourable").table.set_index(GROUP)
    row = table.iloc[0]
    assert (row["exposed"], row["others"]) == (shares["share"]["town crier"], shares["share"]["anything else"])
    assert row["raw"] == pytest.approx(row["exposed"] - row["others"])
    assert row["ratio"] == pytest.approx(row["exposed"] / row["others"])
    assert row["raw_lower"] < row["raw"] < row["raw_upper"]
    effect = respondents.logit(FORMULA.format("opinion_tram__favourable")).average_marginal_effects("news__town_crier")
    assert row["adjusted"] == effect.table["estimate"].iloc[0]
    assert row["e_value"] > row["e_value_limit"] >= 1


def test_an_answer_that_too_few_gave_is_left_out_and_named(study, table):
    assert [tuple(row) for row in table[["item", "response"]].to_numpy()] == OUTCOMES[:2]
    withheld, love = text.say_outcomes(study, table, OUTCOMES)
    assert "**Opinion of the bus, like:** not shown; too few viewers gave this answer, or any other" in withheld
    assert love.startswith("**Opinion of the tram&#58; love:** ")


def test_what_is_said_is_what_was_estimated(study, respondents, table):
    row = table.iloc[0]
    found = text.say_found(table, LEVEL)
    assert f"**{100 * row['exposed']:.1f}%**" in found
    assert f"the ratio {row['ratio']:.2f}" in found
    model = respondents.logit(FORMULA.format("opinion_tram__favourable"))
    effect = model.average_marginal_effects("news__town_crier")
    adjusted = text.say_adjusted(study, model, effect, ALIKE)
    assert "alike in age and street" in adjusted
    assert f"**{100 * row['adjusted']:+.1f} points**" in adjusted
    assert "1,600 respondents" in adjusted
    assert "E-value" in text.say_e_value(table)
    caption = text.exposure_caption(study, WAVE, table, LEVEL, ALIKE)
    assert f"n = {row['exposed_n']}" in caption
    assert "Evidence: synthetic" in caption


def test_an_effect_is_never_named_without_its_assumption(study, respondents, table):
    model = respondents.logit(FORMULA.format("opinion_tram__favourable"))
    effect = model.average_marginal_effects("news__town_crier")
    for said in (text.say_adjusted(study, model, effect, ALIKE), *text.say_outcomes(study, table, OUTCOMES)):
        assert "effect" not in said or "only if" in said
        assert "cause" not in said


def test_an_interval_that_includes_no_difference_needs_no_hidden_one(table):
    assert "would do" in text.say_e_value(table.assign(e_value_limit=1.2))
    assert "no hidden difference is needed" in text.say_e_value(table.assign(e_value_limit=1.0))


def test_the_split_names_the_groups_that_it_is_given(respondents):
    found = respondents.mediation("opinion_tram__favourable", "age__60", "news__town_crier", ["street"])
    said = text.say_mediation(found, "favourable", "60+", LEVEL)
    assert "people aged 60+ differ from younger ones" in said
    assert "through town crier run " in said
    assert "assumes that nothing unmeasured lies behind both" in said


def test_chart_table_and_description_hold_every_outcome(study, table):
    data = text.exposure_data(study, table)
    assert list(data["outcome"]) == ["Opinion of the tram: favourable", "Opinion of the tram: love"]
    drawn = text.exposure_chart(study, table).to_dict()["datasets"].values()
    assert sum(len(rows) for rows in drawn if "kind" in rows[0]) == 2 * len(table)
    assert all(outcome in text.exposure_alt(study, table, LEVEL) for outcome in data["outcome"])
    assert (
        text.exposure_title(study, WAVE, "opinion-tram", LEVEL)
        == "Opinion of the tram and town crier as main news, Luxembourg, May 2020"
    )


def test_a_page_whose_own_comparison_is_not_shown_says_so(study, table):
    assert text.is_shown(table, *OUTCOMES[0])
    assert not text.is_shown(table, *OUTCOMES[2])
    said = text.say_not_shown(study, "opinion-bus", "like", LEVEL)
    assert "“like” (*Opinion of the bus*) is **not shown** for those whose main source of news was town crier" in said
    others = text.say_outcomes(study, table, [OUTCOMES[2], *OUTCOMES[:2]])
    assert len(others) == 3
