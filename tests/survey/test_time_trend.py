import numpy as np
import pandas as pd
import pytest
from scipy import stats

from wavebook.survey import Shares, SurveyError, trend

YEARS = pd.to_datetime(["2017-06-01", "2018-02-01", "2018-11-01", "2019-05-01", "2020-03-01", "2021-01-01"])


def test_a_slope_without_more_than_sampling_error_is_weighted_least_squares():
    t = (YEARS - YEARS[0]).days.to_numpy() / 365.25
    y, se = 0.9 - 0.05 * t + np.array([1, -1, 0.5, -0.5, 0.3, -0.3]) * 1e-3, np.array([1, 2, 1, 2, 1, 2]) / 100
    row = trend(pd.DataFrame({"time": YEARS, "share": y, "se": se})).table.iloc[0]
    x, w = np.column_stack([np.ones(6), t]), 1 / se**2
    cov = np.linalg.inv((x * w[:, None]).T @ x)
    assert row["slope"] == pytest.approx((cov @ x.T @ (w * y))[1])
    assert row["se"] == pytest.approx(np.sqrt(cov[1, 1]))  # Knapp and Hartung's factor is floored at 1
    assert (row["tau"], row["I2"], row["df"]) == (0, 0, 4)
    assert row["p"] == pytest.approx(2 * stats.t.sf(abs(row["t"]), 4))


def test_paule_and_mandel_makes_q_what_it_should_be():
    t = np.arange(6.0)
    y, se = np.array([0.5, 0.7, 0.45, 0.72, 0.5, 0.66]), np.full(6, 0.015)
    row = trend(pd.DataFrame({"time": t, "share": y, "se": se})).table.iloc[0]
    w = 1 / (se**2 + row["tau"] ** 2)
    x = np.column_stack([np.ones(6), t])
    beta = np.linalg.solve((x * w[:, None]).T @ x, x.T @ (w * y))
    assert (w * (y - x @ beta) ** 2).sum() == pytest.approx(4)
    assert row["Q"] > 4
    assert row["I2"] == pytest.approx(1 - 4 / row["Q"])


def test_no_slope_below_five_waves_of_one_mode():
    frame = pd.DataFrame({"time": YEARS, "share": 0.5, "se": 0.02, "mode": ["home"] * 4 + ["phone"] * 2})
    result = trend(frame)
    assert list(result.table["waves"]) == [4, 2]
    assert result.table["slope"].isna().all()
    assert set(result.level["segment"]) == {0, 1}
    assert result.level.loc[result.level["segment"] == 0, "time"].max() <= YEARS[3]


def test_the_smooth_line_is_the_local_level_model_of_statsmodels(monkeypatch):
    """At one given σ: Kalman smoother and closed form are the same."""
    from statsmodels.tsa.statespace.mlemodel import MLEModel

    t, y, se, sigma = np.array([0.0, 0.7, 1.5, 2.0, 3.2]), np.array([0.9, 0.7, 0.65, 0.5, 0.58]), 0.02, 0.08
    model = MLEModel(y, k_states=1, k_posdef=1, initialization="diffuse")
    model["design"], model["transition"], model["selection"] = [[1.0]], [[1.0]], [[1.0]]
    model["obs_cov"] = np.full((1, 1, 5), se**2)
    model["state_cov"] = np.append(np.diff(t), 0).reshape(1, 1, 5) * sigma**2
    smoothed = model.ssm.smooth()
    monkeypatch.setattr("wavebook.survey.time_trend._GRID", 1)
    monkeypatch.setattr("wavebook.survey.time_trend.SCALE", sigma)  # the median of the prior is its scale
    level = trend(pd.DataFrame({"time": t, "share": y, "se": se})).level.set_index("time").loc[t]
    assert level["level"].to_numpy() == pytest.approx(smoothed.smoothed_state[0], abs=1e-5)
    half = stats.norm.isf(0.025) * np.sqrt(smoothed.smoothed_state_cov[0, 0])
    assert (level["upper"] - level["level"]).to_numpy() == pytest.approx(half, abs=1e-5)


def test_a_step_is_found_where_it_is_and_noise_is_not():
    se = np.full(6, 0.015)
    stepped = trend(pd.DataFrame({"time": YEARS, "share": [0.8, 0.81, 0.8, 0.6, 0.61, 0.6], "se": se})).step.iloc[0]
    assert stepped["after"] == 2
    assert stepped["estimate"] == pytest.approx(-0.2)
    assert stepped["p"] < 1e-4
    flat = trend(pd.DataFrame({"time": YEARS, "share": [0.8, 0.81, 0.79, 0.8, 0.81, 0.8], "se": se})).step.iloc[0]
    assert flat["p"] > 0.2


def test_the_order_of_waves_does_not_matter():
    frame = pd.DataFrame({"time": YEARS, "share": [0.8, 0.75, 0.7, 0.6, 0.61, 0.6], "se": 0.02})
    pd.testing.assert_frame_equal(trend(frame).table, trend(frame.iloc[::-1]).table)


def test_shares_bring_their_whole_covariance():
    frame = pd.DataFrame({"time": np.arange(6.0), "share": [0.8, 0.76, 0.72, 0.67, 0.64, 0.6], "se": 0.02})
    covariance = 0.02**2 * (0.5 * np.eye(6) + 0.5)
    joint = trend(Shares(frame, covariance=covariance)).table.iloc[0]
    alone = trend(frame).table.iloc[0]
    assert joint["se"] < alone["se"]  # what all waves have in common does not blur their slope


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (pd.DataFrame({"share": [0.5], "se": [0.1]}), "time: waves have no such column"),
        (pd.DataFrame({"time": [1, 2], "share": [0.5, 0.5], "se": [0.1, 0.0]}), "se: wave 1 has no positive se"),
        (pd.DataFrame({"time": [1, 1], "share": [0.5, 0.5], "se": [0.1, 0.1]}), "fall on the same time"),
        (pd.DataFrame({"time": ["x"], "share": [0.5], "se": [0.1]}), "neither datetimes nor numbers"),
    ],
)
def test_waves_that_make_no_trend_are_refused(frame, message):
    with pytest.raises(SurveyError, match=message):
        trend(frame)
