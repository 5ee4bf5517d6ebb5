import pytest

from wavebook.study import Refused


def test_toplines_come_in_order_of_time_and_say_what_they_rest_on(study):
    frame = study.printed_trend("cab", "KZ", "opinion-russia", ["favourable"])
    assert list(frame["percent"]) == ["92", "65", "48", "58"]
    assert list(frame["deff_status"]) == ["computed", "assumed", "assumed", "inferred"]
    assert list(frame["n_status"]) == ["read", "assumed", "inferred", "read"]
    assert set(frame["certainty"]) == {"article"}


def test_pooled_figures_stay_out_of_trends(study):
    assert "cab-kz-2017-2019" in study.waves
    assert "cab-kz-2017-2019" not in set(study.printed_trend("cab", "KZ", "opinion-russia")["wave"])


def test_responses_come_in_the_order_asked(study):
    frame = study.printed_trend("demoscope", "KZ", "war-side", ["neutral", "Russia"])
    assert list(dict.fromkeys(frame["response"])) == ["neutral", "Russia"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("cub", "KZ", "opinion-russia", None), "unknown series 'cub'"),
        (("cab", "AM", "opinion-russia", None), "no wave of cab in 'AM'"),
        (("cab", "KZ", "opinion-mars", None), "unknown item 'opinion-mars'"),
        (("cab", "KZ", "opinion-russia", ["lukewarm"]), "no response 'lukewarm'"),
        (("cab", "KZ", "opinion-russia", ["refused"]), "no published share"),
        (("cab", "KZ", "opinion-russia", ["favourable", "refused"]), "no published share of 'refused'"),
        (("gallup", "AM", "war-side", None), "no published share of war-side"),
    ],
)
def test_what_is_not_there_is_refused_by_name(study, arguments, message):
    with pytest.raises(Refused, match=message):
        study.printed_trend(*arguments)
