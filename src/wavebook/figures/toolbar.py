"""What a reader can do with a figure right where it stands: see its numbers and sources, take it along, cite it.

All of it is plain HTML that works without scripts; a script adds the button that makes the figure interactive.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from typing import Any

from wavebook.figures.record import FigureRecord

FORMS = {"svg": "SVG", "png": "PNG", "pdf": "PDF", "csv": "CSV", "json": "JSON"}
"""Forms in which a figure or its data can be downloaded, by the ending of the file's name."""

_ABOUT_SOURCES = ("house", "series", "wave", "place", "fieldwork", "mode", "n", "question", "evidence", "key")
_IN_SHORT = ("house", "wave", "question", "n", "mode", "evidence")
_SPACE = re.compile(r"\s+")


def toolbar_html(record: FigureRecord) -> str:
    """Write the row of tools that stands below a figure on the page that publishes it.

    It is one line and holds no backtick, so that it can stand in a `{raw} html` directive.
    """
    home = f"../figures/{_text(record.id)}"
    files = f"{home}/{record.version}/{_text(record.id)}"
    return (
        f'<div class="wb-tools" role="group" aria-label="{_text("Tools for the figure: " + record.title)}" '
        f'data-figure="{_text(record.id)}" data-spec="{files}.spec.js" data-bundle="../_static/vega-bundle.js">'
        f"{_folded('Data', data_table(record))}"
        f"{_folded('Download', _downloads(files))}"
        f'<a class="wb-tool" href="{home}/index.html#cite">Cite</a>'
        f"{_folded('How this was measured', measured(record) + sources_table(record, _IN_SHORT))}"
        "</div>"
    )


def data_table(record: FigureRecord) -> str:
    """Write the numbers of a figure as a table; every cell is text, whatever it holds."""
    return table(record.columns, record.rows, f"Data: {record.title}")


def measured(record: FigureRecord) -> str:
    """Write the sentences on how a figure was measured, each a paragraph."""
    return "".join(f"<p>{_text(sentence)}</p>" for sentence in record.measured)


def sources_table(record: FigureRecord, what: Sequence[str] = _ABOUT_SOURCES) -> str:
    """Write the surveys that a figure rests on as a table, with all that is known of them or the fields named."""
    columns = [name if name == "n" else name.capitalize() for name in what]
    rows = [[getattr(source, name) for name in what] for source in record.sources]
    return table(columns, rows, f"Sources: {record.title}")


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]], caption: str) -> str:
    """Write a table that scrolls in its own box where it is too wide, the first cell of each row as its heading."""
    head = "".join(f'<th scope="col">{_text(name)}</th>' for name in columns)
    body = "".join(f"<tr>{''.join(_cells(row))}</tr>" for row in rows)
    title = _text(caption)
    return (
        f'<div class="wb-table" role="region" aria-label="{title}" tabindex="0"><table><caption>{title}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _cells(row: Sequence[Any]) -> Iterable[str]:
    for number, cell in enumerate(row):
        yield f'<th scope="row">{_text(cell)}</th>' if number == 0 else f"<td>{_text(cell)}</td>"


def _downloads(files: str) -> str:
    links = (f'<li><a href="{files}.{ending}" download>{name}</a></li>' for ending, name in FORMS.items())
    return f'<ul class="wb-files">{"".join(links)}</ul>'


def _folded(name: str, content: str) -> str:
    return f'<details class="wb-tool"><summary>{name}</summary>{content}</details>'


def _text(value: Any) -> str:
    """Escape a text for an element or an attribute, on one line, without what would end a directive."""
    text = "" if value is None else _SPACE.sub(" ", str(value)).strip()
    return html.escape(text).replace("`", "&#96;")
