"""A new book from nothing: its files, and the first wave of it if there is a respondent file."""

from wavebook.start.answers import Credit
from wavebook.start.folder import begin
from wavebook.start.wave import FirstWave

__all__ = ["Credit", "FirstWave", "begin"]
