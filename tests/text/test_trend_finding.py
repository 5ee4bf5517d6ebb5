"""The finding of a trend: its words are chosen by the data, here made up."""

import pytest

from made_up_study import ITEMS, SERIES, make_study, topline
from wavebook import open_study
from wavebook.estimates import share_trend
from wavebook.figures import sources_of, trend_chart, trend_data
from wavebook.study import Refused
from wavebook.text import trend as trend_text
from wavebook.text.trend_finding import say_finding

FIRST, MIDDLE, LAST = (f"lamp-li-{year}" for year in (2020, 2021, 2022))
AT_HOME = "mode: face-to-face"
POOL = """\
series: lamp
country: LI
pooled: the nights of 2018 to 2021
fieldwork: {start: 2018-01-01, end: 2021-12-31, known_to: year}
mode: phone
n: 3000
population: adults
source: almanac
"""


@pytest.fixture
def found(tmp_path):
    """The trend of the moon with the shares given, and what is said of it."""

    def found(*percents, home=(), files=(), years=(2020, 2021, 2022), responses=("there",)):
        rows = [topline(f"lamp-li-{year}", "there", percent) for year, percent in percents]
        root = make_study(tmp_path, rows, dict(files), years)
        for year in home:
            path = root / f"data/waves/lamp-li-{year}.yml"
            path.write_text(path.read_text().replace("mode: phone", AT_HOME))
        study = open_study(root)
        study.check()
        trend = share_trend(study, "lamp", "LI", "moon", list(responses))
        return study, trend, " ".join(say_finding(study, trend))

    return found


@pytest.mark.parametrize(
    ("newest", "words"),
    [
        ("60", "That is a majority, which chance alone does not explain."),
        ("40", "That is fewer than half, which chance alone does not explain."),
        ("52", "That is not to be told from one half."),
        ("48", "That is not to be told from one half."),
    ],
)
def test_a_majority_is_called_so_only_beyond_chance(found, newest, words):
    assert words in found((2022, newest), (2021, newest))[2]


@pytest.mark.parametrize(
    ("newest", "words"),
    [
        ("60", "the share of “there” rose by 20.0 points (give or take 5.6), more than chance would give"),
        ("30", "the share of “there” fell by 10.0 points (give or take 5.4), more than chance would give"),
        ("42", "nothing can be told from chance: “there” +2.0 points (give or take 5.6)"),
    ],
)
def test_rose_and_fell_are_said_only_beyond_chance(found, newest, words):
    said = found((2021, "40"), (2022, newest))[2]
    assert words in said
    assert ("would have been seen" in said) is ("nothing can be told" in said)


def test_the_newest_wave_with_a_share_is_named_and_a_newer_one_without_is_told(found):
    said = found((2020, "40"), (2021, "42"))[2]
    assert "In May 2021, the newest wave with a share, **42%** answered “there”" in said
    assert "knows one newer wave of this series, of May 2022; no share of this question was found of it." in said
    assert "newer wave" not in found((2020, "40"), (2022, "42"))[2]


@pytest.mark.parametrize(
    ("before", "words"),
    [
        ("75", "a fall stands even if such a break moves answers by 10 points"),
        ("58", "a fall stands if such a break moves answers by 5 points"),
        (
            "47",
            "that this was a fall of opinion is not sure, as a break that moves answers by 3 points could explain it",
        ),
        ("42", "which chance alone could give"),
        ("30", "a rise stands if such a break moves answers by 3 points"),
    ],
)
def test_what_stands_across_a_break_depends_on_what_the_break_may_have_done(found, before, words):
    said = found((2021, before), (2022, "40"), home=[2021])[2]
    assert "Between May 2021 and May 2022 the mode of interview changed from face to face to phone." in said
    assert words in said
    assert "compared outright" not in said


def test_two_points_across_a_break_and_three_priors_beside_each_other(found):
    _, trend, _ = found((2021, "75"), (2022, "40"), home=[2021])
    (row,) = trend.breaks.itertuples()
    (said,) = trend_text.say_breaks(trend)
    assert (
        f"moved the answer by {trend_text.points(row.tipping)} points, the interval of the fall would touch nought"
        in said
    )
    assert "the fall itself would be gone at −35.0 points, which is all of it" in said
    table = trend_text.bridge_table(trend)
    assert table.iloc[:, :2].to_numpy().tolist() == [["none", "–"], ["3", "2.4"], ["5", "4.0"], ["10", "8.0"]]
    assert set(table["Of the change"]) == {"there, May 2021 to May 2022: −35.0"}
    widths = (trend.bridges["bridged_upper"] - trend.bridges["bridged_lower"]).tolist()
    assert widths == sorted(widths)
    assert len(trend_text.say_effects_of_mode(trend)) == 3
    assert trend_text.trend_numbers(trend)["there.latest.at.10"] == table["95% interval"].iloc[-1]


def test_a_series_may_say_what_a_change_of_mode_can_do_and_who_measured_it(found):
    effects = "mode_effects: [{value: 4, because: measured at night, source: almanac}]"
    files = {"data/series.yml": SERIES.rstrip()[:-1] + f", {effects}}}\n"}
    _, trend, said = found((2021, "75"), (2022, "40"), home=[2021], files=files.items())
    assert "even if such a break moves answers by 4 points" in said
    assert trend_text.say_effects_of_mode(trend) == [
        (
            "**4 points** of standard deviation, which is an effect of 3.2 points either way on average: measured at night "
            "{cite:p}`almanac`."
        )
    ]


def test_a_source_of_an_effect_of_mode_that_is_not_there_is_refused(tmp_path):
    effects = "mode_effects: [{value: 4, because: dreamt, source: a-dream}]"
    files = {"data/series.yml": SERIES.rstrip()[:-1] + f", {effects}}}\n"}
    with pytest.raises(Refused, match=r"data/series.yml:1: unknown source 'a-dream'"):
        open_study(make_study(tmp_path, [topline(FIRST, "there", "40")], files)).check()


def test_of_many_breaks_those_that_stand_are_counted(found):
    years = (2017, 2018, 2019, 2020, 2021, 2022)
    percents = [(year, percent) for year, percent in zip(years, ("40", "41", "40", "41", "40", "80"), strict=True)]
    said = found(*percents, home=(2017, 2019, 2021), years=years)[2]
    assert "Of the five steps from one wave to the next across breaks, one stands" in said
    assert "“there” from May 2021 to May 2022 (+40.0 points)" in said


def test_the_grid_of_design_effects_stands_beside_an_assumed_one(found):
    _, trend, _ = found((2021, "40"), (2022, "60"))
    assert "At design effects of 1.3, 1.5 and 2.0 it is the same." in trend_text.say_changes(trend)[0]
    _, trend, _ = found((2021, "40"), (2022, "47"))
    assert "At a design effect of 2.0 it cannot be told from chance." in trend_text.say_changes(trend)[0]


def test_a_pool_of_one_country_has_an_interval_and_lies_beside_the_line(found):
    pooled = "lamp-li-2018-2021"
    lines = [topline(f"lamp-li-{year}", "there", percent) for year, percent in ((2021, "40"), (2022, "60"))]
    published = "\n".join(
        [
            "wave,item,response,by,group,percent,n,source,locator,certainty,note",
            *lines,
            topline(pooled, "there", "70"),
            "",
        ]
    )
    files = {f"data/waves/{pooled}.yml": POOL, "data/published/lamp.csv": published}
    study, trend, said = found(files=files.items())
    (pool,) = trend.pools.itertuples()
    assert (pool.lower < 0.70 < pool.upper, pool.why_no_interval) == (True, "")
    assert pooled not in set(trend.points["wave"]) | set(trend.changes["start_wave"])
    assert "Pooled over 2018 to 2021, 70% answered “there” (95% interval 68 to 72)" in said
    chart = trend_chart(study, trend.points, trend.breaks, trend.pools).to_dict()
    (rect,) = [layer for layer in chart["layer"] if layer["mark"]["type"] == "rect"]
    assert [rect["encoding"][name]["field"] for name in ("x", "x2", "y", "y2")] == ["start", "end", "low", "high"]
    assert trend_data(trend.shown, trend.breaks)["wave"].tolist().count(pooled) == 1
    assert pooled in {source.wave for source in sources_of(study, trend.shown)}
    assert "over the years that are pooled, 2018 to 2021: there 70% (68 to 72)" in trend_text.trend_alt(study, trend)
    assert trend_text.trend_numbers(trend)[f"there.{pooled}.low"] == "68"
    assert study.facts(["pools", "lamp", "LI"]) == {"pools of lamp in LI": pooled}
    without = POOL.replace("n: 3000\n", "")
    _, trend, said = found(files=(files | {f"data/waves/{pooled}.yml": without}).items())
    assert "no interval: number of respondents not found" in said
    trend_chart(study, trend.points, trend.breaks, trend.pools).to_dict()


def test_only_problems_of_waves_on_the_page_are_told(found):
    study, _, _ = found((2021, "40"), (2022, "60"))
    for year in (2020, 2022):
        path = study.root / f"data/waves/lamp-li-{year}.yml"
        path.write_text(path.read_text() + f"problems: [It rained in {year}.]\n")
    study = open_study(study.root)
    assert trend_text.say_problems(study, share_trend(study, "lamp", "LI", "moon", ["there"])) == [
        "**May 2022:** It rained in 2022."
    ]


def test_what_is_known_from_one_article_only_is_said(found):
    root_rows = [topline(f"lamp-li-{year}", "there", "40").replace(",read,", ",article,") for year in (2021, 2022)]
    published = "\n".join(["wave,item,response,by,group,percent,n,source,locator,certainty,note", *root_rows, ""])
    said = found(files={"data/published/lamp.csv": published}.items())[2]
    assert "The shares of May 2021 and May 2022 are known from one article only, {cite:t}`almanac`" in said


def in_parts(wave, young):
    return [f"{wave},parts,young,,,{young},,almanac,,read,", f"{wave},parts,old,,,{100 - int(young)},,almanac,,read,"]


@pytest.mark.parametrize(
    ("young", "words"),
    [
        (
            "20",
            "**The order of “bright” and “dim” in May 2022 is not sure.** Had “young” (parts by age) been as large a part",
        ),
        (
            "59",
            "The order of the answers of May 2022 would be the same had “young” (parts by age) been as large a part",
        ),
    ],
)
def test_whether_a_mix_leaves_the_order_open_is_told_beside_the_finding(tmp_path, young, words):
    rows = [
        topline(LAST, "bright", "45"),
        topline(LAST, "dim", "35"),
        topline(FIRST, "bright", "40"),
        topline(FIRST, "dim", "40"),
    ]
    rows += [*in_parts(FIRST, "60"), *in_parts(LAST, young)]
    items = ITEMS.replace("groups:", "  parts: {title: Parts, asks: how old one is, responses: [young, old]}\ngroups:")
    items += "  parts: {title: Parts by age, levels: [young, old]}\n"
    study = open_study(make_study(tmp_path, rows, {"data/items.yml": items}))
    study.check()
    trend = share_trend(study, "lamp", "LI", "moon", ["bright", "dim"])
    assert trend_text.say_mix(study, trend, []) == []
    said, *_ = trend_text.say_mix(study, trend, ["parts", "young", FIRST, "the-page"])
    assert said.startswith(words)
    assert "[what the mix can have done](the-page.ipynb)" in said


@pytest.mark.parametrize(("young", "told"), [("20", True), ("59", False)])
def test_whether_a_mix_clouds_a_change_within_a_mode_is_told(tmp_path, young, told):
    rows = [topline(FIRST, "there", "60"), topline(LAST, "there", "50"), *in_parts(FIRST, "60"), *in_parts(LAST, young)]
    items = ITEMS.replace("groups:", "  parts: {title: Parts, asks: how old one is, responses: [young, old]}\ngroups:")
    items += "  parts: {title: Parts by age, levels: [young, old]}\n"
    study = open_study(make_study(tmp_path, rows, {"data/items.yml": items}))
    trend = share_trend(study, "lamp", "LI", "moon", ["there"])
    said = " ".join(trend_text.say_mix(study, trend, ["parts", "young", FIRST, "the-page"]))
    assert ("Chance apart, whether these answers changed from May 2020 to May 2022 is not sure" in said) is told
