"""Puts one folder in the place of another in a single step."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from pathlib import Path

_AT_FDCWD = {"linux": -100, "darwin": -2}
_EXCHANGE = {"linux": ("renameat2", 2), "darwin": ("renameatx_np", 2)}  # RENAME_EXCHANGE, RENAME_SWAP


def put_in_place(new: Path, place: Path) -> None:
    """Make `place` hold what `new` holds; whoever looks sees the old folder or the new one, never part of either.

    Where the system cannot exchange two folders (neither Linux nor macOS, or a file system without it), the old one
    is moved aside first; should the process die just then, the next call finds it there.
    """
    aside = place.with_name(f"{place.name}.old")
    if not place.exists() and aside.exists():
        aside.rename(place)
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        new.rename(place)
        return
    shutil.rmtree(aside, ignore_errors=True)
    if _exchanged(new, place):
        new.rename(aside)
    else:
        place.rename(aside)
        new.rename(place)
    shutil.rmtree(aside)


def _exchanged(one: Path, other: Path) -> bool:
    if sys.platform not in _EXCHANGE:
        return False
    name, flag = _EXCHANGE[sys.platform]
    function = getattr(ctypes.CDLL(None, use_errno=True), name, None)
    if function is None:
        return False
    here = _AT_FDCWD[sys.platform]
    return bool(function(here, os.fsencode(one), here, os.fsencode(other), ctypes.c_uint(flag)) == 0)
