"""Phrases that sentences about results share, with the conventions behind them."""

from __future__ import annotations

from fractions import Fraction

from wavebook.figures.words import cardinal, p_value
from wavebook.survey.comparisons import POWER

SIGNIFICANT = 0.05
"""Below this p a difference is said to be more than chance would give."""


def say_p(p: float) -> str:
    """Say a p-value in a sentence: "p = 0.023"."""
    said = p_value(p)
    return f"p {said}" if said.startswith("<") else f"p = {said}"


def say_chance(p: float) -> str:
    """Say whether a difference can be told from chance."""
    return "more than chance would give" if p < SIGNIFICANT else "not to be told from chance"


_PARTS = Fraction(POWER).limit_denominator(10)
SEEN_SO_OFTEN = f"{cardinal(_PARTS.numerator)} times out of {cardinal(_PARTS.denominator)}"
"""How often the smallest difference that counts as visible would have been found: the power, in words."""


def say_seen(smallest: float | None = None) -> str:
    """Say how often a difference would have been seen: one of a size, a fraction, or the one that was named before."""
    seen = f"would have been seen {SEEN_SO_OFTEN}"
    return seen if smallest is None else f"{100 * smallest:.1f} points {seen}"
