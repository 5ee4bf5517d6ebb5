"""Forms of conditions: the engine's, and those that the chapters of a book add, each book its own."""

import importlib
import sys

import pytest

import wavebook
from helpers import copy_checkout
from wavebook import claims
from wavebook.claims.registry import forms_of
from wavebook.study import Refused

LEDGER = "data/claims.yml"
LOUD = """
from pydantic import BaseModel

from wavebook.claims import {verdict}, Judged, condition


class Loud(BaseModel):
    word: str


@condition("loud", Loud, unknown=lambda study, loud: [(("word",), "unknown word")] if loud.word == "hush" else [])
def loud(study, claim, asked):
    return Judged({verdict}, [f"{{claim.id}} says {{asked.word}}"], evidence="a shout")
"""


@pytest.fixture
def book(checkout):
    """A checkout whose only chapter registers a condition; `write` puts other files into it."""
    for path in sorted((checkout / "chapters").rglob("*.py")):
        path.unlink()
    (checkout / "chapters/__init__.py").write_text("")
    (checkout / "chapters/shouts.py").write_text(LOUD.format(verdict="CONFIRMED"))
    (checkout / LEDGER).write_text(
        "one:\n  says: x\n  source: gazette2023\n  loud: {word: hey}\n  reviewed: confirmed independently\n"
    )
    return checkout


def verdicts(root):
    return {verdict.id: verdict for verdict in claims.verdicts(wavebook.open_study(root))}


def refused(root):
    with pytest.raises(Refused) as told:
        verdicts(root)
    return [str(fault) for fault in told.value.faults]


def change(root, old, new, name=LEDGER):
    text = (root / name).read_text()
    assert old in text
    (root / name).write_text(text.replace(old, new))


def test_the_engine_knows_numbers_and_what_cannot_be_tested(tmp_path):
    assert list(forms_of(tmp_path)) == ["check", "untestable"]


def test_a_chapter_registers_a_condition_that_the_ledger_uses(book):
    assert list(forms_of(book)) == ["check", "untestable", "loud"]
    (verdict,) = verdicts(book).values()
    assert (verdict.verdict, verdict.because, verdict.evidence) == (claims.CONFIRMED, "one says hey.", "a shout")


def test_a_caveat_of_the_statement_goes_with_any_form(book):
    change(book, "reviewed", "caveat: mind\n  reviewed")
    assert verdicts(book)["one"].verdict == claims.CONFIRMED
    assert verdicts(book)["one"].because == "one says hey. mind."


def test_what_stands_in_a_form_is_refused_by_line(book):
    change(book, "{word: hey}", "{word: hush}")
    assert refused(book) == [f"{LEDGER}:4: unknown word"]
    change(book, "{word: hush}", "{}")
    assert refused(book) == [f"{LEDGER}:4: one.loud.word: is missing"]


def test_an_unknown_form_is_refused_with_those_that_are_known(book):
    change(book, "loud:", "soft:")
    (fault,) = refused(book)
    assert fault.startswith(f"{LEDGER}:4: one.soft: unknown key; a statement takes says, source, ")
    assert fault.endswith("and any of check, untestable, loud")


def test_two_books_in_one_process_have_each_their_own_chapters(book, tmp_path_factory):
    importlib.import_module("chapters")  # those of whichever book was imported before, or of the one on the path
    own = {name: module for name, module in sys.modules.items() if name.partition(".")[0] == "chapters"}
    other = copy_checkout(tmp_path_factory.mktemp("other"))
    (other / "chapters/shouts.py").write_text(LOUD.format(verdict="CONTRADICTED").replace('"loud"', '"soft"'))
    assert list(forms_of(other)) == ["check", "untestable", "soft"]
    assert list(forms_of(book)) == ["check", "untestable", "loud"]
    assert list(forms_of(other)) == ["check", "untestable", "soft"]
    assert {name: module for name, module in sys.modules.items() if name.partition(".")[0] == "chapters"} == own
    assert str(book) not in sys.path


def test_a_chapter_that_changes_is_read_anew(book):
    assert verdicts(book)["one"].verdict == claims.CONFIRMED
    (book / "chapters/shouts.py").write_text(LOUD.format(verdict="UNTESTABLE") + "\n# other words\n")
    assert verdicts(book)["one"].verdict == claims.UNTESTABLE
    (book / "chapters/shouts.py").unlink()
    assert "unknown key" in refused(book)[0]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("import wavebook.nothing", "3: cannot be imported (ModuleNotFoundError: No module named 'wavebook.nothing')"),
        ("def f(:", "3: cannot be imported (SyntaxError: invalid syntax)"),
        ("from chapters import helper\n\nhelper.fail()", "5: cannot be imported (ValueError: no reason given)"),
    ],
)
def test_a_chapter_that_cannot_be_imported_is_named_by_file_and_line(book, code, message):
    (book / "chapters/sub").mkdir()
    (book / "chapters/sub/broken.py").write_text(f'"""Broken."""\n\n{code}\n')
    (book / "chapters/helper.py").write_text("import json\n\n\ndef fail():\n    raise ValueError\n")
    (fault,) = refused(book)
    where = "chapters/helper.py" if "helper" in code else "chapters/sub/broken.py"
    assert fault == f"{where}:{message}"
    (book / "chapters/sub/broken.py").unlink()
    assert verdicts(book)["one"].verdict == claims.CONFIRMED


def test_a_chapter_may_import_what_lies_beside_it(book):
    (book / "beside.py").write_text("WORD = 'x'\n")
    (book / "chapters/near.py").write_text("from beside import WORD\n")
    assert verdicts(book)["one"].verdict == claims.CONFIRMED
    sys.modules.pop("beside")


@pytest.mark.parametrize("name", ["loud", "check"])
def test_a_form_that_is_there_already_is_refused(book, name):
    (book / "chapters/two.py").write_text(LOUD.format(verdict="CONFIRMED").replace('"loud"', f'"{name}"'))
    (fault,) = refused(book)
    assert fault.startswith("chapters/")
    assert f"registers the condition {name!r}, which " in fault


def test_a_book_without_chapters_and_without_a_ledger_has_no_claims(book):
    (book / LEDGER).unlink()
    (book / "chapters/shouts.py").write_text("raise ValueError('nobody asks for this')\n")
    assert verdicts(book) == {}
    assert claims.changed(wavebook.open_study(book)) == []


def test_chapters_need_no_file_that_makes_them_a_package(book):
    (book / "chapters/__init__.py").unlink()
    assert verdicts(book)["one"].verdict == claims.CONFIRMED
