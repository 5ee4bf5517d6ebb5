"""Dated editions of the book: what of each figure was released, and which version is the newest.

An edition is a folder in `data/editions/`: a manifest, and a folder for each figure of which a version was new then, with
all that this version's address shows and offers. Nothing in it is ever changed. A record is read as it was stored; that
it is still what was released is what the digests of the manifest say.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from wavebook.figures.differences import say_changes
from wavebook.figures.record import FigureRecord, Provenance
from wavebook.study import refuse
from wavebook.study.digests import digest

FOLDER = "data/editions"
MADE = "book/pages/figures"
MANIFEST = "manifest.json"
RECORD = "record.json"
SCHEMA = 1
"""Of manifests."""
_NAME = re.compile(r"\d{4}\.\d{2}(\.\d+)?")


@dataclass(frozen=True)
class Version:
    """One version of one figure.

    Attributes
    ----------
    figure, provenance, page_title
        Its content, how it was made, and the title of the page that publishes it.
    edition, date
        The edition that released it and its date; None while it is a draft.
    commit
        The commit that it was made from, if known.
    releaser
        Who released it.
    """

    figure: FigureRecord
    provenance: Provenance
    page_title: str
    edition: str | None = None
    date: dt.date | None = None
    commit: str | None = None
    releaser: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Turn into plain values that JSON can hold."""
        plain = {**asdict(self), "figure": self.figure.to_dict()}
        return {"version": self.figure.version, **plain, "date": self.date.isoformat() if self.date else None}

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any], where: str = "") -> Version:
        """Make a version from what `to_dict` gave; a released one keeps the version under which it was released.

        Parameters
        ----------
        where
            The file that holds it, for what is said of a fault.
        """
        date = plain.get("date")
        figure = FigureRecord.from_dict(plain["figure"], where)
        return cls(
            figure=replace(figure, stored=plain["version"]) if plain.get("edition") else figure,
            provenance=Provenance.from_dict(plain["provenance"], where or f"figure {figure.id}"),
            page_title=plain["page_title"],
            edition=plain.get("edition"),
            date=dt.date.fromisoformat(date) if date else None,
            commit=plain.get("commit"),
            releaser=plain.get("releaser"),
        )


@dataclass(frozen=True)
class Manifest:
    """What an edition holds.

    Attributes
    ----------
    edition, date, releaser, commit
        Its name, its day, who released it, and the commit that it was made from, if there is git.
    previous
        SHA-256 of the manifest of the edition before; None of the first.
    engine
        The program's version, and the digest of its files.
    files
        SHA-256 of every file by its path below the edition's folder, but for the manifest itself and its signature.
    figures
        The version of every figure that was in the book then, those included that an earlier edition holds.
    changes
        Sentences: what is new.
    """

    edition: str
    date: dt.date
    releaser: str
    commit: str | None
    previous: str | None
    engine: dict[str, str]
    files: dict[str, str]
    figures: dict[str, str]
    changes: tuple[str, ...]

    def text(self) -> str:
        """The manifest's file."""
        plain = {"schema": SCHEMA, **asdict(self), "date": self.date.isoformat()}
        return json.dumps(plain, ensure_ascii=False, indent=1) + "\n"

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Manifest:
        """Make a manifest of plain values; one of a newer schema may hold what this program does not know."""
        known = {name: plain[name] for name in cls.__dataclass_fields__}
        return cls(**{**known, "date": dt.date.fromisoformat(plain["date"]), "changes": tuple(plain["changes"])})


@dataclass(frozen=True)
class Changes:
    """What is new in the book since its last edition.

    Attributes
    ----------
    new
        Versions that no edition has.
    figures
        The version of every figure of the book.
    said
        What changed, in sentences; none if nothing did.
    """

    new: dict[str, Version]
    figures: dict[str, str]
    said: tuple[str, ...]


def editions(root: Path) -> list[str]:
    """Names of the editions, oldest first."""
    found = (path.parent.name for path in (root / FOLDER).glob(f"*/{MANIFEST}"))
    return sorted((name for name in found if is_name(name)), key=_order)


def is_name(edition: str) -> bool:
    """Whether an edition may be called so."""
    return _NAME.fullmatch(edition) is not None


def follows(edition: str, last: str) -> bool:
    """Whether an edition comes after another one."""
    return _order(edition) > _order(last)


def _order(edition: str) -> tuple[int, ...]:
    return tuple(int(part) for part in edition.split("."))


def read_manifest(root: Path, edition: str) -> Manifest:
    """The manifest of an edition."""
    name = f"{FOLDER}/{edition}/{MANIFEST}"
    try:
        plain = json.loads((root / name).read_bytes())
        if plain["schema"] > SCHEMA:
            raise refuse(name, f"is of schema {plain['schema']}; this program reads up to {SCHEMA}: take a newer one")
        return Manifest.from_dict(plain)
    except (OSError, ValueError, KeyError, TypeError):
        raise refuse(name, "is damaged; take it from git again") from None


def current(root: Path) -> dict[str, Version]:
    """Every figure of the executed pages as it is now; one that says what a released version says is that release."""
    released = history(root)
    found: dict[str, Version] = {}
    for id_, made in drawn(root).items():
        same = (v for v in reversed(released.get(id_, [])) if v.figure.says() == made.figure.says())
        found[id_] = next(same, made)
    return found


def drawn(root: Path) -> dict[str, Version]:
    """Every figure as the pages that lie there executed made it, released or not."""
    found = (_read(root, path.relative_to(root).as_posix()) for path in sorted((root / MADE).glob("*.json")))
    return {version.figure.id: version for version in found}


def history(root: Path) -> dict[str, list[Version]]:
    """All released versions of every figure, oldest first."""
    found: dict[str, list[Version]] = {}
    for edition in editions(root):
        files = read_manifest(root, edition).files
        for path in sorted((root / FOLDER / edition).glob(f"*/{RECORD}")):
            released = files.get(f"{path.parent.name}/{RECORD}", "")
            version = _read(root, path.relative_to(root).as_posix(), released)
            found.setdefault(version.figure.id, []).append(version)
    return found


def _read(root: Path, name: str, released: str | None = None) -> Version:
    """Read a version; of a released one also hold its record's bytes against their digest."""
    try:
        content = (root / name).read_bytes()
        if released is not None and digest(content) != released:
            raise refuse(name, "a released figure was changed; take it from git again")
        return Version.from_dict(json.loads(content), name)
    except (OSError, ValueError, KeyError, TypeError):
        raise refuse(name, "is damaged; take it from git again, or build anew") from None


def folder_of(root: Path, version: Version) -> Path | None:
    """Where the files of a released version lie; None of a draft."""
    return root / FOLDER / version.edition / version.figure.id if version.edition else None


def versions(root: Path) -> dict[str, list[Version]]:
    """All versions of every figure, oldest first, a draft last; also of figures that the book no longer has."""
    found = history(root)
    for id_, version in current(root).items():
        known = found.setdefault(id_, [])
        if version.edition is None:
            known.append(version)
    return found


def find(root: Path, name: str) -> Version:
    """One version by `ID` (the current one) or `ID@VERSION`."""
    id_, _, wanted = name.partition("@")
    known = versions(root).get(id_)
    if known is None:
        raise refuse(
            name, f"no such figure; known: {', '.join(sorted(versions(root))) or 'none; run `wavebook build`'}"
        )
    if not wanted:
        return current(root).get(id_, known[-1])
    chosen = [version for version in known if version.figure.version == wanted]
    if not chosen:
        raise refuse(name, f"no such version; known: {', '.join(version.figure.version for version in known)}")
    return chosen[-1]


def changes(root: Path) -> Changes:
    """What is new since the last edition."""
    known = editions(root)
    then = read_manifest(root, known[-1]).figures if known else {}
    before = {(id_, v.figure.version): v.figure for id_, all_ in history(root).items() for v in all_}
    now = current(root)
    said: list[str] = []
    for id_, version in now.items():
        if version.figure.version != then.get(id_):
            said += say_changes(before.get((id_, then.get(id_, ""))), version.figure)
    said += [f"{id_}: no longer in the book." for id_ in sorted(then.keys() - now.keys())]
    return Changes(
        new={id_: version for id_, version in now.items() if version.edition is None},
        figures={id_: version.figure.version for id_, version in now.items()},
        said=tuple(said),
    )
