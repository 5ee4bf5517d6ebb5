"""Shares that a statement names, and what they must be: the values of `check` in the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictFloat, StrictInt, model_validator

from wavebook.claims.registry import Keys
from wavebook.study import Study

UNITS = {"share": "%", "difference": " points", "ratio": "", "pace": " points a year"}
_Number = Annotated[StrictInt | StrictFloat, Field(allow_inf_nan=False)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Share(_Strict):
    """The share of one answer in one wave, of all or of a group."""

    wave: str
    item: str
    response: str
    by: str = ""
    group: str = ""

    @model_validator(mode="after")
    def _group_of_something(self) -> Self:
        if bool(self.by) != bool(self.group):
            raise ValueError("`by` and `group` go together: give both or neither")
        return self


class Condition(_Strict):
    """What a share, a difference, a ratio or a pace must be; `part` is the part of the statement that it is about."""

    part: str | None = None
    share: Share | None = None
    difference: tuple[Share, Share] | None = None
    ratio: tuple[Share, Share] | None = None
    pace: tuple[Share, Share, Share] | None = None
    about: _Number | None = None
    within: Annotated[_Number, Field(gt=0)] | None = None
    above: _Number | None = None
    below: _Number | None = None
    beyond_chance: StrictBool | None = None
    caveat: str | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if sum(getattr(self, form) is not None for form in UNITS) != 1:
            raise ValueError("give one of share, difference, ratio, pace")
        asked = [name for name in ("about", "above", "below", "beyond_chance") if getattr(self, name) is not None]
        if len(asked) != 1:
            raise ValueError("give one of about, above, below, beyond_chance")
        if (self.within is not None) > (self.about is not None):
            raise ValueError("`within` needs `about`")
        if asked == ["about"] and self.within is None and self.form != "share":
            raise ValueError("`about` needs `within`, except for a share")
        if asked == ["beyond_chance"] and self.form == "share":
            raise ValueError("`beyond_chance` is for a difference, a ratio or a pace")
        return self

    @property
    def form(self) -> str:
        """Which of the four it is about."""
        return next(form for form in UNITS if getattr(self, form) is not None)

    @property
    def shares(self) -> tuple[Share, ...]:
        """The shares that it is about."""
        return (self.share,) if self.share else getattr(self, self.form)

    @property
    def needs(self) -> str:
        """What is asked, in words."""
        if self.beyond_chance is not None:
            return "more than chance would give" if self.beyond_chance else "no more than chance would give"
        name, number = next((n, v) for n in ("about", "above", "below") if (v := getattr(self, n)) is not None)
        return f"{name} {number:g}{UNITS[self.form]}" + (f", give or take {self.within:g}" if self.within else "")


def unknown_shares(study: Study, conditions: tuple[Condition, ...]) -> Iterator[tuple[Keys, str]]:
    """What the study does not have, and under which keys it is named."""
    for i, condition in enumerate(conditions):
        at = (i, condition.form)
        for j, share in enumerate(condition.shares):
            place = at if condition.share else (*at, j)
            yield from (((*place, name), what) for name, what in _unknown_in(study, share))
        waves = [study.waves[share.wave] for share in condition.shares if share.wave in study.waves]
        if condition.pace and any(a.fieldwork.middle >= b.fieldwork.middle for a, b in pairwise(waves)):
            yield at, "the waves of a pace must follow each other in time"


def _unknown_in(study: Study, share: Share) -> Iterator[tuple[str, str]]:
    if share.wave not in study.waves:
        yield "wave", f"unknown wave {share.wave!r}"
    if share.item not in study.items:
        yield "item", f"unknown item {share.item!r}"
    elif share.response not in (known := study.items[share.item].answers):
        yield "response", f"unknown response of {share.item} {share.response!r}; known: {', '.join(known)}"
    if share.by and share.by not in study.groups:
        yield "by", f"unknown by {share.by!r}; known: {', '.join(study.groups)}"
    elif share.by and (levels := study.groups[share.by].levels) is not None and share.group not in levels:
        yield "group", f"unknown group of {share.by} {share.group!r}; known: {', '.join(levels)}"
