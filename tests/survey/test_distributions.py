import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from wavebook.survey import distributions as d

tails = st.floats(1e-6, 0.5)


@given(tails, st.floats(1, 1e6))
def test_quantiles_and_tails_are_those_of_scipy(tail, df):
    assert d.t_quantile(tail, df) == pytest.approx(stats.t.isf(tail, df), rel=1e-9)
    t = stats.t.isf(tail, df)
    assert d.t_two_sided(-t, df) == pytest.approx(2 * tail, rel=1e-9)
    assert d.normal_quantile(tail) == pytest.approx(stats.norm.isf(tail), rel=1e-12)
    assert d.f_tail(2.5, 3, df) == pytest.approx(stats.f.sf(2.5, 3, df), rel=1e-9)
    assert d.chi2_tail(4.2, 3) == pytest.approx(stats.chi2.sf(4.2, 3), rel=1e-12)


def test_infinite_and_no_degrees_of_freedom():
    df = np.array([np.inf, 0.0, -1.0, np.nan, 5.0])
    for values in (d.t_quantile(0.025, df), d.t_two_sided(2.0, df)):
        assert np.isnan(values).tolist() == [False, True, True, True, False]
    assert d.t_quantile(0.025, np.inf) == pytest.approx(1.959963984540054)
    assert d.f_tail(2.5, 3, np.inf) == pytest.approx(stats.chi2.sf(7.5, 3))


@given(st.integers(0, 50), st.integers(50, 5000))
def test_clopper_and_pearson(successes, n):
    lower, upper = d.clopper_pearson(np.array([successes / n]), np.array([float(n)]), 0.95)
    wanted = stats.binomtest(successes, n).proportion_ci(method="exact")
    assert [lower[0], upper[0]] == pytest.approx([wanted.low, wanted.high], rel=1e-8, abs=1e-12)
