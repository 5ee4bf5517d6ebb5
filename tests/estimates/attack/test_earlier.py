"""What the history of a checkout still tells."""

from __future__ import annotations

import json
import subprocess

import pandas as pd
import pytest

from wavebook.estimates.attack import Truth
from wavebook.estimates.attack.earlier import earlier_statements

NAME = "data/estimates/w/moon.json"


def estimate(**shares):
    columns = {"response": list(shares), "share": list(shares.values())}
    plain = {"wave": "w", "function": "shares", "arguments": {"item": "moon", "by": []}}
    return json.dumps({**plain, "result": {"table": {"columns": columns}}})


@pytest.fixture
def truth():
    frame = pd.DataFrame({"moon": pd.Categorical(["bright"] * 60 + ["dim"] * 36 + ["gone"] * 4)})
    return Truth(frame, {"moon": {name: (name,) for name in ("bright", "dim", "gone")}}, [])


@pytest.fixture
def checkout(tmp_path):
    def git(*arguments):
        named = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
        subprocess.run(["git", *named, *arguments], cwd=tmp_path, check=True, capture_output=True)

    def commit(text):
        (tmp_path / NAME).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / NAME).write_text(text, encoding="utf-8")
        git("add", "-A")
        git("commit", "-qm", "an estimate")

    git("init", "-q")
    return tmp_path, commit


def test_what_was_committed_once_is_known_still(checkout, truth):
    root, commit = checkout
    commit(estimate(bright=0.6, gone=0.04))
    assert not earlier_statements(root, "w", truth), "what is committed now is no history"
    commit(estimate(bright=0.6))
    told = earlier_statements(root, "w", truth)
    assert {(min(known.responses), known.low) for known in told} == {("bright", 60.0), ("gone", 4.0)}
    assert told[0].said.startswith(f"{NAME} in commit ")


def test_what_cannot_be_read_says_nothing(checkout, truth):
    root, commit = checkout
    commit("{}")
    commit("no estimate")
    commit(estimate(bright=0.6))
    assert not earlier_statements(root, "w", truth)


def test_no_history_at_all(tmp_path, truth):
    assert not earlier_statements(tmp_path, "w", truth)
