"""How those with an exposure, such as a source of news, answer beside the others: as found, and adjusted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from wavebook.estimates.records import slug
from wavebook.estimates.waves import EstimatingStudy
from wavebook.survey import contrasts, e_value, ratio


def exposed_and_others(
    study: EstimatingStudy,
    wave: str,
    outcomes: Sequence[tuple[str, str]],
    group: str,
    level: str,
    covariates: Sequence[str],
) -> pd.DataFrame:
    """Compare respondents of one level of a group of two levels with the others, outcome by outcome.

    The raw difference is that of two shares. The adjusted one is the average marginal effect of the level in a
    logistic regression under the design on the level and the covariates; it is an association among respondents who
    are alike in the covariates, no more. The risk ratio is that of the average predictions of the same model, and the
    E-value says what an unmeasured confounder would take to explain it.

    Parameters
    ----------
    outcomes
        Pairs of item and answer.
    group, level
        The exposure, such as "main-news" and "Russian television".
    covariates
        Groups that the regression holds constant.

    Returns
    -------
    One row an outcome; none for an outcome that is withheld because too few respondents gave it: item, response, exposed, others (shares), exposed_n, others_n, raw, raw_lower, raw_upper,
    ratio, ratio_lower, ratio_upper, adjusted, adjusted_lower, adjusted_upper, p, risk_ratio, e_value, e_value_limit
    (of the limit nearer to 1; 1 if the interval holds 1), n (in the model), evidence, wave, source.
    """
    estimates = study.wave(wave)
    exposure = f"{slug(group)}__{slug(level)}"
    terms = " + ".join([exposure, *(f"C({slug(name)})" for name in covariates)])
    rows = []
    for item, response in outcomes:
        shares = estimates.shares(item, by=group)
        shown = shares.table.loc[shares.table["response"] == response, group]
        if len(shown) < 2:
            continue  # withheld: too few respondents of one of the two gave this answer
        shares = shares.where(response=response)
        order = np.argsort((shares.table[group] == level).to_numpy(), kind="stable")  # the others first
        table, covariance = shares.table.iloc[order], shares.covariance[np.ix_(order, order)]
        sign = -1.0 if order[0] == 1 else 1.0
        raw = contrasts(shares, [[-sign, sign]], names=[response]).table.iloc[0]
        ratios = ratio(table["share"].to_numpy(float), covariance, raw["df"])
        model = estimates.logit(f"{slug(item)}__{slug(response)} ~ {terms}")
        effect = model.average_marginal_effects(exposure).table.iloc[0]
        predictions = model.predictions(exposure)
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
                "p": effect["p"],
                "risk_ratio": risk[0],
                "e_value": e_value(risk[0]),
                "e_value_limit": e_value(nearer),
                "n": model.n,
                "evidence": estimates.evidence,
                "wave": wave,
                "source": estimates.described.source,
            }
        )
    return pd.DataFrame(rows)
