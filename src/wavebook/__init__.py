"""The engine of *After the Umbrella*, a poll book that re-executes.

In a notebook: ``study = wavebook.open_study()``.
"""

from wavebook.study import open_study

__all__ = ["open_study"]
