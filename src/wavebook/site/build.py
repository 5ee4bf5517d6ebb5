"""Builds the static site with Jupyter Book, checks it, and only then puts it in the place of the last one."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from wavebook.site.front import add_scholar_tags
from wavebook.site.outside import outside_requests
from wavebook.site.shown import add_figure_pages
from wavebook.site.slim import slim
from wavebook.site.swap import put_in_place
from wavebook.study.digests import file_digests

SITE = "_build/html"
_WORK = "_build/work"
_RECORD = "_build/site.json"
_SOURCES = (
    "book/**/*",
    "data/editions/**/*.json",
    "_config.yml",
    "_toc.yml",
    "CITATION.cff",
    "requirements.lock",
    "src/wavebook/site/**/*.py",
    "src/wavebook/site/templates/*.html",
    "src/wavebook/figures/*.py",
)
_ANSI = re.compile(r"\x1b\[[0-9;]*m")


class SiteFailed(Exception):
    """The site could not be built, or what was built is not fit to be shown; the last good one still stands."""


def site_is_current(root: Path) -> bool:
    """Whether the built site was made from just what is there now."""
    return (root / SITE / "index.html").is_file() and _read(root / _RECORD) == file_digests(root, _SOURCES)


def build_site(root: Path) -> None:
    """Build the site anew.

    Raises
    ------
    SiteFailed
        With every warning of Sphinx or every request to another host. Nothing was replaced then.
    """
    digests = file_digests(root, _SOURCES)
    work = root / _WORK
    shutil.rmtree(work, ignore_errors=True)
    _jupyter_book(root, work)
    built = work / "_build/html"
    add_figure_pages(root, built)
    add_scholar_tags(root, built / "index.html")
    slim(built)
    if outside := outside_requests(built):
        raise SiteFailed("the site would ask other hosts:\n" + "\n".join(f"  {fault}" for fault in outside))
    put_in_place(built, root / SITE)
    shutil.rmtree(work, ignore_errors=True)
    (root / _RECORD).write_text(json.dumps(digests), encoding="utf-8")


def _read(path: Path) -> object:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _jupyter_book(root: Path, work: Path) -> None:
    work.mkdir(parents=True)
    program = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()"]
    command = [*program, "build", "book", "--config", "_config.yml", "--toc", str(root / "_toc.yml")]
    # Everything is read anew: Sphinx does not know that a number on one page was computed on another.
    options = ["--path-output", _WORK, "--all", "--warningiserror", "--keep-going", "--quiet"]
    environment = {**os.environ, "PYTHONHASHSEED": "0", "NO_COLOR": "1"}
    done = subprocess.run([*command, *options], cwd=root, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        said = _ANSI.sub("", done.stderr + done.stdout).replace(f"{root}/", "").split("Traceback (most", 1)[0]
        raise SiteFailed(
            "Jupyter Book failed:\n" + "\n".join(f"  {line}" for line in said.splitlines() if line.strip())
        )
