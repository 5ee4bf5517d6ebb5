"""What the project promises about itself: locks, notebooks, README, what is tracked."""

import json
import re
import subprocess
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from ruamel.yaml import YAML

from helpers import ROOT

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCK = (ROOT / "requirements.lock").read_text()


def tracked():
    done = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, check=True
    )
    return [ROOT / name for name in done.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def locked():
    pins = re.findall(r"^([a-z0-9._-]+)==(\S+)", LOCK, re.MULTILINE)
    return {canonicalize_name(name): version for name, version in pins}


def test_the_lock_holds_what_pyproject_asks_for():
    project = PYPROJECT["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    pins = locked()
    for requirement in map(Requirement, wanted):
        version = pins.get(canonicalize_name(requirement.name))
        assert version, f"{requirement.name} is not in requirements.lock: run `make lock`"
        assert requirement.specifier.contains(version), f"{requirement} but {version} is locked: run `make lock`"


def test_every_locked_version_has_hashes_and_no_address():
    entries = re.split(r"\n(?=[a-z0-9])", LOCK.strip())
    assert all("--hash=sha256:" in entry for entry in entries)
    assert "://" not in LOCK


def test_conda_users_get_the_same_versions():
    environment = YAML(typ="safe", pure=True).load((ROOT / "environment.yml").read_text())
    assert environment["name"] == PYPROJECT["project"]["name"]
    python = next(entry for entry in environment["dependencies"] if str(entry).startswith("python"))
    assert python == f"python{PYPROJECT['project']['requires-python']}"
    assert environment["dependencies"][-1] == {"pip": ["-r requirements.lock"]}


def test_notebooks_are_kept_without_outputs():
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        for cell in json.loads(path.read_text())["cells"]:
            assert not cell.get("outputs"), path.name
            assert cell.get("execution_count") is None, path.name


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a git checkout: what is tracked cannot be told")
def test_nothing_large_private_or_of_one_machine_is_tracked():
    files = tracked()
    assert not [path for path in files if path.stat().st_size > 1_000_000]
    assert not [path for path in files if "microdata" in path.parts]
    home = re.compile(rb"/(home|Users|root)/[a-z]")
    assert not [path for path in files if home.search(path.read_bytes()) and path.name != "test_project.py"]


def test_a_new_book_begins_with_the_notebooks_of_this_one():
    """General notebooks are kept twice, for the engine carries its own: who changes one here copies it there."""
    template = ROOT / "src/wavebook/start/template/notebooks"
    for path in template.glob("*.ipynb"):
        assert path.read_bytes() == (ROOT / "notebooks" / path.name).read_bytes(), (
            f"cp notebooks/{path.name} {template}"
        )


def test_contributing_names_the_rooms_in_their_order_and_tasks_that_are_there():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    layers = PYPROJECT["tool"]["importlinter"]["contracts"][0]["layers"]
    assert layers[0] == "chapters"
    rooms = [room.strip().removeprefix("wavebook.") for layer in layers[1:] for room in layer.split("|")]
    table = text.partition("| room |")[2].partition("\n\n")[0]
    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == rooms
    tasks = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z-]+)`", text)) <= tasks
