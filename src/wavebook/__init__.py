"""The engine of poll books: books of survey results that re-execute when a new wave arrives.

In a notebook: ``study = wavebook.open_study()``.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wavebook.estimates import open_study

__all__ = ["open_study"]


def __getattr__(name: str) -> Any:
    """Load the room of estimates when it is asked for: who wants the estimators alone does not wait for it."""
    if name == "open_study":
        from wavebook.estimates import open_study

        return open_study
    raise AttributeError(f"module 'wavebook' has no attribute {name!r}")
