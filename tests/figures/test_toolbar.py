"""The tools below a figure: all there without scripts, harmless whatever they hold."""

import re

from bs4 import BeautifulSoup

from wavebook.figures.record import FigureRecord, Source
from wavebook.figures.toolbar import data_table, sources_table, table, toolbar_html

HOSTILE = "<script>window.hit=1</script>\n\n```\n:::\n\"'&`"


def make_record(text="Opinion of the ferry"):
    source = Source(
        "hill-1", "Series", text, "Liechtenstein", "June 2022", "phone", "1,500", text, "published", "key2022"
    )
    columns, rows = ("answer", text, "n"), ((text, 48, None), ("unfavourable", 30.5, 1500))
    return FigureRecord(
        "li-ferry-trend",
        text,
        text,
        text,
        {"data": text},
        columns,
        rows,
        (source,),
        measured=(text, "By phone & boat."),
    )


def parsed(html):
    return BeautifulSoup(html, "html.parser")


def test_all_tools_are_there():
    record = make_record()
    tools = parsed(toolbar_html(record))
    assert [part.get_text() for part in tools.select("summary")] == ["Data", "Download", "How this was measured"]
    base = f"../figures/li-ferry-trend/{record.version}/li-ferry-trend"
    assert [link["href"] for link in tools.select(".wb-files a")] == [
        f"{base}.{ending}" for ending in ("svg", "png", "pdf", "csv", "json")
    ]
    assert tools.select_one("a.wb-tool")["href"] == "../figures/li-ferry-trend/index.html#cite"
    assert tools.div["data-spec"] == f"{base}.spec.js"


def test_numbers_and_sources_are_tables_with_headings():
    data, sources = parsed(toolbar_html(make_record())).select("table")
    assert [cell.get_text() for cell in data.select("th[scope=col]")] == ["answer", "Opinion of the ferry", "n"]
    assert [[cell.get_text() for cell in row.select("th, td")] for row in data.select("tbody tr")] == [
        ["Opinion of the ferry", "48", ""],
        ["unfavourable", "30.5", "1500"],
    ]
    assert len(data.select("tbody th[scope=row]")) == 2
    assert [cell.get_text() for cell in sources.select("th[scope=col]")] == [
        "House", "Wave", "Question", "n", "Mode", "Evidence",
    ]  # fmt: skip


def test_how_it_was_measured_is_said_above_the_list_of_sources():
    panel = parsed(toolbar_html(make_record())).select("details")[-1]
    assert [part.name for part in panel.find_all(recursive=False)] == ["summary", "p", "p", "div"]
    assert [part.get_text() for part in panel.select("p")] == ["Opinion of the ferry", "By phone & boat."]


def test_hostile_text_stays_text_and_cannot_end_the_directive():
    html = toolbar_html(make_record(HOSTILE))
    assert "\n" not in html
    assert "`" not in html
    assert html.startswith("<div ")
    tools = parsed(html)
    assert tools.find("script") is None
    assert tools.select_one("tbody th").get_text() == re.sub(r"\s+", " ", HOSTILE)


def test_nothing_runs_from_an_attribute():
    for tag in parsed(toolbar_html(make_record('" onclick="alert(1)'))).find_all(True):
        assert not [name for name in tag.attrs if name.startswith("on")]


def test_a_table_tells_of_all_sources():
    text = sources_table(make_record())
    for word in ("Series", "Fieldwork", "June 2022", "key2022", "Key"):
        assert word in text
    assert "Data: Opinion of the ferry" in data_table(make_record())


def test_a_table_without_rows_is_still_one():
    assert len(parsed(table(("a",), [], "Nothing")).select("table thead th")) == 1
