"""Runs Jupyter Book in a process of its own, which reads again only those documents that have changed.

What Sphinx has read is kept between runs: its environment, the parsed documents, and what MyST-NB took out of executed
pages. It holds as long as a run was finished and the frame in which documents are read is the same. All documents are
written each time, for numbers, titles and links cross from page to page.
"""

from __future__ import annotations

import errno
import json
import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from wavebook.figures.citing.credit import CONFIG
from wavebook.pages.now import Now
from wavebook.site.extension import NAME
from wavebook.site.failed import SiteFailed, not_written
from wavebook.site.rereading import CHANGED, OUTSIDE
from wavebook.study.closure import engine_closure
from wavebook.study.digests import file_digests
from wavebook.study.faults import refuse
from wavebook.study.files import read_yaml

KEPT = "_build/sphinx"
_FRAME = ("_config.yml", "_toc.yml", "book/references.bib", "requirements.lock")
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)
# As Sphinx, its theme and Python say it.
_NOT_WRITTEN = re.compile(rf"(?:error writing file (.+): )?(?:\[Errno |OSError\()({'|'.join(map(str, _FULL))})\b")


def check_extension(root: Path) -> None:
    """Refuse a book whose `_config.yml` does not name the engine's extension: its pages would be others."""
    config, line_of = read_yaml(root / CONFIG, CONFIG)
    where = ("sphinx", "config", "extensions")
    value: Any = config
    for key in where:
        value = value.get(key) if isinstance(value, dict) else None
    if not isinstance(value, list) or NAME not in value:
        what = f"{'.'.join(where)} must name {NAME}, in the place of Jupyter Book's own list: [{NAME}]"
        raise refuse(f"{CONFIG}:{line_of(where)}", what)


def run_jupyter_book(root: Path, lock: int) -> Path:
    """Make the pages of the book.

    Parameters
    ----------
    root
        The checkout.
    lock
        The file descriptor of the lock that the process holds as well: should this one be killed, it goes on.

    Returns
    -------
    The folder of the pages; what is in it may be changed or taken away.

    Raises
    ------
    SiteFailed
        With every warning of Sphinx.
    """
    kept = root / KEPT
    record, html = kept / "read.json", kept / "_build/html"
    # Taken before anything is read: what changes meanwhile is read again the next time.
    sources = {name.removeprefix("book/"): known for name, known in file_digests(root, ("book/**/*",)).items()}
    there = Now(root)
    code = {name: there.digest(name) for name in engine_closure("wavebook.site.extension")}
    frame = {**file_digests(root, _FRAME), **code, "Python": platform.python_version(), "root": str(root)}
    last = _read(record)
    record.unlink(missing_ok=True)
    before: dict[str, str] = last["sources"] if last.get("frame") == frame else {}
    for old in (html,) if before else (kept,):
        if old.exists():
            shutil.rmtree(old)
    html.parent.mkdir(parents=True, exist_ok=True)
    changed = sorted(name for name in sources.keys() | before.keys() if sources.get(name) != before.get(name))
    (html.parent / CHANGED).write_text(json.dumps(changed), encoding="utf-8")
    _run(root, lock)
    record.write_text(json.dumps({"frame": frame, "sources": sources}), encoding="utf-8")
    return html


def included_from_outside(root: Path) -> tuple[str, ...]:
    """Files outside `book/` that the last run put into documents, by their names below the root."""
    return tuple(json.loads((root / KEPT / "_build" / OUTSIDE).read_text(encoding="utf-8")))


def _read(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def _run(root: Path, lock: int) -> None:
    program = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()"]
    command = [*program, "build", "book", "--config", "_config.yml", "--toc", str(root / "_toc.yml")]
    options = ["--path-output", KEPT, "--warningiserror", "--keep-going", "--quiet"]
    environment = {**os.environ, "PYTHONHASHSEED": "0", "NO_COLOR": "1"}
    done = subprocess.run(
        [*command, *options],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        pass_fds=[lock],
    )
    if done.returncode == 0:
        return
    said = _ANSI.sub("", done.stderr + done.stdout).replace(f"{root}/", "")
    if full := _NOT_WRITTEN.search(said):
        raise not_written(full[1] or KEPT, int(full[2]))
    told = [line for line in said.split("Traceback (most", 1)[0].splitlines() if line.strip()]
    raise SiteFailed("Jupyter Book failed:\n" + "\n".join(f"  {line}" for line in told))
