"""The words and the chart of a trend, on the real data."""

import pytest

import wavebook
from wavebook.estimates import share_trend
from wavebook.figures import trend_chart, trend_data
from wavebook.text import trend as trend_text


@pytest.fixture(scope="module")
def cab(study):
    return share_trend(study, "cab", "KZ", "opinion-russia", ["favourable"])


def marks(chart):
    layers = chart.to_dict()["layer"]
    return [(layer["mark"]["type"], layer) for layer in layers]


def test_the_change_is_said_with_its_interval_and_what_it_rests_on(cab):
    said = trend_text.say_changes(cab)[1]
    assert "48 → 58" in said
    assert "+10.0 points, give or take 4.6 (95% interval +5.4 to +14.6)" in said
    assert "design effect of 1.65 (assumed)" in said


def test_no_change_across_a_break_goes_without_its_caveat(study):
    for arguments in (
        ("cab", "KZ", "opinion-russia"),
        ("demoscope", "KZ", "war-side"),
        ("gallup", "AM", "leadership-russia"),
    ):
        trend = share_trend(study, *arguments)
        for said in trend_text.say_breaks(trend):
            assert "mode of interview" in said
            assert "would be undone only if" in said


def test_silence_comes_with_what_would_have_been_seen(study):
    for said in trend_text.say_changes(share_trend(study, "demoscope", "KZ", "war-side")):
        assert "No change can be told from chance" in said
        assert "would have been seen four times out of five" in said


def test_no_slope_below_five_waves(cab):
    assert "at least 5 waves" in trend_text.say_slopes(cab)[0]
    assert not {kind for kind, _ in marks_of(cab)} & {"regression", "loess"}


def marks_of(trend):
    import wavebook

    return marks(trend_chart(wavebook.open_study(), trend.points, trend.breaks))


def test_the_line_is_broken_where_the_mode_changed(study, cab):
    chart = trend_chart(study, cab.points, cab.breaks).to_dict()
    data = dict(chart["datasets"].items())
    (breaks,) = [rows for rows in data.values() if "before" in rows[0]]
    assert (breaks[0]["before"], breaks[0]["after"]) == ("face to face", "phone")
    # Between wave 6 (autumn 2019) and wave 7 (first half of 2020), although neither has a published share.
    assert "2019-11-23" < breaks[0]["time"] < "2020-04-01"
    (points,) = [rows for rows in data.values() if "line" in rows[0]]
    assert len({row["line"] for row in points}) == 2


def test_every_interval_is_drawn(study, cab):
    (rule,) = [
        layer
        for kind, layer in marks(trend_chart(study, cab.points, cab.breaks))
        if kind == "rule" and "y2" in layer["encoding"]
    ]
    assert (rule["encoding"]["y"]["field"], rule["encoding"]["y2"]["field"]) == ("low", "high")


def test_the_description_holds_every_number_and_break(study, cab):
    alt = trend_text.trend_alt(study, cab)
    for percent, label in zip(cab.points["percent"], cab.points["label"], strict=True):
        assert f"{percent}% in {label}" in alt
    assert "broken between summer 2017 and autumn 2021: the mode of interview changed" in alt


def test_the_caption_names_house_question_waves_and_evidence(study, cab):
    caption = trend_text.trend_caption(study, cab)
    for part in ("Central Asia Barometer", "Asked: ", "n = 1,511, phone", "n assumed 1,500", "1.65", "inferred",
                 "one article only", "Evidence: microdata for summer 2017, {cite:t}`cab-discuss-data`, our estimates; published",
                 "{cite:t}`rerussia2023`"):  # fmt: skip
        assert part in caption


def test_numbers_for_prose_go_by_response_and_wave(cab):
    numbers = trend_text.trend_numbers(cab)
    assert numbers["favourable.cab-kz-2022-12"] == "48"
    assert numbers["favourable.latest"] == "58"
    assert numbers["favourable.latest.change"] == "+10.0"
    assert numbers["favourable.cab-kz-2021-10.tipping"] == "−23.5"


def test_a_change_of_wording_is_in_caption_description_table_and_drawing(checkout):
    path = checkout / "data/waves/cab-kz-2023-13.yml"
    path.write_text(path.read_text() + 'wordings: {opinion-russia: "And what about Russia?"}\n')
    study = wavebook.open_study(checkout)
    trend = share_trend(study, "cab", "KZ", "opinion-russia", ["favourable"])
    words = "the question was worded otherwise"
    assert words in trend_text.trend_caption(study, trend)
    assert words in trend_text.trend_alt(study, trend)
    assert words in trend_text.say_breaks(trend)[1]
    assert trend_data(trend.points, trend.breaks)["break before"].tolist()[-1] == words
    assert "question reworded" in trend_chart(study, trend.points, trend.breaks).to_json()
