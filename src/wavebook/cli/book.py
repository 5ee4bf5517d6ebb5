"""Commands about the book: build it, say what is stale and why, serve it."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wavebook.cli.common import FOUND, Json, PageProgress, checked, err, print_json
from wavebook.cli.editions import tell_interrupted

if TYPE_CHECKING:
    from wavebook.figures.editions import Version
    from wavebook.pages.book import Book
    from wavebook.pages.outcome import Outcome
    from wavebook.pages.page import Page
    from wavebook.study import Study


def build(
    page: Annotated[list[str] | None, typer.Argument(help="Only these pages; all by default.")] = None,
    # Two for each processor: a page waits for its kernel a good part of its time.
    jobs: Annotated[int, typer.Option(min=1, help="Pages at a time.")] = 2 * (os.cpu_count() or 1),
    force: Annotated[bool, typer.Option("--force", help="Run pages that are not stale as well.")] = False,
    no_site: Annotated[bool, typer.Option("--no-site", help="Stop before the site.")] = False,
    scheduler: Annotated[str | None, typer.Option(help="Run pages on a Dask cluster: tcp://HOST:PORT.")] = None,
    time_limit: Annotated[float, typer.Option(min=1, help="Seconds that a page may take.")] = 600,
    as_json: Json = False,
) -> None:
    """Run the stale pages, then build the site."""
    from wavebook.study import find_root
    from wavebook.study.alone import alone

    started = time.perf_counter()
    root = find_root()
    try:
        with alone(root / "_build/lock", lambda: err.print("another build is at work here; waiting for it")):
            outcome, problem = _build(
                root, page, no_site=no_site, force=force, jobs=jobs, seconds=time_limit, scheduler=scheduler
            )
    except KeyboardInterrupt:
        err.print("stopped; what is finished is kept")
        os._exit(130)  # threads that wait for kernels end with this process, not before it
    _tell_outcome(outcome, problem, no_site=no_site)
    if as_json:
        failed: list[dict[str, str]] = [{"page": id_, "error": e} for id_, e in outcome.failed.items()]
        if problem:
            failed.append({"page": "site", "error": problem})
        seconds = round(time.perf_counter() - started, 3)
        print_json({"executed": outcome.executed, "reused": outcome.reused, "failed": failed, "seconds": seconds})
    if outcome.failed or problem:
        raise typer.Exit(FOUND)


def _build(root: Path, wanted: list[str] | None, *, no_site: bool, **how: Any) -> tuple[Outcome, str | None]:
    """Make pages and site; also say what of the site failed."""
    from wavebook.pages.keys import sources
    from wavebook.site.finished import finished_pages, note_finished

    whole = not (wanted or no_site)
    if whole and not how["force"] and (pages := finished_pages(root)) is not None:
        from wavebook.pages.outcome import Outcome

        return Outcome([], pages, {}), None
    begun_with = sources(root)
    from wavebook.pages.book import load_book
    from wavebook.pages.run import check_figures, prune, run_pages
    from wavebook.study import Study

    study = checked(Study, root)
    _tell_unfinished(study)
    tell_interrupted(root)
    book = load_book(study)
    everything = book.pages
    chosen = _choose(everything, wanted)
    drawn = _drawn(root)
    with ThreadPoolExecutor(1) as beside:  # pages and Jupyter Book work in processes of their own
        with PageProgress() as progress:
            outcome = run_pages(study, chosen, progress, first=lambda: _check_prose(root), **how)
        _tell_estimates(root, begun_with)
        problem = None
        if not outcome.failed:
            broken = beside.submit(_broken_sentences, root)
            check_figures(root, everything)
            prune(root, everything)
            begun_with = {**begun_with, **_contents(root, book)}
            verdicts = beside.submit(_changed_verdicts, root) if outcome.executed else None
            _tell_figures(drawn, _drawn(root))
            problem = broken.result() or (None if no_site else _site(root, everything))
            for told in verdicts.result() if verdicts else ():
                err.print(told)
    if whole and not outcome.failed and not problem:
        note_finished(root, [page.id for page in everything], begun_with)
    return outcome, problem


def _tell_outcome(outcome: Outcome, problem: str | None, *, no_site: bool) -> None:
    for id_, untracked in outcome.untracked.items():
        for what in untracked:
            err.print(f"page {id_} {what}: a change of that would not make it run again")
    for id_, error in outcome.failed.items():
        err.print(f"page {id_} failed: {error}")
    if problem:
        err.print(problem)
    if outcome.failed or problem:
        err.print("the site was not replaced; the last good one stands" if not no_site else "not every page was made")
    err.print(f"{len(outcome.executed)} pages executed, {len(outcome.reused)} reused, {len(outcome.failed)} failed")


def _tell_unfinished(study: Study) -> None:
    """Name the drafts that are left out, and where a person has to decide."""
    for wave, faults in study.unfinished.items():
        name, keys = f"data/waves/{wave}.yml", [fault.what.partition(":")[0] for fault in faults]
        lines = ", ".join(fault.where.removeprefix(f"{name}:") for fault in faults)
        what = f"{', '.join(keys)} undecided (line{'s' if len(faults) > 1 else ''} {lines})"
        err.print(f"{name}: unfinished, so left out: {what}")


def _contents(root: Path, book: Book) -> dict[str, str]:
    """Write the table of contents where it differs, and tell of prose that is not in it; give its fingerprint."""
    from wavebook.pages.contents import CONTENTS, contents_of, renew_contents, unnamed_prose
    from wavebook.pages.spec import SPEC
    from wavebook.study.digests import digest

    if renew_contents(root, book):
        err.print(f"{CONTENTS}: written anew from {SPEC}; commit it")
    for name in unnamed_prose(root, book):
        err.print(f"{name} is in no part of {SPEC}, and so not in the book")
    return {CONTENTS: digest(contents_of(book).encode())}


def _tell_estimates(root: Path, before: dict[str, str]) -> None:
    """Name the estimates that pages asked for first: without them the book builds on no other machine."""
    from wavebook.estimates.records import FOLDER
    from wavebook.study.digests import file_digests

    for name, found in file_digests(root, (f"{FOLDER}/*/*.json",)).items():
        if before.get(name) != found:
            err.print(f"{name}: estimated for a page; commit it")


def _check_prose(root: Path) -> None:
    from wavebook.pages.prose import check_prose
    from wavebook.study import Refused

    if faults := check_prose(root):
        raise Refused(faults)


def _drawn(root: Path) -> dict[str, Version]:
    """The figures as they lie there; none where one of them is damaged, which a build mends."""
    from wavebook.figures import editions
    from wavebook.study import Refused

    try:
        return editions.drawn(root)
    except Refused:
        return {}


def _tell_figures(before: dict[str, Version], now: dict[str, Version]) -> None:
    """Say what is new in figures that were there before."""
    from wavebook.figures.differences import say_changes

    for id_ in sorted(before.keys() & now.keys()):
        old, new = before[id_].figure, now[id_].figure
        if old.version != new.version:
            err.print(f"figure {old.version} → {new.version}: {' '.join(say_changes(old, new))}")


def _broken_sentences(root: Path) -> str | None:
    """Sentences of the prose that the data no longer bear, a line each."""
    from wavebook.claims import broken_sentences
    from wavebook.estimates import EstimatingStudy

    faults = broken_sentences(EstimatingStudy.open(root))
    return "\n".join(map(str, faults)) or None


def _changed_verdicts(root: Path) -> list[str]:
    """Verdicts on the article's statements that are others than a person last reviewed, and what waves have decided."""
    from wavebook.claims import changed, decided
    from wavebook.estimates import EstimatingStudy

    study = EstimatingStudy.open(root)
    return [
        *(f"claim {claim}: {then} → {now}; review it in data/claims.yml" for claim, then, now in changed(study)),
        *(f"registered {name}: {outcome}. {decides}".strip() for name, outcome, decides in decided(study)),
    ]


def _choose(everything: list[Page], wanted: list[str] | None) -> list[Page]:
    from wavebook.study import refuse

    known = {page.id for page in everything}
    if unknown := [id_ for id_ in wanted or [] if id_ not in known]:
        raise refuse("notebooks/pages.yml", f"no page {unknown[0]!r}; known: {', '.join(sorted(known))}")
    return [page for page in everything if not wanted or page.id in wanted]


def _site(root: Path, pages: list[Page]) -> str | None:
    from wavebook.site.build import SITE, SiteFailed, build_site, site_is_current

    missing = [page.id for page in pages if not (root / f"book/pages/{page.id}.ipynb").is_file()]
    if missing:
        return f"the site needs every page; not yet made: {', '.join(missing)}"
    if site_is_current(root):
        err.print("site: up to date")
        return None
    err.print("site: building")
    try:
        build_site(root)
    except SiteFailed as failed:
        return str(failed)
    err.print(f"site: {SITE}/index.html")
    return None


def status(as_json: Json = False) -> None:
    """Say which pages are stale, and why."""
    from wavebook.pages.book import load_book
    from wavebook.pages.keys import reasons
    from wavebook.pages.now import Now
    from wavebook.study import Study

    study = checked(Study)
    there = Now(study.root)
    found = {page.id: reasons(study, page, there) for page in load_book(study).pages}
    if as_json:
        print_json({"pages": [{"page": i, "stale": bool(why), "reasons": why} for i, why in found.items()]})
        return
    for id_, why in found.items():
        typer.echo(f"{id_}: {'; '.join(why) if why else 'up to date'}")


def explain(page: Annotated[str, typer.Argument(help="A page of notebooks/pages.yml.")]) -> None:
    """Say why a page is stale; of one that is not, what its run read."""
    from wavebook.pages.book import load_book
    from wavebook.pages.keys import reasons, recorded
    from wavebook.study import Study
    from wavebook.study.digests import is_digest

    study = checked(Study)
    (chosen,) = _choose(load_book(study).pages, [page])
    record, why = recorded(study.root, page), reasons(study, chosen)
    if why or record is None:
        typer.echo(f"{page} is stale:")
        for reason in why:
            typer.echo(f"  {reason}")
    else:
        typer.echo(f"{page} is up to date. It was made from:")
        words = record.key.facts | record.key.settings
        for name in sorted(record.key.files.keys() | words.keys()):
            said = words.get(name, "")
            typer.echo(f"  {name}" + (f": {said}" if said and not is_digest(said) else ""))
    for what in record.untracked if record else ():
        typer.echo(f"  {page} {what}: a change of that would not make it run again")


def serve(port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 8000) -> None:
    """Serve the built site on this machine's loopback address."""
    from wavebook.site.serve import make_server
    from wavebook.study import find_root

    with make_server(find_root(), port) as server:
        err.print(f"http://127.0.0.1:{server.server_address[1]}/ (stop with Ctrl-C)")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            err.print("stopped")
