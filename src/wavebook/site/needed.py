"""Finds the files from which the book can be built elsewhere, as the build itself tells them: nobody keeps a list by hand.

They are what a build starts from (`wavebook.pages.keys.sources`), what the runs of pages and the last site read beyond that,
and what the environment is made from: the tasks, and `pyproject.toml` with the files that it names. Respondent files never
belong to them: a book builds from its estimates. Of a checkout, only what git knows is taken; a page that has read a file
that git does not know is refused, for it could not be built elsewhere.
"""

from __future__ import annotations

import json
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from wavebook.figures.editions import FOLDER as EDITIONS
from wavebook.pages.keys import RECORDS, sources
from wavebook.study import refuse
from wavebook.study.closure import ENGINE, PREFIX
from wavebook.waves.store import FOLDER

_SITE = "_build/site.json"
_TASKS = ("Makefile", "pyproject.toml", "environment.yml", "requirements.lock", "README.md", "LICENSE")
_MADE = ("_build/", "book/pages/", f"{FOLDER}/")


def needed_files(root: Path) -> dict[str, Path]:
    """Where each file lies that a build needs, by its path in the book; the engine's as if they lay in `src/`.

    Raises
    ------
    Refused
        If a page has read a file that git does not know.
    """
    engine = {f"{PREFIX}{name.removeprefix('engine/')}" for name in sources(root) if name.startswith("engine/")}
    start = {name for name in sources(root) if not name.startswith("engine/")}
    read = {name for name in _read(root) if not name.startswith(PREFIX)}
    wanted = {name for name in (start | read | set(_environment(root))) if _is_part(root, name)}
    known = _known_to_git(root)
    if known is not None:
        released = {name for name in wanted if name.startswith(f"{EDITIONS}/")}
        if strange := sorted(((read | released) & wanted) - known):
            raise refuse(strange[0], "git does not know it, and the book rests on it: commit it")
        wanted &= known
    files = {name: root / name for name in wanted}
    return dict(sorted((files | {name: ENGINE / name.removeprefix(PREFIX) for name in engine}).items()))


def _read(root: Path) -> Iterator[str]:
    """What the runs of pages and the last site have read."""
    for path in (root / RECORDS).glob("*.json"):
        yield from _load(path)["key"]["files"]
    if (root / _SITE).is_file():
        yield from _load(root / _SITE)


def _load(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def _environment(root: Path) -> Iterator[str]:
    yield from _TASKS
    project = root / "pyproject.toml"
    if not project.is_file():
        return
    said = tomllib.loads(project.read_text(encoding="utf-8")).get("project", {})
    readme = said.get("readme")
    if name := readme.get("file") if isinstance(readme, dict) else readme:
        yield name
    for pattern in said.get("license-files", []):
        yield from (path.relative_to(root).as_posix() for path in root.glob(pattern))


def _is_part(root: Path, name: str) -> bool:
    path = root / name
    inside = path.is_file() and not path.is_symlink() and path.resolve().is_relative_to(root.resolve())
    return inside and not name.startswith(_MADE) and "__pycache__" not in path.parts


def _known_to_git(root: Path) -> set[str] | None:
    """The files of the checkout that git knows; None if it is none."""
    if not (root / ".git").exists():
        return None
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True, check=False)
    return set(listed.stdout.split("\0")) if listed.returncode == 0 else None
