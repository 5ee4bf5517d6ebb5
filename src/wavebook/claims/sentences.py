"""Sentences of the book's own prose that claim something, each with the conditions under which it may stand.

They are written down in `data/sentences.yml`, in the language of the ledger. Prose gets its numbers from the data, but
not its words: *fell*, *a majority*, *more than chance* stay what they were when a new wave has made them false.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import nbformat
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from wavebook.claims.check import hold
from wavebook.claims.registry import Finding
from wavebook.claims.shares import Condition, unknown_shares
from wavebook.estimates import EstimatingStudy
from wavebook.study import Fault, Refused
from wavebook.study.files import is_there, read_text, read_yaml
from wavebook.study.read import faults_of

SENTENCES = "data/sentences.yml"
_GAP = r".{0,400}?"  # what "…" stands for: numbers, citations, words between


class Sentence(BaseModel):
    """Words that stand in a file of prose, and what must be so for them to stand there."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: Annotated[str, Field(alias="in", pattern=r"^(book/[\w./-]+\.md|notebooks/[\w-]+\.ipynb|data/claims\.yml)$")]
    says: Annotated[str, Field(min_length=1)]
    check: Annotated[tuple[Condition, ...], Field(min_length=1)]

    def line(self, text: str) -> int | None:
        """The line of a file's text on which the words begin; breaks of lines and marks of emphasis do not count."""
        parts = (r"\s+".join(map(re.escape, part.split())) for part in self.says.replace("*", "").split("…"))
        found = re.search(_GAP.join(parts), text.replace("*", ""), re.DOTALL)
        return text.replace("*", "").count("\n", 0, found.start()) + 1 if found else None


def broken_sentences(study: EstimatingStudy) -> list[Fault]:
    """Hold every sentence that claims something against the data, and tell those that may no longer stand.

    A condition with a bound holds only where the whole 95% interval lies on its side: what chance could undo, prose
    does not claim.

    Raises
    ------
    Refused
        If the file of sentences itself is wrong, with every fault.
    """
    faults = []
    for line, sentence in _load(study):
        text = _prose(study.root / sentence.file, sentence.file)
        at = sentence.line(text)
        if at is None:
            faults.append(Fault(f"{SENTENCES}:{line}", f"these words do not stand in {sentence.file}: {sentence.says}"))
            continue
        whys = [why for asked in sentence.check if (why := _why_not(asked, hold(study, asked)))]
        faults += (Fault(f"{sentence.file}:{at}", f"“{sentence.says}” may no longer stand: {why}") for why in whys)
    return faults


def _load(study: EstimatingStudy) -> Iterator[tuple[int, Sentence]]:
    if not is_there(study.root / SENTENCES):
        return
    data, line_of = read_yaml(study.root / SENTENCES, SENTENCES)
    found, faults = list[tuple[int, Sentence]](), list[Fault]()
    for key, entry in data.items():
        try:
            sentence = Sentence.model_validate(entry)
        except ValidationError as error:
            faults += faults_of(error, SENTENCES, line_of, key)
            continue
        unknown = unknown_shares(study, sentence.check)
        faults += (Fault(f"{SENTENCES}:{line_of((key, 'check', *keys))}", what) for keys, what in unknown)
        found.append((line_of((key,)), sentence))
    if faults:
        raise Refused(faults)
    yield from found


def _prose(path: Path, name: str) -> str:
    text = read_text(path, name)
    if path.suffix != ".ipynb":
        return text
    return "\n".join(cell.source for cell in nbformat.reads(text, as_version=4).cells)


def _why_not(asked: Condition, found: Finding | None) -> str:
    """Why a condition does not hold, in words; nothing where it does."""
    if found is None:
        return "a number that it rests on is no longer there"
    said = f"{found.label}: {found.number} ({found.interval})"
    if not found.met:
        return f"{said}, not {asked.needs}"
    return "" if found.decided else f"{said}: chance could undo that it is {asked.needs}"
