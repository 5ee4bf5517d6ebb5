"""What stands in the way of a release: all of it is found before anything is written."""

from __future__ import annotations

from collections.abc import Callable

from wavebook.claims import broken_sentences, changed, registered
from wavebook.estimates import EstimatingStudy
from wavebook.figures.editions.sealing import faults_of
from wavebook.pages.book import Book, load_book
from wavebook.pages.contents import CONTENTS, contents_of
from wavebook.pages.keys import reasons
from wavebook.pages.now import Now
from wavebook.pages.prose import check_prose
from wavebook.pages.public import attack_public
from wavebook.pages.run import check_figures
from wavebook.site.build import SITE, site_is_current
from wavebook.study import Fault, Refused, git

Check = Callable[[EstimatingStudy, Book], list[Fault]]
_MANY = 20
_BUILD = "run `wavebook build` first"


def refusals(study: EstimatingStudy) -> list[Fault]:
    """Everything for which a book cannot be released as it lies here."""
    book = load_book(study)
    found: list[Fault] = []
    for check in CHECKS:
        try:
            found += check(study, book)
        except Refused as refused:
            found += refused.faults
    return list(dict.fromkeys(found))


def _clean(study: EstimatingStudy, _: Book) -> list[Fault]:
    """A release names the commit that it was made from: all that it was made from has to be in it."""
    left = git.uncommitted(study.root)
    faults = [Fault(name, "is not committed; a release is made from a clean tree") for name in left[:_MANY]]
    return faults + ([Fault("git", f"{len(left) - _MANY} more files are not committed")] if left[_MANY:] else [])


def _stale(study: EstimatingStudy, book: Book) -> list[Fault]:
    there = Now(study.root)
    why = {page.id: reasons(study, page, there) for page in book.pages}
    return [Fault(f"page {page}", f"is stale ({said[0]}); {_BUILD}") for page, said in why.items() if said]


def _figures(study: EstimatingStudy, book: Book) -> list[Fault]:
    check_figures(study.root, book.pages)
    return []


def _site(study: EstimatingStudy, _: Book) -> list[Fault]:
    """The site's build is what checks links, citations, and that nothing is asked of other hosts."""
    return [] if site_is_current(study.root) else [Fault(SITE, f"was not built from what is here now; {_BUILD}")]


def _contents(study: EstimatingStudy, book: Book) -> list[Fault]:
    there = (study.root / CONTENTS).read_text(encoding="utf-8") if (study.root / CONTENTS).is_file() else ""
    return [] if there == contents_of(book) else [Fault(CONTENTS, f"is not that of the book; {_BUILD}")]


def _prose(study: EstimatingStudy, _: Book) -> list[Fault]:
    return check_prose(study.root) + broken_sentences(study)


def _claims(study: EstimatingStudy, _: Book) -> list[Fault]:
    registered(study)  # refuses what is no longer as it was registered
    return [
        Fault(f"claim {claim}", f"{reviewed} → {now}; review it in data/claims.yml")
        for claim, reviewed, now in changed(study)
    ]


def _public(study: EstimatingStudy, _: Book) -> list[Fault]:
    """What all that is public, earlier editions included, lets follow about few respondents."""
    return [fault for exposure in attack_public(study) for fault in exposure.faults]


def _editions(study: EstimatingStudy, _: Book) -> list[Fault]:
    return faults_of(study.root)


CHECKS: tuple[Check, ...] = (_clean, _editions, _prose, _claims, _contents, _figures, _stale, _site, _public)
"""Each gives what is wrong."""
