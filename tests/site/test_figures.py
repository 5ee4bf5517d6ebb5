"""The pages of single figures, made without Sphinx and opened in a real browser."""

import datetime as dt
import json
import re
import shutil
import threading
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from sites import PATIENCE
from wavebook.figures.citing.credit import Author, Book, Licence
from wavebook.figures.editions import Version
from wavebook.figures.record import FigureRecord, Provenance, Source
from wavebook.site import extension, outside_requests
from wavebook.site.drawings import Drawings
from wavebook.site.figures import Shown, make_drawings, write_figures
from wavebook.site.frozen import MARKS, PAGE, Maker, now_written

HOSTILE = "</script><script>window.hit=1</script> \"double\" 'single' `tick` <img src=x onerror=window.hit=1>"
LONG = "l" * 200
STATIC = Path(extension.__file__).with_name("static")
BOOK = Book(
    "Of polls: a study",
    (Author("Ng", "Mai"), Author("The contributors")),
    licences=(Licence("CC BY 4.0", "https://example.org/by"),),
)
ENDINGS = ("svg", "png", "pdf", "csv", "json", "bib", "ris", "csl.json", "txt")


def make_figure(name, title, rows, *, house="House & Daughters", evidence="published"):
    values = [{"answer": answer, "share": share} for answer, share in rows]
    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.1.0.json",
        "config": {"background": "#ffffff"},
        "data": {"values": values},
        "width": 400,
        "mark": "bar",
        "encoding": {"x": {"field": "share", "type": "quantitative"}, "y": {"field": "answer", "type": "nominal"}},
    }
    source = Source(
        "w-1", "Series", house, "Liechtenstein", "June 2022", "phone", "1,500", "“Do you?”", evidence, "key2022"
    )
    table = tuple((answer, share, None) for answer, share in rows)
    return FigureRecord(
        name,
        title,
        f"Caption of *{name}*.",
        f"Bars of {title}",
        spec,
        ("answer", "per cent", "lower"),
        table,
        (source,),
        measured=(f"Asked of all {house}.", "Intervals allow for rounding."),
    )


def version(figure, edition):
    inputs = {"data/waves/a.yml": "a" * 64, "notebooks/trend.ipynb": "b" * 64}
    made = Provenance("trend", "notebooks/trend.ipynb", 7, {"responses": ["it's"]}, inputs, "0.1.0", "3.11.9", "c" * 64)
    date = dt.date(2026, 7, 1) if edition else None
    return Version(figure, made, "The trend", edition, date, "0123abc", "Mai Ng <mai@example.org>" if edition else None)


VERSIONS = {
    "li-two": [
        version(make_figure("li-two", "Opinion", [("favourable", 48)]), "2026.01"),
        version(make_figure("li-two", "Opinion", [("favourable", 58), ("unfavourable", 30)]), "2026.07"),
    ],
    "li-draft": [version(make_figure("li-draft", f"Draft {HOSTILE} {LONG}", [(HOSTILE, 10), (LONG, 20.5)]), None)],
    "li-made-up": [version(make_figure("li-made-up", "Nobody", [("a", 1)], house="None", evidence="synthetic"), "2026.07")],
    "li-again": [
        version(make_figure("li-again", "Again", [("a", 1)]), "2026.07"),
        version(make_figure("li-again", "Again", [("a", 2)]), None),
    ],
}  # fmt: skip
CHANGES = {"li-two": ("48 became 58.", "A wave is new: <b>1</b>."), "li-again": ("A draft differs.",)}
OLD, NEW = (one.figure.version for one in VERSIONS["li-two"])
BIBLIOGRAPHY = f"@book{{key2022, author = {{Ng, Mai}}, title = {{{LONG}}}, publisher = {{P}}, year = 2022}}\n"


def show(drawings, book=BOOK, versions=VERSIONS):
    """The versions with their files, as they are made now."""
    root = drawings.folder / "book"
    (root / "book").mkdir(exist_ok=True, parents=True)
    (root / "book/references.bib").write_text(BIBLIOGRAPHY)
    maker = Maker(root, book, drawings)
    return {
        name: [Shown(one, maker.files(one), () if one is history[-1] else CHANGES[name]) for one in history]
        for name, history in versions.items()
    }


def write_site(html, drawings, book=BOOK):
    shutil.copytree(STATIC, html / "_static")
    (html / "pages").mkdir()
    for name in ("index.html", "references.html", "pages/trend.html"):
        (html / name).write_text("<!DOCTYPE html><title>x</title><h1>x</h1>")
    write_figures(html, show(drawings, book), drawings, book)
    return html


@pytest.fixture(scope="module")
def drawings(tmp_path_factory):
    return Drawings(tmp_path_factory.mktemp("drawings"))


@pytest.fixture(scope="module")
def site(tmp_path_factory, drawings):
    return write_site(tmp_path_factory.mktemp("with space") / "site", drawings)


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format, *arguments):  # noqa: A002
        """Say nothing."""


@pytest.fixture(scope="module")
def address(site):
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture
def open_page(browser):
    """Open a page of which all requests and errors are noted."""
    contexts = []

    def open_page(url, **options):
        context = browser.new_context(**{"viewport": {"width": 1100, "height": 900}, **options})
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.asked, page.wrong = [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("pageerror", lambda error: page.wrong.append(str(error)))
        page.on("requestfailed", lambda request: page.wrong.append(request.url))
        page.on("response", lambda answer: page.wrong.append(answer.url) if answer.status >= 400 else None)
        page.goto(url)
        return page

    yield open_page
    for context in contexts:
        context.close()


def figure_pages(site):
    return sorted((site / "figures").rglob("index.html"))


def soup(path):
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def text_of(site, place):
    return soup(site / "figures" / place / "index.html").body.get_text(" ")


def test_every_version_has_its_files(site):
    for name, history in VERSIONS.items():
        for one in history:
            for ending in (*ENDINGS, *(["spec.js"] if one is history[-1] else [])):
                assert (site / "figures" / name / one.figure.version / f"{name}.{ending}").stat().st_size > 0
        assert [path.name for path in (site / "figures" / name).iterdir() if path.is_file()] == ["index.html"]


def test_files_hold_what_their_names_say(site):
    folder = site / "figures/li-draft" / VERSIONS["li-draft"][0].figure.version
    figure = VERSIONS["li-draft"][0].figure
    assert json.loads((folder / "li-draft.json").read_text()) == figure.spec
    assert (folder / "li-draft.csv").read_text() == figure.csv()
    assert (folder / "li-draft.txt").read_text().startswith(f"Ng, M., & The contributors. (n.d.). {figure.title}")
    assert (folder / "li-draft.png").read_bytes()[:4] == b"\x89PNG"
    assert (folder / "li-draft.pdf").read_bytes()[:4] == b"%PDF"
    script = (folder / "li-draft.spec.js").read_text()
    assert "<" not in script
    assert json.loads(re.fullmatch(r'.*\)\["li-draft"\] = (.*);\n', script)[1]) == figure.spec


def test_links_lead_to_files_that_are_there(site):
    for path in figure_pages(site):
        page = soup(path)
        for element in page.select("[href], [src], [data-spec]"):
            for attribute in ("href", "src", "data-spec", "data-bundle"):
                target, _, anchor = str(element.get(attribute) or "").partition("#")
                if re.match(r"https?:", target):
                    continue
                found = (path.parent / target.split("?")[0]).resolve() if target else path
                assert found.is_file(), (path, attribute, target)
                assert not anchor or "pages/" in target or page.find(id=anchor), (path, anchor)


def test_old_version_says_what_superseded_it(site):
    old = text_of(site, f"li-two/{OLD}")
    assert re.search(rf"Superseded\s+by\s+version {NEW} of edition 2026.07", old)
    assert "48 became 58." in old
    assert "A wave is new: <b>1</b>." in old
    for current in ("li-two", f"li-two/{NEW}"):
        assert "Superseded" not in text_of(site, current)
        assert "not released" not in text_of(site, current)


def test_drafts_and_made_up_figures_say_so_at_the_top(site):
    for place in ("li-draft", "li-again"):
        main = soup(site / "figures" / place / "index.html").main
        assert "must not be cited without saying so" in main.select_one("h1 ~ .note").get_text()
    assert "no respondent was ever asked" in soup(site / "figures/li-made-up/index.html").select_one(".note").text
    assert "Last released" in text_of(site, "li-again")
    assert "Superseded" not in text_of(site, f"li-again/{VERSIONS['li-again'][0].figure.version}")
    assert "in preparation" in text_of(site, f"li-again/{VERSIONS['li-again'][0].figure.version}")


def test_pages_tell_how_the_figure_was_made(site):
    page = soup(site / "figures/li-two/index.html")
    made = page.find(id="made").get_text(" ")
    for word in (
        "notebooks/trend.ipynb",
        "cell 7",
        "0.1.0",
        "3.11.9",
        "c" * 64,
        "0123abc",
        "a" * 64,
        '["it\'s"]',
        "Mai Ng",
    ):
        assert word in made
    assert "mai@example.org" not in page.get_text()
    assert page.select_one("main nav a:last-child")["href"] == "../../pages/trend.html#li-two"
    assert [row.a.get_text() for row in page.select("main > details ol li")] == [NEW, OLD]


def test_pages_tell_how_the_figure_was_measured_above_its_sources(site):
    section = soup(site / "figures/li-two/index.html").find(id="measured")
    assert [part.get_text() for part in section.find_all(["h2", "p", "caption"])][:4] == [
        "How this was measured",
        "Asked of all House & Daughters.",
        "Intervals allow for rounding.",
        "Sources: Opinion",
    ]


def test_a_page_that_left_the_book_is_not_linked(tmp_path, drawings):
    write_figures(tmp_path, {"li-two": show(drawings)["li-two"]}, drawings, BOOK)
    assert "no longer in the book" in text_of(tmp_path, "li-two")
    assert not soup(tmp_path / "figures/li-two/index.html").select('a[href*="pages/"]')


def test_a_book_without_a_lock_names_none(tmp_path, drawings):
    one = VERSIONS["li-two"][0]
    without = {"li-two": [replace(one, provenance=replace(one.provenance, lock="absent"))]}
    write_figures(tmp_path, show(drawings, versions=without), drawings, BOOK)
    assert "requirements.lock" not in text_of(tmp_path, "li-two")


def test_the_page_of_a_version_is_copied_byte_for_byte_but_between_its_marks(tmp_path, drawings):
    begin, end = MARKS
    shown = show(drawings)["li-two"]
    kept = b"<!DOCTYPE html><p>As it was.</p>" + begin + b"old" + end + b'<img src="li-two.svg"><p>kept \xff</p>'
    shown[0] = replace(
        shown[0],
        files={
            **shown[0].files,
            PAGE: kept,
            "li-two.svg": b"<svg xmlns='http://www.w3.org/2000/svg' width='1' height='1'/>",
        },
    )
    changed = replace(BOOK, title="Another title", url="https://elsewhere.org", licences=())
    write_figures(tmp_path, {"li-two": shown}, drawings, changed)
    page = (tmp_path / f"figures/li-two/{OLD}/index.html").read_bytes()
    head, _, rest = page.partition(begin)
    now, _, foot = rest.partition(end)
    assert now_written(page, b"old") == kept
    assert kept == head + begin + b"old" + end + foot
    assert b"Superseded" in now
    assert (
        tmp_path / f"figures/li-two/{OLD}/li-two.svg"
    ).read_bytes() == b"<svg xmlns='http://www.w3.org/2000/svg' width='1' height='1'/>"


def test_a_page_whose_marks_are_not_there_once_is_refused():
    begin, end = MARKS
    for page in (b"", begin, end + begin, begin + begin + end, begin + end + end):
        with pytest.raises(ValueError, match="marks"):
            now_written(page, b"")


def test_nothing_on_the_page_of_a_version_leads_to_what_may_be_gone(drawings):
    """But between the marks, where it is written anew: scripts, styles, and all links but to its own files."""
    for shown in (one for history in show(drawings).values() for one in history):
        page = BeautifulSoup(shown.files[PAGE], "html.parser")
        assert not page.select("script:not([type='application/ld+json']), [rel=stylesheet], [style], iframe")
        for element in page.select("body [href], body [src]"):
            target = element.get("href") or element.get("src")
            assert target.startswith("#") or target in shown.files or target == "https://example.org/by", target


def test_metadata_can_be_read(site, tmp_path, drawings):
    for path in figure_pages(site)[1:]:
        page = soup(path)
        made = json.loads(page.find("script", type="application/ld+json").string)
        assert made["version"] in page.main.get_text()
        assert made["license"] == "https://example.org/by"
        assert made["isBasedOn"][0]["creator"]["name"] in {"House & Daughters", "None"}
        files = [*made["distribution"], *made["image"]]
        assert all((path.parent / file["contentUrl"]).is_file() for file in files)
        assert (path.parent / page.find("link", type="application/x-research-info-systems")["href"]).is_file()
        assert not page.select("meta[name^=citation_]")
    book = replace(BOOK, url="https://example.org/book/", licences=())
    page = soup(write_site(tmp_path / "site", drawings, book=book) / f"figures/li-two/{OLD}/index.html")
    made = json.loads(page.find("script", type="application/ld+json").string)
    assert (
        made["@id"] == page.find("link", rel="canonical")["href"] == f"https://example.org/book/figures/li-two/{OLD}/"
    )
    assert made["image"][0]["contentUrl"] == f"https://example.org/book/figures/li-two/{OLD}/li-two.svg"
    assert [creator["@type"] for creator in made["creator"]] == ["Person", "Organization"]
    assert "license" not in made


@pytest.mark.parametrize(
    ("licences", "said", "linked"),
    [
        ((), "By Mai Ng and The contributors", None),
        ((Licence("Ours <b>", None),), "Text, figures and tables: Ours <b>.", None),
        (
            (Licence("A", "https://a.org"), Licence("B", "https://b.org")),
            ": A or B.",
            ["https://a.org", "https://b.org"],
        ),
    ],
)
def test_pages_bear_the_books_credit_and_language(tmp_path, drawings, licences, said, linked):
    book = replace(BOOK, licences=licences, language="kk", repository="https://example.org/git")
    write_figures(tmp_path, {"li-two": show(drawings, book)["li-two"]}, drawings, book)
    for page in (soup(tmp_path / "figures/index.html"), soup(tmp_path / "figures/li-two/index.html")):
        assert page.html["lang"] == "kk"
        assert said in page.footer.get_text()
        assert page.title.get_text().endswith(" — Of polls")
    made = json.loads(page.find("script", type="application/ld+json").string)
    assert (made["inLanguage"], made.get("license")) == ("kk", linked)
    assert made["isPartOf"]["name"] == "Of polls: a study"
    assert page.select_one('#made a[href="https://example.org/git"]')


def test_two_runs_write_the_same_and_ask_no_other_host(site, tmp_path):
    again = write_site(tmp_path / "site", Drawings(tmp_path / "drawings"))
    for path in sorted(path for path in site.rglob("*") if path.is_file()):
        assert path.read_bytes() == (again / path.relative_to(site)).read_bytes(), path.name
    assert outside_requests(site) == []


def test_drawings_are_made_once(tmp_path, drawings, monkeypatch):
    shown = show(drawings)
    make_drawings(shown, drawings)

    def draw(*_):
        raise AssertionError

    for name in ("draw", "convert"):
        monkeypatch.setattr(f"wavebook.site.drawings.{name}", draw)
    write_figures(tmp_path, shown, drawings, BOOK)
    assert not list(drawings.folder.glob(".*"))


def test_the_drawing_of_a_page_is_taken_over_if_it_is_of_that_specification(tmp_path):
    figure = VERSIONS["li-two"][0].figure
    drawn = Drawings(tmp_path / "drawn").path(figure).read_bytes()
    another = {**figure.spec, "width": 99}  # a look: the version is the same
    for name, spec, expected in (("same", figure.spec, b"<svg>made</svg>"), ("other", another, drawn)):
        made = {"version": figure.version, "figure": {"spec": spec}}
        (tmp_path / "li-two.json").write_text(json.dumps(made))
        (tmp_path / "li-two.svg").write_text("<svg>made</svg>\n")
        assert Drawings(tmp_path / name, tmp_path).path(figure).read_bytes() == expected


def test_a_drawing_is_made_anew_when_the_code_that_draws_has_changed(tmp_path, monkeypatch):
    figure = VERSIONS["li-two"][0].figure
    drawn = Drawings(tmp_path / "drawn").path(figure)
    (tmp_path / "drawing.py").write_text("# another")
    monkeypatch.setattr("wavebook.figures.drawing.__file__", str(tmp_path / "drawing.py"))
    assert Drawings(tmp_path / "drawn").path(figure) != drawn


def test_the_chart_library_of_a_version_that_is_not_at_hand_is_the_newest(tmp_path):
    drawings = Drawings(tmp_path)
    assert drawings.bundle("0.1").read_bytes() == drawings.bundle("6.4").read_bytes()


def test_what_a_killed_build_left_of_a_drawing_is_removed(tmp_path):
    (tmp_path / ".x.svg.123.part").write_text("<sv")
    Drawings(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_an_id_that_is_a_path_is_refused(tmp_path, drawings):
    with pytest.raises(ValueError, match="lower-case words"):
        write_figures(tmp_path, {"../../etc": []}, drawings, BOOK)
    assert list(tmp_path.iterdir()) == []


def test_headings_and_landmarks_are_in_order(site):
    for path in figure_pages(site):
        page = soup(path)
        levels = [int(heading.name[1]) for heading in page.find_all(re.compile("^h[1-6]$"))]
        assert levels.count(1) == 1
        assert levels[0] == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))
        assert len(page.find_all("main")) == len(page.select("nav")) == len(page.find_all("footer")) == 1
        assert all(head.get("scope") for head in page.find_all("th"))
        assert all(image.has_attr("alt") for image in page.find_all("img"))
        assert not [tag for tag in page.find_all(True) if any(name.startswith("on") for name in tag.attrs)]


@pytest.mark.slow
def test_all_is_there_without_scripts(address, site, open_page):
    page = open_page(f"{address}/figures/li-draft/index.html", java_script_enabled=False)
    assert page.locator("figure img").bounding_box()["width"] > 200
    assert page.locator("figure img").get_attribute("alt").startswith("Bars of Draft")
    text = page.locator("main").inner_text()
    for word in ("Caption of li-draft", "APA", "@misc{li-draft", '"type": "figure"', "PNG"):
        assert word in text
    assert page.locator("button").count() == 0
    assert not page.locator("#data table").is_visible()
    page.locator("#data summary").click()
    assert page.locator("#data td, #data tbody th").first.inner_text() == HOSTILE
    page.goto(f"{address}/figures/index.html")
    assert page.locator(".wb-catalogue li:visible").count() == len(VERSIONS)
    assert not page.locator(".wb-filter").is_visible()
    assert page.wrong == []


@pytest.mark.slow
@pytest.mark.parametrize("place", ["li-two", "li-draft"])
@pytest.mark.parametrize("scheme", ["http", "file"])
def test_a_figure_becomes_interactive_when_asked(address, site, open_page, place, scheme):
    start = address if scheme == "http" else site.as_uri()
    page = open_page(f"{start}/figures/{place}/index.html", offline=scheme == "file")
    assert not [url for url in page.asked if "vega" in url or "spec" in url]
    width = page.locator("figure img").bounding_box()["width"]
    page.get_by_role("button", name="Interactive").click()
    chart = page.locator(".wb-chart")
    chart.locator("svg").wait_for()
    assert chart.get_attribute("aria-label") == page.locator("figure img").get_attribute("alt")
    assert chart.bounding_box()["width"] == pytest.approx(width, abs=1)
    assert not page.locator("figure img").is_visible()
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.wb-chart')).backgroundColor") == "rgb(255, 255, 255)"
    )
    chart.locator("g.mark-rect path").first.hover()
    assert page.locator("#vg-tooltip-element.visible").count() == 1
    page.get_by_role("button", name="Picture").click()
    assert page.locator("figure img").is_visible()
    assert not chart.is_visible()
    page.get_by_role("button", name="Interactive").click()
    assert chart.is_visible()
    assert len([url for url in page.asked if "vega-bundle" in url]) == 1
    assert [url for url in page.asked if not url.startswith(start)] == []
    assert page.evaluate("window.hit") is None
    assert page.wrong == []


@pytest.mark.slow
def test_a_library_that_is_missing_leaves_the_picture(address, open_page):
    page = open_page(f"{address}/figures/li-two/index.html")
    page.route("**/vega-bundle.js*", lambda route: route.abort())
    page.get_by_role("button", name="Interactive").click()
    page.get_by_role("button", name="failed").wait_for()
    assert page.locator("figure img").is_visible()
    page.unroute("**/vega-bundle.js*")
    page.get_by_role("button", name="failed").click()
    page.locator(".wb-chart svg").wait_for()


@pytest.mark.slow
def test_a_phone_shows_pages_without_sideways_scrolling(site, address, open_page):
    page = open_page(address, viewport={"width": 360, "height": 780})
    for path in figure_pages(site):
        page.goto(f"{address}/{path.relative_to(site).as_posix()}")
        page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path


@pytest.mark.slow
def test_dark_pages_keep_the_paper_of_figures(address, open_page):
    page = open_page(f"{address}/figures/li-two/index.html", color_scheme="dark")
    light = "getComputedStyle(document.querySelector('{}')).{}"
    assert page.evaluate(light.format("html", "backgroundColor")) == "rgb(20, 24, 30)"
    assert page.evaluate(light.format("figure img", "backgroundColor")) == "rgb(255, 255, 255)"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("OPINION", ["li-two"]),
        ("daughters", ["li-two", "li-draft", "li-again"]),
        ("li-made", ["li-made-up"]),
        ("do you? none", ["li-made-up"]),
        ("nothing like it", []),
    ],
)
def test_the_catalogue_filters(address, open_page, words, left):
    page = open_page(f"{address}/figures/index.html")
    page.get_by_role("searchbox").fill(words)
    assert page.locator(".wb-catalogue li:visible .wb-stamp code:first-child").all_inner_texts() == left
    assert page.locator(".wb-filter p").inner_text() == f"{len(left)} of {len(VERSIONS)} figures"
    assert page.evaluate("window.hit") is None
    assert page.wrong == []


@pytest.mark.slow
def test_tools_work_below_a_figure_of_a_page(site, address, open_page):
    from wavebook.figures.toolbar import toolbar_html

    figure = VERSIONS["li-draft"][0].figure
    (site / "pages/notebook.html").write_text(
        '<!DOCTYPE html><link rel="stylesheet" href="../_static/wavebook.css"><script src="../_static/wavebook.js"></script>'
        f'<figure id="li-draft"><img src="../figures/li-draft/{figure.version}/li-draft.svg" alt="Bars"></figure>'
        f"{toolbar_html(figure)}"
    )
    page = open_page(f"{address}/pages/notebook.html")
    page.get_by_role("button", name="Interactive").click()
    page.locator(".wb-chart svg").wait_for()
    page.get_by_text("Data", exact=True).click()
    assert page.locator(".wb-table").first.is_visible()
    page.get_by_text("Cite").click()
    assert page.url.endswith("/figures/li-draft/index.html#cite")
    assert page.wrong == []


@pytest.mark.slow
def test_sidebars_open_though_the_theme_hears_a_hidden_button_only(site, address, open_page):
    (site / "pages/toggles.html").write_text(
        '<!DOCTYPE html><link rel="stylesheet" href="../_static/wavebook.css"><script src="../_static/wavebook.js"></script>'
        '<header class="bd-header"><button class="primary-toggle">hidden</button></header>'
        '<button class="primary-toggle">shown</button>'
        '<script>document.querySelector(".primary-toggle").onclick = () => { document.title = "open"; };</script>'
    )
    page = open_page(f"{address}/pages/toggles.html")
    page.get_by_text("shown").click()
    assert page.title() == "open"
