"""One more wave in a checkout, with its respondent file, as `wavebook wave add` leaves it."""

from __future__ import annotations

from pathlib import Path

from wavebook import open_study
from wavebook.estimates import examine, keep
from wavebook.estimates.simulate import simulate
from wavebook.waves.store import put, record_file

WAVE = "house-li-2030-1"
LIKE = "hill-li-2019-1"


def describe(root: Path, n: int) -> None:
    """Write the wave's file: the codebook of a known wave, under a name of its own."""
    text = (root / f"data/waves/{LIKE}.yml").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith(("  sha256:", "  url:", "deff:", "certainty:"))]
    text = "\n".join(lines).replace("n: 420", f"n: {n}").replace(f"file: {LIKE}.csv", f"file: {WAVE}.sav")
    (root / f"data/waves/{WAVE}.yml").write_text(f"{text}\n", encoding="utf-8")


def make_sav(root: Path, out: Path, n: int = 400) -> Path:
    """Write the respondent file."""
    study = open_study(root)
    simulate(study, study.described(LIKE), n, {"opinion-ferry": {"favourable": 0.7}}, out)
    return out


def add(root: Path, file: Path) -> None:
    """Check, store and estimate the file; build nothing."""
    study = open_study(root)
    examined = examine(study, WAVE, file, lambda *_: None)
    assert not examined.findings.errors
    put(root, file, examined.wave.microdata.file)
    record_file(root, WAVE, examined.wave.microdata.file, examined.file.sha256)
    keep(root, WAVE, examined.records)


def make(root: Path, n: int = 400) -> Path:
    """All of it; returns the file as delivered."""
    describe(root, n)
    file = make_sav(root, root.parent / "delivered.sav", n)
    add(root, file)
    return file
