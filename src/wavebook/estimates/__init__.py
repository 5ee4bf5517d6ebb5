"""Puts a study's data through the estimators of `wavebook.survey`."""

from wavebook.estimates.examine import Change, Examined, examine
from wavebook.estimates.formulas import variable
from wavebook.estimates.levels import level_against_others
from wavebook.estimates.mix import BRIDGES, at_common_mix, change_at_mix, from_groups, order_at_mix, part_of
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
    "BRIDGES",
    "Change",
    "EstimatingStudy",
    "Examined",
    "Trend",
    "WaveEstimates",
    "at_common_mix",
    "change_at_mix",
    "check_kept",
    "estimate_wave",
    "estimated_group_shares",
    "estimated_shares",
    "examine",
    "from_groups",
    "keep",
    "level_against_others",
    "of_those_who_answered",
    "order_at_mix",
    "part_of",
    "printed_contrast",
    "printed_shares",
    "printed_trend",
    "published_by",
    "questions",
    "share_trend",
    "variable",
    "with_examined",
]
