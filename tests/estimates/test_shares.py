import pytest

from wavebook.estimates import printed_shares


def test_an_answer_without_a_known_base_has_no_interval(study):
    answers = printed_shares(study, "vale-li-2022-11").set_index(["item", "response", "group"])
    old = answers.loc[("bell-side", "sleepers", "60+")]
    assert old["percent"] == "33"
    assert old["why_no_interval"] == "size of the group not printed"
    assert old[["lower", "upper"]].isna().all()
    young = answers.loc[("bell-side", "sleepers", "18-29")]
    assert young["lower"] < 0.07 < young["upper"]
    total = answers.loc[("bell-side", "sleepers", "")]
    assert total["lower"] < 0.14 < total["upper"]


@pytest.mark.parametrize(
    ("wave", "why"), [("hill-pooled-3-4", "pooled"), ("glen-li-2012", "number of respondents not found")]
)
def test_what_is_no_sample_of_known_size_has_no_interval(study, wave, why):
    assert set(printed_shares(study, wave)["why_no_interval"]) == {why}


def test_every_wave_with_a_topline_can_be_shown(study):
    for wave in {topline.wave for topline in study.all_toplines}:
        assert len(printed_shares(study, wave)) == len(study.toplines(wave))
