"""Commands about the book: build it, say what is stale, serve it."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Annotated

import typer

from wavebook import pages as pages_
from wavebook import site as site_
from wavebook.cli.common import FOUND, Json, PageProgress, err, print_json
from wavebook.pages.prose import check_prose
from wavebook.study import Refused, find_root, open_study, refuse


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
    if faults := check_prose(study.root):
        raise Refused(faults)
    with PageProgress() as progress:
        outcome = pages_.run_pages(study.root, chosen, progress, force=force, jobs=jobs)
    problem = None
    if not outcome.failed:
        pages_.check_figures(study.root, everything)
        pages_.prune(study.root, everything)
        if not no_site:
            problem = _site(study.root)
    seconds = time.perf_counter() - started
    if outcome.executed:
        _tell_changed_verdicts(study.root)
    _tell_outcome(outcome, problem, no_site=no_site)
    if as_json:
        failed: list[dict[str, str]] = [{"page": id_, "error": e} for id_, e in outcome.failed.items()]
        if problem:
            failed.append({"page": "site", "error": problem})
        print_json(
            {
                "executed": outcome.executed,
                "reused": outcome.reused,
                "failed": failed,
                "seconds": round(seconds, 3),
            }
        )
    if outcome.failed or problem:
        raise typer.Exit(FOUND)


def _tell_outcome(outcome: pages_.Outcome, problem: str | None, *, no_site: bool) -> None:
    for id_, error in outcome.failed.items():
        err.print(f"page {id_} failed: {error}")
    if problem:
        err.print(problem)
    if outcome.failed or problem:
        err.print("the site was not replaced; the last good one stands" if not no_site else "not every page was made")
    err.print(f"{len(outcome.executed)} pages executed, {len(outcome.reused)} reused, {len(outcome.failed)} failed")


def _tell_changed_verdicts(root: Path) -> None:
    """Say which verdicts on the article's statements are others than a person last reviewed."""
    from wavebook.claims import changed
    from wavebook.estimates import open_study as open_estimates

    for claim, reviewed, now in changed(open_estimates(root)):
        err.print(f"claim {claim}: {reviewed} → {now}; review it in data/claims.yml")


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


def status(as_json: Json = False) -> None:
    """Say which pages are stale, and why."""
    study = open_study()
    found = {page.id: pages_.reasons(study.root, page) for page in pages_.load_pages(study.root)}
    if as_json:
        print_json({"pages": [{"page": i, "stale": bool(why), "reasons": why} for i, why in found.items()]})
        return
    for id_, why in found.items():
        typer.echo(f"{id_}: {'; '.join(why) if why else 'up to date'}")


def serve(port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 8000) -> None:
    """Serve the built site on this machine's loopback address."""
    with site_.make_server(find_root(), port) as server:
        err.print(f"http://127.0.0.1:{server.server_address[1]}/ (stop with Ctrl-C)")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            err.print("stopped")
