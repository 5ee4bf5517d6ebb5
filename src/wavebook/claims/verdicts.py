"""What the study's data say of each statement of the ledger: its verdict, the numbers behind it, and why."""

from __future__ import annotations

from dataclasses import dataclass

from wavebook.claims.ledger import Claim, load_claims
from wavebook.claims.registry import CAVEAT, HOLDS, Finding, Word
from wavebook.estimates import EstimatingStudy


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


def changed(study: EstimatingStudy) -> list[tuple[str, Word, Word]]:
    """Claims whose verdict is not the one that a person last agreed to: id, verdict then, verdict now."""
    return [(v.id, v.claim.reviewed, v.verdict) for v in verdicts(study) if v.verdict != v.claim.reviewed]


def verdicts(study: EstimatingStudy) -> list[Verdict]:
    """Evaluate the whole ledger, in its order."""
    return [evaluate(study, claim) for claim in load_claims(study.root, study)]


def evaluate(study: EstimatingStudy, claim: Claim) -> Verdict:
    """Hold a claim against the data, as its form of condition does.

    What holds, but with something that a careful reader has to know beside it, holds with a caveat.
    """
    judged = claim.form.judge(study, claim, claim.condition)
    caveats = [text for text in (claim.caveat, *judged.caveats) if text] if judged.verdict == HOLDS else []
    verdict = CAVEAT if caveats else judged.verdict
    because = _sentences(*caveats, *judged.why, claim.note)
    return Verdict(claim, verdict, because, judged.evidence, judged.sources, judged.findings)


def _sentences(*said: str | None) -> str:
    return " ".join(f"{part.rstrip('.')}." for part in dict.fromkeys(said) if part)
