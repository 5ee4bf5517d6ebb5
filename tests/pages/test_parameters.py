import pytest
from nbformat.v4 import new_code_cell, new_notebook

from wavebook.pages import parameters
from wavebook.study import Refused


def notebook(source, tags=("parameters",)):
    return new_notebook(cells=[new_code_cell(source, metadata={"tags": list(tags)})])


SOURCE = "wave: str\nn: int = 3\nlevel: float = 0.95\nby: list[str] | None = None\nbold: bool = False  # why"


def check(**given):
    return parameters.check(parameters.declared(notebook(SOURCE), "n.ipynb"), given)


@pytest.mark.parametrize(
    "given",
    [{"wave": "a"}, {"wave": "a", "n": 4, "level": 1, "by": ["x"], "bold": True}, {"wave": "a", "by": None}],
)
def test_what_fits_passes(given):
    assert check(**given) == []


@pytest.mark.parametrize(
    ("given", "parameter", "message"),
    [
        ({}, "wave", "missing; the notebook needs a str"),
        ({"wave": "a", "wvae": "b"}, "wvae", "unknown parameter; the notebook takes wave, n, level, by, bold"),
        ({"wave": 3}, "wave", "3 is not a str"),
        ({"wave": "a", "n": "3"}, "n", "'3' is not a int"),
        ({"wave": "a", "n": 3.5}, "n", "3.5 is not a int"),
        ({"wave": "a", "n": True}, "n", "True is not a int"),
        ({"wave": "a", "by": "age"}, "by", "'age' is not a list[str] | None"),
        ({"wave": "a", "by": [1]}, "by", "[1] is not a list[str] | None"),
        ({"wave": None}, "wave", "None is not a str"),
    ],
)
def test_what_does_not_fit_is_named(given, parameter, message):
    assert check(**given) == [(parameter, message)]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("wave = 'a'", "write `name: type`"),
        ("import os", "write `name: type`"),
        ("wave: Wave", "type 'Wave'; known: str"),
        ("wave: dict[str, int]", "known: str"),
        ("n: int = 'three'", "the default 'three' of n is not a int"),
        ("n: int = f()", "the default of n must be a plain value"),
        ("n: int =", "line 1: not Python"),
    ],
)
def test_a_cell_that_is_no_schema_is_refused(source, message):
    with pytest.raises(Refused, match="parameters cell, line 1") as refused:
        parameters.declared(notebook(source), "n.ipynb")
    assert message in str(refused.value)


def test_a_notebook_has_exactly_one_parameters_cell():
    with pytest.raises(Refused, match="0 cells are tagged"):
        parameters.declared(notebook("x: int", tags=()), "n.ipynb")
