"""What a respondent file says, in captions, sentences and tables."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from wavebook.estimates import EstimatingStudy
from wavebook.figures.publishing import STAMP, SYNTHETIC, escape
from wavebook.figures.words import cardinal, group_words, p_value, points, several, span, start_sentence
from wavebook.study import MODE_WORDS
from wavebook.survey import SurveyError, contrasts, holm, wald
from wavebook.text.phrases import SIGNIFICANT, say_chance, say_p, say_seen

ALL = "all respondents, those without an opinion included"
"""The base of the shares of all who were asked, as a caption names it."""
OF_GROUPS = "each group, those without an opinion included"
"""The base of the shares of groups."""
ANSWERED = "those who gave an opinion"
"""The base of the shares without the silent."""
OF_GROUPS_ANSWERED = "those in each group who gave an opinion"
"""The same of groups."""


@dataclass(frozen=True)
class Division:
    """How far apart the groups of one division lie in one answer.

    Attributes
    ----------
    by
        The division into groups.
    apart
        The groups that answered it least and most often, in words.
    p, seen
        Of the test that all groups are alike; NaN if none could be made. The smallest difference of two groups that
        would have been seen.
    why_not
        Why there is no test.
    """

    by: str
    apart: str = ""
    p: float = float("nan")
    seen: float | None = None
    why_not: str = ""


def say_question(study: EstimatingStudy, wave: str) -> str:
    """The question that the page of a respondent file answers."""
    described = study.described(wave)
    series = escape(study.series[described.series].name)
    return (
        f"**Question:** what did people in {escape(described.place)} answer in {described.fieldwork.months} ({series}), and "
        f"which groups of them answered differently?"
    )


def say_finding(
    study: EstimatingStudy, wave: str, item: str, response: str, shares: pd.DataFrame, answered: pd.DataFrame
) -> list[str]:
    """What respondents said of the leading item, of the others, and which groups differ in the leading one.

    Parameters
    ----------
    shares, answered
        Of all respondents, and of those who gave an opinion.
    """
    described, n = study.described(wave), study.wave(wave).provenance.n
    row = _found(shares, item, response)
    where = f"{escape(described.place)}, {described.fieldwork}, {MODE_WORDS[described.mode]}"
    said = [
        (
            f"Asked {escape(study.item(item).asks)}, **{100 * row['share']:.1f}%** of {n:,} respondents gave an answer that counts "
            f"as “{escape(response)}” (95% interval {100 * row['lower']:.1f} to {100 * row['upper']:.1f}; {where})."
            f"{_say_without(answered, item, response)}"
        )
    ]
    others = [_say_other(study, key, shares, answered) for key in dict.fromkeys(shares["item"]) if key != item]
    if others := [words for words in others if words]:
        said.append(f"The other questions of opinion: {'; '.join(others)}.")
    said.append(_say_groups_found(study, judge(study, wave, item, response), response))
    return said


def _found(shares: pd.DataFrame, item: str, response: str) -> pd.Series:
    return shares[(shares["item"] == item) & (shares["response"] == response)].iloc[0]


def _say_without(answered: pd.DataFrame, item: str, response: str) -> str:
    of_item = answered[answered["item"] == item]
    if response not in set(of_item["response"]):
        return ""
    row = _found(of_item, item, response)
    return (
        f" Of those who gave an opinion it was **{100 * row['share']:.1f}%** ({100 * row['lower']:.1f} to "
        f"{100 * row['upper']:.1f}); in the first share, those who did not know or declined count as not having given this answer."
    )


def _say_other(study: EstimatingStudy, item: str, shares: pd.DataFrame, answered: pd.DataFrame) -> str:
    """The first share that is quoted of an item, of all and of those with an opinion; nothing where nobody was silent."""
    of_item = answered[answered["item"] == item]
    if of_item.empty:
        return ""
    without = of_item.iloc[0]
    row = _found(shares, item, without["response"])
    return (
        f"*{escape(study.item(item).title)}*, {escape(without['response'])}, {100 * row['share']:.1f}% of all and "
        f"{100 * without['share']:.1f}% of those with an opinion"
    )


def _say_groups_found(study: EstimatingStudy, divisions: list[Division], response: str) -> str:
    tested, adjusted = _together(divisions)
    if not tested:
        return f"Of too few groups the answer “{escape(response)}” is told for any to be compared."
    differ = [division for division, p in zip(tested, adjusted, strict=True) if p < SIGNIFICANT]
    alone = sum(division.p < SIGNIFICANT for division in tested)
    ways = f"{cardinal(len(tested))} division{'s' if len(tested) > 1 else ''} into groups"
    together = f", judged together (Holm){f'; taken alone, {cardinal(alone)} would' if alone != len(differ) else ''}"
    if not differ:
        return f"Of {ways}, none differs in “{escape(response)}” by more than chance would give{together}."
    named = "; ".join(f"{escape(study.groups[one.by].title).lower()}, {one.apart}" for one in differ)
    return (
        f"Of {ways}, {cardinal(len(differ))} {'differ' if len(differ) > 1 else 'differs'} in “{escape(response)}” by more than "
        f"chance would give{together}. {'These are' if len(differ) > 1 else 'It is'}: {named}."
    )


def _together(divisions: list[Division]) -> tuple[list[Division], list[float]]:
    """The divisions that were tested, and their p adjusted together."""
    tested = [division for division in divisions if not division.why_not]
    return tested, [float(p) for p in holm(np.array([division.p for division in tested]))] if tested else []


def say_origin(study: EstimatingStudy, wave: str) -> str:
    """Where the estimates of a page come from, and what file they rest on."""
    estimates = study.wave(wave)
    file = estimates.provenance
    made_up = f"**{STAMP}:** {SYNTHETIC} " if estimates.evidence == "synthetic" else ""
    return (
        f"{made_up}The numbers on this page were {estimates.origin_words()}. They were estimated from `{file.file}` "
        f"(sha256 `{file.sha256[:12]}…`), {file.n:,} respondents, {file.df:g} degrees of freedom, by wavebook {file.engine}."
    )


def estimates_title(study: EstimatingStudy, wave: str, what: str) -> str:
    """Title of a chart of estimates, as a citation gives it."""
    described = study.described(wave)
    return f"{what}, {study.series[described.series].name}, {described.place}, {described.fieldwork}"


def estimates_caption(study: EstimatingStudy, wave: str, what: str, base: str = ALL) -> str:
    """Caption of a chart of estimates: what, of whom, house, place, time, mode, evidence."""
    described, estimates = study.described(wave), study.wave(wave)
    series = study.series[described.series]
    return (
        f"{escape(what)}, in per cent of {base}. {escape(series.name)}, {escape(described.place)}, {described.fieldwork}; "
        f"{MODE_WORDS[described.mode]}, n = {estimates.provenance.n:,}. Weighted, with 95% intervals. "
        f"Evidence: {estimates.evidence}, {{cite:t}}`{described.source}`, our estimates."
    )


def say_measured(study: EstimatingStudy, wave: str, base: str = ALL) -> list[str]:
    """How a chart of estimates was measured, as far as its caption does not say it."""
    file = study.wave(wave).provenance
    said = [
        f"Estimated from the answers of {file.n:,} respondents.",
        (
            f"Intervals follow the sampling design ({_design(study, wave)}; {file.df:g} degrees of freedom for all "
            f"respondents, fewer for groups that live in fewer places). They are on the logit scale."
        ),
    ]
    if base in (ANSWERED, OF_GROUPS_ANSWERED):
        said.append(
            "The share of those who gave an opinion is the share of all, divided by that of all who gave one; its "
            "interval comes from the covariance of both. The number of respondents is what the weights make of it."
        )
    return said


def _design(study: EstimatingStudy, wave: str) -> str:
    microdata = study.described(wave).microdata
    design = microdata.codebook.design if microdata and microdata.codebook else None
    parts = (
        []
        if design is None
        else [
            name for name, has in (("weights", design.weights), ("strata", design.strata), ("PSUs", design.psu)) if has
        ]
    )
    return several(parts) if parts else "a simple random sample"


def shares_alt(study: EstimatingStudy, wave: str, shares: pd.DataFrame) -> str:
    """Describe a chart of estimates for those who do not see it."""
    described = study.described(wave)
    parts = [f"Dot chart. {study.series[described.series].name}, {described.place}."]
    for title, rows in shares.groupby("title", sort=False):
        said = [
            f"{group_words(str(row.group)) or row.response} {row.percent}% ({span(row.lower, row.upper)})"
            for row in rows.itertuples()
        ]
        parts.append(f"{title}: {several(said)}.")
    return " ".join(parts)


def shares_table(shares: pd.DataFrame) -> pd.DataFrame:
    """Estimates as a table for readers."""
    of_all = (shares["by"] == "").all()
    names = [group_words(row.group) if row.by else row.response for row in shares.itertuples()]
    return pd.DataFrame(
        {
            "Item" if of_all else "Among": shares["title"],
            "Answer" if of_all else "Group": names,
            "Per cent": shares["percent"],
            "Standard error": (100 * shares["se"]).map("{:.2f}".format),
            "95% interval": [
                f"{100 * low:.1f} to {100 * high:.1f}"
                for low, high in zip(shares["lower"], shares["upper"], strict=True)
            ],
            "Respondents": shares["n"].map("{:,.0f}".format),
            "Design effect": shares["deff"].map("{:.2f}".format),
        }
    )


def say_differences(study: EstimatingStudy, wave: str, item: str, response: str) -> list[str]:
    """For each division into groups: how far apart they are, and whether that is more than chance would give.

    All divisions that could be tested are adjusted together, and the first sentence says so.
    """
    divisions = judge(study, wave, item, response)
    tested, adjusted = _together(divisions)
    ps = {division.by: p for division, p in zip(tested, adjusted, strict=True)}
    said = []
    if len(tested) > 1:
        said.append(
            f"{start_sentence(cardinal(len(tested)))} divisions into groups are tested, and their p-values are adjusted "
            f"together (Holm): among so many, one often looks more than chance by chance alone."
        )
    return said + [_say_division(study, division, ps) for division in divisions]


def _say_division(study: EstimatingStudy, division: Division, ps: dict[str, float]) -> str:
    title = f"**{escape(study.groups[division.by].title)}:**"
    if division.why_not:
        return f"{title} {division.apart}{division.why_not}."
    p = ps[division.by]
    said = f"{say_p(p)}, alone {p_value(division.p)}" if len(ps) > 1 and p >= 1.5 * division.p >= 0.0015 else say_p(p)
    seen = f"; taken alone, {say_seen(division.seen)}" if division.seen is not None and p >= SIGNIFICANT else ""
    return f"{title} {division.apart}: {say_chance(p)} ({said}{seen})."


def judge(study: EstimatingStudy, wave: str, item: str, response: str) -> list[Division]:
    """Test one answer in each division into groups by itself."""
    return [_judge(study, wave, item, response, by) for by in study.wave(wave).groups_of(item)]


def _judge(study: EstimatingStudy, wave: str, item: str, response: str, by: str) -> Division:
    shares = study.wave(wave).shares(item, by=by)
    if (shares.table["response"] == response).sum() < 2:
        return Division(by, why_not="it is not told of enough groups to compare them")
    shares = shares.where(response=response)
    table = shares.table
    low, high = table.iloc[int(table["share"].argmin())], table.iloc[int(table["share"].argmax())]
    extremes = (
        f"{100 * low['share']:.1f}% ({escape(group_words(str(low[by])))}) to "
        f"{100 * high['share']:.1f}% ({escape(group_words(str(high[by])))})"
    )
    if len(table) == 2:
        row = contrasts(shares).table.iloc[0]
        apart = f"{points(abs(row['estimate'])).lstrip('+')} points apart, give or take {50 * (row['upper'] - row['lower']):.1f}"
        return Division(by, f"{extremes}, {apart}", float(row["p"]), float(row["mde"]))
    try:
        test = wald(shares)
    except SurveyError as error:
        return Division(by, extremes, why_not=f"; not tested ({escape(str(error))})")
    return Division(by, f"{extremes}, {cardinal(len(table))} groups", test.p)
