"""What became of pages, and who hears of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol


class Progress(Protocol):
    """What hears of the work as it goes, from several threads."""

    def planned(self, stale: int, reused: int) -> None:
        """It is known how many pages run, and how many need not; told once, before all else."""

    def started(self, page: str, cells: int) -> None:
        """A page begins."""

    def advanced(self, page: str) -> None:
        """A cell of a page was executed."""

    def finished(self, page: str, error: str | None, seconds: float) -> None:
        """A page is done, or failed with an error."""

    def noted(self, message: str) -> None:
        """Something is to be told on the way."""


@dataclass(frozen=True)
class Outcome:
    """Which pages ran, which were good as they were, which failed with what, and what no key holds of those that ran."""

    executed: list[str]
    reused: list[str]
    failed: dict[str, str]
    untracked: dict[str, list[str]] = field(default_factory=dict)
