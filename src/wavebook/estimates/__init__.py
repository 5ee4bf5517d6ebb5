"""Puts a study's data through the estimators of `wavebook.survey`."""

from wavebook.estimates.examine import Change, Examined, examine
from wavebook.estimates.shares import (
    estimated_group_shares,
    estimated_shares,
    printed_contrast,
    printed_shares,
    published_by,
)
from wavebook.estimates.standard import check_kept, estimate_wave, keep, questions
from wavebook.estimates.trends import Trend, share_trend
from wavebook.estimates.waves import EstimatingStudy, WaveEstimates, open_study, with_examined

__all__ = [
    "Change",
    "EstimatingStudy",
    "Examined",
    "Trend",
    "WaveEstimates",
    "check_kept",
    "estimate_wave",
    "estimated_group_shares",
    "estimated_shares",
    "examine",
    "keep",
    "open_study",
    "printed_contrast",
    "printed_shares",
    "published_by",
    "questions",
    "share_trend",
    "with_examined",
]
