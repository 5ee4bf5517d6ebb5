"""Whatever is changed in an edition is named, by file."""

import json
import shutil

import pytest
from figure_records import lay, make_figure, release

from wavebook.figures.editions.sealing import faults_of, verify
from wavebook.study import Refused

ID = "li-ferry-trend"
FIRST, SECOND = (f"data/editions/2026.{month}" for month in (11, 12))


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    root = tmp_path_factory.mktemp("released")
    for month, caption in ((11, "One."), (12, "Another.")):
        lay(root, make_figure(caption=caption))
        release(root, f"2026.{month}")
    return root


@pytest.fixture
def root(released, tmp_path):
    return shutil.copytree(released, tmp_path / "copy")


def test_editions_are_as_they_were_released(root):
    first, second = verify(root)
    assert (first.edition, first.files, first.figures, first.signature) == ("2026.11", 9, 1, "unsigned")
    assert first.faults == second.faults == ()
    assert [checked.edition for checked in verify(root, "2026.12")] == ["2026.12"]
    with pytest.raises(Refused, match=r"no such edition; known: 2026\.11, 2026\.12"):
        verify(root, "2026.13")


def every_file(root):
    return sorted(path.relative_to(root).as_posix() for path in (root / "data/editions").rglob("*") if path.is_file())


def test_one_byte_that_is_changed_in_any_file_is_named(root):
    for name in every_file(root):
        content = (root / name).read_bytes()
        (root / name).write_bytes(bytes([content[0] ^ 1]) + content[1:])
        found = {fault.where for fault in faults_of(root)}
        # Nothing holds the digest of the last manifest but a signature; as JSON it is broken all the same.
        assert name in found, name
        (root / name).write_bytes(content)
    assert faults_of(root) == []


@pytest.mark.parametrize(
    ("what", "where", "message"),
    [
        (lambda root: (root / f"{FIRST}/{ID}/{ID}.svg").unlink(), f"{FIRST}/{ID}/{ID}.svg", "a released file is gone"),
        (lambda root: (root / f"{FIRST}/{ID}/x.txt").write_text("x"), f"{FIRST}/{ID}/x.txt", "was never released"),
        (lambda root: (root / f"{FIRST}/more").symlink_to("/etc"), f"{FIRST}/more", "was never released"),
        (lambda root: shutil.rmtree(root / FIRST), f"{SECOND}/manifest.json", "the edition before is gone"),
        (lambda root: shutil.rmtree(root / f"{SECOND}/{ID}"), f"{SECOND}/{ID}/page.html", "a released file is gone"),
    ],
)
def test_a_file_that_is_gone_or_was_added_is_named(root, what, where, message):
    what(root)
    assert (where, message) in {(fault.where, fault.what) for fault in faults_of(root)}


def test_a_file_whose_place_a_link_took_is_named(root, tmp_path):
    path = root / f"{FIRST}/{ID}/{ID}.csv"
    path.rename(tmp_path / "elsewhere.csv")
    path.symlink_to(tmp_path / "elsewhere.csv")
    assert f"{FIRST}/{ID}/{ID}.csv: a released file was changed" in map(str, faults_of(root))


def change_manifest(root, folder, **changes):
    path = root / folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def test_a_manifest_that_was_changed_no_longer_fits_the_next(root):
    change_manifest(root, FIRST, releaser="Somebody else")
    assert [str(fault) for fault in faults_of(root)] == [
        f"{SECOND}/manifest.json: the edition before, 2026.11, was changed or is another one"
    ]


def test_a_manifest_of_another_edition_or_with_figures_that_are_nowhere_is_named(root):
    change_manifest(root, SECOND, edition="2026.11.2", figures={ID: "00000000"})
    said = "\n".join(map(str, faults_of(root)))
    assert "is the manifest of edition 2026.11.2" in said
    assert f"names {ID}@00000000, which no edition up to it holds" in said


def test_a_manifest_that_cannot_be_read_is_named_and_the_others_are_checked(root):
    (root / f"{SECOND}/manifest.json").write_text("{")
    (root / f"{FIRST}/{ID}/{ID}.csv").write_text("x")
    assert [fault.where for fault in faults_of(root)] == [f"{FIRST}/{ID}/{ID}.csv", f"{SECOND}/manifest.json"]


def test_the_last_edition_cannot_go_unnoticed(root):
    (root / f"{SECOND}/manifest.json").unlink()
    assert [str(fault) for fault in faults_of(root)] == [f"{SECOND}/manifest.json: is gone"]
    assert [checked.edition for checked in verify(root, "2026.12")] == ["2026.12"]
    shutil.rmtree(root / SECOND)
    assert [str(fault) for fault in faults_of(root)] == [
        "CITATION.cff: names edition 2026.12, which is not in data/editions"
    ]


def test_a_book_may_have_a_version_like_that_of_an_edition_before_its_first_one(tmp_path):
    (tmp_path / "CITATION.cff").write_text("version: 2030.01\n")
    assert faults_of(tmp_path) == []
