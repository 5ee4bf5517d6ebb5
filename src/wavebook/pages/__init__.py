"""From notebooks and parameters to executed pages."""

from wavebook.pages.keys import reasons
from wavebook.pages.run import Outcome, Progress, check_figures, prune, rerun, run_pages
from wavebook.pages.spec import Page, check_id, figure_showing, load_pages, pages_showing

__all__ = [
    "Outcome",
    "Page",
    "Progress",
    "check_figures",
    "check_id",
    "figure_showing",
    "load_pages",
    "pages_showing",
    "prune",
    "reasons",
    "rerun",
    "run_pages",
]
