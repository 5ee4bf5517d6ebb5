import datetime as dt

import pytest
from pydantic import ValidationError

from wavebook.study import Codebook, Fieldwork, Item, Topline


@pytest.mark.parametrize(
    ("start", "end", "known_to", "said", "short"),
    [
        ("2023-04-25", "2023-05-23", "day", "25 April – 23 May 2023", "spring 2023"),
        ("2022-11-04", "2022-11-24", "day", "4–24 November 2022", "November 2022"),
        ("2019-12-20", "2020-01-10", "day", "20 December 2019 – 10 January 2020", "winter 2019"),
        ("2022-03-01", "2022-03-31", "month", "March 2022", "March 2022"),
        ("2021-05-01", "2021-09-30", "month", "May 2021 to September 2021", "summer 2021"),
        ("2021-09-01", "2021-11-30", "season", "autumn 2021", "autumn 2021"),
        ("2020-01-01", "2020-06-30", "half", "first half of 2020", "first half of 2020"),
        ("2006-01-01", "2018-12-31", "year", "2006 to 2018", "2006 to 2018"),
    ],
)
def test_time_is_said_no_more_exactly_than_it_is_known(start, end, known_to, said, short):
    fieldwork = Fieldwork(start=dt.date.fromisoformat(start), end=dt.date.fromisoformat(end), known_to=known_to)
    assert str(fieldwork) == said
    assert fieldwork.short == short


@pytest.mark.parametrize(("percent", "step"), [("48", 0.01), ("48.0", 0.001), ("7", 0.01), ("0.75", 0.0001)])
def test_the_printed_digits_give_the_width_of_rounding(percent, step):
    figure = Topline(
        wave="w", item="i", response="r", by="", group="", percent=percent, n="", source="s", locator="",
        certainty="read", note="",
    )  # fmt: skip
    assert figure.step == pytest.approx(step)
    assert figure.share == pytest.approx(float(percent) / 100)


SILENT = ("don't know", "refused")
FOUR = ("very good", "good", "bad", *SILENT)


@pytest.mark.parametrize(
    ("responses", "headline", "quoted", "spoken"),
    [
        (FOUR, {"none": SILENT, "fine": ("very good", "good")}, ("fine", "none"), ("fine",)),
        (FOUR, {}, FOUR, ("very good", "good", "bad")),
        (FOUR, {"none": SILENT}, ("very good", "good", "bad", "none"), ("very good", "good", "bad")),
    ],
)
def test_the_silent_are_quoted_last_and_are_none_of_those_who_spoke(responses, headline, quoted, spoken):
    item = Item(title="Lamp", asks="how the lamp is", responses=responses, headline=headline, silence=SILENT)
    assert (item.quoted, item.spoken) == (quoted, spoken)


def test_where_nobody_is_known_to_be_silent_no_base_without_them_is_known():
    assert Item(title="Lamp", asks="how the lamp is", responses=("good", "bad")).spoken == ()


@pytest.mark.parametrize(
    ("silence", "message"), [(("mute",), "unknown responses: mute"), (FOUR, "nobody would be left")]
)
def test_silence_is_some_of_the_responses(silence, message):
    with pytest.raises(ValidationError, match=message):
        Item(title="Lamp", asks="how the lamp is", responses=FOUR, silence=silence)


def codebook(**groups) -> Codebook:
    items = {"lamp": {"variable": "L"}, "moon": {"variable": "M", "only": ["age"]}}
    return Codebook.model_validate({"design": {}, "items": items, "groups": groups})


def test_a_codebook_says_which_items_are_estimated_by_which_groups():
    made = codebook(age={"variable": "A"}, sex={"variable": "S"}, dog={"variable": "D", "only": ["moon"]})
    assert made.groups_of("lamp") == ("age", "sex")
    assert made.groups_of("moon") == ("age",)


def test_a_table_of_what_is_not_there_is_refused():
    with pytest.raises(ValidationError, match="dog: `only` names what is not there: sun"):
        codebook(age={"variable": "A"}, dog={"variable": "D", "only": ["sun"]})
