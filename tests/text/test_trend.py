"""The words and the chart of a trend."""

import pytest

import wavebook
from wavebook.estimates import share_trend
from wavebook.figures import trend_chart, trend_data
from wavebook.text import trend as trend_text


@pytest.fixture(scope="module")
def hill(study):
    return share_trend(study, "hill", "LI", "opinion-ferry", ["favourable"])


def marks(chart):
    layers = chart.to_dict()["layer"]
    return [(layer["mark"]["type"], layer) for layer in layers]


def test_the_change_is_said_with_its_interval_and_what_it_rests_on(hill):
    said = trend_text.say_changes(hill)[1]
    assert "44 → 55" in said
    assert "+11.0 points, give or take 6.2 (95% interval +4.8 to +17.2)" in said
    assert "design effect of 1.6 (assumed)" in said


def test_no_change_across_a_break_goes_without_its_caveat(study):
    for arguments in (
        ("hill", "LI", "opinion-ferry"),
        ("vale", "LI", "bell-side"),
        ("brook", "SM", "council"),
    ):
        trend = share_trend(study, *arguments)
        for said in trend_text.say_breaks(trend):
            assert "mode of interview" in said
            assert "the interval of the" in said
            assert "would touch nought" in said
            assert "would be gone at" in said


def test_silence_comes_with_what_would_have_been_seen(study):
    for said in trend_text.say_changes(share_trend(study, "vale", "LI", "bell-side")):
        assert "No change can be told from chance" in said
        assert "would have been seen four times out of five" in said


def test_no_slope_below_five_waves(study, hill):
    assert "at least 5 waves" in trend_text.say_slopes(hill)[0]
    drawn = {kind for kind, _ in marks(trend_chart(study, hill.points, hill.breaks))}
    assert not drawn & {"regression", "loess"}


def test_the_line_is_broken_where_the_mode_changed(study, hill):
    chart = trend_chart(study, hill.points, hill.breaks).to_dict()
    data = dict(chart["datasets"].items())
    (breaks,) = [rows for rows in data.values() if "before" in rows[0]]
    assert (breaks[0]["before"], breaks[0]["after"]) == ("face to face", "phone")
    # Between wave 1 (spring 2019) and wave 2 (autumn 2020), although that has no published share.
    assert "2019-05-20" < breaks[0]["time"] < "2020-10-16"
    (points,) = [rows for rows in data.values() if "line" in rows[0]]
    assert len({row["line"] for row in points}) == 2


def test_every_interval_is_drawn(study, hill):
    (rule,) = [
        layer
        for kind, layer in marks(trend_chart(study, hill.points, hill.breaks))
        if kind == "rule" and "y2" in layer["encoding"]
    ]
    assert (rule["encoding"]["y"]["field"], rule["encoding"]["y2"]["field"]) == ("low", "high")


def test_the_description_holds_every_number_and_break(study, hill):
    alt = trend_text.trend_alt(study, hill)
    for percent, label in zip(hill.points["percent"], hill.points["label"], strict=True):
        assert f"{percent}% in {label}" in alt
    assert "broken between spring 2019 and autumn 2021: the mode of interview changed" in alt


def test_the_caption_names_house_place_time_and_evidence_in_few_words(study, hill):
    caption = trend_text.trend_caption(study, hill)
    evidence = "Evidence: synthetic for spring 2019, {cite:t}`hill-archive`, our estimates; published"
    for part in ("Liechtenstein, Hill Poll, 2019–2023", "one article only", evidence, "{cite:t}`gazette2023`"):
        assert part in caption
    assert len(caption.split()) < 60


def test_how_it_was_measured_names_question_waves_and_what_intervals_rest_on_in_plain_text(study, hill):
    said = "\n".join(trend_text.say_measured(study, hill))
    for part in ("Asked: ", "n = 811, phone", "n assumed 800", "1.6", "inferred", "Pooled: Liechtenstein, 2019 to 2021",
                 "The line is broken between spring 2019 and autumn 2021"):  # fmt: skip
        assert part in said
    assert not set("`{*") & set(said)


def test_numbers_for_prose_go_by_response_and_wave(hill):
    numbers = trend_text.trend_numbers(hill)
    assert numbers["favourable.hill-li-2022-4"] == "44"
    assert numbers["favourable.latest"] == "55"
    assert numbers["favourable.latest.change"] == "+11.0"
    assert numbers["favourable.hill-li-2021-3.tipping"] == "−12.9"


def test_a_change_of_wording_is_in_caption_description_table_and_drawing(checkout):
    path = checkout / "data/waves/hill-li-2023-5.yml"
    path.write_text(path.read_text() + 'wordings: {opinion-ferry: "And what about the ferry?"}\n')
    study = wavebook.open_study(checkout)
    trend = share_trend(study, "hill", "LI", "opinion-ferry", ["favourable"])
    words = "the question was worded otherwise"
    assert words in "".join(trend_text.say_measured(study, trend))
    assert words in trend_text.trend_alt(study, trend)
    assert words in trend_text.say_breaks(trend)[1]
    assert trend_data(trend.points, trend.breaks)["break before"].tolist()[-1] == words
    assert "question reworded" in trend_chart(study, trend.points, trend.breaks).to_json()
