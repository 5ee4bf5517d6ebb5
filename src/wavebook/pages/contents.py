"""Makes `_toc.yml`, which Jupyter Book reads, from the book; and finds prose that is in no part of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from wavebook.pages.book import Book, Chapter
from wavebook.study.files import write_whole

CONTENTS = "_toc.yml"
ROOT = "index"
_HEAD = "# Made by `wavebook build` from notebooks/pages.yml and the study: change those, not this.\n"


def contents_of(book: Book) -> str:
    """The text of `_toc.yml`."""
    lines = ["format: jb-book", f"root: {ROOT}"]
    if [part.caption for part in book.parts] == [None]:
        lines += ["chapters:", *_chapters(book.parts[0].chapters, "  ")]
    elif book.parts:
        lines.append("parts:")
        for part in book.parts:
            # A caption is told as JSON tells it, which is YAML too, whatever is in it.
            first = [f"caption: {json.dumps(part.caption, ensure_ascii=False)}"] if part.caption is not None else []
            first += ["chapters:"]
            lines += [f"  {'- ' if number == 0 else '  '}{line}" for number, line in enumerate(first)]
            lines += _chapters(part.chapters, "      ")
    return _HEAD + "\n".join(lines) + "\n"


def _chapters(chapters: Iterable[Chapter], indent: str) -> Iterator[str]:
    for chapter in chapters:
        yield f"{indent}- file: {chapter.file}"
        if chapter.below:
            yield f"{indent}  sections:"
            yield from _chapters(chapter.below, f"{indent}    ")


def renew_contents(root: Path, book: Book) -> bool:
    """Write `_toc.yml` if it says something else than the book; tell whether it was so."""
    path, text = root / CONTENTS, contents_of(book)
    if path.is_file() and path.read_bytes() == text.encode():
        return False
    write_whole(path, text)
    return True


def unnamed_prose(root: Path, book: Book) -> list[str]:
    """Files of prose in `book/` that no part of the book names; what other prose includes may end in .txt."""
    named = {f"book/{file}.md" for part in book.parts for file in _files(part.chapters)} | {f"book/{ROOT}.md"}
    found = [path.relative_to(root).as_posix() for path in sorted((root / "book").rglob("*.md"))]
    return [name for name in found if name not in named and not name.startswith("book/pages/")]


def _files(chapters: Iterable[Chapter]) -> Iterator[str]:
    for chapter in chapters:
        yield chapter.file
        yield from _files(chapter.below)
