"""Computes estimates from a respondent file that is on this machine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from importlib.metadata import version
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

import pandas as pd

from wavebook.estimates.attack.truth import Truth
from wavebook.estimates.disclosure import RULE, Answers, Exempted, Table, Told, Withheld, withhold
from wavebook.estimates.formulas import NUMBER, slug, variable
from wavebook.estimates.models import check_mediation, check_model, check_ordinal
from wavebook.estimates.records import EstimateRecord, codebook_digest, rounded
from wavebook.estimates.suppression import Exempt, Plan
from wavebook.study import Codebook, Exemption, Item, Study, Wave, refuse
from wavebook.survey import (
    Design,
    Result,
    SurveyError,
    answer_shares,
    independence,
    logit,
    mediation,
    one_otherwise,
    ordinal,
)
from wavebook.waves.coding import CodedWave, code_wave
from wavebook.waves.readers import RespondentFile

_SPOKE = "gave an opinion"  # no formula can name it


class Estimate(NamedTuple):
    """A result that may leave the machine, what was withheld from it, and what it tells against the rule."""

    result: Result
    withheld: tuple[Withheld, ...] = ()
    exempted: tuple[Exempted, ...] = ()


class Respondents:
    """The respondents of one wave, in the study's words, with their design.

    What is asked of it goes through the rules of disclosure before it is returned.
    """

    def __init__(self, study: Study, wave: Wave, codebook: Codebook, file: RespondentFile, coded: CodedWave) -> None:
        self.study, self.wave, self.codebook, self.file, self.coded = study, wave, codebook, file, coded
        self._exempt: dict[tuple[str, bool], Exempt] = {}
        self._plans: dict[tuple[str, tuple[Table, ...], frozenset[Table]], Plan] = {}

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

    @cached_property
    def truth(self) -> Truth:
        """The respondents as the attack on published estimates knows them."""
        return Truth.of(self)

    @cached_property
    def exemptions(self) -> Mapping[str, Exemption]:
        """What is shown of the wave against the rule of disclosure."""
        return self.study.exemptions(self.wave.id)

    def exempt(self, item: str, *, with_models: bool = False) -> Exempt:
        """What the exemptions let follow about one item: from shares, or from shares and models."""
        key = (item, with_models)
        if key not in self._exempt:
            self._exempt[key] = Exempt(self.truth, item, self.exemptions, with_models=with_models)
        return self._exempt[key]

    def plan(self, item: str, asked: Table, committed: Mapping[Table, Told]) -> Plan:
        """What is told of an item in a table, given what is told of others.

        The tables that are asked of every wave come first, in the order of the codebook, each held against those before
        it: what they tell does not depend on who asks when. A further table is held against all of them and against
        what is committed.
        """
        standard = [Table(), *(Table((group,)) for group in self.codebook.groups_of(item))]
        before = standard[: standard.index(asked)] if asked in standard else dict.fromkeys((*standard, *committed))
        tables = tuple(dict.fromkeys((*before, asked)))
        settled = {table: told for table, told in committed.items() if table in tables}
        key = (item, tables, frozenset(settled))
        if key not in self._plans:
            answers = Answers.of(self.study.items[item], list(self.coded.frame[item].cat.categories))
            self._plans[key] = Plan(self.truth, item, answers, tables, self.exempt(item), settled)
        return self._plans[key]

    def shares(
        self,
        item: str,
        by: Sequence[str],
        answers: Sequence[str] = (),
        committed: Mapping[Table, Told] = MappingProxyType({}),
    ) -> Estimate:
        """Shares of the answers to an item that can be told, by groups.

        Parameters
        ----------
        answers
            Answers of which no others are wanted.
        committed
            What is told already of other tables of the item.
        """
        self._check_held(item, by)
        held = self.answers(item)
        if unknown := [name for name in answers if name not in held]:
            raise refuse(f"{self.wave.id}, {item}", f"no answer {unknown[0]!r}; known: {', '.join(held)}")
        table = Table(tuple(by), tuple(answers))
        plan = self.plan(item, table, committed)
        wanted = {name: held[name] for name in answers or held}
        shares = answer_shares(self.design, item, wanted, by=list(by) or None)
        return Estimate(withhold(shares, by, plan.of(table)), plan.withheld(table), plan.exempted(table))

    def _check_held(self, item: str, by: Sequence[str]) -> None:
        """Refuse an item or a group that the codebook does not have."""
        asked = ((item, self.codebook.items, "item"), *((group, self.codebook.groups, "group") for group in by))
        for name, known, what in asked:
            if name not in known:
                raise refuse(f"data/waves/{self.wave.id}.yml", f"the codebook has no {what} {name!r}")

    def logit(
        self,
        formula: str,
        shown: Sequence[str] = (),
        penalty: Literal["firth"] | None = None,
        answered: str | None = None,
    ) -> Estimate:
        """A logistic regression; its variables are named as in `variables`."""
        frame, within = self.variables(formula), None
        if answered is not None:
            frame, within = frame.assign(**{_SPOKE: self._spoke(answered)}), _SPOKE
        model = logit(self._design_on(frame), formula, within=within, penalty=penalty)
        check_model(self, model, formula, shown)
        return Estimate(model.showing(shown) if shown else model)

    def _spoke(self, item: str) -> pd.Series:
        """Who gave an opinion in an item."""
        self._check_held(item, [])
        silence = self.study.items[item].silence
        if not silence:
            raise refuse(f"data/items.yml, {item}", "has no `silence`: nothing says which responses are no opinion")
        column = self.coded.frame[item]
        return column.notna() & ~column.isin(silence)

    def ordinal(self, formula: str, shown: Sequence[str] = ()) -> Estimate:
        """A proportional-odds model of an item's responses in the order of the study, of those who gave an opinion.

        Only coefficients are kept: thresholds tell shares.
        """
        outcome = formula.partition("~")[0].strip()
        item = next((key for key in self.codebook.items if slug(key) == outcome), None)
        if item is None:
            raise refuse(f"{self.wave.id}, ordinal", f"{outcome}: no item; it is items that have answers in order")
        known, frame = self.study.items[item], self.coded.frame[item]
        in_order = [name for name in known.responses if name in frame.cat.categories and name not in known.silence]
        coded = self.variables(formula).assign(**{outcome: frame.cat.set_categories(in_order, ordered=True)})
        model = ordinal(self._design_on(coded), formula)
        check_ordinal(self, model, item, formula, shown)
        return Estimate(model.showing(shown or model.variables))

    def independence(self, item: str, by: str) -> Estimate:
        """Whether an item's responses are independent of a group.

        Only where all of the table is told: where one number of it is not, the test would tell that number.
        """
        self._check_held(item, [by])
        table = Table((by,))
        if withheld := self.plan(item, table, {}).withheld(table):
            first = ": ".join(filter(None, withheld[0][:2]))
            what = f"a test of all answers would tell what is withheld of some ({first})"
            raise refuse(f"{self.wave.id}, {item} by {by}", f"{what}; test an answer that is told, by a logit()")
        return Estimate(independence(self.design, item, by))

    def mediation(self, outcome: str, exposure: str, mediator: str, covariates: Sequence[str]) -> Estimate:
        """Natural direct and indirect effects."""
        frame = self.variables(" + ".join([outcome, exposure, mediator, *covariates]))
        check_mediation(self, frame, outcome, (exposure, mediator))
        return Estimate(mediation(self._design_on(frame), outcome, exposure, mediator, list(covariates)))

    def one_otherwise(self, formula: str, variable: str) -> Estimate:
        """What a comparison were worth had one answer more been another; told where the model itself may be."""
        design = self._design_on(self.variables(formula))
        check_model(self, logit(design, formula), formula, [variable])
        return Estimate(one_otherwise(design, formula, variable))

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
    """Fingerprint of all that says how a wave's file is read, and what of it is told."""
    codebook = wave.microdata.codebook if wave.microdata else None
    items = codebook.items if codebook else {}
    groups = codebook.groups if codebook else {}
    exempt = {
        name: exemption.model_dump(mode="json", include={"item", "by", "groups", "answers", "lets_follow"})
        for name, exemption in study.exemptions(wave.id).items()
    }
    known = {
        "items": {key: _words(study.items[key]) for key in items},
        "groups": {key: study.groups[key].levels for key in groups},
        "disclosure": [RULE, exempt],
    }
    only = {key: recode.only for key, recode in (*items.items(), *groups.items()) if recode.only is not None}
    if only:  # which tables there are decides how much each of them tells
        known["only"] = {key: sorted(names) for key, names in only.items()}
    return codebook_digest(wave, known)


def _words(item: Item) -> list[Any]:
    """What of an item decides which answers are told, and in which order they are wanted."""
    return [item.responses, item.headline, *([item.silence] if item.silence else [])]


def estimate(
    respondents: Respondents,
    function: str,
    arguments: dict[str, Any],
    codebook: str,
    committed: Mapping[Table, Told] = MappingProxyType({}),
) -> EstimateRecord:
    """Answer one question from the file, as the record that is kept of it."""
    further = {"committed": committed} if function == "shares" else {}
    try:
        found: Estimate = getattr(respondents, function)(**arguments, **further)
        result = rounded(found.result.to_dict())
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
        result=result,
        withheld=found.withheld,
        exempted=found.exempted,
    )
