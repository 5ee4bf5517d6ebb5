"""Packs an edition as an RO-Crate: figures, data, sources and software, described for archives."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from rocrate.model.person import Person
from rocrate.rocrate import ROCrate

from wavebook.figures.credit import read_book
from wavebook.figures.drawing import draw
from wavebook.figures.editions import current, editions
from wavebook.study import Refused, Study, find_root, refuse
from wavebook.study.closure import ENGINE

OUT = "_build/crate"
_STAGE = "_build/crate-parts"
_ENGINE = "src/wavebook"
_PARTS = (
    ("data/published", "Shares as printed, each with its source and how sure it is", "text/csv"),
    ("data/waves", "One file a survey wave: fieldwork, mode, respondents, codebook", "application/yaml"),
    ("data/estimates", "Estimates from respondent files, without the files", "application/json"),
    ("data/editions", "Released versions of every figure", "application/json"),
    ("notebooks", "Parameterised notebooks, without outputs", "application/x-ipynb+json"),
    ("chapters", "The book's own arguments, as modules that its notebooks import", "text/x-python"),
    (_ENGINE, "The software that estimates, draws and builds", "text/x-python"),
)
_FILES = (
    "data/*.yml",
    "book/references.bib",
    "CITATION.cff",
    "LICENSE",
    "README.md",
    "requirements.lock",
)


def write_crate(root: Path) -> Path:
    """Write the last edition as an RO-Crate 1.1; return its folder.

    Raises
    ------
    Refused
        If nothing has been released, or a figure has changed since.
    """
    known = editions(root)
    if not known:
        raise refuse("data/editions", "nothing has been released; run `wavebook release EDITION` first")
    figures = current(root)
    if drafts := [id_ for id_, version in figures.items() if version.edition is None]:
        raise refuse(drafts[0], f"has changed since edition {known[-1]}; release first")
    study, book = Study.open(root), read_book(root)
    study.check()
    crate = ROCrate(version="1.1")
    crate.name = book.title
    if book.licences:
        crate.license = book.licences[0].url or book.licences[0].name
    crate.root_dataset["inLanguage"] = book.language
    crate.description = f"Edition {known[-1]}: figures, the data and sources that they rest on, and the software."
    date = max(version.date for version in figures.values() if version.date)
    crate.datePublished = date
    for number, author in enumerate(book.authors, 1):
        crate.root_dataset.append_to("author", crate.add(Person(crate, f"#author-{number}", {"name": author.full})))
    stage = root / _STAGE
    shutil.rmtree(stage, ignore_errors=True)
    for name, what, kind in _PARTS:
        place = ENGINE if name == _ENGINE else root / name
        if place.is_dir():
            shutil.copytree(place, stage / name, ignore=shutil.ignore_patterns("__pycache__", ".*"))
            crate.add_tree(stage / name, name, properties={"name": name, "description": what, "encodingFormat": kind})
    for path in sorted({path for name in _FILES for path in root.glob(name)}):
        name = path.relative_to(root).as_posix()
        crate.add_file(path, name, properties={"name": name})
    drawings = stage / "drawings"
    drawings.mkdir(parents=True)
    for id_, version in figures.items():
        path = drawings / f"{id_}.svg"
        path.write_bytes(draw(version.figure.spec, "svg"))
        houses = [{"@id": f"#{key}"} for key in version.figure.citekeys]
        about = {
            "name": version.figure.title,
            "description": version.figure.alt,
            "version": version.figure.version,
            "encodingFormat": "image/svg+xml",
            "isBasedOn": houses,
        }
        crate.add_file(path, f"figures/{id_}.svg", properties=about)
    for key in sorted({key for version in figures.values() for key in version.figure.citekeys}):
        entry = study.sources.entries[key]
        authors = " and ".join(str(person) for person in entry.persons.get("author", []))
        crate.add_jsonld(
            {"@id": f"#{key}", "@type": "CreativeWork", "name": entry.fields.get("title", key), "author": authors}
        )
    out = root / OUT / known[-1]
    shutil.rmtree(out, ignore_errors=True)
    crate.write(out)
    shutil.rmtree(stage)
    return out


def main() -> None:
    """Write the crate of the checkout that this runs in."""
    try:
        sys.stderr.write(f"{write_crate(find_root())}\n")
    except Refused as refused:
        sys.stderr.write(f"{refused}\n")
        sys.exit(2)


if __name__ == "__main__":
    main()
