"""The words of the chapter on blame."""

import pytest

from chapters import blame as text
from wavebook.estimates import printed_contrast, printed_shares


def test_two_printed_answers_are_compared_with_their_covariance(study):
    found = printed_contrast(study, "town-2020", "opinion-tram", "like", "dislike")
    n_eff = 1000 / 1.5
    exact = (0.4 * 0.6 + 0.3 * 0.7 + 2 * 0.4 * 0.3) / n_eff + 2 * 0.01**2 / 12
    assert found["upper"] - found["estimate"] == pytest.approx(1.959964 * exact**0.5, rel=1e-6)
    said = text.say_contrast(study, "town-2020", "opinion-tram", ["like", "dislike"], found)
    assert said.startswith("**like 40%, dislike 30%:** 10.0 points apart (95% interval ")
    assert said.endswith("at a design effect of 1.5, as reported): more than chance would give.")


def test_the_caption_names_each_poll_and_what_the_bars_rest_on(study):
    caption = text.blame_caption(study, ["town-2020", "town-2021"], printed_shares(study, "town-2021"))
    assert "Luxembourg (May 2020, phone, n = 1,000) and Luxembourg (May 2021, phone, n = 1,000)" in caption
    assert "95% intervals at a design effect of 1.5 (as reported)" in caption
    assert "Evidence: published, {cite:t}`paper` and {cite:t}`poll`." in caption
