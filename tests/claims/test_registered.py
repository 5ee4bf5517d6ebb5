"""Conditions that were fixed before their wave: judged when it arrives, and refused when changed."""

from pathlib import Path

import pytest

import wavebook
from wavebook import claims
from wavebook.study import Refused, git

FILE = "data/registered.yml"
WAVE = "hill-li-2023-6"


def arrive(root: Path, percent: int) -> None:
    """A sixth wave of the made-up poll with one printed share."""
    wave = (root / "data/waves/hill-li-2023-5.yml").read_text()
    wave = (
        wave.replace("2023-04-25", "2023-10-02").replace("2023-05-23", "2023-10-30").replace("number: 5", "number: 6")
    )
    (root / f"data/waves/{WAVE}.yml").write_text(wave)
    with (root / "data/published/hill.csv").open("a") as file:
        file.write(f"{WAVE},opinion-ferry,favourable,,,{percent},,hill-website,,read,\n")


def test_a_condition_waits_for_its_wave(study):
    (one,) = claims.registered(study)
    assert (one.outcome, one.wave, one.decides) == ("waiting", None, "")
    assert claims.decided(study) == []


@pytest.mark.parametrize(
    ("percent", "outcome", "decides"),
    [(70, "met", "The rebound went on."), (40, "not met", "The rebound did not go on."), (57, "chance decides", "")],
)
def test_a_wave_that_arrives_judges_by_itself(checkout, percent, outcome, decides):
    arrive(checkout, percent)
    (found,) = claims.decided(wavebook.open_study(checkout))
    assert found == ("ferry-rebound", outcome, decides)


def test_an_entry_that_was_changed_is_refused(checkout):
    arrive(checkout, 40)
    path = checkout / FILE
    path.write_text(path.read_text().replace("above: 0", "above: -30"))
    with pytest.raises(Refused, match="is not what was registered"):
        claims.registered(wavebook.open_study(checkout))


def test_an_entry_without_a_seal_is_told_the_one_that_it_needs(checkout):
    path = checkout / FILE
    text = path.read_text()
    seal = text.strip().rpartition(" ")[2]
    path.write_text(text.replace(f"  seal: {seal}\n", ""))
    with pytest.raises(Refused, match=f"has no seal; that of what stands here is {seal}"):
        claims.registered(wavebook.open_study(checkout))


def test_an_entry_that_is_younger_than_its_wave_decides_nothing(checkout, monkeypatch):
    arrive(checkout, 70)
    (entry,) = claims.registered(wavebook.open_study(checkout))
    assert entry.outcome == "met"
    monkeypatch.setattr(git, "first_with", lambda *_: entry.entry.registered)
    ((_, outcome, decides),) = claims.decided(wavebook.open_study(checkout))
    assert (outcome, decides) == ("decides nothing: fixed after its wave arrived", "")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("item: opinion-ferry", "item: opinion-mars", "unknown item 'opinion-mars'"),
        ("series: hill,", "series: dale,", "unknown series 'dale'"),
        (", after: 2023-06-30", "", "give `wave`, whose respondent file is awaited, or"),
        ("registered: 2023-12-01", "registered: soon", "registered"),
    ],
)
def test_a_faulty_entry_is_refused(checkout, old, new, message):
    path = checkout / FILE
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(Refused, match=message):
        claims.registered(wavebook.open_study(checkout))


def test_a_wave_that_awaits_its_respondents_is_judged_by_their_estimate(checkout):
    entry = """\
one:
  registered: 2018-01-01
  says: x
  awaits: {wave: hill-li-2019-1}
  check: [{share: {wave: awaited, item: opinion-ferry, response: favourable}, above: 70}]
  if_met: Well liked.
  if_not: Not well liked.
"""
    (checkout / FILE).write_text(entry)
    with pytest.raises(Refused) as refused:
        claims.registered(wavebook.open_study(checkout))
    seal = refused.value.faults[0].what.rpartition(" ")[2]
    (checkout / FILE).write_text(f"{entry}  seal: '{seal}'\n")
    (found,) = claims.decided(wavebook.open_study(checkout))
    assert found == ("one", "met", "Well liked.")
