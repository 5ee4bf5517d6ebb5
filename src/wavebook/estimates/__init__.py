"""Puts a study's data through the estimators of `wavebook.survey`."""

from wavebook.estimates.answers import wave_answers
from wavebook.estimates.trends import FEWEST_WAVES_FOR_A_SLOPE, Trend, published_trend, say_modes

__all__ = ["FEWEST_WAVES_FOR_A_SLOPE", "Trend", "published_trend", "say_modes", "wave_answers"]
