"""Proposes items for a study that has none for what a respondent file asks: from its labelled variables."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from wavebook.study import Fault, Item, Refused, Study, canonical
from wavebook.waves.coding import texts
from wavebook.waves.proposal import common_texts, nameable, one_line, unplaced
from wavebook.waves.readers import RespondentFile
from wavebook.waves.vocabulary import Vocabulary

MOST = 12
"""Items that are proposed of one file: enough for a first page, and few enough to be looked through."""

_MOST_RESPONSES = 12
_FEWEST_ANSWERS = 30  # of fewer no share may be shown
_LONGEST_TITLE = 80


def propose_items(study: Study, file: RespondentFile, wanted: Sequence[str] = ()) -> dict[str, Item]:
    """Propose items from the variables of a file that hold neither its design nor a group.

    Questions that one may decline to answer come first: what an interviewer records seldom has a label for that. An
    item keeps the file's own labels for responses, those who gave no answer at the end, and is found again by the
    name of its variable.

    Parameters
    ----------
    wanted
        The variables to take; by default at most `MOST` that look like questions.

    Returns
    -------
    Items by id, in the order of the file.

    Raises
    ------
    Refused
        If a wanted variable cannot be an item.
    """
    words, common = Vocabulary.of(study), common_texts(file)
    found = {name: kept for name in unplaced(study, file) if (kept := _responses(file, name, words, common))}
    if faults := [_why_not(file, name) for name in wanted if name not in found]:
        raise Refused(faults)
    opinions = [name for name, kept in found.items() if any(words.no_opinion.search(text) for text in kept)]
    chosen = wanted or [*opinions, *(name for name in found if name not in opinions)][:MOST]
    items: dict[str, Item] = {}
    titles: set[str] = set()
    for name in (name for name in found if name in chosen):
        title = _title(file, name)
        title = f"{title} ({one_line(name, 30)})" if title in titles else title
        titles.add(title)
        asks = one_line(file.labels.get(name, "")) or f"what the variable {one_line(name, 30)} of the file holds"
        pattern = rf"^{re.escape(name)}(?!\w)"
        items[_id(name, items)] = Item(title=title, asks=asks, responses=tuple(found[name]), found_as=(pattern,))
    return items


def _responses(file: RespondentFile, name: str, words: Vocabulary, common: frozenset[str]) -> list[str]:
    """The labels of a variable that are answers, if it looks like a question; none if not."""
    codes, occurring = texts(file.frame[name])
    named = nameable(file, name, common)
    if set(occurring) - set(named) or not named:
        return []  # numbers, or texts that may say who somebody is
    listed = sorted(file.codes.get(name, {}).items(), key=lambda pair: pair[1])
    everything = list(dict.fromkeys([*(text for text, _ in listed), *named]))
    declared = set(file.declared_missing.get(name, ()))
    none = [text for text in everything if words.no_opinion.search(text)]
    said = [text for text in everything if text not in none and text not in declared and not words.absent.search(text)]
    kept = [text for text in (*said, *none) if text == one_line(text)]
    answered = int(sum((codes == at).sum() for at, text in enumerate(occurring) if text in said))
    spelt = {words.spelling(text) for text in kept}
    fits = len(said) >= 2 and len(kept) == len(spelt) == len([*said, *none]) <= _MOST_RESPONSES
    return kept if fits and answered >= _FEWEST_ANSWERS else []


def _why_not(file: RespondentFile, name: str) -> Fault:
    if name not in file.frame.columns:
        near = [known for known in file.frame.columns if canonical(known) == canonical(name)]
        return Fault(f"{file.name}: {name}", f"no such variable{f'; it has {near[0]!r}' if near else ''}")
    what = "no item can be made of this variable: its answers need labels, at least two and not too many"
    return Fault(f"{file.name}: {name}", what)


def _title(file: RespondentFile, name: str) -> str:
    """A variable's label without the name in front of it that houses put there: "Q12. Trust in …"."""
    label = one_line(file.labels.get(name, ""))
    first, _, rest = label.partition(" ")
    label = rest if rest and canonical(first) == canonical(name) else label
    return one_line(label or name, _LONGEST_TITLE)


def _id(name: str, taken: Sequence[str] | dict[str, Item]) -> str:
    """A variable's name as an id: "TrustGov_M" becomes trust-gov-m."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z]+\d*|[A-Z]+(?![a-z])\d*|[A-Z][a-z]+\d*|\d+", plain)
    made = "-".join(words).lower() or "item"
    return made if made not in taken else next(f"{made}-{n}" for n in range(2, 10_000) if f"{made}-{n}" not in taken)
