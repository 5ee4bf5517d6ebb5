"""What one wave says of a change from the door to the phone: its share with other people in it, beside a later fall."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import altair as alt
import numpy as np
import pandas as pd

from wavebook.estimates import EstimatingStudy, part_of, printed_shares
from wavebook.figures.publishing import escape
from wavebook.figures.theme import COLOURS, INK, WIDTH
from wavebook.figures.words import interval, points, several, span, start_sentence
from wavebook.study import CERTAINTY_WORDS, MODE_WORDS, refuse, say_percent
from wavebook.survey import Shares, at_mix, contrasts
from wavebook.survey.distributions import normal_quantile
from wavebook.text.phrases import say_chance, say_p

FOUND, COVERAGE, MAKE_UP, LANGUAGE, LATER = "as found", "coverage", "make-up", "language", "later"
_HARDLY = 0.05  # less than a twentieth of a change is hardly anything of it
_MOST = 0.5  # more than half of it
_ALL_BUT_ROUNDING = 0.98
_HOW = {"phone": "by phone", "face-to-face": "face to face"}
_Z = float(normal_quantile(0.025))


class Mix(NamedTuple):
    """How large groups are elsewhere: a name for it, the entry of the bibliography, or "", and the parts."""

    name: str
    source: str
    parts: Mapping[str, float]


def read_mixes(written: Sequence[str]) -> list[Mix]:
    """Mixes as the parameters of a page write them: "the census of 2021 | census-2021 | Kazakh 70, Russian 15, other 15"."""
    mixes = []
    for line in written:
        name, source, parts = (part.strip() for part in line.split("|"))
        levels = (part.strip().rpartition(" ") for part in parts.split(","))
        mixes.append(Mix(name, source, {level: float(number) for level, _, number in levels}))
    return mixes


def language_mix(study: EstimatingStudy, wave: str, group: str) -> Mix:
    """The parts of a group in another poll, as they were printed."""
    levels = study.groups[group].levels or ()
    parts = {level: part for level in levels if (part := part_of(study, wave, group, level)) is not None}
    if sum(parts.values()) < _ALL_BUT_ROUNDING:
        raise refuse("data/published", f"the printed parts of {group} in {wave} do not add up to everybody")
    described = study.described(wave)
    return Mix(f"{study.series[described.series].name}, {described.fieldwork.short}", described.source, parts)


def levers(
    study: EstimatingStudy,
    wave: str,
    later: Sequence[str],
    answer: tuple[str, str],
    owners: tuple[str, str],
    make_up: tuple[str, Sequence[Mix]],
    languages: tuple[str, Mix],
) -> pd.DataFrame:
    """The share as found, with other people in it, and as printed later.

    Parameters
    ----------
    answer
        An item and a response.
    owners
        A group, and its level that a phone can reach.
    make_up, languages
        A group, and how large its levels are elsewhere.

    Returns
    -------
    pandas.DataFrame
        kind, lever (its name), share, se, lower, upper, shift (from the share as found), left, left_lower, left_upper
        (of the change to the first later wave, as a change), and wave, item, response, evidence, source, percent, label,
        certainty.
    """
    item, response = answer
    asked = study.wave(wave)

    def by(group: str) -> Shares:
        return asked.shares(item, by=group).where(response=response)

    group, level = owners
    rows = [_row(FOUND, "as found", asked.shares(item).where(response=response))]
    rows.append(_row(COVERAGE, "owners of a mobile phone", by(group).where(**{group: level})))
    rows += [_row(MAKE_UP, mix.name, at_mix(by(make_up[0]), make_up[0], mix.parts)) for mix in make_up[1]]
    rows.append(_row(LANGUAGE, languages[1].name, at_mix(by(languages[0]), languages[0], languages[1].parts)))
    described = study.described(wave)
    about = {"wave": wave, "item": item, "response": response, "evidence": asked.evidence, "source": described.source,
             "label": described.fieldwork.short, "mode": described.mode, "certainty": "computed"}  # fmt: skip
    found = pd.DataFrame(rows).assign(**about)
    found["percent"] = (100 * found["share"]).map("{:.1f}".format)
    printed = pd.concat([_printed(study, name, item, response) for name in later])
    table = pd.concat([found, printed.assign(kind=LATER, lever=printed["label"])], ignore_index=True)
    return _with_shifts(table[list(found.columns)])


def _row(kind: str, lever: str, shares: Shares) -> dict[str, Any]:
    (row,) = shares.table.to_dict("records")
    return {"kind": kind, "lever": lever, **{name: row[name] for name in ("share", "se", "lower", "upper", "n")}}


def _printed(study: EstimatingStudy, wave: str, item: str, response: str) -> pd.DataFrame:
    frame = printed_shares(study, wave)
    rows = frame[(frame["item"] == item) & (frame["response"] == response) & (frame["by"] == "")].head(1)
    if rows.empty or rows["share"].isna().any():
        raise refuse("data/published", f"no printed share of {item}, {response}, in {wave}")
    return rows


def _with_shifts(table: pd.DataFrame) -> pd.DataFrame:
    then = table[table["kind"] == LATER].iloc[0]
    left = then["share"] - table["share"]
    half = _Z * np.hypot(table["se"], then["se"])
    table = table.assign(shift=table["share"] - table["share"].iloc[0])
    table = table.assign(left=left, left_lower=left - half, left_upper=left + half)
    table.loc[table["kind"] == LATER, ["shift", "left", "left_lower", "left_upper"]] = np.nan
    return table


def _of(table: pd.DataFrame, kind: str) -> list[Any]:
    return list(table[table["kind"] == kind].itertuples())


def _way(change: float) -> str:
    return "fall" if change < 0 else "rise"


def explained(table: pd.DataFrame) -> dict[str, float]:
    """What part of the later change each kind of lever would make at most; below nought if it goes the other way."""
    change = _of(table, FOUND)[0].left
    return {kind: max(row.shift / change for row in _of(table, kind)) for kind in (COVERAGE, MAKE_UP, LANGUAGE)}


# The finding


def say_finding(study: EstimatingStudy, table: pd.DataFrame, language: Shares, group: str) -> list[str]:
    """Paragraphs that can be quoted: the fall, who was reached, the language of the interview.

    Parameters
    ----------
    language
        The share by language of the interview.
    """
    (found,) = _of(table, FOUND)
    return [
        f"{_say_change(study, table)} {_say_small(table)} {_say_who(table, found)}",
        f"{_say_language(table)} {_say_languages(language, group)} {_say_mix(table, found)}",
        _say_unseen(study, table),
    ]


def _say_change(study: EstimatingStudy, table: pd.DataFrame) -> str:
    (found,), then = _of(table, FOUND), _of(table, LATER)[0]
    modes = [MODE_WORDS[study.described(row.wave).mode] for row in (found, then)]
    asked = (
        f", and between the two the way of interviewing changed from {modes[0]} to {modes[1]}"
        if modes[0] != modes[1]
        else ""
    )
    known = "" if then.certainty == "read" else f" The later share is {CERTAINTY_WORDS[then.certainty]}."
    return (
        f"From {found.label} to {then.lever} the share of “{escape(found.response)}” (*{escape(study.item(found.item).title)}*) "
        f"went from {found.percent}% to {say_percent(then.percent)}, which is **{points(found.left)} points** (95% interval "
        f"{interval(found.left_lower, found.left_upper)}){asked}.{known}"
    )


def _say_small(table: pd.DataFrame) -> str:
    way, parts = _way(_of(table, FOUND)[0].left), explained(table)
    most = max(parts[COVERAGE], parts[MAKE_UP])
    what = "Who owns a mobile phone, and the ethnic make-up of the sample,"
    if most < _HARDLY:
        return f"**{what} explain hardly anything of that {way}.**"
    return f"**{what} can explain up to {100 * most:.0f}% of that {way}.**"


def _say_who(table: pd.DataFrame, found: Any) -> str:
    (owners,) = _of(table, COVERAGE)
    other = f", the wrong way for a {_way(found.left)}" if owners.shift * found.left < 0 else ""
    mixes = ", with that of ".join(
        f"{escape(row.lever)} {'' if number else 'it would have been '}{_share(row)}"
        for number, row in enumerate(_of(table, MAKE_UP))
    )
    return (
        f"Among owners of a mobile phone alone, the share in {found.label} was {_share(owners)}, {points(owners.shift)} points "
        f"from that of all{other}. With the ethnic make-up of {mixes}."
    )


def _share(row: Any) -> str:
    return f"{row.percent}% (95% interval {_ends(row)})"


def _ends(row: Any) -> str:
    return f"{100 * row.lower:.1f} to {100 * row.upper:.1f}"


def _say_language(table: pd.DataFrame) -> str:
    parts = explained(table)
    if parts[LANGUAGE] >= _HARDLY and parts[LANGUAGE] == max(parts.values()):
        return "**The language of the interview is the one large lever that can be seen here.**"
    return "**Nor is the language of the interview a large lever here.**"


def _say_languages(language: Shares, group: str) -> str:
    row: Any = next(contrasts(language, names=["apart"]).table.itertuples())
    said = several(
        f"{100 * one['share']:.1f}% of those interviewed in {escape(str(one[group]))} ({one['n']:,.0f} respondents)"
        for one in language.table.to_dict("records")
    )
    return (
        f"The answer was given by {said}: {100 * abs(row.estimate):.1f} points apart, give or take "
        f"{50 * (row.upper - row.lower):.1f}, {say_chance(row.p)} ({say_p(row.p)})."
    )


def _say_mix(table: pd.DataFrame, found: Any) -> str:
    (row,) = _of(table, LANGUAGE)
    way = _way(found.left)
    least = min(row.left_lower / found.left, row.left_upper / found.left)
    leaves = f"most of the {way}" if least > _MOST else f"a {way}" if least > 0 else "nothing that is sure"
    return (
        f"With as many interviews in each language as in another poll ({escape(row.lever)}), the share would have been "
        f"{_share(row)}, {points(row.shift)} points. **That would still leave {leaves}**: {points(row.left)} points "
        f"({interval(row.left_lower, row.left_upper)})."
    )


def _say_unseen(study: EstimatingStudy, table: pd.DataFrame) -> str:
    (found,) = _of(table, FOUND)
    mode = MODE_WORDS[study.described(found.wave).mode]
    return (
        f"What people tell a voice on the phone rather than a person at the door cannot be seen in this file: everybody in it was "
        f"interviewed {'by ' if mode == 'phone' else ''}{mode}. How large that would have to be is told "
        "[with the trend](kz-russia-trend.ipynb)."
    )


# How sure


def say_sure(
    study: EstimatingStudy, table: pd.DataFrame, language: Shares, group: str, mixes: Sequence[Mix], languages: Mix
) -> list[str]:
    """What the numbers rest on, each with the direction in which it points."""
    (found,) = _of(table, FOUND)
    later = [row for row in _of(table, LATER) if row.certainty != "read"]
    said = [_say_source(mix) for mix in mixes]
    said.append(
        f"**Languages:** {several(f'{100 * part:.1f}% {escape(level)}' for level, part in languages.parts.items())}, as printed for "
        f"{escape(languages.name)} {{cite:p}}`{languages.source}`. {_say_own(study, table, group)}"
    )
    said.append(_say_extreme(table, language, group))
    if later:
        deffs = dict.fromkeys(study.deff(study.described(row.wave)).status for row in later)
        known = dict.fromkeys(CERTAINTY_WORDS[row.certainty] for row in later)
        said.append(
            f"**The later shares** of {several(row.lever for row in later)} are {several(known)}; their intervals rest on design "
            f"effects that are {' or '.join(deffs)}."
        )
    said.append(
        f"**The intervals** of {found.label} follow from the sampling design; the parts of the groups are taken as known. That of "
        f"what is left also has the chance of the later poll in it."
    )
    return said


def _say_source(mix: Mix) -> str:
    parts = several(f"{number:.1f}% {escape(level)}" for level, number in mix.parts.items())
    cited = (
        f"as reported {{cite:p}}`{mix.source}`"
        if mix.source
        else "from official statistics whose publication was not kept"
    )
    return f"**{start_sentence(escape(mix.name))}:** {parts}, {cited}."


def _say_own(study: EstimatingStudy, table: pd.DataFrame, group: str) -> str:
    unknown = [row.lever for row in _of(table, LATER) if not _printed_levels(study, row.wave, group)]
    if not unknown:
        return ""
    return (
        f"That poll is another house’s. In which languages the waves of {several(unknown)} were held was not printed, or not found; "
        f"so this is a size that such a change can have, and no correction."
    )


def _printed_levels(study: EstimatingStudy, wave: str, group: str) -> list[str]:
    return [level for level in study.groups[group].levels or () if part_of(study, wave, group, level) is not None]


def _say_extreme(table: pd.DataFrame, language: Shares, group: str) -> str:
    (found,), then = _of(table, FOUND), _of(table, LATER)[0]
    rows = language.table.to_dict("records")
    row = min(rows, key=lambda one: one["share"]) if found.left < 0 else max(rows, key=lambda one: one["share"])
    left = then.share - row["share"]
    half = _Z * float(np.hypot(row["se"], then.se))
    return (
        f"**The most that languages can do here:** had everybody answered as those interviewed in {escape(str(row[group]))} did "
        f"({100 * row['share']:.1f}%, 95% interval {100 * row['lower']:.1f} to {100 * row['upper']:.1f}), {points(left)} points "
        f"({interval(left - half, left + half)}) would be left."
    )


# The figure


def mode_chart(table: pd.DataFrame) -> alt.LayerChart:
    """A point with its interval for each lever; the later shares hollow."""
    data = table.assign(
        row=_names(table), value=100 * table["share"], low=100 * table["lower"], high=100 * table["upper"],
        later=table["kind"] == LATER,
    )[["row", "value", "low", "high", "later", "percent"]]  # fmt: skip
    y = alt.Y("row:N", sort=list(data["row"]), title=None,
              axis=alt.Axis(labelExpr="split(datum.value, ': ')", labelLimit=190, minExtent=165))  # fmt: skip
    base = alt.Chart(data).encode(y=y)
    colour = alt.condition("datum.later", alt.value(COLOURS[1]), alt.value(COLOURS[0]))
    answer = str(table["response"].iloc[0])
    x = alt.X("value:Q", title=f"{answer}, per cent", scale=alt.Scale(domain=[0, 100]))
    bars = base.mark_rule(strokeWidth=3).encode(x=alt.X("low:Q"), x2="high:Q", color=colour)
    dots = base.mark_point(size=45, strokeWidth=2, opacity=1).encode(
        x=x, color=colour, fill=alt.condition("datum.later", alt.value("white"), alt.value(COLOURS[0]))
    )
    numbers = base.mark_text(dy=-13, fontSize=12, color=INK).encode(x="value:Q", text="percent:N")
    return alt.layer(bars, dots, numbers).properties(width=WIDTH - 140, height=alt.Step(40))


def _names(table: pd.DataFrame) -> list[str]:
    first = str(table["label"].iloc[0])
    heads = {FOUND: first, COVERAGE: first, MAKE_UP: "with the ethnic groups of", LANGUAGE: "with the languages of"}
    return [f"{heads.get(row.kind, _HOW.get(row.mode, 'later'))}: {row.lever}" for row in table.itertuples()]


def _in_words(name: str) -> str:
    return name.replace(" of: ", " of ").replace(": ", ", ")


def mode_data(table: pd.DataFrame) -> pd.DataFrame:
    """The table for readers; percentages and points."""
    return pd.DataFrame(
        {
            "wave": table["wave"],
            "share": [_in_words(name) for name in _names(table)],
            "per cent": table["percent"],
            "lower": (100 * table["lower"]).round(1),
            "upper": (100 * table["upper"]).round(1),
            "from the share as found, points": (100 * table["shift"]).round(2),
            "left of the change, points": (100 * table["left"]).round(2),
            "certainty": table["certainty"],
            "evidence": table["evidence"],
            "source": table["source"],
        }
    )


def mode_table(table: pd.DataFrame) -> pd.DataFrame:
    """The levers as a table on the page; percentages and points."""
    rows = table[table["kind"] != LATER]
    return pd.DataFrame(
        {
            "Of whom": [_in_words(name) for name in _names(rows)],
            "Per cent": rows["percent"],
            "95% interval": [_ends(row) for row in rows.itertuples()],
            "Respondents": rows["n"].map("{:,.0f}".format),
            "From the share as found": rows["shift"].map(points),
            "Left of the change": rows["left"].map(points),
            "Its 95% interval": [interval(*ends) for ends in zip(rows["left_lower"], rows["left_upper"], strict=True)],
        }
    )


def mode_caption(study: EstimatingStudy, table: pd.DataFrame) -> str:
    """Caption of the chart."""
    (found,) = _of(table, FOUND)
    described = study.described(found.wave)
    keys = several(f"{{cite:t}}`{key}`" for key in dict.fromkeys(row.source for row in _of(table, LATER)))
    return (
        f"{escape(study.item(found.item).title)}, {escape(found.response)}, {escape(described.place)}. Filled: {found.label}, as "
        f"found and with other people in the sample. Hollow: later. Bars: 95% intervals. Evidence: {found.evidence}, "
        f"{{cite:t}}`{found.source}`, our estimates; of the later shares published, {keys}."
    )


def mode_alt(table: pd.DataFrame) -> str:
    """Describe the chart for those who do not see it."""
    said = [
        f"{_in_words(name)} {say_percent(row.percent)} ({span(row.lower, row.upper)})"
        for name, row in zip(_names(table), table.itertuples(), strict=True)
    ]
    return f"Dot chart with intervals. {'; '.join(said)}."


def say_measured(mixes: Sequence[Mix], languages: Mix) -> list[str]:
    """How the figure was measured, in plain sentences."""
    parts = [
        f"{start_sentence(mix.name)}: {several(f'{number:.1f}% {level}' for level, number in mix.parts.items())}."
        for mix in mixes
    ]
    spoken = several(f"{100 * part:.1f}% {level}" for level, part in languages.parts.items())
    return [
        (
            "With W the part of a group elsewhere and p its share here, the share is Σ W p and its variance Wᵀ C W, with C the "
            "covariance of the shares by group: post-stratification to parts that are known."
        ),
        *parts,
        f"Languages of {languages.name}: {spoken}.",
        "Official shares are of all ages, the sample is of adults. Each lever is tried by itself.",
    ]


def mode_numbers(table: pd.DataFrame) -> dict[str, str]:
    """Numbers for prose on other pages, by kind: the share, with .shift, .left, .low and .high; of several the last."""
    numbers: dict[str, str] = {}
    for row in table[table["kind"] != LATER].itertuples():
        numbers |= {
            row.kind: row.percent,
            f"{row.kind}.low": f"{100 * row.lower:.1f}",
            f"{row.kind}.high": f"{100 * row.upper:.1f}",
            f"{row.kind}.shift": points(row.shift),
            f"{row.kind}.left": points(row.left),
        }
    return numbers
