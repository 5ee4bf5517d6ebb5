"""Days that charts mark."""

import datetime as dt

import pytest

from made_up_study import make_study
from wavebook.study import Refused, Study

EVENTS = "data/events.yml"


def test_a_study_without_the_file_has_no_events(tmp_path):
    study = Study.open(make_study(tmp_path))
    study.check()
    assert study.events() == study.events("LI") == []


def test_events_come_in_order_of_time_for_the_countries_they_name(tmp_path):
    text = (
        "- {date: 2021-03-01, label: eclipse, countries: [LI]}\n- {date: 2020-01-02, label: comet}\n"
        "- {date: 2022-01-02, label: fog, countries: [SM]}\n"
    )
    study = Study.open(make_study(tmp_path, files={EVENTS: text}))
    assert [event.label for event in study.events("LI")] == ["comet", "eclipse"]
    assert [event.label for event in study.events("SM")] == ["comet", "fog"]
    assert [event.date for event in study.events()] == [dt.date(2020, 1, 2), dt.date(2021, 3, 1), dt.date(2022, 1, 2)]


@pytest.mark.parametrize("text", ["# nothing yet\n", "[]\n"])
def test_the_list_may_be_empty(tmp_path, text):
    assert Study.open(make_study(tmp_path, files={EVENTS: text})).events() == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- {label: x}\n- {date: 2021-01-01, label: y}\n", ":1: 0.date: is missing"),
        ("- {date: 2021-01-01, label: y}\n- {date: 2021, label: x}\n", ":2: 1.date: "),
        ("- {date: 2021-01-01, label: ''}\n", ":1: 0.label: "),
        ("- {date: 2021-01-01, label: x, colour: red}\n", ":1: 0.colour: unknown key"),
        (
            "- date: 2021-01-01\n  label: x\n  countries: [LI, XX]\n",
            ":3: 0.countries.1: 'XX' is no ISO 3166 country code",
        ),
        ("date: 2021-01-01\n", ": expected a list"),
        ("- [\n", "not YAML"),
    ],
)
def test_a_faulty_event_is_refused_by_file_and_line(tmp_path, text, message):
    study = Study.open(make_study(tmp_path, files={EVENTS: text}))
    with pytest.raises(Refused, match=EVENTS) as refused:
        study.check()
    assert message in str(refused.value)
