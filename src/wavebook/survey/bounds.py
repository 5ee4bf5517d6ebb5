"""What a share would be if a group were as large in the sample as elsewhere, where its answers are not known."""

from __future__ import annotations

from wavebook.survey.errors import SurveyError


def mix_bounds(share: float, part: float, common: float) -> tuple[float, float]:
    """Bounds of a share if one of two groups were another part of the sample.

    With p = q r + (1 − q) k, where q is the group's part, r the share in it and k that in the rest, neither of which
    is known, the share at a part c is c r + (1 − c) k. It is largest and smallest at the ends of what r can be.

    Parameters
    ----------
    share, part
        The share found and the group's part of the sample, fractions.
    common
        The part of the group at which the share is wanted.

    Raises
    ------
    SurveyError
        If a fraction is not between 0 and 1, or the group is nobody or everybody.
    """
    for name, value in (("share", share), ("part", part), ("common", common)):
        if not 0 <= value <= 1:
            raise SurveyError(f"{name}: {value!r} is not between 0 and 1")
    if part in (0, 1):
        raise SurveyError("part: the group is nobody or everybody; nothing is known of the others")
    ends = (max(0.0, (share - (1 - part)) / part), min(1.0, share / part))
    found = sorted(common * r + (1 - common) * (share - part * r) / (1 - part) for r in ends)
    return max(0.0, found[0]), min(1.0, found[1])
