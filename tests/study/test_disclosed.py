import pytest

from made_up_study import WAVE, make_study
from wavebook import open_study
from wavebook.study import ITEM_WORDS, Refused

NAME = "data/waves/lamp-li-2021.yml"
PLAIN = WAVE.format(country="LI", year=2021)


def wave(tmp_path, block: str, plain: str = PLAIN):
    return open_study(make_study(tmp_path, files={NAME: plain + block})).described("lamp-li-2021")


def entry(described, item: str):
    return next(found for found in described.sheet if found.item == item)


def test_without_a_block_the_fields_are_stated_and_the_rest_was_not_looked_for(tmp_path):
    described = wave(tmp_path, "")
    assert [found.item for found in described.sheet] == list(ITEM_WORDS)
    stated = {found.item: found.says for found in described.sheet if found.status == "stated"}
    assert stated == {"population": "adults", "mode": "phone", "fieldwork": "May 2021"}
    assert described.stated == 3
    assert {found.status for found in described.sheet} == {"stated", "not looked for"}


def test_what_was_inferred_or_computed_here_was_disclosed_by_nobody(tmp_path):
    described = wave(tmp_path, "n: 400\ncertainty: {n: inferred, mode: computed, population: weak}\n")
    assert {found.item for found in described.sheet if found.status == "stated"} == {"population", "fieldwork"}
    found = entry(described, "n")
    assert (found.status, found.says, found.certainty) == ("not looked for", "400", "inferred")


def test_a_season_is_no_date_and_a_field_that_says_not_stated_says_nothing(tmp_path):
    plain = PLAIN.replace("known_to: month", "known_to: season").replace("population: adults", "population: not stated")
    described = wave(tmp_path, "", plain.replace("mode: phone", "mode: not-stated"))
    assert described.stated == 0


def test_the_block_says_what_is_stated_what_is_absent_and_what_could_not_be_opened(tmp_path):
    block = """\
disclosure:
  stated:
    sponsor: The Wick Foundation
    quality: {says: calls were listened to, source: almanac, certainty: weak}
    mode: {source: almanac}
  absent: [response_rate]
  unopened: {what: the report of the field house, source: almanac, items: [languages]}
"""
    described = wave(tmp_path, block)
    assert described.stated == 5
    assert entry(described, "sponsor").sources == ("almanac",)
    assert entry(described, "quality")[1:4] == ("stated", "calls were listened to", "weak")
    assert entry(described, "response_rate")[1:] == ("not disclosed", "", None, ("almanac",), "")
    languages = entry(described, "languages")
    assert (languages.status, languages.unopened) == ("not looked for", "the report of the field house")
    assert entry(described, "weights")[1:] == ("not looked for", "", None, (), "")


def test_a_design_effect_counts_as_precision_where_no_margin_is_printed(tmp_path):
    found = entry(wave(tmp_path, "deff: 1.4\n"), "margin")
    assert (found.status, found.says) == ("stated", "design effect 1.4")


@pytest.mark.parametrize(
    ("block", "line", "message"),
    [
        ("disclosure:\n  absent: [mode]\n", 8, "disclosure.absent.0: the wave states its mode: it cannot be missing"),
        (
            "disclosure:\n  stated:\n    mode: by owl\n",
            9,
            "disclosure.stated.mode: the wave states its mode itself: give no more than the source here",
        ),
        ("disclosure:\n  stated:\n    sponsor: {source: almanac}\n", 9, "disclosure.stated.sponsor: says nothing"),
        ("disclosure:\n  looked: [nowhere]\n", 8, "unknown source 'nowhere'"),
        ("disclosure:\n  stated:\n    sponsor: {says: me, source: nowhere}\n", 9, "unknown source 'nowhere'"),
        ("disclosure:\n  absent: [sponsors]\n", 8, "disclosure.absent.0: input should be"),
        (
            "disclosure:\n  stated: {sponsor: me}\n  absent: [sponsor]\n",
            7,
            "disclosure: sponsor is named more than once under stated, absent and unopened",
        ),
        (
            "disclosure:\n  unopened: {what: a report, items: [mode]}\n",
            8,
            "disclosure.unopened.items.0: the wave states its mode: it cannot be missing",
        ),
    ],
)
def test_a_block_that_contradicts_its_wave_is_refused_by_file_and_key(tmp_path, block, line, message):
    study = open_study(make_study(tmp_path, files={NAME: PLAIN + block}))
    with pytest.raises(Refused) as refused:
        study.check()
    (fault,) = refused.value.faults
    assert fault.where == f"{NAME}:{line}"
    assert message in fault.what
