"""Packs an edition as an RO-Crate: all that the book is built from, described for archives, and nothing else."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rocrate.model.contextentity import ContextEntity
from rocrate.model.file import File
from rocrate.model.person import Person
from rocrate.rocrate import ROCrate

from wavebook.figures.citing.credit import Author, Book, read_book
from wavebook.figures.editions import FOLDER, Version, current, editions
from wavebook.site.needed import needed_files
from wavebook.study import Refused, Study, find_root, refuse
from wavebook.waves.recognising.stored import Private

OUT = "_build/crate"
_STAGE = "_build/crate-parts"
_PARTS = {
    "book": ("The book's prose and its bibliography", "text/markdown"),
    "chapters": ("The book's own arguments, as modules that its notebooks import", "text/x-python"),
    "data": ("What is known of waves, questions, events and statements", "application/yaml"),
    "data/editions": ("Released versions of every figure, each with all that its page shows", "application/json"),
    "data/estimates": ("Estimates from respondent files, without the files", "application/json"),
    "data/published": ("Shares as printed, each with its source and how sure it is", "text/csv"),
    "data/waves": ("One file a survey wave: fieldwork, mode, respondents, codebook", "application/yaml"),
    "notebooks": ("Parameterised notebooks, without outputs", "application/x-ipynb+json"),
    "src/wavebook": ("The software that estimates, draws and builds", "text/x-python"),
}
"""Folders with what archives are told of them; of any other that a book has they are told its name."""
_KINDS = {
    ".bib": "application/x-bibtex",
    ".cff": "application/yaml",
    ".css": "text/css",
    ".csv": "text/csv",
    ".html": "text/html",
    ".ipynb": "application/x-ipynb+json",
    ".js": "text/javascript",
    ".json": "application/json",
    ".md": "text/markdown",
    ".py": "text/x-python",
    ".ris": "application/x-research-info-systems",
    ".svg": "image/svg+xml",
    ".toml": "application/toml",
    ".yml": "application/yaml",
}
_TEXT = "text/plain"
_BUILD = "With Python 3.11 or newer, make, and a package index or a folder of wheels, `make book` builds the book and its site."


def write_crate(root: Path) -> Path:
    """Write the last edition as an RO-Crate 1.1; return its folder.

    Raises
    ------
    Refused
        If nothing has been released, a figure has changed since, a page rests on what git does not know, or a file
        shows respondents.
    """
    known = editions(root)
    if not known:
        raise refuse("data/editions", "nothing has been released; run `wavebook release EDITION` first")
    figures = current(root)
    if drafts := [id_ for id_, version in figures.items() if version.edition is None]:
        raise refuse(drafts[0], f"has changed since edition {known[-1]}; release first")
    study, book = Study.open(root), read_book(root)
    study.check()
    files = needed_files(root)
    _check_private(study, files)
    stage = root / _STAGE
    shutil.rmtree(stage, ignore_errors=True)
    for name, path in files.items():
        (stage / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, stage / name)
    crate = _described(book, known[-1], max(version.date for version in figures.values() if version.date).isoformat())
    added = _add_files(crate, stage, files)
    _add_figures(added, figures)
    _add_sources(crate, study, figures.values())
    out = root / OUT / known[-1]
    shutil.rmtree(out, ignore_errors=True)
    crate.write(out)
    shutil.rmtree(stage)
    return out


def _check_private(study: Study, files: dict[str, Path]) -> None:
    """Refuse a file that shows respondents of a file on this machine."""
    private = Private(study)
    if not private.files():
        return
    for name, path in files.items():
        try:
            leak = private.leak(path.read_text(encoding="utf-8"))
        except UnicodeDecodeError:
            continue
        if leak:
            raise refuse(name, f"shows {leak.respondents:,} respondents of {leak.file} ({leak.how})")


def _described(book: Book, edition: str, date: str) -> ROCrate:
    crate = ROCrate(version="1.1")
    crate.name = book.title
    crate.description = (
        f"Edition {edition}: figures, the data and sources that they rest on, prose, notebooks and software. {_BUILD}"
    )
    crate.datePublished = date
    crate.root_dataset["version"] = edition
    crate.root_dataset["inLanguage"] = book.language
    if book.licences:
        licence = book.licences[0]
        crate.license = crate.add_jsonld(
            {"@id": licence.url or f"#{licence.name}", "@type": "CreativeWork", "name": licence.name}
        )
    if book.doi:
        crate.root_dataset["identifier"] = f"https://doi.org/{book.doi}"
    crate.root_dataset["author"] = _one_or_more(
        [_author(crate, author, f"#author-{number}") for number, author in enumerate(book.authors, 1)]
    )
    return crate


def _author(crate: ROCrate, author: Author, name: str) -> ContextEntity:
    if author.given is None:
        return crate.add_jsonld({"@id": author.url or name, "@type": "Organization", "name": author.name})
    about: dict[str, Any] = {"name": author.full}
    if author.affiliation:
        known = {"@id": f"{name}-affiliation", "@type": "Organization", "name": author.affiliation}
        about["affiliation"] = crate.add_jsonld(known)
    return crate.add(Person(crate, author.orcid or name, about))


def _one_or_more(values: list[Any]) -> Any:
    """A single value by itself, as RO-Crate wants it."""
    return values[0] if len(values) == 1 else values


def _add_files(crate: ROCrate, stage: Path, files: Iterable[str]) -> dict[str, File]:
    """Add every file, and the folders in which they lie with what is in them."""
    added: dict[str, File] = {}
    folders: dict[str, list[str]] = {}
    for name in files:
        about = {"name": name, "encodingFormat": _KINDS.get(Path(name).suffix, _TEXT)}
        added[name] = crate.add_file(stage / name, name, properties=about)
        if inside := [part for part in _PARTS if name.startswith(f"{part}/")]:
            folders.setdefault(max(inside, key=len), []).append(name)
    for folder, names in folders.items():
        what, kind = _PARTS[folder]
        about = {"name": folder, "description": what, "encodingFormat": kind}
        dataset = crate.add_dataset(None, f"{folder}/", properties=about)
        dataset["hasPart"] = _one_or_more([added[name] for name in names])
    return added


def _add_figures(added: dict[str, File], figures: dict[str, Version]) -> None:
    """Tell archives what the drawing of each figure shows."""
    for id_, version in figures.items():
        drawing = added[f"{FOLDER}/{version.edition}/{id_}/{id_}.svg"]
        drawing["name"] = version.figure.title
        drawing["description"] = version.figure.alt
        drawing["version"] = version.figure.version
        drawing["isBasedOn"] = _one_or_more([{"@id": f"#{key}"} for key in version.figure.citekeys])


def _add_sources(crate: ROCrate, study: Study, figures: Iterable[Version]) -> None:
    for key in sorted({key for version in figures for key in version.figure.citekeys}):
        entry = study.sources.entries[key]
        authors = " and ".join(str(person) for person in entry.persons.get("author", []))
        crate.add_jsonld(
            {"@id": f"#{key}", "@type": "CreativeWork", "name": entry.fields.get("title", key), "author": authors}
        )


def main() -> None:
    """Write the crate of the checkout that this runs in."""
    try:
        sys.stderr.write(f"{write_crate(find_root())}\n")
    except Refused as refused:
        sys.stderr.write(f"{refused}\n")
        sys.exit(2)


if __name__ == "__main__":
    main()
