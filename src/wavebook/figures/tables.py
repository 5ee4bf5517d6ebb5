"""Tables and text as pages show them."""

from __future__ import annotations

import html

import pandas as pd
from IPython.display import HTML, Markdown


def show_table(frame: pd.DataFrame, caption: str) -> HTML:
    """Show a table with its caption; every cell is text, whatever it holds."""
    head = "".join(f'<th scope="col">{html.escape(str(name))}</th>' for name in frame.columns)
    rows = "".join(
        "<tr>" + "".join(f"<td>{'' if pd.isna(cell) else html.escape(str(cell))}</td>" for cell in row) + "</tr>"
        for row in frame.itertuples(index=False)
    )
    return HTML(
        f'<div class="wb-table" role="region" aria-label="{html.escape(caption)}" tabindex="0"><table><caption>{html.escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def show_list(sentences: list[str]) -> Markdown:
    """Show sentences of MyST markdown as a list."""
    return Markdown("\n".join(f"- {sentence}" for sentence in sentences))
