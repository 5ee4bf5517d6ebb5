"""The parameters cell of a notebook, read as a schema.

A notebook declares what it takes in the cell tagged `parameters`, one annotated name a line::

    wave: str                       # has to be given
    responses: list[str] | None = None

Nothing of it is run: the cell is read as a syntax tree, so that a wrong parameter is found before a kernel starts.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode
from pydantic import ConfigDict, TypeAdapter, ValidationError

from wavebook.study import Fault, Refused, refuse

_SCALARS: dict[str, type] = {"str": str, "int": int, "float": float, "bool": bool}


@dataclass(frozen=True)
class Parameter:
    """One declared parameter: its type as written, a validator for it, and whether it must be given."""

    name: str
    written: str
    type: TypeAdapter[Any]
    required: bool


def declared(notebook: NotebookNode, name: str) -> dict[str, Parameter]:
    """Read the schema of a notebook.

    Parameters
    ----------
    notebook, name
        The notebook and what to call it in a message.

    Raises
    ------
    Refused
        If there is not exactly one parameters cell, or a line of it is not an annotated name.
    """
    cells = [cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])]
    if len(cells) != 1:
        raise refuse(name, f"{len(cells)} cells are tagged `parameters`; exactly one must be")
    try:
        tree = ast.parse(cells[0].source)
    except SyntaxError as error:
        raise refuse(f"{name}, parameters cell, line {error.lineno}", f"not Python: {error.msg}") from None
    found: dict[str, Parameter] = {}
    faults: list[Fault] = []
    for statement in tree.body:
        where = f"{name}, parameters cell, line {statement.lineno}"
        if not isinstance(statement, ast.AnnAssign) or not isinstance(statement.target, ast.Name):
            faults.append(Fault(where, "write `name: type` or `name: type = default`, nothing else"))
            continue
        written = ast.unparse(statement.annotation)
        try:
            adapter = TypeAdapter(_type(statement.annotation), config=ConfigDict(strict=True))
        except ValueError:
            faults.append(Fault(where, f"type {written!r}; known: str, int, float, bool, list[…], … | None"))
            continue
        parameter = Parameter(statement.target.id, written, adapter, statement.value is None)
        if statement.value is not None:
            faults.extend(_check_default(parameter, statement.value, where))
        found[parameter.name] = parameter
    if faults:
        raise Refused(faults)
    return found


def check(parameters: dict[str, Parameter], given: dict[str, Any]) -> list[tuple[str, str]]:
    """Hold given values against a schema; return (parameter, what is wrong) for each that does not fit."""
    wrong = [
        (name, f"unknown parameter; the notebook takes {', '.join(parameters) or 'none'}")
        for name in given
        if name not in parameters
    ]
    for parameter in parameters.values():
        if parameter.name not in given:
            if parameter.required:
                wrong.append((parameter.name, f"missing; the notebook needs a {parameter.written}"))
        elif not _fits(parameter, given[parameter.name]):
            wrong.append((parameter.name, f"{given[parameter.name]!r} is not a {parameter.written}"))
    return wrong


def _fits(parameter: Parameter, value: Any) -> bool:
    try:
        parameter.type.validate_python(value)
    except ValidationError:
        return False
    return True


def _check_default(parameter: Parameter, value: ast.expr, where: str) -> list[Fault]:
    try:
        default = ast.literal_eval(value)
    except ValueError:
        return [Fault(where, f"the default of {parameter.name} must be a plain value")]
    if not _fits(parameter, default):
        return [Fault(where, f"the default {default!r} of {parameter.name} is not a {parameter.written}")]
    return []


def _type(node: ast.expr) -> Any:
    match node:
        case ast.Name(id=name) if name in _SCALARS:
            return _SCALARS[name]
        case ast.Subscript(value=ast.Name(id="list"), slice=inner):
            return list[_type(inner)]  # type: ignore[misc]
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _type(left) | _type(right)
        case ast.Constant(value=None):
            return None
    raise ValueError(ast.unparse(node))
