"""Checks editions: every file against its manifest, each manifest against the next, and signatures. Asks no network."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from wavebook.figures.citing.credit import CREDIT
from wavebook.figures.editions import FOLDER, MANIFEST, RECORD, Manifest, editions, follows, is_name, read_manifest
from wavebook.figures.editions.signing import ENDING, Signature, check_signature
from wavebook.study import Fault, Refused, refuse
from wavebook.study.digests import digest
from wavebook.study.files import read_yaml

ALLOWED = f"{FOLDER}/allowed_signers"


@dataclass(frozen=True)
class Checked:
    """An edition as it was found.

    Attributes
    ----------
    edition
        Its name.
    files, figures
        How many its manifest names.
    signature
        In words, who signed it.
    faults
        What is wrong, by file.
    """

    edition: str
    files: int
    figures: int
    signature: str
    faults: tuple[Fault, ...]


def verify(root: Path, edition: str | None = None, *, signatures: bool = True) -> list[Checked]:
    """Check one edition, or all, oldest first.

    Each manifest holds the digest of the one before: of one edition alone, that it follows the one before is checked too.

    Parameters
    ----------
    signatures
        Whether to check them as well.

    Raises
    ------
    Refused
        If there is no such edition.
    """
    known = editions(root)
    lost = _lost(root, known)
    if edition is not None and edition not in (*known, *lost):
        raise refuse(edition, f"no such edition; known: {', '.join(known) or 'none'}")
    found = [_check(root, name, known, signatures=signatures) for name in known if edition in (None, name)]
    return found + [
        Checked(name, 0, 0, "nothing signed", (fault,)) for name, fault in lost.items() if edition in (None, name)
    ]


def _lost(root: Path, known: list[str]) -> dict[str, Fault]:
    """Editions that something tells of and that have no manifest: of the last one no other edition tells."""
    found = {
        path.parent.name: Fault(f"{FOLDER}/{path.parent.name}/{MANIFEST}", "is gone")
        for path in sorted((root / FOLDER).glob("*/*"))
        if is_name(path.parent.name) and path.parent.name not in known
    }
    named = str(read_yaml(root / CREDIT, CREDIT)[0].get("version", "")) if known and (root / CREDIT).is_file() else ""
    if is_name(named) and follows(named, known[-1]) and named not in found:
        found[named] = Fault(CREDIT, f"names edition {named}, which is not in {FOLDER}")
    return found


def faults_of(root: Path) -> list[Fault]:
    """What is wrong with all editions together."""
    return [fault for checked in verify(root) for fault in checked.faults]


def _check(root: Path, edition: str, known: list[str], *, signatures: bool) -> Checked:
    folder = root / FOLDER / edition
    try:
        manifest = read_manifest(root, edition)
    except Refused as refused:
        return Checked(edition, 0, 0, "not looked at", tuple(refused.faults))
    signed = check_signature(folder / MANIFEST, manifest.date, root / ALLOWED) if signatures else Signature("")
    faults = [*_chain(root, manifest, edition, known), *_files(folder, manifest), *_figures(root, manifest, known)]
    faults += _signature(edition, signed)
    return Checked(edition, len(manifest.files), len(manifest.figures), signed.said, tuple(faults))


def _signature(edition: str, signed: Signature) -> list[Fault]:
    name = f"{FOLDER}/{edition}/{MANIFEST}"
    return [Fault(name, signed.fault)] if signed.fault else []


def _chain(root: Path, manifest: Manifest, edition: str, known: list[str]) -> list[Fault]:
    """Whether the manifest is of this edition, and knows the one before as it is."""
    name = f"{FOLDER}/{edition}/{MANIFEST}"
    faults = [] if manifest.edition == edition else [Fault(name, f"is the manifest of edition {manifest.edition}")]
    place = known.index(edition)
    before = digest((root / FOLDER / known[place - 1] / MANIFEST).read_bytes()) if place else None
    if manifest.previous != before:
        which = (
            f"edition before, {known[place - 1]}, was changed or is another one" if place else "edition before is gone"
        )
        faults.append(Fault(name, f"the {which}"))
    return faults


def _files(folder: Path, manifest: Manifest) -> list[Fault]:
    """Files that were changed, are gone, or were put in."""
    name = f"{FOLDER}/{folder.name}"
    own = {MANIFEST, f"{MANIFEST}{ENDING}"}
    there = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if not _is_folder(path)}
    faults = []
    for file, expected in sorted(manifest.files.items()):
        path = there.get(file)
        if path is None:
            faults.append(Fault(f"{name}/{file}", "a released file is gone"))
        elif path.is_symlink() or digest(path.read_bytes()) != expected:
            faults.append(Fault(f"{name}/{file}", "a released file was changed"))
    return faults + [
        Fault(f"{name}/{file}", "was never released") for file in sorted(there.keys() - manifest.files.keys() - own)
    ]


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _figures(root: Path, manifest: Manifest, known: list[str]) -> list[Fault]:
    """Versions of the edition that neither it nor an earlier one holds."""
    place = known.index(manifest.edition) if manifest.edition in known else -1
    there = set()
    for edition in known[: place + 1]:
        for path in (root / FOLDER / edition).glob(f"*/{RECORD}"):
            with suppress(OSError, ValueError, KeyError, TypeError):  # a damaged one is named already
                there.add((path.parent.name, json.loads(path.read_bytes())["version"]))
    name = f"{FOLDER}/{manifest.edition}/{MANIFEST}"
    return [
        Fault(name, f"names {id_}@{version}, which no edition up to it holds")
        for id_, version in sorted(manifest.figures.items())
        if (id_, version) not in there
    ]
