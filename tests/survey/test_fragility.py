"""What a comparison is worth if one answer had been another."""

import numpy as np
import pytest

from surveys import CLUSTERED
from wavebook.survey import Design, SurveyError, logit, one_otherwise

FORMULA = "y ~ television + C(sex)"


@pytest.fixture
def frame(survey):
    """A survey of whose viewers all but two say yes."""
    viewers = np.flatnonzero(survey["television"] == 1)
    y = survey["y"].to_numpy(float).copy()
    y[viewers] = 1
    y[viewers[:2]] = 0
    return survey.assign(y=y)


def test_each_answer_is_changed_once_and_the_middle_told(frame):
    found = one_otherwise(Design(frame, **CLUSTERED), FORMULA, "television").table.iloc[0]
    effects = []
    for place in np.flatnonzero((frame["television"] == 1) & (frame["y"] == 1)):
        changed = frame.assign(y=np.where(np.arange(len(frame)) == place, 0, frame["y"]))
        effects.append(
            logit(Design(changed, **CLUSTERED), FORMULA).average_marginal_effects("television").table.iloc[0]
        )
    assert found["changed"] == len(effects)
    assert found["p"] == pytest.approx(np.median([row["p"] for row in effects]))
    assert found["estimate"] == pytest.approx(np.median([row["estimate"] for row in effects]))
    assert found["beyond"] == sum(row["p"] < 0.05 for row in effects)


def test_the_design_is_left_as_it_was(frame):
    design = Design(frame, **CLUSTERED)
    before = logit(design, FORMULA).table
    one_otherwise(design, FORMULA, "television")
    assert logit(design, FORMULA).table.equals(before)


def test_where_nobody_gave_the_answer_there_is_none_to_change(frame):
    nobody = frame.assign(y=np.where(frame["television"] == 1, 0, frame["y"]))
    with pytest.raises(SurveyError, match="nobody who has it has y"):
        one_otherwise(Design(nobody, **CLUSTERED), FORMULA, "television")
