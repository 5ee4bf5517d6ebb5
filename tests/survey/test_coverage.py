"""Do 95% intervals cover 95%? Simulated clustered populations, small here and larger in `make coverage`."""

import os

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from wavebook.survey import Design, SurveyError, contrasts, logit, ordinal, shares, trend

ROUNDS = int(os.environ.get("WAVEBOOK_COVERAGE_ROUNDS", "200"))

pytestmark = pytest.mark.slow


def within(covered, claimed=0.95):
    """Whether a share of covered rounds lies in 93–97%, allowing for the chance of this many rounds (3 σ)."""
    chance = 3 * np.sqrt(claimed * (1 - claimed) / len(covered))
    return claimed - 0.02 - chance <= np.mean(covered) <= claimed + 0.02 + chance


class Population:
    """Strata of PSUs whose own shares vary about that of the stratum; samples have unequal weights and sizes."""

    def __init__(self, share, rho=0.03, strata=10, psus=12, people=15):
        self.strata, self.psus, self.people = strata, psus, people
        self.share = np.clip(share * np.linspace(0.7, 1.3, strata), 0, 0.98)
        self.rho, self.truth = rho, self.share.mean()

    def draw(self, rng):
        """A sample: PSUs have beta-distributed shares with intraclass correlation rho."""
        stratum = np.repeat(np.arange(self.strata), self.psus)
        p = self.share[stratum]
        scale = (1 - self.rho) / self.rho
        own = rng.beta(p * scale, (1 - p) * scale)
        size = rng.integers(self.people - 6, self.people + 7, len(stratum))
        psu = np.repeat(np.arange(len(stratum)), size)
        weight = rng.gamma(6, 1 / 6, len(psu)) / size[psu]  # every stratum weighs the same, whatever was drawn
        y = (rng.random(len(psu)) < own[psu]).astype(int)
        frame = pd.DataFrame({"psu": psu, "stratum": stratum[psu], "weight": weight, "y": y})
        return Design(frame, weights="weight", strata="stratum", psu="psu")


@pytest.mark.parametrize("share", [0.5, 0.2, 0.05])
@pytest.mark.parametrize("interval", ["logit", "wilson"])
def test_shares(share, interval):
    population, rng = Population(share), np.random.default_rng(1)
    rows = [shares(population.draw(rng), "y", interval=interval).table.iloc[0] for _ in range(ROUNDS)]
    assert within([row["lower"] <= population.truth <= row["upper"] for row in rows])


def test_rare_shares():
    """n_eff · p is about 5: the beta interval, which is made to cover at least what it claims."""
    population, rng = Population(0.004, rho=0.01), np.random.default_rng(2)
    rows = [shares(population.draw(rng), "y", interval="beta").table.iloc[0] for _ in range(ROUNDS)]
    covered = [row["lower"] <= population.truth <= row["upper"] for row in rows]
    assert np.mean(covered) >= 0.93
    logit = Population(0.008, rho=0.01)
    rows = [shares(logit.draw(rng), "y").table.iloc[0] for _ in range(ROUNDS)]
    assert within([row["lower"] <= logit.truth <= row["upper"] for row in rows])


def test_contrasts_of_waves():
    before, after, rng = Population(0.48), Population(0.58), np.random.default_rng(3)
    covered = []
    for _ in range(ROUNDS):
        one, other = before.draw(rng), after.draw(rng)
        both = pd.concat([one.data.assign(wave=0), other.data.assign(wave=1)], ignore_index=True)
        both["stratum"] += 100 * both["wave"]
        both["psu"] += 1000 * both["wave"]
        design = Design(both, weights="weight", strata="stratum", psu="psu")
        row = contrasts(shares(design, "y", by="wave")).table.iloc[0]
        covered.append(row["lower"] <= after.truth - before.truth <= row["upper"])
    assert within(covered)


def slopes(tau, rounds=ROUNDS):
    """Twelve waves, known sampling errors of about two points, and true movement tau about the line."""
    rng, slope, covered = np.random.default_rng(4), -0.03, []
    time = np.sort(rng.uniform(0, 6, 12))
    se = rng.uniform(0.017, 0.023, 12)
    for _ in range(rounds):
        share = 0.6 + slope * time + rng.normal(0, tau, 12) + rng.normal(0, se)
        row = trend(pd.DataFrame({"time": time, "share": share, "se": se})).table.iloc[0]
        covered.append(row["lower"] <= slope <= row["upper"])
    return covered


@pytest.fixture
def without_steps(monkeypatch):
    """Leave out the smooth line and the step, which take most of the time and are not looked at here."""
    monkeypatch.setattr("wavebook.survey.time_trend._local_level", lambda t, *_: pd.DataFrame({"time": t}))
    monkeypatch.setattr("wavebook.survey.time_trend._step", lambda *_: {})


@pytest.mark.usefixtures("without_steps")
@pytest.mark.parametrize("tau", [0.02, 0.05])
def test_slopes(tau):
    assert within(slopes(tau, 4 * ROUNDS))


@pytest.mark.usefixtures("without_steps")
def test_slopes_of_waves_that_only_sampling_moves():
    """The floor of the standard error makes the interval too long here, by design: it covers more than it claims."""
    assert np.mean(slopes(0.0, 4 * ROUNDS)) >= 0.93


def test_the_smooth_line():
    """The level at the last wave, with the truth drawn from the model's own prior."""
    rng, covered = np.random.default_rng(5), []
    time = np.array([0.0, 0.5, 1.0, 1.8, 2.3, 3.0])
    for _ in range(max(100, ROUNDS // 5)):
        sigma = min(abs(stats.cauchy.rvs(scale=0.02, random_state=rng)), 0.3)
        truth = 0.5 + np.concatenate([[0], np.cumsum(rng.normal(0, sigma * np.sqrt(np.diff(time))))])
        frame = pd.DataFrame({"time": time, "share": truth + rng.normal(0, 0.02, 6), "se": 0.02})
        last = trend(frame).level.iloc[-1]
        covered.append(last["lower"] <= truth[-1] <= last["upper"])
    assert within(covered)


def answers_of_a_group(rng, share, size):
    """A group of `size` people among 1,000 in 100 PSUs; `share` of it and 85% of the others say yes."""
    psu = np.repeat(np.arange(100), 10)
    own = rng.normal(0, 0.3, 100)[psu]
    group = (rng.random(1000) < size / 1000).astype(int)
    y = (rng.random(1000) < np.where(group == 1, share, 0.85)).astype(int)
    weight = rng.gamma(6, 1 / 6, 1000)
    frame = pd.DataFrame({"psu": psu, "stratum": psu // 10, "weight": weight, "group": group, "y": y, "own": own})
    return Design(frame, weights="weight", strata="stratum", psu="psu")


@pytest.mark.parametrize(("share", "size"), [(0.97, 40), (0.975, 80), (0.85, 100)])
def test_penalised_regression_of_few_events(share, size, monkeypatch):
    """Where a group answered alike the sandwich alone is too short by far; with the floor it covers what it claims."""
    rng, truth = np.random.default_rng(6), np.log(share / (1 - share)) - np.log(0.85 / 0.15)
    covered, sandwich = [], []
    for _ in range(2 * ROUNDS):
        design = answers_of_a_group(rng, share, size)
        row = logit(design, "y ~ group + own", penalty="firth").table.iloc[1]
        covered.append(row["lower"] <= truth <= row["upper"])
        if design.data.loc[design.data["group"] == 1, "y"].all():
            with monkeypatch.context() as without_floor:
                without_floor.setattr("wavebook.survey.fitting.FittedModel._if_independent", lambda *_: np.zeros(3))
                row = logit(design, "y ~ group + own", penalty="firth").table.iloc[1]
            sandwich.append(row["lower"] <= truth <= row["upper"])
    assert np.mean(covered) >= 0.91
    if share == 0.97:
        assert np.mean(sandwich) < 0.5


def test_ordinary_regression_refuses_where_the_penalised_one_does_not():
    rng = np.random.default_rng(6)
    designs = [answers_of_a_group(rng, 0.97, 40) for _ in range(20)]
    refused = [design for design in designs if design.data.loc[design.data["group"] == 1, "y"].all()]
    assert refused
    for design in refused:
        with pytest.raises(SurveyError, match="separate the outcomes perfectly"):
            logit(design, "y ~ group + own")
        assert np.isfinite(logit(design, "y ~ group + own", penalty="firth").table["se"]).all()


def test_proportional_odds():
    rng, slope, covered = np.random.default_rng(7), 0.5, []
    for _ in range(ROUNDS):
        psu = np.repeat(np.arange(100), 10)
        x = (rng.random(1000) < 0.3).astype(float)
        answer = np.searchsorted([-1.0, 0.5, 2.0], slope * x + rng.logistic(size=1000), side="right")
        weight = rng.gamma(6, 1 / 6, 1000)
        frame = pd.DataFrame({"psu": psu, "stratum": psu // 10, "weight": weight, "x": x, "answer": answer})
        row = ordinal(Design(frame, weights="weight", strata="stratum", psu="psu"), "answer ~ x").table.iloc[0]
        covered.append(row["lower"] <= slope <= row["upper"])
    assert within(covered)
