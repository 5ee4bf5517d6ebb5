"""What a page shows: charts, figures, tables and the words for findings."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wavebook.figures.charts import shares_chart, trend_chart
    from wavebook.figures.panels import panels_chart
    from wavebook.figures.publishing import escape, lift, publish
    from wavebook.figures.sources import shares_data, sources_of, trend_data
    from wavebook.figures.tables import show_list, show_table

__all__ = [
    "escape",
    "lift",
    "panels_chart",
    "publish",
    "shares_chart",
    "shares_data",
    "show_list",
    "show_table",
    "sources_of",
    "trend_chart",
    "trend_data",
]

_MODULES = {
    "charts": ("shares_chart", "trend_chart"),
    "panels": ("panels_chart",),
    "publishing": ("escape", "lift", "publish"),
    "sources": ("shares_data", "sources_of", "trend_data"),
    "tables": ("show_list", "show_table"),
}


def __getattr__(name: str) -> Any:
    """Load a part when it is asked for: a build that lays out pages draws no chart and fits no model."""
    for module, names in _MODULES.items():
        if name in names:
            return getattr(import_module(f"wavebook.figures.{module}"), name)
    raise AttributeError(f"module 'wavebook.figures' has no attribute {name!r}")
