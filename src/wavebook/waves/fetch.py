"""Fetching a respondent file over HTTP: it is put in place whole and checked, or not at all."""

from __future__ import annotations

import hashlib
import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urljoin

import requests

from wavebook.study.faults import refuse

TRIES = 3
PAUSE = 2.0
TIMEOUTS = (10, 60)
"""Seconds to wait for a connection, and for the next bytes."""

_BROKEN = (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError)


def fetch(url: str, target: Path, sha256: str | None, progress: Callable[[int, int | None], None]) -> str:
    """Download a respondent file, going on from where an earlier, broken download of it stopped.

    Parameters
    ----------
    url
        Where the file is, over http or https.
    target
        Where it goes. A file that is there already is never replaced.
    sha256
        The digest the file must have, in hexadecimal; None if none is known.
    progress
        Called with the bytes so far, and with those of the whole file or None if the server does not say.

    Returns
    -------
    str
        The SHA-256 of the file.

    Raises
    ------
    Refused
        If there is a file in the way, or the file cannot be fetched whole and as expected.
    """
    part, expected = _Part(target, url), sha256.lower() if sha256 else None
    if not url.lower().startswith(("http://", "https://")):
        raise refuse(url, "only http and https addresses can be fetched")
    try:
        if target.exists():
            return _already_there(target, expected)
        target.parent.mkdir(parents=True, exist_ok=True)
        _download(part, progress)
        found = _digest(part.path)
        if expected not in {None, found}:
            part.drop()
            raise refuse(url, f"what arrived has SHA-256 {found}, not {expected} as expected; it was removed")
        part.path.replace(target)
        part.note.unlink()
    except (requests.RequestException, ValueError) as error:  # before OSError, of which the former is a kind
        raise refuse(url, f"cannot be fetched: {error}") from None
    except OSError as error:
        what = f"cannot be read or written: {error.strerror}{part.outlook()}"
        raise refuse(str(error.filename or target), what) from None
    return found


class _Part:
    """What has arrived so far, with a note beside it of the address and the version of the file it belongs to."""

    def __init__(self, target: Path, url: str) -> None:
        self.url = url
        self.path = target.with_name(f".{target.name}.part")
        self.note = target.with_name(f".{target.name}.part.from")

    def kept(self) -> tuple[int, str]:
        """Count the bytes that can be gone on from, and tell their version; 0 if there is no knowing what they are."""
        if not (self.path.is_file() and self.note.is_file()):
            return 0, ""
        url, _, version = self.note.read_text(encoding="utf-8", errors="replace").partition("\n")
        return (self.path.stat().st_size, version) if url == self.url and version else (0, "")

    def begin(self, version: str) -> None:
        self.drop()
        with _open_private(self.note) as note:
            note.write(f"{self.url}\n{version}".encode())

    def drop(self) -> None:
        self.note.unlink(missing_ok=True)  # first: nothing is gone on from without it
        self.path.unlink(missing_ok=True)

    def outlook(self) -> str:
        """Say where the next fetch begins, as the end of a sentence; nothing if nothing has arrived."""
        try:
            arrived, kept = self.path.stat().st_size, self.kept()[0]
        except OSError:
            return ""
        if kept:
            return f"; the {kept} bytes that arrived are kept, and the next `wavebook wave fetch` goes on from there"
        again = "the next `wavebook wave fetch` starts over, as there is no telling which version of the file arrived"
        return f"; {again}" if arrived else ""


def _already_there(target: Path, expected: str | None) -> str:
    if expected is None:
        raise refuse(str(target), "the file is already there; nothing was fetched")
    found = _digest(target)
    if found != expected:
        raise refuse(str(target), f"the file that is already there has SHA-256 {found}, not {expected} as expected")
    return found


def _download(part: _Part, progress: Callable[[int, int | None], None]) -> None:
    for tried in range(1, TRIES + 1):
        try:
            # A part that cannot be gone on from is removed by the first transfer, so the second one asks for the whole.
            _ = _transfer(part, progress) or _transfer(part, progress)
        except _BROKEN as error:
            if tried == TRIES:
                raise refuse(part.url, f"{_why(error)}, in each of {TRIES} tries{part.outlook()}") from None
            time.sleep(PAUSE * tried)
        else:
            return


def _transfer(part: _Part, progress: Callable[[int, int | None], None]) -> bool:
    """Fetch what is missing; False if the part was of no use and is gone."""
    have, version = part.kept()
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-", "If-Range": version} if have else {})
    hooks = {"response": _check_hop}
    with requests.get(part.url, headers=headers, stream=True, timeout=TIMEOUTS, hooks=hooks) as answer:
        packing = answer.headers.get("Content-Encoding") or "identity"
        if answer.ok and packing != "identity":
            raise refuse(part.url, f"the server sends the file packed ({packing}) though asked not to")
        if answer.status_code == 200:
            length = "" if "Transfer-Encoding" in answer.headers else answer.headers.get("Content-Length", "")
            have, total = 0, int(length) if length.isdecimal() else None
            part.begin(_version(answer))
        elif have and answer.status_code in {206, 416}:
            span = re.fullmatch(r"bytes (\d+)-\d+/(\d+)", answer.headers.get("Content-Range", ""))
            # Servers that do not know If-Range send the rest of whatever they have now.
            if answer.status_code == 416 or not span or int(span[1]) != have or _version(answer) not in {"", version}:
                part.drop()
                return False
            total = int(span[2])
        else:
            raise refuse(part.url, f"the server answers {answer.status_code} {answer.reason or ''}".rstrip())
        with _open_private(part.path) as file:
            for chunk in answer.iter_content(1 << 14):
                file.write(chunk)
                have += len(chunk)
                progress(have, total)
            file.flush()
            os.fsync(file.fileno())
    if total not in {None, have}:
        raise requests.ConnectionError
    return True


def _check_hop(answer: Any, **_: Any) -> None:
    """Let no redirect lead away from http and https, or from https down to http."""
    if answer.is_redirect:
        answer.close()  # its page is of no interest, and nobody else closes it if the next address is none
        there = urljoin(answer.url, answer.headers["Location"])
        allowed = ("https://",) if answer.url.startswith("https://") else ("http://", "https://")
        if not there.lower().startswith(allowed):
            raise refuse(answer.url, f"the server sends on to {there}; only {' and '.join(allowed)} may follow here")


def _version(answer: Any) -> str:
    """Tell what If-Range may name the file by; a weak ETag may stand for several files that differ in bytes."""
    version = answer.headers.get("ETag") or answer.headers.get("Last-Modified", "")
    return "" if version.startswith("W/") else version


def _why(error: requests.RequestException) -> str:
    if isinstance(error, requests.exceptions.SSLError):
        return "no secure connection could be made, or it broke off"
    if isinstance(error, requests.exceptions.ProxyError):
        return "the proxy could not be used"
    if isinstance(error, requests.Timeout):
        return "the server did not answer in time"
    return "the server could not be reached, or the transfer broke off"


def _open_private(path: Path) -> BinaryIO:
    return open(path, "ab", opener=lambda name, flags: os.open(name, flags, 0o600))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
