"""The versions that are installed here, for a book to be begun with."""

from __future__ import annotations

import re
from importlib.metadata import Distribution, PackageNotFoundError, distribution

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_HEAD = (
    "# The versions with which this book was begun: whatever wavebook draws in here. Pages are made anew when this file\n"
    "# changes. Renew it together with what is installed: pip freeze > requirements.lock\n"
)


def lock_text() -> str:
    """A list of exact versions as pip reads it, without addresses."""
    found: dict[str, str] = {}
    left = ["wavebook"]
    while left:
        name = _canonical(left.pop())
        installed = _installed(name)
        if installed is not None and name not in found:
            found[name] = installed.version
            left += [needed[0] for needed in map(_NAME.match, _needs(installed)) if needed]
    return _HEAD + "".join(f"{name}=={version}\n" for name, version in sorted(found.items()))


def _needs(installed: Distribution) -> list[str]:
    """What a distribution needs, without what it needs for extras alone."""
    return [need for need in installed.requires or () if "extra ==" not in need.partition(";")[2]]


def _installed(name: str) -> Distribution | None:
    """A distribution; None where it is for other systems, and so not here."""
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
