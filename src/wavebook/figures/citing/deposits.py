"""What archives read of the book: `.zenodo.json` for Zenodo, `codemeta.json` for catalogues of software.

Both say again what stands in `CITATION.cff`, and are written from it. Zenodo would read that file as well, but not the
language, nor where the book is read; once there is a `.zenodo.json` it reads nothing else.
"""

from __future__ import annotations

import html
import json
import sys
from collections.abc import Callable
from importlib.metadata import metadata
from pathlib import Path
from typing import Any

from babel.core import get_global

from wavebook.figures.citing.credit import CREDIT, Author, Book, read_book
from wavebook.study import Fault, Refused, find_root
from wavebook.study.files import write_whole

CODEMETA = "https://w3id.org/codemeta/3.0"
_SPDX = "https://spdx.org/licenses"
_PROGRAM = "wavebook"


def zenodo(book: Book) -> dict[str, Any]:
    """What https://developers.zenodo.org/#representation lists of a deposition, as far as it is known."""
    said = {
        "title": book.title,
        "upload_type": book.kind,
        "description": f"<p>{html.escape(book.abstract or book.title)}</p>",
        "creators": [_creator(author) for author in book.authors],
        "access_right": "open",
        "license": next((licence.identifier.lower() for licence in book.licences), None),
        "keywords": list(book.keywords),
        "language": _three_letters(book.language),
        "version": book.version,
        "publication_date": book.released.isoformat() if book.released else None,
        "related_identifiers": [
            {"identifier": address, "relation": relation, "scheme": "url"}
            for address, relation in ((book.address(), "isSourceOf"), (book.repository, "isDerivedFrom"))
            if address
        ],
    }
    return {name: value for name, value in said.items() if value}


def _creator(author: Author) -> dict[str, str]:
    orcid = (author.orcid or "").rpartition("/")[2]
    said = {"name": author.sorted, "affiliation": author.affiliation, "orcid": orcid}
    return {name: value for name, value in said.items() if value}


def _three_letters(language: str) -> str | None:
    """The code of three letters that Zenodo asks for; none of a language that has several."""
    short = language.partition("-")[0].lower()
    found = [code for code, means in get_global("language_aliases").items() if means == short and len(code) == 3]
    return found[0] if len(found) == 1 else None


def codemeta(book: Book) -> dict[str, Any]:
    """The book as source code that is run, and the program that runs it: two licences, each with its own."""
    program = metadata(_PROGRAM)
    said = {
        "@context": CODEMETA,
        "@type": "SoftwareSourceCode",
        "@id": f"https://doi.org/{book.doi}" if book.doi else book.repository or book.address(),
        "identifier": f"https://doi.org/{book.doi}" if book.doi else None,
        "name": book.title,
        "description": book.abstract,
        "author": [_person(author) for author in book.authors],
        "license": [_licence(licence.identifier) or licence.url for licence in book.licences],
        "version": book.version,
        "datePublished": book.released.isoformat() if book.released else None,
        "keywords": list(book.keywords),
        "codeRepository": book.repository,
        "url": book.address(),
        "programmingLanguage": "Python",
        "runtimePlatform": f"Python {program['Requires-Python']}",
        "softwareRequirements": [
            {
                "@type": "SoftwareApplication",
                "name": _PROGRAM,
                "softwareVersion": program["Version"],
                "license": _licence(program["License-Expression"] or ""),
            }
        ],
    }
    return {name: value for name, value in said.items() if value}


def _person(author: Author) -> dict[str, Any]:
    if author.given is None:
        said: dict[str, Any] = {"@type": "Organization", "name": author.name, "url": author.url}
    else:
        affiliation = {"@type": "Organization", "name": author.affiliation} if author.affiliation else None
        said = {
            "@type": "Person",
            "@id": author.orcid,
            "givenName": author.given,
            "familyName": author.name,
            "affiliation": affiliation,
            "url": author.url,
        }
    return {name: value for name, value in said.items() if value}


def _licence(identifier: str) -> str | None:
    return f"{_SPDX}/{identifier}" if identifier else None


FILES: dict[str, Callable[[Book], dict[str, Any]]] = {".zenodo.json": zenodo, "codemeta.json": codemeta}


def write_deposits(root: Path, book: Book) -> None:
    """Write what archives read of a book."""
    for name, make in FILES.items():
        write_whole(root / name, _text(make(book)))


def check_deposits(root: Path) -> list[Fault]:
    """Which of the files do not say what `CITATION.cff` says."""
    book = read_book(root)
    wrong = (name for name, make in FILES.items() if _there(root / name) != _text(make(book)))
    return [Fault(name, f"does not say what {CREDIT} says; run `make credit`") for name in wrong]


def _there(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


def _text(said: dict[str, Any]) -> str:
    return json.dumps(said, ensure_ascii=False, indent=2) + "\n"


def main(arguments: list[str]) -> int:
    """Write the files of the checkout that this runs in; with `--check`, only tell what is wrong."""
    root = find_root()
    if "--check" not in arguments:
        write_deposits(root, read_book(root))
        return 0
    faults = check_deposits(root)
    sys.stderr.writelines(f"{fault}\n" for fault in faults)
    return 1 if faults else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Refused as refused:
        sys.stderr.write(f"{refused}\n")
        sys.exit(2)
