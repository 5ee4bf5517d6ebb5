"""Why a page is stale: the fingerprints of what it was made from, kept inside the executed page itself."""

from __future__ import annotations

import platform
from pathlib import Path
from typing import Any

import nbformat

from wavebook.pages.spec import Page
from wavebook.study.digests import digest, digest_of, file_digests

_ROOMS = ("study", "waves", "survey", "estimates", "claims", "figures", "pages")
INPUTS = (
    "data/**/*.yml",
    "data/**/*.csv",
    "data/estimates/*/*.json",
    "data/microdata/[!.]*",
    "book/references.bib",
    "requirements.lock",
    *(f"src/wavebook/{room}/**/*.py" for room in _ROOMS),
)
"""What any page may depend on. The rooms of the engine that pages cannot reach, site and commands, are left out."""


def executed_path(root: Path, page: str) -> Path:
    """Where an executed page lies."""
    return root / "book/pages" / f"{page}.ipynb"


def key(root: Path, page: Page) -> dict[str, str]:
    """Fingerprint everything that a page may depend on, each under the name of the thing.

    Cell sources and tags count; outputs and other metadata of the notebook do not.
    """
    cells = [(cell.cell_type, cell.source, sorted(cell.metadata.get("tags", []))) for cell in page.source.cells]
    return {
        page.notebook: digest_of(cells),
        "its parameters": digest_of(page.parameters),
        "its title": digest(page.title.encode()),
        "the Python version": platform.python_version(),
        **file_digests(root, INPUTS),
    }


def recorded(root: Path, page: str) -> dict[str, Any] | None:
    """What an executed page says of itself: `key` and `figures`; None if there is no such page."""
    try:
        notebook = nbformat.read(executed_path(root, page), as_version=4)
    except Exception:  # noqa: BLE001 - absent, cut short or no notebook: whatever it is, the page has to be made
        return None
    record = notebook.metadata.get("wavebook")
    return dict(record) if record else None


def reasons(root: Path, page: Page, now: dict[str, str] | None = None) -> list[str]:
    """Why a page has to run again; empty if it does not.

    An estimate that is new since is no reason: the page did without it, or has itself asked for it to be made.
    """
    record = recorded(root, page.id)
    if record is None:
        return ["never executed"]
    missing = [f for f in record["figures"] if not (root / "book/pages/figures" / f"{f}.svg").is_file()]
    if missing:
        return [f"the drawing of {name} is gone" for name in missing]
    then, now = record["key"], now if now is not None else key(root, page)
    return [
        f"{name} is new" if name not in then else f"{name} is gone" if name not in now else f"{name} changed"
        for name in sorted(then.keys() | now.keys())
        if then.get(name) != now.get(name) and not (name not in then and name.startswith("data/estimates/"))
    ]
