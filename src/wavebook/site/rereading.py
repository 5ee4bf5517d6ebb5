"""A Sphinx extension that decides by content which documents are read again, and lets two processes write.

Sphinx itself goes by the times of files: it would miss a file that was put back to an older state. What it reads again
for a newer time alone does no harm.
"""

from __future__ import annotations

import json
import posixpath
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pybtex.plugin import find_plugin, register_plugin

from wavebook.pages.now import Now
from wavebook.study.closure import ENGINE, PREFIX

if TYPE_CHECKING:  # the process that starts Sphinx needs only a name of this module
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

CHANGED = "changed.json"
"""The file, beside what Sphinx keeps, that lists the sources which changed since it was all read."""

OUTSIDE = "outside.json"
"""The file beside it with the digest of all that documents include from outside the sources, by names below the checkout.

A file of the engine goes by `src/wavebook/…`, wherever the engine is installed.
"""

_WRITERS = 3  # processes: one prepares pages while others write them


def _outdated(app: Sphinx, env: BuildEnvironment, *_: set[str]) -> list[str]:
    """Documents whose source, or anything that they include or show, has changed."""
    kept = Path(app.outdir).parent
    if not (kept / CHANGED).exists():  # Jupyter Book was started by hand
        return []
    changed = set(_read(kept / CHANGED))
    before, there = dict(_read(kept / OUTSIDE)) if (kept / OUTSIDE).exists() else {}, Now(Path(app.srcdir).parent)

    def is_new(file: str) -> bool:
        if _is_outside(app, file):
            name = _known_as(app, file)
            return before.get(name) != there.digest(name)
        return _name(app, file) in changed

    return [name for name in env.all_docs if any(map(is_new, _files(env, name)))]


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _files(env: BuildEnvironment, document: str) -> list[str]:
    """What a document is made from, by paths below the folder of sources."""
    return [env.doc2path(document, base=False), *env.dependencies[document]]


def _name(app: Sphinx, file: str) -> str:
    return posixpath.relpath(posixpath.join(app.srcdir, file), app.srcdir)


def _known_as(app: Sphinx, file: str) -> str:
    """The name of a file that lies outside the sources."""
    path = Path(app.srcdir, file).resolve()
    if path.is_relative_to(ENGINE):
        return f"{PREFIX}{path.relative_to(ENGINE).as_posix()}"
    return posixpath.normpath(posixpath.join(Path(app.srcdir).name, _name(app, file)))


def _is_outside(app: Sphinx, file: str) -> bool:
    """Whether a file lies outside the sources; what MyST-NB took out of a page does not count."""
    name = _name(app, file)
    return name.startswith("../") and not Path(app.srcdir, name).resolve().is_relative_to(Path(app.outdir).parent)


def _tell_outside(app: Sphinx, env: BuildEnvironment) -> None:
    """Note what documents were made from; a file that was changed while they were read counts as not read yet."""
    kept = Path(app.outdir).parent
    if not (kept / CHANGED).exists():
        return
    begun, there = (kept / CHANGED).stat().st_mtime, Now(Path(app.srcdir).parent)
    found = {file for files in env.dependencies.values() for file in files if _is_outside(app, file)}
    known = {}
    for file in sorted(found):
        path, name = Path(app.srcdir, file), _known_as(app, file)
        known[name] = there.digest(name) if path.exists() and path.stat().st_mtime < begun else ""
    (kept / OUTSIDE).write_text(json.dumps(known), encoding="utf-8")


def _forget(_: Sphinx, env: BuildEnvironment, document: str) -> None:
    """Drop the numbers of a document that is gone or read again: MyST-NB would leave those that it no longer has."""
    Path(env.mystnb_config.output_folder, f"{document}.glue.json").unlink(missing_ok=True)


def _write_in_parallel(app: Sphinx, _: BuildEnvironment) -> None:
    """Let processes share the writing, not the reading, of which they would save less than they cost."""
    app.parallel = _WRITERS


def _set_up_late(app: Sphinx) -> None:
    # This one says nothing of itself, but has no part in writing; Sphinx would take it for unsafe.
    app.extensions["sphinx_multitoc_numbering"].parallel_write_safe = True
    # The bibliography asks for this one at every citation, and each time all installed packages would be searched.
    register_plugin("pybtex.backends", "plaintext", find_plugin("pybtex.backends", "plaintext"))


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect with Sphinx."""
    app.connect("builder-inited", _set_up_late)
    app.connect("env-get-outdated", _outdated)
    app.connect("env-purge-doc", _forget)
    app.connect("env-check-consistency", _write_in_parallel)
    app.connect("env-check-consistency", _tell_outside)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
