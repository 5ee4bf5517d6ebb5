"""Makes of an executed notebook the files of a page, with nothing in them that differs from run to run."""

from __future__ import annotations

import json
import platform
from collections import defaultdict
from dataclasses import asdict
from importlib.metadata import version
from typing import TYPE_CHECKING

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from wavebook.figures.publishing import STAMP, FigureFault, Lifted, lift
from wavebook.figures.record import Provenance
from wavebook.pages.page import Failed, Page, cell_number
from wavebook.study.closure import PREFIX
from wavebook.study.digests import digest_of, is_digest

if TYPE_CHECKING:
    from wavebook.pages.keys import Key

EXECUTED = "book/pages"
FIGURES = f"{EXECUTED}/figures"


def lay_out(page: Page, notebook: NotebookNode, key: Key) -> tuple[dict[str, str], dict[str, int]]:
    """Make the files of a page.

    Returns
    -------
    Their texts by their paths below the root, the page itself last; and its figures, each with the number of its cell.
    """
    figures = lifted(page, notebook)
    files: dict[str, str] = {}
    for figure in figures:
        record = figure.record
        files[f"{FIGURES}/{record.id}.svg"] = figure.svg
        # For prose: `{include}` shows the drawing with its description, which changes with the data.
        alt = record.alt.replace("\n", " ")
        files[f"{FIGURES}/{record.id}.md"] = f"```{{image}} /pages/figures/{record.id}.svg\n:alt: {alt}\n```\n"
        made = {
            "version": record.version,
            "page_title": page.title,
            "provenance": asdict(provenance(page, figure, key)),
            "figure": record.to_dict(),
        }
        files[f"{FIGURES}/{record.id}.json"] = json.dumps(made, ensure_ascii=False, indent=1) + "\n"
    _finish(page, notebook, figures)
    files[f"{EXECUTED}/{page.id}.ipynb"] = nbformat.writes(notebook) + "\n"
    return files, {figure.record.id: cell_number(page, figure.cell - 1) for figure in figures}


def lifted(page: Page, notebook: NotebookNode) -> list[Lifted]:
    """Take the figures out of an executed notebook, or say by notebook and cell what is wrong with one."""
    try:
        return lift(notebook)
    except FigureFault as fault:
        raise Failed(f"{page.notebook}, cell {cell_number(page, fault.cell - 1)}: {fault.what}") from None


def _finish(page: Page, notebook: NotebookNode, figures: list[Lifted]) -> None:
    """Give a page its title, and take out what differs from run to run."""
    for cell in notebook.cells:
        for passing in ("papermill", "execution"):
            cell.metadata.pop(passing, None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.id = "injected-parameters"
            cell.metadata.tags = ["injected-parameters", "remove-cell"]
    stamp = f" ({STAMP.lower()})" if any(figure.record.synthetic for figure in figures) else ""
    # The title is in the page's own markdown: a heading made by code would be missing from the table of contents.
    notebook.cells.insert(0, new_markdown_cell(f"# {page.title}{stamp}", id="title"))
    notebook.metadata.pop("papermill", None)


def provenance(page: Page, figure: Lifted, key: Key) -> Provenance:
    """How a figure was made: the files of data that its page read, and what else its key holds of use to readers.

    Respondent files are left out: the waves' files name them, and a page is the same without them.
    """
    known = {**key.files, **key.facts, page.notebook: key.settings[page.notebook]}
    inputs: dict[str, str] = {}
    estimates: dict[str, dict[str, str]] = defaultdict(dict)
    for name, found in sorted(known.items()):
        if is_digest(found) and name.startswith("data/estimates/") and not name.endswith("/"):
            estimates[name.rsplit("/", 1)[0]][name] = found
        elif is_digest(found) and name.startswith(("book/", "chapters/", "data/", "notebooks/")):
            inputs[name] = found
    for folder, files in estimates.items():
        inputs[f"{folder} ({len(files)} files together)"] = digest_of(files)
    return Provenance(
        page=page.id,
        notebook=page.notebook,
        cell=cell_number(page, figure.cell - 1),
        parameters=page.parameters,
        inputs={name: found for name, found in inputs.items() if not name.startswith("data/microdata/")},
        engine=version("wavebook"),
        python=platform.python_version(),
        lock=key.files["requirements.lock"],
        code=digest_of({name: found for name, found in key.files.items() if name.startswith(PREFIX)}),
    )
