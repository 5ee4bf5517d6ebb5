"""Whether a build finds that nothing has changed since the last one."""

import json

import pytest

from helpers import copy_checkout
from wavebook.pages.keys import sources
from wavebook.pages.now import Now
from wavebook.site.finished import finished_pages, note_finished


@pytest.fixture
def finished(tmp_path):
    """A checkout with a page that has read a file at its root, and prose that includes files."""
    root = copy_checkout(tmp_path)
    (root / "notes.txt").write_text("a note")
    (root / "OUTSIDE.md").write_text("outside")
    (root / "book/parts").mkdir()
    (root / "book/parts/part.txt").write_text("a part")
    (root / "_build/html").mkdir(parents=True)
    (root / "_build/html/index.html").write_text("the site")
    (root / "_build/site.json").write_text(json.dumps({"OUTSIDE.md": Now(root).digest("OUTSIDE.md")}))
    (root / "_build/pages").mkdir()
    files = {name: Now(root).digest(name) for name in ("notes.txt", "a, b.csv", "notebooks/")}
    key = {"files": files, "facts": {"waves of a in b": "c"}, "settings": {"its title": "x"}}
    (root / "_build/pages/one.json").write_text(json.dumps({"key": key}))
    note_finished(root, ["one"], sources(root))
    assert finished_pages(root) == ["one"]
    return root


@pytest.mark.parametrize(
    "name",
    ["notes.txt", "a, b.csv", "OUTSIDE.md", "book/parts/part.txt", "notebooks/new.txt", "book/pages/stray.txt"],
)
def test_a_file_that_pages_or_prose_read_is_not_passed_over(finished, name):
    (finished / name).parent.mkdir(exist_ok=True)
    (finished / name).write_text("something else")
    assert finished_pages(finished) is None


def test_what_nobody_reads_does_not_count(finished):
    (finished / "stray.txt").write_text("")
    assert finished_pages(finished) == ["one"]
    (finished / "_build/html/index.html").unlink()
    assert finished_pages(finished) is None


def test_a_build_during_which_something_changed_is_not_taken_for_finished(finished):
    begun_with = sources(finished)
    (finished / "book/index.md").write_text("# Changed meanwhile\n")
    note_finished(finished, ["one"], begun_with)
    assert finished_pages(finished) is None
