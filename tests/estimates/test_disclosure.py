"""Nothing about too few respondents leaves the machine: what is told of one group by itself."""

import json

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import BOOK
from wavebook.estimates.attack.cells import FEWEST_IN_CELL, FEWEST_RESPONDENTS
from wavebook.estimates.disclosure import (
    Answers,
    Count,
    withhold,
)
from wavebook.study import Item
from wavebook.survey import Design, answer_shares

RESPONSES = ("love", "like", "dislike", "hate", "unsure")
ITEM = Item(
    title="Ferry", asks="ferry", responses=RESPONSES, headline={"good": ("love", "like"), "bad": ("dislike", "hate")}
)
PLAIN = Item(title="Trust", asks="trust", responses=("yes", "no", "unsure", "refused"))


def told(counts, item=ITEM, weight=1.0, **given):
    held = {name: Count(n, weight * n) for name, n in zip(item.responses, counts, strict=True)}
    return set(Answers.of(item, item.responses).finest(held, **given))


@pytest.mark.parametrize(
    ("counts", "wanted"),
    [
        ((40, 30, 20, 20, 15), {*RESPONSES, "good", "bad"}),
        ((40, 30, 15, 5, 15), {"love", "like", "good", "bad", "unsure"}),  # the bad ones only together
        ((40, 30, 4, 3, 6), {"love", "like", "good"}),  # good against all else
        ((40, 30, 4, 3, 0), {"love"}),  # what good leaves is rare: love against all else
        ((95, 2, 1, 1, 0), set()),
        ((10, 9, 5, 3, 2), set()),  # 29 respondents
        ((100, 30, 20, 10, 0), {"love", "like", "good"}),  # nobody is unsure: bad would tell it
    ],
)
def test_a_group_is_given_as_many_answers_as_cut_it_into_common_parts(counts, wanted):
    assert told(counts) == wanted


def test_an_item_without_headlines_is_told_response_by_response():
    assert told((60, 30, 8, 3), PLAIN) == {"yes", "no"}
    assert told((60, 4, 8, 3), PLAIN) == {"yes"}
    assert told((60, 4, 3, 2), PLAIN) == set()


def test_what_is_left_has_to_weigh_ten_as_well():
    """Rare answers that share a part can each be anything up to its weight."""
    assert "good" in told((40, 30, 5, 4, 3), weight=1.0)
    assert "good" not in told((40, 30, 5, 4, 3), weight=0.8)


def test_barred_answers_do_not_follow_either():
    counts = (40, 30, 20, 20, 15)
    assert not {"good", "love", "like"} & told(counts, barred=["good", "love", "like"])
    without = told(counts, barred=["bad"])
    assert "bad" not in without
    assert "unsure" not in without  # good and unsure would leave bad


def test_an_exempt_answer_is_told_and_nothing_finer():
    assert told((43, 34, 1, 1, 0), exempt=["good"]) == {"love", "like", "good"}


def test_what_is_asked_for_alone_is_told_alone():
    assert told((40, 30, 20, 20, 15), asked=["love"]) == {"love"}
    assert told((95, 2, 20, 20, 15), asked=["like"]) == set()


@given(st.lists(st.integers(0, 60), min_size=5, max_size=5))
def test_every_part_that_is_told_or_left_is_common(counts):
    answers = Answers.of(ITEM, RESPONSES)
    of = dict(zip(RESPONSES, counts, strict=True))
    found = told(counts)
    if found:
        assert sum(counts) >= FEWEST_RESPONDENTS
        assert min(sum(of[name] for name in part) for part in answers.atoms(found)) >= FEWEST_IN_CELL
        assert found == answers.follow(found, found)


def test_shares_that_are_not_told_are_taken_out_with_their_covariance():
    frame = pd.DataFrame({"group": ["large"] * 200 + ["small"] * 29, "answer": ["yes"] * 120 + ["no"] * 109})
    shares = answer_shares(Design(frame), "answer", by="group")
    kept = withhold(shares, ["group"], {"large": ("yes",), "small": ("yes", "no")})
    assert kept.table[["group", "response"]].to_numpy().tolist() == [["large", "yes"]]
    assert kept.covariance.shape == (1, 1)
    assert not {"cell", "missing"} & set(kept.table.columns)
    everybody = withhold(answer_shares(Design(frame), "answer"), [], {"": ("no",)})
    assert list(everybody.table["response"]) == ["no"]
    assert "cell" not in everybody.table


def test_no_committed_estimate_is_about_too_few():
    records = sorted((BOOK / "data/estimates").glob("*/*.json"))
    assert records
    for path in records:
        record = json.loads(path.read_text())
        if record["function"] == "shares":
            columns = record["result"]["table"]["columns"]
            assert not columns["n"] or min(columns["n"]) >= FEWEST_RESPONDENTS, path
            assert "cell" not in columns, path
            # A share of n respondents with weights of 0.5 to 1.5 cannot be as small as this with ten of them.
            floor = FEWEST_IN_CELL * 0.5 / 1.5
            assert all(share * n >= floor for share, n in zip(columns["share"], columns["n"], strict=True)), path
            assert all((1 - share) * n >= floor for share, n in zip(columns["share"], columns["n"], strict=True)), path
