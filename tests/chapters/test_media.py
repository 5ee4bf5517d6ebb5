"""The words, the tables and the chart of the chapter on media."""

from types import SimpleNamespace

import pandas as pd
import pytest

from chapters import media as text
from wavebook.estimates import level_against_others, printed_shares, variable
from wavebook.estimates.disclosure import Exempted
from wavebook.figures.words import p_value, points
from wavebook.survey import contrasts, holm, logit, one_otherwise

WAVE, GROUP, LEVEL, ALIKE = "town-2020", "news", "town crier", ["age", "street"]
LEADING, LOVE, BUS = ("opinion-tram", "favourable"), ("opinion-tram", "love"), ("opinion-bus", "like")
FAMILY, OUTCOMES = [LEADING, BUS], [LEADING, LOVE, BUS]
EXPOSURE = "news__town_crier"


def formula(item, answer):
    return f"{variable(item, answer)} ~ {EXPOSURE} + C(age) + C(street)"


@pytest.fixture(scope="module")
def respondents(study):
    design = study.wave(WAVE).design
    design.data["opinion_tram__love"] = (design.data["opinion-tram"] == "love").astype(float)
    return study.wave(WAVE)


@pytest.fixture(scope="module")
def table(respondents):
    compared = level_against_others(
        respondents, OUTCOMES, GROUP, LEVEL, lambda item, answer: respondents.logit(formula(item, answer))
    )
    return text.together(compared, FAMILY)


@pytest.fixture(scope="module")
def model(respondents):
    return respondents.logit(formula(*LEADING))


@pytest.fixture(scope="module")
def doubtful(table):
    """The same comparison, sure of nothing."""
    return table.assign(p=0.02, p_family=0.2, adjusted_lower=0.01, adjusted=0.05, adjusted_upper=0.09)


@pytest.fixture(scope="module")
def nothing(respondents):
    """A model of an answer that has nothing to do with the town crier."""
    tossed = respondents.design.data.assign(toss=[at % 2 for at in range(len(respondents.design.data))])
    return logit(type(respondents.design)(tossed, psu="psu"), f"toss ~ {EXPOSURE} + C(age)")


def effect(model):
    return model.average_marginal_effects(EXPOSURE).table.iloc[0]


def test_the_level_is_set_beside_the_others(respondents, table, model):
    shares = respondents.shares("opinion-tram", by=GROUP).where(response="favourable").table.set_index(GROUP)
    row = table.iloc[0]
    assert (row["exposed"], row["others"]) == (shares["share"]["town crier"], shares["share"]["anything else"])
    assert (row["exposed_df"], row["others_df"]) == (shares["df"]["town crier"], shares["df"]["anything else"])
    assert row["raw"] == pytest.approx(row["exposed"] - row["others"])
    assert row["ratio"] == pytest.approx(row["exposed"] / row["others"])
    assert row["raw_lower"] < row["raw"] < row["raw_upper"]
    assert row["adjusted"] == effect(model)["estimate"]
    assert row["adjusted_mde"] > row["adjusted_upper"] - row["adjusted"]
    assert row["e_value"] > row["e_value_limit"] >= 1


def test_outcomes_are_written_as_item_and_answer():
    assert text.read_outcomes(["opinion-tram: favourable", "opinion-bus: don't know"]) == [
        ("opinion-tram", "favourable"),
        ("opinion-bus", "don't know"),
    ]


def test_the_family_is_adjusted_together_and_what_is_not_told_counts_in_it(table):
    assert text.untold(table, OUTCOMES) == [BUS]
    leading, love = table.itertuples()
    assert leading.p_family == pytest.approx(min(1, len(FAMILY) * leading.p))
    assert pd.isna(love.p_family)
    both = text.together(table, [LEADING, LOVE])
    assert list(both["p_family"]) == pytest.approx(list(holm(table["p"])))


def test_the_finding_gives_shares_then_the_difference_and_the_ratio_as_its_translation(study, table):
    row = table.iloc[0]
    found = text.say_found(study, WAVE, table, LEADING, GROUP, LEVEL)
    assert (
        f"main source of news was town crier, **{100 * row['exposed']:.1f}%** had a favourable opinion of the" in found
    )
    assert f"Luxembourg, May 2020; {row['exposed_n']:,} and {row['others_n']:,} respondents" in found
    said = text.say_difference(study, table, LEADING, ALIKE)
    assert f"alike in age and street, the difference is **{points(row['adjusted'])} points**" in said
    assert f"is {row['ratio']:.2f} times {100 * row['others']:.1f}%" in said


def test_few_answers_are_counted_in_words(study, table, monkeypatch):
    of = SimpleNamespace(exempted=lambda item, by: (Exempted(LEVEL, "favourable", "e", 2, 79, gave=False),))
    monkeypatch.setitem(study._asked, WAVE, of)
    assert text.say_found(study, WAVE, table, LEADING, GROUP, LEVEL).endswith(" **Two of the 79** did not.")


def test_the_verdict_is_chosen_by_the_data(study, table, doubtful, model, nothing):
    sure = text.say_verdict(table, LEADING, model, EXPOSURE, FAMILY)
    assert "more than chance would give" in sure
    assert (
        f"It stays so: judged together with the other opinions, two in all, p is at most {p_value(table['p_family'][0])}"
        in sure
    )
    lost = text.say_verdict(doubtful, LEADING, model, EXPOSURE, [LEADING, LOVE])
    assert "It does not last: judged together with the other opinions, two in all, p is 0.20" in lost
    silent = text.say_verdict(table, LEADING, nothing, EXPOSURE, FAMILY)
    assert "It does not last" in silent
    assert f"without those who gave no opinion the difference is {points(effect(nothing)['estimate'])} points" in silent
    chance = text.say_verdict(table.assign(p=0.3), LEADING, model, EXPOSURE, FAMILY)
    assert chance.startswith("That is not to be told from chance (p = 0.30); without")


def test_the_conclusion_can_be_quoted_and_says_no_more_than_the_verdict(study, table, doubtful, model):
    said = text.say_conclusion(study, WAVE, table, LEADING, model, EXPOSURE, LEVEL)
    assert (
        "in 2020, people in Luxembourg whose news came from town crier had a favourable opinion of the tram more often"
        in said
    )
    said = text.say_conclusion(study, WAVE, doubtful, LEADING, model, EXPOSURE, LEVEL)
    assert "for 2020, this evidence does not show that people in Luxembourg" in said
    assert "more often than others like them.** Nor does it show that they were alike" in said
    low, high = min(0.01, effect(model)["lower"]), max(0.09, effect(model)["upper"])
    assert f"anything from {points(low)} to {points(high)} points stays open" in said
    assert "effect" not in said
    assert "cause" not in said


@pytest.mark.parametrize(
    ("others", "ratio", "verdict"),
    [
        (0.916, 1.06, "1.09 times theirs: this wave can neither confirm nor refute"),
        (0.4, 1.06, "could have been found; 1.06 does not fit it"),
        (0.4, 1.9, "could have been found; 1.90 fits it"),
    ],
)
def test_a_ratio_is_only_judged_where_it_could_have_been_found(table, others, ratio, verdict):
    assert verdict in text.say_testable(table.assign(others=others, ratio=ratio), LEADING)


def test_one_answer_more_is_told_by_the_middle(respondents):
    found = one_otherwise(respondents.design, formula(*LEADING), EXPOSURE)
    row = found.table.iloc[0]
    said = text.say_one_more(found, LEVEL)
    assert f"{points(row['estimate'])} points" in said
    assert f"the middle of {row['changed']:,.0f} such changes); the verdict stays, whoever it is" in said
    lost = type(found)(found.table.assign(changed=77, beyond=0))
    assert "not to be told from chance, whoever it is" in text.say_one_more(lost, LEVEL)
    partly = type(found)(found.table.assign(changed=77, beyond=70))
    assert "not to be told from chance, in 7 of 77 cases" in text.say_one_more(partly, LEVEL)


def test_other_ways_to_count_stand_beside_the_first(model, nothing):
    one, other = (points(effect(fit)["estimate"]) for fit in (model, nothing))
    assert f"gives {other} points" in text.say_penalised(model, nothing, EXPOSURE)
    assert f"the ordinary one {one}" in text.say_penalised(model, nothing, EXPOSURE)
    assert f"Among the {nothing.n:,} respondents who gave an opinion, {one} becomes {other} points" in text.say_spoken(
        model, nothing, EXPOSURE
    )


@pytest.mark.parametrize(
    ("ways", "said"),
    [
        (
            [0.01, 0.2, 0.03, 0.4],
            "They do not: of the four, taken alone, two find more than chance would give and two do not",
        ),
        (
            [0.01, 0.2],
            "They do not: of the two, taken alone, one finds more than chance would give and one does not.",
        ),
        ([0.01, 0.02], "Each of the two, taken alone, finds more than chance would give."),
        ([0.4, 0.2], "Each of the two, taken alone, finds no more than chance would give."),
    ],
)
def test_whether_ways_to_count_agree(ways, said):
    assert text.say_agreement(ways).startswith(said)


@pytest.mark.parametrize(("p", "leans"), [(0.01, "more than chance would give"), (0.4, "not to be told from chance")])
def test_odds_of_a_warmer_answer(p, leans):
    """The answers run from the warmest: a coefficient below 0 means warmer answers."""
    table = pd.DataFrame({"estimate": [-0.693147], "lower": [-1.386294], "upper": [0.0], "p": [p]})
    said = text.say_ordinal(SimpleNamespace(table=table, categories=("a", "b", "c", "d")))
    assert said == (
        "**All four answers:** the odds of a warmer answer are 2.00 times those of others (1.00 to 4.00; proportional odds), "
        f"{leans}."
    )


def test_other_opinions_those_not_told_and_those_not_tested(study, table):
    others, withheld, further = text.say_others(study, pd.concat([table, table.iloc[1:].assign(item="opinion-bus", response="dislike", p=0.02, p_family=0.3)]), LEADING, [LEADING, BUS, ("opinion-bus", "dislike")])  # fmt: skip
    assert "none differs by more than chance would give once all three are judged together" in others
    assert "*Opinion of the bus*, dislike" in others
    assert withheld.startswith("**Not shown:** *Opinion of the bus* (like).")
    assert "each p above is the largest that it can be" in withheld
    assert "Counted in, that makes 4;" in further
    sure = text.say_others(study, text.together(table.assign(p=0.001), [LEADING, LOVE]), LEADING, [LEADING, LOVE])
    assert len(sure) == 1
    assert sure[0].startswith(
        "**Other opinions:** more than chance would give, judged together: *Opinion of the tram*, love"
    )


def test_what_a_hidden_difference_would_take_and_what_would_have_been_seen(table):
    row = table.iloc[0]
    assert f"both the channel and the answer {row['e_value']:.1f} times as likely" in text.say_hidden(table, LEADING)
    assert f"a difference of {100 * row['adjusted_mde']:.1f} points would have been seen" in text.say_seen_at_all(
        table, LEADING
    )


def test_the_audience_and_whether_there_is_anything_to_carry(respondents):
    by_age = respondents.shares("opinion-tram", by="age").where(response="favourable")
    kept = by_age.where(age=["18-29", "60+"])
    overall = respondents.shares("opinion-tram").where(response="favourable")
    share = kept.table.set_index("age")["share"]
    said = text.say_audience(overall, kept, "age", "60+", LEVEL)
    assert f"Of those aged 60+ it was **{100 * share['60+']:.1f}%**" in said
    assert f"a difference of {points(share['60+'] - share['18-29'])} points" in said
    ends = contrasts(kept, [[-1, 1]], names=["old - young"])
    differ = text.say_no_bridge(ends, "Opinion of the tram")
    assert f"the oldest and the youngest differed by {points(ends.table['estimate'][0])} points" in differ
    assert "carried" not in differ
    alike = text.say_no_bridge(type(ends)(ends.table.assign(p=0.4), covariance=ends.covariance), "Opinion of the tram")
    assert "no difference between old and young that the channel could have carried" in alike


def test_later_shares_say_when_they_are_bounds(study):
    rows = printed_shares(study, "town-2021")
    rows = rows[(rows["item"] == "opinion-tram") & (rows["by"] == "age")]
    (said,) = text.say_later(study, rows)
    assert (
        said
        == "**Opinion of the tram, like:** 22% (aged 18–29) and 41% (aged 60+) (Town Poll, May 2021, {cite:t}`poll`)."
    )
    bound = rows.iloc[:1].assign(bound=">", percent=">20", note="Printed as “at least a fifth”.", by="", group="")
    assert "like:** at least 20%, printed as “at least a fifth” (Town" in text.say_later(study, bound)[0]


def test_chart_tables_and_description_hold_every_outcome(study, table):
    data = text.exposure_data(study, table)
    assert list(data["outcome"]) == ["Opinion of the tram: favourable", "Opinion of the tram: love"]
    assert list(data["p, judged together"]) == [p_value(table["p_family"][0]), "not counted"]
    drawn = text.exposure_chart(study, table).to_dict()["datasets"].values()
    assert sum(len(rows) for rows in drawn if "kind" in rows[0]) == 2 * len(table)
    assert all(outcome in text.exposure_alt(study, table, LEVEL) for outcome in data["outcome"])
    shown = text.outcomes_table(study, table, LEVEL)
    assert list(shown["Adjusted difference, points"]) == [points(value) for value in table["adjusted"]]


def test_the_caption_is_short_and_the_rest_is_said_below(study, table):
    caption = text.exposure_caption(study, WAVE, LEVEL)
    assert len(caption.split()) < 60
    assert "Evidence: synthetic" in caption
    assert text.exposure_title(study, WAVE, LEVEL).endswith("all others, Luxembourg, May 2020")
    sizes, found, adjusted, judged = text.say_measured(study, table, LEVEL, ALIKE, FAMILY)
    assert sizes.startswith(f"{table['exposed_n'][0]:,} respondents with town crier")
    assert f"{table['exposed_df'][0]:g} degrees of freedom for town crier" in found
    assert "age and street constant" in adjusted
    assert "two tests, one answer of each opinion: Opinion of the tram: favourable; Opinion of the bus: like" in judged
