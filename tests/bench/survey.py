"""Times the estimators on large surveys, beside R's where R is there. Run by `make bench`.

Each measurement runs in a process of its own, on data read from disk, so that its peak of memory is its own.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

COUNTRIES, WAVES, STRATA, PSUS = 5, 10, 200, 5000
FORMULA = "favourable ~ C(age) + C(sex) + C(ethnic) + C(education) + C(urban) + C(television)"
R_FORMULA = FORMULA.replace("C(", "factor(")


def make(n: int, folder: Path) -> None:
    """Write a survey of n respondents, one array a column."""
    rng = np.random.default_rng(n)
    psu = rng.integers(0, PSUS, n)
    columns = {
        "psu": psu.astype(np.int32),
        "stratum": (psu % STRATA).astype(np.int16),
        "weight": rng.gamma(4, 0.25, n),
        "country": rng.integers(0, COUNTRIES, n).astype(np.int8),
        "wave": rng.integers(0, WAVES, n).astype(np.int8),
        "age": rng.integers(0, 5, n).astype(np.int8),
        "sex": rng.integers(0, 2, n).astype(np.int8),
        "ethnic": rng.integers(0, 3, n).astype(np.int8),
        "education": rng.integers(0, 4, n).astype(np.int8),
        "urban": (psu % 2).astype(np.int8),
        "television": (rng.random(n) < 0.2).astype(np.int8),
    }
    pull = rng.normal(0, 0.3, PSUS)[psu]
    eta = -0.2 + 0.1 * columns["age"] + 0.5 * columns["television"] - 0.2 * columns["sex"] + pull
    columns["favourable"] = (rng.random(n) < 1 / (1 + np.exp(-eta))).astype(np.int8)
    columns["opinion"] = rng.integers(0, 8, n).astype(np.int8)
    for name, values in columns.items():
        np.save(folder / f"{name}.npy", values)


def load(folder: Path) -> pd.DataFrame:
    return pd.DataFrame({path.stem: np.load(path) for path in sorted(folder.glob("*.npy"))})


def peak() -> float:
    """Largest resident memory so far, in MB (macOS counts bytes, Linux kilobytes)."""
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used / (1e6 if sys.platform == "darwin" else 1e3)


def measure(task: str, folder: Path, repeats: int) -> None:
    """Do one task and print seconds (the least of the repeats) and memory beyond data and libraries."""
    import statsmodels.api  # noqa: F401 - its import is not what is measured
    from formulaic import model_matrix  # noqa: F401

    from wavebook.survey import Design, answer_shares, bootstrap_shares, logit, shares

    data = load(folder)
    before = peak()
    seconds, memory = [], 0.0
    for _ in range(repeats):
        psu = None if task == "elements" else "psu"
        design = Design(data, weights="weight", strata="stratum", psu=psu)
        # Columns are turned into codes once a design; estimators are measured with that behind them, as R's are.
        for name in ("country", "wave", "age", "sex", "ethnic", "education", "urban", "television", "opinion"):
            design.codes(name)
        start = time.perf_counter()
        match task:
            case "shares":
                shares(design, "favourable", by=["country", "wave"])
            case "answers" | "elements":  # with PSUs, and with every respondent a PSU
                answer_shares(design, "opinion", by="wave")
            case "logit":
                logit(design, FORMULA).average_marginal_effects("television")
            case "bootstrap":
                bootstrap_shares(design, "favourable", ["country", "wave"], replicates=500)
        seconds.append(time.perf_counter() - start)
        memory = memory or peak() - before  # of the first: later ones meet what has not been collected yet
    print(json.dumps({"seconds": min(seconds), "megabytes": memory}))


def in_process(task: str, folder: Path, repeats: int = 5) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, __file__, task, str(folder), str(repeats)], capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def in_r(folder: Path) -> dict[str, float]:
    """The same in R: shares with covariance, and svyglm alone."""
    load(folder).to_csv(folder / "data.csv", index=False)
    script = Path(__file__).with_name("survey.R")
    done = subprocess.run(["Rscript", str(script), str(folder), R_FORMULA], capture_output=True, text=True, check=True)
    return {line.split()[0]: float(line.split()[1]) for line in done.stdout.splitlines()}


def main() -> None:
    tasks = ("shares", "answers", "elements", "logit", "bootstrap")
    table = []
    with tempfile.TemporaryDirectory() as temporary:
        million = Path(temporary) / "1000000"
        for n in (10_000, 100_000, 1_000_000, 10_000_000):
            folder = Path(temporary) / str(n)
            folder.mkdir()
            make(n, folder)
            os.sync()  # what is still being written to disk would slow what is measured
            table += [{"rows": n, "task": task, **in_process(task, folder)} for task in tasks]
        print(pd.DataFrame(table).pivot_table(index="rows", columns="task").round(3).to_string())
        if shutil.which("Rscript") is None:
            print("R is not on this machine: no comparison")
            return
        print("\nBeside R's survey, 1,000,000 rows, in turn:")
        r = in_r(million)
        for task in ("shares", "logit"):
            ours = in_process(task, million)["seconds"]
            print(f"{task}: {ours:.3f} s, R {r[task]:.2f} s: {r[task] / ours:.0f} times as fast")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        measure(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
    else:
        main()
