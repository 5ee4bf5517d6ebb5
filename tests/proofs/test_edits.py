"""A short version of the proof that `make proofs` runs at length."""

import edits
import pytest

pytestmark = pytest.mark.slow


def test_after_any_edit_a_build_gives_what_a_clean_one_gives(tmp_path):
    assert edits.prove(tmp_path, 2, 5, ("sm-2021", "own")) == []
