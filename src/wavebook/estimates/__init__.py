"""Puts a study's data through the estimators of `wavebook.survey`."""

from wavebook.estimates.answers import estimated_answers, estimated_groups, printed_contrast, published_by, wave_answers
from wavebook.estimates.examine import Change, Examined, examine
from wavebook.estimates.exposure import exposed_and_others
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
    "estimated_answers",
    "estimated_groups",
    "examine",
    "exposed_and_others",
    "keep",
    "open_study",
    "printed_contrast",
    "published_by",
    "questions",
    "share_trend",
    "wave_answers",
    "with_examined",
]
