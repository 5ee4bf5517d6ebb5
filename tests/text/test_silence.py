"""What the printed and the estimated shares of a question leave open of those who gave no opinion."""

import pytest

import made_up_wave
from helpers import copy_checkout
from made_up_wave import WAVE
from wavebook import open_study
from wavebook.estimates import of_those_who_answered
from wavebook.study import Item, Topline
from wavebook.text.silence import printed_base, say_silence, say_silences

LAMP = Item(
    title="Lamp",
    asks="how the lamp is",
    responses=("bright", "glaring", "dim", "mute"),
    headline={"light": ("bright", "glaring"), "dark": ("dim",)},
    silence=("mute",),
)
SAID = (
    "“light” (40%) was printed: all others, 59.5 to 60.5%, may have given another answer, or none. If nothing is assumed of "
    "them, “dark” lies between 0 and 60.5%, and “light”, of those with an opinion, between 39.5 and 100%."
)


def printed(**shares):
    return [
        Topline(
            wave="w",
            item="lamp",
            response=name,
            by="",
            group="",
            percent=percent,
            n="",
            source="s",
            locator="",
            certainty="read",
            note="",
        )
        for name, percent in shares.items()
    ]


def test_of_one_printed_share_all_others_may_be_dislike_or_silence():
    base = printed_base(LAMP, printed(light="40"))
    assert base.missing == ("dark",)
    assert base.rest == pytest.approx((0.595, 0.605))
    assert base.others["dark"] == pytest.approx((0, 0.605))
    assert base.answered["light"] == pytest.approx((0.395, 1))


def test_bounds_hold_every_truth_that_rounds_to_what_was_printed():
    both, alone = (printed_base(LAMP, printed(**told)) for told in ({"light": "40", "dark": "35"}, {"light": "40"}))
    for light in (0.396, 0.4, 0.404):
        for dark in (0.346, 0.35, 0.354):
            low, high = both.answered["light"]
            assert low <= light / (light + dark) <= high
            assert both.rest[0] <= 1 - light - dark <= both.rest[1]
        for dark in (0, 0.2, 1 - light):
            low, high = alone.answered["light"]
            assert low <= light / (light + dark) <= high


def test_parts_stand_for_the_whole_and_a_printed_bound_stays_one():
    parts = printed_base(LAMP, printed(bright="30", glaring="10", dark="35"))
    assert parts.printed["light"] == pytest.approx((0.39, 0.41))
    assert not parts.missing
    bound = printed_base(LAMP, printed(light=">50"))
    assert bound.printed["light"] == pytest.approx((0.5, 1))
    assert bound.rest == pytest.approx((0, 0.5))


@pytest.fixture
def lamps(tmp_path):
    """A study of three waves: one share, both, and shares that leave nobody."""
    wave = (
        "series: s\ncountry: LI\nfieldwork: {{start: {0}-05-01, end: {0}-05-31, known_to: month}}\nmode: phone\nn: 900\n"
        "population: adults\nsampling: lots\nsource: poll\nproblems: []\n"
    )
    head = "wave,item,response,by,group,percent,n,source,locator,certainty,note\n"
    rows = [
        "a,lamp,light,,,40,,poll,,read,", "b,lamp,light,,,30,,poll,,read,", "c,lamp,light,,,40,,poll,,read,",
        "c,lamp,dark,,,35,,poll,,read,", "d,lamp,light,,,55,,poll,,read,", "d,lamp,dark,,,45,,poll,,read,",
        "a,tongue,high,,,70,,poll,,read,",
    ]  # fmt: skip
    files = {
        "_config.yml": "title: Lamps\n",
        "book/references.bib": "@misc{poll,\n  title = {Poll},\n  year = {2020}\n}\n",
        "data/series.yml": "s:\n  name: S\n  house: S\n  about: A poll.\n",
        "data/items.yml": (
            "items:\n"
            "  lamp: {title: Lamp, asks: how the lamp is, responses: [bright, glaring, dim, mute], silence: [mute],\n"
            "    headline: {light: [bright, glaring], dark: [dim]}}\n"
            "  tongue: {title: Tongue, asks: in which, responses: [high, low], recorded: true}\ngroups: {}\n"
        ),
        "data/published/poll.csv": head + "\n".join(rows) + "\n",
        **{f"data/waves/{name}.yml": wave.format(2020 + at) for at, name in enumerate("abcd")},
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return open_study(tmp_path)


def test_what_is_said_follows_what_was_printed(lamps):
    assert say_silence(lamps, "a", "lamp") == [f"Only {SAID}"]
    (both,) = say_silence(lamps, "c", "lamp")
    assert "24 to 26% gave none of these answers, rounding included" in both
    assert "Of those who gave one: “light” 52.7 to 54.0% and “dark” 46.0 to 47.3%." in both
    (nobody,) = say_silence(lamps, "d", "lamp")
    assert nobody.endswith("those who gave no answer are not in the base.")
    assert say_silence(lamps, "a", "tongue") == []
    assert say_silence(lamps, "b", "tongue") == []


def test_two_single_shares_make_no_fall_of_one_kind(lamps):
    *waves, last = say_silences(lamps, ["a", "b"], "lamp")
    assert waves[0] == f"**May 2020:** Only {SAID}"
    assert "its fall can be a growing silence as well as a growing number of other answers" in last
    assert not any("a growing silence" in said for said in say_silences(lamps, ["a", "c"], "lamp"))
    assert say_silences(lamps, ["b"], "tongue") == []


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
    assert said.startswith(f"{100 * (1 - whole):.1f}% gave no opinion: ")
    assert (
        f"{100 * everyone['favourable']:.1f}% of all, {100 * of_them['favourable']:.1f}% of those with an opin" in said
    )


def test_nothing_is_said_of_an_item_of_which_it_is_not_known_who_was_silent(asked):
    assert of_those_who_answered(asked, WAVE, "opinion-tram") is None
    assert say_silence(asked, WAVE, "opinion-tram") == []
