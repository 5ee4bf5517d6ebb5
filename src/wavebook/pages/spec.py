"""Reads `notebooks/pages.yml`: which notebook with which parameters makes which page."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import nbformat
from nbformat import NotebookNode
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from wavebook.pages import parameters
from wavebook.study import Fault, Item, Refused, Wave, refuse
from wavebook.study.files import read_yaml

PAGES = "notebooks/pages.yml"


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid")

    notebook: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    title: Annotated[str, Field(min_length=1, pattern=r"^[^\n]+$")]
    parameters: dict[str, Any] = {}


_PAGE_ID: TypeAdapter[str] = TypeAdapter(Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")])


@dataclass(frozen=True)
class Page:
    """One page of the book: one notebook with one set of parameters."""

    id: str
    title: str
    notebook: str
    source: NotebookNode
    parameters: dict[str, Any]


def load_pages(root: Path) -> list[Page]:
    """Load all pages and hold their parameters against what the notebooks declare.

    Raises
    ------
    Refused
        With every fault, each naming the line of `pages.yml`, the page and the parameter.
    """
    data, line_of = read_yaml(root / PAGES, PAGES)
    faults: list[Fault] = []
    pages: list[Page] = []
    schemas: dict[str, tuple[NotebookNode, dict[str, parameters.Parameter]] | None] = {}
    for id_, value in data.items():
        try:
            _PAGE_ID.validate_python(id_)
            entry = _Entry.model_validate(value)
        except ValidationError as error:
            for found in error.errors():
                keys = (id_, *found["loc"])
                what = f"page {id_}: {'.'.join(map(str, found['loc']))} {found['msg'][0].lower()}{found['msg'][1:]}"
                faults.append(Fault(f"{PAGES}:{line_of(keys)}", what))
            continue
        name = f"notebooks/{entry.notebook}.ipynb"
        if name not in schemas:
            try:
                notebook = _read_notebook(root / name, name)
                schemas[name] = notebook, parameters.declared(notebook, name)
            except Refused as refused:
                schemas[name] = None
                faults.extend(refused.faults)
        schema = schemas[name]
        if schema is None:
            continue
        source, declared = schema
        for parameter, wrong in parameters.check(declared, entry.parameters):
            where = f"{PAGES}:{line_of((id_, 'parameters', parameter))}"
            faults.append(Fault(where, f"page {id_}, parameter {parameter}: {wrong}"))
        pages.append(Page(id_, entry.title, name, source, entry.parameters))
    if faults:
        raise Refused(faults)
    return pages


def _read_notebook(path: Path, name: str) -> NotebookNode:
    try:
        return nbformat.read(path, as_version=4)
    except FileNotFoundError:
        raise refuse(name, "the notebook is not there") from None
    except Exception as error:  # noqa: BLE001 - nbformat raises many kinds for a file that is no notebook
        raise refuse(name, f"not a notebook: {str(error).splitlines()[0]}") from None


def check_id(name: str) -> None:
    """Refuse a name that is not in kebab-case."""
    try:
        _PAGE_ID.validate_python(name)
    except ValidationError:
        raise refuse(name, "use lower-case words and numbers joined by hyphens, such as cab-kz-2017-1") from None


def names_wave(page: Page, wave: Wave) -> bool:
    """Whether a page's parameters name a wave, or its series and country."""
    own = {"series": wave.series, "country": wave.country}
    return page.parameters.get("wave") == wave.id or all(
        name in page.parameters and page.parameters[name] == value for name, value in own.items()
    )


def figure_showing(page: Page, wave: Wave, item: Item, answer: tuple[str, str, str]) -> str | None:
    """The figure of a page on which an estimate stands, as the page's parameters tell.

    `answer` is the item's id, the response, and the division into groups, empty for all respondents.
    """
    given, (key, response, by) = page.parameters, answer
    if page.notebook == "notebooks/respondents.ipynb" and given["wave"] == wave.id:
        if by:
            return f"{wave.id}-groups" if (key, response) == (given["item"], given["response"]) else None
        return f"{wave.id}-estimates" if response in item.quoted else None
    if (
        page.notebook == "notebooks/trend.ipynb"
        and not by
        and given.get("item") == key
        and response in given.get("responses", [response])
    ):
        return str(given["figure"])
    return None
