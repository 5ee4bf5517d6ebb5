"""What the README tells of the commands is so."""

import re
from pathlib import Path

import wavebook
from helpers import ROOT
from wavebook import cli
from wavebook.pages.book import load_book

README = (ROOT / "README.md").read_text(encoding="utf-8")


def masked(line):
    """A line without its numbers and the widths of its columns: those follow the data."""
    return re.sub(r"\d[\d.,]*", "#", " ".join(line.split()))


def test_the_output_in_the_readme_is_real(run):
    examples = re.findall(r"```console\n\$ wavebook ([^\n]+)\n(.*?)```", README, re.DOTALL)
    assert examples
    for arguments, shown in examples:
        printed = iter([masked(line) for line in run(*arguments.split(), cwd=ROOT).out.splitlines()])
        for line in shown.splitlines():
            assert line in ("", "[…]") or masked(line) in printed, (arguments, line)


def test_the_picture_in_the_readme_is_a_figure_of_the_book():
    pictures = re.findall(r"\]\((book/_static/[^)]+)\.svg\)", README)
    assert pictures
    figures = {page.parameters.get("figure") for page in load_book(wavebook.open_study(ROOT)).pages}
    assert {Path(picture).name for picture in pictures} <= figures
    assert all((ROOT / f"{picture}.svg").is_file() for picture in pictures)


def test_every_command_is_in_the_readme():
    names = [command.name or command.callback.__name__ for command in cli.app.registered_commands]
    names += [f"wave {command.name}" for command in cli.wave_app.registered_commands]
    names += [f"figure {command.name}" for command in cli.figure_app.registered_commands]
    assert [name for name in names if f"wavebook {name}" not in README] == []
