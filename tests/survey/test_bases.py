import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys import CLUSTERED, make_survey
from wavebook.survey import Design, Shares, SurveyError, answer_shares, at_mix, rake, rebased, shares

LIKE, DISLIKE, SILENT = "like", "dislike", "don't know"
KEPT = [LIKE, DISLIKE]


def surveyed(seed: int, missing: float = 0.1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = make_survey(seed, psus=int(rng.integers(2, 5)), people=int(rng.integers(8, 14)))
    said = pd.Series(rng.choice([LIKE, DISLIKE, SILENT], len(frame), p=[0.5, 0.3, 0.2]))
    frame["opinion"] = pd.Categorical(said.where(rng.random(len(frame)) > missing), [LIKE, DISLIKE, SILENT])
    frame["answered"] = frame["opinion"].isin(KEPT)
    for name in KEPT:
        frame[f"is {name}"] = (frame["opinion"] == name).astype(float)
    return frame


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.sampled_from([None, "group", ["sex", "old"]]), st.sampled_from([CLUSTERED, {}]))
def test_another_base_is_what_estimating_among_those_respondents_gives(seed, by, kind):
    design = Design(surveyed(seed), **kind)
    found = rebased(answer_shares(design, "opinion", by=by), KEPT)
    wanted = shares(design, [f"is {name}" for name in KEPT], by=by, within="answered")
    for name in ("share", "se"):
        assert found.table[name].to_numpy() == pytest.approx(wanted.table[name].to_numpy(), rel=1e-12, abs=1e-12)
    assert found.covariance == pytest.approx(wanted.covariance, rel=1e-11, abs=1e-15)


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.lists(st.floats(0.05, 1), min_size=3, max_size=3))
def test_another_mix_is_post_stratification_to_it(seed, parts):
    design = Design(surveyed(seed, missing=0), **CLUSTERED)
    mix = dict(zip("abc", parts, strict=True))
    found = at_mix(answer_shares(design, "opinion", by="group"), "group", mix)
    total = design.weights.sum() / sum(parts)
    wanted = answer_shares(rake(design, {"group": {name: total * part for name, part in mix.items()}}), "opinion")
    for name in ("share", "se", "lower", "upper", "n"):
        assert found.table[name].to_numpy(float) == pytest.approx(wanted.table[name].to_numpy(float), rel=1e-9)
    assert found.covariance == pytest.approx(wanted.covariance, rel=1e-9, abs=1e-15)


def test_a_mix_may_be_given_in_per_cent_and_at_the_groups_own_mix_nothing_moves():
    design = Design(surveyed(3, missing=0), **CLUSTERED)
    by_group = shares(design, "is like", by="group")
    own = design.data.groupby("group")["weight"].sum()
    found = at_mix(by_group, "group", (100 * own / own.sum()).to_dict())
    assert found.table["share"].item() == pytest.approx(shares(design, "is like").table["share"].item())


def test_groups_of_which_an_answer_is_not_known_are_left_out_and_named():
    found = answer_shares(Design(surveyed(4), **CLUSTERED), "opinion", by="group")
    left = [label != f"{DISLIKE}, b" for label in found.labels]
    known = Shares(
        found.table[left].reset_index(drop=True), covariance=found.covariance[np.ix_(left, left)], df=found.df
    )
    made = rebased(known, KEPT)
    assert made.labels == [f"{name}, {group}" for name in KEPT for group in "ac"]
    assert made.notes[-1] == "not of b: not all answers are known"
    assert made.table["share"].to_numpy() == pytest.approx(rebased(found, KEPT).where(group=["a", "c"]).table["share"])
    assert at_mix(known, "group", {"a": 1, "b": 1, "c": 1}).labels == [LIKE, SILENT]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda found: rebased(found, [LIKE, "love"]), "love"),
        (lambda found: rebased(found, ["love"]), "there are like"),
        (lambda found: at_mix(found, "group", {"a": -1, "b": 2}), "above 0"),
        (lambda found: at_mix(found, "group", {}), "above 0"),
        (lambda found: at_mix(found, "group", {"a": 1, "z": 1}), "of all of a, z"),
        (lambda found: at_mix(found, "town", {"a": 1}), "town"),
    ],
)
def test_what_is_not_there_is_refused(call, message):
    found = answer_shares(Design(surveyed(5), **CLUSTERED), "opinion", by="group")
    with pytest.raises(SurveyError, match=message):
        call(found)


def test_answers_that_overlap_are_no_base():
    found = answer_shares(Design(surveyed(6)), "opinion", {"like": [LIKE], "any": [LIKE, DISLIKE, SILENT]})
    with pytest.raises(SurveyError, match="exclude each other"):
        rebased(found, ["like", "any"])
