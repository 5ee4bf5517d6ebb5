"""What formulas call the study's items and groups, and a check of a formula before anything is computed."""

from __future__ import annotations

import difflib
import keyword
import re
from collections.abc import Iterator

from wavebook.study import Study, Wave, refuse

NUMBER = "_number"
_DESIGN = ("weight", "stratum", "psu")
# A name that is neither called, nor part of a dotted one, nor that of an argument.
_NAME = re.compile(r"(?<![\w.])[A-Za-z_]\w*(?![\w.]|\s*\(|\s*=(?!=))")
_QUOTED = re.compile(r"""(["'`]).*?\1""")


def slug(name: str) -> str:
    """A name as formulas write it: "opinion-rain" → "opinion_rain"."""
    return re.sub(r"\W+", "_", name).strip("_").lower()


def variable(name: str, value: str = "") -> str:
    """What formulas call an item or a group, or one answer or level of it: `opinion_rain__favourable`."""
    return f"{slug(name)}__{slug(value)}" if value else slug(name)


def check_names(study: Study, wave: Wave, asking: str, formula: str) -> None:
    """Refuse a formula that names what the wave's codebook does not have; say what it may have meant.

    Parameters
    ----------
    asking
        What to call the question.
    """
    known = set(_known(study, wave))
    for name in _NAME.findall(_QUOTED.sub(" ", formula)):
        open_levels = name.partition("__")[0] in known and name.partition("__")[0] in _without_levels(study, wave)
        if name in known or open_levels or keyword.iskeyword(name):
            continue
        meant = next((key for key in _keys(wave) if slug(key) != key and key in formula), None)
        near = [slug(meant)] if meant else difflib.get_close_matches(name, known, 1)
        hint = f"; did you mean {near[0]}?" if near else "; items and groups go by their ids, with underscores"
        raise refuse(f"{wave.id}, {asking}", f"{name}: there is no such column{hint}")


def _keys(wave: Wave) -> list[str]:
    codebook = wave.microdata.codebook if wave.microdata else None
    return [*codebook.items, *codebook.groups] if codebook else []


def _without_levels(study: Study, wave: Wave) -> set[str]:
    """Groups whose levels only the file tells."""
    return {slug(key) for key in _keys(wave) if key in study.groups and study.groups[key].levels is None}


def _known(study: Study, wave: Wave) -> Iterator[str]:
    yield from _DESIGN
    for key in _keys(wave):
        yield from (slug(key), f"{slug(key)}{NUMBER}")
        values = study.items[key].answers if key in study.items else ()
        levels = (study.groups[key].levels or ()) if key in study.groups else ()
        yield from (variable(key, value) for value in (*values, *levels))
