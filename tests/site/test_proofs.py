"""Short versions of the proofs that `make proofs` runs at length."""

import edits
import kills
import pytest

pytestmark = pytest.mark.slow


def test_after_any_edit_a_build_gives_what_a_clean_one_gives(tmp_path):
    assert edits.prove(tmp_path, 3, 5, ("am-2021", "own")) == []


def test_a_build_that_is_killed_at_any_moment_spoils_nothing(tmp_path):
    assert kills.prove(tmp_path, 3, 5, ("own", "plain"), only=2) == []
