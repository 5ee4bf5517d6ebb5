"""A printed share, or a bound of one, as it stands in the files of printed shares."""

from __future__ import annotations

import math
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from wavebook.study.model import Certainty

Bound = Literal["", ">", "<"]
ONLY_A_BOUND = "only a bound was printed"


class Topline(BaseModel):
    """One share as printed.

    `percent` is text, because 48 and 48.0 are printed to different precision. Where a source prints no more than that a
    share is over or under some number, it is that number after `>` or `<`: a bound, which is no estimate of the share.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    wave: str
    item: str
    response: str
    by: str
    group: str
    percent: Annotated[str, Field(pattern=r"^[<>]?\d{1,3}(\.\d{1,6})?$")]
    n: Annotated[int, Field(ge=1)] | None
    source: str
    locator: str
    certainty: Certainty
    note: str

    @field_validator("n", mode="before")
    @classmethod
    def _empty_is_unknown(cls, n: object) -> object:
        return None if n == "" else n

    @field_validator("percent")
    @classmethod
    def _is_a_percentage(cls, percent: str) -> str:
        if not 0 <= float(percent.lstrip("<>")) <= 100:
            raise ValueError(f"{percent} is not between 0 and 100")
        if (percent[0], float(percent.lstrip("<>"))) in ((">", 100), ("<", 0)):
            raise ValueError(f"no share is {say_percent(percent)}")
        return percent

    @model_validator(mode="after")
    def _group_of_something(self) -> Self:
        if bool(self.by) != bool(self.group):
            raise ValueError("`by` and `group` go together: fill both or neither")
        return self

    @property
    def bound(self) -> Bound:
        """On which side the share lies where only a bound was printed."""
        return ">" if self.percent[0] == ">" else "<" if self.percent[0] == "<" else ""

    @property
    def share(self) -> float:
        """The share as a fraction, 0 to 1; not a number where only a bound was printed."""
        return math.nan if self.bound else float(self.percent) / 100

    @property
    def limits(self) -> tuple[float, float]:
        """Between which fractions the share lies as printed: a bound and the end of the scale, or twice the share."""
        number = float(self.percent.lstrip("<>")) / 100
        return 0.0 if self.bound == "<" else number, 1.0 if self.bound == ">" else number

    @property
    def step(self) -> float:
        """The width of the interval that was rounded to this number, as a fraction: 0.01 for 48, 0.001 for 48.0.

        Nothing was rounded to a bound.
        """
        return 0.0 if self.bound else 10.0 ** -(len(self.percent.partition(".")[2]) + 2)


def say_percent(percent: str, sign: str = "%") -> str:
    """Say a share as printed: "48%", and of a bound "more than 50%" or "less than 5%"."""
    bounds = {">": "more than ", "<": "less than "}
    return f"{bounds.get(percent[:1], '')}{percent.lstrip('<>')}{sign}"
