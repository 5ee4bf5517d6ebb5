from wavebook.estimates import wave_answers


def test_an_answer_without_a_known_base_has_no_interval(study):
    answers = wave_answers(study, "demoscope-kz-2022-11").set_index(["item", "response", "group"])
    old = answers.loc[("war-side", "Russia", "60+")]
    assert old["percent"] == "34"
    assert old["basis"] == "no interval: size of the group not printed"
    assert old[["lower", "upper"]].isna().all()
    total = answers.loc[("war-side", "Russia", "")]
    assert total["lower"] < 0.13 < total["upper"]


def test_every_wave_with_a_figure_can_be_shown(study):
    for wave in {figure.wave for figure in study.published}:
        assert len(wave_answers(study, wave)) == len(study.figures(wave))
