"""A respondent file of a house that does not exist, with labels as an SPSS file of a real one has them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat

N = 360
FOUR = {1.0: "Very good", 2.0: "Rather good", 3.0: "Rather bad", 4.0: "Very bad", 8.0: "Don't know", 9.0: "Refused"}
TRUST = {1.0: "Trust", 2.0: "Do not trust", 8.0: "Don't know"}
ITEMS = {
    "Q1_ferry": ("Q1_ferry. What is your opinion of the ferry?", FOUR),
    "Q2_tram": ("Q2_tram. What is your opinion of the tram?", FOUR),
    "Q3_bridge": ("What is your opinion of the bridge?", FOUR),
    "Q4_bell": ("What is your opinion of the bell?", FOUR),
    "Q5_mayor": ("Do you trust the mayor?", TRUST),
    "Q6_council": ("Do you trust the council?", TRUST),
    "Q7_crier": ("Do you trust the town crier?", TRUST),
    "Q8_future": ("Will things get better?", {1.0: "Better", 2.0: "Worse", 3.0: "The same", 9.0: "Hard to say"}),
}


def write_sav(path: Path) -> Path:
    """Write the file: weights, strata, PSUs, ages, eight labelled questions, and what people said in their own words."""
    random = np.random.default_rng(7)
    columns: dict[str, object] = {
        "RESPID": np.arange(1.0, N + 1),
        "intdate": [f"2031-05-{day:02}" for day in random.integers(4, 25, N)],
        "STRATUM": np.repeat([1.0, 2.0, 3.0, 4.0], N // 4),
        "PSU": np.repeat(np.arange(1.0, N // 9 + 1), 9),
        "WEIGHT": random.uniform(0.5, 2, N).round(4),
        "S1": random.choice([1.0, 2.0], N),
        "S2_age": random.integers(18, 90, N).astype(float),
        "S3_educ": random.choice([1.0, 2.0, 3.0], N),
    }
    labels = {"S1": "Sex of respondent", "S2_age": "How old are you?", "S3_educ": "Education", "STRATUM": "Stratum"}
    values = {"S1": {1.0: "Male", 2.0: "Female"}, "S3_educ": {1.0: "Little", 2.0: "Some", 3.0: "Much"}}
    for name, (label, codes) in ITEMS.items():
        columns[name] = random.choice(list(codes), N)
        labels[name], values[name] = label, codes
    columns["Q9_why"] = [f"because of what my aunt number {number} said" for number in range(N)]
    pyreadstat.write_sav(
        pd.DataFrame(columns), str(path), column_labels=labels, variable_value_labels=values, file_label="Hill survey"
    )
    return path
