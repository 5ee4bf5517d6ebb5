"""Executes pages with papermill and lays them where Jupyter Book reads them."""

from __future__ import annotations

import json
import logging
import platform
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell
from traitlets.config import Config

from wavebook.figures.publish import STAMP, FigureFault, Lifted, lift
from wavebook.figures.record import FigureRecord, Provenance
from wavebook.pages import keys
from wavebook.pages.spec import Page
from wavebook.study import refuse
from wavebook.study.digests import digest_of, file_digests
from wavebook.study.files import write_whole

_ANSI = re.compile(r"\x1b\[[0-9;]*m")


class Failed(Exception):
    """A page that could not be made; the message names notebook, cell and the error's last line."""


class Progress(Protocol):
    """What hears of the work as it goes."""

    def started(self, page: str, cells: int) -> None:
        """A page begins."""

    def advanced(self, page: str) -> None:
        """A cell of a page was executed."""

    def finished(self, page: str, seconds: float, error: str | None) -> None:
        """A page is done, or failed with an error."""


@dataclass(frozen=True)
class Outcome:
    """Which pages ran, which were good as they were, and which failed with what."""

    executed: list[str]
    reused: list[str]
    failed: dict[str, str]


def run_pages(root: Path, pages: list[Page], progress: Progress, *, force: bool = False, jobs: int = 1) -> Outcome:
    """Execute the stale pages (all, with `force`), `jobs` at a time; a page that fails does not stop the others."""
    stale = {page.id for page in pages if force or keys.reasons(root, page)}
    executed, failed = set(), {}
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        running = {pool.submit(_make, root, page, progress): page for page in pages if page.id in stale}
        try:
            for future in as_completed(running):
                page = running[future]
                error = future.exception()
                if error is None:
                    executed.add(page.id)
                elif isinstance(error, Failed):
                    failed[page.id] = str(error)
                else:
                    future.result()  # a fault of this program: raised as it is
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    order = [page.id for page in pages]
    return Outcome(
        [id_ for id_ in order if id_ in executed],
        [id_ for id_ in order if id_ not in stale],
        {id_: failed[id_] for id_ in order if id_ in failed},
    )


def _make(root: Path, page: Page, progress: Progress) -> None:
    started = time.perf_counter()
    progress.started(page.id, len(page.source.cells))
    error: str | None = None
    try:
        key = keys.key(root, page)
        notebook = _execute(root, page, lambda: progress.advanced(page.id))
        try:
            figures = lift(notebook)
        except FigureFault as fault:
            cell = _cell_number(page, fault.cell - 1)
            raise Failed(f"{page.notebook}, cell {cell}: {fault.what}") from None
        _finish(notebook, page, figures, key)
        _store(root, page, notebook, figures)
    except Exception as problem:
        error = str(problem)
        raise
    finally:
        progress.finished(page.id, time.perf_counter() - started, error)


def _execute(root: Path, page: Page, advanced: Callable[[], None]) -> NotebookNode:
    import papermill  # slow to import: a build in which nothing is stale does without
    from nbclient.exceptions import DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    logging.getLogger("papermill").setLevel(logging.ERROR)
    try:
        with tempfile.TemporaryDirectory(prefix="wavebook-") as sockets:
            # Sockets in a folder of this user's own, not ports that others on the machine could reach.
            manager = {"transport": "ipc", "connection_file": f"{sockets}/kernel.json"}
            return papermill.execute_notebook(
                root / page.notebook,
                None,
                parameters=page.parameters,
                kernel_name="python3",
                cwd=str(root),
                progress_bar=False,
                on_cell_executed=lambda **_: advanced(),
                config=Config({"KernelManager": manager}),
                extra_arguments=["--IPKernelApp.log_level=CRITICAL"],  # it would log its own shutdown as an error
            )
    except PapermillExecutionError as error:
        last = _ANSI.sub("", f"{error.ename}: {error.evalue}").strip().splitlines()
        said = " — ".join(line.strip() for line in last[:3])
        number = _cell_number(page, error.cell_index)
        raise Failed(f"{page.notebook}, cell {number} ({_first_line(error.source)}): {said}") from None
    except (DeadKernelError, RuntimeError, TimeoutError) as error:  # what nbclient raises when a kernel is gone
        raise Failed(f"{page.notebook}: its kernel died or did not start ({type(error).__name__})") from None


def _cell_number(page: Page, index: int) -> int:
    """Count cells as the notebook's author does: papermill has put one in for the parameters."""
    declared = next(i for i, cell in enumerate(page.source.cells) if "parameters" in cell.metadata.get("tags", []))
    return index + 1 - (1 if page.parameters and index > declared else 0)


def _first_line(source: str) -> str:
    line = source.strip().split("\n", 1)[0]
    return f"`{line[:60]}…`" if len(line) > 60 else f"`{line}`"


def _finish(notebook: NotebookNode, page: Page, figures: list[Lifted], key: dict[str, str]) -> None:
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
    published = {figure.record.id: _cell_number(page, figure.cell - 1) for figure in figures}
    notebook.metadata["wavebook"] = {"page": page.id, "key": key, "figures": published}


def _store(root: Path, page: Page, notebook: NotebookNode, figures: list[Lifted]) -> None:
    """Write the page last: it carries the key, so a page without its drawings cannot look finished."""
    folder = root / "book/pages/figures"
    for lifted in figures:
        record = lifted.record
        write_whole(folder / f"{record.id}.svg", lifted.svg)
        # For prose: `{include}` shows the drawing with its description, which changes with the data.
        alt = record.alt.replace("\n", " ")
        write_whole(folder / f"{record.id}.md", f"```{{image}} /pages/figures/{record.id}.svg\n:alt: {alt}\n```\n")
        made = {
            "version": record.version,
            "page_title": page.title,
            "provenance": asdict(_provenance(root, page, lifted)),
            "figure": record.to_dict(),
        }
        write_whole(folder / f"{record.id}.json", json.dumps(made, ensure_ascii=False, indent=1) + "\n")
    write_whole(keys.executed_path(root, page.id), nbformat.writes(notebook) + "\n")


def _provenance(root: Path, page: Page, lifted: Lifted) -> Provenance:
    waves = {source.wave for source in lifted.record.sources}
    patterns = (
        page.notebook,
        "data/items.yml",
        "data/series.yml",
        "data/published/*.csv",
        "book/references.bib",
        *(f"data/waves/{wave}.yml" for wave in sorted(waves)),
    )
    inputs = file_digests(root, patterns)
    for wave in sorted(waves):
        if estimates := file_digests(root, (f"data/estimates/{wave}/*.json",)):
            inputs[f"data/estimates/{wave} (all {len(estimates)} together)"] = digest_of(estimates)
    return Provenance(
        page=page.id,
        notebook=page.notebook,
        cell=_cell_number(page, lifted.cell - 1),
        parameters=page.parameters,
        inputs=inputs,
        engine=version("wavebook"),
        python=platform.python_version(),
        lock=file_digests(root, ("requirements.lock",))["requirements.lock"],
    )


def rerun(root: Path, page: Page) -> dict[str, tuple[FigureRecord, Provenance]]:
    """Execute a page and return its figures by id; nothing is written.

    Raises
    ------
    Refused
        If the page fails.
    """
    try:
        lifted = lift(_execute(root, page, lambda: None))
    except (Failed, FigureFault) as problem:
        raise refuse(f"page {page.id}", str(problem)) from None
    return {figure.record.id: (figure.record, _provenance(root, page, figure)) for figure in lifted}


def check_figures(root: Path, pages: list[Page]) -> None:
    """Refuse two pages that publish a figure under one id."""
    owner: dict[str, Page] = {}
    for page in pages:
        for figure, cell in _published(root, page).items():
            if figure in owner:
                where = f"{page.notebook}, cell {cell}"
                raise refuse(where, f"pages {owner[figure].id} and {page.id} both publish {figure!r}")
            owner[figure] = page


def _published(root: Path, page: Page) -> dict[str, int]:
    """The figures of an executed page, each with the cell that published it."""
    record = keys.recorded(root, page.id)
    return dict(record["figures"]) if record else {}


def prune(root: Path, pages: list[Page]) -> None:
    """Remove executed pages and drawings that no page of the book makes any more."""
    kept = {page.id for page in pages}
    figures = {figure for page in pages for figure in _published(root, page)}
    for path in _files(root / "book/pages"):
        if path.stem not in (figures if path.parent.name == "figures" else kept) or path.name.startswith("."):
            path.unlink()


def _files(folder: Path) -> Iterator[Path]:
    yield from (path for path in folder.rglob("*") if path.is_file())
