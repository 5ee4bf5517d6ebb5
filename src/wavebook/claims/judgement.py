"""What the study's data say of each statement: its verdict, the numbers behind it, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from wavebook.claims.statements import (
    CAVEAT,
    HOLDS,
    NOT,
    UNITS,
    UNTESTABLE,
    Claim,
    Condition,
    Share,
    Word,
    load_claims,
    meeting_of,
)
from wavebook.estimates import EstimatingStudy, printed_shares
from wavebook.estimates.trends import MODE_EFFECT_SD
from wavebook.study import CERTAINTY_WORDS, MODE_WORDS, Study
from wavebook.study.meetings import Meeting, read_meetings
from wavebook.survey import Shares, contrasts, mode_bridge, published_shares

_EDGE = 1e-9  # numbers that are equal on paper may differ in their last bit


class Finding(NamedTuple):
    """One condition held against the data: `value` and the ends of its interval as fractions, a ratio as it is.

    `number` and `interval` say them; one that is not met `refutes` the claim, or costs it a caveat; `rests_on` has what
    is known of each share: wave, evidence, certainty, source, n, deff and their status.
    """

    label: str
    number: str
    interval: str
    value: float
    ends: tuple[float, float] | None
    needs: str
    met: bool
    refutes: bool
    caveats: list[str]
    rests_on: list[dict[str, Any]]


@dataclass(frozen=True)
class Verdict:
    """What became of a claim: the verdict, why, what it rests on, and the findings behind it."""

    claim: Claim
    verdict: Word
    because: str
    evidence: str = "none"
    sources: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def id(self) -> str:
        """The claim's id."""
        return self.claim.id

    @property
    def number(self) -> str:
        """Each number that was found."""
        return "; ".join(number for number, _ in self._said) or "none"

    @property
    def interval(self) -> str:
        """The 95% interval of each number, or why it has none."""
        return "; ".join(interval for _, interval in self._said) or "no interval: no number"

    @property
    def _said(self) -> dict[tuple[str, str], None]:
        return dict.fromkeys((finding.number, finding.interval) for finding in self.findings)


def ledger(study: EstimatingStudy) -> pd.DataFrame:
    """All claims with their verdicts: id, statement, verdict, number, interval, evidence, because, figure, reviewed."""
    rows = []
    for verdict in verdicts(study):
        said = {name: getattr(verdict, name) for name in ("verdict", "number", "interval", "evidence", "because")}
        claim = verdict.claim
        rows.append(
            {"id": claim.id, "statement": claim.says, **said, "figure": claim.figure, "reviewed": claim.reviewed}
        )
    return pd.DataFrame(rows)


def changed(study: EstimatingStudy) -> list[tuple[str, Word, Word]]:
    """Claims whose verdict is not the one that a person last agreed to: id, verdict then, verdict now."""
    return [(v.id, v.claim.reviewed, v.verdict) for v in verdicts(study) if v.verdict != v.claim.reviewed]


def verdicts(study: EstimatingStudy) -> list[Verdict]:
    """Evaluate the whole ledger, in its order."""
    return [evaluate(study, claim) for claim in load_claims(study.root, study)]


def evaluate(study: EstimatingStudy, claim: Claim) -> Verdict:
    """Hold a claim against the data.

    It does not hold if any condition fails. Finding a number where the claim took it from tests nothing: a claim that
    only repeats its own source's shares is not testable. A comparison of such shares is a test, with a caveat.
    """
    if claim.order or claim.met:
        return _by_meetings(read_meetings(study.root), claim)
    if claim.untestable:
        return Verdict(claim, UNTESTABLE, _sentences(claim.untestable, claim.note))
    findings = []
    for condition in claim.check:
        known = [_know(study, claim.source, share) for share in condition.shares]
        found = [row for row in known if row is not None and (condition.form != "ratio" or row["share"] > 0)]
        if len(found) < len(known):
            what = f"{_label(study, condition)}: no such number was found, neither printed nor estimated"
            return Verdict(claim, UNTESTABLE, _sentences(what, claim.note))
        findings.append(_measure(study, condition, found))
    rows = [row for finding in findings for row in finding.rests_on]
    failed = [f"{f.label}: {f.number} ({f.interval}), not {f.needs}" for f in findings if not f.met and f.refutes]
    caveats = [claim.caveat or "", *(caveat for finding in findings for caveat in finding.caveats)]
    for mark in ("article", "weak", "inferred"):
        if waves := dict.fromkeys(row["when"] for row in rows if row["certainty"] == mark):
            caveats += [f"The number of {' and that of '.join(waves)}: {CERTAINTY_WORDS[mark]}"]
    repeated = all(row["source"] == claim.source and row["certainty"] == "article" for row in rows)
    verdict, why = HOLDS, ["Every number that was found is as stated"]
    if failed:
        verdict, why = NOT, failed
    elif repeated and all(condition.share for condition in claim.check):
        verdict, why = UNTESTABLE, ["Only the statement’s own source gives this number: nothing to hold it against"]
    elif any(caveats):
        verdict, why = CAVEAT, caveats
    evidence = dict.fromkeys(f"{row['evidence']}, {CERTAINTY_WORDS[row['certainty']]}" for row in rows)
    sources = tuple(dict.fromkeys(row["source"] for row in rows))
    return Verdict(claim, verdict, _sentences(*why, claim.note), "; ".join(evidence), sources, tuple(findings))


def _sentences(*said: str | None) -> str:
    return " ".join(f"{part.rstrip('.')}." for part in dict.fromkeys(said) if part)


def _by_meetings(meetings: list[Meeting], claim: Claim) -> Verdict:
    if claim.met:
        of_kind = [row for row in meetings if row.partner == claim.met.partner]
        found = [row for row in of_kind if claim.met.start <= row.date <= claim.met.end]
        verdict = HOLDS if found else UNTESTABLE  # what is not on record may still have been
        why = [f"{'On record' if found else 'Not on record, which of this kind has'}: {_listed(found or of_kind)}"]
    else:
        found = [row for entry in claim.order if (row := meeting_of(meetings, entry))]
        pairs = [(row, [early for early in found[:i] if early.date > row.date]) for i, row in enumerate(found)]
        why = [f"{_listed([row])} came before {_listed(late)}, not after" for row, late in pairs if late]
        first, last = (pick(row.date for row in found) for pick in (min, max))
        others = [row for row in meetings if row.outside and row not in found]
        others = [row for row in others if first.year <= row.date.year and row.date <= last]
        verdict = NOT if why else CAVEAT if others else HOLDS
        why += [f"Left out, though on record: {_listed(others)}"] if others else []
    verdict = CAVEAT if claim.caveat and verdict == HOLDS else verdict
    marks = dict.fromkeys(CERTAINTY_WORDS[row.certainty] for row in found or meetings)
    why = [claim.caveat or "", *why, claim.note or ""]
    return Verdict(claim, verdict, _sentences(*why), f"record of meetings, {'; '.join(marks)}")


def _listed(meetings: list[Meeting]) -> str:
    *first, last = [f"{row.partner} ({row.date.day} {row.date:%B %Y})" for row in meetings] or ["none"]
    return f"{', '.join(first)} and {last}" if first else last


def _know(study: EstimatingStudy, source: str, share: Share) -> dict[str, Any] | None:
    """Find a share: estimated from respondents, else printed, and rather by others than by the claim's own source.

    `among` holds the shares that it has a covariance with, `place` its own place there.
    """
    wave, asked = study.wave(share.wave), (share.wave, share.item, share.by)
    when = wave.described.fieldwork.short
    if wave.has(share.item) and (not share.by or share.by in wave.groups):
        own = wave.shares(share.item, by=share.by or None)
        fits = (own.table["response"] == share.response) & (own.table[share.by] == share.group if share.by else True)
        if fits.any():
            row = own.table.iloc[place := int(fits.to_numpy().argmax())].to_dict()
            row |= {
                "wave": share.wave,
                "percent": f"{100 * row['share']:.1f}",
                "step": 0.0,
                "why_no_interval": "",
                "digits": 1,
            }
            row |= {"evidence": wave.evidence, "certainty": "computed", "source": wave.described.source, "when": when}
            return {**row, "deff_status": "computed", "among": own, "place": place, "question": asked}
    if not study.toplines(share.wave):
        return None
    answers = printed_shares(study, share.wave)
    answers = answers[(answers[["item", "by", "group"]] == [share.item, share.by, share.group]).all(axis=1)]
    fits = answers[answers["response"] == share.response]
    if fits.empty:
        return None
    row = {**fits.loc[(fits["source"] == source).idxmin()].to_dict(), "when": when, "df": np.inf, "digits": 0}
    if row["why_no_interval"]:
        return row
    same = answers[(answers["source"] == row["source"]) & (answers["why_no_interval"] == "")]
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


def _measure(study: EstimatingStudy, condition: Condition, known: list[dict[str, Any]]) -> Finding:
    """Hold one condition against its shares; a ratio by the delta method on its logarithm."""
    p, form = np.array([row["share"] for row in known]), condition.form
    weights = np.array([1.0, -1.0][: len(p)])
    if form == "pace":
        times = [study.described(share.wave).fieldwork.middle for share in condition.shares]
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
        ends = (known[0]["lower"], known[0]["upper"]) if condition.share else ends
    number = f"{known[0]['percent']}%" if condition.share else _say(form, value) + UNITS[form]
    interval = why or " to ".join(_say(form, end, known[0]["digits"]) for end in ends or ())
    met, crossed = _judge(condition, known, value, ends)
    label, caveats = _label(study, condition), []
    if condition.caveat:
        caveats = [] if met else [f"{condition.caveat.rstrip('.')} ({label}: {number}, {interval})"]
    elif met:
        caveats = [f"{label}: chance alone could undo “{condition.needs}” (95% interval {interval})"] if crossed else []
        if why and condition.about is None:
            caveats = [f"Chance is not counted where there is no interval ({why.removeprefix('no interval: ')})"]
        effect = weights * (value if form == "ratio" else 1)
        caveats += [f"{label}: {said}" for said in _change_of_mode(study, condition, effect, value, se)]
    return Finding(label, number, interval, value, ends, condition.needs, met, not condition.caveat, caveats, known)


def _judge(
    condition: Condition, known: list[dict[str, Any]], value: float, ends: tuple[float, float] | None
) -> tuple[bool, bool]:
    """Whether a condition is met, and whether its bound lies within the interval."""
    scale, same = (1, 1) if condition.form == "ratio" else (100, 0)
    value, (low, high) = scale * value, (scale * np.array(ends) if ends else (-np.inf, np.inf))
    if condition.about is not None:
        digits = len(f"{condition.about}".partition(".")[2])
        tolerance = condition.within or max(10.0**-digits, scale * known[0]["step"]) / 2
        inside = condition.within is None and known[0]["evidence"] != "published" and low <= condition.about <= high
        return bool(inside or abs(value - condition.about) <= tolerance + _EDGE), False
    if condition.beyond_chance is not None:
        return (not low <= same <= high) is condition.beyond_chance, False
    bound = condition.above if condition.above is not None else condition.below or 0
    met = value > bound if condition.above is not None else value < bound
    return bool(met), ends is not None and bool(low <= bound <= high)


def _change_of_mode(
    study: EstimatingStudy, condition: Condition, effect: np.ndarray, value: float, se: float | None
) -> Iterator[str]:
    """What a change in the way of interviewing between the waves may have done; `effect` is of each share on `value`."""
    waves = [study.described(share.wave) for share in condition.shares]
    wordings = [wave.wordings.get(share.item) for wave, share in zip(waves, condition.shares, strict=True)]
    known = ("face-to-face", "phone")  # a mode that is not stated, or mixed, is shared with nobody
    ways = [(w.mode, asked) if w.mode in known else w.id for w, asked in zip(waves, wordings, strict=True)]
    first, last = (pick(range(len(waves)), key=lambda i: waves[i].fieldwork.middle) for pick in (min, max))
    moved = sum(part for part, way in zip(effect, ways, strict=True) if way != ways[first])
    if abs(moved) < _EDGE:
        return
    said = f"the way of asking changed ({MODE_WORDS[waves[first].mode]}, then {MODE_WORDS[waves[last].mode]})"
    if se is None:
        yield f"{said}, and what that did to the answers is not known"
        return
    same = 1 if condition.form == "ratio" else 0
    bridge = mode_bridge(value - same, se, abs(moved) * MODE_EFFECT_SD)
    ends = " to ".join(_say(condition.form, same + bridge[name]) for name in ("bridged_lower", "bridged_upper"))
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


def _label(study: Study, condition: Condition) -> str:
    """Name what a condition is about; of a second share only what differs from the first."""
    names = []
    for share in condition.shares:
        group = f"{study.groups[share.by].title.lower()} {share.group.replace('-', '–')}" if share.by else ""
        when = study.described(share.wave).fieldwork.short
        names.append((study.item(share.item).title, share.response, when, group))
    first, *others = names
    if condition.form == "pace":
        a, b, c = (name[2] for name in names)
        return f"{', '.join(first[:2])}, yearly change from {b} to {c} less that from {a} to {b}"
    other = [", ".join(b or "everybody" for a, b in zip(first, name, strict=True) if a != b) for name in others]
    return ", ".join([*filter(None, first), *(f"{'over' if condition.ratio else 'less'} {name}" for name in other)])
