"""Penalised models, models of those who gave an opinion, and of answers in order, asked of a wave and read again."""

import json
import shutil

import numpy as np
import pytest

import made_up_wave
from helpers import copy_checkout
from made_up_wave import WAVE
from wavebook import open_study
from wavebook.estimates.compute import Respondents
from wavebook.estimates.standard import check_kept, estimate_wave, keep
from wavebook.study import Refused
from wavebook.survey import Design, SurveyError, logit, ordinal
from wavebook.waves.store import read_stored

FERRY = "opinion_ferry__favourable ~ C(sex) + age_number"
IN_ORDER = "opinion_ferry ~ C(sex) + age_number"
SILENT = ["don't know", "refused"]
ORDER = ["very favourable", "somewhat favourable", "somewhat unfavourable", "very unfavourable"]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    root = copy_checkout(tmp_path_factory.mktemp("made"))
    made_up_wave.make(root, 900)
    items, told = root / "data/items.yml", "    headline: &headline"
    items.write_text(items.read_text().replace(told, f"    silence: [don't know, refused]\n{told}", 1))
    keep(root, WAVE, estimate_wave(open_study(root).wave(WAVE)._respondents, lambda: None))
    return root


@pytest.fixture
def here(made, tmp_path):
    return shutil.copytree(made, tmp_path / "here")


@pytest.fixture(scope="module")
def wave(made, tmp_path_factory):
    return open_study(shutil.copytree(made, tmp_path_factory.mktemp("asked") / "here")).wave(WAVE)


@pytest.fixture(scope="module")
def people(made):
    study = open_study(made)
    return Respondents.of(study, study.described(WAVE), read_stored(study.root, study.described(WAVE)))


ASKED = {
    "penalised": lambda wave: wave.logit(FERRY, ["sex"], penalty="firth"),
    "spoke": lambda wave: wave.logit(FERRY, ["sex"], answered="opinion-ferry"),
    "both": lambda wave: wave.logit(FERRY, ["sex"], "firth", "opinion-ferry"),
    "in order": lambda wave: wave.ordinal(IN_ORDER, ["sex"]),
    "effects": lambda wave: wave.logit(FERRY, ["sex"], "firth", "opinion-ferry").average_marginal_effects("sex"),
}


def test_computed_and_read_results_are_the_same_to_the_last_bit(here):
    wave = open_study(here).wave(WAVE)
    computed = {name: ask(wave).to_dict() for name, ask in ASKED.items()}
    shutil.rmtree(here / "data/microdata")
    wave = open_study(here).wave(WAVE)
    assert wave.origin == "read"
    assert json.dumps({name: ask(wave).to_dict() for name, ask in ASKED.items()}) == json.dumps(computed)


def test_they_are_what_the_estimators_say(wave, people):
    frame = people.variables("opinion_ferry sex age_number")
    spoke = ~people.coded.frame["opinion-ferry"].isin(SILENT)
    assert 10 <= (~spoke).sum() < len(frame)
    answer = people.coded.frame["opinion-ferry"].cat.set_categories(ORDER, ordered=True)
    known = {"weights": "weight", "strata": "stratum", "psu": "psu", "nest": True}
    design = Design(frame.assign(spoke=spoke, opinion_ferry=answer), **known)
    wanted = logit(design, FERRY, within="spoke", penalty="firth").showing(["sex"])
    found = ASKED["both"](wave)
    assert found.n == spoke.sum()
    assert found.table["estimate"].item() == pytest.approx(wanted.table["estimate"].item(), rel=1e-9)
    assert found.covariance == pytest.approx(wanted.covariance, rel=1e-9)
    found, wanted = ASKED["in order"](wave), ordinal(design, IN_ORDER).showing(["sex"])
    assert found.categories == tuple(ORDER)
    assert found.n == spoke.sum()
    assert found.table["estimate"].item() == pytest.approx(wanted.table["estimate"].item(), rel=1e-9)


def test_what_is_kept_of_a_model_in_order_are_coefficients_alone(here):
    ASKED["in order"](open_study(here).wave(WAVE))
    (path,) = (here / f"data/estimates/{WAVE}").glob("ordinal-*.json")
    result = json.loads(path.read_text())["result"]
    assert result["thresholds"]["rows"] == 0
    assert result["table"]["columns"]["term"] == ["C(sex)[T.men]"]
    with pytest.raises(SurveyError, match="sex: no predictions were kept"):
        ASKED["in order"](open_study(here).wave(WAVE)).predictions("sex")


def test_each_question_has_a_record_of_its_own_and_the_plain_one_the_path_it_had(here):
    wave = open_study(here).wave(WAVE)
    before = set((here / f"data/estimates/{WAVE}").iterdir())
    wave.logit(FERRY, ["sex"])
    (plain,) = set((here / f"data/estimates/{WAVE}").iterdir()) - before
    assert json.loads(plain.read_text())["arguments"] == {"formula": FERRY, "shown": ["sex"]}
    for name in ("penalised", "spoke", "both", "in order"):
        ASKED[name](wave)
    assert len(set((here / f"data/estimates/{WAVE}").iterdir()) - before) == 5


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda w: w.logit(FERRY, ["sex"], answered="opinion-tram"), "opinion-tram: has no `silence`"),
        (lambda w: w.logit(FERRY, ["sex"], answered="opinion-moon"), "the codebook has no item 'opinion-moon'"),
        (lambda w: w.logit(FERRY, ["sex"], penalty="ridge"), "penalty: 'ridge' is none of firth"),
        (lambda w: w.ordinal("sex ~ age_number"), "sex: no item; it is items that have answers in order"),
        (lambda w: w.ordinal("opinion_moon ~ C(sex)"), "opinion_moon: there is no such column; did you mean"),
    ],
)
def test_what_cannot_be_asked_is_refused(wave, ask, message):
    with pytest.raises(Refused, match=message):
        ask(wave)


def test_all_that_is_asked_is_computed_anew_and_compared(here):
    study = open_study(here)
    for ask in ASKED.values():
        ask(study.wave(WAVE))
    respondents = study.wave(WAVE)._respondents
    records = estimate_wave(respondents, lambda: None)
    assert {record.function for record in records} >= {"logit", "ordinal"}
    assert check_kept(here, records) == []
    assert keep(here, WAVE, records) == (0, 0)
    changed = [record for record in records if record.function == "ordinal"]
    changed[0].result["table"]["columns"]["estimate"] = list(
        np.array(changed[0].result["table"]["columns"]["estimate"]) * (1 + 1e-6)
    )
    assert any("ordinal" in line for line in check_kept(here, records))
