import io
import json
import subprocess
import sys
import urllib.request

import pytest
from rich.console import Console

from wavebook import cli
from wavebook.cli.common import PageProgress

COMMANDS = [
    [],
    *([command.name] for command in cli.app.registered_commands),
    *(["wave", *name] for name in [[], *([command.name] for command in cli.wave_app.registered_commands)]),
    *(["figure", *name] for name in [[], *([command.name] for command in cli.figure_app.registered_commands)]),
]


@pytest.mark.parametrize("arguments", [[*command, "--help"] for command in COMMANDS])
def test_every_command_explains_itself(run, arguments):
    said = run(*arguments)
    assert said.code == 0
    assert "Usage" in said.out


def test_waves_are_listed(run, study):
    said = run("wave", "list")
    assert said.code == 0
    for wave in study.waves.values():
        assert wave.id in said.out
    listed = json.loads(run("wave", "list", "--json").out)["waves"]
    assert {wave["wave"] for wave in listed} == set(study.waves)


def test_a_wave_is_shown_with_how_sure_it_is(run):
    said = run("wave", "show", "hill-li-2023-5")
    assert "deff: 1.6" in said.out
    assert "deff_status: inferred" in said.out
    assert "opinion-ferry, favourable: 55% (article, gazette2023)" in said.out
    facts = json.loads(run("wave", "show", "hill-li-2023-5", "--json").out)
    assert facts["toplines"][0]["percent"] == "55"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["wave", "show", "nonsense"], "unknown wave 'nonsense'"),
        (["wave", "show", ":100:"], "unknown wave ':100:'"),
        (["build", "--jobs", "0"], "--jobs"),
        (["build", "nonsense"], "no page 'nonsense'"),
        (["frobnicate"], "frobnicate"),
        (["serve", "--port", "70000"], "--port"),
    ],
)
def test_bad_usage_is_one_message_and_exit_2(run, arguments, message):
    said = run(*arguments)
    assert said.code == 2
    assert message in said.err
    assert "Traceback" not in said.err
    assert said.out == ""


def test_serving_without_a_site_says_what_to_do(run, checkout):
    said = run("serve", cwd=checkout)
    assert said.code == 2
    assert "run `wavebook build`" in said.err


def test_the_site_is_served_on_the_loopback_address(checkout):
    site = checkout / "_build/html"
    site.mkdir(parents=True)
    (site / "index.html").write_text("hello")
    command = [sys.executable, "-m", "wavebook", "serve", "--port", "0"]
    with subprocess.Popen(command, cwd=checkout, stderr=subprocess.PIPE, text=True) as server:
        address = server.stderr.readline().split(" ")[0]
        assert address.startswith("http://127.0.0.1:")
        with urllib.request.urlopen(address, timeout=120) as answer:
            assert answer.read() == b"hello"
        server.terminate()


def test_a_command_does_not_wait_for_what_it_has_no_use_for():
    """Libraries that take long to import are imported by the commands that need them."""
    program = "import sys, wavebook.cli; print(*sys.modules)"
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not {"pandas", "altair", "pyarrow", "nbformat"} & set(said.stdout.split())


REMARK = "notebooks/pages.yml:100: [red]as it is[/red]"


@pytest.fixture
def shown(monkeypatch):
    """Make a console, a terminal or not, with all that was written on it."""

    def shown(*, terminal):
        monkeypatch.setenv("TERM", "xterm")
        return Console(file=io.StringIO(), force_terminal=terminal, width=100, color_system=None)

    return shown


def test_without_a_terminal_each_page_is_a_line_when_it_is_done(shown):
    console = shown(terminal=False)
    with PageProgress(console) as progress:
        progress.planned(3, 2)
        progress.started("li-ferry-trend", 4)
        progress.started("two", 4)
        progress.advanced("two")
        progress.finished("two", "notebooks/wave.ipynb, cell 2: no", 0.44)
        progress.noted(REMARK)
        progress.finished("li-ferry-trend", None, 1.2)
    assert console.file.getvalue().splitlines() == [
        "page two: failed in 0.4 s (1 of 3)",
        REMARK,
        "page li-ferry-trend: executed in 1.2 s (2 of 3)",
    ]


def test_a_terminal_shows_the_running_pages_and_the_time_left(shown):
    console = shown(terminal=True)
    with PageProgress(console) as progress:
        progress.planned(4, 26)
        progress.started("one", 4)
        progress.advanced("one")
        progress.started("two", 4)
        before = console.file.getvalue()
        progress.finished("one", None, 40)
        progress.advanced("two")
        progress.advanced("two")
        progress.started("three", 4)
        console.file.truncate(0)
        progress.noted(REMARK)
        after = console.file.getvalue()
    assert "0/4 done · 26 reused" in before
    assert "1/4 cells" in before
    assert "left" not in before
    lines = after[after.index(REMARK) :].splitlines()[1:4]  # another frame may have come since
    assert [line.split()[0] for line in lines] == ["pages", "two", "three"]
    # Two pages at a time; two and a half are left, of 40 seconds each.
    assert "1/4 done · 26 reused · about 0:50 left" in lines[0]
    assert "2/4 cells" in lines[1]


def test_where_every_page_is_reused_no_bar_is_shown(shown):
    console = shown(terminal=True)
    with PageProgress(console) as progress:
        progress.planned(0, 30)
        progress.noted(REMARK)
    assert console.file.getvalue() == f"{REMARK}\n"
