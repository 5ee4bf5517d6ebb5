"""Small made surveys for the tests of estimators."""

from __future__ import annotations

import numpy as np
import pandas as pd

CLUSTERED = {"weights": "weight", "strata": "stratum", "psu": "psu"}


def make_survey(seed: int = 1, strata: int = 5, psus: int = 4, people: int = 10) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    n = strata * psus * people
    place = np.repeat(np.arange(strata * psus), people)
    frame = pd.DataFrame({"psu": place, "stratum": place // psus, "weight": rng.gamma(4, 0.25, n)})
    frame["age"] = rng.integers(18, 80, n)
    frame["sex"] = rng.choice(["female", "male"], n)
    frame["group"] = rng.choice(["a", "b", "c"], n)
    frame["wave"] = rng.choice(["2022", "2023"], n)
    frame["old"] = (frame["age"] > 45).astype(int)
    frame["television"] = (rng.random(n) < 0.2 + 0.3 * frame["old"]).astype(int)
    pull = rng.normal(0, 0.4, strata * psus)[place]
    eta = -0.2 + 0.6 * frame["television"] + 0.3 * frame["old"] + pull
    frame["y"] = (rng.random(n) < 1 / (1 + np.exp(-eta))).astype(int)
    answer = rng.choice(["yes", "no", "don't know"], n)
    for label in ("yes", "no", "don't know"):
        frame[label] = answer == label
    return frame
