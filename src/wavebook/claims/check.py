"""The engine's own forms of conditions: `check`, numbers held against the study's, and `untestable`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from wavebook.claims.flips import NOTHING, flips_of, say_change_of_mode
from wavebook.claims.ledger import Claim
from wavebook.claims.measure import Measure, find, label_of
from wavebook.claims.power import power_of
from wavebook.claims.registry import CONFIRMED, CONSISTENT, CONTRADICTED, UNTESTABLE, Finding, Judged, Word, condition
from wavebook.claims.shares import UNITS, Condition, unknown_shares
from wavebook.estimates import EstimatingStudy
from wavebook.study import CERTAINTY_WORDS, ONLY_A_BOUND, say_percent

NEITHER = "could have shown it neither true nor false"
NO_NUMBER = "no number decides, so none turns it"
OWN = "only the statement’s own source gives this number: nothing to hold it against"


def hold(study: EstimatingStudy, asked: Condition, source: str = "") -> Finding | None:
    """Hold one condition against the study's numbers, as `check` does; nothing where one of them is not known.

    Parameters
    ----------
    source
        Whose statement it is, by its key in the bibliography: numbers that others printed are taken before its own.
    """
    measure = find(study, asked, source)
    return None if isinstance(measure, str) else _held(measure, source)


@condition("check", Annotated[tuple[Condition, ...], Field(min_length=1)], unknown=unknown_shares)
def check(study: EstimatingStudy, claim: Claim, conditions: tuple[Condition, ...]) -> list[Judged]:
    """Hold numbers against those that were found, part by part: conditions that name one `part` are of that part.

    A part is contradicted if any of its conditions is; else confirmed if any is, consistent if any is, and it cannot
    be tested if none of them can. A condition with a caveat decides nothing.
    """
    parts: dict[str | int, list[Condition]] = {}
    for i, asked in enumerate(conditions):
        parts.setdefault(asked.part or i, []).append(asked)
    return [_part(study, claim.source, asked) for asked in parts.values()]


@condition("untestable", Annotated[str, Field(min_length=1)])
def untestable(_study: EstimatingStudy, _claim: Claim, why: str) -> Judged:
    """Nothing that is open to us can test the statement, for a reason that a person gives."""
    return Judged(UNTESTABLE, [why], whole=True, power=NEITHER, flip=NO_NUMBER)


def _part(study: EstimatingStudy, source: str, conditions: Sequence[Condition]) -> Judged:
    found = [(asked, find(study, asked, source)) for asked in conditions]
    missing = [why for asked, why in found if isinstance(why, str) and not asked.caveat]
    findings = [_held(measure, source) for _, measure in found if isinstance(measure, Measure)]
    deciding = [finding for finding in findings if finding.refutes]
    words = {finding.verdict for finding in deciding}
    verdict: Word | None = next((word for word in (CONTRADICTED, CONFIRMED, CONSISTENT) if word in words), UNTESTABLE)
    if not deciding and not missing:
        verdict = None
    rows = [row for finding in findings for row in finding.rests_on]
    evidence = dict.fromkeys(f"{row['evidence']}, {CERTAINTY_WORDS[row['certainty']]}" for row in rows)
    return Judged(
        verdict,
        [*missing, *(why for finding in deciding if (why := _why(finding)))],
        [text for finding in findings for text in finding.caveats if not finding.refutes],
        evidence="; ".join(evidence) or "none",
        sources=tuple(dict.fromkeys(row["source"] for row in rows)),
        findings=tuple(findings),
        about=conditions[0].part or (findings[0].label if findings else label_of(study, conditions[0])),
        power="; ".join(dict.fromkeys(finding.power.said for finding in deciding)),
        flip="; ".join(dict.fromkeys(_flip(finding) for finding in deciding if finding.verdict == verdict)),
    )


def _held(measure: Measure, source: str) -> Finding:
    asked, label = measure.asked, label_of(measure.study, measure.asked)
    found = measure.at()
    met, state = measure.met(found), measure.state(found)
    if measure.bound:
        number, interval = say_percent(measure.known[0]["percent"]), ONLY_A_BOUND
    else:
        percent = f"{measure.known[0]['percent']}%"
        number = percent if asked.share else measure.say(found.value) + UNITS[asked.form]
        digits = measure.known[0]["digits"] if asked.share else 1
        interval = " to ".join(measure.say(end, digits) for end in found.ends or ())
        interval = interval or f"no interval: {measure.covariance}"
    own = any(row["source"] == source and row["certainty"] == "article" for row in measure.known)
    repeats = own and bool(asked.share) and asked.about is not None
    if repeats and not met:
        own = repeats = False  # another number than the statement gives
    power, caveats = power_of(measure, found), []
    if asked.caveat:
        caveats = [] if met else [f"{asked.caveat.rstrip('.')} ({label}: {number}, {interval})"]
    else:
        if met and not found.ends and asked.about is None:
            caveats = [f"chance is not counted where there is no interval ({measure.covariance})"]
        caveats += say_change_of_mode(measure)
    return Finding(
        label,
        number,
        interval,
        found.value,
        None if measure.bound else found.ends,
        asked.needs,
        met,
        state != "chance",
        own,
        repeats,
        not asked.caveat,
        power,
        [] if repeats or not power.both else flips_of(measure),
        caveats,
        measure.known,
    )


def _why(finding: Finding) -> str:
    """Why a condition got a verdict that does not confirm the statement."""
    said = f"{finding.label}: {finding.number} ({finding.interval})"
    if finding.repeats:
        return f"{finding.label}: {OWN}"
    if not finding.power.both:
        which = "true" if finding.power.could_fail else "false"
        return f"{finding.label}: the evidence could not have shown it {which}, as {finding.power.why}"
    if not finding.decided:
        return f"{said}: chance alone decides whether it is {finding.needs}"
    return "" if finding.met else f"{said}, not {finding.needs}"


def _flip(finding: Finding) -> str:
    if finding.repeats or not finding.power.both:
        return ""
    return "; ".join(finding.flips) or NOTHING
