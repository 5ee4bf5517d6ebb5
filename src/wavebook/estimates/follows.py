"""Whether anything follows from the estimates of a wave, all together, that must not: asked before any is written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from wavebook.estimates.attack import leaks
from wavebook.estimates.cells import Bound, Cell, Known
from wavebook.estimates.records import EstimateRecord
from wavebook.estimates.statements import statements
from wavebook.study import Fault, Refused

if TYPE_CHECKING:
    from wavebook.estimates.compute import Respondents

_MOST_NAMED = 10


def following(
    respondents: Respondents, records: Iterable[EstimateRecord]
) -> tuple[list[Bound], dict[str, list[Bound]]]:
    """What follows from estimates about too few: what nobody has declared, and by exemption what it lets follow."""
    undeclared: list[Bound] = []
    declared: dict[str, list[Bound]] = {name: [] for name in respondents.exemptions}
    for bound in leaks(respondents.truth, _known(respondents, records), explain=False):
        name = respondents.exempt(bound.cell.item).covers(bound)
        (undeclared if name is None else declared[name]).append(bound)
    return undeclared, declared


def check_follows(respondents: Respondents, records: Sequence[EstimateRecord], *, all_of_wave: bool = True) -> None:
    """Refuse estimates from which something rare follows that no exemption declares.

    Parameters
    ----------
    all_of_wave
        Whether these are all estimates of the wave: then an exemption that lets nothing follow is refused as well.
    """
    undeclared, declared = following(respondents, records)
    where = f"data/estimates/{respondents.wave.id}"
    first = [bound.cell for bound in undeclared[:_MOST_NAMED]]
    named = leaks(respondents.truth, _known(respondents, records), first) if first else []
    faults = [Fault(where, _said(bound)) for bound in named]
    if len(undeclared) > _MOST_NAMED:
        faults.append(Fault(where, f"and {len(undeclared) - _MOST_NAMED} more"))
    for name, bounds in declared.items() if all_of_wave else ():
        exemption, answers = respondents.exemptions[name], respondents.exempt(respondents.exemptions[name].item)
        found = {(bound.cell.group, r) for bound in bounds for r in respondents.truth.responses(bound.cell)}
        needless = [
            f"{follows.group or 'all'}: {response}"
            for follows in exemption.lets_follow
            for response in follows.answers
            if (answers.group(exemption, follows.group), response) not in found
        ]
        if needless:
            what = f"{name}.lets_follow: {', '.join(needless)} does not follow; an exemption has to be needed"
            faults.append(Fault("data/exemptions.yml", what))
    if faults:
        raise Refused(faults)


def _known(respondents: Respondents, records: Iterable[EstimateRecord]) -> list[Known]:
    return [statement for record in records for statement in statements(record, respondents.truth)]


def _said(bound: Bound) -> str:
    return (
        f"{say_cell(bound.cell)}: follows to between {bound.low:.2f} and {bound.high:.2f} weighted respondents from "
        f"{', '.join(bound.said)}; show less, or declare it in data/exemptions.yml"
    )


def say_cell(cell: Cell) -> str:
    """Name a cell: "opinion-ferry, refused, region north"."""
    return ", ".join([cell.item, cell.response, *(f"{name} {level}" for name, level in cell.group)])
