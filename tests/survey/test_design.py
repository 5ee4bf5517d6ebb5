import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from surveys import CLUSTERED
from wavebook.survey import Design, SurveyError, rake, shares


@pytest.mark.parametrize(
    ("column", "row", "value", "arguments", "message"),
    [
        ("weight", 3, -1.0, {}, "weight: negative in row 3"),
        ("weight", 3, np.nan, {}, "weight: missing or not a number in row 3"),
        ("weight", 3, np.inf, {}, "weight: infinite in row 3"),
        ("weight", slice(None), 0.0, {}, "weight: all weights are zero"),
        ("psu", 3, np.nan, {}, "psu: missing in row 3"),
        ("stratum", 3, np.nan, {}, "stratum: missing in row 3"),
        ("psu", 3, 19, {}, "psu: 19 recur in several strata of stratum, in rows 3, 190, 191"),
        ("fpc", 3, np.nan, {"fpc": "fpc"}, "fpc: missing, not a number or not positive in row 3"),
        ("fpc", slice(None), 3.0, {"fpc": "fpc"}, "fpc: smaller than its sample in rows 0, 1, 2"),
        ("fpc", 3, 60.0, {"fpc": "fpc"}, "fpc: not constant within its stratum or unit, see row"),
        ("fpc", slice(0, 40), 0.5, {"fpc": "fpc"}, "fpc: fpc mix population sizes and sampling fractions"),
    ],
)
def test_faulty_designs_name_column_and_rows(survey, column, row, value, arguments, message):
    frame = survey.assign(fpc=50.0).astype({"psu": float, "stratum": float})
    frame.loc[row, column] = value
    with pytest.raises(SurveyError, match=r".") as refused:
        Design(frame, **CLUSTERED, **arguments)
    assert message.replace("19 ", "19.0 ") in str(refused.value).replace("19 ", "19.0 ")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"weights": "wieght"}, "wieght: there is no such column"),
        ({"psu": "village"}, "village: there is no such column"),
        ({"weights": "sex"}, "sex: missing or not a number in rows 0, 1, 2, 3, 4 and 195 more"),
        ({"lonely_psu": "hope"}, "lonely_psu: 'hope' is none of"),
        ({"psu": "psu", "fpc": ["weight", "weight"]}, "fpc: 2 columns for 1 stages"),
    ],
)
def test_what_is_not_there_is_named(survey, arguments, message):
    with pytest.raises(SurveyError, match=message):
        Design(survey, **arguments)


def test_a_refusal_is_a_value_error():
    assert issubclass(SurveyError, ValueError)


def test_an_empty_frame_is_refused():
    with pytest.raises(SurveyError, match="there are no rows"):
        Design(pd.DataFrame({"y": []}))


def test_nested_labels_are_different_units(survey):
    frame = survey.assign(psu=survey["psu"] % 4)
    with pytest.raises(SurveyError, match="use nest=True"):
        Design(frame, **CLUSTERED)
    nested = Design(frame, **CLUSTERED, nest=True)
    plain = Design(survey, **CLUSTERED)
    assert nested.df == plain.df == 15
    assert shares(nested, "y").covariance == pytest.approx(shares(plain, "y").covariance)


def test_fractions_and_sizes_say_the_same(survey):
    frame = survey.assign(size=20.0, fraction=4 / 20)
    by_size, by_fraction = (Design(frame, **CLUSTERED, fpc=name) for name in ("size", "fraction"))
    assert shares(by_size, "y").covariance == pytest.approx(shares(by_fraction, "y").covariance)


def test_a_census_has_no_sampling_variance(survey):
    assert shares(Design(survey.assign(fpc=4.0), **CLUSTERED, fpc="fpc"), "y").table["se"][0] == 0


def test_one_psu_in_all_is_refused(survey):
    with pytest.raises(SurveyError, match="one PSU in all"):
        shares(Design(survey.assign(psu=1), psu="psu"), "y")


def test_importing_the_estimators_does_not_load_statsmodels():
    code = "import sys, wavebook.survey; sys.exit(bool({'statsmodels', 'formulaic', 'altair'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


MARGINS = {"sex": {"female": 600.0, "male": 400.0}, "group": {"a": 300.0, "b": 300.0, "c": 400.0}}


def test_raked_weights_meet_every_margin(survey):
    raked = rake(Design(survey, **CLUSTERED), MARGINS)
    for name, wanted in MARGINS.items():
        found = pd.Series(raked.weights).groupby(survey[name]).sum()
        assert found.to_dict() == pytest.approx(wanted)


def test_a_raked_margin_has_no_variance(survey):
    raked = rake(Design(survey.assign(woman=survey["sex"] == "female"), **CLUSTERED), MARGINS)
    row = shares(raked, "woman").table.iloc[0]
    assert row["share"] == pytest.approx(0.6)
    assert row["se"] == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(
    ("margins", "message"),
    [
        ({}, "margins: none are given"),
        ({"sex": {"female": 1, "male": 1, "other": 1}}, "sex: no row has the level 'other'"),
        ({"sex": {"female": 1}}, "sex: the margin has no total for 'male', as in row"),
        ({"sex": {"female": 1, "male": -1}}, "sex: totals must be numbers of 0 or more"),
        ({"sex": {"female": 1, "male": np.nan}}, "sex: totals must be numbers of 0 or more"),
        ({"sex": {"female": 1, "male": 1}, "group": {"a": 1, "b": 1, "c": 1}}, "grand totals differ"),
        ({"gender": {"female": 1}}, "gender: there is no such column"),
    ],
)
def test_margins_that_make_no_sense_are_refused(survey, margins, message):
    with pytest.raises(SurveyError, match=message):
        rake(Design(survey, **CLUSTERED), margins)


def test_margins_that_cannot_be_met_together_are_refused(survey):
    frame = survey.assign(same=survey["sex"])
    margins = {"sex": {"female": 600, "male": 400}, "same": {"female": 500, "male": 500}}
    with pytest.raises(SurveyError, match="cannot be met together"):
        rake(Design(frame, **CLUSTERED), margins)


def test_raking_twice_is_refused(survey):
    with pytest.raises(SurveyError, match="raked already"):
        rake(rake(Design(survey, **CLUSTERED), MARGINS), MARGINS)
