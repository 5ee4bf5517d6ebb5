"""Where respondent files lie on this machine, and how a file gets there."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from ruamel.yaml import YAML

from wavebook.study import Wave, refuse
from wavebook.study.files import is_there, write_whole

if TYPE_CHECKING:
    from wavebook.waves.readers import RespondentFile

FOLDER = "data/microdata"


def stored_path(root: Path, wave: Wave) -> Path | None:
    """Where the respondent file of a wave lies, if it is on this machine."""
    if wave.microdata is None:
        return None
    path = root / FOLDER / wave.microdata.file
    return path if is_there(path) else None


def read_stored(root: Path, wave: Wave) -> RespondentFile:
    """Read a wave's stored file, which must be the one that the wave's file describes."""
    from wavebook.waves.readers import read_respondents  # not above: who only asks where it lies needs no pandas

    path = stored_path(root, wave)
    if path is None or wave.microdata is None:
        raise refuse(wave.id, how_to_get(wave))
    name = f"{FOLDER}/{path.name}"
    again = f"run `wavebook wave add {name} --as {wave.id}`"
    if wave.microdata.sha256 is None:
        raise refuse(name, f"has not been added yet; {again}")
    file = read_respondents(path, name, wave.microdata.member)
    if file.sha256 != wave.microdata.sha256:
        raise refuse(name, f"is not the file that data/waves/{wave.id}.yml describes (its sha256 differs); {again}")
    return file


def how_to_get(wave: Wave) -> str:
    """Tell a person how to come by the respondent file."""
    if wave.microdata is None:
        return f"no respondent file is known; describe it under `microdata` in data/waves/{wave.id}.yml"
    first = f"run `wavebook wave fetch {wave.id}`" if wave.microdata.url else f"get {wave.microdata.file}"
    access = " ".join(wave.microdata.access.split()).rstrip(".")
    if wave.microdata.url and wave.microdata.sha256:
        return f"its respondent file is not on this machine; {first} ({access}), and the next build estimates it"
    return (
        f"its respondent file is not on this machine; {first} ({access}), then `wavebook wave add FILE --as {wave.id}`"
    )


def stored_name(wave: Wave, source: Path) -> str:
    """The name under which a file is kept: the one in the wave's file, unless the kind of file has changed."""
    known = wave.microdata.file if wave.microdata else ""
    return known if Path(known).suffix == source.suffix.lower() else f"{wave.id}{source.suffix.lower()}"


def put(root: Path, source: Path, name: str) -> None:
    """Copy a file to where respondent files lie, whole or not at all; one of that name that differs is kept aside."""
    folder = root / FOLDER
    target = folder / name
    part: str | None = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if target.exists() and target.samefile(source):
            return
        handle, part = tempfile.mkstemp(dir=folder, prefix=".", suffix=".part")
        os.close(handle)
        shutil.copyfile(source, part)
        if target.exists() and (old := _sha256(target)) != _sha256(Path(part)):
            target.rename(target.with_name(f"{target.stem}-{old[:8]}{target.suffix}"))
        Path(part).replace(target)
    except OSError as error:
        if part:
            Path(part).unlink(missing_ok=True)
        raise refuse(f"{FOLDER}/{name}", f"cannot be written: {error.strerror}") from None


def _sha256(path: Path) -> str:
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def record_file(root: Path, wave: str, name: str, sha256: str) -> bool:
    """Write a file's name and fingerprint into its wave's file; say whether that changed anything.

    All else there, comments included, stays as it is.
    """
    path = root / f"data/waves/{wave}.yml"
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 10_000
    text = path.read_text(encoding="utf-8")
    data = yaml.load(text)
    known = data["microdata"]
    if (known.get("file"), known.get("sha256")) == (name, sha256):
        return False
    if "sha256" in known:
        known["sha256"] = sha256
    else:
        known.insert(list(known).index("file") + 1, "sha256", sha256)
    known["file"] = name
    written = io.StringIO()
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.dump(data, written)
    write_whole(path, written.getvalue())
    return True
