"""Drafts a wave's file from a respondent file's own labels; what only a person can decide is marked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from wavebook.study import UNDECIDED, Codebook, Study, canonical
from wavebook.study.codebook import DateParts
from wavebook.waves.checks import interview_days
from wavebook.waves.coding import texts
from wavebook.waves.readers import RespondentFile

_MOST_CATEGORIES = 40
_FEWEST_TO_NAME = 10  # a text that fewer respondents gave may say who they are: it is not written down
_NO_ANSWER = re.compile(r"not asked|not applicable|no answer|system missing|inapplicable", re.IGNORECASE)
_ALSO_MISSING = re.compile(r"don'?t know|refused|hard to (say|answer)|затрудня|отказ|не знаю", re.IGNORECASE)
_AGE_BANDS = ["18-29", "30-39", "40-49", "50-59", "60+"]
_NAMES: dict[str, str] = {
    "weights": r"^(final)?_?(wt|wgt|weight|totwt|wtssall|pweight|dweight|вес)\w*$|weight|^w\d*$",
    "strata": r"^strat",
    "psu": r"^psu|samp(ling)?\W?(pt|point)|cluster|primary sampling",
    "respondent": r"^(id(no)?|resp(ondent)?(_?id)?|caseid|case_?no|serial|uuid|interview_?id)$|respondent.*(id|number)",
    "date": r"^(date|intdate|interview.?date|day of interview)$|date of (the )?interview",
    "age": r"^age$|^age\b(?!.*(group|band|grp))|how old|возраст",
    "sex": r"^(sex|gender|female|male)$|\b(sex|gender)\b|^пол$",
    "region": r"region|oblast|province|область",
    "settlement": r"urban|rural|settlement|geocode|locality",
    "education": r"educ|образован",
    "ethnicity": r"ethnic|nationality|национальн",
    "interview-language": r"language.*interview|interview.*language|^language$",
    "home-language": r"home.*lang|lang.*home",
    "main-news": r"main.*news|news.*main|source of (news|information)",
}


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
    codebook = _taken_over(file, similar) if similar else _proposed(study, file)
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


def _proposed(study: Study, file: RespondentFile) -> CommentedMap:
    found = {role: _named(file, pattern) for role, pattern in _NAMES.items()}
    codebook = CommentedMap(design=_proposed_design(file, found))
    codebook.yaml_add_eol_comment("{weights: …, strata: […], psu: …}, or {} for a simple random sample", "design")
    for role in ("respondent", "date"):
        if found[role]:
            codebook[role] = found[role][0]
    absent = sorted({text for name in file.frame for text in _nameable(file, name) if _NO_ANSWER.search(text)})
    if absent:
        codebook["missing"] = CommentedSeq(absent[:10])
    design = codebook["design"]
    used = {design[role] for role in ("weights", "psu") if role in design} | {
        *map(codebook.get, ("respondent", "date"))
    }
    groups = CommentedMap()
    for key in study.groups:
        candidates = [name for name in found.get(key, []) if name not in used]
        made = next(((name, recode) for name in candidates if (recode := _group(study, file, key, name))), None)
        if made is not None:
            groups[key] = made[1]
            groups.yaml_set_comment_before_after_key(key, before=_labelled(file, made[0]), indent=6)
            used.add(made[0])
    items = CommentedMap()
    for name in file.frame.columns:
        item = None if name in used else _item_like(study, file, name)
        if item and item not in items:
            items[item] = _matched(study.items[item].responses, file, name)
            items.yaml_set_comment_before_after_key(item, before=_labelled(file, name), indent=6)
            used.add(name)
    codebook["items"] = items or UNDECIDED
    codebook["groups"] = groups
    hint = [
        "Items: which variables answer which question of data/items.yml (new questions go there first), as in",
        "  opinion-russia: {variable: Q1, categories: {very favourable: Very favorable, …}}",
        "Variables that were not recognised, with their labels:",
        *(_described(file, name) for name in file.frame.columns if name not in used),
    ]
    codebook.yaml_set_comment_before_after_key("items", before="\n".join(hint), indent=4)
    return codebook


def _proposed_design(file: RespondentFile, found: Mapping[str, list[str]]) -> Any:
    design = CommentedMap()
    is_number = {name: str(file.frame[name].dtype) == "float64" and name not in file.codes for name in file.frame}
    for role in ("weights", "strata", "psu"):
        candidates = [name for name in found[role] if role != "weights" or is_number[name]]
        if candidates:
            design[role] = [candidates[0]] if role == "strata" else candidates[0]
            others = f"; or {', '.join(_one_line(name) for name in candidates[1:6])}" if candidates[1:] else ""
            design.yaml_add_eol_comment(f"{_labelled(file, candidates[0])}{others}", role)
    if "psu" in design:
        design["nest"] = True
        design.yaml_add_eol_comment("whether PSUs are numbered anew in each stratum", "nest")
    return design or UNDECIDED


def _named(file: RespondentFile, pattern: str) -> list[str]:
    """Variables whose name, or else whose label, sounds like something."""
    wanted = re.compile(pattern, re.IGNORECASE)
    by_name = [name for name in file.frame.columns if wanted.search(name)]
    by_label = [name for name in file.frame.columns if wanted.search(file.labels.get(name, "")) and name not in by_name]
    return by_name + by_label


def _group(study: Study, file: RespondentFile, key: str, name: str) -> CommentedMap | None:
    if key == "age":
        if str(file.frame[name].dtype) != "float64" and not file.codes.get(name):
            return None
        return CommentedMap(variable=name, bands=CommentedSeq(_AGE_BANDS))
    found = _nameable(file, name)
    if not 2 <= len(found) <= _MOST_CATEGORIES:
        return None
    levels = study.groups[key].levels
    if levels is None:
        return CommentedMap(variable=name)
    return _matched(levels, file, name)


_SAME = {"women": ["female", "woman", "женский", "женщина"], "men": ["male", "man", "мужской", "мужчина"],
         "urban": ["city", "town", "город"], "rural": ["village", "село"]}  # fmt: skip


def _matched(categories: Iterable[str], file: RespondentFile, name: str) -> CommentedMap:
    """A recode that gives each category the label that says the same; those without one are undecided."""
    by_text = {_spelling(text): text for text in _nameable(file, name)}
    recode = CommentedMap(variable=name, categories=CommentedMap())
    left = dict(by_text)
    for category in categories:
        same = next((key for key in map(_spelling, [category, *_SAME.get(category, [])]) if key in left), None)
        if same is not None:
            recode["categories"][category] = left.pop(same)
    missing = [text for text in left.values() if _ALSO_MISSING.search(text)]
    rest = [text for text in left.values() if text not in missing and not _NO_ANSWER.search(text)]
    if missing:
        recode["missing"] = missing
    if not recode["categories"]:
        recode["categories"] = UNDECIDED
    if rest:
        shown = ", ".join(_one_line(text) for text in rest[:12])
        recode.yaml_add_eol_comment(f"not placed: {shown}{' …' if len(rest) > 12 else ''}", "variable")
    return recode


def _item_like(study: Study, file: RespondentFile, name: str) -> str | None:
    """The item of the study that a variable answers: its responses fit and its subject is named."""
    said = canonical(f"{name} {file.labels.get(name, '')}")
    found = {_spelling(text) for text in _nameable(file, name)}
    best: tuple[int, str] | None = None
    for key, item in study.items.items():
        fits = sum(_spelling(response) in found for response in item.responses)
        subject = canonical(item.title).split(" of ")[-1].split()[-1]
        if fits >= 2 and subject in said.replace("united states", "usa states"):
            best = max(best or (0, ""), (fits, key))
    return best[1] if best else None


def _spelling(text: str) -> str:
    """A label without what volunteers and American printers add to it."""
    return re.sub(
        r"our\b|our(?=able)", "or", canonical(re.sub(r"\((vol|volunteered)\.?\)", "", text, flags=re.IGNORECASE))
    )


def _nameable(file: RespondentFile, name: str) -> list[str]:
    """Labels that may be written down: those of the file's own lists, and texts that enough respondents gave."""
    codes, found = texts(file.frame[name])
    if str(file.frame[name].dtype) == "float64" or len(found) > 200:
        return []
    listed = file.codes.get(name, {})
    counts = [int((codes == at).sum()) for at in range(len(found))]
    return [text for text, n in zip(found, counts, strict=True) if text in listed or n >= _FEWEST_TO_NAME]


def _labelled(file: RespondentFile, name: str) -> str:
    label = file.labels.get(name, "")
    return _one_line(f"{name}: {label}" if label else name)


def _described(file: RespondentFile, name: str) -> str:
    found = _nameable(file, name)
    if not found or len(found) > _MOST_CATEGORIES:
        return f"  {_labelled(file, name)} ({'a number' if str(file.frame[name].dtype) == 'float64' else 'text'})"
    return f"  {_labelled(file, name)}: {'; '.join(_one_line(text, 40) for text in found[:12])}{' …' if len(found) > 12 else ''}"


def _one_line(text: str, most: int = 100) -> str:
    """Text from outside as it may stand in a remark of a YAML file."""
    clean = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return clean if len(clean) <= most else f"{clean[:most]}…"


def _commented(value: Any) -> Any:
    match value:
        case Mapping():
            return CommentedMap({key: _commented(part) for key, part in value.items()})
        case list() | tuple():
            return CommentedSeq([_commented(part) for part in value])
    return value
