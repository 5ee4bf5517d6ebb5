"""No respondent leaves the machine: not with the site, the estimates, the pages or the package."""

import json
import os
import shutil
import subprocess
import sys
import zipfile

import pyreadstat
import pytest
from bs4 import BeautifulSoup

import made_up_wave
from helpers import FIXTURES, ROOT, in_shell, make_notebooks, snapshot
from helpers import WAVE as WITH_FILE
from made_up_wave import WAVE

pytestmark = pytest.mark.slow
HOSTILE = '<img src=x onerror="alert(1)">{glue:text}`x`=cmd()../../etc'


@pytest.fixture(scope="module")
def book(built_small_book, tmp_path_factory):
    """A small book built from a file in which every respondent carries a mark of their own."""
    place = tmp_path_factory.mktemp("private")
    root = shutil.copytree(built_small_book, place / "my book")
    made_up_wave.describe(root, 400)
    plain, meta = pyreadstat.read_sav(made_up_wave.make_sav(root, place / "plain.sav"))
    marked = plain.assign(name=[f"canary-{i}" for i in range(400)], Number=[f"canary-id-{i}" for i in range(400)])
    labels = {
        **meta.variable_value_labels,
        "Region": {1.0: HOSTILE, **{float(i): f"Region {i}" for i in range(2, 9)}},
    }
    pyreadstat.write_sav(marked, place / "marked.sav", variable_value_labels=labels, file_label="synthetic")
    pages = root / "notebooks/pages.yml"
    given = f"{{wave: {WAVE}, item: opinion-ferry, response: favourable}}"
    three = f"  - three: {{notebook: respondents, title: Three, parameters: {given}}}\n"
    pages.write_text(f"{pages.read_text()}{three}")
    said = in_shell("wave", "add", str(place / "marked.sav"), "--as", WAVE, cwd=root)
    assert said.code == 0, said.err
    return root


def files(root, *outside):
    found = [path for path in root.rglob("*") if path.is_file() and not any(part in path.parts for part in outside)]
    assert len(found) > 10
    return found


def test_no_mark_of_a_respondent_is_outside_the_private_folder(book):
    assert (book / f"data/microdata/{WAVE}.sav").is_file()
    for path in files(book, "microdata"):
        assert b"canary" not in path.read_bytes(), path


def test_weights_and_units_of_respondents_are_nowhere(book):
    frame, _ = pyreadstat.read_sav(book / f"data/microdata/{WAVE}.sav")
    weights = [f"{weight:.8f}"[:10].encode() for weight in frame["wt"].head(40)]
    for path in [*files(book / "_build"), *files(book / "data/estimates")]:
        content = path.read_bytes()
        assert not [weight for weight in weights if weight in content], path


def test_labels_from_outside_are_shown_as_text(book):
    page = BeautifulSoup((book / "_build/html/pages/three.html").read_text(encoding="utf-8"), "html.parser")
    assert HOSTILE in page.get_text()
    assert not page.find_all("img", src="x")
    assert not page.find_all(onerror=True)


def test_made_up_data_are_stamped_wherever_they_appear(book):
    page = BeautifulSoup((book / "_build/html/pages/three.html").read_text(encoding="utf-8"), "html.parser")
    assert page.h1.get_text().startswith("Three (synthetic data)")
    figures = page.find_all("figure")
    assert len(figures) == 2
    for figure in figures:
        assert "Synthetic data: made up" in figure.figcaption.get_text()
        assert figure.img["alt"].startswith("Synthetic data.")
    for drawing in (book / "book/pages/figures").glob(f"{WAVE}-*.svg"):
        assert "Synthetic data" in drawing.read_text()
    for record in (book / "data/estimates" / WAVE).glob("*.json"):
        assert json.loads(record.read_text())["evidence"] == "synthetic"


def test_the_page_says_where_its_numbers_come_from(book):
    def said():
        return BeautifulSoup(
            (book / "_build/html/pages/three.html").read_text(encoding="utf-8"), "html.parser"
        ).get_text()

    drawings = {path.name: path.read_bytes() for path in (book / "book/pages/figures").glob("*.svg")}
    assert "computed from the respondent file on the machine that built this page" in said()
    shutil.move(book / "data/microdata", book.parent / "away")
    try:
        built = in_shell("build", cwd=book)
        assert built.code == 0, built.err
        assert "read from the committed estimates" in said()
        assert {path.name: path.read_bytes() for path in (book / "book/pages/figures").glob("*.svg")} == drawings
    finally:
        shutil.move(book.parent / "away", book / "data/microdata")


def test_the_package_holds_the_engine_only(book, tmp_path):
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, book / name)
    shutil.copytree(ROOT / "src", book / "src")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=book, check=True, capture_output=True)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        names = wheel.namelist()
        assert all(name.startswith(("wavebook/", "wavebook-")) for name in names)
        assert not any(b"canary" in wheel.read(name) for name in names)


LEAKS = {
    "head": "table.head()",
    "list": "print(table['Age'].tolist()[:40])",
    "turned": "table.head(3).T",
    "glue": "from myst_nb import glue\nglue('rows', table.head(), display=False)",
    "program": "import os\nos.system('head -n 6 data/microdata/*.csv')",
    "error": "raise ValueError(f'no such row: {table.iloc[7].to_dict()}')",
    "traceback": "def look(row):\n    assert not row, row\nlook(table.iloc[9].to_dict())",
    "caught": "import sys\nprint(table.head(2).to_csv(), file=sys.stderr)",
    "chart": "import altair as alt\n"
    "alt.Chart(table[['Age', 'wt', 'Ferry']].sample(frac=1, random_state=1)).mark_point().encode(x='Age', y='wt')",
}


def test_a_page_that_prints_respondents_stops_the_build_and_nothing_is_left_of_it(built_small_book, tmp_path):
    root = shutil.copytree(built_small_book, tmp_path / "my book")
    (root / "data/microdata").mkdir()
    shutil.copy(FIXTURES / "respondents.csv", root / f"data/microdata/{WITH_FILE}.csv")
    made = ("_build/html", "book/pages")
    before = {place: snapshot(root / place) for place in made}
    read = f"import pandas as pd\ntable = pd.read_csv('data/microdata/{WITH_FILE}.csv')"
    known = (root / "notebooks/pages.yml").read_text()
    make_notebooks(root, **{f"leak{name}": [read, code] for name, code in LEAKS.items()})
    entries = [f"  - leak{name}: {{notebook: leak{name}, title: Leak}}" for name in LEAKS]
    (root / "notebooks/pages.yml").write_text("\n".join([known.rstrip("\n"), *entries, ""]))
    # Under pytest, ipykernel leaves alone what programs write.
    environment = {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}
    said = in_shell("build", "--json", cwd=root, env=environment)
    assert said.code == 1
    failed = {page["page"]: page["error"] for page in json.loads(said.out)["failed"]}
    assert failed.keys() == {f"leak{name}" for name in LEAKS}
    for page, error in failed.items():
        assert error.startswith(f"notebooks/{page}.ipynb, cell 3"), error
        assert f"of data/microdata/{WITH_FILE}.csv" in error
    assert {place: snapshot(root / place) for place in made} == before
    rows = [line.split(",") for line in (FIXTURES / "respondents.csv").read_text().splitlines()[1:]]
    told = f"{said.out}{said.err}"
    kept = [path.read_bytes().decode("latin-1") for path in files(root, "microdata")]
    weights = [row[7] for row in rows[:40] if len(row[7]) == len("1.112182")]
    assert len(weights) > 30
    for weight in weights:
        assert weight not in told
        assert not [text for text in kept if weight in text]
