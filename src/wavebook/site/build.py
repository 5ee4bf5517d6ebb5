"""Builds the static site with Jupyter Book, checks it, and only then puts it in the place of the last one."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from wavebook.figures.citing.credit import read_book
from wavebook.figures.editions import MADE
from wavebook.figures.editions.sealing import faults_of
from wavebook.pages.now import Now
from wavebook.site.drawings import Drawings
from wavebook.site.failed import SiteFailed, not_written
from wavebook.site.figures import make_drawings, write_figures
from wavebook.site.front import add_scholar_tags
from wavebook.site.frozen import Maker
from wavebook.site.jupyter import check_extension, included_from_outside, run_jupyter_book
from wavebook.site.outside import outside_requests
from wavebook.site.shown import shown_figures
from wavebook.site.slim import slim
from wavebook.site.swap import put_in_place
from wavebook.study import Refused
from wavebook.study.alone import alone
from wavebook.study.closure import engine_closure
from wavebook.study.digests import file_digests

__all__ = ["SITE", "SiteFailed", "build_site", "site_is_current"]

SITE = "_build/html"
_LOCK = "_build/site.lock"
_RECORD = "_build/site.json"
_SOURCES = (
    "book/**/*",
    "data/editions/**/*",
    "_config.yml",
    "_toc.yml",
    "CITATION.cff",
    "requirements.lock",
)
_CODE = ("wavebook.site.build", "wavebook.site.extension")
"""What makes a site: in this process, and in that of Jupyter Book."""


def site_is_current(root: Path) -> bool:
    """Whether the built site was made from just what is there now."""
    known = _read(root / _RECORD)
    if known is None or not (root / SITE / "index.html").is_file():
        return False
    now, there = _sources(root), Now(root)
    return known == now | {name: there.digest(name) for name in known.keys() - now.keys()}


def build_site(root: Path) -> None:
    """Build the site; what the last build has read and drawn is taken over as far as it still holds.

    Raises
    ------
    SiteFailed
        With every warning of Sphinx, every request to another host, or what could not be written. Nothing was
        replaced then.
    """
    try:
        with alone(root / _LOCK) as lock:  # a Jupyter Book whose build was killed goes on for a while
            digests = _sources(root)
            built = _build(root, lock)
            if outside := outside_requests(built):
                raise SiteFailed("the site would ask other hosts:\n" + "\n".join(f"  {fault}" for fault in outside))
            # What it says is about the site that goes: with the old sources back, the new site would pass for theirs.
            (root / _RECORD).unlink(missing_ok=True)
            put_in_place(built, root / SITE)
            there = Now(root)
            digests |= {name: there.digest(name) for name in included_from_outside(root)}
            (root / _RECORD).write_text(json.dumps(digests), encoding="utf-8")
    except OSError as error:
        name = str(error.filename2 or error.filename or "_build").removeprefix(f"{root}/")
        raise not_written(name, error.errno) from None


def _sources(root: Path) -> dict[str, str]:
    """Fingerprints of all that a site is made from, but for what documents include from outside `book/`."""
    there = Now(root)
    code = {name: there.digest(name) for module in _CODE for name in engine_closure(module, data=True)}
    return file_digests(root, _SOURCES) | code


def _build(root: Path, lock: int) -> Path:
    """Build in a folder of its own; drawings are made while Jupyter Book runs in another process."""
    book = read_book(root)
    check_extension(root)
    if faults := faults_of(root):
        raise Refused(faults)
    with ThreadPoolExecutor(1) as beside:
        pages = beside.submit(run_jupyter_book, root, lock)
        drawings = Drawings(root / "_build/drawings", root / MADE)
        figures = shown_figures(root, Maker(root, book, drawings))
        make_drawings(figures, drawings)
        built = pages.result()
    add_scholar_tags(root, book, built / "index.html")
    slim(built)
    write_figures(built, figures, drawings, book)  # after all else: what was released stays byte for byte
    return built


def _read(path: Path) -> dict[str, str] | None:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return None
