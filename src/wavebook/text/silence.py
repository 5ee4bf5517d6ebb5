"""Who is in the base of a share, and what is not known of those who gave another answer or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from wavebook.estimates import EstimatingStudy, of_those_who_answered
from wavebook.figures.publishing import escape
from wavebook.figures.words import several
from wavebook.study import Item, Study, Topline, say_percent

_WHOLE = 1.0
_NOTHING = 1e-9


class Base(NamedTuple):
    """What the printed answers to one question leave open; fractions.

    Attributes
    ----------
    printed
        By answer, as far as printed: the least and the greatest share that rounds to it, or that a bound allows.
    missing
        Quoted answers of which no share was printed.
    rest
        The least and the greatest share of those who gave none of the printed answers.
    others
        By answer that was not printed, between which shares it lies.
    answered
        By printed answer, between which shares it lies among those who gave one of the quoted answers.
    """

    printed: Mapping[str, tuple[float, float]]
    missing: tuple[str, ...]
    rest: tuple[float, float]
    others: Mapping[str, tuple[float, float]]
    answered: Mapping[str, tuple[float, float]]


def printed_base(item: Item, toplines: Sequence[Topline]) -> Base:
    """What the printed shares of one question of one wave leave open of those who gave no opinion.

    Nothing is assumed: what is not printed may be any answer, or none. With the printed shares p and the rest R, an
    answer that was not printed lies between 0 and R, and a printed one, of those who answered, between p and p / (p + the
    other printed ones): the less the more of the rest had an opinion.
    """
    known = {topline.response: _limits(topline) for topline in reversed(toplines) if not topline.by}
    quoted = item.spoken or item.quoted
    parts = {name: item.headline.get(name, (name,)) for name in quoted}
    printed = {
        name: known.get(name) or _sum([known[part] for part in parts[name]])
        for name in quoted
        if name in known or set(parts[name]) <= set(known)
    }
    missing = tuple(name for name in quoted if name not in printed)
    low, high = _sum(list(printed.values()))
    rest = (max(_WHOLE - high, 0.0), max(_WHOLE - low, 0.0))
    answered = {}
    for name, (least, most) in printed.items():
        others = [limits for other, limits in printed.items() if other != name]
        fewest, many = _sum(others)
        room = max(_WHOLE - least - many, 0.0) if missing else 0.0
        answered[name] = (least / (least + many + room), most / (most + fewest) if most + fewest else 0.0)
    return Base(printed, missing, rest, dict.fromkeys(missing, (0.0, rest[1])), answered)


def _limits(topline: Topline) -> tuple[float, float]:
    low, high = topline.limits
    return max(low - topline.step / 2, 0.0), min(high + topline.step / 2, _WHOLE)


def _sum(limits: Sequence[tuple[float, float]]) -> tuple[float, float]:
    return sum(low for low, _ in limits), sum(high for _, high in limits)


def say_silence(study: Study, wave: str, item: str) -> list[str]:
    """What of an item's shares is not known in one wave: who else there was, and the share among those with an opinion.

    Where the wave's respondents were estimated from, the shares on both bases are told; where shares were printed only,
    the bounds of what they leave open.
    """
    if isinstance(study, EstimatingStudy) and study.wave(wave).has(item):
        return _say_estimated(study, wave, item)
    return _say_printed(study.item(item), _toplines(study, wave, item))


def say_silences(study: Study, waves: Sequence[str], item: str) -> list[str]:
    """The same for several waves, each named by its time, and what that means for a change from one to another."""
    told = {wave: sentences for wave in waves if (sentences := say_silence(study, wave, item))}
    said = [
        f"**{escape(study.described(wave).fieldwork.short)}:** {' '.join(sentences)}"
        for wave, sentences in told.items()
    ]
    alone = [wave for wave in told if not _estimated(study, wave, item) and len(_printed(study, wave, item)) == 1]
    return [*said, *([_NOT_ONE_THING] if len(alone) > 1 else [])]


_NOT_ONE_THING = (
    "**What that means for a change:** where one share alone was printed, its fall can be a growing silence as well as a "
    "growing number of other answers, and its rise the reverse."
)


def _estimated(study: Study, wave: str, item: str) -> bool:
    return isinstance(study, EstimatingStudy) and study.wave(wave).has(item)


def _printed(study: Study, wave: str, item: str) -> Mapping[str, tuple[float, float]]:
    return printed_base(study.item(item), _toplines(study, wave, item)).printed


def _toplines(study: Study, wave: str, item: str) -> list[Topline]:
    return [topline for topline in study.toplines(wave) if topline.item == item and not topline.by]


def _say_estimated(study: EstimatingStudy, wave: str, item: str) -> list[str]:
    answered = of_those_who_answered(study, wave, item)
    if answered is None:
        return []
    all_ = study.wave(wave).shares(item).table.set_index("response")["share"]
    silent = _WHOLE - sum(all_[name] for name in answered.table["response"])
    parts = [
        f"“{escape(row.response)}” {100 * all_[row.response]:.1f}% of all, {100 * row.share:.1f}% of those with an opinion "
        f"(95% interval {100 * row.lower:.1f} to {100 * row.upper:.1f})"
        for row in answered.table.itertuples()
    ]
    return [f"{100 * silent:.1f}% gave no opinion: {'; '.join(parts)}."]


def _say_printed(item: Item, toplines: Sequence[Topline]) -> list[str]:
    base = printed_base(item, toplines)
    if item.recorded or not base.printed:
        return []
    as_printed = {topline.response: say_percent(topline.percent) for topline in reversed(toplines)}
    told = several(
        f"“{escape(name)}” ({as_printed.get(name) or f'{_points(*base.printed[name])}%'})" for name in base.printed
    )
    if len(base.printed) == 1:
        return [_say_alone(item, base, told)]
    if base.missing:
        names = several(f"“{escape(name)}”" for name in base.missing)
        return [
            f"Printed are {told}. Not printed: {names}. The other {_points(*base.rest)}% may have given another answer, or none."
        ]
    if base.rest[1] - _NOTHING <= sum(high - low for low, high in base.printed.values()):
        return [
            f"Printed are {told}, which leaves nobody but for rounding: those who gave no answer are not in the base."
        ]
    shares = several(f"“{escape(name)}” {_points(*limits, digits=1)}%" for name, limits in base.answered.items())
    left = f"{_points(*base.rest)}% gave none of these answers, rounding included"
    return [f"Printed are {told}; {left}. Of those who gave one: {shares}."]


def _say_alone(item: Item, base: Base, told: str) -> str:
    """One share was printed, and no more: all that can be said of the others are bounds."""
    (name, limits), *_ = base.answered.items()
    others = several(f"“{escape(other)}”" for other in base.missing)
    said = f"Only {told} was printed: all others, {_points(*base.rest, digits=1)}%, may have given another answer, or none."
    if not base.missing or not item.spoken:
        return said
    return (
        f"{said} If nothing is assumed of them, {others} lies between 0 and {100 * base.rest[1]:.1f}%, and “{escape(name)}”, of "
        f"those with an opinion, between {100 * limits[0]:.1f} and {100 * limits[1]:.0f}%."
    )


def _points(low: float, high: float, digits: int = 0) -> str:
    """A share in per cent, or from where to where it lies if its digits leave that open."""
    first, last = (f"{100 * share:.{digits}f}" for share in (low, high))
    return first if first == last else f"{first} to {last}"
