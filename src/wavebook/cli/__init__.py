"""The commands: they parse, call and print; the work is done in the rooms below."""

from __future__ import annotations

import sys
from collections.abc import Callable

import typer

from wavebook.cli import book, editions, figures, respondents, start, waves
from wavebook.cli.common import REFUSED, err

__all__ = ["app", "edition_app", "figure_app", "main", "wave_app"]

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Build, check and serve a poll book.",
)
wave_app = typer.Typer(no_args_is_help=True, help="Survey waves: what is known of them, and their respondent files.")
figure_app = typer.Typer(no_args_is_help=True, help="Single figures: their versions, citations and files.")
edition_app = typer.Typer(no_args_is_help=True, help="Released editions: their files, seals and signatures.")
app.add_typer(wave_app, name="wave")
app.add_typer(figure_app, name="figure")
app.add_typer(edition_app, name="edition")

_COMMANDS: tuple[tuple[typer.Typer, str, Callable[..., None]], ...] = (
    (app, "init", start.init),
    (app, "build", book.build),
    (app, "status", book.status),
    (app, "explain", book.explain),
    (app, "serve", book.serve),
    (app, "estimate", respondents.estimate),
    (app, "simulate", respondents.simulate),
    (app, "release", editions.release),
    (wave_app, "list", waves.wave_list),
    (wave_app, "show", waves.wave_show),
    (wave_app, "new", respondents.wave_new),
    (wave_app, "check", respondents.wave_check),
    (wave_app, "add", respondents.wave_add),
    (wave_app, "fetch", respondents.wave_fetch),
    (figure_app, "list", figures.figure_list),
    (figure_app, "show", figures.figure_show),
    (figure_app, "cite", figures.figure_cite),
    (figure_app, "export", figures.figure_export),
    (figure_app, "verify", figures.figure_verify),
    (edition_app, "verify", editions.edition_verify),
    (edition_app, "sign", editions.edition_sign),
)
for room, name, command in _COMMANDS:
    room.command(name)(command)


def main() -> None:
    """Run a command; refused input is one message and exit code 2, never a traceback."""
    try:
        app()
    except Exception as error:
        from wavebook.study import Refused  # not above: its room takes longer to import than all commands together

        if not isinstance(error, Refused):
            raise
        for fault in error.faults:
            err.print(str(fault))
        sys.exit(REFUSED)
