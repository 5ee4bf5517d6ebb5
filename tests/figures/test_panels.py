"""Small panels of shares over time: one axis, no line where none belongs, bounds and spans drawn as what they are."""

import pandas as pd
import pytest

import wavebook
from made_up_study import WAVE, make_study, topline
from wavebook.estimates import printed_shares, share_trend
from wavebook.figures import panels_chart
from wavebook.figures.theme import QUIET
from wavebook.study import Refused

LONG = WAVE.format(country="LI", year=2016).replace("end: 2016-05-31", "end: 2018-04-30").replace("month", "year")
POOLED = WAVE.format(country="LI", year=2021).replace("country: LI", "pooled: median of many")
SHARES = {"lamp-li-2016": "80", "lamp-li-2020": "60", "lamp-li-2021": ">50", "lamp-li-2022": "40"}


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    lines = [topline(wave, "bright", share) for wave, share in {**SHARES, "lamp-median": "30"}.items()]
    files = {"data/waves/lamp-li-2016.yml": LONG, "data/waves/lamp-median.yml": POOLED}
    return wavebook.open_study(make_study(tmp_path_factory.mktemp("lamp"), lines, files))


@pytest.fixture(scope="module")
def points(study):
    return share_trend(study, "lamp", "LI", "moon", ["bright"]).points.assign(place="Liechtenstein")


def layers(chart, panel):
    """The layers of a panel, each with its data: Altair moves them up where all layers have the same."""
    drawn = chart["vconcat"][panel]
    return [{"data": drawn.get("data"), **layer} for layer in drawn["layer"] if "encoding" in layer]


def rows_of(chart, layer):
    return chart["datasets"][layer["data"]["name"]]


def test_all_panels_have_one_axis_and_scale_and_the_first_says_of_what(study, points):
    chart = panels_chart(study, pd.concat([points, points.assign(place="Elsewhere")])).to_dict()
    assert [panel["title"]["text"] for panel in chart["vconcat"]] == ["Liechtenstein: bright, per cent", "Elsewhere"]
    scales = [
        (layer["encoding"]["x"]["scale"]["domain"], layer["encoding"]["y"]["scale"]["domain"])
        for panel in (0, 1)
        for layer in layers(chart, panel)
        if "scale" in layer["encoding"].get("x", {}) and "scale" in layer["encoding"].get("y", {})
    ]
    assert len({str(scale) for scale in scales}) == 1


def test_lines_join_only_waves_of_one_segment(study, points):
    apart = points.assign(segment=range(len(points)))
    for frame, lines in ((points, 1), (apart, 3)):
        chart = panels_chart(study, frame).to_dict()
        line = next(layer for layer in layers(chart, 0) if layer["mark"]["type"] == "line")
        assert len({row["line"] for row in rows_of(chart, line) if row["line"]}) == lines


def test_a_bound_is_a_bar_to_the_end_of_the_scale_and_never_a_point(study, points):
    chart = panels_chart(study, points).to_dict()
    [dots] = [layer for layer in layers(chart, 0) if layer["mark"]["type"] == "point"]
    assert [row["percent"] for row in rows_of(chart, dots)] == ["80", "60", "40"]
    [bar] = [layer for layer in layers(chart, 0) if layer["mark"].get("strokeWidth") == 6]
    assert [(row["low"], row["high"], row["edge"]) for row in rows_of(chart, bar)] == [(50, 100, 50)]


def test_a_wave_of_years_is_a_span_and_its_neighbour_is_none(study, points):
    chart = panels_chart(study, points).to_dict()
    [span] = [layer for layer in layers(chart, 0) if layer["encoding"].get("x", {}).get("field") == "start"]
    assert [row["percent"] for row in rows_of(chart, span)] == ["80"]
    assert span["encoding"]["x2"]["field"] == "end"


def test_what_the_places_are_seen_against_is_quiet_and_has_no_interval(study, points):
    median = printed_shares(study, "lamp-median").assign(place="Median")
    chart = panels_chart(study, points, median).to_dict()
    assert [panel["title"]["text"] for panel in chart["vconcat"]][-1] == "Median"
    assert chart["vconcat"][-1]["height"] < chart["vconcat"][0]["height"]
    [dots] = [layer for layer in layers(chart, 1) if layer["mark"]["type"] == "point"]
    assert dots["mark"]["color"] == QUIET
    assert [(row["low"], row["line"]) for row in rows_of(chart, dots)] == [(None, "")]


def test_a_frame_that_is_none_of_shares_is_refused(study, points):
    with pytest.raises(Refused, match="panels_chart: the frame has no column 'share'"):
        panels_chart(study, points.drop(columns="share"))
