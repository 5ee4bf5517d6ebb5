"""The ledger of claims: what an article states, held against the study's data."""

from wavebook.claims.check import hold
from wavebook.claims.ledger import Claim, load_claims
from wavebook.claims.registered import Outlook, decided, registered
from wavebook.claims.registry import (
    CONFIRMED,
    CONSISTENT,
    CONTRADICTED,
    UNTESTABLE,
    VERDICTS,
    Finding,
    Judged,
    Power,
    Word,
    condition,
)
from wavebook.claims.sentences import broken_sentences
from wavebook.claims.shares import Condition, Share
from wavebook.claims.verdicts import Verdict, changed, evaluate, verdicts

__all__ = [
    "CONFIRMED",
    "CONSISTENT",
    "CONTRADICTED",
    "UNTESTABLE",
    "VERDICTS",
    "Claim",
    "Condition",
    "Finding",
    "Judged",
    "Outlook",
    "Power",
    "Share",
    "Verdict",
    "Word",
    "broken_sentences",
    "changed",
    "condition",
    "decided",
    "evaluate",
    "hold",
    "load_claims",
    "registered",
    "verdicts",
]
