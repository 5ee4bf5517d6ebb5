import os
import sys
import tempfile
import zipfile
from datetime import date, datetime, timedelta
from hashlib import sha256

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat
import pytest
import respondent_files as files

from wavebook.study.faults import Refused
from wavebook.waves import readers
from wavebook.waves.readers import read_respondents


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("formats")
    files.every_format(folder)
    return folder


@pytest.fixture
def own_process():
    """Read in a process of its own, as users do."""


@pytest.fixture(autouse=True)
def quickly(request, monkeypatch):
    """Start no process for each file, unless a test is about that."""
    if not {"own_process", "behaving"} & set(request.fixturenames):
        monkeypatch.setattr(readers, "_in_own_process", files.in_this_process)


def read(path, content=None, **options):
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_respondents(path, path.name, **options)


def refusal(path, content=None, **options):
    with pytest.raises(Refused) as refused:
        read(path, content, **options)
    (fault,) = refused.value.faults
    assert fault.where.startswith(path.name)
    return fault.what


def values(column):
    return [None if cell is None or cell != cell else cell for cell in column]  # noqa: PLR0124


FORMATS = [
    "wave.sav", "compressed.sav", "wave.zsav", "wave.dta", "wave.xlsx", "wave.parquet",
    "utf-8.csv", "bom.csv", "kz1048.csv", "ptcp154.csv", "utf-16.csv",
    "russian-cp1251.csv", "russian-koi8_r.csv", "russian-cp866.csv", "russian-mac_cyrillic.csv",
]  # fmt: skip


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_gives_the_same_frame(folder, name, own_process, monkeypatch):
    expected = files.wave(files.RUSSIAN if "russian" in name else files.KAZAKH)
    if "russian" in name:
        expected = expected.replace({"да, «но»": "да, но"})
    plain = read(folder / name)
    monkeypatch.setattr(readers, "_in_own_process", files.in_this_process)
    packed = read(folder / f"{name.replace('.', '-')}.zip")
    for found in (plain, packed):
        pd.testing.assert_frame_equal(files.plain(found.frame), files.plain(expected))
        assert isinstance(found.frame.index, pd.RangeIndex)
        for column in found.frame:
            kind = found.frame[column].dtype
            if isinstance(kind, pd.CategoricalDtype):
                assert kind.categories.dtype == "str"
                assert set(kind.categories) == set(found.frame[column].dropna())
        assert not found.synthetic
        assert found.first_row == (2 if name.endswith(("csv", "xlsx")) else 1)
    assert plain.sha256 == sha256((folder / name).read_bytes()).hexdigest()
    assert packed.notes == (f"kz/{name} in the archive", *plain.notes)


@pytest.mark.parametrize("name", ["wave.sav", "wave.zsav", "wave.dta"])
def test_labels_codes_and_declared_missing(folder, name):
    found = read(folder / name)
    assert found.labels == files.LABELS
    codes = {label: code for code, label in files.KAZAKH.items() if code != 99 or name != "wave.dta"}
    assert found.codes == {"answer": codes}
    assert found.declared_missing == {"answer": ("Жауап беру қиын",)}
    assert list(found.frame["answer"].cat.categories) == list(files.KAZAKH.values())


@pytest.mark.parametrize(
    ("name", "note"),
    [
        ("utf-8.csv", "read as UTF-8, columns separated by commas"),
        ("bom.csv", "read as UTF-8, columns separated by semicolons"),
        ("kz1048.csv", "read as KZ-1048, columns separated by semicolons"),
        ("ptcp154.csv", "read as PTCP154, columns separated by vertical bars"),
        ("utf-16.csv", "read as UTF-16, columns separated by tabs"),
        ("russian-cp1251.csv", "read as windows-1251, columns separated by semicolons"),
        ("russian-koi8_r.csv", "read as KOI8-R, columns separated by semicolons"),
        ("wave.xlsx", "sheet 'Data' of 3"),
    ],
)
def test_notes_tell_how_it_was_read(folder, name, note):
    assert read(folder / name).notes == (note,)


@pytest.mark.parametrize("encoding", ["cp1251", "koi8_r", "cp866"])
@pytest.mark.parametrize("words", ["Да Нет", "ДА НЕТ МУЖСКОЙ", "Мужской Женский Город Село", "Ещё Ёлка", "18–29 лет"])
def test_few_words_tell_an_encoding(tmp_path, encoding, words):
    if encoding != "cp1251":
        words = words.replace("–", "-")
    raw = ("q\n" + "\n".join(words.split(" ")) + "\n").encode(encoding)
    assert set(read(tmp_path / "a.csv", raw).frame["q"]) == set(words.split(" "))


def test_latin_words_with_accents(tmp_path):
    raw = "q,n\nÉlève,1\ncôté,2\nça va,3\n".encode("cp1252")
    found = read(tmp_path / "a.csv", raw)
    assert list(found.frame["q"]) == ["Élève", "côté", "ça va"]
    assert found.notes == ("read as windows-1252, columns separated by commas",)


def test_one_kazakh_word_among_many_russian_ones_is_enough(tmp_path):
    text = "q\n" + "Полностью согласен\n" * 100_000 + "Әрине\n"
    found = read(tmp_path / "a.csv", text.encode("kz1048"))
    assert found.frame["q"].iloc[-1] == "Әрине"
    assert found.notes == ("read as KZ-1048, a single column",)


def test_unlabelled_values_of_a_labelled_variable_are_numbers_as_text(tmp_path):
    frame = pd.DataFrame({"q": [1, 2, 45.0, 0.5, np.nan]})
    pyreadstat.write_sav(frame, tmp_path / "a.sav", variable_value_labels={"q": {1.0: "да", 2.0: " "}})
    found = read(tmp_path / "a.sav")
    assert values(found.frame["q"]) == ["да", "2", "45", "0.5", None]
    assert list(found.frame["q"].cat.categories) == ["0.5", "да", "2", "45"]
    assert found.codes == {"q": {"0.5": 0.5, "да": 1.0, "2": 2.0, "45": 45.0}}


def test_two_codes_with_one_label_are_one_answer(tmp_path):
    frame = pd.DataFrame({"q": [1.0, 2, 3]})
    pyreadstat.write_sav(frame, tmp_path / "a.sav", variable_value_labels={"q": {1.0: "да", 2.0: "да ", 3.0: "нет"}})
    found = read(tmp_path / "a.sav")
    assert values(found.frame["q"]) == ["да", "да", "нет"]
    assert found.codes == {"q": {"да": 1.0, "нет": 3.0}}
    assert found.notes == ("codes that have the same label are one answer in q",)


def test_what_spss_declares_missing(tmp_path):
    frame = pd.DataFrame({"q": [1.0, 98, 99], "n": [1.5, 7, 99], "t": ["a", "b", "x"], "s": ["a", "b", "x"]})
    pyreadstat.write_sav(
        frame,
        tmp_path / "a.sav",
        variable_value_labels={"q": {1.0: "да", 98.0: "нет ответа"}, "s": {"a": "Алматы"}},
        missing_ranges={"q": [{"lo": 90, "hi": 99}], "n": [{"lo": 5, "hi": 100}], "t": ["x"], "s": ["x"]},
    )
    found = read(tmp_path / "a.sav")
    assert values(found.frame["q"]) == ["да", "нет ответа", "99"]
    assert found.declared_missing == {"q": ("99", "нет ответа"), "s": ("x",)}
    assert values(found.frame["n"]) == [1.5, None, None]
    assert values(found.frame["t"]) == ["a", "b", None]
    assert values(found.frame["s"]) == ["Алматы", "b", "x"]
    assert found.notes == ("user-missing values of variables without labels made missing: 3",)
    assert found.codes["s"] == {}


def test_what_stata_declares_missing(tmp_path):
    frame = pd.DataFrame(
        {"q": [1, "a", "b", 2, "c", 3], "n": [1, "a", "z", 2, 3, 4], "t": ["a", "b", "", "z", "a", "a"]}
    )
    pyreadstat.write_dta(
        frame,
        tmp_path / "a.dta",
        variable_value_labels={"q": {1: "да", "a": "нет ответа"}},
        missing_user_values={"q": ["a", "b", "c"], "n": ["a", "z"]},
    )
    found = read(tmp_path / "a.dta")
    assert values(found.frame["q"]) == ["да", "нет ответа", None, "2", None, "3"]
    assert values(found.frame["n"]) == [1, None, None, 2, 3, 4]
    assert values(found.frame["t"]) == ["a", "b", None, "z", "a", "a"]
    assert found.declared_missing == {"q": ("нет ответа",)}
    assert found.codes == {"q": {"да": 1.0, "2": 2.0, "3": 3.0}}


def test_a_synthetic_file_says_so(tmp_path):
    frame = pd.DataFrame({"q": [1.0]})
    pyreadstat.write_sav(frame, tmp_path / "a.sav", file_label="Synthetic respondents")
    pyreadstat.write_dta(frame, tmp_path / "a.dta", file_label="SYNTHETIC")
    pyreadstat.write_sav(frame, tmp_path / "b.sav", file_label="Not synthetic")
    assert read(tmp_path / "a.sav").synthetic
    assert read(tmp_path / "a.dta").synthetic
    assert not read(tmp_path / "b.sav").synthetic
    marked = read(tmp_path / "c.csv", "q,wavebook_synthetic\n1,1\n")
    assert marked.synthetic
    assert list(marked.frame) == ["q", "wavebook_synthetic"]


def test_dates_and_times(tmp_path):
    at = datetime(2026, 5, 1, 10, 30, 15)
    frame = pd.DataFrame({"d": [date(2026, 5, 1), None], "t": [at, datetime(1582, 10, 15)]})
    pyreadstat.write_sav(frame, tmp_path / "a.sav")
    pyreadstat.write_dta(frame, tmp_path / "a.dta")
    (tmp_path / "a.xlsx").write_bytes(
        files.in_memory(
            {"s": [["d", "t", "h", "b"], [date(2026, 5, 1), at, timedelta(hours=30), True], [None, at, None, False]]}
        )
    )
    pq.write_table(
        pa.table({"d": [date(2026, 5, 1), None], "t": pa.array([at, at], pa.timestamp("ns")), "b": [True, None]}),
        tmp_path / "a.parquet",
    )
    for name in ("a.sav", "a.dta", "a.xlsx", "a.parquet"):
        found = read(tmp_path / name).frame
        assert values(found["d"]) == ["2026-05-01", None]
        assert found["t"][0] == "2026-05-01T10:30:15"
    assert read(tmp_path / "a.sav").frame["t"][1] == "1582-10-15"
    assert values(read(tmp_path / "a.xlsx").frame["h"]) == ["30:00:00", None]
    assert values(read(tmp_path / "a.xlsx").frame["b"]) == ["True", "False"]
    assert values(read(tmp_path / "a.parquet").frame["b"]) == ["True", None]


def test_numbers_in_texts(tmp_path):
    cells = ["1.00000000000000000", "0.0", "-0", "1e3", "да", " ", "NA", "9007199254740993", "1,5"]
    found = read(tmp_path / "a.csv", "q;w\n" + "".join(f'"{cell}";0,5\n' for cell in cells)).frame
    assert values(found["q"]) == ["1", "0", "0", "1000", "да", None, "NA", "9007199254740993", "1,5"]
    assert found["w"].dtype == float
    assert set(found["w"]) == {0.5}
    with_commas = read(tmp_path / "b.csv", 'w,n\n"0,5",1e400\n"1,5",2\n').frame
    assert values(with_commas["w"]) == ["0,5", "1,5"]
    assert values(with_commas["n"]) == ["1e400", "2"]
    pq.write_table(
        pa.table({"n": ["1", " 2.50 ", ""], "i": [2**60, 1, None], "f": [1.0, np.inf, None]}), tmp_path / "a.parquet"
    )
    found = read(tmp_path / "a.parquet")
    assert values(found.frame["n"]) == [1, 2.5, None]
    assert values(found.frame["i"]) == [str(2**60), "1", None]
    assert values(found.frame["f"]) == [1, None, None]
    assert found.notes == ("infinite numbers made missing: 1",)


def test_control_characters_become_a_space(tmp_path):
    found = read(tmp_path / "a.csv", 'q,"a\nb"\n"x\u2028\ty",1\n"\x1b[1mz\r\n",2\n')
    assert list(found.frame) == ["q", "a b"]
    assert values(found.frame["q"]) == ["x y", "[1mz"]
    assert found.notes[-1] == "texts out of which control characters were taken: 3"


def test_quoted_cells_may_hold_newlines_and_the_separator(tmp_path):
    found = read(tmp_path / "a.csv", 'q,n\r\n"да,\r\nнет",1\r\n"он ""я""",2\r\n').frame
    assert values(found["q"]) == ["да, нет", 'он "я"']


def test_what_a_spreadsheet_leaves_at_its_edges(tmp_path):
    found = read(tmp_path / "a.csv", "q;n;;\nда;1;;\n\nнет;2;;\n;;;\n\n")
    assert values(found.frame["q"]) == ["да", None, "нет"]
    assert found.notes[1:] == ("empty columns at the end left out: 2", "empty rows at the end left out: 2")
    rows = [[None, None], ["q", "n", " "], ["да", 1, None], [None, " ", None]]
    found = read(tmp_path / "a.xlsx", files.in_memory({"s": rows}))
    assert values(found.frame["q"]) == ["да"]
    assert found.first_row == 3


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("a.txt", "q\n1\n", "its name must end in one of .csv, .dta, .parquet, .sav, .xlsx, .zip, .zsav"),
        ("a.csv", "", "the file is empty"),
        ("a.csv", "\n\n", "its first row must hold the names of the columns"),
        ("a.csv", "q,n\n", "there are no respondents in it"),
        ("a.csv", "q,n\n,\n \n"[:6], "there are no respondents in it"),
        ("a.csv", "q,,n,\n1,2,3,4\n", "columns without a name: 2, 4, counted from the left"),
        ("a.csv", "q,n,q\n1,2,3\n", "more than one column is named q"),
        ("a.csv", "q,n\n1,2\n1,2,тайна\n", "row 3 has 3 cells where 2 are expected"),
        ("a.csv", 'q,n\n1,2\n1,"тайна\n1,2\n', "a quotation mark that is opened in row 3 is never closed"),
        ("a.csv", b"q,n\n\0,2\n", "it is not a text file"),
        ("a.csv", "q,n\nтайна,2\n".encode("utf-16-le"), "it is not a text file"),
        ("a.csv", "q\nсовершенно согласен\n".encode()[:-2] + b"\n", "it is UTF-8 text, but byte 37 is damaged"),
        ("a.csv", b"q\n\x81\x98\xbf\xff\xa9\xae\n", "its letters are in no encoding that is known here; save it as UTF-8"),
        ("a.csv", b"\xff\xfeq\0\n", "it begins as UTF-16 text does, but byte 4 is damaged"),
        ("a.csv", b"$FL2 etc.", "its name ends in .csv but it is an SPSS file; rename it"),
        ("a.sav", "q,n\n1,2\n", "its name ends in .sav but it is not an SPSS file"),
        ("a.sav", b"$FL2" + b"x" * 10, "cannot be read as SPSS: it ends too early"),
        ("a.dta", b"<stata_dta><header>", "cannot be read as Stata: it ends too early"),
        ("a.dta", b"\x73\1\1\0" + b"x" * 300, "cannot be read as Stata: it is damaged"),
        ("a.parquet", b"PAR1PAR1", "cannot be read as Parquet: it is damaged"),
        ("a.xlsx", b"PK\3\4etc.", "cannot be unpacked: it is damaged"),
        ("a.csv", files.in_memory({"s": [["q"], [1]]}), "its name ends in .csv but it is an Excel workbook; rename it"),
        ("a.zip", files.in_memory({"s": [["q"], [1]]}), "its name ends in .zip but it is an Excel workbook; rename it"),
        ("a.xlsx", files.in_memory({"s": []}), "there are no columns in it"),
        ("a.xlsx", files.in_memory({"s": [["q", "n"]]}), "there are no respondents in it"),
        ("a.xlsx", files.in_memory({"s": [["q", None, "n"], [1, 2, 3]]}), "columns without a name: 2, counted from the left"),
    ],
)  # fmt: skip
def test_refusals(tmp_path, name, content, what):
    assert refusal(tmp_path / name, content) == what


def test_refusals_of_what_is_no_file(tmp_path):
    assert refusal(tmp_path / "a.csv") == "the file is not there"
    (tmp_path / "b.csv").mkdir()
    assert refusal(tmp_path / "b.csv") == "is not a file"
    os.mkfifo(tmp_path / "c.csv")
    assert refusal(tmp_path / "c.csv") == "is not a file"
    assert refusal(tmp_path / "d.csv", "q\n1\n", member="a.csv") == "is not an archive: leave out `member`"


def test_parquet_refusals(tmp_path):
    pq.write_table(pa.table({"q": [[1]]}), tmp_path / "a.parquet")
    assert refusal(tmp_path / "a.parquet") == "column q holds neither numbers nor texts nor dates"
    pq.write_table(pa.Table.from_arrays([pa.array([1]), pa.array([1])], names=["q", "q"]), tmp_path / "b.parquet")
    assert refusal(tmp_path / "b.parquet") == "more than one column is named q"


def test_archives(tmp_path):
    one, two = b"q\n1\n", b"q\n2\n"
    path = tmp_path / "a.zip"
    files.zipped({"x/": b"", "__MACOSX/a.csv": one, ".a.csv": one, "../../evil/б.csv": two, "inner.zip": one}, path)
    found = read(path)
    assert list(found.frame["q"]) == [2]
    assert found.notes[0] == "../../evil/б.csv in the archive"
    assert found.sha256 == sha256(path.read_bytes()).hexdigest()
    files.zipped({f"{letter}.csv": one for letter in "abcde"}, path)
    assert refusal(path) == "5 respondent files are in the archive (a.csv, b.csv, c.csv, …): name one as `member`"
    assert refusal(path, member="z.csv").startswith(
        "no respondent file in the archive is named z.csv; there are a.csv,"
    )
    assert list(read(path, member="b.csv").frame["q"]) == [1]
    files.zipped({"inner.zip": one, "readme.txt": one}, path)
    assert refusal(path).startswith("no respondent file is in the archive")
    files.zipped({"a.csv": (tmp_path / "a.zip").read_bytes()}, tmp_path / "b.zip")
    assert refusal(tmp_path / "b.zip") == "its name ends in .csv but it is a ZIP archive; rename it"


def test_archives_that_are_refused(tmp_path):
    path = files.zipped({"a.csv": b"q\n1\n"}, tmp_path / "a.zip")
    raw = bytearray(path.read_bytes())
    directory = raw.index(b"PK\1\2")
    raw[6] |= 1
    raw[directory + 8] |= 1
    assert refusal(tmp_path / "b.zip", bytes(raw)) == "a.csv is encrypted in the archive; unpack it first"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a.csv", b"q\n1\n")
    assert refusal(path) == "a.csv is compressed in a rare way; pack it as an ordinary ZIP archive"
    files.zipped({"a.csv": b"q\n" + b"1\n" * 100_000}, path)
    raw = bytearray(path.read_bytes())
    directory = raw.index(b"PK\1\2")
    raw[directory + 24 : directory + 28] = (10).to_bytes(4, "little")
    assert refusal(tmp_path / "d.zip", bytes(raw)) == "cannot be unpacked: it is damaged"
    assert not list(tmp_path.glob("wavebook-*"))


def test_a_member_that_is_too_large(tmp_path, monkeypatch):
    monkeypatch.setattr(readers, "LARGEST", 2**30)
    path = files.zipped({"a.csv": b"q\n1\n"}, tmp_path / "a.zip")
    raw = bytearray(path.read_bytes())
    directory = raw.index(b"PK\1\2")
    raw[directory + 24 : directory + 28] = (2**31).to_bytes(4, "little")
    assert refusal(path, bytes(raw)) == "a.csv unpacked is larger than 1 GB"


@pytest.fixture
def behaving(tmp_path, monkeypatch):
    """Let another program stand in for the child."""

    def behave(program):
        script = tmp_path / "child.py"
        script.write_text(program)
        monkeypatch.setattr(readers, "PARSER", ("-P", str(script)))
        (tmp_path / "a.csv").write_text("q\n1\n")
        files.zipped({"a.csv": b"q\n1\n"}, tmp_path / "a.zip")
        unpacked = tmp_path / "unpacked"
        unpacked.mkdir(exist_ok=True)
        monkeypatch.setattr(tempfile, "tempdir", str(unpacked))
        return tmp_path / "a.zip"

    return behave


def test_a_child_that_crashes(behaving):
    path = behaving("import os; os.abort()")
    assert refusal(path) == "the reader crashed on it: the file is damaged"
    assert not list((path.parent / "unpacked").iterdir())


def test_a_child_that_hangs(behaving, monkeypatch):
    path = behaving("import time; time.sleep(600)")
    monkeypatch.setattr(readers, "LEAST_SECONDS", 1)
    assert refusal(path) == "reading took longer than 1 s; it is damaged, or made to be slow"
    assert not list((path.parent / "unpacked").iterdir())


def test_a_child_is_killed_when_the_caller_is_interrupted(behaving, monkeypatch):
    path = behaving("import time; time.sleep(600)")
    started = []

    class Interrupted(readers.subprocess.Popen):
        def communicate(self, *args, **options):
            started.append(self)
            raise KeyboardInterrupt

    monkeypatch.setattr(readers.subprocess, "Popen", Interrupted)
    with pytest.raises(KeyboardInterrupt):
        read(path)
    assert started[0].returncode < 0
    assert not list((path.parent / "unpacked").iterdir())


def test_what_a_parser_prints_does_not_spoil_the_stream(tmp_path, behaving):
    program = (
        "import os\nfrom wavebook.waves.parsing import formats, __main__ as program\nread = formats.READERS['csv'][1]\n"
    )
    program += "noisy = lambda p, c: (os.system('echo noise'), print('noise', flush=True), read(p, c))\n"
    program += "formats.READERS['csv'] = ('CSV', noisy)\nprogram.main()\n"
    assert list(read(behaving(program)).frame["q"]) == [1]


def test_memory_is_limited(behaving, monkeypatch):
    program = "from wavebook.waves.parsing import formats, __main__ as program\n"
    program += "formats.READERS['csv'] = ('CSV', lambda p, c: bytearray(2**40))\nprogram.main()\n"
    assert refusal(behaving(program)) == "reading it takes too much memory: it is damaged, or too large"


def test_the_child_imports_little():
    program = "import sys, wavebook.waves.parsing.__main__; print(*sys.modules)"
    loaded = readers.subprocess.run([sys.executable, "-P", "-c", program], capture_output=True, text=True, check=True)
    assert not {"pandas", "pyreadstat", "pydantic", "python_calamine"} & set(loaded.stdout.split())


@pytest.mark.slow
def test_more_rows_than_are_read_at_once(tmp_path):
    frame = pd.DataFrame({f"q{number}": np.arange(30_000.0) % 7 for number in range(200)} | {"n": np.arange(30_000.0)})
    labels = {name: {float(code): f"о{code}" for code in range(7)} for name in list(frame)[:200]}
    pyreadstat.write_sav(frame, tmp_path / "a.sav", variable_value_labels=labels, row_compress=True)
    found = read(tmp_path / "a.sav").frame
    assert (found["n"] == frame["n"]).all()
    assert (found["q199"].astype(str) == "о" + (frame["n"] % 7).astype(int).astype(str)).all()


@pytest.mark.parametrize("name", ["wave.sav", "compressed.sav", "wave.zsav", "wave.dta", "wave.xlsx", "wave.parquet"])
def test_a_file_that_ends_too_early_is_not_read_in_part(folder, tmp_path, name):
    raw = (folder / name).read_bytes()
    for missing in (1, 100, 1000):
        assert "cannot be" in refusal(tmp_path / name, raw[:-missing])


def test_a_long_file_that_ends_too_early_is_not_read_in_part(tmp_path):
    frame = pd.DataFrame({"n": np.arange(5000.0)})
    for options in ({}, {"row_compress": True}, {"compress": True}):
        pyreadstat.write_sav(frame, tmp_path / "a.sav", **options)
        raw = (tmp_path / "a.sav").read_bytes()
        for share in (0.1, 0.3, 0.9):
            assert "cannot be read as SPSS" in refusal(tmp_path / "b.sav", raw[: -int(len(raw) * share)])


@pytest.mark.parametrize("rows", [999, 1000, 1001, 2000])
def test_as_many_rows_as_are_read_at_once(tmp_path, rows):
    pyreadstat.write_sav(pd.DataFrame({"n": np.arange(float(rows))}), tmp_path / "a.sav")
    assert list(read(tmp_path / "a.sav").frame["n"]) == list(range(rows))
