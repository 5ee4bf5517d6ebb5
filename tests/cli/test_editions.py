"""Commands about editions, on a book of one figure that is laid where an executed page leaves it."""

import json
import shutil
import subprocess

import pytest
from figure_records import lay, make_figure, release

from wavebook.study import git

NAME = "data/editions/2026.11/li-ferry-trend/li-ferry-trend.csv"


@pytest.fixture
def root(checkout):
    lay(checkout, make_figure(sources=()))
    release(checkout, "2026.11")
    return checkout


def test_verifying_says_what_it_found(run, root):
    said = run("edition", "verify", cwd=root)
    assert (said.code, said.out, said.err) == (0, "", "2026.11: 1 figure, 9 files, unsigned: as released\n")
    (root / NAME).write_text("changed")
    said = run("edition", "verify", "2026.11", cwd=root)
    assert said.code == 1
    assert said.err == f"{NAME}: a released file was changed\n2026.11: 1 figure, 9 files, unsigned: 1 fault\n"
    said = run("edition", "verify", "--json", cwd=root)
    assert (said.code, said.err) == (1, "")
    (edition,) = json.loads(said.out)["editions"]
    assert edition["faults"] == [{"where": NAME, "what": "a released file was changed"}]


def test_a_book_without_editions_has_none_to_verify(run):
    said = run("edition", "verify")
    assert (said.code, said.err) == (0, "no edition has been released yet\n")
    assert run("edition", "verify", "2026.11").code == 2


def test_a_release_that_was_interrupted_is_told_and_completed(run, root):
    credit = root / "CITATION.cff"
    after = credit.read_text()
    before = after.replace('version: "2026.11"', "version: 0.1.0")
    credit.write_text(before)
    half = root / "data/editions/.part-x"
    half.mkdir()
    (half / "manifest.json").write_text("{")
    said = run("edition", "verify", cwd=root)
    assert said.code == 0
    assert "`wavebook release 2026.11` completes its release" in said.err
    said = run("release", "2026.11", cwd=root)
    assert said.code == 0
    assert "its release had been interrupted and is complete now" in said.err
    assert credit.read_text() == after
    assert not half.exists()
    assert run("release", "2026.11", "--by", "Mai Ng", cwd=root).code == 2


def test_nobody_releases_without_a_name(run, checkout, monkeypatch):
    monkeypatch.setattr(git, "person", lambda root: None)
    said = run("release", "2026.11", cwd=checkout)
    assert said.code == 2
    assert said.err == (
        "release: git knows no name and address of whoever works here (git config user.name, user.email); say it: --by NAME\n"
    )


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not on this machine: signing not tested")
def test_an_edition_is_signed_later_but_not_one_that_was_changed(run, root, tmp_path):
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", key], check=True)
    (root / NAME).write_text("changed")
    said = run("edition", "sign", "2026.11", "--key", str(key), cwd=root)
    assert (said.code, said.err) == (2, f"{NAME}: a released file was changed\n")
    (root / NAME).write_text(make_figure().csv())
    said = run("edition", "sign", "2026.11", "--key", str(key), cwd=root)
    assert said.code == 0
    assert "signed with the ED25519 key SHA256:" in said.err
    assert "as released" in run("edition", "verify", cwd=root).err
