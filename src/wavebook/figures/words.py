"""Numbers in words: one way to say them on every page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wavebook.study import MODE_WORDS

MINUS = "\N{MINUS SIGN}"
STATUS_WORDS = {
    "read": "as reported",
    "article": "from one article",
    "computed": "computed from the respondent file",
    "inferred": "inferred",
    "weak": "read second-hand",
    "assumed": "assumed",
}


def points(difference: float, digits: int = 1) -> str:
    """Say a difference of fractions in signed percentage points: -0.17 → "−17.0"."""
    return f"{100 * difference:+.{digits}f}".replace("-", MINUS)


def interval(lower: float, upper: float) -> str:
    """Say an interval of differences in points: "+5.4 to +14.6"."""
    return f"{points(lower)} to {points(upper)}"


def span(lower: float, upper: float) -> str:
    """Say an interval of shares in per cent: "55 to 61"."""
    return f"{100 * lower:.0f} to {100 * upper:.0f}"


def p_value(p: float) -> str:
    """Say a p-value no more exactly than it is worth."""
    return "< 0.001" if p < 0.001 else f"{p:.3f}" if p < 0.1 else f"{p:.2f}"


def several(words: Iterable[str]) -> str:
    """Join words as a sentence does: a, b and c."""
    *first, last = list(words) or [""]
    return f"{', '.join(first)} and {last}" if first else last


def group_words(group: str) -> str:
    """A group's name as printed in a book: 18-29 → 18–29."""
    return group.replace("-", "\N{EN DASH}")


def start_sentence(text: str) -> str:
    """The same text with a capital."""
    return text[:1].upper() + text[1:]


def say_break_reason(row: Any) -> str:
    """Say what lies between two waves that cannot be compared outright."""
    reasons = []
    start, end = str(row.start_mode), str(row.end_mode)
    if "not-stated" in (start, end):
        known = "for neither wave" if start == end else "for one of the two waves only"
        reasons.append(f"the mode of interview is stated {known} and may have changed")
    elif start != end:
        reasons.append(f"the mode of interview changed from {MODE_WORDS[start]} to {MODE_WORDS[end]}")  # type: ignore[index]
    elif start == "mixed":
        reasons.append("each wave mixed modes of interview, perhaps not in the same way")
    if row.start_wording != row.end_wording:
        reasons.append("the question was worded otherwise")
    return " and ".join(reasons)
