"""The kernel in which a page runs: IPython's own, with a record of what the run reads.

Started as ``python -m wavebook.pages.kernel -f CONNECTION_FILE``, or by a fork of `wavebook.pages.nursery`. What it is to
record comes in the environment: `WAVEBOOK_ROOT`, the checkout, and `WAVEBOOK_TRACE`, the file for the record.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from wavebook.pages.trace import Trace

SETTINGS = {
    "ARROW_DEFAULT_MEMORY_POOL": "system",  # of the three that it has, the one that forks without a thread of its own
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
}
"""Environment of every kernel: sums are added up in one order, whatever the machine, and a fork finds no threads."""


def main(arguments: list[str]) -> None:
    """Run a kernel until it is shut down."""
    import numpy.random  # noqa: F401 - its seeds are heard of from the first cell on, in a fork or not
    from ipykernel.kernelapp import IPKernelApp

    trace = Trace(Path(os.environ.pop("WAVEBOOK_ROOT")), Path(os.environ.pop("WAVEBOOK_TRACE")))
    app = IPKernelApp.instance()
    with _kept_from_terminal():
        app.initialize([*arguments, "--IPKernelApp.log_level=CRITICAL", "--HistoryManager.enabled=False"])
    _leave_drawing_to_build(app.shell)
    # The page is to import the engine itself, as far as it needs it: so it is known what it needs.
    for name in [name for name in sys.modules if name.partition(".")[0] == "wavebook"]:
        del sys.modules[name]
    trace.install()
    app.shell.events.register("pre_run_cell", trace.begin_cell)
    app.shell.events.register("post_run_cell", trace.end_cell)
    app.start()


@contextmanager
def _kept_from_terminal() -> Iterator[None]:
    """Let what programs that a cell starts write come to the page only, not to the terminal of the build as well.

    ipykernel passes it on to where standard output and error led when it was initialised. Should it fail, its error is
    still seen.
    """
    terminal = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    try:
        yield
    except BaseException:
        os.dup2(terminal, 2)
        raise
    finally:
        os.close(nowhere)
        os.close(terminal)


def _leave_drawing_to_build(shell: Any) -> None:
    """Do not draw figures: a build draws them all in one process, where the drawing program starts but once."""
    svg = shell.display_formatter.formatters["image/svg+xml"]
    svg.for_type_by_name("wavebook.figures.publishing", "Figure", lambda _figure: None)


if __name__ == "__main__":
    main(sys.argv[1:])
