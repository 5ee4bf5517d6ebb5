"""Kernels that take too long, die, or are to be stopped; two builds at once; a full disk."""

import json
import os
import resource
import signal
import subprocess
import sys
import time

import pytest

from helpers import copy_checkout, in_shell, make_notebooks, snapshot

pytestmark = pytest.mark.slow

FINE = ["1 + 1"]
WAITS = """\
import os, time
from pathlib import Path
Path("running.txt").write_text(str(os.getpid()))
while not Path("go.txt").exists():
    time.sleep(0.02)"""


def start(root, *arguments):
    command = [sys.executable, "-m", "wavebook", "build", "--no-site", "--json", *arguments]
    # Tests that run in the background of a shell have the interrupt ignored, and with them all that they start.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    return subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_until(true):
    for _ in range(30_000):
        if true():
            return
        time.sleep(0.02)
    pytest.fail("what was waited for did not come")


def is_running(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def wait_for_kernel(root):
    """The process of the page that waits."""
    wait_until(lambda: (root / "running.txt").is_file() and (root / "running.txt").read_text())
    pid = int((root / "running.txt").read_text())
    (root / "running.txt").unlink()
    return pid


def test_pages_that_take_too_long_or_die_are_named_and_the_rest_is_made(tmp_path):
    root = copy_checkout(tmp_path)
    killed = "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"
    make_notebooks(root, slow=[WAITS], killed=[killed], left=["import os\nos._exit(3)"], fine=FINE)
    said = in_shell("build", "slow", "--no-site", "--json", "--time-limit", "6", cwd=root)
    (slow,) = json.loads(said.out)["failed"]
    assert "notebooks/slow.ipynb: took longer than 6 s and was stopped" in slow["error"]
    if (root / "running.txt").is_file():  # a busy machine may not have come to the cell
        assert not is_running(wait_for_kernel(root))
    said = in_shell("build", "killed", "left", "fine", "--no-site", "--json", cwd=root)
    result = json.loads(said.out)
    assert (said.code, result["executed"]) == (1, ["fine"])
    errors = {failed["page"]: failed["error"] for failed in result["failed"]}
    assert "notebooks/killed.ipynb: its kernel died: SIGKILL" in errors["killed"]
    assert "notebooks/left.ipynb: its kernel died: it ended with status 3" in errors["left"]


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    """A build is interrupted while another one waits; that one goes on, and a third one waits for it."""
    root = copy_checkout(tmp_path_factory.mktemp("kernels"))
    make_notebooks(root, fine=FINE, waits=[WAITS])
    first = start(root)
    kernel = wait_for_kernel(root)
    wait_until((root / "_build/pages/fine.json").is_file)
    second = start(root)
    told = second.stderr.readline()
    first.send_signal(signal.SIGINT)
    _, said = first.communicate()
    wait_until(lambda: not is_running(kernel))
    kept = snapshot(root / "book/pages")
    wait_for_kernel(root)
    third = start(root)
    third_told = third.stderr.readline()
    (root / "go.txt").write_text("")
    results = [(json.loads(build.communicate()[0]), build.returncode) for build in (second, third)]
    return {"code": first.returncode, "said": said, "kept": kept, "told": (told, third_told), "results": results}


def test_an_interrupt_ends_a_build_and_its_kernels_and_keeps_what_is_finished(story):
    assert story["code"] == 130
    assert "stopped; what is finished is kept" in story["said"]
    assert "Traceback" not in story["said"]
    assert list(story["kept"]) == ["fine.ipynb"]


def test_a_build_says_that_it_waits_for_another_one_and_both_end_well(story):
    for told in story["told"]:
        assert told == "another build is at work here; waiting for it\n"
    (second, second_code), (third, third_code) = story["results"]
    assert (second_code, second["executed"], second["reused"]) == (0, ["waits"], ["fine"])
    assert (third_code, third["executed"], third["reused"]) == (0, [], ["fine", "waits"])


def test_a_full_disk_is_told_in_a_line(tmp_path):
    root = copy_checkout(tmp_path)
    make_notebooks(root, large=["'x' * 100_000"])

    def fill():
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))

    said = in_shell("build", "--no-site", cwd=root, preexec_fn=fill)
    assert said.code == 2
    assert said.err.splitlines()[-1] == "large.ipynb: cannot be written: File too large"
    assert "Traceback" not in said.err
    assert snapshot(root / "book/pages") == {}
    assert snapshot(root / "_build/pages") == {}


def test_modules_are_found_from_the_root_wherever_the_build_is_started(tmp_path):
    root = copy_checkout(tmp_path)
    make_notebooks(root, one=["from notebooks import beside"], two=["import beside"])
    (root / "notebooks/beside.py").write_text("")
    result = json.loads(in_shell("build", "--no-site", "--json", cwd=root / "notebooks").out)
    assert result["executed"] == ["one"]
    assert "No module named 'beside'" in result["failed"][0]["error"]
