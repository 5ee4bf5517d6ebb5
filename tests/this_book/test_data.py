"""This book as it lies here: it loads, its parts fit together, and nothing in it is made up or private."""

import json
import subprocess

import pytest

import wavebook
from chapters.meetings.record import read_meetings
from helpers import ROOT
from wavebook.claims import load_claims, registered
from wavebook.estimates.attack.cells import FEWEST_RESPONDENTS
from wavebook.figures.citing.credit import read_book
from wavebook.figures.citing.deposits import check_deposits
from wavebook.figures.editions.sealing import faults_of
from wavebook.pages.book import load_book
from wavebook.pages.contents import contents_of, unnamed_prose
from wavebook.pages.prose import check_prose


@pytest.fixture(scope="module")
def study():
    return wavebook.open_study(ROOT)


def test_it_loads_and_every_name_in_it_is_known(study):
    study.check()
    load_claims(ROOT, study)
    registered(study)
    assert read_book(ROOT).title


def test_each_meeting_of_its_record_names_sources_that_it_has(study):
    for meeting in read_meetings(ROOT):
        assert set(meeting.source) <= set(study.sources.entries), meeting.when


def test_archives_read_of_it_what_its_credit_says():
    assert [str(fault) for fault in check_deposits(ROOT)] == []


def test_its_pages_load_and_the_table_of_contents_is_theirs(study):
    book = load_book(study)
    assert (ROOT / "_toc.yml").read_text() == contents_of(book), "run `wavebook build` and commit _toc.yml"
    assert unnamed_prose(ROOT, book) == []


def test_no_number_of_opinion_is_typed_into_its_prose():
    assert [str(fault) for fault in check_prose(ROOT)] == []


def test_its_released_editions_are_as_they_were_released():
    assert faults_of(ROOT) == []


def test_no_estimate_in_it_is_made_up_or_about_too_few():
    records = sorted((ROOT / "data/estimates").glob("*/*.json"))
    for path in records:
        record = json.loads(path.read_text())
        assert record["evidence"] == "microdata", path
        if record["function"] == "shares" and record["arguments"]["by"]:
            columns = record["result"]["table"]["columns"]
            assert not columns["n"] or min(columns["n"]) >= FEWEST_RESPONDENTS, path
            assert not {"cell", "missing"} & set(columns), path
    assert not list((ROOT / "data/estimates").glob("*/.*"))


def test_no_row_of_a_respondent_file_is_in_this_repository():
    """The first cells of the file of 2017 as it is laid out, and its long list of variables."""
    marks = [b'"CAB ' + b"OTS W1", b"SupvCode" + b'","Visit']
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False).stdout.decode()
    for name in filter(None, listed.split("\0")):
        path = ROOT / name
        if path.is_file():
            content = path.read_bytes()
            assert not [mark for mark in marks if mark in content], name
