"""What tests share: a made-up study, checkouts of it that may be spoilt, the commands, a browser."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest

import wavebook
from helpers import BOOK, Said, copy_checkout, make_small_book
from wavebook import cli
from wavebook.estimates import EstimatingStudy

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


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Run a command in a folder, as from a shell."""

    def run(*arguments: str, cwd: Path = BOOK) -> Said:
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
