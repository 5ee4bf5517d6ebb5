"""What formulas call items and groups, and what is said of a name that is none."""

from types import SimpleNamespace

import pytest

from wavebook.estimates.formulas import check_names, variable
from wavebook.study import Refused
from wavebook.study.model import Group, Item

STUDY = SimpleNamespace(
    items={
        "opinion-tram": Item(title="x", asks="x", responses=("like", "dislike"), headline={"all in all": ("like",)})
    },
    groups={"age": Group(title="Age", levels=("18-29", "60+")), "region": Group(title="Region")},
)
CODEBOOK = SimpleNamespace(items={"opinion-tram": None}, groups={"age": None, "region": None})
WAVE = SimpleNamespace(id="town-2020", microdata=SimpleNamespace(codebook=CODEBOOK))


def test_names_in_formulas_are_made_of_ids_and_answers():
    assert variable("opinion-tram") == "opinion_tram"
    assert variable("opinion-tram", "all in all") == "opinion_tram__all_in_all"
    assert variable("age", "60+") == "age__60"


@pytest.mark.parametrize(
    "formula",
    [
        "opinion_tram__all_in_all ~ C(age) + age_number * C(region)",
        "opinion_tram__like ~ age__60 + region__north - 1",
        "opinion_tram__like ~ np.log(age_number) + C(age, contr.treatment(base='18-29')) + I(age_number ** 2)",
        'opinion_tram__like ~ Q("age") + age_number:weight + 0',
        "opinion_tram__like ~ (",
    ],
)
def test_what_the_codebook_has_passes(formula):
    check_names(STUDY, WAVE, "logit", formula)


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("opinion_tram__like ~ C(agee)", "agee: there is no such column; did you mean age?"),
        (
            "opinion_tram__liek ~ C(age)",
            "opinion_tram__liek: there is no such column; did you mean opinion_tram__like?",
        ),
        ("opinion-tram__like ~ C(age)", "opinion: there is no such column; did you mean opinion_tram?"),
        ("xyz ~ C(age)", "xyz: there is no such column; items and groups go by their ids, with underscores"),
    ],
)
def test_a_name_that_is_none_is_refused_with_what_it_may_have_meant(formula, said):
    with pytest.raises(Refused) as refused:
        check_names(STUDY, WAVE, "logit", formula)
    assert str(refused.value) == f"town-2020, logit: {said}"
