"""Numbers that a condition gives, held against those of the study."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, product
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from wavebook.claims.shares import Condition, Share
from wavebook.estimates import EstimatingStudy, printed_shares
from wavebook.study import ONLY_A_BOUND, Study, say_percent
from wavebook.study.rows import estimated_row
from wavebook.survey import Shares, contrasts, published_shares

EDGE = 1e-9  # numbers that are equal on paper may differ in their last bit
State = Literal["met", "not met", "chance"]
"""What becomes of a condition; "chance" where its bound lies within the 95% interval."""


class Quantity(NamedTuple):
    """What a condition is about, as found: fractions, a ratio as it is.

    `ends` are those of the 95% interval, or of a bound those between which the share may lie; `seen` is the smallest
    departure that would have been seen with a power of 80%.
    """

    value: float
    ends: tuple[float, float] | None
    seen: float | None


@dataclass(frozen=True)
class Measure:
    """A condition with the shares that were found for it, in its order."""

    study: EstimatingStudy
    asked: Condition
    known: list[dict[str, Any]]

    @cached_property
    def shares(self) -> np.ndarray:
        """The shares, as fractions."""
        return np.array([row["share"] for row in self.known], float)

    @cached_property
    def covariance(self) -> np.ndarray | str:
        """The covariance of the shares, or why it is not known."""
        return _covariance(self.known)

    @property
    def bound(self) -> bool:
        """Whether only a bound was printed."""
        return bool(self.known[0]["bound"])

    def value(self, p: np.ndarray) -> float:
        """The difference, ratio, pace or share that some shares give."""
        return float(p[0] / p[1]) if self.asked.form == "ratio" else float(self._weights @ p)

    def effect(self, p: np.ndarray) -> np.ndarray:
        """How much each share moves the value."""
        return np.array([1 / p[1], -p[0] / p[1] ** 2]) if self.asked.form == "ratio" else self._weights

    @cached_property
    def _weights(self) -> np.ndarray:
        if self.asked.form != "pace":
            return np.array([1.0, -1.0][: len(self.known)])
        times = [self.study.described(share.wave).fieldwork.middle for share in self.asked.shares]
        a, b = (365.25 / (after - before).days for before, after in pairwise(times))
        return np.array([a, -a - b, b])

    def at(self, p: np.ndarray | None = None, covariance: np.ndarray | None = None) -> Quantity:
        """What the condition is about: as found, or if the shares or their covariance were others."""
        if self.bound:
            row = self.known[0]
            return Quantity(row["lower"] if row["bound"] == ">" else row["upper"], (row["lower"], row["upper"]), None)
        as_found = p is None and covariance is None
        p, c = (self.shares if p is None else p), (self.covariance if covariance is None else covariance)
        value, is_ratio = self.value(p), self.asked.form == "ratio"
        if isinstance(c, str):
            return Quantity(value, None, None)
        # A ratio by the delta method on its logarithm.
        weights = self.effect(p) / (value if is_ratio else 1)
        frame = pd.DataFrame({"share": p, "df": [row["df"] for row in self.known]})
        row = contrasts(Shares(frame, covariance=c), [weights]).table.iloc[0]
        half = row["upper"] - row["estimate"]
        ends = (value * np.exp(-half), value * np.exp(half)) if is_ratio else (value - half, value + half)
        if as_found and self.asked.share:
            ends = (self.known[0]["lower"], self.known[0]["upper"])
        return Quantity(value, ends, float(row["mde"]) * (value if is_ratio else 1))

    @property
    def scale(self) -> tuple[int, int]:
        """What a fraction is multiplied by to be held against the numbers of a condition, and what "the same" is."""
        return (1, 1) if self.asked.form == "ratio" else (100, 0)

    @property
    def tolerance(self) -> float:
        """How far from a number that is asked for a value may be: as a person gave it, or half a printed digit."""
        digits = len(f"{self.asked.about}".partition(".")[2])
        return self.asked.within or max(10.0**-digits, self.scale[0] * self.known[0]["step"]) / 2

    def met(self, found: Quantity) -> bool:
        """Whether a value is as asked."""
        asked, (scale, same) = self.asked, self.scale
        value, (low, high) = scale * found.value, (scale * np.array(found.ends) if found.ends else (-np.inf, np.inf))
        if asked.about is not None:
            inside = asked.within is None and self.known[0]["evidence"] != "published" and low <= asked.about <= high
            return bool(inside or abs(value - asked.about) <= self.tolerance + EDGE)
        if asked.beyond_chance is not None:
            return (not low <= same <= high) is asked.beyond_chance
        if self.bound:
            return bool(low >= asked.above - EDGE if asked.above is not None else high <= (asked.below or 0) + EDGE)
        return bool(value > asked.above if asked.above is not None else value < (asked.below or 0))

    def state(self, found: Quantity) -> State:
        """What becomes of the condition if this is found."""
        met, asked = self.met(found), self.asked
        if asked.beyond_chance is True and not met:
            return "chance"
        limit = asked.above if asked.above is not None else asked.below
        if limit is not None and found.ends is not None and not (self.bound and met):
            low, high = self.scale[0] * np.array(found.ends)
            if low <= limit <= high:
                return "chance"
        return "met" if met else "not met"

    def say(self, value: float, digits: int = 1) -> str:
        """Say a value without its unit."""
        return say(self.asked.form, value, digits)


def find(study: EstimatingStudy, asked: Condition, source: str) -> Measure | str:
    """Find the shares of a condition, or say why it cannot be decided."""
    known = [row for share in asked.shares if (row := know(study, source, share)) is not None]
    bounds = [row for row in known if row["bound"]]
    if bounds and not (asked.share and (asked.above is not None or asked.below is not None)):
        said = ", ".join(f"{row['label']}, {say_percent(row['percent'])}" for row in bounds)
        return f"{label_of(study, asked)}: {ONLY_A_BOUND} ({said})"
    found = [row for row in known if asked.form != "ratio" or row["share"] > 0]
    if len(found) < len(asked.shares):
        return f"{label_of(study, asked)}: no such number was found, neither printed nor estimated"
    return Measure(study, asked, found)


def know(study: EstimatingStudy, source: str, share: Share) -> dict[str, Any] | None:
    """Find a share: estimated from respondents, else printed, and rather by others than by the claim's own source.

    `among` holds the shares that it has a covariance with, `place` its own place there.
    """
    wave, asked = study.wave(share.wave), (share.wave, share.item, share.by)
    if wave.has(share.item) and (not share.by or share.by in wave.groups):
        own = wave.shares(share.item, by=share.by or None)
        fits = (own.table["response"] == share.response) & (own.table[share.by] == share.group if share.by else True)
        if fits.any():
            found = own.table.iloc[place := int(fits.to_numpy().argmax())].to_dict()
            row = estimated_row(study, wave.described, share.item, found, wave.evidence, share.by, share.group)
            return {**row, "digits": 1, "among": own, "place": place, "question": asked}
    printed = printed_shares(study, share.wave)
    printed = printed[(printed[["item", "by", "group"]] == [share.item, share.by, share.group]).all(axis=1)]
    fits = printed[printed["response"] == share.response]
    if fits.empty:
        return None
    row = {**fits.loc[(fits["source"] == source).idxmin()].to_dict(), "digits": 0}
    if row["why_no_interval"]:
        return row
    same = printed[(printed["source"] == row["source"]) & (printed["why_no_interval"] == "")]
    place = int((same["response"] == share.response).to_numpy().argmax())
    return {**row, "among": published_shares(same), "place": place, "question": (*asked, share.group, row["source"])}


def _covariance(known: list[dict[str, Any]]) -> np.ndarray | str:
    """The covariance of shares, or why it is not known."""
    if why := next((row["why_no_interval"] for row in known if row["why_no_interval"]), ""):
        return str(why)
    covariance = np.zeros((len(known), len(known)))
    for (i, a), (j, b) in product(enumerate(known), repeat=2):
        if a["question"] == b["question"]:
            covariance[i, j] = a["among"].covariance[a["place"], b["place"]]
        elif a["wave"] == b["wave"]:
            return "how two answers of the same people hang together was not kept"
    return covariance


def say(form: str, value: float, digits: int = 1) -> str:
    """Say a value of a form of condition without its unit."""
    if form == "ratio":
        return f"{value:.2f}"
    if form == "share":
        return f"{100 * value:.{digits}f}"
    return f"{100 * value:+.{digits}f}".replace("-", "\N{MINUS SIGN}")


def label_of(study: Study, asked: Condition) -> str:
    """Name what a condition is about; of a second share only what differs from the first."""
    names = []
    for share in asked.shares:
        group = (
            f"{study.groups[share.by].title.lower().partition(',')[0]} {share.group.replace('-', '–')}"
            if share.by
            else ""
        )
        when = study.described(share.wave).fieldwork.short
        names.append((study.item(share.item).title, share.response, when, group))
    first, *others = names
    if asked.form == "pace":
        a, b, c = (name[2] for name in names)
        return f"{', '.join(first[:2])}, yearly change from {b} to {c} less that from {a} to {b}"
    other = [", ".join(b or "everybody" for a, b in zip(first, name, strict=True) if a != b) for name in others]
    return ", ".join([*filter(None, first), *(f"{'over' if asked.ratio else 'less'} {name}" for name in other)])
