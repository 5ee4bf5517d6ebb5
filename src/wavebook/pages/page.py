"""A page: one notebook with one set of parameters; and the reason for which one could not be made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode


class Failed(Exception):
    """A page that could not be made; the message names notebook, cell and the error's last line.

    Parameters
    ----------
    message
        What a person is told.
    where
        Notebook and cell, where a cell failed.
    said
        All that its error says.
    """

    def __init__(self, message: str, where: str = "", said: str = "") -> None:
        super().__init__(message)
        self.where, self.said = where, said


@dataclass(frozen=True)
class Page:
    """One page of the book: one notebook with one set of parameters."""

    id: str
    title: str
    notebook: str
    source: NotebookNode
    parameters: dict[str, Any]


def cells_of(page: Page) -> int:
    """How many cells of a page are executed."""
    return sum(cell.cell_type == "code" and bool(cell.source.strip()) for cell in page.source.cells) + bool(
        page.parameters
    )


def cell_number(page: Page, index: int) -> int:
    """Count cells as the notebook's author does: papermill has put one in for the parameters."""
    declared = next(i for i, cell in enumerate(page.source.cells) if "parameters" in cell.metadata.get("tags", []))
    return index + 1 - (1 if page.parameters and index > declared else 0)
