"""The front page's tags for Zotero and Google Scholar; on this page only, for elsewhere they would list duplicates."""

from __future__ import annotations

import html
from pathlib import Path

from wavebook.figures.citing.credit import Book
from wavebook.figures.editions import editions, read_manifest


def add_scholar_tags(root: Path, book: Book, page: Path) -> None:
    """Add `citation_*` tags to the front page: title, authors, language; DOI, date and edition once there are any."""
    tags = [("citation_title", book.title)]
    for author in book.authors:
        tags.append(("citation_author", author.sorted))
        tags += [("citation_author_orcid", author.orcid)] if author.orcid else []
    tags += [("citation_doi", book.doi)] if book.doi else []
    tags.append(("citation_language", book.language))
    if known := editions(root):
        date = read_manifest(root, known[-1]).date
        tags += [("citation_publication_date", f"{date:%Y/%m/%d}"), ("citation_technical_report_number", known[-1])]
    if book.url:
        tags.append(("citation_public_url", book.url))
    written = "".join(f'<meta name="{name}" content="{html.escape(value)}">\n' for name, value in tags)
    page.write_text(page.read_text(encoding="utf-8").replace("</head>", f"{written}</head>", 1), encoding="utf-8")
