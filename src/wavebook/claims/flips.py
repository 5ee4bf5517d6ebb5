"""What would turn a verdict: an effect of the way of asking, a larger design effect, a share of those without opinion."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import numpy as np

from wavebook.claims.measure import EDGE, Measure, State, know
from wavebook.claims.shares import UNITS, Share
from wavebook.estimates.trends import MODE_EFFECT_SD
from wavebook.study import MODE_WORDS, Item, Wave
from wavebook.survey import mode_bridge

NOTHING = "nothing among these turns it"
_STEP = 0.001
_LARGEST_DEFF = 10.0


def flips_of(measure: Measure) -> list[str]:
    """What would make another thing of a condition, each by itself, in steps of a tenth of a point.

    - An effect of mode, where the way of asking changed: what it alone would have to have done to the later answers.
    - A design effect, where it is not computed from respondents: the one from which chance decides, or no longer does.
    - Those without an opinion, where the item names them: what becomes of it without them, and where their share is not
      known, how many there would have to be in one of the waves, with none in the others.
    """
    return [*_mode(measure), *_design(measure), *_silence(measure)]


def _first(measure: Measure, tried: Iterable[float], state: Callable[[float], State]) -> float | None:
    """The first value at which the condition becomes another thing."""
    now = measure.state(measure.at())
    return next((value for value in tried if state(value) != now), None)


def changed_by_mode(measure: Measure) -> tuple[np.ndarray, Wave, Wave] | None:
    """Which shares were asked otherwise than the first, with the first and the last wave; nothing where none was."""
    waves = [measure.study.described(share.wave) for share in measure.asked.shares]
    wordings = [wave.wordings.get(share.item) for wave, share in zip(waves, measure.asked.shares, strict=True)]
    known = ("face-to-face", "phone")  # a mode that is not stated, or mixed, is shared with nobody
    ways = [(w.mode, wording) if w.mode in known else w.id for w, wording in zip(waves, wordings, strict=True)]
    first, last = (pick(range(len(waves)), key=lambda i: waves[i].fieldwork.middle) for pick in (min, max))
    other = np.array([way != ways[first] for way in ways], float)
    moves = abs(float(measure.effect(measure.shares) @ other)) > EDGE
    return (other, waves[first], waves[last]) if moves and other.any() else None


def say_change_of_mode(measure: Measure) -> Iterator[str]:
    """What a change in the way of asking between the waves may have done, as a caveat."""
    if measure.bound or not (change := changed_by_mode(measure)):
        return
    other, first, last = change
    said = f"the way of asking changed ({MODE_WORDS[first.mode]}, then {MODE_WORDS[last.mode]})"
    if "not-stated" in (first.mode, last.mode):
        said = "the way of asking may have changed, as it is not stated of every wave"
    if isinstance(measure.covariance, str):
        yield f"{said}, and what that did to the answers is not known"
        return
    effect, value, same = measure.effect(measure.shares), measure.at().value, measure.scale[1]
    se = float(np.sqrt(effect @ measure.covariance @ effect))
    bridge = mode_bridge(value - same, se, abs(float(effect @ other)) * MODE_EFFECT_SD)
    ends = " to ".join(measure.say(same + bridge[name]) for name in ("bridged_lower", "bridged_upper"))
    sd = f"{100 * MODE_EFFECT_SD:g} points"
    yield f"{said}; if that moves answers by {sd} either way (one standard deviation, assumed), the interval is {ends}"


def _mode(measure: Measure) -> Iterator[str]:
    if measure.bound or not (change := changed_by_mode(measure)):
        return
    other, first, last = change

    def state(effect: float) -> State:
        p = measure.shares - effect * other
        return measure.state(measure.at(p)) if (p > 0).all() else measure.state(measure.at())

    tried = [sign * step * _STEP for step in range(1, 1000) for sign in (1, -1)]
    way = f"from {MODE_WORDS[first.mode]} to {MODE_WORDS[last.mode]}"
    if "not-stated" in (first.mode, last.mode):
        way = "of a mode that is not stated"
    if (effect := _first(measure, tried, state)) is not None:
        points = f"{100 * effect:+.1f}".replace("-", "\N{MINUS SIGN}")
        yield f"turns if a change {way} alone moved the answer by {points} points"


def _design(measure: Measure) -> Iterator[str]:
    covariance, printed = measure.covariance, [row for row in measure.known if row["deff_status"] != "computed"]
    if measure.asked.about is not None or isinstance(covariance, str) or not printed or measure.bound:
        return
    theirs = np.array([row["deff_status"] != "computed" for row in measure.known])
    rounding = np.diag([row["step"] ** 2 / 12 for row in measure.known])
    both = np.outer(theirs, theirs)

    def state(times: float) -> State:
        scaled = np.where(both, (covariance - rounding) * times + rounding, covariance)
        return measure.state(measure.at(measure.shares, scaled))

    counted = max(row["deff"] for row in printed)
    larger = np.arange(counted, _LARGEST_DEFF, 0.05) / counted
    smaller = np.arange(counted, 1, -0.05) / counted
    now = measure.state(measure.at())
    times = _first(measure, smaller[1:] if now == "chance" else larger[1:], state)
    if times is None:
        return
    if now == "chance":
        yield f"chance would no longer decide at a design effect of {times * counted:.1f} (counted: {counted:g})"
    else:
        yield f"turns at a design effect of {times * counted:.1f} (counted: {counted:g})"


def _silence(measure: Measure) -> Iterator[str]:
    asked, study = measure.asked, measure.study
    items = [study.item(share.item) for share in asked.shares]
    parts = [
        item.headline.get(share.response, (share.response,)) for item, share in zip(items, asked.shares, strict=True)
    ]
    if measure.bound or not all(item.silence for item in items):
        return
    if any(set(part) & set(item.silence) for part, item in zip(parts, items, strict=True)):
        return
    silent = [_silent(measure, share, item) for share, item in zip(asked.shares, items, strict=True)]
    if None not in silent:
        p = measure.shares / (1 - np.array(silent, float))
        turned = measure.state(measure.at(p)) != measure.state(measure.at())
        if turned:
            yield f"turns where only opinions count: then it is {measure.say(measure.value(p))}{UNITS[asked.form]}"
        return
    needed: list[tuple[float, int]] = []
    for i, share in enumerate(measure.shares):

        def state(part: float, i: int = i) -> State:
            p = measure.shares.copy()
            p[i] = p[i] / (1 - part)
            return measure.state(measure.at(p))

        most = 1 - share  # nobody else answered otherwise
        if (part := _first(measure, np.arange(_STEP, most, _STEP), state)) is not None:
            needed.append((part, i))
    if not needed:
        return
    part, i = min(needed)
    where = study.described(asked.shares[i].wave).fieldwork.short
    more = "" if asked.share else " more than in the other" if len(items) == 2 else " more than in the others"
    yield f"turns if {100 * part:.1f}% gave no opinion in {where}{more}, and only opinions count"


def _silent(measure: Measure, share: Share, item: Item) -> float | None:
    """The share of those who gave no opinion, where all of it is known: as one headline share, or answer by answer."""
    source = str(
        next(row["source"] for row, own in zip(measure.known, measure.asked.shares, strict=True) if own is share)
    )
    whole = [(name,) for name, parts in item.headline.items() if set(parts) == set(item.silence)]
    for answers in (*whole, item.silence):
        rows = [know(measure.study, source, share.model_copy(update={"response": answer})) for answer in answers]
        if all(row is not None and not row["bound"] for row in rows):
            return float(sum(row["share"] for row in rows if row is not None))
    return None
