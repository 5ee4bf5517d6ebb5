"""What evidence could have shown: whether a condition is within reach, and could be missed, as far as chance lets see."""

from __future__ import annotations

from wavebook.claims.measure import Measure, Quantity
from wavebook.claims.registry import Power
from wavebook.claims.shares import UNITS


def power_of(measure: Measure, found: Quantity) -> Power:
    """What the evidence could have shown of a condition.

    What could be found are the values that the condition's quantity takes while its first share (of a pace the last)
    goes from nought to all and the others stay as they were found: with 92% among the others, no ratio above 1/0.92 is
    in reach. Some of these have to be as asked, by at least the smallest departure that would have been seen with a power
    of 80%: else the evidence could not have shown it true. And some have to be otherwise: else nothing could have missed
    it. A number that is asked about has to be missed visibly; a bound may be missed by leaving it to chance.
    """
    if measure.bound:
        return Power(True, True, "only a bound was printed, and how far from it the share is, is not known")
    low, high = _reach(measure)
    asked, (scale, same) = measure.asked, measure.scale
    low, high, seen = scale * low, scale * high, scale * (found.seen or 0)
    left_open = False
    if asked.about is not None:
        wanted = asked.about - measure.tolerance, asked.about + measure.tolerance
        could_hold = low <= wanted[1] and high >= wanted[0]
        could_fail = low < wanted[0] - seen or high > wanted[1] + seen
    elif asked.beyond_chance is not None:
        away = max(same - low, high - same) > seen
        could_hold, could_fail = (away, True) if asked.beyond_chance else (True, away)
    else:
        limit = asked.above if asked.above is not None else asked.below or 0
        up, down = high - limit, limit - low
        could_hold, could_fail = (up > seen, down > 0) if asked.above is not None else (down > seen, up > 0)
        left_open = could_hold and could_fail and min(up, down) <= seen
    return Power(
        could_hold, could_fail, _why(measure, found, (low, high), could_hold and could_fail, left_open), left_open
    )


def _reach(measure: Measure) -> tuple[float, float]:
    moving = -1 if measure.asked.form == "pace" else 0
    ends = []
    for share in (0.0, 1.0):
        p = measure.shares.copy()
        p[moving] = share
        ends.append(measure.value(p))
    return min(ends), max(ends)


def _why(measure: Measure, found: Quantity, reach: tuple[float, float], both: bool, left_open: bool) -> str:
    asked, form, scale = measure.asked, measure.asked.form, measure.scale[0]
    low, high = (measure.say(end / scale) for end in reach)
    span = f"{low} to {high}{UNITS[form]}"
    if not both:
        small = f" nothing below {_step(form, found.seen)} is seen," if found.seen and asked.about is None else ""
        return f"only {span} is in reach,{small} and {asked.needs}, is asked"
    if found.seen is None:
        return "how small a departure would be seen is not known"
    seen = f"a departure of {_step(form, found.seen)} would be seen"
    return f"{seen}; {span} is in reach" if left_open or form == "ratio" else seen


def _step(form: str, seen: float) -> str:
    return f"{seen:.2f}" if form == "ratio" else f"{100 * seen:.1f} points{' a year' if form == 'pace' else ''}"
