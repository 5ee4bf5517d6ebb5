"""Keeps the drawings of figures by their specification and by what drew them, and the chart library beside them."""

from __future__ import annotations

import json
import os
from importlib import metadata
from pathlib import Path

from wavebook.figures import drawing
from wavebook.figures.drawing import convert, draw
from wavebook.figures.record import FigureRecord
from wavebook.study.digests import digest, digest_of

CONVERTED = ("png", "pdf")
"""Forms that are made from a drawing when a site is built; the drawing itself is what an edition keeps."""

_BUNDLE_NOTE = (
    "/*! Vega, Vega-Lite, Vega-Embed: (c) University of Washington Interactive Data Lab and contributors, "
    "BSD-3-Clause, https://github.com/vega. With parts of D3: (c) Mike Bostock, ISC. */\n"
)


class Drawings:
    """A folder of drawings.

    Parameters
    ----------
    folder
        Where they are kept.
    made
        Where executed pages leave each figure's record and drawing, if there is such a folder.
    """

    def __init__(self, folder: Path, made: Path | None = None) -> None:
        self.folder, self.made = folder, made
        code = b"".join(Path(file).read_bytes() for file in (drawing.__file__, __file__))
        self.drawn_by = f"{metadata.version('vl-convert-python')}-{digest(code)[:8]}"
        for part in folder.glob(".*.part"):  # of a build that was killed
            part.unlink()

    def path(self, figure: FigureRecord) -> Path:
        """Where the drawing of a figure is, as SVG; it is made if it was not."""
        path = self.folder / f"{digest_of(figure.spec)[:16]}-{self.drawn_by}.svg"
        if not path.is_file():
            _write(path, self._svg(figure))
        return path

    def converted(self, svg: bytes, form: str) -> Path:
        """Where a drawing is in another form; it is made if it was not."""
        path = self.folder / f"{digest(svg)[:16]}-{self.drawn_by}.{form}"
        if not path.is_file():
            _write(path, convert(svg.decode(), form))
        return path

    def _svg(self, figure: FigureRecord) -> bytes:
        """The drawing that the figure's page made, if it is of this specification; a page draws as `draw` does."""
        if self.made is not None:
            try:
                spec = json.loads((self.made / f"{figure.id}.json").read_bytes())["figure"]["spec"]
                svg = (self.made / f"{figure.id}.svg").read_bytes()
            except FileNotFoundError:
                spec, svg = None, b""
            if spec == figure.spec:
                return svg.removesuffix(b"\n")
        return draw(figure.spec, "svg")

    def bundle(self, vega_lite: str) -> Path:
        """Where the chart library is, as a script that can also be loaded from a disk: a module could not.

        Of a version that is no longer at hand, as a released specification may name one, the newest that is.
        """
        path = self.folder / f"vega-{vega_lite}-{self.drawn_by}.js"
        if not path.is_file():
            import vl_convert

            known = vl_convert.get_vegalite_versions()
            at_hand = vega_lite if vega_lite in known else max(known, key=lambda one: [int(n) for n in one.split(".")])
            code = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;", vl_version=at_hand)
            _write(path, f'{_BUNDLE_NOTE}(function () {{\n"use strict";\n{code}\n}})();\n'.encode())
        return path


def _write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    part.write_bytes(content)
    part.replace(path)
