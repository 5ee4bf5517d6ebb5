import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavebook.survey import Design, SurveyError, e_value, ratio, shares
from wavebook.survey.bounds import mix_bounds

fractions = st.floats(0.01, 0.99)


def test_the_e_value_of_a_published_example():
    """VanderWeele and Ding (2017): a risk ratio of 3.9 has an E-value of 7.26, its lower limit 1.8 one of 3.0."""
    assert e_value(3.9) == pytest.approx(7.26, abs=0.005)
    assert e_value(1.8) == pytest.approx(3.0, abs=0.005)
    assert e_value(1) == 1


@given(st.floats(0.05, 20))
def test_the_e_value_does_not_ask_which_group_comes_first(risk_ratio):
    assert e_value(risk_ratio) == pytest.approx(e_value(1 / risk_ratio))


def test_the_ratio_of_two_independent_shares_is_that_of_the_textbook():
    p, n = np.array([0.2, 0.3]), np.array([400, 500])
    found, lower, upper = ratio(p, np.diag(p * (1 - p) / n))
    se = math.sqrt((1 - 0.2) / (0.2 * 400) + (1 - 0.3) / (0.3 * 500))  # Katz's interval
    assert found == pytest.approx(1.5)
    assert (lower, upper) == (
        pytest.approx(1.5 * math.exp(-1.959964 * se)),
        pytest.approx(1.5 * math.exp(1.959964 * se)),
    )


def test_the_covariance_of_groups_counts():
    dice = np.random.default_rng(3)
    psu = np.repeat(range(30), 8)
    y = dice.random(240) < np.repeat(dice.random(30), 8)
    frame = pd.DataFrame({"y": y, "g": ["a", "b"] * 120, "psu": psu})
    found = shares(Design(frame, psu="psu"), "y", by="g")
    exact = ratio(found.table["share"].to_numpy(), found.covariance, found.df)
    assert exact[1] < exact[0] < exact[2]
    assert exact != ratio(found.table["share"].to_numpy(), np.diag(np.diag(found.covariance)), found.df)


def test_a_ratio_to_nothing_is_refused():
    with pytest.raises(SurveyError, match="above 0"):
        ratio(np.array([0.0, 0.5]), np.eye(2))


@given(fractions, fractions, fractions, fractions)
def test_bounds_hold_whatever_the_groups_answered(inside, rest, part, common):
    share = part * inside + (1 - part) * rest
    low, high = mix_bounds(share, part, common)
    assert low - 1e-9 <= common * inside + (1 - common) * rest <= high + 1e-9


@given(fractions, fractions)
def test_at_the_same_mix_nothing_is_uncertain(share, part):
    assert mix_bounds(share, part, part) == (pytest.approx(share), pytest.approx(share))


@pytest.mark.parametrize("bad", [(1.1, 0.5, 0.5), (0.5, -0.1, 0.5), (0.5, 0.5, 2), (0.5, 0, 0.5), (0.5, 1, 0.5)])
def test_what_is_no_fraction_is_refused(bad):
    with pytest.raises(SurveyError):
        mix_bounds(*bad)
