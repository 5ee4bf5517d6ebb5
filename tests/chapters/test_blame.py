"""The words of the chapter on blame."""

import pandas as pd
import pytest

from chapters import blame as text
from chapters.region.compare import moves
from wavebook.estimates import printed_shares


@pytest.fixture(scope="module")
def found(study):
    waves = [printed_shares(study, wave) for wave in ("town-2020", "town-2021")]
    rows = pd.concat(waves, ignore_index=True)
    return rows[(rows["by"] == "") & (rows["item"] == "opinion-tram")].reset_index(drop=True)


def test_two_printed_answers_are_compared_with_their_covariance(study, found):
    first = found[found["wave"] == "town-2020"]
    move = moves(first, text.asked_of(first, ["like", "dislike"], ["opinion-tram", "opinion-bus"]))["answers"]
    exact = (0.4 * 0.6 + 0.3 * 0.7 + 2 * 0.4 * 0.3) / (1000 / 1.5) + 2 * 0.01**2 / 12
    assert move.half == pytest.approx(1.959964 * exact**0.5, rel=1e-6)
    said = text.say_answers(study, first, move, "opinion-tram")
    assert "Luxembourg who is mainly responsible, more named like than dislike:** 40% (36 to 44) against 30%" in said
    assert "10 points apart" in said
    assert "The other 30% gave an answer that was not printed, or none." in said


def test_answers_that_chance_could_turn_are_not_put_in_an_order(study, found):
    second = found[found["wave"] == "town-2021"].reset_index(drop=True)
    move = moves(second, text.asked_of(second, ["like", "dislike"], ["opinion-tram", "opinion-bus"]))["answers"]
    said = text.say_answers(study, second, move, "opinion-tram")
    assert "whether more named like than dislike cannot be told from chance:** 36%" in said
    assert said.endswith("No answer that was printed is that of a majority.")


def test_a_question_to_one_country_has_its_answers_and_one_to_several_the_countries(study, found):
    alone = text.in_blocks(study, found[found["wave"] == "town-2020"])
    assert alone[["title", "response"]].values.tolist() == [
        ["Opinion of the tram, Luxembourg", "like"],
        ["Opinion of the tram, Luxembourg", "dislike"],
    ]
    both = text.in_blocks(study, found[found["response"] == "like"])
    assert both[["title", "response"]].values.tolist() == [["Opinion of the tram", "Luxembourg"]] * 2


def test_the_caption_is_short_and_names_polls_and_evidence(study, found):
    caption = text.blame_caption(study, ["town-2020", "town-2021"], found)
    assert "Town Poll, Luxembourg (May 2020) and Luxembourg (May 2021), with 95% intervals" in caption
    assert "Hollow: second-hand, or our reading." in caption
    assert caption.endswith("Evidence: published, {cite:t}`poll` and {cite:t}`paper`.")
    assert len(caption.split()) < 60


def test_what_is_our_reading_is_counted(found):
    assert text.say_inferred(found) == "All shares are printed as this wave’s."
    marked = found.assign(certainty="inferred", note="Printed without a date.")
    assert text.say_inferred(marked).startswith(
        "That all of the four shares belong to this wave is our reading. Printed"
    )
