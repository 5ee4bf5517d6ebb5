"""What figures say of a wave, read back as an attacker reads it."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from figure_records import SOURCE, lay, make_figure, release

from helpers import WAVE as POLL
from helpers import copy_checkout
from made_up_study import make_study
from subtraction import file_of, leaking, run
from wavebook.estimates import EstimatingStudy
from wavebook.estimates.attack import Truth, leaks, untrue
from wavebook.estimates.compute import Respondents
from wavebook.pages.public import Figure, attack_public, remarks
from wavebook.site.ready import refusals
from wavebook.study import Study
from wavebook.waves.store import read_stored

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


@pytest.fixture
def here(tmp_path):
    """The made-up book with its respondent file."""
    return EstimatingStudy.open(copy_checkout(tmp_path, respondents=True))


def per_cent(here, item, answer, by, level):
    wave = here.described(POLL)
    truth = Respondents.of(here, wave, read_stored(here.root, wave)).truth
    group = ((by, level),)
    return 100 * truth.holds(item, truth.answers_of(item, answer), group)[1] / truth.size(item, group)[1]


def figure_of(here, id_, item, answer, by, level):
    """A figure that tells the share of one answer in one group."""
    source = replace(SOURCE, wave=POLL, evidence="microdata", items=(item,))
    row = (item, answer, by, level, POLL, f"{per_cent(here, item, answer, by, level):.1f}", None, None)
    return make_figure(id=id_, sources=(source,), columns=COLUMNS, rows=(row,))


def named(exposures):
    return "\n".join(str(fault) for exposure in exposures for fault in exposure.faults)


def test_nothing_follows_from_the_made_up_book(here):
    (exposure,) = attack_public(here)
    assert (exposure.wave, exposure.faults) == (POLL, [])
    assert exposure.protected > 100
    assert exposure.statements > 100


def test_subtraction_finds_nothing_in_the_made_up_book(here):
    found = run(here.root / "data/estimates" / POLL, file_of(here.root, POLL))
    assert sum(map(len, found.values())) > 50
    assert not any(leaking(cells) for cells in found.values())


def test_a_figure_that_is_gone_from_the_book_is_still_in_its_edition(here):
    lay(here.root, figure_of(here, "men", "opinion-ferry", "somewhat unfavourable", "sex", "men"))
    release(here.root, "2026.11")
    lay(here.root, make_figure(sources=(SOURCE,)))
    told = named(attack_public(here))
    assert "opinion-ferry, 'somewhat unfavourable', sex women: lie between" in told
    assert "figure men, edition 2026.11" in told
    assert f"data/estimates/{POLL}/opinion-ferry.json" in told
    assert told in "\n".join(map(str, refusals(here))), "nothing is released"


def test_two_editions_tell_together_what_neither_tells(here):
    for edition, id_, level in (("2026.11", "thirties", "30-39"), ("2026.12", "forties", "40-49")):
        assert not named(attack_public(here))
        lay(here.root, figure_of(here, id_, "opinion-bridge", "very unfavourable", "age", level))
        release(here.root, edition)
    told = named(attack_public(here))
    assert "opinion-bridge, 'very unfavourable', age 50-59: lie between" in told
    assert "figure thirties, edition 2026.11" in told
    assert "figure forties, edition 2026.12" in told


def test_a_release_says_of_which_wave_nobody_could_try(tmp_path):
    elsewhere = EstimatingStudy.open(copy_checkout(tmp_path))
    assert attack_public(elsewhere) == []
    (said,) = remarks(elsewhere)
    assert said.startswith(f"{POLL}: its respondent file is not on this machine, so nobody has tried")


def test_a_release_says_what_the_history_still_tells(here):
    assert remarks(here) == []
    path = here.root / f"data/estimates/{POLL}/opinion-ferry-by-sex.json"
    now = path.read_text(encoding="utf-8")
    then = json.loads(now)
    told = per_cent(here, "opinion-ferry", "somewhat unfavourable", "sex", "men") / 100
    columns = {"response": ["somewhat unfavourable"], "sex": ["men"], "share": [told]}
    then["result"]["table"]["columns"] = columns
    git = ["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    subprocess.run([*git, "init", "-q"], cwd=here.root, check=True)
    for text in (json.dumps(then), now):
        path.write_text(text, encoding="utf-8")
        subprocess.run([*git, "add", "-A"], cwd=here.root, check=True)
        subprocess.run([*git, "commit", "-qm", "an estimate"], cwd=here.root, check=True)
    (said,) = remarks(here)
    assert "follow with estimates that the history of git still holds" in said
