"""The words of the study as types: series, wave, item, event."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Literal, Self

from babel import Locale
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from wavebook.study import disclosed
from wavebook.study.codebook import Codebook, in_order
from wavebook.study.disclosed import NOT_STATED, Asked, Disclosed, Disclosure
from wavebook.study.fieldwork import Fieldwork

Certainty = disclosed.Certainty
Mode = Literal["face-to-face", "phone", "mixed", "not-stated"]

COUNTRIES = Locale("en").territories
MODE_WORDS: dict[Mode, str] = {
    "face-to-face": "face to face",
    "phone": "phone",
    "mixed": "mixed modes",
    "not-stated": "mode not stated",
}
CERTAINTY_WORDS: dict[Certainty, str] = {
    "read": "read in the source named",
    "article": "known from one article only",
    "computed": "computed from the respondent file",
    "inferred": "our reading of other facts",
    "weak": "read second-hand only",
}


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _is_pattern(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"{pattern!r} is no regular expression: {error}") from None
    return pattern


Pattern = Annotated[str, AfterValidator(_is_pattern)]


def _is_country(code: str | None) -> str | None:
    if code is not None and code not in COUNTRIES:
        raise ValueError(f"{code!r} is no ISO 3166 country code")
    return code


class Assumption(_Strict):
    """A value that no source gives, and why this one was chosen."""

    value: Annotated[float, Field(gt=0)]
    because: str


class ModeEffect(Assumption):
    """How far a change of mode may move an answer: the standard deviation in points, why, and who measured it."""

    source: str | None = None


class Series(_Strict):
    """A row of surveys by one house under one name."""

    name: str
    house: str
    about: str
    assumed_deff: Assumption | None = None
    assumed_n: Assumption | None = None
    mode_effects: tuple[ModeEffect, ...] = ()
    caveats: tuple[str, ...] = ()


class Item(_Strict):
    """A question, its responses, and the shares that are quoted of it.

    `silence` are the responses of those who gave no opinion, such as "don't know": every share can be had without them.
    `wording` is the question as asked, where a source prints it; `asks` is our description. Where the source prints it
    in another language than the book's, that is the `original`, and `wording` its translation. `found_as` are regular
    expressions for the name or label of a variable that answers it; without them it is the last word of the title.
    `recorded` says that nobody was asked: it tells who was interviewed, and is no finding.
    """

    title: str
    asks: str
    wording: str | None = None
    original: str | None = None
    wording_source: str | None = None
    responses: tuple[str, ...] = Field(min_length=1)
    headline: dict[str, tuple[str, ...]] = {}
    recorded: bool = False
    silence: tuple[str, ...] = ()
    found_as: tuple[Pattern, ...] = ()

    @model_validator(mode="after")
    def _silence_is_some_of_the_responses(self) -> Self:
        if unknown := set(self.silence) - set(self.responses):
            raise ValueError(f"silence: unknown responses: {', '.join(sorted(unknown))}")
        if set(self.silence) == set(self.responses):
            raise ValueError("silence: these are all responses; nobody would be left")
        return self

    @model_validator(mode="after")
    def _headline_is_made_of_responses(self) -> Self:
        for name, parts in self.headline.items():
            if unknown := set(parts) - set(self.responses):
                raise ValueError(f"headline {name!r} adds up unknown responses: {', '.join(sorted(unknown))}")
            if name in self.responses:
                raise ValueError(f"headline {name!r} has the name of a response")
        return self

    @property
    def answers(self) -> tuple[str, ...]:
        """All names that may stand in the column `response`: responses, then headline shares."""
        return (*self.responses, *self.headline)

    @property
    def quoted(self) -> tuple[str, ...]:
        """The answers that are quoted of this item, those of the silent last.

        They are its headline shares, or its responses where no headline share tells of those who spoke.
        """
        silent = tuple(name for name, parts in self.headline.items() if set(parts) <= set(self.silence))
        spoken = tuple(name for name in self.headline if name not in silent)
        left = set(self.silence) if silent else set()
        return (spoken or tuple(name for name in self.responses if name not in left)) + silent

    @property
    def spoken(self) -> tuple[str, ...]:
        """The quoted answers of those who gave an opinion; empty where nothing is known of who did not."""
        silent = set(self.silence)
        return tuple(name for name in self.quoted if silent and not set(self.headline.get(name, (name,))) <= silent)


class Group(_Strict):
    """A way to divide respondents. Without `levels` each wave's codebook names its own, as for regions.

    `bands` are the levels that a number, such as an age, is cut into where a wave is drafted, if not all levels are;
    `found_as` are regular expressions for the name or label of its variable, beside those that the engine knows.
    """

    title: str
    levels: tuple[str, ...] | None = None
    bands: tuple[str, ...] = ()
    found_as: tuple[Pattern, ...] = ()

    @model_validator(mode="after")
    def _bands_are_levels_in_order(self) -> Self:
        in_order(self.bands)
        if self.levels is not None and (unknown := set(self.bands) - set(self.levels)):
            raise ValueError(f"bands that are no levels: {', '.join(sorted(unknown))}")
        return self

    @property
    def cut_into(self) -> tuple[str, ...]:
        """The bands of a number: those that are given, or all levels where they are bands that follow one another."""
        if self.bands or self.levels is None:
            return self.bands
        try:
            return in_order(self.levels)
        except ValueError:
            return ()


class Microdata(_Strict):
    """The respondent file of a wave: its name and fingerprint, where and on what terms it is had, what is in it.

    `member` is the respondent file inside an archive that holds several; `url` the address of the file itself.
    """

    file: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    member: str | None = None
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
    url: Annotated[str, Field(pattern=r"^https?://\S+$")] | None = None
    access: str
    codebook: Codebook | None = None


class Wave(_Strict):
    """One fieldwork in one country, or shares that pool several (then `pooled` says which).

    `wordings` gives, by item, the question as this wave put it, where it is known to have put it otherwise than the
    waves around it: answers are not compared outright across such a change. `disclosure` holds what its house discloses
    beyond the other fields, and where it was looked for what is missing.
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    series: str
    country: Annotated[str | None, AfterValidator(_is_country)] = None
    pooled: str | None = None
    number: Annotated[int, Field(ge=1)] | None = None
    fieldwork: Fieldwork
    mode: Mode
    n: Annotated[int, Field(ge=1)] | None = None
    population: str
    sampling: str | None = None
    weights: str | None = None
    response_rate: Annotated[float, Field(gt=0, le=100)] | None = None
    margin: Annotated[float, Field(gt=0, lt=100)] | None = None
    deff: Annotated[float, Field(gt=0)] | None = None
    source: str
    certainty: dict[str, Certainty] = {}
    problems: tuple[str, ...] = ()
    wordings: dict[str, str] = {}
    disclosure: Disclosure = Disclosure()
    microdata: Microdata | None = None

    @field_validator("certainty")
    @classmethod
    def _marks_what_is_there(cls, marks: dict[str, Certainty]) -> dict[str, Certainty]:
        if unknown := set(marks) - set(cls.model_fields):
            raise ValueError(f"marks what a wave does not have: {', '.join(sorted(unknown))}")
        return marks

    @model_validator(mode="after")
    def _has_a_place(self) -> Self:
        if self.country is None and self.pooled is None:
            raise ValueError("give the country, or under `pooled` what is pooled")
        return self

    @property
    def place(self) -> str:
        """The country's name, or what is pooled."""
        return self.pooled or COUNTRIES[self.country or ""]

    def how_sure(self, field: str) -> Certainty:
        """How sure one statement about this wave is."""
        return self.certainty.get(field, "read")

    @property
    def held(self) -> dict[Asked, tuple[str, Certainty]]:
        """What its fields say of the items of disclosure, and how sure that is.

        A season, a half or a whole year is no date, and a field that says `not stated` says nothing.
        """
        dated = self.fieldwork.known_to in ("day", "month")
        said: dict[Asked, str | None] = {
            "population": None if self.population == NOT_STATED else self.population,
            "sampling": self.sampling,
            "mode": None if self.mode == "not-stated" else MODE_WORDS[self.mode],
            "fieldwork": str(self.fieldwork) if dated else None,
            "n": f"{self.n:,}" if self.n else None,
            "weights": self.weights,
            "margin": f"{self.margin:g} points" if self.margin else None,
            "response_rate": f"{self.response_rate:g}%" if self.response_rate else None,
        }
        found = {item: (words, self.how_sure(item)) for item, words in said.items() if words is not None}
        if self.margin is None and self.deff is not None:
            found["margin"] = f"design effect {self.deff:g}", self.how_sure("deff")
        return found

    @property
    def sheet(self) -> tuple[Disclosed, ...]:
        """Its sheet of disclosure: an entry for each item."""
        return disclosed.sheet(self.held, self.disclosure, self.source)

    @property
    def stated(self) -> int:
        """How many items of disclosure are stated."""
        return sum(entry.status == "stated" for entry in self.sheet)


class Event(_Strict):
    """A day worth a line in a chart: in some countries, or everywhere where none is named."""

    date: Annotated[dt.date, Field(strict=True)]
    label: Annotated[str, Field(min_length=1)]
    countries: tuple[Annotated[str, AfterValidator(_is_country)], ...] = ()

    def concerns(self, country: str) -> bool:
        """Whether it belongs into charts of a country."""
        return not self.countries or country in self.countries
