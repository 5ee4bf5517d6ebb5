"""All that a book holds, in lists: its series, its waves, its questions."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from wavebook.figures.publishing import escape
from wavebook.figures.words import group_words, several
from wavebook.study import MODE_WORDS, Item, Study, Topline, Wave, say_percent
from wavebook.study.study import CUSTOMARY_DEFF
from wavebook.text.sheet import score
from wavebook.text.wave import implied_deff

_HEAD = ("Wave", "Interviews", "Disclosed", "Shares held")


def waves_table(study: Study, series: str, pages: Mapping[str, str] = {}) -> str:
    """The waves of a series in order of time, as MyST markdown: it links to pages, and cites the shares of the others.

    Parameters
    ----------
    pages
        The page of each wave that has one. Of the others the shares are told here.
    """
    waves = [wave for wave in _in_order(study) if wave.series == series]
    rows = [_HEAD, [":---"] * len(_HEAD), *(_row(study, wave, pages.get(wave.id)) for wave in waves)]
    name = escape(study.series[series].name)
    return f"**{name}**\n\n" + "\n".join(f"| {' | '.join(cells)} |" for cells in rows)


def waves_tables(study: Study, pages: Mapping[str, str] = {}) -> str:
    """The waves of all series, a table each, as MyST markdown."""
    there = {wave.series for wave in study.waves.values()}
    return "\n\n".join(waves_table(study, series, pages) for series in study.series if series in there)


def list_numbers(study: Study, pages: Mapping[str, str]) -> dict[str, str]:
    """Numbers for prose on other pages: lists.waves, .pooled, .series, .shares, .pages; of printed margins .margins, .plain.

    Those are plain that show no design effect.
    """
    pooled = sum(wave.pooled is not None for wave in study.waves.values())
    deffs = [implied_deff(wave.margin, wave.n) for wave in study.waves.values() if wave.margin and wave.n]
    counts = {
        "waves": len(study.waves) - pooled,
        "pooled": pooled,
        "series": len({wave.series for wave in study.waves.values()}),
        "shares": len(study.all_toplines),
        "pages": len(pages),
        "margins": len(deffs),
        "plain": sum(deff <= 1 for deff in deffs),
    }
    return {f"lists.{name}": str(count) for name, count in counts.items()}


def _row(study: Study, wave: Wave, page: str | None) -> list[str]:
    toplines = study.toplines(wave.id)
    name = escape(wave.place if wave.number is None else f"{wave.place}, wave {wave.number}")
    held = f"{len(toplines)}, on its page" if page else _say_shares(study, toplines) if toplines else "none"
    size = f"n = {wave.n:,}" if wave.n else "n not found"
    return [
        f"{f'[{name}]({page}.ipynb)' if page else name}<br>{wave.fieldwork}",
        f"{MODE_WORDS[wave.mode]}, {size}",
        score(wave),
        held,
    ]


def _say_shares(study: Study, toplines: list[Topline]) -> str:
    """The shares of a wave in a line, each source once."""
    said = []
    for key in dict.fromkeys(topline.item for topline in toplines):
        answers = several(
            f"{escape(t.response)}{f' ({escape(group_words(t.group))})' if t.group else ''} {say_percent(t.percent)}"
            for t in toplines
            if t.item == key
        )
        said.append(f"{escape(study.item(key).title)}: {answers}")
    cited = ",".join(dict.fromkeys(topline.source for topline in toplines))
    return f"{'; '.join(said)} {{cite:p}}`{cited}`"


def all_waves(study: Study) -> pd.DataFrame:
    """Every wave that the book knows, in order of time, as a table for readers."""
    waves = _in_order(study)
    return pd.DataFrame(
        {
            "Wave": [wave.id for wave in waves],
            "House": [study.series[wave.series].house for wave in waves],
            "Place": [wave.place for wave in waves],
            "Fieldwork": [str(wave.fieldwork) for wave in waves],
            "Interviews": [MODE_WORDS[wave.mode] for wave in waves],
            "Respondents": [f"{wave.n:,}" if wave.n else "not found" for wave in waves],
            "Disclosed": [score(wave) for wave in waves],
            "Printed shares": [len(study.toplines(wave.id)) for wave in waves],
            "Respondent file": [_file(wave) for wave in waves],
        }
    )


def _in_order(study: Study) -> list[Wave]:
    return sorted(study.waves.values(), key=lambda wave: (wave.fieldwork.middle, wave.id))


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
            "Asked": [_asked(item) for item in study.items.values()],
            "Answers": ["; ".join(item.responses) for item in study.items.values()],
            "Added up": [
                "; ".join(f"{name}: {' + '.join(parts)}" for name, parts in item.headline.items())
                for item in study.items.values()
            ],
        }
    )


def _asked(item: Item) -> str:
    if not item.wording:
        return f"{item.asks} (wording not held)"
    return f"“{item.wording}”" + (f" In the original: “{item.original}”" if item.original else "")


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
