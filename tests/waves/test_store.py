import hashlib

import pytest

from wavebook import open_study
from wavebook.study import Refused
from wavebook.waves.store import how_to_get, put, read_stored, record_file, stored_name, stored_path


def test_a_file_is_put_whole_and_kept_private(checkout, tmp_path):
    (tmp_path / "w.csv").write_text("a,b\n1,2\n")
    put(checkout, tmp_path / "w.csv", "kept.csv")
    kept = checkout / "data/microdata/kept.csv"
    assert kept.read_text() == "a,b\n1,2\n"
    assert kept.stat().st_mode & 0o077 == 0
    put(checkout, kept, "kept.csv")
    assert [path.name for path in kept.parent.iterdir()] == ["kept.csv"]


def test_another_delivery_of_the_same_name_keeps_the_first_one_aside(checkout, tmp_path):
    for content in ("first", "second"):
        (tmp_path / "w.csv").write_text(content)
        put(checkout, tmp_path / "w.csv", "kept.csv")
    old = hashlib.sha256(b"first").hexdigest()[:8]
    folder = checkout / "data/microdata"
    assert {path.name: path.read_text() for path in folder.iterdir()} == {
        "kept.csv": "second",
        f"kept-{old}.csv": "first",
    }


def test_the_waves_file_keeps_all_but_name_and_fingerprint(checkout):
    path = checkout / "data/waves/hill-li-2019-1.yml"
    before = path.read_text()
    assert record_file(checkout, "hill-li-2019-1", "hill-li-2019-1.sav", "f" * 64)
    after = path.read_text()
    changed = [(a, b) for a, b in zip(before.splitlines(), after.splitlines(), strict=True) if a != b]
    assert [b.strip() for _, b in changed] == ["file: hill-li-2019-1.sav", f"sha256: {'f' * 64}"]
    assert not record_file(checkout, "hill-li-2019-1", "hill-li-2019-1.sav", "f" * 64)


def test_a_fingerprint_is_added_where_there_was_none(checkout):
    record_file(checkout, "hill-li-2022-4", "new.xlsx", "a" * 64)
    microdata = open_study(checkout).described("hill-li-2022-4").microdata
    assert (microdata.file, microdata.sha256) == ("new.xlsx", "a" * 64)


def test_a_missing_file_comes_with_the_way_to_get_it(study):
    fetched = how_to_get(study.described("hill-li-2022-4"))
    assert "run `wavebook wave fetch hill-li-2022-4`" in fetched
    assert "wavebook wave add FILE --as hill-li-2022-4" in fetched
    assert "describe it under `microdata`" in how_to_get(study.described("brook-li-2021"))


def test_a_stored_file_that_is_not_the_described_one_is_refused(checkout):
    folder = checkout / "data/microdata"
    folder.mkdir()
    (folder / "hill-li-2019-1.csv").write_text("a,b\n1,2\n")
    wave = open_study(checkout).described("hill-li-2019-1")
    assert stored_path(checkout, wave)
    with pytest.raises(Refused, match=r"is not the file that data/waves/hill-li-2019-1\.yml describes"):
        read_stored(checkout, wave)


def test_the_kept_name_follows_the_kind_of_file(study, tmp_path):
    wave = study.described("hill-li-2019-1")
    assert stored_name(wave, tmp_path / "Some name.CSV") == "hill-li-2019-1.csv"
    assert stored_name(wave, tmp_path / "../évil name.sav") == "hill-li-2019-1.sav"
