"""A small book of many kinds of pages, states of it, and builds of it: what both proofs share."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

CHECKOUT = Path(__file__).parents[2]
BOOK = CHECKOUT / "tests/fixtures/book"
SPEC = "notebooks/pages.yml"
MADE = ("book/pages", "_build/html")
_PAGES = {
    "sm-2021": ("wave", {"wave": "brook-sm-2021"}),
    "li-2022": ("wave", {"wave": "brook-li-2022"}),
    "sm-trend": (
        "trend",
        {"series": "brook", "country": "SM", "item": "council", "figure": "sm-council-trend"},
    ),
    "lists": ("lists", {}),
    "ferry": (
        "trend",
        {
            "series": "hill",
            "country": "LI",
            "item": "opinion-ferry",
            "responses": ["favourable"],
            "figure": "li-ferry-trend",
        },
    ),
    "people": ("respondents", {"wave": "hill-li-2019-1", "item": "opinion-ferry", "response": "favourable"}),
    "crier": ("crier", {"wave": "hill-li-2019-1"}),
    "own": ("own", {"rows": 2}),
    "plain": ("plain", {}),
}
PAGES = tuple(_PAGES)
SHOWN = ("sm-2021", "sm-trend", "ferry", "own")
"""The pages that prose refers to."""

_OWN = """\
from pathlib import Path

import pandas as pd
from IPython.display import Markdown
from myst_nb import glue

from notebooks import beside

table = pd.read_csv("notebooks/own.csv").head(rows)
glue("total", str(table["value"].sum()), display=False)
words = [path.name for path in sorted(Path("notebooks/own").iterdir())]
Markdown(f"{beside.WORD}: {', '.join(words)}. {Path('notes.txt').read_text()}")
"""
_PLAIN = "import pandas as pd\n\npd.DataFrame({'a': [1, 2], 'b': [3, 4]}).sum().to_dict()"
_INDEX = """\
# Small

See {numref}`sm-council-trend` and {glue:text}`pages/own.ipynb::total:s` {cite:p}`gazette2023`.

```{include} pages/figures/li-ferry-trend.md
```

```{include} parts/part.txt
```
"""
_PROSE = "# Prose\n\n{cite:t}`gazette2023` and {numref}`brook-sm-2021-answers`.\n\n```{include} ../OUTSIDE.md\n```\n"

State = dict[str, tuple[bytes, int]]
"""The files of a book that are not made, each with the time of its last change."""


def make_book(root: Path, pages: Sequence[str] = PAGES) -> Path:
    """Write a book of some of the pages, all by default, with two notebooks of its own and three pages of prose."""
    made = shutil.ignore_patterns("__pycache__")
    shutil.copytree(BOOK, root, ignore=shutil.ignore_patterns("__pycache__", "_build", "*.md"))
    shutil.copytree(CHECKOUT / "src", root / "src", ignore=made)
    shutil.copy(CHECKOUT / "requirements.lock", root)
    known = {
        id_: {"notebook": notebook, "title": f"Page {id_}", "parameters": given}
        for id_, (notebook, given) in _PAGES.items()
        if id_ in pages
    }
    write_pages(root, known, ["prose", "references"])
    write(root, "book/index.md", _INDEX if "ferry" in pages else "# Tiny\n\nWords.\n")
    write(root, "book/prose.md", _PROSE if "sm-2021" in pages else "# Prose\n\n{cite:t}`gazette2023`.\n")
    write(root, "book/references.md", "# Sources\n\n```{bibliography}\n```\n")
    write(root, "book/parts/part.txt", "A part.\n")
    write(root, "OUTSIDE.md", "From outside.\n")
    write(root, "notes.txt", "A note.")
    write(root, "notebooks/own.csv", "value\n3\n4\n5\n")
    write(root, "notebooks/own/one.txt", "")
    write(root, "notebooks/beside.py", 'WORD = "Beside"\n')
    for name, declared, code in (("own", "rows: int", _OWN), ("plain", "# none", _PLAIN)):
        cells = [
            new_code_cell(declared, metadata={"tags": ["parameters", "remove-cell"]}, id="parameters"),
            new_markdown_cell("Words.", id="words"),
            new_code_cell(code, id="code"),
        ]
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        write(root, f"notebooks/{name}.ipynb", nbformat.writes(new_notebook(cells=cells, metadata=kernel)))
    return root


def read_pages(root: Path) -> dict[str, dict[str, Any]]:
    """The pages of a book, each under its name."""
    lines = json.loads((root / SPEC).read_text(encoding="utf-8"))["pages"]
    return {name: entry for line in lines if isinstance(line, dict) for name, entry in line.items()}


def write_pages(root: Path, pages: dict[str, dict[str, Any]], prose: list[str]) -> None:
    """Write which pages and which prose a book has, as JSON, which is YAML too."""
    write(root, SPEC, json.dumps({"pages": [*({name: entry} for name, entry in pages.items()), *prose]}, indent=1))


def write(root: Path, name: str, text: str) -> None:
    """Write a file of a book."""
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(text, encoding="utf-8")


def state_of(root: Path) -> State:
    """All files that are not made."""
    found: State = {}
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.is_file() and not name.startswith(("book/pages/", "_build/", "_toc.yml")) and "__pycache__" not in name:
            found[name] = path.read_bytes(), path.stat().st_mtime_ns
    return found


def put(root: Path, state: State, *, old_times: bool = True) -> None:
    """Make a book what it was in a state, touching nothing that is as it was."""
    now = state_of(root) if root.exists() else {}
    for name in now.keys() - state.keys():
        (root / name).unlink()
    for name, (content, when) in state.items():
        if name not in now or now[name][0] != content:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_bytes(content)
            if old_times:
                os.utime(root / name, ns=(when, when))


def mark(state: State) -> str:
    """A fingerprint of a state; times do not count."""
    told = [(name, hashlib.sha256(content).hexdigest()) for name, (content, _) in sorted(state.items())]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def files(folder: Path) -> dict[str, bytes]:
    """Every file under a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def made(root: Path) -> dict[str, bytes]:
    """All that builds give to readers."""
    return {f"{folder}/{name}": content for folder in MADE for name, content in files(root / folder).items()}


def unlike(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    """Names of files that are not the same in both."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


@dataclass(frozen=True)
class Built:
    """What became of a build."""

    code: int
    executed: tuple[str, ...]
    failed: tuple[str, ...]
    said: str
    made: dict[str, bytes]
    seconds: float


def start(root: Path, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    """Run a command of the book's own engine."""
    return subprocess.Popen(
        [sys.executable, "-m", "wavebook", *arguments],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root / "src"), **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def end(root: Path, process: subprocess.Popen[str], begun: float) -> Built:
    """Wait for a build."""
    out, said = process.communicate()
    told = json.loads(out) if out else {"executed": [], "failed": []}
    failed = tuple(sorted(failure["page"] for failure in told["failed"]))
    seconds = time.monotonic() - begun
    return Built(process.returncode, tuple(told["executed"]), failed, said.replace(str(root), ""), made(root), seconds)


def build(root: Path) -> Built:
    """Build a book."""
    begun = time.monotonic()
    return end(root, start(root, "build", "--json"), begun)
