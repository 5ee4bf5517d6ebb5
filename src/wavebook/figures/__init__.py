"""What a page shows: charts, figures, tables and the words for findings."""

from wavebook.figures.charts import answers_chart, trend_chart
from wavebook.figures.publish import escape, lift, publish
from wavebook.figures.sources import answers_data, sources_of, trend_data
from wavebook.figures.tables import show_list, show_table

__all__ = [
    "answers_chart",
    "answers_data",
    "escape",
    "lift",
    "publish",
    "show_list",
    "show_table",
    "sources_of",
    "trend_chart",
    "trend_data",
]
