"""A small made survey for the tests of estimators."""

from __future__ import annotations

import pandas as pd
import pytest

from surveys import make_survey


@pytest.fixture
def survey() -> pd.DataFrame:
    return make_survey()
