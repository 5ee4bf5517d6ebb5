"""Pages made by two workers on the loopback address, one of which is killed on the way."""

import json
import os
import signal
import subprocess
import sys
import time

import nbformat
import psutil
import pytest

from helpers import in_shell, make_small_book, snapshot

pytestmark = pytest.mark.slow

WAITS = """import pathlib, time
place = pathlib.Path({place!r})
if wave == "brook-sm-2021" and not (place / "killed").exists():
    (place / "parent").write_text(str(__import__("os").getppid()))
    time.sleep(3000)
"""


def wait_for(found, what):
    for _ in range(6000):
        if answer := found():
            return answer
        time.sleep(0.1)
    return pytest.fail(f"{what} did not come")


@pytest.fixture
def cluster(tmp_path):
    """Starts a scheduler and workers in a checkout; gives the address and the workers' processes."""
    started = []

    def start(root, workers):
        file = tmp_path / "scheduler.json"

        def run(kind, *arguments):
            command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", "--scheduler-file", str(file), *arguments]
            quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            started.append(subprocess.Popen([*command, "--no-dashboard"], cwd=root, **quiet))
            return started[-1]

        def run_worker(number):
            folder = str(tmp_path / f"worker {number}")
            return run("worker", "--no-nanny", "--nthreads", "1", "--host", "127.0.0.1", "--local-directory", folder)

        run("scheduler", "--host", "127.0.0.1", "--port", "0")
        address = wait_for(lambda: file.exists() and json.loads(file.read_text() or "{}").get("address"), "a scheduler")
        return address, [run_worker(number) for number in range(workers)]

    yield start
    for process in started:
        process.kill()
        process.wait()


def test_a_page_whose_worker_is_lost_is_made_by_another_one_and_all_is_as_made_here(tmp_path, cluster):
    root = make_small_book(tmp_path)
    path = root / "notebooks/wave.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(WAITS.format(place=str(tmp_path)), id="waits"))
    nbformat.write(notebook, path)
    address, workers = cluster(root, 2)
    build = [sys.executable, "-m", "wavebook", "build", "--no-site", "--json", "--scheduler", address]
    with subprocess.Popen(build, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        parent = wait_for(lambda: (tmp_path / "parent").exists() and (tmp_path / "parent").read_text(), "the page")
        at_work = psutil.Process(int(parent)).ppid()
        assert at_work in [worker.pid for worker in workers]
        (tmp_path / "killed").touch()
        os.kill(at_work, signal.SIGKILL)
        out, err = process.communicate(timeout=1200)
    assert process.returncode == 0, err
    assert json.loads(out)["executed"] == ["one", "two"]
    wait_for(lambda: not psutil.pid_exists(int(parent)), "the end of the lost worker's kernels")
    made = snapshot(root / "book/pages") | snapshot(root / "_build/pages")
    assert in_shell("build", "--no-site", "--force", cwd=root).code == 0
    assert snapshot(root / "book/pages") | snapshot(root / "_build/pages") == made


def test_a_worker_whose_checkout_is_another_makes_no_page(tmp_path, cluster):
    root = make_small_book(tmp_path)
    other = tmp_path / "other"
    other.mkdir()
    there = make_small_book(other)
    (there / "data/waves/brook-sm-2021.yml").write_text(
        "# changed\n" + (there / "data/waves/brook-sm-2021.yml").read_text()
    )
    address, _ = cluster(there, 1)
    said = in_shell("build", "--no-site", "--scheduler", address, cwd=root)
    assert said.code == 1
    assert "data/waves/brook-sm-2021.yml is not as it is here" in said.err
    assert not (root / "book/pages").exists()


def test_a_cluster_that_does_not_answer_is_refused_by_its_address(tmp_path):
    said = in_shell("build", "--no-site", "--scheduler", "tcp://127.0.0.1:9", cwd=make_small_book(tmp_path))
    assert (said.code, said.err) == (2, "--scheduler tcp://127.0.0.1:9: no scheduler answers\n")
