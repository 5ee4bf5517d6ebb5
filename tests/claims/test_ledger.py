"""The ledger of claims on the made-up book, on data that changed, and spoilt in every way."""

import ast
import re
from pathlib import Path

import pytest
import yaml

import wavebook
from helpers import ROOT
from wavebook import claims
from wavebook.estimates import share_trend
from wavebook.study import Refused
from wavebook.survey import contrasts

LEDGER = "data/claims.yml"
SHARE = "{wave: hill-li-2023-5, item: opinion-ferry, response: favourable}"
EXPECTED = {
    "ferry-2019": claims.CONFIRMED,
    "ferry-2021": claims.UNTESTABLE,
    "ferry-2022": claims.CONSISTENT,
    "ferry-2023": claims.CONSISTENT,
    "ferry-momentum": claims.CONSISTENT,
    "bell-2023": claims.CONFIRMED,
    "bell-old": claims.CONSISTENT,
    "ferry-crier": claims.UNTESTABLE,
    "crier-double": claims.CONTRADICTED,
    "bell-reasons": claims.UNTESTABLE,
}


@pytest.fixture(scope="module")
def verdicts(study):
    return {verdict.id: verdict for verdict in claims.verdicts(study)}


def replace(root: Path, name: str, old: str, new: str) -> None:
    text = (root / name).read_text(encoding="utf-8")
    assert old in text
    (root / name).write_text(text.replace(old, new, 1), encoding="utf-8")


def of(root: Path, **entry: str) -> claims.Verdict:
    """Evaluate a ledger of one claim."""
    lines = {"says": "x", "source": "gazette2023", "reviewed": "contradicted"} | entry
    (root / LEDGER).write_text("one:\n" + "".join(f"  {key}: {value}\n" for key, value in lines.items()))
    (verdict,) = claims.verdicts(wavebook.open_study(root))
    return verdict


def test_every_measurable_statement_has_the_verdict_that_its_data_give(study, verdicts):
    assert {key: verdict.verdict for key, verdict in verdicts.items()} == EXPECTED
    assert claims.changed(study) == []
    for verdict in verdicts.values():
        assert all((verdict.because, verdict.evidence, verdict.number, verdict.interval))


def test_a_share_that_respondents_give_is_estimated_and_agrees(verdicts):
    verdict = verdicts["ferry-2019"]
    assert (verdict.number, verdict.interval) == ("80.7%", "76.4 to 84.3")
    assert verdict.evidence.startswith("synthetic")


def test_a_number_that_only_its_own_source_gives_tests_nothing(verdicts):
    assert "only the statement’s own source gives this number" in verdicts["ferry-2021"].because


def test_statements_of_degree_are_tested_as_such(verdicts):
    half = verdicts["ferry-2022"].findings[-1]
    assert half.number == "0.55"
    assert half.value == pytest.approx(0.44 / 0.80698, abs=1e-4)
    rise = verdicts["ferry-2023"]
    assert "+11.0 points" in rise.number
    assert "+4.8 to +17.2" in rise.interval
    assert "the rise is not slight" in rise.because


def test_a_change_across_modes_never_goes_without_its_tipping_point(study, verdicts):
    fall = verdicts["ferry-momentum"].findings[1]
    assert "face to face, then phone" in fall.caveats[0]
    assert "if a change from face to face to phone alone moved the answer by −12.8 points" in fall.flips[0]
    trend = share_trend(study, "hill", "LI", "opinion-ferry", ["favourable"]).breaks.iloc[0]
    assert fall.ends == pytest.approx((trend.lower, trend.upper), abs=2e-3)  # the trend counts with z, this with t
    within_a_mode = verdicts["ferry-momentum"].findings[2]
    assert within_a_mode.caveats == []


def test_groups_are_compared_with_the_covariance_of_the_design(study, verdicts):
    age, crier = verdicts["ferry-crier"].findings
    by_age = study.wave("hill-li-2019-1").shares("opinion-ferry", by="age").where(response="favourable")
    old = contrasts(by_age, kind="pairwise", adjust="none").table.iloc[3]
    assert abs(age.value) == pytest.approx(abs(old["estimate"]))
    assert age.ends[1] - age.ends[0] == pytest.approx(old["upper"] - old["lower"])
    assert crier.ends == pytest.approx((-0.0859, 0.2102), abs=1e-3)
    (ratio,) = verdicts["crier-double"].findings
    assert (ratio.number, ratio.interval) == ("1.13", "0.85 to 1.49")


def test_a_group_of_unknown_size_has_no_interval_and_says_why(verdicts):
    old = verdicts["bell-old"]
    assert old.interval.startswith("no interval: size of the group not printed")
    assert "one article only" in old.because


def test_a_verdict_follows_the_data_and_the_change_is_reported(checkout):
    replace(checkout, "data/published/hill.csv", "favourable,,,55,", "favourable,,,46,")
    study = wavebook.open_study(checkout)
    assert claims.changed(study) == [("ferry-2023", claims.CONSISTENT, claims.CONTRADICTED)]
    (verdict,) = [verdict for verdict in claims.verdicts(study) if verdict.id == "ferry-2023"]
    assert "46%" in verdict.because
    assert "not about 55%" in verdict.because


def test_a_share_that_nobody_found_cannot_be_tested(checkout):
    share = "{wave: hill-li-2020-2, item: opinion-ferry, response: favourable}"
    verdict = of(checkout, check=f"[{{share: {share}, about: 50}}]")
    assert verdict.verdict == claims.UNTESTABLE
    assert "no such number was found" in verdict.because


def test_a_printed_share_of_another_source_is_taken_before_the_statements_own(checkout):
    with (checkout / "data/published/hill.csv").open("a") as file:
        file.write("hill-li-2021-3,opinion-ferry,favourable,,,66,,hill-website,,read,\n")
    changed = {key: now for key, _, now in claims.changed(wavebook.open_study(checkout))}
    assert changed["ferry-2021"] == claims.CONTRADICTED


@pytest.mark.parametrize(
    ("about", "verdict"),
    [
        ("55", claims.UNTESTABLE),
        ("54.6", claims.UNTESTABLE),  # 55 may have been rounded from it
        ("56", claims.CONTRADICTED),
        ("57, within: 2", claims.UNTESTABLE),
    ],
)
def test_a_stated_share_may_differ_by_rounding(checkout, about, verdict):
    assert of(checkout, check=f"[{{share: {SHARE}, about: {about}}}]").verdict == verdict


def test_a_condition_is_held_against_the_data_without_a_ledger(study):
    share = {"wave": "hill-li-2023-5", "item": "opinion-ferry", "response": "favourable"}
    finding = claims.hold(study, claims.Condition(share=share, above=50))
    assert (finding.met, finding.number) == (True, "55%")
    assert claims.hold(study, claims.Condition(share=share | {"response": "unfavourable"}, above=50)) is None


OF_2019 = "{wave: hill-li-2019-1, item: opinion-ferry, response: favourable}"
OTHERS = "{wave: hill-li-2019-1, item: opinion-ferry, response: very favourable, by: main-news, group: anything else}"
CRIER = OTHERS.replace("anything else", "town crier")


def test_what_is_out_of_reach_cannot_be_tested_whatever_is_found(checkout):
    verdict = of(checkout, check=f"[{{ratio: [{CRIER}, {OTHERS}], about: 3, within: 0.5}}]")
    assert verdict.verdict == claims.UNTESTABLE
    (said,) = verdict.power
    reach = 1 / claims.hold(wavebook.open_study(checkout), condition(f"share: {OTHERS}, above: 0")).value
    assert said.startswith(f"could not have shown it true: only 0.00 to {reach:.2f} is in reach")


def condition(text: str) -> claims.Condition:
    return claims.Condition.model_validate(yaml.safe_load(f"{{{text}}}"))


@pytest.mark.parametrize("asked", ["below: 150", "above: -20"])
def test_what_nothing_could_have_missed_cannot_be_tested(checkout, asked):
    verdict = of(checkout, check=f"[{{share: {OF_2019}, {asked}}}]")
    assert verdict.verdict == claims.UNTESTABLE
    assert "could not have shown it false" in verdict.because


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("above: 70", claims.CONFIRMED),
        ("above: 80", claims.UNTESTABLE),  # chance decides
        ("above: 90", claims.CONTRADICTED),
    ],
)
def test_a_bound_within_the_interval_is_left_to_chance(checkout, asked, expected):
    verdict = of(checkout, check=f"[{{share: {OF_2019}, {asked}}}]")
    assert verdict.verdict == expected
    assert ("chance alone decides" in verdict.because) is (expected == claims.UNTESTABLE)


def test_a_comparison_that_rests_on_the_statements_own_number_is_not_independent(checkout):
    both = f"[{{difference: [{SHARE}, {OF_2019}], below: 0}}]"
    assert of(checkout, check=both).verdict == claims.CONSISTENT
    assert of(checkout, check=both, source="hill-archive").verdict == claims.CONFIRMED


def test_parts_are_joined_by_the_least_sure_that_can_be_tested(checkout):
    found = f"{{share: {OF_2019}, above: 70}}"
    own = f"{{difference: [{SHARE}, {OF_2019}], below: 0}}"
    missed = f"{{share: {OF_2019}, above: 90}}"
    nothing = f"{{share: {SHARE}, about: 55}}"
    assert of(checkout, check=f"[{found}, {nothing}]").tested == (1, 2)
    assert of(checkout, check=f"[{found}, {nothing}]").verdict == claims.CONFIRMED
    assert of(checkout, check=f"[{found}, {own}]").verdict == claims.CONSISTENT
    assert of(checkout, check=f"[{found}, {own}, {missed}]").verdict == claims.CONTRADICTED
    one_part = f"[{{part: all, {found[1:]}, {{part: all, {own[1:]}]"
    assert of(checkout, check=one_part).verdict == claims.CONFIRMED


def test_a_reason_for_the_whole_stands_above_what_is_found_of_parts(checkout):
    found, missed = (f"[{{share: {OF_2019}, above: {bound}}}]" for bound in (70, 90))
    verdict = of(checkout, check=found, untestable="Nobody asked the dogs")
    assert verdict.verdict == claims.UNTESTABLE
    assert [part.verdict for part in verdict.parts] == [claims.CONFIRMED, claims.UNTESTABLE]
    assert of(checkout, check=missed, untestable="Nobody asked the dogs").verdict == claims.CONTRADICTED


def test_a_design_effect_is_named_from_which_chance_decides(checkout):
    earlier = SHARE.replace("hill-li-2023-5", "hill-li-2022-4")
    (finding,) = of(checkout, check=f"[{{difference: [{SHARE}, {earlier}], above: 0}}]").findings
    (said,) = [flip for flip in finding.flips if "design effect" in flip]
    deff = float(re.search(r"of (\d+\.\d)", said)[1])
    se = (finding.ends[1] - finding.ends[0]) / 2 / 1.96
    assert deff == pytest.approx(
        1.6 * (finding.value / 1.96 / se) ** 2, abs=0.2
    )  # the share of rounding does not grow with it


def test_answers_of_the_same_people_of_which_no_covariance_was_kept_have_no_interval(checkout):
    other = SHARE.replace("opinion-ferry", "opinion-tram").replace("hill-li-2023-5", "hill-li-2019-1")
    both = f"[{SHARE.replace('hill-li-2023-5', 'hill-li-2019-1')}, {other}]"
    (finding,) = of(checkout, check=f"[{{difference: {both}, above: 0}}]").findings
    assert finding.interval == "no interval: how two answers of the same people hang together was not kept"


CHECK = f"[{{share: {SHARE}, about: 55}}]"


@pytest.mark.parametrize(
    ("entry", "line", "message"),
    [
        ({"check": CHECK.replace("hill-li-2023-5", "hill-li-1999-0")}, 5, "unknown wave 'hill-li-1999-0'"),
        ({"check": CHECK.replace("opinion-ferry", "opinion-mars")}, 5, "unknown item 'opinion-mars'"),
        ({"check": CHECK.replace("favourable", "lukewarm")}, 5, "unknown response of opinion-ferry 'lukewarm'"),
        ({"check": CHECK.replace("favourable", "favourable, by: age, group: 17")}, 5, "group: "),
        ({"check": CHECK.replace("favourable", "favourable, by: age, group: '17'")}, 5, "unknown group of age '17'"),
        ({"check": CHECK.replace("favourable", "favourable, by: shoes, group: big")}, 5, "unknown by 'shoes'"),
        ({"check": CHECK.replace("favourable", "favourable, by: age")}, 5, "`by` and `group` go together"),
        ({"check": CHECK.replace("55", "55, above: 3")}, 5, "give one of about, above, below, beyond_chance"),
        ({"check": CHECK.replace("55", "true")}, 5, "about"),
        ({"check": CHECK.replace("55", ".nan")}, 5, "about"),
        ({"check": CHECK.replace("55", "55, within: 0")}, 5, "within"),
        ({"check": CHECK.replace("about: 55", "above: 5, within: 1")}, 5, "`within` needs `about`"),
        ({"check": CHECK.replace("about: 55", "beyond_chance: true")}, 5, "`beyond_chance` is for a difference"),
        ({"check": f"[{{difference: [{SHARE}], above: 0}}]"}, 5, "difference"),
        ({"check": f"[{{ratio: [{SHARE}, {SHARE}], about: 2}}]"}, 5, "`about` needs `within`"),
        ({"check": f"[{{pace: [{SHARE}, {SHARE}, {SHARE}], above: 0}}]"}, 5, "must follow each other in time"),
        ({"check": f"[{{share: {SHARE}, ratio: [{SHARE}, {SHARE}], above: 0}}]"}, 5, "give one of share, difference"),
        ({"check": f"[{{python: {SHARE}, above: 0}}]"}, 5, "unknown key"),
        ({}, 1, "give one of check, "),
        ({"check": CHECK, "source": "hearsay"}, 3, "unknown source 'hearsay'"),
        ({"check": CHECK, "see": "[hearsay]"}, 6, "unknown source 'hearsay'"),
        ({"check": CHECK, "figure": "Figure 1"}, 6, "figure"),
        ({"check": CHECK, "reviewed": "true enough"}, 4, "reviewed"),
        ({"check": CHECK, "id": "two"}, 1, "without `id`"),
        ({"check": CHECK, "verdict": "holds"}, 6, "verdict: unknown key"),
    ],
)
def test_a_faulty_entry_is_refused_by_file_and_line(checkout, entry, line, message):
    with pytest.raises(Refused) as refused:
        of(checkout, **entry)
    told = [fault for fault in refused.value.faults if message in fault.what]
    assert told, refused.value.faults
    assert told[0].where == f"{LEDGER}:{line}"


def test_a_name_that_cannot_be_one_and_an_entry_that_is_none_are_refused(checkout):
    (checkout / LEDGER).write_text("Big Claim: {says: x}\nother: yes\n")
    with pytest.raises(Refused) as refused:
        claims.verdicts(wavebook.open_study(checkout))
    assert [fault.where for fault in refused.value.faults] == [f"{LEDGER}:1", f"{LEDGER}:2"]


def test_all_faults_are_told_at_once(checkout):
    replace(checkout, LEDGER, "wave: hill-li-2023-5", "wave: hill-li-1999-0")
    replace(checkout, LEDGER, "source: gazette2023", "source: hearsay")
    replace(checkout, LEDGER, "figure: li-bell-trend", "figure: Bell")
    with pytest.raises(Refused) as refused:
        claims.load_claims(checkout, wavebook.open_study(checkout))
    assert len(refused.value.faults) == 3


def test_nothing_in_the_ledger_is_run(checkout):
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / "src/wavebook/claims").glob("*.py")]
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    called = {node.func.id for node in calls if isinstance(node.func, ast.Name)}
    assert not called & {"eval", "exec", "compile", "__import__"}
    with pytest.raises(Refused, match="not YAML"):
        of(checkout, check="!!python/object/apply:os.getcwd []")
