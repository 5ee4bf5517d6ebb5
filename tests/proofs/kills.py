"""Kills builds of a small book at random moments and looks at what is left: `make proofs`, or kills.py [KILLS] [SEED].

Each build goes from one state of the book to another and is ended by SIGKILL, which nothing can catch. Then the site is
the last good one or that of the new state, each whole; pages that count as made are those of a clean build; kernels are
gone; and the next build, of the same state or another one, gives the same as a clean one.
"""

from __future__ import annotations

import contextlib
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import nbformat
import small
from nbformat.v4 import new_code_cell

_PATIENCE = 300.0
"""Seconds within which the kernels of a killed build have to be gone."""


def states(root: Path) -> list[small.State]:
    """States of a book between which the builds go; all can be built."""
    first = small.state_of(root)
    found = [first]

    def note() -> None:
        found.append(small.state_of(root))
        small.put(root, first)

    def append(name: str, text: str) -> None:
        small.write(root, name, (root / name).read_text("utf-8") + text)

    append("requirements.lock", "# all pages are stale\n")
    note()
    append("data/waves/brook-sm-2021.yml", "weights: none\n")
    append("book/references.bib", "\n@book{new, title={T}, author={Ng, Mai}, publisher={P}, year=2020}\n")
    note()
    known = small.read_pages(root)
    known.pop("li-2022", None)
    known.pop("plain")
    known["sm-2022"] = {"notebook": "wave", "title": "New", "parameters": {"wave": "brook-sm-2022"}}
    small.write_pages(root, known, ["references", "prose"])
    note()
    for name in ("wave", "lists", "own"):
        notebook = nbformat.read(root / f"notebooks/{name}.ipynb", as_version=4)
        notebook.cells.append(new_code_cell("'one more'", id="more"))
        nbformat.write(notebook, root / f"notebooks/{name}.ipynb")
    append("notebooks/own.csv", "6\n")
    append("book/prose.md", "\nOne more word.\n")
    note()
    name = "src/wavebook/figures/words.py"
    small.write(root, name, (root / name).read_text("utf-8").replace("} and {", "} & {"))
    append("src/wavebook/site/figures.py", "# draw all anew\n")
    note()
    return found


def kernels(name: str) -> list[int]:
    """Processes of kernels and of their parent that builds of this name have left."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (
                f"WAVEBOOK_PROOF={name}\0".encode() in (process / "environ").read_bytes()
                and b"wavebook.pages." in (process / "cmdline").read_bytes()
            ):
                found.append(int(process.name))
    return found


def after_kill(root: Path, name: str, sites: list[dict[str, bytes]], clean: small.Built) -> list[str]:
    """What is wrong after a build was killed on its way from the first of two sites to the second."""
    faults = []
    site = small.files(root / "_build/html")
    if site not in sites:
        faults.append(f"the site is neither the last nor the new one: {small.unlike(site, sites[0])}")
    until = time.monotonic() + _PATIENCE
    while (left := kernels(name)) and time.monotonic() < until:
        time.sleep(0.1)
    if left:
        faults.append(f"kernels are left: {left}")
    out, said = small.start(root, "status", "--json").communicate()
    if not out:
        return [*faults, f"no status: {said}"]
    for page in json.loads(out)["pages"]:
        made = f"book/pages/{page['page']}.ipynb"
        if not page["stale"] and small.files(root / "book/pages")[f"{page['page']}.ipynb"] != clean.made[made]:
            faults.append(f"{made} counts as made and is not as a clean build makes it")
    return faults


def prove(place: Path, kills: int, seed: int, pages: Sequence[str] = small.PAGES, only: int | None = None) -> list[str]:
    """Kill builds; return what was wrong, with the round. `only` so many states are gone through."""
    chance = random.Random(seed)
    root, name = small.make_book(place / "my book", pages), f"{place.name}-{seed}"
    known = states(root)[:only]
    clean = []
    for number, state in enumerate(known):
        other = place / "another place" / f"book {number}"
        small.put(other, state)
        clean.append(small.build(other))
        if clean[-1].code:
            raise SystemExit(f"state {number} cannot be built: {clean[-1].said}")
    whole = [small.files(place / "another place" / f"book {number}/_build/html") for number in range(len(known))]
    faults: list[str] = []
    if small.unlike(small.build(root).made, clean[0].made):
        faults.append("the first build is not like a clean one")
    at, length = 0, clean[0].seconds
    for number in range(1, kills + 1):
        to = chance.choice([other for other in range(len(known)) if other != at])
        small.put(root, known[to], old_times=chance.random() < 0.5)
        begun = time.monotonic()
        process = small.start(root, "build", WAVEBOOK_PROOF=name)
        moment = chance.uniform(0, length)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(moment)
            length = (length + time.monotonic() - begun) / 2  # it ended before: builds take less time
        ended = process.poll() is not None
        process.send_signal(signal.SIGKILL)
        process.wait()
        for stream in (process.stdout, process.stderr):
            if stream:
                stream.close()
        found = after_kill(root, name, [whole[at], whole[to]], clean[to])
        now = chance.choice([to, to, at, chance.randrange(len(known))])
        small.put(root, known[now], old_times=chance.random() < 0.5)
        built = small.build(root)
        if built.code:
            found.append(f"the next build failed: {built.said}")
        found += small.unlike(built.made, clean[now].made)
        how = "ended before" if ended else "killed"
        print(f"kill {number}: from {at} to {to}, {how} at {moment:.2f} s, then {now}", flush=True)
        if found:
            faults.append(f"kill {number} at {moment:.2f} s, from {at} to {to}, then {now}: {found}")
            print(f"    WRONG: {found}", flush=True)
        at = now
    return faults


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    how_many, seed = [*given, *(50, 1)[len(given) :]]
    with tempfile.TemporaryDirectory() as folder:
        all_wrong = prove(Path(folder), how_many, seed)
    print(f"{how_many} kills from seed {seed}: {len(all_wrong)} wrong")
    sys.exit(bool(all_wrong))
