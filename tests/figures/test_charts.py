"""What a trend marks besides its shares."""

import pytest

from made_up_study import make_study, topline
from wavebook import open_study
from wavebook.estimates import share_trend
from wavebook.figures import trend_chart

EVENTS = """\
- {date: 2021-03-01, label: eclipse, countries: [LI]}
- {date: 2020-12-01, label: comet}
- {date: 2021-03-02, label: fog, countries: [SM]}
- {date: 2031-03-01, label: flood}
"""


@pytest.fixture
def drawn(tmp_path):
    def drawn(events):
        rows = [topline("lamp-li-2020", "bright", "41"), topline("lamp-li-2022", "bright", "45")]
        study = open_study(make_study(tmp_path, rows, {"data/events.yml": events}))
        trend = share_trend(study, "lamp", "LI", "moon")
        chart = trend_chart(study, trend.points, trend.breaks).to_dict()
        return chart, [row for rows in chart["datasets"].values() for row in rows if "what" in row]

    return drawn


def test_events_of_the_country_inside_the_time_are_drawn_with_their_labels(drawn):
    chart, events = drawn(EVENTS)
    assert [(event["time"][:10], event["what"]) for event in events] == [
        ("2020-12-01", "comet"),
        ("2021-03-01", "eclipse"),
    ]
    rule, words = chart["layer"][:2]
    assert (rule["mark"]["type"], words["mark"]["type"]) == ("rule", "text")
    assert words["encoding"]["text"]["field"] == "what"


def test_without_events_there_is_no_line(drawn):
    chart, events = drawn("[]\n")
    assert events == []
    assert chart["layer"][0]["mark"]["type"] != "text"
