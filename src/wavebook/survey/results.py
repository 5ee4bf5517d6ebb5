"""What estimators return."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray


@dataclass(frozen=True, repr=False)
class Shares:
    """Shares with the covariance that makes every contrast between them exact.

    Attributes
    ----------
    table
        One row a share: columns that name it, then share, se, lower, upper (fractions, 0–1), n, n_eff, deff, df.
    covariance
        Covariance of the shares in the order of the table, shape (rows, rows), in squared fractions.
    """

    table: pd.DataFrame
    covariance: NDArray[np.float64]

    def __repr__(self) -> str:
        return str(self.table.to_string(index=False, float_format=lambda x: f"{x:.4g}"))
