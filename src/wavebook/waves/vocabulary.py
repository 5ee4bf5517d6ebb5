"""Words by which the variables and labels of survey files are known, in the languages of `words.yml`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, Self

from wavebook.study import Study, canonical
from wavebook.study.files import read_yaml

_WORDS = Path(__file__).with_name("words.yml")
_ROLES = ("weights", "strata", "psu", "respondent", "date", "year", "month", "day")
_NEVER = re.compile(r"(?!)")


class Vocabulary:
    """The words of all languages together, and those of one study.

    Attributes
    ----------
    roles
        What a variable sounds like that holds weights, strata, PSUs, the number of a respondent, a date or one of its parts.
    groups, items
        What the variable of each group or item of the study sounds like.
    absent, no_opinion
        Labels of those who were not asked, and of those who gave no answer.
    """

    def __init__(self, languages: Iterable[dict[str, Any]], study: Study) -> None:
        languages = list(languages)

        def listed(part: str) -> list[str]:
            return [word for language in languages for word in language.get(part, ())]

        def sounding(role: str) -> list[str]:
            return [word for language in languages for word in language["variables"].get(role, ())]

        self.roles = {role: either(sounding(role)) for role in _ROLES}
        self.groups = {key: either([*group.found_as, *sounding(key)]) for key, group in study.groups.items()}
        self.items = {
            key: either(item.found_as or [re.escape(item.title.split()[-1])]) for key, item in study.items.items()
        }
        self.absent, self.no_opinion = either(listed("absent")), either(listed("no_opinion"))
        self._labels: dict[str, list[str]] = {}
        for language in languages:
            for category, words in language.get("labels", {}).items():
                self._labels.setdefault(category, []).extend(words)
        self._spelt = {
            re.compile(variant, re.IGNORECASE): one
            for language in languages
            for variant, one in language.get("spelt", {}).items()
        }

    @classmethod
    def of(cls, study: Study) -> Self:
        """All that is known for a study."""
        return cls(_languages(), study)

    def spelling(self, text: str) -> str:
        """A label as it is compared: without case and punctuation, and in one spelling."""
        for variant, one in self._spelt.items():
            text = variant.sub(one, text)
        return canonical(text)

    def spellings(self, category: str) -> list[str]:
        """How the label of a category may read, its own name first."""
        return [self.spelling(word) for word in (category, *self._labels.get(category, ()))]


def either(patterns: Iterable[str]) -> re.Pattern[str]:
    """One expression for several; of none, one that nothing matches."""
    several = "|".join(f"(?:{pattern})" for pattern in patterns)
    return re.compile(several, re.IGNORECASE) if several else _NEVER


@cache
def _languages() -> tuple[dict[str, Any], ...]:
    return tuple(read_yaml(_WORDS, _WORDS.name)[0].values())
