"""Edits a small book at random and holds every build against a clean one: `make proofs`, or edits.py [ROUNDS] [SEED].

After each edit the book is built where it lies, on what earlier builds left, and once more from nothing in another
folder. Pages and site have to be the same byte for byte. An edit that a clean build refuses has to be refused in the
same words or with the same pages, and the site stays what it was.
"""

from __future__ import annotations

import random
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import nbformat
import small
from nbformat.v4 import new_code_cell, new_markdown_cell

_SPARE = {
    "li-2021": ("wave", {"wave": "brook-li-2021"}),
    "sm-2022": ("wave", {"wave": "brook-sm-2022"}),
    "again": ("own", {"rows": 1}),
    "other": ("plain", {}),
}


class Editor:
    """Edits one book.

    Parameters
    ----------
    root
        The book.
    seed
        Of all chance.
    """

    def __init__(self, root: Path, seed: int) -> None:
        self.root = root
        self.chance = random.Random(seed)
        self.count = 0
        self.past: list[small.State] = []
        self.good: small.State = {}

    def edit(self) -> str:
        """Do one thing at random and say what."""
        self.count += 1
        kinds: list[tuple[int, Callable[[], str]]] = [
            (3, self.wave), (3, self.all_toplines), (2, self.items), (2, self.series), (2, self.bibliography),
            (4, self.pages), (1, self.table_of_contents), (4, self.notebook), (4, self.comment), (5, self.constant),
            (1, self.lock), (3, self.prose), (2, self.included), (5, self.beside), (3, self.estimate),
            (5, self.by_hand), (2, self.kept), (2, self.frame), (4, self.back),
        ]  # fmt: skip
        (chosen,) = self.chance.choices([kind for _, kind in kinds], [weight for weight, _ in kinds])
        return f"{chosen.__name__}: {chosen()}"

    def back_to_good(self) -> str:
        """Take back what made a build fail."""
        small.put(self.root, self.good, old_times=self.chance.random() < 0.5)
        return "back to what could be built"

    def _one(self, pattern: str) -> Path:
        return self.chance.choice(sorted(path for path in self.root.glob(pattern) if path.is_file()))

    def _told(self, path: Path, what: str = "") -> str:
        return f"{path.relative_to(self.root).as_posix()} {what}".strip()

    def _append(self, path: Path, text: str) -> str:
        before = path.read_text("utf-8") if path.is_file() else ""  # an earlier edit may have taken it away
        path.write_text(before + text, "utf-8")
        return self._told(path, f"+ {text.strip()!r}")

    def _replace(self, path: Path, pattern: str, new: Callable[[re.Match[str]], str]) -> str:
        """Replace one of the places that a pattern finds."""
        text = path.read_text("utf-8")
        places = list(re.finditer(pattern, text, re.MULTILINE))
        if not places:
            return self._append(path, "\n")
        place = self.chance.choice(places)
        path.write_text(f"{text[: place.start()]}{new(place)}{text[place.end() :]}", "utf-8")
        return self._told(path, f"{place[0]!r} → {new(place)!r}")

    # Data

    def wave(self) -> str:
        shown = ("brook-sm-2021", "brook-sm-2022", "brook-li-2022", "hill-li-2022-4", "hill-li-2023-5")
        path = self.root / f"data/waves/{self.chance.choice(shown)}.yml" if self.chance.random() < 0.7 else None
        path = path if path and path.exists() else self._one("data/waves/*.yml")
        match self.chance.randrange(6):
            case 0:
                return self._append(path, f"# remark {self.count}\n")
            case 1:
                return self._replace(path, r"^  - .*\.$", lambda found: f"{found[0]} Also {self.count}.")
            case 2:
                return self._replace(
                    path, r"^mode: \S+", lambda _: f"mode: {self.chance.choice(['phone', 'in-person'])}"
                )
            case 3:
                return self._append(path, "weights: none\n")
            case 4:
                return self._append(path, f"surprise: {self.count}\n")
            case _:
                new = self.root / f"data/waves/brook-sm-20{self.chance.randrange(10, 20)}.yml"
                year = new.stem[-4:]
                text = (self.root / "data/waves/brook-sm-2021.yml").read_text("utf-8")
                new.write_text(text.replace("2021", year), "utf-8")
                row = f"{new.stem},council,approve,,,{self.count % 90 + 5},,brook-courier,,printed,\n"
                return f"{self._told(new, 'is new')}, {self._append(self.root / 'data/published/others.csv', row)}"

    def all_toplines(self) -> str:
        path = self.root / f"data/published/{self.chance.choice(['others', 'others', 'hill', 'vale'])}.csv"
        lines = path.read_text("utf-8").splitlines(keepends=True)
        at = self.chance.randrange(1, len(lines))
        if self.chance.random() < 0.2:
            gone = lines.pop(at)
            path.write_text("".join(lines), "utf-8")
            return self._told(path, f"− {gone.strip()!r}")
        if self.chance.random() < 0.2:
            lines.insert(1, lines.pop(at))
            path.write_text("".join(lines), "utf-8")
            return self._told(path, f"line {at} comes first")
        return self._replace(path, r"(?<=,,)\d\d?(?=,)", lambda _: str(self.chance.randrange(5, 95)))

    def items(self) -> str:
        if self.chance.random() < 0.3:
            return self._append(self.root / "data/items.yml", f"# remark {self.count}\n")
        return self._replace(self.root / "data/items.yml", r"^    title: .*", lambda found: f"{found[0]} {self.count}")

    def series(self) -> str:
        if self.chance.random() < 0.3:
            return self._append(self.root / "data/series.yml", f"# remark {self.count}\n")
        return self._replace(
            self.root / "data/series.yml", r"value: 1\.\d+", lambda _: f"value: 1.{self.chance.randrange(1, 9)}"
        )

    def bibliography(self) -> str:
        path = self.root / "book/references.bib"
        if self.chance.random() < 0.3:
            entry = f"@book{{new{self.count}, title={{T}}, author={{Ng, Mai}}, publisher={{P}}, year=2020}}"
            return self._append(path, f"\n{entry}\n")
        return self._replace(path, r"(?i)^\s*title\s*=\s*[{\"]+", lambda found: f"{found[0]}Of {self.count}: ")

    def estimate(self) -> str:
        path, aside = self._one("data/estimates/*/*.json"), sorted(self.root.glob("aside/*.json"))
        if aside and self.chance.random() < 0.6:
            path = self.chance.choice(aside)
            path.rename(self.root / "data/estimates/hill-li-2019-1" / path.name)
            return self._told(path, "is back")
        if self.chance.random() < 0.4:
            return self._replace(path, r"(?<=0\.\d)\d", lambda _: str(self.chance.randrange(10)))
        (self.root / "aside").mkdir(exist_ok=True)
        path.rename(self.root / "aside" / path.name)
        return self._told(path, "is gone")

    # Pages

    def pages(self) -> str:
        known = small.read_pages(self.root)
        page = self.chance.choice(sorted(known))
        what = self.chance.randrange(4)
        spare = sorted(_SPARE.keys() - known.keys())
        if what == 0 and spare:
            page = self.chance.choice(spare)
            notebook, given = _SPARE[page]
            known[page] = {"notebook": notebook, "title": f"Page {page}", "parameters": given}
        elif what == 1 and len(known) > 6 and page not in small.SHOWN:
            del known[page]
        elif what == 2 and "wave" in known[page]["parameters"]:
            waves = sorted(path.stem for path in (self.root / "data/waves").glob("brook-*.yml"))
            known[page]["parameters"]["wave"] = self.chance.choice(waves)
        else:
            known[page]["title"] = f"Page {page} {self.count}"
        self._write_pages(known)
        return f"{page} is {known.get(page, 'gone')}"

    def table_of_contents(self) -> str:
        known = list(small.read_pages(self.root).items())
        self.chance.shuffle(known)
        return self._write_pages(dict(known))

    def _write_pages(self, known: dict[str, Any]) -> str:
        prose = [f"more/{path.stem}" for path in sorted(self.root.glob("book/more/*.md"))]
        small.write_pages(self.root, known, ["prose", *prose, "references"])
        return f"{small.SPEC}: {', '.join(known)}"

    def notebook(self) -> str:
        path = self.root / f"notebooks/{self.chance.choice(['wave', 'trend', 'lists', 'crier', 'own', 'plain'])}.ipynb"
        notebook = nbformat.read(path, as_version=4)
        what = self.chance.randrange(6)
        number = self.count
        if what == 0:
            notebook.cells.append(new_markdown_cell(f"More {number}.", id=f"more-{number}"))
        elif what == 1:
            notebook.cells.append(new_code_cell(f"'so many', {number}", id=f"more-{number}"))
        elif what == 2:
            notebook.cells[-1].metadata["note"] = number
        elif what == 3 and path.stem == "wave":
            failing = f"if wave == 'brook-sm-2021':\n    raise ValueError({number})"
            notebook.cells.append(new_code_cell(failing, id=f"more-{number}"))
        elif len(notebook.cells) > 3 and notebook.cells[-1].id.startswith("more"):
            notebook.cells.pop()
        else:
            notebook.cells[1].source += (
                f"\n# {number}" if notebook.cells[1].cell_type == "code" else f"\n\nWord {number}."
            )
        nbformat.write(notebook, path)
        return self._told(path, f"edited in way {what}")

    # What a page reads that is of its own

    def beside(self) -> str:
        own = sorted((self.root / "notebooks/own").glob("*"))
        match self.chance.randrange(7):
            case 0 if len(own) > 1:
                gone = self.chance.choice(own)
                gone.unlink()
                return self._told(gone, "is gone")
            case 0 | 1:
                small.write(self.root, f"notebooks/own/more-{self.count}.txt", "")
                return f"notebooks/own/more-{self.count}.txt is new"
            case 2 | 3:
                return self._append(self.root / "notebooks/own.csv", f"{self.count}\n")
            case 4:
                return self._append(self.root / "notebooks/beside.py", f"WORD += '{self.count}'\n")
            case 5:
                small.write(self.root, "notes.txt", f"Note {self.count}.")
                return "notes.txt says something else"
            case _:
                here, there = (self.root / f"notebooks/{name}.csv" for name in ("own", "gone"))
                source, target = (here, there) if here.is_file() else (there, here)
                source.rename(target)
                return self._told(target, f"was {source.name}")

    # The engine

    def comment(self) -> str:
        return self._append(self._one("src/wavebook/**/*.py"), f"# remark {self.count}\n")

    def constant(self) -> str:
        """Change what code says or does, where it shows."""
        number = self.chance.randrange(20, 60)
        name, pattern, new = self.chance.choice(
            [
                ("estimates/waves.py", r"\bpublished\b(?=[^\"]*\"$)", "printed"),
                ("figures/charts.py", r"(?<=\(size=)\d+", str(number)),
                ("figures/citing/references.py", r'": "RPRT"|"RPRT"', '"GEN"'),
                ("figures/drawing.py", r"^PNG_PPI = \d+", f"PNG_PPI = {number}"),
                ("figures/publishing.py", r'^STAMP = "', 'STAMP = "X '),
                ("figures/tables.py", r"<table><caption>", f"<table><caption>{number}: "),
                ("figures/theme.py", r"(?<=FontSize\": )\d+", str(number)),
                ("figures/toolbar.py", r"(?<=<summary>)", f"{number} "),
                ("text/trend.py", r'" because', '" for'),
                ("text/wave.py", r'"Fieldwork', '"The fieldwork'),
                ("figures/words.py", r"\} and \{", "} & {"),
                ("pages/kernel.py", r'"PYTHONHASHSEED": "\d+"', f'"PYTHONHASHSEED": "{number}"'),
                ("pages/layout.py", r'f"# \{page.title\}', f'f"# {{page.title}} {number}'),
                ("site/frozen.py", r"draft, not released", f"draft {number}"),
                ("site/front.py", r"citation_title", "citation_titel"),
                ("site/mathml.py", r'"inline"', '"block"'),
                ("site/slim.py", r'"wheel"', f'"wheel{number}"'),
                ("site/templates/catalogue.html", r"<h1>", f"<h1>{number} "),
                ("site/templates/figure.html", r"<h1>", f"<h1>{number} "),
                ("study/study.py", r"CUSTOMARY_DEFF = [\d.]+", f"CUSTOMARY_DEFF = 1.{number}"),
                ("survey/published.py", r"(?<=\(1 - level\) / )2", "3"),
            ]
        )
        return self._replace(self.root / "src/wavebook" / name, pattern, lambda _: new)

    def lock(self) -> str:
        return self._append(self.root / "requirements.lock", f"# remark {self.count}\n")

    # Prose

    def prose(self) -> str:
        path = self._one("book/*.md")
        figures = [path.stem for path in sorted(self.root.glob("book/pages/figures/*.svg"))] or ["li-ferry-trend"]
        figure = self.chance.choice(figures)
        match self.chance.randrange(6):
            case 0:
                return self._append(path, f"\nWord {self.count}.\n")
            case 1:
                return self._append(path, f"\nSee {{numref}}`{figure}`.\n")
            case 2:
                return self._append(path, f"\n```{{include}} /pages/figures/{figure}.md\n```\n")
            case 3:
                name = f"more/prose-{self.count}"
                small.write(self.root, f"book/{name}.md", f"# More {self.count}\n\nSee {{numref}}`{figure}`.\n")
                return self._write_pages(small.read_pages(self.root))
            case 4:
                return self._append(path, "\n{glue:text}`pages/own.ipynb::total:s` are so many.\n")
            case _:
                return self._replace(path, r"\n\n[A-Z][^\n]*\n\Z", lambda _: "\n")

    def included(self) -> str:
        name = self.chance.choice(["OUTSIDE.md", "book/parts/part.txt"])
        return self._append(self.root / name, f"\nIncluded {self.count}.\n")

    def frame(self) -> str:
        match self.chance.randrange(3):
            case 0:
                return self._replace(
                    self.root / "_config.yml", r'copyright: "\d+"', lambda _: f'copyright: "{self.count}"'
                )
            case 1:
                return self._append(self.root / "src/wavebook/site/static/wavebook.css", f"\n.x{self.count} {{}}\n")
            case _:
                return self._replace(self.root / "CITATION.cff", r"^title: .*", lambda _: f'title: "Book {self.count}"')

    # What builds made, and what they remember

    def by_hand(self) -> str:
        if not any(self.root.glob("book/pages/*.ipynb")):
            return "nothing is there"
        path = self._one("book/pages/**/*")
        match self.chance.randrange(4):
            case 0:
                path.unlink()
                return self._told(path, "is gone")
            case 1:
                stray = path.with_suffix(self.chance.choice([".txt", ".bak"]))
                stray.write_text("stray")
                return self._told(stray, "is a stray")
            case 2:
                other = self._one(f"book/pages/**/*{path.suffix}")
                path.write_bytes(other.read_bytes())
                return self._told(path, f"is now what {self._told(other)} is")
            case _:
                return self._append(path, " ")

    def kept(self) -> str:
        if not any(self.root.glob("_build/pages/*.json")):
            return "nothing is there"
        path = self._one("_build/pages/*.json")
        match self.chance.randrange(4):
            case 0:
                shutil.rmtree(self.root / "_build/sphinx", ignore_errors=True)
                return "_build/sphinx is gone"
            case 1:
                path.write_bytes(path.read_bytes()[:100])
                return self._told(path, "is cut off")
            case 2:
                shutil.rmtree(self.root / "_build/drawings", ignore_errors=True)
                return "_build/drawings is gone"
            case _:
                path.unlink()
                return self._told(path, "is gone")

    def back(self) -> str:
        small.put(self.root, self.chance.choice(self.past), old_times=self.chance.random() < 0.7)
        return "to an earlier state"


def wrong(kept: small.Built, clean: small.Built, site: dict[str, bytes]) -> list[str]:
    """What a build on what was there gave otherwise than a clean one; `site` is the last good one."""
    if (kept.code, kept.failed) != (clean.code, clean.failed):
        return [f"exit {kept.code} with {kept.failed}, clean: {clean.code} with {clean.failed}", kept.said, clean.said]
    if clean.code == 0:
        return small.unlike(kept.made, clean.made)
    found = [name for name, content in clean.made.items() if kept.made.get(name) != content]
    found += small.unlike(site_of(kept), site)
    if clean.code == 2 and kept.said != clean.said:
        found += [kept.said, clean.said]
    return found


def site_of(built: small.Built) -> dict[str, bytes]:
    """The site, without the executed pages."""
    return {name: content for name, content in built.made.items() if name.startswith("_build/html/")}


def prove(place: Path, rounds: int, seed: int, pages: Sequence[str] = small.PAGES) -> list[str]:
    """Edit and build; return what was wrong, with the round."""
    editor = Editor(small.make_book(place / "my book", pages), seed)
    known: dict[str, small.Built] = {}
    faults: list[str] = []
    site: dict[str, bytes] = {}
    failing = False
    for number in range(rounds + 1):
        edits = []
        if number:
            edits = [editor.edit() for _ in range(editor.chance.choice([1, 1, 1, 2, 3]))]
            if failing and editor.chance.random() < 0.7:
                edits = [editor.back_to_good()]
        state = small.state_of(editor.root)
        mark = small.mark(state)
        begun = time.monotonic()
        running = small.start(editor.root, "build", "--json")
        if mark not in known:
            other = place / "another place" / f"book {number}"
            small.put(other, state)
            known[mark] = small.build(other)
            shutil.rmtree(other)
        clean, kept = known[mark], small.end(editor.root, running, begun)
        found = wrong(kept, clean, site)
        if not found and not kept.code:
            again = small.build(editor.root)
            if again.executed or again.failed or small.unlike(again.made, kept.made):
                found = [f"a second build was not idle: {again.said}"]
        told = f"round {number}: {'; '.join(edits) or 'the first build'}"
        made = f"{len(kept.executed)} executed" if not kept.code else f"exit {kept.code}, failed {kept.failed}"
        print(f"{told}\n    {made}", flush=True)
        if found:
            faults.append(f"{told}: {found}")
            print(f"    WRONG: {found}", flush=True)
            for folder in small.MADE:  # the next rounds are not to suffer from this one
                shutil.rmtree(editor.root / folder, ignore_errors=True)
            shutil.rmtree(editor.root / "_build", ignore_errors=True)
            site = {}
        failing = clean.code != 0
        editor.past.append(state)
        if not failing:
            editor.good, site = state, site if found else site_of(kept)
    return faults


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    how_many, chance = [*given, *(100, 1)[len(given) :]]
    with tempfile.TemporaryDirectory() as folder:
        all_wrong = prove(Path(folder), how_many, chance)
    print(f"{how_many} rounds of edits from seed {chance}: {len(all_wrong)} wrong")
    sys.exit(bool(all_wrong))
