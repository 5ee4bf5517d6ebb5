import pytest

from made_up_study import ITEMS, make_study, topline
from wavebook.study import Study
from wavebook.text.silence import say_silence, say_silences

SILENT = ITEMS.replace("headline: {there: [bright, dim]}", "headline: {up: [bright], down: [dim]}, silence: [gone]")


def study(tmp_path, *printed):
    lines = [topline("lamp-li-2021", answer, percent) for answer, percent in printed]
    return Study(make_study(tmp_path, lines, {"data/items.yml": SILENT}))


def test_of_one_printed_share_only_bounds_of_the_others_are_told(tmp_path):
    (said,) = say_silence(study(tmp_path, ("up", "48")), "lamp-li-2021", "moon")
    assert "Only “up” (48%) was printed" in said
    assert "“down” lies between 0 and 52%" in said
    assert "of those with an opinion, anywhere from 48% up to all" in said


def test_where_both_are_printed_the_silent_are_the_rest(tmp_path):
    (said,) = say_silence(study(tmp_path, ("up", "87"), ("down", "8")), "lamp-li-2021", "moon")
    assert "the other 5% gave none of these answers" in said
    assert "“up” about 91.6%" in said


@pytest.mark.parametrize("printed", [(), (("up", ">50"),)])
def test_of_nothing_and_of_bounds_nothing_is_said(tmp_path, printed):
    assert say_silence(study(tmp_path, *printed), "lamp-li-2021", "moon") == []


def test_several_waves_are_named_by_their_time(tmp_path):
    made = study(tmp_path, ("up", "48"))
    (said,) = say_silences(made, ["lamp-li-2020", "lamp-li-2021"], "moon")
    assert said.startswith("**May 2021:** Only")
