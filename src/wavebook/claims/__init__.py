"""The ledger of claims: what an article states, held against the study's data."""

from wavebook.claims.judgement import Finding, Verdict, changed, evaluate, ledger, verdicts
from wavebook.claims.statements import CAVEAT, HOLDS, NOT, UNTESTABLE, VERDICTS, Claim, Word, load_claims

__all__ = [
    "CAVEAT",
    "HOLDS",
    "NOT",
    "UNTESTABLE",
    "VERDICTS",
    "Claim",
    "Finding",
    "Verdict",
    "Word",
    "changed",
    "evaluate",
    "ledger",
    "load_claims",
    "verdicts",
]
