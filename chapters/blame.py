"""Who is blamed: two printed answers beside each other, and the caption of the chart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from wavebook.figures.publishing import escape
from wavebook.figures.words import STATUS_WORDS, interval, several
from wavebook.study import MODE_WORDS, Study
from wavebook.text.phrases import say_chance


def say_contrast(study: Study, wave: str, item: str, between: Sequence[str], found: Mapping[str, float]) -> str:
    """Say how far apart two printed answers to one question are.

    Parameters
    ----------
    between
        The two answers.
    found
        Their difference, as `printed_contrast` gives it.
    """
    printed = {t.response: t.percent for t in study.toplines(wave) if t.item == item and not t.by}
    named = ", ".join(f"{escape(answer)} {printed[answer]}%" for answer in between)
    deff = study.deff(study.described(wave))
    return (
        f"**{named}:** {abs(100 * found['estimate']):.1f} points apart (95% interval "
        f"{interval(found['lower'], found['upper'])}, at a design effect of {deff.value:g}, "
        f"{STATUS_WORDS[deff.status]}): {say_chance(found['p'])}."
    )


def blame_caption(study: Study, waves: Sequence[str], shares: pd.DataFrame) -> str:
    """Caption of the chart: series, place, time, mode and n of each wave, design effect, evidence."""
    described = [study.described(wave) for wave in waves]
    when = [f"{escape(w.place)} ({w.fieldwork}, {MODE_WORDS[w.mode]}, n = {w.n:,})" for w in described]
    deff = study.deff(described[0])
    sources = several(f"{{cite:t}}`{key}`" for key in dict.fromkeys(shares["source"]))
    series = escape(study.series[described[0].series].name)
    return (
        f"{series}, {several(when)}. Bars are 95% intervals at a design effect of {deff.value:g} "
        f"({STATUS_WORDS[deff.status]}). Evidence: published, {sources}."
    )
