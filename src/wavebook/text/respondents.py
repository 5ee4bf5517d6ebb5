"""What a respondent file says, in captions, sentences and tables."""

from __future__ import annotations

import pandas as pd

from wavebook.estimates import EstimatingStudy
from wavebook.figures.publishing import STAMP, SYNTHETIC, escape
from wavebook.figures.words import group_words, points, several, span
from wavebook.study import MODE_WORDS
from wavebook.survey import SurveyError, contrasts, wald
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
    """For each division into groups: whether its shares differ by more than chance, and how far apart they are."""
    return [_say_difference(study, wave, item, response, by) for by in study.wave(wave).groups_of(item)]


def _say_difference(study: EstimatingStudy, wave: str, item: str, response: str, by: str) -> str:
    title = f"**{escape(study.groups[by].title)}:**"
    shares = study.wave(wave).shares(item, by=by)
    if (shares.table["response"] == response).sum() < 2:
        return f"{title} it is not told of enough groups to compare them."
    shares = shares.where(response=response)
    table = shares.table
    low, high = table.iloc[int(table["share"].argmin())], table.iloc[int(table["share"].argmax())]
    extremes = (
        f"{100 * low['share']:.1f}% ({escape(group_words(str(low[by])))}) to "
        f"{100 * high['share']:.1f}% ({escape(group_words(str(high[by])))})"
    )
    if len(table) == 2:
        row = contrasts(shares).table.iloc[0]
        apart = f"{points(abs(row['estimate']))} points apart, give or take {50 * (row['upper'] - row['lower']):.1f}"
        p, unseen = row["p"], f"; {say_seen(row['mde'])}"
    else:
        try:
            test = wald(shares)
        except SurveyError as error:
            return f"{title} {extremes}; not tested ({escape(str(error))})."
        apart, p, unseen = f"{len(table)} groups", test.p, ""
    return f"{title} {extremes}, {apart}: {say_chance(p)} ({say_p(p)}{unseen if p >= SIGNIFICANT else ''})."
