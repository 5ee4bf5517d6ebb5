"""Drafts a wave's file from a respondent file's own labels; what only a person can decide is marked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from wavebook.study import UNDECIDED, Codebook, Study
from wavebook.study.codebook import DateParts
from wavebook.waves.checks import interview_days
from wavebook.waves.proposal import propose
from wavebook.waves.readers import RespondentFile


def draft_wave(study: Study, wave: str, file: RespondentFile, member: str | None) -> CommentedMap:
    """Draft what `data/waves/WAVE.yml` could say.

    If another wave's codebook fits the file's variables it is taken over, as far as it fits. What is left is proposed
    from the names and labels of variables; what could not be decided says `undecided`.

    Returns
    -------
    The content of the file, with a remark beside everything that a person has to look at.
    """
    draft = CommentedMap()
    like, similar = _most_similar(study, file)
    for key, why in (
        ("series", f"one of: {', '.join(study.series)}; a new one goes into data/series.yml"),
        ("country", "ISO 3166 code, such as KZ"),
    ):
        draft[key] = UNDECIDED
        draft.yaml_add_eol_comment(why, key)
    draft["fieldwork"] = CommentedMap(start=UNDECIDED, end=UNDECIDED, known_to="day")
    draft["fieldwork"].yaml_add_eol_comment("first day, as 2026-05-04", "start")
    draft["fieldwork"].yaml_add_eol_comment("day, month, season, half or year", "known_to")
    draft["mode"] = UNDECIDED
    draft.yaml_add_eol_comment("face-to-face, phone, mixed or not-stated", "mode")
    draft["n"] = len(file.frame)
    draft.yaml_add_eol_comment("rows of the file: hold it against the survey house's report", "n")
    draft["population"] = UNDECIDED
    draft.yaml_add_eol_comment("such as: adults 18+", "population")
    draft["source"] = UNDECIDED
    draft.yaml_add_eol_comment("a key of book/references.bib", "source")
    if similar is not None:
        known = study.waves[like]
        draft["series"], draft["country"], draft["mode"] = known.series, known.country, known.mode
        draft["population"], draft["source"] = known.population, known.source
        for key in ("series", "country", "mode", "population", "source"):
            draft.yaml_add_eol_comment(f"as {like}; is it the same here?", key)
    if file.synthetic:
        draft["problems"] = ["Made up by `wavebook simulate`: no respondent was ever asked."]
    draft["microdata"] = CommentedMap(file=f"{wave}{Path(file.name).suffix.lower()}")
    draft["microdata"].yaml_add_eol_comment("the name under which it is kept on this machine", "file")
    if member:
        draft["microdata"]["member"] = member
    draft["microdata"]["access"] = "made up on this machine" if file.synthetic else UNDECIDED
    if not file.synthetic:
        draft["microdata"].yaml_add_eol_comment("who may have the file, and from where", "access")
    codebook = _taken_over(file, similar) if similar else propose(study, file)
    draft["microdata"]["codebook"] = codebook
    _date_fieldwork(file, codebook, draft["fieldwork"])
    draft.yaml_set_start_comment(
        f"Drafted from {file.name}. Look at every remark, then: wavebook wave check FILE --as {wave}"
    )
    return draft


def _date_fieldwork(file: RespondentFile, codebook: CommentedMap, fieldwork: CommentedMap) -> None:
    """Take the first and last interview of the file for the fieldwork, if it tells days that can be read."""
    date = codebook.get("date")
    if date is None:
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
