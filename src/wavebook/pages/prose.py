"""Guards the prose: no number about opinion is typed into it, and whatever it cites is in the bibliography.

It reads `book/*.md`, notebooks, the titles of pages, and the sentences of a book's chapters. What may stand says why:
see `wavebook.pages.passages`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.mdit import create_md_parser

from wavebook.pages.passages import HOLE, Allowance, Parts, Passage, judge, keys, plain, remarks
from wavebook.pages.sentences import TEXTS, cell_sentences, module_faults
from wavebook.pages.spec import SPEC
from wavebook.study import Fault, Refused, refuse
from wavebook.study.files import read_bibliography, read_text, read_yaml

EXTENSIONS = ("colon_fence", "deflist", "dollarmath", "substitution")  # as the Sphinx extension sets them
_ROLES_APART = {"cite", "code", "doc", "download", "eq", "footcite", "glue", "literal", "math", "numref", "raw", "ref"}
_DIRECTIVES_APART = {"bibliography", "code", "code-block", "code-cell", "glue", "image", "include", "math", "toctree"}
_OPTION = re.compile(r":([\w-]+):(.*)")
_TAG = re.compile(r"<(script|style)\b.*?</\1>|<!--.*?-->|<[^>]*>", re.DOTALL | re.IGNORECASE)
_PARSER = create_md_parser(MdParserConfig(enable_extensions=set(EXTENSIONS)), RendererHTML)


def check_prose(root: Path) -> list[Fault]:
    """Find typed numbers about opinion, and citations of nothing, in the prose of a book."""
    bibliography = "book/references.bib"
    try:
        known = set(read_bibliography(root / bibliography, bibliography).entries)
    except Refused as refused:
        return refused.faults
    faults: list[Fault] = []
    for pattern, read in (("book/*.md", _book), ("notebooks/*.ipynb", _notebook), (SPEC, _titles)):
        for path in sorted(root.glob(pattern)):
            try:
                for where, parts in read(path, path.relative_to(root).as_posix()):
                    faults += [Fault(f"{where}{line}", what) for line, what in judge(parts, known)]
            except Refused as refused:
                faults += refused.faults
    for path in sorted(root.glob("chapters/**/*.py")):
        faults += module_faults(path, path.relative_to(root).as_posix(), known)
    return list(dict.fromkeys(faults))


def _book(path: Path, name: str) -> Iterator[tuple[str, Parts]]:
    yield f"{name}:", _markdown(read_text(path, name))


def _titles(path: Path, name: str) -> Iterator[tuple[str, Parts]]:
    data, line_of = read_yaml(path, name)
    titles = [plain(title, line_of(keys)) for keys, title in _named(data, ("caption", "title"))]
    yield f"{name}:", [*remarks(read_text(path, name)), *titles]


def _named(data: Any, names: tuple[str, ...], *at: str | int) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """The texts that go by some names, wherever they stand."""
    for key, value in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        if key in names and isinstance(value, str):
            yield (*at, key), value
        else:
            yield from _named(value, names, *at, key)


def _notebook(path: Path, name: str) -> Iterator[tuple[str, Parts]]:
    text = read_text(path, name)
    try:
        cells = nbformat.reads(text, as_version=4).cells
    except Exception as error:  # noqa: BLE001 - nbformat raises many kinds for a file that is no notebook
        raise refuse(name, f"not a notebook: {str(error).splitlines()[0]}") from None
    for number, cell in enumerate(cells, 1):
        where = f"{name}, cell {number}, line "
        try:
            yield where, list((cell_sentences if cell.cell_type == "code" else _markdown)(cell.source))
        except SyntaxError as error:
            raise refuse(f"{where}{error.lineno}", f"not Python: {error.msg}") from None


def _markdown(text: str, first: int = 1, *outer: int) -> Iterator[Passage | Allowance]:
    """The passages of MyST markdown that begins on line `first`, inside what begins on the lines `outer`."""
    table: list[int] = []
    for token in _PARSER.parse(text):
        at = first + (token.map[0] if token.map else 0)
        match token.type:
            case "table_open" | "table_close":
                table = [at] if token.nesting == 1 else []
            case "inline":
                yield _inline(token, at, (*outer, *(table or [at])))
            case "myst_line_comment":
                yield from remarks("%" + token.content.replace("\n", "\n%"), at)
            case "front_matter":
                yield from remarks(token.content, at + 1)
                yield from (plain(words, line) for line, words in enumerate(token.content.split("\n"), at + 1))
            case "html_block":
                yield from remarks(token.content, at)
                yield _html(token.content, at, *outer)
            case "fence" | "colon_fence":
                yield from _directive(token, at, *outer, at)


def _html(text: str, at: int, *starts: int) -> Passage:
    return plain(_TAG.sub(lambda tag: re.sub(r"[^\n]", " ", tag[0]), text), at, *starts)


def _directive(token: Token, at: int, *starts: int) -> Iterator[Passage | Allowance]:
    """The prose in a directive: its argument, those of its options that are texts, its content."""
    match = re.fullmatch(r"\{([\w-]+)[\w:-]*\}\s*(.*)", token.info.strip())
    if not match or match[1] in _DIRECTIVES_APART:
        return
    if match[1] == "raw":
        yield _html(token.content, at + 1, *starts)
        return
    yield plain(match[2], at, *starts)
    lines, line = token.content.split("\n"), at + 1
    while lines and (option := _OPTION.fullmatch(lines[0])):
        yield plain(option[2] if option[1] in TEXTS else "", line, *starts)
        lines, line = lines[1:], line + 1
    yield from _markdown("\n".join(lines), line, *starts)


def _inline(token: Token, first: int, starts: tuple[int, ...]) -> Passage:
    raw, here, text, apart = token.content, 0, "", False
    lines, cited = list[int](), dict[str, int]()
    for child in token.children or []:
        role = str(child.meta.get("name", "")).split(":")[0]
        silent = not child.content or child.type == "html_inline"
        shown = child.content if child.type in ("text", "image", "myst_role") else "" if silent else HOLE
        if child.type in ("softbreak", "hardbreak"):
            shown, here = "\n", raw.find("\n", here) + 1
        elif child.type in ("link_open", "link_close"):
            apart = child.nesting == 1 and child.markup == "autolink"
        place = re.compile(r"\s+".join(map(re.escape, child.content.split()))).search(raw, here)
        start, here = place.span() if place else (here, here)
        line = first + raw.count("\n", 0, start)
        if role == "cite":
            cited |= dict.fromkeys(keys(child.content), line)
        shown = HOLE if apart or role in _ROLES_APART else shown
        text, lines = text + shown, lines + [line] * len(shown)
    return Passage(text, lines, starts, cited)
