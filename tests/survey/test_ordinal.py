"""Proportional odds: laws that hold of any data, and what cannot be fitted. Agreement with R is in `test_oracle`."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys import CLUSTERED, make_survey
from wavebook.survey import Design, Ordinal, SurveyError, answer_shares, logit, ordinal

ANSWERS = ["never", "seldom", "often", "always"]
FORMULA = "answer ~ television + C(group) + age"


def asked(seed=1):
    frame = make_survey(seed)
    rng = np.random.default_rng(seed)
    latent = 0.8 * frame["television"] - 0.02 * (frame["age"] - 45) + rng.logistic(size=len(frame))
    answer = np.searchsorted([-1.2, 0.1, 1.5], latent, side="right")
    return frame.assign(
        answer=pd.Categorical.from_codes(answer, ANSWERS, ordered=True),
        backwards=pd.Categorical.from_codes(3 - answer, ANSWERS[::-1], ordered=True),
        number=10 * answer**2,
        inside=frame["age"] > 30,
    )


@pytest.fixture
def design():
    return Design(asked(), **CLUSTERED)


def estimates(fit):
    return fit.table["estimate"].to_numpy()


@given(st.integers(0, 10_000))
@settings(max_examples=10)
def test_a_scale_turned_round_turns_the_signs(seed):
    design = Design(asked(seed), **CLUSTERED)
    one, other = ordinal(design, FORMULA), ordinal(design, FORMULA.replace("answer", "backwards"))
    assert estimates(other) == pytest.approx(-estimates(one), rel=1e-9, abs=1e-12)
    turned = -other.thresholds["estimate"].to_numpy()[::-1]
    assert turned == pytest.approx(one.thresholds["estimate"].to_numpy(), rel=1e-9, abs=1e-12)
    assert other.covariance == pytest.approx(one.covariance, rel=1e-8, abs=1e-13)


@given(st.integers(0, 10_000))
@settings(max_examples=10)
def test_with_two_categories_it_is_a_logistic_regression(seed):
    design = Design(make_survey(seed), **CLUSTERED)
    one, other = ordinal(design, "y ~ television + C(group) + age"), logit(design, "y ~ television + C(group) + age")
    assert estimates(one) == pytest.approx(estimates(other)[1:], rel=1e-9)
    assert one.thresholds["estimate"].tolist() == pytest.approx([-estimates(other)[0]], rel=1e-9, abs=1e-12)
    assert one.covariance == pytest.approx(other.covariance[1:, 1:], rel=1e-9)
    assert one.df == other.df
    ours = one.predictions("group").table.query("response == '1'")
    theirs = other.predictions("group").table
    for column in ("estimate", "se", "lower", "upper"):
        assert ours[column].to_numpy() == pytest.approx(theirs[column].to_numpy(), rel=1e-8)


def test_only_the_order_of_numbers_counts(design):
    by_number = ordinal(design, FORMULA.replace("answer", "number"))
    assert by_number.categories == ("0", "10", "40", "90")
    assert estimates(by_number) == pytest.approx(estimates(ordinal(design, FORMULA)), rel=1e-12)


def test_an_estimate_above_nought_moves_towards_the_last_category(design):
    fit = ordinal(design, "answer ~ television")
    assert estimates(fit).item() > 0
    shares = fit.predictions("television").table.pivot_table(index="television", columns="response", values="estimate")
    assert shares.loc[1, "always"] > shares.loc[0, "always"]
    # logit P(Y ≤ k) = θ_k - η
    below = shares[ANSWERS].cumsum(axis=1).iloc[:, :3]
    logits = np.log(below / (1 - below)).to_numpy()
    theta = fit.thresholds["estimate"].to_numpy()
    assert logits == pytest.approx(np.array([theta, theta - estimates(fit)]), rel=1e-9)
    assert fit.thresholds["threshold"].tolist() == ["never | seldom", "seldom | often", "often | always"]


def test_without_terms_it_gives_back_the_shares(design):
    fit = ordinal(design, "answer ~ 1")
    assert fit.table.empty
    shares = answer_shares(design, "answer", {name: (name,) for name in ANSWERS}).table["share"].to_numpy()
    below = np.cumsum(shares)[:3]
    assert fit.thresholds["estimate"].to_numpy() == pytest.approx(np.log(below / (1 - below)), rel=1e-9)


@given(st.integers(0, 10_000))
@settings(max_examples=10)
def test_collapsing_equals_not_collapsing(seed):
    frame = asked(seed)
    twice = pd.concat([frame, frame]).assign(weight=lambda f: f["weight"] / 2).sample(frac=1, random_state=seed)
    one = ordinal(Design(frame, **CLUSTERED), FORMULA)
    other = ordinal(Design(twice.reset_index(drop=True), **CLUSTERED), FORMULA)
    assert estimates(other) == pytest.approx(estimates(one), rel=1e-9)
    assert other.covariance == pytest.approx(one.covariance, rel=1e-8)


def test_standard_errors_of_predictions_follow_the_weights(design):
    """The derivative of an estimate by a weight is its influence: the sum over PSUs has to give the same covariance."""
    fit = ordinal(design, "answer ~ television + age").predictions("television")
    influence = []
    for row in range(len(design.data)):
        found = []
        for sign in (1, -1):
            weight = design.data["weight"].copy()
            weight[row] *= 1 + sign * 1e-4
            moved = Design(design.data.assign(weight=weight), **CLUSTERED)
            found.append(ordinal(moved, "answer ~ television + age").predictions("television").table["estimate"])
        influence.append((found[0] - found[1]).to_numpy() / 2e-4)
    assert fit.covariance == pytest.approx(design.covariance(np.array(influence)), rel=1e-5, abs=1e-12)


def test_a_domain_keeps_the_design_and_missing_answers_are_counted():
    frame = asked()
    frame.loc[:4, "answer"] = None
    design = Design(frame, **CLUSTERED)
    assert "5 rows with a missing outcome or covariate dropped out" in ordinal(design, "answer ~ television").notes
    fit = ordinal(design, "answer ~ television", within="inside")
    used = frame["inside"] & frame["answer"].notna()
    assert fit.n == used.sum()
    assert fit.df == design.degrees_of_freedom(used.to_numpy()) - 1
    assert (fit.table["df"] == fit.df).all()


def test_cells_count_each_answer_at_each_level(design):
    cells = ordinal(design, "answer ~ C(group) + age").cells.set_index(["term", "level", "answer"])["n"]
    data = design.data
    for answer in ANSWERS:
        assert cells["", "", answer] == (data["answer"] == answer).sum()
        assert cells["C(group)", "a", answer] == ((data["answer"] == answer) & (data["group"] == "a")).sum()
    assert set(cells.index.get_level_values("term")) == {"", "C(group)"}


def test_what_is_shown_holds_no_thresholds_and_no_predictions(design):
    whole = ordinal(design, FORMULA)
    shown = whole.showing(["television"])
    stored = Ordinal.from_dict(json.loads(json.dumps(shown.to_dict(), allow_nan=False)))
    for fit in (shown, stored):
        assert list(fit.table["term"]) == ["television"]
        assert fit.table["estimate"].item() == whole.table["estimate"][list(whole.table["term"]).index("television")]
        assert fit.thresholds.empty
        assert fit.cells is None
        with pytest.raises(SurveyError, match="television: no predictions were kept"):
            fit.predictions("television")
        with pytest.raises(SurveyError, match="age: is not in the formula"):
            fit.predictions("age")
    assert stored.categories == tuple(ANSWERS)
    with pytest.raises(SurveyError, match="income: is not in the formula"):
        whole.showing(["income"])


def test_a_stored_model_answers_as_a_live_one(design):
    live = ordinal(design, FORMULA)
    stored = Ordinal.from_dict(json.loads(json.dumps(live.to_dict(), allow_nan=False)))
    assert stored.table.equals(live.table)
    assert stored.thresholds.equals(live.thresholds)
    assert stored.predictions("group").table.equals(live.predictions("group").table)
    for fit in (stored, live):
        with pytest.raises(SurveyError, match=r"age: has .* values; predictions are made for at most 30"):
            fit.predictions("age")


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ("group ~ age", "group: no number, so that its answers have no order; make it a column of ordered categories"),
        ("unordered ~ age", r"unordered: its categories have no order; say it with `.cat.as_ordered\(\)`"),
        ("empty ~ age", "empty: no row in the model has perhaps; leave out, or join with others"),
        ("one ~ age", "one: does not vary among the 200 rows; there is nothing to model"),
        ("only ~ age", "only: does not vary among the 200 rows"),
        ("none ~ age", "no row has the outcome and all of age"),
        ("weight ~ age", "weight: has 200 values; at most 20 are taken for answers"),
        ("answer ~ 0 + age", "the thresholds hold the constant; leave out the 0 or -1"),
        ("answer ~ age + I(2 * age)", "collinear terms"),
        ("answer ~ C(town) + age", "town = hamlet separate the outcomes perfectly"),
        ("answer ~ giveaway", "giveaway separate the outcomes perfectly"),
        ("answer ~ nothing", "nothing is 0 in every row"),
        ("answer ~ income", "income: there is no such column"),
        ("income ~ age", "income: there is no such column"),
        ("answer", "cannot be read"),
    ],
)
def test_models_that_have_no_answer_say_why(formula, message):
    frame = asked()
    hamlet = frame.index % 20 == 0
    frame.loc[hamlet, "answer"] = "always"
    code = frame["answer"].cat.codes
    design = Design(
        frame.assign(
            unordered=frame["answer"].astype(str).astype("category"),
            empty=pd.Categorical(np.where(frame["y"] == 1, "yes", "no"), ["no", "perhaps", "yes"], ordered=True),
            one=1,
            only=pd.Categorical(["yes"] * len(frame), ["yes"], ordered=True),
            none=np.nan,
            town=np.where(hamlet, "hamlet", frame["sex"]),
            giveaway=code + frame["age"] / 1000,
            nothing=0.0,
        ),
        **CLUSTERED,
    )
    with pytest.raises(SurveyError, match=message):
        ordinal(design, formula)


@pytest.mark.parametrize("scale", [1e-6, 1e6])
def test_units_of_covariates_and_weights_do_not_matter(scale):
    frame = asked()
    plain = ordinal(Design(frame, **CLUSTERED), "answer ~ age")
    design = Design(frame.assign(age=frame["age"] * scale, weight=frame["weight"] / scale), **CLUSTERED)
    scaled = ordinal(design, "answer ~ age")
    assert estimates(scaled) * scale == pytest.approx(estimates(plain), rel=1e-9)
    assert scaled.table["t"].to_numpy() == pytest.approx(plain.table["t"].to_numpy(), rel=1e-9)


def test_far_tails_keep_their_digits():
    """A covariate that moves the logits by 40: probabilities are differences of numbers that are 1 to sixteen digits."""
    rng = np.random.default_rng(3)
    x = np.concatenate([rng.uniform(-40, 40, 4000), rng.uniform(-2, 2, 1000)])
    answer = np.searchsorted([-1.0, 1.0], x + rng.logistic(size=len(x)), side="right")
    fit = ordinal(Design(pd.DataFrame({"x": x, "answer": answer})), "answer ~ x")
    assert estimates(fit).item() == pytest.approx(1, abs=0.15)
    score = fit.model._scores.T @ fit.model.counts.ravel()
    assert np.abs(score).max() < 1e-7
