"""Which files of the engine a part of it rests on, found from its imports: nobody keeps a list by hand.

The engine's files go by `src/wavebook/…` wherever it is installed, so that keys are the same everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from wavebook.study.digests import digest, digest_of

if TYPE_CHECKING:
    from grimp import ImportGraph

ENGINE = Path(__file__).parents[1]
"""The folder of the engine that runs."""
PREFIX = "src/wavebook/"


@cache
def engine_closure(module: str, *, data: bool = False) -> tuple[str, ...]:
    """Find the files of the engine on which a module rests.

    These are its own, those of all modules that it imports, directly or through others and wherever in the code, and the
    `__init__.py` of every room in which one of them lies. What such an `__init__.py` passes on counts where the room
    itself is imported; an import only for types counts nowhere.

    Parameters
    ----------
    module
        Its full name, such as `wavebook.pages.layout`.
    data
        Whether to give as well what lies beside the modules without being one: templates, styles, scripts.

    Returns
    -------
    Names in order, such as `src/wavebook/pages/layout.py`.
    """
    names = {module, *_imports().find_upstream_modules(module)}
    rooms = {parent for name in names for parent in _parents(name)}
    files = {_file(name) for name in names | rooms}
    if data:
        files |= {file for room in {file.parent for file in files} for file in _beside(room)}
    return tuple(sorted(f"{PREFIX}{file.relative_to(ENGINE).as_posix()}" for file in files))


@cache
def engine_digest() -> str:
    """One fingerprint of all files of the engine that runs."""
    files = (path for path in ENGINE.rglob("*") if path.is_file() and path.suffix != ".pyc" and path.name[0] != ".")
    return digest_of({f"{PREFIX}{path.relative_to(ENGINE).as_posix()}": digest(path.read_bytes()) for path in files})


@cache
def _imports() -> ImportGraph:
    import grimp  # takes longer to import than to read all of the engine, and who builds nothing does without

    return grimp.build_graph("wavebook", exclude_type_checking_imports=True, cache_dir=None)


def _parents(name: str) -> Iterator[str]:
    while "." in name:
        name = name.rpartition(".")[0]
        yield name


def _file(name: str) -> Path:
    path = ENGINE.joinpath(*name.split(".")[1:])
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def _beside(room: Path) -> Iterator[Path]:
    """The files of a room, and of folders in it that are no rooms of their own, that are not code."""
    for path in room.iterdir():
        if path.is_dir() and path.name != "__pycache__" and not (path / "__init__.py").exists():
            yield from (file for file in path.rglob("*") if file.is_file() and file.suffix not in (".py", ".pyc"))
        elif path.is_file() and path.suffix != ".py" and not path.name.startswith("."):
            yield path
