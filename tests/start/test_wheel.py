"""From an installed wheel alone: a new book, its site, and no word of the book that the engine comes from."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from made_up_house import write_sav

from helpers import ROOT

OF_THIS_BOOK = re.compile(rb"russia|ukrain|kazakh|kyrgyz|umbrella|invasion|\bputin", re.IGNORECASE)
pytestmark = pytest.mark.slow


class Installed(NamedTuple):
    """An engine that was installed from its wheel."""

    place: Path

    def run(self, *arguments: str, cwd: Path) -> str:
        """Run a command of it, and return what it says."""
        environment = {**os.environ, "PYTHONPATH": str(self.place)}
        command = [sys.executable, "-m", "wavebook", *arguments]
        done = subprocess.run(
            command, cwd=cwd, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stderr


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Installed:
    place, wheels = tmp_path_factory.mktemp("installed"), tmp_path_factory.mktemp("wheels")
    build = ["-m", "hatchling", "build", "--target", "wheel", "--directory", str(wheels)]
    subprocess.run([sys.executable, *build], cwd=ROOT, check=True, capture_output=True)
    (wheel,) = wheels.glob("*.whl")
    install = ["-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--no-compile", "--target", str(place)]
    subprocess.run([sys.executable, *install, str(wheel)], check=True, capture_output=True)
    return Installed(place)


def test_the_installed_engine_is_the_one_that_runs(installed, tmp_path):
    said = subprocess.run(
        [sys.executable, "-c", "import wavebook; print(wavebook.__file__)"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(installed.place)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.startswith(str(installed.place))


def test_from_nothing_to_a_site(installed, tmp_path):
    installed.run("init", "book", "--title", "Trust in Things", "--author", "Bloggs, Jo", cwd=tmp_path)
    installed.run("build", cwd=tmp_path / "book")
    site = tmp_path / "book/_build/html"
    assert "Trust in Things" in (site / "index.html").read_text()
    assert {"wavebook.css", "wavebook.js"} <= {path.name for path in (site / "_static").iterdir()}
    assert (site / "pages/lists.html").is_file()
    assert (site / "figures/index.html").is_file()
    assert_speaks_of_nothing_else(tmp_path / "book")
    assert "0 pages executed, 1 reused" in installed.run("build", cwd=tmp_path / "book")


def test_the_examples_of_a_new_book_are_good_and_give_pages(installed, tmp_path):
    installed.run("init", "book", cwd=tmp_path)
    book = tmp_path / "book"
    uncomment(book / "data/series.yml", "#\n# ", "\n# ")
    uncomment(book / "data/items.yml", "\n  # ", "\n  # ")
    uncomment(book / "data/events.yml", "#\n# ", "\n# ")
    wave = (book / "data/waves/README.md").read_text().split("```yaml\n")[1].split("```")[0]
    rows = []
    for year, (content, discontent) in {2030: (61, 30), 2031: (48, 44)}.items():
        (book / f"data/waves/house-li-{year}.yml").write_text(wave.replace("XX", "LI").replace("2030-05", f"{year}-05"))
        for response, percent in (("content", content), ("discontent", discontent)):
            rows.append(f"house-li-{year},example,{response},,,{percent},,house-2030,p. 3,read,\n")
    with (book / "data/published/toplines.csv").open("a") as file:
        file.writelines(rows)
    (book / "book/references.bib").write_text(
        "@misc{house-2030, author = {{A House}}, title = {Report}, year = {2030}}"
    )
    installed.run("build", cwd=book)
    pages = {path.stem for path in (book / "_build/html/pages").glob("*.html")}
    assert pages == {"lists", "wave-house-li-2030", "wave-house-li-2031", "li-example-example"}
    assert_speaks_of_nothing_else(book)


def test_from_a_respondent_file_to_a_site(installed, tmp_path):
    file = write_sav(tmp_path / "delivered.sav")
    said = ("--house", "Hill Institute", "--country", "LI", "--mode", "phone", "--population", "adults 18+")
    installed.run("init", "book", "--from", str(file), "--as", "hill-li-2031", *said, cwd=tmp_path)
    installed.run("wave", "add", str(file), "--as", "hill-li-2031", cwd=tmp_path / "book")
    site = tmp_path / "book/_build/html"
    page = (site / "pages/respondents-hill-li-2031.html").read_text()
    assert "What is your opinion of the ferry?" in page
    assert "Hill Institute" in (site / "references.html").read_text()
    assert (site / "figures/hill-li-2031-estimates/index.html").is_file()
    assert_speaks_of_nothing_else(tmp_path / "book")
    kept = [path for path in (tmp_path / "book").rglob("*") if path.is_file() and "microdata" not in path.parts]
    assert not [path for path in kept if b"my aunt" in path.read_bytes()]


def uncomment(path: Path, first: str, mark: str) -> None:
    """Take the mark of a remark from the lines of the example in a file."""
    head, _, example = path.read_text().partition(first)
    indent = mark.removesuffix("# ")
    path.write_text((head + indent + example.replace(mark, indent)).replace("[XX]", "[LI]"))


def assert_speaks_of_nothing_else(book: Path) -> None:
    """Neither in the book's own files nor in its site stands a word of the book that the engine comes from."""
    site = list((book / "_build/html").rglob("*"))
    own = [path for path in book.rglob("*") if "_build" not in path.parts]
    files = [path for path in (*site, *own) if path.is_file()]
    assert not {path: found[0] for path in files if (found := OF_THIS_BOOK.search(path.read_bytes()))}
    assert not [path for path in files if str(ROOT).encode() in path.read_bytes()]
