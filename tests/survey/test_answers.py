import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from surveys import CLUSTERED, make_survey
from wavebook.survey import Design, SurveyError, answer_shares, contrasts, rake, shares, wald

CATEGORIES = ["very", "fairly", "hardly", "not at all", "no answer"]
ANSWERS = {
    "very": ["very"],
    "favourable": ["very", "fairly"],
    "unfavourable": ["hardly", "not at all"],
    "any": CATEGORIES,
    "refused": ["refused"],
}
KINDS = {
    "clustered": CLUSTERED,
    "weights": {"weights": "weight"},
    "nothing": {},
    "strata": {"weights": "weight", "strata": "stratum"},
    "fpc": CLUSTERED | {"fpc": "psus"},
    "elements": {"weights": "weight", "strata": "stratum", "fpc": "people"},
    "fractions": {"strata": "stratum", "fpc": "fraction"},
    "two-stage": {"strata": "stratum", "psu": ["psu", "person"], "fpc": ["psus", "people"]},
    "one PSU a stratum": {"weights": "weight", "strata": "town", "psu": "psu"},
    "one person a stratum": {"weights": "weight", "strata": "hamlet"},
    "a PSU for each": {"weights": "weight", "strata": "stratum", "psu": "person"},
}


def surveyed(seed: int, missing: float = 0.1, weightless: float = 0.1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = make_survey(seed, psus=int(rng.integers(2, 5)), people=int(rng.integers(3, 9)))
    n = len(frame)
    opinion = pd.Series(rng.choice(CATEGORIES, n, p=[0.4, 0.3, 0.2, 0.1, 0]))
    town = frame["psu"].where(frame["psu"] < 3, 3)
    return frame.assign(
        opinion=pd.Categorical(opinion.where(rng.random(n) > missing), [*CATEGORIES, "never said"]),
        weight=np.where(rng.random(n) < weightless, 0.0, frame["weight"]),
        region=rng.choice(["east", "north", "west"], n, p=[0.6, 0.35, 0.05]),
        inside=rng.random(n) < 0.7,
        person=rng.permutation(n),
        psus=50.0,
        people=500.0,
        fraction=0.01,
        town=town,
        hamlet=np.where(np.arange(n) < 4, np.arange(n), town + 10),
    )


def raked(design: Design) -> Design:
    """Raked to margins that can be met, for they are those of other weights of the same respondents."""
    other = design.weights * np.random.default_rng(1).uniform(0.5, 2, len(design.data))
    return rake(design, {name: pd.Series(other).groupby(design.data[name]).sum().to_dict() for name in ("sex", "old")})


def column_by_column(design: Design, answers: dict[str, list[str]], **arguments):
    """What `answer_shares` should equal: one 0/1 column an answer."""
    data = design.data
    asked = data["opinion"].notna()
    for name, categories in answers.items():
        design.data[name] = data["opinion"].isin(categories).astype(float).where(asked)
    return shares(design, list(answers), **arguments)


def agree(found, wanted):
    columns = [name for name in wanted.table if name != "outcome"]
    assert list(found.table) == ["response", *columns, "cell"]
    renamed = wanted.table.rename(columns={"outcome": "response"})
    pd.testing.assert_frame_equal(found.table.drop(columns="cell"), renamed, rtol=1e-12, atol=1e-14)
    scale = np.sqrt(np.nanmax(np.diag(wanted.covariance), initial=0.0))
    assert found.covariance == pytest.approx(wanted.covariance, rel=1e-12, abs=1e-13 * scale**2 + 1e-18, nan_ok=True)
    assert found.df == wanted.df


@given(
    st.integers(0, 10_000),
    st.sampled_from(list(KINDS)),
    st.sampled_from(["remove", "certainty", "adjust", "average"]),
    st.booleans(),
    st.sampled_from([None, "region", ["region", "sex"]]),
    st.sampled_from([None, "inside"]),
    st.sampled_from(["logit", "wilson", "beta"]),
)
@settings(max_examples=150)
@pytest.mark.slow
def test_it_is_shares_of_one_column_an_answer(seed, kind, lonely, known_totals, by, within, interval):
    frame = surveyed(seed)
    if seed % 3 == 0:  # a group that nobody asked, and one that weighs nothing
        frame.loc[frame["region"] == "west", "opinion"] = np.nan
        frame.loc[(frame["region"] == "north") & (frame["sex"] == "male"), "weight"] = 0.0
    design = Design(frame, **KINDS[kind], lonely_psu=lonely)
    if known_totals:
        design = raked(design)
    arguments = {"by": by, "within": within, "interval": interval}
    agree(answer_shares(design, "opinion", ANSWERS, **arguments), column_by_column(design, ANSWERS, **arguments))


@given(st.integers(0, 10_000), st.sampled_from(list(KINDS)), st.sampled_from(["remove", "adjust", "average"]))
@settings(max_examples=40)
def test_patterns_have_the_covariance_of_their_influences(seed, kind, lonely):
    """In passes over a few estimates at a time too, as large calibrated designs need them."""
    frame, rng = surveyed(seed), np.random.default_rng(seed)
    design = Design(frame, **KINDS[kind], lonely_psu=lonely)
    pattern = rng.integers(-1, 6, len(frame))
    values = rng.normal(0, 1, (6, 4))
    for one in (design, raked(design)):
        influence = one.weights[:, None] * np.vstack([values, np.zeros(4)])[pattern]
        wanted = one.covariance(influence)
        assert one.covariance_of_patterns(pattern, values) == pytest.approx(wanted, rel=1e-11, abs=1e-12 * wanted.max())
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr("wavebook.survey.design._AT_ONCE", len(frame))
            patched.setattr("wavebook.survey.stages._AT_ONCE", 12)
            again = one.covariance_of_patterns(pattern, values)
        assert again == pytest.approx(wanted, rel=1e-11, abs=1e-12 * wanted.max())


def test_psus_and_patterns_too_many_for_a_table_give_the_same():
    n = 60_000
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"psu": np.arange(n) // 2, "weight": rng.gamma(4, 0.25, n)})
    design = Design(frame, weights="weight", psu="psu")
    pattern, values = rng.integers(-1, 20, n), rng.normal(0, 1, (20, 3))
    influence = design.weights[:, None] * np.vstack([values, np.zeros(3)])[pattern]
    assert design.covariance_of_patterns(pattern, values) == pytest.approx(design.covariance(influence), rel=1e-12)


def test_what_does_not_vary_within_strata_has_no_variance():
    """Rounding is not taken for variance: where everybody in a stratum is alike none is left."""
    frame = pd.DataFrame({"stratum": np.repeat([0, 1], 5000), "item": np.repeat(["yes", "no"], 5000)})
    table = answer_shares(Design(frame, strata="stratum"), "item").table
    assert (table["se"] == 0).all()


def test_every_category_is_an_answer_in_its_order():
    design = Design(surveyed(1), **CLUSTERED)
    result = answer_shares(design, "opinion", by="sex")
    assert list(result.table["response"]) == [name for name in CATEGORIES[:4] for _ in range(2)]
    assert result.labels[:3] == ["very, female", "very, male", "fairly, female"]
    each = {name: [name] for name in CATEGORIES[:4]}
    agree(result, column_by_column(design, each, by="sex"))
    assert result.table.groupby("sex")["share"].sum().to_numpy() == pytest.approx(1)


def test_cells_count_respondents_whatever_they_weigh():
    frame = surveyed(2)
    result = answer_shares(Design(frame, **CLUSTERED), "opinion", ANSWERS, by="sex", within="inside")
    inside = frame[frame["inside"]]
    for row in result.table.itertuples():
        chosen = inside["opinion"].isin(ANSWERS[row.response]) & (inside["sex"] == row.sex)
        assert row.cell == chosen.sum()
    assert result.table["cell"].dtype == np.int64


def test_an_answer_that_nobody_gave_has_an_interval():
    frame = surveyed(3)
    row = answer_shares(Design(frame, **CLUSTERED), "opinion", {"refused": ["refused", "gone"]}).table.iloc[0]
    weights = frame["weight"][frame["opinion"].notna()]
    kish = weights.sum() ** 2 / (weights**2).sum()
    assert (row["share"], row["se"], row["cell"]) == (0, 0, 0)
    assert row["upper"] == pytest.approx(stats.beta.isf(0.025, 1, kish))


def test_notes_count_respondents_once():
    frame = surveyed(4)
    lost = int(frame["opinion"].isna().sum())
    assert answer_shares(Design(frame, **CLUSTERED), "opinion").notes == (f"{lost} missing outcomes dropped out",)


def test_one_answer_can_be_taken_out_and_compared():
    design = Design(surveyed(5), **CLUSTERED)
    result = answer_shares(design, "opinion", ANSWERS, by="sex").where(response="favourable")
    alone = column_by_column(design, {"favourable": ANSWERS["favourable"]}, by="sex")
    assert wald(result).p == pytest.approx(wald(alone).p)
    assert contrasts(result).table["se"][0] == pytest.approx(contrasts(alone).table["se"][0])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"item": "z"}, "z: there is no such column"),
        ({"item": "nobody"}, "nobody: is missing in every row"),
        ({"answers": {}}, "answers: none are given"),
        ({"answers": {"yes": "very"}}, "answers: 'yes' is made up of the text 'very'; give a list of categories"),
        ({"by": "z"}, "z: there is no such column"),
        ({"by": ["sex", "sex"]}, "by: sex, sex names a column twice"),
        ({"by": "response"}, "by: 'response' is what the column of the answers is called"),
        ({"within": "none"}, "none: no row is left"),
        ({"interval": "wald"}, "interval: 'wald' is none of"),
        ({"level": 95}, "level: 95 is not between 0 and 1"),
    ],
)
def test_bad_input_is_refused_by_name(arguments, message):
    frame = surveyed(6).assign(nobody=np.nan, none=False, response=1)
    with pytest.raises(SurveyError, match=message):
        answer_shares(Design(frame, **CLUSTERED), **{"item": "opinion"} | arguments)
