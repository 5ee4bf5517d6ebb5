"""A parent of kernels that has the heavy libraries loaded: each kernel is a fork of it, and starts at once.

``python -m wavebook.pages.nursery SOCKET`` listens at a socket of its user's own. A client sends one line of JSON
(`arguments`, `environment`, `folder`) and keeps the connection: it is told the kernel's `pid`, and its `exit` status when
it has ended. When standard input ends, because its parent is gone, all kernels end and the socket's folder is removed.

Forking is safe here because this process has one thread: nothing of a kernel (event loop, sockets, threads) exists
before the fork. The engine itself is not loaded, so that each page loads, and is seen to load, its own part of it.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import json
import os
import random
import selectors
import shutil
import signal
import socket
import sys
import threading
import traceback
from pathlib import Path

from wavebook.pages import kernel

HEAVY = (
    "IPython.core.completer", "altair", "babel.dates", "babel.numbers", "formulaic", "ipykernel.ipkernel",
    "ipykernel.kernelapp", "ipykernel.zmqshell", "myst_nb", "nbformat", "numpy", "pandas", "pandera.pandas", "pyarrow", "pyarrow.compute",
    "pybtex.database", "pydantic.functional_validators", "pydantic.main", "pydantic.types", "ruamel.yaml", "scipy.linalg", "scipy.special", "statsmodels.api",
)  # fmt: skip
"""What most pages load. A page that needs something else loads it for itself."""
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG


def main(address: str) -> None:
    """Fork kernels until standard input ends."""
    _load()
    children: dict[int, socket.socket] = {}
    with socket.socket(socket.AF_UNIX) as listener, selectors.DefaultSelector() as selector:
        listener.bind(address)
        listener.listen()
        ended, wakeup = socket.socketpair()
        ended.setblocking(False)
        wakeup.setblocking(False)
        signal.set_wakeup_fd(wakeup.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for source in (listener, ended, sys.stdin):
            selector.register(source, selectors.EVENT_READ)
        with contextlib.suppress(BrokenPipeError):  # whoever waited is gone, as standard input will tell
            print("ready", flush=True)
        while True:
            for key, _ in selector.select():
                if key.fileobj is sys.stdin:
                    _end(children)
                    shutil.rmtree(Path(address).parent, ignore_errors=True)  # whoever made it may have been killed
                    return
                if key.fileobj is ended:
                    with contextlib.suppress(BlockingIOError):
                        ended.recv(4096)
                    _tell_ended(children)
                else:
                    _fork(listener.accept()[0], children, selector)


def _load() -> None:
    for name in HEAVY:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    _warm_up()
    if threading.active_count() > 1:
        raise SystemExit("a library has started a thread: forking would not be safe")
    gc.collect()
    gc.freeze()  # the fork shares these pages of memory as long as nobody counts references in them


def _warm_up() -> None:
    """Do once what libraries do slowly the first time: altair reads its schema, pydantic and pandera their own parts."""
    import altair as alt
    import pandas as pd
    import pandera.pandas as pa
    import pydantic

    pydantic.create_model("Nothing", number=(int, 0))
    shown = pd.DataFrame({"x": [0.5]})
    pa.DataFrameSchema({"x": pa.Column()}).validate(shown)
    alt.Chart(shown).mark_point().encode(x=alt.X("x:Q", title=None)).to_dict()


def _fork(connection: socket.socket, children: dict[int, socket.socket], selector: selectors.BaseSelector) -> None:
    with connection.makefile() as lines:
        wanted = json.loads(lines.readline())
    parent = os.getpid()
    pid = os.fork()
    if pid:
        children[pid] = connection
        return
    status = 1
    try:
        selector.close()
        for other in children.values():
            other.close()
        _be_a_kernel(parent, wanted)
        connection.sendall(json.dumps({"pid": os.getpid()}).encode() + b"\n")
        connection.close()
        kernel.main(wanted["arguments"])
        status = 0
    except BaseException:  # noqa: BLE001 - whatever it is, this process must not go on as a second nursery
        traceback.print_exc()
    finally:
        os._exit(status)


def _be_a_kernel(parent: int, wanted: dict[str, object]) -> None:
    """Make a fork what a process of its own would be."""
    os.setsid()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(2, 1)
    os.environ.clear()
    os.environ.update(wanted["environment"])  # type: ignore[call-overload]
    os.chdir(str(wanted["folder"]))
    sys.path[0] = str(
        wanted["folder"]
    )  # as `python -m` has it; until here it is the folder in which the build was started
    random.seed()
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()


def _tell_ended(children: dict[int, socket.socket]) -> None:
    while children:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        with contextlib.suppress(OSError), children.pop(pid) as connection:
            connection.sendall(json.dumps({"exit": os.waitstatus_to_exitcode(status)}).encode() + b"\n")


def _end(children: dict[int, socket.socket]) -> None:
    for pid in children:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)


if __name__ == "__main__":
    main(sys.argv[1])
