"""What a page shows: charts, figures, tables and the words for findings."""

from wavebook.figures.charts import answers_chart, trend_chart
from wavebook.figures.publish import Figure, escape, lift, publish
from wavebook.figures.tables import show_list, show_table

__all__ = ["Figure", "answers_chart", "escape", "lift", "publish", "show_list", "show_table", "trend_chart"]
