from pathlib import Path

import pytest

from helpers import snapshot

HILL = "data/published/hill.csv"
WAVE = "data/waves/hill-li-2023-5.yml"
GOOD = "hill-li-2019-1,opinion-ferry,favourable,,,81,420,gazette2023,,article,x"


def replace(root: Path, name: str, old: str, new: str) -> None:
    text = (root / name).read_text(encoding="utf-8")
    assert old in text
    (root / name).write_text(text.replace(old, new, 1), encoding="utf-8")


def append(root: Path, name: str, row: str) -> int:
    """Append a row; return its line."""
    text = (root / name).read_text(encoding="utf-8")
    (root / name).write_text(f"{text}{row}\n", encoding="utf-8")
    return text.count("\n") + 1


def row(**changes: str) -> str:
    names = ["wave", "item", "response", "by", "group", "percent", "n", "source", "locator", "certainty", "note"]
    return ",".join((dict(zip(names, GOOD.split(","), strict=True)) | changes).values())


def test_a_good_study_loads(study):
    assert {"hill-li-2019-1", "vale-li-2023-05", "brook-li-2022"} <= set(study.waves)
    assert all(figure.source in study.sources.entries for figure in study.all_toplines)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"item": "opinion-mars"}, "unknown item 'opinion-mars'"),
        ({"response": "lukewarm"}, "unknown response of opinion-ferry 'lukewarm'"),
        ({"wave": "hill-li-1999-0"}, "unknown wave 'hill-li-1999-0'"),
        ({"source": "hearsay"}, "unknown source 'hearsay'"),
        ({"percent": "104"}, "percent: 104 is not between 0 and 100"),
        ({"percent": "-3"}, "percent: "),
        ({"percent": "48%"}, "percent: "),
        ({"percent": "nan"}, "percent: "),
        ({"percent": ""}, "percent: "),
        ({"certainty": "sure"}, "certainty: "),
        ({"by": "age"}, "`by` and `group` go together"),
        ({"by": "shoe size", "group": "44"}, "unknown by 'shoe size'"),
        ({"by": "age", "group": "17"}, "unknown group of age '17'"),
        ({"n": "421"}, "n: 421 is more than the wave's 420 respondents"),
        ({"n": "many"}, "n: "),
        ({"n": "0"}, "n: "),
        ({}, "the same topline stands at data/published/hill.csv:2 already"),
        ({"response": "unfavourable", "percent": "21"}, "sum to 102, above 100 by more than rounding"),
    ],
)
def test_a_faulty_row_is_refused_by_file_and_line(checkout, run, changes, message):
    line = append(checkout, HILL, row(**changes))
    before = snapshot(checkout)
    said = run("build", cwd=checkout)
    assert said.code == 2
    assert f"{HILL}:{line}: " in said.err
    assert message in said.err
    assert "Traceback" not in said.err
    assert snapshot(checkout) == before | {"_build/lock": b""}


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("end: 2023-05-23", "end: 2023-04-01", 4, "fieldwork.end: fieldwork ends (2023-04-01) before it starts"),
        ("series: hill", "series: cob", 1, "unknown series 'cob'"),
        ("source: hill-website", "source: nowhere", 11, "unknown source 'nowhere'"),
        ("mode: phone", "mode: pigeon", 5, "mode: "),
        ("mode: phone", "mood: phone", 5, "mood: unknown key"),
        ("country: LI", "country: XX", 2, "'XX' is no ISO 3166 country code"),
        ("n: 800", "n: -1", 6, "n: "),
        ("n: 800", "n: [800", 7, "not YAML"),
        ("n: 800", "n: !!python/object/apply:os.getcwd []", 6, "not YAML"),
        ("n: 800", "n: 800\nn: 801", 7, "not YAML"),
        ("deff: inferred}", "death: inferred}", 12, "marks what a wave does not have: death"),
    ],
)
def test_a_faulty_wave_is_refused_by_file_and_line(checkout, run, old, new, line, message):
    replace(checkout, WAVE, old, new)
    said = run("status", cwd=checkout)
    assert said.code == 2
    assert f"{WAVE}:{line}: " in said.err
    assert message in said.err


def test_all_faults_of_all_files_are_told_at_once(checkout, run):
    replace(checkout, WAVE, "mode: phone", "mode: pigeon")
    first = append(checkout, HILL, row(item="opinion-mars"))
    second = append(checkout, "data/published/others.csv", row(source="hearsay", percent="104"))
    said = run("status", cwd=checkout)
    assert [line.split(": ")[0] for line in said.err.splitlines()] == [
        f"{HILL}:{first}",
        f"data/published/others.csv:{second}",
        f"data/published/others.csv:{second}",
        f"{WAVE}:5",
    ]


def test_rounding_may_carry_a_question_above_a_hundred(checkout, run):
    append(checkout, HILL, row(response="unfavourable", percent="19"))
    assert run("status", cwd=checkout).code == 0
    replace(
        checkout,
        HILL,
        "hill-li-2019-1,opinion-ferry,unfavourable,,,19",
        "hill-li-2019-1,opinion-ferry,unfavourable,,,20",
    )
    assert run("status", cwd=checkout).code == 0  # 101 from two numbers, each rounded up to half a point
    replace(checkout, HILL, "unfavourable,,,20,420", "unfavourable,,,20.1,420")
    assert run("status", cwd=checkout).code == 2


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"wave,item\n", ":1: the columns must be wave,item,response"),
        (b"\xff\xfe\x00", ": not UTF-8 text"),
        (b"", ":1: the columns must be"),
    ],
)
def test_a_file_that_is_no_table_is_refused(checkout, run, content, message):
    (checkout / HILL).write_bytes(content)
    said = run("status", cwd=checkout)
    assert said.code == 2
    assert f"{HILL}{message}" in said.err


def test_a_row_with_too_many_cells_is_refused(checkout, run):
    line = append(checkout, HILL, GOOD + ",extra")
    assert f"{HILL}:{line}: 12 cells where 11 are expected" in run("status", cwd=checkout).err


def test_lines_are_counted_over_cells_of_several_lines(checkout, run):
    append(checkout, HILL, row(response="unfavourable", percent="1", note='"two\nlines"'))
    line = append(checkout, HILL, row(item="opinion-mars"))
    assert f"{HILL}:{line}: unknown item" in run("status", cwd=checkout).err


def test_a_headline_of_unknown_responses_is_refused(checkout, run):
    replace(checkout, "data/items.yml", "favourable: [very favourable", "favourable: [extremely favourable")
    assert "adds up unknown responses: extremely favourable" in run("status", cwd=checkout).err


def test_a_broken_bibliography_is_refused(checkout, run):
    (checkout / "book/references.bib").write_text("@misc{a, title = {unclosed")
    said = run("status", cwd=checkout)
    assert said.code == 2
    assert "book/references.bib" in said.err


def test_outside_a_checkout_the_message_says_so(tmp_path, run):
    said = run("status", cwd=tmp_path)
    assert said.code == 2
    assert "not inside a checkout" in said.err


@pytest.mark.parametrize(
    ("named", "message"),
    [
        ("nobody2020", "readin: unknown source 'nobody2020'"),
        ("brook-secondhand", "readin: 'brook-secondhand' was not read itself; name the source that was"),
    ],
)
def test_a_source_that_was_read_in_no_known_source_is_refused(checkout, run, named, message):
    path = checkout / "book/references.bib"
    line = path.read_text().count("\n") + 2
    with path.open("a") as file:
        file.write(f"\n@misc{{x2020, title={{T}}, readin = {{{named}}}}}\n")
    said = run("status", cwd=checkout)
    assert said.code == 2
    assert f"book/references.bib:{line}: {message}" in said.err
