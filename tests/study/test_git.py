"""What git knows of a checkout."""

import os
import subprocess

import pytest

from wavebook.study import Refused, git


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A repository with a book in a folder of it, and nobody's settings."""
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"):
        monkeypatch.setenv(name, os.devnull)
    monkeypatch.setenv("HOME", str(tmp_path))
    book = tmp_path / "my books/ёлка"
    book.mkdir(parents=True)
    (book / "CITATION.cff").write_text("title: x\n")
    (book / ".gitignore").write_text("_build/\n")
    run(tmp_path, "init", "-q")
    run(tmp_path, "config", "user.name", "Mai Ng")
    run(tmp_path, "config", "user.email", "mai@example.org")
    return book


def run(root, *arguments):
    done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def commit_all(root):
    run(root, "add", "-A")
    run(root, "commit", "-qm", "All")


def test_a_book_that_is_committed_is_clean(repository):
    commit_all(repository)
    assert git.is_kept(repository)
    assert git.commit(repository) == run(repository, "rev-parse", "HEAD")
    assert git.person(repository) == "Mai Ng <mai@example.org>"
    assert git.uncommitted(repository) == []


def test_what_differs_or_is_not_tracked_is_named_and_what_is_ignored_is_not(repository):
    commit_all(repository)
    (repository / "CITATION.cff").write_text("title: y\n")
    (repository / "book").mkdir()
    (repository / "book/new page.md").write_text("x")
    (repository / "_build").mkdir()
    (repository / "_build/x").write_text("x")
    (repository.parent / "beside").write_text("no part of the book")
    assert sorted(git.uncommitted(repository)) == ["CITATION.cff", "book/new page.md"]


def test_a_file_that_was_renamed_or_removed_is_named(repository):
    commit_all(repository)
    run(repository, "mv", "CITATION.cff", "other.cff")
    assert sorted(git.uncommitted(repository)) == ["CITATION.cff", "other.cff"]


def test_a_book_that_was_never_committed_is_not_clean(repository):
    assert git.is_kept(repository)
    assert git.commit(repository) is None
    assert "CITATION.cff" in git.uncommitted(repository)


def test_a_book_that_another_project_ignores_is_not_kept_in_its_git(repository):
    commit_all(repository)
    (repository / ".gitignore").write_text("other/\n")
    commit_all(repository)
    other = repository / "other"
    other.mkdir()
    (other / "CITATION.cff").write_text("title: z\n")
    assert not git.is_kept(other)


def test_a_folder_without_git_is_kept_nowhere(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not git.is_kept(tmp_path)
    assert (git.commit(tmp_path), git.person(tmp_path), git.uncommitted(tmp_path)) == (None, None, [])


def test_git_that_cannot_read_what_it_keeps_is_no_clean_tree(repository, monkeypatch):
    commit_all(repository)
    monkeypatch.setenv("PATH", str(repository))
    with pytest.raises(Refused, match="git is not there, or does not read it"):
        git.uncommitted(repository)


def test_where_a_hook_works_does_not_count(repository, monkeypatch):
    commit_all(repository)
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    assert git.is_kept(repository)
