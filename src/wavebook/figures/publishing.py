"""Puts a chart on a page as a figure: numbered, captioned, described, drawn without scripts, and recorded for citing.

A notebook calls `publish`, which emits the drawing together with a record of all that belongs to it. Once the page has
run, `lift` takes the records out, puts caption and alternative text where MyST-NB looks for them, so that Sphinx
numbers the figure and any page can refer to it by its id, and adds below each figure what a reader may do with it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from wavebook.figures.drawing import draw
from wavebook.figures.record import FigureRecord, Source
from wavebook.figures.toolbar import toolbar_html

if TYPE_CHECKING:
    import pandas as pd

FIGURE_MIME = "application/vnd.wavebook.figure+json"
SVG = "image/svg+xml"
STAMP = "Synthetic data"
SYNTHETIC = "made up to show the machine at work; no respondent was ever asked."
_KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_INTERVALS = (("lower", "upper"), ("low", "high"))
_DIGITS = 6  # of numbers in a drawing: finer than any pixel, coarser than what differs between machines


class FigureFault(ValueError):
    """Figures of a page that cannot be told apart, and the cell (counted from 1) where that is so."""

    def __init__(self, cell: int, what: str) -> None:
        self.cell, self.what = cell, what
        super().__init__(f"cell {cell}: {what}")


class Lifted(NamedTuple):
    """A figure as it left a page: its record, its drawing, and the number of the cell that published it."""

    record: FigureRecord
    svg: str
    cell: int


class Figure:
    """A figure as a notebook shows it: its record, and its drawing where nobody else draws it.

    The kernels of a build leave the drawing to `lift`; in a notebook that is open before a person it is seen at once.
    """

    def __init__(self, record: FigureRecord) -> None:
        self.record = record

    def __repr__(self) -> str:
        return f"figure {self.record.id}: {self.record.title}"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return {FIGURE_MIME: self.record.to_dict()}

    def _repr_svg_(self) -> str:
        return draw(self.record.spec, "svg").decode()


def publish(
    chart: Any,
    *,
    id: str,  # noqa: A002 - the word of those who cite it
    title: str,
    caption: str,
    alt: str,
    data: pd.DataFrame,
    sources: Sequence[Source],
    keys: Sequence[str],
    values: Sequence[str],
    measured: Sequence[str] = (),
) -> None:
    """Show an Altair chart as a figure of the book.

    If anything in it is made up, the drawing, the caption and the alternative text say so, and so does the page's title.

    Parameters
    ----------
    chart
        An Altair chart.
    id
        The figure's permanent name, in kebab-case; `{numref}` refers to it from any page.
    title
        What it is about, in a line of plain text.
    caption
        MyST markdown. Text from outside must have gone through `escape`.
    alt
        What the chart shows, for those who do not see it.
    data
        The numbers as a table for readers, with columns named for them. A column of numbers is named by its unit (`per
        cent`) or ends in it (`difference, points`). An interval has two more: `lower` and `upper`, or `difference, lower`
        and `difference, upper`; with intervals the chart must draw some.
    sources
        The waves that the figure rests on.
    keys
        The columns of `data` that tell its rows apart.
    values
        The columns of `data` that hold what a row tells: of these a changelog says what they were and what they are.
    measured
        Sentences in plain text for the panel “How this was measured”, above the list of sources: waves with their
        respondents, modes and design effects, and whatever a caption of a few lines cannot hold. No markdown is read there.

    Raises
    ------
    ValueError
        If anything of this is missing or does not fit together.
    """
    from IPython.display import display

    texts = {"title": title, "caption": caption, "alt": alt}
    display(Figure(_record(chart, id, texts, data, sources, keys, values, measured)))


def _record(
    chart: Any,
    name: str,
    texts: dict[str, str],
    data: pd.DataFrame,
    sources: Sequence[Source],
    keys: Sequence[str],
    values: Sequence[str],
    measured: Sequence[str] = (),
) -> FigureRecord:
    if not _KEBAB.fullmatch(name):
        raise ValueError(f"figure id {name!r}: use lower-case words joined by hyphens")
    for what, text in texts.items():
        if not text.strip():
            raise ValueError(f"figure {name}: the {what} is empty")
    if isinstance(measured, str) or not all(sentence.strip() for sentence in measured):
        raise ValueError(f"figure {name}: measured must be a list of sentences")
    if not sources:
        raise ValueError(f"figure {name}: no source is named")
    if data.empty:
        raise ValueError(f"figure {name}: there are no data")
    intervals = _intervals(name, data)
    _check_columns(name, data, keys, values)
    if any(source.evidence == "synthetic" for source in sources):
        chart = chart.properties(title=STAMP)
        texts = {
            **texts,
            "caption": f"**{STAMP}:** {SYNTHETIC} {texts['caption']}",
            "alt": f"{STAMP}. {texts['alt']}",
        }
    spec = _steady(chart.to_dict())
    if any(data[column].notna().any() for column in intervals) and not _draws_intervals(spec):
        raise ValueError(f"figure {name}: its data have intervals (lower, upper), and the chart does not draw them")
    rows = tuple(tuple(_plain(cell) for cell in row) for row in data.itertuples(index=False))
    return FigureRecord(
        id=name,
        **texts,
        spec=spec,
        columns=tuple(map(str, data.columns)),
        rows=rows,
        sources=tuple(sources),
        keys=tuple(keys),
        values=tuple(values),
        measured=tuple(measured),
    )


def _intervals(name: str, data: pd.DataFrame) -> list[str]:
    """The columns with lower ends of intervals; each must have its upper ends."""
    there = set(map(str, data.columns))
    for one, other in (("lower", "upper"), ("upper", "lower")):
        for column in there:
            if re.fullmatch(rf"(.+, )?{one}", column) and column.removesuffix(one) + other not in there:
                raise ValueError(
                    f"figure {name}: the data have a column {column!r} and no column "
                    f"{column.removesuffix(one) + other!r}"
                )
    return [column for column in data.columns if re.fullmatch(r"(.+, )?lower", str(column))]


def _check_columns(name: str, data: pd.DataFrame, keys: Sequence[str], values: Sequence[str]) -> None:
    """Every key and value is a column, none is both, and the keys tell all rows apart."""
    for what, columns in (("keys", keys), ("values", values)):
        if isinstance(columns, str) or not columns:
            raise ValueError(f"figure {name}: {what} must be a list of columns of its data")
        if unknown := [column for column in columns if column not in data.columns]:
            raise ValueError(f"figure {name}: {what} name {unknown[0]!r}, which is no column of its data")
    if both := [column for column in keys if column in values]:
        raise ValueError(f"figure {name}: {both[0]!r} is among its keys and among its values")
    again = data.duplicated(list(keys))
    if again.any():
        alike = data.loc[again, list(keys)].iloc[0]
        said = ", ".join(f"{column} {cell!s}" for column, cell in alike.items() if str(cell))
        raise ValueError(f"figure {name}: its keys do not tell all rows apart; more than one has {said}")


def _steady(spec: dict[str, Any]) -> dict[str, Any]:
    """The specification without what differs between machines: last digits, and names made from them."""
    names = {name: f"data-{number}" for number, name in enumerate(spec.get("datasets", {}))}

    def steady(value: Any) -> Any:
        match value:
            case dict():
                return {names.get(key, key): steady(part) for key, part in value.items()}
            case list():
                return [steady(part) for part in value]
            case float():
                return round(value, _DIGITS)
            case str():
                return names.get(value, value)
        return value

    made: dict[str, Any] = steady(spec)
    return made


def _draws_intervals(spec: dict[str, Any]) -> bool:
    fields = set(re.findall(r'"field": "(\w+)"', json.dumps({**spec, "datasets": {}})))
    return any({low, high} <= fields for low, high in _INTERVALS)


def _plain(cell: Any) -> Any:
    import pandas as pd  # not above: a build takes figures out of pages, and makes none

    if cell is None or pd.isna(cell):
        return None
    if hasattr(cell, "item"):
        cell = cell.item()
    return round(cell, _DIGITS) if isinstance(cell, float) else cell if isinstance(cell, int | bool) else str(cell)


def lift(notebook: NotebookNode) -> list[Lifted]:
    """Take what `publish` recorded out of a page, draw it, and put caption, description and tools where readers find them.

    Raises
    ------
    FigureFault
        If a cell publishes two figures (MyST-NB has one caption a cell) or an id occurs twice.
    """
    lifted: list[Lifted] = []
    cells: list[NotebookNode] = []
    for number, cell in enumerate(notebook.cells, 1):
        cells.append(cell)
        outputs = [output for output in cell.get("outputs", []) if FIGURE_MIME in output.get("data", {})]
        if len(outputs) > 1:
            raise FigureFault(number, f"publishes {len(outputs)} figures: give each a cell of its own")
        for output in outputs:
            record = FigureRecord.from_dict(output["data"].pop(FIGURE_MIME))
            if any(other.record.id == record.id for other in lifted):
                raise FigureFault(number, f"figure {record.id!r} is published twice")
            cell.metadata["mystnb"] = {
                "figure": {"name": record.id, "caption": record.caption},
                "image": {"alt": record.alt},
            }
            svg = output["data"].get(SVG) or draw(record.spec, "svg").decode()
            output["data"] = NotebookNode({SVG: svg})
            lifted.append(Lifted(record, svg, number))
            cells.append(
                new_markdown_cell(f"```{{raw}} html\n{toolbar_html(record)}\n```", id=f"tools-{len(lifted):02d}")
            )
    notebook.cells = cells
    return lifted


def escape(text: str) -> str:
    """Make text from outside harmless in markdown: it is shown as it stands, never read as markup."""
    return re.sub(r"([\\`*_{}\[\]()#+!|<>$&~^:@\"'-])", lambda m: f"&#{ord(m[1])};", text)
