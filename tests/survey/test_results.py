import json

import numpy as np
import pandas as pd
import pytest

from surveys import CLUSTERED
from wavebook.survey import (
    Design,
    SurveyError,
    contrasts,
    decompose,
    independence,
    logit,
    mediation,
    shares,
    trend,
    wald,
)


def results(frame):
    design = Design(frame, **CLUSTERED)
    by = shares(design, "y", by=["group", "sex"])
    fit = logit(design, "y ~ age + C(group)")
    yield from (by, contrasts(by), wald(by), independence(design, "y", "group"), fit)
    yield from (fit.average_marginal_effects("group"), fit.predictions("group"))
    yield from (decompose(design, "y", "wave", "group"), mediation(design, "y", "old", "television"))
    times = pd.to_datetime(["2021-01-01", "2022-01-01", "2023-01-01"])
    yield trend(pd.DataFrame({"time": times, "share": [0.5, 0.6, 0.7], "se": 0.02, "mode": "phone"}))


def test_storing_loses_nothing(survey):
    for result in results(survey):
        again = type(result).from_dict(json.loads(json.dumps(result.to_dict(), allow_nan=False)))
        assert again.to_dict() == result.to_dict()
        for name, value in vars(result).items():
            if isinstance(value, pd.DataFrame):
                pd.testing.assert_frame_equal(getattr(again, name), value, check_exact=True)
            elif isinstance(value, np.ndarray):
                assert np.array_equal(getattr(again, name), value, equal_nan=True)
        assert again.notes == result.notes


def test_results_read_plainly(survey):
    for result in results(survey):
        shown = repr(result)
        assert next(iter(result.table.columns)) in shown
        assert "object at 0x" not in shown


def test_notes_are_shown(survey):
    frame = survey.astype({"y": float})
    frame.loc[0, "y"] = np.nan
    assert "note: 1 missing outcomes dropped out" in repr(shares(Design(frame, **CLUSTERED), "y"))


def test_a_stored_result_of_another_kind_is_refused(survey):
    result = shares(Design(survey, **CLUSTERED), "y")
    with pytest.raises(SurveyError, match="a Shares, not a Contrasts"):
        type(contrasts(shares(Design(survey, **CLUSTERED), "y", by="sex"))).from_dict(result.to_dict())
