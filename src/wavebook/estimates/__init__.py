"""Puts a study's data through the estimators of `wavebook.survey`."""

from wavebook.estimates.answers import wave_answers
from wavebook.estimates.trends import Trend, published_trend

__all__ = ["Trend", "published_trend", "wave_answers"]
