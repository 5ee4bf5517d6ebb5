"""Where everything is: loads and checks waves, items, published figures and sources."""

from wavebook.study.faults import Fault, Refused, refuse
from wavebook.study.model import (
    CERTAINTY_WORDS,
    COUNTRIES,
    MODE_WORDS,
    Fieldwork,
    Item,
    PublishedFigure,
    Series,
    Wave,
)
from wavebook.study.study import Basis, Study, find_root, open_study

__all__ = [
    "CERTAINTY_WORDS",
    "COUNTRIES",
    "MODE_WORDS",
    "Basis",
    "Fault",
    "Fieldwork",
    "Item",
    "PublishedFigure",
    "Refused",
    "Series",
    "Study",
    "Wave",
    "find_root",
    "open_study",
    "refuse",
]
