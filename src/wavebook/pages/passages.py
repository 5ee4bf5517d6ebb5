"""Passages of prose, wherever they stand, and what is wrong with them: numbers about opinion that were typed.

A number that may stand says why, on the line before its paragraph, table or literal: in markdown as a comment
(`% allowed: quotation, KEY`, or the same between `<!--` and `-->`), in YAML and Python after `#`. What follows
`allowed:` is `quotation, KEY` (a source's own words, which it has to cite), `method, WHY` or `example, WHY`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

HOLE = "\N{OBJECT REPLACEMENT CHARACTER}"  # where something stands that is no prose: a glued number, code, a formula
_ONES = "one|two|three|four|five|six|seven|eight|nine"
_TEENS = "ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_WORD = rf"(?:(?:{_TENS})(?:[\s-](?:{_ONES}))?|{_TEENS}|{_ONES}|(?:an?\s)?hundred|half\sa|zero|nought)"
_FIGURE = r"(?<![\w.,])[+±−–-]?\d+(?:[.,]\d+)*(?:\s?(?:[–−-]|to|and)\s?\d+(?:[.,]\d+)*)?"
_CENT = r"(?:per[\s-]?cent|pct|percentage[\s-]points?)\b"
# “Three points” may be dots of a chart: in words, points count only where something moves by them.
_MOVES = r"(?:by|fell|rose|dropped|gained|lost|up|down|(?:fall|rise|drop|gain|loss|change|lead|gap|rebound)\sof)"
_OF_RESULTS = r"(?:ways|groups|opinions|outcomes|covariates)"
_PROSE = (
    rf"{_FIGURE}(?:\s*[%٪]|[\s-]*{_CENT}|[\s-]*points?\b(?!\s+in\s+time))|\b{_WORD}[\s-]+{_CENT}"
    rf"|\b{_MOVES}\s+(?:(?:about|some|almost|nearly|more\sthan|at\sleast)\s+)?{_WORD}\s+points?\b"
    rf"|\b{_WORD}\s+points?\s+(?:more|less|higher|lower|above|below)\b"
    rf"|\b{_WORD}\s+(?:(?:such|other|further)\s+)?{_OF_RESULTS}\b"
    r"|\b\d\d\s+(?:and|or)\s+(?:over|older|above|under|younger|below)\b"
)
# A sentence that code makes is said of whatever was found: what a person may write about dots, it may not.
_CODE = rf"|\b{_WORD}\s+(?:percentage\s+)?points\b|\b{_WORD}\s+times\s+(?:out\s+of|in)\s+{_WORD}\b"
_NUMBER, _NUMBER_IN_CODE = (re.compile(pattern, re.IGNORECASE) for pattern in (_PROSE, _PROSE + _CODE))
# allowed: method, these are the conventions themselves
_CONVENTIONS = re.compile(
    r"(?<![\d.,])(?:95%\s+(?:confidence\s+)?intervals?|95%\s+confidence|80%\s+power|5%\s+level)\b|(?:https?://|www\.)\S+"
)
_ALLOWED = re.compile(r"\s*(?:%|#|<!--)\s*allowed:(.*?)(?:-->)?\s*")
_IN_PROSE = (
    "put it in from the data ({glue:text}), or say on the line before why it may stand (allowed: quotation, KEY)"
)
_IN_CODE = (
    "make it from a result or a named constant, or say on the line before why it may stand (allowed: method, WHY)"
)
_UNKNOWN = "cites {!r}, which is not in book/references.bib"


class Passage(NamedTuple):
    """Prose, the line of each of its characters, and the lines at which what holds it begins.

    `cited` has the line of each citation's key, and is None where nothing can be cited. `made` says that code makes it.
    """

    text: str
    lines: list[int]
    starts: tuple[int, ...]
    cited: dict[str, int] | None = None
    made: bool = False


class Allowance(NamedTuple):
    """A remark that a typed number may stand in what begins on the next line, and why."""

    line: int
    words: str


Parts = Iterable[Passage | Allowance]


def plain(text: str, line: int, *starts: int) -> Passage:
    """A text without markup, whose lines count from where it begins."""
    return Passage(text, [line + text.count("\n", 0, at) for at in range(len(text))], (*starts, line))


def remarks(text: str, first: int = 1) -> Iterator[Allowance]:
    """The allowances in a text, a line each."""
    for line, words in enumerate(text.split("\n"), first):
        if match := _ALLOWED.fullmatch(words):
            yield Allowance(line, match[1].strip())


def keys(content: str) -> list[str]:
    """The keys of a citation, without words before or after them in braces."""
    return [key.strip() for key in re.sub(r"\{[^}]*\}", "", content).split(",") if key.strip() and HOLE not in key]


def judge(parts: Parts, known: set[str]) -> list[tuple[int, str]]:
    """What is wrong in one text: typed numbers without allowance, unknown keys, allowances that allow nothing.

    Parameters
    ----------
    known
        The keys of the bibliography.
    """
    parts = list(parts)
    passages = [part for part in parts if isinstance(part, Passage)]
    allowances = {part.line + 1: part for part in parts if isinstance(part, Allowance)}
    found, used = list[tuple[int, str]](), set[int]()
    for passage in passages:
        pattern, how = (_NUMBER_IN_CODE, _IN_CODE) if passage.made else (_NUMBER, _IN_PROSE)
        for match in pattern.finditer(_CONVENTIONS.sub(lambda m: HOLE * len(m[0]), passage.text)):
            allowing = allowances.keys() & set(passage.starts)
            used |= allowing
            if not allowing:
                found.append((passage.lines[match.start()], f"“{' '.join(match[0].split())}” is typed: {how}"))
        found += [(line, _UNKNOWN.format(key)) for key, line in (passage.cited or {}).items() if key not in known]
    for start, allowance in allowances.items():
        beside = [passage.cited for passage in passages if start in passage.starts and passage.cited is not None]
        kind, _, rest = (part.strip() for part in allowance.words.partition(","))
        if kind not in ("quotation", "method", "example") or not rest:
            found.append((allowance.line, "give a reason: allowed: quotation, KEY; method, WHY; or example, WHY"))
        elif start not in used:
            found.append((allowance.line, "allows nothing: no typed number in what begins on the next line"))
        elif kind == "quotation" and rest not in known:
            found.append((allowance.line, _UNKNOWN.format(rest)))
        elif kind == "quotation" and beside and not any(rest in cited for cited in beside):
            found.append((allowance.line, f"allows a quotation of {rest!r}, which is not cited beside it"))
    return sorted(found)
