"""Statistics on survey designs and on published shares: pure functions that know no file and no study."""

from wavebook.survey.answers import answer_shares
from wavebook.survey.bases import at_mix, rebased
from wavebook.survey.comparisons import contrasts, holm, mode_bridge, smallest_seen, wald
from wavebook.survey.confounding import e_value, ratio
from wavebook.survey.decomposition import Decomposition, decompose
from wavebook.survey.design import Design
from wavebook.survey.errors import SurveyError
from wavebook.survey.fragility import OneOtherwise, one_otherwise
from wavebook.survey.natural_effects import Mediation, mediation
from wavebook.survey.ordinal import Ordinal, ordinal
from wavebook.survey.proportions import shares
from wavebook.survey.published import CUSTOMARY_DEFFS, published_shares
from wavebook.survey.raking import rake
from wavebook.survey.regression import Effects, Logit, Regression, logit
from wavebook.survey.replicates import bootstrap_shares
from wavebook.survey.results import Contrasts, Result, Shares, Test
from wavebook.survey.tables import independence
from wavebook.survey.time_trend import FEWEST_WAVES, Trend, trend

__all__ = [
    "CUSTOMARY_DEFFS",
    "FEWEST_WAVES",
    "Contrasts",
    "Decomposition",
    "Design",
    "Effects",
    "Logit",
    "Mediation",
    "OneOtherwise",
    "Ordinal",
    "Regression",
    "Result",
    "Shares",
    "SurveyError",
    "Test",
    "Trend",
    "answer_shares",
    "at_mix",
    "bootstrap_shares",
    "contrasts",
    "decompose",
    "e_value",
    "holm",
    "independence",
    "logit",
    "mediation",
    "mode_bridge",
    "one_otherwise",
    "ordinal",
    "published_shares",
    "rake",
    "ratio",
    "rebased",
    "shares",
    "smallest_seen",
    "trend",
    "wald",
]
