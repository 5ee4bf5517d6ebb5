"""The words, the table and the chart of the chapter on the language of interviews."""

import pytest

from chapters import language as text
from wavebook.estimates import at_common_mix
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


def test_what_the_shares_can_have_been_is_said_of_polls_whose_mix_differs(table):
    like, dislike = text.say_answers(table, "High", "May 2020")
    assert "**like, May 2021:** printed 36%; with as many interviews in High as in May 2020" in like
    assert "by 20 points, it is 40%." in like
    assert "No shares by language were printed" in dislike
    assert text.say_mix(table, "High").startswith("Interviewed in High were 60% in May 2020 and 40% in May 2021.")


def test_the_computation_is_laid_open(table):
    shown = text.mix_table(table, "High", "May 2020").set_index(["Answer", "Poll"]).loc[("like", "May 2021")]
    assert shown["In High"] == "40.0"
    assert shown["In High, May 2020"] == "60.0"
    assert shown["Gap between languages"] == "+20.0"
    assert shown["With the gap"] == "40.0"


def test_chart_caption_and_description_hold_every_answer(study, table):
    chart = text.mix_chart(table).to_dict()
    assert [part["title"]["text"] for part in chart["vconcat"]] == ["like, per cent", "dislike, per cent"]
    assert list(text.mix_data(table, "High")["interviewed in High"].unique()) == ["60.0", "40.0"]
    assert "{cite:t}`poll` and {cite:t}`paper`" in text.mix_caption(study, table, "May 2020")
    assert "like, May 2021: 36% printed" in text.mix_alt(table)
