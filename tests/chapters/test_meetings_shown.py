"""The charts and the words of the page of meetings, on a record of their own."""

import datetime as dt
import json
import re

import pandas as pd
from pybtex.database import BibliographyData, Entry

from chapters.meetings import shown as text
from chapters.meetings.article import places_told
from chapters.meetings.record import STATES, Meeting
from wavebook.figures.publishing import _record
from wavebook.study import Event

EVENTS = [Event(date=dt.date(2022, 2, 24), label="something", countries=("KZ",))]


def rows_with(chart, *fields):
    (rows,) = [rows for rows in chart.to_dict()["datasets"].values() if set(fields) <= set(rows[0])]
    return rows


def test_who_was_met_is_said_with_who_came(meetings):
    first, union, turkic = text.say_who(meetings)
    named = re.findall(r"((?:the )?[A-Z][\w ]+) \{cite:p\}", first)
    assert named == ["India", "China", "Russia", "the United States", "Germany"]
    assert first.endswith("five of the seven powers in the list.")
    assert "four presidents; Turkmenistan by a deputy chair of cabinet" in union
    assert "Tajikistan absent" in turkic


def test_the_order_by_date_is_held_against_the_list(meetings):
    china, russia, _ = text.say_order(meetings)
    assert "25 January 2022: two days before India, with which the list begins" in china
    assert "stands fourth in the list and was second of its meetings by date: 14 October 2022" in russia
    assert "216 days before China (18–19 May 2023)" in russia


def test_a_list_in_order_of_time_is_said_to_be_so(meetings):
    places = places_told(meetings)
    ordered = [m for m in meetings if m in places and m.partner not in ("Russia", text.TURKIC_STATES)]
    late = [
        Meeting(**m.model_dump() | {"date": f"2023-08-0{day}"})
        for day, m in enumerate(places, 1)
        if m.partner in ("Russia", text.TURKIC_STATES)
    ]
    assert text.say_order([*ordered, *late]) == ["By date the order is the same."]


def test_what_the_list_leaves_out_is_counted_from_the_record(meetings):
    said = " ".join(text.say_left_out(meetings))
    assert re.findall(r"\*\*(.*?)\*\*, (\d+ \w+ \d{4})", said) == [
        ("China", "25 January 2022"),
        ("The European Union", "27 October 2022"),
        ("The Gulf Cooperation Council", "19 July 2023"),
    ]
    assert text.say_left_out(list(places_told(meetings))) == ["The list leaves none out."]


def test_what_came_after_the_list_is_told_apart(meetings):
    germany, _russia = text.say_since(meetings)
    assert "17 September" not in germany
    assert "1 December 2023, second, Astana: five presidents {cite:p}`report-12,report-12-later`" in germany
    assert text.say_since(list(places_told(meetings))) == ["The record has none."]
    union, _, last = text.say_second_rounds(meetings)
    assert "218 days later" in union
    assert last == "**Russia**: 14 October 2022, then 9 October 2025; 1,091 days later."


def test_the_finding_is_computed_from_the_record(meetings):
    of_list, since = text.say_finding(meetings).split("\n\n")
    assert "To five of these meetings all five presidents came" in of_list
    assert "came before China and the European Union, which it names first" in of_list
    assert "Three other meetings with outside powers had been held by then" in of_list
    assert "with Germany and Russia, and among themselves once, up to October 2025" in since
    assert "almost three years after the first, when the European Union and Germany had already been met twice" in since
    assert len(text.say_finding(meetings).split()) > 60
    alone = text.say_finding(list(places_told(meetings)))
    assert "It leaves no meeting out" in alone
    assert "\n" not in alone


def test_the_treaty_names_those_who_signed(meetings):
    said, _ = text.say_among_themselves(meetings)
    assert "21 July 2022" in said
    assert "signed by Kazakhstan, Kyrgyzstan, Uzbekistan; Tajikistan and Turkmenistan to follow" in said


def test_each_chart_draws_every_meeting(meetings):
    drawn = rows_with(text.timeline_chart(meetings, EVENTS), "day", "told")
    assert len(drawn) == len(meetings)
    assert [row["told"] for row in drawn] == ["", "1", "", "4", "", "5", "2", "3", "", "6", "7", "", "", ""]
    cells = rows_with(text.matrix_chart(meetings), "state", "part")
    assert len(cells) == len(meetings) * len(STATES)
    order = text.matrix_chart(meetings).to_dict()["encoding"]["x"]["sort"]
    assert (order[0], order[-1]) == ("China, Jan 2022", "Russia, Oct 2025")


def test_every_kind_of_mark_has_a_legend(meetings):
    cells = rows_with(text.matrix_chart(meetings), "state", "part")
    shape = text.matrix_chart(meetings).to_dict()["encoding"]["shape"]
    assert {row["part"] for row in cells} == set(shape["scale"]["domain"])
    looks = zip(
        *(text.matrix_chart(meetings).to_dict()["encoding"][c]["scale"]["range"] for c in ("shape", "fill", "stroke")),
        strict=True,
    )
    assert len(set(looks)) == len(shape["scale"]["domain"])


def test_the_time_line_grows_with_the_record(meetings):
    later = Meeting(**meetings[-1].model_dump() | {"date": "2026-05-01", "partner": "Japan"})
    spec = json.dumps(text.timeline_chart([*meetings, later], EVENTS).to_dict())
    assert '"2026-08-29"' in spec


def test_the_alternative_texts_name_every_meeting(meetings):
    for said in (text.timeline_alt(meetings), text.matrix_alt(meetings)):
        for meeting in meetings:
            assert meeting.partner.lower() in said.lower()
            assert meeting.when in said
    assert "14 October 2022: five presidents, in person; fourth in the article’s list" in text.timeline_alt(meetings)
    assert "absent: Tajikistan" in text.matrix_alt(meetings)


def test_both_can_be_published_and_name_the_source_of_each_row(meetings):
    known = {key for meeting in meetings for key in meeting.source}
    entries = {key: Entry("misc", {"title": key}) for key in (*known, text.ARTICLE)}
    bibliography = BibliographyData(entries)
    charts = {"timeline": text.timeline_chart(meetings, EVENTS), "matrix": text.matrix_chart(meetings)}
    for name, chart in charts.items():
        article, data = name == "timeline", getattr(text, f"{name}_data")(meetings)
        caption = getattr(text, f"{name}_caption")(meetings)
        texts = {"title": "Meetings", "caption": caption, "alt": "x"}
        keys, values = ["from", "partner"], ["participants" if article else "Kazakhstan"]
        told = text.sources(meetings, bibliography, article=article)
        record = _record(chart, f"meetings-{name}", texts, data, told, keys, values, text.measured())
        assert set(record.citekeys) == known | ({text.ARTICLE} if article else set())
        assert set(re.findall(r"\{cite:t\}`([^`]+)`", caption)) <= set(record.citekeys)
        assert len(record.rows) == len(meetings)
        assert "no poll stands behind this figure" in caption
        assert len(caption.split()) < 60


def test_the_tables_keep_what_is_not_known_empty(meetings):
    data = text.timeline_data(meetings)
    assert list(data["place in the article’s list"].dropna()) == [1, 4, 5, 2, 3, 6, 7]
    assert pd.isna(data.loc[0, "place in the article’s list"])
    assert set(text.matrix_data(meetings).columns) == {"from", "partner", *STATES.values()}
