import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys import CLUSTERED, make_survey
from wavebook.survey import Design, SurveyError, logit, shares


@pytest.fixture
def design(survey):
    return Design(survey.assign(inside=survey["age"] > 25, x=survey["age"] / 10), **CLUSTERED)


@given(st.integers(0, 10_000))
@settings(max_examples=10)
def test_collapsing_equals_not_collapsing(seed):
    """With a covariate that differs in every row nothing can be collapsed; with weight 0 on it all is as without."""
    frame = make_survey(seed)
    collapsed = logit(Design(frame, **CLUSTERED), "y ~ television + C(sex) + old")
    # Halves of every respondent, with half the weight each, in another order.
    twice = pd.concat([frame, frame]).assign(weight=lambda f: f["weight"] / 2).sample(frac=1, random_state=seed)
    double = logit(Design(twice.reset_index(drop=True), **CLUSTERED), "y ~ television + C(sex) + old")
    assert collapsed.table["estimate"].to_numpy() == pytest.approx(double.table["estimate"].to_numpy(), rel=1e-10)
    assert collapsed.covariance == pytest.approx(double.covariance, rel=1e-9)


def test_tables_of_psus_and_passes_over_rows_agree(design, monkeypatch):
    by_cells = logit(design, "y ~ x + C(sex)")
    monkeypatch.setattr("wavebook.survey.fitting._MOST_CELLS", 0)
    by_rows = logit(design, "y ~ x + C(sex)")
    assert by_cells.covariance == pytest.approx(by_rows.covariance, rel=1e-12)
    one, other = (fit.average_marginal_effects("x").covariance for fit in (by_cells, by_rows))
    assert one == pytest.approx(other, rel=1e-12)


def test_a_saturated_model_gives_back_the_shares(design):
    margins = logit(design, "y ~ C(group)").predictions("group")
    result = shares(design, "y", by="group")
    for column in ("estimate", "se"):
        wanted = result.table["share" if column == "estimate" else column].to_numpy()
        assert margins.table[column].to_numpy() == pytest.approx(wanted, rel=1e-9)


def test_effects_are_averaged_with_the_weights(design):
    fit = logit(design, "y ~ C(television) + x")
    b = fit.table.set_index("term")["estimate"]
    eta = b["Intercept"] + b["x"] * design.data["x"]
    difference = 1 / (1 + np.exp(-eta - b["C(television)[T.1]"])) - 1 / (1 + np.exp(-eta))
    effect = fit.average_marginal_effects("television").table.iloc[0]
    assert effect["contrast"] == "1 - 0"
    assert effect["estimate"] == pytest.approx(np.average(difference, weights=design.weights))


def test_the_slope_of_a_curve_is_followed(design):
    fit = logit(design, "y ~ x + I(x**2)")
    b = fit.table.set_index("term")["estimate"]
    x = design.data["x"]
    eta = b["Intercept"] + b["x"] * x + b["I(x ** 2)"] * x**2
    mu = 1 / (1 + np.exp(-eta))
    slope = mu * (1 - mu) * (b["x"] + 2 * b["I(x ** 2)"] * x)
    found = fit.average_marginal_effects("x").table["estimate"][0]
    assert found == pytest.approx(np.average(slope, weights=design.weights), rel=1e-9)


def test_a_domain_keeps_the_design(design):
    fit = logit(design, "y ~ old", within="inside")
    assert fit.n == int(design.data["inside"].sum())
    assert fit.df == design.degrees_of_freedom(design.mask("inside")) - 1


def test_missing_covariates_drop_out_and_are_counted(survey):
    frame = survey.astype({"age": float})
    frame.loc[:4, "age"] = np.nan
    fit = logit(Design(frame, **CLUSTERED), "y ~ age")
    assert fit.n == 195
    assert "5 rows with a missing outcome or covariate dropped out" in fit.notes


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ("y ~ x + I(2 * x)", "collinear terms; the others already determine"),
        ("y ~ C(sex) + woman", "collinear terms"),
        ("y ~ nothing", "nothing is 0 in every row"),
        ("y ~ giveaway", "giveaway = 3.0 separate the outcomes perfectly"),
        ("y ~ C(town) + x", "town = hamlet separate the outcomes perfectly"),
        ("y ~ C(sex) + half", "half = 1 separate the outcomes perfectly"),
        ("y ~ z", "z: there is no such column"),
        ("z ~ x", "z: there is no such column"),
        ("age ~ x", "age: neither 0 nor 1"),
        ("always ~ x", "always: does not vary among the 200 rows"),
        ("y ~ x +", "formula: 'y ~ x \\+' cannot be read"),
        ("y ~ log(sex)", "formula: cannot be applied"),
        ("y", "formula: 'y' cannot be read"),
    ],
)
def test_models_that_have_no_answer_say_why(survey, formula, message):
    frame = survey.assign(
        x=survey["age"] / 10,
        woman=(survey["sex"] == "female").astype(int),
        nothing=0.0,
        giveaway=survey["y"] * 2.0 + 1,
        # Found with outcome 1 only, but not with all of them: quasi-complete separation.
        half=((survey["y"] == 1) & (survey["age"] > 60)).astype(int),
        always=1,
        town=np.where(survey.index < 4, "hamlet", survey["sex"]),
    )
    frame = frame.assign(
        y=frame["y"].where(frame["town"] != "hamlet", 1),
    )
    with pytest.raises(SurveyError, match=message):
        logit(Design(frame, **CLUSTERED), formula)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda fit: fit.average_marginal_effects("sex"), "sex: is not in the formula, which holds x"),
        (lambda fit: fit.predictions("x"), "x: has .* values; predictions are made for at most 30"),
    ],
)
def test_questions_a_model_cannot_answer(design, call, message):
    with pytest.raises(SurveyError, match=message):
        call(logit(design, "y ~ x"))


FORMULAS = [
    "y ~ x",
    "y ~ x + I(x**2) + C(group)*C(sex)",
    "y ~ flag + band + sex:x",
    "y ~ C(old) + television + np.log(x)",
    "y ~ 1",
]


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_stored_model_answers_as_a_live_one(survey, formula):
    frame = survey.assign(
        x=survey["age"] / 10,
        flag=survey["age"] % 2 == 0,
        band=pd.cut(survey["age"], [0, 30, 50, 100], labels=["young", "middle", "old"]),
    ).astype({"weight": float})
    frame.loc[0, "y"] = 0
    live = logit(Design(frame, **CLUSTERED), formula)
    stored = type(live).from_dict(json.loads(json.dumps(live.to_dict(), allow_nan=False)))
    assert stored.variables == live.variables
    assert stored.cells is None
    for name in (*live.variables, "z", "y"):
        for question in ("average_marginal_effects", "predictions"):
            one, other = (said(getattr(fit, question), name) for fit in (live, stored))
            if isinstance(one, str):
                assert other == one
                continue
            pd.testing.assert_frame_equal(other.table, one.table, check_exact=True)
            assert np.array_equal(other.covariance, one.covariance)
            assert other.notes == one.notes
    again = type(live).from_dict(stored.to_dict())
    assert again.to_dict() == live.to_dict()


def said(ask, name):
    try:
        return ask(name)
    except SurveyError as refused:
        return str(refused)


def test_a_fit_makes_no_effects_until_it_is_stored(design, monkeypatch):
    asked = []
    monkeypatch.setattr("wavebook.survey.fitting.FittedModel.averages", lambda *_: asked.append(1) or 1 / 0)
    fit = logit(design, "y ~ C(sex) + C(group)")
    assert fit.variables == ("group", "sex")
    with pytest.raises(ZeroDivisionError):
        fit.to_dict()
    assert asked


def test_cells_count_the_respondents_of_every_level_and_joint_cell(survey):
    band = pd.cut(survey["age"], [0, 30, 50, 100, 200], labels=["young", "middle", "old", "ancient"])
    frame = survey.assign(band=band, flag=survey["age"] % 2 == 0, x=survey["age"] / 10)
    frame.loc[3, "weight"] = 0.0
    frame.loc[5, "sex"] = None
    fit = logit(Design(frame, **CLUSTERED), "y ~ band*sex + flag + x + C(television):C(old):x + C(age > 40)")
    cells = fit.cells
    used = frame.drop(index=[3, 5])
    assert list(cells.columns) == ["term", "level", "n", "ones"]
    wanted = {
        "band": used["band"].value_counts(),
        "sex": used["sex"].value_counts(),
        "flag": used["flag"].value_counts(),
        "C(age > 40)": (used["age"] > 40).value_counts(),
        "C(television)": used["television"].value_counts(),
        "C(old)": used["old"].value_counts(),
        "band:sex": used[["band", "sex"]].value_counts(),
        "C(television):C(old)": used[["television", "old"]].value_counts(),
    }
    assert list(cells["term"].unique()) == list(wanted)
    for term, counts in wanted.items():
        named = {", ".join(map(str, k)) if isinstance(k, tuple) else str(k): n for k, n in counts.items() if n}
        assert cells[cells["term"] == term].set_index("level")["n"].to_dict() == named
    ones = used[used["y"] == 1]["sex"].value_counts().to_dict()
    assert cells[cells["term"] == "sex"].set_index("level")["ones"].to_dict() == ones
    assert list(cells[cells["term"] == "band"]["level"]) == ["young", "middle", "old"]
    assert cells["n"].dtype == np.int64


def test_a_model_without_categories_has_no_cells(design):
    assert logit(design, "y ~ x").cells.empty


def test_a_number_of_two_values_has_cells_as_well(survey, design):
    cells = logit(design, "y ~ television + x").cells
    assert list(cells["term"]) == ["television"] * 2
    assert cells["n"].tolist() == [(survey["television"] == value).sum() for value in (0, 1)]


def test_a_fit_can_be_shown_without_its_other_variables(design):
    whole = logit(design, "y ~ television * C(sex) + x")
    shown = whole.showing(["television"])
    assert list(shown.table["term"]) == ["television"]
    at = list(whole.table["term"]).index("television")
    assert shown.table["estimate"].item() == whole.table["estimate"][at]
    assert shown.covariance == whole.covariance[at, at]
    effects = shown.average_marginal_effects("television")
    assert effects.table.equals(whole.average_marginal_effects("television").table)
    stored = type(shown).from_dict(json.loads(json.dumps(shown.to_dict())))
    assert stored.variables == ("television",)
    assert stored.cells is None
    for fit in (shown, stored):
        with pytest.raises(SurveyError, match="x: is not in the formula"):
            fit.predictions("x")
    both = whole.showing(["television", "sex"]).table["term"]
    assert list(both) == ["television", "C(sex)[T.male]", "television:C(sex)[T.male]"]


def test_only_what_the_formula_holds_can_be_shown(design):
    with pytest.raises(SurveyError, match="income: is not in the formula, which holds x"):
        logit(design, "y ~ x").showing(["income"])


def with_hamlet(survey):
    """A hamlet of 20 people in five PSUs who all answered alike."""
    town = np.where((survey.index % 10 == 0), "hamlet", survey["sex"])
    return survey.assign(town=town, y=survey["y"].where(town != "hamlet", 1))


def test_a_penalty_makes_an_estimate_finite_where_a_group_answered_alike(survey):
    frame = with_hamlet(survey).assign(weight=1.0)
    design = Design(frame, **CLUSTERED)
    with pytest.raises(SurveyError, match="town = hamlet separate the outcomes perfectly"):
        logit(design, "y ~ C(town)")
    fit = logit(design, "y ~ 0 + C(town)", penalty="firth")
    table = fit.table.set_index("term")
    # In a saturated model the penalty adds one half to each count.
    for town, here in frame.groupby("town"):
        ones, others = here["y"].sum() + 0.5, (1 - here["y"]).sum() + 0.5
        assert table.loc[f"C(town)[{town}]", "estimate"] == pytest.approx(np.log(ones / others), rel=1e-10)
    # Nobody there varies; the standard error is that of as many independent people.
    n, p = (frame["town"] == "hamlet").sum(), 1 / (1 + np.exp(-table.loc["C(town)[hamlet]", "estimate"]))
    assert table.loc["C(town)[hamlet]", "se"] == pytest.approx(1 / np.sqrt(n * p * (1 - p)), rel=1e-9)
    effect = fit.average_marginal_effects("town").table.set_index("contrast")["se"]
    assert (effect > 0.01).all()


def test_no_penalised_variance_is_less_than_that_of_independent_respondents(survey):
    weight = survey["weight"].to_numpy()
    fit = logit(Design(survey, **CLUSTERED), "y ~ C(group) + age", penalty="firth")
    x, mu = fit.model.x[fit.model.pattern], fit.model.mu[fit.model.pattern]
    bread = np.linalg.inv((x * (weight * mu * (1 - mu))[:, None]).T @ x)
    least = bread @ (x * (weight**2 * mu * (1 - mu))[:, None]).T @ x @ bread
    assert (np.diag(fit.covariance) >= np.diag(least) * (1 - 1e-12)).all()
    effect = fit.average_marginal_effects("group")
    assert (effect.table["se"] > 0).all()
    assert np.linalg.eigvalsh(effect.covariance).min() > 0


@given(st.integers(0, 10_000))
@settings(max_examples=10)
def test_a_penalised_estimate_nears_the_ordinary_one_as_respondents_grow(seed):
    frame = make_survey(seed)
    ordinary = logit(Design(frame, **CLUSTERED), "y ~ C(group) + age").table["estimate"].to_numpy()
    away = []
    for times in (1, 10, 100):
        design = Design(pd.concat([frame] * times, ignore_index=True), weights="weight")
        away.append(np.abs(logit(design, "y ~ C(group) + age", penalty="firth").table["estimate"] - ordinary).max())
    assert away[1] == pytest.approx(away[0] / 10, rel=0.3)
    assert away[2] == pytest.approx(away[0] / 100, rel=0.3)


@given(st.integers(0, 10_000), st.floats(0.001, 1000))
@settings(max_examples=10)
def test_a_penalised_fit_does_not_depend_on_the_unit_of_the_weights_nor_on_which_outcome_is_1(seed, unit):
    frame = make_survey(seed).assign(other=lambda f: f["weight"] * unit, not_y=lambda f: 1 - f["y"])
    fit = logit(Design(frame, **CLUSTERED), "y ~ C(group) + age", penalty="firth")
    scaled = logit(Design(frame, **CLUSTERED | {"weights": "other"}), "y ~ C(group) + age", penalty="firth")
    turned = logit(Design(frame, **CLUSTERED), "not_y ~ C(group) + age", penalty="firth")
    estimate = fit.table["estimate"].to_numpy()
    assert scaled.table["estimate"].to_numpy() == pytest.approx(estimate, rel=1e-9, abs=1e-11)
    assert turned.table["estimate"].to_numpy() == pytest.approx(-estimate, rel=1e-9, abs=1e-11)
    for other in (scaled, turned):
        assert other.covariance == pytest.approx(fit.covariance, rel=1e-8, abs=1e-13)


def test_a_penalised_fit_is_stored_and_shown_as_any(survey):
    fit = logit(Design(with_hamlet(survey), **CLUSTERED), "y ~ C(town) + age", penalty="firth")
    shown = fit.showing(["town"])
    stored = type(shown).from_dict(json.loads(json.dumps(shown.to_dict())))
    for question in ("average_marginal_effects", "predictions"):
        assert getattr(stored, question)("town").table.equals(getattr(fit, question)("town").table)


def test_an_unknown_penalty_is_refused(design):
    with pytest.raises(SurveyError, match="penalty: 'ridge' is none of firth"):
        logit(design, "y ~ x", penalty="ridge")
