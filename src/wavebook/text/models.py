"""A fitted model as a table for readers."""

from __future__ import annotations

import re

import pandas as pd

from wavebook.estimates.formulas import NUMBER, variable
from wavebook.figures.publishing import escape
from wavebook.figures.words import MINUS, group_words, p_value, points
from wavebook.study import Study
from wavebook.survey import Effects, Logit
from wavebook.text.phrases import say_chance, say_p

_FACTOR = re.compile(r"(?:C\((?P<category>\w+)[^)]*\)|(?P<plain>[^\[\]:]+))(?:\[(?:T\.)?(?P<level>[^\]]*)\])?(?::|$)")


def coefficient_table(study: Study, model: Logit) -> pd.DataFrame:
    """The coefficients of a logistic regression in log odds, each term in the study's words.

    Parameters
    ----------
    study
        Gives items, answers, groups and levels their names.
    model
        As `study.wave(…).logit(…)` returns it.
    """
    names = _names(study)
    table = model.table
    numbers = {name: table[name].map(_number) for name in ("estimate", "se", "t", "lower", "upper")}
    return pd.DataFrame(
        {
            "Term": [_term(str(term), names) for term in table["term"]],
            "Estimate": numbers["estimate"],
            "Standard error": numbers["se"],
            "t": numbers["t"],
            "p": table["p"].map(p_value),
            "95% interval": numbers["lower"] + " to " + numbers["upper"],
        }
    )


def say_effects(effects: Effects) -> list[str]:
    """Average marginal effects in sentences: of each category against the first, or of one step of a number."""
    said = []
    for row in effects.table.itertuples():
        among = _against(str(row.contrast))
        digits = 1 if among else 2  # one step of a number moves little
        size, low, high = (points(value, digits) for value in (row.estimate, row.lower, row.upper))
        tested = f"95% interval {low} to {high}; {say_p(row.p)}"
        said.append(f"**{among or 'With one more'}:** {size} points ({tested}), {say_chance(row.p)}.")
    return said


def _against(contrast: str) -> str:
    """Name a contrast of two categories: "60+ - 18-29" → "60+ against 18–29"; a slope has none."""
    level, found, base = contrast.partition(" - ")
    return f"{escape(group_words(level))} against {escape(group_words(base))}" if found else ""


def _number(value: float) -> str:
    return f"{value:.2f}".replace("-", MINUS)


def _names(study: Study) -> dict[str, str]:
    """What the variables of formulas are called: "Age", "Age: 60+"."""
    known = [(key, item.title, item.answers) for key, item in study.items.items()]
    known += [(key, group.title, group.levels or ()) for key, group in study.groups.items()]
    named: dict[str, str] = {}
    for key, title, values in known:
        named |= {variable(key): title, f"{variable(key)}{NUMBER}": f"{title}, as a number"}
        named |= {variable(key, value): f"{title}: {group_words(value)}" for value in values}
    return named


def _term(term: str, names: dict[str, str]) -> str:
    """A term as formulas write it, in words: "C(age)[T.60+]" → "Age: 60+"."""
    if term == "Intercept":
        return "Constant"
    parts = []
    for factor in _FACTOR.finditer(term):
        name, level = factor["category"] or factor["plain"], factor["level"]
        said = names.get(name, name.replace("_", " "))
        parts.append(said if level in (None, "True") else f"{said}: {group_words(level)}")
    return " × ".join(parts)
