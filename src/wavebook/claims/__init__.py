"""The ledger of claims: what an article states, held against the study's data."""

from wavebook.claims import measure  # noqa: F401 - registers the engine's own forms of conditions
from wavebook.claims.ledger import Claim, load_claims
from wavebook.claims.registry import CAVEAT, HOLDS, NOT, UNTESTABLE, VERDICTS, Finding, Judged, Word, condition
from wavebook.claims.verdicts import Verdict, changed, evaluate, verdicts

__all__ = [
    "CAVEAT",
    "HOLDS",
    "NOT",
    "UNTESTABLE",
    "VERDICTS",
    "Claim",
    "Finding",
    "Judged",
    "Verdict",
    "Word",
    "changed",
    "condition",
    "evaluate",
    "load_claims",
    "verdicts",
]
