"""What tests share that is no fixture: a made-up book, copies of it that may be spoilt, commands in a shell."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

ROOT = Path(__file__).parents[1]
"""The project itself: its files, and this book. Only `this_book`, `chapters` and tests of the project look there."""
FIXTURES = Path(__file__).parent / "fixtures"
BOOK = FIXTURES / "book"
"""A book that is made up, of which the engine is tested."""
WAVE = "hill-li-2019-1"
"""Its one wave that has a respondent file."""


class Said(NamedTuple):
    """What a command answered."""

    code: int
    out: str
    err: str


def copy_checkout(place: Path, *, engine: bool = False, respondents: bool = False) -> Path:
    """Copy the made-up book into a folder with a space in its name.

    Parameters
    ----------
    engine
        Whether the engine lies in it too, in `src/`, as in the project's own checkout.
    respondents
        Whether its respondent file is on this machine.
    """
    root = place / "my book"
    made = shutil.ignore_patterns("__pycache__", "_build")
    shutil.copytree(BOOK, root, ignore=made)
    shutil.copy(ROOT / "requirements.lock", root)
    if engine:
        shutil.copytree(ROOT / "src", root / "src", ignore=made)
    if respondents:
        (root / "data/microdata").mkdir()
        shutil.copy(FIXTURES / "respondents.csv", root / f"data/microdata/{WAVE}.csv")
    return root


def make_small_book(place: Path, **options: bool) -> Path:
    """A checkout with two pages and one of prose, for tests that build."""
    checkout = copy_checkout(place, **options)
    (checkout / "notebooks/pages.yml").write_text(
        "pages:\n"
        "  - one: {notebook: wave, title: One, parameters: {wave: brook-sm-2021}}\n"
        "  - two: {notebook: wave, title: Two, parameters: {wave: brook-sm-2022}}\n"
        "  - references\n"
    )
    for prose in (checkout / "book").glob("*.md"):
        if prose.stem not in ("index", "references"):
            prose.unlink()
    (checkout / "book/index.md").write_text("# Small\n\nSee {numref}`brook-sm-2021-answers`.\n")
    return checkout


def make_notebooks(root: Path, **pages: Sequence[str]) -> None:
    """Give a checkout a page for each name, and no other; the cells of each are its code."""
    known = []
    for name, cells in pages.items():
        declared = new_code_cell("# none", id="parameters", metadata={"tags": ["parameters"]})
        code = [new_code_cell(cell, id=f"cell-{number}") for number, cell in enumerate(cells)]
        nbformat.write(new_notebook(cells=[declared, *code]), root / f"notebooks/{name}.ipynb")
        known.append({name: {"notebook": name, "title": name.title(), "parameters": {}}})
    (root / "notebooks/pages.yml").write_text(json.dumps({"pages": known}))


def in_shell(*arguments: str, cwd: Path, **options: Any) -> Said:
    """Run a command in a process of its own."""
    command = [sys.executable, "-m", "wavebook", *arguments]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, **options)
    return Said(done.returncode, done.stdout, done.stderr)


def snapshot(root: Path) -> dict[str, bytes]:
    """Every file under a folder, to see that nothing was written."""
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in root.rglob("*") if p.is_file()}
