import pytest
from made_up import make_codebook, make_file, make_wave

from wavebook.study import Group, Item
from wavebook.waves.checks import check, missing_variables
from wavebook.waves.coding import code_wave

ITEMS = {"opinion": Item(title="Opinion", asks="what one thinks", responses=("good", "bad", "don't know"))}
GROUPS = {"age": Group(title="Age", levels=("18-29", "30+")), "region": Group(title="Region")}
GOOD = {
    "id": [1, 2, 3, 4, 5, 6],
    "Q1": ["Good", "Bad", "Good", "DK (vol.)", "Good", "Bad"],
    "Age": [18, 25, 30, 45, 60, 80],
    "w": [1, 1.5, 0.5, 1, 1, 1],
    "s": ["N", "N", "N", "S", "S", "S"],
    "p": [1, 1, 2, 3, 3, 4],
    "day": ["2026-05-01", "2026-05-02", "2026-05-31", "2026-05-31", "2026-05-09", "2026-05-10"],
}
CODEBOOK = make_codebook(
    design={"weights": "w", "strata": ["s"], "psu": "p"},
    respondent="id",
    date="day",
    groups={"age": {"variable": "Age", "bands": ["18-29", "30+"]}},
)


def found(codebook=CODEBOOK, wave=None, items=ITEMS, file=None, **changes):
    file = file or make_file(GOOD | changes)
    return check(file, wave or make_wave(), codebook, code_wave(file, codebook, items, GROUPS))


def said(faults):
    return [str(fault) for fault in faults]


def test_a_good_file_has_no_findings():
    findings = found()
    assert said(findings.errors) == []
    assert said(findings.warnings) == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"Q1": ["Good", "Meh", "Good", "Meh", "Good", "Bad"]}, "wave.csv: Q1: opinion: the codebook has no category for 'Meh' (2 rows: 3, 5)"),
        ({"Q1": [None] * 6}, "wave.csv: Q1: opinion: not one respondent has an answer"),
        ({"Age": [17, 25, 30, 45, 60, 180]}, "wave.csv: Age: age: the codebook has no category for '17' (1 row: 2)"),
        ({"Age": [18, 25, 30, 45, 60, 180]}, "'180' (1 row: 7)"),
        ({"id": [1, 2, 3, 3, 5, 6]}, "wave.csv: id: the same respondent twice in 2 rows: 4, 5"),
        ({"w": [1, None, 1, 1, 1, 1]}, "wave.csv: w: a weight is missing or not a number in 1 row: 3"),
        ({"w": [1, -1, 1, 1, 1, 1]}, "wave.csv: w: a weight is negative in 1 row: 3"),
        ({"w": [0, 0, 0, 0, 0, 0]}, "no respondent has a positive weight"),
        ({"w": ["a", "b", "c", "d", "e", "f"]}, "a weight is missing or not a number in 6 rows: 2, 3, 4, 5, 6 …"),
        ({"s": ["N", None, "N", "S", "S", "S"]}, "wave.csv: s: stratum missing in 1 row: 3"),
        ({"p": [1, 1, 2, None, 3, 4]}, "wave.csv: p: PSU missing in 1 row: 5"),
        ({"p": [1, 1, 2, 2, 3, 4]}, "wave.csv: p: PSU 2 lies in several strata (2 rows: 4, 5); if they are different PSUs there, say nest: true"),
        ({"p": [1] * 6, "s": ["N"] * 6}, "all respondents are in one PSU"),
        ({"day": ["2025-01-01"] * 6}, "outside the fieldwork of house-li-2026-1 (1–31 May 2026): 2025-01-01 to 2025-01-01, in 6 rows: 2, 3, 4, 5, 6 …; another wave?"),
    ],
)  # fmt: skip
def test_errors_name_variable_category_and_rows(changes, message):
    assert any(message in line for line in said(found(**changes).errors)), said(found(**changes).errors)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"Q1": ["GOOD", "Bad", "Good", "DK (vol.)", "Good", "Bad"]}, "wave.csv: Q1: opinion: 'GOOD' is taken for 'good'"),
        ({"Q1": ["Good", None, "Good", "DK (vol.)", "Good", "Bad"]}, "wave.csv: Q1: opinion: answered by 5 of 6"),
        ({"extra": [1, 2, 3, 4, 5, 6]}, "wave.csv: 1 variable is not in the codebook and not used: extra"),
        ({"w": [0.01, 0.01, 0.01, 0.01, 0.01, 9]}, None),
        ({"w": [0, 1, 1, 1, 1, 1]}, "wave.csv: w: a weight of zero, so not counted, in 1 row: 2"),
        ({"day": ["2026-06-01", *GOOD["day"][1:]]}, "outside the fieldwork of house-li-2026-1 (1–31 May 2026): 2026-06-01"),
        ({"day": ["soon", *GOOD["day"][1:]]}, "wave.csv: day: no date can be read in 1 row: 2"),
    ],
)  # fmt: skip
def test_warnings_do_not_stop(changes, message):
    findings = found(**changes)
    assert said(findings.errors) == []
    if message:
        assert any(message in line for line in said(findings.warnings)), said(findings.warnings)


def test_a_number_that_may_be_a_code_for_no_answer_is_told():
    many = {name: values * 5 for name, values in GOOD.items() if name != "id"} | {"id": list(range(30))}
    many["Age"] = [*range(20, 46), 99, 99, 99, 91]
    line = "wave.csv: Age: age: 99 stands in 3 rows: 28, 29, 30; if it means no answer, list it under missing"
    assert line in said(found(**many).warnings)
    many["Age"] = [*range(20, 46), 99, 92, 90, 91]
    assert not [text for text in said(found(**many).warnings) if "Age" in text]


def test_a_weight_far_above_the_mean_is_told():
    many = {name: values * 5 for name, values in GOOD.items() if name not in ("id", "w")}
    many |= {"id": list(range(30)), "w": [0.1] * 29 + [50]}
    assert "wave.csv: w: more than 10 times the mean weight, up to 28.4 times, in 1 row: 31" in said(
        found(**many).warnings
    )


def test_respondents_who_are_copies_of_each_other_are_told():
    twice = {name: [values[0], values[0], *values[2:]] for name, values in GOOD.items() if name != "id"}
    line = "wave.csv: the same answers in all 6 variables in 2 rows: 2, 3"
    assert line in said(found(**twice).warnings)


def test_the_number_of_respondents_is_held_against_the_declared_one():
    errors = said(found(wave=make_wave(n=7)).errors)
    assert errors == ["wave.csv: 6 respondents, but house-li-2026-1 declares n: 7; correct whichever is wrong"]


def test_psus_numbered_anew_in_each_stratum_are_told_but_not_refused():
    nested = make_codebook(design={"strata": ["s"], "psu": "p", "nest": True})
    findings = found(codebook=nested, p=[1, 1, 2, 2, 3, 4])
    assert said(findings.errors) == []
    assert any("PSU 2 lies in several strata" in line for line in said(findings.warnings))


def test_a_stratum_of_one_psu_is_told_with_the_rule():
    warnings = said(found(p=[1, 1, 1, 3, 3, 4]).warnings)
    assert "wave.csv: s: 1 stratum has one PSU only; centred at the grand mean" in warnings


def test_an_untested_codebook_is_told():
    codebook = make_codebook(untested="written from a table")
    findings = found(codebook=codebook, file=make_file({"Q1": GOOD["Q1"]}))
    assert "untested: written from a table" in said(findings.warnings)[0]


def test_dates_may_come_in_three_variables():
    codebook = make_codebook(date={"year": "y", "month": "m", "day": "d"})
    columns = {"Q1": ["Good", "Bad"], "y": [2026, 2026], "m": ["May", "July"], "d": [3, 3]}
    warnings = said(found(codebook=codebook, file=make_file(columns)).warnings)
    assert any("2026-07-03 to 2026-07-03, in 1 row: 3" in line for line in warnings)
    columns |= {"m": [5, 13]}
    warnings = said(found(codebook=codebook, file=make_file(columns)).warnings)
    assert any("no date can be read in 1 row: 3" in line for line in warnings)


def test_all_findings_come_at_once():
    findings = found(Q1=["Meh"] * 6, w=[-1, None, 1, 1, 1, 1], id=[1, 1, 2, 3, 4, 5], Age=[5, 25, 30, 45, 60, 80])
    assert len(findings.errors) == 5


def test_variables_that_are_not_there_are_told_with_a_near_name():
    faults = missing_variables(make_file({"q1": ["Good"], "Age": [20]}), CODEBOOK)
    assert (
        "wave.csv: Q1: the codebook names this variable; the file lacks it; it has 'q1', which differs in spelling only"
        in said(faults)
    )
    assert len(faults) == 6


@pytest.mark.parametrize(
    "day", ["2026-05-03", "03.05.2026", "20260503", "03-May-2026", "2026-05-03 14:20:00", "2026-05-03T09:00"]
)
def test_a_day_is_read_as_files_write_it(day):
    file = make_file({"Q1": ["Good", "Bad"], "day": [day, "05/06/2026"]})
    warnings = said(found(codebook=make_codebook(date="day"), file=file).warnings)
    assert [line for line in warnings if "day" in line] == ["wave.csv: day: no date can be read in 1 row: 3"]
