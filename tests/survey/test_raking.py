import numpy as np
import pandas as pd
import pytest

from surveys import CLUSTERED
from wavebook.survey import Design, SurveyError, rake, shares

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
