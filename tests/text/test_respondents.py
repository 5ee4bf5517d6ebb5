"""What the page of a respondent file says, on the respondents of the made-up book."""

import math

import pytest

from wavebook.text import respondents as text
from wavebook.text.respondents import Division


@pytest.fixture
def divisions(study):
    by = list(study.groups)[:3]
    return [
        Division(by[0], "1% (a) to 9% (b), 8.0 points apart, give or take 3.0", 0.004, 0.05),
        Division(by[1], "3% (c) to 7% (d), 4.0 points apart, give or take 3.9", 0.04, 0.06),
        Division(by[2], why_not="it is not told of enough groups to compare them"),
    ]


def test_only_what_lasts_among_all_divisions_is_found(study, divisions):
    said = text._say_groups_found(study, divisions, "for")
    assert said.startswith(
        "Of two divisions into groups, two differ in “for” by more than chance would give, judged together"
    )
    more = [*divisions, Division(divisions[1].by, "3% (e) to 6% (f), three groups", 0.5)]
    said = text._say_groups_found(study, more, "for")
    assert said.startswith("Of three divisions into groups, one differs in “for”")
    assert "taken alone, two would" in said
    assert "8.0 points apart" in said
    assert "4.0 points apart" not in said


def test_none_may_differ_and_too_few_may_be_told(study, divisions):
    none = [Division(divisions[0].by, "1% (a) to 2% (b)", 0.5)]
    assert "Of one division into groups, none differs" in text._say_groups_found(study, none, "for")
    assert "for any to be compared" in text._say_groups_found(study, divisions[2:], "for")


def test_each_division_is_said_with_both_of_its_ps(study, divisions):
    ps = {divisions[0].by: 0.008, divisions[1].by: 0.08}
    first, second, third = (text._say_division(study, division, ps) for division in divisions)
    assert "more than chance would give (p = 0.008, alone 0.004)" in first
    assert "not to be told from chance (p = 0.080, alone 0.040; taken alone, 6.0 points would have been seen" in second
    assert third.endswith("it is not told of enough groups to compare them.")
    assert math.isnan(divisions[2].p)
