"""A model leaves the machine only if no category that it shows has too few respondents."""

import datetime as dt
from types import SimpleNamespace

import pandas as pd
import pytest

from wavebook.estimates.models import check_mediation, check_model, check_ordinal
from wavebook.study import Exemption, Refused
from wavebook.survey import Design, logit, ordinal

EXEMPTION = Exemption(
    wave="w",
    item="good",
    by=("place",),
    groups=("port",),
    answers=("yes",),
    lets_follow=[{"group": "port", "answers": ["no"]}],
    why="asked",
    harmless="many",
    decided="all",
    date=dt.date(2026, 1, 1),
)


def respondents(*exemptions):
    return SimpleNamespace(exemptions={str(at): exemption for at, exemption in enumerate(exemptions)})


def frame(port_no=3, small=29):
    """A port where few say no, a hill where many do, and an isle of hardly anybody."""
    place = ["port"] * 60 + ["hill"] * 100 + ["isle"] * small
    no = [at < port_no for at in range(60)] + [at % 3 == 0 for at in range(100)] + [at % 2 == 0 for at in range(small)]
    sex = ["w" if at % 2 else "m" for at in range(len(place))]
    return pd.DataFrame({"place": place, "sex": sex, "good__yes": [not value for value in no]})


def fit(data, formula):
    return logit(Design(data), formula)


FORMULA = "good__yes ~ C(place) + C(sex)"


@pytest.mark.parametrize(
    ("data", "shown", "message"),
    [
        (frame(20), [], r"C\(place\), isle: fewer than 30 respondents; show only the terms .*`shown=\[…\]`.* or join"),
        (frame(3, 40), [], r"C\(place\), port: fewer than 10 respondents gave, or did not give, good__yes"),
        (frame(3, 40), ["place"], r"C\(place\), port: fewer than 10"),
    ],
)
def test_a_category_of_too_few_is_refused_by_name(data, shown, message):
    with pytest.raises(Refused, match=message):
        check_model(respondents(), fit(data, FORMULA), FORMULA, shown)


def test_what_is_only_held_constant_may_be_rare():
    check_model(respondents(), fit(frame(3), FORMULA), FORMULA, ["sex"])


def test_a_crossing_is_judged_as_well():
    crossed = "good__yes ~ C(place) * C(sex)"
    data = frame(20, 40)
    data["sex"] = ["w" if at % 3 == 1 else "m" for at in range(len(data))]
    data.loc[data["place"] == "hill", "sex"] = ["m"] * 94 + ["w"] * 6
    with pytest.raises(Refused, match=r"C\(place\):C\(sex\), hill, w: fewer than 10 respondents"):
        check_model(respondents(), fit(data, crossed), crossed, [])


def test_an_exemption_lets_its_level_be_shown():
    check_model(respondents(EXEMPTION), fit(frame(3, 40), FORMULA), FORMULA, [])
    other = EXEMPTION.model_copy(update={"groups": ("hill",)})
    with pytest.raises(Refused, match="port"):
        check_model(respondents(other), fit(frame(3, 40), FORMULA), FORMULA, [])


def test_a_mediation_is_judged_by_the_cells_of_its_outcome():
    data = frame(3, 40).assign(place__port=lambda rows: rows["place"] == "port", old=[at % 2 for at in range(200)])
    with pytest.raises(Refused, match="place__port, True: fewer than 10 respondents gave, or did not give, good__yes"):
        check_mediation(respondents(), data, "good__yes", ("old", "place__port"))
    check_mediation(respondents(EXEMPTION), data, "good__yes", ("old", "place__port"))


ANSWERS = ["low", "middle", "high"]


def in_order(few=12, isle=40):
    """A port, a hill and an isle; in the port `few` give the middle answer."""
    held = {"port": (60, few, 30), "hill": (40, 40, 40), "isle": (isle - 20, 10, 10)}
    rows = [
        (a, place) for place, counts in held.items() for a, n in zip(ANSWERS, counts, strict=True) for _ in range(n)
    ]
    made = pd.DataFrame(rows, columns=["good", "place"])
    made["good"] = pd.Categorical(made["good"], ANSWERS, ordered=True)
    return made.assign(sex=["w" if at % 2 else "m" for at in range(len(made))])


def refused(data, shown=(), *exemptions, formula="good ~ C(place) + C(sex)"):
    check_ordinal(respondents(*exemptions), ordinal(Design(data), formula), "good", formula, shown)


def test_a_model_of_answers_in_order_may_be_shown_where_none_is_rare():
    refused(in_order())


@pytest.mark.parametrize(
    ("data", "shown", "message"),
    [
        (in_order(9), [], r"C\(place\), port: fewer than 10 respondents gave the answer 'middle'; show only the terms"),
        (in_order(12, 29), ["place"], r"C\(place\), isle: fewer than 30 respondents"),
        (
            in_order().query("good != 'high' or index % 12 == 0"),
            ["sex"],
            "all respondents: fewer than 10 respondents .* 'high'",
        ),
    ],
)
def test_a_rare_answer_in_order_is_refused_by_its_level(data, shown, message):
    with pytest.raises(Refused, match=message):
        refused(data, shown)


def test_what_is_only_held_constant_in_order_may_be_rare():
    refused(in_order(9), ["sex"])


def test_only_an_exemption_that_says_so_covers_a_model_in_order():
    follows = [{"group": "port", "answers": ["middle"]}]
    plain = EXEMPTION.model_copy(
        update={"lets_follow": Exemption.model_validate({**EXEMPTION.model_dump(), "lets_follow": follows}).lets_follow}
    )
    with pytest.raises(Refused, match="port"):
        refused(in_order(9), [], plain)
    refused(in_order(9), [], plain.model_copy(update={"models": ("middle",)}))
    hill = plain.model_copy(update={"models": ("middle",), "by": ("sex",)})
    with pytest.raises(Refused, match="port"):
        refused(in_order(9), [], hill)
