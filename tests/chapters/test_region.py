"""The chapters that set several countries and houses beside each other: their words follow the numbers."""

import datetime as dt

import pandas as pd
import pytest

import wavebook
from chapters.region import compare, fear, kyrgyzstan, leadership, sides, union

INVASION = dt.date(2022, 2, 24)
SERIES = """
ruler: {name: Ruler Poll, house: Ruler House, about: Made up., assumed_n: {value: 1000, because: made up}}
voice: {name: Voice, house: Voice House, about: Made up.}
"""
ITEMS = """
items:
  king: {title: Leadership of the king, asks: whether one approves, responses: [approve, disapprove]}
  side: {title: Side, asks: whose side, responses: [Red, Blue, neither]}
  flood: {title: Flood, asks: whether it floods, responses: [yes it does, never]}
  tongue: {title: Language, asks: the language, responses: [High, Low]}
groups:
  tongue: {title: Language, levels: [High, Low]}
"""
WAVE = """
series: {series}
country: {country}
fieldwork: {{start: {start}-01-01, end: {end}-12-31, known_to: year}}
mode: {mode}
{n}
population: adults
source: almanac
"""
HEAD = "wave,item,response,by,group,percent,n,source,locator,certainty,note"
KINGS = {"LI": (90, 60, 30), "LU": (88, 80, 70), "MC": (50, 69, 51), "AD": (80, ">50", 75)}
YEARS = (2006, 2021, 2025)


def wave(series, country, start, end=None, mode="phone", n=1000):
    return WAVE.format(
        series=series, country=country, start=start, end=end or start, mode=mode, n=f"n: {n}" if n else ""
    )


def make(root, kings=KINGS, weak=()):
    """A study of four countries' approval of a king, and of one house's polls in two languages."""
    files = {}
    rows = [HEAD]
    for country, shares in kings.items():
        for year, share in zip(YEARS, shares, strict=True):
            name = f"ruler-{country.lower()}-{year}"
            long = {"end": 2008} if year == 2006 else {}
            files[f"data/waves/{name}.yml"] = wave("ruler", country, year, mode="not-stated", n=None, **long)
            mark = "weak" if year in weak else "read"
            rows.append(f"{name},king,approve,,,{share},,almanac,,{mark},")
    for year, red, blue, yes, high in ((2020, 40, 10, 10, 25), (2022, 13, 22, 8, 25), (2023, 12, 21, 16, 60)):
        name = f"voice-li-{year}"
        files[f"data/waves/{name}.yml"] = wave("voice", "LI", year)
        values = {"side,Red": red, "side,Blue": blue, "side,neither": 100 - red - blue, "flood,yes it does": yes}
        values |= {"flood,never": 100 - yes, "tongue,High": high, "tongue,Low": 100 - high}
        rows += [f"{name},{what},,,{percent},1000,almanac,,read," for what, percent in values.items()]
    for what, percent in {
        "Red,tongue,High": 20,
        "Red,tongue,Low": 45,
        "Blue,tongue,High": 20,
        "Blue,tongue,Low": 6,
    }.items():
        rows.append(f"voice-li-2020,side,{what},{percent},,almanac,,read,")
    files |= {
        "_config.yml": "title: Kings\n",
        "book/references.bib": "@misc{almanac, title = {An almanac}, author = {Lamp, Ada}, year = 2021}\n",
        "data/series.yml": SERIES,
        "data/items.yml": ITEMS,
        "data/published/all.csv": "\n".join([*rows, ""]),
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    study = wavebook.open_study(root)
    study.check()
    return study


def region_in(root, **changed):
    study = make(root, {**KINGS, **changed})
    shares = compare.points_of(study, "ruler", list(KINGS), "king", "approve")
    return study, leadership.region_of(shares, ["LI", "LU", "MC"], INVASION)


@pytest.fixture(scope="module")
def kings(tmp_path_factory):
    return region_in(tmp_path_factory.mktemp("kings"))


@pytest.fixture(scope="module")
def voice(tmp_path_factory):
    return make(tmp_path_factory.mktemp("voice"))


def test_where_countries_stand_and_which_fell_most_follows_the_shares(kings):
    _, region = kings
    said = leadership.say_standings(region)
    assert said.startswith("**One story does not fit the region.**")
    assert "by a majority in Luxembourg (70% in 2025, interval" in said
    assert "by a share that cannot be told from a half in Monaco (51%" in said
    assert "by a minority in Liechtenstein (30%" in said
    assert leadership.say_most(region).startswith(
        "**Over all the years it fell most in Liechtenstein,** by 42 points more than in Luxembourg"
    )
    lines = leadership.say_countries(region)
    assert "fell from 90% (2006–2008) to 30% (2025), by 60 points" in lines[0]
    assert "went from 50% (2006–2008) to 51% (2025), which cannot be told from chance" in lines[2]
    assert "From the last share before the invasion it fell from 69% (2021) to 51% (2025)" in lines[2]


def test_with_other_shares_the_sentences_turn_by_themselves(tmp_path):
    _, region = region_in(tmp_path, LI=(90, 60, 72), MC=(50, 69, 78))
    assert leadership.say_standings(region).startswith("**By their newest shares the countries stand alike.**")
    most = leadership.say_most(region)
    assert most.startswith("Over all the years the largest fall is printed for")
    assert "cannot be told from chance" in most
    assert "approval rose from 50%" in leadership.say_countries(region)[2]


def test_a_span_from_another_year_is_not_compared(tmp_path):
    study = make(tmp_path)
    shares = compare.points_of(study, "ruler", ["LI", "LU", "AD"], "king", "approve")
    region = leadership.region_of(shares, ["LI", "LU", "AD"], INVASION)
    assert "LI war LU" in region.found
    assert not [name for name in region.found if " war " in name and "AD" in name]


def test_a_change_after_the_invasion_is_said_to_be_seen_or_not(tmp_path):
    for share, said in (
        (31, "no rebound or further fall can be seen"),
        (45, "approval rose again"),
        (15, "fell further"),
    ):
        study = make(tmp_path / str(share))
        shares = compare.points_of(study, "ruler", ["LI"], "king", "approve")
        first, last = shares.iloc[-1], shares.iloc[-1]
        after = pd.DataFrame([first.to_dict() | {"time": pd.Timestamp("2022-07-01"), "label": "2022"}, last.to_dict()])
        after.loc[1, ["share", "percent"]] = share / 100, str(share)
        rows = pd.concat([shares.iloc[:-1], after.assign(wave=["a", "b"])], ignore_index=True)
        assert said in " ".join(leadership.say_since(leadership.region_of(rows, ["LI"], INVASION)))


def test_a_bound_says_how_far_a_share_can_have_moved_and_has_no_interval(tmp_path):
    study = make(tmp_path, {"AD": (80, ">50", 75), "LI": (30, "<45", 20)})
    shares = compare.points_of(study, "ruler", ["AD", "LI"], "king", "approve")
    region = leadership.region_of(shares, ["AD", "LI"], INVASION)
    bounds = leadership.say_bounds(region)
    assert "more than 50%, where 2006–2008 had 80%: if it fell, by less than 30 points" in bounds[0]
    assert "less than 45%, where 2006–2008 had 30%: if it rose, by less than 15 points" in bounds[1]
    assert compare.standing(shares.iloc[1]) == "a majority"
    table = leadership.shares_table(region, study)
    assert table["95% interval"].tolist()[1] == "only a bound"
    assert table["Disapprove"].tolist()[:2] == ["not printed: 0 to 20", "not printed: 0 to 50"]


def test_what_was_read_second_hand_is_counted_and_left_out(tmp_path):
    study = make(tmp_path, weak=(2025,))
    shares = compare.points_of(study, "ruler", ["LI", "LU"], "king", "approve")
    region = leadership.region_of(shares, ["LI", "LU"], INVASION)
    assert leadership.say_standings(region).endswith("All of these newest shares were read second-hand.")
    assert (
        "two were read second-hand. Without them the newest are: Liechtenstein 60% in 2021"
        in leadership.say_first_hand(region)
    )


def test_what_would_turn_the_findings_is_said(kings):
    flips = leadership.say_flips(kings[1])
    assert any("one of 60 would undo it whole" in said for said in flips)
    assert any("Monaco, 2025:** a share" in said for said in flips)
    assert flips[-1].startswith("**Liechtenstein against Luxembourg:** with 72% or more in 2025")


def test_numbers_for_other_pages_go_by_wave_and_by_country(kings):
    numbers = leadership.numbers(kings[1])
    assert numbers["approve.ruler-li-2021"] == "60"
    assert (numbers["LI.latest"], numbers["LI.latest.when"], numbers["LI.latest.bound"]) == ("30", "2025", "no")
    assert (numbers["LI.change"], numbers["LI.verb"], numbers["LI.first.when"]) == ("−60", "fell", "2006–2008")
    assert (numbers["MC.verb"], numbers["MC.latest.standing"]) == (
        "did not move beyond chance",
        "a share that cannot be told from a half",
    )
    assert "*" not in numbers["region.says"]


def test_captions_stay_under_sixty_words_and_the_rest_is_told_below(kings):
    study, region = kings
    caption = leadership.chart_caption(region, region.points.head(0).assign(place=""))
    assert len(caption.split()) < 60
    assert "Bars without a point" in caption
    told = " ".join(leadership.chart_measured(study, region, region.points.head(0)))
    assert "1,000 respondents in each, assumed" in told
    assert "design effect of 1.5 (assumed)" in told
    assert f"makes {compare.cardinal(len(region.found))} tests" in told


def test_yearly_changes_are_told_the_largest_first_and_what_chance_could_not_do(tmp_path):
    study = make(tmp_path, {"LI": (70, 50, 86), "LU": (70, 71, 72)})
    shares = compare.points_of(study, "ruler", ["LI", "LU"], "king", "approve")
    asked = compare.neighbours(shares, "country")
    found = compare.moves(shares, asked)
    lines = union.say_moves(found)
    assert "rose from 50% (2021) to 86% (2025), by 36 points" in lines[0]
    assert "fell from 70% (2006–2008) to 50% (2021)" in lines[1]
    assert lines[-1].startswith("Of four changes from one poll to the next two cannot be told from chance")
    move = next(move for move in found.values() if move.end["percent"] == "86")
    assert f"a design effect of {1.5 * (move.estimate / move.half) ** 2:.0f} instead of 1.5" in union.say_largest(found)
    assert "in 5 of the 6 shares" in union.say_support(shares)
    assert "Not for sure: Liechtenstein’s 50% in 2021" in union.say_support(shares)
    steady = compare.say_steady(shares, asked)
    assert steady.startswith("At each of the customary design effects (1.3, 1.5 and 2)")


@pytest.fixture(scope="module")
def floods(voice):
    shares = compare.shares_of(voice, ["voice-li-2022", "voice-li-2023"], "flood")
    return shares, compare.moves(shares, compare.neighbours(shares, "item", "response"))


def test_the_mix_of_languages_is_told_with_its_direction_and_the_gap_it_would_need(voice, floods):
    shares, found = floods
    mix = fear.mix_of(voice, ["voice-li-2022", "voice-li-2023"], "voice-li-2020", "side", "tongue")
    assert (mix.level, mix.moved) == ("High", pytest.approx(0.35))
    assert mix.gaps == {"Red": pytest.approx(-0.25), "Blue": pytest.approx(0.14)}
    assert fear.say_finding(voice, found, ["yes it does"]).startswith("**Fear of Russia grew, by what people said.**")
    [line, _] = fear.say_needed(voice, found, mix)
    assert f"a gap of {compare.size(0.08 / 0.35)} points between the languages would explain the whole change" in line
    assert "less than the 25 points" in line
    turned = fear.Mix("High", 0.6, 0.25, {"Ukraine": 0.14, "Russia": -0.25}, "almanac")
    grown = turned._replace(before=0.25, after=0.6)
    assert "makes the rise of fear look larger than it is" in fear.say_direction(found, grown, ["yes it does"])
    assert "makes the rise of fear look smaller than it is" in fear.say_direction(found, turned, ["yes it does"])
    assert len(shares) == 4


def test_a_chain_has_blocks_of_polls_that_are_alike_and_an_order_in_each(voice):
    waves = ["voice-li-2020", "voice-li-2022", "voice-li-2023"]
    chain = sides.chain_of(voice, waves, ["side"] * 3, waves[1:], ["Red", "Blue"])
    assert chain.shares.groupby("block")["wave"].nunique().to_dict() == {"voice-li-2020": 1, "alike": 2}
    assert set(chain.changes) == {
        "side, Red, voice-li-2023",
        "side, Blue, voice-li-2023",
        "side, neither, voice-li-2023",
    }
    assert sides.say_finding(chain).startswith(
        "**In what was printed, poll by poll, the order of the two sides turned:** 40% with Red and 10% with"
    )
    assert "nothing moved beyond chance" in sides.say_changes(chain)
    assert "most took neither side: 67%" in sides.say_middle(chain, "neither")
    first, *_ = sides.say_polls(voice, chain, ["Red", "Blue"])
    assert "In its sample more sided with Red than with Blue (30 points" in first
    mixed = sides.say_mix(voice, waves, "side", "tongue", "Low", waves[1], ["Red", "Blue"])
    assert "the order of the two sides would turn, so that it is not sure" in mixed
    labels = sides.rows(chain)
    assert labels[:3] == ["Red", "Blue", "neither"]
    assert labels[3:5] == ["Red, 2022", "Red, 2023"]


def test_polls_that_anybody_could_answer_get_no_interval(voice):
    polls = kyrgyzstan.polls_of(
        voice, ["voice-li-2020", "voice-li-2022"], ["side: Red", "side: Red"], ["voice-li-2022"]
    )
    assert polls["lower"].isna().tolist() == [False, True]
    assert "Without a bar: some respondents chose themselves." in kyrgyzstan.chart_caption(polls, "Liechtenstein")
    assert len(compare.exact(polls)) == 1


def test_those_who_did_not_give_the_answer_are_not_said_to_be_against_it(voice):
    polls = kyrgyzstan.polls_of(voice, ["voice-li-2020", "voice-li-2022"], ["side: Red", "flood: never"], [])
    said = kyrgyzstan.say_rest(voice, polls)
    assert said.startswith("Those who did not give the answer shown, from 8% to 60% of a poll, may think otherwise or")


def test_polls_before_the_invasion_are_counted_by_what_chance_allows(voice):
    polls = kyrgyzstan.polls_of(voice, ["voice-li-2020", "voice-li-2020"], ["side: Red", "side: neither"], [])
    said = kyrgyzstan.say_good(voice, polls, pd.Timestamp(INVASION))
    assert said.startswith(
        "**Before the invasion none of 2 shares from one house were majorities for Russia,** from 40%"
    )
