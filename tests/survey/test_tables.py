import pytest

from surveys import CLUSTERED
from wavebook.survey import Design, independence


def test_independence_does_not_ask_which_way_the_table_lies(survey):
    design = Design(survey, **CLUSTERED)
    one, other = independence(design, "y", "group"), independence(design, "group", "y")
    assert one.table.to_numpy() == pytest.approx(other.table.to_numpy())
