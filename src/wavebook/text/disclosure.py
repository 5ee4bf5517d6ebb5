"""What a page says of what it does not show, and of what it shows against the rule."""

from __future__ import annotations

from collections.abc import Sequence

from wavebook.estimates import EstimatingStudy
from wavebook.estimates.attack.cells import FEWEST_IN_CELL, FEWEST_RESPONDENTS
from wavebook.estimates.disclosure import Withheld
from wavebook.figures.publishing import escape
from wavebook.figures.words import cardinal, group_words, several, start_sentence

_WHY = {
    "rare": "others, or what they would leave, are rare",
    "follows": "from others something rare could be worked out",
}


def say_rule() -> str:
    """What is never told, and what is told instead."""
    return (
        f"Nothing is told of a group of fewer than {FEWEST_RESPONDENTS} respondents, nor of an answer that fewer than "
        f"{FEWEST_IN_CELL} respondents of a group gave; nor is anything from which that could be worked out. Where an "
        f"answer is that rare, the group’s answers are told in fewer parts: one answer against all else."
    )


def say_withheld(study: EstimatingStudy, wave: str, item: str) -> list[str]:
    """How much less is told of which groups, and why, one division into groups a sentence."""
    said = []
    for by in ("", *study.wave(wave).groups_of(item)):
        parts = _less_told(study, wave, item, by)
        if parts:
            title = escape(study.groups[by].title) if by else "All respondents"
            said.append(f"**{title}:** {'; '.join(parts)}.")
    return said or ["Nothing had to be withheld."]


def _less_told(study: EstimatingStudy, wave: str, item: str, by: str) -> list[str]:
    """Groups of which not all answers are told, those of which the same is told together."""
    table = study.wave(wave).shares(item, by=by or None).table
    withheld: dict[str, list[Withheld]] = {}
    for part in study.wave(wave).withheld(item, by or None):
        withheld.setdefault(part.group, []).append(part)
    alike: dict[tuple[str, str], list[str]] = {}
    for group, parts in withheld.items():
        told = table.loc[table[by] == group, "response"] if by else table["response"]
        whys = dict.fromkeys(part.why for part in parts)
        key = (_told(list(told)), "" if "few" in whys else "; ".join(_WHY[why] for why in _WHY if why in whys))
        alike.setdefault(key, []).append(group_words(group))
    return [
        f"{f'of {escape(several(groups))} ' if by else ''}{told} ({why or 'too few respondents'})"
        for (told, why), groups in alike.items()
    ]


def _told(answers: Sequence[str]) -> str:
    if not answers:
        return "nothing"
    named = several(f"“{escape(answer)}”" for answer in answers)
    return f"only {named}, against all else"


def say_nowhere(study: EstimatingStudy, item: str, response: str) -> str:
    """That the share of an answer is told of no group at all."""
    return (
        f"The answer “{escape(response)}” (*{escape(study.item(item).title)}*) is told of no group: so few gave it, or any "
        f"other, that its shares would tell what single people answered."
    )


def say_crossed_missing(study: EstimatingStudy, wave: str, item: str, response: str, by: Sequence[str]) -> str:
    """Of which crossings of groups one answer, asked for by itself, is not told, and why."""
    missing = _why_missing(study.wave(wave).withheld(item, by, [response]), response)
    return f"Not shown: {missing}." if missing else "Every crossing is large enough to be shown."


def _why_missing(withheld: Sequence[Withheld], response: str) -> str:
    reasons = {
        "few": f"fewer than {FEWEST_RESPONDENTS} respondents",
        "rare": f"fewer than {FEWEST_IN_CELL} respondents gave this answer, or any other",
        "follows": "with what else is shown, an answer of too few could be worked out",
    }
    groups: dict[str, list[str]] = {}
    for part in withheld:
        if part.response in ("", response):
            groups.setdefault(reasons[part.why], []).append(group_words(part.group))
    return "; ".join(f"{escape(several(names))} ({why})" for why, names in groups.items())


def say_exemptions(study: EstimatingStudy, wave: str, item: str, by: Sequence[str]) -> list[str]:
    """What is shown against the rule in these divisions: of how few it tells, why it is shown, and who decided that."""
    said = []
    for division in by:
        for found in study.wave(wave).exempted(item, division or None):
            known = study.exemptions(wave)[found.exemption]
            few = f"{cardinal(found.few)} of {found.n:,} respondents"
            did = "gave" if found.gave else "did not give"
            title = f"{study.groups[division].title}: " if division else ""
            named = escape(f"{title}{group_words(found.group)}")
            said.append(
                f"**Against this book’s rule:** {start_sentence(few)} of “{named}” "
                f"{did} the answer “{escape(found.response)}”; fewer than {FEWEST_IN_CELL} are withheld otherwise. It is shown "
                f"because {escape(known.why)}. It harms nobody: {escape(known.harmless)}. Decided by "
                f"{escape(known.decided)}, {known.date:%-d %B %Y}."
            )
    return said
