"""Counts the words of a built book: of each page, of its finding, and of its longest caption.

    python tests/words.py [CHECKOUT]

It prints a line a page and, at the end, the shortest finding and the longest caption. A finding is the section of that
name; of a page of prose, which has none, all of it. What is folded, and tables, are not counted as finding.
"""

from __future__ import annotations

import sys
from pathlib import Path

import sites
from helpers import ROOT
from wavebook.site import SITE


def words(text: str) -> int:
    return len(text.split())


def counted(site: Path, page: str) -> tuple[int, int | None, int]:
    """Words of a page, of its finding (None where it has no such section), and of its longest caption."""
    article = sites.soup(site, page).select_one("article") or sites.soup(site, page).body
    captions = article.select("figcaption .caption-text")
    longest = max((words(caption.get_text(" ")) for caption in captions), default=0)
    whole = words(article.get_text(" "))
    section = article.select_one("section#the-finding")
    if section is None:
        return whole, None, longest
    for apart in section.select("h2, details, table, figure, .cell_input, script, style"):
        apart.decompose()
    return whole, words(section.get_text(" ")), longest


def main() -> None:
    site = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT) / SITE
    chosen = [page for page in sites.pages(site) if not page.startswith("figures/") and "/v/" not in page]
    found = {page: counted(site, page) for page in chosen}
    for page, (whole, finding, longest) in found.items():
        print(
            f"{page:45} {whole:6,} words  finding {finding if finding is not None else '–':>4}  caption {longest or '–':>3}"
        )
    findings = {page: finding for page, (_, finding, _) in found.items() if finding is not None}
    if findings:
        shortest = min(findings, key=findings.__getitem__)
        print(f"shortest finding: {findings[shortest]} words, {shortest}")
    longest = max(found, key=lambda page: found[page][2])
    print(f"longest caption: {found[longest][2]} words, {longest}")


if __name__ == "__main__":
    main()
