"""Keeps estimates from respondent files as small texts in `data/estimates/`, one file an estimate."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from wavebook.estimates.disclosure import Exempted, Table, Told, Withheld, group_name
from wavebook.study import Wave, refuse
from wavebook.study.files import write_whole

FOLDER = "data/estimates"
SCHEMA = 1
"""The number of the fields of a record: one more for each field that comes to it."""
TOLERANCE = 1e-9
_DIGITS = 12  # significant digits that are kept: a thousand times finer than the tolerance


@dataclass(frozen=True)
class EstimateRecord:
    """One estimate and what it was made from.

    Attributes
    ----------
    wave, function, arguments
        What was asked: the same question gives the same record.
    evidence
        "microdata", or "synthetic" where the file says that it was made up.
    file, sha256
        Name and fingerprint of the respondent file.
    codebook
        Fingerprint of the codebook and of the items and groups that it names.
    engine
        Version of this program.
    n, df
        Respondents in the file and degrees of freedom of its design.
    result
        What the estimator returned, as plain values.
    withheld
        What is left out, and why: few respondents in the group, a rare answer, or something rare would follow.
    exempted
        What is told against the rule, by the name of its exemption, and how few respondents it is about.
    schema
        The number of its fields' schema; a record without one is of the first.
    """

    wave: str
    function: str
    arguments: dict[str, Any]
    evidence: str
    file: str
    sha256: str
    codebook: str
    engine: str
    n: int
    df: float
    result: dict[str, Any]
    withheld: tuple[Withheld, ...] = ()
    exempted: tuple[Exempted, ...] = ()
    schema: int = SCHEMA

    @property
    def path(self) -> str:
        """Where the record lies, below the root."""
        return record_path(self.wave, self.function, self.arguments)

    @property
    def table(self) -> Table | None:
        """The table that shares are of; None of any other estimate."""
        if self.function != "shares":
            return None
        return Table(tuple(self.arguments["by"]), tuple(self.arguments.get("answers", ())))

    @property
    def told(self) -> Told:
        """The answers that shares tell of each group, by its name."""
        columns = self.result["table"]["columns"]
        told: dict[str, list[str]] = {}
        for response, *levels in zip(columns["response"], *(columns[by] for by in self.arguments["by"]), strict=True):
            told.setdefault(group_name(levels), []).append(response)
        return {group: tuple(answers) for group, answers in told.items()}


_PARTS: dict[str, Any] = {"withheld": Withheld, "exempted": Exempted}


def record_path(wave: str, function: str, arguments: dict[str, Any]) -> str:
    """Where the answer to a question lies: a telling name for shares, a fingerprint of the arguments for models."""
    if function == "shares":
        only = "-".join(re.sub(r"\W+", "-", answer).strip("-") for answer in arguments.get("answers", ()))
        name = "-by-".join([f"{arguments['item']}-{only}" if only else arguments["item"], *arguments["by"]])
    else:
        name = f"{function}-{_digest(arguments)[:8]}"
    return f"{FOLDER}/{wave}/{name}.json"


_TABLES: Any = {part: {"__all__": {"only"}} for part in ("items", "groups")}  # what is asked, not how it is read


def codebook_digest(wave: Wave, known: dict[str, Any]) -> str:
    """Fingerprint of all that says how a file is read: its codebook, and the items and groups of the study."""
    codebook = wave.microdata.codebook if wave.microdata else None
    said = codebook.model_dump(exclude={"untested": True, **_TABLES}) if codebook else None
    return _digest({"codebook": said, **known})[:16]


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()


def read_record(root: Path, path: str) -> EstimateRecord | None:
    """Read a record; None if there is none."""
    try:
        text = (root / path).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError):
        raise refuse(path, "cannot be read") from None
    try:
        stored = json.loads(text)
        schema = stored.get("schema", 1)
        if schema > SCHEMA:
            raise refuse(
                path,
                f"is of schema {schema}, and this program reads no newer one than schema {SCHEMA}: use a newer wavebook",
            )
        parts = {name: tuple(kind(*part) for part in stored.get(name, ())) for name, kind in _PARTS.items()}
        return EstimateRecord(**{**stored, **parts})
    except (AttributeError, ValueError, TypeError, KeyError):
        raise refuse(path, "is damaged; take it from git again, or remove it and run `wavebook estimate`") from None


def records_of(root: Path, wave: str) -> Iterator[EstimateRecord]:
    """All records of one wave, by name."""
    for path in sorted((root / FOLDER / wave).glob("*.json")):
        if record := read_record(root, path.relative_to(root).as_posix()):
            yield record


def write_record(root: Path, record: EstimateRecord) -> None:
    """Write a record whole or not at all."""
    write_whole(root / record.path, f"{_laid_out(_plain(record))}\n")


def _plain(record: EstimateRecord) -> dict[str, Any]:
    """The record as it is stored: first its schema, for whoever reads it."""
    return {"schema": record.schema, **asdict(record), "result": rounded(record.result)}


def rounded(value: Any) -> Any:
    """Cut floats to the digits that are kept, so that last bits, which differ between machines, are not."""
    match value:
        case dict():
            return {key: rounded(part) for key, part in value.items()}
        case list() | tuple():
            return [rounded(part) for part in value]
        case float():
            return float(f"{value:.{_DIGITS}g}")
    return value


def differences(stored: Any, fresh: Any, at: str = "") -> list[str]:
    """Where two results differ: numbers by more than 1e-9 of their size, all else at all."""
    match stored, fresh:
        case dict(), dict():
            if stored.keys() != fresh.keys():
                return [f"{at or 'result'}: {', '.join(sorted(stored.keys() ^ fresh.keys()))} in one only"]
            return [d for key in stored for d in differences(stored[key], fresh[key], f"{at}.{key}".strip("."))]
        case list() | tuple(), list() | tuple():
            if len(stored) != len(fresh):
                return [f"{at}: {len(stored)} values, now {len(fresh)}"]
            pairs = enumerate(zip(stored, fresh, strict=True), 1)
            return [d for number, (a, b) in pairs for d in differences(a, b, f"{at}[{number}]")]
        case (int() | float(), int() | float()):
            near = math.isclose(stored, fresh, rel_tol=TOLERANCE, abs_tol=1e-15)
            return [] if near else [f"{at}: {stored}, now {fresh}"]
    return [] if stored == fresh else [f"{at}: {stored!r}, now {fresh!r}"]


def compare(stored: EstimateRecord, fresh: EstimateRecord) -> list[str]:
    """Where a stored estimate differs from a fresh one, by more than 1e-9 of its size."""
    found = differences(stored.result, fresh.result)
    for name in ("sha256", "evidence", "n", "df"):
        found += differences(getattr(stored, name), getattr(fresh, name), name)
    for name in _PARTS:
        found += differences(list(getattr(stored, name)), list(getattr(fresh, name)), name)
    return found


def remove_record(root: Path, path: str) -> None:
    """Take a record away that nothing asks for any longer."""
    (root / path).unlink(missing_ok=True)


def _laid_out(value: Any, indent: str = "") -> str:
    """JSON with a line for each key and list, so that a reviewer sees which column changed."""
    if not isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    inner = f"{indent} "
    parts = [
        f"{inner}{json.dumps(str(key), ensure_ascii=False)}: {_laid_out(part, inner)}" for key, part in value.items()
    ]
    return "{\n" + ",\n".join(parts) + f"\n{indent}}}" if parts else "{}"
