"""What estimators return: small objects that print plainly and can be stored without loss."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields, replace
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from wavebook.survey.errors import SurveyError

Array = NDArray[Any]
"""Numbers, floats unless something else is said."""


@dataclass(frozen=True, repr=False)
class Result:
    """A table of estimates, and remarks about how they were reached.

    Attributes
    ----------
    table
        One row an estimate.
    notes
        Whatever a reader of the estimates should know: missing outcomes that dropped out, strata with one PSU.
    """

    table: pd.DataFrame
    notes: tuple[str, ...] = field(default=(), kw_only=True)

    def __repr__(self) -> str:
        shown = self.table.to_string(index=False, float_format=lambda x: f"{x:.4g}")
        return "\n".join([str(shown), *(f"note: {note}" for note in self.notes)])

    def to_dict(self) -> dict[str, Any]:
        """Turn into plain values that JSON can hold; `from_dict` gives back the same object, to the last bit."""
        return {"result": type(self).__name__, **{f.name: _plain(getattr(self, f.name)) for f in _stored(self)}}

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> Self:
        """Make a result from what `to_dict` gave."""
        if stored.get("result") != cls.__name__:
            raise SurveyError(f"stored is a {stored.get('result')}, not a {cls.__name__}")
        return cls(**{f.name: _restored(stored[f.name]) for f in _stored(cls)})


def _stored(result: Any) -> list[Any]:
    """Fields that are kept; the data a result came from are not."""
    return [f for f in fields(result) if f.metadata.get("stored", True)]


@dataclass(frozen=True, repr=False)
class Shares(Result):
    """Shares with the covariance that makes every contrast between them exact.

    Attributes
    ----------
    table
        One row a share: columns that name it, then share, se, lower, upper (fractions, 0–1), n, n_eff, deff, df, and
        where they are known missing and cell.
    covariance
        Covariance of the shares in the order of the table, shape (rows, rows), in squared fractions.
    df
        Degrees of freedom of the design on all rows that the table rests on.
    """

    covariance: Array = field(kw_only=True)
    df: float = field(default=math.inf, kw_only=True)

    ESTIMATES = ("share", "se", "lower", "upper", "n", "n_eff", "deff", "df")

    @property
    def labels(self) -> list[str]:
        """What each row is called, made of the columns that name it."""
        return [", ".join(str(value) for value in row) for row in self.table[self.names].itertuples(index=False)]

    @property
    def names(self) -> list[str]:
        """The columns that name the shares."""
        return [column for column in self.table.columns if column not in (*self.ESTIMATES, "missing", "cell")]

    def where(self, /, **columns: Any) -> Self:
        """Those shares whose columns have the given values, with their block of the covariance.

        Parameters
        ----------
        columns
            For a column that names the shares, such as ``response="favourable"``, the value, or a list of values any
            of which will do; with several columns all must fit.

        Raises
        ------
        SurveyError
            If no such column names the shares, or none of them has the values; the message tells those there are.
        """
        left = np.arange(len(self.table))
        for name, wanted in columns.items():
            if name not in self.names:
                raise SurveyError(f"{name}: names none of the shares; they have {', '.join(self.names) or 'no name'}")
            column = self.table[name].iloc[left]
            fits = column.isin(list(wanted) if pd.api.types.is_list_like(wanted) else [wanted]).to_numpy()
            if not fits.any():
                there = ", ".join(str(value) for value in column.unique())
                raise SurveyError(f"{name}: no share has {_said(wanted)}; there are {there}")
            left = left[fits]
        table = self.table.iloc[left].reset_index(drop=True)
        return replace(self, table=table, covariance=self.covariance[np.ix_(left, left)])


@dataclass(frozen=True, repr=False)
class Contrasts(Result):
    """Linear contrasts of estimates.

    Attributes
    ----------
    table
        Columns contrast, estimate, se, lower, upper, t, df, p, p_adjusted, mde.
    covariance
        Covariance of the contrasts, shape (rows, rows).
    """

    covariance: Array = field(kw_only=True)


@dataclass(frozen=True, repr=False)
class Test(Result):
    """A test of one hypothesis; the table has the columns F, df1, df2, p."""

    __test__ = False  # pytest collects classes by this name

    @property
    def F(self) -> float:  # noqa: N802 - the statistic's own name
        """The statistic."""
        return float(self.table["F"].iloc[0])

    @property
    def df1(self) -> float:
        """Numerator degrees of freedom."""
        return float(self.table["df1"].iloc[0])

    @property
    def df2(self) -> float:
        """Denominator degrees of freedom."""
        return float(self.table["df2"].iloc[0])

    @property
    def p(self) -> float:
        """How often chance alone would give a statistic as large."""
        return float(self.table["p"].iloc[0])


def make_test(statistic: float, df1: float, df2: float, p: float, notes: tuple[str, ...] = ()) -> Test:
    """Make the result of a test."""
    return Test(pd.DataFrame({"F": [statistic], "df1": [df1], "df2": [df2], "p": [p]}), notes=notes)


def _said(wanted: Any) -> str:
    if not pd.api.types.is_list_like(wanted):
        return str(wanted)
    return " or ".join(str(value) for value in wanted) or "any of no values"


def _plain(value: Any) -> Any:  # noqa: PLR0911 - one line a kind of value
    match value:
        case pd.DataFrame():
            columns = {str(name): [_plain(cell) for cell in value[name]] for name in value.columns}
            return {"columns": columns, "dtypes": [_plain_type(dtype) for dtype in value.dtypes], "rows": len(value)}
        case np.ndarray():
            return {"array": [_plain(cell) for cell in value.ravel().tolist()], "shape": list(value.shape)}
        case tuple() | list():
            return [_plain(cell) for cell in value]
        case pd.Timestamp():
            return {"time": value.isoformat()}
        case bool() | np.bool_():
            return bool(value)
        case float() | np.floating():
            number = float(value)
            return number if math.isfinite(number) else {"float": repr(number)}
        case int() | np.integer():
            return int(value)
        case None:
            return None
    return {"missing": str(value)} if value is pd.NA or value is pd.NaT else str(value)


def _plain_type(dtype: Any) -> Any:
    if isinstance(dtype, pd.CategoricalDtype):
        categories = pd.DataFrame({"value": pd.Series(dtype.categories)})
        return {"categories": _plain(categories), "ordered": dtype.ordered}
    return str(dtype)


def _restored(value: Any) -> Any:  # noqa: PLR0911 - one line a kind of value
    match value:
        case {"columns": dict(columns), "dtypes": list(dtypes)}:
            made = {
                name: pd.Series([_restored(cell) for cell in cells], dtype=_restored_type(dtype))
                for (name, cells), dtype in zip(columns.items(), dtypes, strict=True)
            }
            return pd.DataFrame(made, index=range(value["rows"]))
        case {"array": list(cells), "shape": list(shape)}:
            return np.array([_restored(cell) for cell in cells], float).reshape(shape)
        case {"float": str(written)}:
            return float(written)
        case {"time": str(written)}:
            return pd.Timestamp(written)
        case {"missing": str(written)}:
            return pd.NaT if written == "NaT" else pd.NA
        case list():
            return tuple(_restored(cell) for cell in value)
    return value


def _restored_type(written: Any) -> Any:
    if isinstance(written, dict):
        categories = _restored(written["categories"])["value"]
        return pd.CategoricalDtype(categories.rename(None), written["ordered"])
    return written
