"""Dated editions of the book: what of each figure was released, and what has changed since.

An edition is a folder of small texts in `data/editions/`: each figure whose content changed since the edition before,
whole, and an index. Nothing in it is ever changed. Each index holds the fingerprint of the one before and of every
record, so that a change is noticed.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from wavebook.figures.differences import say_changes
from wavebook.figures.record import FigureRecord, Provenance
from wavebook.study import Fault, Refused, refuse
from wavebook.study.files import write_whole

FOLDER = "data/editions"
MADE = "book/pages/figures"
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
    """

    figure: FigureRecord
    provenance: Provenance
    page_title: str
    edition: str | None = None
    date: dt.date | None = None
    commit: str | None = None

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
        )


def editions(root: Path) -> list[str]:
    """Names of the editions, oldest first."""
    found = (path.parent.name for path in (root / FOLDER).glob("*/index.json"))
    return sorted(found, key=_order)


def _order(edition: str) -> tuple[int, ...]:
    return tuple(int(part) for part in edition.split("."))


def current(root: Path) -> dict[str, Version]:
    """Every figure of the executed pages as it is now; one that is just as it was released is that release."""
    released = {id_: versions[-1] for id_, versions in history(root).items()}
    found: dict[str, Version] = {}
    for path in sorted((root / MADE).glob("*.json")):
        made = Version.from_dict(_read(root, path), path.relative_to(root).as_posix())
        last = released.get(made.figure.id)
        found[made.figure.id] = last if last and last.figure.says() == made.figure.says() else made
    return found


def history(root: Path) -> dict[str, list[Version]]:
    """All released versions of every figure, oldest first."""
    found: dict[str, list[Version]] = {}
    for edition in editions(root):
        for path in sorted((root / FOLDER / edition).glob("*.json")):
            if path.name != "index.json":
                version = Version.from_dict(_read(root, path), path.relative_to(root).as_posix())
                found.setdefault(version.figure.id, []).append(version)
    return found


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


def _read(root: Path, path: Path) -> dict[str, Any]:
    name = path.relative_to(root).as_posix()
    try:
        plain: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if path.name != "index.json":
            FigureRecord.from_dict(plain["figure"], name)
    except (OSError, ValueError, KeyError, TypeError):
        raise refuse(name, "is damaged; take it from git again, or build anew") from None
    return plain


def check(root: Path) -> list[Fault]:
    """What is wrong with the released editions: a record or an index that was changed, or is gone."""
    faults = []
    before: str | None = None
    for edition in editions(root):
        folder = root / FOLDER / edition
        index = _read(root, folder / "index.json")
        name = f"{FOLDER}/{edition}"
        if index["previous"] != before:
            faults.append(Fault(f"{name}/index.json", "the edition before it was changed or is gone"))
        there = {path.stem for path in folder.glob("*.json")} - {"index"}
        for id_, digest in index["records"].items():
            path = folder / f"{id_}.json"
            if id_ not in there:
                faults.append(Fault(f"{name}/{id_}.json", "a released figure is gone"))
            elif _digest(path) != digest:
                faults.append(Fault(f"{name}/{id_}.json", "a released figure was changed"))
        faults += [Fault(f"{name}/{id_}.json", "was never released") for id_ in sorted(there - set(index["records"]))]
        before = _digest(folder / "index.json")
    return faults


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def release(root: Path, edition: str, date: dt.date, commit: str | None) -> list[str]:
    """Freeze every figure whose content is new into an edition.

    Returns
    -------
    What changed, in sentences.

    Raises
    ------
    Refused
        If the name is no later than the last edition's, a released record was changed, a figure is made up, there are
        no figures, or nothing has changed.
    """
    known = editions(root)
    if not _NAME.fullmatch(edition):
        raise refuse(edition, "an edition is named by year and month, such as 2026.11, or 2026.11.2 for another one")
    if known and _order(edition) <= _order(known[-1]):
        raise refuse(edition, f"does not follow the last edition, {known[-1]}")
    if faults := check(root):
        raise Refused(faults)
    now = current(root)
    if not now:
        raise refuse(MADE, "there are no figures; run `wavebook build` first")
    if made_up := [id_ for id_, version in now.items() if version.figure.synthetic]:
        raise refuse(made_up[0], "rests on synthetic data; nothing made up is released")
    new = {id_: version for id_, version in now.items() if version.edition is None}
    before = {id_: released[-1] for id_, released in history(root).items()}
    gone = sorted(set(_last_figures(root)) - set(now))
    if not new and not gone:
        raise refuse(edition, f"no figure has changed since {known[-1]}")
    said = [sentence for id_ in new for sentence in say_changes(_figure(before.get(id_)), new[id_].figure)]
    said += [f"{id_}: no longer in the book." for id_ in gone]
    _freeze(
        root, edition, date, commit, new, {"figures": {i: v.figure.version for i, v in now.items()}, "changes": said}
    )
    return said


def _figure(version: Version | None) -> FigureRecord | None:
    return version.figure if version else None


def _last_figures(root: Path) -> dict[str, str]:
    """The figures that were in the book at the last edition."""
    known = editions(root)
    return dict(_read(root, root / FOLDER / known[-1] / "index.json")["figures"]) if known else {}


def _freeze(
    root: Path, edition: str, date: dt.date, commit: str | None, new: dict[str, Version], rest: dict[str, Any]
) -> None:
    """Write an edition's folder whole or not at all."""
    known = editions(root)
    previous = _digest(root / FOLDER / known[-1] / "index.json") if known else None
    (root / FOLDER).mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(dir=root / FOLDER, prefix=".part-"))
    try:
        for id_, version in new.items():
            frozen = Version(version.figure, version.provenance, version.page_title, edition, date, commit)
            (part / f"{id_}.json").write_text(_text(frozen.to_dict()), encoding="utf-8")
        records = {id_: _digest(part / f"{id_}.json") for id_ in sorted(new)}
        index = {"edition": edition, "date": date.isoformat(), "previous": previous, "records": records, **rest}
        (part / "index.json").write_text(_text(index), encoding="utf-8")
        part.chmod(0o755)
        part.rename(root / FOLDER / edition)
    except OSError as error:
        shutil.rmtree(part, ignore_errors=True)
        raise refuse(f"{FOLDER}/{edition}", f"cannot be written: {error.strerror}") from None


def _text(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def announce(root: Path, edition: str, date: dt.date, said: list[str]) -> None:
    """Name an edition in CITATION.cff, and say in CHANGELOG.md what changed in it."""
    path = root / "CITATION.cff"
    text = path.read_text(encoding="utf-8")
    for key, value in (("version", edition), ("date-released", date.isoformat())):
        line = f"{key}: {value}"
        text, found = re.subn(rf"^{key}: .*$", line, text, flags=re.MULTILINE)
        if not found:
            text, found = re.subn(r"^(version: .*)$", rf"\1\n{line}", text, flags=re.MULTILINE)
        if not found:
            text = f"{text.rstrip()}\n{line}\n"
    write_whole(path, text)
    path = root / "CHANGELOG.md"
    heading = f"## Edition {edition}, {date.day} {date:%B %Y}"
    entry = "\n".join([heading, "", *(f"- {sentence}" for sentence in said), "", ""])
    known = path.read_text(encoding="utf-8") if path.is_file() else "# Changelog"
    head, mark, rest = known.partition("## ")
    write_whole(path, f"{head.rstrip()}\n\n{entry}{mark}{rest}".rstrip() + "\n")
