"""Commands about editions: release, verify, sign."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wavebook.cli.common import FOUND, Json, checked, err, print_json

if TYPE_CHECKING:
    from wavebook.figures.editions.sealing import Checked

Edition = Annotated[str, typer.Argument(metavar="EDITION", help="Year and month, such as 2026.11.")]
_LOCK = "_build/lock"  # that of builds: what a release looks at has to stay as it is
_COMMIT = "commit it with CITATION.cff, CHANGELOG.md, .zenodo.json and codemeta.json, then build"


def release(
    edition: Edition,
    key: Annotated[Path | None, typer.Option(metavar="FILE", help="A key of ssh to sign the edition with.")] = None,
    by: Annotated[str | None, typer.Option(metavar="NAME", help="Who releases; by default whom git knows.")] = None,
) -> None:
    """Freeze every changed figure into data/editions; renew CITATION.cff, what archives read of it, and CHANGELOG.md."""
    from wavebook.estimates import EstimatingStudy
    from wavebook.pages.public import remarks
    from wavebook.site import release as releasing
    from wavebook.site.ready import refusals
    from wavebook.study import Refused, find_root, git
    from wavebook.study.alone import alone

    root = find_root()
    with alone(root / _LOCK, lambda: err.print("another build is at work here; waiting for it")):
        if completed := releasing.recover(root):
            err.print(
                f"data/editions/{completed.edition}: its release had been interrupted and is complete now; {_COMMIT}"
            )
            if completed.edition == edition:
                return
        study = checked(EstimatingStudy, root)
        releaser = _releaser(root, by)
        if faults := refusals(study):
            raise Refused(faults)
        for remark in remarks(study):
            err.print(remark)
        kept = git.is_kept(root)
        wanted = releasing.Release(edition, dt.date.today(), releaser, git.commit(root) if kept else None, key)
        for sentence in releasing.release(root, wanted):
            err.print(sentence)
    err.print(f"data/editions/{edition}: released; {_COMMIT}")


def _releaser(root: Path, by: str | None) -> str:
    """Who releases: an edition is somebody's word."""
    from wavebook.figures.citing.credit import one_line
    from wavebook.study import git, refuse

    known = one_line(by) if by else git.person(root)
    if not known:
        what = (
            "git knows no name and address of whoever works here (git config user.name, user.email); say it: --by NAME"
        )
        raise refuse("release", what)
    return known


def tell_interrupted(root: Path) -> None:
    """Say that a release was interrupted between the edition and what tells of it."""
    from wavebook.figures.editions.announcing import unannounced

    if edition := unannounced(root):
        name = edition.edition
        err.print(
            f"CITATION.cff does not name the last edition, {name}: `wavebook release {name}` completes its release"
        )


def edition_verify(
    edition: Annotated[str | None, typer.Argument(metavar="[EDITION]", help="One edition; all by default.")] = None,
    as_json: Json = False,
) -> None:
    """Check every file of an edition against its manifest, the manifest against the one before, and its signature."""
    from wavebook.figures.editions.sealing import verify
    from wavebook.study import find_root

    root = find_root()
    found = verify(root, edition)
    tell_interrupted(root)
    faulty = any(checked.faults for checked in found)
    if as_json:
        print_json({"ok": not faulty, "editions": [_plain(checked) for checked in found]})
    else:
        for checked in found:
            _tell(checked)
        if not found:
            err.print("no edition has been released yet")
    if faulty:
        raise typer.Exit(FOUND)


def _plain(checked: Checked) -> dict[str, Any]:
    faults = [{"where": fault.where, "what": fault.what} for fault in checked.faults]
    return {**vars(checked), "ok": not faults, "faults": faults}


def _tell(checked: Checked) -> None:
    for fault in checked.faults:
        err.print(str(fault))
    held = f"{_count(checked.figures, 'figure')}, {_count(checked.files, 'file')}"
    said = _count(len(checked.faults), "fault") if checked.faults else "as released"
    err.print(f"{checked.edition}: {held}, {checked.signature}: {said}")


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def edition_sign(
    edition: Edition,
    key: Annotated[Path, typer.Option(metavar="FILE", help="A key of ssh.")],
) -> None:
    """Sign the manifest of an edition that is as it was released."""
    from wavebook.figures.editions import FOLDER, MANIFEST
    from wavebook.figures.editions.sealing import verify
    from wavebook.figures.editions.signing import sign
    from wavebook.study import Refused, find_root

    root = find_root()
    manifest = root / FOLDER / edition / MANIFEST
    (before,) = verify(root, edition, signatures=False)
    if before.faults:
        raise Refused(before.faults)
    sign(manifest, key)
    (after,) = verify(root, edition)
    _tell(after)
    if after.faults:
        raise typer.Exit(FOUND)
