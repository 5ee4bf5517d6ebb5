import numpy as np
import pytest

from surveys import CLUSTERED, make_survey
from wavebook.survey import Design, shares
from wavebook.survey.proportions import group_sums
from wavebook.survey.replicates import bootstrap, replicate_covariance


def test_the_bootstrap_agrees_with_the_formula():
    design = Design(make_survey(2, strata=6, psus=10, people=20), **CLUSTERED)
    result = shares(design, "y", by="group")
    factors, scale = bootstrap(design, 4000, seed=1)
    _, weight, with_it = group_sums(design, "y", "group")
    covariance = replicate_covariance((factors @ with_it) / (factors @ weight), result.table["share"].to_numpy(), scale)
    assert np.sqrt(np.diag(covariance)) == pytest.approx(result.table["se"].to_numpy(), rel=0.05)
