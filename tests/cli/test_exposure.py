"""What the command says of what follows from all estimates of a wave, and that it writes none that tell too much."""

from __future__ import annotations

from dataclasses import replace

import pytest

from helpers import WAVE, copy_checkout, snapshot
from wavebook.cli import main
from wavebook.estimates import EstimatingStudy
from wavebook.estimates.compute import Respondents
from wavebook.estimates.records import records_of, write_record
from wavebook.estimates.suppression import Plan
from wavebook.waves.store import read_stored


@pytest.fixture
def root(tmp_path):
    return copy_checkout(tmp_path, respondents=True)


@pytest.fixture
def respondents(root):
    study = EstimatingStudy.open(root)
    wave = study.described(WAVE)
    return Respondents.of(study, wave, read_stored(root, wave))


def told(respondents, answer, **levels):
    """An estimate that tells one share, whatever the rule says."""
    truth, group = respondents.truth, tuple(levels.items())
    gave = truth.holds("opinion-ferry", truth.answers_of("opinion-ferry", answer), group)[1]
    share = gave / truth.size("opinion-ferry", group)[1]
    columns = {"response": [answer], **{name: [level] for name, level in levels.items()}, "share": [share]}
    known = next(records_of(respondents.study.root, WAVE))
    arguments = {"item": "opinion-ferry", "by": list(levels), "answers": [answer]}
    return replace(known, function="shares", arguments=arguments, result={"table": {"columns": columns}})


def test_estimate_writes_nothing_if_something_follows(root, monkeypatch, capsys):
    monkeypatch.chdir(root)
    monkeypatch.setattr(Plan, "of", lambda plan, table: {p.name: tuple(plan.answers.parts) for p in plan.told})
    before = snapshot(root)
    monkeypatch.setattr("sys.argv", ["wavebook", "estimate"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert (
        f'data/estimates/{WAVE}: opinion-bridge, "don\'t know", age 30-39: are 5.9 weighted respondents (from ' in said
    )
    assert f"data/estimates/{WAVE}: and " in said, "not all are named"
    assert snapshot(root) == before


def test_a_check_names_what_follows_from_committed_estimates(root, respondents, monkeypatch, capsys):
    write_record(root, told(respondents, "somewhat unfavourable", sex="men"))
    monkeypatch.chdir(root)
    monkeypatch.setattr("sys.argv", ["wavebook", "estimate", "--check"])
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr().err
    assert ended.value.code == 1
    assert "2 follow within fewer than 10 respondents, 2 of them exactly" in said
    one = f"data/estimates/{WAVE}/opinion-ferry-somewhat-unfavourable-by-sex.json"
    assert f"{one}: of 4 protected answers 2 follow, 0 from it alone" in said
    assert "opinion-ferry, 'somewhat unfavourable', sex women: are 8.6 weighted respondents" in said
    assert f"(from {one}, data/estimates/{WAVE}/opinion-ferry.json)" in said
