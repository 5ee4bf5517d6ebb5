"""Names the last edition in `CITATION.cff` and in what archives read, and says in `CHANGELOG.md` what changed in it.

All follow from the edition's manifest. `CITATION.cff` is written last: as long as it does not name the edition, the
announcement is not finished, and can be made again.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from wavebook.figures.citing.credit import CREDIT, read_book
from wavebook.figures.citing.deposits import write_deposits
from wavebook.figures.editions import Manifest, editions, follows, is_name, read_manifest
from wavebook.study.files import read_yaml, write_whole

CHANGELOG = "CHANGELOG.md"


def unannounced(root: Path) -> Manifest | None:
    """The last edition, if `CITATION.cff` does not name it; one that names a later edition tells that this is lost."""
    known = editions(root)
    if not known:
        return None
    named = str(read_yaml(root / CREDIT, CREDIT)[0].get("version", ""))
    if named == known[-1] or (is_name(named) and follows(named, known[-1])):
        return None
    return read_manifest(root, known[-1])


def announce(root: Path, manifest: Manifest) -> None:
    """Write what is to be known of an edition outside its folder; what is written already stays as it is."""
    path = root / CHANGELOG
    known = path.read_text(encoding="utf-8") if path.is_file() else "# Changelog"
    heading = f"## Edition {manifest.edition}, "
    if not re.search(rf"^{re.escape(heading)}", known, re.MULTILINE):
        write_whole(path, _with_entry(known, heading, manifest))
    write_deposits(root, replace(read_book(root), version=manifest.edition, released=manifest.date))
    path = root / CREDIT
    write_whole(path, _with_edition(path.read_text(encoding="utf-8"), manifest))


def _with_entry(changelog: str, heading: str, manifest: Manifest) -> str:
    """Put an edition before all that the changelog tells."""
    title = f"{heading}{manifest.date.day} {manifest.date:%B %Y}"
    entry = "\n".join([title, "", *(f"- {sentence}" for sentence in manifest.changes), "", ""])
    head, mark, rest = changelog.partition("## ")
    return f"{head.rstrip()}\n\n{entry}{mark}{rest}".rstrip() + "\n"


def _with_edition(credit: str, manifest: Manifest) -> str:
    """Put in an edition's name and day; the name in quotes, for 2026.10 would be read as a number and lose its end."""
    for key, value in (("version", f'"{manifest.edition}"'), ("date-released", manifest.date.isoformat())):
        line = f"{key}: {value}"
        credit, found = re.subn(rf"^{key}:.*$", line, credit, flags=re.MULTILINE)
        if not found:
            credit, found = re.subn(r"^(version: .*)$", rf"\1\n{line}", credit, flags=re.MULTILINE)
        if not found:
            credit = f"{credit.rstrip()}\n{line}\n"
    return credit
