"""What a penalised model, one of those who spoke, and one of answers in order tell: found by the attack, and by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from wavebook.estimates.attack import Cell, Truth, leaks, statements, untrue
from wavebook.estimates.records import EstimateRecord
from wavebook.survey import Design, logit, ordinal

RESPONSES = ["warm", "mild", "cool", "cold", "none"]
ANSWERS = {**{name: (name,) for name in RESPONSES}, "for": ("warm", "mild"), "against": ("cool", "cold")}
NUMBERS = {"Ashford": (60, 50, 20, 4, 15), "Brook": (180, 170, 70, 40, 35)}


def people(numbers=NUMBERS):
    rows = [(r, t) for t, held in numbers.items() for r, n in zip(RESPONSES, held, strict=True) for _ in range(n)]
    frame = pd.DataFrame(rows, columns=["opinion", "town"])
    frame["opinion"] = pd.Categorical(frame["opinion"], RESPONSES)
    frame["other"] = pd.Categorical(["yes", "no", "unsure"] * len(frame))[: len(frame)]
    return frame.assign(town=pd.Categorical(frame["town"]))


def truth_of(frame):
    items = {"opinion": ANSWERS, "other": {name: (name,) for name in ("no", "unsure", "yes")}}
    return Truth(frame, items, ["town"], silence={"opinion": ["none"], "other": ["unsure"]})


def record(function, terms=("C(town)[T.Brook]",), **arguments):
    result = {"table": {"columns": {"term": list(terms)}}}
    return EstimateRecord("w", function, arguments, "microdata", "f.csv", "0", "0", "0", 1, 1.0, result)


def told(truth, *records):
    known = [known for one in records for known in statements(one, truth)]
    assert not untrue(truth, known)
    return {(b.cell.item, b.cell.response, *(level for _, level in b.cell.group)) for b in leaks(truth, known)}


def coefficient(count, fit):
    """The coefficient if so many in Ashford were cold, where all else is known: everybody's answers, and who is against."""
    (*warm, cool, cold, none), (*other_warm, other_cool, other_cold, other_none) = NUMBERS.values()
    ashford = (*warm, cool + cold - count, count, none)
    brook = (*other_warm, other_cool + count - cold, other_cold + cold - count, other_none)
    frame = people({"Ashford": ashford, "Brook": brook})
    return fit(Design(frame.assign(cold=frame["opinion"] == "cold", order=frame["opinion"].cat.codes)))


FITS = {
    "ordinary": lambda design: logit(design, "cold ~ C(town)").table["estimate"].iloc[1],
    "penalised": lambda design: logit(design, "cold ~ C(town)", penalty="firth").table["estimate"].iloc[1],
    "in order": lambda design: ordinal(design, "order ~ C(town)").table["estimate"].iloc[0],
}


@pytest.mark.parametrize("kind", list(FITS))
def test_a_coefficient_beside_known_totals_is_a_count(kind):
    """No two counts that the rest leaves open give the same coefficient: it tells which one is true."""
    found = np.array([coefficient(count, FITS[kind]) for count in range(1, 24)])
    assert np.unique(np.round(found, 9)).size == found.size


@pytest.mark.parametrize("further", [{}, {"penalty": "firth"}])
def test_the_attack_takes_a_coefficient_for_what_it_tells(further):
    truth = truth_of(people())
    assert ("opinion", "cold", "Ashford") in told(truth, record("logit", formula="opinion__cold ~ C(town)", **further))


def test_a_model_in_order_tells_of_each_answer_of_a_level():
    truth = truth_of(people())
    found = told(truth, record("ordinal", formula="opinion ~ C(town)"))
    assert ("opinion", "cold", "Ashford") in found
    assert not any(level == "Brook" for *_, level in found)


def test_a_model_in_order_that_shows_no_town_tells_of_none():
    truth = truth_of(people())
    assert not told(truth, record("ordinal", ["age_number"], formula="opinion ~ C(town) + age_number"))


def test_how_many_a_model_of_those_who_spoke_rests_on_tells_of_those_who_did_not():
    truth = truth_of(people({"Ashford": (60, 50, 20, 14, 3), "Brook": (180, 170, 70, 40, 4)}))
    for model in (
        record("logit", ["age_number"], formula="opinion__for ~ age_number", answered="opinion"),
        record("ordinal", ["age_number"], formula="opinion ~ age_number"),
        record("logit", ["age_number"], formula="other__yes ~ age_number", answered="opinion"),
    ):
        assert ("opinion", "none") in told(truth, model)
    assert not told(truth, record("logit", ["age_number"], formula="opinion__for ~ age_number"))
    many = truth_of(people())
    assert not told(many, record("ordinal", ["age_number"], formula="opinion ~ age_number"))


def test_a_model_of_those_who_spoke_beside_a_share_tells_of_the_silent_of_a_town():
    numbers = {"Ashford": (60, 50, 20, 14, 3), "Brook": (180, 170, 70, 40, 35)}
    truth = truth_of(people(numbers))
    formula = "opinion__for ~ C(town)"
    assert not told(truth, record("logit", formula=formula))
    assert ("opinion", "none", "Ashford") in told(truth, record("logit", formula=formula, answered="opinion"))


def test_who_is_silent_on_one_item_is_a_group_of_which_another_must_not_be_told():
    """Nine people are silent on the opinion: a model of the others leaves what these said on the other item."""
    numbers = {"Ashford": (60, 50, 20, 14, 5), "Brook": (180, 170, 70, 40, 6)}
    truth = truth_of(people(numbers))
    whole = record("logit", ["Intercept"], formula="other__yes ~ 1")
    spoke = record("logit", ["Intercept"], formula="other__yes ~ 1", answered="opinion")
    assert not told(truth, whole)
    assert not told(truth, spoke)
    assert ("other", "yes", "no") in told(truth, whole, spoke)


def test_the_divisions_of_those_who_spoke():
    truth = truth_of(people())
    group = (("spoke of opinion", "yes"), ("town", "Ashford"))
    assert truth.holds("opinion", ["warm"], group)[0] == NUMBERS["Ashford"][0]
    assert truth.size("opinion", group)[0] == sum(NUMBERS["Ashford"][:4])
    assert Cell("opinion", "cold", (("town", "Ashford"),)) in truth.protected()
