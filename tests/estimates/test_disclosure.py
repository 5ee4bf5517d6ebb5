"""Nothing about too few respondents leaves the machine."""

import json

import pandas as pd
import pytest

from helpers import BOOK
from wavebook.estimates.disclosure import FEWEST_IN_CELL, FEWEST_RESPONDENTS, check_model, withhold
from wavebook.study import Refused
from wavebook.survey import Design, answer_shares, logit


def respondents():
    groups = ["large"] * 200 + ["small"] * 29 + ["enough"] * 30
    answers = (["yes"] * 120 + ["no"] * 71 + ["refused"] * 9) + ["yes"] * 29 + ["yes"] * 20 + ["no"] * 10
    return pd.DataFrame({"group": groups, "answer": pd.Categorical(answers), "good": [a == "yes" for a in answers]})


def test_small_groups_and_rare_cells_are_taken_out_and_named():
    shares, withheld = withhold(answer_shares(Design(respondents()), "answer", by="group"), ["group"])
    shown = set(zip(shares.table["group"], shares.table["response"], strict=True))
    assert shown == {("large", "yes"), ("large", "no"), ("enough", "yes"), ("enough", "no")}
    assert shares.covariance.shape == (4, 4)
    assert set(withheld) == {("small", ""), ("large", "refused"), ("enough", "refused")}
    assert not {"cell", "missing"} & set(shares.table.columns)


def test_overall_shares_are_all_kept():
    shares, withheld = withhold(answer_shares(Design(respondents()), "answer"), [])
    assert list(shares.table["response"]) == ["no", "refused", "yes"]
    assert withheld == ()


def test_a_model_with_a_small_category_is_refused():
    model = logit(Design(respondents().assign(good=[i % 3 == 0 for i in range(259)])), "good ~ C(group)")
    with pytest.raises(Refused, match=r"C\(group\), small: fewer than 30 respondents; join it with another"):
        check_model(model, "good ~ C(group)")


def test_a_model_with_a_rare_crossing_is_refused():
    frame = pd.DataFrame({"a": ["x"] * 100 + ["y"] * 40, "b": (["p"] * 60 + ["q"] * 40) + ["p"] * 35 + ["q"] * 5})
    frame["good"] = [i % 3 == 0 for i in range(140)]
    model = logit(Design(frame), "good ~ C(a) * C(b)")
    with pytest.raises(Refused, match="y, q: fewer than 10 respondents"):
        check_model(model, "m")


def test_no_committed_estimate_is_about_too_few():
    records = sorted((BOOK / "data/estimates").glob("*/*.json"))
    assert records
    for path in records:
        record = json.loads(path.read_text())
        if record["function"] == "shares" and record["arguments"]["by"]:
            columns = record["result"]["table"]["columns"]
            assert min(columns["n"]) >= FEWEST_RESPONDENTS, path
            assert not {"cell", "missing"} & set(columns), path
            # A share of n respondents with weights of 0.5 to 1.5 cannot be as small as this with ten of them.
            floor = FEWEST_IN_CELL * 0.5 / 1.5
            assert all(share * n >= floor for share, n in zip(columns["share"], columns["n"], strict=True)), path
