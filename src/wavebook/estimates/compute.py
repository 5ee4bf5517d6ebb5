"""Computes estimates from a respondent file that is on this machine."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from importlib.metadata import version
from typing import Any

import pandas as pd

from wavebook.estimates.cells import FEWEST_RESPONDENTS
from wavebook.estimates.disclosure import Withheld, check_model, withhold
from wavebook.estimates.formulas import NUMBER, slug, variable
from wavebook.estimates.records import EstimateRecord, codebook_digest, rounded
from wavebook.study import Codebook, Study, Wave, refuse
from wavebook.survey import Design, Result, SurveyError, answer_shares, independence, logit, mediation
from wavebook.waves.coding import CodedWave, code_wave
from wavebook.waves.readers import RespondentFile

Estimate = tuple[Result, tuple[Withheld, ...]]
"""A result that may leave the machine, and what was withheld from it."""


class Respondents:
    """The respondents of one wave, in the study's words, with their design.

    What is asked of it goes through the rules of disclosure before it is returned.
    """

    def __init__(self, study: Study, wave: Wave, codebook: Codebook, file: RespondentFile, coded: CodedWave) -> None:
        self.study, self.wave, self.codebook, self.file, self.coded = study, wave, codebook, file, coded

    @classmethod
    def of(cls, study: Study, wave: Wave, file: RespondentFile) -> Respondents:
        """Code a file as the wave's codebook says."""
        codebook = wave.microdata.codebook if wave.microdata else None
        if codebook is None:
            raise refuse(f"data/waves/{wave.id}.yml", "microdata.codebook is missing: it says what the variables mean")
        coded = code_wave(file, codebook, dict(study.items), dict(study.groups))
        return cls(study, wave, codebook, file, coded)

    @property
    def kept_as(self) -> str:
        """The name under which the file is kept, whatever it was called when it came."""
        return self.wave.microdata.file if self.wave.microdata else self.file.name

    @cached_property
    def design(self) -> Design:
        """The design on all respondents, with a column for each item and group under its id."""
        return self._design_on(self.coded.frame)

    def _design_on(self, frame: pd.DataFrame) -> Design:
        known = self.codebook.design
        return Design(
            frame,
            weights="weight" if known.weights else None,
            strata="stratum" if known.strata else None,
            psu="psu" if known.psu else None,
            nest=known.nest,
        )

    def answers(self, item: str) -> dict[str, tuple[str, ...]]:
        """Responses that the file can hold, and the headline shares that can be made of them."""
        held = list(self.coded.frame[item].cat.categories)
        headline = self.study.items[item].headline
        whole = {name: parts for name, parts in headline.items() if set(parts) <= set(held)}
        return {**{response: (response,) for response in held}, **whole}

    def shares(self, item: str, by: Sequence[str]) -> Estimate:
        """Shares of all answers to an item, by groups."""
        for name, known, what in (
            (item, self.codebook.items, "item"),
            *((g, self.codebook.groups, "group") for g in by),
        ):
            if name not in known:
                raise refuse(f"data/waves/{self.wave.id}.yml", f"the codebook has no {what} {name!r}")
        return withhold(answer_shares(self.design, item, self.answers(item), by=list(by) or None), by)

    def logit(self, formula: str) -> Estimate:
        """A logistic regression; its variables are named as in `variables`."""
        model = logit(self._design_on(self.variables(formula)), formula)
        check_model(model, formula)
        return model, ()

    def independence(self, item: str, by: str) -> Estimate:
        """Whether an item's responses are independent of a group."""
        return independence(self.design, item, by), ()

    def mediation(self, outcome: str, exposure: str, mediator: str, covariates: Sequence[str]) -> Estimate:
        """Natural direct and indirect effects."""
        frame = self.variables(" + ".join([outcome, exposure, mediator, *covariates]))
        for name in (exposure, mediator):
            few = frame[name].value_counts().loc[lambda n: n < FEWEST_RESPONDENTS]
            if len(few):
                raise refuse(name, f"{few.index[0]}: fewer than {FEWEST_RESPONDENTS} respondents")
        return mediation(self._design_on(frame), outcome, exposure, mediator, list(covariates)), ()

    def variables(self, formula: str) -> pd.DataFrame:
        """The variables that a formula may name, as far as it does.

        With hyphens and spaces as underscores: each item and group by its id; `ITEM__ANSWER` and `GROUP__LEVEL` as
        true or false; `GROUP_number` for the number behind a group that was cut into bands.
        """
        frame = self.coded.frame
        made: dict[str, Any] = {name: frame[name] for name in ("weight", "stratum", "psu") if name in frame}
        for key in (*self.codebook.items, *self.codebook.groups):
            if slug(key) not in formula:
                continue
            column = frame[key]
            made[slug(key)] = column
            parts = (
                self.answers(key) if key in self.codebook.items else {name: (name,) for name in column.cat.categories}
            )
            for name, held in parts.items():
                made[variable(key, name)] = column.isin(held).astype(object).mask(column.isna())
            if key in self.coded.numbers:
                made[f"{slug(key)}{NUMBER}"] = self.coded.numbers[key]
        return pd.DataFrame(made)


def digest(study: Study, wave: Wave) -> str:
    """Fingerprint of all that says how a wave's file is read."""
    codebook = wave.microdata.codebook if wave.microdata else None
    items = codebook.items if codebook else {}
    groups = codebook.groups if codebook else {}
    known = {
        "items": {key: [study.items[key].responses, study.items[key].headline] for key in items},
        "groups": {key: study.groups[key].levels for key in groups},
    }
    return codebook_digest(wave, known)


def estimate(respondents: Respondents, function: str, arguments: dict[str, Any], codebook: str) -> EstimateRecord:
    """Answer one question from the file, as the record that is kept of it."""
    try:
        result, withheld = getattr(respondents, function)(**arguments)
    except SurveyError as error:
        raise refuse(f"{respondents.wave.id}, {function}", str(error)) from None
    return EstimateRecord(
        wave=respondents.wave.id,
        function=function,
        arguments=arguments,
        evidence="synthetic" if respondents.file.synthetic else "microdata",
        file=respondents.kept_as,
        sha256=respondents.file.sha256,
        codebook=codebook,
        engine=version("wavebook"),
        n=len(respondents.file.frame),
        df=float(respondents.design.df),
        result=rounded(result.to_dict()),
        withheld=withheld,
    )
