"""Releases an edition over and over, each time in a copy of a book, and kills it before the first, second, … write.

release_killed.py BOOK PLACE EDITION DATE: the copies lie in PLACE, by the number of the write; the last was not killed.
"""

import datetime as dt
import itertools
import os
import shutil
import signal
import sys
from pathlib import Path

from wavebook.site import frozen, ready  # noqa: F401 - read once, not by each child
from wavebook.site.release import Release, recover, release

CHANGES = {"os.chmod", "os.link", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.symlink", "os.truncate"}


def run(root: Path, at: int, edition: str, date: dt.date) -> None:
    """Release; die before the write of this number."""
    count = itertools.count(1)

    def die(event: str, arguments: tuple[object, ...]) -> None:
        writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        if (writes or event in CHANGES) and next(count) == at:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(die)
    recover(root)
    release(root, Release(edition, date, "Mai Ng <mai@example.org>"))


def main(book: str, place: str, edition: str, date: str) -> None:
    for at in itertools.count(1):
        root = Path(place) / f"{at:03}"
        shutil.copytree(book, root)
        child = os.fork()
        if child == 0:
            run(root, at, edition, dt.date.fromisoformat(date))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status):
            sys.exit(os.waitstatus_to_exitcode(status))


main(*sys.argv[1:])
