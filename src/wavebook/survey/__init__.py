"""Statistics on survey designs and on published shares: knows no file and no study."""

from wavebook.survey.contrasts import contrasts, mode_bridge
from wavebook.survey.published import CUSTOMARY_DEFFS, published_shares
from wavebook.survey.results import Shares

__all__ = ["CUSTOMARY_DEFFS", "Shares", "contrasts", "mode_bridge", "published_shares"]
