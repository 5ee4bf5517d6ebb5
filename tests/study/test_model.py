import datetime as dt

import pytest

from wavebook.study import Fieldwork, Topline


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
