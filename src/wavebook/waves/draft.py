"""Drafts a wave's file from a respondent file's own labels; what only a person can decide is marked."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from wavebook.study import ITEM_WORDS, MODE_WORDS, UNDECIDED, Codebook, Fieldwork, Study
from wavebook.study.codebook import DateParts
from wavebook.study.files import write_whole
from wavebook.waves.checks import interview_days
from wavebook.waves.proposal import propose
from wavebook.waves.readers import RespondentFile


@dataclass(frozen=True)
class Told:
    """What a person says of a wave whose file tells it not; None where nothing was said.

    Attributes
    ----------
    series, country, mode, population, source, access
        As in a wave's file: a series of the study, an ISO 3166 code, a source of the bibliography.
    fieldwork
        When the interviews were held, for a file that does not date them.
    unweighted
        Whether a file without weights, strata and PSUs is a simple random sample.
    """

    series: str | None = None
    country: str | None = None
    mode: str | None = None
    population: str | None = None
    source: str | None = None
    access: str | None = None
    fieldwork: Fieldwork | None = None
    unweighted: bool = False


_WHAT = {
    "series": "one of: {series}; a new one goes into data/series.yml",
    "country": "ISO 3166 code, such as KZ",
    "mode": f"{', '.join(MODE_WORDS)}",
    "population": "such as: adults 18+",
    "source": "a key of book/references.bib",
}


def draft_wave(study: Study, wave: str, file: RespondentFile, member: str | None, told: Told = Told()) -> CommentedMap:
    """Draft what `data/waves/WAVE.yml` could say.

    If another wave's codebook fits the file's variables it is taken over, as far as it fits. What is left is proposed
    from the names and labels of variables; what could not be decided says `undecided`.

    Returns
    -------
    The content of the file, with a remark beside everything that a person has to look at.
    """
    draft = CommentedMap()
    like, similar = _most_similar(study, file)
    for key in ("series", "country", "fieldwork", "mode", "n", "population", "source"):
        if key == "fieldwork":
            draft[key] = _fieldwork(told.fieldwork)
        elif key == "n":
            draft[key] = len(file.frame)
            draft.yaml_add_eol_comment("rows of the file: hold it against the survey house's report", key)
        elif (said := getattr(told, key)) is not None:
            draft[key] = said
        elif similar is not None:
            draft[key] = getattr(study.waves[like], key)
            draft.yaml_add_eol_comment(f"as {like}; is it the same here?", key)
        else:
            draft[key] = UNDECIDED
            draft.yaml_add_eol_comment(_WHAT[key].format(series=", ".join(study.series)), key)
    if file.synthetic:
        draft["problems"] = ["Made up by `wavebook simulate`: no respondent was ever asked."]
    draft["disclosure"] = _disclosure()
    draft["microdata"] = _microdata(wave, file, member, told)
    codebook = _taken_over(file, similar) if similar else propose(study, file)
    if told.unweighted and codebook["design"] == UNDECIDED:
        codebook["design"] = CommentedMap()
    draft["microdata"]["codebook"] = codebook
    _date_fieldwork(file, codebook, draft["fieldwork"])
    draft.yaml_set_start_comment(
        f"Drafted from {file.name}. Look at every remark, then: wavebook wave check FILE --as {wave}"
    )
    return draft


def undecided(draft: Any, *keys: str) -> list[str]:
    """What a draft leaves to a person, as the keys that lead there."""
    if draft == UNDECIDED:
        return [".".join(keys)]
    parts = draft.items() if isinstance(draft, Mapping) else ()
    return [found for key, part in parts for found in undecided(part, *keys, str(key))]


def write_draft(root: Path, wave: str, draft: CommentedMap) -> None:
    """Write a draft as `data/waves/WAVE.yml`."""
    yaml = YAML()
    yaml.width = 120
    yaml.indent(mapping=2, sequence=4, offset=2)
    text = io.StringIO()
    yaml.dump(draft, text)
    write_whole(root / f"data/waves/{wave}.yml", text.getvalue())


def _fieldwork(told: Fieldwork | None) -> CommentedMap:
    if told is not None:
        return CommentedMap(told.model_dump())
    fieldwork = CommentedMap(start=UNDECIDED, end=UNDECIDED, known_to="day")
    fieldwork.yaml_add_eol_comment("first day, as 2026-05-04", "start")
    fieldwork.yaml_add_eol_comment("day, month, season, half or year", "known_to")
    return fieldwork


def _disclosure() -> CommentedMap:
    """An empty block: what is not named in it counts as not looked for, so that nobody has to fill it."""
    known = ", ".join(ITEM_WORDS)
    remarks = {
        "looked": "sources in which you looked; without any it is the source above",
        "stated": "what a source says of an item that has no key of its own above, as {sponsor: A Foundation}",
        "absent": "items that are in none of these sources",
    }
    block = CommentedMap(looked=CommentedSeq(), stated=CommentedMap(), absent=CommentedSeq())
    for key, remark in remarks.items():
        block.yaml_add_eol_comment(remark, key)
    block.yaml_set_start_comment(f"Items: {known}", indent=2)
    return block


def _microdata(wave: str, file: RespondentFile, member: str | None, told: Told) -> CommentedMap:
    microdata = CommentedMap(file=f"{wave}{Path(file.name).suffix.lower()}")
    microdata.yaml_add_eol_comment("the name under which it is kept on this machine", "file")
    if member:
        microdata["member"] = member
    microdata["access"] = "made up on this machine" if file.synthetic else told.access or UNDECIDED
    if not file.synthetic:
        microdata.yaml_add_eol_comment("who may have the file, and from where", "access")
    return microdata


def _date_fieldwork(file: RespondentFile, codebook: CommentedMap, fieldwork: CommentedMap) -> None:
    """Take the first and last interview of the file for the fieldwork, if it tells days that can be read."""
    date = codebook.get("date")
    if date is None or UNDECIDED not in fieldwork.values():
        return
    days = interview_days(file, date if isinstance(date, str) else DateParts(**date)).dropna()
    if not len(days):
        del codebook["date"]
        return
    for key, day in (("start", days.min()), ("end", days.max())):
        fieldwork[key] = day.date()
        fieldwork.yaml_add_eol_comment("as the interviews in the file are dated", key)


def _most_similar(study: Study, file: RespondentFile) -> tuple[str, Codebook | None]:
    """The wave whose codebook names the most variables of this file, if it is most of its variables."""
    best, share = "", 0.0
    for wave in study.waves.values():
        codebook = wave.microdata.codebook if wave.microdata else None
        if codebook is not None:
            here = sum(name in file.frame.columns for name in codebook.variables) / len(codebook.variables)
            if here > share:
                best, share = wave.id, here
    found = study.waves[best].microdata if share >= 0.75 else None
    return best, found.codebook if found else None


def _taken_over(file: RespondentFile, codebook: Codebook) -> CommentedMap:
    """Another wave's codebook, without what the file does not hold."""
    plain = codebook.model_dump(exclude={"untested"}, exclude_defaults=True, mode="json")
    there = set(file.frame.columns)
    design = plain.get("design", {})
    design["strata"] = [name for name in design.get("strata", []) if name in there]
    for key in ("weights", "psu"):
        if design.get(key) not in there:
            design.pop(key, None)
    if not design["strata"]:
        del design["strata"]
    for part in ("items", "groups"):
        plain[part] = {key: recode for key, recode in plain.get(part, {}).items() if recode["variable"] in there}
        for recode in plain[part].values():
            for category, labels in recode.get("categories", {}).items():
                recode["categories"][category] = labels[0] if len(labels) == 1 else labels
    if plain.get("respondent") not in there:
        plain.pop("respondent", None)
    date = plain.get("date", [])
    if not set([date] if isinstance(date, str) else date.values() if date else []) <= there:
        plain.pop("date", None)
    return _commented({"design": design, **{key: value for key, value in plain.items() if key != "design"}})


def _commented(value: Any) -> Any:
    match value:
        case Mapping():
            return CommentedMap({key: _commented(part) for key, part in value.items()})
        case list() | tuple():
            return CommentedSeq([_commented(part) for part in value])
    return value
