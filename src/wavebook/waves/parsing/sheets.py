"""Reads Excel, CSV and Parquet files: cells without labels."""

from __future__ import annotations

import csv
import io
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from wavebook.waves.parsing.columns import CELLS_AT_ONCE, Content, Places, Unreadable, placed, plain, some
from wavebook.waves.parsing.encodings import decode

_DELIMITERS = {";": "semicolons", "\t": "tabs", "|": "vertical bars", ",": "commas"}


def read_xlsx(path: Path, content: Content) -> None:
    """Read the largest sheet of a workbook; its first row that holds anything names the columns."""
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(path)
    best = book.get_sheet_by_index(0)
    for name in book.sheet_names[1:]:
        sheet = book.get_sheet_by_name(name)
        best = sheet if sheet.height * sheet.width > best.height * best.width else best
    if not best.width:
        raise Unreadable("there are no columns in it")
    if len(book.sheet_names) > 1:
        content.notes.append(f"sheet '{content.tidy(best.name)}' of {len(book.sheet_names)}")
    rows = islice(best.iter_rows(), best.start[0], None)  # the rows above the first that holds anything come as well
    header = next(rows)
    known: list[dict[Any, int]] = [{} for _ in header]
    parts: list[list[Places]] = [[] for _ in header]
    while block := list(islice(rows, max(1, CELLS_AT_ONCE // len(header)))):
        for cells, numbers, part in zip(zip(*block, strict=True), known, parts, strict=True):
            part.append(placed(map(plain, cells), numbers, len(block)))
    content.first_row, content.is_sheet = best.start[0] + 2, True
    for title, numbers, part in zip(header, known, parts, strict=True):
        places = np.concatenate(part) if part else np.empty(0, np.int32)
        content.add_cells(content.text(plain(title)), places, list(numbers))


def read_csv(path: Path, content: Content) -> None:
    """Read a text of rows and cells, in whatever encoding and with whatever delimiter it has."""
    from pyarrow import csv as arrow_csv

    text, encoding = decode(path.read_bytes())
    if "\0" in text:
        raise Unreadable("it is not a text file")
    delimiter = _delimiter(text)
    header = next(csv.reader(io.StringIO(text[:10_000_000], newline=""), delimiter=delimiter), [])
    if not any(header):
        raise Unreadable("its first row must hold the names of the columns")
    keys = [str(place) for place in range(len(header))]
    uneven: list[Any] = []

    def note(row: Any) -> str:
        uneven.append(row)
        return "error"

    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(text.encode()),
            arrow_csv.ReadOptions(column_names=keys, use_threads=False, block_size=1 << 26),
            arrow_csv.ParseOptions(
                delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=note
            ),
            arrow_csv.ConvertOptions(column_types=dict.fromkeys(keys, pa.dictionary(pa.int32(), pa.string()))),
        )
    except pa.ArrowInvalid:
        if not uneven:
            raise
        raise Unreadable(
            f"row {uneven[0].number} has {uneven[0].actual_columns} cells where {uneven[0].expected_columns} are expected"
        ) from None
    last = [column[-1].as_py() or "" for column in table.columns]
    if text.count('"') % 2 and any("\n" in cell for cell in last):
        raise Unreadable(f"a quotation mark that is opened in row {table.num_rows} is never closed")
    parted = f"columns separated by {_DELIMITERS[delimiter]}" if len(header) > 1 else "a single column"
    content.notes.append(f"read as {encoding}, {parted}")
    content.first_row, content.is_sheet = 2, True
    for title, column in zip(header, table.columns, strict=True):
        cells = column.combine_chunks()
        places = cells.indices.fill_null(-1).to_numpy()[1:]
        content.add_cells(content.tidy(title), places, cells.dictionary.to_pylist(), comma=delimiter != ",")


def _delimiter(text: str) -> str:
    """Find the sign that parts the first rows most evenly."""
    csv.field_size_limit(len(text) + 1)

    def evenness(delimiter: str) -> tuple[bool, float, int]:
        rows = list(islice(csv.reader(io.StringIO(text[:1_000_000], newline=""), delimiter=delimiter), 50))
        widths = [len(row) for row in rows if row] or [0]
        return widths[0] > 1, widths.count(widths[0]) / len(widths), widths[0]

    return max(_DELIMITERS, key=evenness)


def read_parquet(path: Path, content: Content) -> None:
    """Read a Parquet file of plain columns."""
    from pyarrow import parquet

    table = parquet.ParquetFile(path).read(use_threads=False)
    for title, raw in zip(table.column_names, table.columns, strict=True):
        kind = raw.type.value_type if pa.types.is_dictionary(raw.type) else raw.type
        if pa.types.is_temporal(kind) and getattr(kind, "unit", "") == "ns":  # Python's moments have no nanoseconds
            kind = getattr(pa, type(kind).__name__.removesuffix("Type").lower())("us")
        name, column = content.tidy(title), raw.cast(kind, safe=False)
        if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
            raise Unreadable(f"column {some([name])} holds neither numbers nor texts nor dates")
        if pa.types.is_floating(kind) or pa.types.is_decimal(kind) or pa.types.is_null(kind):
            content.add_numbers(name, column.cast(pa.float64()).to_numpy())
        else:
            encoded = column.combine_chunks().dictionary_encode()
            cells = [plain(cell) for cell in encoded.dictionary.to_pylist()]
            content.add_cells(name, encoded.indices.fill_null(-1).to_numpy(), cells)
