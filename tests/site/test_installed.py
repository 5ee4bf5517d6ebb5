"""An engine that is installed somewhere makes the same book as one in `src/`, with the same keys."""

import json
import os
import subprocess
import sys
import zipfile

import pytest

from helpers import ROOT, make_notebooks, make_small_book, snapshot
from wavebook.study.closure import ENGINE

pytestmark = pytest.mark.slow


def run(*command, cwd, **environment):
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def make_book(place):
    """A small book with one page more, which looks through all packages, as some libraries do."""
    root = make_small_book(place)
    pages = root / "notebooks/pages.yml"
    known = pages.read_text()
    make_notebooks(root, own=["from importlib.metadata import entry_points", "len(entry_points(group='none'))"])
    pages.write_text(f"{known}  - own: {{notebook: own, title: Own}}\n")
    return root


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The engine as a wheel, built without isolation and so without an index."""
    out = tmp_path_factory.mktemp("wheel")
    run("hatchling", "build", "--target", "wheel", "--directory", str(out), cwd=ROOT)
    (path,) = out.glob("*.whl")
    return path


def test_the_wheel_holds_all_of_the_engine_and_nothing_else(wheel):
    with zipfile.ZipFile(wheel) as file:
        packed = {name for name in file.namelist() if ".dist-info/" not in name}
    files = {path.relative_to(ENGINE.parent) for path in ENGINE.rglob("*") if path.is_file()}
    assert packed == {path.as_posix() for path in files if "__pycache__" not in path.parts}


def test_it_makes_the_same_book(wheel, tmp_path):
    engine = tmp_path / "some where"
    run("pip", "install", "--no-deps", "--no-index", "--quiet", "--target", str(engine), str(wheel), cwd=tmp_path)
    made = []
    for name, place in (("beside", ROOT / "src"), ("installed", engine)):
        (tmp_path / name).mkdir()
        root = make_book(tmp_path / name)
        said = run("wavebook", "build", "--json", cwd=root, PYTHONPATH=str(place))
        assert json.loads(said)["executed"] == ["one", "two", "own"]
        records = {path.name: json.loads(path.read_text()) for path in (root / "_build/pages").glob("*.json")}
        made.append(
            (root, snapshot(root / "_build/html"), records, json.loads((root / "_build/site.json").read_text()))
        )
    (root, site, records, sources), (_, other_site, other_records, other_sources) = made
    assert [name for name in site.keys() | other_site.keys() if site.get(name) != other_site.get(name)] == []
    assert records == other_records
    assert sources == other_sources
    assert "src/wavebook/figures/charts.py" in str(records["one.json"]["key"])
    assert {"src/wavebook/site/static/wavebook.css", "src/wavebook/site/templates/figure.html"} <= sources.keys()
    # And what one has made, the other takes for its own.
    said = json.loads(run("wavebook", "build", "--json", cwd=root, PYTHONPATH=str(engine)))
    assert (said["executed"], said["reused"]) == ([], ["one", "two", "own"])
    assert snapshot(root / "_build/html") == site
    # The one that is installed is in the keys, code and style alike.
    for name in ("figures/charts.py", "site/static/wavebook.css"):
        with (engine / "wavebook" / name).open("a") as file:
            file.write("\n")
    status = run("wavebook", "status", "--json", cwd=root, PYTHONPATH=str(engine))
    assert json.loads(status)["pages"][0]["reasons"] == ["src/wavebook/figures/charts.py changed"]
    run("wavebook", "build", cwd=root, PYTHONPATH=str(engine))
    changed = snapshot(root / "_build/html")
    assert changed["_static/wavebook.css"] == site["_static/wavebook.css"] + b"\n"
