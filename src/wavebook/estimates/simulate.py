"""Makes up a wave in the structure of a real one, so that the whole way can be tried without a restricted file."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from wavebook.estimates.waves import EstimatingStudy, WaveEstimates
from wavebook.study import Codebook, Fault, Item, Recode, Refused, Wave, label_text, limits, refuse
from wavebook.waves.parsing.columns import STAMP_VARIABLE

STAMP = "synthetic: made up by wavebook simulate"
_PER_PSU = 9  # interviews at one sampling point, as in the face-to-face waves
_REGIONS = ("first", "second", "third", "fourth")  # where nothing is known of a variable's categories


def parse_settings(study: EstimatingStudy, wave: Wave, settings: list[str]) -> dict[str, dict[str, float]]:
    """Read `ITEM.ANSWER=SHARE` settings, shares as fractions; refuse all that do not fit at once."""
    codebook = _codebook(wave)
    found: dict[str, dict[str, float]] = {}
    faults = []
    for written in settings:
        name, _, share = written.rpartition("=")
        item, _, answer = name.partition(".")
        try:
            value = float(share)
        except ValueError:
            value = -1.0
        if item not in codebook.items:
            faults.append(Fault(f"--set {written}", f"no item {item!r}; {wave.id} has {', '.join(codebook.items)}"))
        elif answer not in study.items[item].answers:
            what = f"{item} has no answer {answer!r}; it has {', '.join(study.items[item].answers)}"
            faults.append(Fault(f"--set {written}", what))
        elif not 0 <= value <= 1:
            faults.append(Fault(f"--set {written}", "the share must be between 0 and 1"))
        else:
            found.setdefault(item, {})[answer] = value
    if faults:
        raise Refused(faults)
    return found


def simulate(study: EstimatingStudy, wave: Wave, n: int, wanted: Mapping[str, Mapping[str, float]], out: Path) -> None:
    """Write a made-up respondent file.

    Answers follow the committed estimates of the wave where there are any, and the wanted shares where they are
    given; groups are drawn as large as in the estimates. Answers, groups and weights are independent of each other.
    The same call writes the same answers. The file says that it is synthetic in its label and in a variable.

    Parameters
    ----------
    n
        Number of respondents.
    wanted
        For an item, shares of some of its responses or headline shares, fractions.
    out
        A .sav file that is not there yet.
    """
    if out.suffix.lower() != ".sav":
        raise refuse(str(out), "a made-up wave is written as .sav: it alone can say in itself that it was made up")
    if out.exists():
        raise refuse(str(out), "is there already; nothing is overwritten")
    codebook = _codebook(wave)
    rng = np.random.default_rng(zlib.crc32(f"{wave.id} {n} {sorted(map(str, wanted.items()))}".encode()))
    known = study.wave(wave.id)
    columns: dict[str, Any] = {}
    for key, recode in codebook.groups.items():
        if recode.variable not in columns:
            columns[recode.variable] = _group(rng, n, known, key, recode)
    for key, recode in codebook.items.items():
        shares = _shares(study, known, key, recode, wanted.get(key, {}))
        labels = [_label(recode, response) for response in shares]
        columns[recode.variable] = pd.Categorical.from_codes(
            rng.choice(len(labels), n, p=list(shares.values())), labels
        )
    _add_design(rng, n, codebook, columns)
    _add_interviews(rng, n, wave, codebook, columns)
    columns[STAMP_VARIABLE] = np.ones(n)
    _write_sav(columns, {STAMP_VARIABLE: "1: made up, no respondent was ever asked"}, out)


def _codebook(wave: Wave) -> Codebook:
    if wave.microdata is None or wave.microdata.codebook is None:
        raise refuse(wave.id, "has no codebook; only a wave that has one can be imitated")
    return wave.microdata.codebook


def _label(recode: Recode, category: str) -> str:
    labels = recode.categories.get(category)
    return label_text(labels[0]) if labels else category


def _group(rng: np.random.Generator, n: int, known: WaveEstimates, key: str, recode: Recode) -> Any:
    sizes = _sizes(known, key) or dict.fromkeys(recode.names or _REGIONS, 1.0)
    names = list(sizes)
    drawn = rng.choice(len(names), n, p=np.array(list(sizes.values())) / sum(sizes.values()))
    if not recode.bands:
        return pd.Categorical.from_codes(drawn, [_label(recode, name) for name in names])
    spans = np.array([limits(name) for name in names])
    low, high = spans[drawn, 0], np.minimum(spans[drawn, 1], spans[drawn, 0] + 25)
    return rng.integers(low, high, endpoint=True).astype(float)


def _sizes(known: WaveEstimates, key: str) -> dict[str, float]:
    """Respondents in each group of which the committed estimates tell anything."""
    sizes: dict[str, float] = {}
    for item in known.items:
        table = known.shares(item, by=key).table
        for name, size in table.groupby(key, observed=True, sort=False)["n"].max().items():
            sizes[str(name)] = max(float(size), sizes.get(str(name), 0))
    return sizes


def _shares(
    study: EstimatingStudy, known: WaveEstimates, key: str, recode: Recode, wanted: Mapping[str, float]
) -> dict[str, float]:
    """Shares of the responses that meet the wanted ones; the others keep their proportions."""
    item = study.items[key]
    responses = [response for response in item.responses if response in (recode.names or item.responses)]
    shares = dict.fromkeys(responses, 1 / len(responses))
    if known.has(key):
        shares = _filled(known.shares(key).table.set_index("response")["share"].to_dict(), item, responses)
    fixed: set[str] = set()
    for answer, share in wanted.items():
        parts = [part for part in item.headline.get(answer, (answer,)) if part in shares]
        if fixed & set(parts) or not parts:
            raise refuse(
                f"--set {key}.{answer}", "sets a response that another setting sets, or that the wave does not have"
            )
        now = sum(shares[part] for part in parts)
        shares |= {part: share * (shares[part] / now if now else 1 / len(parts)) for part in parts}
        fixed |= set(parts)
    given, rest = sum(shares[part] for part in fixed), [part for part in responses if part not in fixed]
    if given > 1 + 1e-9 or (not rest and abs(given - 1) > 1e-9):
        raise refuse(f"--set {key}", f"the shares add up to {given:g}")
    left = sum(shares[part] for part in rest)
    shares |= {part: (1 - given) * (shares[part] / left if left else 1 / len(rest)) for part in rest}
    return shares


def _filled(told: Mapping[str, float], item: Item, responses: Sequence[str]) -> dict[str, float]:
    """Shares of all responses: those that are not told divide among themselves, equally, what the others leave."""
    shares = {response: told[response] for response in responses if response in told}
    for headline, parts in {
        **{name: item.headline[name] for name in item.headline if name in told},
        "": responses,
    }.items():
        left = [part for part in parts if part not in shares and part in responses]
        taken = sum(shares[part] for part in parts if part in shares)
        shares |= {part: max(told.get(headline, 1.0) - taken, 0.0) / len(left) for part in left}
    whole = sum(shares.values())
    return {response: shares[response] / whole for response in responses}


def _add_design(rng: np.random.Generator, n: int, codebook: Codebook, columns: dict[str, Any]) -> None:
    design = codebook.design
    for name in design.strata:
        if name not in columns:
            columns[name] = pd.Categorical.from_codes(rng.integers(len(_REGIONS), size=n), list(_REGIONS))
    if design.psu:
        strata = pd.DataFrame({name: columns[name] for name in design.strata}) if design.strata else None
        stratum = strata.groupby(list(strata), observed=True).ngroup().to_numpy() if strata is not None else np.zeros(n)
        place = pd.Series(np.arange(n)).groupby(stratum).cumcount().to_numpy() // _PER_PSU
        columns[design.psu] = pd.factorize(pd.Series(zip(stratum, place, strict=True)))[0] + 1.0
    if design.weights:
        weight = rng.lognormal(0, 0.3, n)
        columns[design.weights] = weight / weight.mean()


def _add_interviews(rng: np.random.Generator, n: int, wave: Wave, codebook: Codebook, columns: dict[str, Any]) -> None:
    if codebook.respondent:
        columns[codebook.respondent] = np.arange(1.0, n + 1)
    start, end = pd.Timestamp(wave.fieldwork.start), pd.Timestamp(wave.fieldwork.end)
    days = start + pd.to_timedelta(rng.integers((end - start).days + 1, size=n), unit="D")
    date = codebook.date
    if isinstance(date, str):
        columns[date] = pd.Categorical(days.strftime("%Y-%m-%d"))
    elif date is not None:
        columns[date.year], columns[date.day] = days.year.astype(float), days.day.astype(float)
        columns[date.month] = pd.Categorical(days.month_name())


def _write_sav(columns: dict[str, Any], labels: dict[str, str], out: Path) -> None:
    import pyreadstat

    coded = {
        name: column.codes + 1.0 if isinstance(column, pd.Categorical) else column for name, column in columns.items()
    }
    value_labels = {
        name: dict(enumerate(map(str, column.categories), 1))
        for name, column in columns.items()
        if isinstance(column, pd.Categorical)
    }
    try:
        pyreadstat.write_sav(
            pd.DataFrame(coded),
            str(out),
            file_label=STAMP,
            column_labels=[labels.get(name, "") for name in coded],
            variable_value_labels=value_labels,
        )
    except (OSError, pyreadstat.PyreadstatError) as error:
        out.unlink(missing_ok=True)
        raise refuse(str(out), f"cannot be written: {error}") from None
