"""What lies in a checkout now, by the names under which runs have read it."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from wavebook.pages.trace import ABSENT, listing_digest
from wavebook.study.closure import ENGINE, PREFIX
from wavebook.study.digests import digest


class Now:
    """What lies in a checkout now; each file is read once. Files of the engine are those of the engine that runs.

    Parameters
    ----------
    root
        The checkout.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self.digest = lru_cache(maxsize=None)(self._digest)

    def _digest(self, name: str) -> str:
        """Fingerprint of a file, or of the names in a folder (`name` ends in a slash), as a trace takes it."""
        path = ENGINE / name.removeprefix(PREFIX) if name.startswith(PREFIX) else self._root / name
        try:
            if name.endswith("/"):
                return listing_digest(os.listdir(path))  # noqa: PTH208 - names, as the trace has them
            return digest(path.read_bytes()) if path.is_file() else ABSENT
        except OSError:
            return ABSENT
