"""What is disclosed of a survey, after the list of the American Association for Public Opinion Research.

Its Disclosure Standards of April 2021 say what whoever publishes a survey owes its readers. Each item is *stated* (a
source that was read prints it), *not disclosed* (looked for in the sources named, as far as they could be read, and not
there) or *not looked for*. What would stand in a source that could not be opened was not looked for: that nobody here
has read it is no fault of the house.
"""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any, Literal, NamedTuple, Self, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

Certainty = Literal["read", "article", "computed", "inferred", "weak"]
Asked = Literal[
    "sponsor", "conductor", "wording", "population", "frame", "sampling", "mode", "languages", "fieldwork", "n", "weights",
    "margin", "response_rate", "quality", "limitations",
]  # fmt: skip
"""The items, in the order of the standards; those that are fields of a wave go by the names of the fields."""

ITEM_WORDS: dict[Asked, str] = {
    "sponsor": "Sponsor",
    "conductor": "Field house",
    "wording": "Wording of the questions",
    "population": "Population",
    "frame": "Frame and coverage",
    "sampling": "Recruitment",
    "mode": "Mode of interview",
    "languages": "Languages of interview",
    "fieldwork": "Dates",
    "n": "Respondents",
    "weights": "Weighting",
    "margin": "Margin or design effect",
    "response_rate": "Response rate",
    "quality": "Quality control",
    "limitations": "Limitations",
}
ITEMS: tuple[Asked, ...] = get_args(Asked)

Status = Literal["stated", "not disclosed", "not looked for"]
NOT_STATED = "not stated"
"""What a field that every wave has says where no source says it."""
PRINTED: tuple[Certainty, ...] = ("read", "article", "weak")
"""How sure what somebody printed can be; what was computed or inferred here was disclosed by nobody."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Said(_Strict):
    """What a source says of one item; without `source` it is the wave's. A text alone is what it says."""

    says: Annotated[str | None, Field(min_length=1)] = None
    source: str | None = None
    certainty: Literal["read", "article", "weak"] = "read"


def _text_is_what_it_says(value: Any) -> Any:
    return {"says": value} if isinstance(value, str) else value


class Unopened(_Strict):
    """Items that would stand where nobody here could look: in `what`, which `source` names."""

    what: Annotated[str, Field(min_length=1)]
    items: Annotated[tuple[Asked, ...], Field(min_length=1)]
    source: str | None = None


class Disclosure(_Strict):
    """What a wave's file says of disclosure beyond its fields.

    `looked` are the sources in which it was looked for, the wave's own by default. Of an item that the wave has as a
    field, `stated` gives no more than the source. What is nowhere in the block was not looked for.
    """

    looked: tuple[str, ...] = ()
    stated: dict[Asked, Annotated[Said, BeforeValidator(_text_is_what_it_says)]] = {}
    absent: tuple[Asked, ...] = ()
    unopened: Unopened | None = None

    @model_validator(mode="after")
    def _each_item_once(self) -> Self:
        named = Counter([*self.stated, *self.absent, *(self.unopened.items if self.unopened else ())])
        if again := [item for item, times in named.items() if times > 1]:
            raise ValueError(f"{again[0]} is named more than once under stated, absent and unopened")
        return self

    @property
    def sources(self) -> dict[tuple[str | int, ...], str]:
        """Every source that is named, by the keys that lead to it."""
        named: dict[tuple[str | int, ...], str] = {("looked", place): key for place, key in enumerate(self.looked)}
        named |= {("stated", item, "source"): said.source for item, said in self.stated.items() if said.source}
        if self.unopened and self.unopened.source:
            named["unopened", "source"] = self.unopened.source
        return named


class Disclosed(NamedTuple):
    """One item of a wave's sheet.

    Attributes
    ----------
    item
        Which one.
    status
        Whether it is stated, not disclosed or not looked for.
    says
        What is known of it: what a source says or, where none does, what was computed or inferred here.
    certainty
        How sure that is; None where nothing is known.
    sources
        Who says it, or in what it was looked for.
    unopened
        What would say it and could not be opened; empty if that is not known.
    """

    item: Asked
    status: Status
    says: str = ""
    certainty: Certainty | None = None
    sources: tuple[str, ...] = ()
    unopened: str = ""


def sheet(held: dict[Asked, tuple[str, Certainty]], block: Disclosure, source: str) -> tuple[Disclosed, ...]:
    """Put together what a wave's fields hold and what its block says.

    Parameters
    ----------
    held
        What the fields of the wave say of the items that they answer, and how sure that is.
    source
        The wave's source.
    """
    return tuple(_one(item, held.get(item), block, source) for item in ITEMS)


def _one(item: Asked, held: tuple[str, Certainty] | None, block: Disclosure, source: str) -> Disclosed:
    said = block.stated.get(item, Said())
    known, certainty = held or ("", None)
    if certainty in PRINTED:
        return Disclosed(item, "stated", known, certainty, (said.source or source,))
    if said.says:
        return Disclosed(item, "stated", said.says, said.certainty, (said.source or source,))
    if item in block.absent:
        return Disclosed(item, "not disclosed", known, certainty, block.looked or (source,))
    if block.unopened and item in block.unopened.items:
        named = (block.unopened.source,) if block.unopened.source else ()
        return Disclosed(item, "not looked for", known, certainty, named, block.unopened.what)
    return Disclosed(item, "not looked for", known, certainty)


def contradictions(held: dict[Asked, tuple[str, Certainty]], block: Disclosure) -> dict[tuple[str | int, ...], str]:
    """What of a block contradicts the fields of its wave, by the keys that lead there."""
    printed = {item for item, (_, certainty) in held.items() if certainty in PRINTED}
    found: dict[tuple[str | int, ...], str] = {}
    for item, said in block.stated.items():
        if item in printed and said.says:
            found["stated", item] = f"the wave states its {item} itself: give no more than the source here"
        elif item not in printed and not said.says:
            found["stated", item] = "says nothing: give what the source says"
    elsewhere = {("absent",): block.absent, ("unopened", "items"): block.unopened.items if block.unopened else ()}
    for keys, items in elsewhere.items():
        for place, item in enumerate(items):
            if item in printed:
                found[*keys, place] = f"the wave states its {item}: it cannot be missing"
    return found
