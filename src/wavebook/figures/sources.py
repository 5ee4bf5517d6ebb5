"""What a figure rests on: its waves as sources, and its numbers as a table for readers."""

from __future__ import annotations

import pandas as pd

from wavebook.figures.record import Source
from wavebook.figures.words import say_break_reason
from wavebook.study import MODE_WORDS, Study, Wave
from wavebook.study.rows import expect

_SHOWN = ("percent", "lower", "upper", "n", "deff", "certainty", "evidence", "source")


def sources_of(study: Study, frame: pd.DataFrame) -> list[Source]:
    """The waves and publications behind the rows of a frame with the columns wave, item, evidence and source."""
    expect("sources_of", frame, "wave", "item", "evidence", "source")
    found: dict[tuple[str, str], Source] = {}
    for (wave, key), rows in frame.groupby(["wave", "source"], sort=False):
        found[wave, key] = _source(study, wave, key, rows)
    return list(found.values())


def _source(study: Study, wave: str, key: str, rows: pd.DataFrame) -> Source:
    described = study.described(wave)
    series = study.series[described.series]
    items = [study.item(item) for item in dict.fromkeys(rows["item"])]
    asked = [f"“{item.wording}”" if item.wording else f"{item.asks} (wording not held)" for item in items]
    return Source(
        wave=wave,
        series=series.name,
        house=series.house,
        place=described.place,
        fieldwork=str(described.fieldwork),
        mode=MODE_WORDS[described.mode],
        n=_size(study, described),
        question="; ".join(asked),
        evidence=str(rows["evidence"].iloc[0]),
        key=key,
        items=tuple(dict.fromkeys(rows["item"])),
    )


def _size(study: Study, wave: Wave) -> str:
    """How many respondents, in words; of pooled shares also what they pool, which is no sample of its own."""
    n = study.n(wave)
    size = "not found" if n.value is None else f"{n.value:,.0f}"
    if wave.pooled:
        return f"{size}{'; ' if n.value is None else ' in '}several samples ({wave.pooled})"
    return f"{size} (assumed)" if n.status == "assumed" else size


def trend_data(points: pd.DataFrame, breaks: pd.DataFrame) -> pd.DataFrame:
    """The points of a trend as a table for readers; percentages, and bounds as printed."""
    expect("trend_data", points, "response", "wave", "label", "mode", *_SHOWN, "n_status", "deff_status")
    reasons = {(row.response, row.end_wave): say_break_reason(row) for row in breaks.itertuples()}
    return pd.DataFrame(
        {
            "answer": points["response"],
            "wave": points["wave"],
            "time": points["label"],
            "mode": [MODE_WORDS[mode] for mode in points["mode"]],
            "per cent": points["percent"],
            "lower": (100 * points["lower"]).round(2),
            "upper": (100 * points["upper"]).round(2),
            "respondents": points["n"].round().astype("Int64"),
            "respondents known": points["n_status"],
            "design effect": points["deff"],
            "design effect known": points["deff_status"],
            "break before": [reasons.get(at, "") for at in zip(points["response"], points["wave"], strict=True)],
            "certainty": points["certainty"],
            "evidence": points["evidence"],
            "source": points["source"],
        }
    )


def shares_data(shares: pd.DataFrame, *divisions: str) -> pd.DataFrame:
    """A frame of shares as a table for readers; percentages, and bounds as printed.

    Parameters
    ----------
    divisions
        Further columns of the frame that tell its rows apart: divisions that are crossed with that of `group`.
    """
    expect("shares_data", shares, "item", "response", "by", "group", "wave", *_SHOWN)
    return pd.DataFrame(
        {
            "item": shares["item"],
            "answer": shares["response"],
            "among": shares["by"],
            **{division: shares[division] for division in divisions},
            "group": shares["group"],
            "wave": shares["wave"],
            "per cent": shares["percent"],
            "lower": (100 * shares["lower"]).round(2),
            "upper": (100 * shares["upper"]).round(2),
            "respondents": shares["n"].round().astype("Int64"),
            "design effect": shares["deff"].round(2),
            "certainty": shares["certainty"],
            "evidence": shares["evidence"],
            "source": shares["source"],
        }
    )
