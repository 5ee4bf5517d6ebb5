"""Columns of a survey's data, as numbers and as codes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from wavebook.survey.errors import SurveyError, rows
from wavebook.survey.results import Array
from wavebook.survey.stages import Codes


class Columns:
    """The data of a survey, whose columns are turned into codes once."""

    def __init__(self, data: pd.DataFrame) -> None:
        self.data = data.copy(deep=False)  # what the caller changes later is not changed here, where codes are kept
        self._cache: dict[str, tuple[Codes, list[Any]]] = {}

    def column(self, name: str) -> pd.Series:
        """One column of the data, or a refusal of a name that is not there."""
        if name not in self.data.columns:
            raise SurveyError(f"{name}: there is no such column")
        if not self.data.columns.is_unique and (self.data.columns == name).sum() > 1:
            raise SurveyError(f"{name}: there are several columns of this name")
        return self.data[name]

    def codes(self, name: str, complete: bool = False) -> tuple[Codes, list[Any]]:
        """A column as integers from 0 and the sorted values they stand for; missing is -1.

        Categories keep their order. With `complete` a missing value is refused.
        """
        if name not in self._cache:
            column = self.column(name)
            if isinstance(column.dtype, pd.CategoricalDtype):
                used = column.cat.remove_unused_categories()
                self._cache[name] = used.cat.codes.to_numpy(np.int32), list(used.cat.categories)
            else:
                try:
                    codes, values = pd.factorize(column, sort=True)
                except TypeError:
                    raise SurveyError(f"{name}: holds values of kinds that cannot be put in order") from None
                self._cache[name] = codes.astype(np.int32), list(values)
        found: tuple[Codes, list[Any]] = self._cache[name]
        if complete and (found[0] < 0).any():
            raise SurveyError(f"{name}: missing in {rows(self.data.index, found[0] < 0)}")
        return found

    def mask(self, within: str | None) -> NDArray[np.bool_]:
        """Rows of a domain: all, or those for which a boolean column is true."""
        if within is None:
            return np.ones(len(self.data), bool)
        column = self.column(within)
        values = binary(column, within)
        return values == 1


def binary(column: pd.Series, name: str) -> Array:
    """A 0/1 or boolean column as floats, missing as NaN; anything else is refused by row."""
    numbers = pd.to_numeric(column, errors="coerce").to_numpy(float, na_value=np.nan)
    fits = (numbers == 0) | (numbers == 1)
    if not fits.all():
        bad = ~(fits | column.isna().to_numpy())
        if bad.any():
            raise SurveyError(f"{name}: neither 0 nor 1 in {rows(column.index, bad)}")
    return numbers
