"""Agreement with R's `survey` and `brglm2` to 1e-9, on data and results kept in tests/oracle (`make oracle` redoes them)."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from wavebook.survey import Design, independence, logit, ordinal, rake, shares
from wavebook.survey.proportions import group_sums
from wavebook.survey.replicates import jackknife, replicate_covariance

HERE = Path(__file__).parents[1] / "oracle"
REFERENCE = json.loads((HERE / "reference.json").read_text())
FORMULA = "favourable ~ age + television + C(ethnic) + C(sex) + age:television"


def expected(key):
    return np.array(REFERENCE[key], float)


def agrees(found, key, rel=1e-9):
    wanted = expected(key)
    assert np.asarray(found, float).ravel() == pytest.approx(wanted, rel=rel, abs=1e-13), key


def frame(name):
    data = pd.read_csv(HERE / f"{name}.csv")
    return data.assign(inside=(data["sex"] == "female") | (data["age"] > 30))


CLUSTERED = {"weights": "weight", "strata": "stratum", "psu": "psu"}
DESIGNS = {
    "clustered": ("clustered", CLUSTERED, None),
    "domain": ("clustered", CLUSTERED, "inside"),
    "weights": ("clustered", {"weights": "weight"}, None),
    "elements": ("elements", {"weights": "weight", "strata": "stratum", "fpc": "size"}, None),
    "two-stage": ("two-stage", {"psu": ["psu", "person"], "fpc": ["psus", "people"]}, None),
}
LONELY = ("remove", "certainty", "adjust", "average")


@pytest.fixture(scope="module", params=list(DESIGNS))
def case(request):
    file, arguments, within = DESIGNS[request.param]
    return request.param, Design(frame(file), **arguments), within


def check_interval(key, design, within=None, outcome="favourable"):
    row = shares(design, outcome, within=within).table.iloc[0]
    agrees(row[["share", "se", "df"]], f"{key}.mean")
    agrees(row["deff"], f"{key}.deff")
    for interval in ("logit", "wilson", "beta"):
        row = shares(design, outcome, within=within, interval=interval).table.iloc[0]
        agrees(row[["lower", "upper"]], f"{key}.{interval}")


def check_domains(key, design, within=None):
    result = shares(design, "favourable", by="group", within=within)
    agrees(result.table["share"], f"{key}.domains")
    agrees(result.covariance, f"{key}.domains.cov")
    agrees(result.table["df"], f"{key}.domains.df")


def check_regression(key, design, within=None):
    fit = logit(design, FORMULA, within=within)
    r_order = [fit.table["term"].tolist().index(term) for term in R_TERMS]
    agrees(fit.table["estimate"].iloc[r_order], f"{key}.logit.coef")
    agrees(fit.covariance[np.ix_(r_order, r_order)], f"{key}.logit.cov")
    agrees(fit.df, f"{key}.logit.df")
    agrees(fit.average_marginal_effects("age").table[["estimate", "se"]], f"{key}.ame.age")
    ethnic = fit.average_marginal_effects("ethnic").table.set_index("contrast")
    margins = fit.predictions("ethnic").table.set_index("ethnic")
    for level in ("Russian", "other"):
        agrees(ethnic.loc[f"{level} - Kazakh", ["estimate", "se"]], f"{key}.ame.ethnic.{level}")
        agrees(margins.loc[level, ["estimate", "se"]], f"{key}.margin.ethnic.{level}")


def check_penalised(key, design, within=None, outcome="favourable"):
    fit = logit(design, FORMULA.replace("favourable", outcome), within=within, penalty="firth")
    order = [fit.table["term"].tolist().index(term) for term in R_TERMS]
    agrees(fit.table["estimate"].iloc[order], f"{key}.firth.{outcome}.coef")
    agrees(fit.covariance[np.ix_(order, order)], f"{key}.firth.{outcome}.cov")


def check_ordinal(key, design, within=None):
    fit = ordinal(design, FORMULA.replace("favourable", "answer"), within=within)
    order = [fit.table["term"].tolist().index(term) for term in R_TERMS[1:]]
    agrees([*fit.table["estimate"].iloc[order], *fit.thresholds["estimate"]], f"{key}.ordinal.coef")
    order += range(len(order), len(order) + len(fit.thresholds))
    found = fit.model.covariance[np.ix_(order, order)]
    wanted = expected(f"{key}.ordinal.cov").reshape(found.shape)
    assert np.sqrt(np.diag(found)) == pytest.approx(np.sqrt(np.diag(wanted)), rel=1e-9)
    # R takes the second derivatives by differences, which costs what is small beside the variances a digit.
    agrees(found, f"{key}.ordinal.cov", rel=1e-8)
    agrees(fit.df, f"{key}.ordinal.df")


R_TERMS = [
    "Intercept",
    "age",
    "television",
    "C(ethnic)[T.other]",
    "C(ethnic)[T.Russian]",
    "C(sex)[T.male]",
    "age:television",
]


def test_means_and_intervals(case):
    check_interval(*case)


def test_domains_with_their_covariance(case):
    check_domains(*case)


def test_rao_scott(case):
    key, design, within = case
    test = independence(design, "favourable", "group", within=within)
    agrees([test.F, test.df1, test.df2, test.p], f"{key}.independence")


def test_logistic_regression_and_marginal_effects(case):
    check_regression(*case)


@pytest.mark.parametrize("outcome", ["favourable", "alike"])
def test_firths_penalised_likelihood(case, outcome):
    check_penalised(*case, outcome)


def test_proportional_odds(case):
    check_ordinal(*case)


def test_weights_implied_by_the_fpc():
    check_interval("implied", Design(frame("elements"), strata="stratum", fpc="size"))


def test_rare_shares():
    design = Design(frame("clustered"), **CLUSTERED)
    for interval in ("beta", "logit"):
        row = shares(design, "rare", interval=interval).table.iloc[0]
        agrees(row[["lower", "upper"]], f"rare.{interval}")


@pytest.mark.parametrize("rule", LONELY)
def test_strata_with_one_psu(rule):
    design = Design(frame("lonely"), **CLUSTERED, lonely_psu=rule)
    assert design.notes == (f"1 stratum has one PSU; rule applied: {rule}",)
    check_interval(f"lonely.{rule}", design)
    check_domains(f"lonely.{rule}", design)


def test_raked_weights_and_what_they_do_to_variances():
    margins = {
        "sex": {"female": 5200, "male": 4800},
        "group": {"18-29": 2000, "30-44": 3000, "45-59": 2600, "60+": 2400},
    }
    design = rake(Design(frame("clustered"), **CLUSTERED), margins)
    agrees(design.weights, "raked.weights")
    check_interval("raked", design)
    check_regression("raked", design)
    check_penalised("raked", design, outcome="alike")
    check_ordinal("raked", design)
    by = shares(design, "favourable", by="group")
    agrees(by.table["share"], "raked.domains")
    agrees(by.table["se"], "raked.domains.se")


def test_the_jackknife():
    design = Design(frame("clustered").assign(all="all"), **CLUSTERED)
    factors, scale = jackknife(design)
    _, weight, with_it = group_sums(design, "rare", "all")
    estimate = with_it.sum(axis=0) / weight.sum(axis=0)
    covariance = replicate_covariance((factors @ with_it) / (factors @ weight), estimate, scale)
    agrees([estimate[0], np.sqrt(covariance[0, 0])], "jkn.mean")
