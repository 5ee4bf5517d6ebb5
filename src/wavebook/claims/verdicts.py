"""What the study's data say of each statement of the ledger: its verdict, the numbers behind it, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from wavebook.claims.ledger import Claim, load_claims
from wavebook.claims.registry import CONFIRMED, CONSISTENT, CONTRADICTED, UNTESTABLE, Finding, Judged, Word
from wavebook.estimates import EstimatingStudy
from wavebook.study import CERTAINTY_WORDS
from wavebook.study.model import Certainty

_DOUBTFUL: tuple[Certainty, ...] = ("article", "weak", "inferred")


@dataclass(frozen=True)
class Verdict:
    """What became of a claim: the verdict, why, and what was found of each of its parts."""

    claim: Claim
    verdict: Word
    because: str
    parts: tuple[Judged, ...] = ()

    @property
    def id(self) -> str:
        """The claim's id."""
        return self.claim.id

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The numbers of all parts."""
        return tuple(finding for part in self.parts for finding in part.findings)

    @property
    def sources(self) -> tuple[str, ...]:
        """Keys of the bibliography on which it rests."""
        return tuple(dict.fromkeys(source for part in self.parts for source in part.sources))

    @property
    def evidence(self) -> str:
        """What it rests on, in words."""
        return _joined(part.evidence for part in self.parts if part.evidence != "none") or "none"

    @property
    def number(self) -> str:
        """Each number that was found."""
        return _joined(finding.number for finding in self.findings) or "none"

    @property
    def interval(self) -> str:
        """The 95% interval of each number, or why it has none."""
        return _joined(finding.interval for finding in self.findings) or "no interval: no number"

    @property
    def power(self) -> list[str]:
        """Whether the evidence could have shown the statement true, and false, by the parts that gave the verdict."""
        return self._said("power") or ["nothing was measured"]

    @property
    def flip(self) -> list[str]:
        """What would turn the verdict, by the parts that gave it."""
        return self._said("flip") or ["nothing was measured that could turn"]

    @property
    def tested(self) -> tuple[int, int]:
        """How many parts got the verdict of the whole, and how many there are."""
        parts = [part for part in self.parts if part.verdict and not part.whole]
        return sum(part.verdict == self.verdict for part in parts), len(parts)

    @property
    def _decisive(self) -> list[Judged]:
        """The parts that gave the verdict."""
        parts = [part for part in self.parts if part.verdict == self.verdict]
        return [part for part in parts if part.whole] or parts

    def _said(self, what: str) -> list[str]:
        """What each part that gave the verdict says, with its name where there are several that say different things."""
        said = {part.about: str(text) for part in self._decisive if (text := getattr(part, what))}
        if len(set(said.values())) < 2:
            return list(dict.fromkeys(said.values()))
        return [f"{about}: {text}" if about else text for about, text in said.items()]


def changed(study: EstimatingStudy) -> list[tuple[str, Word, Word]]:
    """Claims whose verdict is not the one that a person last agreed to: id, verdict then, verdict now."""
    return [(v.id, v.claim.reviewed, v.verdict) for v in verdicts(study) if v.verdict != v.claim.reviewed]


def verdicts(study: EstimatingStudy) -> list[Verdict]:
    """Evaluate the whole ledger, in its order."""
    return [evaluate(study, claim) for claim in load_claims(study.root, study)]


def evaluate(study: EstimatingStudy, claim: Claim) -> Verdict:
    """Hold a claim against the data, as its forms of conditions do, and join what they say of its parts."""
    parts: list[Judged] = []
    for form, value in claim.tests:
        judged = form.judge(study, claim, value)
        parts += [judged] if isinstance(judged, Judged) else judged
    caveats = [text for text in (claim.caveat, *(text for part in parts for text in part.caveats)) if text]
    why = [text for part in parts if part.verdict for text in part.why]
    because = sentences(*why, *caveats, *_doubts(parts), claim.note)
    return Verdict(claim, whole(parts), because or "Every number that was found is as stated.", tuple(parts))


def whole(parts: Iterable[Judged]) -> Word:
    """The verdict on a statement of which each part has its own.

    It is contradicted if any part is. It cannot be tested if a person says for the whole why. Otherwise it is as sure
    as the least sure of those parts that can be tested: parts that cannot are told beside, and where there are only
    such, neither can the whole.
    """
    found = [part for part in parts if part.verdict]
    words = {part.verdict for part in found}
    if CONTRADICTED in words:
        return CONTRADICTED
    if any(part.whole for part in found):
        return UNTESTABLE
    return CONSISTENT if CONSISTENT in words else CONFIRMED if CONFIRMED in words else UNTESTABLE


def _doubts(parts: Sequence[Judged]) -> list[str]:
    """Which numbers are less than read in the source named."""
    rows = [row for part in parts for finding in part.findings for row in finding.rests_on]
    known_from = {mark: dict.fromkeys(row["label"] for row in rows if row["certainty"] == mark) for mark in _DOUBTFUL}
    return [
        f"The number of {' and that of '.join(waves)}: {CERTAINTY_WORDS[mark]}"
        for mark, waves in known_from.items()
        if waves
    ]


def sentences(*said: str | None) -> str:
    """Put parts together as sentences, each once."""
    return " ".join(f"{part.rstrip('.')}." for part in dict.fromkeys(said) if part)


def _joined(said: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(text for text in said if text))
