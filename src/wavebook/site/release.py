"""Releases an edition: all of it, or nothing.

Everything is made and written beside the other editions first. Then the folder gets its name, in one step: before it
there is no edition, after it there is a whole one. What else tells of it, `CHANGELOG.md` and `CITATION.cff`, follows from
its manifest; a release that was interrupted between the two is completed by the next one.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import tempfile
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

from wavebook.figures.citing.credit import CREDIT, read_book
from wavebook.figures.citing.deposits import FILES
from wavebook.figures.editions import (
    FOLDER,
    MADE,
    MANIFEST,
    Changes,
    Manifest,
    changes,
    editions,
    follows,
    is_name,
)
from wavebook.figures.editions.announcing import CHANGELOG, announce, unannounced
from wavebook.figures.editions.sealing import ALLOWED, faults_of
from wavebook.figures.editions.signing import PART, check_signature, sign
from wavebook.site.drawings import Drawings
from wavebook.site.frozen import PAGE, Maker, now_written
from wavebook.study import Refused, refuse
from wavebook.study.closure import engine_digest
from wavebook.study.digests import digest


@dataclass(frozen=True)
class Release:
    """What an edition is to be.

    Attributes
    ----------
    edition, date
        Its name and its day.
    releaser
        Who releases it: a name, and an address of mail in angle brackets.
    commit
        The commit that is checked out, if there is git.
    key
        A key of ssh to sign with.
    """

    edition: str
    date: dt.date
    releaser: str
    commit: str | None = None
    key: Path | None = None


def recover(root: Path) -> Manifest | None:
    """Complete or take back what an interrupted release left.

    Returns
    -------
    The edition that was completed, if there is one.
    """
    for part in (root / FOLDER).glob(f"{PART}*"):
        shutil.rmtree(part)
    for name in (CHANGELOG, CREDIT, *FILES):
        for half in root.glob(f".{name}.*.part"):
            half.unlink()
    manifest = unannounced(root)
    if manifest is not None:
        announce(root, manifest)
    return manifest


def release(root: Path, wanted: Release) -> tuple[str, ...]:
    """Freeze every figure that is new into an edition, and tell of it.

    Returns
    -------
    What changed, in sentences.

    Raises
    ------
    Refused
        If the name is no later than the last edition's, an edition is not as it was released, a figure is made up, there
        are no figures, nothing has changed, or something cannot be written. Nothing is left then.
    """
    found = _changes(root, wanted.edition)
    (root / FOLDER).mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(dir=root / FOLDER, prefix=PART))
    try:
        manifest = _write(root, part, wanted, found)
        part.chmod(0o755)
        part.rename(root / FOLDER / wanted.edition)
    except OSError as error:
        raise refuse(f"{FOLDER}/{wanted.edition}", f"cannot be written: {error.strerror}") from None
    finally:
        shutil.rmtree(part, ignore_errors=True)
    announce(root, manifest)
    return manifest.changes


def _changes(root: Path, edition: str) -> Changes:
    """What the edition is to hold, if there may be one."""
    known = editions(root)
    if not is_name(edition):
        raise refuse(edition, "an edition is named by year and month, such as 2026.11, or 2026.11.2 for another one")
    if known and not follows(edition, known[-1]):
        raise refuse(edition, f"does not follow the last edition, {known[-1]}")
    if faults := faults_of(root):
        raise Refused(faults)
    found = changes(root)
    if not found.figures:
        raise refuse(MADE, "there are no figures; run `wavebook build` first")
    if made_up := [id_ for id_, version in found.new.items() if version.figure.synthetic]:
        raise refuse(made_up[0], "rests on synthetic data; nothing made up is released")
    if not found.said:
        raise refuse(edition, f"no figure has changed since {known[-1]}")
    return found


def _write(root: Path, folder: Path, wanted: Release, found: Changes) -> Manifest:
    """Write all of an edition into a folder."""
    maker = Maker(root, read_book(root), Drawings(root / "_build/drawings", root / MADE))
    files: dict[str, str] = {}
    for id_, draft in found.new.items():
        said = {name: getattr(wanted, name) for name in ("edition", "date", "commit", "releaser")}
        made = maker.files(replace(draft, **said))
        now_written(made[PAGE], b"")  # refuses a page whose marks a build would not find
        for name, content in made.items():
            _put(folder / id_ / name, content)
            files[f"{id_}/{name}"] = digest(content)
    known = editions(root)
    manifest = Manifest(
        edition=wanted.edition,
        date=wanted.date,
        releaser=wanted.releaser,
        commit=wanted.commit,
        previous=digest((root / FOLDER / known[-1] / MANIFEST).read_bytes()) if known else None,
        engine={"version": version("wavebook"), "digest": engine_digest()},
        files=dict(sorted(files.items())),
        figures=found.figures,
        changes=found.said,
    )
    _put(folder / MANIFEST, manifest.text().encode())
    if wanted.key is not None:
        sign(folder / MANIFEST, wanted.key)
        if fault := check_signature(folder / MANIFEST, wanted.date, root / ALLOWED).fault:
            raise refuse(str(wanted.key), fault)
    return manifest


def _put(path: Path, content: bytes) -> None:
    """Write a file so that it is on the disk before the edition has its name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())
