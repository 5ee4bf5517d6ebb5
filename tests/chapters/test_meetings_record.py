"""The record of meetings: what it holds, and how a faulty one is refused."""

import datetime as dt

import pytest

from chapters.meetings.article import PRINTED, TOLD, overtaking, places_told, since_printed, until_printed
from chapters.meetings.record import MEETINGS, STATES, Meeting, read_meetings, second_rounds
from wavebook.study import Refused

GOOD = {
    "date": "2024-01-05",
    "end": "",
    "partner": "Japan",
    "form": "first",
    "place": "Tokyo",
    "participants": "five presidents",
    "absent": "",
    "source": "report",
    "certainty": "read",
    "note": "",
}


def find(meetings, partner, year):
    (found,) = [m for m in meetings if m.partner == partner and m.date.year == year]
    return found


def append(with_record, *rows):
    path = with_record / MEETINGS
    text = path.read_text(encoding="utf-8") + "".join(f"{row}\n" for row in rows)
    path.write_text(text, encoding="utf-8")
    return text.count("\n")


def test_the_record_is_read_in_order_of_time(meetings):
    assert len(meetings) == 14
    assert [m.date for m in meetings] == sorted(m.date for m in meetings)


def test_who_came_is_said_no_more_exactly_than_the_record_does(meetings):
    parts = {(m.partner, m.date.year): [m.part(state) for state in STATES] for m in meetings}
    whole, states, lower = "president", "took part, rank not recorded", "not its president, or as a guest"
    assert parts["Russia", 2022] == [whole] * 5
    assert parts["European Union", 2022] == ["not recorded"] * 5
    assert parts["European Union", 2023] == [whole, whole, whole, lower, whole]
    assert parts["Organization of Turkic States (Turkey)", 2022] == [states, states, "absent", lower, states]
    assert parts["among themselves", 2022] == [states, states, "not recorded", "not recorded", states]


def test_a_meeting_says_its_days_and_its_side(meetings):
    assert find(meetings, "China", 2023).when == "18–19 May 2023"
    assert find(meetings, "India", 2022).when == "27 January 2022"
    turkic = find(meetings, "Organization of Turkic States (Turkey)", 2022)
    assert turkic.side == "Kazakhstan, Kyrgyzstan and Uzbekistan; Turkmenistan as observer; Tajikistan absent"


def test_the_articles_list_is_found_in_the_record(meetings):
    places = places_told(meetings)
    assert [m.partner for m in places] == [partner for partner, _ in TOLD]
    assert find(meetings, "China", 2023) in places
    assert find(meetings, "China", 2022) not in places
    with pytest.raises(Refused, match="0 meetings fit what the article tells of Germany"):
        places_told([m for m in meetings if m.partner != "Germany"])


def test_the_article_tells_of_nothing_that_came_after_it(meetings):
    assert [m.partner for m in since_printed(meetings)] == ["Germany", "among themselves", "Russia"]
    assert {m.date <= PRINTED for m in places_told(meetings)} == {True}
    assert [*until_printed(meetings), *since_printed(meetings)] == meetings


def test_second_rounds_count_meetings_in_person_in_the_order_of_the_second(meetings):
    rounds = [(second.partner, (second.date - first.date).days) for first, second in second_rounds(meetings)]
    assert rounds == [("European Union", 218), ("Germany", 63), ("Russia", 1091)]
    assert second_rounds([m for m in meetings if m.partner == "China"]) == []


def test_russia_came_before_those_that_the_list_puts_first(meetings):
    found = {m.partner: [other.partner for other in others] for m, others in overtaking(meetings)}
    assert found["Russia"] == ["China", "European Union"]
    assert set(found) == {"Russia", "Organization of Turkic States (Turkey)"}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"date": "5 January 2024"}, "date: write a day as 2022-01-25, not '5 January 2024'"),
        ({"date": "20240105"}, "date: write a day as"),
        ({"date": "2024-02-30"}, "date: "),
        ({"date": ""}, "date: "),
        ({"end": "2024-01-04"}, r"the meeting ends \(2024-01-04\) before it begins \(2024-01-05\)"),
        ({"end": "soon"}, "end: write a day as"),
        ({"certainty": "sure"}, "certainty: "),
        ({"partner": ""}, "partner: "),
        ({"participants": ""}, "participants: "),
        ({"source": ""}, "source: "),
        ({"participants": "KZ RU"}, "'RU' is none of the five states"),
        ({"participants": "KZ KG; XX as observer"}, "'XX' is none of the five states"),
        ({"participants": "KZ KG", "absent": "ZZ"}, "'ZZ' is none of the five states"),
        ({"participants": "KZ KG", "absent": "KG"}, "KG is named twice"),
        ({"absent": "TM"}, "five presidents, but 1 of the five states"),
        ({"participants": "four presidents"}, "four presidents, but 0 of the five states"),
    ],
)
def test_a_faulty_row_is_refused_by_file_and_line(with_record, changes, message):
    line = append(with_record, ",".join((GOOD | changes).values()))
    with pytest.raises(Refused, match=f"^{MEETINGS}:{line}: {message}"):
        read_meetings(with_record)


def test_all_faults_are_told_at_once(with_record):
    good = ",".join(GOOD.values())
    line = append(with_record, good, good, ",".join((GOOD | {"date": "x", "certainty": "y"}).values()))
    with pytest.raises(Refused) as refused:
        read_meetings(with_record)
    assert [fault.where for fault in refused.value.faults] == [
        f"{MEETINGS}:{line - 1}",
        f"{MEETINGS}:{line}",
        f"{MEETINGS}:{line}",
    ]
    assert f"the same day and partner stand on line {line - 2} already" in str(refused.value)


def test_a_row_may_come_in_any_place_of_the_file(with_record):
    append(with_record, ",".join((GOOD | {"date": "2021-01-05"}).values()))
    assert read_meetings(with_record)[0] == Meeting(**GOOD | {"date": dt.date(2021, 1, 5)})
