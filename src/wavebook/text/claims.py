"""What became of the statements of an article: the ledger as a table, counts and sentences."""

from __future__ import annotations

from collections.abc import Sequence

from wavebook.claims import CONFIRMED, CONSISTENT, CONTRADICTED, UNTESTABLE, VERDICTS, Finding, Judged, Outlook, Verdict
from wavebook.estimates import EstimatingStudy
from wavebook.figures.publishing import escape
from wavebook.figures.words import STATUS_WORDS, several, start_sentence
from wavebook.study import Study
from wavebook.text.disclosure import say_exemptions

_NAMES = {
    "confirmed": CONFIRMED,
    "consistent": CONSISTENT,
    "contradicted": CONTRADICTED,
    "untestable": UNTESTABLE,
}
_MANY = {
    CONFIRMED: "are confirmed independently",
    CONSISTENT: "are consistent with themselves",
    CONTRADICTED: "are contradicted",
    UNTESTABLE: "cannot be tested here",
}
_ONE = {
    CONFIRMED: "is confirmed independently",
    CONSISTENT: "is consistent with itself",
    CONTRADICTED: "is contradicted",
    UNTESTABLE: "cannot be tested here",
}
_HEAD = (
    "",
    "Statement, in our words",
    "Verdict",
    "Number (95% interval)",
    "Power of the evidence: what it could have shown",
    "What would turn it",
)


def claim_numbers(verdicts: Sequence[Verdict]) -> dict[str, str]:
    """Counts for prose on other pages: claims.confirmed, .consistent, .contradicted, .untestable, and claims.all."""
    counts = {f"claims.{name}": str(_count(verdicts, verdict)) for name, verdict in _NAMES.items()}
    return {**counts, "claims.all": str(len(verdicts))}


def _count(verdicts: Sequence[Verdict], verdict: str) -> int:
    return sum(found.verdict == verdict for found in verdicts)


def say_counts(verdicts: Sequence[Verdict]) -> str:
    """How many statements got each verdict."""
    if not verdicts:
        return "No statement is held against data."
    counts = {verdict: _count(verdicts, verdict) for verdict in VERDICTS}
    said = [f"**{n}** {(_ONE if n == 1 else _MANY)[verdict]}" for verdict, n in counts.items() if n]
    return f"Of the {len(verdicts)} statements, {several(said)}."


def say_which(verdicts: Sequence[Verdict]) -> list[str]:
    """Which statements got each verdict, under their numbers in the ledger; in brackets, of how many parts it is."""
    said = []
    for verdict in VERDICTS:
        found = [
            f"“{escape(one.claim.says.rstrip('.'))}” ({number}{_of_parts(one)})"
            for number, one in enumerate(verdicts, 1)
            if one.verdict == verdict
        ]
        if found:
            said.append(f"**{start_sentence(verdict)}:** {several(found)}.")
    return said


def _of_parts(verdict: Verdict) -> str:
    same, whole = verdict.tested
    return f", {same} of {whole} parts" if verdict.verdict != UNTESTABLE and same < whole else ""


def ledger_table(verdicts: Sequence[Verdict]) -> str:
    """The ledger for readers, a numbered row a statement, as MyST markdown; a phone shows each row as a card."""
    rows = [_HEAD, [":---"] * len(_HEAD), *(_row(number, found) for number, found in enumerate(verdicts, 1))]
    table = "\n".join(f"| {' | '.join(cells)} |" for cells in rows)
    return f"```{{container}} wb-ledger\n\n{table}\n```"


def _row(number: int, verdict: Verdict) -> list[str]:
    numbers = dict.fromkeys(said for part in verdict.parts for said in _numbers(part, alone=len(verdict.findings) == 1))
    figure = f"<br>{{numref}}`{verdict.claim.figure}`" if verdict.claim.figure else ""
    return [
        str(number),
        escape(verdict.claim.says) + figure,
        f"**{start_sentence(verdict.verdict)}**{_of_parts(verdict)}",
        "<br>".join(numbers) or "no number",
        "<br>".join(escape(start_sentence(text)) for text in verdict.power),
        "<br>".join(escape(start_sentence(text)) for text in verdict.flip),
    ]


def _numbers(part: Judged, *, alone: bool) -> list[str]:
    """Each number of a part with its interval, under the name of the part unless it is alone."""
    name = "" if alone else f"{escape(start_sentence(part.about))}: "
    return [f"{name}**{found.number}** ({found.interval})" for found in part.findings]


def say_reasons(verdicts: Sequence[Verdict]) -> str:
    """Why each statement got its verdict, part by part, as a numbered list that goes with the table."""
    return "\n".join(f"{number}. {_reason(verdict)}" for number, verdict in enumerate(verdicts, 1))


def _reason(verdict: Verdict) -> str:
    see = f" {{cite:p}}`{','.join(verdict.claim.see)}`" if verdict.claim.see else ""
    because = f" {escape(verdict.because)}" if verdict.because else ""
    marks = dict.fromkeys(
        f"{row['evidence']}, {row['certainty']}" for found in verdict.findings for row in found.rests_on
    )
    evidence = escape(start_sentence("; ".join(marks) or verdict.evidence))
    cited = f" {{cite:p}}`{','.join(verdict.sources)}`" if verdict.sources else ""
    parts = [_part(part) for part in verdict.parts if part.findings or part.about]
    lines = [f"**{start_sentence(verdict.verdict)}.**{because}{see} *Evidence:* {evidence}{cited}."]
    return "\n    - ".join([*lines, *parts])


def _part(part: Judged) -> str:
    told = part.verdict or "told beside, decides nothing"
    found = " ".join(_found(finding, part.about) for finding in part.findings)
    return f"*{escape(start_sentence(part.about))}:* {told}. {found}".strip()


def _found(finding: Finding, about: str) -> str:
    """A number with all that is known of it."""
    label = "" if finding.label == about else f"{finding.label}: "
    said = [f"{label}{finding.number} ({finding.interval}), asked: {finding.needs}"]
    if finding.refutes:
        said += [f"power: {finding.power.said}", *finding.flips, *finding.caveats]
    return escape(start_sentence("; ".join(said))) + "."


def say_basis(study: Study, verdicts: Sequence[Verdict]) -> list[str]:
    """What the intervals of printed shares rest on: design effects and numbers of respondents, by wave."""
    rows = [row for verdict in verdicts for finding in verdict.findings for row in finding.rests_on]
    printed = {row["wave"]: row for row in rows if row["evidence"] == "published" and not row["why_no_interval"]}
    said = []
    for wave, row in printed.items():
        n = f"{row['n']:,.0f} respondents ({STATUS_WORDS[row['n_status']]})"
        deff = f"a design effect of {row['deff']:g} ({STATUS_WORDS[row['deff_status']]})"
        series = study.series[study.described(wave).series].name
        said.append(f"{escape(series)}, {row['label']}: {n}, {deff}.")
    return said


def say_exempt(study: EstimatingStudy, verdicts: Sequence[Verdict]) -> list[str]:
    """What the numbers of the ledger tell against the rule of disclosure."""
    rows = [row for verdict in verdicts for finding in verdict.findings for row in finding.rests_on]
    asked = dict.fromkeys((row["wave"], row["item"], row["by"]) for row in rows if row["evidence"] != "published")
    return [said for wave, item, by in asked for said in say_exemptions(study, wave, item, [by])]


def say_changed(verdicts: Sequence[Verdict]) -> list[str]:
    """Statements whose verdict is not the one that a person last agreed to."""
    return [
        f"“{escape(found.claim.says)}” {found.verdict}; when a person last looked at it, it was: {found.claim.reviewed}."
        for found in verdicts
        if found.verdict != found.claim.reviewed
    ] or ["Every verdict is the one that a person last agreed to."]


def say_registered(outlooks: Sequence[Outlook]) -> list[str]:
    """What the next waves will decide, and what those that have arrived did."""
    return [_outlook(one) for one in outlooks] or ["Nothing is registered for a wave to come."]


def _outlook(one: Outlook) -> str:
    entry = one.entry
    begun = f"**{escape(entry.says)}** Fixed on {entry.registered.day} {entry.registered:%B %Y}."
    if one.outcome != "waiting":
        found = "; ".join(f"{f.label}: {f.number} ({f.interval}), asked: {f.needs}" for f in one.findings)
        said = start_sentence(one.outcome)
        return f"{begun} {said}{': ' + escape(one.decides) if one.decides else ''} {escape(found)}".strip()
    return (
        f"{begun} If met: {escape(entry.if_met)} If not: {escape(entry.if_not)} Where chance decides, neither. "
        f"Its power: {escape(one.needs)}."
    )
