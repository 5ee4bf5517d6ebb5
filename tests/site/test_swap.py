import pytest

from wavebook.site import swap


@pytest.fixture
def folders(tmp_path):
    for name in ("new", "place"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "index.html").write_text(name)
    return tmp_path


@pytest.mark.parametrize("can_exchange", [True, False])
def test_the_new_takes_the_place_of_the_old(folders, monkeypatch, can_exchange):
    if not can_exchange:
        monkeypatch.setattr(swap, "_exchanged", lambda *_: False)
    swap.put_in_place(folders / "new", folders / "place")
    assert (folders / "place/index.html").read_text() == "new"
    assert [path.name for path in folders.iterdir()] == ["place"]


def test_there_may_be_nothing_yet(tmp_path):
    (tmp_path / "new").mkdir()
    swap.put_in_place(tmp_path / "new", tmp_path / "deep/place")
    assert (tmp_path / "deep/place").is_dir()


def test_a_death_between_two_moves_is_mended(folders):
    (folders / "place").rename(folders / "place.old")
    swap.put_in_place(folders / "new", folders / "place")
    assert (folders / "place/index.html").read_text() == "new"
    assert [path.name for path in folders.iterdir()] == ["place"]
