"""Why a page is stale: its key holds all that it was made from, and is compared with what is there now.

The record of a page lies in `_build/pages/PAGE.json`. It holds the key (a fingerprint for each thing by its name), the
fingerprints of the files that were made, and what the key cannot hold. Names are those below the checkout, so that keys
are the same on another machine and in another folder.
"""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import wavebook
from wavebook.pages.kernel import SETTINGS
from wavebook.pages.spec import names_wave
from wavebook.pages.trace import ABSENT, listing_digest
from wavebook.study.digests import digest, digest_of, file_digests
from wavebook.study.files import write_whole

if TYPE_CHECKING:
    from wavebook.pages.execute import Reads
    from wavebook.pages.spec import Page
    from wavebook.study import Study, Wave

RECORDS = "_build/pages"
LAID_OUT_BY = (
    "requirements.lock",
    "src/wavebook/figures/drawing.py",
    "src/wavebook/figures/publishing.py",
    "src/wavebook/figures/record.py",
    "src/wavebook/figures/toolbar.py",
    "src/wavebook/pages/layout.py",
)
"""What makes a page of what its kernel gave: code that runs in the build and not in the kernel, and the lock."""

_SOURCES = (
    "book/*",
    "data/**/[!.]*",
    "notebooks/*",
    "_config.yml",
    "_toc.yml",
    "CITATION.cff",
    "requirements.lock",
)
_ENGINE = Path(wavebook.__file__).parent


@dataclass(frozen=True)
class Record:
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
    odd
        What no key can hold, such as reads outside the checkout.
    """

    key: dict[str, str]
    questions: list[list[str]]
    made: dict[str, str]
    figures: dict[str, int]
    odd: list[str]


def recorded(root: Path, page: str) -> Record | None:
    """How a page was made; None if it was not, or nobody knows any more."""
    try:
        return Record(**json.loads((root / RECORDS / f"{page}.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def keep(root: Path, page: str, record: Record) -> None:
    """Write a page's record, whole or not at all."""
    write_whole(root / RECORDS / f"{page}.json", json.dumps(asdict(record), indent=1, sort_keys=True) + "\n")


def key(page: Page, reads: Reads, there: Now) -> dict[str, str]:
    """The key of a page that has run.

    A file is held as it was when the run first read it; an estimate that the run itself wrote, as it is.
    """
    files = {name: there.digest(name) if name in reads.wrote else found for name, found in reads.files.items()}
    facts = {name: said for answers in reads.facts.values() for name, said in answers.items()}
    return {**{name: there.digest(name) for name in LAID_OUT_BY}, **files, **facts, **_own(page)}


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
    facts = {name: said for question in record.questions for name, said in study.facts(question).items()}
    now = {**facts, **_own(page)}
    then = record.key
    for name in then:
        if name not in now and not _is_fact(name):
            now[name] = there.digest(name)
    for name in sorted(then.keys() | now.keys()):
        found += _compare(name, then.get(name, ABSENT), now.get(name, ABSENT))
    return found


def pages_reading(root: Path, pages: list[Page], wave: Wave) -> list[Page]:
    """Pages whose last run read something of a wave; of those that have not run, the ones whose parameters name it."""
    names = [f"data/waves/{wave.id}.yml", f"data/estimates/{wave.id}/", f", toplines of {wave.id}"]
    names += [f"data/microdata/{wave.microdata.file}"] if wave.microdata else []
    found = []
    for page in pages:
        record = recorded(root, page.id)
        if (record is None and names_wave(page, wave)) or (
            record and any(known.startswith(name) or known.endswith(name) for known in record.key for name in names)
        ):
            found.append(page)
    return found


def _own(page: Page) -> dict[str, str]:
    """What a page itself is; outputs and other metadata of its notebook do not count."""
    cells = [(cell.cell_type, cell.source, sorted(cell.metadata.get("tags", []))) for cell in page.source.cells]
    return {
        page.notebook: digest_of(cells),
        "its parameters": digest_of(page.parameters),
        "its title": digest(page.title.encode()),
        "the kernels' settings": digest_of(SETTINGS),
        "the Python version": platform.python_version(),
    }


def is_path(name: str) -> bool:
    """Whether a name in a key is that of a file or folder below the root."""
    return name not in ("its parameters", "its title", "the kernels' settings", "the Python version") and not _is_fact(
        name
    )


def _is_fact(name: str) -> bool:
    return ", toplines of " in name or name.startswith("waves of ")


def _compare(name: str, then: str, now: str) -> list[str]:
    if then == now:
        return []
    if name.startswith("waves of "):
        return [f"{name} were {'none' if then == ABSENT else then}, and are {'none' if now == ABSENT else now}"]
    if name.endswith("/"):
        return [f"what lies in {name} changed"]
    return [f"{name} is new" if then == ABSENT else f"{name} is gone" if now == ABSENT else f"{name} changed"]


def sources(root: Path) -> dict[str, str]:
    """Fingerprints of all that a build starts from: the checkout, the engine that runs (`engine/…`), Python."""
    code = [path for pattern in ("**/*.py", "site/templates/*") for path in _ENGINE.glob(pattern)]
    engine = {f"engine/{path.relative_to(_ENGINE).as_posix()}": digest(path.read_bytes()) for path in code}
    prose = [f"book/{path.name}/**/*" for path in root.glob("book/*/") if path.name != "pages"]
    return {**file_digests(root, (*_SOURCES, *prose)), **engine, "Python": platform.python_version()}


class Now:
    """What lies in a checkout now; each file is read once.

    Parameters
    ----------
    root
        The checkout.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self.digest = lru_cache(maxsize=None)(self._digest)

    def _digest(self, name: str) -> str:
        """Fingerprint of a file, or of the names in a folder (`name` ends in a slash), as a trace takes it."""
        path = _ENGINE / name.removeprefix("src/wavebook/") if name.startswith("src/wavebook/") else self._root / name
        try:
            if name.endswith("/"):
                return listing_digest(os.listdir(path))  # noqa: PTH208 - names, as the trace has them
            return digest(path.read_bytes()) if path.is_file() else ABSENT
        except OSError:
            return ABSENT
