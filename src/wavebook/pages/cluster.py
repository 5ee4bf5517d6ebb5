"""Makes pages on a running Dask cluster, whose workers need nothing but the checkout and the environment.

A worker runs in a folder of its checkout and makes pages as this machine would. A page whose worker is lost is made by
another one. What pages are made from must be the same there as here; a worker where it is not says what differs.
"""

from __future__ import annotations

import atexit
import logging
import time
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NoReturn

from distributed import Client, Future, KilledWorker, as_completed, get_worker

from wavebook.pages.execute import Kernels
from wavebook.pages.keys import sources
from wavebook.pages.make import Finish, Made, make
from wavebook.pages.outcome import Progress
from wavebook.pages.page import Failed, Page, cells_of
from wavebook.study import Study, find_root, refuse
from wavebook.waves.recognising.stored import Private

_TOPIC = "wavebook"
_ANSWER, _WORKER = 5, 30
"""Seconds to wait for a scheduler, and then for a first worker."""

_MATTERS = ("chapters/", "data/", "engine/", "notebooks/", "requirements.lock", "Python")
_loaded: dict[str, str] = {}


def make_on_cluster(
    root: Path, address: str, pages: list[Page], progress: Progress, finish: Finish, seconds: float
) -> None:
    """Have pages made by the workers of a cluster, and finish each here as it comes.

    Parameters
    ----------
    root
        The checkout here.
    address
        The scheduler's.
    finish
        Told of each page what became of it.
    seconds
        How long a page may take.

    Raises
    ------
    Refused
        If no scheduler answers, or it has no worker.
    """
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what is lost is told by page
    begun: dict[str, float] = {}
    by_id = {page.id: page for page in pages}

    def start(id_: str) -> None:
        if id_ not in begun:
            begun[id_] = time.monotonic()
            progress.started(id_, cells_of(by_id[id_]))

    def hear(event: tuple[Any, dict[str, str]]) -> None:
        said = event[1]
        start(said["page"])
        if "advanced" in said:
            progress.advanced(said["page"])

    with _connected(address) as client:
        client.subscribe_topic(_TOPIC, hear)
        here = _what_matters(root)
        futures = {
            client.submit(_make_there, page, here, seconds, pure=False, key=f"{page.id}-{time.time_ns()}"): page
            for page in pages
        }
        for future in as_completed(futures, loop=client.loop):
            page = futures[future]
            start(page.id)
            finish(page, _result(future), time.monotonic() - begun[page.id])


def _connected(address: str) -> Client:
    try:
        client = Client(address, timeout=_ANSWER, set_as_default=False)
        client.wait_for_workers(1, timeout=_WORKER)
    except (OSError, ValueError) as error:  # a time-out is an OSError
        what = (
            "has no worker" if isinstance(error, TimeoutError) and "workers" in str(error) else "no scheduler answers"
        )
        raise refuse(f"--scheduler {address}", what) from None
    return client


def _result(future: Future) -> Made | Failed:
    """What a worker made, or the reason for which it has not."""
    error = future.exception()
    if error is None:
        return future.result()
    if isinstance(error, Failed):
        return error
    if isinstance(error, KilledWorker):
        return Failed("the workers that made it were lost, one after the other")
    return Failed(f"the cluster did not make it: {error or type(error).__name__}")


def _make_there(page: Page, wanted: dict[str, str], seconds: float) -> Made:
    """Make a page on a worker; the estimates that it wrote are handed over with it."""
    worker = get_worker()
    root = find_root()
    _compare(worker.address, wanted, _what_matters(root))

    def tell(**what: str) -> None:
        worker.log_event(_TOPIC, {"page": page.id, **what})

    tell()
    made = make(root, page, _kernels(), _private(root), lambda: tell(advanced="1"), seconds)
    new = [name for name in made.record.key.files if name.startswith("data/estimates/") and name not in wanted]
    estimates = {name: (root / name).read_text(encoding="utf-8") for name in new if (root / name).is_file()}
    return Made({**estimates, **made.files}, made.record)


def _what_matters(root: Path) -> dict[str, str]:
    return {name: found for name, found in sources(root).items() if name.startswith(_MATTERS)}


def _compare(worker: str, wanted: dict[str, str], found: dict[str, str]) -> None:
    """Refuse to work from other sources, or with code that has changed since this process loaded it."""
    _loaded.update({} if _loaded else {name: d for name, d in found.items() if name.startswith("engine/")})
    if changed := [name for name, loaded in _loaded.items() if found.get(name) != loaded]:
        _refuse(worker, changed, "has changed since it started; start it again")
    if differing := [name for name in sorted(wanted.keys() | found.keys()) if wanted.get(name) != found.get(name)]:
        _refuse(worker, differing, "is not as it is here")


def _refuse(worker: str, names: list[str], what: str) -> NoReturn:
    more = f" (and {len(names) - 1} more)" if len(names) > 1 else ""
    name = names[0].replace("engine/", "src/wavebook/", 1)
    raise Failed(f"on the worker {worker}, {name}{more} {what}")


@cache
def _kernels() -> Kernels:
    """Where a worker's kernels come from, as long as it runs."""
    kernels = Kernels()
    atexit.register(kernels.close)
    return kernels


def _private(root: Path) -> Private:
    """The respondent files of a worker, read once as long as they stay as they are."""
    paths = Private(Study.open(root)).paths()
    return _private_of(root, tuple((path.name, path.stat().st_mtime_ns, path.stat().st_size) for path in paths))


@lru_cache(maxsize=1)
def _private_of(root: Path, _files: tuple[tuple[str, int, int], ...]) -> Private:
    return Private(Study.open(root))
