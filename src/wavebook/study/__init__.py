"""Where everything is: loads and checks waves, items, toplines, events and sources."""

from wavebook.study.codebook import Codebook, Recode, SampleDesign, canonical, label_text, limits, number_text
from wavebook.study.disclosed import ITEM_WORDS, Asked, Disclosed, Disclosure, Status
from wavebook.study.exemptions import Exemption, Follows
from wavebook.study.faults import Fault, Refused, refuse
from wavebook.study.fieldwork import Fieldwork
from wavebook.study.model import (
    CERTAINTY_WORDS,
    COUNTRIES,
    MODE_WORDS,
    Event,
    Group,
    Item,
    Microdata,
    ModeEffect,
    Series,
    Wave,
)
from wavebook.study.read import UNDECIDED
from wavebook.study.study import Quantity, Study, find_root
from wavebook.study.topline import ONLY_A_BOUND, Topline, say_percent

__all__ = [
    "CERTAINTY_WORDS",
    "COUNTRIES",
    "ITEM_WORDS",
    "MODE_WORDS",
    "ONLY_A_BOUND",
    "UNDECIDED",
    "Asked",
    "Codebook",
    "Disclosed",
    "Disclosure",
    "Event",
    "Exemption",
    "Fault",
    "Fieldwork",
    "Follows",
    "Group",
    "Item",
    "Microdata",
    "ModeEffect",
    "Quantity",
    "Recode",
    "Refused",
    "SampleDesign",
    "Series",
    "Status",
    "Study",
    "Topline",
    "Wave",
    "canonical",
    "find_root",
    "label_text",
    "limits",
    "number_text",
    "refuse",
    "say_percent",
]
