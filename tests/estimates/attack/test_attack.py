"""The attack on published estimates: leaks of each kind are found by name, and nothing is found where nothing is."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from subtraction import File, leaking
from subtraction import attack as subtract
from wavebook.estimates.attack import Cell, Known, Truth, any_leak, leaks, narrowest, statements, untrue
from wavebook.estimates.records import EstimateRecord
from wavebook.survey import Design, answer_shares, logit

RESPONSES = ["warm", "mild", "cool", "cold", "none"]
HEADLINE = {"for": ("warm", "mild"), "against": ("cool", "cold")}
ANSWERS = {**{name: (name,) for name in RESPONSES}, **HEADLINE}


def people(counts, divisions=("town",)):
    """A row a respondent; `counts` by levels, in the order of the responses."""
    rows = [
        (response, *(levels if isinstance(levels, tuple) else (levels,)))
        for levels, numbers in counts.items()
        for response, number in zip(RESPONSES, numbers, strict=True)
        for _ in range(number)
    ]
    frame = pd.DataFrame(rows, columns=["opinion", *divisions])
    frame["opinion"] = pd.Categorical(frame["opinion"], RESPONSES)
    for name in divisions:
        frame[name] = pd.Categorical(frame[name])
    return frame


def truth_of(counts, divisions=("town",), **more):
    return Truth(people(counts, divisions), {"opinion": ANSWERS}, list(divisions), **more)


def say(truth, answer, said="somewhere", rounded=0.0, item="opinion", **levels):
    """A true statement: the number of a group who gave an answer, or the interval that a rounded share leaves."""
    group = tuple(sorted(levels.items()))
    responses = truth.answers_of(item, answer)
    total, size = truth.holds(item, responses, group)[1], truth.size(item, group)[1]
    if not rounded:
        return Known(item, responses, group, total, total, said)
    share = round(total / size / rounded) * rounded
    return Known(item, responses, group, (share - rounded / 2) * size, (share + rounded / 2) * size, said)


def found(truth, known):
    """Leaks by answer and levels."""
    return {(b.cell.response, *(level for _, level in b.cell.group)): b for b in leaks(truth, known)}


TWO_TOWNS = {"Ashford": (200, 150, 60, 4, 30), "Brook": (180, 170, 70, 40, 35)}


def test_headline_less_its_other_part():
    truth = truth_of(TWO_TOWNS)
    known = [say(truth, "against", "by-town", town="Ashford"), say(truth, "cool", "by-town", town="Ashford")]
    assert not leaks(truth, known[:1])
    assert not leaks(truth, known[1:])
    leaked = found(truth, known)
    assert set(leaked) == {("cold", "Ashford")}
    bound = leaked["cold", "Ashford"]
    assert (bound.low, bound.high) == pytest.approx((4, 4), abs=1e-3)
    assert bound.said == ("by-town",)


def test_one_less_the_rest():
    truth = truth_of({"Ashford": (200, 150, 60, 30, 3), "Brook": (180, 170, 70, 40, 35)})
    known = [say(truth, answer, town="Ashford") for answer in ("warm", "mild", "cool", "cold")]
    assert ("none", "Ashford") in found(truth, known)
    assert not leaks(truth, known[1:])


def test_overall_less_the_other_groups():
    truth = truth_of(TWO_TOWNS)
    overall, brook = say(truth, "cold", "overall"), say(truth, "cold", "by-town", town="Brook")
    assert not leaks(truth, [brook])
    leaked = found(truth, [overall, brook])
    assert set(leaked) == {("cold", "Ashford")}
    assert set(leaked["cold", "Ashford"].said) == {"overall", "by-town"}


def test_groups_leave_those_without_a_level():
    truth = truth_of({"Ashford": (200, 150, 60, 40, 30), None: (3, 2, 0, 1, 0)})
    known = [say(truth, "warm"), say(truth, "warm", town="Ashford")]
    assert found(truth, known)["warm", "(no answer)"].low == pytest.approx(3, abs=1e-3)


def test_a_share_near_one_tells_of_those_who_are_left():
    truth = truth_of({"Ashford": (40, 37, 1, 1, 0), "Brook": (180, 170, 70, 40, 35)})
    leaked = found(truth, [say(truth, "for", town="Ashford")])
    assert leaked["not for", "Ashford"].high == pytest.approx(2, abs=1e-3)


def test_what_no_headline_holds_is_an_answer_as_well():
    truth = truth_of({"Ashford": (100, 100, 50, 50, 8), "Brook": (180, 170, 70, 40, 35)})
    both = [say(truth, "for", town="Ashford"), say(truth, "against", town="Ashford")]
    assert ("none", "Ashford") in found(truth, both)


def test_several_rare_responses_together_are_an_answer():
    responses = ["yes", "no", "unsure", "refused"]
    numbers = {"Ashford": (60, 40, 4, 5)}
    rows = [(r, town) for town, held in numbers.items() for r, n in zip(responses, held, strict=True) for _ in range(n)]
    frame = pd.DataFrame(rows, columns=["trust", "town"]).astype({"town": "category"})
    frame["trust"] = pd.Categorical(frame["trust"], responses)
    weights = np.where(frame["trust"].isin(["unsure", "refused"]), 3.0, 1.0)
    truth = Truth(frame, {"trust": {r: (r,) for r in responses}}, ["town"], weights)
    known = [say(truth, answer, item="trust", town="Ashford") for answer in ("yes", "no")]
    leaked = found(truth, known)
    assert set(leaked) == {("unsure + refused",), ("unsure + refused", "Ashford")}, (
        "27 of the weight, which either may have"
    )


def test_two_items_made_from_one_variable():
    frame = people(TWO_TOWNS)
    frame["warmth"] = pd.Categorical(frame["opinion"].map(lambda r: "cold" if r == "cold" else "not cold"))
    items = {"opinion": ANSWERS, "warmth": {"cold": ("cold",), "not cold": ("not cold",)}}
    apart = Truth(frame, items, ["town"])
    linked = Truth(frame, items, ["town"], linked=[["opinion", "warmth"]])
    known = [
        say(linked, "against", town="Ashford", item="opinion"),
        say(linked, "cool", town="Ashford", item="opinion", rounded=0.1),
        say(linked, "not cold", "warmth-by-town", town="Ashford", item="warmth"),
    ]
    assert {bound.cell.item for bound in leaks(apart, known)} == {"warmth"}
    leaked = [bound for bound in leaks(linked, known) if bound.cell == Cell("opinion", "cold", (("town", "Ashford"),))]
    assert leaked
    assert leaked[0].said == ("warmth-by-town",)


def test_two_items_of_one_variable_of_which_one_leaves_responses_out():
    frame = people({"Ashford": (200, 150, 60, 50, 4), "Brook": (180, 170, 70, 40, 35)})
    frame["side"] = pd.Categorical(
        frame["opinion"].map({"warm": "for", "mild": "for", "cool": "against", "cold": "against"})
    )
    truth = Truth(
        frame,
        {"opinion": ANSWERS, "side": {"for": ("for",), "against": ("against",)}},
        ["town"],
        linked=[["opinion", "side"]],
    )
    cell = Cell("opinion", "none", (("town", "Ashford"),))
    assert cell in {bound.cell for bound in leaks(truth, [])}, "both numbers asked are public"


def test_two_editions_that_cut_a_group_differently():
    truth = truth_of({"Ashford": (200, 150, 60, 30, 12), "Brook": (180, 170, 70, 4, 35), "Cove": (90, 80, 30, 25, 10)})
    old = [say(truth, "cold", "2026.01"), say(truth, "cold", "2026.01", town="Ashford")]
    new = [say(truth, "cold", "2026.02", town="Cove")]
    assert not leaks(truth, old)
    assert not leaks(truth, new)
    leaked = found(truth, [*old, *new])
    assert set(leaked["cold", "Brook"].said) == {"2026.01", "2026.02"}


def test_crossing_less_its_margin():
    counts = {
        ("Ashford", "men"): (50, 50, 30, 20, 10),
        ("Ashford", "women"): (50, 50, 30, 5, 10),
        ("Brook", "men"): (50, 50, 30, 20, 12),
        ("Brook", "women"): (50, 50, 30, 20, 12),
    }
    truth = truth_of(counts, ("town", "sex"))
    margin, part = (
        say(truth, "cold", "by-town", town="Ashford"),
        say(truth, "cold", "crossing", town="Ashford", sex="men"),
    )
    assert not leaks(truth, [margin])
    assert not leaks(truth, [part])
    assert ("cold", "women", "Ashford") in found(truth, [margin, part])


def test_a_level_within_a_level_of_another_division():
    counts = {
        ("city", "urban"): (50, 50, 30, 20, 10),
        ("north", "urban"): (50, 50, 30, 4, 10),
        ("north", "rural"): (50, 50, 30, 20, 12),
    }
    truth = truth_of(counts, ("region", "settlement"))
    known = [say(truth, "cold", "by-region", region="city"), say(truth, "cold", "by-settlement", settlement="urban")]
    assert not leaks(truth, known), "nobody is told of the north's towns as a group"
    assert any_leak(truth, known, [Cell("opinion", "cold", (("region", "north"), ("settlement", "urban")))])


def test_a_rounded_share_is_as_good_as_its_rounding():
    truth = truth_of({"Ashford": (200, 150, 60, 4, 30), "Brook": (1800, 1700, 700, 400, 350)})
    known = [say(truth, "cold", "csv", rounded=0.001, town="Ashford")]
    bound = found(truth, known)["cold", "Ashford"]
    assert bound.width == pytest.approx(0.444, abs=1e-3)
    assert bound.low <= 4 <= bound.high
    assert not leaks(truth, [say(truth, "cold", rounded=0.05, town="Ashford")]), "22 respondents are room enough"


def test_rounding_adds_up():
    truth = truth_of(TWO_TOWNS)
    known = [say(truth, name, rounded=0.01, town="Ashford") for name in ("against", "cool")]
    assert found(truth, known)["cold", "Ashford"].width == pytest.approx(4.44, abs=1e-3), "0 to 4.44"


def test_an_answer_that_nobody_gave_is_rare():
    truth = truth_of({"Ashford": (200, 150, 60, 0, 30), "Brook": (180, 170, 70, 40, 35)})
    assert Cell("opinion", "cold", (("town", "Ashford"),)) in truth.protected()
    assert ("cold", "Ashford") in found(truth, [say(truth, "cold", town="Ashford")])


def test_all_answers_of_a_small_group_are_protected_but_not_its_size():
    truth = truth_of({"Ashford": (12, 11, 1, 1, 1), "Brook": (180, 170, 70, 40, 35)})
    assert Cell("opinion", "warm", (("town", "Ashford"),)) in truth.protected()
    assert not leaks(truth, [])
    tiny = truth_of({"Ashford": (2, 1, 0, 0, 0), "Brook": (180, 170, 70, 40, 35)})
    assert not leaks(tiny, []), "that it is three at most is no secret"


def test_common_answers_tell_nothing_of_rare_ones():
    truth = truth_of({"Ashford": (200, 150, 60, 4, 30), "Brook": (180, 170, 70, 8, 35)})
    known = [
        say(truth, name, town=town) for name in ("for", "against", "warm", "mild") for town in ("Ashford", "Brook")
    ]
    assert not leaks(truth, known)
    assert not any_leak(truth, known)


def test_statements_of_another_file_are_told_apart():
    truth = truth_of(TWO_TOWNS)
    right = say(truth, "warm", town="Brook")
    wrong = right._replace(low=181.0, high=181.0)
    assert untrue(truth, [right, wrong]) == [wrong]


def record(function, arguments, result):
    return EstimateRecord("w", function, arguments, "microdata", "f.csv", "0", "0", "0", 1, 1.0, result)


@pytest.fixture
def sampled():
    frame = people({"Ashford": (90, 80, 60, 30, 12), "Brook": (80, 70, 70, 7, 15), "Cove": (90, 80, 30, 25, 10)})
    frame["weight"] = np.random.default_rng(1).uniform(0.5, 1.5, len(frame))
    return frame


def test_what_committed_shares_say(sampled):
    truth = Truth(sampled, {"opinion": ANSWERS}, ["town"], sampled["weight"])
    design = Design(sampled, weights="weight")
    shares = answer_shares(design, "opinion", ANSWERS, by="town")
    known = statements(record("shares", {"item": "opinion", "by": ["town"]}, shares.to_dict()), truth)
    assert len(known) == 3 * len(ANSWERS)
    assert not untrue(truth, known)
    assert {statement.said for statement in known} == {"data/estimates/w/opinion-by-town.json"}


def test_a_model_tells_the_totals_of_its_outcome_at_each_level(sampled):
    truth = Truth(sampled, {"opinion": ANSWERS}, ["town"], sampled["weight"])
    model = logit(
        Design(sampled.assign(opinion__cold=sampled["opinion"] == "cold"), weights="weight"), "opinion__cold ~ C(town)"
    )
    known = statements(record("logit", {"formula": "opinion__cold ~ C(town)"}, model.to_dict()), truth)
    leaked = found(truth, known)
    assert ("cold", "Brook") in leaked
    predicted = model.predictions("town").table.set_index("town")["estimate"]
    size = truth.size("opinion", (("town", "Brook"),))[1]
    assert leaked["cold", "Brook"].low == pytest.approx(predicted["Brook"] * size, abs=1e-3)


def test_a_model_among_those_who_have_all_its_variables_tells_of_the_others(sampled):
    sexes = [None] * 4 + ["woman", "man"] * len(sampled)
    frame = sampled.assign(sex=pd.Categorical(sexes[: len(sampled)]))
    truth = Truth(frame, {"opinion": ANSWERS}, ["town", "sex"], frame["weight"])
    table = {"columns": {"term": ["Intercept", "C(sex)[T.woman]", "C(town)[T.Brook]", "C(town)[T.Cove]"]}}
    known = statements(record("logit", {"formula": "opinion__for ~ C(sex) + C(town)"}, {"table": table}), truth)
    assert not untrue(truth, known)
    left = (("all of sex, town", "no"), ("town", "Ashford"))
    shown = say(truth, "for", town="Ashford")
    assert Cell("opinion", "for", left) in {bound.cell for bound in leaks(truth, [*known, shown])}


def test_a_model_that_shows_some_terms_tells_nothing_of_the_others(sampled):
    truth = Truth(sampled, {"opinion": ANSWERS}, ["town"], sampled["weight"])
    table = {"columns": {"term": ["age_number"]}}
    assert not statements(record("logit", {"formula": "opinion__cold ~ C(town) + age_number"}, {"table": table}), truth)


def test_numbers_that_are_no_sums_state_nothing(sampled):
    truth = Truth(sampled, {"opinion": ANSWERS}, ["town"], sampled["weight"])
    assert not statements(record("independence", {"item": "opinion", "by": "town"}, {}), truth)


TOWNS, SEXES = ("Ashford", "Brook", "Cove"), ("men", "women")
NUMBERS = st.integers(0, 25)
PEOPLE = st.lists(st.tuples(*[NUMBERS] * 5), min_size=6, max_size=6).filter(
    lambda rows: all(sum(row) > 0 for row in rows)
)
PLACES = [
    {},
    *({"town": t} for t in TOWNS),
    *({"sex": s} for s in SEXES),
    *({"town": t, "sex": s} for t in TOWNS for s in SEXES),
]
SAID = st.lists(
    st.tuples(st.sampled_from(list(ANSWERS)), st.sampled_from(PLACES), st.sampled_from([0.0, 0.01, 0.1])), max_size=14
)


def crossed(rows, seed):
    counts = dict(zip(itertools.product(TOWNS, SEXES), rows, strict=True))
    frame = people(counts, ("town", "sex"))
    weights = np.random.default_rng(seed).uniform(0.4, 2.5, len(frame))
    return Truth(frame, {"opinion": ANSWERS}, ["town", "sex"], weights)


@given(PEOPLE, SAID, st.integers(0, 9))
@settings(deadline=None, max_examples=25)
def test_the_truth_lies_within_the_bounds(rows, said, seed):
    truth = crossed(rows, seed)
    for bound in narrowest(truth, [say(truth, answer, rounded=step, **where) for answer, where, step in said]):
        holds = truth.holds("opinion", truth.responses(bound.cell), bound.cell.group)[1]
        assert bound.low - 1e-4 <= holds <= bound.high + 1e-4


@given(PEOPLE, SAID, st.integers(0, 9))
@settings(deadline=None, max_examples=25)
def test_more_statements_never_widen(rows, said, seed):
    truth = crossed(rows, seed)
    known = [say(truth, answer, rounded=step, **where) for answer, where, step in said]
    cells = truth.protected(known)
    fewer = {bound.cell: bound for bound in narrowest(truth, known[::2], cells)}
    for bound in narrowest(truth, known, cells):
        assert bound.width <= fewer[bound.cell].width + 1e-3


@given(PEOPLE, SAID, st.integers(0, 9))
@settings(deadline=None, max_examples=25)
def test_whatever_subtraction_finds_is_found(rows, said, seed):
    truth = crossed(rows, seed)
    known = [say(truth, answer, rounded=step, **where) for answer, where, step in said]
    file = File(truth.frame, truth.weights, {"opinion": HEADLINE})
    public = [(sorted(k.responses), dict(k.group), k.low, k.high) for k in known]
    subtracted = subtract(file, "opinion", ["town", "sex"], public)
    cells = {Cell("opinion", name, tuple(sorted(group))): values for (name, group), values in subtracted.items()}
    bounds = {bound.cell: bound for bound in narrowest(truth, known, cells)}
    for cell, (_, low, high, _) in cells.items():
        assert bounds[cell].low >= low - 1e-3
        assert bounds[cell].high <= high + 1e-3
    by_subtraction = {Cell("opinion", name, tuple(sorted(group))) for name, group in leaking(subtracted)}
    assert by_subtraction <= {bound.cell for bound in leaks(truth, known, cells)}


@given(PEOPLE, SAID, st.integers(0, 9))
@settings(deadline=None, max_examples=15)
def test_a_leak_is_what_the_bounds_say(rows, said, seed):
    truth = crossed(rows, seed)
    known = [say(truth, answer, rounded=step, **where) for answer, where, step in said]
    narrow = {
        b.cell for b in narrowest(truth, known) if b.width < min(10, truth.size("opinion", b.cell.group)[1]) - 1e-4
    }
    assert {bound.cell for bound in leaks(truth, known, explain=False)} == narrow
    assert any_leak(truth, known) == bool(narrow)
