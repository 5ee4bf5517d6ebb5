"""What stands in the way of a release is all said at once, before anything is written."""

import subprocess
from types import SimpleNamespace

import pytest
from figure_records import lay, make_figure, release

from helpers import snapshot
from wavebook.estimates import EstimatingStudy
from wavebook.site.ready import refusals
from wavebook.study import Fault

BUILD = "run `wavebook build` first"


@pytest.fixture
def said(checkout):
    """What is said of a checkout now."""

    def said():
        return "\n".join(map(str, refusals(EstimatingStudy.open(checkout))))

    return said


def sources(root):
    """All of a checkout but what Python keeps of the modules that it imported."""
    return {name: content for name, content in snapshot(root).items() if "__pycache__" not in name}


def test_pages_and_a_site_that_were_not_made_are_named_and_nothing_is_written(checkout, said):
    before = sources(checkout)
    told = said()
    assert f"page li-ferry-trend: is stale (never executed); {BUILD}" in told
    assert f"_build/html: was not built from what is here now; {BUILD}" in told
    assert "review it" not in told
    assert "is typed" not in told
    assert sources(checkout) == before


def test_a_number_that_was_typed_is_named(checkout, said):
    (checkout / "book/index.md").write_text("# A book\n\nOf all, 54% approve.\n")
    assert "book/index.md:3: “54%” is typed" in said()


def test_a_sentence_that_the_data_do_not_bear_is_named(checkout, said):
    (checkout / "data/sentences.yml").write_text(
        "fell:\n  in: book/index.md\n  says: Everything here is made up\n  check:\n"
        "    - share: {wave: hill-li-2022-4, item: opinion-ferry, response: favourable}\n      above: 50\n"
    )
    assert "“Everything here is made up” may no longer stand" in said()


def test_a_verdict_that_nobody_reviewed_is_named(checkout, said):
    path = checkout / "data/claims.yml"
    path.write_text(path.read_text().replace("reviewed: confirmed independently", "reviewed: contradicted", 1))
    assert "; review it in data/claims.yml" in said()


def test_a_table_of_contents_of_another_book_is_named(checkout, said):
    (checkout / "_toc.yml").write_text("format: jb-book\nroot: index\n")
    assert f"_toc.yml: is not that of the book; {BUILD}" in said()


def test_an_edition_that_was_changed_is_named(checkout, said):
    lay(checkout, make_figure(sources=()))
    release(checkout, "2026.11")
    (checkout / "data/editions/2026.11/li-ferry-trend/page.html").write_text("x")
    assert "data/editions/2026.11/li-ferry-trend/page.html: a released file was changed" in said()


def test_what_is_not_committed_is_named_up_to_a_point(checkout, said):
    assert "is not committed" not in said()  # where there is no git, nothing can be
    subprocess.run(["git", "init", "-q"], cwd=checkout, check=True)
    told = said()
    assert "CITATION.cff: is not committed; a release is made from a clean tree" in told
    assert "more files are not committed" in told
    assert told.count("is made from a clean tree") == 20


def test_what_follows_from_all_that_is_public_is_named(said, monkeypatch):
    leak = SimpleNamespace(faults=[Fault("hill-li-2019-1", "something rare follows")])
    monkeypatch.setattr("wavebook.site.ready.attack_public", lambda study: [leak])
    assert "hill-li-2019-1: something rare follows" in said()
