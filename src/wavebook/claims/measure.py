"""Numbers that a statement gives, held against those of the study: the engine's own forms of conditions."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise, product
from typing import Annotated, Any

import numpy as np
import pandas as pd
from pydantic import Field

from wavebook.claims.ledger import Claim
from wavebook.claims.registry import HOLDS, NOT, UNTESTABLE, Finding, Judged, condition
from wavebook.claims.shares import UNITS, Condition, Share, unknown_shares
from wavebook.estimates import EstimatingStudy, printed_shares
from wavebook.estimates.trends import MODE_EFFECT_SD
from wavebook.study import CERTAINTY_WORDS, MODE_WORDS, ONLY_A_BOUND, Study, say_percent
from wavebook.study.model import Certainty
from wavebook.study.rows import estimated_row
from wavebook.survey import Shares, contrasts, mode_bridge, published_shares

_DOUBTFUL: tuple[Certainty, ...] = ("article", "weak", "inferred")
_EDGE = 1e-9  # numbers that are equal on paper may differ in their last bit


@condition("check", Annotated[tuple[Condition, ...], Field(min_length=1)], unknown=unknown_shares)
def check(study: EstimatingStudy, claim: Claim, conditions: tuple[Condition, ...]) -> Judged:
    """Hold numbers against those that were found: the statement does not hold if any condition fails.

    Finding a number where the claim took it from tests nothing: a claim that only repeats its own source's shares is
    not testable. A comparison of such shares is a test, with a caveat.
    """
    findings: list[Finding] = []
    for asked in conditions:
        found = _find(study, asked, claim.source)
        if isinstance(found, str):
            return Judged(UNTESTABLE, [found])
        findings.append(_measure(study, asked, found))
    rows = [row for finding in findings for row in finding.rests_on]
    evidence = dict.fromkeys(f"{row['evidence']}, {CERTAINTY_WORDS[row['certainty']]}" for row in rows)
    rests_on: dict[str, Any] = {
        "evidence": "; ".join(evidence),
        "sources": tuple(dict.fromkeys(row["source"] for row in rows)),
        "findings": tuple(findings),
    }
    if failed := [f"{f.label}: {f.number} ({f.interval}), not {f.needs}" for f in findings if not f.met and f.refutes]:
        return Judged(NOT, failed, **rests_on)
    repeated = all(row["source"] == claim.source and row["certainty"] == "article" for row in rows)
    if repeated and all(asked.share for asked in conditions):
        why = "Only the statement’s own source gives this number: nothing to hold it against"
        return Judged(UNTESTABLE, [why], **rests_on)
    caveats = [caveat for finding in findings for caveat in finding.caveats]
    known_from = {mark: dict.fromkeys(row["label"] for row in rows if row["certainty"] == mark) for mark in _DOUBTFUL}
    caveats += [
        f"The number of {' and that of '.join(waves)}: {CERTAINTY_WORDS[mark]}"
        for mark, waves in known_from.items()
        if waves
    ]
    plain = [] if caveats or claim.caveat else ["Every number that was found is as stated"]
    return Judged(HOLDS, plain, caveats, **rests_on)


@condition("untestable", Annotated[str, Field(min_length=1)])
def untestable(_study: EstimatingStudy, _claim: Claim, why: str) -> Judged:
    """Nothing that is open to us can test the statement, for a reason that a person gives."""
    return Judged(UNTESTABLE, [why])


def hold(study: EstimatingStudy, asked: Condition, source: str = "") -> Finding | None:
    """Hold one condition against the study's numbers, as `check` does; nothing where one of them is not known.

    Parameters
    ----------
    source
        Whose statement it is, by its key in the bibliography: numbers that others printed are taken before its own.
    """
    found = _find(study, asked, source)
    return None if isinstance(found, str) else _measure(study, asked, found)


def _find(study: EstimatingStudy, asked: Condition, source: str) -> list[dict[str, Any]] | str:
    """What is known of each share of a condition, or why it cannot be decided."""
    known = [row for share in asked.shares if (row := _know(study, source, share)) is not None]
    if bounds := [row for row in known if row["bound"]]:
        said = ", ".join(f"{row['label']}, {say_percent(row['percent'])}" for row in bounds)
        return f"{_label(study, asked)}: {ONLY_A_BOUND} ({said})"
    found = [row for row in known if asked.form != "ratio" or row["share"] > 0]
    if len(found) < len(asked.shares):
        return f"{_label(study, asked)}: no such number was found, neither printed nor estimated"
    return found


def _know(study: EstimatingStudy, source: str, share: Share) -> dict[str, Any] | None:
    """Find a share: estimated from respondents, else printed, and rather by others than by the claim's own source.

    `among` holds the shares that it has a covariance with, `place` its own place there.
    """
    wave, asked = study.wave(share.wave), (share.wave, share.item, share.by)
    if wave.has(share.item) and (not share.by or share.by in wave.groups):
        own = wave.shares(share.item, by=share.by or None)
        fits = (own.table["response"] == share.response) & (own.table[share.by] == share.group if share.by else True)
        if fits.any():
            found = own.table.iloc[place := int(fits.to_numpy().argmax())].to_dict()
            row = estimated_row(study, wave.described, share.item, found, wave.evidence, share.by, share.group)
            return {**row, "digits": 1, "among": own, "place": place, "question": asked}
    printed = printed_shares(study, share.wave)
    printed = printed[(printed[["item", "by", "group"]] == [share.item, share.by, share.group]).all(axis=1)]
    fits = printed[printed["response"] == share.response]
    if fits.empty:
        return None
    row = {**fits.loc[(fits["source"] == source).idxmin()].to_dict(), "digits": 0}
    if row["why_no_interval"]:
        return row
    same = printed[(printed["source"] == row["source"]) & (printed["why_no_interval"] == "")]
    place = int((same["response"] == share.response).to_numpy().argmax())
    return {**row, "among": published_shares(same), "place": place, "question": (*asked, share.group, row["source"])}


def _covariance(known: list[dict[str, Any]]) -> np.ndarray | str:
    """The covariance of shares, or why it is not known."""
    if why := next((row["why_no_interval"] for row in known if row["why_no_interval"]), ""):
        return str(why)
    covariance = np.zeros((len(known), len(known)))
    for (i, a), (j, b) in product(enumerate(known), repeat=2):
        if a["question"] == b["question"]:
            covariance[i, j] = a["among"].covariance[a["place"], b["place"]]
        elif a["wave"] == b["wave"]:
            return "how two answers of the same people hang together was not kept"
    return covariance


def _measure(study: EstimatingStudy, asked: Condition, known: list[dict[str, Any]]) -> Finding:
    """Hold one condition against its shares; a ratio by the delta method on its logarithm."""
    p, form = np.array([row["share"] for row in known]), asked.form
    weights = np.array([1.0, -1.0][: len(p)])
    if form == "pace":
        times = [study.described(share.wave).fieldwork.middle for share in asked.shares]
        a, b = (365.25 / (after - before).days for before, after in pairwise(times))
        weights = np.array([a, -a - b, b])
    value = p[0] / p[1] if form == "ratio" else float(weights @ p)
    weights = weights / p if form == "ratio" else weights
    covariance, se, ends, why = _covariance(known), None, None, ""
    if isinstance(covariance, str):
        why = f"no interval: {covariance}"
    else:
        frame = pd.DataFrame({"share": p, "df": [row["df"] for row in known]})
        row = contrasts(Shares(frame, covariance=covariance), [weights]).table.iloc[0]
        half, se = row["upper"] - row["estimate"], row["se"] * (value if form == "ratio" else 1)
        ends = (value * np.exp(-half), value * np.exp(half)) if form == "ratio" else (value - half, value + half)
        ends = (known[0]["lower"], known[0]["upper"]) if asked.share else ends
    number = f"{known[0]['percent']}%" if asked.share else _say(form, value) + UNITS[form]
    interval = why or " to ".join(_say(form, end, known[0]["digits"]) for end in ends or ())
    met, crossed = _judge(asked, known, value, ends)
    label, caveats = _label(study, asked), []
    if asked.caveat:
        caveats = [] if met else [f"{asked.caveat.rstrip('.')} ({label}: {number}, {interval})"]
    elif met:
        caveats = [f"{label}: chance alone could undo “{asked.needs}” (95% interval {interval})"] if crossed else []
        if why and asked.about is None:
            caveats = [f"Chance is not counted where there is no interval ({why.removeprefix('no interval: ')})"]
        effect = weights * (value if form == "ratio" else 1)
        caveats += [f"{label}: {said}" for said in _change_of_mode(study, asked, effect, value, se)]
    return Finding(label, number, interval, value, ends, asked.needs, met, not asked.caveat, caveats, known)


def _judge(
    asked: Condition, known: list[dict[str, Any]], value: float, ends: tuple[float, float] | None
) -> tuple[bool, bool]:
    """Whether a condition is met, and whether its bound lies within the interval."""
    scale, same = (1, 1) if asked.form == "ratio" else (100, 0)
    value, (low, high) = scale * value, (scale * np.array(ends) if ends else (-np.inf, np.inf))
    if asked.about is not None:
        digits = len(f"{asked.about}".partition(".")[2])
        tolerance = asked.within or max(10.0**-digits, scale * known[0]["step"]) / 2
        inside = asked.within is None and known[0]["evidence"] != "published" and low <= asked.about <= high
        return bool(inside or abs(value - asked.about) <= tolerance + _EDGE), False
    if asked.beyond_chance is not None:
        return (not low <= same <= high) is asked.beyond_chance, False
    bound = asked.above if asked.above is not None else asked.below or 0
    met = value > bound if asked.above is not None else value < bound
    return bool(met), ends is not None and bool(low <= bound <= high)


def _change_of_mode(
    study: EstimatingStudy, asked: Condition, effect: np.ndarray, value: float, se: float | None
) -> Iterator[str]:
    """What a change in the way of interviewing between the waves may have done; `effect` is of each share on `value`."""
    waves = [study.described(share.wave) for share in asked.shares]
    wordings = [wave.wordings.get(share.item) for wave, share in zip(waves, asked.shares, strict=True)]
    known = ("face-to-face", "phone")  # a mode that is not stated, or mixed, is shared with nobody
    ways = [(w.mode, wording) if w.mode in known else w.id for w, wording in zip(waves, wordings, strict=True)]
    first, last = (pick(range(len(waves)), key=lambda i: waves[i].fieldwork.middle) for pick in (min, max))
    moved = sum(part for part, way in zip(effect, ways, strict=True) if way != ways[first])
    if abs(moved) < _EDGE:
        return
    said = f"the way of asking changed ({MODE_WORDS[waves[first].mode]}, then {MODE_WORDS[waves[last].mode]})"
    if se is None:
        yield f"{said}, and what that did to the answers is not known"
        return
    same = 1 if asked.form == "ratio" else 0
    bridge = mode_bridge(value - same, se, abs(moved) * MODE_EFFECT_SD)
    ends = " to ".join(_say(asked.form, same + bridge[name]) for name in ("bridged_lower", "bridged_upper"))
    undone = "even without that it cannot be told from chance"
    if bridge["tipping"]:
        tipping = _say("difference", bridge["tipping"] / moved)
        side = f"{'below' if value < same else 'above'} {same}"
        undone = f"that it is {side} would be undone only if that alone had moved the answer by {tipping} points"
    sd = f"{100 * MODE_EFFECT_SD:g} points"
    yield f"{said}; {undone}; if it moves answers by {sd} either way (one standard deviation, assumed), the interval is {ends}"


def _say(form: str, value: float, digits: int = 1) -> str:
    """Say a value without its unit."""
    if form == "ratio":
        return f"{value:.2f}"
    return f"{100 * value:.{digits}f}" if form == "share" else f"{100 * value:+.1f}".replace("-", "\N{MINUS SIGN}")


def _label(study: Study, asked: Condition) -> str:
    """Name what a condition is about; of a second share only what differs from the first."""
    names = []
    for share in asked.shares:
        group = f"{study.groups[share.by].title.lower()} {share.group.replace('-', '–')}" if share.by else ""
        when = study.described(share.wave).fieldwork.short
        names.append((study.item(share.item).title, share.response, when, group))
    first, *others = names
    if asked.form == "pace":
        a, b, c = (name[2] for name in names)
        return f"{', '.join(first[:2])}, yearly change from {b} to {c} less that from {a} to {b}"
    other = [", ".join(b or "everybody" for a, b in zip(first, name, strict=True) if a != b) for name in others]
    return ", ".join([*filter(None, first), *(f"{'over' if asked.ratio else 'less'} {name}" for name in other)])
