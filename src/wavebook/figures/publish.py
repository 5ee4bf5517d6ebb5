"""Puts a chart on a page as a figure: numbered, captioned, described, drawn without scripts.

A notebook calls `publish`, which emits the drawing together with a record of what belongs to it. Once the page has
run, `lift` moves that record to where MyST-NB looks for captions and alternative texts, so that Sphinx numbers the
figure and any page can refer to it by its id.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode

RECORD = "application/vnd.wavebook.figure+json"
SVG = "image/svg+xml"
STAMP = "Synthetic data"
SYNTHETIC = "made up to show the machine at work; no respondent was ever asked."
_KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Figure:
    """A figure as it left a page: its permanent id, alternative text and drawing, and whether its data are made up."""

    id: str
    alt: str
    svg: str
    synthetic: bool


def publish(chart: Any, *, id: str, caption: str, alt: str, synthetic: bool = False) -> None:  # noqa: A002 - the word of those who cite it
    """Show an Altair chart as a figure of the book.

    Parameters
    ----------
    chart
        An Altair chart.
    id
        The figure's permanent name, in kebab-case; `{numref}` refers to it from any page.
    caption
        MyST markdown. Text from outside must have gone through `escape`.
    alt
        What the chart shows, for those who do not see it.
    synthetic
        Whether anything in it is made up. Then drawing, caption and alternative text say so, and so does the title
        of the page.
    """
    import vl_convert
    from altair import SCHEMA_VERSION
    from IPython.display import display

    if not _KEBAB.fullmatch(id):
        raise ValueError(f"figure id {id!r}: use lower-case words joined by hyphens")
    for name, text in (("caption", caption), ("alt", alt)):
        if not text.strip():
            raise ValueError(f"figure {id}: the {name} is empty")
    if synthetic:
        chart = chart.properties(title=STAMP)
        caption, alt = f"**{STAMP}:** {SYNTHETIC} {caption}", f"{STAMP}. {alt}"
    version = ".".join(SCHEMA_VERSION.removeprefix("v").split(".")[:2])
    svg = vl_convert.vegalite_to_svg(chart.to_dict(), vl_version=version)
    display({SVG: svg, RECORD: {"id": id, "caption": caption, "alt": alt, "synthetic": synthetic}}, raw=True)


def lift(notebook: NotebookNode) -> list[Figure]:
    """Move what `publish` recorded into cell metadata, and return the figures of the page.

    Raises
    ------
    ValueError
        If a cell publishes two figures (MyST-NB has one caption a cell) or an id occurs twice.
    """
    figures: list[Figure] = []
    for number, cell in enumerate(notebook.cells, 1):
        records = [output for output in cell.get("outputs", []) if RECORD in output.get("data", {})]
        if len(records) > 1:
            raise ValueError(f"cell {number} publishes {len(records)} figures: give each a cell of its own")
        for output in records:
            record = output["data"].pop(RECORD)
            if any(figure.id == record["id"] for figure in figures):
                raise ValueError(f"cell {number}: figure {record['id']!r} is published twice")
            cell.metadata["mystnb"] = {
                "figure": {"name": record["id"], "caption": record["caption"]},
                "image": {"alt": record["alt"]},
            }
            figures.append(Figure(record["id"], record["alt"], output["data"][SVG], record["synthetic"]))
    return figures


def escape(text: str) -> str:
    """Make text from outside harmless in markdown: it is shown as it stands, never read as markup."""
    return re.sub(r"([\\`*_{}\[\]()#+!|<>$&~^:@\"'-])", lambda m: f"&#{ord(m[1])};", text)
