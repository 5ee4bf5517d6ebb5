"""Runs one page's notebook with papermill, in a kernel of its own that records what the run reads."""

from __future__ import annotations

import contextlib
import json
import logging
import math
import os
import re
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Self

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbformat import NotebookNode
from traitlets import Dict
from traitlets.config import Config

from wavebook.pages.kernel import SETTINGS
from wavebook.pages.page import Failed, Page, cell_number
from wavebook.pages.provisioner import NAME, Nursery, can_fork

_ANSI = re.compile(r"\x1b\[[0-9;]*m")


@dataclass
class Reads:
    """What a run read, as `wavebook.pages.trace` recorded it.

    Attributes
    ----------
    files
        Digest of every file and folder by its name below the checkout, as it was when it was first read.
    facts
        Questions to the study, each with its answers.
    wrote
        Estimates that the run itself wrote.
    untracked
        What no key can hold: reads outside the checkout, the network, chance, other programs.
    """

    files: dict[str, str] = field(default_factory=dict)
    facts: dict[tuple[str, ...], dict[str, str]] = field(default_factory=dict)
    wrote: set[str] = field(default_factory=set)
    untracked: list[str] = field(default_factory=list)

    @classmethod
    def from_log(cls, log: Path) -> Self:
        """Read a record."""
        reads = cls()
        for line in log.read_text(encoding="utf-8").splitlines():
            match json.loads(line):
                case {"read": name, "digest": digest} | {"list": name, "digest": digest}:
                    reads.files[name] = digest
                case {"fact": question, "answers": answers}:
                    reads.facts[tuple(question)] = answers
                case {"wrote": name}:
                    reads.wrote.add(name)
                case {"untracked": what}:
                    reads.untracked.append(what)
        return reads


class Ran(NamedTuple):
    """An executed notebook and what its run read."""

    notebook: NotebookNode
    reads: Reads


class PageKernelManager(AsyncKernelManager):
    """Jupyter's kernel manager with the kernel of `wavebook.pages.kernel` in the place of an installed one."""

    metadata = Dict().tag(config=True)
    environment = Dict().tag(config=True)

    @property
    def kernel_spec(self) -> KernelSpec:
        """How the kernel is started."""
        return KernelSpec(
            argv=[sys.executable, "-m", "wavebook.pages.kernel", "-f", "{connection_file}"],
            display_name="Python 3",
            language="python",
            metadata=dict(self.metadata),
            env=dict(self.environment),
        )


class Kernels:
    """Where kernels come from: forks of one warm parent where that is safe, ordinary processes elsewhere."""

    def __init__(self) -> None:
        # Sockets and records lie in a folder of this user's own.
        self._folder = tempfile.mkdtemp(prefix="wavebook-")
        self._nursery = Nursery(f"{self._folder}/nursery") if can_fork() else None
        self._live: set[Any] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End all kernels, at once."""
        for process in list(self._live):
            _kill(process)
        if self._nursery:
            self._nursery.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def run(self, root: Path, page: Page, advanced: Callable[[], None], seconds: float) -> Ran:
        """Execute a page's notebook; nothing is written.

        Parameters
        ----------
        advanced
            Called after each cell.
        seconds
            How long it may take.

        Raises
        ------
        Failed
            If a cell fails, the kernel dies or the time is over.
        """
        import papermill  # slow to import: who only asks what is stale does without
        from nbclient.exceptions import DeadKernelError
        from papermill.exceptions import PapermillExecutionError

        logging.getLogger("papermill").setLevel(logging.CRITICAL)
        logging.getLogger("traitlets").setLevel(logging.CRITICAL)
        kernel = _Kernel(self._live)
        with tempfile.TemporaryDirectory(dir=self._folder, ignore_cleanup_errors=True) as folder:
            log = Path(folder, "reads")
            config = self._config(root, folder, log)  # waits for the nursery, which is none of the page's time
            timer = threading.Timer(seconds, kernel.kill_late)
            timer.daemon = True
            timer.start()
            try:
                notebook = papermill.execute_notebook(
                    root / page.notebook,
                    None,
                    parameters=page.parameters,
                    kernel_name="python3",
                    progress_bar=False,
                    on_cell_executed=lambda **_: advanced(),
                    kernel_manager_class=kernel.manager,
                    config=config,
                    resources={"metadata": {"path": str(root)}},
                    shutdown_kernel="immediate",
                    iopub_timeout=math.ceil(seconds),  # 4 s otherwise: on a busy machine an answer may take longer
                )
            except PapermillExecutionError as error:
                last = _ANSI.sub("", f"{error.ename}: {error.evalue}").strip().splitlines()
                said = " — ".join(line.strip() for line in last[:3])
                number = cell_number(page, error.cell_index)
                where = f"{page.notebook}, cell {number} ({_first_line(error.source)})"
                raise Failed(f"{where}: {said}", where, "\n".join([error.evalue, *error.traceback])) from None
            except OSError as error:
                raise Failed(f"{page.notebook}: its kernel could not be started: {error.strerror or error}") from None
            except (DeadKernelError, RuntimeError):  # what nbclient raises when a kernel is gone
                raise Failed(f"{page.notebook}: {kernel.say_end(seconds)}") from None
            finally:
                timer.cancel()
                kernel.kill()
            try:
                return Ran(notebook, Reads.from_log(log))
            except OSError as error:
                raise Failed(f"{page.notebook}: the record of what it read is gone: {error.strerror}") from None

    def _config(self, root: Path, folder: str, log: Path) -> Config:
        environment = {**SETTINGS, "WAVEBOOK_ROOT": str(root), "WAVEBOOK_TRACE": str(log)}
        metadata: dict[str, Any] = {}
        if self._nursery:
            try:
                self._nursery.wait()
            except RuntimeError as error:
                raise Failed(str(error)) from None
            metadata = {"kernel_provisioner": {"provisioner_name": NAME, "config": {"nursery": self._nursery.address}}}
        # Sockets of files, not ports that others on the machine could reach.
        manager = {"transport": "ipc", "connection_file": f"{folder}/kernel.json"}
        return Config({"PageKernelManager": {**manager, "metadata": metadata, "environment": environment}})


class _Kernel:
    """One kernel's process, from outside."""

    def __init__(self, live: set[Any]) -> None:
        self.late = False
        self._live = live
        self._process: Any = None
        self.manager = self._made()

    def _made(self) -> type[PageKernelManager]:
        kernel = self

        class Manager(PageKernelManager):
            async def _async_launch_kernel(self, *arguments: Any, **named: Any) -> None:
                await super()._async_launch_kernel(*arguments, **named)
                kernel.launched(getattr(self.provisioner, "process", None))

        return Manager

    def launched(self, process: Any) -> None:
        """Take hold of the process."""
        self._process = process
        self._live.add(process)
        if self.late:
            _kill(process)

    def kill_late(self) -> None:
        """End it because its time is over."""
        self.late = True
        if self._process is not None:
            _kill(self._process)

    def kill(self) -> None:
        """End it, if it has not ended."""
        if self._process is not None:
            _kill(self._process)
            self._live.discard(self._process)

    def say_end(self, seconds: float) -> str:
        """Say how it came to its end."""
        if self.late:
            return f"took longer than {seconds:g} s and was stopped"
        status = self._process.poll() if self._process is not None else None
        if status is None:
            return "its kernel died or did not start"
        if status < 0:
            name = signal.Signals(-status).name
            return f"its kernel died: {name}" + (", perhaps for want of memory" if -status == signal.SIGKILL else "")
        return f"its kernel died: it ended with status {status}"


def _kill(process: Any) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if process.poll() is None and hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        elif process.poll() is None:
            process.kill()


def _first_line(source: str) -> str:
    line = source.strip().split("\n", 1)[0]
    return f"`{line[:60]}…`" if len(line) > 60 else f"`{line}`"
