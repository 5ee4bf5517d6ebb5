"""An edition is named in CITATION.cff, which stays valid, and its changes are told in CHANGELOG.md."""

import pytest
from figure_records import BOOK, DAY, lay, make_figure, release
from ruamel.yaml import YAML

from wavebook.figures.citing.deposits import check_deposits
from wavebook.figures.editions import Manifest, read_manifest
from wavebook.figures.editions.announcing import announce, unannounced

CFF = "cff-version: 1.2.0\ntitle: x\nauthors: [{name: The makers}]\nversion: 0.1.0\nlicense: MIT\n"


def manifest(edition="2026.10", changes=("a: new.", "b: new.")):
    return Manifest(edition, DAY, "Mai Ng", None, None, {}, {}, {}, changes)


def credit(root):
    return YAML(typ="safe").load((root / "CITATION.cff").read_text())


def test_an_edition_is_named_as_text_and_told(tmp_path):
    (tmp_path / "CITATION.cff").write_text(CFF)
    (tmp_path / "CHANGELOG.md").write_text("# Changelog\n\nWhat changed.\n\n## Unreleased\n\n- Words.\n")
    announce(tmp_path, manifest())
    assert 'version: "2026.10"\ndate-released: 2026-11-23\nlicense' in (tmp_path / "CITATION.cff").read_text()
    assert credit(tmp_path)["version"] == "2026.10"
    assert credit(tmp_path)["cff-version"] == "1.2.0"
    changelog = (tmp_path / "CHANGELOG.md").read_text()
    assert "What changed.\n\n## Edition 2026.10, 23 November 2026\n\n- a: new.\n- b: new.\n\n## Unreleased" in changelog
    announce(tmp_path, manifest("2026.11", ("a: gone.",)))
    assert (tmp_path / "CITATION.cff").read_text().count("date-released") == 1
    assert credit(tmp_path)["version"] == "2026.11"


def test_the_first_edition_of_a_book_that_has_no_changelog_is_announced(tmp_path):
    (tmp_path / "CITATION.cff").write_text("cff-version: 1.2.0\nauthors: [{name: The makers}]\ntitle: x\n")
    announce(tmp_path, manifest(changes=("a: new.",)))
    assert (tmp_path / "CITATION.cff").read_text().endswith('x\nversion: "2026.10"\ndate-released: 2026-11-23\n')
    assert (
        tmp_path / "CHANGELOG.md"
    ).read_text() == "# Changelog\n\n## Edition 2026.10, 23 November 2026\n\n- a: new.\n"


def test_what_is_announced_already_is_not_told_twice(tmp_path):
    (tmp_path / "CITATION.cff").write_text(CFF)
    announce(tmp_path, manifest())
    before = (tmp_path / "CHANGELOG.md").read_text(), (tmp_path / "CITATION.cff").read_text()
    announce(tmp_path, manifest())
    assert ((tmp_path / "CHANGELOG.md").read_text(), (tmp_path / "CITATION.cff").read_text()) == before


def test_an_edition_that_citation_cff_does_not_name_is_found(tmp_path):
    lay(tmp_path, make_figure())
    assert unannounced(tmp_path) is None
    release(tmp_path, "2026.11")
    assert unannounced(tmp_path) is None
    (tmp_path / "CITATION.cff").write_text(BOOK["CITATION.cff"])
    assert unannounced(tmp_path) == read_manifest(tmp_path, "2026.11")


@pytest.mark.parametrize("version", ["0.1.0", '"2026.08"', '"2026.8"  # a remark'])
def test_citation_cff_stays_what_the_format_asks_for(tmp_path, version):
    """Of each of its keys, the kind of value that the schema of CFF 1.2.0 asks for."""
    (tmp_path / "CITATION.cff").write_text(BOOK["CITATION.cff"].replace("0.1.0", version))
    announce(tmp_path, manifest())
    loaded = credit(tmp_path)
    assert {name: type(value).__name__ for name, value in loaded.items()} == {
        "cff-version": "str",
        "message": "str",
        "title": "str",
        "authors": "list",
        "version": "str",
        "date-released": "date",
    }
    assert loaded["version"] == "2026.10"
    assert check_deposits(tmp_path) == []
