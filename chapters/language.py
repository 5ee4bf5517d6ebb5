"""What the mix of interview languages can have done to printed shares: chart, table and sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import altair as alt
import pandas as pd

from wavebook.estimates import BRIDGES, at_common_mix, change_at_mix, from_groups, order_at_mix
from wavebook.figures.publishing import escape
from wavebook.figures.theme import COLOURS, WIDTH
from wavebook.figures.words import cardinal, interval, points, several, span
from wavebook.study import Study

_MOVED = 0.005  # a mix that differs by less than this, half a point, is the common one
_HARDLY = 0.05  # a mix that moved by less than this, five points, hardly moved
_HELD = {"bridged": "in points", "bridged_ratio": "as a ratio", "bridged_logit": "in log odds"}
HELD_COLUMNS = tuple(f"gap held {held}" for held in _HELD.values())
"""Columns of the table for readers with the bridged shares."""
_SHAPES = {"bridged": "circle", "bridged_ratio": "square", "bridged_logit": "triangle-up"}


def at_each_mix(
    study: Study, waves: Sequence[str], item: str, group: str, level: str, commons: Sequence[str]
) -> pd.DataFrame:
    """The printed shares at the mix of each of some waves, one below the other."""
    return pd.concat([at_common_mix(study, waves, item, group, level, common) for common in commons], ignore_index=True)


def mix_chart(table: pd.DataFrame) -> alt.VConcatChart:
    """For each answer, mix and wave: the printed share, all that it could be at the mix, and the bridged ones (hollow)."""
    names = ["share", "low", "high", *BRIDGES]
    data = table.assign(**{name: 100 * table[name] for name in names})
    at_its_own = abs(table["part"] - table["common"]) <= _MOVED  # where nothing was brought to another mix
    data.loc[at_its_own, list(BRIDGES)] = None
    data = data[["response", "label", "common_label", "percent", *names]]
    groups = data.groupby(["response", "common_label"], sort=False)
    return alt.vconcat(
        *(_answer(rows, f"{answer}, at the mix of {common}") for (answer, common), rows in groups), spacing=18
    )


def _answer(rows: pd.DataFrame, title: str) -> alt.LayerChart:
    y = alt.Y("label:N", sort=list(rows["label"]), title=None, axis=alt.Axis(minExtent=120))
    base = alt.Chart(rows).encode(y=y)
    x = alt.X("share:Q", title=None, scale=alt.Scale(domain=[0, 100]))
    bars = base.mark_rule(strokeWidth=3, color=COLOURS[0], opacity=0.5).encode(
        x=alt.X("low:Q", title=None), x2="high:Q"
    )
    hollow = [
        base.transform_filter(f"isValid(datum.{name})")
        .mark_point(size=70, strokeWidth=2, color=COLOURS[1], fill="white", opacity=1, shape=shape)
        .encode(x=f"{name}:Q")
        for name, shape in _SHAPES.items()
    ]
    found = base.mark_point(size=70, filled=True, color=COLOURS[0], opacity=1).encode(x=x)
    numbers = base.mark_text(dy=-13, fontSize=12).encode(x="share:Q", text="percent:N")
    title_ = alt.TitleParams(f"{title}, per cent", anchor="start", frame="group", fontSize=13)
    return alt.layer(bars, *hollow, found, numbers).properties(title=title_, width=WIDTH - 130, height=alt.Step(34))


def mix_data(table: pd.DataFrame, level: str) -> pd.DataFrame:
    """The table for readers; percentages."""
    return pd.DataFrame(
        {
            "answer": table["response"],
            "wave": table["wave"],
            "time": table["label"],
            "at the mix of": table["common_label"],
            f"interviewed in {level}": (100 * table["part"]).map("{:.1f}".format),
            "per cent": table["percent"],
            "at least": (100 * table["low"]).round(1),
            "at most": (100 * table["high"]).round(1),
            **{f"gap held {held}": (100 * table[name]).round(1) for name, held in _HELD.items()},
            "certainty": table["certainty"],
            "evidence": table["evidence"],
            "source": table["source"],
        }
    )


def mix_table(table: pd.DataFrame, level: str) -> pd.DataFrame:
    """What the shares at a common mix are computed from, and what comes of it; percentages."""
    rows = table[abs(table["part"] - table["common"]) > _MOVED]
    return pd.DataFrame(
        {
            "Answer": rows["response"],
            "Poll": rows["label"],
            "Printed": rows["percent"],
            f"In {level}": (100 * rows["part"]).map("{:.1f}".format),
            "At the mix of": [
                f"{label} ({100 * part:.1f})" for label, part in zip(rows["common_label"], rows["common"], strict=True)
            ],
            "Gap between languages": [points(gap) if pd.notna(gap) else "not printed" for gap in rows["gap"]],
            "At least": (100 * rows["low"]).map("{:.1f}".format),
            "At most": (100 * rows["high"]).map("{:.1f}".format),
            **{
                f"Gap held {held}": [f"{100 * share:.1f}" if pd.notna(share) else "–" for share in rows[name]]
                for name, held in _HELD.items()
            },
        }
    )


def say_mix(table: pd.DataFrame, level: str) -> str:
    """How the mix of languages changed."""
    waves: Any = table.drop_duplicates("wave")
    said = [f"{100 * row.part:.0f}% in {row.label}" for row in waves.itertuples()]
    return f"Interviewed in {escape(level)} were {several(said)}."


def say_finding(table: pd.DataFrame, sides: Sequence[str], level: str) -> list[str]:
    """Paragraphs: what each step from poll to poll can owe to the mix, and whether the order of the sides is sure."""
    waves = list(dict.fromkeys(table["wave"]))
    said = [" ".join(_say_step(table, start, end, sides, level)) for start, end in pairwise(waves)]
    said += [_say_order(table, waves[-1], sides[:2])] if len(sides) > 1 else []
    return [sentence for sentence in said if sentence]


def _at(table: pd.DataFrame, common: str) -> pd.DataFrame:
    return table[table["common_wave"] == common]


def _say_step(table: pd.DataFrame, start: str, end: str, sides: Sequence[str], level: str) -> Iterator[str]:
    """What of a change from one poll to the next the mix can explain, with both at the mix of the earlier or the later."""
    commons = [common for common in dict.fromkeys(table["common_wave"]) if common in (start, end)]
    if not commons:
        return
    parts = table.drop_duplicates("wave").set_index("wave")
    before, after = parts.loc[start], parts.loc[end]
    small = abs(after["part"] - before["part"]) < _HARDLY
    changes = {response: change_at_mix(_at(table, commons[0]), response, start, end) for response in sides}
    sure = {bool(change["low"] > 0 or change["high"] < 0) for change in changes.values()}
    verdict = ""
    if len(sure) == 1:
        cannot = "It cannot explain what changed."
        verdict = cannot if sure.pop() else "Whether the answers changed or stayed is therefore not sure."
    yield (
        f"**From {before['label']} to {after['label']} the mix of languages {'hardly moved' if small else 'moved'}**, from "
        f"{100 * before['part']:.0f}% interviewed in {escape(level)} to {100 * after['part']:.0f}%. {verdict}".strip()
    )
    first = str(parts.iloc[0]["label"])
    for response, change in changes.items():
        yield _say_change(response, change, str(parts.loc[commons[0], "label"]), first)
        for common in commons[1:]:
            rows = _at(table, common)
            rows = rows[rows["response"] == response].set_index("wave")
            yield from _say_other_way(rows.loc[start], rows.loc[end])


def _say_change(response: str, change: dict[str, float], common: str, first: str) -> str:
    held = [change[name] for name in BRIDGES]
    bridged = f"{_three([points(value) for value in held], first)}, and " if pd.notna(held).all() else ""
    return (
        f"“{escape(response)}” changed by {points(change['printed'])} points as printed. With both polls at the mix of "
        f"{escape(common)} that would be {bridged}anything from {interval(change['low'], change['high'])} if nothing is "
        "assumed of the languages."
    )


def _say_other_way(before: pd.Series, after: pd.Series) -> Iterator[str]:
    """The earlier poll at the mix of the later one, where the mixes differ and shares by language bridge them."""
    held = [f"{100 * before[name]:.1f}%" for name in BRIDGES]
    if abs(before["part"] - before["common"]) >= _HARDLY and pd.notna(before["bridged"]):
        out = [
            said
            for said, name in zip(held, BRIDGES, strict=True)
            if not before["low"] <= before[name] <= before["high"]
        ]
        impossible = f" ({_or(out)} is not possible: no shares by language give it)" if out else ""
        yield (
            f"Or {before['label']} at the mix of {after['label']} would be {_or(held)}{impossible}, where "
            f"{after['label']} found {after['percent']}%."
        )


def _three(said: Sequence[str], first: str) -> str:
    """A bridged number on each of the three scales, or once where they are the same."""
    scales = "" if len(set(said)) == 1 else f" (in turn {_or(list(_HELD.values()))})"
    return f"{_or(said)} points if the languages were still as far apart as in {escape(first)}{scales}"


def _or(said: Sequence[str]) -> str:
    *rest, last = dict.fromkeys(said)
    return f"{', '.join(rest)} or {last}" if rest else last


def _say_order(table: pd.DataFrame, wave: str, sides: Sequence[str]) -> str:
    """Whether the order of two sides in a poll is sure at the mixes of the other polls."""
    for common in dict.fromkeys(table["common_wave"]):
        rows = _at(table, common)
        rows = rows[(rows["wave"] == wave) & rows["response"].isin(sides)]
        if rows.empty or abs(rows["part"].iloc[0] - rows["common"].iloc[0]) <= _MOVED:
            continue
        by = rows.set_index("response")
        first, second = sorted(sides, key=lambda side: -by.loc[side, "share"])
        a, b = by.loc[first], by.loc[second]
        pairs = [(a[name], b[name], held) for name, held in _HELD.items() if pd.notna(a[name]) and pd.notna(b[name])]
        turned = [pair for pair in pairs if pair[0] < pair[1]]
        shown = several(f"{100 * x:.1f}% and {100 * y:.1f}% (gap {held})" for x, y, held in pairs)
        count = "all" if len(turned) == len(pairs) else cardinal(len(turned)) if turned else "none"
        sure = not order_at_mix(rows)
        return (
            f"**Which of “{escape(first)}” and “{escape(second)}” led in {a['label']} is "
            f"{'sure as far as the mix goes' if sure else 'not sure'}.** Printed were {a['percent']}% and {b['percent']}%. At the mix of "
            f"{escape(a['common_label'])} they would be {shown}: their order turns in {count} of these {cardinal(len(pairs))}. "
            f"If nothing is assumed of the languages, the first lies anywhere from {span(a['low'], a['high'])}% and the second "
            f"from {span(b['low'], b['high'])}%."
        )
    return ""


def say_answers(table: pd.DataFrame, level: str) -> list[str]:
    """For each answer in the waves whose mix differs: what it can have been at the common one."""
    said = []
    for row in table[abs(table["part"] - table["common"]) > _MOVED].itertuples():
        held = [f"{100 * getattr(row, name):.1f}% (gap held {how})" for name, how in _HELD.items()]
        bridged = (
            f" If the languages differed as in the first poll that printed it, {several(held)}."
            if pd.notna(row.bridged)
            else " No shares by language were printed to bridge it."
        )
        said.append(
            f"**{escape(row.response)}, {row.label}:** printed {row.percent}%; with as many interviews in {escape(level)} "
            f"as in {escape(row.common_label)}, anything from {span(row.low, row.high)}% if nothing is assumed.{bridged}"
        )
    return said


def say_added(study: Study, wave: str, item: str, group: str, level: str) -> str:
    """Whether the shares by language add up to the printed ones, so that no weighting between them can be seen."""
    rows = from_groups(study, wave, item, group, level)
    if rows.empty:
        return ""
    told = several(
        f"{100 * row.added + _HALF_UP:.1f} for “{escape(row.response)}” (printed {row.percent})"
        for row in rows.itertuples()
    )
    agrees = bool(rows["agrees"].all())
    return (
        f"In {study.described(wave).fieldwork.short} the shares by language, added up with the printed parts, give {told}: "
        f"{'the same within rounding, so that no weighting between the languages can be seen' if agrees else 'not the same'}."
    )


_HALF_UP = 1e-6  # so that 39.25 is said as 39.3


def say_unknown(study: Study, waves: Sequence[str]) -> list[str]:
    """What clouds a step beside the mix: that the mode of a poll is not stated."""
    return [
        f"The mode of interview of {wave.fieldwork.short} is not stated: what clouds the step from or to it is its design."
        for wave in map(study.described, waves)
        if wave.mode == "not-stated"
    ]


def mix_caption(study: Study, table: pd.DataFrame) -> str:
    """Caption of the chart."""
    item = study.item(str(table["item"].iloc[0]))
    sources = several(f"{{cite:t}}`{key}`" for key in dict.fromkeys(table["source"]))
    return (
        f"{escape(item.title)} at one mix of interview languages. Filled: as printed. Bars: all that is possible; bounds, not "
        "intervals. Hollow: the gap between languages held in points (circle), as a ratio (square), in log odds (triangle). "
        f"Evidence: published, {sources}."
    )


def say_measured(table: pd.DataFrame, level: str) -> list[str]:
    """How the figure was measured, in plain sentences."""
    waves: Any = table.drop_duplicates("wave")
    parts = several(f"{100 * row.part:.1f}% in {row.label}" for row in waves.itertuples())
    return [
        f"Interviewed in {level}: {parts}.",
        (
            "With a share p, the part q of those interviewed in the language and its part c at the mix: the bounds come from "
            "all that the shares of the two languages can have been; the hollow marks from shares r and k by language, as the "
            "first poll printed them. In points: p + (c − q)(r − k). As a ratio ρ = r / k: p (cρ + 1 − c) / (qρ + 1 − q). In "
            "log odds: the odds of those interviewed in the language are those of the others times the odds ratio of r and k."
        ),
        "A range of sensitivity, and no correction: the chance of the sample is not in it.",
    ]


def mix_alt(table: pd.DataFrame) -> str:
    """Describe the chart for those who do not see it."""
    said = []
    for row in table.itertuples():
        held = [f"{100 * getattr(row, name):.1f}% with the gap held {how}" for name, how in _HELD.items()]
        moved = abs(row.part - row.common) > _MOVED
        more = f", {span(row.low, row.high)}% possible at the mix of {row.common_label}" if moved else ""
        more += f", {several(held)}" if moved and pd.notna(row.bridged) else ""
        said.append(f"{row.response}, {row.label}: {row.percent}% printed{more}")
    return f"Dot chart with bounds. {'; '.join(dict.fromkeys(said))}."


def mix_numbers(table: pd.DataFrame) -> dict[str, str]:
    """Numbers for prose on other pages, by RESPONSE.WAVE.at.COMMON: the share with the gap held in points.

    With .ratio and .logit the others, with .low and .high the bounds; .change is the change since the wave before, both at
    that mix, with .change.ratio and .change.logit; .change.printed the change as printed.
    """
    numbers: dict[str, str] = {}
    for common, rows in table.groupby("common_wave", sort=False):
        before: dict[str, str] = {}
        for row in rows.itertuples():
            name = f"{row.response}.{row.wave}.at.{common}"
            numbers |= {f"{name}.low": f"{100 * row.low:.0f}", f"{name}.high": f"{100 * row.high:.0f}"}
            if pd.notna(row.bridged):
                numbers |= {f"{name}{_ENDS[held]}": f"{100 * getattr(row, held):.1f}" for held in _HELD}
            if row.response in before:
                change = change_at_mix(rows, row.response, before[row.response], row.wave)
                numbers[f"{name}.change.printed"] = points(change["printed"])
                if pd.notna(row.bridged):
                    numbers |= {f"{name}.change{_ENDS[held]}": points(change[held]) for held in _HELD}
            before[row.response] = row.wave
        for wave, own in rows.groupby("wave", sort=False):
            for first, second in order_at_mix(own):
                numbers[f"{first} and {second}.{wave}.at.{common}"] = "not sure"
    return numbers


_ENDS = {"bridged": "", "bridged_ratio": ".ratio", "bridged_logit": ".logit"}
