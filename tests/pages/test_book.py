"""What pages.yml and the study come to: families of pages, and the table of contents."""

import pytest

import wavebook
from wavebook.pages.book import load_book
from wavebook.pages.contents import contents_of, renew_contents, unnamed_prose
from wavebook.study import Refused


@pytest.fixture
def book(checkout):
    def book(text):
        (checkout / "notebooks/pages.yml").write_text(text)
        return load_book(wavebook.open_study(checkout))

    return book


WAVES = """pages:
  - waves:
      below:
        - "wave-{{wave}}": {{each: waves, {more}notebook: wave, parameters: {{wave: "{{wave}}"}}}}
"""
TRENDS = """pages:
  - "{{country}}-{{item}}-trend":
      each: {each}
      {more}
      notebook: trend
      parameters: {{series: "{{series}}", country: "{{COUNTRY}}", item: "{{item}}", figure: "{{country}}-{{item}}-trend"}}
"""


def write_wave(root, wave, toplines):
    path = root / "data/waves/brook-sm-2022.yml"
    (root / f"data/waves/{wave}.yml").write_text(path.read_text().replace("2022", "2030"))
    with (root / "data/published/others.csv").open("a") as file:
        for response, percent in toplines.items():
            file.write(f"{wave},council,{response},,,{percent},,brook-secondhand,,weak,\n")


@pytest.mark.parametrize(("toplines", "has_page"), [({"approve": 3}, False), ({"approve": 3, "disapprove": 4}, True)])
def test_a_wave_has_a_page_from_two_toplines_on(checkout, book, toplines, has_page):
    before = {page.id for page in book(WAVES.format(more="")).pages}
    write_wave(checkout, "brook-sm-2030", toplines)
    found = book(WAVES.format(more=""))
    assert {page.id for page in found.pages} - before == ({"wave-brook-sm-2030"} if has_page else set())
    everything = {page.id: page for page in book(WAVES.format(more="at least: 1, ")).pages}
    page = everything["wave-brook-sm-2030"]
    assert (page.title, page.parameters) == ("Brook World Poll, San Marino, 2030", {"wave": "brook-sm-2030"})


def test_a_page_of_its_own_takes_the_place_of_one_of_a_family(book):
    own = '  - old-name: {notebook: wave, title: "Own", parameters: {wave: brook-sm-2022}}\n'
    ids = [page.id for page in book(WAVES.format(more="") + own).pages]
    assert "old-name" in ids
    assert "wave-brook-sm-2022" not in ids
    other = '  - lists-of-it: {notebook: respondents, title: "Own", parameters: {wave: brook-sm-2022, item: a, response: b}}\n'
    assert "wave-brook-sm-2022" in [page.id for page in book(WAVES.format(more="") + other).pages]


@pytest.mark.parametrize("each", ["trends", "series × country × item", "series x country x item"])
def test_trends_are_those_of_items_that_two_waves_asked(book, each):
    pages = {page.id: page for page in book(TRENDS.format(each=each, more="only: {series: [brook]}")).pages}
    assert set(pages) == {"sm-council-trend", "li-council-trend"}
    page = pages["sm-council-trend"]
    assert page.title == "Town council: San Marino, Brook World Poll"
    assert page.parameters == {
        "series": "brook",
        "country": "SM",
        "item": "council",
        "figure": "sm-council-trend",
    }
    ids = [page.id for page in book(TRENDS.format(each=each, more="except: {series: [hill], item: [bell-side]}")).pages]
    assert not [id_ for id_ in ids if "opinion-" in id_ or "bell-side" in id_]


def test_a_draft_without_estimates_makes_no_page(checkout, book):
    text = """pages:
  - "respondents-{wave}":
      each: waves with microdata
      notebook: respondents
      title: "{place}, {when}"
      parameters: {wave: "{wave}", item: "{item}", response: "{response}"}
"""
    described = (checkout / "data/waves/hill-li-2019-1.yml").read_text()
    (checkout / "data/waves/hill-li-2030-1.yml").write_text(described.replace("hill-li-2019-1.csv", "none.csv"))
    estimated = {path.name for path in (checkout / "data/estimates").iterdir()}
    pages = {page.id: page for page in book(text).pages}
    assert {f"respondents-{wave}" for wave in estimated} == set(pages)
    page = pages["respondents-hill-li-2019-1"]
    assert page.title == "Liechtenstein, May and June 2019"
    assert page.parameters == {"wave": "hill-li-2019-1", "item": "opinion-ferry", "response": "favourable"}


def test_two_pages_of_one_name_are_refused(book):
    with pytest.raises(Refused, match=r"pages\.yml:6: page one: another page has this name"):
        book("parts:\n" + 2 * "- pages:\n  - one:\n      {notebook: lists, title: One}\n")


def test_the_table_of_contents_has_captions_and_sections(checkout, book):
    found = book("""parts:
  - caption: "What: \\"this\\""
    pages:
      - waves:
          below:
            - one: {notebook: lists, title: One, below: [how-to-read]}
  - pages: [figures]
""")
    text = contents_of(found)
    assert text.splitlines()[1:] == [
        "format: jb-book",
        "root: index",
        "parts:",
        '  - caption: "What: \\"this\\""',
        "    chapters:",
        "      - file: waves",
        "        sections:",
        "          - file: pages/one",
        "            sections:",
        "              - file: how-to-read",
        "  - chapters:",
        "      - file: figures",
    ]
    assert renew_contents(checkout, found)
    assert not renew_contents(checkout, found)
    assert (checkout / "_toc.yml").read_text() == text
    assert unnamed_prose(checkout, found) == ["book/references.md"]


def test_without_captions_there_are_no_parts(book):
    assert contents_of(book("pages: [figures, waves]\n")).splitlines()[1:] == [
        "format: jb-book",
        "root: index",
        "chapters:",
        "  - file: figures",
        "  - file: waves",
    ]


def test_the_committed_table_of_contents_is_that_of_the_book(study):
    found = load_book(study)
    assert (study.root / "_toc.yml").read_text() == contents_of(found), "run `wavebook build` and commit _toc.yml"
    assert unnamed_prose(study.root, found) == []
