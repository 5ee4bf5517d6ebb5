"""What is shown against the rule of disclosure is declared whole, and of things that there are."""

import datetime as dt

import pytest

from made_up_study import make_study
from wavebook.study import Refused, Study

EXEMPTIONS = "data/exemptions.yml"
GOOD = """\
moon-2020:
  wave: lamp-li-2020
  item: moon
  by: age
  groups: [old]
  answers: [there]
  lets_follow:
    - {group: old, answers: [gone]}
  why: everybody asks
  harmless: the moon does not mind
  decided: The lamplighters
  date: 2026-01-02
"""


def study(root, text):
    return Study.open(make_study(root, files={EXEMPTIONS: text}))


def test_a_study_without_the_file_exempts_nothing(tmp_path):
    made = Study.open(make_study(tmp_path))
    made.check()
    assert made.exemptions("lamp-li-2020") == {}


def test_exemptions_are_told_by_wave(tmp_path):
    made = study(tmp_path, GOOD)
    made.check()
    (found,) = made.exemptions("lamp-li-2020").values()
    assert (found.by, found.groups, found.answers) == (("age",), ("old",), ("there",))
    assert found.date == dt.date(2026, 1, 2)
    assert made.exemptions("lamp-li-2021") == {}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("  why: everybody asks\n", "", ":1: moon-2020.why: is missing"),
        ("everybody asks", "''", ":9: moon-2020.why: "),
        ("  decided: The lamplighters\n", "", ":1: moon-2020.decided: is missing"),
        ("date: 2026-01-02", "date: soon", ":12: moon-2020.date: "),
        ("harmless:", "colour:", ":10: moon-2020.colour: unknown key"),
        ("lets_follow:\n    - {group: old, answers: [gone]}", "lets_follow: []", ":7: moon-2020.lets_follow: "),
        ("lamp-li-2020", "lamp-li-1999", ":2: unknown wave 'lamp-li-1999'; known: lamp-li-2020"),
        ("item: moon", "item: sun", ":3: unknown item 'sun'; known: moon"),
        ("by: age", "by: shoe", ":4: unknown group 'shoe'; known: age"),
        ("groups: [old]", "groups: [ancient]", ":5: unknown level of age 'ancient'; known: old, young"),
        ("answers: [there]", "answers: [blue]", ":6: unknown answer to moon 'blue'; known: bright, dim, gone, there"),
        ("answers: [there]\n", "answers: [there]\n  models: [blue]\n", ":7: unknown answer to moon 'blue'"),
        ("{group: old, answers: [gone]}", "{group: old, answers: [there]}", ":8: unknown response of moon 'there'"),
        ("{group: old, ", "{group: ancient, ", ":8: unknown level of age 'ancient'"),
    ],
)
def test_a_faulty_exemption_is_refused_by_file_and_line(tmp_path, old, new, message):
    assert old in GOOD
    with pytest.raises(Refused, match=EXEMPTIONS) as refused:
        study(tmp_path, GOOD.replace(old, new)).check()
    assert message in str(refused.value)
