"""Reads the study's text files and remembers on which line everything stands."""

from __future__ import annotations

import csv
import io
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pybtex.database import BibliographyData, parse_string
from pybtex.scanner import PybtexError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from wavebook.study.faults import refuse

Path_ = tuple[str | int, ...]
LineOf = Callable[[Path_], int]


def read_text(path: Path, name: str) -> str:
    """Return a file's text, or refuse it under the name by which the user knows it."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise refuse(name, "the file is not there") from None
    except UnicodeDecodeError as error:
        raise refuse(name, f"not UTF-8 text (byte {error.start} cannot be read)") from None
    except OSError as error:
        raise refuse(name, f"cannot be read: {error.strerror}") from None


def is_there(path: Path) -> bool:
    """Whether there is a file; unlike `is_file` alone, this tells whatever records what a page depends on."""
    sys.audit("wavebook.look", str(path))
    return path.is_file()


def write_whole(path: Path, text: str) -> None:
    """Write a text file whole or not at all; a file that is there keeps its mode."""
    mode = path.stat().st_mode if path.exists() else 0o644
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(text, encoding="utf-8", newline="\n")
        part.chmod(mode)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise refuse(path.name, f"cannot be written: {error.strerror}") from None


def read_yaml(path: Path, name: str) -> tuple[dict[str, Any], LineOf]:
    """Read a mapping, which may be empty, and a function that tells the line of each of its keys.

    Only plain data are built: tags that would make other objects are refused.
    """
    data, line_of = _read_yaml(path, name)
    if not isinstance(data, dict | None):
        raise refuse(name, "expected keys and values")
    return data or {}, line_of  # remarks alone say nothing, as in a book that is begun


def read_yaml_list(path: Path, name: str) -> tuple[list[Any], LineOf]:
    """Read a list, which may be empty, as `read_yaml` reads a mapping."""
    data, line_of = _read_yaml(path, name)
    if not isinstance(data, list | None):
        raise refuse(name, "expected a list: lines that begin with `- `")
    return data or [], line_of


def _read_yaml(path: Path, name: str) -> tuple[Any, LineOf]:
    text = read_text(path, name)
    yaml = YAML(typ="safe", pure=True)
    try:
        data = yaml.load(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        problem = (error.problem or "not YAML").split("\n", 1)[0]
        raise refuse(f"{name}:{line}", f"not YAML: {problem}") from None
    except (YAMLError, ValueError) as error:
        raise refuse(name, f"not YAML: {str(error).splitlines()[0]}") from None
    tree: list[Node | None] = []  # made when the first line is asked for, which is seldom: of good files nobody does

    def line_of(keys: Path_) -> int:
        if not tree:
            tree.append(YAML(typ="safe", pure=True).compose(text))
        return _line(tree[0], keys)

    return data, line_of


def _line(node: Node | None, keys: Path_) -> int:
    """The line of the deepest part of `keys` that exists."""
    if node is None:
        return 1
    line: int = node.start_mark.line + 1
    for key in keys:
        if isinstance(node, MappingNode):
            found = next(((k, v) for k, v in node.value if k.value == str(key)), None)
            if found is None:
                return line
            line, node = found[0].start_mark.line + 1, found[1]
        elif isinstance(node, SequenceNode) and isinstance(key, int) and key < len(node.value):
            node = node.value[key]
            line = node.start_mark.line + 1
        else:
            return line
    return line


def read_csv(path: Path, name: str, columns: list[str]) -> list[tuple[int, dict[str, str]]]:
    """Read rows of text, each with the line on which it starts.

    Parameters
    ----------
    path, name
        The file, and what to call it.
    columns
        The header that is expected, in this order.
    """
    reader = csv.reader(io.StringIO(read_text(path, name), newline=""), strict=True)
    rows: list[tuple[int, dict[str, str]]] = []
    try:
        header = next(reader, [])
        if header != columns:
            raise refuse(f"{name}:1", f"the columns must be {','.join(columns)}; found {','.join(header)}")
        start = reader.line_num + 1
        for row in reader:
            if row and len(row) != len(columns):
                raise refuse(f"{name}:{start}", f"{len(row)} cells where {len(columns)} are expected")
            if row:
                rows.append((start, dict(zip(columns, (cell.strip() for cell in row), strict=True))))
            start = reader.line_num + 1
    except csv.Error as error:
        raise refuse(f"{name}:{reader.line_num}", f"not CSV: {error}") from None
    return rows


def read_bibliography(path: Path, name: str) -> BibliographyData:
    """Read a BibTeX file."""
    try:
        return parse_string(read_text(path, name), "bibtex")
    except PybtexError as error:
        line = getattr(error, "lineno", None)
        raise refuse(f"{name}:{line}" if line else name, f"not BibTeX: {error}") from None
