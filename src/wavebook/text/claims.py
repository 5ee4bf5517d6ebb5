"""What became of the statements of an article: the ledger as a table, counts and sentences."""

from __future__ import annotations

from collections.abc import Sequence

from wavebook.claims import CAVEAT, HOLDS, NOT, UNTESTABLE, VERDICTS, Verdict
from wavebook.estimates import EstimatingStudy
from wavebook.figures.publishing import escape
from wavebook.figures.words import STATUS_WORDS, several, start_sentence
from wavebook.study import Study
from wavebook.text.disclosure import say_exemptions

_NAMES = {"holds": HOLDS, "caveat": CAVEAT, "not": NOT, "untestable": UNTESTABLE}
_MANY = {
    HOLDS: "hold",
    CAVEAT: "hold with a caveat",
    NOT: "do not hold here",
    UNTESTABLE: "are not testable with open data",
}
_ONE = {**{verdict: verdict for verdict in VERDICTS}, UNTESTABLE: f"is {UNTESTABLE}"}
_HEAD = ("", "Statement, in our words", "Verdict", "Number (95% interval)", "Evidence")


def claim_numbers(verdicts: Sequence[Verdict]) -> dict[str, str]:
    """Counts for prose on other pages: claims.holds, claims.caveat, claims.not, claims.untestable, claims.all."""
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


def ledger_table(verdicts: Sequence[Verdict]) -> str:
    """The ledger for readers, a numbered row a statement, as MyST markdown: it links to figures and cites."""
    rows = [_HEAD, [":---"] * len(_HEAD), *(_row(number, found) for number, found in enumerate(verdicts, 1))]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in rows)


def _row(number: int, verdict: Verdict) -> list[str]:
    findings = verdict.findings
    numbers = dict.fromkeys(f"**{found.number}** ({found.interval})" for found in findings)
    marks = dict.fromkeys(f"{row['evidence']}, {row['certainty']}" for found in findings for row in found.rests_on)
    cited = f" {{cite:p}}`{','.join(verdict.sources)}`" if verdict.sources else ""
    figure = f"<br>{{numref}}`{verdict.claim.figure}`" if verdict.claim.figure else ""
    return [
        str(number),
        escape(verdict.claim.says),
        f"**{start_sentence(verdict.verdict)}**",
        "<br>".join(numbers) or "no number",
        escape(start_sentence("; ".join(marks) or verdict.evidence)) + cited + figure,
    ]


def say_reasons(verdicts: Sequence[Verdict]) -> str:
    """Why each statement got its verdict, and what each number is, as a numbered list that goes with the table."""
    return "\n".join(f"{number}. {_reason(verdict)}" for number, verdict in enumerate(verdicts, 1))


def _reason(verdict: Verdict) -> str:
    found = dict.fromkeys(f"{finding.label}, {finding.number}" for finding in verdict.findings)
    said = f" *Found:* {escape('; '.join(found))}." if len(found) > 1 else ""
    see = f" {{cite:p}}`{','.join(verdict.claim.see)}`" if verdict.claim.see else ""
    return f"**{start_sentence(verdict.verdict)}.** {escape(verdict.because)}{see}{said}"


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
