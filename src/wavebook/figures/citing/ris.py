"""Citations in RIS, which most reference managers read."""

from __future__ import annotations

from typing import Any

import rispy

from wavebook.figures.citing.cited import Cited, items_of, year_of
from wavebook.figures.citing.references import KINDS, Item

RIS_TYPES = {"figure": "FIGURE", "document": "GEN", **dict(KINDS.values())}
RIS_FIELDS = {
    "title": "title",
    "container-title": "secondary_title",
    "edition": "edition",
    "publisher": "publisher",
    "volume": "volume",
    "issue": "number",
    "DOI": "doi",
}


class _Unnumbered(rispy.RisWriter):
    """Begins a record with TY, as the format wants it, and not with a number."""

    def set_header(self, count: int) -> str:  # noqa: ARG002 - rispy's signature
        return ""


def ris(cited: Cited) -> str:
    """Write a figure and its sources as records."""
    return rispy.dumps([_ris_record(item) for item in items_of(cited)], implementation=_Unnumbered)


def _ris_record(item: Item) -> dict[str, Any]:
    first, _, last = item.get("page", "").partition("-")
    date = item.get("issued", {}).get("date-parts", [[]])[0]
    record = {
        "type_of_reference": RIS_TYPES[item["type"]],
        "id": item["id"],
        "authors": [", ".join(name.values()) for name in item.get("author", [])],
        **{name: item.get(variable) for variable, name in RIS_FIELDS.items()},
        "start_page": first,
        "end_page": last.strip("-"),
        "year": year_of(item),
        "date": "/".join(f"{part:02}" for part in date) if len(date) == 3 else None,
        "notes": [item["note"]] if "note" in item else [],
        "urls": [item["URL"]] if "URL" in item else [],
    }
    return {name: value for name, value in record.items() if value}
