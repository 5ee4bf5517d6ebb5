"""What is wrong with an input, and where: the one way in which this package refuses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Fault(NamedTuple):
    """One thing that is wrong.

    Attributes
    ----------
    where
        File and line, or page and parameter: whatever lets a person go straight to it.
    what
        What is wrong there, in one sentence.
    """

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


class Refused(Exception):
    """An input that cannot be used; carries every fault that was found in it, not only the first."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = list(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class Unfinished(Refused):
    """A draft that leaves something to a person; its faults say what, and on which lines."""


def refuse(where: str, what: str) -> Refused:
    """Make a refusal of a single fault."""
    return Refused([Fault(where, what)])
