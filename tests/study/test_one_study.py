"""A study is opened without reading, checked whole, and reads each file once."""

import builtins
import io
import subprocess
import sys

import pytest

import wavebook
from helpers import BOOK
from made_up_study import CODEBOOK, WAVE, make_study, topline
from wavebook.estimates import EstimatingStudy
from wavebook.study import Refused, Study

FAULTY = "data/waves/lamp-li-2021.yml"
UNKNOWN_ITEM = {FAULTY: WAVE.format(country="LI", year=2021) + CODEBOOK.replace("moon: {variable", "sun: {variable")}
LINE = next(n for n, text in enumerate(UNKNOWN_ITEM[FAULTY].splitlines(), 1) if "sun:" in text)
COMMANDS = [
    ["build"],
    ["status"],
    ["explain", "page"],
    ["estimate"],
    ["estimate", "lamp-li-2021", "--check"],
    ["simulate", "lamp-li-2021", "--n", "30", "--out", "made-up.sav"],
    ["release", "2026.11"],
    ["wave", "list"],
    ["wave", "show", "lamp-li-2020"],
    ["wave", "new", "file.csv", "--as", "lamp-li-2023"],
    ["wave", "check", "file.csv", "--as", "lamp-li-2021"],
    ["wave", "add", "file.csv", "--as", "lamp-li-2021"],
    ["wave", "fetch", "lamp-li-2021"],
    ["figure", "cite", "page"],
    ["figure", "verify", "page"],
]


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_no_command_works_with_a_codebook_that_names_an_unknown_item(tmp_path, run, arguments):
    root = make_study(tmp_path, files=UNKNOWN_ITEM)
    said = run(*arguments, cwd=root)
    assert said.code == 2
    assert f"{FAULTY}:{LINE}: unknown item 'sun'; known: moon" in said.err
    assert "Traceback" not in said.err


def test_opening_reads_nothing_and_checking_tells_all_faults(tmp_path):
    rows = [topline("lamp-li-2020", "bright", "41"), topline("lamp-li-2020", "blue", "3")]
    study = Study.open(make_study(tmp_path, rows, {**UNKNOWN_ITEM, "data/events.yml": "- {date: 2021-01-01}\n"}))
    with pytest.raises(Refused) as refused:
        study.check()
    assert [str(fault).split("; known")[0] for fault in refused.value.faults] == [
        "data/events.yml:1: 0.label: is missing",
        "data/published/lamp.csv:3: unknown response of moon 'blue'",
        f"{FAULTY}:{LINE}: unknown item 'sun'",
    ]


def test_commands_and_notebooks_open_the_same(tmp_path):
    study = wavebook.open_study(make_study(tmp_path))
    assert type(study) is EstimatingStudy
    study.check()


def test_each_file_is_read_once_between_checking_and_asking(tmp_path, monkeypatch):
    root = make_study(tmp_path, [topline("lamp-li-2020", "bright", "41")], {"data/events.yml": "[]\n"})
    opened, real = [], io.open

    def listening(file, *arguments, **named):
        opened.append(str(file))
        return real(file, *arguments, **named)

    study = Study.open(root)
    study.check()
    monkeypatch.setattr(io, "open", listening)
    monkeypatch.setattr(builtins, "open", listening)
    assert study.items
    assert study.series
    assert study.events() == []
    assert study.sources.entries
    assert [t.percent for t in study.all_toplines] == ["41"]
    assert not [name for name in opened if str(root) in name]


def test_a_fault_of_one_file_does_not_hide_what_another_says(tmp_path):
    study = Study.open(make_study(tmp_path, files={"data/events.yml": "- {date: soon, label: x}\n"}))
    assert list(study.items) == ["moon"]
    with pytest.raises(Refused, match=r"data/events.yml:1: 0.date: "):
        study.events()


def test_knowing_what_is_stale_and_what_there_is_takes_no_frames():
    """Commands that only look at files start three times faster without pandas and pandera."""
    program = (
        "import sys; from wavebook.study import Study; from wavebook.pages.book import load_book\n"
        f"study = Study.open({str(BOOK)!r}); study.check(); load_book(study); print(*sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not {"pandas", "pandera", "altair"} & set(said.stdout.split())
