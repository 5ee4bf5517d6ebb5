"""What one wave found, in sentences that can be quoted: its shares with their intervals, and what was not printed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from wavebook.figures.publishing import escape
from wavebook.figures.words import STATUS_WORDS, cardinal, group_words, points, several, span, start_sentence
from wavebook.study import ONLY_A_BOUND, Item, Study, Wave, say_percent
from wavebook.survey import contrasts, published_shares
from wavebook.text.phrases import SIGNIFICANT, say_chance, say_p

HALF = 0.5
"""More than this share is a majority."""
READ = {
    "read": "read in the source named",
    "article": "read in one article only",
    "computed": "computed from the respondent file",
    "inferred": "inferred from what a source prints",
    "weak": "read second-hand only",
}
"""How a share was come by, after "was" or "were"."""
_MARKED = ("article", "inferred", "weak")
_NOTHING_LEFT = 0.005  # a remainder that printed shares leave by their rounding


def say_question(study: Study, wave: str) -> str:
    """The question that the page of a wave answers."""
    described = study.described(wave)
    series, when = escape(study.series[described.series].name), described.fieldwork.months
    if described.pooled:
        return f"**Question:** what do several samples say together ({escape(described.pooled)}; {series})?"
    return f"**Question:** what did people in {described.place} say in {when} ({series}), and what of it was printed?"


def say_finding(study: Study, wave: str, shares: pd.DataFrame) -> list[str]:
    """What the wave found: how much is held of it, then each item, with what its printed answers leave open.

    The first and the second answer to each item are compared where both have an interval, and all these comparisons
    are adjusted together.
    """
    opinions = opinions_of(study, shares)
    of_all = opinions[opinions["by"] == ""].drop_duplicates(["item", "response"])
    by_item = {str(key): rows for key, rows in of_all.groupby("item", sort=False)}
    whole = {key: _without_parts(study.item(key), rows) for key, rows in by_item.items()}
    leads = _leads(whole)
    said = [_say_held(study, study.described(wave), opinions)]
    for key, rows in whole.items():
        item = study.item(key)
        parts = [
            _say_answers(item, rows),
            *_say_parts(item, by_item[key]),
            *_say_majority(rows),
            *_say_rest(item, rows),
        ]
        if key in leads:
            parts.append(_say_lead(leads[key], len(leads)))
        said.append(" ".join(parts))
    groups = opinions[opinions["by"] != ""]
    said += [
        _say_groups(study, str(key), str(by), rows) for (key, by), rows in groups.groupby(["item", "by"], sort=False)
    ]
    return said


def opinions_of(study: Study, shares: pd.DataFrame) -> pd.DataFrame:
    """The shares of what was asked, without those that only say who was interviewed."""
    return shares[[not study.item(item).recorded for item in shares["item"]]]


def _say_held(study: Study, wave: Wave, opinions: pd.DataFrame) -> str:
    of_groups = int((opinions["by"] != "").sum())
    counts = ((len(opinions) - of_groups, "of all who were asked"), (of_groups, "of single groups"))
    held = several(f"{_count(count, 'share')} {whom}" for count, whom in counts if count)
    items = _count(opinions["item"].nunique(), "question")
    series, size = escape(study.series[wave.series].name), f"{wave.n:,} respondents" if wave.n else "size not found"
    size += f", {STATUS_WORDS[mark]}" if wave.n and (mark := wave.how_sure("n")) != "read" else ""
    where = f"{series}, {escape(wave.place)}, {wave.fieldwork}; {size}"
    return f"This book holds {held}, in answer to {items} ({where})."


def _count(number: int, what: str) -> str:
    return f"{cardinal(number)} {what}{'' if number == 1 else 's'}"


def _without_parts(item: Item, rows: pd.DataFrame) -> pd.DataFrame:
    """The answers that exclude each other: no response that a printed headline share adds up already."""
    parts = {part for name in rows["response"] for part in item.headline.get(name, ())}
    return rows[~rows["response"].isin(parts)]


def _say_answers(item: Item, rows: pd.DataFrame) -> str:
    """The answers from the largest to the smallest, each with its interval; what was not simply read is marked."""
    alike = len(set(rows["certainty"])) == 1
    said = [_answer(row, first=not place, marked=not alike) for place, row in enumerate(_by_size(rows).itertuples())]
    mark = rows["certainty"].iloc[0]
    how = f" {'This was' if len(rows) == 1 else 'These were'} {READ[mark]}." if alike and mark in _MARKED else ""
    return f"{start_sentence(_asked(item))}, {several(said)}.{how}{_no_interval(rows)}"


def _by_size(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(_size=rows["share"].fillna(rows["lower"])).sort_values("_size", ascending=False, kind="stable")


def _no_interval(rows: pd.DataFrame) -> str:
    whys = [why for why in dict.fromkeys(rows["why_no_interval"]) if why not in ("", ONLY_A_BOUND)]
    said = several(why.replace("pooled", "several samples are pooled") for why in whys)
    return f" No interval can be given: {said}." if whys else ""


def _say_parts(item: Item, rows: pd.DataFrame) -> Iterator[str]:
    """What a headline share is made of, where both are printed; and what it is where only its parts are."""
    printed = {row.response: row for row in rows.itertuples()}
    added = []
    for name, parts in item.headline.items():
        within = [printed[part] for part in parts if part in printed]
        if name in printed and within:
            yield f"“{start_sentence(escape(name))}” takes in {several(_answer(row) for row in within)}."
        elif len(within) == len(parts) > 1 and not any(row.bound for row in within):
            share = sum(row.share for row in within)
            added.append(f"**{100 * share:.{_digits(rows)}f}%** “{escape(name)}”")
    if added:
        yield f"Added up, that is {several(added)}."


def _asked(item: Item) -> str:
    return f"to the question “{escape(item.wording)}”" if item.wording else f"to the question {escape(item.asks)}"


def _answer(row: Any, *, first: bool = False, marked: bool = False) -> str:
    bar = f"{'95% interval ' if first else ''}{span(row.lower, row.upper)}" if row.why_no_interval == "" else ""
    mark = STATUS_WORDS[row.certainty] if marked and row.certainty in _MARKED else ""
    beside = "; ".join(word for word in (bar, mark) if word)
    answered = f"{'answered ' if first else ''}“{escape(row.response)}”"
    return f"**{say_percent(row.percent)}**{f' ({beside})' if beside else ''} {answered}"


def _say_majority(rows: pd.DataFrame) -> Iterator[str]:
    """Whether the largest answer is a majority, where that is a question."""
    known = rows[rows["why_no_interval"] == ""]
    if known.empty:
        return
    top = known.loc[known["share"].idxmax()]
    if top["lower"] > HALF:
        yield f"“{start_sentence(escape(top['response']))}” is the answer of a majority."
    elif top["upper"] > HALF:
        yield f"Whether “{escape(top['response'])}” is the answer of a majority cannot be told from this sample."


def _say_rest(item: Item, rows: pd.DataFrame) -> Iterator[str]:
    """What the printed answers leave open: other answers, or silence."""
    if (rows["bound"] != "").any():
        row = rows[rows["bound"] != ""].iloc[0]
        yield f"Only that bound was printed: the share may lie anywhere from {span(row['lower'], row['upper'])}%."
        return
    rest = 1 - rows["share"].sum()
    if rest <= max(_NOTHING_LEFT, rows["step"].sum() / 2):
        return
    left = f"{100 * rest:.{_digits(rows)}f}%"
    missing = " or ".join(f"“{escape(name)}”" for name in _missing(item, rows))
    if not missing:
        yield f"What the other {left} answered, or whether they did, was not printed."
    elif len(rows) == 1:
        yield (
            f"No other answer was printed: the other {left} may have answered {missing}, or nothing at all, and how many "
            f"did which may be anything from none to {left}."
        )
    else:
        yield f"The other {left} answered something else, such as {missing}, or nothing; how they divide was not printed."


def _missing(item: Item, rows: pd.DataFrame) -> list[str]:
    """The answers that nothing was printed of: headline shares, and responses that are in none; silence is no answer."""
    covered = {part for name in rows["response"] for part in item.headline.get(name, (name,))} | set(item.silence)
    single = {name: (name,) for name in item.responses if not any(name in parts for parts in item.headline.values())}
    return [name for name, parts in {**item.headline, **single}.items() if not set(parts) & covered]


def _digits(rows: pd.DataFrame) -> int:
    return 0 if (rows["step"] >= 0.01).all() else 1


def _leads(whole: dict[str, pd.DataFrame]) -> dict[str, dict[str, Any]]:
    """How far the first answer to an item lies before the second, for each that has two; all of them adjusted together."""
    known = {key: _by_size(rows[rows["why_no_interval"] == ""]).head(2) for key, rows in whole.items()}
    pairs = {key: pair for key, pair in known.items() if len(pair) > 1}
    if not pairs:
        return {}
    weights = np.kron(np.eye(len(pairs)), [1, -1])
    table = contrasts(published_shares(pd.concat(pairs.values())), kind=weights, adjust="holm").table
    found = table[["estimate", "lower", "upper", "p_adjusted"]].to_dict("records")
    return {
        key: {**lead, "first": pair["response"].iloc[0], "second": pair["response"].iloc[1]}
        for (key, pair), lead in zip(pairs.items(), found, strict=True)
    }


def _say_lead(lead: dict[str, Any], among: int) -> str:
    first, second = escape(lead["first"]), f"“{escape(lead['second'])}”"
    p = say_p(lead["p_adjusted"]) + (f", adjusted for {cardinal(among)} such comparisons" if among > 1 else "")
    if lead["p_adjusted"] >= SIGNIFICANT:
        return f"Whether “{first}” or {second} is the more frequent is {say_chance(lead['p_adjusted'])} ({p})."
    half = 50 * (lead["upper"] - lead["lower"])
    return (
        f"“{start_sentence(first)}” is ahead of {second} by {points(lead['estimate']).lstrip('+')} points, give or take "
        f"{half:.1f}: {say_chance(lead['p_adjusted'])} ({p})."
    )


def _say_groups(study: Study, key: str, by: str, rows: pd.DataFrame) -> str:
    """The answers of groups."""
    title = f"{escape(study.item(key).title)}, by {escape(study.groups[by].title.lower())}"
    said = [
        f"{escape(group_words(str(group)))}: {several(_answer(row, marked=True) for row in of_group.itertuples())}"
        for group, of_group in rows.groupby("group", sort=False)
    ]
    return f"{title}: {'; '.join(said)}.{_no_interval(rows)}"
