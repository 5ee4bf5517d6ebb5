"""Whether anything follows from the estimates of a wave, all together, that must not: asked before any is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from wavebook.estimates.attack.exposure import Exposure, attack_wave
from wavebook.estimates.records import EstimateRecord
from wavebook.study import Fault, Refused

if TYPE_CHECKING:
    from wavebook.estimates.compute import Respondents

_WAY_OUT = "show less (`shown=`, `answers=`), or declare it in data/exemptions.yml"


def check_follows(respondents: Respondents, records: Sequence[EstimateRecord], *, all_of_wave: bool = True) -> None:
    """Refuse estimates from which something rare follows that no exemption declares.

    Parameters
    ----------
    all_of_wave
        Whether these are all estimates of the wave: then an exemption that lets nothing follow is refused as well.
    """
    found = attack_wave(respondents, records)
    where = f"data/estimates/{respondents.wave.id}"
    faults = [Fault(where, f"{fault.what}; {_WAY_OUT}") for fault in found.faults]
    if all_of_wave:
        faults += _needless(respondents, found)
    if faults:
        raise Refused(faults)


def _needless(respondents: Respondents, found: Exposure) -> Iterator[Fault]:
    """Cells that exemptions declare and that do not follow."""
    for name, exemption in respondents.exemptions.items():
        exempt = respondents.exempt(exemption.item)
        following = {
            (bound.cell.group, response)
            for by, bound in found.exempt
            if by == name
            for response in respondents.truth.responses(bound.cell)
        }
        needless = [
            f"{follows.group or 'all'}: {response}"
            for follows in exemption.lets_follow
            for response in follows.answers
            if (exempt.group(exemption, follows.group), response) not in following
        ]
        if needless:
            what = f"{name}.lets_follow: {', '.join(needless)} does not follow; an exemption has to be needed"
            yield Fault("data/exemptions.yml", what)
