"""Everything that is wrong with a respondent file, found at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from wavebook.study import Codebook, Fault, Wave, canonical
from wavebook.study.codebook import DateParts
from wavebook.waves.coding import Coded, CodedWave, crossed, texts
from wavebook.waves.parsing.columns import STAMP_VARIABLE
from wavebook.waves.readers import RespondentFile

_HEAVY = 10.0  # a weight this many times the mean lets one respondent speak for ten
_SHOWN = 5


@dataclass
class Findings:
    """What is wrong: errors stop a file from being added, warnings do not."""

    errors: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)


def missing_variables(file: RespondentFile, codebook: Codebook) -> list[Fault]:
    """Variables that the codebook names and the file does not have, each with the nearest name that it has."""
    folded = {canonical(name): name for name in file.frame.columns}
    faults = []
    for name in codebook.variables:
        if name not in file.frame.columns:
            near = folded.get(canonical(name))
            hint = f"; it has {near!r}, which differs in spelling only" if near else ""
            faults.append(Fault(f"{file.name}: {name}", f"the codebook names this variable; the file lacks it{hint}"))
    return faults


def check(file: RespondentFile, wave: Wave, codebook: Codebook, coded: CodedWave) -> Findings:
    """Hold a coded file against its codebook and its wave.

    Parameters
    ----------
    coded
        What `code_wave` made of the file; all variables of the codebook are therefore there.
    """
    found = Findings()
    if codebook.untested:
        found.warnings.append(Fault(f"the codebook of {wave.id}", f"untested: {codebook.untested}"))
    _check_size(file, wave, found)
    _check_variables(file, codebook, found)
    for key, recode in {**codebook.items, **codebook.groups}.items():
        _check_categories(file, recode.variable, key, coded.columns[key], found)
    for key, values in coded.numbers.items():
        _check_codes_among_ages(file, codebook.groups[key].variable, key, values, found)
    for key, recode in codebook.items.items():
        _check_asked(file, recode.variable, key, coded.columns[key].values, found)
    _check_dates(file, wave, codebook, found)
    _check_respondents(file, codebook, found)
    _check_weights(file, codebook, coded, found)
    _check_psus(file, codebook, coded, found)
    return found


def rows(file: RespondentFile, where: NDArray[np.int64] | NDArray[np.bool_]) -> str:
    """Name rows as a person finds them in the file: "3 rows: 5, 18, 33"."""
    at = np.flatnonzero(where) if where.dtype == bool else where
    shown = ", ".join(str(int(row) + file.first_row) for row in at[:_SHOWN])
    more = " …" if len(at) > _SHOWN else ""
    return f"{len(at):,} {'row' if len(at) == 1 else 'rows'}: {shown}{more}"


def _check_size(file: RespondentFile, wave: Wave, found: Findings) -> None:
    n = len(file.frame)
    if wave.n is not None and n != wave.n:
        what = f"{n:,} respondents, but {wave.id} declares n: {wave.n:,}; correct whichever is wrong"
        found.errors.append(Fault(file.name, what))


def _check_variables(file: RespondentFile, codebook: Codebook, found: Findings) -> None:
    extra = [name for name in file.frame.columns if name not in (*codebook.variables, STAMP_VARIABLE)]
    if extra:
        names = ", ".join(extra[:8]) + (" …" if len(extra) > 8 else "")
        count = "1 variable is" if len(extra) == 1 else f"{len(extra)} variables are"
        found.warnings.append(Fault(file.name, f"{count} not in the codebook and not used: {names}"))


def _check_categories(file: RespondentFile, variable: str, key: str, coded: Coded, found: Findings) -> None:
    where = f"{file.name}: {variable}"
    for text, at in coded.unknown.items():
        what = f"{key}: the codebook has no category for {_quoted(text)} ({rows(file, at)})"
        found.errors.append(Fault(where, what))
    for text, category in coded.spelt.items():
        found.warnings.append(
            Fault(where, f"{key}: {_quoted(text)} is taken for {category!r}, which is spelt otherwise")
        )
    if not (coded.values.codes >= 0).any() and not coded.unknown:
        found.errors.append(Fault(where, f"{key}: not one respondent has an answer"))


def _check_codes_among_ages(
    file: RespondentFile, variable: str, key: str, values: NDArray[np.float64], found: Findings
) -> None:
    """98 and 99 often mean that somebody gave no age; then there are more of them than of people in their nineties."""
    for number in (97, 98, 99):
        at = values == number
        if at.sum() > max(2, ((values >= 85) & (values < 97)).sum()):
            what = f"{key}: {number} stands in {rows(file, at)}; if it means no answer, list it under missing"
            found.warnings.append(Fault(f"{file.name}: {variable}", what))


def _check_asked(file: RespondentFile, variable: str, key: str, values: pd.Categorical, found: Findings) -> None:
    asked = int((values.codes >= 0).sum())
    if 0 < asked < len(values):
        what = f"{key}: answered by {asked:,} of {len(values):,}; shares are of these"
        found.warnings.append(Fault(f"{file.name}: {variable}", what))


def _quoted(text: str) -> str:
    return repr(text if len(text) <= 60 else f"{text[:60]}…")


def interview_days(file: RespondentFile, date: str | DateParts) -> pd.Series:
    """The day of each interview; what is no day is missing."""
    if isinstance(date, str):
        codes, found = texts(file.frame[date])
        days = pd.Series([_moment(text) for text in found], dtype=object)
    else:
        parts = [texts(file.frame[name]) for name in (date.year, date.month, date.day)]
        codes = crossed(file, [date.year, date.month, date.day])
        written = [np.array([*values, ""], dtype=object)[found] for found, values in parts]
        kinds, first = np.unique(codes, return_index=True)
        found = [" ".join(part[at] for part in written) for at in first]
        days = pd.Series([_day(text) for text in found])
        codes = np.where(codes < 0, -1, np.searchsorted(kinds, codes))
    return pd.Series(np.append(pd.to_datetime(days).to_numpy("datetime64[s]"), np.datetime64("NaT"))[codes])


def _moment(text: str) -> pd.Timestamp:
    """A date as files write it: 2026-05-04 or 04.05.2026, perhaps with a time. With slashes it may be May or April."""
    day = text.replace("T", " ").split(" ")[0]
    return _day(day, ("%Y-%m-%d", "%Y%m%d", "%d.%m.%Y", "%Y.%m.%d", "%d-%b-%Y"))


def _day(text: str, patterns: Sequence[str] = ("%Y %m %d", "%Y %B %d", "%Y %b %d")) -> pd.Timestamp:
    for pattern in patterns:
        try:
            return pd.Timestamp(dt.datetime.strptime(text, pattern))
        except ValueError:
            continue
    return pd.NaT


def _check_dates(file: RespondentFile, wave: Wave, codebook: Codebook, found: Findings) -> None:
    if codebook.date is None:
        return
    days = interview_days(file, codebook.date)
    where = f"{file.name}: {codebook.date if isinstance(codebook.date, str) else 'date of the interview'}"
    unread = days.isna().to_numpy()
    if unread.any():
        found.warnings.append(Fault(where, f"no date can be read in {rows(file, unread)}"))
    start, end = pd.Timestamp(wave.fieldwork.start), pd.Timestamp(wave.fieldwork.end) + pd.Timedelta(days=1)
    outside = ((days < start) | (days >= end)).to_numpy()
    if outside.any():
        span = f"{days[outside].min():%Y-%m-%d} to {days[outside].max():%Y-%m-%d}"
        what = f"outside the fieldwork of {wave.id} ({wave.fieldwork}): {span}, in {rows(file, outside)}"
        most = outside.sum() > len(days) / 2
        (found.errors if most else found.warnings).append(Fault(where, f"{what}{'; another wave?' if most else ''}"))


def _check_respondents(file: RespondentFile, codebook: Codebook, found: Findings) -> None:
    numbered = codebook.respondent
    if numbered:
        codes, _ = texts(file.frame[numbered])
        again = pd.Series(codes).duplicated(keep=False).to_numpy() & (codes >= 0)
        if again.any():
            found.errors.append(Fault(f"{file.name}: {numbered}", f"the same respondent twice in {rows(file, again)}"))
    answers = file.frame.drop(columns=[numbered] if numbered else [])
    codes_only = pd.DataFrame({name: texts(column)[0] for name, column in answers.items()})
    same = codes_only.duplicated(keep=False).to_numpy() if len(answers.columns) else np.zeros(len(answers), bool)
    if same.any():
        what = f"the same answers in all {len(answers.columns)} variables in {rows(file, same)}"
        found.warnings.append(Fault(file.name, what))


def _check_weights(file: RespondentFile, codebook: Codebook, coded: CodedWave, found: Findings) -> None:
    variable = codebook.design.weights
    if not variable:
        return
    where, weight = f"{file.name}: {variable}", coded.frame["weight"].to_numpy(float)
    for bad, what in (
        (np.isnan(weight), "a weight is missing or not a number"),
        (np.isinf(weight), "a weight is infinite"),
        (weight < 0, "a weight is negative"),
    ):
        if bad.any():
            found.errors.append(Fault(where, f"{what} in {rows(file, bad)}"))
    good = weight[np.isfinite(weight) & (weight >= 0)]
    if not good.any():
        found.errors.append(Fault(where, "no respondent has a positive weight"))
        return
    if (none := weight == 0).any():
        found.warnings.append(Fault(where, f"a weight of zero, so not counted, in {rows(file, none)}"))
    if (heavy := weight > _HEAVY * good.mean()).any():
        what = f"more than {_HEAVY:g} times the mean weight, up to {weight[heavy].max() / good.mean():.1f} times"
        found.warnings.append(Fault(where, f"{what}, in {rows(file, heavy)}"))


def _check_psus(file: RespondentFile, codebook: Codebook, coded: CodedWave, found: Findings) -> None:
    design = codebook.design
    for name, variables in (("stratum", design.strata), ("psu", [design.psu] if design.psu else [])):
        if variables and (absent := coded.frame[name].to_numpy() < 0).any():
            where = f"{file.name}: {' × '.join(variables)}"
            found.errors.append(
                Fault(where, f"{'stratum' if name == 'stratum' else 'PSU'} missing in {rows(file, absent)}")
            )
    if design.psu and len(np.unique(coded.frame["psu"])) == 1:
        found.errors.append(
            Fault(f"{file.name}: {design.psu}", "all respondents are in one PSU: no variance can be estimated")
        )
    if design.psu and design.strata:
        where = f"{file.name}: {design.psu}"
        strata_of = coded.frame.groupby("psu")["stratum"].nunique()
        several = strata_of.index[strata_of > 1].to_numpy()
        if len(several):
            at = coded.frame["psu"].isin(several).to_numpy()
            codes, labels = texts(file.frame[design.psu])
            names = _some(sorted({labels[code] for code in np.unique(codes[at]) if code >= 0}))
            what = f"PSU {names} {'lies' if len(several) == 1 else 'lie'} in several strata ({rows(file, at)})"
            if design.nest:
                found.warnings.append(Fault(where, f"{what}; counted as one PSU in each"))
            else:
                found.errors.append(Fault(where, f"{what}; if they are different PSUs there, say nest: true"))
    if design.strata:
        unit = ["stratum", "psu"] if design.psu else ["stratum"]
        frame = coded.frame.drop_duplicates(unit) if design.psu else coded.frame
        sizes = frame["stratum"].value_counts()
        if (alone := int((sizes == 1).sum())) and len(sizes) > 1:
            what = f"{alone} {'stratum has' if alone == 1 else 'strata have'} one PSU only; centred at the grand mean"
            found.warnings.append(Fault(f"{file.name}: {' × '.join(design.strata)}", what))


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")
