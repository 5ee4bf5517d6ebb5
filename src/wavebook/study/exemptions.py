"""What the study shows against its own rule of disclosure: each number by name, with the reason and who decided."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

_Words = Annotated[str, Field(min_length=1)]
_Names = Annotated[tuple[str, ...], Field(min_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Follows(_Strict):
    """Cells that can be told from what is shown: answers of one group, "" for all respondents."""

    group: str = ""
    answers: _Names


class Exemption(_Strict):
    """Shares that are shown although too few respondents gave the answer, or all other answers.

    Attributes
    ----------
    wave, item, by, groups, answers
        Which shares: answers to an item, in groups of a division (of a crossing as "Level, level"); without `by` of
        all respondents. A model that says the same of a group is covered.
    lets_follow
        The cells that can be told from these shares, and from what models tell.
    models
        Answers of those groups that a model of the item may tell as closely as a share would, though no share of them
        is shown: one that leaves out who gave no opinion, or one of all answers in their order.
    why, harmless
        Why readers need them, and why they harm nobody.
    decided, date
        Who decided that, and when.
    """

    wave: str
    item: str
    by: tuple[str, ...] = ()
    groups: tuple[str, ...] = ("",)
    answers: _Names
    models: tuple[str, ...] = ()
    lets_follow: Annotated[tuple[Follows, ...], Field(min_length=1)]
    why: _Words
    harmless: _Words
    decided: _Words
    date: Annotated[dt.date, Field(strict=True)]

    @field_validator("by", mode="before")
    @classmethod
    def _one_or_several(cls, by: object) -> object:
        return [by] if isinstance(by, str) else by
