"""Why a page is stale: its key holds all that it was made from, and is compared with what is there now.

The record of a page lies in `_build/pages/PAGE.json`. It holds the key, the fingerprints of the files that were made, and
what the key cannot hold. Files go by their paths below the checkout, so that keys are the same on another machine and in
another folder.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from wavebook.pages.kernel import SETTINGS
from wavebook.pages.now import Now
from wavebook.pages.trace import ABSENT
from wavebook.study.closure import ENGINE, engine_closure
from wavebook.study.digests import digest, digest_of, file_digests, is_digest
from wavebook.study.files import write_whole

if TYPE_CHECKING:
    from wavebook.pages.execute import Reads
    from wavebook.pages.page import Page
    from wavebook.study import Study

RECORDS = "_build/pages"
LOCK = "requirements.lock"
_LAYOUT = "wavebook.pages.layout"
"""What makes a page of what its kernel gave: it runs in the build, where no kernel sees what it rests on."""
_SOURCES = (
    "book/*",
    "chapters/**/*.py",
    "data/**/[!.]*",
    "notebooks/*",
    "_config.yml",
    "_toc.yml",
    "CITATION.cff",
    LOCK,
)


@dataclass(frozen=True)
class Key:
    """All that a page depends on, each by its name.

    Attributes
    ----------
    files
        Digest of every file that was read, and of the names in every folder that was listed (its name ends in a slash).
    facts
        Answers of all files together to what the page asked the study: words, or a digest of many.
    settings
        Digests of what the page itself is (cells under its notebook's name, parameters, title) and of how it was run.
    """

    files: dict[str, str]
    facts: dict[str, str]
    settings: dict[str, str]


@dataclass(frozen=True)
class PageRecord:
    """How an executed page was made.

    Attributes
    ----------
    key
        Fingerprints of all that the page depends on.
    questions
        What the page asked the study that all files together answer; the answers are in the key.
    made
        SHA-256 of every file that was made, by its path below the root.
    figures
        The figures of the page, each with the number of the cell that published it.
    untracked
        What no key can hold, such as reads outside the checkout.
    """

    key: Key
    questions: list[list[str]]
    made: dict[str, str]
    figures: dict[str, int]
    untracked: list[str]


def recorded(root: Path, page: str) -> PageRecord | None:
    """How a page was made; None if it was not, or nobody knows any more, as where an older engine made it."""
    try:
        known = json.loads((root / RECORDS / f"{page}.json").read_text(encoding="utf-8"))
        return PageRecord(**{**known, "key": Key(**known["key"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None


def keep(root: Path, page: str, record: PageRecord) -> None:
    """Write a page's record, whole or not at all."""
    write_whole(root / RECORDS / f"{page}.json", json.dumps(asdict(record), indent=1, sort_keys=True) + "\n")


def key(page: Page, reads: Reads, there: Now) -> Key:
    """The key of a page that has run.

    A file is held as it was when the run first read it; an estimate that the run itself wrote, as it is.
    """
    laid_out_by = {name: there.digest(name) for name in (LOCK, *engine_closure(_LAYOUT))}
    read = {name: there.digest(name) if name in reads.wrote else found for name, found in reads.files.items()}
    facts = {name: said for answers in reads.facts.values() for name, said in answers.items()}
    return Key({**laid_out_by, **read}, facts, _settings(page))


def reasons(study: Study, page: Page, there: Now | None = None) -> list[str]:
    """Why a page has to run again; empty if it does not."""
    there = there or Now(study.root)
    record = recorded(study.root, page.id)
    if record is None:
        return ["never executed"]
    found = [
        f"{name} is gone" if there.digest(name) == ABSENT else f"{name} is not as it was made"
        for name, made in record.made.items()
        if there.digest(name) != made
    ]
    then = record.key
    found += _changes(then.files, {name: there.digest(name) for name in then.files})
    facts = {name: said for question in record.questions for name, said in study.facts(question).items()}
    found += _changes(then.facts, facts, _say_answers)
    return found + _changes(then.settings, _settings(page))


def _settings(page: Page) -> dict[str, str]:
    """What a page itself is, and how it is run; outputs and other metadata of its notebook do not count."""
    cells = [(cell.cell_type, cell.source, sorted(cell.metadata.get("tags", []))) for cell in page.source.cells]
    return {
        page.notebook: digest_of(cells),
        "its parameters": digest_of(page.parameters),
        "its title": digest(page.title.encode()),
        "the kernels' settings": digest_of(SETTINGS),
        "the Python version": platform.python_version(),
    }


def _changes(then: dict[str, str], now: dict[str, str], say: Callable[[str, str, str], str] | None = None) -> list[str]:
    """Say what is not as it was, in order of names."""
    both = {name: (then.get(name, ABSENT), now.get(name, ABSENT)) for name in sorted(then.keys() | now.keys())}
    return [(say or _say_change)(name, was, is_) for name, (was, is_) in both.items() if was != is_]


def _say_change(name: str, then: str, now: str) -> str:
    if name.endswith("/"):
        return f"what lies in {name} changed"
    return f"{name} is new" if then == ABSENT else f"{name} is gone" if now == ABSENT else f"{name} changed"


def _say_answers(name: str, then: str, now: str) -> str:
    """Say how an answer changed: one in words itself, of a digest only that it did."""
    if is_digest(then) or is_digest(now):
        return _say_change(name, then, now)
    was, are = ("none" if told in ("", ABSENT) else told for told in (then, now))
    return f"{name} were {was}, and are {are}"


def sources(root: Path) -> dict[str, str]:
    """Fingerprints of all that a build starts from: the checkout, the engine that runs (`engine/…`), Python."""
    code = [path for path in ENGINE.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    engine = {f"engine/{path.relative_to(ENGINE).as_posix()}": digest(path.read_bytes()) for path in code}
    prose = [f"book/{path.name}/**/*" for path in root.glob("book/*/") if path.name != "pages"]
    return {**file_digests(root, (*_SOURCES, *prose)), **engine, "Python": platform.python_version()}
