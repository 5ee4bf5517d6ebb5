"""The static site: built by Jupyter Book, checked, put in place in one step."""

from wavebook.site.build import SITE, SiteFailed, build_site, site_is_current
from wavebook.site.outside import outside_requests
from wavebook.site.serve import make_server

__all__ = ["SITE", "SiteFailed", "build_site", "make_server", "outside_requests", "site_is_current"]
