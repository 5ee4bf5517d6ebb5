"""What all commands share: where messages go, exit codes, progress."""

from __future__ import annotations

import json
from typing import Annotated, Any, Self

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

FOUND, REFUSED = 1, 2

err = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on standard output.")]


def print_json(value: dict[str, Any]) -> None:
    """Print one JSON object on standard output."""
    typer.echo(json.dumps(value, ensure_ascii=False))


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
    """A bar for each page on a terminal, a plain line for each page elsewhere."""

    def __init__(self) -> None:
        self._bars = bars("cells")
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def started(self, page: str, cells: int) -> None:
        """Show that a page begins."""
        self._tasks[page] = self._bars.add_task(page, total=cells)

    def advanced(self, page: str) -> None:
        """Show that a cell was executed."""
        self._bars.advance(self._tasks[page])

    def finished(self, page: str, seconds: float, error: str | None) -> None:
        """Show that a page is done, or failed."""
        task = self._tasks[page]
        if error is None:
            self._bars.update(task, completed=self._bars.tasks[task].total)
        if not err.is_terminal:
            err.print(f"page {page}: {'failed' if error else 'executed'} in {seconds:.1f} s")
