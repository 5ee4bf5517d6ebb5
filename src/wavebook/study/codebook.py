"""How the variables of a respondent file become items, groups and a design: the codebook in a wave's file."""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

Label = str | int | float
"""What stands in a cell of a respondent file: a label, or a number where there are no labels."""

_BAND = re.compile(r"(\d+)(?:-(\d+)|\+)")
_PUNCTUATION = re.compile(r"[\s.,;:!?()\[\]{}\"“”«»/\\_|*–—-]+")
_APOSTROPHES = re.compile(r"['’‘`ʼ]")
OLDEST = 120
"""The largest number that an open band of ages takes in: what is above is a code, not an age."""


def number_text(number: float) -> str:
    """Write a number in its shortest form: 1.0 → "1"."""
    return str(int(number)) if float(number).is_integer() and abs(number) < 2**53 else repr(float(number))


def label_text(label: Label) -> str:
    """Write a label of a codebook as it stands in a cell."""
    return label.strip() if isinstance(label, str) else number_text(label)


def canonical(text: str) -> str:
    """Reduce a label to what it says: without case, spaces and punctuation. Numbers stay as they are."""
    text = unicodedata.normalize("NFKC", text).strip()
    try:
        return number_text(float(text))
    except (ValueError, OverflowError):
        pass
    return _PUNCTUATION.sub(" ", _APOSTROPHES.sub("", text)).strip().casefold() or text


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _listed(value: object) -> object:
    """One label may stand without the brackets of a list."""
    values = value if isinstance(value, list) else [value]
    if any(isinstance(label, bool) for label in values):
        raise ValueError("true and false are no labels; put quotes around them")
    return values


class Recode(_Strict):
    """How one variable becomes the categories of an item or a group.

    `categories` gives for each category the labels that it takes in; `bands` cuts a number instead ("18-29", "60+").
    With neither, the labels are the categories. `otherwise` is the category of all labels that are not listed;
    `missing` lists labels that are no answer. Labels match without regard to case, spaces and punctuation.

    Every item is estimated by every group, but where `only` says otherwise: of an item, the groups that it is estimated
    by; of a group, the items that are estimated by it. The fewer such tables, the more can be told of each.
    """

    variable: str
    categories: dict[str, tuple[Label, ...]] = {}
    bands: tuple[str, ...] = ()
    otherwise: str | None = None
    missing: tuple[Label, ...] = ()
    only: tuple[str, ...] | None = None

    @field_validator("categories", mode="before")
    @classmethod
    def _one_or_several(cls, categories: object) -> object:
        if isinstance(categories, dict):
            return {name: _listed(labels) for name, labels in categories.items()}
        return categories

    @field_validator("missing", mode="before")
    @classmethod
    def _missing_listed(cls, labels: object) -> object:
        return _listed(labels)

    @field_validator("bands")
    @classmethod
    def _bands_in_order(cls, bands: tuple[str, ...]) -> tuple[str, ...]:
        return in_order(bands)

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if self.bands and (self.categories or self.otherwise):
            raise ValueError("give `bands`, or `categories` with `otherwise`, not both")
        if self.otherwise and not self.categories:
            raise ValueError("`otherwise` needs `categories`")
        seen: dict[str, str] = {}
        for category, labels in self.categories.items():
            for label in labels:
                text = label_text(label)
                if seen.setdefault(text, category) != category:
                    raise ValueError(f"the label {text!r} is in both {seen[text]!r} and {category!r}")
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """The categories that this recode can give, in order; empty where the labels are the categories."""
        return tuple(dict.fromkeys([*self.bands, *self.categories, *([self.otherwise] if self.otherwise else [])]))


def limits(band: str) -> tuple[int, int]:
    """First and last number of a band: "18-29" → (18, 29)."""
    found = _BAND.fullmatch(band)
    if not found:
        raise ValueError(f"band {band!r}: write 18-29, or 60+ for the last")
    return int(found[1]), int(found[2]) if found[2] else OLDEST


def in_order(bands: tuple[str, ...]) -> tuple[str, ...]:
    """Return bands that follow one another, or raise ValueError."""
    last = -1
    for band in bands:
        low, high = limits(band)
        if low <= last or high < low:
            raise ValueError(f"band {band!r} does not follow the one before it")
        last = high
    return bands


class SampleDesign(_Strict):
    """Variables of the sampling design. None of them: a simple random sample of equal weights."""

    weights: str | None = None
    strata: tuple[str, ...] = ()
    psu: str | None = None
    nest: bool = False

    @field_validator("strata", mode="before")
    @classmethod
    def _one_or_several(cls, strata: object) -> object:
        return [strata] if isinstance(strata, str) else strata


class DateParts(_Strict):
    """The day of an interview, spread over three variables."""

    year: str
    month: str
    day: str


class Codebook(_Strict):
    """What the variables of a respondent file mean.

    Attributes
    ----------
    design
        Weights, strata and PSUs.
    respondent
        The variable that numbers respondents, if there is one.
    date
        The variable that holds the day of the interview, or three that hold its parts.
    missing
        Labels that are no answer to any question, such as "Not asked".
    items, groups
        For each item or group of the study, the variable and what its labels mean.
    untested
        Why it is not known to fit the file, where nobody has tried.
    """

    design: SampleDesign
    respondent: str | None = None
    date: str | DateParts | None = None
    missing: Annotated[tuple[Label, ...], Field()] = ()
    items: dict[str, Recode] = Field(min_length=1)
    groups: dict[str, Recode] = {}
    untested: str | None = None

    @field_validator("missing", mode="before")
    @classmethod
    def _missing_listed(cls, labels: object) -> object:
        return _listed(labels)

    @model_validator(mode="after")
    def _only_what_is_there(self) -> Self:
        for part, other in ((self.items, self.groups), (self.groups, self.items)):
            for key, recode in part.items():
                if unknown := set(recode.only or ()) - set(other):
                    raise ValueError(f"{key}: `only` names what is not there: {', '.join(sorted(unknown))}")
        return self

    def groups_of(self, item: str) -> tuple[str, ...]:
        """The groups that an item is estimated by, as a matter of course."""
        asked = self.items[item].only if item in self.items else None
        return tuple(
            key
            for key, recode in self.groups.items()
            if (asked is None or key in asked) and (recode.only is None or item in recode.only)
        )

    @property
    def variables(self) -> tuple[str, ...]:
        """Every variable that is used, once."""
        date = self.date
        dates = [date] if isinstance(date, str) else [date.year, date.month, date.day] if date else []
        design = [self.design.weights, *self.design.strata, self.design.psu]
        recoded = [recode.variable for recode in (*self.items.values(), *self.groups.values())]
        return tuple(dict.fromkeys(name for name in [self.respondent, *dates, *design, *recoded] if name))
