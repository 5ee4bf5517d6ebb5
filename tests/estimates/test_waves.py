"""One wave computed from its file, read from what is committed, or refused."""

import json
import shutil

import pytest

import made_up_wave
from helpers import ROOT, copy_checkout, snapshot
from made_up_wave import WAVE
from wavebook.estimates import open_study
from wavebook.study import Refused
from wavebook.survey import contrasts

FORMULA = "opinion_russia__favourable ~ C(age) + C(sex) + main_news__russian_television + age_number"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    root = copy_checkout(tmp_path_factory.mktemp("made"))
    made_up_wave.make(root, 600)
    return root


@pytest.fixture
def here(made, tmp_path):
    """A checkout of this test's own in which the respondent file is."""
    return shutil.copytree(made, tmp_path / "here")


@pytest.fixture
def without(here):
    """The same after all questions were asked, without the file."""
    wave = open_study(here).wave(WAVE)
    wave.logit(FORMULA), wave.independence("trust-russia", "sex"), wave.shares("opinion-usa", ["sex", "settlement"])
    shutil.rmtree(here / "data/microdata")
    return here


def test_the_committed_estimates_of_2017_are_those_of_the_facts():
    wave = open_study(ROOT).wave("cab-kz-2017-1")
    overall = {key: wave.shares(f"opinion-{key}").table.set_index("response") for key in ("russia", "china", "usa")}
    assert round(100 * overall["russia"].loc["favourable", "share"], 1) == 91.9
    assert round(100 * overall["russia"].loc["favourable", "se"], 2) == 0.75
    assert round(100 * overall["russia"].loc["very favourable", "share"], 1) == 51.9
    assert round(100 * overall["russia"].loc["very favourable", "se"], 2) == 1.64
    assert round(100 * overall["china"].loc["favourable", "share"], 1) == 75.4
    assert round(100 * overall["usa"].loc["favourable", "se"], 2) == 1.71
    by = {
        group: wave.shares("opinion-russia", by=group).where(response="favourable").table.set_index(group)
        for group in ("age", "interview-language", "main-news")
    }
    assert (100 * by["age"]["share"]).round(1).tolist() == [92.9, 91.8, 91.2, 91.8, 91.4]
    assert round(100 * by["interview-language"].loc["Kazakh", "share"], 1) == 83.5
    news = by["main-news"].loc["Russian television"]
    assert (round(100 * news["share"], 1), round(100 * news["se"], 1), news["n"]) == (97.2, 1.9, 79)
    assert round(100 * by["main-news"].loc["anything else", "share"], 1) == 91.6
    assert wave.provenance.df == 156


def test_computed_and_read_results_are_the_same_to_the_last_bit(here):
    asked = {
        "shares": lambda wave: wave.shares("opinion-russia", by="age"),
        "model": lambda wave: wave.logit(FORMULA),
        "effects": lambda wave: wave.logit(FORMULA).average_marginal_effects("main_news__russian_television"),
        "test": lambda wave: wave.independence("opinion-russia", "sex"),
        "contrasts": lambda wave: contrasts(wave.shares("opinion-usa", by="age").where(response="favourable")),
    }
    wave = open_study(here).wave(WAVE)
    computed = {name: ask(wave).to_dict() for name, ask in asked.items()}
    assert wave.origin == "computed"
    shutil.rmtree(here / "data/microdata")
    wave = open_study(here).wave(WAVE)
    read = {name: ask(wave).to_dict() for name, ask in asked.items()}
    assert wave.origin == "read"
    assert json.dumps(read) == json.dumps(computed)


def test_what_was_never_asked_is_refused_with_the_way_to_get_the_file(without):
    wave = open_study(without).wave(WAVE)
    with pytest.raises(Refused, match=f"not estimated; its respondent file is not on this machine; get {WAVE}.sav"):
        wave.logit("opinion_usa__favourable ~ C(sex)")
    with pytest.raises(Refused, match="wavebook wave add FILE --as"):
        wave.shares("opinion-russia", by=["age", "sex"])
    with pytest.raises(Refused, match="describe it under `microdata`"):
        open_study(without).wave("gallup-kz-2021").shares("leadership-russia")


def test_reading_writes_nothing(without):
    before = snapshot(without)
    wave = open_study(without).wave(WAVE)
    wave.logit(FORMULA)
    wave.shares("opinion-usa", ["sex", "settlement"])
    assert snapshot(without) == before


def test_an_estimate_made_with_another_codebook_is_not_read(without):
    path = without / f"data/waves/{WAVE}.yml"
    path.write_text(path.read_text().replace("women: Female, men: Male", "women: Male, men: Female"))
    with pytest.raises(Refused, match="was estimated before the codebook or the item changed"):
        open_study(without).wave(WAVE).shares("opinion-russia")


def test_an_estimate_that_differs_from_the_file_is_refused(here):
    path = here / f"data/estimates/{WAVE}/opinion-russia.json"
    record = json.loads(path.read_text())
    record["result"]["table"]["columns"]["share"][0] += 1e-6
    path.write_text(json.dumps(record))
    with pytest.raises(
        Refused, match=rf"opinion-russia.json: differs from the respondent file .*run `wavebook estimate {WAVE}`"
    ):
        open_study(here).wave(WAVE).shares("opinion-russia")


def test_another_file_in_its_place_is_refused(here):
    made_up_wave.make_sav(here, here / "other.sav", 300)
    shutil.move(here / "other.sav", here / f"data/microdata/{WAVE}.sav")
    with pytest.raises(Refused, match="its sha256 differs"):
        open_study(here).wave(WAVE).shares("opinion-russia")


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda wave: wave.shares("opinion-mars"), "the codebook has no item 'opinion-mars'"),
        (lambda wave: wave.shares("opinion-russia", by="shoe-size"), "the codebook has no group 'shoe-size'"),
        (
            lambda wave: wave.logit("opinion_mars__good ~ C(age)"),
            f"{WAVE}, logit: opinion_mars__good: there is no such column",
        ),
        (lambda wave: wave.logit("opinion_russia__favourable ~ ("), f"{WAVE}, logit: formula: "),
        (
            lambda wave: wave.independence("opinion-russia", "shoe"),
            f"{WAVE}, independence: shoe: there is no such column",
        ),
    ],
)
def test_questions_that_cannot_be_answered_are_refused_by_name(here, ask, message):
    with pytest.raises(Refused, match=message):
        ask(open_study(here).wave(WAVE))


def test_made_up_respondents_are_synthetic_evidence(here):
    assert open_study(here).wave(WAVE).evidence == "synthetic"
    assert open_study(ROOT).wave("cab-kz-2017-1").evidence == "microdata"
