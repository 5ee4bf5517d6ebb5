"""Which figures show a wave, read from what executed pages left."""

import json

import pytest

from wavebook import open_study
from wavebook.figures.record import FigureRecord, Source
from wavebook.pages.keys import Key, PageRecord, keep
from wavebook.pages.page import Page
from wavebook.pages.showing import Showing

PAGES = [Page(name, name, "notebooks/any-name.ipynb", None, {}) for name in ("trend", "wave", "groups", "other", "new")]
QUESTIONS = {"trend": [["waves", "brook", "SM"]], "wave": [["toplines", "brook-sm-2022"]]}
COLUMNS = ("item", "answer", "among", "group", "wave", "per cent")
ROWS = {
    "trend": [("approve", "brook-sm-2021", 9)],
    "wave": [("council", "disapprove", None, None, "brook-sm-2022", 9)],
    "groups": [("council", "approve", "age", "18–29", "brook-sm-2022", 9)],
}


@pytest.fixture
def checkout_with_pages(checkout):
    for name in ("trend", "wave", "groups", "other"):
        files = {"data/waves/brook-sm-2022.yml": "x"} if name == "groups" else {}
        made = [f"{name}-figure"] if name in ROWS else []
        keep(checkout, name, PageRecord(Key(files, {}, {}), QUESTIONS.get(name, []), {}, dict.fromkeys(made, 1), []))
    folder = checkout / "book/pages/figures"
    folder.mkdir(parents=True)
    for name, rows in ROWS.items():
        columns = COLUMNS if len(rows[0]) == len(COLUMNS) else ("answer", "wave", "per cent")
        wave = "brook-sm-2021" if name == "trend" else "brook-sm-2022"
        source = Source(wave, "", "", "", "", "", "", "", "published", "k", items=("council",))
        record = FigureRecord(f"{name}-figure", "t", "c", "a", {}, columns, tuple(rows), (source,))
        (folder / f"{name}-figure.json").write_text(json.dumps({"figure": record.to_dict()}))
    return checkout


@pytest.fixture
def showing(checkout_with_pages):
    wave = open_study(checkout_with_pages).described("brook-sm-2022")
    return Showing(checkout_with_pages, PAGES, wave)


def test_pages_that_read_the_wave_or_its_series_show_it_and_of_others_nobody_knows(showing):
    assert showing.pages == ["trend", "wave", "groups"]
    assert showing.not_executed == ["new"]


@pytest.mark.parametrize(
    ("answer", "figure"),
    [
        (("council", "disapprove", ""), "wave-figure"),
        (("council", "approve", "age"), "groups-figure"),
        (("council", "approve", ""), "trend-figure"),  # not shown yet: it comes into the trend
        (("council", "approve", "sex"), None),
        (("council", "refused", ""), None),
        (("council-next-door", "approve", ""), None),
    ],
)
def test_a_share_is_found_in_the_table_in_which_it_stands(showing, answer, figure):
    assert showing.figure(*answer) == figure


def test_a_record_of_before_items_were_told_is_read():
    old = {
        "id": "x", "title": "t", "caption": "c", "alt": "a", "spec": {}, "columns": ["answer"], "rows": [["yes"]],
        "sources": [dict.fromkeys(("wave", "series", "house", "place", "fieldwork", "mode", "n", "question", "key"), "w") | {"evidence": "published"}],
    }  # fmt: skip
    record = FigureRecord.from_dict(old)
    assert record.sources[0].items == ()
    assert not record.shows("item", "yes")
