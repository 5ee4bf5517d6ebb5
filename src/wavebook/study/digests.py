"""Fingerprints of files and of plain values."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any


def digest(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def is_digest(text: str) -> bool:
    """Whether a text is such a digest, and not words."""
    return len(text) == 64 and set(text) <= set("0123456789abcdef")


def digest_of(value: Any) -> str:
    """SHA-256 of plain values."""
    return digest(json.dumps(value, sort_keys=True).encode())


def file_digests(root: Path, patterns: tuple[str, ...]) -> dict[str, str]:
    """SHA-256 of every file that a pattern finds, by its path below the root."""
    files = sorted({path for pattern in patterns for path in root.glob(pattern) if path.is_file()})
    return {path.relative_to(root).as_posix(): digest(path.read_bytes()) for path in files}
