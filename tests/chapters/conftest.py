"""A made-up book of one town, so that what the chapters say is tested on data of their own. Nobody was asked."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import wavebook
from chapters.meetings.record import MEETINGS, read_meetings
from wavebook.estimates.disclosure import Answers, Count, Withheld, withhold
from wavebook.survey import Design, answer_shares, logit, mediation

BIB = "".join(f"@misc{{{key},\n  title = {{{key.title()}}},\n  year = {{2020}}\n}}\n" for key in ("poll", "paper"))
SERIES = "poll:\n  name: Town Poll\n  house: Town House\n  about: A poll of the town.\n"
ITEMS = """
items:
  opinion-tram:
    title: Opinion of the tram
    asks: what one thinks of the tram
    responses: [like, love, dislike]
    headline: {favourable: [like, love]}
  opinion-bus:
    title: Opinion of the bus
    asks: what one thinks of the bus
    responses: [like, dislike]
  language:
    title: Language of the interview
    asks: in which language one was asked
    responses: [High, Low]
groups:
  age:
    title: Age
    levels: ["18-29", "30-59", "60+"]
  street:
    title: Street
    levels: [upper, lower]
  news:
    title: Main source of news
    levels: [town crier, anything else]
  language:
    title: Language of the interview
    levels: [High, Low]
"""
WAVE = """
series: poll
country: LU
fieldwork: {{start: {0}-05-01, end: {0}-05-31, known_to: month}}
mode: phone
n: 1000
deff: 1.5
certainty: {{deff: read}}
population: adults
sampling: random numbers
source: poll
problems: []
"""
PUBLISHED = """wave,item,response,by,group,percent,n,source,locator,certainty,note
town-2020,opinion-tram,like,,,40,1000,poll,,read,
town-2020,opinion-tram,dislike,,,30,1000,poll,,read,
town-2020,opinion-tram,like,language,High,50,,poll,,read,
town-2020,opinion-tram,like,language,Low,30,,poll,,read,
town-2020,language,High,,,60,1000,poll,,read,
town-2021,opinion-tram,like,,,36,1000,paper,,article,
town-2021,opinion-tram,dislike,,,34,1000,poll,,read,
town-2021,language,High,,,40,1000,poll,,read,
town-2021,opinion-tram,like,age,18-29,22,,poll,,read,
town-2021,opinion-tram,like,age,60+,41,,poll,,read,
town-2022,opinion-tram,like,,,35,1000,poll,,read,
"""


@pytest.fixture(scope="package")
def people():
    """Respondents who never were: the old like the tram more, and those who hear the town crier more still."""
    rng = np.random.default_rng(7)
    n = 1600
    number = rng.integers(18, 80, n)
    hears = rng.random(n) < 0.1 + 0.1 * (number > 59)
    likes = rng.random(n) < 0.3 + 0.004 * number + 0.15 * hears
    return pd.DataFrame(
        {
            "psu": np.arange(n) // 10,
            "age_number": number,
            "age": pd.cut(number, [17, 29, 59, 99], labels=["18-29", "30-59", "60+"]).astype(str),
            "age__60": (number > 59).astype(float),
            "street": np.where(rng.random(n) < 0.5, "upper", "lower"),
            "news": np.where(hears, "town crier", "anything else"),
            "news__town_crier": hears.astype(float),
            "opinion-tram": np.where(likes, np.where(rng.random(n) < 0.4, "love", "like"), "dislike"),
            "opinion_tram__favourable": likes.astype(float),
            "language": np.where(np.arange(n) % 10 < 2 + 5 * likes, "High", "Low"),
            "opinion-bus": np.where(rng.random(n) < 0.004, "like", "dislike"),
        }
    )


@pytest.fixture(scope="package")
def study(tmp_path_factory, people):
    """The book's study; of its wave of 2020 there are respondents."""
    root = tmp_path_factory.mktemp("town")
    files = {
        "_config.yml": "title: Town\n",
        "book/references.bib": BIB,
        "data/series.yml": SERIES,
        "data/items.yml": ITEMS,
        "data/published/poll.csv": PUBLISHED,
        **{f"data/waves/town-{year}.yml": WAVE.format(year) for year in (2020, 2021, 2022)},
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    made = wavebook.open_study(root)
    made.check()
    made._asked["town-2020"] = Answering(made.described("town-2020"), people, made.items)
    return made


class Answering(SimpleNamespace):
    """Answers what chapters ask of a wave, out of a frame in memory."""

    def __init__(self, described, frame, items):
        super().__init__(described=described, evidence="synthetic", design=Design(frame, psu="psu"), items=items)

    def _asked(self, item, by, answers):
        """As much of each group as it can have by itself; the engine's own tests look after what follows together."""
        by = [by] if isinstance(by, str) else list(by or [])
        held = [str(name) for name in self.design.data[item].unique()]
        known = Answers.of(self.items[item], held)
        shares = answer_shares(self.design, item, known.parts, by=by or None)
        told, withheld = {}, []
        for levels, rows in shares.table.groupby(by) if by else [((), shares.table)]:
            counts = {row.response: Count(row.cell, row.cell) for row in rows.itertuples() if row.response in held}
            group = ", ".join(map(str, levels))
            told[group] = known.finest(counts, asked=answers or ())
            few = sum(count.n for count in counts.values()) < 30
            left = [name for name in answers or known.parts if name not in told[group]]
            withheld += [Withheld(group, "", "few")] if few else [Withheld(group, name) for name in left]
        return withhold(shares, by, told), tuple(withheld)

    def shares(self, item, by=None, answers=None):
        return self._asked(item, by, answers)[0]

    def withheld(self, item, by=None, answers=None):
        return self._asked(item, by, answers)[1]

    def exempted(self, item, by=None):
        return ()

    def logit(self, formula, shown=()):
        model = logit(self.design, formula)
        return model.showing(shown) if shown else model

    def mediation(self, outcome, exposure, mediator, covariates=()):
        return mediation(self.design, outcome, exposure, mediator, list(covariates))


@pytest.fixture
def with_record(tmp_path):
    """A folder with a record of meetings that does not grow with the book's."""
    (tmp_path / MEETINGS).parent.mkdir()
    shutil.copy(Path(__file__).with_name("meetings.csv"), tmp_path / MEETINGS)
    return tmp_path


@pytest.fixture
def meetings(with_record):
    return read_meetings(with_record)
