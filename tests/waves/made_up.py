"""Respondent files made in memory, for tests of what comes after reading."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd

from wavebook.study import Codebook, Wave
from wavebook.waves.readers import RespondentFile


def make_file(columns: dict[str, list[Any]], **more: Any) -> RespondentFile:
    """A file as the readers give it: texts as categories, numbers as floats."""
    frame = pd.DataFrame(
        {
            name: pd.Series(values, dtype=float)
            if all(v is None or isinstance(v, int | float) for v in values)
            else pd.Categorical(values)
            for name, values in columns.items()
        }
    )
    given = {"labels": {}, "codes": {}, "declared_missing": {}, "notes": (), "first_row": 2, "synthetic": False}
    return RespondentFile(name="wave.csv", sha256="0" * 64, frame=frame, **{**given, **more})


def make_codebook(**changes: Any) -> Codebook:
    """A codebook of one item and one group."""
    plain = {
        "design": {},
        "items": {
            "opinion": {"variable": "Q1", "categories": {"good": "Good", "bad": "Bad", "don't know": "DK (vol.)"}}
        },
    }
    return Codebook.model_validate(plain | changes)


def make_wave(**changes: Any) -> Wave:
    """A wave with what has to be said of it."""
    plain = {
        "id": "house-li-2026-1",
        "series": "house",
        "country": "LI",
        "fieldwork": {"start": dt.date(2026, 5, 1), "end": dt.date(2026, 5, 31), "known_to": "day"},
        "mode": "phone",
        "population": "adults 18+",
        "source": "house-2026",
    }
    return Wave.model_validate(plain | changes)
