"""The ledger of claims: what an article states, held against the study's data."""

from wavebook.claims.ledger import Claim, load_claims
from wavebook.claims.measure import hold
from wavebook.claims.registry import CAVEAT, HOLDS, NOT, UNTESTABLE, VERDICTS, Finding, Judged, Word, condition
from wavebook.claims.sentences import broken_sentences
from wavebook.claims.shares import Condition, Share
from wavebook.claims.verdicts import Verdict, changed, evaluate, verdicts

__all__ = [
    "CAVEAT",
    "HOLDS",
    "NOT",
    "UNTESTABLE",
    "VERDICTS",
    "Claim",
    "Condition",
    "Finding",
    "Judged",
    "Share",
    "Verdict",
    "Word",
    "broken_sentences",
    "changed",
    "condition",
    "evaluate",
    "hold",
    "load_claims",
    "verdicts",
]
