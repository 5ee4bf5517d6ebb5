"""Signs an edition's manifest with a key of ssh, and checks such a signature: both are the work of `ssh-keygen -Y`."""

from __future__ import annotations

import datetime as dt
import os
import re
import subprocess
import tempfile
from pathlib import Path
from typing import NamedTuple

from wavebook.study import refuse

ENDING = ".sig"
NAMESPACE = "edition@wavebook"
"""What the signature is for: one that was made of the same bytes for another purpose does not count."""
PART = ".part-"
"""How a folder beside the editions begins that is not done yet."""
_MISSING = "needs ssh-keygen (OpenSSH 8.8 or newer), which is not on this machine"
_KEY = re.compile(r"\bwith (\S+) key (SHA256:\S+)")


class Signature(NamedTuple):
    """What is known of the signature of a manifest.

    Attributes
    ----------
    said
        In words, who signed, or that nobody did.
    fault
        What is wrong with it; None if nothing is.
    """

    said: str
    fault: str | None = None


def sign(manifest: Path, key: Path) -> None:
    """Write the signature of a manifest beside it.

    Parameters
    ----------
    key
        A private key of ssh, or a public one whose private key an agent holds.

    Raises
    ------
    Refused
        If it cannot be made; nothing is left then.
    """
    if not key.is_file():
        raise refuse(str(key), "there is no such key")
    # `ssh-keygen` writes piece by piece: it does so elsewhere, and the whole signature is put in place.
    with tempfile.TemporaryDirectory(dir=manifest.parents[1], prefix=PART) as beside:
        copy = Path(beside) / manifest.name
        copy.write_bytes(manifest.read_bytes())
        done = _ssh_keygen("sign", "-f", str(key.resolve()), "-n", NAMESPACE, str(copy))
        if done is None:
            raise refuse("--key", f"signing {_MISSING}")
        signature = copy.with_name(copy.name + ENDING)
        if done.returncode or not signature.is_file():
            raise refuse(str(key), f"cannot sign: {_last_line(done)}")
        signature.replace(manifest.with_name(manifest.name + ENDING))


def check_signature(manifest: Path, date: dt.date, allowed: Path) -> Signature:
    """Check the signature of a manifest.

    Parameters
    ----------
    date
        When it was released: its signer's key has to be valid then, and may have run out since.
    allowed
        A file of allowed signers, as `man ssh-keygen` tells. Where it is, each edition has to be signed by one of them.
        Without it a signature shows that the manifest is what its signer had, and the key is named.
    """
    asked = allowed.is_file()
    if not manifest.with_name(manifest.name + ENDING).is_file():
        return Signature("unsigned", f"is not signed, and {allowed.name} asks for it" if asked else None)
    return _vouched(manifest, date, allowed) if asked else _unvouched(manifest, allowed.name)


def _unvouched(manifest: Path, allowed: str) -> Signature:
    """A signature of which nobody says whose key it is."""
    done = _ssh_keygen("check-novalidate", *_what(manifest), content=manifest.read_bytes())
    if done is None:
        return Signature(f"signed, which was not checked: that {_MISSING}")
    if done.returncode:
        return Signature("badly signed", "the signature is not of this manifest")
    return Signature(f"signed with {_key(done)}, for whom no {allowed} vouches")


def _vouched(manifest: Path, date: dt.date, allowed: Path) -> Signature:
    content, signers = manifest.read_bytes(), ("-f", str(allowed), "-O", f"verify-time={date:%Y%m%d}2359")
    found = _ssh_keygen("find-principals", *signers, *_what(manifest)[2:], content=content)
    if found is None:
        return Signature("signed, which was not checked", f"the signature was not checked: that {_MISSING}")
    if found.returncode:
        return Signature(
            "badly signed", f"the signature is damaged, or by a key that is not in {allowed.name} for that day"
        )
    for principal in found.stdout.decode(errors="replace").splitlines():
        done = _ssh_keygen("verify", *signers, "-I", principal, *_what(manifest), content=content)
        if done is not None and done.returncode == 0:
            return Signature(f"signed by {principal} with {_key(done)}")
    return Signature("badly signed", "the signature is not of this manifest, or its key was not valid then")


def _what(manifest: Path) -> tuple[str, ...]:
    return ("-n", NAMESPACE, "-s", str(manifest.with_name(manifest.name + ENDING)))


def _ssh_keygen(
    action: str, *arguments: str, content: bytes | None = None
) -> subprocess.CompletedProcess[bytes] | None:
    """Run it; None if it is not there. A passphrase it asks for on the terminal itself."""
    try:
        return subprocess.run(
            ["ssh-keygen", "-Y", action, *arguments],
            input=content,
            stdin=subprocess.DEVNULL if content is None else None,
            capture_output=True,
            check=False,
            env={**os.environ, "LC_ALL": "C"},
        )
    except FileNotFoundError:
        return None


def _key(done: subprocess.CompletedProcess[bytes]) -> str:
    found = _KEY.search(done.stdout.decode(errors="replace"))
    return f"the {found[1]} key {found[2]}" if found else "a key that ssh-keygen does not name"


def _last_line(done: subprocess.CompletedProcess[bytes]) -> str:
    lines = (done.stderr + done.stdout).decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else f"ssh-keygen ended with {done.returncode}"
