"""Commands about respondent files: draft, check, add, fetch, estimate, simulate."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn
from rich.table import Table

from wavebook.cli.book import build
from wavebook.cli.common import FOUND, Json, bars, checked, err, print_json

if TYPE_CHECKING:
    from wavebook.estimates import Change, EstimatingStudy, Examined
    from wavebook.estimates.compute import Respondents
    from wavebook.estimates.records import EstimateRecord
    from wavebook.pages.showing import Showing
    from wavebook.study import Study, Wave

File = Annotated[Path, typer.Argument(help="A respondent file: .sav, .zsav, .dta, .xlsx, .csv, .parquet, or .zip.")]
As = Annotated[str, typer.Option("--as", metavar="WAVE", help="The wave that the file belongs to.")]
_SHOWN, _NAMED = 40, 5


def wave_new(
    file: File,
    wave: As,
    member: Annotated[str | None, typer.Option(help="The respondent file inside an archive of several.")] = None,
) -> None:
    """Draft data/waves/WAVE.yml from a respondent file's own labels."""
    from wavebook.pages.spec import check_id
    from wavebook.study import Study, refuse
    from wavebook.waves.draft import draft_wave, write_draft
    from wavebook.waves.readers import read_respondents

    study = checked(Study)
    check_id(wave)
    target = study.root / f"data/waves/{wave}.yml"
    if target.exists():
        raise refuse(f"data/waves/{wave}.yml", "is there already; nothing is overwritten")
    draft = draft_wave(study, wave, read_respondents(file, file.name, member), member)
    write_draft(study.root, wave, draft)
    err.print(f"data/waves/{wave}.yml: drafted. Decide what says `undecided`, look at every remark, then:")
    err.print(f"  wavebook wave check {shlex.quote(str(file))} --as {wave}")
    err.print("With `wave add` it gets the pages that notebooks/pages.yml gives to `each: waves with microdata`.")


def wave_check(file: File, wave: As, as_json: Json = False) -> None:
    """Tell everything that is wrong with a respondent file, and what adding it would change; write nothing."""
    study, examined = _examine(file, wave)
    _tell_findings(examined)
    showing = _showing(study, examined.wave)
    changes = [_change(showing, change) for change in examined.changes]
    claims = _changed_claims(study, examined)
    if as_json:
        findings = examined.findings
        print_json(
            {
                "ok": not findings.errors,
                "errors": [fault._asdict() for fault in findings.errors],
                "warnings": [fault._asdict() for fault in findings.warnings],
                "pages": showing.pages,
                "not_executed": showing.not_executed,
                "changes": changes,
                "claims": claims,
            }
        )
    else:
        _tell_changes(showing, changes)
        for claim in claims:
            err.print(f"claim {claim['id']}: {claim['before']} → {claim['after']}")
    if examined.findings.errors:
        raise typer.Exit(FOUND)


def wave_add(file: File, wave: As) -> None:
    """Check a respondent file, store it on this machine, estimate, and rebuild what shows the wave."""
    from wavebook.estimates import keep
    from wavebook.study import refuse
    from wavebook.waves.store import put, record_file

    study, examined = _examine(file, wave)
    _tell_findings(examined)
    if examined.findings.errors:
        err.print("nothing was added")
        raise typer.Exit(FOUND)
    described = examined.wave.microdata
    if described is None:
        raise refuse(wave, "has no microdata")
    put(study.root, file, described.file)
    record_file(study.root, wave, described.file, examined.file.sha256)
    written, removed = keep(study.root, wave, examined.records)
    err.print(f"data/microdata/{described.file}: stored; it stays on this machine")
    _tell_estimates(wave, written, removed, examined)
    showing = _showing(study, examined.wave)
    _tell_changes(showing, [_change(showing, change) for change in examined.changes])
    build()


def wave_fetch(wave: str) -> None:
    """Download a wave's respondent file from the address in its yml and check its sha256."""
    from wavebook.study import Study, refuse
    from wavebook.waves.fetch import fetch
    from wavebook.waves.store import FOLDER

    study = checked(Study)
    described = study.described(wave).microdata
    if described is None or described.url is None:
        raise refuse(f"data/waves/{wave}.yml", "has no microdata.url to fetch the respondent file from")
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    target = study.root / FOLDER / described.file
    with Progress(*columns, console=err, disable=not err.is_terminal) as progress:
        task = progress.add_task(described.file, total=None)
        sha256 = fetch(
            described.url,
            target,
            described.sha256,
            lambda done, size: progress.update(task, completed=done, total=size),
        )
    known = "as expected" if described.sha256 else "none is known to hold it against"
    err.print(f"{FOLDER}/{described.file}: sha256 {sha256} ({known})")
    err.print(f"next: wavebook wave add {FOLDER}/{described.file} --as {wave}")


def estimate(
    wave: Annotated[list[str] | None, typer.Argument(help="Only these; by default all whose file is here.")] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Compare with the committed estimates; write nothing.")
    ] = False,
) -> None:
    """Compute the estimates of waves whose respondent files are on this machine; refuse those that tell too much."""
    from wavebook.estimates import EstimatingStudy, check_kept, estimate_wave, keep, questions
    from wavebook.estimates.compute import Respondents
    from wavebook.estimates.records import records_of
    from wavebook.waves.store import read_stored, stored_path

    study = checked(EstimatingStudy)
    here = [w for w in study.waves.values() if w.microdata and w.microdata.codebook and stored_path(study.root, w)]
    chosen = [study.described(id_) for id_ in wave] if wave else here
    if not chosen:
        err.print("no respondent file is on this machine: nothing was computed")
    found: list[str] = []
    for described in chosen:
        respondents = Respondents.of(study, described, read_stored(study.root, described))
        with bars("estimates") as progress:
            task = progress.add_task(described.id, total=len(questions(study, described)))
            records = estimate_wave(respondents, lambda task=task: progress.advance(task))  # type: ignore[misc]
        if check:
            differences = check_kept(study.root, records)
            found += differences
            err.print(f"{described.id}: {len(records)} estimates, {len(differences)} differences from the committed")
            found += _tell_exposure(respondents, records_of(study.root, described.id))
        else:
            written, removed = keep(study.root, described.id, records)
            err.print(f"{described.id}: {len(records)} estimates; {written} written, {removed} removed")
    for difference in found:
        err.print(difference)
    if found:
        raise typer.Exit(FOUND)


def _tell_exposure(respondents: Respondents, committed: Iterable[EstimateRecord]) -> list[str]:
    """Say what follows from all committed estimates of a wave together; return what must not."""
    from wavebook.estimates.attack.exposure import attack_wave, by_estimate

    records = list(committed)
    found = attack_wave(respondents, records, measure=True)
    for line in found.summary():
        err.print(line)
    for one in by_estimate(respondents.truth, records) if found.follows else ():
        if one.follows:
            err.print(
                f"{one.path}: of {one.protected} protected answers {one.follows} follow, {one.alone} from it alone"
            )
    return [str(fault) for fault in found.faults]


def simulate(
    wave: str,
    n: Annotated[int, typer.Option("--n", min=30, max=5_000_000, help="Respondents.")],
    out: Annotated[Path, typer.Option("--out", help="A .sav file that is not there yet.")],
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="ITEM.ANSWER=SHARE", help="A share, 0 to 1; may be repeated.")
    ] = None,
) -> None:
    """Make up a respondent file in the structure of a wave, stamped synthetic."""
    from wavebook.estimates import EstimatingStudy
    from wavebook.estimates.simulate import parse_settings, simulate

    study = checked(EstimatingStudy)
    described = study.described(wave)
    simulate(study, described, n, parse_settings(study, described, settings or []), out)
    err.print(f"{out}: {n:,} made-up respondents in the structure of {wave}; the file says that it is synthetic")
    err.print(f"next: wavebook wave new {shlex.quote(str(out))} --as NAME")


def _changed_claims(study: EstimatingStudy, examined: Examined) -> list[dict[str, str]]:
    """Verdicts on the article's statements, and registered conditions, that adding the file would change."""
    from wavebook.claims import registered, verdicts
    from wavebook.estimates import with_examined

    if not examined.records:
        return []

    def found(study: EstimatingStudy) -> dict[str, str]:
        of_claims = {verdict.id: str(verdict.verdict) for verdict in verdicts(study)}
        return of_claims | {f"registered {one.id}": one.outcome for one in registered(study)}

    before, after = found(study), found(with_examined(study, examined.wave, examined.records))
    return [{"id": name, "before": before[name], "after": now} for name, now in after.items() if now != before[name]]


def _examine(file: Path, wave: str) -> tuple[EstimatingStudy, Examined]:
    from wavebook.estimates import EstimatingStudy, examine
    from wavebook.study import refuse

    study = checked(EstimatingStudy)
    if not file.is_file():
        raise refuse(str(file), "the file is not there")
    with bars("estimates") as progress:
        task = progress.add_task(f"{file.name}: reading", total=None)
        examined = examine(
            study,
            wave,
            file,
            lambda done, asked: progress.update(task, description="estimating", completed=done, total=asked),
        )
    return study, examined


def _tell_findings(examined: Examined) -> None:
    for note in examined.file.notes:
        err.print(_plain(f"{examined.file.name}: {note}"))
    for word, faults in (("error", examined.findings.errors), ("warning", examined.findings.warnings)):
        for fault in faults:
            err.print(_plain(f"{word}: {fault}"))
    errors, warnings = len(examined.findings.errors), len(examined.findings.warnings)
    err.print(
        f"{examined.file.name}: {len(examined.file.frame):,} respondents; {_counted(errors, 'error')}, {_counted(warnings, 'warning')}"
    )


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _plain(finding: str) -> str:
    """A finding without characters that a terminal would obey."""
    return "".join(character if character.isprintable() else " " for character in finding)


def _showing(study: Study, wave: Wave) -> Showing:
    from wavebook.pages.book import load_book
    from wavebook.pages.showing import Showing

    return Showing(study.root, load_book(study).pages, wave)


def _change(showing: Showing, change: Change) -> dict[str, Any]:
    return {
        "figure": showing.figure(change.item, change.response, change.by),
        "item": change.item,
        "response": change.response,
        "group": f"{change.by} {change.group}" if change.by else "all",
        "before": None if change.before is None else round(100 * change.before, 2),
        "after": round(100 * change.after, 2),
    }


def _tell_changes(showing: Showing, changes: list[dict[str, Any]]) -> None:
    shown = [change for change in changes if change["figure"]]
    for change in shown[:_SHOWN]:
        before = "new" if change["before"] is None else f"{change['before']:.1f} →"
        among = "" if change["group"] == "all" else f", {change['group']}"
        err.print(f"{change['figure']}: {change['item']}, {change['response']}{among}: {before} {change['after']:.1f}%")
    if len(shown) > _SHOWN:
        err.print(f"… and {len(shown) - _SHOWN} more in figures")
    err.print(f"{len(changes)} shares are new or change, {len(shown)} of them in figures; all of them: --json")
    err.print(f"pages that show this wave: {', '.join(showing.pages) or 'none that has been executed'}")
    if showing.not_executed:
        told = ", ".join(showing.not_executed[:_NAMED]) + ("" if len(showing.not_executed) <= _NAMED else ", …")
        err.print(f"not executed yet, so nobody knows what they show: {told}; run `wavebook build`")


def _tell_estimates(wave: str, written: int, removed: int, examined: Examined) -> None:
    withheld = sum(len(record.withheld) for record in examined.records)
    err.print(f"data/estimates/{wave}: {len(examined.records)} estimates; {written} written, {removed} removed")
    err.print(f"withheld, because they would tell of too few respondents: {withheld} groups and answers")
    table = Table("item", "answer", "%", "SE", "95% interval", "n", "design effect", box=None, pad_edge=False)
    for record in examined.records:
        if record.function == "shares" and not record.arguments["by"]:
            columns = record.result["table"]["columns"]
            rows = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
            for row in rows:
                numbers = [f"{100 * row['share']:.1f}", *(_number(row[name], "{:.2f}", 100) for name in ("se",))]
                interval = f"{_number(row['lower'], '{:.1f}', 100)} to {_number(row['upper'], '{:.1f}', 100)}"
                table.add_row(
                    record.arguments["item"],
                    row["response"],
                    *numbers,
                    interval,
                    f"{row['n']:,}",
                    _number(row["deff"], "{:.2f}", 1),
                )
    Console(stderr=True, width=None if sys.stderr.isatty() else 200, highlight=False, markup=False).print(table)


def _number(value: Any, form: str, times: float) -> str:
    return form.format(times * value) if isinstance(value, int | float) else "–"
