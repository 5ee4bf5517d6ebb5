"""The commands about respondent files, as an analyst meets them."""

import json
import re
import shutil

import pyreadstat
import pytest

import made_up_wave
from helpers import copy_checkout, in_shell, snapshot
from made_up_wave import LIKE, WAVE


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A checkout, and a respondent file that fits a wave described in it."""
    place = tmp_path_factory.mktemp("made")
    root = copy_checkout(place)
    made_up_wave.describe(root, 400)
    return root, made_up_wave.make_sav(root, place / "delivered.sav")


@pytest.fixture
def desk(made, tmp_path):
    root = shutil.copytree(made[0], tmp_path / "my book")
    return root, shutil.copy(made[1], tmp_path / "delivered.sav")


@pytest.fixture
def built_desk(built_book, desk, tmp_path):
    """The same where the book was built, and of one page nobody knows it any more."""
    root = shutil.copytree(built_book, tmp_path / "built")
    (root / "_build/pages/claims.json").unlink()
    shutil.copy(desk[0] / f"data/waves/{WAVE}.yml", root / "data/waves")
    return root, desk[1]


def check(run, root, file, wave=WAVE):
    said = run("wave", "check", str(file), "--as", wave, "--json", cwd=root)
    return said, json.loads(said.out)


@pytest.mark.slow
def test_checking_tells_what_would_change_and_writes_nothing(run, built_desk):
    root, file = built_desk
    before = snapshot(root)
    said, found = check(run, root, file)
    assert said.code == 0
    assert (found["ok"], found["errors"], found["claims"]) == (True, [], [])
    assert found["pages"] == ["li-ferry-trend"]
    assert found["not_executed"] == ["claims"]
    shown = [change for change in found["changes"] if change["figure"]]
    assert [(c["figure"], c["group"], c["before"]) for c in shown] == [("li-ferry-trend", "all", None)]
    assert 60 < shown[0]["after"] < 80
    assert {"item", "response", "group", "before", "after", "figure"} == set(found["changes"][0])
    said = run("wave", "check", str(file), "--as", WAVE, cwd=root)
    assert "pages that show this wave: li-ferry-trend" in said.err
    assert "not executed yet, so nobody knows what they show: claims" in said.err
    assert snapshot(root) == before


def test_checking_tells_which_statements_of_the_article_would_be_judged_otherwise(run, desk, tmp_path):
    root, _ = desk
    file = tmp_path / "other.sav"
    arguments = ["--n", "420", "--set", "opinion-ferry.favourable=0.4", "--out", str(file)]
    assert run("simulate", LIKE, *arguments, cwd=root).code == 0
    said, found = check(run, root, file, LIKE)
    assert said.code == 0, said.err
    assert {"id": "ferry-2019", "before": "confirmed independently", "after": "contradicted"} in found["claims"]
    assert any("another file than the one" in warning["what"] for warning in found["warnings"])


def test_errors_stop_the_file_and_nothing_is_written(run, desk):
    root, file = desk
    path = root / f"data/waves/{WAVE}.yml"
    path.write_text(path.read_text().replace("very favourable: Very Favourable", "very favourable: Very Good"))
    before = snapshot(root)
    said, found = check(run, root, file)
    assert said.code == 1
    assert not found["ok"]
    assert any(
        "opinion-ferry: the codebook has no category for 'Very Favourable'" in e["what"] for e in found["errors"]
    )
    assert found["changes"] == []
    said = run("wave", "add", str(file), "--as", WAVE, cwd=root)
    assert said.code == 1
    assert "nothing was added" in said.err
    assert snapshot(root) == before


@pytest.mark.slow
def test_a_share_that_contradicts_the_printed_one_is_a_warning(run, built_desk):
    root, file = built_desk
    with (root / "data/published/hill.csv").open("a") as published:
        published.write(f"{WAVE},opinion-ferry,favourable,,,20,400,gazette2023,,article,\n")
    said, found = check(run, root, file)
    assert said.code == 0
    (warning,) = [w for w in found["warnings"] if "gazette2023 gives 20%" in w["what"]]
    assert warning["where"] == f"{WAVE}: opinion-ferry"
    change = next(c for c in found["changes"] if c["figure"])
    assert change["before"] == 20


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["wave", "check", "nowhere.sav", "--as", WAVE], "nowhere.sav: the file is not there"),
        (["wave", "check", "{file}", "--as", "brook-li-2021"], "data/waves/brook-li-2021.yml: has no microdata.codebook"),
        (["wave", "check", "{file}", "--as", "nonsense"], "unknown wave 'nonsense'"),
        (["wave", "new", "{file}", "--as", LIKE], f"data/waves/{LIKE}.yml: is there already; nothing is overwritten"),
        (["wave", "new", "{file}", "--as", "../evil"], "../evil: use lower-case words and numbers joined by hyphens"),
        (["wave", "new", "{file}", "--as", "x-1", "--member", "a.sav"], "delivered.sav: "),
        (["wave", "fetch", "brook-li-2021"], "data/waves/brook-li-2021.yml: has no microdata.url"),
        (["estimate", LIKE], f"{LIKE}: its respondent file is not on this machine"),
        (["simulate", LIKE, "--n", "100", "--out", "x.csv"], "x.csv: a made-up wave is written as .sav"),
        (["simulate", LIKE, "--n", "100", "--out", "{file}"], "is there already; nothing is overwritten"),
        (["simulate", "brook-li-2021", "--n", "100", "--out", "x.sav"], "brook-li-2021: has no codebook"),
        (["simulate", LIKE, "--n", "1", "--out", "x.sav"], "--n"),
        (["simulate", LIKE, "--n", "100", "--out", "x.sav", "--set", "opinion-mars.good=1"], "no item 'opinion-mars'"),
        (["simulate", LIKE, "--n", "100", "--out", "x.sav", "--set", "opinion-ferry.good=1"], "has no answer 'good'"),
        (["simulate", LIKE, "--n", "100", "--out", "x.sav", "--set", "opinion-ferry.refused=7"], "between 0 and 1"),
        (["simulate", LIKE, "--n", "100", "--out", "x.sav", "--set", "opinion-ferry.favourable=0.9", "--set", "opinion-ferry.unfavourable=0.9"], "add up to 1.8"),
        (["simulate", LIKE, "--n", "100", "--out", "x.sav", "--set", "opinion-ferry.favourable=0.9", "--set", "opinion-ferry.very favourable=0.9"], "that another setting sets"),
    ],
)  # fmt: skip
def test_bad_input_is_one_message_and_exit_2(run, desk, arguments, message):
    root, file = desk
    before = snapshot(root.parent)
    said = run(*(argument.format(file=file) for argument in arguments), cwd=root)
    assert said.code == 2, said
    assert message in said.err
    assert "Traceback" not in said.err
    assert snapshot(root.parent) == before


def test_a_draft_of_a_made_up_file_can_be_checked_at_once(run, desk):
    root, file = desk
    said = run("wave", "new", str(file), "--as", "hill-li-2030-9", cwd=root)
    assert said.code == 0
    text = (root / "data/waves/hill-li-2030-9.yml").read_text()
    assert "as hill-li-2019-1; is it the same here?" in text
    assert "Made up by `wavebook simulate`" in text
    said, found = check(run, root, file, "hill-li-2030-9")
    assert (said.code, found["errors"]) == (0, [])


def test_what_a_draft_leaves_undecided_is_told_by_line(run, desk):
    root, _file = desk
    path = root / "data/waves/x-1.yml"
    path.write_text("series: undecided\nfieldwork: {start: 2026-05-01, end: undecided}\n")
    assert "x-1" not in run("wave", "list", cwd=root).out
    said = run("wave", "show", "x-1", cwd=root)
    assert said.code == 2
    assert "data/waves/x-1.yml:1: series: still undecided" in said.err
    assert "data/waves/x-1.yml:2: fieldwork.end: still undecided" in said.err


def test_simulated_files_follow_the_shares_that_are_set(run, desk, tmp_path):
    root, _ = desk
    out = tmp_path / "set.sav"
    arguments = ["--n", "2000", "--set", "opinion-ferry.favourable=0.25", "--set", "opinion-tram.refused=0.5"]
    assert run("simulate", LIKE, *arguments, "--out", str(out), cwd=root).code == 0
    made_up_wave.describe(root, 2000)
    _, found = check(run, root, out)
    after = {(c["item"], c["response"]): c["after"] for c in found["changes"] if c["group"] == "all"}
    assert abs(after["opinion-ferry", "favourable"] - 25) < 3
    assert abs(after["opinion-tram", "refused"] - 50) < 3
    again = tmp_path / "again.sav"
    run("simulate", LIKE, *arguments, "--out", str(again), cwd=root)
    assert pyreadstat.read_sav(again)[0].equals(pyreadstat.read_sav(out)[0])


def test_estimates_are_held_against_the_committed_ones(run, desk):
    root, file = desk
    made_up_wave.add(root, file)
    assert run("estimate", "--check", cwd=root).code == 0
    path = root / f"data/estimates/{WAVE}/trust-ferry-by-age.json"
    text = path.read_text()
    path.write_text(re.sub(r'"share": \[0\.(\d)', r'"share": [0.9\1', text))
    said = run("estimate", WAVE, "--check", cwd=root)
    assert said.code == 1
    assert f"data/estimates/{WAVE}/trust-ferry-by-age.json: table.columns.share[1]: " in said.err
    path.unlink()
    assert "trust-ferry-by-age.json: not committed" in run("estimate", WAVE, "--check", cwd=root).err
    said = run("estimate", cwd=root)
    assert (said.code, path.read_text()) == (0, text)
    assert f"{WAVE}: 24 estimates; 1 written, 0 removed" in said.err


def test_estimates_that_nothing_asks_for_are_removed(run, desk):
    root, file = desk
    made_up_wave.add(root, file)
    path = root / f"data/waves/{WAVE}.yml"
    path.write_text(re.sub(r"      opinion-bridge: .*\n", "", path.read_text()))
    said = run("estimate", cwd=root)
    assert "18 estimates; 18 written, 6 removed" in said.err


def test_without_respondent_files_estimating_says_so(run, desk):
    said = run("estimate", cwd=desk[0])
    assert said.code == 0
    assert "no respondent file is on this machine" in said.err


@pytest.mark.slow
def test_adding_stores_estimates_and_rebuilds(built_small_book, tmp_path):
    root = shutil.copytree(built_small_book, tmp_path / "my book")
    made_up_wave.describe(root, 400)
    file = made_up_wave.make_sav(root, tmp_path / "delivered.sav")
    said = in_shell("wave", "add", str(file), "--as", WAVE, cwd=root)
    assert said.code == 0, said.err
    assert "withheld, because they would tell of too few respondents" in said.err
    assert re.search(r"opinion-ferry +favourable +7\d\.\d +\d\.\d\d", said.err)
    assert (root / f"data/microdata/{WAVE}.sav").read_bytes() == file.read_bytes()
    assert "sha256: " in (root / f"data/waves/{WAVE}.yml").read_text()
    assert (root / "_build/html/index.html").is_file()
    again = in_shell("wave", "add", str(file), "--as", WAVE, cwd=root)
    assert "0 written, 0 removed" in again.err
    assert "0 pages executed, 2 reused" in again.err
