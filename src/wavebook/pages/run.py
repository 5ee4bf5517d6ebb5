"""Makes the pages that are stale, several at a time, and lays them where Jupyter Book reads them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from wavebook.pages import keys
from wavebook.pages.execute import Kernels
from wavebook.pages.kept import drop_private
from wavebook.pages.layout import EXECUTED
from wavebook.pages.make import Finish, Made, store, try_to_make
from wavebook.pages.now import Now
from wavebook.pages.outcome import Outcome, Progress
from wavebook.pages.page import Failed, Page, cells_of
from wavebook.study import Study, refuse
from wavebook.waves.recognising.stored import Private


def run_pages(
    study: Study,
    pages: list[Page],
    progress: Progress,
    *,
    first: Callable[[], None] = lambda: None,
    force: bool = False,
    jobs: int = 1,
    seconds: float = 600,
    scheduler: str | None = None,
) -> Outcome:
    """Execute the stale pages; one that fails does not stop the others.

    Parameters
    ----------
    first
        Called before any page runs, while the libraries of kernels load.
    force
        Execute all pages.
    jobs
        How many at a time; on a cluster its workers decide.
    seconds
        How long a page may take.
    scheduler
        Address of a Dask scheduler whose workers execute the pages.

    Raises
    ------
    Refused
        If prose shows respondents.
    """
    private = Private(study)
    drop_private(study.root, private)
    there = Now(study.root)
    stale = [page for page in pages if force or keys.reasons(study, page, there)]
    reused = [page.id for page in pages if page not in stale]
    progress.planned(len(stale), len(reused))
    executed: set[str] = set()
    failed: dict[str, str] = {}
    untracked: dict[str, list[str]] = {}

    def finish(page: Page, made: Made | Failed, took: float) -> None:
        if isinstance(made, Failed):
            failed[page.id] = str(made)
        else:
            store(study.root, page.id, made)
            executed.add(page.id)
            if made.record.untracked:
                untracked[page.id] = made.record.untracked
        progress.finished(page.id, failed.get(page.id), took)

    if stale and scheduler:
        try:
            from wavebook.pages.cluster import make_on_cluster
        except ImportError:
            extra = "needs dask.distributed, an optional part: pip install 'wavebook[cluster]'"
            raise refuse("--scheduler", extra) from None
        first()
        make_on_cluster(study.root, scheduler, stale, progress, finish, seconds)
    elif stale:
        # Respondent files are read while kernels load and first cells run.
        threading.Thread(target=private.files, daemon=True).start()
        with Kernels() as kernels:
            first()
            _make_here(study.root, stale, kernels, private, progress, finish, jobs, seconds)
        for name, why in private.unread.items():
            progress.noted(f"{name}: {why}; what a page shows of it is not seen")
    else:
        first()
    order = [page.id for page in pages]
    return Outcome(
        [id_ for id_ in order if id_ in executed],
        reused,
        {id_: failed[id_] for id_ in order if id_ in failed},
        {id_: untracked[id_] for id_ in order if id_ in untracked},
    )


def _make_here(
    root: Path,
    pages: list[Page],
    kernels: Kernels,
    private: Private,
    progress: Progress,
    finish: Finish,
    jobs: int,
    seconds: float,
) -> None:
    """Make pages on this machine. An interrupt waits for nothing; what is stored by then is kept."""
    stopped = threading.Event()

    def one(page: Page) -> None:
        begun = time.monotonic()
        progress.started(page.id, cells_of(page))
        made = try_to_make(root, page, kernels, private, lambda: progress.advanced(page.id), seconds)
        if not stopped.is_set():
            finish(page, made, time.monotonic() - begun)

    pool = ThreadPoolExecutor(max_workers=jobs)
    try:
        for future in as_completed([pool.submit(one, page) for page in pages]):
            future.result()
    except BaseException:
        stopped.set()
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()


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
    return record.figures if record else {}


def prune(root: Path, pages: list[Page]) -> None:
    """Remove whatever no page of the book makes from where executed pages lie, and records of pages that are gone."""
    kept = {f"{keys.RECORDS}/{page.id}.json" for page in pages} | {f"{EXECUTED}/{page.id}.ipynb" for page in pages}
    for page in pages:
        if record := keys.recorded(root, page.id):
            kept.update(record.made)
    for folder in (EXECUTED, keys.RECORDS):
        for path in (root / folder).rglob("*"):
            if path.is_file() and path.relative_to(root).as_posix() not in kept:
                path.unlink()
