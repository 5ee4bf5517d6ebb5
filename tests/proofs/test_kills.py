"""A short version of the proof that `make proofs` runs at length."""

import kills
import pytest

pytestmark = pytest.mark.slow


def test_a_build_that_is_killed_at_any_moment_spoils_nothing(tmp_path):
    assert kills.prove(tmp_path, 2, 5, ("own", "plain"), only=2) == []
