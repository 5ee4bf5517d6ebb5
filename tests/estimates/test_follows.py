"""Estimates from which something rare follows are refused before any is written."""

from dataclasses import replace
from html import unescape

import pytest

from helpers import BOOK, FIXTURES, copy_checkout
from wavebook import open_study
from wavebook.estimates.attack.exposure import attack_wave
from wavebook.estimates.compute import Respondents, digest, estimate
from wavebook.estimates.follows import check_follows
from wavebook.estimates.records import write_record
from wavebook.study import Refused
from wavebook.survey import answer_shares
from wavebook.text.disclosure import say_exemptions, say_rule, say_withheld
from wavebook.waves.readers import read_respondents

WAVE, FILE = "hill-li-2019-1", "respondents.csv"
EXEMPTION = """\
crier-ferry:
  wave: hill-li-2019-1
  item: opinion-ferry
  by: main-news
  groups: [town crier]
  answers: [favourable]
  lets_follow:
    - group: town crier
      answers: [somewhat unfavourable, very unfavourable, don't know, refused]
  why: the gazette says so
  harmless: nobody was asked
  decided: The Town
  date: 2026-01-02
"""


def respondents(root):
    study = open_study(root)
    return Respondents.of(study, study.described(WAVE), read_respondents(FIXTURES / FILE, FILE, None))


def asked(of, item="opinion-ferry", groups=("main-news",)):
    records = []
    for by in ([], *([group] for group in groups)):
        before = {record.table: record.told for record in records}
        records.append(estimate(of, "shares", {"item": item, "by": by}, digest(of.study, of.wave), before))
    return records


@pytest.fixture(scope="module")
def of():
    return respondents(BOOK)


@pytest.fixture(scope="module")
def exempt(tmp_path_factory):
    root = copy_checkout(tmp_path_factory.mktemp("exempt"))
    (root / "data/exemptions.yml").write_text(EXEMPTION)
    return root


def test_what_is_told_lets_nothing_follow(of):
    check_follows(of, asked(of))


def test_a_share_too_many_is_refused_by_its_cell(of):
    records = asked(of)
    every = answer_shares(of.design, "opinion-ferry", of.answers("opinion-ferry"), by="main-news").to_dict()
    with pytest.raises(Refused) as refused:
        check_follows(of, [records[0], replace(records[1], result=every)])
    said = str(refused.value)
    assert f"data/estimates/{WAVE}: opinion-ferry, 'unfavourable', main-news town crier: are " in said
    assert "declare it in data/exemptions.yml" in said


def test_a_model_that_tells_a_rare_answer_is_refused_though_no_share_does(of):
    """Shown without the check of its own cells, a model still has to go with all else."""
    model = estimate(of, "logit", {"formula": "opinion_ferry__very_favourable ~ C(sex)"}, "d")
    telling = replace(model, arguments={"formula": "opinion_ferry__refused ~ C(sex)"})
    assert {bound.cell.response for bound in attack_wave(of, [telling]).follows} >= {"refused"}


def test_what_is_declared_is_told_and_counted_apart(exempt):
    of = respondents(exempt)
    records = asked(of)
    assert "favourable" in records[1].told["town crier"]
    (shown,) = records[1].exempted
    assert (shown.group, shown.response, shown.exemption) == ("town crier", "favourable", "crier-ferry")
    found = attack_wave(of, records)
    assert found.follows == ()
    assert {name for name, _ in found.exempt} == {"crier-ferry"}
    check_follows(of, records)
    with pytest.raises(Refused, match="main-news town crier"):
        check_follows(respondents(BOOK), records)  # where it is not declared


def test_an_exemption_that_is_not_needed_is_refused(exempt, tmp_path):
    root = copy_checkout(tmp_path)
    (root / "data/exemptions.yml").write_text(EXEMPTION.replace("answers: [favourable]", "answers: [very favourable]"))
    of = respondents(root)
    with pytest.raises(Refused, match=r"crier-ferry\.lets_follow: town crier: .* does not follow"):
        check_follows(of, asked(of))


def test_its_page_says_how_few_and_who_decided(exempt):
    of = respondents(exempt)
    for record in asked(of):
        write_record(exempt, record)
    study = open_study(exempt)
    (said,) = say_exemptions(study, WAVE, "opinion-ferry", ["main-news"])
    (shown,) = asked(of)[1].exempted
    assert said.startswith("**Against this book’s rule:** ")
    title = study.groups["main-news"].title
    assert f"of {shown.n} respondents of “{title}: town crier” did not give the answer “favourable”" in unescape(said)
    assert "because the gazette says so. It harms nobody: nobody was asked. Decided by The Town, 2 January 2026" in said


def test_what_is_not_shown_is_said_in_words():
    study = open_study(BOOK)
    said = say_withheld(study, WAVE, "opinion-ferry")
    by = {line.split(":**")[0].removeprefix("**"): line for line in said}
    news = study.groups["main-news"].title
    assert "of town crier only “very favourable”, against all else (others, or what they would leave, are" in by[news]
    assert "of isle nothing (too few respondents)" in by[study.groups["region"].title]
    assert "fewer than 30 respondents" in say_rule()
    assert say_exemptions(study, WAVE, "opinion-ferry", ["main-news"]) == []
