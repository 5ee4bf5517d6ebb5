"""Which program reads which kind of file, and what is said when it cannot."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pyarrow as pa

from wavebook.waves.parsing.columns import Content, Unreadable
from wavebook.waves.parsing.sheets import read_csv, read_parquet, read_xlsx
from wavebook.waves.parsing.statistical import read_statistical

_SAID = {
    "Unable to read from file": "it ends too early",
    "Unable to convert string to the requested encoding (invalid byte sequence)": "its texts are not in the encoding "
    "that it declares",
}
READERS: dict[str, tuple[str, Callable[[Path, Content], None]]] = {
    "sav": ("SPSS", partial(read_statistical, "sav")),
    "dta": ("Stata", partial(read_statistical, "dta")),
    "xlsx": ("Excel", read_xlsx),
    "csv": ("CSV", read_csv),
    "parquet": ("Parquet", read_parquet),
}


def read(kind: str, path: Path) -> pa.Table:
    """Read a file of a known kind, in this very process.

    Returns
    -------
    pyarrow.Table
        Columns of float64 or dictionary<string>; what else is known stands as JSON in the metadata of its schema.
    """
    program, reader = READERS[kind]
    content = Content()
    try:
        reader(path, content)
        return content.table()
    except (Unreadable, KeyboardInterrupt):
        raise
    except MemoryError:
        raise Unreadable("reading it takes too much memory: it is damaged, or too large") from None
    except BaseException as error:  # noqa: BLE001 - a panic in Rust is no Exception
        raise Unreadable(f"cannot be read as {program}: {_SAID.get(str(error), 'it is damaged')}") from None
