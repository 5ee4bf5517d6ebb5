"""The command that begins a new book."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from wavebook.cli.common import err

if TYPE_CHECKING:
    from wavebook.start import FirstWave
    from wavebook.start.wave import Drafted

T = TypeVar("T")


def _option(text: str, *names: str, metavar: str | None = None) -> Any:
    return typer.Option(*names, help=text, metavar=metavar, rich_help_panel="The first wave")


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that is empty or not there.")],
    title: Annotated[str | None, typer.Option(help="The book's title; after a colon, its subtitle.")] = None,
    author: Annotated[
        list[str] | None, typer.Option(help="“Family, Given”, or the name of an organisation; may be repeated.")
    ] = None,
    language: Annotated[str | None, typer.Option(help="The language of the book, such as en-GB.")] = None,
    file: Annotated[
        Path | None, _option("A respondent file to draft the first wave from.", "--from", metavar="FILE")
    ] = None,
    wave: Annotated[
        str | None, _option("The wave's id; by default after the file's name.", "--as", metavar="WAVE")
    ] = None,
    member: Annotated[str | None, _option("The respondent file inside an archive of several.")] = None,
    house: Annotated[str | None, _option("Who asked.")] = None,
    series: Annotated[str | None, _option("The name of its survey; by default that of the house.")] = None,
    country: Annotated[str | None, _option("Where: a name or an ISO 3166 code.")] = None,
    mode: Annotated[str | None, _option("How: face-to-face, phone, mixed or not-stated.")] = None,
    population: Annotated[str | None, _option("Whom, such as “adults 18+”.")] = None,
    fieldwork: Annotated[
        str | None, _option("When, if the file does not date interviews: 2030-05-04/2030-05-20, 2030-05 or 2030.")
    ] = None,
    source: Annotated[str | None, _option("The title of the report; by default the file itself is the source.")] = None,
    access: Annotated[str | None, _option("Who may have the file, and from where.")] = None,
    unweighted: Annotated[bool, _option("It is a simple random sample of equal weights.", "--unweighted")] = False,
    item: Annotated[
        list[str] | None,
        _option("A variable that is to be an item; may be repeated. By default up to twelve are chosen."),
    ] = None,
) -> None:
    """Begin a new book; what is not given is asked for on a terminal, and elsewhere left open."""
    from wavebook.start import Credit, answers, begin
    from wavebook.start.folder import check_free
    from wavebook.study import refuse

    said = {"as": wave, "member": member, "house": house, "series": series, "country": country, "mode": mode}
    said |= {"population": population, "fieldwork": fieldwork, "source": source, "access": access}
    given = [f"--{name}" for name, value in (said | {"unweighted": unweighted, "item": item}).items() if value]
    if file is None and given:
        raise refuse(given[0], "says something of a first wave: give its respondent file with --from")
    check_free(folder.resolve(), str(folder))
    named = _ask("Title", title, answers.title_after(folder.resolve()), answers.check_title)
    who = "Author, as “Family, Given” or as the name of an organisation"
    authors = [answers.check_author(one) for one in author or ()]
    authors = authors or [_ask(who, None, answers.nobody(named), answers.check_author)]
    spoken = _ask("Language", language, answers.LANGUAGE, answers.check_language)
    first = None if file is None else _first_wave(file, said, tuple(item or ()), unweighted=unweighted)
    drafted = begin(folder, Credit(named, tuple(authors), spoken), first)
    err.print(f"{folder}: a new book, {named}")
    if file is None or first is None or drafted is None:
        err.print(f"next: cd {shlex.quote(str(folder))}, read README.md, then: wavebook build")
    else:
        _tell(folder, file, first, drafted)


def _first_wave(file: Path, said: dict[str, str | None], variables: tuple[str, ...], *, unweighted: bool) -> FirstWave:
    """Read the file, and ask what it does not say."""
    from wavebook.pages.spec import check_id
    from wavebook.start import FirstWave, answers
    from wavebook.start.wave import slug
    from wavebook.study import refuse
    from wavebook.waves.draft import Told
    from wavebook.waves.readers import read_respondents

    id_, member = said["as"] or slug(file.stem), said["member"]
    check_id(id_)
    if not file.is_file():
        raise refuse(str(file), "the file is not there")
    read = read_respondents(file, file.name, member)
    if _on_terminal():
        err.print(f"{file.name}: {len(read.frame):,} respondents. What is left empty stays undecided.")
    house = _ask("Who asked (survey house)", said["house"], None, answers.check_line)
    series = said["series"]
    if house:
        series = _ask("Name of the survey, if it has another", series, None, answers.check_line)
    told = Told(
        country=_ask("Country", said["country"], None, answers.check_country),
        mode=_ask("Mode: face-to-face, phone, mixed or not-stated", said["mode"], None, answers.check_mode),
        population=_ask("Population, such as adults 18+", said["population"], None, answers.check_line),
        fieldwork=answers.check_fieldwork(said["fieldwork"]) if said["fieldwork"] else None,
        access=said["access"],
        unweighted=unweighted,
    )
    return FirstWave(id_, read, member, house, series, said["source"], told, variables)


def _on_terminal() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def _ask(question: str, given: str | None, otherwise: str | None, check: Callable[[str], T]) -> Any:
    """An answer as it was given, else as a person gives it on a terminal, else by default.

    On a terminal a wrong answer is asked for again; an empty one is the default.
    """
    from wavebook.study import Refused

    if given is not None:
        return check(given)
    if not _on_terminal():
        return check(otherwise) if otherwise is not None else None

    def checked(answer: str) -> T | None:
        if not answer.strip() and otherwise is None:
            return None
        try:
            return check(answer)
        except Refused as refused:
            raise typer.BadParameter(refused.faults[0].what) from None

    return typer.prompt(question, default=otherwise or "", show_default=bool(otherwise), value_proc=checked, err=True)


def _tell(folder: Path, file: Path, first: FirstWave, drafted: Drafted) -> None:
    """Say what was drafted, what is left to a person, and what comes next."""
    book, name = drafted.codebook, f"data/waves/{first.id}.yml"
    for what, found in (
        ("design", _said_of_design(book["design"])),
        ("items", ", ".join(book["items"]) if isinstance(book["items"], dict) else ""),
        ("groups", ", ".join(book["groups"])),
    ):
        err.print(f"  {what}: {found or 'none recognised'}")
    err.print(f"{name} was drafted: look at every remark in it, and at data/items.yml.")
    for key in drafted.undecided:
        err.print(f"  undecided: {key}")
    told = "decide these; then: " if drafted.undecided else ""
    command = f"wavebook wave add {shlex.quote(str(file.resolve()))} --as {first.id}"
    err.print(f"next: cd {shlex.quote(str(folder))}; {told}{command}")


def _said_of_design(design: Any) -> str:
    if not isinstance(design, dict):
        return ""
    roles = [
        f"{role} {' × '.join(value) if isinstance(value, list) else value}"
        for role, value in design.items()
        if role != "nest"
    ]
    return ", ".join(roles) or "a simple random sample"
