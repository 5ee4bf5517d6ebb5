"""The first wave of a new book, drafted from a respondent file: with its series, its source and the items it asks."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

from wavebook.figures.citing.bibtex import latex
from wavebook.study import UNDECIDED, Codebook, Item, Recode, SampleDesign, Study
from wavebook.waves.coding import code
from wavebook.waves.draft import Told, draft_wave, undecided
from wavebook.waves.proposal import propose
from wavebook.waves.questions import propose_items
from wavebook.waves.readers import RespondentFile


@dataclass(frozen=True)
class FirstWave:
    """A respondent file, and what a person says of it.

    Attributes
    ----------
    id
        The wave's id.
    file, member
        The file as it was read, and which one of an archive it is.
    house, series
        Who asked, and under what name; None where nobody has said.
    source
        The title of what says how the survey was made; None for the file itself.
    told
        What the wave's file is to say.
    variables
        Those that become items; none for a choice by their labels.
    """

    id: str
    file: RespondentFile
    member: str | None = None
    house: str | None = None
    series: str | None = None
    source: str | None = None
    told: Told = field(default_factory=Told)
    variables: tuple[str, ...] = ()

    @property
    def name(self) -> str | None:
        """The name of the series."""
        return self.series or self.house

    @property
    def series_id(self) -> str:
        """The id of the series."""
        return slug(self.name or "")

    @property
    def source_id(self) -> str:
        """The key of the source."""
        return f"{self.id}-source"


@dataclass(frozen=True)
class Drafted:
    """What was drafted of a first wave.

    Attributes
    ----------
    wave
        The content of its file.
    undecided
        What a person has to decide, as keys of that file.
    """

    wave: dict[str, Any]
    undecided: list[str]

    @property
    def codebook(self) -> dict[str, Any]:
        """Its codebook."""
        return self.wave["microdata"]["codebook"]


def said_of(first: FirstWave, study: Study) -> dict[str, Any]:
    """What the templates of `data/` and `book/` say because of a first wave."""
    items: dict[str, Item] = propose_items(study, first.file, first.variables)
    series = {
        "id": first.series_id,
        "name": first.name,
        "house": first.house or first.name,
        "about": f"Surveys by {first.house or first.name}.",
    }
    return {
        "items": {id_: item.model_dump(mode="json") for id_, item in items.items()},
        "series": [series] if first.name else [],
        "sources": [_entry(first)] if first.name else [],
        "own_labels": _with_labels_of_their_own(study, first),
    }


def draft(first: FirstWave, study: Study) -> Any:
    """Draft the wave, in a study that has its series, source and items."""
    told = first.told
    known = {"series": first.series_id, "source": first.source_id} if first.name else {}
    access = told.access or (f"Ask {first.house or first.name}." if first.name else None)
    told = Told(**{**vars(told), **known, "access": access})
    return draft_wave(study, first.id, first.file, first.member, told)


def drafted(wave: Any) -> Drafted:
    """Say what of a draft is left to a person."""
    return Drafted(wave, undecided(wave))


def slug(text: str) -> str:
    """A text as an id."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", plain.lower())) or "house"


def _with_labels_of_their_own(study: Study, first: FirstWave) -> set[str]:
    """Groups whose levels do not take in all labels of the file: its labels are the groups then."""
    codebook = propose(study, first.file)
    absent = tuple(codebook.get("missing", ()))
    bare = Codebook.model_construct(design=SampleDesign(), missing=absent, items={})
    found = set()
    for key, written in codebook["groups"].items():
        levels = study.groups[key].levels
        if levels is not None and (
            written["categories"] == UNDECIDED
            or code(first.file, Recode.model_validate(dict(written)), bare, levels).unknown
        ):
            found.add(key)
    return found


def _entry(first: FirstWave) -> str:
    """The source in BibTeX."""
    year = first.told.fieldwork.end.year if first.told.fieldwork else None
    title = first.source or f"[Respondent file {first.file.name}]"
    lines = [f"@misc{{{first.source_id},", f"  author = {{{{{latex(first.house or first.name or '')}}}}},"]
    lines.append(f"  title = {{{latex(title)}}},")
    return "\n".join([*lines, *([f"  year = {{{year}}},"] if year else []), "}"])
