"""What tests share: the real study, checkouts that may be spoilt, the commands, a browser."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import wavebook
from wavebook import cli
from wavebook.study import Study

ROOT = Path(__file__).parents[1]
PARTS = ("data", "notebooks", "book", "src", "_config.yml", "_toc.yml", "requirements.lock")


class Said(NamedTuple):
    """What a command answered."""

    code: int
    out: str
    err: str


@pytest.fixture(scope="session")
def study() -> Study:
    return wavebook.open_study(ROOT)


def copy_checkout(place: Path) -> Path:
    """Copy what the book is made of, without anything built, into a folder with a space in its name."""
    root = place / "my book"
    root.mkdir()
    hidden = shutil.ignore_patterns("pages", "microdata", "__pycache__")
    for part in PARTS:
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, root / part, ignore=hidden if part in ("book", "data") else None)
        else:
            shutil.copy(source, root / part)
    return root


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    return copy_checkout(tmp_path)


def make_small_book(place: Path) -> Path:
    """A checkout with two pages and one of prose, for tests that build."""
    checkout = copy_checkout(place)
    (checkout / "notebooks/pages.yml").write_text(
        "one:\n  notebook: wave\n  title: One\n  parameters: {wave: gallup-am-2021}\n"
        "two:\n  notebook: wave\n  title: Two\n  parameters: {wave: gallup-am-2022}\n"
    )
    (checkout / "_toc.yml").write_text(
        "format: jb-book\nroot: index\nchapters: [{file: pages/one}, {file: pages/two}, {file: references}]\n"
    )
    (checkout / "book/index.md").write_text("# Small\n\nSee {numref}`gallup-am-2021-answers`.\n")
    return checkout


@pytest.fixture
def small_book(tmp_path: Path) -> Path:
    return make_small_book(tmp_path)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Run a command in a folder, as from a shell."""

    def run(*arguments: str, cwd: Path = ROOT) -> Said:
        monkeypatch.chdir(cwd)
        monkeypatch.setattr(sys, "argv", ["wavebook", *arguments])
        code = 0
        try:
            cli.main()
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else 1
        out, err = capsys.readouterr()
        return Said(code, out, err)

    return run


def in_shell(*arguments: str, cwd: Path) -> Said:
    """Run a command in a process of its own."""
    command = [sys.executable, "-m", "wavebook", *arguments]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    return Said(done.returncode, done.stdout, done.stderr)


def snapshot(root: Path) -> dict[str, bytes]:
    """Every file under a folder, to see that nothing was written."""
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in root.rglob("*") if p.is_file()}


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """A Chromium, found on the machine or installed by playwright; without one the test says so."""
    from playwright.sync_api import sync_playwright

    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
    with sync_playwright() as playwright:
        if found is None and not Path(playwright.chromium.executable_path).exists():
            install = [sys.executable, "-m", "playwright", "install", "chromium"]
            if subprocess.run(install, capture_output=True, timeout=300, check=False).returncode:
                pytest.skip("no Chromium or Chrome on this machine, and none could be installed: site not tested")
        options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=found, args=options)
        yield browser
        browser.close()
