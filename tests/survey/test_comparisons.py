import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.multitest import multipletests

from surveys import CLUSTERED
from wavebook.survey import (
    Design,
    Shares,
    SurveyError,
    contrasts,
    holm,
    independence,
    mode_bridge,
    published_shares,
    shares,
    wald,
)


def two_waves(p, n, deff):
    rows = {"wave": ["v", "w"], "response": ["a", "a"], "share": [p, p], "step": [0.0, 0.0]}
    return published_shares(pd.DataFrame(rows).assign(n=n, deff=deff))


@pytest.mark.parametrize(("n", "points"), [(1000, 7.7), (1500, 6.3)])
def test_the_smallest_change_that_would_have_been_seen(n, points):
    table = contrasts(two_waves(0.5, n, 1.5)).table
    assert round(100 * table["mde"][0], 1) == points


def test_contrasts_use_the_whole_covariance():
    covariance = np.array([[4.0, -1.0, 0.5], [-1.0, 9.0, 2.0], [0.5, 2.0, 1.0]]) / 1e4
    shares = Shares(pd.DataFrame({"share": [0.2, 0.5, 0.3], "df": [30.0, 50.0, np.inf]}), covariance=covariance)
    matrix = np.array([[-1, 1, 0], [1, 1, -2]])
    table = contrasts(shares, matrix, adjust="none", names=["a", "b"]).table
    assert table["se"].to_numpy() ** 2 == pytest.approx(np.diag(matrix @ covariance @ matrix.T))
    assert list(table["df"]) == [30, 30]
    assert table["p"].to_numpy() == pytest.approx(table["p_adjusted"])


def test_holm_agrees_with_statsmodels():
    rng = np.random.default_rng(1)
    shares = Shares(
        pd.DataFrame({"share": rng.uniform(0, 1, 6), "df": np.inf}), covariance=np.diag(rng.uniform(0.001, 0.1, 6))
    )
    table = contrasts(shares, np.eye(6)).table
    assert table["p_adjusted"].to_numpy() == pytest.approx(multipletests(table["p"], method="holm")[1])


def test_in_a_family_not_all_told_the_adjusted_are_the_largest_they_can_be():
    told, untold = np.array([0.008, 0.024, 0.2]), np.random.default_rng(2).uniform(0, 1, (200, 2))
    most = holm(told, tests=5)
    assert most[1] == pytest.approx(4 * 0.024)
    for others in untold:
        assert (holm([*told, *others])[:3] <= most + 1e-12).all()
    with pytest.raises(SurveyError, match="a family of 2 cannot hold 3"):
        holm(told, tests=2)


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="does not fit"):
        contrasts(two_waves(0.5, 1000, 1.5), [[1, 1, 1]])
    with pytest.raises(ValueError, match="neither 'holm' nor 'none'"):
        contrasts(two_waves(0.5, 1000, 1.5), adjust="hope")


@pytest.mark.parametrize("sign", [-1, 1])
def test_at_the_tipping_point_the_corrected_interval_touches_zero(sign):
    bridge = mode_bridge(sign * 0.27, 0.018)
    z = (bridge["upper"] - bridge["change"]) / 0.018
    assert bridge["change"] - bridge["tipping"] == pytest.approx(sign * z * 0.018)
    assert bridge["bridged_se"] == pytest.approx(np.hypot(0.018, 0.03))


def test_without_a_finding_there_is_nothing_to_undo():
    assert mode_bridge(0.01, 0.02)["tipping"] == 0


def test_pairwise_and_adjacent_contrasts(survey):
    result = shares(Design(survey, **CLUSTERED), "y", by="group")
    p = result.table["share"].to_numpy()
    adjacent, pairwise = contrasts(result), contrasts(result, "pairwise")
    assert list(adjacent.table["contrast"]) == ["b - a", "c - b"]
    assert list(pairwise.table["contrast"]) == ["b - a", "c - a", "c - b"]
    assert pairwise.table["estimate"].to_numpy() == pytest.approx([p[1] - p[0], p[2] - p[0], p[2] - p[1]])


def test_the_wald_test_of_two_groups_is_the_square_of_their_contrast(survey):
    result = shares(Design(survey, **CLUSTERED), "y", by="sex")
    test, contrast = wald(result), contrasts(result).table.iloc[0]
    assert pytest.approx(contrast["t"] ** 2) == test.F
    assert (test.df1, test.df2) == (1, 15)
    assert test.p == pytest.approx(contrast["p"])


def test_tests_that_cannot_be_made_are_refused(survey):
    design = Design(survey.assign(one="x"), **CLUSTERED)
    with pytest.raises(SurveyError, match="at least two"):
        wald(shares(design, "y"))
    with pytest.raises(SurveyError, match="linearly dependent"):
        wald(shares(design, ["yes", "yes"]))
    with pytest.raises(SurveyError, match="one: fewer than two categories"):
        independence(design, "y", "one")
