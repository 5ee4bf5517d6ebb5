"""What is estimated of every wave, and how it is kept and checked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from wavebook.estimates.compute import Respondents, digest, estimate
from wavebook.estimates.follows import check_follows
from wavebook.estimates.records import (
    EstimateRecord,
    compare,
    read_record,
    record_path,
    records_of,
    remove_record,
    write_record,
)
from wavebook.study import Study, Wave


def questions(study: Study, wave: Wave) -> list[tuple[str, dict[str, Any]]]:
    """What is estimated of every wave: all items, overall and by each of their groups; then what notebooks have asked before."""
    codebook = wave.microdata.codebook if wave.microdata else None
    if codebook is None:
        return []
    asked: list[tuple[str, dict[str, Any]]] = [
        ("shares", {"item": item, "by": by})
        for item in codebook.items
        for by in ([], *([group] for group in codebook.groups_of(item)))
    ]
    known = {record_path(wave.id, function, arguments) for function, arguments in asked}
    before = [record for record in records_of(study.root, wave.id) if record.path not in known]
    return asked + [(record.function, record.arguments) for record in before if _can_be_asked(record, wave)]


def _can_be_asked(record: EstimateRecord, wave: Wave) -> bool:
    """Whether the codebook still holds what shares were asked of; models say themselves what they miss."""
    codebook = wave.microdata.codebook if wave.microdata else None
    named = {*record.arguments.get("by", []), record.arguments.get("item")} - {None}
    return codebook is not None and named <= {*codebook.items, *codebook.groups}


def estimate_wave(respondents: Respondents, advanced: Callable[[], None]) -> list[EstimateRecord]:
    """Compute everything that is asked of a wave, and refuse it if anything rare follows; nothing is written."""
    study, wave = respondents.study, respondents.wave
    codebook = digest(study, wave)
    records: list[EstimateRecord] = []
    for function, arguments in questions(study, wave):
        before = {r.table: r.told for r in records if r.table and r.arguments["item"] == arguments.get("item")}
        records.append(estimate(respondents, function, arguments, codebook, before))
        advanced()
    check_follows(respondents, records)
    return records


def keep(root: Path, wave: str, records: list[EstimateRecord]) -> tuple[int, int]:
    """Write the records of a wave that are new or differ; return how many were written and how many removed."""
    written = 0
    for record in records:
        stored = read_record(root, record.path)
        if stored is None or compare(stored, record) or stored.codebook != record.codebook:
            write_record(root, record)
            written += 1
    asked = {record.path for record in records}
    gone = [record.path for record in records_of(root, wave) if record.path not in asked]
    for path in gone:
        remove_record(root, path)
    return written, len(gone)


def check_kept(root: Path, records: list[EstimateRecord]) -> list[str]:
    """Where the committed estimates differ from fresh ones."""
    found = []
    for record in records:
        stored = read_record(root, record.path)
        if stored is None:
            found.append(f"{record.path}: not committed")
        else:
            found += [f"{record.path}: {difference}" for difference in compare(stored, record)]
            if stored.codebook != record.codebook:
                found.append(f"{record.path}: made with another codebook")
    return found
