"""Draws a Vega-Lite specification in the forms that readers download."""

from __future__ import annotations

from typing import Any

PNG_PPI = 300
"""Dots per inch that journals ask for."""


def vega_lite_version(spec: dict[str, Any]) -> str:
    """The version that a specification names in its schema: "6.1"."""
    return ".".join(str(spec["$schema"]).rpartition("/v")[2].split(".")[:2])


def draw(spec: dict[str, Any], form: str) -> bytes:
    """Draw as "svg", "png" (at 300 dots per inch) or "pdf"."""
    import vl_convert

    version = vega_lite_version(spec)
    if form == "svg":
        svg: str = vl_convert.vegalite_to_svg(spec, vl_version=version)
        return svg.encode()
    if form == "png":
        png: bytes = vl_convert.vegalite_to_png(spec, vl_version=version, ppi=PNG_PPI)
        return png
    pdf: bytes = vl_convert.vegalite_to_pdf(spec, vl_version=version)
    return pdf
