import pytest

from wavebook.estimates import printed_trend
from wavebook.study import Refused


def test_toplines_come_in_order_of_time_and_say_what_they_rest_on(study):
    frame = printed_trend(study, "hill", "LI", "opinion-ferry", ["favourable"])
    assert list(frame["percent"]) == ["81", "62", "44", "55"]
    assert list(frame["deff_status"]) == ["computed", "assumed", "assumed", "inferred"]
    assert list(frame["n_status"]) == ["read", "assumed", "inferred", "read"]
    assert set(frame["certainty"]) == {"article"}


def test_pooled_figures_stay_out_of_trends(study):
    assert "hill-li-2019-2021" in study.waves
    assert "hill-li-2019-2021" not in set(printed_trend(study, "hill", "LI", "opinion-ferry")["wave"])


def test_responses_come_in_the_order_asked(study):
    frame = printed_trend(study, "vale", "LI", "bell-side", ["neither", "sleepers"])
    assert list(dict.fromkeys(frame["response"])) == ["neither", "sleepers"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("cub", "LI", "opinion-ferry", None), "unknown series 'cub'"),
        (("vale", "SM", "bell-side", None), "no wave of vale in 'SM'"),
        (("hill", "LI", "opinion-mars", None), "unknown item 'opinion-mars'"),
        (("hill", "LI", "opinion-ferry", ["lukewarm"]), "no response 'lukewarm'"),
        (("hill", "LI", "opinion-ferry", ["refused"]), "no published share"),
        (("hill", "LI", "opinion-ferry", ["favourable", "refused"]), "no published share of 'refused'"),
        (("brook", "SM", "bell-side", None), "no published share of bell-side"),
    ],
)
def test_what_is_not_there_is_refused_by_name(study, arguments, message):
    with pytest.raises(Refused, match=message):
        printed_trend(study, *arguments)
