"""What the README tells of the commands is so."""

import re
import shlex
from pathlib import Path

from made_up_house import write_sav

import wavebook
from helpers import ROOT
from wavebook import cli
from wavebook.pages.book import load_book

README = (ROOT / "README.md").read_text(encoding="utf-8")


def masked(line):
    """A line without its numbers and the widths of its columns: those follow the data."""
    return re.sub(r"\d[\d.,]*", "#", " ".join(line.split()))


def test_the_output_in_the_readme_is_real(run, tmp_path):
    """A new book is begun in a folder of its own, beside the file of a house that does not exist."""
    write_sav(tmp_path / "hill.sav")
    examples = re.findall(r"```console\n\$ wavebook ([^\n]+)\n(.*?)```", README, re.DOTALL)
    assert examples
    for arguments, shown in examples:
        said = run(*shlex.split(arguments), cwd=tmp_path if arguments.startswith("init ") else ROOT)
        told = f"{said.out}{said.err}".replace(str(tmp_path), "…")
        printed = iter([masked(line) for line in told.splitlines()])
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
