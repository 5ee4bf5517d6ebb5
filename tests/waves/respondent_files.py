"""One small wave, made up, in every format in which a wave may come."""

from __future__ import annotations

import csv as csv_module
import datetime as dt
import io
import os
import tempfile
import zipfile
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat

from wavebook.study.faults import Refused, refuse
from wavebook.waves import readers
from wavebook.waves.parsing import columns, formats
from wavebook.waves.parsing.__main__ import limit_memory

ROWS = 60
RUSSIAN = {1.0: "Полностью согласен", 2.0: "Не согласен", 3.0: "Ещё не решил", 99.0: "Затрудняюсь ответить"}
KAZAKH = {1.0: "Келісемін", 2.0: "Әрине, ұғымды өңір", 3.0: "Үй мен шаһар, ғылым", 99.0: "Жауап беру қиын"}
LABELS = {"answer": "Вы согласны?", "age": "Возраст", "weight": "Вес"}


def wave(answers: dict[float, str] = KAZAKH) -> pd.DataFrame:
    """Return the wave as texts and numbers: what is read from every format must be this."""
    random = np.random.default_rng(20260501)
    codes = random.choice(list(answers), ROWS)
    frame = pd.DataFrame(
        {
            "answer": [answers[code] for code in codes],
            "age": random.integers(18, 90, ROWS).astype(float),
            "weight": np.round(random.uniform(0.2, 3, ROWS), 4),
            "comment": random.choice(["Иә; жоқ", "да, «но»", 'он сказал "нет"', "NA", None], ROWS),
            "mixed": random.choice(["7", "0.5", "не знаю", None], ROWS),
            "on": random.choice(["2026-05-01", "2026-12-31"], ROWS),
        }
    )
    frame.loc[3, "age"] = np.nan
    if answers is RUSSIAN:
        frame["comment"] = frame["comment"].replace("Иә; жоқ", "Да; нет")
    return frame


def plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame in the form in which frames are compared: texts, not categories in an order."""
    return frame.apply(
        lambda column: column if column.dtype == float else column.astype(object).where(column.notna(), None)
    )


def as_coded(frame: pd.DataFrame, answers: dict[float, str] = KAZAKH) -> pd.DataFrame:
    code = {label: number for number, label in answers.items()}
    on = [dt.date.fromisoformat(day) for day in frame["on"]]
    return frame.assign(answer=frame["answer"].map(code).astype(float), on=on, comment=frame["comment"].fillna("  "))


def sav(frame: pd.DataFrame, path: Path, answers: dict[float, str] = KAZAKH, **options: object) -> None:
    pyreadstat.write_sav(
        as_coded(frame, answers),
        path,
        column_labels=LABELS,
        variable_value_labels={"answer": answers},
        missing_ranges={"answer": [99.0]},
        **options,
    )


def dta(frame: pd.DataFrame, path: Path) -> None:
    coded = as_coded(frame)
    coded["answer"] = [int(code) if code != 99 else "a" for code in coded["answer"]]
    labels = {int(code) if code != 99 else "a": label for code, label in KAZAKH.items()}
    pyreadstat.write_dta(
        coded,
        path,
        column_labels=LABELS,
        variable_value_labels={"answer": labels},
        missing_user_values={"answer": ["a"]},
    )


def xlsx(frame: pd.DataFrame, path: Path, sheet: str = "Data", others: int = 2) -> None:
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    page.append(list(frame.columns))
    for row in frame.assign(on=pd.to_datetime(frame["on"])).itertuples(index=False):
        page.append([_excel(cell) for cell in row])
    for number in range(others):
        book.create_sheet(f"Notes {number}", 0)["A1"] = "notes"
    book.save(path)


def _excel(cell: object) -> object:
    if cell is None or cell != cell:  # noqa: PLR0124 - NaN
        return None
    if isinstance(cell, pd.Timestamp):
        return cell.to_pydatetime()
    return float(cell) if cell in {"7", "0.5"} else cell


def csv(frame: pd.DataFrame, path: Path, encoding: str = "utf-8", sep: str = ",", decimal: str = ".") -> None:
    text = frame.to_csv(index=False, sep=sep, decimal=decimal, lineterminator="\r\n")
    path.write_bytes(text.encode(encoding))


def parquet(frame: pd.DataFrame, path: Path) -> None:
    table = pa.table(
        {
            **{name: pa.array(frame[name], from_pandas=True) for name in frame.columns if name != "on"},
            "on": pa.array([dt.date.fromisoformat(day) for day in frame["on"]]),
        }
    )
    table = table.set_column(0, "answer", table["answer"].cast(pa.string()).dictionary_encode())
    pq.write_table(table, path)


def zipped(members: dict[str, bytes], path: Path) -> Path:
    """Pack files into an archive."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def every_format(folder: Path) -> list[Path]:
    """Write the wave in every format; the Kazakh letters of windows-1251 are missing, so that is Russian."""
    kazakh, russian = wave(), wave(RUSSIAN)
    sav(kazakh, folder / "wave.sav")
    sav(kazakh, folder / "compressed.sav", row_compress=True)
    sav(kazakh, folder / "wave.zsav", compress=True)
    dta(kazakh, folder / "wave.dta")
    xlsx(kazakh, folder / "wave.xlsx")
    csv(kazakh, folder / "utf-8.csv")
    csv(kazakh, folder / "bom.csv", "utf-8-sig", ";", ",")
    csv(kazakh, folder / "kz1048.csv", "kz1048", ";", ",")
    csv(kazakh, folder / "ptcp154.csv", "ptcp154", "|")
    csv(kazakh, folder / "utf-16.csv", "utf-16", "\t")
    for encoding in ("cp1251", "koi8_r", "cp866", "mac_cyrillic"):
        text = russian.replace({"да, «но»": "да, но"})
        csv(text, folder / f"russian-{encoding}.csv", encoding, ";", ",")
    parquet(kazakh, folder / "wave.parquet")
    written = sorted(folder.iterdir())
    for path in written:
        zipped(
            {f"kz/{path.name}": path.read_bytes(), "__MACOSX/._x.csv": b"x", "readme.txt": b"x"},
            folder / f"{path.stem}-{path.suffix[1:]}.zip",
        )
    return sorted(folder.iterdir())


def in_memory(sheets: dict[str, list[list[object]]]) -> bytes:
    """Make a workbook of sheets given as rows."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        page = book.create_sheet(title)
        for row in rows:
            page.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def in_this_process(kind: str, path: Path, name: str) -> pa.Table:
    """Read as the process does that is started for each file, where what such a process is for is not the matter."""
    longest = csv_module.field_size_limit()
    try:
        return formats.read(kind, path)
    except columns.Unreadable as error:
        raise refuse(name, str(error)) from None
    finally:
        csv_module.field_size_limit(longest)  # which the reader sets for its own process


def read_in_this_process(requests: Connection, temporary: str) -> None:
    """Read file after file as `read_respondents` does, but without a process for each: 2,000 starts take minutes.

    For each (path, name) that comes in, what came of it goes out: "read", "refused", or what else happened.
    """
    tempfile.tempdir = temporary
    limit_memory(readers.LEAST_MEMORY)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)

    readers._in_own_process = in_this_process
    requests.send("ready")
    while True:
        path, name = requests.recv()
        try:
            found = readers.read_respondents(Path(path), name)
        except Refused as refused:
            requests.send("refused" if len(refused.faults) == 1 else "refused for several faults")
        except BaseException as error:  # noqa: BLE001
            requests.send(f"{type(error).__name__}: {error}")
        else:
            requests.send("read" if is_sound(found) else "read, but not in the plain shape")


def is_sound(found: readers.RespondentFile) -> bool:
    """Tell whether what was read has the shape that is promised."""
    texts = [*found.frame.columns, *found.notes, *found.labels.values()]
    for name in found.frame:
        column = found.frame[name]
        if isinstance(column.dtype, pd.CategoricalDtype):
            texts += list(column.cat.categories)
        elif column.dtype != float or np.isinf(column).any():
            return False
    is_plain = all(text and text == text.strip() and not columns.CONTROL.search(text) for text in texts if text)
    is_declared = all(
        set(some) <= set(found.frame[name].cat.categories) for name, some in found.declared_missing.items()
    )
    return (
        is_plain and is_declared and found.frame.columns.is_unique and all(found.frame.columns) and len(found.frame) > 0
    )
