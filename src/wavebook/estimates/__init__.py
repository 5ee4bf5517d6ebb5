"""Puts a study's data through the estimators of `wavebook.survey`."""

from wavebook.estimates.examine import Change, Examined, examine
from wavebook.estimates.formulas import variable
from wavebook.estimates.levels import level_against_others
from wavebook.estimates.mix import at_common_mix
from wavebook.estimates.shares import (
    estimated_group_shares,
    estimated_shares,
    of_those_who_answered,
    printed_contrast,
    printed_shares,
    printed_trend,
    published_by,
)
from wavebook.estimates.standard import check_kept, estimate_wave, keep, questions
from wavebook.estimates.trends import Trend, share_trend
from wavebook.estimates.waves import EstimatingStudy, WaveEstimates, with_examined

__all__ = [
    "Change",
    "EstimatingStudy",
    "Examined",
    "Trend",
    "WaveEstimates",
    "at_common_mix",
    "check_kept",
    "estimate_wave",
    "estimated_group_shares",
    "estimated_shares",
    "examine",
    "keep",
    "level_against_others",
    "of_those_who_answered",
    "printed_contrast",
    "printed_shares",
    "printed_trend",
    "published_by",
    "questions",
    "share_trend",
    "variable",
    "with_examined",
]
