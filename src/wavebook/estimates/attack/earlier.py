"""What estimates said that are no longer committed: whoever has the history of a repository has them still."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wavebook.estimates.attack.cells import Known
from wavebook.estimates.attack.statements import statements
from wavebook.estimates.records import FOLDER, EstimateRecord
from wavebook.study import git

if TYPE_CHECKING:
    from wavebook.estimates.attack.truth import Truth


def earlier_statements(root: Path, wave: str, truth: Truth) -> list[Known]:
    """Statements of all estimates of a wave that the history of the checkout holds, and the working tree does not."""
    found: list[Known] = []
    for commit, path, text in git.earlier(root, f"{FOLDER}/{wave}"):
        if (root / path).is_file() and (root / path).read_text(encoding="utf-8") == text:
            continue
        try:
            told = statements(_record(json.loads(text)), truth)
        except (ValueError, TypeError, KeyError):  # of another layout, or no estimate: nobody reads a share in it
            continue
        found += [known._replace(said=f"{known.said} in commit {commit}") for known in told]
    return found


def _record(plain: dict[str, Any]) -> EstimateRecord:
    """What an estimate says; how it was made is not asked here, and was once written otherwise."""
    return EstimateRecord(
        wave=plain["wave"],
        function=plain["function"],
        arguments=plain["arguments"],
        evidence="",
        file="",
        sha256="",
        codebook="",
        engine="",
        n=0,
        df=0.0,
        result=plain["result"],
    )
