"""What lies in a book already is looked through for respondents before it is published."""

import shutil

import pytest

from helpers import FIXTURES, WAVE, copy_checkout, snapshot
from wavebook.pages.kept import drop_private
from wavebook.pages.printed import readable
from wavebook.study import Refused, Study
from wavebook.waves.recognising.stored import Private

ROWS = "".join((FIXTURES / "respondents.csv").read_text().splitlines(keepends=True)[:7])


@pytest.fixture
def root(tmp_path):
    return copy_checkout(tmp_path, respondents=True)


def drop(root):
    drop_private(root, Private(Study.open(root)))


def test_a_page_of_an_earlier_build_that_shows_respondents_is_removed_and_others_stay(root):
    pages = root / "book/pages"
    (pages / "figures").mkdir(parents=True)
    (pages / "bad.ipynb").write_text(f'{{"text": "{ROWS}"}}')
    (pages / "figures/bad.json").write_text(ROWS)
    (pages / "good.ipynb").write_text('{"text": "60 in 100 of 420"}')
    drop(root)
    assert sorted(path.name for path in pages.rglob("*") if path.is_file()) == ["good.ipynb"]


@pytest.mark.parametrize("name", ["book/waves.md", "book/_static/table.csv"])
def test_prose_and_files_that_show_respondents_are_refused_by_name(root, name):
    (root / name).parent.mkdir(exist_ok=True)
    (root / name).write_text(f"# Words\n\n{ROWS}")
    with pytest.raises(Refused) as refused:
        drop(root)
    (fault,) = refused.value.faults
    assert fault.where == name
    assert f"6 respondents of data/microdata/{WAVE}.csv" in fault.what
    assert "Neighbours" not in str(refused.value)
    (root / name).write_text("# Words\n")
    drop(root)


def test_what_was_good_before_the_file_came_is_looked_through_again(root):
    away = shutil.move(root / "data/microdata", root.parent / "away")
    (root / "book/waves.md").write_text(ROWS)
    before = snapshot(root)
    drop(root)
    assert snapshot(root) == before
    shutil.move(away, root / "data/microdata")
    other = root / f"data/microdata/{WAVE}.csv"
    rows = other.read_text()
    other.write_text(rows.splitlines()[0] + "\n")
    drop(root)
    other.write_text(rows)
    with pytest.raises(Refused, match=r"book/waves.md"):
        drop(root)


def test_what_the_page_of_a_build_says_is_read_as_a_reader_would(root):
    cells = [row.split(",") for row in ROWS.splitlines()]
    table = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in cells)
    assert "Neighbours" in readable(table)
    (root / "book/waves.md").write_text(table)
    with pytest.raises(Refused):
        drop(root)
