"""The commands: they parse, call and print; the work is done in the rooms below."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Annotated, Any, Self

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from wavebook import pages as pages_
from wavebook import site as site_
from wavebook.study import CERTAINTY_WORDS, MODE_WORDS, Refused, Study, Wave, find_root, open_study, refuse

FOUND, REFUSED = 1, 2

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Build, check and serve the book After the Umbrella.",
)
wave_app = typer.Typer(no_args_is_help=True, help="What is known of the survey waves.")
app.add_typer(wave_app, name="wave")

err = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on standard output.")]


def main() -> None:
    """Run a command; refused input is one message and exit code 2, never a traceback."""
    try:
        app()
    except Refused as refused:
        for fault in refused.faults:
            err.print(str(fault))
        sys.exit(REFUSED)
    except KeyboardInterrupt:
        err.print("stopped; what is finished is kept")
        os._exit(130)  # kernels are being waited for in other threads; they end with this process


@app.command()
def build(
    page: Annotated[list[str] | None, typer.Argument(help="Only these pages; all by default.")] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Pages at a time.")] = os.cpu_count() or 1,
    force: Annotated[bool, typer.Option("--force", help="Run pages that are not stale as well.")] = False,
    no_site: Annotated[bool, typer.Option("--no-site", help="Stop before the site.")] = False,
    as_json: Json = False,
) -> None:
    """Run the stale pages, then build the site."""
    started = time.perf_counter()
    study = open_study()
    everything = pages_.load_pages(study.root)
    chosen = _choose(everything, page)
    with _Progress() as progress:
        outcome = pages_.run_pages(study.root, chosen, progress, force=force, jobs=jobs)
    problem = None
    if not outcome.failed:
        pages_.check_figures(study.root, everything)
        pages_.prune(study.root, everything)
        if not no_site:
            problem = _site(study.root)
    seconds = time.perf_counter() - started
    for id_, error in outcome.failed.items():
        err.print(f"page {id_} failed: {error}")
    if problem:
        err.print(problem)
    if outcome.failed or problem:
        err.print("the site was not replaced; the last good one stands" if not no_site else "not every page was made")
    err.print(f"{len(outcome.executed)} pages executed, {len(outcome.reused)} reused, {len(outcome.failed)} failed")
    if as_json:
        failed: list[dict[str, str]] = [{"page": id_, "error": e} for id_, e in outcome.failed.items()]
        if problem:
            failed.append({"page": "site", "error": problem})
        _print_json(
            {
                "executed": outcome.executed,
                "reused": outcome.reused,
                "failed": failed,
                "seconds": round(seconds, 3),
            }
        )
    if outcome.failed or problem:
        raise typer.Exit(FOUND)


def _choose(everything: list[pages_.Page], wanted: list[str] | None) -> list[pages_.Page]:
    known = {page.id for page in everything}
    if unknown := [id_ for id_ in wanted or [] if id_ not in known]:
        raise refuse("notebooks/pages.yml", f"no page {unknown[0]!r}; known: {', '.join(sorted(known))}")
    return [page for page in everything if not wanted or page.id in wanted]


def _site(root: Path) -> str | None:
    missing = [page.id for page in pages_.load_pages(root) if not (root / f"book/pages/{page.id}.ipynb").is_file()]
    if missing:
        return f"the site needs every page; not yet made: {', '.join(missing)}"
    if site_.site_is_current(root):
        err.print("site: up to date")
        return None
    err.print("site: building")
    try:
        site_.build_site(root)
    except site_.SiteFailed as failed:
        return str(failed)
    err.print(f"site: {site_.SITE}/index.html")
    return None


@app.command()
def status(as_json: Json = False) -> None:
    """Say which pages are stale, and why."""
    study = open_study()
    found = {page.id: pages_.reasons(study.root, page) for page in pages_.load_pages(study.root)}
    if as_json:
        _print_json({"pages": [{"page": i, "stale": bool(why), "reasons": why} for i, why in found.items()]})
        return
    for id_, why in found.items():
        typer.echo(f"{id_}: {'; '.join(why) if why else 'up to date'}")


@app.command()
def serve(port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 8000) -> None:
    """Serve the built site on this machine's loopback address."""
    with site_.make_server(find_root(), port) as server:
        err.print(f"http://127.0.0.1:{server.server_address[1]}/ (stop with Ctrl-C)")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            err.print("stopped")


@wave_app.command("list")
def wave_list(as_json: Json = False) -> None:
    """List the waves in order of time."""
    study = open_study()
    waves = sorted(study.waves.values(), key=lambda wave: (wave.series, wave.fieldwork.middle, wave.id))
    if as_json:
        _print_json({"waves": [_wave_facts(study, wave) for wave in waves]})
        return
    table = Table("wave", "place", "fieldwork", "mode", "n", "figures", box=None, pad_edge=False)
    for wave in waves:
        n = f"{wave.n:,}" if wave.n else "not found"
        figures = len(study.figures(wave.id))
        table.add_row(wave.id, wave.place, str(wave.fieldwork), MODE_WORDS[wave.mode], n, str(figures))
    Console(width=None if sys.stdout.isatty() else 200, highlight=False, markup=False).print(table)


@wave_app.command("show")
def wave_show(wave: str, as_json: Json = False) -> None:
    """Show all that is known of one wave."""
    study = open_study()
    facts = _wave_facts(study, study.wave(wave))
    if as_json:
        _print_json(facts)
        return
    for name, value in facts.items():
        if name == "figures":
            typer.echo("figures:")
            for f in value:
                group = f", {f['by']} {f['group']}" if f["by"] else ""
                typer.echo(f"  {f['item']}, {f['response']}{group}: {f['percent']}% ({f['certainty']}, {f['source']})")
        elif isinstance(value, list):
            for line in value:
                typer.echo(f"{name}: {line}")
        elif value is not None:
            typer.echo(f"{name}: {value}")


def _wave_facts(study: Study, wave: Wave) -> dict[str, Any]:
    """Everything about a wave as plain values, each doubtful one with its mark."""
    facts: dict[str, Any] = {"wave": wave.id, "series": study.series[wave.series].name, "place": wave.place}
    for name in ("number", "fieldwork", "mode", "n", "population", "sampling", "weights", "response_rate", "margin"):
        value = getattr(wave, name)
        facts[name] = value if value is None or isinstance(value, int | float) else str(value)
    facts["deff"] = study.deff(wave).value
    facts["deff_status"] = study.deff(wave).status
    facts["source"] = wave.source
    facts["certainty"] = [f"{name}: {CERTAINTY_WORDS[mark]}" for name, mark in wave.certainty.items()]
    facts["problems"] = list(wave.problems)
    facts["figures"] = [figure.model_dump(exclude={"wave"}) for figure in study.figures(wave.id)]
    return facts


def _print_json(value: dict[str, Any]) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False))


class _Progress:
    """A bar for each page on a terminal, a plain line for each page elsewhere."""

    def __init__(self) -> None:
        self._bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("cells"),
            TimeElapsedColumn(),
            console=err,
            disable=not err.is_terminal,
        )
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def started(self, page: str, cells: int) -> None:
        self._tasks[page] = self._bars.add_task(page, total=cells)

    def advanced(self, page: str) -> None:
        self._bars.advance(self._tasks[page])

    def finished(self, page: str, seconds: float, error: str | None) -> None:
        task = self._tasks[page]
        if error is None:
            self._bars.update(task, completed=self._bars.tasks[task].total)
        if not err.is_terminal:
            err.print(f"page {page}: {'failed' if error else 'executed'} in {seconds:.1f} s")
