"""The Sphinx extension of a book: what every book of this engine has in common, so that its `_config.yml` stays short.

    sphinx:
      config:
        extensions: [wavebook.site]

It brings the other extensions with it, the engine's style and script, and settings for whatever the book's own
`_config.yml` leaves open; name, authors and licence come from `CITATION.cff`. It takes the place of Jupyter Book's own
list of extensions, of which some would load scripts from other hosts (thebe) or ask them (intersphinx).
"""

from __future__ import annotations

import html
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wavebook.figures.citing.credit import CONFIG, Book, read_book
from wavebook.study.faults import Refused
from wavebook.study.files import read_yaml

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config

NAME = "wavebook.site"
"""How a book's `_config.yml` names this extension."""

EXTENSIONS = (
    "sphinx_togglebutton",
    "sphinx_comments",  # loads nothing unless set up, but Jupyter Book always sets its options
    "sphinx_copybutton",
    "myst_nb",
    "jupyter_book",
    "sphinx_external_toc",
    "sphinx_design",
    "sphinx_book_theme",
    "sphinxcontrib.bibtex",
)
"""Those of others."""

SETTINGS: dict[str, Any] = {
    "external_toc_exclude_missing": True,
    "use_multitoc_numbering": False,
    "html_math_renderer": "mathml",
    "bibtex_bibfiles": ["references.bib"],
    "bibtex_reference_style": "wavebook",  # of the module `bibliography`, as is the next
    "bibtex_default_style": "wavebook",
    "myst_enable_extensions": ["colon_fence", "deflist", "dollarmath", "substitution"],
    "nb_execution_mode": "off",  # pages are executed before
    "nb_output_stderr": "remove-warn",  # a warning of a library on a page stops the build: it would be printed in the book
    "nb_render_markdown_format": "myst",
    "nb_ipywidgets_js": {},
    "nb_code_prompt_show": "Show the code",
    "nb_code_prompt_hide": "Hide the code",
}
THEME: dict[str, Any] = {
    "search_bar_text": "Search this book",
    "use_download_button": True,
    "use_fullscreen_button": False,
    "show_toc_level": 2,
    "home_page_in_toc": True,
}
_LAST = 800  # after the styles and scripts of all other extensions


def setup(app: Sphinx) -> dict[str, bool]:
    """Bring in all that belongs to a book."""
    # Not above: the process that starts Jupyter Book does without.
    from wavebook.site import bibliography, mathml, rereading

    for name in (*EXTENSIONS, bibliography.__name__, mathml.__name__, rereading.__name__):
        app.setup_extension(name)
    app.add_css_file("wavebook.css", priority=_LAST)
    app.add_js_file("wavebook.js", priority=_LAST)
    app.connect("config-inited", _complete, priority=1)  # before others look at the settings
    app.connect("builder-inited", _add_static)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _complete(app: Sphinx, config: Config) -> None:
    """Settle what the book's `_config.yml` leaves open; what Jupyter Book would settle itself does not count."""
    from sphinx.errors import ConfigError

    root = Path(app.srcdir).parent
    try:
        book, given = read_book(root), _given(root)
    except Refused as refused:
        raise ConfigError(str(refused)) from None
    for name, value in {**SETTINGS, **_credit(book)}.items():
        if name not in given:
            config[name] = value
    theme = {**THEME, **given.get("html_theme_options", {})}
    config.html_theme_options = {**theme, "extra_footer": licence_line(book) + theme.get("extra_footer", "")}


def _given(root: Path) -> dict[str, Any]:
    """What the book's `_config.yml` sets itself, by Sphinx's names; the theme's options of all its parts together."""
    from jupyter_book.config import yaml_to_sphinx

    of_jupyter_book, of_sphinx, _ = yaml_to_sphinx(read_yaml(root / CONFIG, CONFIG)[0])
    theme = {**of_jupyter_book["html_theme_options"], **of_sphinx.get("html_theme_options", {})}
    return {**of_jupyter_book, **of_sphinx, "html_theme_options": theme}


def _credit(book: Book) -> dict[str, Any]:
    known = {"project": book.name, "html_title": book.name, "author": book.byline, "copyright": ""}
    return known | ({"html_baseurl": book.address()} if book.url else {})  # pages name their canonical address


def licence_line(book: Book) -> str:
    """The terms of use for the foot of every page, as HTML."""
    links = (
        f'<a rel="license" href="{html.escape(licence.url)}">{html.escape(licence.name)}</a>'
        if licence.url
        else html.escape(licence.name)
        for licence in book.licences
    )
    return f"<p>Text, figures and tables: {' or '.join(links)}.</p>" if book.licences else ""


def _add_static(app: Sphinx) -> None:
    """Put the engine's files beside the book's own; not earlier: where the engine lies would be in a site's fingerprint."""
    app.config.html_static_path.append(str(Path(__file__).with_name("static")))
