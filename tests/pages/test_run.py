"""Builds of a small book, with real kernels."""

import json
import shutil

import nbformat
import pytest

from helpers import in_shell, make_small_book, snapshot

pytestmark = pytest.mark.slow


def add_cell(root, source, notebook="wave"):
    path = root / f"notebooks/{notebook}.ipynb"
    content = nbformat.read(path, as_version=4)
    content.cells.append(nbformat.v4.new_code_cell(source, id="added"))
    nbformat.write(content, path)
    return len(content.cells)


def build(root, *arguments):
    said = in_shell("build", "--json", *arguments, cwd=root)
    return said, json.loads(said.out)


@pytest.fixture
def built(built_small_book, tmp_path):
    """A built book of this test's own, in another folder than the one it was built in."""
    return shutil.copytree(built_small_book, tmp_path / "another place")


def test_a_second_build_runs_nothing(built):
    site = snapshot(built / "_build/html")
    said, result = build(built)
    assert (said.code, result["executed"], result["reused"]) == (0, [], ["one", "two"])
    assert snapshot(built / "_build/html") == site
    status = json.loads(in_shell("status", "--json", cwd=built).out)
    assert status == {"pages": [{"page": id_, "stale": False, "reasons": []} for id_ in ("one", "two")]}


def test_what_changed_makes_pages_stale_and_status_says_what(built):
    pages = built / "notebooks/pages.yml"
    pages.write_text(pages.read_text().replace("brook-sm-2022", "brook-li-2022"))
    reasons = {p["page"]: p["reasons"] for p in json.loads(in_shell("status", "--json", cwd=built).out)["pages"]}
    assert reasons == {"one": [], "two": ["its parameters changed"]}
    wave = built / "data/waves/brook-sm-2021.yml"
    wave.write_text(wave.read_text() + "weights: x\n")
    reasons = {p["page"]: p["reasons"] for p in json.loads(in_shell("status", "--json", cwd=built).out)["pages"]}
    assert "data/waves/brook-sm-2021.yml changed" in reasons["one"]


def test_a_failing_cell_is_named_the_rest_runs_and_the_last_good_site_stays(built):
    site = snapshot(built / "_build/html")
    number = add_cell(built, "if wave == 'brook-sm-2021':\n    raise ValueError('no such thing\\nas this')")
    said, result = build(built)
    assert said.code == 1
    assert result["executed"] == ["two"]
    (failed,) = result["failed"]
    assert failed["page"] == "one"
    assert f"notebooks/wave.ipynb, cell {number} " in failed["error"]
    assert "ValueError: no such thing" in failed["error"]
    assert "Traceback" not in said.err
    assert snapshot(built / "_build/html") == site


GIVEN = "chart=shares_chart(answers), id='x', title='t', caption='c', alt='a', data=shares_data(answers), sources=sources_of(study, answers), keys=['item', 'answer', 'among', 'group'], values=['per cent']"
FAULTS = {
    "sourceless": ("sources=[]", "no source is named"),
    "nameless": ("id='No Kebab'", "use lower-case words joined by hyphens"),
    "undescribed": ("alt=' '", "the alt is empty"),
    "unsure": (
        "chart=alt.Chart(answers[['percent']]).mark_point().encode(x='percent')",
        "its data have intervals",
    ),
    "twice": ("id=f'{wave}-answers'", "figure 'brook-sm-2021-answers' is published twice"),
    "dead": ("alt=__import__('os')._exit(1)", "its kernel died"),
}


@pytest.fixture(scope="module")
def faulty(tmp_path_factory):
    """One build of a book in which each page but one publishes a figure that cannot be; with the number of the cell."""
    root = make_small_book(tmp_path_factory.mktemp("faulty"))
    pages = root / "notebooks/pages.yml"
    for name, (fault, _) in FAULTS.items():
        shutil.copy(root / "notebooks/wave.ipynb", root / f"notebooks/{name}.ipynb")
        number = add_cell(root, f"import altair as alt\npublish(**dict({GIVEN}) | dict({fault}))", name)
        entry = f"  - {name}: {{notebook: {name}, title: A page, parameters: {{wave: brook-sm-2021}}}}\n"
        pages.write_text(pages.read_text() + entry)
    return build(root, "two", *FAULTS, "--no-site"), number


def test_pages_without_a_fault_are_made_beside_those_that_fail(faulty):
    (said, result), _ = faulty
    assert (said.code, result["executed"]) == (1, ["two"])
    assert {failed["page"] for failed in result["failed"]} == set(FAULTS)


@pytest.mark.parametrize("name", FAULTS)
def test_a_figure_that_lacks_something_fails_the_build_by_notebook_and_cell(faulty, name):
    (_, result), number = faulty
    (error,) = [failed["error"] for failed in result["failed"] if failed["page"] == name]
    assert f"notebooks/{name}.ipynb" in error
    assert name == "dead" or f", cell {number}" in error
    assert FAULTS[name][1] in error


def test_two_figures_with_one_id_are_refused(small_book):
    pages = small_book / "notebooks/pages.yml"
    pages.write_text(pages.read_text().replace("brook-sm-2022", "brook-sm-2021"))
    said = in_shell("build", "--no-site", cwd=small_book)
    assert said.code == 2
    assert "pages one and two both publish 'brook-sm-2021-answers'" in said.err


def test_pages_hold_nothing_of_the_run(built):
    first = snapshot(built / "book/pages")
    in_shell("build", "--force", "--no-site", "--jobs", "1", cwd=built)
    assert snapshot(built / "book/pages") == first
    text = (built / "book/pages/one.ipynb").read_text()
    assert str(built) not in text
    assert "start_time" not in text


def test_pages_that_are_no_longer_asked_for_go(built):
    pages = built / "notebooks/pages.yml"
    lines = pages.read_text().splitlines(keepends=True)
    pages.write_text("".join(line for line in lines if "two:" not in line))
    for stray in ("one.txt", "figures/brook-sm-2021-answers.bak", "figures/more/x.svg"):
        (built / "book/pages" / stray).parent.mkdir(exist_ok=True)
        (built / "book/pages" / stray).write_text("stray")
    said, _result = build(built)
    assert said.code == 0, said.err
    assert "_toc.yml: written anew from notebooks/pages.yml" in said.err
    assert "pages/two" not in (built / "_toc.yml").read_text()
    figure = {f"figures/brook-sm-2021-answers.{form}" for form in ("json", "md", "svg")}
    assert snapshot(built / "book/pages").keys() == {"one.ipynb", *figure}


def test_a_page_that_does_not_exist_is_refused(small_book):
    said = in_shell("build", "three", cwd=small_book)
    assert said.code == 2
    assert "no page 'three'; known: one, two" in said.err


def test_a_fault_in_prose_leaves_the_last_good_site(built):
    site = snapshot(built / "_build/html")
    (built / "book/index.md").write_text("# Small\n\n{glue:text}`pages/one.ipynb::nothing:s`\n")
    said, result = build(built)
    assert said.code == 1
    assert result["failed"][0]["page"] == "site"
    assert "'nothing'" in said.err
    assert snapshot(built / "_build/html") == site
