"""Makes the synthetic surveys that the estimators are held against R on. Run by `make oracle`."""

from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).parent


def people(rng: np.random.Generator, n: int, pull: np.ndarray) -> pd.DataFrame:
    """Answers that hang together: age, news source and a pull of the place move the opinion."""
    age = rng.integers(18, 80, n)
    sex = rng.choice(["female", "male"], n)
    ethnic = rng.choice(["Kazakh", "Russian", "other"], n, p=[0.6, 0.3, 0.1])
    television = (rng.random(n) < 1 / (1 + np.exp(-(-2 + 0.03 * age + 0.4 * (ethnic == "Russian"))))).astype(int)
    eta = -0.2 + 0.015 * (age - 45) + 0.8 * television + 0.5 * (ethnic == "Russian") - 0.3 * (sex == "male") + pull
    frame = pd.DataFrame({"age": age, "sex": sex, "ethnic": ethnic, "television": television})
    frame["favourable"] = (rng.random(n) < 1 / (1 + np.exp(-eta))).astype(float)
    frame["rare"] = (rng.random(n) < 0.012).astype(int)
    frame["group"] = np.select([age < 30, age < 45, age < 60], ["18-29", "30-44", "45-59"], "60+")
    frame["wave"] = rng.choice(["autumn 2022", "spring 2023"], n)
    frame["old"] = (age >= 45).astype(int)
    frame.loc[rng.random(n) < 0.04, "favourable"] = np.nan
    # All who are of another ethnic group answer alike: no finite ordinary estimate exists.
    frame["alike"] = frame["favourable"].mask((frame["ethnic"] == "other") & frame["favourable"].notna(), 1.0)
    return frame.assign(answer=answers(eta))


def answers(eta: np.ndarray) -> np.ndarray:
    """An answer from 1 to 4 on a scale; some gave none."""
    rng = np.random.default_rng(len(eta))
    answer = 1.0 + np.searchsorted([-1.5, 0.2, 1.6], eta + rng.logistic(size=len(eta)), side="right")
    return np.where(rng.random(len(eta)) < 0.05, np.nan, answer)


def clustered(rng: np.random.Generator, lonely: bool) -> pd.DataFrame:
    """Strata of unequal numbers of PSUs of unequal size, with weights; perhaps a stratum with one PSU."""
    sizes = [(h, p, rng.integers(4, 12)) for h in range(8) for p in range(1 if lonely and h == 3 else 3 + h % 4)]
    pull = np.concatenate(
        [np.full(k, value) for (*_, k), value in zip(sizes, rng.normal(0, 0.5, len(sizes)), strict=True)]
    )
    frame = people(rng, len(pull), pull)
    frame["stratum"] = np.concatenate([np.full(k, f"s{h}") for h, _, k in sizes])
    frame["psu"] = np.concatenate([np.full(k, 100 * h + p) for h, p, k in sizes])
    frame["weight"] = np.round(np.exp(rng.normal(0, 0.4, len(frame))), 6)
    return frame


def elements(rng: np.random.Generator) -> pd.DataFrame:
    """A stratified sample of single people from a small population."""
    drawn, population = [60, 80, 110], [150, 400, 1200]
    frame = people(rng, sum(drawn), np.zeros(sum(drawn)))
    frame["stratum"] = np.repeat(["a", "b", "c"], drawn)
    frame["size"] = np.repeat(population, drawn)
    frame["weight"] = np.repeat(np.round(np.divide(population, drawn), 10), drawn)
    return frame


def two_stages(rng: np.random.Generator) -> pd.DataFrame:
    """PSUs from a small number, people from each; some PSUs taken whole."""
    rows = []
    for psu in range(18):
        there = int(rng.integers(3, 30))
        rows += [(psu, there) for _ in range(min(there, int(rng.integers(3, 9))))]
    psu, there = map(np.array, zip(*rows, strict=True))
    frame = people(rng, len(psu), rng.normal(0, 0.6, 18)[psu])
    frame["psu"], frame["person"] = psu, np.arange(len(psu))
    frame["psus"], frame["people"] = 55, there
    return frame


if __name__ == "__main__":
    rng = np.random.default_rng(2017)
    for name, frame in {
        "clustered": clustered(rng, lonely=False),
        "lonely": clustered(rng, lonely=True),
        "elements": elements(rng),
        "two-stage": two_stages(rng),
    }.items():
        frame.to_csv(HERE / f"{name}.csv", index=False)
