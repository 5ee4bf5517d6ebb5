"""The crate of an edition is all that the book is built from, and nothing that is private or only for development."""

import csv
import json
import os
import shutil
import subprocess
import sys

import pytest
from rocrate.rocrate import ROCrate

from helpers import FIXTURES, ROOT, WAVE, in_shell, make_small_book
from wavebook.site.crate import write_crate
from wavebook.study import Refused

pytestmark = pytest.mark.slow
EDITION = "2026.11"
ID = "brook-sm-2021-answers"


def git(root, *command):
    who = ["-c", "user.name=Mai Ng", "-c", "user.email=mai@example.org"]
    subprocess.run(["git", *who, *command], cwd=root, check=True, capture_output=True)


def figures(root, **environment):
    said = in_shell("figure", "list", "--json", cwd=root, env={**os.environ, **environment})
    assert said.code == 0, said.err
    return {figure["id"]: figure["version"] for figure in json.loads(said.out)["figures"]}


def tables(root):
    site = root / "_build/html/figures"
    return {path.stem: list(csv.reader(path.read_text().splitlines())) for path in site.rglob("*.csv")}


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    """A small book beside a respondent file, tests and private notes; built and released."""
    root = make_small_book(tmp_path_factory.mktemp("released"))
    for name in ("README.md", "LICENSE", "CHANGELOG.md"):
        (root / name).write_text(f"# {name}\n\nMade up.\n\n## Unreleased\n\n- Words.\n", encoding="utf-8")
    (root / "Makefile").write_text("book:\n\tpython -m wavebook build\n")
    (root / ".gitignore").write_text("_build/\nbook/pages/\ndata/microdata/\nnotes/\ndata/private.csv\n")
    (root / "tests").mkdir()
    (root / "tests/test_book.py").write_text("")
    assert in_shell("build", cwd=root).code == 0
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "All")
    said = in_shell("release", EDITION, "--by", "Mai Ng <mai@example.org>", cwd=root)
    assert said.code == 0, said.err
    git(root, "add", "-A")
    git(root, "commit", "-qm", "Edition")
    # Only now: what a release makes of what is public of a wave is no matter of a crate.
    (root / "data/microdata").mkdir()
    shutil.copy(FIXTURES / "respondents.csv", root / f"data/microdata/{WAVE}.csv")
    assert in_shell("build", cwd=root).code == 0
    (root / "data/private.csv").write_text("mine\n")
    (root / "data/stray.csv").write_text("forgotten\n")
    return root


@pytest.fixture(scope="module")
def crate(released):
    return write_crate(released)


def test_it_builds_the_same_figures_elsewhere(released, crate, tmp_path):
    root = shutil.copytree(crate, tmp_path / "some where")
    environment = {"PYTHONPATH": str(root / "src")}
    built = in_shell("build", cwd=root, env={**os.environ, **environment})
    assert built.code == 0, built.err
    assert figures(root, **environment) == figures(released) != {}
    assert tables(root) == tables(released) != {}
    made = [json.loads((place / f"book/pages/figures/{ID}.json").read_text()) for place in (released, root)]
    assert made[0]["figure"] == made[1]["figure"]


def test_it_holds_what_the_build_needs_and_only_that(released, crate):
    names = {path.relative_to(crate).as_posix() for path in crate.rglob("*") if path.is_file()}
    for name in ("_config.yml", "_toc.yml", "book/index.md", "book/references.bib", "notebooks/wave.ipynb", "Makefile",
                 "CITATION.cff", "LICENSE", "README.md", "data/published/hill.csv", f"data/editions/{EDITION}/manifest.json",
                 "src/wavebook/site/static/wavebook.css", "requirements.lock"):  # fmt: skip
        assert name in names
    outside = (".git", "tests/", "_build", "book/pages/", "data/microdata", "data/private", "data/stray", "notes/")
    assert [name for name in names if name.startswith(outside) or "__pycache__" in name] == []
    row = (released / f"data/microdata/{WAVE}.csv").read_text().splitlines()[7]
    assert not [name for name in names if row in (crate / name).read_bytes().decode("latin-1")]


def test_archives_are_told_of_every_file(crate):
    read = ROCrate(crate)
    metadata = json.loads((crate / "ro-crate-metadata.json").read_text())
    about = {entity["@id"]: entity for entity in metadata["@graph"]}
    assert about["ro-crate-metadata.json"]["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.1"}
    files = {path.relative_to(crate).as_posix() for path in crate.rglob("*") if path.is_file()}
    assert {entity.id for entity in read.data_entities if entity.type == "File"} == files - {"ro-crate-metadata.json"}
    assert {about["./"][name] for name in ("name", "description", "version")} >= {EDITION}
    assert about["./"]["license"]["@id"] in about
    assert about["./"]["datePublished"]
    figure = read.get(f"data/editions/{EDITION}/{ID}/{ID}.svg")
    assert figure["version"] == figures(crate.parents[2])[ID]
    (based,) = figure["isBasedOn"] if isinstance(figure["isBasedOn"], list) else [figure["isBasedOn"]]
    assert based.type == "CreativeWork"
    assert read.get("data/estimates/")["description"].endswith("without the files")


def test_a_page_that_rests_on_what_git_does_not_know_is_refused(released, crate, tmp_path):
    root = shutil.copytree(released, tmp_path / "my book")
    git(root, "rm", "-q", "--cached", "notebooks/wave.ipynb", "data/series.yml")
    with pytest.raises(Refused, match=r"^data/series.yml: git does not know it"):
        write_crate(root)


def test_a_file_that_shows_respondents_is_refused(released, crate, tmp_path):
    root = shutil.copytree(released, tmp_path / "my book")
    rows = (root / f"data/microdata/{WAVE}.csv").read_text().splitlines()[:9]
    (root / "book/notes.txt").write_text("\n".join(rows))
    git(root, "add", "-A")
    with pytest.raises(Refused, match=r"^book/notes.txt: shows 8 respondents of data/microdata/"):
        write_crate(root)


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a checkout")
def test_this_project_installs_from_what_its_crate_would_hold(tmp_path):
    from wavebook.site.needed import needed_files

    files = needed_files(ROOT)
    assert not [name for name in files if name.startswith(("tests/", ".ci", ".github", "data/microdata"))]
    for name, path in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, tmp_path / name)
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel"]
    done = subprocess.run(build, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
