"""What of a text is recognised as respondents of a file, and what is not."""

import base64
import json

import numpy as np
import pandas as pd
import pyreadstat
import pytest

import wavebook
from helpers import BOOK, FIXTURES, WAVE
from wavebook.pages.printed import readable
from wavebook.waves.coding import code_wave
from wavebook.waves.readers import read_respondents
from wavebook.waves.recognising.recogniser import Recogniser

FILE = FIXTURES / "respondents.csv"
FEW = ["Age", "Gender", "Ferry", "wt"]


@pytest.fixture(scope="module")
def table():
    return pd.read_csv(FILE)


@pytest.fixture(scope="module")
def coded():
    study = wavebook.open_study(BOOK)
    codebook = study.described(WAVE).microdata.codebook
    return code_wave(read_respondents(FILE, "r.csv"), codebook, dict(study.items), dict(study.groups))


@pytest.fixture(scope="module")
def recogniser(coded):
    return Recogniser(read_respondents(FILE, "r.csv"), coded, "Number")


def records(frame):
    return json.dumps(json.loads(frame.to_json(orient="records")))


def renamed(frame):
    return frame.set_axis([f"x{number}" for number in range(frame.shape[1])], axis=1)


SHOWS = {
    "the first rows, as text": lambda t: repr(t.head()),
    "the first rows, as HTML": lambda t: t.head()._repr_html_(),
    "one row, as HTML": lambda t: t.iloc[[7]].to_html(),
    "the first rows on their side": lambda t: t.head().T.to_html(),
    "the first rows under other names": lambda t: renamed(t).head().to_html(),
    "some rows of a few variables": lambda t: t[FEW].sample(8, random_state=1).to_html(),
    "rows of a few variables under other names": lambda t: renamed(t[FEW]).head(12).to_html(),
    "one respondent": lambda t: t.iloc[17].to_string(),
    "one respondent as a dict": lambda t: repr(dict(t.iloc[17])),
    "one respondent as a list": lambda t: repr(t.iloc[17].tolist()),
    "rows as lists": lambda t: repr(t.head().to_numpy().tolist()),
    "CSV": lambda t: t.sample(3, random_state=1).to_csv(index=False, header=False),
    "LaTeX": lambda t: t[FEW].head(9).to_latex(),
    "JSON by variables": lambda t: t.head().to_json(),
    "JSON by rows": lambda t: t.head().to_json(orient="records"),
    "JSON in parts": lambda t: t.head().to_json(orient="split"),
    "JSON in JSON": lambda t: json.dumps({"state": t.head().to_json()}),
    "base64": lambda t: base64.b64encode(t.head().to_csv().encode()).decode(),
    "a variable as a list": lambda t: repr(t["Age"].tolist()[100:112]),
    "a variable as other numbers": lambda t: repr(t["Age"].astype(float).tolist()[:12]),
    "a variable with two values": lambda t: repr(t["Gender"].tolist()[:60]),
    "a variable as a series": lambda t: t["Ferry"].to_string(),
    "rounded weights": lambda t: repr(t["wt"].round(2).tolist()[:12]),
    "weights in no order": lambda t: repr(t["wt"].sample(20, random_state=3).tolist()),
    "the points of a chart in no order": lambda t: records(t[["Age", "wt"]].sample(frac=1, random_state=3)),
    "the same under other names": lambda t: records(renamed(t[["Age", "Ferry"]].sample(frac=1, random_state=3))),
    "some points of a chart, each of few values": lambda t: records(t[["Gender", "Ferry"]].sample(90, random_state=3)),
    "a sentence each": lambda t: "\n".join(f"{a} and {f}" for a, f in zip(t["Age"][:20], t["Ferry"], strict=False)),
    "a choice of numbers": lambda t: repr(t.loc[t["Ferry"] == "Very Unfavourable", "Number"].tolist()),
    "numbers beside their name": lambda t: repr(t.loc[t["Ferry"] == "Very Unfavourable", "Number"]),
    "an error that names a row": lambda t: f"ValueError: no such row: {t.iloc[3].to_dict()}",
}
SHOWS_NOTHING = {
    "a description": lambda t: t.describe(include="all").to_html(),
    "a description on its side": lambda t: t.describe().T.to_html(),
    "counts": lambda t: t["Ferry"].value_counts().to_frame().to_html(),
    "counts of ages": lambda t: t["Age"].value_counts().to_string(),
    "counts of several": lambda t: records(t.value_counts(["Region", "Gender", "Ferry"]).reset_index()),
    "a table of two": lambda t: pd.crosstab(t["Age"], t["Ferry"]).to_html(),
    "a table of three": lambda t: pd.crosstab(t["Region"], [t["Gender"], t["Ferry"]]).to_html(),
    "means": lambda t: t.groupby(["Region", "Gender"])["Age"].mean().to_string(),
    "quantiles": lambda t: t.select_dtypes("number").quantile(np.arange(1, 10) / 10).to_html(),
    "names": lambda t: repr(list(t.columns)),
    "types": lambda t: t.dtypes.to_string(),
    "labels": lambda t: repr({name: sorted(t[name].unique()) for name in ("Region", "Ferry", "Gender", "News")}),
    "ages that occur": lambda t: repr(sorted(t["Age"].unique().tolist())),
    "counting": lambda t: repr(list(range(2000))),
    "counting in twos": lambda t: repr(list(range(0, 2000, 2))),
    "short runs": lambda t: "1, 2, 3. Female Male. Female, Male, Female. 2019 May 16. 1 2019 May",
    "years": lambda t: repr([1991, 1995, 2001, 2004, 2005, 2007, 2008, 2010, 2011, 2014, 2015, 2017, 2019, 2020, 2022]),
    "chance": lambda t: repr(np.random.default_rng(1).integers(0, 100, 4000).tolist()),
    "answers by chance": lambda t: repr(np.random.default_rng(1).choice(t["Ferry"].unique(), 300).tolist()),
    "fine numbers by chance": lambda t: repr(np.random.default_rng(1).random(4000).tolist()),
    "nothing": lambda t: "",
}


@pytest.mark.parametrize("kind", SHOWS)
def test_respondents_are_recognised(recogniser, table, kind):
    shown = recogniser.shown(readable(SHOWS[kind](table)))
    assert shown is not None
    assert 1 <= shown.respondents <= len(table)


@pytest.mark.parametrize("kind", SHOWS_NOTHING)
def test_sums_and_labels_and_chance_are_not(recogniser, table, kind):
    assert recogniser.shown(readable(SHOWS_NOTHING[kind](table))) is None


def test_the_studys_own_words_are_recognised(recogniser, coded):
    assert recogniser.shown(repr(coded.frame.iloc[:9].to_dict("records")))
    assert recogniser.shown(readable(coded.frame.iloc[:9].to_html()))


def test_published_shares_by_several_groups_are_no_respondents(recogniser):
    rows = [
        {"opinion-ferry": "shares", "sex": sex, "age": age, "region": region, "response": response, "percent": 12.5}
        for sex in ("women", "men")
        for age in ("18-29", "30-39", "60+")
        for region in ("north", "isle")
        for response in ("very favourable", "refused", "don't know")
    ]
    assert recogniser.shown(json.dumps(rows)) is None
    assert recogniser.shown(readable(pd.DataFrame(rows).to_html())) is None


def test_another_files_rows_are_not(recogniser, table):
    other = table.apply(lambda column: column.sample(frac=1, random_state=len(column.name)).to_numpy())
    assert recogniser.shown(readable(other.head(40).drop(columns=["Number", "wt"]).to_html())) is None


def test_no_number_of_rows_is_more_than_there_are(recogniser, table):
    assert recogniser.shown(table.to_csv()).respondents == len(table)
    assert recogniser.shown(table.iloc[[5]].to_csv()).respondents == 1


def test_codes_are_recognised_as_labels_are(tmp_path):
    rng = np.random.default_rng(5)
    frame = pd.DataFrame({f"q{number}": rng.integers(1, 6, 300).astype(float) for number in range(20)})
    labels = {name: {float(code): f"answer {code}" for code in range(1, 6)} for name in frame}
    path = tmp_path / "coded.sav"
    pyreadstat.write_sav(frame, path, variable_value_labels=labels)
    recogniser = Recogniser(read_respondents(path, "coded.sav"))
    assert recogniser.shown(frame.iloc[40:43].to_csv())
    assert recogniser.shown(frame.iloc[40:43].astype(int).map("answer {}".format).to_csv())
    assert recogniser.shown(frame.mean().to_string()) is None


def test_what_only_one_has_said_is_recognised_in_any_order(tmp_path):
    words = [
        f"{colour} {thing} {number}" for number in range(8) for colour in ("red", "blue") for thing in ("cat", "hat")
    ]
    frame = pd.DataFrame({"said": words, "key": [f"K-{number * 7919 % 100_003:06d}" for number in range(len(words))]})
    path = tmp_path / "words.csv"
    frame.to_csv(path, index=False)
    recogniser = Recogniser(read_respondents(path, "words.csv"))
    assert recogniser.shown(", ".join(frame["key"].iloc[[9, 3, 20]])).respondents == 3
    assert recogniser.shown("They said: " + "; ".join(frame["said"].iloc[[30, 2, 11]])).respondents == 3
    assert recogniser.shown("red cat, blue hat") is None
