"""Forms of conditions: what a statement of the ledger may be held against.

The engine knows `check` (numbers) and `untestable`. A book's chapters add forms of their own::

    @condition("met", Meeting)
    def met(study, claim, meeting):
        return Judged(CONFIRMED, why=["on record"])

`data/claims.yml` may then say ``met: {…}``, which is read as a `Meeting`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from pydantic import TypeAdapter

from wavebook.claims.chapters import import_chapters
from wavebook.study import Fault, Refused, Study

if TYPE_CHECKING:
    from wavebook.claims.ledger import Claim
    from wavebook.estimates import EstimatingStudy

Word = Literal["confirmed independently", "consistent with itself", "contradicted", "cannot be tested here"]
CONFIRMED: Word = "confirmed independently"
CONSISTENT: Word = "consistent with itself"
CONTRADICTED: Word = "contradicted"
UNTESTABLE: Word = "cannot be tested here"
VERDICTS = (CONFIRMED, CONSISTENT, CONTRADICTED, UNTESTABLE)

Keys = tuple[str | int, ...]
"""The way to a value below the key of its form, as in ``("share", "wave")``."""


class Power(NamedTuple):
    """What evidence could have shown: a statement true, and false; `why` says by how much, or why not.

    Where it could be missed only by leaving it to chance, `left_open` is true.
    """

    could_hold: bool
    could_fail: bool
    why: str
    left_open: bool = False

    @property
    def both(self) -> bool:
        """Whether it could have gone either way: else there is no verdict."""
        return self.could_hold and self.could_fail

    @property
    def said(self) -> str:
        """The same in words."""
        words = {
            (True, True): "could have shown it true or false",
            (True, False): "could not have shown it false",
            (False, True): "could not have shown it true",
            (False, False): "could have shown it neither true nor false",
        }
        which = "could have shown it true or left it open, not shown it false"
        which = which if self.left_open else words[self.could_hold, self.could_fail]
        return f"{which}: {self.why}"


class Finding(NamedTuple):
    """One condition held against the data: `value` and the ends of its interval as fractions, a ratio as it is.

    `number` and `interval` say them. `met` is about the value as found; `decided` says that chance alone cannot turn
    that; `own` that a number of it stands only in the statement's own source. One with a caveat of its own decides
    nothing (`refutes` is false). `flips` are what would turn it. `rests_on` has what is known of each share: wave,
    evidence, certainty, source, n, deff and their status.
    """

    label: str
    number: str
    interval: str
    value: float
    ends: tuple[float, float] | None
    needs: str
    met: bool
    decided: bool
    own: bool
    repeats: bool
    refutes: bool
    power: Power
    flips: list[str]
    caveats: list[str]
    rests_on: list[dict[str, Any]]

    @property
    def verdict(self) -> Word:
        """What this condition alone says: a verdict only where the evidence could have said otherwise."""
        if self.repeats or not self.decided or not self.power.both:
            return UNTESTABLE
        if not self.met:
            return CONTRADICTED
        return CONSISTENT if self.own else CONFIRMED


@dataclass(frozen=True)
class Judged:
    """What a condition says of a statement, or of a part of it.

    Attributes
    ----------
    verdict
        One of the words of verdicts; None for what is only told beside, and decides nothing.
    why
        Sentences that give the reason.
    caveats
        What a careful reader has to know besides.
    evidence
        What it rests on, in words.
    sources
        Keys of the bibliography.
    findings
        The numbers, where there are any.
    about
        The part of the statement, in words, where it has several.
    power
        Whether the evidence could have shown it true, and false.
    flip
        What would turn the verdict.
    whole
        Whether the verdict stands for the whole statement, whatever is found of its parts.
    """

    verdict: Word | None
    why: Sequence[str] = ()
    caveats: Sequence[str] = ()
    evidence: str = "none"
    sources: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    about: str = ""
    power: str = ""
    flip: str = ""
    whole: bool = False


Judge = Callable[["EstimatingStudy", "Claim", Any], "Judged | Sequence[Judged]"]
Unknown = Callable[[Study, Any], Iterable[tuple[Keys, str]]]


@dataclass(frozen=True)
class Form:
    """One form of condition: its key in the ledger, how its value is read and checked, and who judges it."""

    name: str
    file: Path
    value: TypeAdapter[Any]
    judge: Judge
    unknown: Unknown


_ENGINE = Path(__file__).parents[1]
_FORMS: dict[tuple[Path, str], Form] = {}


def condition(name: str, value: Any, *, unknown: Unknown = lambda _study, _value: ()) -> Callable[[Judge], Judge]:
    """Register the function below as the judge of a form of condition.

    Parameters
    ----------
    name
        The key under which a statement in `data/claims.yml` gives it.
    value
        What stands there: a pydantic model, or any type that pydantic can read.
    unknown
        Given the study and the value, tells each name in it that the study does not have: the keys that lead to the
        name, and a sentence.
    """

    def register(judge: Judge) -> Judge:
        file = Path(sys.modules[judge.__module__].__file__ or "").resolve()
        _FORMS[file, name] = Form(name, file, TypeAdapter(value), judge, unknown)
        return judge

    return register


def forms_of(root: Path) -> dict[str, Form]:
    """The forms that a book's ledger may use by name: the engine's, and those that its own chapters register."""
    chapters = (root / "chapters").resolve()
    import_chapters(root, lambda: _forget(chapters))
    found: dict[str, Form] = {}
    for form in sorted(_FORMS.values(), key=lambda form: not form.file.is_relative_to(_ENGINE)):
        if form.file.is_relative_to(_ENGINE) or form.file.is_relative_to(chapters):
            if other := found.get(form.name):
                place = f"chapters/{form.file.relative_to(chapters).as_posix()}"
                raise Refused(
                    [Fault(place, f"registers the condition {form.name!r}, which {other.file.name} has already")]
                )
            found[form.name] = form
    return found


def _forget(folder: Path) -> None:
    for key in [key for key in _FORMS if key[0].is_relative_to(folder)]:
        del _FORMS[key]
