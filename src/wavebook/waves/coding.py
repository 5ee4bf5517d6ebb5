"""Turns the cells of a respondent file into the study's categories, as a codebook says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from wavebook.study import Codebook, Group, Item, Recode, canonical, label_text, limits, number_text
from wavebook.waves.readers import RespondentFile

MISSING, UNKNOWN = -1, -2


@dataclass(frozen=True)
class Coded:
    """One variable in the study's categories.

    Attributes
    ----------
    values
        Category of each respondent, in the order in which the study or the codebook names them; missing is NaN.
    spelt
        Labels of the file that were matched although they are written differently, with the category they went to.
    unknown
        Labels that the codebook does not mention, with the rows in which they stand.
    """

    values: pd.Categorical
    spelt: dict[str, str]
    unknown: dict[str, NDArray[np.int64]]


def texts(column: pd.Series) -> tuple[NDArray[np.int64], list[str]]:
    """A column as codes, -1 for missing, and the texts that they stand for."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        used = column.cat.remove_unused_categories()
        return used.cat.codes.to_numpy(np.int64), [str(text) for text in used.cat.categories]
    codes, values = pd.factorize(column)
    return codes.astype(np.int64), [number_text(float(value)) for value in values]


def numbers(file: RespondentFile, variable: str) -> NDArray[np.float64]:
    """A variable as numbers, as its cells say them; what is no number is NaN."""
    column = file.frame[variable]
    if not isinstance(column.dtype, pd.CategoricalDtype):
        return column.to_numpy(float)
    codes, found = texts(column)
    known = file.codes.get(variable, {})
    return np.array([*(_number(text, known) for text in found), np.nan])[codes]


def _number(text: str, known: Mapping[str, float]) -> float:
    """The number that a cell says: "45", or "97 and more" if its code is 97. A code 99 for "refused" is no number."""
    try:
        return float(text)
    except ValueError:
        pass
    number = known.get(text, np.nan)
    return number if number_text(number) in re.findall(r"\d+(?:\.\d+)?", text) else np.nan


def code(file: RespondentFile, recode: Recode, codebook: Codebook, levels: Sequence[str] | None) -> Coded:
    """Put one variable into categories.

    Parameters
    ----------
    levels
        The categories that the study knows, in its order; None where the codebook or the file names them.

    Notes
    -----
    A label goes to the category that lists it, as it is written; else to the one that lists it but for case, spaces
    and punctuation; else, where it has a numeric code, to the one that lists the code. A label that is listed
    nowhere is missing if the codebook or the file itself says so, and otherwise goes to `otherwise`, if there is one.
    """
    codes, found = texts(file.frame[recode.variable])
    absent = _keys([*codebook.missing, *recode.missing]) | _keys(file.declared_missing.get(recode.variable, ()))
    known = file.codes.get(recode.variable, {})
    spelt: dict[str, str] = {}
    if recode.bands:
        names = list(recode.bands)
        place = [UNKNOWN if canonical(text) in absent else _band(names, _number(text, known)) for text in found]
    else:
        listed = recode.categories or {name: (name,) for name in levels or _spellings(found, absent)}
        names = list(dict.fromkeys([*listed, *([recode.otherwise] if recode.otherwise else [])]))
        matched = _matched(listed, found, known)
        place = [UNKNOWN if name is None else names.index(name) for name in matched]
        written = _texts(listed)
        spelt = {text: name for text, name in zip(found, matched, strict=True) if name and text not in written}
        spelt = {text: name for text, name in spelt.items() if number_text(known.get(text, np.nan)) not in written}
    otherwise = names.index(recode.otherwise) if recode.otherwise else UNKNOWN
    for at, text in enumerate(found):
        if place[at] == UNKNOWN:
            place[at] = MISSING if canonical(text) in absent else otherwise
    unknown = {text: np.flatnonzero(codes == at) for at, text in enumerate(found) if place[at] == UNKNOWN}
    order = [name for name in levels or names if name in names]
    rank = np.array([*(order.index(name) for name in names), MISSING, MISSING], np.int64)  # -2 and -1 at the end
    coded = np.array([*place, MISSING], np.int64)[codes]
    return Coded(pd.Categorical.from_codes(rank[coded], categories=order), spelt, unknown)


def _matched(listed: Mapping[str, Sequence[Any]], found: Sequence[str], known: Mapping[str, float]) -> list[str | None]:
    """The category of each text that was found, or None."""
    exact = _texts(listed)
    loose: dict[str, str | None] = {}
    for label, name in exact.items():
        key = canonical(label)
        loose[key] = name if loose.get(key, name) == name else None  # two categories that differ in spelling only
    return [
        exact.get(text)
        or loose.get(canonical(text))
        or (exact.get(number_text(known[text])) if text in known else None)
        for text in found
    ]


def _texts(listed: Mapping[str, Sequence[Any]]) -> dict[str, str]:
    return {label_text(label): name for name, labels in listed.items() for label in labels}


def _spellings(found: Sequence[str], absent: set[str]) -> list[str]:
    """One spelling of each label, without those that are no answer."""
    first: dict[str, str] = {}
    for text in sorted(found):
        first.setdefault(canonical(text), text)
    return [text for key, text in first.items() if key not in absent]


def _band(bands: Sequence[str], number: float) -> int:
    spans = (limits(band) for band in bands)
    return next((at for at, (low, high) in enumerate(spans) if low <= number < high + 1), UNKNOWN)


def _keys(labels: Iterable[Any]) -> set[str]:
    return {canonical(label_text(label)) for label in labels}


@dataclass(frozen=True)
class CodedWave:
    """A respondent file in the study's words.

    Attributes
    ----------
    frame
        One row a respondent: a column of categories for each item and group, under its id, and the columns
        `weight`, `stratum` and `psu` as far as the design has them.
    columns
        Each item and group as it was coded.
    numbers
        The variables behind groups that were cut into bands, as numbers, by the id of the group.
    """

    frame: pd.DataFrame
    columns: dict[str, Coded]
    numbers: dict[str, NDArray[np.float64]]


def code_wave(file: RespondentFile, codebook: Codebook, items: dict[str, Item], groups: dict[str, Group]) -> CodedWave:
    """Put a whole file into the study's words; every variable of the codebook has to be there."""
    columns = {key: code(file, recode, codebook, items[key].responses) for key, recode in codebook.items.items()}
    columns |= {key: code(file, recode, codebook, groups[key].levels) for key, recode in codebook.groups.items()}
    frame: dict[str, Any] = {key: coded.values for key, coded in columns.items()}
    design = codebook.design
    if design.weights:
        frame["weight"] = numbers(file, design.weights)
    if design.strata:
        frame["stratum"] = crossed(file, design.strata)
    if design.psu:
        frame["psu"] = crossed(file, [design.psu])
    bands = {key: numbers(file, recode.variable) for key, recode in codebook.groups.items() if recode.bands}
    for key, values in bands.items():
        bands[key] = np.where(columns[key].values.codes >= 0, values, np.nan)
    return CodedWave(pd.DataFrame(frame), columns, bands)


def crossed(file: RespondentFile, variables: Sequence[str]) -> NDArray[np.int64]:
    """Number the combinations of several variables that occur, by the order of their texts; -1 where any is missing.

    The order of texts is the same in every format of a file, so that sums are, to the last bit.
    """
    crossing = np.zeros(len(file.frame), np.int64)
    absent = np.zeros(len(file.frame), bool)
    for variable in variables:
        codes, values = texts(file.frame[variable])
        absent |= codes < 0
        rank = np.argsort(np.argsort(np.array([*values, ""], dtype=object)))
        crossing = crossing * (len(values) + 1) + rank[codes]
    crossing[absent] = -1
    return crossing
