"""What tests share: a made-up study, checkouts of it that may be spoilt, the commands, a browser."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest

import wavebook
from helpers import BOOK, Said, copy_checkout, in_shell, make_small_book
from wavebook import cli
from wavebook.estimates import EstimatingStudy
from wavebook.study.alone import alone

# How long an example takes says more of the machine than of the code.
hypothesis.settings.register_profile(
    "patient", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow], print_blob=True
)
hypothesis.settings.load_profile("patient")


@pytest.fixture(scope="session")
def study() -> EstimatingStudy:
    return wavebook.open_study(BOOK)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    return copy_checkout(tmp_path)


@pytest.fixture
def small_book(tmp_path: Path) -> Path:
    return make_small_book(tmp_path)


@pytest.fixture(scope="session")
def built_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The made-up book with its site, built once for all tests: copy it before anything in it is changed."""
    return _built_once(tmp_path_factory, "whole", copy_checkout)


@pytest.fixture(scope="session")
def built_small_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same of a checkout with two pages."""
    return _built_once(tmp_path_factory, "small", make_small_book)


def _built_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], Path]) -> Path:
    """Build a book in the folder of all processes that test, by the first of them that asks for it."""
    base = factory.getbasetemp()
    place = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / f"built {name}"
    with alone(place / "lock"):
        if not (place / "ready").exists():
            said = in_shell("build", cwd=make(place))
            assert said.code == 0, said.err
            (place / "ready").touch()
    return place / "my book"


@pytest.fixture(scope="session")
def desk_of_nobody(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout for commands that are to change nothing in it but a lock."""
    return copy_checkout(tmp_path_factory.mktemp("nobody"))


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], desk_of_nobody: Path
) -> Callable[..., Said]:
    """Run a command in a folder, as from a shell."""

    def run(*arguments: str, cwd: Path = desk_of_nobody) -> Said:
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
