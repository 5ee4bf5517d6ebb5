import pytest

from wavebook.figures.specification import drawn

ROWS = [{"a": 1}]
POINT = {"mark": "point", "encoding": {"x": {"field": "a", "type": "quantitative"}}}
SAID = {
    "mark": {"type": "point"},
    "encoding": {"x": {"field": "a", "type": "quantitative"}},
    "data": ROWS,
    "transform": [],
}


@pytest.mark.parametrize(
    "data",
    [
        {"data": {"values": ROWS}},
        {"data": {"name": "x"}, "datasets": {"x": ROWS}},
        {"data": {"name": "y", "values": ROWS, "format": {"type": "json"}}},
    ],
)
def test_data_are_said_wherever_they_stand(data):
    assert drawn({**POINT, **data}) == SAID


def test_what_several_views_share_is_said_of_each_with_its_own_over_it():
    spec = {
        "data": {"values": ROWS},
        "transform": [{"filter": "datum.a > 0"}],
        "encoding": {"x": {"field": "a", "type": "quantitative", "title": "shared"}, "y": {"field": "b"}},
        "hconcat": [
            {"mark": "point"},
            {"mark": "bar", "encoding": {"x": {"title": "own"}}, "transform": [{"sample": 3}]},
            {"mark": "rule", "data": {"values": []}, "encoding": {"y": {"field": "c"}}},
        ],
    }
    first, second, third = drawn(spec)["views"]
    assert first["encoding"]["x"] == {"field": "a", "type": "quantitative", "title": ["shared"]}
    assert second["encoding"]["x"] == {"field": "a", "type": "quantitative", "title": ["own"]}
    assert second["transform"] == [{"filter": "datum.a > 0"}, {"sample": 3}]
    assert (first["data"], third["data"]) == (ROWS, [])
    assert third["encoding"]["y"] == {"field": "c"}


def test_data_that_a_view_looks_up_are_said():
    look_up = {"lookup": "a", "from": {"data": {"name": "other"}, "key": "a", "fields": ["b"]}}
    spec = {**POINT, "data": {"name": "x"}, "transform": [look_up], "datasets": {"x": ROWS, "other": [{"b": 2}]}}
    assert drawn(spec)["transform"] == [{"lookup": "a", "from": {"data": [{"b": 2}], "key": "a", "fields": ["b"]}}]


def test_panels_say_by_what_they_are_made():
    by = {"field": "wave", "type": "nominal", "header": {"title": "Wave", "labelAngle": 3}}
    said = drawn({"data": {"values": ROWS}, "facet": by, "spec": POINT})
    assert said == {"facet": {"field": "wave", "type": "nominal", "title": ["Wave"]}, "view": SAID}
    rows = drawn({"data": {"values": ROWS}, "facet": {"row": by}, "spec": POINT})
    assert rows["facet"] == {"row": said["facet"]}
    repeated = drawn({"data": {"values": ROWS}, "repeat": {"row": ["a", "b"]}, "spec": POINT})
    assert repeated == {"repeat": {"row": ["a", "b"]}, "view": SAID}


def test_the_order_of_panels_is_said_and_that_of_layers_is_not():
    bar = {**POINT, "mark": "bar"}
    assert drawn({"hconcat": [POINT, bar]}) != drawn({"hconcat": [bar, POINT]})
    assert drawn({"layer": [POINT, bar]}) == drawn({"layer": [bar, POINT, POINT]})


def test_a_specification_is_left_as_it_was():
    spec = {"data": {"values": ROWS}, "layer": [{"mark": "point", "encoding": {"x": {"field": "a"}}}]}
    before = repr(spec)
    drawn(spec)
    assert repr(spec) == before


@pytest.mark.parametrize("spec", [{}, {"mark": None}, {"data": None, "mark": "point", "encoding": {"x": None}}])
def test_a_specification_that_draws_nothing_says_nothing(spec):
    assert drawn(spec)["encoding"] == {}
