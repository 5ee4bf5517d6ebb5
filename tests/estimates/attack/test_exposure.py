"""What is said of what follows: how many cells, how narrowly, from where, and what an exemption covers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from wavebook.estimates.attack import Cell, Known, Truth, statements
from wavebook.estimates.attack.exposure import by_estimate, exposed, say
from wavebook.estimates.records import EstimateRecord
from wavebook.survey import Design, answer_shares

RESPONSES = ["warm", "cool", "cold"]
ANSWERS = {**{name: (name,) for name in RESPONSES}, "against": ("cool", "cold")}
COUNTS = {"Ashford": (200, 60, 4), "Brook": (180, 70, 40), "Cove": (150, 50, 30)}


@pytest.fixture(scope="module")
def frame():
    rows = [(r, t) for t, held in COUNTS.items() for r, n in zip(RESPONSES, held, strict=True) for _ in range(n)]
    made = pd.DataFrame(rows, columns=["opinion", "town"])
    made["opinion"] = pd.Categorical(made["opinion"], RESPONSES)
    made["town"] = pd.Categorical(made["town"])
    return made.assign(weight=np.random.default_rng(2).uniform(0.8, 1.2, len(made)))


@pytest.fixture
def truth(frame):
    return Truth(frame, {"opinion": ANSWERS}, ["town"], frame["weight"])


def record(frame, by, *kept):
    """An estimate with some of its rows: (answer, town)."""
    shares = answer_shares(Design(frame, weights="weight"), "opinion", ANSWERS, by=by or None)
    table = shares.table
    if kept:
        towns = table["town"] if by else [""] * len(table)
        table = table[[pair in kept for pair in zip(table["response"], towns, strict=True)]]
    result = {"table": {"columns": {name: table[name].tolist() for name in ("response", *by, "share")}}}
    return EstimateRecord("w", "shares", {"item": "opinion", "by": by}, "microdata", "f", "0", "0", "0", 1, 1.0, result)


def attack(truth, records, **options):
    return exposed("w", truth, [known for one in records for known in statements(one, truth)], **options)


def test_an_exposure_counts_and_names(frame, truth):
    found = attack(truth, [record(frame, ["town"], ("against", "Ashford"), ("cool", "Ashford"))])
    assert (found.statements, len(found.follows), found.exact) == (2, 1, 1)
    assert found.protected == len(truth.protected())
    assert [fault.where for fault in found.faults] == ["w"]
    assert "opinion, 'cold', town Ashford: are 3.8 weighted" in found.faults[0].what
    assert "data/estimates/w/opinion-by-town.json" in found.faults[0].what
    assert found.summary()[0].endswith("1 follow within fewer than 10 respondents, 1 of them exactly")


def test_nothing_follows_and_the_narrowest_bound_is_told(frame, truth):
    found = attack(truth, [record(frame, ["town"], ("against", "Ashford"))], measure=True)
    assert not found.faults
    assert found.narrowest.width > 10
    assert "lie between 0.0 and 6" in found.summary()[1]


def test_what_an_exemption_covers_is_counted_apart(frame, truth):
    records = [record(frame, ["town"], ("against", "Ashford"), ("cool", "Ashford"), ("cold", "Brook"))]
    found = attack(truth, records, exempts=lambda bound: "why" if bound.cell.response == "cold" else None)
    assert not found.faults
    assert [(name, bound.cell) for name, bound in found.exempt] == [
        ("why", Cell("opinion", "cold", (("town", "Ashford"),)))
    ]
    assert "w: exemption why: cells that it lets follow: 1" in found.summary()


def test_numbers_of_another_file_are_set_aside_and_told(frame, truth):
    wrong = Known("opinion", frozenset({"cold"}), (), 500.0, 500.0, "figure moon, edition 2020.01")
    found = exposed("w", truth, [wrong])
    assert found.untrue == (wrong,)
    assert not found.faults
    assert "figure moon, edition 2020.01: opinion is another number" in found.summary()[-1]


def test_each_estimate_by_itself_and_all_together(frame, truth):
    records = [record(frame, []), record(frame, ["town"], ("cold", "Brook"), ("cold", "Cove"))]
    overall, towns = by_estimate(truth, records)
    assert (overall.protected, overall.follows) == (0, 0)
    assert (towns.protected, towns.alone, towns.follows, towns.exact) == (1, 0, 1, 1)


def test_a_cell_in_words(truth):
    found = exposed("w", truth, [Known("opinion", frozenset({"cold"}), (("town", "Ashford"),), 3.0, 6.0, "csv")])
    assert say(found.follows[0]) == (
        "opinion, 'cold', town Ashford: lie between 3.0 and 6.0 weighted respondents (from csv)"
    )
