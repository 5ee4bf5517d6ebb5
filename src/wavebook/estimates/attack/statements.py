"""What a committed estimate says, as sums of weighted respondents."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from wavebook.estimates.attack.cells import ALL_OF, NOT, SPOKE, Group, Known
from wavebook.estimates.formulas import slug

if TYPE_CHECKING:
    from wavebook.estimates.attack.truth import Truth
    from wavebook.estimates.records import EstimateRecord

_LEVEL = re.compile(r"(?P<factor>.+)\[(?:T\.)?(?P<level>[^\[\]]*)\]")
_FACTOR = re.compile(r"C\((?P<name>\w+).*\)|(?P<bare>\w+)")


def statements(record: EstimateRecord, truth: Truth) -> list[Known]:
    """The statements of an estimate; a function that says no sums has none (see `attack`)."""
    if record.function == "shares":
        return list(_shares(record, truth))
    if record.function in ("logit", "ordinal"):
        return list(_model(record, truth))
    return []


def _shares(record: EstimateRecord, truth: Truth) -> Iterator[Known]:
    item, by = record.arguments["item"], record.arguments["by"]
    if item not in truth.items:
        return
    columns = record.result["table"]["columns"]
    for row in zip(columns["response"], columns["share"], *(columns[name] for name in by), strict=True):
        response, share, *levels = row
        if isinstance(share, int | float):
            group = tuple(sorted(zip(by, (str(level) for level in levels), strict=True)))
            yield _stated(truth, item, truth.answers_of(item, response), group, share, record.path)


def _stated(truth: Truth, item: str, responses: frozenset[str], group: Group, share: float, said: str) -> Known:
    total = share * truth.size(item, group)[1]
    return Known(item, responses, group, total, total, said)


def _model(record: EstimateRecord, truth: Truth) -> Iterator[Known]:
    """What a model tells of its outcome: totals by level of each categorical term, among those whom it rests on.

    A penalty moves the totals of a fit by less than one respondent, and by how much can be worked out: it hides nothing.
    A proportional-odds model has no totals of its own; of one whose other numbers are known, a coefficient is one
    equation in the answers of a level. It is taken for telling all of them.
    """
    outcome, _, right = record.arguments["formula"].partition("~")
    found = _named(outcome.strip(), truth)
    if found is None or found[0] not in truth.items:
        return
    item, answer = found
    ordered, spoke_of = record.function == "ordinal", record.arguments.get("answered")
    used = sorted({name for name in truth.columns if re.search(rf"\b{slug(name)}(?:__\w+|_number)?\b", right)} - {item})
    among: dict[str, str] = {}
    if not bool(truth.complete(used).all()):
        among[ALL_OF + ", ".join(used)] = "yes"
    if ordered or spoke_of:  # how many a model rests on is how many spoke
        base = item if ordered else str(spoke_of)
        yield _told(truth, base, truth.spoken(base), tuple(sorted(among.items())), record.path)
    if spoke_of and spoke_of != item:
        among[SPOKE + spoke_of] = "yes"
    if ordered:
        told = [frozenset({response}) for response in sorted(truth.spoken(item))]
    else:
        told = [truth.answers_of(item, answer), *([truth.spoken(item)] if spoke_of == item else [])]
    terms = [str(term) for term in record.result["table"]["columns"]["term"]]
    groups: list[Group] = [()] if "Intercept" in terms else []
    for term in terms:
        parts = [_level(part, truth) for part in term.split(":")]
        if all(part is not None for part in parts) and len({part[0] for part in parts if part}) == len(parts):
            groups += _crossed([part for part in parts if part], truth)
    for group in dict.fromkeys(groups):
        whole = tuple(sorted({**among, **dict(group)}.items()))
        if truth.size(item, whole)[0]:
            yield from (_told(truth, item, responses, whole, record.path) for responses in told)


def _told(truth: Truth, item: str, responses: frozenset[str], group: Group, said: str) -> Known:
    total = truth.holds(item, responses, group)[1]
    return Known(item, responses, group, total, total, said)


def _crossed(parts: list[tuple[str, str]], truth: Truth) -> list[Group]:
    """A term's level, and the others of its factor: the one that is left out follows from the rest."""
    groups: list[dict[str, str]] = [{}]
    for division, level in parts:
        levels = [name for name in truth.division(division)[0] if name != level]
        others = [f"{NOT}{level}"] if len(levels) != 1 else levels
        groups = [{**group, division: name} for group in groups for name in (level, *others)]
    return [tuple(sorted(group.items())) for group in groups]


def _level(term: str, truth: Truth) -> tuple[str, str] | None:
    """The division and level of a term of a model, as `C(age)[T.60+]` or `region__north[T.True]`; None of a number."""
    found = _LEVEL.fullmatch(term.strip())
    factor = _FACTOR.fullmatch(found["factor"].strip()) if found else None
    if found is None or factor is None:
        return None
    named = _named(factor["name"] or factor["bare"], truth)
    if named is None:
        return None
    division, value = named
    return (division, value) if value else (division, found["level"])


def _named(name: str, truth: Truth) -> tuple[str, str] | None:
    """The column, and the answer or level if there is one, that a formula's name stands for."""
    column, _, value = name.partition("__")
    for known in truth.columns:
        if slug(known) != column:
            continue
        if not value:
            return known, ""
        held: Any = [*truth.items.get(known, ()), *truth.division(known)[0]]
        return next(((known, level) for level in held if slug(level) == value), None)
    return None
