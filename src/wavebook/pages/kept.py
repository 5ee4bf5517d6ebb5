"""Looks through what lies in the book already for respondents: pages of earlier builds, and what stands beside them.

What a page prints is checked when it is made. A page may have been made before there was such a check, or before the
respondent file came to this machine; and prose, or a file that a site publishes as it is, is made by nobody. What was
looked through is not looked through again while it, the check and the respondent files stay as they are.
"""

from __future__ import annotations

import json
from pathlib import Path

from wavebook.pages.layout import EXECUTED
from wavebook.pages.now import Now
from wavebook.pages.printed import readable, say
from wavebook.study import Fault, Refused
from wavebook.study.closure import engine_closure
from wavebook.study.digests import digest, digest_of
from wavebook.study.files import write_whole
from wavebook.waves.recognising.stored import Private

_RECORD = "_build/printed.json"


def drop_private(root: Path, private: Private) -> None:
    """Remove pages of earlier builds that show respondents, so that they are made again, and refuse prose that does.

    Raises
    ------
    Refused
        Naming each file below `book/` that shows respondents and is not made by a page.
    """
    if not private.paths():
        return
    there = Now(root)
    by = digest_of(
        [
            {name: there.digest(name) for name in engine_closure("wavebook.pages.printed")},
            [[path.name, path.stat().st_mtime_ns, path.stat().st_size] for path in private.paths()],
        ]
    )
    known, good, faults = _read(root / _RECORD, by), set[str](), []
    for path in sorted((root / "book").rglob("*")):
        if not path.is_file():
            continue
        content, name = path.read_bytes(), path.relative_to(root).as_posix()
        found = digest(content)
        leak = None if found in known else private.leak(_text(content))
        if leak is None:
            good.add(found)
        elif name.startswith(f"{EXECUTED}/"):
            path.unlink()  # a page of which a file is gone is made again
        else:
            faults.append(Fault(name, f"shows {say(leak)}"))
    write_whole(root / _RECORD, json.dumps({"by": by, "good": sorted(good)}))
    if faults:
        raise Refused(faults)


def _text(content: bytes) -> str:
    try:
        return readable(content.decode())
    except UnicodeDecodeError:  # a picture, or another file that cannot be looked into
        return ""


def _read(path: Path, by: str) -> set[str]:
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
        return set(known["good"]) if known["by"] == by else set()
    except (OSError, ValueError, KeyError):
        return set()
