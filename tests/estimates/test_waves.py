"""One wave computed from its file, read from what is committed, or refused."""

import json
import shutil

import pandas as pd
import pytest

import made_up_wave
from helpers import BOOK, FIXTURES, copy_checkout, snapshot
from made_up_wave import LIKE, WAVE
from wavebook import open_study
from wavebook.estimates import examine
from wavebook.study import Refused
from wavebook.survey import contrasts
from wavebook.waves.parsing.columns import STAMP_VARIABLE

FORMULA = "opinion_ferry__favourable ~ C(age) + C(sex) + main_news__town_crier + age_number"
SHOWN = ["main_news__town_crier", "age_number"]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    root = copy_checkout(tmp_path_factory.mktemp("made"))
    made_up_wave.make(root, 600)
    return root


@pytest.fixture(scope="module")
def asked(made):
    """The wave where its file is, for questions that leave nothing behind."""
    return open_study(made).wave(WAVE)


@pytest.fixture
def here(made, tmp_path):
    """A checkout of this test's own in which the respondent file is."""
    return shutil.copytree(made, tmp_path / "here")


@pytest.fixture
def without(here):
    """The same after all questions were asked, without the file."""
    wave = open_study(here).wave(WAVE)
    (
        wave.logit(FORMULA, SHOWN),
        wave.independence("opinion-bridge", "sex"),
        wave.shares("opinion-bridge", ["sex", "settlement"]),
    )
    shutil.rmtree(here / "data/microdata")
    return here


def test_the_committed_estimates_are_those_of_the_made_up_respondents():
    """The shares of another program's making: sums of weights, by hand."""
    wave = open_study(BOOK).wave(LIKE)
    people = pd.read_csv(FIXTURES / "respondents.csv")
    good = people["Ferry"].isin(["Very Favourable", "Somewhat Favourable"])
    best = people["Ferry"] == "Very Favourable"

    def share(among=True, gave=good):
        return (people["wt"] * gave * among).sum() / (people["wt"] * among).sum()

    overall = wave.shares("opinion-ferry").table.set_index("response")
    assert overall.loc["favourable", "share"] == pytest.approx(share())
    by_news = (
        wave.shares("opinion-ferry", by="main-news").where(response="very favourable").table.set_index("main-news")
    )
    assert by_news.loc["town crier", "share"] == pytest.approx(share(people["News"] == "Town crier", best))
    assert by_news["n"].tolist() == [(people["News"] == "Town crier").sum(), (people["News"] != "Town crier").sum()]
    points, strata = (
        people[["Region", "Place", "Point"]].drop_duplicates(),
        people[["Region", "Place"]].drop_duplicates(),
    )
    assert wave.provenance.df == len(points) - len(strata)
    assert overall.loc["favourable", "deff"] == pytest.approx(wave.described.deff, abs=0.005)


def test_computed_and_read_results_are_the_same_to_the_last_bit(here):
    asked = {
        "shares": lambda wave: wave.shares("opinion-ferry", by="age"),
        "model": lambda wave: wave.logit(FORMULA, SHOWN),
        "effects": lambda wave: wave.logit(FORMULA, SHOWN).average_marginal_effects("main_news__town_crier"),
        "one otherwise": lambda wave: wave.one_otherwise(FORMULA, SHOWN[0]),
        "test": lambda wave: wave.independence("opinion-ferry", "sex"),
        "contrasts": lambda wave: contrasts(wave.shares("opinion-bridge", by="age").where(response="favourable")),
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
        wave.logit("opinion_bridge__favourable ~ C(sex)")
    with pytest.raises(Refused, match="wavebook wave add FILE --as"):
        wave.shares("opinion-ferry", by=["age", "sex"])
    with pytest.raises(Refused, match="describe it under `microdata`"):
        open_study(without).wave("brook-li-2021").shares("council")


def test_reading_writes_nothing(without):
    before = snapshot(without)
    wave = open_study(without).wave(WAVE)
    wave.logit(FORMULA, SHOWN)
    wave.shares("opinion-bridge", ["sex", "settlement"])
    assert snapshot(without) == before


def test_an_estimate_made_with_another_codebook_is_not_read(without):
    path = without / f"data/waves/{WAVE}.yml"
    path.write_text(path.read_text().replace("women: Female, men: Male", "women: Male, men: Female"))
    with pytest.raises(Refused, match="was estimated before the codebook or the item changed"):
        open_study(without).wave(WAVE).shares("opinion-ferry")


def test_an_estimate_that_differs_from_the_file_is_refused(here):
    path = here / f"data/estimates/{WAVE}/opinion-ferry.json"
    record = json.loads(path.read_text())
    record["result"]["table"]["columns"]["share"][0] += 1e-6
    path.write_text(json.dumps(record))
    with pytest.raises(
        Refused, match=rf"opinion-ferry.json: differs from the respondent file .*run `wavebook estimate {WAVE}`"
    ):
        open_study(here).wave(WAVE).shares("opinion-ferry")


def test_another_file_in_its_place_is_refused(here):
    made_up_wave.make_sav(here, here / "other.sav", 300)
    shutil.move(here / "other.sav", here / f"data/microdata/{WAVE}.sav")
    with pytest.raises(Refused, match="its sha256 differs"):
        open_study(here).wave(WAVE).shares("opinion-ferry")


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda wave: wave.shares("opinion-mars"), "the codebook has no item 'opinion-mars'"),
        (lambda wave: wave.shares("opinion-ferry", by="shoe-size"), "the codebook has no group 'shoe-size'"),
        (
            lambda wave: wave.logit("opinion_mars__good ~ C(age)"),
            f"{WAVE}, logit: opinion_mars__good: there is no such column",
        ),
        (lambda wave: wave.logit("opinion_ferry__favourable ~ ("), f"{WAVE}, logit: formula: "),
        (
            lambda wave: wave.independence("trust-ferry", "sex"),
            f"{WAVE}, trust-ferry by sex: a test of all answers would tell what is withheld of some",
        ),
        (
            lambda wave: wave.independence("opinion-ferry", "shoe"),
            f"data/waves/{WAVE}.yml: the codebook has no group 'shoe'",
        ),
    ],
)
def test_questions_that_cannot_be_answered_are_refused_by_name(asked, ask, message):
    with pytest.raises(Refused, match=message):
        ask(asked)


def test_made_up_respondents_are_synthetic_evidence(here):
    assert open_study(here).wave(WAVE).evidence == "synthetic"
    records = (BOOK / "data/estimates").glob("*/*.json")
    assert {json.loads(path.read_text())["evidence"] for path in records} == {"synthetic"}


def test_respondents_without_a_stamp_are_taken_for_real_ones(tmp_path):
    file = tmp_path / "unstamped.csv"
    pd.read_csv(FIXTURES / "respondents.csv").drop(columns=STAMP_VARIABLE).to_csv(file, index=False)
    examined = examine(open_study(BOOK), LIKE, file, lambda *_: None)
    assert {record.evidence for record in examined.records} == {"microdata"}
