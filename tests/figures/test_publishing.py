from dataclasses import replace

import altair as alt
import pandas as pd
import pytest
from figure_records import SOURCE, make_figure
from markdown_it import MarkdownIt
from nbformat.v4 import new_code_cell, new_notebook, new_output

from wavebook.figures import escape, lift, publish
from wavebook.figures.publishing import FIGURE_MIME, SVG, FigureFault
from wavebook.figures.record import FigureRecord


@pytest.fixture
def shown(monkeypatch):
    outputs = []
    monkeypatch.setattr(
        "IPython.display.display",
        lambda figure: outputs.append({**figure._repr_mimebundle_(), SVG: figure._repr_svg_()}),
    )
    return outputs


DATA = pd.DataFrame({"x": [1.5, 2.5], "y": [3.5, 4.123456789], "low": [2.5, 3.5], "high": [4.5, 5.5]})
INTERVALS = DATA.rename(columns={"low": "lower", "high": "upper"})
CHART = alt.Chart(DATA).mark_point().encode(x="x", y="y")
GIVEN = {
    "id": "a-chart",
    "title": "T",
    "caption": "A caption",
    "alt": "Two points",
    "data": DATA,
    "sources": [SOURCE],
    "keys": ["x"],
    "values": ["y"],
    "measured": ["1,500 by phone."],
}


def cell(*ids):
    records = [make_figure(id=id_, caption="A caption", alt="What it shows").to_dict() for id_ in ids]
    outputs = [new_output("display_data", data={SVG: "<svg/>", FIGURE_MIME: record}) for record in records]
    return new_code_cell("publish(…)", outputs=outputs)


def test_a_chart_is_drawn_without_scripts_and_the_same_every_time(shown):
    for _ in range(2):
        publish(CHART, **GIVEN)
    assert shown[0][SVG] == shown[1][SVG]
    assert shown[0][SVG].startswith("<svg")
    assert "<script" not in shown[0][SVG]
    record = FigureRecord.from_dict(shown[0][FIGURE_MIME])
    assert (record.id, record.title, record.caption, record.alt) == ("a-chart", "T", "A caption", "Two points")
    assert record.columns == ("x", "y", "low", "high")
    assert record.sources == (SOURCE,)
    assert (record.keys, record.values) == (("x",), ("y",))
    assert record.measured == ("1,500 by phone.",)


def test_a_record_holds_nothing_that_differs_between_machines(shown):
    publish(CHART, **GIVEN)
    publish(alt.Chart(DATA + 1e-12).mark_point().encode(x="x", y="y"), **GIVEN | {"data": DATA + 1e-12})
    first, second = (FigureRecord.from_dict(output[FIGURE_MIME]) for output in shown)
    assert first.version == second.version
    assert list(first.spec["datasets"]) == ["data-0"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"id": "Not Kebab"}, "lower-case words joined by hyphens"),
        ({"id": "../up"}, "lower-case words joined by hyphens"),
        ({"caption": " "}, "the caption is empty"),
        ({"alt": ""}, "the alt is empty"),
        ({"title": ""}, "the title is empty"),
        ({"sources": []}, "no source is named"),
        ({"measured": "by phone"}, "measured must be a list of sentences"),
        ({"measured": [" "]}, "measured must be a list of sentences"),
        ({"data": DATA.iloc[:0]}, "there are no data"),
        ({"data": INTERVALS}, "have intervals .* does not draw them"),
        ({"data": INTERVALS.add_prefix("gap, "), "keys": ["gap, x"], "values": ["gap, y"]}, "have intervals"),
        ({"data": INTERVALS.drop(columns="upper")}, "a column 'lower' and no column 'upper'"),
        ({"data": DATA.assign(**{"y, upper": 1})}, "a column 'y, upper' and no column 'y, lower'"),
        ({"keys": []}, "keys must be a list of columns"),
        ({"values": "y"}, "values must be a list of columns"),
        ({"keys": ["x", "wave"]}, "keys name 'wave', which is no column of its data"),
        ({"values": ["per cent"]}, "values name 'per cent', which is no column"),
        ({"values": ["x"]}, "'x' is among its keys and among its values"),
        ({"data": DATA.assign(x=1.5)}, "its keys do not tell all rows apart; more than one has x 1.5"),
    ],
)
def test_a_figure_lacking_something_is_refused(shown, changes, message):
    with pytest.raises(ValueError, match=message):
        publish(CHART, **GIVEN | changes)
    assert not shown


def test_a_chart_that_draws_its_intervals_is_published(shown):
    publish(CHART + alt.Chart(DATA).mark_rule().encode(x="x", y="low", y2="high"), **GIVEN | {"data": INTERVALS})
    assert len(shown) == 1


def test_caption_and_description_go_where_sphinx_finds_them_and_tools_follow():
    notebook = new_notebook(cells=[new_code_cell("1"), cell("a-chart"), new_code_cell("2")])
    (figure,) = lift(notebook)
    assert (figure.record.id, figure.svg, figure.cell) == ("a-chart", "<svg/>", 2)
    assert notebook.cells[1].metadata["mystnb"] == {
        "figure": {"name": "a-chart", "caption": "A caption"},
        "image": {"alt": "What it shows"},
    }
    assert FIGURE_MIME not in notebook.cells[1].outputs[0]["data"]
    tools = notebook.cells[2]
    assert tools.cell_type == "markdown"
    assert tools.source.startswith("```{raw} html\n")
    assert "figures/a-chart/" in tools.source


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ([cell("a", "b")], "cell 1: publishes 2 figures"),
        ([cell("a"), cell("a")], "cell 2: figure 'a' is published twice"),
    ],
)
def test_figures_that_cannot_be_told_apart_are_refused(cells, message):
    with pytest.raises(FigureFault, match=message):
        lift(new_notebook(cells=cells))


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "**bold** [link](http://x)", "{cite:p}`a`", "a | b $x$ # h", "![i](j)", "&amp;"],
)
def test_escaped_text_is_shown_as_it_stands(text):
    (inline,) = [t for t in MarkdownIt("commonmark").parse(escape(text)) if t.type == "inline"]
    assert "".join(t.content for t in inline.children) == text
    assert {t.type for t in inline.children} <= {"text", "text_special"}


def test_made_up_data_are_stamped_on_drawing_caption_and_description(shown):
    publish(CHART, **GIVEN | {"sources": [replace(SOURCE, evidence="synthetic")]})
    record = FigureRecord.from_dict(shown[0][FIGURE_MIME])
    assert "Synthetic data" in shown[0][SVG]
    assert record.caption.startswith("**Synthetic data:** made up")
    assert record.alt.startswith("Synthetic data. ")
    assert record.synthetic
