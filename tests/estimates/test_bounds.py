"""A share of which only a bound was printed: shown and said as a bound, and never taken as a number."""

import json
import math

import numpy as np
import pandas as pd
import pytest

from made_up_study import CODEBOOK, WAVE, make_study, topline
from wavebook import open_study
from wavebook.claims import UNTESTABLE, verdicts
from wavebook.estimates import printed_contrast, printed_shares, share_trend
from wavebook.estimates.examine import changes, contradictions
from wavebook.estimates.records import EstimateRecord
from wavebook.figures import shares_chart, shares_data, sources_of, trend_chart, trend_data
from wavebook.figures.publishing import _record
from wavebook.study import Refused, Topline
from wavebook.survey import Shares
from wavebook.text import trend as trend_text
from wavebook.text import wave as wave_text
from wavebook.text.trend_finding import say_finding

FIRST, BOUND, LAST = "lamp-li-2020", "lamp-li-2021", "lamp-li-2022"
ROWS = [
    topline(FIRST, "there", "60"),
    topline(FIRST, "gone", "30"),
    topline(BOUND, "there", ">50"),
    topline(BOUND, "gone", "<5"),
    topline(LAST, "there", "70"),
    topline(LAST, "gone", "25"),
]
TEXTS = {"title": "t", "caption": "c", "alt": "a"}


@pytest.fixture
def study(tmp_path):
    return open_study(make_study(tmp_path, ROWS))


@pytest.fixture
def trend(study):
    return share_trend(study, "lamp", "LI", "moon", ["there", "gone"])


def rows_of(chart):
    """Rows that a chart draws, all layers together."""
    return [row for rows in chart.to_dict()["datasets"].values() for row in rows]


def printed(percent):
    names = dict.fromkeys(Topline.model_fields, "") | {"wave": "w", "item": "i", "response": "r", "source": "s"}
    return Topline(**names | {"percent": percent, "certainty": "read"})


def test_a_bound_is_no_share():
    over, under, plain = printed(">50"), printed("<5.5"), printed("48")
    assert (over.bound, under.bound, plain.bound) == (">", "<", "")
    assert math.isnan(over.share)
    assert math.isnan(under.share)
    assert (over.limits, under.limits, plain.limits) == ((0.5, 1.0), (0.0, 0.055), (0.48, 0.48))
    assert (over.step, under.step, plain.step) == (0.0, 0.0, 0.01)


@pytest.mark.parametrize("percent", [">100", "<0", ">101", "> 50", ">=50", "over 50", "><5", "50>"])
def test_what_is_no_bound_is_refused(tmp_path, percent):
    study = open_study(make_study(tmp_path, [topline(FIRST, "there", percent)]))
    with pytest.raises(Refused, match=r"data/published/lamp.csv:2: percent: "):
        study.check()


def test_a_bound_counts_in_a_sum_with_the_least_that_it_allows(tmp_path):
    rows = [topline(FIRST, "bright", ">50"), topline(FIRST, "dim", "<90"), topline(FIRST, "gone", "45")]
    open_study(make_study(tmp_path, rows)).check()
    rows[2] = topline(FIRST, "gone", "55")
    with pytest.raises(Refused, match=r"lamp.csv:4: the shares of moon in lamp-li-2020 sum to at least 105, above 100"):
        open_study(make_study(tmp_path, rows)).check()


def test_the_frame_holds_the_bound_and_the_end_of_the_scale(study):
    over, under = printed_shares(study, BOUND).itertuples()
    assert (over.percent, over.lower, over.upper) == (">50", 0.5, 1.0)
    assert (under.percent, under.lower, under.upper) == ("<5", 0.0, 0.05)
    assert math.isnan(over.share)
    assert over.why_no_interval == "only a bound was printed"


def test_no_change_line_or_slope_is_taken_of_a_bound(trend):
    assert {*trend.changes["start_wave"], *trend.changes["end_wave"]} == {FIRST, LAST}
    assert trend.points["wave"].tolist() == [FIRST, BOUND, LAST] * 2
    assert trend.points.loc[trend.points["bound"] != "", "segment"].isna().all()
    assert trend.longest_segment == 2
    assert trend.slopes.empty


def test_a_trend_of_bounds_alone_is_shown(tmp_path):
    study = open_study(make_study(tmp_path, [topline(FIRST, "there", ">50"), topline(LAST, "there", ">60")]))
    trend = share_trend(study, "lamp", "LI", "moon")
    assert trend.changes.empty
    assert trend.breaks.empty
    assert trend.longest_segment == 0
    assert "Design effect" not in "".join(trend_text.say_measured(study, trend))
    data, chart = trend_data(trend.points, trend.breaks), trend_chart(study, trend.points, trend.breaks)
    assert _record(chart, "moon", TEXTS, data, sources_of(study, trend.points), ["wave", "answer"], ["per cent"]).rows
    assert trend_text.say_slopes(trend)
    assert say_finding(study, trend) == [
        "In May 2022, the newest wave with a share, **more than 60%** answered “there” (only a bound was printed)."
    ]


def test_no_difference_is_taken_of_a_bound(study):
    with pytest.raises(Refused, match=r"lamp-li-2021, moon: only a bound was printed of 'there' or 'gone'"):
        printed_contrast(study, BOUND, "moon", "there", "gone")


def test_both_charts_draw_a_bar_to_the_end_of_the_scale_and_no_point(study, trend):
    for chart in (trend_chart(study, trend.points, trend.breaks), shares_chart(printed_shares(study, BOUND))):
        found = {row["percent"]: row for row in rows_of(chart) if row.get("percent") in (">50", "<5")}
        assert [(row["edge"], row["low"], row["high"]) for row in found.values()] == [(50, 50, 100), (5, 0, 5)]
        assert not [row for row in found.values() if "value" in row]


def test_the_line_does_not_stop_at_a_bound(study, trend):
    points = [row for row in rows_of(trend_chart(study, trend.points, trend.breaks)) if "line" in row]
    assert [row["wave"] for row in points] == [FIRST, LAST] * 2
    assert len({row["line"] for row in points}) == 2


def test_a_chart_without_bounds_has_no_layer_for_them(study):
    assert '"edge"' not in json.dumps(shares_chart(printed_shares(study, FIRST)).to_dict())


def test_a_figure_with_a_bound_holds_it_as_printed(study):
    frame = printed_shares(study, BOUND)
    keys, values = ["item", "answer"], ["per cent"]
    record = _record(shares_chart(frame), "moon", TEXTS, shares_data(frame), sources_of(study, frame), keys, values)
    assert ",>50,50.0,100.0," in record.csv()
    assert ",<5,0.0,5.0," in record.csv()


def test_a_bound_is_said_as_one(study, trend):
    alt, caption = trend_text.trend_alt(study, trend), trend_text.trend_caption(study, trend)
    assert "more than 50% in May 2021 (only a bound was printed)" in alt
    assert "less than 5% in May 2021" in alt
    assert "Bars without a point: only a bound was printed." in caption
    assert "May 2021 (n assumed 900, phone)" in "".join(trend_text.say_measured(study, trend))
    numbers = trend_text.trend_numbers(trend)
    assert [numbers[f"there.{BOUND}{end}"] for end in ("", ".low", ".high")] == ["more than 50", "50", "100"]
    frame = printed_shares(study, BOUND)
    caption = wave_text.shares_caption(study, BOUND, frame)
    assert "Bars without a point: only a bound was printed." in caption
    assert "Points without a bar" not in caption
    assert "there more than 50% and gone less than 5%" in wave_text.shares_alt(study, BOUND, frame)
    table = wave_text.shares_table(frame)
    assert table["Per cent"].tolist() == [">50", "<5"]
    assert table["95% interval"].tolist() == ["no interval: only a bound was printed"] * 2


def test_the_command_says_a_bound(study, run):
    said = run("wave", "show", BOUND, cwd=study.root)
    assert "moon, there: more than 50% (read, almanac)" in said.out


@pytest.mark.parametrize(("low", "high", "agrees"), [(0.4, 0.48, False), (0.4, 0.52, True), (0.8, 0.9, True)])
def test_an_estimate_contradicts_a_bound_on_the_other_side_only(tmp_path, low, high, agrees):
    described = {f"data/waves/{BOUND}.yml": WAVE.format(country="LI", year=2021) + CODEBOOK}
    study = open_study(make_study(tmp_path, ROWS[2:3], described))
    table = pd.DataFrame({"response": ["there"], "share": [(low + high) / 2], "lower": [low], "upper": [high]})
    result = Shares(table, covariance=np.zeros((1, 1)), notes=[]).to_dict()
    record = EstimateRecord(
        BOUND, "shares", {"item": "moon", "by": []}, "microdata", "f", "s", "c", "1", 9, 9.0, result
    )
    wave = study.described(BOUND)
    faults = contradictions(study, wave, [record])
    assert (not faults) is agrees
    if faults:
        assert "but almanac gives more than 50%" in str(faults[0])
    (change,) = changes(study, wave, [record])
    assert change.before is None


@pytest.mark.parametrize(
    "check",
    [
        f"share: {{wave: {BOUND}, item: moon, response: there}}, about: 40",
        f"difference: [{{wave: {LAST}, item: moon, response: there}}, {{wave: {BOUND}, item: moon, response: there}}], above: 0",
        f"ratio: [{{wave: {BOUND}, item: moon, response: there}}, {{wave: {LAST}, item: moon, response: there}}], above: 0",
    ],
)  # fmt: skip
def test_a_statement_over_a_bound_is_not_testable(tmp_path, check):
    claim = f"one: {{says: x, source: almanac, check: [{{{check}}}], reviewed: contradicted}}\n"
    (verdict,) = verdicts(open_study(make_study(tmp_path, ROWS, {"data/claims.yml": claim})))
    assert verdict.verdict == UNTESTABLE
    assert "only a bound was printed (May 2021, more than 50%)" in verdict.because
