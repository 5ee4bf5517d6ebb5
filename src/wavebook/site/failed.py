"""Says why a site was not built."""

from __future__ import annotations

import os


class SiteFailed(Exception):
    """The site could not be built, or what was built is not fit to be shown; the last good one still stands."""


def not_written(name: str, number: int | None) -> SiteFailed:
    """Say in one line what could not be written, and why, by the number of the system's error."""
    return SiteFailed(f"{name}: cannot be written: {os.strerror(number) if number else 'unknown error'}")
