"""What git knows of a checkout: its commit, who works in it, and what is not committed."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from wavebook.study.faults import refuse

_OF_A_HOOK = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY")


def is_kept(root: Path) -> bool:
    """Whether a checkout is kept in git: one that lies ignored in another project's is not."""
    return bool(_git(root, "ls-files", "--", ".")) or bool(uncommitted(root))


def commit(root: Path) -> str | None:
    """The commit that is checked out, if there is one."""
    return (_git(root, "rev-parse", "--verify", "--quiet", "HEAD") or "").strip() or None


def person(root: Path) -> str | None:
    """Who works here, as git writes it into commits: a name, and an address of mail in angle brackets."""
    name, mail = ((_git(root, "config", f"user.{what}") or "").strip() for what in ("name", "email"))
    return f"{name} <{mail}>" if name and mail else None


def uncommitted(root: Path) -> list[str]:
    """Files below a checkout that differ from the commit, or are not in it; ignored ones do not count.

    Raises
    ------
    Refused
        If git cannot read what it keeps here: nobody would know.
    """
    kept = any((folder / ".git").exists() for folder in (root, *root.parents))
    if kept and _git(root, "rev-parse", "--git-dir") is None:
        raise refuse(".git", "git is not there, or does not read it; try `git status`")
    said = _git(root, "status", "--porcelain", "-z", "--untracked-files=all", "--no-renames", "--", ".") or ""
    top = (_git(root, "rev-parse", "--show-prefix") or "").strip()
    return [entry[3:].removeprefix(top) for entry in said.split("\0") if entry]


class Earlier(NamedTuple):
    """What a file held once: the first characters of a commit, the file's path, and its text."""

    commit: str
    path: str
    text: str


def earlier(root: Path, folder: str) -> Iterator[Earlier]:
    """All that the files of a folder have ever held, in any branch, each content once; who has the history has that."""
    told = ["-c", "core.quotePath=false", "log", "--all", "--relative", "--no-renames", "--raw", "--no-abbrev"]
    commit, seen = "", set()
    for line in (_git(root, *told, "--format=%h", "--", folder) or "").splitlines():
        if not line.startswith(":"):
            commit = line or commit
            continue
        entry, _, path = line.partition("\t")
        content = entry.split()[3]
        if set(content) == {"0"} or (path, content) in seen:
            continue
        seen.add((path, content))
        if (text := _git(root, "cat-file", "blob", content)) is not None:
            yield Earlier(commit, path, text)


def first_with(root: Path, folder: str, text: str) -> dt.date | None:
    """The day of the first commit in which a folder's files hold a text; None where the history is not here."""
    said = _git(root, "log", "--reverse", "--format=%cs", "-S", text, "--", folder) or ""
    return next((dt.date.fromisoformat(day) for day in said.split()), None)


def _git(root: Path, *arguments: str) -> str | None:
    """What git prints; None if it is not there, or this is no checkout of it."""
    # A hook that started this program has set where its own repository is.
    environment = {name: value for name, value in os.environ.items() if name not in _OF_A_HOOK}
    try:
        done = subprocess.run(
            ["git", *arguments],
            cwd=root,
            capture_output=True,
            env=environment,
            check=False,
            text=True,
            errors="replace",
        )
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None
