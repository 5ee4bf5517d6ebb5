"""A row of shares: the one form in which all rooms pass shares on, whoever printed or estimated them.

Here alone such rows are made, and their frames checked. Pandas and pandera take a while to import: who only wants to
know what there is does without this module.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, get_args

import numpy as np
import pandas as pd
import pandera.pandas as pa

from wavebook.study.faults import refuse
from wavebook.study.model import CERTAINTY_WORDS, MODE_WORDS, Wave
from wavebook.study.study import Study
from wavebook.study.topline import ONLY_A_BOUND, Bound, Topline

EVIDENCE = ("published", "microdata", "synthetic")
_EDGE = 1e-9  # what adding up leaves beyond 0 and 1


def _is(what: str, good: Callable[[pd.Series], Any], *, nullable: bool = False) -> pa.Column:
    return pa.Column(checks=pa.Check(good, error=what), nullable=nullable)


def _text(what: str = "text", good: Callable[[str], Any] = lambda _: True) -> pa.Column:
    return _is(what, lambda column: column.map(lambda cell: isinstance(cell, str) and bool(good(cell))))


def _one_of(words: Iterable[str]) -> pa.Column:
    known = tuple(words)
    return _text(f"one of {', '.join(map(repr, known))}", lambda cell: cell in known)


def _number(low: float, high: float) -> pa.Column:
    def good(column: pd.Series) -> Any:
        if not pd.api.types.is_numeric_dtype(column):
            return column.map(lambda _: False)
        return column.between(low - _EDGE, high + _EDGE)

    return _is(f"a number from {low:g} to {high:g}", good, nullable=True)


_COLUMNS = {
    "wave": _text(),
    "label": _text(),
    "time": _is("a date", pd.api.types.is_datetime64_any_dtype),
    "mode": _one_of(MODE_WORDS),
    "wording": _text(),
    "item": _text(),
    "title": _text(),
    "response": _text(),
    "by": _text(),
    "group": _text(),
    "quoted": _is("true or false", lambda column: column.map(lambda cell: isinstance(cell, bool | np.bool_))),
    "percent": _text("a percentage as printed", re.compile(r"[<>]?\d+(\.\d+)?").fullmatch),
    "bound": _one_of(get_args(Bound)),
    "share": _number(0, 1),
    "se": _number(0, np.inf),
    "lower": _number(0, 1),
    "upper": _number(0, 1),
    "step": _number(0, 1),
    "n": _number(0, np.inf),
    "n_status": _text(),
    "deff": _number(0, np.inf),
    "deff_status": _text(),
    "df": _number(0, np.inf),
    "why_no_interval": _text(),
    "certainty": _one_of(CERTAINTY_WORDS),
    "source": _text(),
    "evidence": _one_of(EVIDENCE),
    "note": _text(),
}

SHARES = pa.DataFrameSchema(
    _COLUMNS,
    checks=[
        pa.Check(
            lambda frame: frame["share"].isna() == (frame["bound"] != ""), error="a share, or a bound in its place"
        ),
        pa.Check(lambda frame: ~(frame["lower"] > frame["upper"]), error="lower ends that lie below upper ones"),
    ],
)
"""The frame of shares; fractions inside, per cent at the surface. Further columns may stand beside these.

wave, label, time
    The wave's id, its time in words, and the middle of its fieldwork.
mode, wording
    How the wave was asked; `wording` is empty where the question was not put otherwise than in the waves around it.
item, title
    The item's id, and what stands above its rows in a chart: the item's title, or that of a division into groups.
response
    A response to the item, or one of its headline shares.
by, group
    The division into groups and the group; both empty for all respondents.
quoted
    Whether this answer is quoted of the item: a headline share, or any response where the item has none.
percent
    The share as printed; of an estimate, with one digit. `>50` and `<5` are bounds.
bound
    ">" or "<" where only a bound was printed, else empty.
share, se
    The share and its standard error. There is no share where there is a bound.
lower, upper
    The ends of the 95% interval; of a bound, itself and the end of the scale. Both are missing where `why_no_interval`
    says why, except of a bound.
step
    The width of rounding to the printed digits; 0 for estimates and bounds.
n, n_status, deff, deff_status
    What an interval would rest on, and how that is known; `n` and `deff` are missing where there can be none.
df
    Degrees of freedom; infinite for printed shares.
why_no_interval
    Empty where there is an interval.
certainty, source, evidence
    How sure the share is, the entry of the bibliography, and what it rests on: "published", "microdata", "synthetic".
note
    What the data say beside it.
"""


def printed_row(study: Study, wave: Wave, topline: Topline) -> dict[str, Any]:
    """Make the row of a printed share; its interval, where it can have one, is still to be computed.

    An interval needs a number of respondents and one country: shares of a group whose size was not printed, and shares
    that pool countries, have none; those that pool waves of one country have one if they have a number of respondents.
    Nor has a bound one, whose `lower` and `upper` are as far as the share may lie.
    """
    known, deff = study.n(wave), study.deff(wave)
    size, status = (topline.n, wave.how_sure("n")) if topline.n is not None else (known.value, known.status)
    why = ""
    if wave.pooled and wave.country is None:
        why = "pooled"
    elif topline.by and topline.n is None:
        why = "size of the group not printed"
    elif size is None:
        why = "number of respondents not found"
    lower, upper = topline.limits if topline.bound else (np.nan, np.nan)
    return {
        **_about(study, wave, topline.item, topline.response, topline.by, topline.group),
        "percent": topline.percent,
        "bound": topline.bound,
        "share": topline.share,
        "se": np.nan,
        "lower": lower,
        "upper": upper,
        "step": topline.step,
        "n": np.nan if why else size,
        "n_status": "" if why else status,
        "deff": np.nan if why else deff.value,
        "deff_status": "" if why else deff.status,
        "df": np.inf,
        "why_no_interval": ONLY_A_BOUND if topline.bound else why,
        "certainty": topline.certainty,
        "source": topline.source,
        "evidence": "published",
        "note": topline.note,
    }


def estimated_row(
    study: Study, wave: Wave, item: str, estimate: Mapping[Any, Any], evidence: str, by: str = "", group: str = ""
) -> dict[str, Any]:
    """Make the row of a share that was estimated from respondents.

    Parameters
    ----------
    estimate
        A row of the table that `shares` of a wave returns.
    by, group
        The division into groups, and the group. Of several crossed, both in words.
    """
    return {
        **_about(study, wave, item, estimate["response"], by, group),
        "percent": f"{100 * estimate['share']:.1f}",
        "bound": "",
        **{name: estimate[name] for name in ("share", "se", "lower", "upper", "n", "deff", "df")},
        "step": 0.0,
        "n_status": "computed",
        "deff_status": "computed",
        "why_no_interval": "",
        "certainty": "computed",
        "source": wave.source,
        "evidence": evidence,
        "note": "",
    }


def _about(study: Study, wave: Wave, item: str, response: str, by: str, group: str) -> dict[str, Any]:
    described = study.item(item)
    return {
        "wave": wave.id,
        "label": wave.fieldwork.short,
        "time": pd.Timestamp(wave.fieldwork.middle),
        "mode": wave.mode,
        "wording": wave.wordings.get(item, ""),
        "item": item,
        "title": described.title,
        "response": response,
        "by": by,
        "group": group,
        "quoted": response in described.quoted,
    }


def shares_frame(rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Put rows into a frame of shares, and check it."""
    numbers = ["share", "se", "lower", "upper", "step", "n", "deff", "df"]
    frame = pd.DataFrame(list(rows), columns=list(_COLUMNS))
    if frame.empty:
        return frame
    frame = frame.astype(dict.fromkeys(numbers, float))
    _check(SHARES, "shares", frame)
    return frame


def expect(asking: str, frame: pd.DataFrame, *columns: str) -> None:
    """Refuse a frame that lacks some columns of a frame of shares, or holds in them what does not belong there.

    Parameters
    ----------
    asking
        Who asks: the function that is given the frame.
    """
    if not isinstance(frame, pd.DataFrame):
        raise refuse(asking, f"expected a frame of shares, not {type(frame).__name__}")
    _check(_part(columns), asking, frame)


@cache
def _part(columns: tuple[str, ...]) -> pa.DataFrameSchema:
    return pa.DataFrameSchema({name: _COLUMNS[name] for name in columns})


def _check(schema: pa.DataFrameSchema, asking: str, frame: pd.DataFrame) -> None:
    try:
        schema.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as error:
        cases = error.failure_cases
    else:
        return
    if missing := list(cases.loc[cases["check"] == "column_in_dataframe", "failure_case"]):
        names = ", ".join(map(repr, missing))
        raise refuse(asking, f"the frame has no {'column' if len(missing) == 1 else 'columns'} {names}") from None
    case = cases.iloc[0]
    if case["schema_context"] == "DataFrameSchema":
        raise refuse(asking, f"the frame needs {case['check']}") from None
    cell = case["failure_case"]
    held = "an empty cell" if case["check"] == "not_nullable" else repr(cell.item() if hasattr(cell, "item") else cell)
    wanted = schema.columns[case["column"]].checks[0].error
    raise refuse(asking, f"the column {case['column']!r} needs {wanted}, and holds {held}") from None
