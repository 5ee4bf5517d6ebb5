"""Citations as people read them, after the manual of the American Psychological Association."""

from __future__ import annotations

from pybtex.database import BibliographyData, Entry
from pybtex.textutils import abbreviate, add_period

from wavebook.figures.citing.cited import Cited, credit_of, figure_item, label_of, sources_of, year_of
from wavebook.figures.citing.credit import one_line
from wavebook.figures.citing.references import NO_DATE, Item, as_cited_in, read_in, sentences, source_item, when


def apa(cited: Cited) -> str:
    """Write a figure in a line, and each source that was read in one after it."""
    item = figure_item(cited)
    book = f"In {item['container-title']}" + (f" (edition {item['edition']})" if "edition" in item else "")
    title = f"{one_line(cited.figure.title)} [{label_of(cited)}]"
    lead = _sentences(_apa_names(item), f"({year_of(item) or NO_DATE})", title, book)
    read = [read_in(cited.bibliography, entry) or entry for entry in sources_of(cited)]
    lines = [" ".join(filter(None, (lead, item.get("URL"), credit_of(cited))))]
    each = [apa_line(cited.bibliography, entry) for entry in {entry.key: entry for entry in read}.values()]
    lines += [" ".join(filter(None, line)) for line in each]
    return "\n".join([*lines, ""])


def apa_line(bibliography: BibliographyData, entry: Entry) -> tuple[str, str]:
    """A source as a list of references has it, and its address, if it has one."""
    item = source_item(bibliography, entry)
    names, year, title = _apa_names(item), f"({when(bibliography, entry)})", item.get("title", "")
    where = item.get("container-title", "")
    if item["type"] == "article-journal":
        issue = f"({item['issue']})" if "issue" in item else ""
        where = ", ".join(filter(None, (where, item.get("volume", "") + issue, item.get("page", "").replace("-", "–"))))
    elif item["type"] in {"chapter", "paper-conference"}:
        where = f"In {where}"
    lead = [names, year, title] if names else [title, year]
    link = f"https://doi.org/{item['DOI']}" if "DOI" in item else item.get("URL", "")
    return _sentences(*lead, where, item.get("publisher", "")), link


def source_list(cited: Cited) -> dict[str, str]:
    """The figure's sources by their keys, as a page lists them: also those that were read in another one."""
    listed = {}
    for entry in sources_of(cited):
        said, link = apa_line(cited.bibliography, entry)
        note = add_period(sentences(as_cited_in(cited.bibliography, entry)))
        listed[str(entry.key)] = " ".join(filter(None, (said, note, link)))
    return listed


def _apa_names(item: Item) -> str:
    people = item.get("author", [])
    names = [", ".join({k: abbreviate(v) if k == "given" else v for k, v in name.items()}.values()) for name in people]
    if len(names) < 2:
        return "".join(names)
    # APA puts a comma before "&" after a turned name, and between more than two.
    comma = "," if len(names) > 2 or "given" in people[0] else ""
    return f"{', '.join(names[:-1])}{comma} & {names[-1]}"


def _sentences(*parts: str) -> str:
    return " ".join(add_period(part) for part in parts if part)
