"""Commands about single figures: list, show, cite, export, verify."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wavebook.cli.common import FOUND, Json, checked, err, print_json

if TYPE_CHECKING:
    from wavebook.figures.editions import Version
    from wavebook.pages.page import Page
    from wavebook.study import Study

Name = Annotated[str, typer.Argument(metavar="ID[@VERSION]", help="A figure, or one version of it.")]


class Format(StrEnum):
    """Formats of citations."""

    bibtex = "bibtex"
    ris = "ris"
    csl = "csl"
    apa = "apa"


def figure_list(as_json: Json = False) -> None:
    """List the figures of the book with their versions."""
    from wavebook.figures import editions
    from wavebook.study import find_root

    found = [
        {"id": id_, "version": v.figure.version, "page": v.provenance.page, "edition": v.edition}
        for id_, v in editions.current(find_root()).items()
    ]
    if as_json:
        print_json({"figures": found})
        return
    for figure in found:
        typer.echo(f"{figure['id']}@{figure['version']}  {figure['edition'] or 'draft'}  page {figure['page']}")


def figure_show(figure: Name, as_json: Json = False) -> None:
    """Show what a figure says and how it was made."""
    from wavebook.figures import editions
    from wavebook.study import find_root

    version = editions.find(find_root(), figure)
    if as_json:
        print_json(version.to_dict())
        return
    record, made = version.figure, version.provenance
    status = f"edition {version.edition}, {version.date}" if version.edition else "draft, not released"
    for name, value in (
        ("figure", f"{record.id}@{record.version} ({status})"),
        ("title", record.title),
        ("alt", record.alt),
        ("evidence", ", ".join(record.evidence)),
        *(("measured", sentence) for sentence in record.measured),
        (
            "sources",
            "; ".join(f"{s.house}, {s.wave} ({s.fieldwork}, {s.mode}, n {s.n}): {s.key}" for s in record.sources),
        ),
        ("page", f"{made.page}: {made.notebook}, cell {made.cell}, {json.dumps(made.parameters, ensure_ascii=False)}"),
    ):
        typer.echo(f"{name}: {value}")
    for id_version in editions.versions(find_root()).get(record.id, []):
        typer.echo(f"version: {id_version.figure.version} {id_version.edition or 'draft'}")


def figure_cite(
    figure: Name, form: Annotated[Format, typer.Option("--format", help="The format of the citation.")] = Format.apa
) -> None:
    """Print a citation that credits the book and the survey houses; of a released version, as its edition has it."""
    from wavebook.figures import editions
    from wavebook.figures.citing.citations import Cited, cite
    from wavebook.figures.citing.credit import read_book
    from wavebook.site.frozen import CITED
    from wavebook.study import Study

    study = checked(Study)
    version = editions.find(study.root, figure)
    folder = editions.folder_of(study.root, version)
    if folder is not None:
        said = (folder / f"{version.figure.id}{CITED[form.value]}").read_text(encoding="utf-8")
    else:
        said = cite(Cited(version.figure, None, None, read_book(study.root), study.sources), form.value)
    typer.echo(said.rstrip("\n"))


def figure_export(
    figure: Name, to: Annotated[Path, typer.Option("--to", help="A folder; made if it is not there.")]
) -> None:
    """Write a figure as SVG, PNG (300 dots per inch), PDF, CSV and Vega-Lite JSON; of a released one, as its edition has it."""
    from wavebook.figures.drawing import convert
    from wavebook.study import refuse

    version, files = _files(figure)
    id_, base = version.figure.id, f"{version.figure.id}-{version.figure.version}"
    written = {form: files[f"{id_}.{form}"] for form in ("csv", "json", "svg")}
    written |= {form: convert(written["svg"].decode(), form) for form in ("png", "pdf")}
    try:
        to.mkdir(parents=True, exist_ok=True)
        for form, content in written.items():
            (to / f"{base}.{form}").write_bytes(content)
    except OSError as error:
        raise refuse(str(to), f"cannot be written: {error.strerror}") from None
    err.print(f"{to}/{base}.svg, .png, .pdf, .csv, .json")


def _files(figure: str) -> tuple[Version, dict[str, bytes]]:
    """A version, and its files: those of its edition, or those that a release would put into one now."""
    from wavebook.figures import editions
    from wavebook.figures.citing.credit import read_book
    from wavebook.site.drawings import Drawings
    from wavebook.site.frozen import Maker
    from wavebook.site.shown import files_of
    from wavebook.study import Study

    root = checked(Study).root
    version = editions.find(root, figure)
    drawings = Drawings(root / "_build/drawings", root / editions.MADE)
    return version, files_of(root, Maker(root, read_book(root), drawings), version)


def figure_verify(figure: Name) -> None:
    """Execute the page behind a figure again and compare the values, not the pixels."""
    from wavebook.figures import editions
    from wavebook.figures.differences import input_differences, value_differences
    from wavebook.pages.make import rerun
    from wavebook.study import Study, refuse

    study = checked(Study)
    version = editions.find(study.root, figure)
    page = _page_behind(study, version)
    made = rerun(study.root, page).get(version.figure.id)
    if made is None:
        raise refuse(figure, f"page {page.id} no longer publishes it")
    record, provenance = made
    different = value_differences(version.figure, record)
    for line in different:
        err.print(f"differs: {line}")
    for line in input_differences(version.provenance, provenance):
        err.print(f"input: {line}")
    named = f"{version.figure.id}@{version.figure.version}"
    if different:
        err.print(f"{named}: {len(different)} differences from what page {page.id} gives now")
        raise typer.Exit(FOUND)
    err.print(f"{named}: equal to what page {page.id} gives now")


def _page_behind(study: Study, version: Version) -> Page:
    """The page that made a version: as it is now, or, if it is no longer in the book, as it was."""
    import nbformat

    from wavebook.pages.book import load_book
    from wavebook.pages.page import Page
    from wavebook.study import refuse

    made = version.provenance
    known = {page.id: page for page in load_book(study).pages}
    if made.page in known:
        return known[made.page]
    path = study.root / made.notebook
    if not path.is_file():
        raise refuse(made.notebook, f"is gone, and with it the page {made.page} that made this figure")
    return Page(made.page, version.page_title, made.notebook, nbformat.read(path, as_version=4), made.parameters)
