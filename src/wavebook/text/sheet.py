"""What is disclosed of a survey, wave by wave and house by house."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from wavebook.figures.publishing import escape
from wavebook.figures.words import STATUS_WORDS, cardinal, several, start_sentence
from wavebook.study import ITEM_WORDS, Asked, Disclosed, Status, Study, Wave

LIST = "the list of the American Association for Public Opinion Research (Disclosure Standards, April 2021)"
STATUSES: tuple[Status, ...] = ("stated", "not disclosed", "not looked for")
WHAT_THEY_MEAN = (
    "*Stated*: a source that was read prints it. *Not disclosed*: it was looked for in the sources named, as far as they "
    "could be read, and is not there; it may stand elsewhere. *Not looked for*: that is no fault of the house; where it "
    "may stand in something that could not be opened here, this is named."
)
_HEAD = ("Item", "", "What is known", "Where")


def say_score(study: Study, wave: str) -> str:
    """How much of the list is stated of a wave, and what is not."""
    entries = study.described(wave).sheet
    stated = _count(entries, "stated")
    said = [f"Of the {len(entries)} items of {LIST}, {cardinal(stated)} {'is' if stated < 2 else 'are'} stated."]
    for status, words in (("not disclosed", "Looked for and not found"), ("not looked for", "Not looked for")):
        if names := [ITEM_WORDS[entry.item].lower() for entry in entries if entry.status == status]:
            said.append(f"{words}: {several(names)}.")
    return " ".join(said)


def score(wave: Wave) -> str:
    """How many items of the list are stated of a wave: "9 of 15"."""
    return f"{wave.stated} of {len(wave.sheet)}"


def sheet_table(study: Study, wave: str) -> str:
    """The sheet of a wave for readers, as MyST markdown: it cites."""
    described = study.described(wave)
    rows = [_HEAD, [":---"] * len(_HEAD), *(_row(described, entry) for entry in described.sheet)]
    table = "\n".join(f"| {' | '.join(cells)} |" for cells in rows)
    return f"Where no other source is named, it is {{cite:t}}`{described.source}`.\n\n{table}"


def _row(wave: Wave, entry: Disclosed) -> list[str]:
    known, certainty = entry.says, entry.certainty
    if entry.item == "fieldwork" and not known:
        known, certainty = f"no dates; {wave.fieldwork}", wave.how_sure("fieldwork")
    mark = f" ({STATUS_WORDS[certainty]})" if certainty not in (None, "read") else ""
    return [ITEM_WORDS[entry.item], entry.status, f"{escape(known)}{mark}", _where(wave, entry)]


def _where(wave: Wave, entry: Disclosed) -> str:
    cited = "" if entry.sources == (wave.source,) else several(f"{{cite:t}}`{source}`" for source in entry.sources)
    if entry.unopened:
        return f"could not be opened: {escape(entry.unopened)}{f' ({cited})' if cited else ''}"
    return f"looked for in {cited}" if cited and entry.status == "not disclosed" else cited


def matrix(study: Study) -> pd.DataFrame:
    """Every wave and every item: a row a wave, in order of time."""
    waves = sorted(study.waves.values(), key=lambda wave: (wave.fieldwork.middle, wave.id))
    cells = [[_SHORT[entry.status] for entry in wave.sheet] for wave in waves]
    frame = pd.DataFrame(cells, columns=list(ITEM_WORDS.values()))
    frame.insert(0, "Wave", [study.title(wave) for wave in waves])
    return frame.assign(Stated=[score(wave) for wave in waves])


_SHORT = {"stated": "yes", "not disclosed": "no", "not looked for": "?"}


def by_house(study: Study) -> pd.DataFrame:
    """How much each survey discloses: a row a series, pooled shares left out."""
    rows = []
    for key, series in study.series.items():
        waves = [wave for wave in study.waves.values() if wave.series == key and not wave.pooled]
        if waves:
            scores = [wave.stated for wave in waves]
            most = f"{min(scores)} to {max(scores)}" if min(scores) < max(scores) else str(scores[0])
            counts = [sum(_count(wave.sheet, status) for wave in waves) for status in STATUSES]
            rows.append((series.name, len(waves), f"{most} of {len(ITEM_WORDS)}", *counts))
    heads = (start_sentence(status) for status in STATUSES)
    return pd.DataFrame(
        rows, columns=["Survey", "Waves", "Stated of a wave", *(f"{head}, items in all" for head in heads)]
    )


def by_item(study: Study) -> pd.DataFrame:
    """Of how many waves each item is stated, pooled shares left out."""
    sheets = [wave.sheet for wave in _single(study)]
    entries = {item: [entry for sheet in sheets for entry in sheet if entry.item == item] for item in ITEM_WORDS}
    return pd.DataFrame(
        {
            "Item": list(ITEM_WORDS.values()),
            **{start_sentence(s): [_count(found, s) for found in entries.values()] for s in STATUSES},
        }
    )


def say_disclosure(study: Study) -> list[str]:
    """Who discloses what, in counts; shares that pool several waves are left out."""
    waves = _single(study)
    if not waves:
        return ["No wave is held."]
    counts = {item: sum(_is_stated(wave, item) for wave in waves) for item in ITEM_WORDS}
    often = sorted(counts, key=lambda item: -counts[item])[:_NAMED]
    rare = [item for item in sorted(counts, key=lambda item: counts[item]) if counts[item] < counts[often[-1]]][:_NAMED]
    best = max(wave.stated for wave in waves)
    titles = [escape(study.title(wave)) for wave in waves if wave.stated == best]
    others = f" and {cardinal(len(titles) - _NAMED)} more" if len(titles) > _NAMED else ""
    entries = [entry for wave in waves for entry in wave.sheet]
    unopened = sum(bool(entry.unopened) for entry in entries)
    known = [_count(entries, status) for status in STATUSES]
    whole = (
        f"Of all {len(entries):,} entries, {known[0]:,} are stated, {known[1]:,} were looked for and not found, and "
        f"{known[2]:,} were not looked for; of these, {unopened:,} may stand in something that could not be opened here. "
        "How little is known of a wave is often a fact about this book."
    )
    return [
        f"Most often stated, of {len(waves)} waves: {_say_counts(often, counts)}.",
        *([f"Least often: {_say_counts(rare, counts)}."] if rare else []),
        f"Most is stated of {several(titles[:_NAMED])}{others}: {best} of {len(ITEM_WORDS)} items.",
        whole,
    ]


_NAMED = 3  # so many are named in a sentence


def _say_counts(items: Iterable[Asked], counts: Mapping[Asked, int]) -> str:
    return several(f"{ITEM_WORDS[item].lower()} ({counts[item]})" for item in items)


def sheet_numbers(study: Study) -> dict[str, str]:
    """Numbers for prose on other pages: sheet.waves, sheet.items, and sheet.ITEM, the waves of which an item is stated."""
    waves = _single(study)
    return {
        "sheet.waves": str(len(waves)),
        "sheet.items": str(len(ITEM_WORDS)),
        **{f"sheet.{item}": str(sum(_is_stated(wave, item) for wave in waves)) for item in ITEM_WORDS},
    }


def _single(study: Study) -> list[Wave]:
    return [wave for wave in study.waves.values() if not wave.pooled]


def _is_stated(wave: Wave, item: Asked) -> bool:
    return any(entry.item == item and entry.status == "stated" for entry in wave.sheet)


def _count(entries: Iterable[Disclosed], status: str) -> int:
    return sum(entry.status == status for entry in entries)
