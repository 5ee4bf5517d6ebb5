"""Reads one respondent file in a process of its own: ``python -m wavebook.waves.parsing KIND FILE BYTES``.

What it writes is one Arrow stream: the columns, or a refusal. The parsers are large programs in C, C++ and Rust, and the
files come from outside: whatever a file does to a parser must stay in that process.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

import pyarrow as pa

from wavebook.waves.parsing.columns import Unreadable
from wavebook.waves.parsing.formats import read


def limit_memory(size: int) -> None:
    """Let this process take no more memory than that, where the system can see to it, and leave no core behind."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (size, size))


def main() -> None:
    """Read the file that the arguments name and write what is in it, or why it cannot be read."""
    kind, path, size = sys.argv[1:]
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what a parser prints must not get into the stream
    limit_memory(int(size))
    try:
        table = read(kind, Path(path))
    except Unreadable as error:
        table = pa.table({}).replace_schema_metadata({"refusal": str(error)})
    with out, pa.ipc.new_stream(out, table.schema) as stream:
        stream.write_table(table)


if __name__ == "__main__":
    main()
