"""Imports a book's own chapters: the package `chapters` of its checkout, and of no other."""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from pathlib import Path
from threading import RLock
from types import ModuleType

from wavebook.study import Refused, refuse
from wavebook.study.digests import digest_of

PACKAGE = "chapters"
_LOCK = RLock()
_HELD: dict[Path, tuple[str, dict[str, ModuleType]]] = {}
"""By folder: the fingerprint of its files and the modules that were made of them."""


def import_chapters(root: Path, beforehand: Callable[[], None]) -> None:
    """Import every module of a book's chapters, so that what they register is known.

    A book without the folder has none. Two books in one process keep their chapters apart: those of another book that
    are imported under the same name are put aside meanwhile, and put back.

    Parameters
    ----------
    beforehand
        Called where modules are imported anew: what older ones registered counts no longer.

    Raises
    ------
    Refused
        If one cannot be imported, by file and line.
    """
    folder = (root / PACKAGE).resolve()
    names = list(_modules(folder))
    if not names:
        return
    with _LOCK, _only_from(root):
        now = digest_of({name: path.read_text(encoding="utf-8", errors="replace") for name, path in names})
        there = _imported()
        mine = {name: module for name, module in there.items() if _is_of(folder, module)}
        then, held = _HELD.get(folder, (now, mine))
        known = (mine or held) if then == now else {}
        _replace(there, known)
        if then != now:
            beforehand()
        try:
            _import(root, folder, [name for name, _ in names])
            _HELD[folder] = now, _imported()
        except Refused:
            _HELD.pop(folder, None)
            _replace(_imported(), {})
            beforehand()
            raise
        finally:
            others = {name: module for name, module in there.items() if name not in mine}
            if others:
                _replace(_imported(), others)


def _modules(folder: Path) -> Iterator[tuple[str, Path]]:
    """The modules below a folder with their files, in order of their names; the package itself first."""
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name.isidentifier() and name != "__pycache__")
        for file in sorted(files, key=lambda name: (name != "__init__.py", name)):
            path = Path(place, file)
            if path.suffix == ".py" and path.stem.isidentifier():
                parts = [PACKAGE, *path.relative_to(folder).with_suffix("").parts]
                yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def _imported() -> dict[str, ModuleType]:
    # A copy: the site is built beside this, and other threads import meanwhile.
    return {name: module for name, module in sys.modules.copy().items() if name.partition(".")[0] == PACKAGE}


def _is_of(folder: Path, module: ModuleType) -> bool:
    places = [getattr(module, "__file__", None), *getattr(module, "__path__", ())]
    return any(Path(place).resolve().is_relative_to(folder) for place in places if place)


def _replace(old: dict[str, ModuleType], new: dict[str, ModuleType]) -> None:
    for name in old:
        sys.modules.pop(name, None)
    sys.modules.update(new)


@contextmanager
def _only_from(root: Path) -> Iterator[None]:
    """Look in the checkout first, where a chapter imports something beside it."""
    place = str(root)
    sys.path.insert(0, place)
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.path.remove(place)


def _import(root: Path, folder: Path, names: list[str]) -> None:
    """Import the package from the checkout itself: another of its name may be installed."""
    try:
        if PACKAGE not in sys.modules and (spec := PathFinder.find_spec(PACKAGE, [str(root)])):
            sys.modules[PACKAGE] = module_from_spec(spec)
            if spec.loader is not None:  # a folder without __init__.py has none
                spec.loader.exec_module(sys.modules[PACKAGE])
        for name in names:
            importlib.import_module(name)
    except Refused:
        raise
    except Exception as error:  # whatever the code of a book can do wrong
        raise _refusal(error, folder) from error


def _refusal(error: Exception, folder: Path) -> Refused:
    """Say by file and line of the chapters why they cannot be imported."""
    places = [(frame.filename, frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    if isinstance(error, SyntaxError):
        places.append((error.filename or "", error.lineno))
    own = [(Path(file).resolve(), line) for file, line in places if file]
    file, line = next(((f, n) for f, n in reversed(own) if f.is_relative_to(folder)), (folder, None))
    where = f"{PACKAGE}/{file.relative_to(folder).as_posix()}".removesuffix("/.")
    message = error.msg if isinstance(error, SyntaxError) else str(error)
    said = f"{type(error).__name__}: {message.splitlines()[0] if message else 'no reason given'}"
    return refuse(f"{where}:{line}" if line else where, f"cannot be imported ({said})")
