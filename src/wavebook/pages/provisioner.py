"""Jupyter's way to a warm kernel: a provisioner that asks the nursery for a fork instead of starting a program."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import Unicode

from wavebook.pages.kernel import SETTINGS

NAME = "wavebook-warm"
"""The entry point under which Jupyter finds the provisioner."""


def can_fork() -> bool:
    """Whether kernels are forked here: on Linux, unless `WAVEBOOK_WARM` is 0.

    macOS can fork, but its system libraries may start threads unasked; there, as on Windows, kernels start ordinarily.
    """
    return sys.platform == "linux" and os.environ.get("WAVEBOOK_WARM") != "0"


class Nursery:
    """The process that kernels are forked from.

    Parameters
    ----------
    address
        Where its socket is to be.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self._process = subprocess.Popen(
            [sys.executable, "-m", "wavebook.pages.nursery", self.address],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | SETTINGS,
            start_new_session=True,  # an interrupt from the terminal is for the build, which then ends this
        )
        self._ready = False
        self._waiting = threading.Lock()

    def wait(self) -> None:
        """Wait until kernels can be had."""
        with self._waiting:
            if not self._ready:
                if self._process.stdout is None or self._process.stdout.readline() != b"ready\n":
                    raise RuntimeError("the parent of the kernels did not start; WAVEBOOK_WARM=0 does without it")
                self._ready = True

    def close(self) -> None:
        """End it and all its kernels."""
        self._process.kill()
        self._process.communicate()


class Forked:
    """A forked kernel, with as much of `subprocess.Popen` as Jupyter asks of a process."""

    stdin = stdout = stderr = None

    def __init__(self, address: str, wanted: dict[str, Any]) -> None:
        self._connection = socket.socket(socket.AF_UNIX)
        self._connection.connect(address)
        self._connection.sendall(json.dumps(wanted).encode() + b"\n")
        self._lines = self._connection.makefile()
        self.pid = int(json.loads(self._lines.readline() or "null")["pid"])
        self._connection.setblocking(False)
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """The exit status, or None while it runs."""
        if self.returncode is None:
            with contextlib.suppress(BlockingIOError):
                said = self._connection.recv(4096)
                self.returncode = json.loads(said)["exit"] if said else -9  # without its parent it was killed
                self._lines.close()
                self._connection.close()
        return self.returncode

    def wait(self) -> int:
        """Wait for its end."""
        while (status := self.poll()) is None:
            time.sleep(0.002)
        return status

    def send_signal(self, signum: int) -> None:
        """Send a signal if it still runs."""
        if self.poll() is None:
            os.kill(self.pid, signum)


class WarmProvisioner(LocalProvisioner):
    """Jupyter's provisioner of local kernels, but for how they are started."""

    nursery = Unicode()

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork a kernel; `cmd` is the program that would start an ordinary one."""
        folder = str(kwargs.get("cwd") or Path.cwd())
        kernel = Forked(self.nursery, {"arguments": cmd[3:], "environment": kwargs["env"], "folder": folder})
        self.process: Any = kernel
        self.pid = self.pgid = kernel.pid
        return self.connection_info
