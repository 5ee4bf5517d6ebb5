import pytest

import wavebook
from wavebook.estimates import share_trend
from wavebook.text.trend import say_slopes


@pytest.fixture(scope="module")
def hill(study):
    return share_trend(study, "hill", "LI", "opinion-ferry", ["favourable"])


def test_a_change_comes_with_what_its_interval_rests_on(hill):
    change = hill.changes.set_index("end_wave").loc["hill-li-2023-5"]
    assert change["deff"] == 1.6
    assert change["deff_status"] == "assumed"
    assert round(100 * change["estimate"], 1) == 11.0
    assert round(50 * (change["upper"] - change["lower"]), 1) == 6.2


def test_nothing_is_compared_outright_across_the_change_of_mode(hill):
    assert list(hill.changes["start_percent"]) == ["62", "44"]
    assert list(hill.breaks["start_percent"]) == ["80.7"]
    assert list(hill.breaks[["start_mode", "end_mode"]].iloc[0]) == ["face-to-face", "phone"]
    assert hill.longest_segment == 3


def test_a_mode_that_is_not_stated_is_a_break(study):
    bell = share_trend(study, "vale", "LI", "bell-side")
    assert set(bell.breaks["start"]) == {"March 2022"}
    assert set(bell.changes["start"]) == {"November 2022"}
    council = share_trend(study, "brook", "LI", "council")
    assert council.changes.empty
    assert len(council.breaks) == 2


def test_changes_of_one_page_are_adjusted_together(study):
    changes = share_trend(study, "vale", "LI", "bell-side").changes
    assert len(changes) == 3
    assert (changes["p_adjusted"] >= changes["p"]).all()


def test_half_widths_grow_with_the_design_effect(hill):
    assert (hill.changes["half_1.3"] < hill.changes["half_1.5"]).all()
    assert (hill.changes["half_1.5"] < hill.changes["half_2.0"]).all()


def test_a_fifth_wave_of_one_mode_gives_a_slope(checkout):
    wave = (
        (checkout / "data/waves/hill-li-2021-3.yml").read_text().replace("2021-09", "2022-04").replace("2021-", "2022-")
    )
    (checkout / "data/waves/hill-li-2022-9.yml").write_text(wave.replace("2022-11-30", "2022-05-30"))
    path = checkout / "data/published/hill.csv"
    with path.open("a", encoding="utf-8") as file:
        for wave, percent in (("hill-li-2020-2", 68), ("hill-li-2022-9", 52)):
            file.write(f"{wave},opinion-ferry,favourable,,,{percent},,gazette2023,,article,made up for this test\n")
    trend = share_trend(wavebook.open_study(checkout), "hill", "LI", "opinion-ferry", ["favourable"])
    (slope,) = trend.slopes.itertuples()
    assert (slope.waves, slope.mode) == (5, "phone")
    assert slope.lower < slope.slope < 0 < slope.tau
    assert "points a year" in say_slopes(trend)[0]


def test_a_change_of_wording_breaks_the_line_by_itself(checkout):
    path = checkout / "data/waves/hill-li-2023-5.yml"
    path.write_text(path.read_text() + 'wordings: {opinion-ferry: "And what about the ferry?"}\n')
    trend = share_trend(wavebook.open_study(checkout), "hill", "LI", "opinion-ferry", ["favourable"])
    assert list(trend.changes["end_percent"]) == ["44"]
    assert list(trend.breaks["end_percent"]) == ["62", "55"]
    assert trend.points["segment"].tolist() == [0, 1, 1, 2]
