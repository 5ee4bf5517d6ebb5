"""Shows the built site on this machine."""

from __future__ import annotations

import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from wavebook.site.build import SITE
from wavebook.study import refuse


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the name is the base class's
        """Say nothing of single requests."""


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a browser that went away before it had everything."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


def make_server(root: Path, port: int) -> ThreadingHTTPServer:
    """Make a server of the built site on the loopback address; port 0 takes a free one."""
    site = root / SITE
    if not (site / "index.html").is_file():
        raise refuse(SITE, "no site is built yet; run `wavebook build`")
    try:
        return _Server(("127.0.0.1", port), partial(_Quiet, directory=str(site)))
    except OSError as error:
        raise refuse(f"port {port}", f"cannot be used: {error.strerror}") from None
