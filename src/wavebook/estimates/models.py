"""Which models may leave the machine: none of whose categories gives away an answer of too few respondents.

The fit makes the weighted total of the outcome at each level of a categorical term equal to that of the data: whoever
has the coefficients has those totals. So what is shown of a model is judged as shares by its terms are. Variables that
are only held constant need not be shown, and say nothing then.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from wavebook.estimates.attack.cells import FEWEST_IN_CELL, FEWEST_RESPONDENTS
from wavebook.estimates.formulas import slug, variable
from wavebook.study import Fault, Refused
from wavebook.survey import Logit, Ordinal

if TYPE_CHECKING:
    from wavebook.estimates.compute import Respondents

_WAY_OUT = "show only the terms that are asked about (`shown=[…]`), or join it with another in the codebook"


def check_model(respondents: Respondents, model: Logit, formula: str, shown: Sequence[str]) -> None:
    """Refuse a model if a level of a term that it shows, or an answer of one, has too few respondents."""
    cells = model.cells
    if cells is None:
        return
    outcome = formula.partition("~")[0].strip()
    faults = []
    for row in cells.itertuples():
        term, level = str(row.term), str(row.level)
        held = {name for name in model.variables if re.search(rf"\b{re.escape(name)}\b", term)}
        if shown and not held <= set(shown):
            continue
        what = _fault(int(row.n), int(row.ones), outcome, ":" in term)
        if what and not (_is_exempt(respondents, outcome, term, level) and "did not" in what):
            faults.append(Fault(f"the model {formula}", f"{term}, {level}: {what}; {_WAY_OUT}"))
    if faults:
        raise Refused(faults)


def check_ordinal(respondents: Respondents, model: Ordinal, item: str, formula: str, shown: Sequence[str]) -> None:
    """Refuse a proportional-odds model if few gave an answer, in all or at a level of a term that it shows."""
    cells = model.cells
    if cells is None:
        return
    faults = []
    for (term, level), answers in cells.groupby(["term", "level"], sort=False):
        held = {name for name in model.variables if re.search(rf"\b{re.escape(name)}\b", term)}
        if shown and not held <= set(shown):
            continue
        least = FEWEST_IN_CELL if ":" in term else FEWEST_RESPONDENTS
        where = f"{term}, {level}" if term else "all respondents"
        if answers["n"].sum() < least:
            faults.append(Fault(f"the model {formula}", f"{where}: fewer than {least} respondents; {_WAY_OUT}"))
            continue
        for row in answers.itertuples():
            if row.n < FEWEST_IN_CELL and not _lets_follow(respondents, item, str(row.answer), term, level):
                what = f"{where}: fewer than {FEWEST_IN_CELL} respondents gave the answer {row.answer!r}"
                faults.append(Fault(f"the model {formula}", f"{what}; {_WAY_OUT}"))
    if faults:
        raise Refused(faults)


def _lets_follow(respondents: Respondents, item: str, answer: str, term: str, level: str) -> bool:
    """Whether an exemption says of an answer at this level that it may be worked out from models."""
    return any(
        exemption.item == item and answer in follows.answers and _is_level(exemption.by, follows.group, term, level)
        for exemption in respondents.exemptions.values()
        if exemption.models
        for follows in exemption.lets_follow
    )


def check_mediation(respondents: Respondents, frame: pd.DataFrame, outcome: str, variables: Sequence[str]) -> None:
    """Refuse a mediation if outcome and exposure, or outcome and mediator, have too few respondents in common."""
    faults = []
    for name in variables:
        counted = frame[[name, outcome]].dropna().groupby(name)[outcome].agg(["size", "sum"])
        for level, row in counted.iterrows():
            what = _fault(int(row["size"]), int(row["sum"]), outcome, crossed=False)
            if what and not (_is_exempt(respondents, outcome, name, str(level)) and "did not" in what):
                faults.append(Fault(f"the mediation through {variables[-1]}", f"{name}, {level}: {what}"))
    if faults:
        raise Refused(faults)


def _fault(n: int, ones: int, outcome: str, crossed: bool) -> str:
    if n < (FEWEST_IN_CELL if crossed else FEWEST_RESPONDENTS):
        return f"fewer than {FEWEST_IN_CELL if crossed else FEWEST_RESPONDENTS} respondents"
    if min(ones, n - ones) < FEWEST_IN_CELL:
        return f"fewer than {FEWEST_IN_CELL} respondents gave, or did not give, {outcome}"
    return ""


def _is_exempt(respondents: Respondents, outcome: str, term: str, level: str) -> bool:
    """Whether an exemption lets the answer of this level be told."""
    return any(
        outcome == variable(exemption.item, answer) and _is_level(exemption.by, group, term, level)
        for exemption in respondents.exemptions.values()
        for group in exemption.groups
        for answer in exemption.answers
    )


def _is_level(by: Sequence[str], group: str, term: str, level: str) -> bool:
    if len(by) != 1:
        return False
    plain = term.removeprefix("C(").partition(")")[0].partition(",")[0]
    return (plain, level) in ((slug(by[0]), group), (variable(by[0], group), "True"))
