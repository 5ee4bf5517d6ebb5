"""Tables and text as pages show them."""

from __future__ import annotations

import html

import pandas as pd
from IPython.display import HTML, Markdown


def show_table(frame: pd.DataFrame, caption: str, *, folded: bool = False) -> HTML:
    """Show a table with its caption, opened by the reader if `folded`; every cell is text, whatever it holds."""
    head = "".join(f'<th scope="col">{html.escape(str(name))}</th>' for name in frame.columns)
    rows = "".join(
        "<tr>" + "".join(f"<td>{'' if pd.isna(cell) else html.escape(str(cell))}</td>" for cell in row) + "</tr>"
        for row in frame.itertuples(index=False)
    )
    title = html.escape(caption)
    table = (
        f'<div class="wb-table" role="region" aria-label="{title}" tabindex="0"><table><caption>{title}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )
    return HTML(f'<details class="wb-folded"><summary>{title}</summary>{table}</details>' if folded else table)


def show_list(sentences: list[str]) -> Markdown:
    """Show sentences of MyST markdown as a list."""
    return Markdown("\n".join(f"- {sentence}" for sentence in sentences))
