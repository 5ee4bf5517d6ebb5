"""What a wave is and what was published of it, in tables and sentences."""

from __future__ import annotations

import pandas as pd

from wavebook.figures.publishing import escape
from wavebook.figures.words import (
    BARS_WITHOUT_A_POINT,
    STATUS_WORDS,
    cardinal,
    group_words,
    several,
    span,
    start_sentence,
)
from wavebook.study import CERTAINTY_WORDS, MODE_WORDS, ONLY_A_BOUND, Study, say_percent
from wavebook.survey.distributions import normal_quantile
from wavebook.text.findings import READ


def describe_wave(study: Study, wave: str) -> pd.DataFrame:
    """How a wave was made: one row a fact, with how sure it is."""
    described = study.described(wave)
    deff = study.deff(described)
    n = f"{described.n:,}" if described.n else "not found"
    facts: list[tuple[str, str | None, str | None]] = [
        ("Series", study.series[described.series].name, None),
        ("Wave", str(described.number) if described.number else None, "number"),
        ("Place", described.place, None),
        ("Fieldwork", str(described.fieldwork), "fieldwork"),
        ("Interviews", MODE_WORDS[described.mode], None if described.mode == "not-stated" else "mode"),
        ("Respondents", n, "n" if described.n else None),
        ("Population", described.population, "population"),
        ("Sample", described.sampling, "sampling"),
        ("Weights", described.weights or "not stated", "weights" if described.weights else None),
        ("Response rate", f"{described.response_rate:g}%" if described.response_rate else None, "response_rate"),
        ("Margin, as printed", f"{described.margin:g} points" if described.margin else None, "margin"),
    ]
    rows: list[tuple[str, str, str]] = [
        (name, value, described.how_sure(field) if field else "") for name, value, field in facts if value is not None
    ]
    if not described.pooled:
        rows.append(("Design effect", f"{deff.value:g}", f"{STATUS_WORDS[deff.status]}{_because(deff.because)}"))
        size = study.n(described)
        if size.status == "assumed":
            rows.append(("Respondents for intervals", f"{size.value:,.0f}", f"assumed{_because(size.because)}"))
    return pd.DataFrame(rows, columns=["", "What is known", "How sure"])


def _because(why: str) -> str:
    return f": {why}" if why else ""


def shares_table(shares: pd.DataFrame) -> pd.DataFrame:
    """The printed shares of a wave as a table for readers; bounds as printed."""
    return pd.DataFrame(
        {
            "Item": shares["title"],
            "Answer": shares["response"],
            "Among": [
                f"{b} {group_words(g)}" if b else "all" for b, g in zip(shares["by"], shares["group"], strict=True)
            ],
            "Per cent": shares["percent"],
            "95% interval": [
                f"no interval: {row.why_no_interval}" if row.why_no_interval else span(row.lower, row.upper)
                for row in shares.itertuples()
            ],
            "How sure": shares["certainty"],
            "Source": shares["source"],
            **({"Note": shares["note"]} if shares["note"].any() else {}),
        }
    )


def shares_title(study: Study, wave: str) -> str:
    """Title of the chart of all printed shares of a wave, as a citation gives it."""
    described = study.described(wave)
    return f"Published shares, {study.series[described.series].name}, {described.place}, {described.fieldwork}"


def shares_caption(study: Study, wave: str, shares: pd.DataFrame) -> str:
    """Caption of the chart of all printed shares of a wave: house, place, time, mode, n, evidence."""
    described = study.described(wave)
    series, place = escape(study.series[described.series].name), escape(described.place)
    size = f"n = {described.n:,}" if described.n else "n not found"
    how = f"{described.fieldwork}; {MODE_WORDS[described.mode]}, {size}"
    bars = ["Bars are 95% intervals."] if (shares["why_no_interval"] == "").any() else []
    bounds = [BARS_WITHOUT_A_POINT] if (shares["bound"] != "").any() else []
    marks = [mark for mark in dict.fromkeys(shares["certainty"]) if mark not in ("read", "computed")]
    hollow = [f"Hollow points: {several(CERTAINTY_WORDS[mark] for mark in marks)}."] if marks else []
    sources = several(f"{{cite:t}}`{source}`" for source in dict.fromkeys(shares["source"]))
    return " ".join(
        [f"All shares found of {series}, {place}, {how}.", *bars, *bounds, *hollow, f"Evidence: published, {sources}."]
    )


def shares_measured(study: Study, wave: str, shares: pd.DataFrame) -> list[str]:
    """How the chart of all printed shares of a wave was measured, as far as its caption does not say it."""
    described = study.described(wave)
    n, deff = study.n(described), study.deff(described)
    said = []
    if (shares["why_no_interval"] == "").any():
        size = f" and {n.value:,.0f} respondents, assumed" if n.status == "assumed" else ""
        said.append(f"Bars are 95% intervals at a design effect of {deff.value:g} ({STATUS_WORDS[deff.status]}){size}.")
    if whys := [why for why in dict.fromkeys(shares["why_no_interval"]) if why not in ("", ONLY_A_BOUND)]:
        said.append(f"Points without a bar have no interval ({several(whys)}).")
    return said


def shares_alt(study: Study, wave: str, shares: pd.DataFrame) -> str:
    """Describe the chart of a wave's printed shares for those who do not see it."""
    parts = [f"Dot chart. {study.series[study.described(wave).series].name}, {study.described(wave).place}."]
    for title, rows in shares.groupby("title", sort=False):
        said = []
        for row in rows.itertuples():
            among = f" ({row.by} {group_words(row.group)})" if row.by else ""
            bar = f" ({span(row.lower, row.upper)})" if row.why_no_interval == "" else ""
            said.append(f"{row.response}{among} {say_percent(row.percent)}{bar}")
        parts.append(f"{title}: {several(said)}.")
    return " ".join(parts)


def say_questions(study: Study, shares: pd.DataFrame) -> list[str]:
    """What was asked, in the source's words where they are held."""
    said = []
    for key in dict.fromkeys(shares["item"]):
        item = study.item(key)
        asked = (
            f"“{escape(item.wording)}”" if item.wording else f"{escape(start_sentence(item.asks))} (wording not held)"
        )
        cited = f" {{cite:p}}`{item.wording_source}`" if item.wording_source else ""
        original = f" In the original: “{escape(item.original)}”." if item.original else ""
        put = study.described(shares["wave"].iloc[0]).wordings.get(key)
        here = f" This wave asked: “{escape(put)}”." if put else ""
        said.append(f"**{escape(item.title)}.** {asked}{cited}.{original}{here}")
    return said


def say_problems(study: Study, wave: str) -> list[str]:
    """What is known to be wrong with a wave, and what its series warns of."""
    described = study.described(wave)
    return [escape(text) for text in (*described.problems, *study.series[described.series].caveats)] or [
        "None are known. That is not the same as none."
    ]


def say_sure(study: Study, wave: str, shares: pd.DataFrame) -> list[str]:
    """How sure the finding is: where it was read, what its intervals rest on, how it was asked, what is wrong with it."""
    described = study.described(wave)
    said = [_say_read(shares)]
    if (shares["why_no_interval"] == "").any():
        n, deff = study.n(described), study.deff(described)
        size = f"{n.value:,.0f} respondents, {STATUS_WORDS[n.status]}{_because(n.because)}"
        effect = f"a design effect of {deff.value:g}, {STATUS_WORDS[deff.status]}{_because(deff.because)}"
        said.append(f"The intervals rest on {size}, and on {effect}.")
    if described.margin is not None and described.n is not None:
        said.append(judge_margin(described.margin, described.n))
    said.append(
        "How the interviews were held is not stated; people answer a voice and a visitor differently."
        if described.mode == "not-stated"
        else f"The interviews were held {_BY[described.mode]}."
    )
    said += _say_who(study, shares)
    return [*said, *map(escape, described.problems)]


_BY = {"face-to-face": "face to face", "phone": "by phone", "mixed": "in more than one way"}


def _say_read(shares: pd.DataFrame) -> str:
    counts = {mark: int((shares["certainty"] == mark).sum()) for mark in dict.fromkeys(shares["certainty"])}
    if len(counts) == 1:
        (mark,) = counts
        subject = "The one share here was" if len(shares) == 1 else f"All {cardinal(len(shares))} shares were"
        return f"{subject} {READ[mark]}."
    parts = [f"{cardinal(count)} {'was' if count == 1 else 'were'} {READ[mark]}" for mark, count in counts.items()]
    return f"Of the {cardinal(len(shares))} shares, {several(parts)}."


def implied_deff(margin: float, n: int) -> float:
    """The design effect that a printed margin, in points, implies; 1 where its rounding leaves none to be seen.

    The largest margin of a simple random sample at 95% confidence is 1.96 times half over the root of its size. The
    printed one, squared over that squared, is the design effect. Below 1 no sample of that size can have such a margin.
    """
    simple, rounding = _simple_margin(n), 0.5 * 10.0 ** -len(f"{margin:g}".partition(".")[2])
    return 1.0 if abs(margin - simple) <= rounding else (margin / simple) ** 2


def judge_margin(margin: float, n: int) -> str:
    """Hold a printed margin, in points, against that of a simple random sample of the same size."""
    deff, simple = implied_deff(margin, n), _simple_margin(n)
    printed = f"The printed margin of {margin:g} points"
    if deff < 1:
        return f"{printed} is impossible: a simple random sample of {n:,} can do no better than {simple:.1f}."
    if deff == 1:
        return (
            f"{printed} is, as far as it was rounded, that of a simple random sample of {n:,} ({simple:.2f}): no design "
            "effect shows in it, so that the true margin is larger if there is one."
        )
    return f"{printed} implies a design effect of {deff:.2f}."


def _simple_margin(n: int) -> float:
    return 100 * normal_quantile(0.025) * 0.5 / n**0.5  # the quantile of the upper tail


def _say_who(study: Study, shares: pd.DataFrame) -> list[str]:
    """Who was interviewed, where that was printed."""
    said = []
    for key, rows in shares[shares["by"] == ""].groupby("item", sort=False):
        item = study.item(str(key))
        if item.recorded:
            parts = several(f"{escape(row.response)} {say_percent(row.percent)}" for row in rows.itertuples())
            said.append(f"{escape(item.title)}: {parts}.")
    return said


def say_limits(study: Study, wave: str, shares: pd.DataFrame) -> list[str]:
    """What the finding of one wave does not show, and which way that points where it is known."""
    described = study.described(wave)
    said = [escape(caveat) for caveat in study.series[described.series].caveats]
    if described.pooled:
        said.append("Several samples are added up or averaged: no change over time can be read from them.")
    else:
        said.append("It is one moment. Whether anybody changed their mind, and why, cannot be read from it.")
    if (shares["why_no_interval"] == "").any():
        said.append(
            "The intervals count the chance of the sample, enlarged by the design effect, and rounding in print. Who "
            "could not be reached or would not answer is not in them: the true uncertainty is larger."
        )
    if any(not study.item(key).wording for key in dict.fromkeys(shares["item"])):
        said.append("Where the wording is not held, another question may have been asked than our description says.")
    return said
