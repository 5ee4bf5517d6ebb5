"""What is wrong with a respondent file, and what adding it would change. Nothing is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from wavebook.estimates.compute import Respondents
from wavebook.estimates.records import EstimateRecord, read_record
from wavebook.estimates.standard import estimate_wave, questions
from wavebook.study import Fault, Study, Topline, Wave, refuse
from wavebook.survey import Shares, SurveyError
from wavebook.waves.checks import Findings, check, missing_variables
from wavebook.waves.readers import RespondentFile, read_respondents
from wavebook.waves.store import stored_name

_AS_GOOD_AS_EQUAL = 5e-4  # a twentieth of a point: what no page shows


@dataclass(frozen=True)
class Change:
    """A share that adding the file would bring or alter; fractions, None where there was none."""

    item: str
    response: str
    by: str
    group: str
    before: float | None
    after: float


@dataclass(frozen=True)
class Examined:
    """A respondent file after all checks; `records` holds its estimates if there is no error."""

    wave: Wave
    file: RespondentFile
    findings: Findings
    records: list[EstimateRecord] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)


def examine(study: Study, wave_id: str, path: Path, progress: Callable[[int, int], None]) -> Examined:
    """Check a file against a wave's codebook, and estimate all that is asked of the wave.

    Parameters
    ----------
    progress
        Called with the number of estimates that are done, and of all.

    Raises
    ------
    Refused
        If the file cannot be read at all, or the wave has no codebook.
    """
    described = study.described(wave_id)
    microdata = described.microdata
    if microdata is None or microdata.codebook is None:
        what = "has no microdata.codebook, which says what the variables mean"
        draft = f"`wavebook wave new {path.name} --as ANOTHER-NAME` drafts one from the file's labels"
        raise refuse(f"data/waves/{wave_id}.yml", f"{what}; {draft}")
    file = read_respondents(path, path.name, microdata.member)
    kept = microdata.model_copy(update={"file": stored_name(described, path), "sha256": file.sha256})
    wave = described.model_copy(update={"microdata": kept})
    if missing := missing_variables(file, microdata.codebook):
        return Examined(wave, file, Findings(errors=missing))
    respondents = Respondents.of(study, wave, file)
    findings = check(file, wave, microdata.codebook, respondents.coded)
    if microdata.sha256 not in (None, file.sha256):
        what = f"another file than the one that data/waves/{wave_id}.yml describes: its sha256 is {file.sha256[:12]}…"
        findings.warnings.append(Fault(file.name, what))
    if findings.errors:
        return Examined(wave, file, findings)
    try:
        respondents.design  # noqa: B018 - built here, so that what it refuses is a finding
    except SurveyError as error:
        findings.errors.append(Fault(file.name, str(error)))
        return Examined(wave, file, findings)
    done, asked = 0, len(questions(study, wave))

    def advanced() -> None:
        nonlocal done
        done += 1
        progress(done, asked)

    records = estimate_wave(respondents, advanced)
    findings.warnings += contradictions(study, wave, records)
    return Examined(wave, file, findings, records, changes(study, wave, records))


def contradictions(study: Study, wave: Wave, records: list[EstimateRecord]) -> list[Fault]:
    """Printed shares of the wave from which the file's are further than sampling error and rounding allow."""
    fresh = {_key(row): row for row in _rows(records)}
    faults = []
    for figure in study.toplines(wave.id):
        row = fresh.get((figure.item, figure.response, figure.by, figure.group))
        if row is not None and not _agrees(figure, row):
            among = f" ({figure.by} {figure.group})" if figure.by else ""
            what = (
                f"{figure.response}{among} is {100 * row['share']:.1f}% here (95% interval {100 * row['lower']:.1f} to "
                f"{100 * row['upper']:.1f}), but {figure.source} gives {figure.percent}%"
            )
            faults.append(Fault(f"{wave.id}: {figure.item}", what))
    return faults


def _agrees(figure: Topline, row: dict[str, Any]) -> bool:
    rounding = figure.step / 2
    return bool(row["lower"] - rounding <= figure.share <= row["upper"] + rounding)


def changes(study: Study, wave: Wave, records: list[EstimateRecord]) -> list[Change]:
    """Shares that are new or another than before: than the committed estimate, or else than the printed share."""
    printed = {(f.item, f.response, f.by, f.group): f.share for f in reversed(study.toplines(wave.id))}
    stored = [kept for record in records if (kept := read_record(study.root, record.path)) is not None]
    before = printed | {_key(row): row["share"] for row in _rows(stored)}
    found = []
    for row in _rows(records):
        old = before.get(_key(row))
        if old is None or abs(old - row["share"]) > _AS_GOOD_AS_EQUAL:
            found.append(Change(*_key(row), old, float(row["share"])))
    return found


def _rows(records: list[EstimateRecord]) -> list[dict[str, Any]]:
    rows = []
    for record in records:
        if record.function == "shares" and len(record.arguments["by"]) <= 1:
            by = record.arguments["by"][0] if record.arguments["by"] else ""
            table = Shares.from_dict(record.result).table
            named = {"item": record.arguments["item"], "by": by}
            rows += [{**row, **named, "group": row[by] if by else ""} for row in table.to_dict("records")]
    return rows


def _key(row: dict[str, Any]) -> tuple[str, str, str, str]:
    return row["item"], row["response"], row["by"], row["group"]
