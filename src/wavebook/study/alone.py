"""Lets one process at a time work on something."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from wavebook.study.faults import refuse


@contextmanager
def alone(path: Path, waiting: Callable[[], None] = lambda: None) -> Iterator[int]:
    """Hold a lock, of which the system lets go when the last process that has it open ends.

    Parameters
    ----------
    path
        The lock's file.
    waiting
        Called once if another process holds it.

    Returns
    -------
    The lock's file descriptor, for programs that are to hold it as well.
    """
    try:
        path.parent.mkdir(exist_ok=True)
        lock = path.open("w")
    except OSError as error:
        raise refuse(path.parent.name, f"cannot be written: {error.strerror}") from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting()
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock.fileno()
