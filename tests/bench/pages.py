"""Times builds of the book beside plain papermill and beside Jupyter Book's own execution. Run by `make bench-pages`.

Two books are built, each in copies of its own: a study of 40 pages whose data are made up here, and the book itself,
without respondent files. What others might do at the same time slows all ways alike: look at the ratios.
"""

from __future__ import annotations

import csv
import importlib.util
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from helpers import ROOT, copy_checkout

SERIES, WAVES, PAGES = 6, 4, 40
MADE_UP = "made up to time builds; nobody was ever asked"
OPINIONS = ("opinion-russia", "opinion-china", "opinion-usa")
BLAME = {"war-responsibility": ("Russia", "Ukraine", "both"), "economy-blame": ("blames the invasion",)}
COLUMNS = ("wave", "item", "response", "by", "group", "percent", "n", "source", "locator", "certainty", "note")
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
BOOK = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()", "build", "book"]


class Ours(NamedTuple):
    """A build of ours: its seconds, and how many pages it executed."""

    seconds: float
    executed: int


class Found(NamedTuple):
    """What was measured of one book. Theirs are of a cold build: they do the same when little or nothing changed."""

    alone: dict[str, Ours]
    whole: dict[str, Ours]
    loop: float
    loop_whole: float
    jupyter_book: float


# The study that is made up


def make_study(place: Path) -> Path:
    """A checkout with the book's own notebooks and made-up data: about half waves, about half trends, a few others."""
    root = copy_checkout(place)
    for folder in ("data/waves", "data/published", "data/estimates", "book/_static"):
        shutil.rmtree(root / folder)
        (root / folder).mkdir()
    for prose in (root / "book").glob("*.md"):
        prose.unlink()
    _make_data(root)
    pages = _pages()
    first = pages["trend-1"]["parameters"]["figure"]
    lines = [*({name: entry} for name, entry in pages.items()), "references"]
    (root / "notebooks/pages.yml").write_text(json.dumps({"pages": lines}))
    (root / "book/index.md").write_text(f"# A study that is {MADE_UP}\n\nSee {{numref}}`{first}`.\n")
    (root / "book/references.md").write_text("# Sources\n\n```{bibliography}\n:all:\n```\n")
    return root


def _make_data(root: Path) -> None:
    chance = random.Random(PAGES)
    with (root / "book/references.bib").open("a") as sources:
        sources.write(f"\n@misc{{made-up, author = {{Nobody}}, title = {{[{MADE_UP}]}}, year = {{2024}}}}\n")
    claim = {"says": f"Nothing: it is {MADE_UP}.", "source": "made-up", "untestable": MADE_UP}
    (root / "data/claims.yml").write_text(json.dumps({"nothing": {**claim, "reviewed": "cannot be tested here"}}))
    series = {}
    for number in range(1, SERIES + 1):
        name = f"Series {number} ({MADE_UP})"
        series[f"made-up-{number}"] = {
            "name": name, "house": "Nobody", "about": MADE_UP, "caveats": [MADE_UP],
            "assumed_deff": {"value": 1.5, "because": MADE_UP},
        }  # fmt: skip
        rows = []
        for wave in range(1, WAVES + 1):
            described = {
                "series": f"made-up-{number}", "country": "ZZ", "number": wave, "n": 1500, "source": "made-up",
                "fieldwork": {"start": f"{2018 + wave}-04-01", "end": f"{2018 + wave}-05-31", "known_to": "month"},
                "mode": "face-to-face" if wave == 1 else "phone", "population": "nobody", "problems": [MADE_UP],
            }  # fmt: skip
            (root / f"data/waves/{_wave(number, wave)}.yml").write_text(json.dumps(described))
            rows += [_row(_wave(number, wave), *share) for share in _shares(chance)]
        _write_rows(root / f"data/published/made-up-{number}.csv", rows)
    (root / "data/series.yml").write_text(json.dumps(series))


def _shares(chance: random.Random) -> Iterator[tuple[str, str, int]]:
    for item in OPINIONS:
        yield item, "favourable", chance.randint(30, 50)
        yield item, "unfavourable", chance.randint(20, 40)
    for item, responses in BLAME.items():
        for response in responses:
            yield item, response, chance.randint(10, 30)


def _wave(series: int, wave: int) -> str:
    return f"made-up-{series}-{wave}"


def _row(wave: str, item: str, response: str, percent: int) -> dict[str, Any]:
    said = {"wave": wave, "item": item, "response": response, "percent": percent, "n": 1500, "source": "made-up"}
    return {**dict.fromkeys(COLUMNS, ""), **said, "certainty": "read", "note": MADE_UP}


def _write_rows(path: Path, rows: list[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _pages() -> dict[str, dict[str, Any]]:
    """What would stand in pages.yml: 16 trends, 20 waves, 3 of blame, the lists."""
    pages: dict[str, dict[str, Any]] = {}
    for number, (item, series) in enumerate(list(product(OPINIONS, range(1, SERIES + 1)))[:16], 1):
        responses = ["favourable"] if item == OPINIONS[0] else ["favourable", "unfavourable"]
        asked = {"series": f"made-up-{series}", "country": "ZZ", "item": item, "responses": responses}
        pages[f"trend-{number}"] = _page("trend", {**asked, "figure": f"trend-{number}"})
    for series, wave in list(product(range(1, SERIES + 1), range(1, WAVES + 1)))[:20]:
        pages[f"wave-{_wave(series, wave)}"] = _page("wave", {"wave": _wave(series, wave)})
    for series in (1, 2, 3):
        waves = [_wave(series, WAVES - 1), _wave(series, WAVES)]
        pages[f"blame-{series}"] = _page("blame", {"waves": waves, "items": [*BLAME], "figure": f"blame-{series}"})
    pages["lists"] = _page("lists", {})
    if len(pages) != PAGES:
        raise AssertionError(len(pages))
    return pages


def _page(notebook: str, parameters: dict[str, Any]) -> dict[str, Any]:
    words = "; ".join(str(value) for value in parameters.values() if isinstance(value, str))
    return {"notebook": notebook, "title": f"{notebook} {words} ({MADE_UP})", "parameters": parameters}


def change_wave(root: Path, wave: str) -> None:
    """Print one share of a wave higher by a point."""
    for path in (root / "data/published").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        if mine := [row for row in rows if row["wave"] == wave]:
            mine[0]["percent"] = str(int(mine[0]["percent"]) + 1)
            _write_rows(path, rows)


# The ways to build


def run(command: list[str], root: Path) -> tuple[float, str]:
    """Run a program to its end; return its seconds and what it printed."""
    start = time.perf_counter()
    done = subprocess.run(command, cwd=root, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - start
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}")
    return seconds, done.stdout


def build(root: Path, *options: str) -> Ours:
    """Build with the engine of this checkout."""
    seconds, said = run([sys.executable, "-m", "wavebook", "build", "--json", *options], root)
    return Ours(seconds, len(json.loads(said)["executed"]))


def build_cold(root: Path, *options: str) -> Ours:
    """Build with nothing left of an earlier build."""
    for folder in ("_build", "book/pages"):
        shutil.rmtree(root / folder, ignore_errors=True)
    return build(root, *options)


def papermill_loop(root: Path, *, execute: bool = True) -> float:
    """Execute all pages with papermill in one process, or only put their parameters in."""
    (root / "book/pages").mkdir()
    return run([sys.executable, __file__, "loop", str(root), "execute" if execute else "prepare"], root)[0]


def loop(root: Path, what: str) -> None:
    """What `papermill_loop` does in its process."""
    import papermill
    from ruamel.yaml import YAML

    lines = YAML(typ="safe").load(root / "notebooks/pages.yml")["pages"]
    for name, page in (named for line in lines if isinstance(line, dict) for named in line.items()):
        papermill.execute_notebook(
            root / f"notebooks/{page['notebook']}.ipynb",
            root / f"book/pages/{name}.ipynb",
            parameters=page["parameters"],
            kernel_name="python3",
            cwd=root,
            progress_bar=False,
            prepare_only=what == "prepare",
        )


def jupyter_book(root: Path, execute: str) -> float:
    """Build with Jupyter Book alone; what is missing of ours (drawings for prose, figures' numbers) makes it warn.

    With "cache" in the place of "force" it would not execute again where nothing changed, but nor where data changed:
    its cache knows the code of a page and nothing of what the code reads.
    """
    with (root / "_config.yml").open("a") as config:
        config.write(f'execute: {{execute_notebooks: "{execute}", timeout: 600}}\n')
    return run([*BOOK, "--config", "_config.yml", "--toc", str(root / "_toc.yml")], root)[0]


# What is measured


def measure(make: Callable[[Path], Path], place: Path, wave: str) -> Found:
    """Build a book in all ways; stop if the outputs of its pages differ between them.

    Cold builds of ours come before, between and after theirs, and the median counts: what else is done on the machine
    comes and goes within the minutes that theirs take.
    """
    folders = [place / name for name in ("ours", "loop", "jupyter-book")]
    for folder in folders:
        folder.mkdir(parents=True)
    ours, looped, executing = (make(folder) for folder in folders)
    cold = [cold_both(ours)]
    alone = papermill_loop(looped)
    compare(ours, looped)
    loop_whole = alone + jupyter_book(looped, "off")
    cold.append(cold_both(ours))
    executed_there = papermill_loop(executing, execute=False) + jupyter_book(executing, "force")
    cold.append(cold_both(ours))
    change_wave(ours, wave)
    changed_alone = build(ours, "--no-site")
    build(ours)
    change_wave(ours, wave)
    changed = changed_alone, build(ours)
    nothing = [(build(ours, "--no-site"), build(ours)) for _ in range(5)]
    steps = {"cold": medians(cold), "one wave changed": changed, "nothing changed": medians(nothing)}
    pages, whole = ({name: both[part] for name, both in steps.items()} for part in (0, 1))
    return Found(pages, whole, alone, loop_whole, executed_there)


def cold_both(root: Path) -> tuple[Ours, Ours]:
    """Build with nothing left of an earlier build: the pages alone, then all."""
    return build_cold(root, "--no-site"), build_cold(root)


def medians(rounds: list[tuple[Ours, Ours]]) -> tuple[Ours, Ours]:
    """Of builds of the pages alone and of builds of all, the median of each."""
    alone, whole = zip(*rounds, strict=True)
    return statistics.median_low(alone), statistics.median_low(whole)


def compare(ours: Path, looped: Path) -> None:
    """Hold the outputs of all pages against those of the plain loop, in which `lift` does what a build does."""
    import nbformat

    from wavebook.figures.publishing import lift

    paths, differences, cells = sorted((looped / "book/pages").glob("*.ipynb")), [], 0
    for path in paths:
        plain = nbformat.read(path, 4)
        lift(plain)
        pair = nbformat.read(ours / "book/pages" / path.name, 4), plain
        for number, (one, other) in enumerate(zip(*map(_outputs, pair), strict=True), 1):
            cells += 1
            if one != other:
                differences.append(f"{path.stem}, code cell {number}: outputs differ\n{_excerpt(one, other)}")
    if differences:
        print("\n".join(differences))
        raise SystemExit(1)
    print(f"identical outputs in ours and (a): {cells} cells on {len(paths)} pages", flush=True)


def _outputs(notebook: Any) -> list[list[dict[str, Any]]]:
    """The outputs of the code cells, apart from execution counts."""
    code = (cell for cell in notebook.cells if cell.cell_type == "code")
    return [
        [{key: part for key, part in found.items() if key != "execution_count"} for found in c.outputs] for c in code
    ]


def _excerpt(one: Any, other: Any) -> str:
    """Two texts around the first place where they differ."""
    texts = [json.dumps(value, sort_keys=True, ensure_ascii=False) for value in (one, other)]
    place = next((at for at, (a, b) in enumerate(zip(*texts, strict=False)) if a != b), 0)
    ours, plain = (text[max(0, place - 60) : place + 60] for text in texts)
    return f"  ours:  …{ours}…\n  plain: …{plain}…"


def show(title: str, found: Found) -> None:
    """Print what was measured of a book."""
    import pandas as pd

    cold = {"pages alone": found.alone["cold"].seconds, "whole": found.whole["cold"].seconds}
    rows: dict[str, list[str]] = {"pages executed": [str(step.executed) for step in found.whole.values()]}

    def add(what: str, steps: dict[str, Ours], theirs: dict[str, float]) -> None:
        rows[f"{what}, ours"] = [f"{step.seconds:.2f} s" for step in steps.values()]
        rows[f"{what}, ours / cold"] = [f"{step.seconds / cold[what]:.2f}" for step in steps.values()]
        for name, seconds in theirs.items():
            rows[f"{what}, {name}"] = [f"{seconds:.2f} s"] * len(steps)
            rows[f"{what}, {name} / ours"] = [f"{seconds / step.seconds:.1f}" for step in steps.values()]

    add("pages alone", found.alone, {"(a)": found.loop})
    add("whole", found.whole, {"(a)": found.loop_whole, "(b)": found.jupyter_book})
    table = pd.DataFrame.from_dict(rows, orient="index", columns=list(found.whole))
    print(f"{title}\n{table.to_string()}\n", flush=True)


# On a cluster


def measure_dask(root: Path, place: Path) -> None:
    """Print the pages per minute of one worker and of two, on this machine."""
    if importlib.util.find_spec("distributed") is None:
        print("dask.distributed is not installed: no cluster is timed")
        return
    for workers in (1, 2):
        folder = place / f"{workers} workers"
        folder.mkdir()
        with cluster(root, folder, workers) as address:
            done = build(root, "--force", "--no-site", "--scheduler", address)
        print(f"Dask, {workers} workers: {60 * done.executed / done.seconds:.0f} pages per minute")


@contextmanager
def cluster(root: Path, folder: Path, workers: int) -> Iterator[str]:
    """A scheduler and workers of one thread each on the loopback address, until the block ends."""
    from distributed import Client

    here = ["--host", "127.0.0.1", "--no-dashboard", "--scheduler-file", str(folder / "scheduler.json")]
    scheduler = ["dask_scheduler", *here, "--port", "0"]
    worker = ["dask_worker", *here, "--nthreads", "1", "--nworkers", "1", "--local-directory", str(folder)]
    with ExitStack() as stack:
        for number, (module, *options) in enumerate([scheduler, *[worker] * workers]):
            stack.enter_context(_process(["-m", f"distributed.cli.{module}", *options], root, folder / f"{number}.log"))
        address = _address(folder / "scheduler.json")
        with Client(address, timeout=60) as client:
            client.wait_for_workers(workers, timeout=60)
        yield address


@contextmanager
def _process(arguments: list[str], root: Path, log: Path) -> Iterator[None]:
    with log.open("w") as said:
        process = subprocess.Popen([sys.executable, *arguments], cwd=root, env=ENVIRONMENT, stdout=said, stderr=said)
    try:
        yield
    finally:
        process.terminate()
        process.wait(60)


def _address(file: Path) -> str:
    """What the scheduler says of itself once it listens."""
    for _ in range(600):
        if file.is_file():
            return json.loads(file.read_text())["address"]
        time.sleep(0.1)
    raise SystemExit("the scheduler did not start within a minute")


def main() -> None:
    print("(a): a loop of papermill in one process, then Jupyter Book. (b): Jupyter Book executes the notebooks.")
    print("Neither knows which pages changed data make stale: each time they do the same as cold.\n")
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        show(f"A study of {PAGES} pages, made up", measure(make_study, place / "study", _wave(1, 2)))
        show("The book", measure(copy_checkout, place / "book", "cab-kz-2023-13"))
        measure_dask(place / "study/ours/my book", place)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        loop(Path(sys.argv[2]), sys.argv[3])
    else:
        main()
