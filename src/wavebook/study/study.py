"""The study: everything that is known of the waves, in one object."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from pybtex.database import BibliographyData

from wavebook.study.faults import refuse
from wavebook.study.load import Loader
from wavebook.study.model import Certainty, Group, Item, PublishedFigure, Series, Wave

if TYPE_CHECKING:
    import pandas as pd

T = TypeVar("T")

CUSTOMARY_DEFF = 1.5
"""Assumed where neither wave nor series says anything: the middle of the customary 1.3, 1.5, 2.0."""


class Basis(NamedTuple):
    """A quantity that an interval rests on, and where it comes from.

    Attributes
    ----------
    value
        The quantity, or None where it is neither known nor assumed.
    status
        "read", "computed", "inferred" … as in the data, or "assumed".
    because
        Why it was assumed; empty where it was not.
    """

    value: float | None
    status: Certainty | str
    because: str = ""


@dataclass(frozen=True)
class Study:
    """The loaded and checked data of one checkout."""

    root: Path
    series: Mapping[str, Series]
    items: Mapping[str, Item]
    groups: Mapping[str, Group]
    waves: Mapping[str, Wave]
    published: tuple[PublishedFigure, ...]
    sources: BibliographyData

    def described(self, wave: str) -> Wave:
        """Return what is known of one wave, or refuse a name that is not there."""
        return _known(self.waves, wave, "wave", "data/waves")

    def item(self, item: str) -> Item:
        """Return one item, or refuse a name that is not there."""
        return _known(self.items, item, "item", "data/items.yml")

    def figures(self, wave: str) -> list[PublishedFigure]:
        """All published figures of one wave, in the order of the files."""
        return [figure for figure in self.published if figure.wave == self.described(wave).id]

    def n(self, wave: Wave) -> Basis:
        """Respondents of a wave: as reported, else as assumed for its series."""
        if wave.n is not None:
            return Basis(wave.n, wave.how_sure("n"))
        assumed = self.series[wave.series].assumed_n
        return Basis(assumed.value, "assumed", assumed.because) if assumed else Basis(None, "not found")

    def deff(self, wave: Wave) -> Basis:
        """Design effect of a wave: as known, else as assumed for its series, else the customary one."""
        if wave.deff is not None:
            return Basis(wave.deff, wave.how_sure("deff"))
        assumed = self.series[wave.series].assumed_deff
        if assumed:
            return Basis(assumed.value, "assumed", assumed.because)
        return Basis(CUSTOMARY_DEFF, "assumed", "it is the middle of the customary range")

    def waves_of(self, series: str, country: str) -> list[Wave]:
        """The waves of one series in one country in order of time, without pooled figures."""
        _known(self.series, series, "series", "data/series.yml")
        found = [w for w in self.waves.values() if w.series == series and w.country == country and not w.pooled]
        if not found:
            raise refuse("data/waves", f"no wave of {series} in {country!r}")
        return sorted(found, key=lambda wave: (wave.fieldwork.middle, wave.id))

    def toplines(self, series: str, country: str, item: str, responses: Iterable[str] | None = None) -> pd.DataFrame:
        """Published shares of one item over the waves of one series in one country.

        Parameters
        ----------
        responses
            Which responses or headline shares, in the order wanted; by default all that were published.

        Returns
        -------
        One row for each response and wave, in order of time, with the columns wave, label, time (datetime, the
        middle of fieldwork), mode, wording, response, percent (text as printed), share (0–1), step (width of rounding, 0–1),
        n, n_status, deff, deff_status, certainty, source. Of two sources for one share the first in the files is
        taken.
        """
        import pandas as pd  # not at the top: commands that only look at files start three times faster without

        answers = self.item(item).answers
        wanted = list(responses) if responses is not None else list(answers)
        if unknown := [name for name in wanted if name not in answers]:
            raise refuse("data/items.yml", f"{item} has no response {unknown[0]!r}; known: {', '.join(answers)}")
        rows = []
        for wave in self.waves_of(series, country):
            n, deff = self.n(wave), self.deff(wave)
            for name in wanted:
                figure = next(
                    (f for f in self.figures(wave.id) if f.item == item and f.response == name and not f.by), None
                )
                if figure is not None:
                    rows.append(
                        {
                            "wave": wave.id,
                            "label": wave.fieldwork.short,
                            "time": pd.Timestamp(wave.fieldwork.middle),
                            "mode": wave.mode,
                            "wording": wave.wordings.get(item, ""),
                            "response": name,
                            "percent": figure.percent,
                            "share": figure.share,
                            "step": figure.step,
                            "n": figure.n if figure.n is not None else n.value,
                            "n_status": wave.how_sure("n") if figure.n is not None else n.status,
                            "deff": deff.value,
                            "deff_status": deff.status,
                            "certainty": figure.certainty,
                            "source": figure.source,
                        }
                    )
        if not rows:
            raise refuse("data/published", f"no published share of {item} in {series}, {country}")
        if missing := [name for name in wanted if responses is not None and all(r["response"] != name for r in rows)]:
            raise refuse("data/published", f"no published share of {missing[0]!r} for {item} in {series}, {country}")
        frame = pd.DataFrame(rows)
        order = pd.Categorical(frame["response"], [name for name in wanted if name in set(frame["response"])])
        return (
            frame.assign(_order=order.codes)
            .sort_values(["_order", "time"], kind="stable", ignore_index=True)
            .drop(columns="_order")
        )


def _known(mapping: Mapping[str, T], key: str, what: str, where: str) -> T:
    if key not in mapping:
        raise refuse(where, f"unknown {what} {key!r}; known: {', '.join(sorted(mapping))}")
    return mapping[key]


def find_root(start: Path | None = None) -> Path:
    """Find the checkout that a folder lies in: the nearest one up that holds `_config.yml` and `data/waves`."""
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / "_config.yml").is_file() and (folder / "data/waves").is_dir():
            return folder
    raise refuse(str(here), "not inside a checkout of the book (no _config.yml with data/waves above it)")


def open_study(start: Path | str | None = None) -> Study:
    """Load and check the study's data.

    Parameters
    ----------
    start
        A folder inside the checkout; by default the one the program runs in.

    Raises
    ------
    Refused
        With every fault of every file.
    """
    loaded = Loader(find_root(Path(start) if start is not None else None))
    return Study(
        root=loaded.root,
        series=loaded.series,
        items=loaded.items,
        groups=loaded.groups,
        waves=loaded.waves,
        published=tuple(loaded.published),
        sources=loaded.sources,
    )
