"""What a respondent file says, in captions, sentences and tables."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from wavebook.estimates import EstimatingStudy, of_those_who_answered
from wavebook.figures.publishing import STAMP, SYNTHETIC, escape
from wavebook.figures.words import cardinal, group_words, points, several, span
from wavebook.study import MODE_WORDS
from wavebook.survey import SurveyError, contrasts, holm, wald
from wavebook.text.phrases import SIGNIFICANT, say_chance, say_p, say_seen


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


def estimates_caption(study: EstimatingStudy, wave: str, what: str) -> str:
    """Caption of a chart of estimates: house, time, mode, n, design, evidence."""
    described, estimates = study.described(wave), study.wave(wave)
    series = study.series[described.series]
    when = f"{described.fieldwork}; {MODE_WORDS[described.mode]}, n = {estimates.provenance.n:,}"
    return " ".join(
        [
            f"{escape(what)}. {escape(series.name)}, {escape(described.place)}, {when}.",
            f"Weighted; 95% intervals by the sampling design ({_design(study, wave)}).",
            f"Evidence: {estimates.evidence}, {{cite:t}}`{described.source}`, our estimates.",
        ]
    )


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
    """For each division into groups: whether its shares differ by more than chance, and how far apart they are.

    All tests are adjusted together (Holm).
    """
    compared = _compared(study, wave, item, response)
    return [_say_difference(study, row, by) for by, row in compared.items()]


class _Compared(NamedTuple):
    """One division: the shares of an answer, and the test that its groups are alike."""

    table: pd.DataFrame
    p: float
    p_adjusted: float
    contrast: pd.Series | None
    problem: str


def _compared(study: EstimatingStudy, wave: str, item: str, response: str) -> dict[str, _Compared]:
    found: dict[str, _Compared] = {}
    for by in study.wave(wave).groups_of(item):
        shares = study.wave(wave).shares(item, by=by)
        contrast, p, problem = None, float("nan"), ""
        told = shares.table["response"] == response
        if told.sum() >= 2:
            shares = shares.where(response=response)
            try:
                contrast = contrasts(shares).table.iloc[0] if told.sum() == 2 else None
                p = wald(shares).p if contrast is None else float(contrast["p"])
            except SurveyError as error:
                problem = str(error)
        found[by] = _Compared(shares.table[shares.table["response"] == response], p, float("nan"), contrast, problem)
    adjusted = holm([one.p for one in found.values()])
    return {by: one._replace(p_adjusted=float(p)) for (by, one), p in zip(found.items(), adjusted, strict=True)}


def _say_difference(study: EstimatingStudy, found: _Compared, by: str) -> str:
    title, table = f"**{escape(study.groups[by].title)}:**", found.table
    if len(table) < 2:
        return f"{title} it is not told of enough groups to compare them."
    extremes = _extremes(found, by)
    if found.problem:
        return f"{title} {extremes}; not tested ({escape(found.problem)})."
    row = found.contrast
    apart, unseen = f"{len(table)} groups", ""
    if row is not None:
        apart = f"{points(abs(row['estimate']))} points apart, give or take {50 * (row['upper'] - row['lower']):.1f}"
        unseen = f"; {say_seen(row['mde'])}, before the adjustment"
    p = found.p_adjusted
    return f"{title} {extremes}, {apart}: {say_chance(p)} ({say_p(p)}{unseen if p >= SIGNIFICANT else ''})."


def _extremes(found: _Compared, by: str) -> str:
    low, high = (found.table.iloc[int(at)] for at in (found.table["share"].argmin(), found.table["share"].argmax()))
    return (
        f"{100 * low['share']:.1f}% ({escape(group_words(str(low[by])))}) to "
        f"{100 * high['share']:.1f}% ({escape(group_words(str(high[by])))})"
    )


def say_finding(study: EstimatingStudy, wave: str, item: str, response: str) -> list[str]:
    """What the file says of one answer: its share, the share among those with an opinion, and who differed."""
    described, row = study.described(wave), study.wave(wave).shares(item).where(response=response).table.iloc[0]
    title = study.item(item).title
    said = [
        (
            f"**{100 * row['share']:.1f}%** of the {row['n']:,.0f} people who were asked in {escape(described.place)} in "
            f"{described.fieldwork.short} gave the answer “{escape(response)}” (*{escape(title)}*; 95% interval "
            f"{100 * row['lower']:.1f} to {100 * row['upper']:.1f})."
        )
    ]
    answered = of_those_who_answered(study, wave, item)
    if answered is not None:
        base = answered.where(response=response).table.iloc[0]
        said.append(
            f"Of those who gave an opinion at all it is **{100 * base['share']:.1f}%** ({100 * base['lower']:.1f} to "
            f"{100 * base['upper']:.1f}): those who did not know or declined to answer are in the first number and not in "
            f"the second."
        )
    compared = _compared(study, wave, item, response)
    tested = {by: one for by, one in compared.items() if one.p_adjusted == one.p_adjusted}
    apart = [by for by, one in tested.items() if one.p_adjusted < SIGNIFICANT]
    count = f"Of {cardinal(len(tested))} ways to divide the respondents"
    if apart:
        told = several(f"by {escape(study.groups[by].title.lower())} ({_extremes(tested[by], by)})" for by in apart)
        shows = "shows" if len(apart) == 1 else "show"
        said.append(
            f"{count}, all tested together, {cardinal(len(apart))} {shows} more than chance would give: {told}."
        )
    elif tested:
        said.append(
            f"{count}, all tested together, none shows a difference that could be told from chance. That is not proof that "
            f"there is none: each comparison below says how large one would have had to be to be seen."
        )
    return [" ".join(said)]


ANSWERED = "of those with an opinion"
"""The base of the second form of a figure, in its title."""


def say_base(*, answered: bool) -> list[str]:
    """How a figure of estimates was measured: who is in the base of its shares."""
    if not answered:
        return ["The base is everybody who was asked; who did not know or declined to answer counts in it."]
    return [
        (
            "Who did not know or declined to answer is left out of the base. The shares follow from those of all who were asked "
            "and their covariance, by linearisation; the number of respondents is that of all times the share with an opinion."
        ),
        "A group is shown only where all answers that this takes are told of it.",
    ]
