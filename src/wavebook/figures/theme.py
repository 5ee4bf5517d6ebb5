"""One look for all charts, legible at the width of a phone."""

from __future__ import annotations

import altair as alt

WIDTH = 400
"""Plot width in pixels: with its axis a chart still reads at 360 pixels."""

INK = "#222222"
QUIET = "#6b6b6b"
# Okabe and Ito's palette: told apart by readers who do not see all colours, and on grey paper.
COLOURS = ["#0072b2", "#d55e00", "#4d4d4d", "#009e73", "#cc79a7", "#b8860b"]


@alt.theme.register("wavebook", enable=True)  # type: ignore[untyped-decorator]
def _theme() -> alt.theme.ThemeConfig:
    font = "Helvetica, Arial, sans-serif"
    return {
        "config": {
            "background": "#ffffff",
            "font": font,
            "view": {"stroke": None},
            "axis": {
                "labelFontSize": 13,
                "titleFontSize": 13,
                "labelColor": INK,
                "titleColor": INK,
                "titleFontWeight": "normal",
                "gridColor": "#e4e4e4",
                "domainColor": QUIET,
                "tickColor": QUIET,
            },
            "legend": {"labelFontSize": 13, "titleFontSize": 13, "orient": "top", "labelLimit": 300},
            "header": {"labelFontSize": 13, "labelFontWeight": "bold", "labelAnchor": "start", "labelLimit": 420},
            "range": {"category": COLOURS},
        }
    }
