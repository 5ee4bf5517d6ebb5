"""What a picture says when it is taken along."""

import json
import re
import struct
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from figure_records import SOURCE, make_figure
from hypothesis import given
from hypothesis import strategies as st

from wavebook.figures.citing.credit import Author, Book, Licence
from wavebook.figures.drawing import convert
from wavebook.figures.picture import picture, width_of, wrapped

SVG = "{http://www.w3.org/2000/svg}"
DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" version="1.1" class="marks" width="400" height="300" '
    'viewBox="0 0 400 300"><rect width="400" height="300" fill="#fff"/><text>48</text></svg>\n'
)
BOOK = Book(
    "Of polls: a study",
    (Author("Ng", "Mai"),),
    "https://example.org/book",
    licences=(Licence("CC BY 4.0", "https://example.org/by"), Licence("Ours", None)),
)
HOSTILE = "</text><script>window.hit=1</script> \"double\" 'single' & \x00\x1b\ufffe\n <img src=x onerror=hit()>"


def said(svg):
    """The words around the drawing, by line, and the whole as a tree."""
    root = ET.fromstring(svg)
    return [line.text for line in root.findall(f"{SVG}text")], root


def words(svg):
    return " ".join(said(svg)[0]).replace("\xa0", " ")


def test_a_picture_tells_title_surveys_licence_and_address():
    figure = make_figure()
    lines, root = said(picture(DRAWING, figure, BOOK, "2026.11"))
    assert lines[0] == "Opinion of the ferry, Liechtenstein"
    text = words(picture(DRAWING, figure, BOOK, "2026.11"))
    assert "Source: Hill Poll: hill-li-2023-5 (25 April – 23 May 2023, phone, n 1,500)." in text
    assert "Of polls, edition 2026.11. By Mai Ng. CC BY 4.0 or Ours." in text
    assert "".join(lines).endswith(f"https://example.org/book/figures/li-ferry-trend/{figure.version}/")
    assert root.find(f"{SVG}title").text == figure.title
    assert root.find(f"{SVG}desc").text.startswith(figure.alt)
    assert root.attrib["role"] == "img"
    assert set(root.attrib["aria-labelledby"].split()) == {root[0].attrib["id"], root[1].attrib["id"]}


def test_a_picture_holds_the_whole_drawing_and_nothing_lies_over_it():
    root = said(picture(DRAWING, make_figure(), BOOK, "2026.11"))[1]
    inner = root.find(f"{SVG}svg")
    top, height = float(inner.attrib["y"]), float(root.attrib["height"])
    assert (inner.attrib["width"], inner.attrib["height"], inner.find(f"{SVG}text").text) == ("400", "300", "48")
    places = [float(line.attrib["y"]) for line in root.findall(f"{SVG}text")]
    assert all(y < top or y > top + 300 for y in places)
    assert places == sorted(places)
    assert max(places) < height
    assert root.attrib["viewBox"] == f"0 0 400 {root.attrib['height']}"


def test_a_draft_without_an_address_says_so():
    figure = make_figure()
    text = words(picture(DRAWING, figure, replace(BOOK, url=None, licences=()), None))
    assert f"Figure li-ferry-trend@{figure.version} (draft, not released)" in text
    assert "edition" not in text
    assert "http" not in text
    assert "By Mai Ng. Figure" in text


def test_made_up_data_are_said_to_be_so():
    figure = make_figure(sources=(replace(SOURCE, evidence="synthetic"),))
    assert "no respondent was ever asked" in words(picture(DRAWING, figure, BOOK, "2026.11"))
    assert "no respondent" not in words(picture(DRAWING, make_figure(), BOOK, "2026.11"))


def test_each_house_is_named_once_with_all_its_waves():
    waves = [replace(SOURCE, wave="a"), replace(SOURCE, wave="b", house="Vale"), replace(SOURCE, wave="c", n="40")]
    text = words(picture(DRAWING, make_figure(sources=(*waves, *waves)), BOOK, "2026.11"))
    field = "25 April – 23 May 2023, phone"
    assert f"Sources: Hill Poll: a ({field}, n 1,500), c ({field}, n 40); Vale: b ({field}, n 1,500)." in text


def test_what_is_not_known_leaves_no_gap():
    record = replace(SOURCE, wave="", mode="", n="", fieldwork="2022")
    assert "Source: Hill Poll: 2022. Of polls" in words(picture(DRAWING, make_figure(sources=(record,)), BOOK, "1"))
    assert "Source" not in words(picture(DRAWING, make_figure(sources=()), BOOK, "1"))


def test_hostile_text_stays_text():
    source = replace(SOURCE, house=HOSTILE, fieldwork=HOSTILE)
    figure = make_figure(title=HOSTILE, alt=HOSTILE, sources=(source,), spec={"config": {"font": HOSTILE}})
    book = replace(BOOK, title=HOSTILE, authors=(Author(HOSTILE),), licences=(Licence(HOSTILE),))
    root = said(picture(DRAWING, figure, book, HOSTILE))[1]
    assert {part.tag for part in root.iter()} == {f"{SVG}{name}" for name in ("svg", "title", "desc", "rect", "text")}
    assert not [name for part in root.iter() for name in part.attrib if name.startswith("on")]
    assert "<script>" in root.find(f"{SVG}title").text


def test_words_take_the_font_and_colours_of_the_chart():
    config = {"font": "Noto Serif", "background": "#102030", "axis": {"labelColor": "#fafafa", "tickColor": "#cccccc"}}
    root = said(picture(DRAWING, make_figure(spec={"config": config}), BOOK, "1"))[1]
    title, *notes = root.findall(f"{SVG}text")
    assert {line.attrib["font-family"] for line in (title, *notes)} == {"Noto Serif"}
    assert root.find(f"{SVG}rect").attrib["fill"] == "#102030"
    assert (title.attrib["fill"], notes[0].attrib["fill"]) == ("#fafafa", "#cccccc")


def test_png_and_pdf_are_made_from_the_picture():
    svg = picture(DRAWING, make_figure(title="A title of many words " * 6), BOOK, "2026.11")
    height = float(said(svg)[1].attrib["height"])
    assert height > 400
    png = convert(svg, "png")
    across, down = struct.unpack(">II", png[16:24])
    assert down / across == pytest.approx(height / 400, rel=0.01)
    assert convert(svg, "pdf").startswith(b"%PDF")
    assert len(png) > len(convert(DRAWING, "png"))


def test_a_drawing_without_a_size_is_refused():
    with pytest.raises(ValueError, match="li-ferry-trend: the drawing has no width and height"):
        picture("<svg></svg>", make_figure(), BOOK, None)


@given(st.text(), st.integers(60, 500))
def test_lines_are_no_wider_than_asked_and_lose_no_sign(text, width):
    lines = wrapped(text, width, 11)
    assert all(line and width_of(line, 11) <= width for line in lines)
    assert re.sub(r"\s", "", "".join(lines)) == re.sub(r"\s", "", text)


def test_a_long_address_is_broken_where_it_can_be_read():
    address = f"https://example.org/{'book/' * 20}"
    lines = wrapped(f"See {address}", 200, 11)
    assert "".join(lines[1:]) == address
    assert all(line.endswith("/") for line in lines[1:])


def test_a_day_and_a_number_of_respondents_stay_whole():
    figure = make_figure(sources=tuple(replace(SOURCE, wave=f"hill-li-2023-{n}") for n in range(9)))
    for line in said(picture(DRAWING, figure, BOOK, "2026.11"))[0]:
        assert not re.search(r"(\bn|\d)$", line.rstrip()) or line.endswith(("1,500", "2023"))


@pytest.mark.slow
def test_words_fit_the_picture_in_a_browser(browser):
    figure = make_figure(title=json.dumps("Қазақстан ЩЩЩ WWW mmm " * 5), sources=(SOURCE,) * 3)
    page = browser.new_page()
    page.set_content(picture(DRAWING, figure, BOOK, "2026.11"))
    boxes = page.evaluate("[...document.querySelectorAll('svg > text')].map((t) => t.getBBox().x + t.getBBox().width)")
    page.close()
    assert len(boxes) > 4
    assert max(boxes) <= 400
