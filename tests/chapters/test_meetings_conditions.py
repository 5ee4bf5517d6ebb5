"""The conditions that this book adds to the ledger: `order` and `met`."""

from types import SimpleNamespace

import pytest

from chapters.meetings.conditions import Met, _unknown, met, order
from helpers import ROOT
from wavebook import claims
from wavebook.claims.registry import forms_of

RALLY = ["India 2022-01-27", "China 2023-05-18", "European Union 2023-06-02", "Russia 2022-10-14"]


@pytest.fixture
def study(with_record):
    return SimpleNamespace(root=with_record)


def test_meetings_in_the_order_stated_hold(study):
    judged = order(study, None, ["China 2022-01-25", "India 2022-01-27"])
    assert (judged.verdict, judged.caveats) == (claims.CONFIRMED, [])
    assert judged.evidence == "record of meetings, read in the source named"


def test_a_meeting_that_is_left_out_costs_a_caveat(study):
    judged = order(study, None, ["India 2022-01-27", "Russia 2022-10-14"])
    assert judged.verdict == claims.CONFIRMED
    assert judged.caveats == ["Left out, though on record: China (25 January 2022)"]


def test_a_meeting_that_came_before_those_named_first_refutes_the_order(study):
    judged = order(study, None, RALLY)
    assert judged.verdict == claims.CONTRADICTED
    first, left_out = judged.why
    assert first == (
        "Russia (14 October 2022) came before China (18 May 2023) and European Union (2 June 2023), not after"
    )
    assert "China (25 January 2022)" in left_out


def test_a_meeting_is_found_between_its_days_or_nothing_is_known(study):
    (found,) = met(study, None, [Met.model_validate({"partner": "Russia", "from": "2022-10-01", "to": "2022-10-31"})])
    assert (found.verdict, found.why) == (claims.CONFIRMED, ["On record: Russia (14 October 2022)"])
    (none,) = met(study, None, [Met.model_validate({"partner": "Russia", "from": "2022-06-01", "to": "2022-06-30"})])
    assert (none.verdict, none.why) == (
        claims.UNTESTABLE,
        ["Not on record: Russia, 1 June 2022 to 30 June 2022"],
    )
    (nobody,) = met(study, None, [Met.model_validate({"partner": "Mars", "from": "2022-06-01", "to": "2022-06-30"})])
    assert nobody.why == ["Not on record: Mars, 1 June 2022 to 30 June 2022"]


def test_a_meeting_that_is_not_on_record_is_unknown(study):
    assert list(_unknown(study, ["Russia 2022-10-14", "Russia 2022-10-15"])) == [
        ((1,), "no meeting 'Russia 2022-10-15' in data/meetings.csv")
    ]


def test_the_books_ledger_knows_both():
    assert list(forms_of(ROOT)) == ["check", "untestable", "order", "met"]
