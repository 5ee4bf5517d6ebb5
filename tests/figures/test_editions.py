import pytest
from figure_records import DAY, lay, make_figure

from wavebook.figures import editions
from wavebook.study import Refused

OTHER = {"id": "sm-ferry-trend", "title": "Side in the dispute"}


def rows(*percents):
    base = make_figure().rows
    return tuple((*row[:3], percent, *row[4:]) for row, percent in zip(base, percents, strict=False))


def test_the_first_release_freezes_every_figure(tmp_path):
    lay(tmp_path, make_figure(), make_figure(**OTHER))
    said = editions.release(tmp_path, "2026.11", DAY, "abc")
    assert [sentence.split("“")[0] for sentence in said] == ["li-ferry-trend, ", "sm-ferry-trend, "]
    assert editions.editions(tmp_path) == ["2026.11"]
    now = editions.current(tmp_path)["li-ferry-trend"]
    assert (now.edition, now.date, now.commit) == ("2026.11", DAY, "abc")
    assert editions.check(tmp_path) == []


def test_only_what_changed_is_recorded_and_said(tmp_path):
    lay(tmp_path, make_figure(), make_figure(**OTHER))
    editions.release(tmp_path, "2026.11", DAY, None)
    added = ("favourable", "w-3", "autumn 2023", "55", 52.0, 58.0)
    newer = make_figure(rows=(*rows("48", "57.6"), added))
    lay(tmp_path, newer, make_figure(**OTHER))
    assert editions.current(tmp_path)["li-ferry-trend"].edition is None
    said = editions.release(tmp_path, "2026.12", DAY, None)
    assert said[0].endswith(
        "”: spring 2023: 58 → 57.6 per cent (54.7 to 61.2); autumn 2023: new, 55 per cent (52.0 to 58.0)."
    )
    there = sorted(path.name for path in (tmp_path / "data/editions/2026.12").iterdir())
    assert there == ["index.json", "li-ferry-trend.json"]
    first, second = editions.versions(tmp_path)["li-ferry-trend"]
    assert (first.edition, second.edition) == ("2026.11", "2026.12")
    assert editions.find(tmp_path, f"li-ferry-trend@{first.figure.version}").figure == make_figure()
    assert editions.find(tmp_path, "li-ferry-trend").figure == newer


def test_a_draft_comes_after_what_was_released(tmp_path):
    lay(tmp_path, make_figure())
    editions.release(tmp_path, "2026.11", DAY, None)
    lay(tmp_path, make_figure(caption="Another."))
    released, draft = editions.versions(tmp_path)["li-ferry-trend"]
    assert (released.edition, draft.edition) == ("2026.11", None)
    assert editions.find(tmp_path, "li-ferry-trend").edition is None


def test_a_figure_that_left_the_book_stays_citable(tmp_path):
    lay(tmp_path, make_figure(), make_figure(**OTHER))
    editions.release(tmp_path, "2026.11", DAY, None)
    lay(tmp_path, make_figure())
    assert editions.release(tmp_path, "2026.12", DAY, None) == ["sm-ferry-trend: no longer in the book."]
    assert editions.find(tmp_path, "sm-ferry-trend").edition == "2026.11"
    lay(tmp_path, make_figure(title="Another title"))
    (said,) = editions.release(tmp_path, "2027.01", DAY, None)
    assert said == "li-ferry-trend, “Another title”: its title was “Opinion of the ferry, Liechtenstein”."


@pytest.mark.parametrize(
    ("edition", "message"),
    [
        ("2026.10", "does not follow the last edition, 2026.11"),
        ("2026.11", "does not follow the last edition"),
        ("autumn", "named by year and month"),
        ("../2027.01", "named by year and month"),
        ("2026.12", "no figure has changed since 2026.11"),
    ],
)
def test_what_cannot_be_released_is_refused_and_nothing_written(tmp_path, edition, message):
    lay(tmp_path, make_figure())
    editions.release(tmp_path, "2026.11", DAY, None)
    with pytest.raises(Refused, match=message):
        editions.release(tmp_path, edition, DAY, None)
    assert [path.name for path in (tmp_path / "data/editions").iterdir()] == ["2026.11"]


def test_nothing_made_up_is_released(tmp_path):
    source = make_figure().sources[0]
    lay(tmp_path, make_figure(sources=(type(source)(**{**source.__dict__, "evidence": "synthetic"}),)))
    with pytest.raises(Refused, match="rests on synthetic data"):
        editions.release(tmp_path, "2026.11", DAY, None)


def spoil(tmp_path, what):
    folder = tmp_path / "data/editions"
    record = folder / "2026.11/li-ferry-trend.json"
    if what == "changed":
        record.write_text(record.read_text().replace("spring 2023", "spring 2024"))
    elif what == "gone":
        record.unlink()
    elif what == "added":
        (folder / "2026.11/other.json").write_text(record.read_text())
    else:
        index = folder / "2026.11/index.json"
        index.write_text(index.read_text().replace("new.", "old."))


@pytest.mark.parametrize(
    ("what", "message"),
    [
        ("changed", "2026.11/li-ferry-trend.json: a released figure was changed"),
        ("gone", "2026.11/li-ferry-trend.json: a released figure is gone"),
        ("added", "2026.11/other.json: was never released"),
        ("index", "2026.12/index.json: the edition before it was changed or is gone"),
    ],
)
def test_a_released_version_that_changes_or_vanishes_is_noticed(tmp_path, what, message):
    lay(tmp_path, make_figure())
    editions.release(tmp_path, "2026.11", DAY, None)
    lay(tmp_path, make_figure(caption="Another."))
    editions.release(tmp_path, "2026.12", DAY, None)
    spoil(tmp_path, what)
    assert message in "\n".join(map(str, editions.check(tmp_path)))
    lay(tmp_path, make_figure(caption="A third."))
    with pytest.raises(Refused):
        editions.release(tmp_path, "2027.01", DAY, None)


def test_an_edition_is_announced(tmp_path):
    (tmp_path / "CITATION.cff").write_text("cff-version: 1.2.0\ntitle: x\nversion: 0.1.0\nlicense: MIT\n")
    (tmp_path / "CHANGELOG.md").write_text("# Changelog\n\nWhat changed.\n\n## Unreleased\n\n- Words.\n")
    editions.announce(tmp_path, "2026.11", DAY, ["a: new.", "b: new."])
    assert "version: 2026.11\ndate-released: 2026-11-23\nlicense" in (tmp_path / "CITATION.cff").read_text()
    assert "cff-version: 1.2.0" in (tmp_path / "CITATION.cff").read_text()
    changelog = (tmp_path / "CHANGELOG.md").read_text()
    assert "What changed.\n\n## Edition 2026.11, 23 November 2026\n\n- a: new.\n- b: new.\n\n## Unreleased" in changelog
    editions.announce(tmp_path, "2026.12", DAY, ["a: gone."])
    assert (tmp_path / "CITATION.cff").read_text().count("date-released") == 1


def test_the_first_edition_of_a_book_that_has_no_changelog_is_announced(tmp_path):
    (tmp_path / "CITATION.cff").write_text("cff-version: 1.2.0\ntitle: x\n")
    editions.announce(tmp_path, "2026.11", DAY, ["a: new."])
    assert (tmp_path / "CITATION.cff").read_text().endswith("x\nversion: 2026.11\ndate-released: 2026-11-23\n")
    told = "# Changelog\n\n## Edition 2026.11, 23 November 2026\n\n- a: new.\n"
    assert (tmp_path / "CHANGELOG.md").read_text() == told


def test_unknown_figures_and_versions_are_refused(tmp_path):
    lay(tmp_path, make_figure())
    with pytest.raises(Refused, match="no such figure; known: li-ferry-trend"):
        editions.find(tmp_path, "nothing")
    with pytest.raises(Refused, match=f"no such version; known: {make_figure().version}"):
        editions.find(tmp_path, "li-ferry-trend@00000000")
