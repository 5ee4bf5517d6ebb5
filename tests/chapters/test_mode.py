"""What other mixes of respondents would have done to a share."""

import pytest

from chapters import mode

WAVE, ITEM, RESPONSE = "town-2020", "opinion-tram", "favourable"
MIXES = ["age | all young | 18-29 100", "age | half and half | 18-29 50, 60+ 50 | almanac"]


@pytest.fixture
def table(study):
    return mode.levers(study, WAVE, ITEM, RESPONSE, MIXES)


def test_a_mix_is_read_from_a_line():
    assert mode.mix_of(MIXES[1]) == ("age", "half and half", {"18-29": 50, "60+": 50}, "almanac")
    assert mode.mix_of(MIXES[0]).source == ""


def test_each_mix_is_the_mean_of_its_groups(study, table):
    by_age = study.wave(WAVE).shares(ITEM, by="age").where(response=RESPONSE).table.set_index("age")["share"]
    assert table["share"].iloc[1] == pytest.approx(by_age["18-29"])
    assert table["share"].iloc[2] == pytest.approx((by_age["18-29"] + by_age["60+"]) / 2)
    assert table["change"].iloc[0] == 0


def test_the_finding_names_the_largest_lever_and_what_it_cannot_explain(table):
    largest = table.iloc[1:].reindex(table["change"].abs().sort_values(ascending=False).index).dropna().iloc[0]
    said = mode.say_finding(table, -1.0, RESPONSE, ("May 2020", "May 2021"))
    assert f"The largest lever is *{largest['label']}*" in said
    assert "fell by 100.0 points" in said
    assert "explains as much as half" in said
    assert "could explain half of the fall or more" in mode.say_finding(table, -0.001, RESPONSE, ("a", "b"))


def test_sources_of_parts_are_cited(table):
    *_, cited = mode.say_levers(table)
    assert "{cite:t}`almanac`" in cited
