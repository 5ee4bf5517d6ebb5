"""Proposes a codebook from the names and labels of a respondent file's variables."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import numpy as np
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from wavebook.study import UNDECIDED, Item, Study
from wavebook.waves.coding import numbers, texts
from wavebook.waves.readers import RespondentFile
from wavebook.waves.vocabulary import Vocabulary

_MOST_CATEGORIES = 40
_FEWEST_TO_NAME = 10  # a text that fewer respondents gave may say who they are: it is not written down


def propose(study: Study, file: RespondentFile) -> CommentedMap:
    """Propose a codebook, with remarks for a person; what could not be told says `undecided`."""
    return _Proposal(study, file).codebook()


def unplaced(study: Study, file: RespondentFile) -> list[str]:
    """The variables for which a proposal finds no place."""
    proposal = _Proposal(study, file)
    proposal.codebook()
    return [name for name in file.frame.columns if name not in proposal.used]


class _Proposal:
    """A codebook in the making.

    Attributes
    ----------
    used
        Variables that have found their place.
    """

    def __init__(self, study: Study, file: RespondentFile) -> None:
        self.study, self.file, self.words = study, file, Vocabulary.of(study)
        self.common = common_texts(file)
        self.used: set[str] = set()

    def codebook(self) -> CommentedMap:
        """Design and respondents first: what holds a weight is no group."""
        codebook = CommentedMap(design=self._design())
        codebook.yaml_add_eol_comment("{weights: …, strata: […], psu: …}, or {} for a simple random sample", "design")
        for role in ("respondent", "date"):
            if named := self._suiting(role):
                codebook[role] = named[0]
                self.used.add(named[0])
        if "date" not in codebook and (parts := self._date_in_parts()):
            codebook["date"] = parts
            self.used |= set(parts.values())
        if absent := self._absent():
            codebook["missing"] = CommentedSeq(absent)
        groups, items = self._groups(), self._items()
        codebook["items"] = items or UNDECIDED
        codebook["groups"] = groups
        codebook.yaml_set_comment_before_after_key("items", before="\n".join(self._hint()), indent=4)
        return codebook

    def _design(self) -> Any:
        design = CommentedMap()
        for role in ("weights", "strata", "psu"):
            if named := self._suiting(role):
                design[role] = named[:1] if role == "strata" else named[0]
                others = f"; or {', '.join(one_line(name) for name in named[1:6])}" if named[1:] else ""
                design.yaml_add_eol_comment(f"{_labelled(self.file, named[0])}{others}", role)
        self.used |= {design[role] for role in ("weights", "psu") if role in design}
        if "psu" in design:
            design["nest"] = True
            design.yaml_add_eol_comment("whether PSUs are numbered anew in each stratum", "nest")
        return design or UNDECIDED

    def _suiting(self, role: str) -> list[str]:
        """Variables that sound like a role and can play it."""
        named = self._sounding(self.words.roles[role])
        match role:
            case "weights":
                return [name for name in named if _is_number(self.file, name) and name not in self.file.codes]
            case "psu":
                return [name for name in named if self.file.frame[name].nunique() > 1]
            case "respondent":  # a few may be in the file twice, which is found when it is checked
                return [name for name in named if self.file.frame[name].nunique() > 0.9 * len(self.file.frame)]
        return named

    def _date_in_parts(self) -> CommentedMap | None:
        named = {role: self._sounding(self.words.roles[role]) for role in ("year", "month", "day")}
        return CommentedMap({role: names[0] for role, names in named.items()}) if all(named.values()) else None

    def _sounding(self, pattern: re.Pattern[str]) -> list[str]:
        """Variables whose name, or else whose label, sounds like something."""
        names, labels = list(self.file.frame.columns), self.file.labels
        by_name = [name for name in names if pattern.search(name)]
        return by_name + [name for name in names if name not in by_name and pattern.search(labels.get(name, ""))]

    def _absent(self) -> list[str]:
        found = {text for name in self.file.frame for text in nameable(self.file, name, self.common)}
        return sorted(text for text in found if self.words.absent.search(text))

    def _groups(self) -> CommentedMap:
        groups = CommentedMap()
        for key in self.study.groups:
            for name in self._sounding(self.words.groups[key]):
                recode = None if name in self.used else self._group(key, name)
                if recode is not None:
                    self._place(groups, key, name, recode)
                    break
        return groups

    def _group(self, key: str, name: str) -> CommentedMap | None:
        group, found = self.study.groups[key], nameable(self.file, name, self.common)
        if group.cut_into and _says_numbers(self.file, name):
            return CommentedMap(variable=name, bands=CommentedSeq(group.cut_into))
        if not 2 <= len(found) <= _MOST_CATEGORIES:
            return None
        return self._matched(group.levels, name) if group.levels is not None else self._all_labels(name, found)

    def _all_labels(self, name: str, found: list[str]) -> CommentedMap | None:
        """A group whose levels are the labels of its variable, but for those that say that no answer was given."""
        if set(texts(self.file.frame[name])[1]) - set(found):
            return None  # they would be written down with the estimates
        missing = [text for text in found if self.words.no_opinion.search(text)]
        return CommentedMap(variable=name, **({"missing": missing} if missing else {}))

    def _items(self) -> CommentedMap:
        items = CommentedMap()
        for name in self.file.frame.columns:
            item = None if name in self.used else self._item_like(name)
            if item and item not in items:
                self._place(items, item, name, self._matched(self.study.items[item].responses, name))
        return items

    def _item_like(self, name: str) -> str | None:
        """The item of the study that a variable answers: its responses fit and its subject is named."""
        said = f"{name} {self.file.labels.get(name, '')}"
        found = {self.words.spelling(text) for text in nameable(self.file, name, self.common)}
        best: tuple[int, str] = (1, "")
        for key, item in self.study.items.items():
            fits = sum(self.words.spelling(response) in found for response in item.responses)
            if fits >= 2 and self.words.items[key].search(said):
                best = max(best, (fits, key))
        return best[1] or None

    def _place(self, part: CommentedMap, key: str, name: str, recode: CommentedMap) -> None:
        part[key] = recode
        part.yaml_set_comment_before_after_key(key, before=_labelled(self.file, name), indent=6)
        self.used.add(name)

    def _matched(self, categories: Iterable[str], name: str) -> CommentedMap:
        """A recode that gives each category the label that says the same; those without one are undecided."""
        words = self.words
        left = {words.spelling(text): text for text in nameable(self.file, name, self.common)}
        recode = CommentedMap(variable=name, categories=CommentedMap())
        for category in categories:
            same = next((spelling for spelling in words.spellings(category) if spelling in left), None)
            if same is not None:
                recode["categories"][category] = left.pop(same)
        missing = [text for text in left.values() if words.no_opinion.search(text)]
        rest = [text for text in left.values() if text not in missing and not words.absent.search(text)]
        if missing:
            recode["missing"] = missing
        if not recode["categories"]:
            recode["categories"] = UNDECIDED
        if rest:
            shown = ", ".join(one_line(text) for text in rest[:12])
            recode.yaml_add_eol_comment(f"not placed: {shown}{' …' if len(rest) > 12 else ''}", "variable")
        return recode

    def _hint(self) -> list[str]:
        unplaced = [name for name in self.file.frame.columns if name not in self.used]
        return [
            "Items: which variables answer which question of data/items.yml (new questions go there first), as in",
            *(_example(key, item) for key, item in list(self.study.items.items())[:1]),
            "Variables that were not recognised, with their labels:",
            *(_described(self.file, name, self.common) for name in unplaced),
        ]


def _example(key: str, item: Item) -> str:
    return f"  {key}: {{variable: Q1, categories: {{{item.responses[0]}: a label of Q1, …}}}}"


def _is_number(file: RespondentFile, name: str) -> bool:
    return str(file.frame[name].dtype) == "float64"


def _says_numbers(file: RespondentFile, name: str) -> bool:
    """Whether most of a variable's cells are numbers, or labels that say one, as "97 and more" does."""
    answered = file.frame[name].notna().to_numpy()
    return bool(answered.any()) and np.isfinite(numbers(file, name)[answered]).mean() > 0.5


def common_texts(file: RespondentFile) -> frozenset[str]:
    """Texts that enough respondents gave in some variable: where few gave them in another, they name nobody."""
    found: set[str] = set()
    for name in file.frame.columns:
        if not _is_number(file, name):
            codes, said = texts(file.frame[name])
            often = np.bincount(codes[codes >= 0], minlength=len(said)) >= _FEWEST_TO_NAME
            found |= {text for text, enough in zip(said, often, strict=True) if enough}
    return frozenset(found)


def nameable(file: RespondentFile, name: str, common: frozenset[str]) -> list[str]:
    """Labels that may be written down: those of the file's own lists, and texts that enough respondents gave."""
    _, found = texts(file.frame[name])
    if _is_number(file, name) or len(found) > 200:
        return []
    listed = file.codes.get(name, {})
    return [text for text in found if text in listed or text in common]


def _labelled(file: RespondentFile, name: str) -> str:
    label = file.labels.get(name, "")
    return one_line(f"{name}: {label}" if label else name)


def _described(file: RespondentFile, name: str, common: frozenset[str]) -> str:
    found = nameable(file, name, common)
    if not found or len(found) > _MOST_CATEGORIES:
        return f"  {_labelled(file, name)} ({'a number' if _is_number(file, name) else 'text'})"
    return f"  {_labelled(file, name)}: {'; '.join(one_line(text, 40) for text in found[:12])}{' …' if len(found) > 12 else ''}"


def one_line(text: str, most: int = 100) -> str:
    """Text from outside as it may stand in a remark of a YAML file."""
    clean = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return clean if len(clean) <= most else f"{clean[:most]}…"
