"""Approval of Russia's leadership in several countries: what fell, what kept a majority, and how they differ."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import pandas as pd

from chapters.region.compare import (
    HALF,
    Move,
    caption_parts,
    exact,
    measured,
    moves,
    say_move,
    say_steady,
    say_tests,
    second_hand,
    shares_of,
    size,
    standing,
    told,
    when,
    years_of,
)
from wavebook.figures.sources import shares_data
from wavebook.figures.words import cardinal, points, several, span, start_sentence
from wavebook.study import Study, say_percent
from wavebook.text.phrases import say_seen

SPANS = ("all", "war", "first", "since")
"""What is tested of each country: its first share against its newest; the last before the invasion against the newest; that
against the first one after it, where there are two; and those two against each other. Two countries are compared over a
span if it begins with the same poll, or is that of all shares found."""

_ORDER = ("a majority", "a share that cannot be told from a half", "a minority")


@dataclass(frozen=True)
class Region:
    """Shares of one answer in several countries, and all that the page tests about them.

    Attributes
    ----------
    points
        The shares, in order of countries and of time.
    countries
        Those that the finding is about; others stand beside them.
    asked
        The contrasts, as `moves` takes them.
    found
        What came of them: "KZ all" is a country's move over one of the `SPANS`, "KZ all KG" how much more one country
        fell over it than another.
    """

    points: pd.DataFrame
    countries: tuple[str, ...]
    asked: dict[str, dict[int, float]]
    found: dict[str, Move]

    def last(self, country: str) -> Any:
        """A country's newest share, which may be a bound."""
        return self.points[self.points["country"] == country].iloc[-1]

    @property
    def beside(self) -> list[str]:
        """The countries that stand beside those of the finding."""
        return [country for country in dict.fromkeys(self.points["country"]) if country not in self.countries]


def region_of(shares: pd.DataFrame, countries: Sequence[str], invasion: dt.date) -> Region:
    """Ask of each country how its share moved over each span of `SPANS`, and of each two which fell more.

    Parameters
    ----------
    countries
        Those that are compared with each other.
    invasion
        The day that the spans are laid around.
    """
    known, asked = exact(shares), dict[str, dict[int, float]]()
    ends: dict[str, dict[str, tuple[int, int]]] = {stretch: {} for stretch in SPANS}
    for country, rows in known.groupby("country", sort=False):
        early, late = (list(rows.index[side]) for side in _sides(rows, invasion))
        both = [*early, *late]
        if len(both) > 1:
            ends["all"][str(country)] = both[0], both[-1]
        if early and late:
            ends["war"][str(country)] = early[-1], late[-1]
        if len(late) > 1:
            ends["first"][str(country)] = early[-1] if early else late[0], late[0]
            ends["since"][str(country)] = late[0], late[-1]
    for stretch, of_stretch in ends.items():
        asked |= {
            f"{country} {stretch}": {first: -1.0, last: 1.0}
            for country, (first, last) in of_stretch.items()
            if first != last
        }
    for stretch in ("all", "war"):
        for pair in combinations([country for country in countries if country in ends[stretch]], 2):
            if stretch == "war" and len({known["label"][ends[stretch][country][0]] for country in pair}) > 1:
                continue  # from another year on, another length of time
            change = [
                (known["share"][last] - known["share"][first], country, (first, last))
                for country in pair
                for first, last in [ends[stretch][country]]
            ]
            (_, more, (first, last)), (_, less, (other_first, other_last)) = sorted(change)
            asked[f"{more} {stretch} {less}"] = {first: -1.0, last: 1.0, other_first: 1.0, other_last: -1.0}
    return Region(shares, tuple(countries), asked, moves(shares, asked))


def _sides(rows: pd.DataFrame, invasion: dt.date) -> tuple[Any, Any]:
    later = rows["time"] > pd.Timestamp(invasion)
    return ~later, later


def say_standings(region: Region) -> str:
    """Whether the countries stand alike, and where each of them stands."""
    stands: dict[str, list[str]] = {}
    for country in region.countries:
        row = region.last(country)
        stands.setdefault(standing(row), []).append(f"{row.place} ({told(row)})")
    said = several(f"by {how} in {several(stands[how])}" for how in _ORDER if how in stands)
    opening = (
        "One story does not fit the region" if len(stands) > 1 else "By their newest shares the countries stand alike"
    )
    newest = [region.last(country) for country in region.countries]
    weak = sum(second_hand(row) for row in newest)
    how = "All of these newest shares" if weak == len(newest) else f"Of these newest shares {cardinal(weak)}"
    doubt = f" {how} {'was' if weak == 1 else 'were'} read second-hand." if weak else ""
    return f"**{opening}.** Russia’s leadership was approved of {said}.{doubt}"


def say_countries(region: Region) -> list[str]:
    """How the share moved in each country: from the first that was found to the newest, and since the invasion."""
    said = []
    wars = _over(region, "war")
    for country, move in _over(region, "all").items():
        war = wars.get(country)
        other = war is not None and war.start.wave != move.start.wave
        since = f" From the last share before the invasion it {say_move(war)}." if war is not None and other else ""
        said.append(f"**{move.end.place}:** approval {say_move(move)}.{since}")
    return said


def _over(region: Region, stretch: str) -> dict[str, Move]:
    """The moves of the countries of the finding over a stretch of time."""
    return {name: region.found[f"{name} {stretch}"] for name in region.countries if f"{name} {stretch}" in region.found}


def say_most(region: Region, stretch: str = "all") -> str:
    """Which country's share fell most over a stretch of time, and whether chance could have made it so."""
    compared = {
        name
        for key in region.found
        for first, _, rest in [key.partition(f" {stretch} ")]
        if rest
        for name in (first, rest)
    }
    falls = {name: move for name, move in _over(region, stretch).items() if move.estimate < 0 and name in compared}
    if not falls:
        return "No country’s share is lower than it was."
    most = min(falls, key=lambda name: falls[name].estimate)
    against = {
        name: region.found[key] for name in region.countries if (key := f"{most} {stretch} {name}") in region.found
    }
    place, nearest = falls[most].end.place, min(against, key=lambda name: abs(against[name].estimate))
    opening = {"all": "Over all the years", "war": "Since the last poll before the invasion"}[stretch]
    by = f"by {size(against[nearest].estimate)} points more than in {region.last(nearest).place}"
    if all(move.seen for move in against.values()):
        return (
            f"**{opening} it fell most in {place},** {by}, which comes next (give or take {size(against[nearest].half)}), and by "
            f"more than chance than in each of the others compared."
        )
    alike = several(region.last(name).place for name, move in against.items() if not move.seen)
    return (
        f"{opening} the largest fall is printed for {place}, {by} (give or take {size(against[nearest].half)}), but whether it "
        f"fell more there than in {alike} cannot be told from chance; {say_seen(against[nearest].mde)}."
    )


def say_since(region: Region) -> list[str]:
    """Of each country with two shares since the invasion, whether they differ."""
    said = []
    for move in _over(region, "since").values():
        weak = sum(second_hand(row) for row in (move.start, move.end))
        doubt = {0: "", 1: ", one of them read second-hand", 2: ", both read second-hand"}[weak]
        years = f"{move.start.percent}% in {when(move.start.label)} and {move.end.percent}% in {when(move.end.label)}{doubt}"
        if not move.seen:
            between = (region.points["country"] == move.end.country) & (region.points["time"] > move.start.time)
            gap = " No share in between was found, so that a rise that was lost again would not show."
            said.append(
                f"**Since the invasion no rebound or further fall can be seen in {move.end.place}:** {years}; a change of "
                f"{say_seen(move.mde)}.{gap if between.sum() == 1 else ''}"
            )
        else:
            how = "approval rose again" if move.estimate > 0 else "approval fell further"
            said.append(
                f"**Since the invasion {how} in {move.end.place}:** {years}, {size(move.estimate)} points apart, give or take "
                f"{size(move.half)}."
            )
    return said


def say_beside(region: Region, medians: pd.DataFrame) -> str:
    """What the countries are seen against: those beside them, and medians of many countries."""
    moved = [region.found[key] for name in region.beside if (key := f"{name} all") in region.found]
    said = [f"in {move.end.place} approval {say_move(move)}" for move in moved]
    for place, rows in medians.groupby("place", sort=False):
        first, last = rows.iloc[0], rows.iloc[-1]
        said.append(
            f"the {str(place)[0].lower()}{str(place)[1:]} went from {first.percent}% ({when(first.label)}) to {last.percent}% "
            f"({when(last.label)})"
        )
    note = " A median of countries is no sample: it has no interval." if len(medians) else ""
    return f"Beside them: {'; '.join(said)}.{note}" if said else ""


def say_parts(region: Region, invasion: dt.date) -> list[str]:
    """How much of each change had happened in the last share before the invasion."""
    said, known = [], exact(region.points)
    for country, move in _over(region, "all").items():
        rows = known[known["country"] == country]
        before = rows[_sides(rows, invasion)[0]]
        war = region.found.get(f"{country} war")
        if not (move.seen or (war and war.seen)) or len(before) < 2 or move.end.wave == before["wave"].iloc[-1]:
            continue
        middle = before.iloc[-1]
        early, late = middle["share"] - move.start["share"], move.end["share"] - middle["share"]
        said.append(
            f"**{move.end.place}:** {points(early, 0)} points up to {when(middle['label'])}, {points(late, 0)} from then to "
            f"{when(move.end.label)}."
        )
    return said


def say_bounds(region: Region) -> list[str]:
    """How far a share can have moved of which only a bound was printed."""
    said = []
    for country in region.countries:
        rows = region.points[region.points["country"] == country].reset_index(drop=True)
        for at in rows.index[rows["bound"] != ""]:
            if at == 0 or rows.loc[at - 1, "bound"]:
                continue
            before, row = rows.loc[at - 1], rows.loc[at]
            down, up = row["lower"] - before["share"], row["upper"] - before["share"]
            most = (
                f"if it fell, by less than {size(down)} points"
                if down < 0
                else f"it rose by {size(down)} points or more"
            )
            if row["bound"] == "<":
                most = (
                    f"if it rose, by less than {size(up)} points" if up > 0 else f"it fell by {size(up)} points or more"
                )
            said.append(
                f"**{row['place']}, {when(row['label'])}:** {say_percent(row['percent'])}, where {when(before['label'])} had "
                f"{before['percent']}%: {most}."
            )
    said += [
        f"**{move.end.place}, {when(move.end.label)}:** {move.end.percent}%, where {when(move.start.label)} had "
        f"{move.start.percent}%: it {move.verb} by {size(move.estimate)} points (give or take "
        f"{size(move.half)})."
        for move in _over(region, "first").values()
        if move.seen
    ]
    return said


def say_first_hand(region: Region) -> str:
    """What is left where everything read second-hand is left out."""
    kept = [row for row in region.points.itertuples() if not second_hand(row)]
    newest = {row.country: row for row in kept if row.country in region.countries}
    said = several(f"{row.place} {say_percent(row.percent)} in {when(row.label)}" for row in newest.values())
    weak = sum(second_hand(row) for row in region.points.itertuples())
    return (
        f"Of the {len(region.points)} shares {cardinal(weak)} were read second-hand. Without them the newest are: {said}."
        if weak
        else "None of the shares was read second-hand."
    )


def say_flips(region: Region) -> list[str]:
    """What would have to be otherwise for the findings to turn."""
    said = []
    for country in region.countries:
        move = region.found.get(f"{country} all")
        if move is not None and move.seen:
            edge = abs(move.estimate) - move.half
            said.append(
                f"**{move.end.place}:** a change in the way of interviewing that by itself moved answers by {size(edge)} points "
                f"would let the interval of the change touch nought, and one of {size(move.estimate)} would undo it whole."
            )
        row = region.last(country)
        if not row.bound and "cannot" in standing(row):
            away = max(row.upper - HALF, HALF - row.lower)
            said.append(
                f"**{row.place}, {when(row.label)}:** a share {size(away)} points higher or lower would be a majority or a "
                f"minority for sure."
            )
    falls = sorted(
        (move for move in _over(region, "all").values() if move.estimate < 0), key=lambda move: move.estimate
    )
    if len(falls) > 1:
        most, other = falls[:2]
        said.append(
            f"**{most.end.place} against {other.end.place}:** with {100 * (most.start.share + other.estimate):.0f}% or more in "
            f"{when(most.end.label)}, the fall in {most.end.place} would be no larger than that in {other.end.place}."
        )
    return said


def shares_table(region: Region, study: Study) -> pd.DataFrame:
    """Each share with its interval, and what is known of those who did not approve."""
    item, waves = str(region.points["item"].iloc[0]), list(region.points["wave"])
    against = shares_of(study, waves, item, "disapprove").drop_duplicates("wave").set_index("wave")
    rows = []
    for row in region.points.itertuples():
        left = 1 - row.lower if row.bound == ">" else 1 - row.share if not row.bound else 1.0
        no = (
            f"{against.loc[row.wave, 'percent']}"
            if row.wave in against.index
            else f"not printed: 0 to {100 * left:.0f}"
        )
        rows.append(
            {
                "Country": row.place,
                "Fieldwork": when(row.label),
                "Approve": row.percent,
                "95% interval": "only a bound" if row.bound else span(row.lower, row.upper),
                "Disapprove": no,
                "How sure": row.certainty,
                "Source": row.source,
            }
        )
    return pd.DataFrame(rows)


def chart_caption(region: Region, medians: pd.DataFrame) -> str:
    """Caption of the chart."""
    both = pd.concat([region.points, medians], ignore_index=True)
    years = years_of(both)
    return " ".join(
        [
            f"Approval of Russia’s leadership, per cent, Gallup World Poll, {years}, with 95% intervals.",
            "Years are not joined: how people were interviewed is not stated.",
            "Level strokes: fieldwork of several years. Grey: medians of countries, without intervals.",
            *caption_parts(both),
        ]
    )


def chart_title(study: Study, shares: pd.DataFrame) -> str:
    """Title of a chart of panels, as a citation gives it."""
    item = study.item(str(shares["item"].iloc[0]))
    places = several(
        dict.fromkeys(study.described(wave).place for wave in shares["wave"] if not study.described(wave).pooled)
    )
    years = years_of(shares)
    return f"{item.title}, {places}, {years}"


def chart_data(shares: pd.DataFrame) -> pd.DataFrame:
    """The shares of panels as a table for readers; percentages, and bounds as printed."""
    return shares_data(shares, "place").drop(columns=["among", "group"])


def chart_measured(study: Study, region: Region, medians: pd.DataFrame) -> list[str]:
    """How the shares of the chart were measured."""
    return [*measured(study, pd.concat([region.points, medians], ignore_index=True)), say_tests(region.found)]


def chart_alt(shares: pd.DataFrame) -> str:
    """Describe a chart of panels for those who do not see it."""
    said = [
        f"{place}: {several(_plain(row) for row in rows.itertuples())}."
        for place, rows in shares.groupby("place", sort=False)
    ]
    return f"Dots over time, a panel a place, not joined. {' '.join(said)}"


def _plain(row: Any) -> str:
    limits = "" if row.bound or row.lower != row.lower else f" ({span(row.lower, row.upper)})"
    return f"{say_percent(row.percent)} in {when(row.label)}{limits}"


def numbers(region: Region) -> dict[str, str]:
    """Numbers for prose on other pages, by name.

    `approve.WAVE` is a share, with `.low`, `.high`, `.when`; `KZ.latest` a country's newest share, with `.low`, `.high`,
    `.when`, `.bound` ("yes" or "no"), `.certainty`, `.standing`; `KZ.first` and `KZ.first.when` its first; `KZ.change`,
    `KZ.half`, `KZ.verb` the difference between the two, and `KZ.war` with `.half`, `.verb`, `.from`, `.when` that since the last
    share before the invasion; `KZ.says` the first in a sentence. `region.says` is the finding, `region.most` and
    `region.most.war` say which share fell most.
    """
    made: dict[str, str] = {}
    for row in region.points.itertuples():
        name = f"{row.response}.{row.wave}"
        made |= _share(name, row)
    for country in dict.fromkeys(region.points["country"]):
        row = region.last(country)
        made |= _share(f"{country}.latest", row)
        made |= {f"{country}.latest.bound": "yes" if row.bound else "no", f"{country}.latest.certainty": row.certainty}
        made[f"{country}.latest.standing"] = standing(row)
        if move := region.found.get(f"{country} all"):
            made |= {
                f"{country}.first": move.start.percent,
                f"{country}.first.when": when(move.start.label),
                f"{country}.change": points(move.estimate, 0),
                f"{country}.half": size(move.half),
                f"{country}.verb": move.verb,
                f"{country}.says": start_sentence(f"in {row.place} approval {say_move(move)}."),
            }
        if war := region.found.get(f"{country} war"):
            made |= {
                f"{country}.war": points(war.estimate, 0),
                f"{country}.war.half": size(war.half),
                f"{country}.war.verb": war.verb,
                f"{country}.war.from": war.start.percent,
                f"{country}.war.when": when(war.start.label),
            }
    spoken = {
        "region.says": say_standings(region),
        "region.most": say_most(region),
        "region.most.war": say_most(region, "war"),
    }
    return made | {name: said.replace("*", "") for name, said in spoken.items()}


def _share(name: str, row: Any) -> dict[str, str]:
    return {
        name: say_percent(row.percent, ""),
        f"{name}.low": f"{100 * row.lower:.0f}",
        f"{name}.high": f"{100 * row.upper:.0f}",
        f"{name}.when": when(row.label),
    }


def say_mean(study: Study, wave: str, item: str, others: Sequence[str]) -> str:
    """What was printed as the mean of several countries and years, beside the same of other powers."""
    main = shares_of(study, [wave], item, "approve").iloc[0]
    rest = []
    for other in others:
        row = shares_of(study, [wave], other, "approve").iloc[0]
        power = study.item(other).title.removeprefix("Leadership of ")
        rest.append(f"{row.percent}% for that of {power[0].lower() + power[1:] if power.startswith('The ') else power}")
    return (
        f"Over the years {when(main.label)} the mean of four Central Asian countries was {main.percent}% for the leadership of "
        f"Russia, against {several(rest)} {{cite:p}}`{main.source}`."
    )


def silent(region: Region, study: Study) -> str:
    """Of how many shares nothing is printed of those who did not approve."""
    table = shares_table(region, study)
    blank = int(table["Disapprove"].str.startswith("not printed").sum())
    return (
        f"Of {blank} of these {len(table)} shares nothing was printed of those who did not approve: they may disapprove, or may "
        f"have said nothing. The table gives the bounds."
    )


def turning_said(region: Region) -> str:
    """Whether the verdicts depend on the design effect."""
    return say_steady(region.points, region.asked, {name: _named(region, name) for name in region.asked})


def _named(region: Region, name: str) -> str:
    """What a test is about, in words."""
    country, span, *other = name.split(" ")
    move = region.found[f"{country} {span}"]
    against = f" against {region.last(other[0]).place}" if other else ""
    return f"{move.end.place}{against}, {when(move.start.label)} to {when(move.end.label)}"
