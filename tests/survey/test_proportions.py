import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from surveys import CLUSTERED, make_survey
from wavebook.survey import Design, SurveyError, shares

ANSWERS = ["yes", "no", "don't know"]
seeds = st.integers(0, 10_000)


@given(seeds, st.floats(0.01, 1000))
@settings(max_examples=25)
def test_the_scale_of_weights_does_not_matter(seed, scale):
    frame = make_survey(seed)
    one, other = (shares(Design(f, **CLUSTERED), "y", by="group")
                  for f in (frame, frame.assign(weight=frame["weight"] * scale)))  # fmt: skip
    assert one.covariance == pytest.approx(other.covariance, rel=1e-9)
    assert one.table["share"].to_numpy() == pytest.approx(other.table["share"].to_numpy())


@given(seeds)
@settings(max_examples=25)
def test_the_order_of_rows_does_not_matter(seed):
    frame = make_survey(seed)
    one = shares(Design(frame, **CLUSTERED), "y", by=["group", "sex"])
    other = shares(Design(frame.sample(frac=1, random_state=seed), **CLUSTERED), "y", by=["group", "sex"])
    pd.testing.assert_frame_equal(one.table, other.table)
    assert one.covariance == pytest.approx(other.covariance)


@given(seeds)
@settings(max_examples=25)
def test_a_domain_of_all_is_no_domain(seed):
    design = Design(make_survey(seed).assign(all=True), **CLUSTERED)
    one, other = shares(design, "y", by="group"), shares(design, "y", by="group", within="all")
    pd.testing.assert_frame_equal(one.table, other.table)
    assert np.array_equal(one.covariance, other.covariance)


@given(seeds)
@settings(max_examples=25)
def test_exclusive_responses_sum_to_one_and_their_covariances_to_nought(seed):
    result = shares(Design(make_survey(seed), **CLUSTERED), ANSWERS)
    assert result.table["share"].sum() == pytest.approx(1)
    assert result.covariance.sum(axis=0) == pytest.approx(0, abs=1e-15)


@given(seeds)
@settings(max_examples=15)
def test_both_ways_to_the_covariance_agree(seed):
    """From PSU totals, and from influences of single respondents as calibrated designs need them."""
    design = Design(make_survey(seed), **CLUSTERED)
    fast = shares(design, ["y", "yes"], by="group", within="no" if seed % 2 else None)

    class Slow(Design):
        sums_suffice = False

    slow = shares(Slow(make_survey(seed), **CLUSTERED), ["y", "yes"], by="group", within="no" if seed % 2 else None)
    assert fast.covariance == pytest.approx(slow.covariance, abs=1e-16)


def test_every_row_its_own_psu_is_a_simple_random_sample(survey):
    row = shares(Design(survey), "y").table.iloc[0]
    p, n = survey["y"].mean(), len(survey)
    assert row["se"] ** 2 == pytest.approx(p * (1 - p) / (n - 1))
    assert row["deff"] == pytest.approx(1)
    assert row["df"] == n - 1


def test_missing_outcomes_drop_out_and_are_counted(survey):
    frame = survey.astype({"y": float})
    frame.loc[:9, "y"] = np.nan
    result = shares(Design(frame, **CLUSTERED), "y")
    assert (result.table["n"][0], result.table["missing"][0]) == (190, 10)
    assert result.notes == ("10 missing outcomes dropped out",)


@pytest.mark.parametrize("interval", ["logit", "wilson", "beta"])
@pytest.mark.parametrize("value", [0, 1])
def test_nobody_and_everybody_have_an_interval(survey, interval, value):
    row = shares(Design(survey.assign(y=value), **CLUSTERED), "y", interval=interval).table.iloc[0]
    kish = survey["weight"].sum() ** 2 / (survey["weight"] ** 2).sum()
    reach = row["upper"] if value == 0 else 1 - row["lower"]
    assert reach == pytest.approx(stats.beta.isf(0.025, 1, kish))
    assert (row["se"], row["n_eff"]) == (0, pytest.approx(kish))


@pytest.mark.parametrize("interval", ["logit", "wilson", "beta"])
def test_a_share_without_variance_is_its_own_interval(interval):
    """Everybody in a stratum is alike, with a share and weights that leave something to rounding."""
    frame = pd.DataFrame({"stratum": np.repeat([0, 1, 2], 7), "y": np.repeat([0, 1, 1], 7), "weight": 0.1})
    row = shares(Design(frame, weights="weight", strata="stratum"), "y", interval=interval).table.iloc[0]
    assert (row["se"], row["n_eff"], row["deff"]) == (0, np.inf, 0)
    assert row["lower"] == row["share"] == row["upper"]


def test_a_group_without_an_outcome_has_no_estimate_and_says_so(survey):
    frame = survey.astype({"y": float})
    frame.loc[frame["group"] == "b", "y"] = np.nan
    result = shares(Design(frame, **CLUSTERED), "y", by="group")
    row = result.table.set_index("group").loc["b"]
    assert row["n"] == 0
    assert row[["share", "se", "lower", "upper"]].isna().all()
    assert "1 group has no outcome and no estimate" in result.notes
    assert result.table["share"].notna().sum() == 2


def test_a_group_in_one_psu_has_no_standard_error_and_says_so(survey):
    """Its influences sum to nought within the PSU: the formula would give 0."""
    frame = survey.assign(group=np.where(survey["psu"] == 7, "village", "rest"))
    result = shares(Design(frame, **CLUSTERED), "y", by="group")
    row = result.table.set_index("group").loc["village"]
    assert row["df"] == 0
    assert row[["se", "lower", "upper"]].isna().all()
    assert "1 group has no weight outside one PSU: no standard error" in result.notes


def test_a_group_that_weighs_nothing_has_no_estimate(survey):
    frame = survey.assign(weight=survey["weight"].where(survey["group"] != "b", 0.0))
    row = shares(Design(frame, **CLUSTERED), "y", by="group").table.set_index("group").loc["b"]
    assert row[["share", "se", "lower", "upper"]].isna().all()


def test_a_group_in_one_psu_a_stratum_has_no_interval_and_says_so(survey):
    frame = survey.assign(group=np.where(survey["psu"].isin([3, 7]), "villages", "rest"))
    result = shares(Design(frame, **CLUSTERED), "y", by="group")
    row = result.table.set_index("group").loc["villages"]
    assert row["df"] == 0
    assert row["se"] > 0
    assert row[["lower", "upper"]].isna().all()
    assert "1 group has no degrees of freedom and no interval" in result.notes


def test_categories_keep_their_order(survey):
    ordered = pd.Categorical(survey["group"], ["c", "a", "b", "never"], ordered=True)
    table = shares(Design(survey.assign(group=ordered), **CLUSTERED), "y", by="group").table
    assert list(table["group"]) == ["c", "a", "b"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"outcome": "age"}, "age: neither 0 nor 1 in rows 0, 1, 2, 3, 4 and 195 more"),
        ({"outcome": "sex"}, "sex: neither 0 nor 1"),
        ({"outcome": "z"}, "z: there is no such column"),
        ({"outcome": "y", "by": "z"}, "z: there is no such column"),
        ({"outcome": "y", "by": ["sex", "sex"]}, "by: sex, sex names a column twice"),
        ({"outcome": "y", "by": ["i", "j", "k", "l"]}, "combinations of values are too many to be groups"),
        ({"outcome": "y", "within": "age"}, "age: neither 0 nor 1"),
        ({"outcome": "y", "within": "nobody"}, "nobody: no row is left"),
        ({"outcome": "y", "interval": "wald"}, "interval: 'wald' is none of"),
        ({"outcome": "y", "level": 95}, "level: 95 is not between 0 and 1"),
    ],
)
def test_bad_input_is_refused_by_name(survey, arguments, message):
    frame = survey.assign(nobody=False, **{name: np.arange(200) for name in "ijkl"})
    with pytest.raises(SurveyError, match=message):
        shares(Design(frame, **CLUSTERED), **arguments)
