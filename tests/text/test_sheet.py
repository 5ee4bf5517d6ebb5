import pytest

from wavebook.study import ITEM_WORDS
from wavebook.text import lists, sheet
from wavebook.text import wave as wave_text


def _rows(study, wave):
    return [row for row in sheet.sheet_table(study, wave).split("\n") if row.startswith("| ")][2:]


def test_the_sheet_says_of_every_item_whether_it_is_stated_and_where(study):
    rows = [row.strip("| ").split(" | ") for row in _rows(study, "vale-li-2023-05")]
    found = {row[0]: row for row in rows}
    assert list(found) == list(ITEM_WORDS.values())
    assert found["Respondents"][1:] == ["stated", "900", "{cite:t}`gazette2023`"]
    looked = "looked for in {cite:t}`vale-2023-05` and {cite:t}`gazette2023`"
    assert (found["Sponsor"][1], found["Sponsor"][-1]) == ("not disclosed", looked)
    assert found["Quality control"][1] == "not looked for"
    assert "could not be opened: the report of the field house ({cite:t}`vale-2022-11`)" in found["Quality control"][-1]


def test_the_score_counts_what_is_stated_and_names_what_is_not(study):
    assert sheet.score(study.described("vale-li-2023-05")) == "6 of 15"
    said = sheet.say_score(study, "vale-li-2023-05")
    assert "six are stated. Looked for and not found: sponsor, weighting and response rate. Not looked for:" in said
    assert ", none is stated." in sheet.say_score(study, "brook-median-2021")


def test_a_season_is_told_and_counts_as_no_date(study):
    dates = next(row for row in _rows(study, "hill-li-2021-3") if row.startswith("| Dates"))
    assert dates == "| Dates | not looked for | no dates; autumn 2021 (from one article) |  |"


def test_counts_by_house_and_by_item_leave_out_what_pools_several_waves(study):
    single = [wave for wave in study.waves.values() if not wave.pooled]
    assert sheet.by_house(study)["Waves"].sum() == len(single)
    by_item = sheet.by_item(study)
    assert (by_item[["Stated", "Not disclosed", "Not looked for"]].sum(axis=1) == len(single)).all()
    assert sheet.sheet_numbers(study)["sheet.response_rate"] == "0"
    assert len(sheet.matrix(study)) == len(study.waves)


def test_what_could_not_be_opened_is_told_as_a_fact_about_the_book(study):
    said = sheet.say_disclosure(study)[-1]
    assert "of these, 2 may stand in something that could not be opened here" in said


@pytest.mark.parametrize(
    ("margin", "n", "said"),
    [
        (3.25, 1500, "implies a design effect of 1.65"),
        (3, 1100, "is, as far as it was rounded, that of a simple random sample of 1,100 (2.95)"),
        (2.53, 1500, "that of a simple random sample of 1,500 (2.53)"),
        (0.97, 1741, "is impossible: a simple random sample of 1,741 can do no better than 2.3"),
    ],
)
def test_a_printed_margin_is_held_against_that_of_a_simple_random_sample(margin, n, said):
    assert said in wave_text.judge_margin(margin, n)


def test_how_sure_tells_where_shares_were_read_and_who_was_interviewed(study):
    from wavebook.estimates import printed_shares

    said = wave_text.say_sure(study, "vale-li-2023-05", printed_shares(study, "vale-li-2023-05"))
    assert said[0] == "Of the 11 shares, ten were read in the source named and one was read in one article only."
    assert "Language of the interview: Hillish 58.7% and Valish 41.3%." in said


def test_waves_with_a_page_are_linked_and_the_shares_of_others_are_told_with_their_source(study):
    table = lists.waves_table(study, "brook", {"brook-sm-2021": "wave-brook-sm-2021"})
    assert "[San Marino](wave-brook-sm-2021.ipynb)" in table
    assert "| 2, on its page |" in table
    assert "Town council: approve 31% and disapprove 57% {cite:p}`brook-courier`" in table
    lines = lists.waves_tables(study).split("\n")
    assert sum(line.startswith("**") for line in lines) == len({wave.series for wave in study.waves.values()})


def test_every_wave_stands_in_the_list_with_its_score(study):
    table = lists.all_waves(study).set_index("Wave")
    assert set(table.index) == set(study.waves)
    assert table.loc["vale-li-2023-05", "Disclosed"] == "6 of 15"


def test_the_lists_count_what_is_held_for_prose(study):
    numbers = lists.list_numbers(study, {"vale-li-2023-05": "wave-vale-li-2023-05"})
    assert (numbers["lists.pages"], numbers["lists.margins"], numbers["lists.plain"]) == ("1", "1", "0")
    assert int(numbers["lists.waves"]) + int(numbers["lists.pooled"]) == len(study.waves)
