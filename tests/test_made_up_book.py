"""The made-up book of the tests: it is what its script makes, says that it is made up, and has no word of this book."""

import json
import re
import runpy
import shutil

import pytest

from helpers import BOOK, FIXTURES, ROOT, snapshot
from wavebook import open_study
from wavebook.estimates.records import differences

TEXTS = [path for path in BOOK.rglob("*") if path.suffix in {".yml", ".csv", ".md", ".bib", ".ipynb", ".py", ".json"}]


@pytest.mark.slow
def test_its_script_makes_it_again(tmp_path):
    """The estimates to nine digits: another processor may round otherwise."""
    book = shutil.copytree(BOOK, tmp_path / "book", ignore=shutil.ignore_patterns("__pycache__"))
    made = runpy.run_path(str(FIXTURES / "make_book.py"))
    made["make"](book, tmp_path / "respondents.csv")
    assert (tmp_path / "respondents.csv").read_bytes() == (FIXTURES / "respondents.csv").read_bytes()
    there, again = (
        {name: text for name, text in snapshot(root).items() if "__pycache__" not in name} for root in (BOOK, book)
    )
    assert there.keys() == again.keys()
    for name, text in there.items():
        if name.startswith("data/estimates/"):
            assert not differences(json.loads(text), json.loads(again[name])), name
        else:
            assert text == again[name], name


def test_it_loads_and_says_that_it_is_made_up():
    study = open_study(BOOK)
    study.check()
    assert all("made up" in series.house for series in study.series.values())
    assert all(
        re.search(r"made[ -]up", entry.fields["title"], re.IGNORECASE)
        for key, entry in study.sources.entries.items()
        if any(topline.source == key for topline in study.all_toplines)
    )
    for path in (BOOK / "data/estimates").glob("*/*.json"):
        assert json.loads(path.read_text(encoding="utf-8"))["evidence"] == "synthetic"
    assert "made up" in (BOOK / "book/index.md").read_text(encoding="utf-8")


def test_no_word_of_this_book_is_in_it():
    """Of the names of this book's series, waves and items, and of its places."""
    study, own = open_study(ROOT), open_study(BOOK)
    words = {*study.series, *study.waves} - {*own.series, *own.waves}
    words |= {wave.place for wave in study.waves.values() if wave.country}
    for path in TEXTS:
        text = path.read_text(encoding="utf-8")
        assert not [word for word in words if re.search(rf"\b{re.escape(word)}\b", text)], path
