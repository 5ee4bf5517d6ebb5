"""`wavebook init` in this process: what it writes, what it refuses, what it asks."""

from __future__ import annotations

import os
import pty
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from made_up_house import ITEMS, N, write_sav
from ruamel.yaml import YAML

from helpers import in_shell
from wavebook.pages.book import load_book
from wavebook.pages.contents import contents_of
from wavebook.study import UNDECIDED, Study
from wavebook.study.files import read_bibliography

SAID = ("--house", "Hill Institute", "--series", "Hill & Vale_Poll", "--country", "Liechtenstein", "--mode", "face to face", "--population", "adults 18+")  # fmt: skip


@pytest.fixture
def sav(tmp_path: Path) -> Path:
    return write_sav(tmp_path / "delivered.sav")


def read(path: Path):
    return YAML(typ="safe").load(path)


def test_a_book_of_nothing_is_a_book(run, tmp_path):
    said = run("init", "trust-in_things", cwd=tmp_path)
    book = tmp_path / "trust-in_things"
    assert said.code == 0, said.err
    assert "next: cd trust-in_things" in said.err
    assert read(book / "CITATION.cff")["title"] == "Trust in things"
    study = Study.open(book)
    assert not study.waves
    assert not study.items
    assert (book / "_toc.yml").read_text() == contents_of(load_book(study))
    assert "data/microdata/" in (book / ".gitignore").read_text().splitlines()
    locked = (book / "requirements.lock").read_text().splitlines()
    assert any(re.fullmatch(r"wavebook==\S+", line) for line in locked)
    assert all(re.fullmatch(r"#.*|[a-z0-9-]+==\S+", line) for line in locked)
    assert [path.name for path in tmp_path.iterdir()] == ["trust-in_things"]


def test_a_title_and_authors_stay_what_they_are(run, tmp_path):
    title = 'What *they* "said": {{ 7 }} <b>& more</b> # of it'
    said = run("init", "book", "--title", title, "--author", "Nguyễn, Thị", "--author", "A: house", "--language", "de", cwd=tmp_path)  # fmt: skip
    assert said.code == 0, said.err
    credit = read(tmp_path / "book/CITATION.cff")
    assert credit["title"] == title
    assert credit["authors"] == [{"family-names": "Nguyễn", "given-names": "Thị"}, {"name": "A: house"}]
    assert read(tmp_path / "book/_config.yml")["sphinx"]["config"]["language"] == "de"
    assert "<b>" not in (tmp_path / "book/book/index.md").read_text()


def test_an_empty_folder_is_taken(run, tmp_path):
    (tmp_path / "book").mkdir()
    assert run("init", "book", cwd=tmp_path).code == 0
    assert (tmp_path / "book/_config.yml").is_file()


def test_the_first_wave_needs_no_editing_if_all_is_said(run, tmp_path, sav):
    said = run("init", "book", "--from", str(sav), "--as", "hill-li-2031", *SAID, cwd=tmp_path)
    assert said.code == 0, said.err
    assert "undecided" not in said.err
    assert f"wavebook wave add {sav} --as hill-li-2031" in said.err
    study = Study.open(tmp_path / "book")
    wave = study.described("hill-li-2031")
    assert (wave.country, wave.mode, wave.n) == ("LI", "face-to-face", N)
    assert (wave.fieldwork.start.month, wave.fieldwork.known_to) == (5, "day")
    assert study.series[wave.series].name == "Hill & Vale_Poll"
    entry = read_bibliography(tmp_path / "book/book/references.bib", "references.bib").entries[wave.source]
    assert "Respondent file delivered.sav" in entry.fields["title"]
    codebook = wave.microdata.codebook
    assert (codebook.design.weights, codebook.design.strata, codebook.design.psu) == ("WEIGHT", ("STRATUM",), "PSU")
    assert set(codebook.groups) == {"age", "sex", "education"}
    assert {recode.variable for recode in codebook.items.values()} == set(ITEMS)


def test_items_carry_the_labels_of_their_variables(run, tmp_path, sav):
    run("init", "book", "--from", str(sav), "--as", "hill-li-2031", *SAID, cwd=tmp_path)
    item = Study.open(tmp_path / "book").items["q1-ferry"]
    assert item.title == "What is your opinion of the ferry?"
    assert item.responses[:2] == ("Very good", "Rather good")
    assert item.responses[-2:] == ("Don't know", "Refused")


def test_nothing_that_respondents_wrote_is_written_down(run, tmp_path, sav):
    run("init", "book", "--from", str(sav), "--as", "hill-li-2031", *SAID, cwd=tmp_path)
    assert not any("aunt" in path.read_text() for path in (tmp_path / "book").rglob("*") if path.is_file())


def test_chosen_variables_become_items(run, tmp_path, sav):
    said = run("init", "book", "--from", str(sav), *SAID, "--item", "Q5_mayor", "--item", "Q1_ferry", cwd=tmp_path)
    assert said.code == 0, said.err
    assert list(Study.open(tmp_path / "book").items) == ["q1-ferry", "q5-mayor"]
    assert (tmp_path / "book/data/waves/delivered.yml").is_file()


def test_what_nobody_said_is_left_undecided(run, tmp_path, sav):
    said = run("init", "book", "--from", str(sav), "--as", "hill", cwd=tmp_path)
    assert said.code == 0, said.err
    draft = read(tmp_path / "book/data/waves/hill.yml")
    left = {key for key, value in draft.items() if value == UNDECIDED}
    assert left == {"series", "country", "mode", "population", "source"}
    assert all(f"undecided: {key}" in said.err for key in (*left, "microdata.access"))


@pytest.mark.slow
def test_an_unfinished_draft_is_left_out_until_it_is_decided(run, tmp_path, sav):
    run("init", "book", "--from", str(sav), "--as", "hill", *SAID[:-2], cwd=tmp_path)
    book = tmp_path / "book"
    said = in_shell("build", "--no-site", cwd=book)  # in a process of its own: it leaves sockets of kernels
    assert said.code == 0, said.err
    assert "data/waves/hill.yml: unfinished, so left out: population undecided (line 10)" in said.err
    assert "1 pages executed" in said.err
    added = run("wave", "add", str(sav), "--as", "hill", cwd=book)
    assert added.code == 2
    assert added.err == "data/waves/hill.yml:10: population: still undecided: see the remark beside it\n"
    assert run("wave", "list", "--json", cwd=book).out == '{"waves": []}\n'


@pytest.mark.parametrize(
    ("given", "what"),
    [
        (("--house", "Hill Institute"), "--house: says something of a first wave"),
        (("--language", "no language"), "no language tag"),
        (("--title", " "), "needs a title"),
        (("--author", "a, b, c"), "give one author"),
        (("--from", "gone.sav"), "gone.sav: the file is not there"),
        (("--from", "text.sav"), "text.sav"),
        (("--from", "delivered.sav", "--country", "Nowhere"), "no country"),
        (("--from", "delivered.sav", "--mode", "shouting"), "known are"),
        (("--from", "delivered.sav", "--fieldwork", "2031-13"), "no time"),
        (("--from", "delivered.sav", "--fieldwork", "2031/2030"), "ends before it begins"),
        (("--from", "delivered.sav", "--as", "Not An Id"), "Not An Id"),
        (("--from", "delivered.sav", "--item", "Q99"), "no such variable"),
        (("--from", "delivered.sav", "--item", "Q9_why"), "no item can be made"),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_nothing(run, tmp_path, sav, given, what):
    (tmp_path / "text.sav").write_text("no SPSS file")
    before = sorted(path.name for path in tmp_path.iterdir())
    said = run("init", "book", *given, cwd=tmp_path)
    assert said.code == 2
    assert what in said.err
    assert "Traceback" not in said.err
    assert sorted(path.name for path in tmp_path.iterdir()) == before


@pytest.mark.parametrize("place", ["full", "file", "gone/book"])
def test_a_folder_that_cannot_be_had_is_refused(run, tmp_path, place):
    (tmp_path / "full").mkdir()
    (tmp_path / "full/.hidden").write_text("")
    (tmp_path / "file").write_text("")
    said = run("init", place, cwd=tmp_path)
    assert said.code == 2
    assert place in said.err
    assert sorted(path.name for path in tmp_path.rglob("*")) == [".hidden", "file", "full"]


def test_a_killed_init_leaves_no_half_book(tmp_path):
    command = [sys.executable, "-m", "wavebook", "init", "book"]
    begun = subprocess.Popen(command, cwd=tmp_path, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while begun.poll() is None and not any(tmp_path.iterdir()):
        time.sleep(0.001)
    begun.send_signal(signal.SIGKILL)
    begun.wait()
    assert not (tmp_path / "book").exists()
    again = subprocess.run(command, cwd=tmp_path, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    assert again.returncode == 0, again.stderr
    assert (tmp_path / "book/_config.yml").is_file()


def test_a_terminal_is_asked_and_asked_again(tmp_path, sav):
    answers = ["A title", "", "Klingonish", "fr", "Hill Institute", "", "Atlantis", "LI", "", "adults 18+"]
    code, shown = on_terminal(tmp_path, answers, "--from", str(sav), "--as", "hill")
    assert code == 0, shown
    assert "no language tag" in shown
    assert "no country" in shown
    assert read(tmp_path / "book/CITATION.cff")["title"] == "A title"
    assert read(tmp_path / "book/_config.yml")["sphinx"]["config"]["language"] == "fr"
    draft = read(tmp_path / "book/data/waves/hill.yml")
    assert (draft["country"], draft["mode"], draft["population"]) == ("LI", UNDECIDED, "adults 18+")


def on_terminal(cwd: Path, answers: list[str], *more: str) -> tuple[int, str]:
    """Run the command on a terminal, and type answers."""
    mine, its = pty.openpty()
    command = [sys.executable, "-m", "wavebook", "init", "book", *more]
    begun = subprocess.Popen(command, cwd=cwd, stdin=its, stdout=its, stderr=its, close_fds=True)
    os.close(its)
    os.write(mine, "".join(f"{answer}\n" for answer in answers).encode())
    shown = b""
    try:
        while part := os.read(mine, 4096):
            shown += part
    except OSError:  # how a terminal says that nobody is there any more
        pass
    os.close(mine)
    return begun.wait(), shown.decode()
