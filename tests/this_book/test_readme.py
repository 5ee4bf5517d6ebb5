"""What the README tells of the commands is so."""

import re

from helpers import ROOT
from wavebook import cli

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_output_in_the_readme_is_real(run):
    examples = re.findall(r"```console\n\$ wavebook ([^\n]+)\n(.*?)```", README, re.DOTALL)
    assert examples
    for arguments, shown in examples:
        printed = [line.rstrip() for line in run(*arguments.split(), cwd=ROOT).out.splitlines()]
        for part in (part.strip("\n").splitlines() for part in shown.split("[…]")):
            wanted = [line.rstrip() for line in part if line.strip()]
            assert wanted == [line for line in printed if line in part], arguments


def test_every_command_is_in_the_readme():
    names = [command.name or command.callback.__name__ for command in cli.app.registered_commands]
    names += [f"wave {command.name}" for command in cli.wave_app.registered_commands]
    names += [f"figure {command.name}" for command in cli.figure_app.registered_commands]
    assert [name for name in names if f"wavebook {name}" not in README] == []
