import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from wavebook.survey import published_shares


def frame(*rows, **columns):
    data = pd.DataFrame(list(rows), columns=["wave", "response", "share", "n", "deff"]).assign(step=0.01)
    return data.assign(**columns)


def test_variance_is_sampling_at_the_effective_number_plus_rounding():
    table = published_shares(frame(("w", "a", 0.48, 1511, 1.65))).table
    assert table["se"][0] ** 2 == pytest.approx(0.48 * 0.52 * 1.65 / 1511 + 0.01**2 / 12, rel=1e-12)
    assert table["n_eff"][0] == pytest.approx(1511 / 1.65)


def test_the_interval_is_made_on_the_logit_scale():
    table = published_shares(frame(("w", "a", 0.9, 1000, 1.5), ("w", "b", 0.05, 1000, 1.5), step=1e-9)).table
    for row in table.itertuples():
        centre = np.log(row.share / (1 - row.share))
        half = stats.norm.isf(0.025) / np.sqrt(row.n_eff * row.share * (1 - row.share))
        assert [row.lower, row.upper] == pytest.approx(
            [1 / (1 + np.exp(-(centre + s * half))) for s in (-1, 1)], rel=1e-8
        )


def test_exclusive_answers_of_one_wave_vary_against_each_other_and_waves_do_not():
    shares = published_shares(frame(("w", "a", 0.3, 1000, 2.0), ("w", "b", 0.6, 1000, 2.0), ("v", "a", 0.3, 1000, 2.0)))
    assert shares.covariance[0, 1] == pytest.approx(-0.3 * 0.6 / 500)
    assert shares.covariance[0, 2] == 0
    assert np.allclose(shares.covariance, shares.covariance.T)


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_none_and_everyone_get_the_exact_interval(share):
    table = published_shares(frame(("w", "a", share, 300, 1.5), step=0.0)).table
    reach = table["upper"][0] if share == 0 else 1 - table["lower"][0]
    assert reach == pytest.approx(stats.beta.ppf(0.975, 1, 200), rel=1e-12)
    assert {table["lower"][0], table["upper"][0]} & {0.0, 1.0}


@given(st.floats(0.001, 0.999), st.integers(30, 100_000), st.floats(1, 5))
def test_intervals_hold_their_share_and_stay_within_bounds(share, n, deff):
    table = published_shares(frame(("w", "a", share, n, deff))).table
    assert 0 <= table["lower"][0] < share < table["upper"][0] <= 1


@pytest.mark.parametrize(
    ("column", "value"), [("n", np.nan), ("n", 0), ("deff", 0), ("deff", np.nan), ("share", 1.2), ("share", None)]
)
def test_what_an_interval_cannot_rest_on_is_named(column, value):
    with pytest.raises(ValueError, match=rf"w, a: {column} is"):
        published_shares(frame(("w", "a", 0.5, 100, 1.5)).assign(**{column: [value]}))
