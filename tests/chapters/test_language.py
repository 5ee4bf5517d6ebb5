"""The words, the table and the chart of the chapter on the language of interviews."""

import pandas as pd
import pytest

from chapters import language as text
from wavebook.estimates import BRIDGES, at_common_mix, change_at_mix, from_groups, order_at_mix
from wavebook.study import Refused

WAVES = ["town-2020", "town-2021"]


@pytest.fixture(scope="module")
def table(study):
    return at_common_mix(study, WAVES, "opinion-tram", "language", "High", WAVES[0])


def row_of(table, wave, response):
    return table[(table["wave"] == wave) & (table["response"] == response)].iloc[0]


def test_shares_are_brought_to_one_mix(table):
    own = table[table["wave"] == WAVES[0]]
    assert own["low"].tolist() == pytest.approx(own["share"].tolist())
    row = row_of(table, WAVES[1], "like")
    assert row["bridged"] == pytest.approx(0.36 + (0.60 - 0.40) * (0.50 - 0.30))
    assert row["low"] < row["share"] < row["bridged"] < row["high"]
    assert row_of(table, WAVES[1], "dislike")["bridged"] != row_of(table, WAVES[1], "dislike")["bridged"]


def test_a_poll_of_which_no_mix_was_printed_is_refused(study):
    with pytest.raises(Refused, match="no printed share of language, High, in town-2022"):
        at_common_mix(study, [*WAVES, "town-2022"], "opinion-tram", "language", "High", WAVES[0])


def solve(part, common, share, odds):
    """The share at a common part with the gap held in log odds, by trying."""
    best = min((x / 100_000 for x in range(1, 100_000)), key=lambda k: abs(part * up(k, odds) + (1 - part) * k - share))
    return common * up(best, odds) + (1 - common) * best


def up(share, odds):
    return share * odds / (1 - share + share * odds)


def test_the_gap_can_be_held_as_a_ratio_or_in_log_odds(table):
    row = row_of(table, WAVES[1], "like")
    part, common, level, rest = 0.40, 0.60, 0.50, 0.30
    ratio = level / rest
    wanted = 0.36 * (common * ratio + 1 - common) / (part * ratio + 1 - part)
    assert row["bridged_ratio"] == pytest.approx(wanted)
    odds = level / (1 - level) / (rest / (1 - rest))
    assert row["bridged_logit"] == pytest.approx(solve(part, common, 0.36, odds), abs=1e-5)
    own = row_of(table, WAVES[0], "like")
    for name in BRIDGES:
        assert own[name] == pytest.approx(own["share"])


def test_a_change_at_one_mix_is_that_of_the_shares_there(table):
    change = change_at_mix(table, "like", *WAVES)
    before, after = row_of(table, WAVES[0], "like"), row_of(table, WAVES[1], "like")
    assert change["printed"] == pytest.approx(after["share"] - before["share"])
    assert change["bridged"] == pytest.approx(after["bridged"] - before["share"])
    assert change["low"] <= change["bridged_ratio"] <= change["high"]
    assert change["low"] <= change["printed"] <= change["high"]


def shares_of(*rows):
    return pd.DataFrame(rows, columns=["response", "share", "low", "high"])


def test_an_order_is_open_where_bounds_overlap():
    first, second = ("red", 0.30, 0.20, 0.40), ("blue", 0.20, 0.15, 0.25)
    assert order_at_mix(shares_of(second, first)) == [("red", "blue")]
    assert order_at_mix(shares_of(first, ("blue", 0.1, 0.05, 0.19))) == []


def test_shares_by_group_are_added_up_and_held_against_the_printed_ones(study):
    rows = from_groups(study, WAVES[0], "opinion-tram", "language", "High").set_index("response")
    like = rows.loc["like"]
    assert like["added"] == pytest.approx(0.6 * 0.50 + 0.4 * 0.30)
    assert like["low"] < like["added"] < like["high"]
    assert like["agrees"] == (like["low"] - 0.005 <= like["share"] <= like["high"] + 0.005)
    assert from_groups(study, WAVES[1], "opinion-tram", "language", "High").empty


MADE_UP = {"label": "May", "item": "i", "source": "s", "evidence": "published", "certainty": "read", "common_wave": "a",
           "common_label": "May 2020", "common": 0.6}  # fmt: skip


def made_up(*rows):
    """A table as `at_common_mix` gives it, of two waves; each row: wave, response, part, share, low, high, bridged."""
    names = ("wave", "response", "part", "share", "low", "high", "bridged")
    frame = pd.DataFrame([MADE_UP | dict(zip(names, row, strict=True)) for row in rows])
    labels = {"a": "May 2020", "b": "May 2021"}
    return frame.assign(
        label=frame["wave"].map(labels), percent=(100 * frame["share"]).map("{:.0f}".format), gap=0.2,
        bridged_ratio=frame["bridged"], bridged_logit=frame["bridged"],
    )  # fmt: skip


def test_words_on_what_the_mix_explains_are_chosen_by_the_data():
    steady = made_up(("a", "red", 0.60, 0.40, 0.40, 0.40, 0.40), ("b", "red", 0.58, 0.10, 0.09, 0.11, 0.10))
    said = " ".join(text.say_finding(steady, ["red"], "High"))
    assert "the mix of languages hardly moved" in said
    assert "It cannot explain what changed." in said
    moved = made_up(("a", "red", 0.60, 0.40, 0.40, 0.40, 0.40), ("b", "red", 0.20, 0.38, 0.10, 0.60, 0.45))
    said = " ".join(text.say_finding(moved, ["red"], "High"))
    assert "the mix of languages moved**, from 60% interviewed in High to 20%" in said
    assert "changed by −2.0 points as printed" in said
    assert "that would be +5.0 points if the languages were still as far apart" in said
    assert "anything from −30.0 to +20.0 if nothing is assumed" in said
    assert "Whether the answers changed or stayed is therefore not sure." in said


@pytest.mark.parametrize(
    ("red", "words"),
    [
        ((0.30, 0.15, 0.45, 0.22), "turns in all of these three"),
        ((0.30, 0.15, 0.45, 0.28), "turns in none of these three"),
    ],
)
def test_the_order_of_two_sides_is_held_against_the_mix(red, words):
    rows = [("a", "red", 0.6, 0.3, 0.3, 0.3, 0.3), ("a", "blue", 0.6, 0.2, 0.2, 0.2, 0.2)]
    table = made_up(*rows, ("b", "red", 0.2, *red), ("b", "blue", 0.2, 0.20, 0.05, 0.40, 0.25))
    said = text.say_finding(table, ["blue", "red"], "High")[-1]
    assert words in said
    assert said.startswith("**Which of “red” and “blue” led in May 2021 is not sure.**")
    apart = made_up(*rows, ("b", "red", 0.2, 0.30, 0.28, 0.45, 0.3), ("b", "blue", 0.2, 0.20, 0.05, 0.27, 0.2))
    said = text.say_finding(apart, ["blue", "red"], "High")[-1]
    assert said.startswith("**Which of “red” and “blue” led in May 2021 is sure as far as the mix goes.**")


def test_what_no_shares_by_language_could_give_is_said():
    a = made_up(("a", "red", 0.60, 0.13, 0.07, 0.31, 0.04), ("b", "red", 0.20, 0.12, 0.12, 0.12, 0.12))
    own = a.assign(common_wave="b", common=0.20)
    other = a.assign(low=a["share"], high=a["share"], bridged=a["share"])
    said = " ".join(text.say_finding(pd.concat([other, own]), ["red"], "High"))
    assert "4.0% is not possible" in said


def test_numbers_for_other_pages_go_by_response_wave_and_mix(table):
    numbers = text.mix_numbers(table)
    name = f"like.{WAVES[1]}.at.{WAVES[0]}"
    assert numbers[name] == "40.0"
    assert numbers[f"{name}.change.printed"] == text.points(change_at_mix(table, "like", *WAVES)["printed"])
    assert {f"{name}{end}" for end in (".low", ".high", ".ratio", ".logit", ".change.ratio")} <= set(numbers)
    assert f"dislike.{WAVES[1]}.at.{WAVES[0]}.low" in numbers
    assert f"dislike.{WAVES[1]}.at.{WAVES[0]}" not in numbers


def test_what_the_shares_can_have_been_is_said_of_polls_whose_mix_differs(table):
    like, dislike = text.say_answers(table, "High")
    assert "**like, May 2021:** printed 36%; with as many interviews in High as in May 2020" in like
    assert "40.0% (gap held in points)" in like
    assert "No shares by language were printed" in dislike
    assert text.say_mix(table, "High").startswith("Interviewed in High were 60% in May 2020 and 40% in May 2021.")


def test_the_computation_is_laid_open(table):
    shown = text.mix_table(table, "High").set_index(["Answer", "Poll"]).loc[("like", "May 2021")]
    assert shown["In High"] == "40.0"
    assert shown["At the mix of"] == "May 2020 (60.0)"
    assert shown["Gap between languages"] == "+20.0"
    assert shown["Gap held in points"] == "40.0"


def test_chart_caption_and_description_hold_every_answer(study, table):
    chart = text.mix_chart(table).to_dict()
    assert [part["title"]["text"] for part in chart["vconcat"]] == [
        "like, at the mix of May 2020, per cent",
        "dislike, at the mix of May 2020, per cent",
    ]
    assert list(text.mix_data(table, "High")["interviewed in High"].unique()) == ["60.0", "40.0"]
    assert "{cite:t}`poll` and {cite:t}`paper`" in text.mix_caption(study, table)
    assert "like, May 2021: 36% printed" in text.mix_alt(table)
