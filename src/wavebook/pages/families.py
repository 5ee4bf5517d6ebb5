"""What a family of pages comes to: `each: waves`, `each: waves with microdata`, `each: trends`.

Members come from the study alone: no respondent file is read, and a member says nothing of any other, so that no page is
stale because another wave has arrived.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from wavebook.pages.spec import Entry, Spec, Written
from wavebook.pages.trace import ESTIMATES
from wavebook.study import COUNTRIES, Study, Wave
from wavebook.waves.store import stored_path

AT_LEAST = 2
"""Toplines of a wave, or waves of a trend, from which on there is a page of its own: fewer are a row on a list."""

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_SPELLED_OUT = "series × country × item"


class Member(NamedTuple):
    """One page of a family: what its placeholders stand for, how many toplines or waves the study holds for it, its title."""

    words: dict[str, str]
    held: int
    title: str


@dataclass(frozen=True)
class Family:
    """A kind of family.

    Attributes
    ----------
    about
        The parameters that say what a page is about: an explicit page of the same notebook in which they are the same
        takes the place of the family's.
    words
        The placeholders.
    members
        The pages that it may have, in order.
    """

    about: tuple[str, ...]
    words: tuple[str, ...]
    members: Callable[[Study], Iterator[Member]]


def family(each: str) -> Family | None:
    """The family that goes by some words."""
    said = " ".join(each.split()).replace(" x ", " × ")
    return FAMILIES.get("trends" if said == _SPELLED_OUT else said)


def expand(spec: Spec, written: Written, entry: Entry, study: Study) -> list[tuple[str, str, dict[str, Any]]]:
    """The pages of a family as ids, titles and parameters; what is wrong with it is noted in the spec."""
    kind = family(entry.each or "")
    if kind is None:
        known = f"{', '.join(FAMILIES)} (in full: {_SPELLED_OUT})"
        spec.blame((*written.at, "each"), f"page {written.name}: each {entry.each!r}; known: {known}")
        return []
    before = len(spec.faults)
    _check_words(spec, written, entry, kind)
    _check_chosen(spec, written, entry, kind, study)
    if len(spec.faults) > before:
        return []
    least = AT_LEAST if entry.at_least is None else entry.at_least
    found = []
    for member in kind.members(study):
        if member.held >= least and _is_chosen(entry, member):
            title = fill(entry.title, member.words) if entry.title else member.title
            found.append((fill(written.name, member.words), title, fill(entry.parameters, member.words)))
    return found


def fill(value: Any, words: dict[str, str]) -> Any:
    """Put words in the place of the placeholders in texts, whatever holds them."""
    match value:
        case str():
            return _PLACEHOLDER.sub(lambda found: words[found[1]], value)
        case list():
            return [fill(part, words) for part in value]
        case dict():
            return {key: fill(part, words) for key, part in value.items()}
    return value


def _check_words(spec: Spec, written: Written, entry: Entry, kind: Family) -> None:
    """Refuse unknown placeholders, and a name that is the same for all members."""

    def check(value: Any, *keys: str) -> None:
        match value:
            case str():
                for word in _PLACEHOLDER.findall(value):
                    if word not in kind.words:
                        known = ", ".join(f"{{{name}}}" for name in kind.words)
                        what = f"page {written.name}: unknown placeholder {{{word}}}; known here: {known}"
                        spec.blame((*written.at, *keys), what)
            case list():
                for part in value:
                    check(part, *keys)
            case dict():
                for key, part in value.items():
                    check(part, *keys, key)

    check(written.name)
    check(entry.title or "", "title")
    check(entry.parameters, "parameters")
    if not _PLACEHOLDER.search(written.name):
        spec.blame(written.at, f"page {written.name}: the name of a family needs a placeholder")


def _check_chosen(spec: Spec, written: Written, entry: Entry, kind: Family, study: Study) -> None:
    known: dict[str, Any] = {
        "wave": study.waves, "series": study.series, "COUNTRY": COUNTRIES, "item": study.items,
    }  # fmt: skip
    for key, choice in (("only", entry.only), ("except", entry.left_out)):
        for word, values in choice.items():
            if word not in kind.words or word not in known:
                may = ", ".join(name for name in kind.words if name in known)
                spec.blame((*written.at, key, word), f"page {written.name}: {key} goes by {may}")
                continue
            for value in values:
                if value not in known[word]:
                    spec.blame((*written.at, key, word), f"page {written.name}: {key} names no {word} {value!r}")


def _is_chosen(entry: Entry, member: Member) -> bool:
    return all(member.words[word] in values for word, values in entry.only.items()) and not any(
        member.words[word] in values for word, values in entry.left_out.items()
    )


# The families


def _in_order(study: Study) -> list[Wave]:
    """All waves: series as in their file, then by time."""
    place = {series: number for number, series in enumerate(study.series)}
    return sorted(study.waves.values(), key=lambda wave: (place[wave.series], wave.fieldwork.middle, wave.id))


def _words_of(study: Study, wave: Wave) -> dict[str, str]:
    country = wave.country or ""
    return {
        "wave": wave.id,
        "series": wave.series,
        "country": country.lower(),
        "COUNTRY": country,
        "place": wave.place,
        "when": wave.fieldwork.months,
        "survey": study.series[wave.series].name,
    }


_WAVE_WORDS = ("wave", "series", "country", "COUNTRY", "place", "when", "survey")


def _waves(study: Study) -> Iterator[Member]:
    counts: dict[str, int] = {}
    for topline in study.all_toplines:
        counts[topline.wave] = counts.get(topline.wave, 0) + 1
    for wave in _in_order(study):
        yield Member(_words_of(study, wave), counts.get(wave.id, 0), study.title(wave))


def _waves_with_microdata(study: Study) -> Iterator[Member]:
    """Waves of whose respondents something can be shown: it is known how to read their file, and it or its estimates are here."""
    for wave in _in_order(study):
        codebook = wave.microdata.codebook if wave.microdata else None
        if codebook and codebook.items and (_is_estimated(study, wave) or stored_path(study.root, wave)):
            first = next(iter(codebook.items))
            words = {**_words_of(study, wave), "item": first, "response": study.item(first).quoted[0]}
            yield Member(words, AT_LEAST, f"What respondents said: {study.title(wave)}")


def _is_estimated(study: Study, wave: Wave) -> bool:
    return any((study.root / ESTIMATES / wave.id).glob("*.json"))


def _trends(study: Study) -> Iterator[Member]:
    """Every item of every series in every country, counted by waves with a topline of all respondents."""
    asked = {(topline.wave, topline.item) for topline in study.all_toplines if not topline.by}
    single = [wave for wave in _in_order(study) if wave.country and not wave.pooled]
    for series, country in dict.fromkeys((wave.series, wave.country or "") for wave in single):
        ids = [wave.id for wave in single if (wave.series, wave.country) == (series, country)]
        name, place = study.series[series].name, COUNTRIES[country]
        for item, described in study.items.items():
            words = {
                "series": series,
                "country": country.lower(),
                "COUNTRY": country,
                "item": item,
                "place": place,
                "survey": name,
                "question": described.title,
            }
            yield Member(words, sum((wave, item) in asked for wave in ids), f"{described.title}: {place}, {name}")


FAMILIES = {
    "waves": Family(("wave",), _WAVE_WORDS, _waves),
    "waves with microdata": Family(("wave",), (*_WAVE_WORDS, "item", "response"), _waves_with_microdata),
    "trends": Family(
        ("series", "country", "item"),
        ("series", "country", "COUNTRY", "item", "place", "survey", "question"),
        _trends,
    ),
}
