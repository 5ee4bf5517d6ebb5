from types import SimpleNamespace

import pytest
from docutils import nodes

from wavebook.site import mathml

HOSTILE = r"\frac{p}{n} < 5 \text{<script>alert(1)</script>} \sqrt{x}"


@pytest.mark.parametrize(("visit", "node"), [(mathml._inline, nodes.math), (mathml._block, nodes.math_block)])
def test_formulas_become_mathml_and_text_in_them_stays_text(visit, node):
    translator = SimpleNamespace(body=[])
    with pytest.raises(nodes.SkipNode):
        visit(translator, node("", HOSTILE))
    written = "".join(translator.body)
    assert "<mfrac>" in written
    assert "<msqrt>" in written
    assert "<script" not in written
    assert "&lt;script&gt;" in written
