"""Guards the prose: no number about opinion is typed into it, and whatever it cites is in the bibliography.

A number that may stand says why, on the line before its paragraph, table or literal: in markdown as a comment
(`% allowed: quotation, KEY`, or the same between `<!--` and `-->`), in YAML and Python after `#`. What follows
`allowed:` is `quotation, KEY` (a source's own words, which it has to cite), `method, WHY` or `example, WHY`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.mdit import create_md_parser

from wavebook.pages.spec import SPEC
from wavebook.study import Fault, Refused, refuse
from wavebook.study.files import read_bibliography, read_text, read_yaml

EXTENSIONS = ("colon_fence", "deflist", "dollarmath", "substitution")  # as the Sphinx extension sets them
_HOLE = "\N{OBJECT REPLACEMENT CHARACTER}"  # where something stands that is no prose: a glued number, code, a formula
_ONES = "one|two|three|four|five|six|seven|eight|nine"
_TEENS = "ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_WORD = rf"(?:(?:{_TENS})(?:[\s-](?:{_ONES}))?|{_TEENS}|{_ONES}|(?:an?\s)?hundred|half\sa|zero|nought)"
_FIGURE = r"(?<![\w.,])[+±−–-]?\d+(?:[.,]\d+)*(?:\s?(?:[–−-]|to|and)\s?\d+(?:[.,]\d+)*)?"
_CENT = r"(?:per[\s-]?cent|pct|percentage[\s-]points?)\b"
# “Three points” may be dots of a chart: in words, points count only where something moves by them.
_MOVES = r"(?:by|fell|rose|dropped|gained|lost|up|down|(?:fall|rise|drop|gain|loss|change|lead|gap|rebound)\sof)"
_NUMBER = re.compile(
    rf"{_FIGURE}(?:\s*[%٪]|[\s-]*{_CENT}|[\s-]*points?\b(?!\s+in\s+time))|\b{_WORD}[\s-]+{_CENT}"
    rf"|\b{_MOVES}\s+(?:(?:about|some|almost|nearly|more\sthan|at\sleast)\s+)?{_WORD}\s+points?\b"
    rf"|\b{_WORD}\s+points?\s+(?:more|less|higher|lower|above|below)\b",
    re.IGNORECASE,
)
_CONVENTIONS = re.compile(
    r"(?<![\d.,])(?:95%\s+(?:confidence\s+)?intervals?|95%\s+confidence|80%\s+power|5%\s+level)\b|(?:https?://|www\.)\S+"
)
_CITATION = re.compile(r"\{cite[\w:]*\}`([^`]*)`")
_ROLES_APART = {"cite", "code", "doc", "download", "eq", "footcite", "glue", "literal", "math", "numref", "raw", "ref"}
_DIRECTIVES_APART = {"bibliography", "code", "code-block", "code-cell", "glue", "image", "include", "math", "toctree"}
_OPTION = re.compile(r":([\w-]+):(.*)")
_TAG = re.compile(r"<(script|style)\b.*?</\1>|<!--.*?-->|<[^>]*>", re.DOTALL | re.IGNORECASE)
_ALLOWED = re.compile(r"\s*(?:%|#|<!--)\s*allowed:(.*?)(?:-->)?\s*")
_TEXTS, _SHOWING = ("alt", "caption", "title"), ("HTML", "Markdown", "show_list", "show_table")
_HOW = "put it in from the data ({glue:text}), or say on the line before why it may stand (allowed: quotation, KEY)"
_UNKNOWN = "cites {!r}, which is not in book/references.bib"
_PARSER = create_md_parser(MdParserConfig(enable_extensions=set(EXTENSIONS)), RendererHTML)


class _Passage(NamedTuple):
    """Prose, the line of each of its characters, and the lines at which what holds it begins.

    `cited` has the line of each citation's key, and is None where nothing can be cited.
    """

    text: str
    lines: list[int]
    starts: tuple[int, ...]
    cited: dict[str, int] | None = None


class _Allowance(NamedTuple):
    line: int
    words: str


_Parts = Iterable[_Passage | _Allowance]


def check_prose(root: Path) -> list[Fault]:
    """Find typed numbers about opinion, and citations of nothing, in `book/*.md`, notebooks and titles of pages."""
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
                    faults += [Fault(f"{where}{line}", what) for line, what in _judge(list(parts), known)]
            except Refused as refused:
                faults += refused.faults
    return list(dict.fromkeys(faults))


def _judge(parts: list[_Passage | _Allowance], known: set[str]) -> list[tuple[int, str]]:
    """What is wrong in one text: typed numbers without allowance, unknown keys, allowances that allow nothing."""
    passages = [part for part in parts if isinstance(part, _Passage)]
    allowances = {part.line + 1: part for part in parts if isinstance(part, _Allowance)}
    found, used = list[tuple[int, str]](), set[int]()
    for passage in passages:
        for match in _NUMBER.finditer(_CONVENTIONS.sub(lambda m: _HOLE * len(m[0]), passage.text)):
            allowing = allowances.keys() & set(passage.starts)
            used |= allowing
            if not allowing:
                found.append((passage.lines[match.start()], f"“{' '.join(match[0].split())}” is typed: {_HOW}"))
        found += [(line, _UNKNOWN.format(key)) for key, line in (passage.cited or {}).items() if key not in known]
    for start, allowance in allowances.items():
        beside = [passage.cited for passage in passages if start in passage.starts and passage.cited is not None]
        kind, _, rest = (part.strip() for part in allowance.words.partition(","))
        if kind not in ("quotation", "method", "example") or not rest:
            found.append((allowance.line, "give a reason: allowed: quotation, KEY; method, WHY; or example, WHY"))
        elif start not in used:
            found.append((allowance.line, "allows nothing: no typed number in what begins on the next line"))
        elif kind == "quotation" and rest not in known:
            found.append((allowance.line, _UNKNOWN.format(rest)))
        elif kind == "quotation" and beside and not any(rest in cited for cited in beside):
            found.append((allowance.line, f"allows a quotation of {rest!r}, which is not cited beside it"))
    return sorted(found)


def _book(path: Path, name: str) -> Iterator[tuple[str, _Parts]]:
    yield f"{name}:", _markdown(read_text(path, name))


def _titles(path: Path, name: str) -> Iterator[tuple[str, _Parts]]:
    data, line_of = read_yaml(path, name)
    titles = [_plain(title, line_of(keys)) for keys, title in _named(data, ("caption", "title"))]
    yield f"{name}:", [*_remarks(read_text(path, name)), *titles]


def _named(data: Any, names: tuple[str, ...], *at: str | int) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """The texts that go by some names, wherever they stand."""
    for key, value in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        if key in names and isinstance(value, str):
            yield (*at, key), value
        else:
            yield from _named(value, names, *at, key)


def _notebook(path: Path, name: str) -> Iterator[tuple[str, _Parts]]:
    text = read_text(path, name)
    try:
        cells = nbformat.reads(text, as_version=4).cells
    except Exception as error:  # noqa: BLE001 - nbformat raises many kinds for a file that is no notebook
        raise refuse(name, f"not a notebook: {str(error).splitlines()[0]}") from None
    for number, cell in enumerate(cells, 1):
        where = f"{name}, cell {number}, line "
        try:
            yield where, list((_code if cell.cell_type == "code" else _markdown)(cell.source))
        except SyntaxError as error:
            raise refuse(f"{where}{error.lineno}", f"not Python: {error.msg}") from None


def _plain(text: str, line: int, *starts: int) -> _Passage:
    """A text without markup, whose lines count from where it begins."""
    return _Passage(text, [line + text.count("\n", 0, at) for at in range(len(text))], (*starts, line))


def _remarks(text: str, first: int = 1) -> Iterator[_Allowance]:
    for line, words in enumerate(text.split("\n"), first):
        if match := _ALLOWED.fullmatch(words):
            yield _Allowance(line, match[1].strip())


def _markdown(text: str, first: int = 1, *outer: int) -> Iterator[_Passage | _Allowance]:
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
                yield from _remarks("%" + token.content.replace("\n", "\n%"), at)
            case "front_matter":
                yield from _remarks(token.content, at + 1)
                yield from (_plain(words, line) for line, words in enumerate(token.content.split("\n"), at + 1))
            case "html_block":
                yield from _remarks(token.content, at)
                yield _html(token.content, at, *outer)
            case "fence" | "colon_fence":
                yield from _directive(token, at, *outer, at)


def _html(text: str, at: int, *starts: int) -> _Passage:
    return _plain(_TAG.sub(lambda tag: re.sub(r"[^\n]", " ", tag[0]), text), at, *starts)


def _directive(token: Token, at: int, *starts: int) -> Iterator[_Passage | _Allowance]:
    """The prose in a directive: its argument, those of its options that are texts, its content."""
    match = re.fullmatch(r"\{([\w-]+)[\w:-]*\}\s*(.*)", token.info.strip())
    if not match or match[1] in _DIRECTIVES_APART:
        return
    if match[1] == "raw":
        yield _html(token.content, at + 1, *starts)
        return
    yield _plain(match[2], at, *starts)
    lines, line = token.content.split("\n"), at + 1
    while lines and (option := _OPTION.fullmatch(lines[0])):
        yield _plain(option[2] if option[1] in _TEXTS else "", line, *starts)
        lines, line = lines[1:], line + 1
    yield from _markdown("\n".join(lines), line, *starts)


def _inline(token: Token, first: int, starts: tuple[int, ...]) -> _Passage:
    raw, here, text, apart = token.content, 0, "", False
    lines, cited = list[int](), dict[str, int]()
    for child in token.children or []:
        role = str(child.meta.get("name", "")).split(":")[0]
        silent = not child.content or child.type == "html_inline"
        shown = child.content if child.type in ("text", "image", "myst_role") else "" if silent else _HOLE
        if child.type in ("softbreak", "hardbreak"):
            shown, here = "\n", raw.find("\n", here) + 1
        elif child.type in ("link_open", "link_close"):
            apart = child.nesting == 1 and child.markup == "autolink"
        place = re.compile(r"\s+".join(map(re.escape, child.content.split()))).search(raw, here)
        start, here = place.span() if place else (here, here)
        line = first + raw.count("\n", 0, start)
        if role == "cite":
            cited |= dict.fromkeys(_keys(child.content), line)
        shown = _HOLE if apart or role in _ROLES_APART else shown
        text, lines = text + shown, lines + [line] * len(shown)
    return _Passage(text, lines, starts, cited)


def _keys(content: str) -> list[str]:
    """The keys of a citation, without words before or after them in braces."""
    return [key.strip() for key in re.sub(r"\{[^}]*\}", "", content).split(",") if key.strip() and _HOLE not in key]


def _code(source: str) -> Iterator[_Passage | _Allowance]:
    """The literals of a cell that readers will see: what `publish` and the showing of tables and lists are given."""
    yield from _remarks(source)
    for node in (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call | ast.Assign)):
        shown: list[ast.expr] = []
        match node:
            case ast.Call(func=ast.Name(id="publish") | ast.Attribute(attr="publish"), keywords=keywords):
                shown = [keyword.value for keyword in keywords if keyword.arg in _TEXTS]
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in _SHOWING:
                shown = [*node.args, *(keyword.value for keyword in node.keywords)]
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name in _TEXTS:
                shown = [value]
        for part in (part for value in shown for part in ast.walk(value)):
            if isinstance(part, ast.JoinedStr) or (isinstance(part, ast.Constant) and isinstance(part.value, str)):
                yield _literal(part, source.split("\n"), node.lineno)


def _literal(node: ast.JoinedStr | ast.Constant, source: list[str], start: int) -> _Passage:
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    text = "".join(str(part.value) if isinstance(part, ast.Constant) else _HOLE for part in parts)
    raw, here, lines = "\n".join(source[node.lineno - 1 : node.end_lineno]), 0, []
    for word in re.findall(r"\s+|\S+", text):
        here = max(raw.find(word.strip(), here), here)
        lines += [node.lineno + raw.count("\n", 0, here)] * len(word)
    cited = {key: node.lineno for keys in _CITATION.findall(text) for key in _keys(keys)}
    return _Passage(text, lines, (start, *lines[:1]), cited or None)
