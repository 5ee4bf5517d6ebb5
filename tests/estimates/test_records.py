import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavebook.estimates.disclosure import Withheld
from wavebook.estimates.records import (
    EstimateRecord,
    compare,
    differences,
    read_record,
    record_path,
    rounded,
    write_record,
)
from wavebook.study import Refused


def record(**changes):
    plain = {
        "wave": "w-1",
        "function": "shares",
        "arguments": {"item": "opinion-ferry", "by": ["age"]},
        "evidence": "microdata",
        "file": "w.sav",
        "sha256": "0" * 64,
        "codebook": "abc",
        "engine": "0.1.0",
        "n": 1500,
        "df": 156.0,
        "result": {"table": {"columns": {"share": [0.1234567890123456, None], "name": ["жақсы", 'a"b']}}},
        "withheld": (Withheld("x", ""),),
    }
    return EstimateRecord(**plain | changes)


def test_a_record_is_written_and_read_back(tmp_path):
    write_record(tmp_path, record())
    back = read_record(tmp_path, record().path)
    assert back.withheld == record().withheld
    assert back.result["table"]["columns"]["name"] == ["жақсы", 'a"b']
    assert compare(back, record()) == []
    assert [path.name for path in (tmp_path / "data/estimates/w-1").iterdir()] == ["opinion-ferry-by-age.json"]


def test_a_record_names_its_schema_and_one_of_before_is_read(tmp_path):
    write_record(tmp_path, record())
    path = tmp_path / record().path
    plain = json.loads(path.read_text())
    assert next(iter(plain.items())) == ("schema", 1)
    del plain["schema"]
    path.write_text(json.dumps(plain))
    assert read_record(tmp_path, record().path).schema == 1


def test_a_record_of_a_newer_schema_is_refused(tmp_path):
    write_record(tmp_path, record(schema=2))
    with pytest.raises(Refused) as refused:
        read_record(tmp_path, record().path)
    assert str(refused.value) == (
        f"{record().path}: is of schema 2, and this program reads no newer one than schema 1: use a newer wavebook"
    )


def test_a_record_is_laid_out_for_review(tmp_path):
    write_record(tmp_path, record())
    lines = (tmp_path / record().path).read_text().splitlines()
    assert '    "share": [0.123456789012, null],' in lines


def test_models_go_by_a_fingerprint_of_their_arguments():
    one = record_path("w-1", "logit", {"formula": "y ~ x"})
    assert one == record_path("w-1", "logit", {"formula": "y ~ x"})
    assert one != record_path("w-1", "logit", {"formula": "y ~ z"})
    assert one.startswith("data/estimates/w-1/logit-")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"wave": "w-1"}', "null"])
def test_a_damaged_record_is_refused_with_the_way_out(tmp_path, text):
    path = tmp_path / record().path
    path.parent.mkdir(parents=True)
    path.write_text(text)
    with pytest.raises(Refused, match=r"opinion-ferry-by-age\.json: is damaged; take it from git again"):
        read_record(tmp_path, record().path)


@pytest.mark.parametrize(
    ("stored", "fresh", "differs"),
    [
        (0.5, 0.5 + 1e-11, False),
        (0.5, 0.5 + 1e-8, True),
        (1e-12, 1.1e-12, True),
        ([1, 2], [1, 2, 3], True),
        ({"a": 1}, {"b": 1}, True),
        ("x", "y", True),
        (None, None, False),
        (None, 0.0, True),
        (True, True, False),
    ],
)
def test_numbers_are_equal_to_nine_digits_and_all_else_exactly(stored, fresh, differs):
    assert bool(differences({"v": stored}, {"v": fresh})) is differs


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_what_is_kept_is_a_thousand_times_finer_than_the_tolerance(number):
    kept = rounded({"v": [number]})
    assert differences({"v": [number]}, kept) == []
    assert rounded(kept) == json.loads(json.dumps(kept))
