"""A fitted model as a table for readers."""

from types import SimpleNamespace

import pandas as pd
import pytest

from wavebook.study.model import Group, Item
from wavebook.survey import Design, logit
from wavebook.text.models import coefficient_table, say_effects

STUDY = SimpleNamespace(
    items={"opinion-tram": Item(title="Opinion of the tram", asks="x", responses=("like", "dislike"))},
    groups={
        "age": Group(title="Age", levels=("18-29", "60+")),
        "main-street": Group(title="Street", levels=("upper", "lower: left")),
        "region": Group(title="Region"),
    },
)


@pytest.fixture(scope="module")
def frame():
    number = [i % 7 for i in range(400)]
    return pd.DataFrame(
        {
            "likes": [float(i % 3 == 0) for i in range(400)],
            "age": ["60+" if n > 3 else "18-29" for n in number],
            "age_number": [20 + 7 * n for n in number],
            "main_street": ["upper" if i % 2 else "lower: left" for i in range(400)],
            "main_street__upper": [i % 2 == 1 for i in range(400)],
            "opinion_tram__like": [i % 5 == 0 for i in range(400)],
            "region": ["A-1" if i % 11 < 5 else "B" for i in range(400)],
            "rain": [float(i % 13) for i in range(400)],
        }
    )


@pytest.mark.parametrize(
    ("formula", "terms"),
    [
        ("likes ~ C(age)", ["Age: 60+"]),
        ("likes ~ age_number + rain", ["Age, as a number", "rain"]),
        ("likes ~ main_street__upper + opinion_tram__like", ["Street: upper", "Opinion of the tram: like"]),
        ("likes ~ C(main_street) + region", ["Street: upper", "Region: B"]),
        ("likes ~ C(age):rain", ["Age: 18–29 × rain", "Age: 60+ × rain"]),
        ("likes ~ C(main_street)*C(age)", ["Street: upper", "Age: 60+", "Street: upper × Age: 60+"]),
    ],
)
def test_terms_are_said_in_the_words_of_the_study(frame, formula, terms):
    assert list(coefficient_table(STUDY, logit(Design(frame), formula))["Term"]) == ["Constant", *terms]


def test_every_coefficient_comes_with_its_standard_error_test_and_interval(frame):
    model = logit(Design(frame), "likes ~ rain")
    shown, row = coefficient_table(STUDY, model).iloc[1], model.table.iloc[1]
    assert list(shown.index) == ["Term", "Estimate", "Standard error", "t", "p", "95% interval"]
    numbers = [f"{row[name]:.2f}".replace("-", "−") for name in ("estimate", "se", "t", "lower", "upper")]
    assert [*shown[["Estimate", "Standard error", "t"]], *shown["95% interval"].split(" to ")] == numbers


def test_effects_are_said_category_by_category_or_by_one_step(frame):
    effects = logit(Design(frame), "likes ~ C(region) + rain").average_marginal_effects("region")
    (said,) = say_effects(effects)
    row = effects.table.iloc[0]
    assert said.startswith(
        "**B against A–1:** " + f"{100 * row['estimate']:+.1f} points (95% interval ".replace("-", "−")
    )
    assert said.endswith("not to be told from chance.")
    (slope,) = say_effects(logit(Design(frame), "likes ~ rain").average_marginal_effects("rain"))
    assert slope.startswith("**With one more:** ")
