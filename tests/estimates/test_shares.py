from wavebook.estimates import printed_shares


def test_an_answer_without_a_known_base_has_no_interval(study):
    answers = printed_shares(study, "demoscope-kz-2022-11").set_index(["item", "response", "group"])
    old = answers.loc[("war-side", "Russia", "60+")]
    assert old["percent"] == "34"
    assert old["why_no_interval"] == "size of the group not printed"
    assert old[["lower", "upper"]].isna().all()
    total = answers.loc[("war-side", "Russia", "")]
    assert total["lower"] < 0.13 < total["upper"]


def test_every_wave_with_a_figure_can_be_shown(study):
    for wave in {figure.wave for figure in study.all_toplines}:
        assert len(printed_shares(study, wave)) == len(study.toplines(wave))
