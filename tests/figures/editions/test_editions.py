import pytest
from figure_records import lay, make_figure, release

from wavebook.figures import editions
from wavebook.study import Refused

OTHER = {"id": "sm-ferry-trend", "title": "Side in the dispute"}


def rows(*percents):
    base = make_figure().rows
    return tuple((*row[:3], percent, *row[4:]) for row, percent in zip(base, percents, strict=False))


def test_only_what_changed_is_recorded_and_said(tmp_path):
    lay(tmp_path, make_figure(), make_figure(**OTHER))
    release(tmp_path, "2026.11")
    added = ("favourable", "w-3", "autumn 2023", "55", 52.0, 58.0)
    newer = make_figure(rows=(*rows("48", "57.6"), added))
    lay(tmp_path, newer, make_figure(**OTHER))
    assert editions.current(tmp_path)["li-ferry-trend"].edition is None
    said = release(tmp_path, "2026.12")
    assert said[0].endswith(
        "”: spring 2023: 58 → 57.6 per cent (54.7 to 61.2); autumn 2023: new, 55 per cent (52.0 to 58.0)."
    )
    there = sorted(path.name for path in (tmp_path / "data/editions/2026.12").iterdir())
    assert there == ["li-ferry-trend", "manifest.json"]
    first, second = editions.versions(tmp_path)["li-ferry-trend"]
    assert (first.edition, second.edition) == ("2026.11", "2026.12")
    assert editions.find(tmp_path, f"li-ferry-trend@{first.figure.version}").figure == make_figure()
    assert editions.find(tmp_path, "li-ferry-trend").figure == newer


def test_a_version_that_comes_back_is_the_release_that_it_was(tmp_path):
    lay(tmp_path, make_figure())
    release(tmp_path, "2026.11")
    lay(tmp_path, make_figure(caption="Another."))
    release(tmp_path, "2026.12")
    lay(tmp_path, make_figure())
    assert editions.current(tmp_path)["li-ferry-trend"].edition == "2026.11"
    assert len(release(tmp_path, "2027.01")) == 1
    assert [path.name for path in (tmp_path / "data/editions/2027.01").iterdir()] == ["manifest.json"]
    assert [version.edition for version in editions.versions(tmp_path)["li-ferry-trend"]] == ["2026.11", "2026.12"]


def test_a_manifest_of_a_newer_schema_is_refused_in_a_sentence(tmp_path):
    lay(tmp_path, make_figure())
    release(tmp_path, "2026.11")
    path = tmp_path / "data/editions/2026.11/manifest.json"
    path.write_text(path.read_text().replace('"schema": 1', '"schema": 2, "more": []'))
    with pytest.raises(
        Refused, match=r"^data/editions/2026.11/manifest.json: is of schema 2; this program reads up to 1"
    ):
        editions.history(tmp_path)


def test_a_draft_comes_after_what_was_released(tmp_path):
    lay(tmp_path, make_figure())
    release(tmp_path, "2026.11")
    lay(tmp_path, make_figure(caption="Another."))
    released, draft = editions.versions(tmp_path)["li-ferry-trend"]
    assert (released.edition, draft.edition) == ("2026.11", None)
    assert editions.find(tmp_path, "li-ferry-trend").edition is None


def test_a_figure_that_left_the_book_stays_citable(tmp_path):
    lay(tmp_path, make_figure(), make_figure(**OTHER))
    release(tmp_path, "2026.11")
    lay(tmp_path, make_figure())
    assert release(tmp_path, "2026.12") == ("sm-ferry-trend: no longer in the book.",)
    assert editions.find(tmp_path, "sm-ferry-trend").edition == "2026.11"
    lay(tmp_path, make_figure(title="Another title"))
    (said,) = release(tmp_path, "2027.01")
    assert said == "li-ferry-trend, “Another title”: its title was “Opinion of the ferry, Liechtenstein”."


def test_unknown_figures_and_versions_are_refused(tmp_path):
    lay(tmp_path, make_figure())
    with pytest.raises(Refused, match="no such figure; known: li-ferry-trend"):
        editions.find(tmp_path, "nothing")
    with pytest.raises(Refused, match=f"no such version; known: {make_figure().version}"):
        editions.find(tmp_path, "li-ferry-trend@00000000")
