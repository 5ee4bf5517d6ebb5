"""Where everything is: loads and checks waves, items, published figures and sources."""

from wavebook.study.codebook import Codebook, Recode, SampleDesign, canonical, label_text, limits, number_text
from wavebook.study.faults import Fault, Refused, refuse
from wavebook.study.model import (
    CERTAINTY_WORDS,
    COUNTRIES,
    MODE_WORDS,
    Fieldwork,
    Group,
    Item,
    Microdata,
    Series,
    Topline,
    Wave,
)
from wavebook.study.read import UNDECIDED
from wavebook.study.study import Quantity, Study, find_root, open_study

__all__ = [
    "CERTAINTY_WORDS",
    "COUNTRIES",
    "MODE_WORDS",
    "UNDECIDED",
    "Codebook",
    "Fault",
    "Fieldwork",
    "Group",
    "Item",
    "Microdata",
    "Quantity",
    "Recode",
    "Refused",
    "SampleDesign",
    "Series",
    "Study",
    "Topline",
    "Wave",
    "canonical",
    "find_root",
    "label_text",
    "limits",
    "number_text",
    "open_study",
    "refuse",
]
