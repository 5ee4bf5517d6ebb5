"""What all commands share: where messages go, exit codes, progress."""

from __future__ import annotations

import json
import math
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Annotated, Any, Self, TypeVar

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.text import Text

if TYPE_CHECKING:
    from wavebook.study import Study

S = TypeVar("S", bound="Study")
FOUND, REFUSED = 1, 2

err = Console(stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True)
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on standard output.")]


def print_json(value: dict[str, Any]) -> None:
    """Print one JSON object on standard output."""
    typer.echo(json.dumps(value, ensure_ascii=False))


def checked(kind: type[S], start: Path | None = None) -> S:
    """Open a checkout's study and hold all its files against each other: no command works on what is faulty.

    Parameters
    ----------
    kind
        `Study`, or `EstimatingStudy`, which takes longer to import.
    start
        A folder inside the checkout; by default the one the program runs in.
    """
    study = kind.open(start)
    study.check()
    return study


def bars(counted: str) -> Progress:
    """Progress bars on a terminal; nothing elsewhere."""
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(counted),
        TimeElapsedColumn(),
        console=err,
        disable=not err.is_terminal,
    )


class PageProgress:
    """How far the pages are: bars on a terminal, elsewhere a plain line for each page that is done.

    It is told from the several threads that make pages.
    """

    def __init__(self, console: Console = err) -> None:
        self._console = console
        self._bars = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TextColumn("{task.completed}/{task.total} {task.fields[counted]}", markup=False),
            console=console,
            disable=not console.is_interactive,
        )
        self._running: dict[str, TaskID] = {}
        self._reused = 0
        self._seconds = 0.0  # that finished pages took, all together
        self._at_a_time = 1
        self._lock = Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def planned(self, stale: int, reused: int) -> None:
        """Show how much there is to do; without anything to do, show nothing."""
        with self._lock:
            self._reused = reused
            self._bars.add_task("pages", total=stale, counted="")
            self._count()
            if stale:
                self._bars.start()

    def started(self, page: str, cells: int) -> None:
        """Show that a page begins."""
        with self._lock:
            self._running[page] = self._bars.add_task(page, total=cells, counted="cells")
            self._at_a_time = max(self._at_a_time, len(self._running))

    def advanced(self, page: str) -> None:
        """Show that a cell was executed."""
        with self._lock:
            self._bars.advance(self._running[page])
            self._count()

    def finished(self, page: str, error: str | None, seconds: float) -> None:
        """Show that a page is done, or failed."""
        with self._lock:
            self._bars.remove_task(self._running.pop(page))
            self._seconds += seconds
            pages = self._bars.tasks[0]
            self._bars.advance(pages.id)
            self._count()
            if self._bars.disable:
                said = "failed" if error else "executed"
                done = f"{pages.completed} of {pages.total}"
                self._console.print(Text(f"page {page}: {said} in {seconds:.1f} s ({done})"))

    def noted(self, message: str) -> None:
        """Print a remark, above the bars if there are any."""
        self._console.print(Text(message))

    def _count(self) -> None:
        """Say what is done and, once a page has shown how long pages take, how long the others will."""
        pages, *running = self._bars.tasks
        counted = f"done · {self._reused} reused"
        left = (pages.total or 0) - pages.completed
        if pages.completed and left:
            begun = sum(task.percentage for task in running) / 100
            mean = self._seconds / pages.completed
            seconds = math.ceil((left - begun) * mean / min(self._at_a_time, left))
            counted += f" · about {seconds // 60}:{seconds % 60:02} left"
        self._bars.update(pages.id, counted=counted)
