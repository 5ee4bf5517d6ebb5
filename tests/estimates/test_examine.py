"""A file through all checks: the same wave in every format, and files that were spoilt."""

import random
import zipfile

import pandas as pd
import pyreadstat
import pytest
import respondent_files

import made_up_wave
from helpers import copy_checkout, snapshot
from made_up_wave import WAVE
from wavebook import open_study
from wavebook.estimates import examine
from wavebook.study import Refused
from wavebook.waves import readers

REGIONS = {"south": "Оңтүстік", "north": "Солтүстік"}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A checkout with a described wave; its file's columns as texts and numbers, some labels in Cyrillic."""
    place = tmp_path_factory.mktemp("made")
    root = copy_checkout(place)
    made_up_wave.describe(root, 500)
    coded, meta = pyreadstat.read_sav(made_up_wave.make_sav(root, place / "plain.sav", 500))
    labels = {
        name: {code: REGIONS.get(label, label) for code, label in values.items()}
        for name, values in meta.variable_value_labels.items()
    }
    return root, coded, labels


def write(coded, labels, folder):
    """The wave in every format; each file by its name."""
    plain = pd.DataFrame({c: coded[c].map(labels[c]) if c in labels else coded[c] for c in coded})
    # 12 digits: what an xlsx or a CSV of the house would hold as well.
    plain["wt"] = coded["wt"] = coded["wt"].round(12)
    russian = plain.assign(Region=plain["Region"].replace({"Оңтүстік": "Юг", "Солтүстік": "Север"}))
    plain.to_csv(folder / "utf-8.csv", index=False)
    russian.to_csv(folder / "windows-1251.csv", index=False, encoding="cp1251", sep=";", decimal=",")
    russian.to_csv(folder / "utf-8-russian.csv", index=False)
    plain.to_csv(folder / "utf-16.csv", index=False, encoding="utf-16", sep="\t")
    plain.to_excel(folder / "sheet.xlsx", index=False)
    plain.to_parquet(folder / "table.parquet")
    pyreadstat.write_sav(coded, folder / "spss.sav", variable_value_labels=labels)
    pyreadstat.write_sav(coded, folder / "spss.zsav", variable_value_labels=labels, compress=True)
    whole = {name: {int(code): label for code, label in values.items()} for name, values in labels.items()}
    pyreadstat.write_dta(coded, folder / "stata.dta", variable_value_labels=whole, version=15)
    with zipfile.ZipFile(folder / "archive.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(folder / "spss.sav", "li/spss.sav")
        archive.writestr("li/read me.txt", "about")
    return sorted(folder.iterdir())


@pytest.mark.slow
def test_every_format_of_a_wave_gives_identical_estimates(made, tmp_path):
    root, coded, labels = made
    study = open_study(root)
    results = {}
    for path in write(coded, labels, tmp_path):
        examined = examine(study, WAVE, path, lambda *_: None)
        assert examined.findings.errors == [], path.name
        results[path.name] = {record.path: (record.result, record.withheld) for record in examined.records}
    assert len(results) == 10
    assert len(results["spss.sav"]) == 24
    russian = {"windows-1251.csv", "utf-8-russian.csv"}
    for name, found in results.items():
        assert found == results["utf-8-russian.csv" if name in russian else "utf-8.csv"], name


ABSURD = [
    "=cmd|' /C calc'!A0", "<script>alert(1)</script>", "../../../etc/passwd", "\x00", "NaN", "inf", "-1e400", "1e308",
    "𝒮" * 200, "\u202eevil", "é" * 5000, "{{7*7}}", "${x}", "'; drop table", "", " ", '"', "undecided", "0", "-5", "99",
    "Very Favourable", "very  favorable!", "Don’t know", "2017-13-45", "٣", "1,5", "True", "#REF!", "[[", "%s%n", "\\N",
]  # fmt: skip


def one_cell(rows, row, column, dice):
    rows[row][column] = dice.choice(ABSURD)


def a_column_of_absurd_cells(rows, _row, column, dice):
    for line in rows[1:]:
        line[column] = dice.choice(ABSURD)


def a_shuffled_column(rows, _row, column, dice):
    values = [line[column] for line in rows[1:]]
    dice.shuffle(values)
    for line, value in zip(rows[1:], values, strict=True):
        line[column] = value


def two_columns_exchanged(rows, _row, column, dice):
    other = dice.randrange(len(rows[0]))
    for line in rows:
        line[column], line[other] = line[other], line[column]


def the_end_cut_off(rows, _row, _column, dice):
    del rows[dice.randint(1, len(rows)) :]


def respondents_twice(rows, _row, _column, dice):
    rows += [list(row) for row in dice.choices(rows[1:] or rows, k=3)]


def an_absurd_name(rows, _row, column, dice):
    rows[0][column] = dice.choice(ABSURD)


WAYS = [one_cell, a_column_of_absurd_cells, a_shuffled_column, two_columns_exchanged, the_end_cut_off, respondents_twice,
        an_absurd_name]  # fmt: skip


def spoilt(text: str, dice: random.Random) -> str:
    """A CSV that is still a CSV, but not the one the codebook is for."""
    rows = [line.split(",") for line in text.splitlines()]
    for _ in range(dice.randint(1, 4)):
        dice.choice(WAYS)(rows, dice.randrange(len(rows)), dice.randrange(len(rows[0])), dice)
    return "\n".join(",".join(f'"{cell}"' if "," in cell or "\n" in cell else cell for cell in line) for line in rows)


@pytest.mark.slow
def test_spoilt_files_are_examined_or_refused_and_nothing_is_written(made, tmp_path, monkeypatch):
    """Without a process for each file, of which test_hostile_files tells, and of a codebook that is soon estimated."""

    monkeypatch.setattr(readers, "_in_own_process", respondent_files.in_this_process)
    root, coded, labels = made
    variables = ["Number", "Year", "Month", "Day", "Region", "Place", "Point", "wt", "Age", "Ferry"]
    text = pd.DataFrame({c: coded[c].map(labels[c]) if c in labels else coded[c] for c in variables}).to_csv(
        index=False
    )
    wave = root / f"data/waves/{WAVE}.yml"
    whole = wave.read_text(encoding="utf-8")
    start, end = whole.index("      opinion-tram:"), whole.index("    groups:")
    short = whole[:start] + whole[end : whole.index("      sex:")] + "      region: {variable: Region}\n"
    wave.write_text(short, encoding="utf-8")
    try:
        study, before, outcomes = open_study(root), snapshot(root), {"ok": 0, "errors": 0, "refused": 0}
        for seed in range(300):
            path = tmp_path / f"{seed}.csv"
            path.write_text(spoilt(text, random.Random(seed)), encoding="utf-8")
            try:
                examined = examine(study, WAVE, path, lambda *_: None)
            except Refused as refused:
                outcomes["refused"] += 1
                told = refused.faults
            else:
                outcomes["errors" if examined.findings.errors else "ok"] += 1
                told = examined.findings.errors + examined.findings.warnings
            assert not [fault for fault in told if "\n" in str(fault)]
        assert snapshot(root) == before
        assert min(outcomes.values()) > 10, outcomes
    finally:
        wave.write_text(whole, encoding="utf-8")
