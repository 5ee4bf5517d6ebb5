"""Commands about survey waves: list them, and show what is known of one."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console
from rich.table import Table

from wavebook.cli.common import Json, checked, print_json

if TYPE_CHECKING:
    from wavebook.study import Study, Wave


def wave_list(as_json: Json = False) -> None:
    """List the waves in order of time."""
    from wavebook.study import MODE_WORDS, Study

    study = checked(Study)
    waves = sorted(study.waves.values(), key=lambda wave: (wave.series, wave.fieldwork.middle, wave.id))
    if as_json:
        print_json({"waves": [_wave_facts(study, wave) for wave in waves]})
        return
    table = Table("wave", "place", "fieldwork", "mode", "n", "toplines", box=None, pad_edge=False)
    for wave in waves:
        n = f"{wave.n:,}" if wave.n else "not found"
        toplines = len(study.toplines(wave.id))
        table.add_row(wave.id, wave.place, str(wave.fieldwork), MODE_WORDS[wave.mode], n, str(toplines))
    Console(width=None if sys.stdout.isatty() else 200, highlight=False, markup=False).print(table)


def wave_show(wave: str, as_json: Json = False) -> None:
    """Show all that is known of one wave."""
    from wavebook.study import Study, say_percent

    study = checked(Study)
    facts = _wave_facts(study, study.described(wave))
    if as_json:
        print_json(facts)
        return
    for name, value in facts.items():
        if name == "toplines":
            typer.echo("toplines:")
            for t in value:
                group = f", {t['by']} {t['group']}" if t["by"] else ""
                share = say_percent(t["percent"])
                typer.echo(f"  {t['item']}, {t['response']}{group}: {share} ({t['certainty']}, {t['source']})")
        elif isinstance(value, list):
            for line in value:
                typer.echo(f"{name}: {line}")
        elif value is not None:
            typer.echo(f"{name}: {value}")


def _wave_facts(study: Study, wave: Wave) -> dict[str, Any]:
    """Everything about a wave as plain values, each doubtful one with its mark."""
    from wavebook.study import CERTAINTY_WORDS, ITEM_WORDS

    facts: dict[str, Any] = {"wave": wave.id, "series": study.series[wave.series].name, "place": wave.place}
    for name in ("number", "fieldwork", "mode", "n", "population", "sampling", "weights", "response_rate", "margin"):
        value = getattr(wave, name)
        facts[name] = value if value is None or isinstance(value, int | float) else str(value)
    facts["deff"] = study.deff(wave).value
    facts["deff_status"] = study.deff(wave).status
    facts["source"] = wave.source
    facts["certainty"] = [f"{name}: {CERTAINTY_WORDS[mark]}" for name, mark in wave.certainty.items()]
    facts["problems"] = list(wave.problems)
    facts["disclosure"] = [
        f"{ITEM_WORDS[entry.item]}: {entry.status}{f', {entry.says}' if entry.says else ''}" for entry in wave.sheet
    ]
    facts["toplines"] = [topline.model_dump(exclude={"wave"}) for topline in study.toplines(wave.id)]
    return facts
