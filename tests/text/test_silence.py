import pytest

import made_up_wave
from helpers import copy_checkout
from made_up_study import ITEMS, make_study, topline
from made_up_wave import WAVE
from wavebook import open_study
from wavebook.estimates import of_those_who_answered
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


def test_of_who_was_interviewed_nothing_is_said(tmp_path):
    recorded = SILENT.replace("asks:", "recorded: true, asks:", 1)
    lines = [topline("lamp-li-2021", "up", "48")]
    made = Study(make_study(tmp_path, lines, {"data/items.yml": recorded}))
    assert made.item("moon").recorded
    assert say_silence(made, "lamp-li-2021", "moon") == []


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    """The made-up book with respondents of one more wave, of whom it is known who gave no opinion of one ferry."""
    root = copy_checkout(tmp_path_factory.mktemp("asked"))
    made_up_wave.make(root, 900)
    items, told = root / "data/items.yml", "    headline: &headline"
    items.write_text(items.read_text().replace(told, f"    silence: [don't know, refused]\n{told}", 1))
    return open_study(root)


def test_shares_of_those_who_answered_are_those_of_the_others_divided_by_their_sum(asked):
    everyone = asked.wave(WAVE).shares("opinion-ferry").table.set_index("response")["share"]
    of_them = of_those_who_answered(asked, WAVE, "opinion-ferry").table.set_index("response")["share"]
    whole = everyone["favourable"] + everyone["unfavourable"]
    assert list(of_them.index) == ["favourable", "unfavourable"]
    assert of_them["favourable"] == pytest.approx(everyone["favourable"] / whole)
    assert of_them.sum() == pytest.approx(1)
    (said,) = say_silence(asked, WAVE, "opinion-ferry")
    assert said.startswith(f"{100 * (1 - whole):.1f}% gave no opinion. ")
    assert f"{100 * everyone['favourable']:.1f}% of all and {100 * of_them['favourable']:.1f}% of those" in said


def test_nothing_is_said_of_an_item_of_which_it_is_not_known_who_was_silent(asked):
    assert of_those_who_answered(asked, WAVE, "opinion-tram") is None
    assert say_silence(asked, WAVE, "opinion-tram") == []
