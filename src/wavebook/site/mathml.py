"""A Sphinx extension that writes formulas as MathML, which browsers draw themselves.

Sphinx's own renderer loads MathJax, by default from another host; MathML needs neither script nor font.
"""

from __future__ import annotations

import html
from typing import Any
from xml.etree import ElementTree as ET

from docutils import nodes
from latex2mathml.converter import convert_to_element
from sphinx.application import Sphinx


def mathml(latex: str, display: str) -> str:
    """Convert a formula; unlike the library's own text output this one escapes what stands in the formula's text."""
    formula = convert_to_element(latex, display=display)
    for element in formula.iter():
        element.text = html.unescape(element.text) if element.text else None
    return ET.tostring(formula, encoding="unicode")


def _inline(translator: Any, node: nodes.math) -> None:
    translator.body.append(mathml(node.astext(), "inline"))
    raise nodes.SkipNode


def _block(translator: Any, node: nodes.math_block) -> None:
    translator.body.append(f'<div class="math">{mathml(node.astext(), "block")}</div>')
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the renderer under the name `mathml`."""
    app.add_html_math_renderer("mathml", inline_renderers=(_inline, None), block_renderers=(_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
