"""Reads the sentences that Python code makes for readers: in cells of notebooks, in chapters, in the engine."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from wavebook.pages.passages import HOLE, Allowance, Passage, judge, keys, remarks
from wavebook.study import Fault
from wavebook.study.files import read_text

TEXTS = ("alt", "caption", "title")
"""What `publish` takes that readers see, and directives of markdown."""
_SHOWING = ("HTML", "Markdown", "show_list", "show_table")
_CITATION = re.compile(r"\{cite[\w:]*\}`([^`]*)`")
_Literal = ast.JoinedStr | ast.Constant


def cell_sentences(source: str) -> Iterator[Passage | Allowance]:
    """The literals of a cell that readers will see: what `publish` and the showing of tables and lists are given."""
    yield from remarks(source)
    for node in (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call | ast.Assign)):
        shown: list[ast.expr] = []
        match node:
            case ast.Call(func=ast.Name(id="publish") | ast.Attribute(attr="publish"), keywords=keywords):
                shown = [keyword.value for keyword in keywords if keyword.arg in TEXTS]
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in _SHOWING:
                shown = [*node.args, *(keyword.value for keyword in node.keywords)]
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name in TEXTS:
                shown = [value]
        for literal, _ in (found for value in shown for found in _literals(value, node.lineno)):
            yield _passage(literal, source.split("\n"), node.lineno)


def module_sentences(source: str) -> Iterator[Passage | Allowance]:
    """All literals of a module but its docstrings: any of them may be part of a sentence."""
    yield from remarks(source)
    for literal, start in _literals(ast.parse(source), 1):
        yield _passage(literal, source.split("\n"), start)


def module_faults(path: Path, name: str, known: set[str]) -> list[Fault]:
    """Typed numbers about opinion, and citations of nothing, in the sentences of a module.

    Parameters
    ----------
    name
        What to call the file.
    known
        The keys of the bibliography.
    """
    try:
        parts = list(module_sentences(read_text(path, name)))
    except SyntaxError as error:
        return [Fault(f"{name}:{error.lineno}", f"not Python: {error.msg}")]
    return [Fault(f"{name}:{line}", what) for line, what in judge(parts, known)]


def _literals(node: ast.AST, line: int) -> Iterator[tuple[_Literal, int]]:
    """The texts below a node, each with the first line of its statement; f-strings whole, and what they put in."""
    match node:
        case ast.Expr(value=ast.Constant()):
            return  # a docstring
        case ast.JoinedStr(values=values):
            yield node, line
            for part in values:
                if isinstance(part, ast.FormattedValue):
                    yield from _literals(part.value, line)
        case ast.Constant(value=str()):
            yield node, line
        case _:
            for child in ast.iter_child_nodes(node):
                yield from _literals(child, child.lineno if isinstance(child, ast.stmt) else line)


def _passage(node: _Literal, source: list[str], start: int) -> Passage:
    parts: list[ast.expr] = node.values if isinstance(node, ast.JoinedStr) else [node]
    text = "".join(str(part.value) if isinstance(part, ast.Constant) else HOLE for part in parts)
    raw, here, lines = "\n".join(source[node.lineno - 1 : node.end_lineno]), 0, []
    for word in re.findall(r"\s+|\S+", text):
        here = max(raw.find(word.strip(), here), here)
        lines += [node.lineno + raw.count("\n", 0, here)] * len(word)
    cited = {key: node.lineno for found in _CITATION.findall(text) for key in keys(found)}
    return Passage(text, lines, (start, *lines[:1]), cited or None, made=True)
