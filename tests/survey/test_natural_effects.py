import numpy as np
import pytest

from surveys import CLUSTERED, make_survey
from wavebook.survey import Design, SurveyError, mediation, shares


def test_direct_and_indirect_are_right_without_interaction_or_covariates():
    """With a saturated model the g-formula can be written out from the shares of cells."""
    design = Design(make_survey(5, strata=6, psus=8, people=20), **CLUSTERED)
    frame = design.data
    table = mediation(design, "y", "old", "television").table.set_index("effect")["estimate"]
    w = frame["weight"]
    p = lambda rows, name: np.average(frame.loc[rows, name], weights=w[rows])  # noqa: E731
    m = [p(frame["old"] == a, "television") for a in (0, 1)]
    y = [[p((frame["old"] == a) & (frame["television"] == b), "y") for b in (0, 1)] for a in (0, 1)]
    direct = (y[1][1] - y[0][1]) * m[0] + (y[1][0] - y[0][0]) * (1 - m[0])
    indirect = (y[1][1] - y[1][0]) * (m[1] - m[0])
    assert table[["direct", "indirect", "total"]].to_numpy() == pytest.approx([direct, indirect, direct + indirect])
    assert table["proportion"] == pytest.approx(indirect / (direct + indirect))


def test_the_standard_error_of_a_total_effect_is_that_of_a_difference():
    """Without covariates the total is the plain difference of two shares: the jackknife must agree with the formula."""
    design = Design(make_survey(7, strata=8, psus=12, people=25), **CLUSTERED)
    total = mediation(design, "y", "old", "television").table.iloc[0]
    result = shares(design, "y", by="old")
    difference = np.array([-1, 1])
    assert total["estimate"] == pytest.approx(difference @ result.table["share"])
    assert total["se"] == pytest.approx(np.sqrt(difference @ result.covariance @ difference), rel=0.02)


def test_jackknife_and_bootstrap_tell_the_same():
    design = Design(make_survey(7, strata=6, psus=10, people=20), **CLUSTERED)
    one, other = (
        mediation(design, "y", "old", "television", ["C(sex)", "age"], replicates=kind).table
        for kind in ("jkn", "bootstrap")
    )
    assert one["estimate"].to_numpy() == pytest.approx(other["estimate"].to_numpy())
    assert one["se"][:3].to_numpy() == pytest.approx(other["se"][:3].to_numpy(), rel=0.15)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("y", "age", "television"), "age: neither 0 nor 1"),
        (("y", "old", "never"), "never: does not vary"),
        (("y", "old", "television", ["z"]), "z: there is no such column"),
        (("y", "old", "television", ["C("]), "covariates: .* cannot be read"),
        (("y", "old", "television", [], "magic"), "replicates: 'magic' is neither"),
    ],
)
def test_mediations_that_cannot_be_are_refused(survey, arguments, message):
    with pytest.raises(SurveyError, match=message):
        mediation(Design(survey.assign(never=0), **CLUSTERED), *arguments)
