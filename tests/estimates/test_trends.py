import pytest

import wavebook
from wavebook.estimates import share_trend
from wavebook.text.trend import say_slopes


@pytest.fixture(scope="module")
def cab(study):
    return share_trend(study, "cab", "KZ", "opinion-russia", ["favourable"])


def test_forty_eight_to_fifty_eight(cab):
    change = cab.changes.set_index("end_wave").loc["cab-kz-2023-13"]
    assert change["deff"] == 1.65
    assert change["deff_status"] == "assumed"
    assert round(100 * change["estimate"], 1) == 10.0
    assert round(50 * (change["upper"] - change["lower"]), 1) == 4.6


def test_nothing_is_compared_outright_across_the_change_of_mode(cab):
    assert list(cab.changes["start_percent"]) == ["65", "48"]
    assert list(cab.breaks["start_percent"]) == ["91.9"]
    assert list(cab.breaks[["start_mode", "end_mode"]].iloc[0]) == ["face-to-face", "phone"]
    assert cab.longest_segment == 3


def test_a_mode_that_is_not_stated_is_a_break(study):
    war = share_trend(study, "demoscope", "KZ", "war-side")
    assert set(war.breaks["start"]) == {"March 2022"}
    assert set(war.changes["start"]) == {"November 2022"}
    leadership = share_trend(study, "gallup", "KZ", "leadership-russia")
    assert leadership.changes.empty
    assert len(leadership.breaks) == 2


def test_changes_of_one_page_are_adjusted_together(study):
    changes = share_trend(study, "demoscope", "KZ", "war-side").changes
    assert len(changes) == 3
    assert (changes["p_adjusted"] >= changes["p"]).all()


def test_half_widths_grow_with_the_design_effect(cab):
    assert (cab.changes["half_1.3"] < cab.changes["half_1.5"]).all()
    assert (cab.changes["half_1.5"] < cab.changes["half_2.0"]).all()


def test_a_fifth_wave_of_one_mode_gives_a_slope(checkout):
    path = checkout / "data/published/cab.csv"
    with path.open("a", encoding="utf-8") as file:
        for wave, percent in (("cab-kz-2021-9", 68), ("cab-kz-2022-11", 55)):
            file.write(f"{wave},opinion-russia,favourable,,,{percent},,rerussia2023,,article,made up for this test\n")
    trend = share_trend(wavebook.open_study(checkout), "cab", "KZ", "opinion-russia", ["favourable"])
    (slope,) = trend.slopes.itertuples()
    assert (slope.waves, slope.mode) == (5, "phone")
    assert slope.lower < slope.slope < 0 < slope.tau
    assert "points a year" in say_slopes(trend)[0]


def test_a_change_of_wording_breaks_the_line_by_itself(checkout):
    path = checkout / "data/waves/cab-kz-2023-13.yml"
    path.write_text(path.read_text() + 'wordings: {opinion-russia: "And what about Russia?"}\n')
    trend = share_trend(wavebook.open_study(checkout), "cab", "KZ", "opinion-russia", ["favourable"])
    assert list(trend.changes["end_percent"]) == ["48"]
    assert list(trend.breaks["end_percent"]) == ["65", "58"]
    assert trend.points["segment"].tolist() == [0, 1, 1, 2]
