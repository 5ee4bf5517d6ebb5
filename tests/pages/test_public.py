"""What figures say of a wave, read back as an attacker reads it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from figure_records import SOURCE, make_figure

from made_up_study import make_study
from wavebook.estimates.attack import Truth, leaks, untrue
from wavebook.pages.public import Figure
from wavebook.study import Study

WAVE = "lamp-li-2021"
MOON = replace(SOURCE, wave=WAVE, evidence="microdata", items=("moon",))
RESPONSES = ["bright", "dim", "gone"]
COUNTS = {
    ("young", "north"): (200, 100, 33),
    ("young", "south"): (240, 120, 30),
    ("old", "north"): (300, 90, 4),
    ("old", "south"): (310, 80, 28),
}


@pytest.fixture
def study(tmp_path):
    return Study(make_study(tmp_path))


@pytest.fixture(scope="module")
def truth():
    rows = [
        (response, *levels)
        for levels, numbers in COUNTS.items()
        for response, number in zip(RESPONSES, numbers, strict=True)
        for _ in range(number)
    ]
    frame = pd.DataFrame(rows, columns=["moon", "age", "region"])
    frame["moon"] = pd.Categorical(frame["moon"], RESPONSES)
    frame["age"] = pd.Categorical(frame["age"], ["young", "old"])
    frame["region"] = pd.Categorical(frame["region"])
    weights = np.random.default_rng(4).uniform(0.7, 1.3, len(frame))
    answers = {**{r: (r,) for r in RESPONSES}, "there": ("bright", "dim")}
    return Truth(frame, {"moon": answers}, ["age", "region"], weights)


def share(truth, answer, **levels):
    group = tuple(sorted(levels.items()))
    return 100 * truth.holds("moon", truth.answers_of("moon", answer), group)[1] / truth.size("moon", group)[1]


def said(study, truth, **changes):
    figure = make_figure(**{"sources": (MOON,), "title": "The moon", "caption": "Shares.", "rows": (), **changes})
    return Figure(study, WAVE, truth, figure, "figure moon, edition 2026.01").statements()


COLUMNS = ("item", "answer", "among", "group", "wave", "per cent", "lower", "upper")


def row(truth, answer, among="", group="", digits=1, wave=WAVE, **levels):
    return ("moon", answer, among, group, wave, f"{share(truth, answer, **levels):.{digits}f}", 1.5, 99.5)


def test_a_table_of_shares_says_each_as_far_as_it_is_rounded(study, truth):
    rows = (row(truth, "gone"), row(truth, "there", "age", "old", age="old"))
    known = said(study, truth, columns=COLUMNS, rows=rows)
    assert [(sorted(k.responses), k.group) for k in known] == [
        (["gone"], ()),
        (["bright", "dim"], (("age", "old"),)),
    ]
    assert known[1].high - known[1].low == pytest.approx(0.001 * truth.size("moon", (("age", "old"),))[1])
    assert not untrue(truth, known)


def test_a_figures_csv_and_its_rounding_leak_by_name(study, truth):
    rows = (row(truth, "gone", "age, region", "old, north", age="old", region="north"),)
    known = said(study, truth, columns=COLUMNS, rows=rows)
    leaked = {(bound.cell.response, bound.cell.group): bound for bound in leaks(truth, known)}
    cell = leaked["gone", (("age", "old"), ("region", "north"))]
    assert cell.width == pytest.approx(0.39, abs=0.03), "a tenth of a point of 394"
    assert cell.said == ("figure moon, edition 2026.01",)


def test_a_row_that_lost_one_of_two_levels_is_known_by_its_number(study, truth):
    rows = (row(truth, "gone", "age, region", "old", age="old", region="north"),)
    known = said(study, truth, columns=COLUMNS, rows=rows)
    assert [k.group for k in known] == [(("age", "old"), ("region", "north"))]


def test_the_data_of_a_specification_say_more_digits_than_the_table(study, truth):
    value = round(share(truth, "gone", age="old"), 6)
    spec = {"layer": [{"data": {"name": "d"}}], "datasets": {"d": [{"title": "Age", "answer": "Old", "value": value}]}}
    known = said(study, truth, title="The moon, gone, by age", spec=spec)
    assert [(sorted(k.responses), k.group) for k in known] == [(["gone"], (("age", "old"),))]
    assert known[0].high - known[0].low < 1e-4


def test_a_trend_names_no_group_and_speaks_of_other_waves(study, truth):
    columns = ("answer", "wave", "time", "per cent")
    rows = (
        ("there", WAVE, "May 2021", f"{share(truth, 'there'):.1f}"),
        ("there", "lamp-li-2022", "May 2022", f"{share(truth, 'there'):.1f}"),
    )
    assert [k.group for k in said(study, truth, columns=columns, rows=rows)] == [()]


def test_a_group_that_is_named_by_its_size_only(study, truth):
    n = truth.size("moon", (("age", "old"),))[0]
    columns = ("outcome", "wave", "exposed, per cent", "exposed, respondents")
    rows = (("The moon: there", WAVE, f"{share(truth, 'there', age='old'):.1f}", n),)
    assert (("age", "old"),) in [k.group for k in said(study, truth, columns=columns, rows=rows)]


def test_a_difference_is_as_good_as_a_share(study, truth):
    value = round(share(truth, "gone", age="old") - share(truth, "gone", age="young"), 6)
    spec = {"data": {"values": [{"outcome": "The moon: gone", "kind": "as found", "value": value}]}}
    known = said(study, truth, title="The moon and being old", spec=spec)
    assert not untrue(truth, known)
    assert {k.group for k in known} == {(("age", "old"),)}
    assert all(k.high - k.low < 1e-4 for k in known)


def test_a_figure_of_another_wave_says_nothing(study, truth):
    other = replace(MOON, wave="lamp-li-2022")
    assert not said(study, truth, columns=COLUMNS, rows=(row(truth, "gone"),), sources=(other,))


def test_intervals_are_no_shares(study, truth):
    rows = (("moon", "gone", "", "", WAVE, "99.9", share(truth, "gone"), share(truth, "gone")),)
    assert not said(study, truth, columns=COLUMNS, rows=rows)
