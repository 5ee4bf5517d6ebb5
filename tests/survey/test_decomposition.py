import numpy as np
import pandas as pd
import pytest

from surveys import CLUSTERED, make_survey
from wavebook.survey import Design, SurveyError, decompose, shares
from wavebook.survey.replicates import jackknife, replicate_covariance


def test_composition_and_within_make_the_whole_change(survey):
    frame = survey.assign(stratum=survey["stratum"].astype(str) + survey["wave"])
    design = Design(frame, weights="weight", strata="stratum", psu="psu", nest=True)
    table = decompose(design, "y", between="wave", groups=["group", "sex"]).table.set_index("component")
    p = shares(design, "y", by="wave").table["share"]
    assert table["estimate"]["total"] == pytest.approx(p[1] - p[0])
    assert table["estimate"]["composition"] + table["estimate"]["within"] == pytest.approx(table["estimate"]["total"])
    result = shares(design, "y", by="wave")
    assert table["se"]["total"] ** 2 == pytest.approx(np.array([-1, 1]) @ result.covariance @ [-1, 1])


def test_the_standard_errors_of_a_decomposition_agree_with_the_jackknife():
    design = Design(make_survey(3, strata=8, psus=12, people=25), **CLUSTERED)
    found = decompose(design, "y", between="wave", groups="old").table
    factors, scale = jackknife(design)
    estimates = []
    for factor in factors:
        again = Design(design.data.assign(weight=design.weights * factor[design.psu]), weights="weight")
        estimates.append(decompose(again, "y", between="wave", groups="old").table["estimate"].to_numpy())
    covariance = replicate_covariance(np.array(estimates), found["estimate"].to_numpy(), scale)
    assert found["se"].to_numpy() == pytest.approx(np.sqrt(np.diag(covariance)), rel=0.03)


def test_composition_alone():
    """Shares within groups stay as they are; the groups change size."""
    rows = [(w, g, y) for w, sizes in (("a", (80, 20)), ("b", (20, 80))) for g, n in zip("xy", sizes, strict=True)
            for y in ([1, 0] * (n // 2) if g == "x" else [1, 1, 1, 0] * (n // 4))]  # fmt: skip
    design = Design(pd.DataFrame(rows, columns=["wave", "group", "y"]))
    table = decompose(design, "y", "wave", "group").table.set_index("component")["estimate"]
    assert table["composition"] == pytest.approx(0.6 * 0.25)
    assert table["within"] == pytest.approx(0)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: f.assign(wave="2022"), "wave: has 1 values among the rows, not two"),
        (lambda f: f.assign(group=f["group"].where(f["wave"] == "2022", "new")), "the group a is found in 2022 only"),
    ],
)
def test_changes_that_cannot_be_split_are_refused(survey, change, message):
    with pytest.raises(SurveyError, match=message):
        decompose(Design(change(survey), **CLUSTERED), "y", "wave", "group")
