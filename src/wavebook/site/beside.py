"""The text of a page as it stands beside one of its figures, as HTML that needs nothing else of the book.

It is all that the page says to readers, in its order: its prose and the sentences that its cells made. Code is left out;
of other figures and of tables it is said that they stand there: whatever numbers an edition keeps for good stand in the
records of its figures, where an attack on all that is public finds them, or are those of a sentence. What refers elsewhere becomes words, for what it leads
to may be gone one day, and whatever is markup of HTML, which may come from outside, is left out.
"""

from __future__ import annotations

import ast
import html
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.mdit import create_md_parser
from nbformat import NotebookNode
from pybtex.database import BibliographyData

from wavebook.figures.citing.references import in_brackets, in_text
from wavebook.figures.publishing import SVG
from wavebook.pages.passages import keys
from wavebook.pages.prose import EXTENSIONS
from wavebook.site.mathml import mathml

ADMONITIONS = ("admonition", "attention", "caution", "hint", "important", "note", "seealso", "tip", "warning")
_SILENT = (
    "html_inline",
    "html_block",
    "front_matter",
    "myst_line_comment",
    "myst_block_break",
    "myst_target",
    "substitution_block",
    "substitution_inline",
)
_DIRECTIVE = re.compile(r"\{([\w:-]+)\}\s*(.*)")
_OPTION = re.compile(r":[\w-]+:")
_TITLED = re.compile(r"(.*?)\s*<([^<>]+)>", re.DOTALL)
_CAPTION = re.compile(r"<caption>(.*?)</caption>", re.DOTALL)
_LINK = re.compile(r"https?://", re.IGNORECASE)


class Beside:
    """Turns MyST markdown of a book into HTML that stands alone.

    Parameters
    ----------
    pages
        The folder of executed pages.
    bibliography
        Names sources in words.
    titles
        The title of each figure by its id.
    """

    def __init__(self, pages: Path, bibliography: BibliographyData, titles: Mapping[str, str]) -> None:
        self._pages, self._bibliography, self._titles = pages, bibliography, titles
        self._glued = cache(self._glued_on)
        self._page = ""
        self._parser = create_md_parser(MdParserConfig(enable_extensions=set(EXTENSIONS)), RendererHTML)
        rules: dict[str, Callable[..., str]] = self._parser.renderer.rules  # type: ignore[attr-defined]
        rules |= {name: lambda *_: "" for name in _SILENT}
        rules |= {"myst_role": self._role, "fence": self._fence, "colon_fence": self._fence}
        rules |= {"image": lambda tokens, at, *_: html.escape(tokens[at].content)}
        rules |= {"math_inline": lambda tokens, at, *_: mathml(tokens[at].content, "inline")}
        rules |= {"math_block": _formula, "math_block_label": _formula, "amsmath": _formula}

    def caption(self, markdown: str, page: str = "") -> str:
        """A text of one paragraph, without a paragraph's tags."""
        return self._render(markdown, page, inline=True)

    def text(self, page: str, figure: str) -> str:
        """All that a page says beside a figure; nothing if the page is not there."""
        path = self._pages / f"{page}.ipynb"
        if not path.is_file():
            return ""
        cells: Sequence[NotebookNode] = nbformat.read(path, as_version=4).cells
        return "\n".join(filter(None, (self._cell(cell, page, figure) for cell in cells if cell.get("id") != "title")))

    def _cell(self, cell: NotebookNode, page: str, figure: str) -> str:
        if cell.cell_type == "markdown":
            return self._render(cell.source, page)
        if cell.cell_type != "code" or {"remove-cell", "remove-output"} & set(cell.metadata.get("tags", [])):
            return ""
        return "\n".join(filter(None, (self._output(cell, out, page, figure) for out in cell.outputs)))

    def _output(self, cell: NotebookNode, output: NotebookNode, page: str, figure: str) -> str:
        shown = output.get("data", {})
        if SVG in shown:
            name = cell.metadata.get("mystnb", {}).get("figure", {}).get("name", "")
            return _aside("The figure stands here." if name == figure else f"Here stands {self._named(name)}.")
        if "text/markdown" in shown:
            return self._render(shown["text/markdown"], page)
        if "text/html" in shown:
            captions = [html.unescape(found) for found in _CAPTION.findall(shown["text/html"])]
            return _aside(f"Here stands a table. {captions[0]}") if captions else ""
        return ""

    def _render(self, markdown: str, page: str, *, inline: bool = False) -> str:
        self._page = page
        tokens = self._parser.parseInline(markdown) if inline else self._parser.parse(markdown)
        _settle(tokens)
        rendered: str = self._parser.renderer.render(tokens, self._parser.options, {})
        return rendered.strip()

    def _named(self, figure: str) -> str:
        return f"the figure “{self._titles[figure]}” ({figure})" if figure in self._titles else f"the figure {figure}"

    def _role(self, tokens: Sequence[Token], at: int, *_: Any) -> str:
        name, content = tokens[at].meta["name"], tokens[at].content
        kind, _, how = name.partition(":")
        if kind == "math":
            return mathml(content, "inline")
        if kind in ("code", "literal", "file"):
            return f"<code>{html.escape(content)}</code>"
        if kind in ("cite", "footcite"):
            return html.escape(self._cited(content, in_sentence=how in ("t", "ct", "author", "authorpar")))
        if kind == "glue":
            return html.escape(self._number(content))
        if titled := _TITLED.fullmatch(content):
            said, target = titled[1], titled[2]
            return html.escape(said.replace("%s", target).replace("{name}", self._titles.get(target, target)))
        return html.escape(self._named(content) if kind == "numref" else content)

    def _cited(self, content: str, *, in_sentence: bool) -> str:
        known = [key if key in self._bibliography.entries else None for key in keys(content)]
        words = in_text if in_sentence else in_brackets
        said = [words(self._bibliography, key) for key in known if key]
        if in_sentence:
            return " and ".join(filter(None, (", ".join(said[:-1]), *said[-1:])))
        return f"({'; '.join(one[1:-1] for one in said)})" if said else ""

    def _number(self, content: str) -> str:
        """What was glued, on this page or another one, in the form that is asked for."""
        document, _, key = content.rpartition("::")
        name, _, form = key.partition(":")
        page = Path(document).stem if document else self._page
        value = self._glued(page).get(name)
        if value is None:
            return ""
        try:
            return format(value, form)
        except ValueError:
            return str(value)

    def _glued_on(self, page: str) -> dict[str, Any]:
        path = self._pages / f"{page}.ipynb"
        if not path.is_file():
            return {}
        found: dict[str, Any] = {}
        for cell in nbformat.read(path, as_version=4).cells:
            for output in cell.get("outputs", []):
                name = output.get("metadata", {}).get("scrapbook", {}).get("name")
                for kind, shown in output.get("data", {}).items() if name else ():
                    if kind.endswith("text/plain"):
                        found[name] = _value(shown)
        return found

    def _fence(self, tokens: Sequence[Token], at: int, *_: Any) -> str:
        token = tokens[at]
        directive = _DIRECTIVE.fullmatch(token.info.strip())
        if directive is None:
            return f"<pre><code>{html.escape(token.content)}</code></pre>\n"
        name, title = directive[1], directive[2]
        lines = token.content.split("\n")
        while lines and _OPTION.match(lines[0]):
            lines.pop(0)
        if name == "math":
            return f"<p>{mathml(chr(10).join(lines), 'block')}</p>\n"
        if name not in ADMONITIONS:
            return ""
        page, heading = self._page, title if name == "admonition" else name.capitalize()
        rest = lines if name == "admonition" else [title, *lines]
        return _aside(heading, self._render("\n".join(rest), page))


def _settle(tokens: Sequence[Token]) -> None:
    """Put headings below those of the page that this stands on, and leave links only to addresses of the web."""
    links: list[bool] = []
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1:]) + 1, 6)}"
        elif token.type == "link_open":
            links.append(_LINK.match(str(token.attrGet("href") or "")) is not None)
            token.tag, token.attrs = ("a", {"href": token.attrs["href"]}) if links[-1] else ("span", {})
        elif token.type == "link_close":
            token.tag = "a" if links.pop() else "span"
        _settle(token.children or [])


def _formula(tokens: Sequence[Token], at: int, *_: Any) -> str:
    return f"<p>{mathml(tokens[at].content, 'block')}</p>\n"


def _aside(words: str, inner: str = "") -> str:
    said = f"<p>{html.escape(words)}</p>"
    return f'<div class="aside">{said}{inner}</div>\n' if inner else f'<p class="aside">{html.escape(words)}</p>'


def _value(shown: str) -> Any:
    try:
        return ast.literal_eval(shown)
    except (ValueError, SyntaxError):
        return shown
