import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from surveys import CLUSTERED
from wavebook.survey import Design, SurveyError, shares


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
        ({"psu": ["psu", "house"]}, "house: there is no such column"),
        ({"psu": "village"}, "village: there is no such column"),
        ({"weights": "sex"}, "sex: missing or not a number in rows 0, 1, 2, 3, 4 and 195 more"),
        ({"lonely_psu": "hope"}, "lonely_psu: 'hope' is none of"),
        ({"psu": "psu", "fpc": ["weight", "weight"]}, "fpc: 2 columns for 1 stages"),
    ],
)
def test_what_is_not_there_is_named(survey, arguments, message):
    with pytest.raises(SurveyError, match=message):
        Design(survey, **arguments)


def test_a_design_keeps_the_data_it_was_built_on(survey):
    design = Design(survey, **CLUSTERED)
    before = shares(design, "y", by="group").table
    survey["group"] = "all the same"
    survey["y"] = 0
    pd.testing.assert_frame_equal(shares(design, "y", by="group").table, before)


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
