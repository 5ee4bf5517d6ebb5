"""Figures made in memory, for tests of what comes after publishing."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

from wavebook.figures.editions import MADE, Version
from wavebook.figures.record import FigureRecord, Provenance, Source
from wavebook.site import release as site_release

SOURCE = Source(
    wave="hill-li-2023-5",
    series="Hill Poll",
    house="Hill Poll",
    place="Liechtenstein",
    fieldwork="25 April – 23 May 2023",
    mode="phone",
    n="1,500",
    question="“What is your opinion?”",
    evidence="published",
    key="gazette2023",
)
PROVENANCE = Provenance(
    page="li-ferry-trend",
    notebook="notebooks/trend.ipynb",
    cell=6,
    parameters={"series": "hill"},
    inputs={"data/items.yml": "0" * 64},
    engine="0.1.0",
    python="3.12.1",
    lock="1" * 64,
)
COLUMNS = ("answer", "wave", "time", "per cent", "lower", "upper")


def make_figure(**changes: Any) -> FigureRecord:
    """A figure of two waves."""
    rows = (
        ("favourable", "w-1", "autumn 2022", "48", 44.7, 51.3),
        ("favourable", "w-2", "spring 2023", "58", 54.7, 61.2),
    )
    plain: dict[str, Any] = {
        "id": "li-ferry-trend",
        "title": "Opinion of the ferry, Liechtenstein",
        "caption": "Shares. Evidence: published, {cite:t}`gazette2023`.",
        "alt": "Line chart. 48% in autumn 2022, 58% in spring 2023.",
        "spec": {
            "$schema": "https://vega.github.io/schema/vega-lite/v6.1.0.json",
            "mark": "point",
            "data": {"values": []},
        },
        "columns": COLUMNS,
        "rows": rows,
        "sources": (SOURCE,),
        "keys": ("wave", "answer"),
        "values": ("per cent",),
    }
    return FigureRecord(**plain | changes)


def make_version(figure: FigureRecord | None = None, **changes: Any) -> Version:
    """A draft of a figure."""
    given = {"figure": figure or make_figure(), "provenance": PROVENANCE, "page_title": "A page"}
    return Version(**given | changes)


def lay(root: Path, *figures: FigureRecord) -> None:
    """Put figures where executed pages leave them, in the place of those that are there; and a book around them."""
    folder = root / MADE
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        path.unlink()
    for figure in figures:
        (folder / f"{figure.id}.json").write_text(json.dumps(make_version(figure).to_dict()), encoding="utf-8")
        (folder / f"{figure.id}.svg").write_text(DRAWING, encoding="utf-8")
    for name, text in BOOK.items():
        if not (root / name).exists():
            (root / name).write_text(text, encoding="utf-8")


def release(root: Path, edition: str, date: dt.date | None = None, **changes: Any) -> tuple[str, ...]:
    """Release the figures that are there."""
    given = {"releaser": "Mai Ng <mai@example.org>", **changes}
    return site_release.release(root, site_release.Release(edition, date or DAY, **given))


DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="3"><path d="M0 0h4"/></svg>\n'
BOOK = {
    "CITATION.cff": "cff-version: 1.2.0\nmessage: Cite it.\ntitle: A book\nauthors:\n  - name: The makers\nversion: 0.1.0\n",
    "book/references.bib": "@misc{gazette2023, author = {{The Gazette}}, title = {Of ferries}, year = 2023}\n",
}
DAY = dt.date(2026, 11, 23)
