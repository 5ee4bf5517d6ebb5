"""Finds where a page asks for the time or for chance: its result then changes though its key does not.

Neither leaves an event that an audit hook could hear, so the code is read: that of the notebook, and that of modules of
the checkout which it imports, the engine's own apart.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from wavebook.pages.trace import ABSENT
from wavebook.study.closure import PREFIX

if TYPE_CHECKING:
    from wavebook.pages.execute import Reads
    from wavebook.pages.page import Page

_CLOCK = {
    "datetime.date.today", "datetime.datetime.now", "datetime.datetime.today", "datetime.datetime.utcnow",
    "pandas.Timestamp.now", "pandas.Timestamp.today", "pandas.Timestamp.utcnow", "time.asctime", "time.ctime",
    "time.gmtime", "time.localtime", "time.monotonic", "time.perf_counter", "time.strftime", "time.time", "time.time_ns",
}  # fmt: skip
_WITH_ARGUMENT = {"time.asctime": 1, "time.ctime": 1, "time.gmtime": 1, "time.localtime": 1, "time.strftime": 2}
"""Functions that tell the time only when they are not given one: from how many arguments on they do not."""
_NOW = {"pandas.Timestamp", "pandas.to_datetime", "numpy.datetime64"}
_PARSING = Lock()
"""Pages are made in threads, and Python 3.11 counts the depth of trees for all threads together: it takes offence."""
_CHANCE = {"os.urandom", "random.SystemRandom", "uuid.uuid1", "uuid.uuid4"}


def clocks(root: Path, page: Page, reads: Reads) -> list[str]:
    """Say where a page's code asks for the time, or for numbers that no seed fixes."""
    found = []
    imports: dict[str, str] = {}  # a name stays known from cell to cell
    for number, cell in enumerate(page.source.cells, 1):
        if cell.cell_type == "code":
            found += [f"{what} (cell {number})" for what in _in_code(cell.source, imports)]
    for name, read in reads.files.items():
        if name.endswith(".py") and read != ABSENT and not name.startswith(PREFIX):
            found += [f"{what} ({name})" for what in _in_code((root / name).read_text(encoding="utf-8"), {})]
    return list(dict.fromkeys(found))


def _in_code(source: str, imports: dict[str, str]) -> Iterator[str]:
    lines = (f"#{line}" if line.lstrip().startswith(("%", "!")) else line for line in source.splitlines())
    try:
        with _PARSING:
            tree = ast.parse("\n".join(lines))
    except SyntaxError:  # of IPython, or of a cell that failed and said so
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imports.update({alias.asname or alias.name: alias.name for alias in node.names})
        elif isinstance(node, ast.ImportFrom):
            imports.update({alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names})
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = _name(node.func, imports)
            if (name in _CLOCK and len(node.args) < _WITH_ARGUMENT.get(name, 99)) or (
                name in _NOW and any(isinstance(a, ast.Constant) and a.value in ("now", "today") for a in node.args)
            ):
                yield f"asks for the time with {name}"
            elif name in _CHANCE or name.startswith("secrets."):
                yield f"draws random numbers without a seed ({name})"


def _name(node: ast.expr, imports: dict[str, str]) -> str:
    """The full name of what is called, as far as imports tell it."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join([imports.get(node.id, node.id), *reversed(parts)])
