"""Who is in the base of a share, and what is not known of those who gave another answer or none."""

from __future__ import annotations

from collections.abc import Sequence

from wavebook.estimates import EstimatingStudy, of_those_who_answered
from wavebook.figures.publishing import escape
from wavebook.figures.words import several
from wavebook.study import Item, Study, Topline, say_percent


def say_silence(study: Study, wave: str, item: str) -> list[str]:
    """Who else there was beside those who gave the answers that are told, and the shares among those with an opinion.

    Where the wave's respondents were estimated from, the shares on both bases; where shares were printed only, the bounds
    of what they leave open, with nothing assumed.
    """
    if isinstance(study, EstimatingStudy) and study.wave(wave).has(item):
        return _say_estimated(study, wave, item)
    toplines = [topline for topline in study.toplines(wave) if topline.item == item and not topline.by]
    return _say_printed(study.item(item), toplines)


def say_silences(study: Study, waves: Sequence[str], item: str) -> list[str]:
    """The same for several waves, each named by its time."""
    return [
        f"**{escape(study.described(wave).fieldwork.short)}:** {' '.join(said)}"
        for wave in waves
        if (said := say_silence(study, wave, item))
    ]


def _say_estimated(study: EstimatingStudy, wave: str, item: str) -> list[str]:
    answered = of_those_who_answered(study, wave, item)
    if answered is None:
        return []
    of_all = study.wave(wave).shares(item).table.set_index("response")["share"]
    silent = 1 - sum(of_all[name] for name in answered.table["response"])
    parts = [
        f"“{escape(row.response)}” is {100 * of_all[row.response]:.1f}% of all and {100 * row.share:.1f}% of those with an "
        f"opinion (95% interval {100 * row.lower:.1f} to {100 * row.upper:.1f})"
        for row in answered.table.itertuples()
    ]
    return [f"{100 * silent:.1f}% gave no opinion. {'; '.join(parts)}."]


def _say_printed(item: Item, toplines: Sequence[Topline]) -> list[str]:
    known = {topline.response: topline for topline in reversed(toplines)}
    quoted = item.spoken or item.quoted
    # A quoted answer may be printed by its parts.
    shares = {
        name: sum(known[part].share for part in ([name] if name in known else item.headline.get(name, (name,))))
        for name in quoted
        if name in known or (name in item.headline and set(item.headline[name]) <= set(known))
    }
    told = [topline for topline in known.values() if topline.response in quoted]
    if item.recorded or not shares or any(topline.bound for topline in told):
        return []
    printed = several(
        f"“{escape(name)}” ({say_percent(known[name].percent) if name in known else f'{100 * share:.0f}%'})"
        for name, share in shares.items()
    )
    rest = 100 * max(1 - sum(shares.values()), 0.0)
    missing = [name for name in quoted if name not in shares]
    if len(shares) == 1 and missing and item.spoken:
        ((name, share),) = shares.items()
        return [
            (
                f"Only {printed} was printed. The other {rest:.0f}% may have given another answer, or none: if nothing is "
                f"assumed, and but for rounding, {several(f'“{escape(other)}”' for other in missing)} lies between 0 and {rest:.0f}%, and "
                f"“{escape(name)}”, of those with an opinion, anywhere from {100 * share:.0f}% up to all."
            )
        ]
    if len(shares) == 1 or missing:
        verb = "was" if len(shares) == 1 else "were"
        return [f"Only {printed} {verb} printed; the other {rest:.0f}% may have given another answer, or none."]
    if rest < 1:
        return [f"Printed were {printed}: but for rounding, nobody else is in the base."]
    among = several(
        f"“{escape(name)}” about {100 * share / sum(shares.values()):.1f}%" for name, share in shares.items()
    )
    return [
        f"Printed were {printed}; the other {rest:.0f}% gave none of these answers. Of those who gave one: {among}."
    ]
