"""What a wave is and what was published of it, in tables and sentences."""

from __future__ import annotations

import pandas as pd

from wavebook.figures.publishing import escape
from wavebook.figures.words import (
    BARS_WITHOUT_A_POINT,
    STATUS_WORDS,
    group_words,
    several,
    span,
    start_sentence,
)
from wavebook.study import CERTAINTY_WORDS, MODE_WORDS, ONLY_A_BOUND, Study, Wave, say_percent
from wavebook.study.study import CUSTOMARY_DEFF


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
    """Caption of the chart of all printed shares of a wave."""
    described = study.described(wave)
    n, deff = study.n(described), study.deff(described)
    series, place = escape(study.series[described.series].name), escape(described.place)
    size = f"n = {described.n:,}" if described.n else "n not found"
    when = f"{described.fieldwork}; {MODE_WORDS[described.mode]}, {size}"
    sentences = [f"All shares found of {series}, {place}, {when}."]
    if (shares["why_no_interval"] == "").any():
        size = f" and {n.value:,.0f} respondents, assumed" if n.status == "assumed" else ""
        sentences.append(
            f"Bars are 95% intervals at a design effect of {deff.value:g} ({STATUS_WORDS[deff.status]}){size}."
        )
    if whys := [why for why in dict.fromkeys(shares["why_no_interval"]) if why not in ("", ONLY_A_BOUND)]:
        sentences.append(f"Points without a bar have no interval ({several(whys)}).")
    if (shares["bound"] != "").any():
        sentences.append(BARS_WITHOUT_A_POINT)
    if (~shares["certainty"].isin(["read", "computed"])).any():
        marks = dict.fromkeys(m for m in shares["certainty"] if m not in ("read", "computed"))
        sentences.append(f"Hollow points: {several(CERTAINTY_WORDS[mark] for mark in marks)}.")
    sources = [f"{{cite:t}}`{source}`" for source in dict.fromkeys(shares["source"])]
    return " ".join([*sentences, f"Evidence: published, {several(sources)}."])


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
        said.append(f"**{escape(item.title)}.** {asked}{cited}.")
    return said


def say_problems(study: Study, wave: str) -> list[str]:
    """What is known to be wrong with a wave, and what its series warns of."""
    described = study.described(wave)
    return [escape(text) for text in (*described.problems, *study.series[described.series].caveats)] or [
        "None are known. That is not the same as none."
    ]


def all_waves(study: Study) -> pd.DataFrame:
    """Every wave that the book knows, in order of time, as a table for readers."""
    waves = sorted(study.waves.values(), key=lambda wave: (wave.fieldwork.middle, wave.id))
    return pd.DataFrame(
        {
            "Wave": [wave.id for wave in waves],
            "House": [study.series[wave.series].house for wave in waves],
            "Place": [wave.place for wave in waves],
            "Fieldwork": [str(wave.fieldwork) for wave in waves],
            "Interviews": [MODE_WORDS[wave.mode] for wave in waves],
            "Respondents": [f"{wave.n:,}" if wave.n else "not found" for wave in waves],
            "Printed shares": [len(study.toplines(wave.id)) for wave in waves],
            "Respondent file": [_file(wave) for wave in waves],
        }
    )


def _file(wave: Wave) -> str:
    if wave.microdata is None:
        return "none known"
    codebook = wave.microdata.codebook
    return "estimated" if wave.microdata.sha256 else "codebook, not tried" if codebook else "known"


def all_items(study: Study) -> pd.DataFrame:
    """Every question that the book knows, as a table for readers."""
    return pd.DataFrame(
        {
            "Question": [item.title for item in study.items.values()],
            "Asked": [
                f"“{item.wording}”" if item.wording else f"{item.asks} (wording not held)"
                for item in study.items.values()
            ],
            "Answers": ["; ".join(item.responses) for item in study.items.values()],
            "Added up": [
                "; ".join(f"{name}: {' + '.join(parts)}" for name, parts in item.headline.items())
                for item in study.items.values()
            ],
        }
    )


def all_series(study: Study) -> pd.DataFrame:
    """Every series of surveys, and what is assumed where its house prints nothing, as a table for readers."""
    return pd.DataFrame(
        {
            "Series": [series.name for series in study.series.values()],
            "About": [series.about for series in study.series.values()],
            "Design effect where none is known": [
                f"{series.assumed_deff.value:g}: {series.assumed_deff.because}"
                if series.assumed_deff
                else f"{CUSTOMARY_DEFF:g}, the middle of the customary range"
                for series in study.series.values()
            ],
            "Respondents where none are known": [
                f"{series.assumed_n.value:g}: {series.assumed_n.because}"
                if series.assumed_n
                else "no interval is given"
                for series in study.series.values()
            ],
        }
    )
