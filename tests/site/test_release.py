"""Editions are released whole, from what is there, and stay what they were."""

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path

import pytest
from figure_records import BOOK, DAY, lay, make_figure, release

from helpers import snapshot
from wavebook.figures import editions
from wavebook.figures.citing.credit import read_book
from wavebook.figures.editions.sealing import faults_of
from wavebook.figures.editions.signing import PART
from wavebook.site.drawings import Drawings
from wavebook.site.frozen import PAGE, Maker
from wavebook.site.release import recover
from wavebook.site.shown import shown_figures
from wavebook.study import Refused

OTHER = {"id": "sm-ferry-trend", "title": "Side in the dispute"}
ID = "li-ferry-trend"


def kept(root):
    """All of a book but what can be made again."""
    return {
        name: content for name, content in snapshot(root).items() if not name.startswith(("_build/", "book/pages/"))
    }


def test_the_first_release_freezes_every_figure(tmp_path):
    lay(tmp_path, make_figure(), make_figure(**OTHER))
    said = release(tmp_path, "2026.11", commit="abc")
    assert [sentence.rpartition(": ")[2] for sentence in said] == ["new.", "new."]
    assert editions.editions(tmp_path) == ["2026.11"]
    now = editions.current(tmp_path)[ID]
    assert (now.edition, now.date, now.commit, now.releaser) == ("2026.11", DAY, "abc", "Mai Ng <mai@example.org>")
    assert faults_of(tmp_path) == []


def test_an_edition_holds_all_that_a_version_shows_and_offers(tmp_path):
    lay(tmp_path, make_figure())
    release(tmp_path, "2026.11", commit="abc")
    folder = tmp_path / f"data/editions/2026.11/{ID}"
    endings = ("bib", "csl.json", "csv", "json", "ris", "svg", "txt")
    assert {path.name for path in folder.iterdir()} == {*(f"{ID}.{ending}" for ending in endings), PAGE, "record.json"}
    record = json.loads((folder / "record.json").read_text())
    assert (record["edition"], record["commit"], record["figure"]["schema"]) == ("2026.11", "abc", 1)
    assert record["references"] == {"gazette2023": "The Gazette. (2023). Of ferries."}
    assert (folder / f"{ID}.csv").read_text() == make_figure().csv()
    assert "@misc{gazette2023" in (folder / f"{ID}.bib").read_text()
    assert "In A book (edition 2026.11)" in (folder / f"{ID}.txt").read_text()
    picture = (folder / f"{ID}.svg").read_text()
    for said in (make_figure().title, "Hill Poll: hill-li-2023-5", "A book, edition", make_figure().version):
        assert said in picture


def test_a_manifest_tells_who_released_what(tmp_path):
    lay(tmp_path, make_figure())
    release(tmp_path, "2026.11", commit="abc")
    lay(tmp_path, make_figure(caption="Another."), make_figure(**OTHER))
    release(tmp_path, "2026.12", dt.date(2026, 12, 1), releaser="Ott")
    first, second = (editions.read_manifest(tmp_path, name) for name in ("2026.11", "2026.12"))
    assert (first.previous, first.commit, first.releaser) == (None, "abc", "Mai Ng <mai@example.org>")
    assert (second.previous is not None, second.commit, second.releaser) == (True, None, "Ott")
    assert len(second.engine["digest"]) == 64
    assert set(second.figures) == {ID, "sm-ferry-trend"}
    assert [sentence.rpartition(": ")[2] for sentence in second.changes] == ["caption changed, no number did.", "new."]


@pytest.mark.parametrize(
    ("edition", "message"),
    [
        ("2026.10", "does not follow the last edition, 2026.11"),
        ("2026.11", "does not follow the last edition"),
        ("autumn", "named by year and month"),
        ("../2027.01", "named by year and month"),
        ("2026.12", "no figure has changed since 2026.11"),
    ],
)
def test_what_cannot_be_released_is_refused_and_nothing_written(tmp_path, edition, message):
    lay(tmp_path, make_figure())
    release(tmp_path, "2026.11")
    before = snapshot(tmp_path)
    with pytest.raises(Refused, match=message):
        release(tmp_path, edition)
    assert snapshot(tmp_path) == before


def test_nothing_made_up_is_released(tmp_path):
    source = make_figure().sources[0]
    lay(tmp_path, make_figure(sources=(type(source)(**{**source.__dict__, "evidence": "synthetic"}),)))
    before = snapshot(tmp_path)
    with pytest.raises(Refused, match="rests on synthetic data"):
        release(tmp_path, "2026.11")
    assert snapshot(tmp_path) == before


def test_a_source_that_is_not_in_the_bibliography_leaves_nothing(tmp_path):
    lay(tmp_path, make_figure())
    (tmp_path / "book/references.bib").write_text("")
    with pytest.raises(Refused, match="there is no entry gazette2023"):
        release(tmp_path, "2026.11")
    assert list((tmp_path / "data/editions").iterdir()) == []


def test_nothing_is_released_beside_an_edition_that_was_changed(tmp_path):
    lay(tmp_path, make_figure())
    release(tmp_path, "2026.11")
    (tmp_path / f"data/editions/2026.11/{ID}/{ID}.csv").write_text("changed")
    lay(tmp_path, make_figure(caption="Another."))
    with pytest.raises(Refused, match=f"{ID}.csv: a released file was changed"):
        release(tmp_path, "2026.12")


def test_a_released_version_says_what_it_said_whatever_becomes_of_the_book(tmp_path):
    lay(tmp_path, make_figure())
    release(tmp_path, "2026.11")
    before = snapshot(tmp_path / "data/editions")
    (tmp_path / "CITATION.cff").write_text(BOOK["CITATION.cff"].replace("The makers", "Others").replace("A book", "B"))
    (tmp_path / "book/references.bib").write_text(BOOK["book/references.bib"].replace("gazette2023", "another2023"))
    lay(tmp_path)
    assert editions.find(tmp_path, ID).edition == "2026.11"
    assert faults_of(tmp_path) == []
    maker = Maker(tmp_path, read_book(tmp_path), Drawings(tmp_path / "_build/drawings"))
    (shown,) = shown_figures(tmp_path, maker)[ID]
    assert shown.files == snapshot(tmp_path / f"data/editions/2026.11/{ID}")
    assert snapshot(tmp_path / "data/editions") == before


def test_a_look_that_changed_makes_no_new_version(tmp_path):
    lay(tmp_path, make_figure())
    release(tmp_path, "2026.11")
    spec = {
        **make_figure().spec,
        "$schema": "https://vega.github.io/schema/vega-lite/v6.4.0.json",
        "config": {"font": "x"},
    }
    lay(tmp_path, make_figure(spec=spec))
    now = editions.current(tmp_path)[ID]
    assert now.edition == "2026.11"
    assert now.figure.spec == make_figure().spec
    with pytest.raises(Refused, match="no figure has changed"):
        release(tmp_path, "2026.12")


def test_a_release_that_is_killed_at_any_write_leaves_nothing_or_all_and_is_completed_by_the_next(tmp_path):
    book, place = tmp_path / "book", tmp_path / "killed"
    book.mkdir()
    (book / "CHANGELOG.md").write_text("# Changelog\n\n## Unreleased\n\n- Words.\n")
    lay(book, make_figure())
    release(book, "2026.10", dt.date(2026, 10, 1))
    lay(book, make_figure(caption="Another."), make_figure(**OTHER))
    Drawings(book / "_build/drawings", book / editions.MADE).path(make_figure(**OTHER))
    before = kept(book)
    driver = Path(__file__).with_name("release_killed.py")
    done = subprocess.run(
        [sys.executable, str(driver), str(book), str(place), "2026.11", DAY.isoformat()],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    *killed, whole = sorted(place.iterdir())
    after = kept(whole)
    assert editions.editions(whole) == ["2026.10", "2026.11"]
    assert len(killed) > 25  # every file of two figures, the manifest, the folder's name, and what tells of it
    found = {"nothing": 0, "all": 0}
    for root in killed:
        there = {name: text for name, text in kept(root).items() if not name.startswith(f"data/editions/{PART}")}
        assert faults_of(root) == [], root.name
        if editions.editions(root) == ["2026.10"]:
            found["nothing"] += 1
            assert there == before, root.name
            assert recover(root) is None
            release(root, "2026.11")
        else:
            found["all"] += 1
            edition = {name for name in after if name.startswith("data/editions/")}
            assert {name: text for name, text in there.items() if name in edition} == {
                name: after[name] for name in edition
            }
            assert (completed := recover(root)) is not None
            assert completed.edition == "2026.11"
        assert kept(root) == after, root.name
        assert recover(root) is None
    assert min(found.values()) > 1, found
