"""No output of a page may show respondents: each place of a notebook is looked at, and named."""

import json

import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from helpers import FIXTURES, WAVE, copy_checkout
from wavebook.figures.publishing import FIGURE_MIME
from wavebook.pages.page import Failed, Page
from wavebook.pages.printed import check_printed, keep_back
from wavebook.study import Study
from wavebook.waves.recognising.stored import Private

TABLE = pd.read_csv(FIXTURES / "respondents.csv")
ROWS = json.loads(TABLE.head(6).to_json(orient="records"))
HTML = TABLE.head()._repr_html_()
VEGA = "application/vnd.vegalite.v5+json"
PARAMETERS = new_code_cell("rows: int", metadata={"tags": ["parameters"]})


@pytest.fixture(scope="module")
def private(tmp_path_factory):
    return Private(Study.open(copy_checkout(tmp_path_factory.mktemp("here"), respondents=True)))


def page(notebook, **parameters):
    return Page("own", "Own", "notebooks/own.ipynb", notebook, parameters)


def printed(cell, metadata=None):
    return new_notebook(cells=[PARAMETERS, new_markdown_cell("Words."), cell], metadata=metadata or {})


def shown(**data):
    return new_code_cell("x", outputs=[new_output("display_data", data=data)])


CELLS = {
    "its output (text/html)": shown(**{"text/html": HTML}),
    "its output (text/plain)": shown(**{"text/plain": repr(TABLE.head())}),
    "its output (text/markdown)": shown(**{"text/markdown": HTML}),
    "its output (application/json)": shown(**{"application/json": ROWS}),
    f"its output ({VEGA})": shown(**{VEGA: {"datasets": {"data-0": ROWS}, "mark": "point"}}),
    "its output (image/svg+xml)": shown(
        **{
            "image/svg+xml": "".join(
                f'<path aria-label="Age: {r["Age"]}; wt: {r["wt"]}; Ferry: {r["Ferry"]}"/>' for r in ROWS
            )
        }
    ),
    "its figure": shown(**{FIGURE_MIME: {"columns": list(ROWS[0]), "rows": [list(row.values()) for row in ROWS]}}),
    "what it writes to stdout": new_code_cell("x", outputs=[new_output("stream", text=TABLE.head().to_csv())]),
    "what it writes to stderr": new_code_cell(
        "x", outputs=[new_output("stream", name="stderr", text=f"\x1b[31m{ROWS[0]}")]
    ),
    "its error": new_code_cell(
        "x", outputs=[new_output("error", ename="ValueError", evalue="no", traceback=[f"\x1b[0;31m{ROWS[2]}\x1b[0m"])]
    ),
    "what goes with its output": new_code_cell(
        "x", outputs=[new_output("display_data", data={}, metadata={"scrapbook": {"name": "glued", "data": ROWS}})]
    ),
    "its metadata": new_code_cell("x", metadata={"kept": TABLE.head().to_json()}),
    "its text": new_code_cell(f"rows = {ROWS}"),
}


@pytest.mark.parametrize("what", CELLS)
def test_a_page_that_shows_respondents_is_refused_by_cell_and_kind(private, what):
    notebook = printed(CELLS[what])
    with pytest.raises(Failed) as failed:
        check_printed(page(notebook), notebook, private)
    said = str(failed.value)
    assert said.startswith(f"notebooks/own.ipynb, cell 3: {what} shows ")
    assert f"data/microdata/{WAVE}.csv" in said
    assert " respondent" in said
    assert not [value for value in ("Neighbours", "Refused", "1.112182", "north") if value in said]


def test_the_state_of_widgets_is_looked_at(private):
    state = {"widgets": {"application/vnd.jupyter.widget-state+json": {"state": {"a": {"value": HTML}}}}}
    notebook = printed(new_code_cell("x"), state)
    with pytest.raises(Failed, match=r"^notebooks/own.ipynb: its metadata, where the state of widgets lies, shows "):
        check_printed(page(notebook), notebook, private)


def test_cells_are_counted_as_their_author_counts_them(private):
    source = new_notebook(cells=[PARAMETERS, new_code_cell("x")])
    executed = new_notebook(cells=[PARAMETERS, new_code_cell("rows = 2"), shown(**{"text/html": HTML})])
    with pytest.raises(Failed, match="cell 2: "):
        check_printed(page(source, rows=2), executed, private)


def test_rows_that_are_spread_over_cells_are_seen_together(private):
    row = TABLE[["Age", "Gender", "Ferry", "wt"]].sample(12, random_state=2).to_dict("records")
    cells = [shown(**{"application/json": one}) for one in row]
    notebook = new_notebook(cells=[PARAMETERS, *cells])
    with pytest.raises(Failed, match="its cells together show "):
        check_printed(page(notebook), notebook, private)


def test_what_shows_no_respondent_passes(private, tmp_path):
    notebook = printed(shown(**{"text/html": TABLE.describe().to_html(), "image/png": "iVBORw0KGgo="}))
    check_printed(page(notebook), notebook, private)
    notebook = printed(shown(**{"text/html": HTML}))
    elsewhere = Private(Study.open(copy_checkout(tmp_path)))
    check_printed(page(notebook), notebook, elsewhere)


def test_an_error_that_shows_a_respondent_is_kept_back(private):
    where = "notebooks/own.ipynb, cell 2 (`x`)"
    harmless = Failed(f"{where}: KeyError: 'x'", where, "KeyError: 'x'")
    assert keep_back(harmless, private) is harmless
    for message, said in ((f"{where}: {ROWS[3]}", ""), (f"{where}: ValueError", f"ValueError\n{ROWS[3]}")):
        kept = keep_back(Failed(message, where, said), private)
        assert str(kept).startswith(f"{where}: failed, and its error, which is kept back, shows a respondent of ")
        assert "Neighbours" not in f"{kept} {kept.said}"


def test_a_file_that_cannot_be_read_is_told(tmp_path):
    root = copy_checkout(tmp_path, respondents=True)
    (root / "data/microdata/other.sav").write_text("nothing")
    private = Private(Study.open(root))
    assert private.leak(str(ROWS))
    assert list(private.unread) == ["data/microdata/other.sav"]
