import json

import numpy as np
import pandas as pd
import pytest

from surveys import CLUSTERED
from wavebook.survey import (
    Contrasts,
    Decomposition,
    Design,
    Effects,
    Mediation,
    Shares,
    SurveyError,
    Test,
    answer_shares,
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
    yield answer_shares(design, "group", {"a or b": ["a", "b"], "nobody": ["z"]}, by="sex")
    yield from (fit.average_marginal_effects("group"), fit.predictions("group"))
    yield from (decompose(design, "y", "wave", "group"), mediation(design, "y", "old", "television"))
    times = pd.to_datetime(["2021-01-01", "2022-01-01", "2023-01-01"])
    yield trend(pd.DataFrame({"time": times, "share": [0.5, 0.6, 0.7], "se": 0.02, "mode": "phone"}))


def stored(result):
    return type(result).from_dict(json.loads(json.dumps(result.to_dict(), allow_nan=False)))


def assert_same(again, result):
    assert type(again) is type(result)
    assert again.to_dict() == result.to_dict()
    for name, value in vars(result).items():
        found = getattr(again, name)
        if isinstance(value, pd.DataFrame):
            pd.testing.assert_frame_equal(found, value, check_exact=True)
        elif isinstance(value, np.ndarray):
            assert np.array_equal(found, value, equal_nan=True)
        elif name not in {"model", "margins"}:
            assert found == value or (found != found and value != value)  # noqa: PLR0124 - not a number


def test_storing_loses_nothing(survey):
    for result in results(survey):
        assert_same(stored(result), result)


AWKWARD = pd.DataFrame(
    {
        "category": pd.Categorical(["b", None, "a", "b"], ["b", "a", "never"], ordered=True),
        "number category": pd.Categorical([3, 1, 3, None], [3, 1]),
        "text": ["x", None, "y", "x"],
        "anything": pd.Series([None, 1, "x", True], dtype=object),
        "number": [np.inf, -np.inf, np.nan, -0.0],
        "small": [5e-324, 1 / 3, 1e308, 2**53 + 2.0],
        "count": [1, 2, 3, 4],
        "known": [True, False, True, True],
        "perhaps": pd.array([1, None, 3, 4], dtype="Int64"),
        "time": pd.to_datetime(["2021-01-01", None, "2022-01-01", "2023-01-01 10:11"], format="ISO8601"),
    }
)
COVARIANCE = np.array([[np.inf, np.nan], [-np.inf, -0.0]])


@pytest.mark.parametrize(
    "result",
    [
        Shares(AWKWARD, covariance=COVARIANCE, df=np.inf, notes=("one", "two")),
        Shares(AWKWARD, covariance=COVARIANCE, df=np.nan),
        Contrasts(AWKWARD, covariance=COVARIANCE),
        Effects(AWKWARD, covariance=COVARIANCE),
        Test(AWKWARD),
        Decomposition(AWKWARD, covariance=COVARIANCE, df=-1.0),
        Mediation(AWKWARD.iloc[:0], covariance=np.zeros((0, 0)), df=np.inf),
    ],
    ids=lambda result: type(result).__name__,
)
def test_storing_keeps_what_is_missing_infinite_or_a_category(result):
    assert_same(stored(result), result)
    assert stored(stored(result)).to_dict() == result.to_dict()


@pytest.fixture
def by_two(survey):
    return shares(Design(survey, **CLUSTERED), "y", by=["group", "sex"])


def test_some_shares_keep_their_covariance(by_two):
    some = by_two.where(group="b")
    assert list(some.table["sex"]) == ["female", "male"]
    assert list(some.table.index) == [0, 1]
    assert np.array_equal(some.covariance, by_two.covariance[2:4, 2:4])
    assert (some.df, some.notes) == (by_two.df, by_two.notes)
    matrix = [[0, 0, -1, 1, 0, 0]]
    assert contrasts(some).table["se"][0] == pytest.approx(contrasts(by_two, matrix).table["se"][0])
    assert wald(some).df1 == 1


def test_shares_of_several_values_keep_the_order_of_the_table(by_two):
    some = by_two.where(sex="male", group=["c", "a"])
    assert some.labels == ["a, male", "c, male"]
    assert np.array_equal(some.covariance, by_two.covariance[np.ix_([1, 5], [1, 5])])
    assert by_two.where().labels == by_two.labels


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"wave": "2022"}, "wave: names none of the shares; they have group, sex"),
        ({"share": 0.5}, "share: names none of the shares; they have group, sex"),
        ({"group": "z"}, "group: no share has z; there are a, b, c"),
        ({"group": ["y", "z"]}, "group: no share has y or z; there are a, b, c"),
        ({"group": []}, "group: no share has any of no values; there are a, b, c"),
    ],
)
def test_shares_that_there_are_not_are_refused_by_name(by_two, wanted, message):
    with pytest.raises(SurveyError, match=message):
        by_two.where(**wanted)


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
