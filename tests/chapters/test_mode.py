"""The words, the tables and the chart of the chapter on what a change of mode can have done."""

from html import unescape

import numpy as np
import pytest

from chapters import mode as text
from wavebook.figures.words import points
from wavebook.study import Refused

WAVE, LATER = "town-2020", ["town-2021", "town-2022"]
ITEM, ANSWER = "opinion-tram", "like"
MIXES = ["the census | paper | 18-29 50, 30-59 30, 60+ 20", "an old list | | 18-29 20, 30-59 30, 60+ 50"]


@pytest.fixture(scope="module")
def mixes():
    return text.read_mixes(MIXES)


@pytest.fixture(scope="module")
def languages():
    return text.Mix("Town Poll, May 2021", "poll", {"High": 0.4, "Low": 0.6})


@pytest.fixture(scope="module")
def by_language(study):
    return study.wave(WAVE).shares(ITEM, by="language").where(response=ANSWER)


@pytest.fixture(scope="module")
def table(study, mixes, languages):
    return text.levers(study, WAVE, LATER, (ITEM, ANSWER), ("street", "upper"), ("age", mixes), ("language", languages))


def row_of(table, kind, at=0):
    return table[table["kind"] == kind].iloc[at]


def with_shares(table, **shares):
    """The same table with other shares as found, of phone owners (`coverage`), and so on."""
    changed = table.assign(share=[shares.get(row.kind.replace(" ", "_"), row.share) for row in table.itertuples()])
    return text._with_shifts(changed.assign(percent=(100 * changed["share"]).map("{:.1f}".format)))


def test_mixes_are_read_as_they_are_written(mixes):
    assert mixes[0] == ("the census", "paper", {"18-29": 50.0, "30-59": 30.0, "60+": 20.0})
    assert mixes[1].source == ""


def test_the_languages_are_those_printed_of_the_other_poll(study, languages, monkeypatch):
    with pytest.raises(Refused, match="parts of language in town-2021 do not add up to everybody"):
        text.language_mix(study, "town-2021", "language")
    monkeypatch.setattr(text, "part_of", lambda study, wave, group, level: languages.parts[level])
    assert text.language_mix(study, "town-2021", "language") == languages


def test_each_lever_is_the_share_with_other_people_in_the_sample(table, people):
    likes = people["opinion-tram"] == ANSWER
    assert row_of(table, text.FOUND)["share"] == pytest.approx(likes.mean())
    assert row_of(table, text.COVERAGE)["share"] == pytest.approx(likes[people["street"] == "upper"].mean())
    by_age = likes.groupby(people["age"]).mean()
    wanted = 0.5 * by_age["18-29"] + 0.3 * by_age["30-59"] + 0.2 * by_age["60+"]
    assert row_of(table, text.MAKE_UP)["share"] == pytest.approx(wanted)
    assert row_of(table, text.MAKE_UP)["shift"] == pytest.approx(wanted - likes.mean())


def test_what_is_left_has_the_chance_of_both_polls_in_it(table):
    row, then = row_of(table, text.LANGUAGE), row_of(table, text.LATER)
    assert row["left"] == pytest.approx(0.36 - row["share"])
    half = 1.96 * np.hypot(row["se"], then["se"])
    assert row["left_upper"] - row["left"] == pytest.approx(half, rel=1e-4)
    assert table.loc[table["kind"] == text.LATER, "left"].isna().all()


def test_a_share_that_was_not_printed_later_is_refused(study, mixes, languages):
    with pytest.raises(Refused, match="no printed share of opinion-tram, love, in town-2021"):
        text.levers(study, WAVE, LATER, (ITEM, "love"), ("street", "upper"), ("age", mixes), ("language", languages))


FELL = {"as_found": 0.9, "coverage": 0.9, "make-up": 0.9}


def test_the_words_of_the_finding_are_chosen_by_the_data(study, table, by_language):
    said = " ".join(text.say_finding(study, with_shares(table, **FELL, language=0.85), by_language, "language"))
    assert "went from 90.0% to 36.0%, which is **−54.0 points**" in said
    assert "explain hardly anything of that fall" in said
    assert "is the one large lever" in said
    assert "would still leave most of the fall" in said
    much = with_shares(table, **{**FELL, "coverage": 0.6, "language": 0.5})
    said = " ".join(text.say_finding(study, much, by_language, "language"))
    assert "can explain up to 56% of that fall" in said
    assert "would still leave most" not in said
    none = " ".join(text.say_finding(study, with_shares(table, **FELL, language=0.91), by_language, "language"))
    assert "Nor is the language of the interview a large lever here" in none


def test_a_lever_that_goes_the_other_way_explains_nothing(table):
    parts = text.explained(with_shares(table, **{**FELL, "coverage": 0.92, "language": 0.85}))
    assert parts[text.COVERAGE] < 0 < parts[text.LANGUAGE]


def test_a_rise_is_called_one(study, table, by_language):
    said = " ".join(text.say_finding(study, with_shares(table, as_found=0.1), by_language, "language"))
    assert "that rise" in said
    assert "fall" not in said


def test_where_the_parts_come_from_is_said_or_that_it_is_not_known(study, table, by_language, mixes, languages):
    said = text.say_sure(study, table, by_language, "language", mixes, languages)
    assert unescape(said[0]) == "**The census:** 50.0% 18-29, 30.0% 30-59 and 20.0% 60+, as reported {cite:p}`paper`."
    assert said[1].endswith("whose publication was not kept.")
    assert "In which languages the waves of May 2022 were held was not printed" in said[2]
    fell = row_of(table, text.FOUND)["left"] < 0
    extreme = by_language.table["share"].agg("min" if fell else "max")
    assert f"({100 * extreme:.1f}%, 95% interval" in said[3]
    assert "known from one article only" in said[4]


def test_the_chart_and_its_words_hold_every_share(study, table, mixes, languages):
    chart = text.mode_chart(table).to_dict()
    (rows,) = chart["datasets"].values()
    assert [row["later"] for row in rows] == [False] * 5 + [True] * 2
    alt = text.mode_alt(table)
    assert [row["percent"] for row in rows if f"{row['percent']}%" not in alt] == []
    assert len(text.mode_caption(study, table).split()) < 60
    assert "Languages of Town Poll, May 2021: 40.0% High and 60.0% Low." in text.say_measured(mixes, languages)
    assert text.mode_table(table)["From the share as found"].iloc[0] == points(0.0)
    assert not text.mode_data(table).duplicated(["wave", "share"]).any()


def test_numbers_for_other_pages_go_by_the_kind_of_lever(table):
    numbers = text.mode_numbers(table)
    assert numbers["coverage"] == row_of(table, text.COVERAGE)["percent"]
    assert numbers["language.left"] == points(row_of(table, text.LANGUAGE)["left"])
