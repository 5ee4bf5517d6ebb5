"""Reads respondent files that come from outside into one plain shape, each in a process of its own."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from wavebook.study.faults import Refused, refuse
from wavebook.waves.parsing.encodings import LETTERS

KINDS = {
    "sav": "an SPSS file",
    "dta": "a Stata file",
    "xlsx": "an Excel workbook",
    "csv": "a CSV file",
    "parquet": "a Parquet file",
    "zip": "a ZIP archive",
}
SUFFIXES = {f".{kind}": kind for kind in KINDS} | {".zsav": "sav"}
# -P: no module is taken from the working directory, where hostile ones may stand beside the file.
PARSER = ("-P", "-m", "wavebook.waves.parsing")
LARGEST = 4 * 2**30
LEAST_MEMORY = 4 * 2**30
LEAST_SECONDS = 60
SQUEEZED = {"sav": 4, "xlsx": 10, "parquet": 10}  # formats that are compressed inside are longer than they look


@dataclass(frozen=True)
class RespondentFile:
    """The respondents of one wave, as their file has them.

    Attributes
    ----------
    name
        The file's name, for messages.
    sha256
        Digest of the file as delivered: of the archive, if it is one.
    frame
        One row a respondent. Each column is either of float64, or categorical with texts for categories, which all
        occur: those of a labelled variable in the order of its codes, others in alphabetical order. Missing is NaN.
    labels
        Of a variable, its label, if it has one.
    codes
        Of a labelled variable, the codes of its categories where these are numbers; labels that nobody chose are
        here too.
    declared_missing
        Of a labelled variable, those of its categories that the file itself declares missing.
    notes
        How it was read.
    first_row
        The number by which a person finds the first respondent in the file.
    synthetic
        Whether the file says of itself that its respondents are made up.
    """

    name: str
    sha256: str
    frame: pd.DataFrame
    labels: dict[str, str]
    codes: dict[str, dict[str, float]]
    declared_missing: dict[str, tuple[str, ...]]
    notes: tuple[str, ...]
    first_row: int
    synthetic: bool


def read_respondents(path: Path, name: str, member: str | None = None) -> RespondentFile:
    """Read an SPSS, Stata, Excel, CSV or Parquet file of respondents, or one of these in a ZIP archive.

    Parameters
    ----------
    path, name
        The file, and what to call it.
    member
        The file in the archive, if there are several.

    Raises
    ------
    Refused
        With the one fault for which the file cannot be read.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise refuse(name, "is not a file")
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        kind = kind_of(path, name, Path(name).suffix)
        if kind == "zip":
            with _unpacked(path, name, member) as (unpacked, inside):
                where = f"{name} ({_short(inside)})"
                table = _in_own_process(kind_of(unpacked, where, PurePosixPath(inside).suffix), unpacked, where)
            notes = [f"{_short(inside)} in the archive"]
        elif member is None:
            table, notes = _in_own_process(kind, path, name), []
        else:
            raise refuse(name, "is not an archive: leave out `member`")
    except FileNotFoundError:
        raise refuse(name, "the file is not there") from None
    except OSError as error:
        raise refuse(name, f"cannot be read: {error.strerror}") from None
    rest = json.loads(table.schema.metadata[b"rest"])
    return RespondentFile(
        name=name,
        sha256=sha256,
        frame=_frame(table),
        labels=rest["labels"],
        codes=rest["codes"],
        declared_missing={variable: tuple(texts) for variable, texts in rest["declared_missing"].items()},
        notes=(*notes, *rest["notes"]),
        first_row=rest["first_row"],
        synthetic=rest["synthetic"],
    )


def kind_of(path: Path, name: str, suffix: str) -> str:
    """Tell a file's kind by its content, which must agree with the suffix that it came with."""
    suffix = suffix.lower()
    if suffix not in SUFFIXES:
        raise refuse(name, f"its name must end in one of {', '.join(sorted(SUFFIXES))}")
    with path.open("rb") as file:
        head = file.read(16)
    if not head:
        raise refuse(name, "the file is empty")
    found = ""
    if head.startswith((b"$FL2", b"$FL3")):
        found = "sav"
    elif head.startswith(b"<stata_dta>") or (102 <= head[0] <= 119 and head[1:3] in {b"\1\1", b"\2\1"}):
        found = "dta"
    elif head.startswith(b"PAR1"):
        found = "parquet"
    elif head.startswith((b"PK\3\4", b"PK\5\6")):
        with _archive(path, name) as archive:
            found = "xlsx" if "xl/workbook.xml" in archive.namelist() else "zip"
    if found and found != SUFFIXES[suffix]:
        raise refuse(name, f"its name ends in {suffix} but it is {KINDS[found]}; rename it")
    if not found and suffix != ".csv":
        raise refuse(name, f"its name ends in {suffix} but it is not {KINDS[SUFFIXES[suffix]]}")
    return SUFFIXES[suffix]


@contextmanager
def _archive(path: Path, name: str) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path, metadata_encoding=LETTERS["archives"]) as archive:
            yield archive
    except (Refused, KeyboardInterrupt):
        raise
    except Exception as error:  # a damaged archive makes zipfile raise almost anything
        if isinstance(error, OSError) and error.errno not in {None, errno.EINVAL}:  # such as a full disk
            raise
        raise refuse(name, "cannot be unpacked: it is damaged") from None


@contextmanager
def _unpacked(path: Path, name: str, member: str | None) -> Iterator[tuple[Path, str]]:
    """Unpack one file of an archive to where it is removed again; its name in the archive is never used as a path."""
    with tempfile.TemporaryDirectory(prefix="wavebook-") as directory:
        target = Path(directory, "member")
        with _archive(path, name) as archive:
            chosen = _chosen(archive, name, member)
            # zipfile stops at the size that is declared, and tells by the checksum if there was more
            with archive.open(chosen) as source, target.open("xb") as copy:
                shutil.copyfileobj(source, copy, 1 << 20)
        yield target, chosen.filename


def _chosen(archive: zipfile.ZipFile, name: str, member: str | None) -> zipfile.ZipInfo:
    files = [info for info in archive.infolist() if not info.is_dir() and _is_respondents(info.filename)]
    names = [info.filename for info in files]
    listed = ", ".join(_short(inside) for inside in names[:3]) + (", …" if len(names) > 3 else "")
    if member is not None:
        files = [info for info in files if info.filename == member]
        if len(files) != 1:
            often = "more than one respondent file" if files else "no respondent file"
            raise refuse(name, f"{often} in the archive is named {_short(member)}; there are {listed or 'none'}")
    if not files:
        raise refuse(name, f"no respondent file is in the archive ({', '.join(sorted(set(SUFFIXES) - {'.zip'}))})")
    if len(files) > 1:
        raise refuse(name, f"{len(files)} respondent files are in the archive ({listed}): name one as `member`")
    chosen = files[0]
    if chosen.flag_bits & 1:
        raise refuse(name, f"{_short(chosen.filename)} is encrypted in the archive; unpack it first")
    if chosen.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise refuse(name, f"{_short(chosen.filename)} is compressed in a rare way; pack it as an ordinary ZIP archive")
    if chosen.file_size > LARGEST:
        raise refuse(name, f"{_short(chosen.filename)} unpacked is larger than {LARGEST >> 30} GB")
    return chosen


def _is_respondents(inside: str) -> bool:
    parts = PurePosixPath(inside).parts
    is_hidden = any(part.startswith(".") and part != ".." for part in parts) or "__MACOSX" in parts
    return not is_hidden and SUFFIXES.get(PurePosixPath(inside).suffix.lower(), "zip") != "zip"


def _short(inside: str) -> str:
    printable = "".join(letter if letter.isprintable() else " " for letter in inside)
    return printable if len(printable) <= 60 else f"…{printable[-59:]}"


def _in_own_process(kind: str, path: Path, name: str) -> pa.Table:
    """Read a file where neither a crash, nor a hang, nor hunger for memory can do harm."""
    size = path.stat().st_size
    seconds = LEAST_SECONDS + size * SQUEEZED.get(kind, 1) // 2_000_000
    memory = max(LEAST_MEMORY, 30 * size)
    command = [sys.executable, *PARSER, kind, str(path.absolute()), str(memory)]
    settings = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "ARROW_DEFAULT_MEMORY_POOL": "system"}
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | settings,
    ) as process:
        try:
            out, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            raise refuse(name, f"reading took longer than {seconds} s; it is damaged, or made to be slow") from None
        finally:
            process.kill()
    try:
        if process.returncode:
            raise pa.ArrowInvalid
        table = pa.ipc.open_stream(out).read_all()
    except (pa.ArrowException, OSError):
        raise refuse(name, "the reader crashed on it: the file is damaged") from None
    if refusal := (table.schema.metadata or {}).get(b"refusal"):
        raise refuse(name, refusal.decode())
    return table


def _frame(table: pa.Table) -> pd.DataFrame:
    columns: dict[str, Any] = {}
    for name, column in zip(table.column_names, table.columns, strict=True):
        whole = column.combine_chunks()
        if pa.types.is_dictionary(column.type):
            categories = pd.Index(whole.dictionary.to_pylist(), dtype="str")
            columns[name] = pd.Categorical.from_codes(whole.indices.fill_null(-1).to_numpy(), categories)
        else:
            columns[name] = np.array(whole.to_numpy(zero_copy_only=False))
    return pd.DataFrame(columns)
