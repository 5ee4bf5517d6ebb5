"""What is taken out of a site, and that what is left looks and works as before."""

import shutil
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pydata_sphinx_theme
import pytest
from fontTools.ttLib import TTFont

from sites import PATIENCE
from wavebook.site.slim import Used, cut_font, purge, slim

THEME = Path(pydata_sphinx_theme.__file__).parent / "theme/pydata_sphinx_theme/static"
FONT = "vendor/fontawesome/webfonts/fa-solid-900"
PAGE = """<!DOCTYPE html><html lang="en" data-mode="light" data-theme="light"><head><title>x</title>
<link href="_static/styles/pydata-sphinx-theme.css?digest=1" rel="stylesheet" />
<script defer src="_static/scripts/fontawesome.js?digest=1"></script>
<link rel="preload" as="script" href="_static/scripts/bootstrap.js?digest=1" />
<script>var DOCUMENTATION_OPTIONS = {}; DOCUMENTATION_OPTIONS.search_as_you_type = false;</script>
<script src="_static/searchtools.js"></script>
<script src="searchindex.js"></script>
<script data-sd-tabs-storage-prefix="x" src="_static/design-tabs.js?v=1"></script>
</head><body>
<header class="bd-header"></header><main class="bd-main"><h1>x</h1>
<p><i class="fa-solid fa-bars"></i> <span class="badge">Badge</span></p>
<div class="dropdown"><button class="btn dropdown-toggle" data-bs-toggle="dropdown">Menu</button>
<ul class="dropdown-menu"><li>Item</li></ul></div></main>
<script defer src="_static/scripts/bootstrap.js?digest=1"></script>
</body></html>
"""


def used(page, *scripts):
    return Used([page], scripts)


@pytest.mark.parametrize(
    ("css", "left"),
    [
        (".a{color:red}.b{color:red}", ".a{color:red}"),
        (".a,.b , .a .b,p{x:y}", ".a,p{x:y}"),
        ("#i{x:y}#j{x:y}", "#i{x:y}"),
        ("@media print{.b{x:y}.a{x:y}}@media screen{.b{x:y}}", "@media print{.a{x:y}}"),
        ("@font-face{src:url(b.woff)}", "@font-face{src:url(b.woff)}"),
        ('@charset "utf-8";.b{x:y}', '@charset "utf-8";'),
        (".a:not(.b){x:y}.a:is(.b,:where(.c)){x:y}", ".a:not(.b){x:y}.a:is(.b,:where(.c)){x:y}"),
        ('.a[href$=".b"]{x:y}', '.a[href$=".b"]{x:y}'),
        ('.a:before{content:"}.b{"}', '.a:before{content:"}.b{"}'),
        (".a{background:url(data:image/svg+xml;x,{})}", ".a{background:url(data:image/svg+xml;x,{})}"),
        ("/* .a{ */.b{x:y}/*}*/", ""),
        (".sm\\:p-1{x:y}.sm\\:p-2{x:y}", ".sm\\:p-1{x:y}"),
        (".made-late{x:y}.starts-so-and-so{x:y}", ".made-late{x:y}.starts-so-and-so{x:y}"),
    ],
)
def test_rules_for_what_no_page_has_are_dropped(css, left):
    found = used('<p class="a sm:p-1" id=i>', 'x.className = "made-late"; y = "starts-" + z')
    assert purge(css, found) == left


def test_a_font_is_cut_to_the_characters_in_use(tmp_path):
    whole = THEME / f"{FONT}.ttf"
    sizes = []
    for name in ("a", "b"):
        font = Path(shutil.copy(whole, tmp_path / f"{name}.ttf"))
        cut = cut_font(font, {0xF0C9, 0xF078, 0x10FFFF})
        assert (cut.suffix, font.exists()) == (".woff", False)
        sizes.append(cut.read_bytes())
    assert sizes[0] == sizes[1]
    assert len(sizes[0]) < 5_000 < whole.stat().st_size
    with TTFont(cut) as font:
        assert set(font.getBestCmap()) == {0xF0C9, 0xF078}


@pytest.fixture(scope="module")
def sites(tmp_path_factory):
    before, after = (tmp_path_factory.mktemp("site") / name for name in ("before", "after"))
    for site in (before, after):
        shutil.copytree(THEME, site / "_static")
        (site / "_images").mkdir()
        (site / "_images/x.svg").write_text(
            '<svg><text role="x" aria-label="a b" class="c" opacity="1" x="1">a role="x"</text></svg>'
        )
        (site / "_static/wavebook.css").write_text(".of-pages-made-later { x: y }\n")
        for name in ("_static/searchtools.js", "searchindex.js", "_static/design-tabs.js"):
            (site / name).write_text("")
        for name in ("index", "search"):
            (site / f"{name}.html").write_text(PAGE)
    slim(after)
    return before, after


def weight(site):
    return sum(path.stat().st_size for path in site.rglob("*") if path.is_file())


def test_a_site_gets_lighter(sites):
    before, after = sites
    assert weight(after) < weight(before) / 5
    page = (after / "index.html").read_text()
    for gone in ("fontawesome.js", "searchtools", "searchindex", "design-tabs", "preload"):
        assert gone not in page
    assert "searchindex" in (after / "search.html").read_text()
    assert (after / "_static/wavebook.css").read_text() == ".of-pages-made-later { x: y }\n"
    assert (after / "_images/x.svg").read_text() == '<svg><text x="1">a role="x"</text></svg>'
    assert not list(after.rglob("*.map"))


def test_slimming_twice_changes_nothing(sites, tmp_path):
    again = tmp_path / "site"
    shutil.copytree(sites[1], again)
    slim(again)
    for path in (path for path in sites[1].rglob("*") if path.is_file()):
        assert path.read_bytes() == (again / path.relative_to(sites[1])).read_bytes(), path.name


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format, *arguments):  # noqa: A002
        """Say nothing."""


@pytest.fixture(scope="module")
def addresses(sites):
    servers = [ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site))) for site in sites]
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    yield [f"http://127.0.0.1:{server.server_address[1]}" for server in servers]
    for server in servers:
        server.shutdown()
        server.server_close()


STYLES = """() => [...document.body.querySelectorAll("*")].filter((e) => !e.closest("svg, i, script")).map((e) => {
  const of = (part) => Array.from(getComputedStyle(e, part), (p) => `${p}: ${getComputedStyle(e, part)[p]}`).join("|");
  return [e.className, of(null), of("::before"), of("::after")];
})"""


@pytest.mark.slow
def test_pages_look_as_before(addresses, browser):
    looks = []
    for address in addresses:
        page = browser.new_page(viewport={"width": 800, "height": 600})
        page.set_default_timeout(PATIENCE)
        page.goto(f"{address}/index.html")
        page.locator("p .fa-bars").wait_for()
        looks.append(page.evaluate(STYLES))
        page.close()
    assert len(looks[0]) > 8
    assert [element[0] for element in looks[0]] == [element[0] for element in looks[1]]
    # The icon of the font is a hair wider than that of the script, and so is what holds it.
    about_size = ("width", "height", "inline-size", "block-size", "origin", "inset", "margin", "left", "right")
    for before, after in zip(*looks, strict=True):
        for part_before, part_after in zip(before[1:], after[1:], strict=True):
            changed = {part.split(":")[0] for part in set(part_before.split("|")) ^ set(part_after.split("|"))}
            changed = {name for name in changed if not name.startswith("--fa-")}  # set by the script that is gone
            assert [name for name in changed if not any(size in name for size in about_size)] == [], before[0]


@pytest.mark.slow
def test_menus_come_with_the_first_click_and_icons_from_the_font(addresses, browser):
    page = browser.new_page()
    page.set_default_timeout(PATIENCE)
    asked, wrong = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(f"{addresses[1]}/index.html", wait_until="load")
    assert page.evaluate(
        "document.fonts.ready.then(() => document.fonts.check('900 16px \"Font Awesome 6 Free\"', '\\uf0c9'))"
    )
    assert [url.split("?")[0].rsplit(".")[-1] for url in asked if "webfonts" in url] == ["woff"]
    assert page.locator(".fa-bars").bounding_box()["width"] > 8
    assert not [url for url in asked if "bootstrap" in url]
    page.get_by_role("button", name="Menu").click()
    page.locator(".dropdown-menu.show").wait_for()
    assert wrong == []
    page.close()
