"""How one group of respondents answers beside all others: as found, and among those who are alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from wavebook.estimates.formulas import variable
from wavebook.estimates.waves import WaveEstimates
from wavebook.survey import Logit, contrasts, e_value, ratio, smallest_seen


def level_against_others(
    respondents: WaveEstimates,
    outcomes: Sequence[tuple[str, str]],
    group: str,
    level: str,
    model_of: Callable[[str, str], Logit],
) -> pd.DataFrame:
    """Compare respondents of one level of a group of two levels with the others, outcome by outcome.

    The raw difference is that of two shares. The adjusted one is the average marginal effect of the level in a model
    that the caller gives; it is an association among respondents who are alike in what the model holds constant, no
    more. The risk ratio is that of the average predictions of the same model, and the E-value says what an unmeasured
    confounder would take to explain it.

    Parameters
    ----------
    outcomes
        Pairs of item and answer.
    group, level
        A division into groups, and the level of it that is set beside the others.
    model_of
        Given item and answer, fits their logistic regression on the level, as ``variable(group, level)``, and whatever
        is to be held constant.

    Returns
    -------
    pandas.DataFrame
        One row an outcome; none for an outcome that is not told of both: item, response,
        exposed, others (shares), exposed_n, others_n, exposed_se, raw, raw_lower, raw_upper, ratio, ratio_lower,
        ratio_upper, adjusted, adjusted_lower, adjusted_upper, adjusted_mde (the smallest difference that would have
        been found with a power of 80%), p, risk_ratio, e_value, e_value_limit (of the limit nearer to 1; 1 if the
        interval holds 1), exposed_df, others_df (degrees of freedom, each group's own), n (in the model), evidence, wave,
        source.
    """
    rows = []
    for item, response in outcomes:
        shares = respondents.shares(item, by=group)
        shown = shares.table.loc[shares.table["response"] == response, group]
        if len(shown) < 2:
            continue  # withheld of one of the two, or of both
        shares = shares.where(response=response)
        order = np.argsort((shares.table[group] == level).to_numpy(), kind="stable")  # the others first
        table, covariance = shares.table.iloc[order], shares.covariance[np.ix_(order, order)]
        sign = -1.0 if order[0] == 1 else 1.0
        raw = contrasts(shares, [[-sign, sign]], names=[response]).table.iloc[0]
        ratios = ratio(table["share"].to_numpy(float), covariance, raw["df"])
        model = model_of(item, response)
        effect = model.average_marginal_effects(variable(group, level)).table.iloc[0]
        predictions = model.predictions(variable(group, level))
        risk = ratio(predictions.table["estimate"].to_numpy(float), predictions.covariance, model.df)
        nearer = 1.0 if risk[1] <= 1 <= risk[2] else min(risk[1:], key=lambda limit: abs(np.log(limit)))
        rows.append(
            {
                "item": item,
                "response": response,
                "others": table["share"].iloc[0],
                "exposed": table["share"].iloc[1],
                "others_n": int(table["n"].iloc[0]),
                "exposed_n": int(table["n"].iloc[1]),
                "exposed_se": table["se"].iloc[1],
                "raw": raw["estimate"],
                "raw_lower": raw["lower"],
                "raw_upper": raw["upper"],
                "ratio": ratios[0],
                "ratio_lower": ratios[1],
                "ratio_upper": ratios[2],
                "adjusted": effect["estimate"],
                "adjusted_lower": effect["lower"],
                "adjusted_upper": effect["upper"],
                "adjusted_mde": smallest_seen(effect["se"], model.df),
                "p": effect["p"],
                "risk_ratio": risk[0],
                "e_value": e_value(risk[0]),
                "e_value_limit": e_value(nearer),
                "exposed_df": table["df"].iloc[1],
                "others_df": table["df"].iloc[0],
                "n": model.n,
                "evidence": respondents.evidence,
                "wave": respondents.described.id,
                "source": respondents.described.source,
            }
        )
    return pd.DataFrame(rows) if rows else pd.DataFrame(columns=["item", "response"])
