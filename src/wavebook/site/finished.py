"""Tells that nothing has changed since the last finished build, without loading what a build needs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from wavebook.pages.keys import RECORDS, sources
from wavebook.pages.now import Now
from wavebook.study.digests import file_digests
from wavebook.study.files import write_whole

_RECORD = "_build/finished.json"
_INDEX = "_build/html/index.html"
_SITE = "_build/site.json"
_RESULTS = ("book/pages/**/*", f"{RECORDS}/*.json", _SITE)


def finished_pages(root: Path) -> list[str] | None:
    """The pages of the last finished build, if all is as it was then."""
    try:
        known: dict[str, Any] = json.loads((root / _RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not (root / _INDEX).is_file() or known["sources"] != sources(root):
        return None
    there = Now(root)
    same = known["results"] == file_digests(root, _RESULTS) and all(
        there.digest(name) == found for name, found in known["read"].items()
    )
    return list(known["pages"]) if same else None


def note_finished(root: Path, pages: list[str], begun_with: dict[str, str]) -> None:
    """Remember a finished build, unless something was changed while it ran.

    Parameters
    ----------
    begun_with
        The fingerprints of the sources at its start.
    """
    if sources(root) != begun_with:
        (root / _RECORD).unlink(missing_ok=True)
        return
    records = [json.loads((root / RECORDS / f"{page}.json").read_text(encoding="utf-8")) for page in pages]
    site = json.loads((root / _SITE).read_text(encoding="utf-8"))
    names = {name for record in records for name in record["key"]["files"]} | site.keys()
    # Pages and prose may have read what is no part of a book, such as a folder beside the notebook.
    there, results = Now(root), file_digests(root, _RESULTS)
    read = {name: there.digest(name) for name in names - begun_with.keys() - results.keys()}
    known = {"sources": begun_with, "results": results, "read": read, "pages": pages}
    write_whole(root / _RECORD, json.dumps(known))
