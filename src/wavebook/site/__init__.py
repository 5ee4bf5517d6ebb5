"""The static site: built by Jupyter Book, checked, put in place in one step; and the Sphinx extension of a book."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wavebook.site.build import SITE, SiteFailed, build_site, site_is_current
    from wavebook.site.extension import setup
    from wavebook.site.outside import outside_requests
    from wavebook.site.serve import make_server

__all__ = ["SITE", "SiteFailed", "build_site", "make_server", "outside_requests", "setup", "site_is_current"]

_ROOMS = {"make_server": "serve", "outside_requests": "outside", "setup": "extension"}


def __getattr__(name: str) -> Any:
    """Load a part when it is asked for: Sphinx, in a process of its own, wants the extensions alone."""
    if name not in __all__:
        raise AttributeError(f"module 'wavebook.site' has no attribute {name!r}")
    return getattr(import_module(f"wavebook.site.{_ROOMS.get(name, 'build')}"), name)
