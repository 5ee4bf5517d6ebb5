"""A study of one question that a test makes for itself, as small as it can be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

SERIES = """\
lamp: {name: Lamplight, house: The Lamp, about: Made up., assumed_n: {value: 900, because: made up}}
"""
ITEMS = """\
items:
  moon: {title: The moon, asks: what the moon is like, responses: [bright, dim, gone], headline: {there: [bright, dim]}}
groups:
  age: {title: Age, levels: [young, old]}
"""
SOURCES = "@misc{almanac, title = {An almanac}, author = {Lamp, Ada}, year = 2021}\n"
WAVE = """\
series: lamp
country: {country}
fieldwork: {{start: {year}-05-01, end: {year}-05-31, known_to: month}}
mode: phone
population: adults
source: almanac
"""
CODEBOOK = """\
microdata:
  file: lamp-li-2021.csv
  access: made up
  codebook:
    design: {weights: wt}
    items:
      moon: {variable: Moon}
"""
HEADER = "wave,item,response,by,group,percent,n,source,locator,certainty,note"


def topline(wave: str, response: str, percent: str, by: str = "", group: str = "", n: str = "") -> str:
    """A line of a file of printed shares."""
    return f"{wave},moon,{response},{by},{group},{percent},{n},almanac,,read,"


def make_study(
    root: Path, toplines: Sequence[str] = (), files: Mapping[str, str] = {}, years: Sequence[int] = (2020, 2021, 2022)
) -> Path:
    """Write a study with a wave a year, lamp-li-YEAR in Liechtenstein, the printed shares given, and further files."""
    waves = {f"data/waves/lamp-li-{year}.yml": WAVE.format(country="LI", year=year) for year in years}
    written = {
        "_config.yml": "title: Moons\nauthor: Ada Lamp\n",
        "book/references.bib": SOURCES,
        "data/series.yml": SERIES,
        "data/items.yml": ITEMS,
        "data/published/lamp.csv": "\n".join([HEADER, *toplines, ""]),
        **waves,
        **files,
    }
    for name, text in written.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root
