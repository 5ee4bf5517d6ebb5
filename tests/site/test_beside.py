"""What a page says beside a figure, as HTML that stands alone."""

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from pybtex.database import parse_string

from wavebook.site.beside import Beside

BIBLIOGRAPHY = parse_string(
    "@misc{ng2021, author={Ng, Mai}, title={T}, year=2021} @misc{ott2022, author={Ott, Bo}, title={U}, year=2022}",
    "bibtex",
)
SVG = {"image/svg+xml": "<svg/>"}


def output(data, **metadata):
    return new_output("display_data", data=data, metadata=metadata)


def glued(name, value):
    return output(
        {"application/papermill.record/text/plain": repr(value)}, scrapbook={"name": name, "mime_prefix": "x"}
    )


def figure(name):
    return new_code_cell("secret_code()", outputs=[output(SVG)], metadata={"mystnb": {"figure": {"name": name}}})


@pytest.fixture
def say(tmp_path):
    """Write a page of some cells; give what it says beside the figure `li-one`."""

    def say(*cells, titles=None):
        title = new_markdown_cell("# The title", id="title")
        nbformat.write(new_notebook(cells=[title, *cells]), tmp_path / "a-page.ipynb")
        return Beside(tmp_path, BIBLIOGRAPHY, titles or {"li-two": "Two & <more>"}).text("a-page", "li-one")

    return say


def text(made):
    return BeautifulSoup(made, "html.parser").get_text(" ", strip=True)


def test_prose_and_sentences_are_there_in_order_and_code_is_not(say):
    made = say(
        new_markdown_cell("## Found\n\nBefore *it*."),
        figure("li-one"),
        new_code_cell("x = 1", outputs=[output({"text/markdown": "- **55** of all.", "text/plain": "<Markdown>"})]),
        new_markdown_cell("## What this does not show\n\nMuch."),
    )
    assert text(made) == "Found Before it . The figure stands here. 55 of all. What this does not show Much."
    assert "<h3>Found</h3>" in made
    assert "<em>it</em>" in made
    assert "secret_code" not in made
    assert "The title" not in made


def test_what_readers_do_not_see_is_left_out(say):
    hidden = new_code_cell("a", outputs=[output({"text/markdown": "Hidden."})], metadata={"tags": ["remove-cell", "x"]})
    assert say(hidden, new_markdown_cell("% a remark\n\n<!-- another -->\n\n```{raw} html\n<b>x</b>\n```")) == ""


def test_other_figures_and_tables_are_named(say):
    table = "<div><table><caption>All &lt;answers&gt;.</caption><tr><td>1</td></tr></table></div>"
    made = say(figure("li-two"), new_code_cell("t", outputs=[output({"text/html": table})]))
    assert text(made) == "Here stands the figure “Two & <more>” (li-two). Here stands a table. All <answers>."


@pytest.mark.parametrize(
    ("markdown", "said"),
    [
        ("As {cite:t}`ng2021` found", "As Ng (2021) found"),
        ("Found {cite:p}`ng2021,ott2022`.", "Found (Ng, 2021; Ott, 2022)."),
        ("See {numref}`li-two`.", "See the figure “Two & <more>” (li-two)."),
        ("See {ref}`that part <some-target>`.", "See that part."),
        ("{doc}`how-to-read`", "how-to-read"),
        ("It is {glue:text}`share:.1f`%", "It is 54.3%"),
        ("It is {glue:text}`pages/a-page.ipynb::words`", "It is many"),
        (":::{note}\nWell `said`.\n:::", "Note Well said ."),
        ("A [link](https://example.org/a) and [another](pages/a.md)", "A link and another"),
        ("![a picture](x.png)", "a picture"),
        ("{math}`x < 1`", "x < 1"),
    ],
)
def test_what_refers_elsewhere_becomes_words(say, markdown, said):
    glue = new_code_cell(
        "g", outputs=[glued("share", 54.32), glued("words", "many")], metadata={"tags": ["remove-cell"]}
    )
    made = say(glue, new_markdown_cell(markdown))
    assert text(made) == said
    links = {link["href"] for link in BeautifulSoup(made, "html.parser").select("a")}
    assert links <= {"https://example.org/a"}


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "a <img src=x onerror=alert(1)> b",
        "[x](javascript:alert(1)) [y](data:text/html,x)",
        "```{raw} html\n<iframe src=x></iframe>\n```",
        "{glue:text}`evil`",
        "`<b>` {numref}`<script>` {cite:t}`<i>`",
        "<!-- /now --> &lt;!-- now --&gt;",
    ],
)
def test_no_markup_from_outside_comes_through(say, hostile):
    glue = new_code_cell("g", outputs=[glued("evil", "<script>x</script>")], metadata={"tags": ["remove-cell"]})
    made = say(glue, new_markdown_cell(hostile), new_code_cell("h", outputs=[output({"text/markdown": hostile})]))
    page = BeautifulSoup(made, "html.parser")
    assert {element.name for element in page.find_all(True)} <= {"p", "code", "em", "strong", "span"}
    assert not [element for element in page.find_all(True) if element.attrs]
    assert "<!--" not in made


def test_a_page_that_is_gone_says_nothing(tmp_path):
    assert Beside(tmp_path, BIBLIOGRAPHY, {}).text("a-page", "li-one") == ""
