"""The estimates of one wave: computed where its respondent file is, read from `data/estimates/` where it is not."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, TypeVar

from wavebook.estimates.compute import Respondents, digest, estimate
from wavebook.estimates.disclosure import Exempted, Withheld
from wavebook.estimates.follows import check_follows
from wavebook.estimates.formulas import check_names
from wavebook.estimates.records import EstimateRecord, compare, read_record, record_path, records_of, write_record
from wavebook.study import Study, Wave, refuse
from wavebook.study.files import is_there
from wavebook.survey import Logit, Mediation, OneOtherwise, Ordinal, Result, Shares, Test
from wavebook.waves.readers import RespondentFile
from wavebook.waves.store import how_to_get, read_stored, stored_path

R = TypeVar("R", bound=Result)
Origin = Literal["computed", "read"]


class EstimatingStudy(Study):
    """The study as notebooks use it: its waves can be asked for estimates."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self._asked: dict[str, WaveEstimates] = {}

    def wave(self, wave: str) -> WaveEstimates:
        """Return one wave, or refuse a name that is not there."""
        if wave not in self._asked:
            self._asked[wave] = WaveEstimates(self, self.described(wave))
        return self._asked[wave]


class WaveEstimates:
    """What one wave says.

    Every method computes where the wave's respondent file is on this machine, and holds the result against the one
    that is committed in `data/estimates/`; where the file is not, it reads the committed one; where neither is
    there, it refuses and says how to get the file. Results are the same to the last bit either way.

    Attributes
    ----------
    described
        What is known of the wave.
    """

    def __init__(self, study: Study, described: Wave) -> None:
        self._study, self.described = study, described

    def __repr__(self) -> str:
        return f"{self.described.id}: {self.origin_words()}"

    @property
    def has_codebook(self) -> bool:
        """Whether it is known how to read this wave's respondent file."""
        return self.described.microdata is not None and self.described.microdata.codebook is not None

    @property
    def items(self) -> tuple[str, ...]:
        """Items that the codebook holds and of which shares can be had here."""
        return tuple(item for item in self._codebook("items") if self.has(item))

    @property
    def groups(self) -> tuple[str, ...]:
        """Groups that the codebook holds."""
        return tuple(self._codebook("groups"))

    def groups_of(self, item: str) -> tuple[str, ...]:
        """Groups that an item is estimated by as a matter of course."""
        microdata = self.described.microdata
        return microdata.codebook.groups_of(item) if microdata and microdata.codebook else ()

    @property
    def origin(self) -> Origin:
        """Whether estimates are computed here or read."""
        return "computed" if self._path else "read"

    def origin_words(self) -> str:
        """Say for a page where the estimates come from."""
        if self.origin == "computed":
            return (
                "computed from the respondent file on the machine that built this page, and equal to the committed "
                "estimates"
            )
        return "read from the committed estimates; the respondent file was not on the machine that built this page"

    @property
    def evidence(self) -> str:
        """What the estimates rest on, "microdata", or "synthetic" for a file that says it was made up."""
        return self.provenance.evidence

    @cached_property
    def provenance(self) -> EstimateRecord:
        """The record of the first item, which names file, fingerprint, respondents, design and engine."""
        return self._record("shares", {"item": next(iter(self._codebook("items"))), "by": []})

    def has(self, item: str) -> bool:
        """Whether shares of an item can be had on this machine."""
        if item not in self._codebook("items"):
            return False
        return self._path is not None or is_there(self._study.root / self._where(item))

    def _where(self, item: str) -> str:
        return record_path(self.described.id, "shares", {"item": item, "by": []})

    def shares(self, item: str, by: str | Sequence[str] | None = None, answers: Sequence[str] | None = None) -> Shares:
        """Shares of the responses to an item and of its headline shares, overall or by groups.

        Parameters
        ----------
        answers
            Only these, where the others are not wanted: what one answer tells of a group takes nothing from another.

        Returns
        -------
        Shares
            `table`: response, a column for each group under its id, share, se, lower, upper (fractions), n, n_eff,
            deff, df. Without the groups and answers that would tell of too few respondents; `withheld` lists those.
        """
        return self._result(Shares, "shares", _asked(item, by, answers))

    def withheld(
        self, item: str, by: str | Sequence[str] | None = None, answers: Sequence[str] | None = None
    ) -> tuple[Withheld, ...]:
        """What `shares` leaves out because it would tell of too few respondents, and why."""
        return self._record("shares", _asked(item, by, answers)).withheld

    def exempted(self, item: str, by: str | Sequence[str] | None = None) -> tuple[Exempted, ...]:
        """What `shares` tells although too few respondents are behind it, and by which exemption."""
        return self._record("shares", _asked(item, by, None)).exempted

    def logit(
        self,
        formula: str,
        shown: Sequence[str] | None = None,
        penalty: Literal["firth"] | None = None,
        answered: str | None = None,
    ) -> Logit:
        """Fit a logistic regression under the design.

        Parameters
        ----------
        formula
            ``outcome ~ terms``. Items and groups go by their ids with underscores: `C(age)`, `C(home_language)`;
            single answers and levels as true or false: `best_film__the_third_man`, `region__north`;
            the number behind a group of bands: `age_number`.
        shown
            Variables of the formula that are asked about; the others are only held constant, and the result tells
            nothing of them. By default all: then no level of any may have too few respondents.
        penalty
            "firth" for Firth's penalised likelihood, where few gave the answer, or few did not.
        answered
            An item: those who gave no opinion in it (its `silence` in data/items.yml) are left out.
        """
        check_names(self._study, self.described, "logit", formula)
        further = {"shown": list(shown or ()), "penalty": penalty, "answered": answered}
        arguments = {"formula": formula, **{name: value for name, value in further.items() if value}}
        return self._result(Logit, "logit", arguments)

    def ordinal(self, formula: str, shown: Sequence[str] | None = None) -> Ordinal:
        """Fit a proportional-odds model under the design to the responses of an item, in the order of data/items.yml.

        Those who gave no opinion (the item's `silence`) are left out. A coefficient above 0 points to the last response.
        The result has no thresholds and no predictions, which would tell shares.

        Parameters
        ----------
        formula
            ``item ~ terms``, the item by its id with underscores: `opinion_ferry ~ C(sex)`; terms as in `logit`.
        shown
            As in `logit`; at each level of what is shown no answer may be rare.
        """
        check_names(self._study, self.described, "ordinal", formula)
        return self._result(Ordinal, "ordinal", {"formula": formula, **({"shown": list(shown)} if shown else {})})

    def independence(self, item: str, by: str) -> Test:
        """Test whether the responses to an item are independent of a group; refused where some are withheld."""
        return self._result(Test, "independence", {"item": item, "by": by})

    def mediation(self, outcome: str, exposure: str, mediator: str, covariates: Sequence[str] = ()) -> Mediation:
        """Natural direct and indirect effects; variables are named as in `logit`."""
        check_names(self._study, self.described, "mediation", " + ".join([outcome, exposure, mediator, *covariates]))
        arguments = {"outcome": outcome, "exposure": exposure, "mediator": mediator, "covariates": list(covariates)}
        return self._result(Mediation, "mediation", arguments)

    def one_otherwise(self, formula: str, variable: str) -> OneOtherwise:
        """What the average marginal effect of a variable were worth had one answer more been another; see `logit`."""
        check_names(self._study, self.described, "one_otherwise", formula)
        return self._result(OneOtherwise, "one_otherwise", {"formula": formula, "variable": variable})

    def _result(self, kind: type[R], function: str, arguments: dict[str, Any]) -> R:
        return kind.from_dict(self._record(function, arguments).result)

    def _record(self, function: str, arguments: dict[str, Any]) -> EstimateRecord:
        path = record_path(self.described.id, function, arguments)
        stored = read_record(self._study.root, path)
        if self._path is None:
            if stored is None:
                raise refuse(
                    f"{self.described.id}, {function} of {_said(arguments)}",
                    f"not estimated; {how_to_get(self.described)}",
                )
            if stored.codebook != self._digest:
                what = "was estimated before the codebook or the item changed"
                raise refuse(path, f"{what}; {how_to_get(self.described)}")
            return stored
        fresh = self._compute(function, arguments)
        if stored is None or stored.codebook != fresh.codebook:
            check_follows(self._respondents, [*self._committed(path), fresh], all_of_wave=False)
            write_record(self._study.root, fresh)
            return fresh
        if found := compare(stored, fresh):
            raise refuse(
                path, f"differs from the respondent file ({found[0]}); run `wavebook estimate {self.described.id}`"
            )
        return stored

    def _compute(self, function: str, arguments: dict[str, Any]) -> EstimateRecord:
        """Compute an estimate. What is told already is settled: what is new has to go with it."""
        committed = {
            record.table: record.told
            for record in self._committed()
            if record.table is not None and record.arguments["item"] == arguments.get("item")
        }
        return estimate(self._respondents, function, arguments, self._digest, committed)

    def _committed(self, but: str = "") -> list[EstimateRecord]:
        """Estimates that are committed of this file as it is read now, without the one at a path."""
        return [
            record
            for record in records_of(self._study.root, self.described.id)
            if (record.codebook, record.sha256) == (self._digest, self._file.sha256) and record.path != but
        ]

    @cached_property
    def _path(self) -> Path | None:
        return stored_path(self._study.root, self.described) if self.has_codebook else None

    @cached_property
    def _file(self) -> RespondentFile:
        return read_stored(self._study.root, self.described)

    @cached_property
    def _respondents(self) -> Respondents:
        return Respondents.of(self._study, self.described, self._file)

    @cached_property
    def _digest(self) -> str:
        return digest(self._study, self.described)

    def _codebook(self, part: Literal["items", "groups"]) -> dict[str, Any]:
        microdata = self.described.microdata
        return getattr(microdata.codebook, part) if microdata and microdata.codebook else {}


class ExaminedEstimates(WaveEstimates):
    """What a wave would say if a file that was examined were added."""

    def __init__(self, study: Study, described: Wave, records: Sequence[EstimateRecord]) -> None:
        super().__init__(study, described)
        self._records = {record.path: record for record in records}

    def has(self, item: str) -> bool:
        """Whether the examined file gives shares of an item."""
        return self._where(item) in self._records

    def _record(self, function: str, arguments: dict[str, Any]) -> EstimateRecord:
        path = record_path(self.described.id, function, arguments)
        if path not in self._records:
            where = f"{self.described.id}, {function} of {_said(arguments)}"
            raise refuse(where, "was not estimated of the examined file")
        return self._records[path]


def with_examined(study: EstimatingStudy, wave: Wave, records: Sequence[EstimateRecord]) -> EstimatingStudy:
    """The study as it would be with an examined file; nothing is written."""
    other = EstimatingStudy(study.root)
    other._asked[wave.id] = ExaminedEstimates(other, wave, records)  # noqa: SLF001 - made here
    return other


def _asked(item: str, by: str | Sequence[str] | None, answers: Sequence[str] | None) -> dict[str, Any]:
    groups = [by] if isinstance(by, str) else list(by or [])
    return {"item": item, "by": groups, **({"answers": list(answers)} if answers else {})}


def _said(arguments: dict[str, Any]) -> str:
    return ", ".join(
        str(part) for value in arguments.values() for part in (value if isinstance(value, list) else [value])
    )
