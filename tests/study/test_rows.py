"""The one form of a row of shares: who is given a frame says in a sentence what is missing from it."""

import pandas as pd
import pytest

from made_up_study import make_study, topline
from wavebook import open_study
from wavebook.estimates import printed_shares, share_trend
from wavebook.figures import shares_chart, shares_data, sources_of, trend_chart, trend_data
from wavebook.figures.publishing import _record
from wavebook.study import Refused
from wavebook.study.rows import SHARES, shares_frame

ROWS = [topline(f"lamp-li-{year}", "bright", percent) for year, percent in ((2020, "41"), (2021, "45"), (2022, "52.5"))]


@pytest.fixture
def study(tmp_path):
    return open_study(make_study(tmp_path, ROWS))


def test_every_room_passes_on_the_same_columns(study):
    assert list(printed_shares(study, "lamp-li-2020").columns) == list(SHARES.columns)
    trend = share_trend(study, "lamp", "LI", "moon")
    assert set(SHARES.columns) <= set(trend.points.columns)
    SHARES.validate(trend.points)


@pytest.mark.parametrize("column", ["wave", "item", "evidence", "source"])
def test_sources_say_which_column_is_missing(study, column):
    frame = printed_shares(study, "lamp-li-2020").drop(columns=column)
    with pytest.raises(Refused, match=f"^sources_of: the frame has no column '{column}'$"):
        sources_of(study, frame)


@pytest.mark.parametrize("shown", [shares_chart, shares_data])
def test_charts_and_tables_say_which_columns_are_missing(study, shown):
    frame = printed_shares(study, "lamp-li-2020").drop(columns=["response", "percent"])
    with pytest.raises(Refused, match=f"^{shown.__name__}: the frame has no columns 'response', 'percent'$"):
        shown(frame)


def test_a_trend_says_which_column_is_missing(study):
    trend = share_trend(study, "lamp", "LI", "moon")
    points = trend.points.drop(columns="certainty")
    with pytest.raises(Refused, match=r"^trend_chart: the frame has no column 'certainty'$"):
        trend_chart(study, points, trend.breaks)
    with pytest.raises(Refused, match=r"^trend_data: the frame has no column 'certainty'$"):
        trend_data(points, trend.breaks)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"share": 48.0}, "the column 'share' needs a number from 0 to 1, and holds 48.0"),
        ({"certainty": "sure"}, "the column 'certainty' needs one of 'read', 'article', .* and holds 'sure'"),
        ({"response": None}, "the column 'response' needs text, and holds an empty cell"),
        ({"percent": "48%"}, "the column 'percent' needs a percentage as printed, and holds '48%'"),
        ({"evidence": "rumour"}, "the column 'evidence' needs one of 'published', 'microdata', 'synthetic', and holds 'rumour'"),
    ],
)  # fmt: skip
def test_a_cell_that_does_not_belong_there_is_named(study, changes, message):
    with pytest.raises(Refused, match=f"^shares_chart: {message}$"):
        shares_chart(printed_shares(study, "lamp-li-2020").assign(**changes))


def test_rows_that_contradict_themselves_are_not_made(study):
    row = printed_shares(study, "lamp-li-2020").iloc[0].to_dict()
    with pytest.raises(Refused, match="a share, or a bound in its place"):
        shares_frame([row | {"bound": ">"}])
    with pytest.raises(Refused, match="lower ends that lie below upper ones"):
        shares_frame([row | {"lower": 0.5, "upper": 0.4}])


def test_something_else_than_a_frame_is_refused(study):
    with pytest.raises(Refused, match=r"^sources_of: expected a frame of shares, not list$"):
        sources_of(study, [])


def test_data_of_a_figure_with_half_an_interval_say_which_column_is_missing(study):
    frame = printed_shares(study, "lamp-li-2020")
    texts = {"title": "t", "caption": "c", "alt": "a"}
    data = pd.DataFrame({"per cent": ["41"], "lower": [38.0]})
    with pytest.raises(ValueError, match=r"^figure moon: the data have a column 'lower' and no column 'upper'$"):
        _record(shares_chart(frame), "moon", texts, data, sources_of(study, frame), ["per cent"], ["lower"])
