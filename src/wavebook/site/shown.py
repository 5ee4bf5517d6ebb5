"""Finds the versions of all figures with their files: released ones in their editions, drafts made now."""

from __future__ import annotations

from pathlib import Path

from wavebook.figures.differences import say_changes
from wavebook.figures.editions import Version, current, folder_of, versions
from wavebook.site.figures import Shown
from wavebook.site.frozen import Maker


def shown_figures(root: Path, maker: Maker) -> dict[str, list[Shown]]:
    """All versions of every figure, the current one last."""
    now = current(root)
    return {id_: _shown(root, maker, known, now.get(id_, known[-1])) for id_, known in versions(root).items()}


def _shown(root: Path, maker: Maker, known: list[Version], latest: Version) -> list[Shown]:
    """The versions of one figure, the latest last."""
    ordered = [version for version in known if version.figure.version != latest.figure.version]
    return [
        *(Shown(v, files_of(root, maker, v), tuple(say_changes(v.figure, latest.figure))) for v in ordered),
        Shown(latest, files_of(root, maker, latest)),
    ]


def files_of(root: Path, maker: Maker, version: Version) -> dict[str, bytes]:
    """All files of a version by their names: those that its edition holds, or those that a release would freeze now."""
    folder = folder_of(root, version)
    if folder is None:
        return maker.files(version)
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
