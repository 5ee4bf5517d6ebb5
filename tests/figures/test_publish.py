import altair as alt
import pandas as pd
import pytest
from markdown_it import MarkdownIt
from nbformat.v4 import new_code_cell, new_notebook, new_output

from wavebook.figures import escape, lift, publish
from wavebook.figures.publish import RECORD, SVG


@pytest.fixture
def shown(monkeypatch):
    outputs = []
    monkeypatch.setattr("IPython.display.display", lambda data, **_: outputs.append(data))
    return outputs


CHART = alt.Chart(pd.DataFrame({"x": [1, 2], "y": [3, 4]})).mark_point().encode(x="x", y="y")


def cell(*ids):
    data = [
        {SVG: "<svg/>", RECORD: {"id": id_, "caption": "A caption", "alt": "What it shows", "synthetic": False}}
        for id_ in ids
    ]
    return new_code_cell("publish(…)", outputs=[new_output("display_data", data=one) for one in data])


def test_a_chart_is_drawn_without_scripts_and_the_same_every_time(shown):
    for _ in range(2):
        publish(CHART, id="a-chart", caption="A caption", alt="Two points")
    assert shown[0][SVG] == shown[1][SVG]
    assert shown[0][SVG].startswith("<svg")
    assert "<script" not in shown[0][SVG]
    assert shown[0][RECORD] == {
        "id": "a-chart",
        "caption": "A caption",
        "alt": "Two points",
        "synthetic": False,
    }


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"id": "Not Kebab"}, "lower-case words joined by hyphens"),
        ({"id": "../up"}, "lower-case words joined by hyphens"),
        ({"caption": " "}, "the caption is empty"),
        ({"alt": ""}, "the alt is empty"),
    ],
)
def test_a_figure_lacking_something_is_refused(shown, changes, message):
    with pytest.raises(ValueError, match=message):
        publish(CHART, **({"id": "a", "caption": "c", "alt": "d"} | changes))
    assert not shown


def test_caption_and_description_go_where_sphinx_finds_them():
    notebook = new_notebook(cells=[new_code_cell("1"), cell("a-chart")])
    (figure,) = lift(notebook)
    assert (figure.id, figure.alt, figure.svg) == ("a-chart", "What it shows", "<svg/>")
    assert notebook.cells[1].metadata["mystnb"] == {
        "figure": {"name": "a-chart", "caption": "A caption"},
        "image": {"alt": "What it shows"},
    }
    assert RECORD not in notebook.cells[1].outputs[0]["data"]


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ([cell("a", "b")], "cell 1 publishes 2 figures"),
        ([cell("a"), cell("a")], "cell 2: figure 'a' is published twice"),
    ],
)
def test_figures_that_cannot_be_told_apart_are_refused(cells, message):
    with pytest.raises(ValueError, match=message):
        lift(new_notebook(cells=cells))


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "**bold** [link](http://x)", "{cite:p}`a`", "a | b $x$ # h", "![i](j)", "&amp;"],
)
def test_escaped_text_is_shown_as_it_stands(text):
    (inline,) = [t for t in MarkdownIt("commonmark").parse(escape(text)) if t.type == "inline"]
    assert "".join(t.content for t in inline.children) == text
    assert {t.type for t in inline.children} <= {"text", "text_special"}


def test_made_up_data_are_stamped_on_drawing_caption_and_description(monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda data, **_: shown.append(data))
    publish(CHART, id="a-chart", caption="A caption", alt="Two points", synthetic=True)
    record = shown[0][RECORD]
    assert "Synthetic data" in shown[0][SVG]
    assert record["caption"].startswith("**Synthetic data:** made up")
    assert record["alt"].startswith("Synthetic data. ")
    assert record["synthetic"] is True
