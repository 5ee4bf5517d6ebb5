"""Writes the folder of a new book: beside its place, checked, and then put there in one step."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from wavebook.figures.publishing import escape
from wavebook.pages.book import load_book
from wavebook.pages.contents import CONTENTS, contents_of
from wavebook.pages.prose import check_prose
from wavebook.start.answers import Credit
from wavebook.start.lock import lock_text
from wavebook.start.wave import Drafted, FirstWave, draft, drafted, said_of
from wavebook.study import Refused, Study, refuse
from wavebook.waves.draft import write_draft

TEMPLATE = Path(__file__).with_name("template")
_RENDERED = ".j2"
_NOTHING: dict[str, Any] = {"items": {}, "series": [], "sources": [], "own_labels": set()}


def begin(folder: Path, credit: Credit, first: FirstWave | None = None) -> Drafted | None:
    """Make a new book in a folder that is empty or not there; whatever is refused leaves nothing.

    Returns
    -------
    What was drafted of the first wave, if there is one.

    Raises
    ------
    Refused
        If the folder cannot be had, or what would be in it is no book.
    """
    place = folder.resolve()
    check_free(place, str(folder))
    try:
        with tempfile.TemporaryDirectory(
            dir=place.parent, prefix=f".{place.name}-", ignore_cleanup_errors=True
        ) as beside:
            root = Path(beside) / place.name
            made = _write(root, credit, first)
            root.rename(place)  # in the place of an empty folder, but of no other
    except OSError as error:
        raise refuse(str(folder), f"cannot be written: {error.strerror}") from None
    return made


def check_free(place: Path, name: str) -> None:
    """Refuse a folder in which something is, or whose own place is not there."""
    if place.is_dir():
        if any(place.iterdir()):
            raise refuse(name, "the folder is not empty: a new book needs one that is, or a new name")
    elif place.exists():
        raise refuse(name, "is there, and is no folder")
    elif not place.parent.is_dir():
        raise refuse(name, f"there is no folder {place.parent}")


def _write(root: Path, credit: Credit, first: FirstWave | None) -> Drafted | None:
    _render(root, {"book": credit, **_NOTHING})
    (root / "requirements.lock").write_text(lock_text(), encoding="utf-8")
    made = None
    if first is not None:
        _render(root, {"book": credit, **said_of(first, _study(root))})
        wave = draft(first, _study(root))
        write_draft(root, first.id, wave)
        made = drafted(wave)
    book = load_book(_study(root))
    (root / CONTENTS).write_text(contents_of(book), encoding="utf-8")
    if faults := check_prose(root):
        raise Refused(faults)
    return made


def _study(root: Path) -> Study:
    study = Study.open(root)
    study.check()
    return study


def _render(root: Path, said: dict[str, Any]) -> None:
    """Write all files of the template; those that end in .j2 are filled."""
    fill = Environment(
        loader=FileSystemLoader(TEMPLATE),
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - no HTML: each text goes through the filter of its format
    )
    fill.filters |= {"yaml": _yaml, "markdown": escape}
    for source in sorted(TEMPLATE.rglob("*")):
        name = source.relative_to(TEMPLATE).as_posix()
        target = root / name.removesuffix(_RENDERED).replace("gitignore", ".gitignore")
        if source.is_dir() or "__pycache__" in source.parts:
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        if name.endswith(_RENDERED):
            target.write_text(fill.get_template(name).render(said), encoding="utf-8", newline="\n")
        else:
            shutil.copyfile(source, target)


def _yaml(value: Any) -> str:
    """A text or a list as JSON has it, which is YAML too, whatever is in it."""
    return json.dumps(value, ensure_ascii=False)
