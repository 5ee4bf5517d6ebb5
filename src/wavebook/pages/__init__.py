"""From notebooks and parameters to executed pages."""

from wavebook.pages.keys import reasons
from wavebook.pages.run import Outcome, Progress, check_figures, prune, run_pages
from wavebook.pages.spec import Page, load_pages

__all__ = ["Outcome", "Page", "Progress", "check_figures", "load_pages", "prune", "reasons", "run_pages"]
