"""The reference of the engine's Python, which Sphinx makes from docstrings."""

import re

import wavebook
import wavebook.survey
from helpers import ROOT


def documented(page):
    text = (ROOT / f"book/api/{page}.md").read_text(encoding="utf-8")
    return re.findall(
        r"^\.\. auto(?:class|function|data|exception):: (?:[\w.]+\.)?(\w+)(?:\(.*\))?$", text, re.MULTILINE
    )


def test_every_public_name_of_the_estimators_is_documented_once():
    assert sorted(documented("survey")) == sorted(wavebook.survey.__all__)


def test_what_notebooks_begin_with_is_documented():
    assert set(wavebook.__all__) <= set(documented("notebooks"))
