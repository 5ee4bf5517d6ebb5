import pandas as pd

from wavebook.figures import show_table


def test_whatever_a_cell_holds_is_shown_as_text():
    shown = show_table(pd.DataFrame({"<b>": ["<script>alert(1)</script>", None]}), 'a "caption" <i>').data
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown
    assert "<i>" not in shown
    assert "<td></td>" in shown
