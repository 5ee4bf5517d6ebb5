"""What makes pages stale, and what does not; and that keys are the same wherever and however a book was built."""

import json
import shutil

import nbformat
import pytest
import small

from helpers import snapshot

pytestmark = pytest.mark.slow

PAGES = ("sm-2021", "sm-trend", "crier", "own")


def make_pages(root, **environment):
    out, said = small.start(root, "build", "--no-site", "--json", **environment).communicate()
    assert json.loads(out)["executed"] == list(PAGES), said
    return root


@pytest.fixture(scope="module")
def built_once(tmp_path_factory):
    root = small.make_book(tmp_path_factory.mktemp("keys") / "book")
    known = small.read_pages(root)
    small.write_pages(root, {page: known[page] for page in PAGES}, ["references"])
    return make_pages(root)


@pytest.fixture
def book(built_once, tmp_path):
    return shutil.copytree(built_once, tmp_path / "another place")


def stale(root, **environment):
    """The stale pages, each with the reasons."""
    out, said = small.start(root, "status", "--json", **environment).communicate()
    assert out, said
    return {page["page"]: page["reasons"] for page in json.loads(out)["pages"] if page["stale"]}


def add(root, name, text):
    small.write(root, name, (root / name).read_text() + text)


def test_pages_and_keys_are_the_same_in_another_folder_and_in_ordinary_kernels(built_once, tmp_path):
    other = tmp_path / "elsewhere"
    small.put(other, small.state_of(built_once))
    make_pages(other, WAVEBOOK_WARM="0")
    assert snapshot(other / "_build/pages") == snapshot(built_once / "_build/pages")
    assert snapshot(other / "book/pages") == snapshot(built_once / "book/pages")


def test_keys_are_the_same_where_the_engine_is_not_in_the_book(built_once, tmp_path):
    other = tmp_path / "a book without an engine"
    small.put(other, small.state_of(built_once))
    shutil.move(other / "src", tmp_path / "installed")
    environment = {"PYTHONPATH": str(tmp_path / "installed")}
    make_pages(other, **environment)
    assert snapshot(other / "_build/pages") == snapshot(built_once / "_build/pages")
    add(tmp_path, "installed/wavebook/study/model.py", "# a remark\n")
    assert set(stale(other, **environment)) == set(PAGES) - {"own"}


def test_code_makes_stale_only_the_pages_that_import_it(book):
    add(book, "chapters/other.py", "# a remark\n")
    assert stale(book) == {}
    add(book, "chapters/crier.py", "# a remark\n")
    assert stale(book) == {"crier": ["chapters/crier.py changed"]}
    add(book, "src/wavebook/text/trend.py", "# a remark\n")
    assert list(stale(book)) == ["sm-trend", "crier"]
    add(book, "src/wavebook/figures/publishing.py", "# a remark\n")
    assert list(stale(book)) == list(PAGES)


def test_a_wave_that_no_page_reads_makes_none_stale(book):
    add(book, "data/waves/glen-li-2012.yml", "# a remark\n")
    assert stale(book) == {}
    add(book, "data/waves/brook-sm-2021.yml", "# a remark\n")
    assert stale(book) == {key: ["data/waves/brook-sm-2021.yml changed"] for key in ("sm-2021", "sm-trend")}


def test_a_new_wave_of_a_series_makes_its_trend_stale_and_explain_names_it(book):
    wave = (book / "data/waves/brook-sm-2021.yml").read_text()
    small.write(book, "data/waves/brook-sm-2020.yml", wave.replace("2021", "2020"))
    assert list(stale(book)) == ["sm-trend"]
    out, _ = small.start(book, "explain", "sm-trend").communicate()
    was, now = "brook-sm-2021, brook-sm-2022", "brook-sm-2020, brook-sm-2021, brook-sm-2022"
    assert out == f"sm-trend is stale:\n  waves of brook in SM were {was}, and are {now}\n"


def test_figures_make_stale_only_the_pages_of_their_wave(book):
    path = book / "data/published/others.csv"
    rows = path.read_text().splitlines(keepends=True)
    path.write_text("".join([*rows[:1], *rows[2:], rows[1]]))  # of another wave, to the end of the file
    assert stale(book) == {}
    add(book, "data/published/others.csv", "brook-sm-2021,council-next-door,approve,,,9,,brook-secondhand,,weak,\n")
    assert set(stale(book)) <= {"sm-2021", "sm-trend"}


def test_what_a_page_reads_of_its_own_makes_it_stale(book):
    add(book, "notebooks/own.csv", "1\n")
    small.write(book, "notebooks/own/two.txt", "")
    (book / "notes.txt").unlink()
    reasons = ["notebooks/own.csv changed", "notes.txt is gone", "what lies in notebooks/own/ changed"]
    assert {page: sorted(why) for page, why in stale(book).items()} == {"own": sorted(reasons)}


def test_parameters_title_and_cells_make_a_page_stale_other_metadata_do_not(book):
    path = book / "notebooks/wave.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata["note"] = notebook.cells[1].metadata["note"] = "x"
    nbformat.write(notebook, path)
    pages = book / "notebooks/pages.yml"
    pages.write_text(pages.read_text().replace("Page own", "Own").replace('"rows": 2', '"rows": 1'))
    assert stale(book) == {"own": ["its parameters changed", "its title changed"]}


def test_what_was_made_is_looked_at(book):
    (book / "book/pages/own.ipynb").unlink()
    add(book, "book/pages/figures/sm-council-trend.svg", " ")
    record = json.loads((book / "_build/pages/crier.json").read_text())
    record["key"] = {**record["key"]["files"], **record["key"]["settings"]}  # as an older engine kept it
    small.write(book, "_build/pages/crier.json", json.dumps(record))
    assert stale(book) == {
        "sm-trend": ["book/pages/figures/sm-council-trend.svg is not as it was made"],
        "crier": ["never executed"],
        "own": ["book/pages/own.ipynb is gone"],
    }
