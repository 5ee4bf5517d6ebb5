"""Files made to do harm, or damaged: each is read or refused, for one reason, in time, and leaves nothing behind.

`WAVEBOOK_MUTATIONS` says how many damaged files are tried.
"""

import io
import multiprocessing
import os
import random
import tempfile
import zipfile
from collections import Counter

import numpy as np
import pandas as pd
import pyreadstat
import pytest
import respondent_files as files

from wavebook.study.faults import Refused
from wavebook.waves.readers import read_respondents

MUTATIONS = int(os.environ.get("WAVEBOOK_MUTATIONS", "1000"))
IN_FULL = 40
SECONDS = 120
"""After so many without an answer a process is taken to hang; none is slow, however busy the machine."""

pytestmark = pytest.mark.slow


class Reader:
    """A process that reads many files, and is started anew when one of them kills it."""

    def __init__(self, temporary):
        self.temporary = temporary
        self.start()

    def start(self):
        context = multiprocessing.get_context("spawn")
        self.pipe, other = context.Pipe()
        self.process = context.Process(
            target=files.read_in_this_process, args=(other, str(self.temporary)), daemon=True
        )
        self.process.start()
        other.close()
        assert self.pipe.recv() == "ready"

    def stop(self):
        self.process.kill()
        self.process.join()
        self.pipe.close()

    def read(self, path, name):
        self.pipe.send((str(path), name))
        try:
            if self.pipe.poll(SECONDS):
                return self.pipe.recv()
            outcome = "hung"
        except (EOFError, ConnectionResetError):
            outcome = "crashed"
        self.stop()
        self.start()
        return outcome


def truncated(chance, raw, others):
    return raw[: chance.randrange(len(raw))]


def flipped(chance, raw, others):
    changed = bytearray(raw)
    for _ in range(chance.choice([1, 2, 5, 50])):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def flipped_at_the_start(chance, raw, others):
    head = 600
    return flipped(chance, raw[:head], others) + raw[head:]


def extreme_numbers(chance, raw, others):
    changed = bytearray(raw)
    for _ in range(chance.choice([1, 3])):
        place = chance.randrange(min(len(changed), chance.choice([400, 10**6])))
        value = chance.choice(
            [b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\xff\xff\xff\x7f", b"\0\0\0\0", b"\0\0\0\x80"]
        )
        changed[place : place + 4] = value
    return bytes(changed)


def shuffled(chance, raw, others):
    size = chance.choice([16, 64, 512])
    blocks = [raw[place : place + size] for place in range(0, len(raw), size)]
    kept, rest = blocks[:1], blocks[1:]
    chance.shuffle(rest)
    return b"".join(kept + rest)


def spliced(chance, raw, others):
    other = chance.choice(others)
    return raw[: chance.randrange(len(raw))] + other[chance.randrange(len(other)) :]


def repeated(chance, raw, others):
    start = chance.randrange(len(raw))
    end = min(len(raw), start + chance.choice([1, 8, 100, 1000]))
    return raw[:end] + raw[start:end] * chance.choice([1, 10, 100]) + raw[end:]


def noise(chance, raw, others):
    return raw[: chance.choice([0, 4, 12, 200])] + chance.randbytes(chance.choice([1, 100, 5000]))


def reencoded(chance, raw, others):
    try:
        text = raw.decode(chance.choice(["utf-8", "utf-16", "cp1251", "kz1048", "latin-1"]))
        return text.encode(
            chance.choice(["utf-8", "utf-16", "utf-32", "utf-7", "cp866", "koi8_r", "shift_jis", "utf-16-be"])
        )
    except UnicodeError:
        return raw[1:]


def inside(chance, raw, others):
    """Damage one member of an archive (an Excel file is one too) and pack it again soundly."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        names = source.namelist()
        victim = chance.choice(
            [name for name in names if "sheet" in name or "strings" in name or "kz" in name] or names
        )
        for name in names:
            content = source.read(name)
            if name == victim and content:
                content = chance.choice(SIMPLE)(chance, content, others)
            target.writestr(name, content)
    return out.getvalue()


SIMPLE = [truncated, flipped, flipped_at_the_start, extreme_numbers, shuffled, spliced, repeated, noise, reencoded]
SUFFIXES = [".sav", ".zsav", ".dta", ".xlsx", ".csv", ".parquet", ".zip", ".txt", ""]


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sound")
    return {path.name: path.read_bytes() for path in files.every_format(folder)}


def mutations(sound, number, seed):
    chance = random.Random(seed)
    others = list(sound.values())
    for _ in range(number):
        kind = chance.choice(["sav", "zsav", "dta", "xlsx", "csv", "parquet", "zip"])
        name = chance.choice([name for name in sound if name.endswith(f".{kind}")])
        mutate = inside if kind in {"xlsx", "zip"} and chance.random() < 0.6 else chance.choice(SIMPLE)
        raw = mutate(chance, sound[name], others)
        if chance.random() < 0.1:
            raw = chance.choice(SIMPLE)(chance, raw or b"x", others)
        if chance.random() < 0.03:
            name = f"wave{chance.choice(SUFFIXES)}"
        yield f"{mutate.__name__} {name}", name, raw


def read_in_full(path, name):
    """Read a file as users do, and tell what came of it."""
    faults = []
    try:
        assert files.is_sound(read_respondents(path, name))
    except Refused as refused:
        faults = refused.faults
    assert len(faults) < 2
    return str(faults[0]) if faults else "read"


def test_damaged_files(tmp_path, sound, record_property):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    reader = Reader(temporary)
    outcomes, wrong, killers = Counter(), [], []
    for number, (what, name, raw) in enumerate(mutations(sound, MUTATIONS, seed=1)):
        path = tmp_path / f"{number}"
        path.write_bytes(raw)
        outcome = reader.read(path, name)
        outcomes[outcome] += 1
        if outcome in {"crashed", "hung"}:
            killers.append((path, name))
            for left in temporary.iterdir():  # of the process that died; in real reading the parent does it
                left.joinpath("member").unlink(missing_ok=True)
                left.rmdir()
        elif outcome not in {"read", "refused"}:
            wrong.append((what, outcome))
    reader.stop()
    print(dict(outcomes))
    record_property("outcomes", dict(outcomes))
    assert not wrong
    assert not list(temporary.iterdir())
    assert outcomes["read"] > MUTATIONS // 50
    assert outcomes["refused"] > MUTATIONS // 3
    for path, name in killers[:20]:
        assert "read" not in read_in_full(path, name).split(":")


def test_damaged_files_in_full(tmp_path, sound, monkeypatch):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    for number, (_, name, raw) in enumerate(mutations(sound, IN_FULL, seed=2)):
        path = tmp_path / f"{number}"
        path.write_bytes(raw)
        read_in_full(path, name)
    assert not list(temporary.iterdir())


ABSURD = [
    "<script>alert(1)</script>",
    "=cmd|'/c calc'!A1",
    "../../etc/passwd",
    "C:\\Windows\\system32",
    "{{ config }} ${HOME} $(id) `id` %s %n",
    "'; DROP TABLE waves; --",
    "я" * 30_000,
    "👩‍👩‍👧‍👦 🇰🇿",
    "\u202eabc\u202c \u200f",
    "a\x00b\x1b[31mc"[2:],
    "e" + "\u0301" * 1000,
    "NaN",
    "-",
    "=1+1",
    "\\N",
]


@pytest.mark.parametrize("suffix", ["sav", "dta", "xlsx", "csv", "parquet"])
def test_absurd_texts(tmp_path, suffix):
    path = tmp_path / f"a.{suffix}"
    texts = [text.replace("\x00", "").replace("\x1b", "") for text in ABSURD]
    frame = pd.DataFrame({"q": texts, "n": np.arange(float(len(texts)))})
    expected = texts
    if suffix == "sav":
        expected = [text if len(text.encode()) < 30_000 else None for text in texts]
        pyreadstat.write_sav(frame.assign(q=[text or "x" for text in expected]), path)
    elif suffix == "dta":
        expected = [text if len(text.encode()) < 2000 else None for text in texts]
        pyreadstat.write_dta(frame.assign(q=[text or "x" for text in expected]), path)
    elif suffix == "xlsx":
        path.write_bytes(files.in_memory({"s": [["q", "n"], *([f" {text}", 1] for text in texts)]}))
    elif suffix == "csv":
        frame.to_csv(path, index=False)
    else:
        frame.to_parquet(path)
    found = read_respondents(path, path.name)
    assert files.is_sound(found)
    assert list(found.frame["q"]) == [(text or "x").strip() for text in expected]


def test_absurd_labels_and_names(tmp_path):
    frame = pd.DataFrame({"q": [1.0, 2, 3, 4]})
    labels = {1.0: "<b>", 2.0: "=cmd()", 3.0: "a\nb\u2028c\x1bd", 4.0: "\u202e👩‍👧"}
    pyreadstat.write_sav(frame, tmp_path / "a.sav", variable_value_labels={"q": labels}, column_labels=["x\ny" * 50])
    found = read_respondents(tmp_path / "a.sav", "a.sav")
    assert list(found.frame["q"]) == ["<b>", "=cmd()", "a b c d", "\u202e👩‍👧"]
    assert found.labels["q"] == "x y" * 50
    long = "я" * 100_000
    (tmp_path / "a.csv").write_text(f"{long},<b>,=1\n1,2,3\n", encoding="utf-8")
    found = read_respondents(tmp_path / "a.csv", "a.csv")
    assert list(found.frame) == [long, "<b>", "=1"]
    (tmp_path / "b.csv").write_text(f"{long},{long}\n1,2\n", encoding="utf-8")
    assert len(read_in_full(tmp_path / "b.csv", "b.csv")) < 120


@pytest.mark.parametrize("suffix", ["sav", "dta", "csv", "xlsx", "parquet"])
def test_ten_thousand_columns(tmp_path, suffix):
    frame = pd.DataFrame({f"q{number}": np.arange(50) % 5 + 0.5 for number in range(10_000)})
    path = tmp_path / f"a.{suffix}"
    labels = {name: {0.5: "да", 1.5: "нет"} for name in frame}
    if suffix == "sav":
        pyreadstat.write_sav(frame, path, variable_value_labels=labels)
    elif suffix == "dta":
        coded = {name: {1: "да", 2: "нет"} for name in frame}
        pyreadstat.write_dta(frame.round().astype(int), path, variable_value_labels=coded)
    elif suffix == "xlsx":
        path.write_bytes(files.in_memory({"s": [list(frame), *frame.to_numpy().tolist()]}))
    elif suffix == "csv":
        frame.to_csv(path, index=False)
    else:
        frame.to_parquet(path)
    assert read_respondents(path, path.name).frame.shape == (50, 10_000)


def test_deep_archives(tmp_path):
    raw = b"q\n1\n"
    for depth in range(40):
        raw = files.zipped({f"{depth}.zip" if depth else "a.csv": raw}, tmp_path / "a.zip").read_bytes()
    assert "no respondent file is in the archive" in read_in_full(tmp_path / "a.zip", "a.zip")


def test_archives_of_nothing(tmp_path):
    """Thirty megabytes of zeros, and of one endless line, packed into little."""
    files.zipped({"a.csv": b"\0" * 3 * 10**7}, tmp_path / "a.zip")
    assert read_in_full(tmp_path / "a.zip", "a.zip") == "a.zip (a.csv): it is not a text file"
    files.zipped({"a.csv": b"q\n" + b"1" * 3 * 10**7}, tmp_path / "b.zip")
    read_in_full(tmp_path / "b.zip", "b.zip")


def test_a_workbook_whose_one_cell_is_far_away(tmp_path):
    """A sheet is kept as a rectangle by what reads it: 17,000 million cells."""
    raw = files.in_memory({"s": [["q"], [1]]})
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(b'r="A2"', b'r="XFD1048576"'))
    (tmp_path / "a.xlsx").write_bytes(out.getvalue())
    assert read_in_full(tmp_path / "a.xlsx", "a.xlsx") != "read"


def test_entities_in_a_workbook_do_not_multiply(tmp_path):
    raw = files.in_memory({"s": [["q"], ["x"]]})
    entities = b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10 if n else b"ha" * 10) for n in range(12))
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name.endswith("sharedStrings.xml"):
                content = b"<!DOCTYPE sst [" + entities + b"]>" + content.replace(b">x<", b">&a11;<")
            target.writestr(name, content)
    (tmp_path / "a.xlsx").write_bytes(out.getvalue())
    read_in_full(tmp_path / "a.xlsx", "a.xlsx")


def test_modules_beside_the_file_are_not_imported(tmp_path, monkeypatch):
    (tmp_path / "numpy.py").write_text("raise SystemExit('taken from the folder')")
    (tmp_path / "a.csv").write_text("q\n1\n")
    monkeypatch.chdir(tmp_path)
    assert read_in_full(tmp_path / "a.csv", "a.csv") == "read"
