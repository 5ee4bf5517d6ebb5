"""What is told of all groups together lets nothing rare follow, and exempts only what is declared."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wavebook.estimates.attack import Truth, leaks
from wavebook.estimates.disclosure import Answers, Table
from wavebook.estimates.suppression import Exempt, Plan, stated
from wavebook.study import Exemption, Item

RESPONSES = ("love", "like", "dislike", "unsure")
ITEM = Item(title="Ferry", asks="ferry", responses=RESPONSES, headline={"good": ("love", "like")})
DIVISIONS = ("street", "age")


def asked(seed=1, n=400, silent=0):
    """Respondents of two divisions; `silent` of them have no street."""
    chance = np.random.default_rng(seed)
    street = chance.choice(["upper", "lower", "yard"], n, p=[0.5, 0.4, 0.1]).astype(object)
    street[:silent] = None
    frame = pd.DataFrame(
        {
            "ferry": pd.Categorical(chance.choice(RESPONSES, n, p=[0.5, 0.36, 0.1, 0.04]), RESPONSES),
            "street": pd.Categorical(street, ["upper", "lower", "yard"]),
            "age": pd.Categorical(chance.choice(["young", "old"], n), ["young", "old"]),
        }
    )
    return Truth(
        frame, {"ferry": {**{r: (r,) for r in RESPONSES}, **ITEM.headline}}, DIVISIONS, chance.uniform(0.5, 1.5, n)
    )


def plan(truth, *crossings, exemptions=None):
    tables = [Table(), *(Table((name,)) for name in DIVISIONS), *crossings]
    return Plan(truth, "ferry", Answers.of(ITEM, RESPONSES), tables, Exempt(truth, "ferry", exemptions or {}))


def said(truth, found):
    return [
        stated(truth, "ferry", answer, place.group, str(place)) for place, told in found.told.items() for answer in told
    ]


def counts(truth, group):
    return {response: truth.holds("ferry", [response], group)[0] for response in RESPONSES}


@given(st.integers(0, 10_000), st.integers(100, 500), st.sampled_from([0, 3]))
@settings(max_examples=8, deadline=None)
def test_nothing_rare_follows_from_all_that_is_told(seed, n, silent):
    truth = asked(seed, n, silent)
    found = plan(truth, Table(DIVISIONS), Table(DIVISIONS, ("love",)))
    assert leaks(truth, said(truth, found), explain=False) == []


def test_each_group_by_itself_would_not_do():
    """The witness of the rule: with as much as each group could have by itself, something follows."""
    truth = asked(2, silent=3)
    found = plan(truth)
    alone = [
        stated(truth, "ferry", answer, place.group, "")
        for place in found.told
        for answer in found._finest(place, frozenset())
    ]
    assert leaks(truth, alone, explain=False)
    assert {part.why for name in DIVISIONS for part in found.withheld(Table((name,)))} >= {"rare", "follows"}


def test_it_is_decided_alike_whoever_asks_first():
    truth = asked(3)
    whole = plan(truth)
    again = Plan(truth, "ferry", Answers.of(ITEM, RESPONSES), [Table(), Table(("street",))], Exempt(truth, "ferry", {}))
    assert again.of(Table(("street",))) == whole.of(Table(("street",)))


def test_what_is_committed_does_not_change_and_what_is_new_has_to_go_with_it():
    truth = asked(5)
    before = plan(truth)
    tables = [Table(), *(Table((name,)) for name in DIVISIONS)]
    committed = {table: before.of(table) for table in tables}
    crossing = Table(DIVISIONS, ("love",))
    after = Plan(
        truth, "ferry", Answers.of(ITEM, RESPONSES), [*tables, crossing], Exempt(truth, "ferry", {}), committed
    )
    assert all(after.of(table) == before.of(table) for table in tables)
    assert leaks(truth, said(truth, after), explain=False) == []


def test_respondents_without_a_level_are_a_group_as_well():
    """Three who have no street: all less the streets would be theirs, so that one street is not told of."""
    truth = asked(2, silent=3)
    found = plan(truth)
    told = found.of(Table(("street",)))
    assert "good" in found.of(Table())[""]
    assert not all("good" in answers for answers in told.values())


def exemption(**changes):
    plain = {
        "wave": "w",
        "item": "ferry",
        "by": ("street",),
        "groups": ("yard",),
        "answers": ("good",),
        "lets_follow": [{"group": "yard", "answers": ["dislike", "unsure"]}],
        "why": "readers ask",
        "harmless": "they are many",
        "decided": "all",
        "date": dt.date(2026, 1, 1),
    }
    return Exemption.model_validate(plain | changes)


@pytest.fixture(scope="module")
def few():
    """In the yard nearly everybody likes the ferry."""
    truth = asked(7)
    frame = truth.frame.copy()
    yard = (frame["street"] == "yard").to_numpy().nonzero()[0]
    frame.iloc[yard, frame.columns.get_loc("ferry")] = ["love", "like"] * (len(yard) // 2) + ["like"] * (len(yard) % 2)
    frame.iloc[yard[:2], frame.columns.get_loc("ferry")] = "dislike"
    return Truth(frame, truth.items, DIVISIONS, truth.weights)


def test_an_exemption_lets_its_share_be_told_and_nothing_else(few):
    without, street = plan(few), Table(("street",))
    assert "good" not in without.of(street)["yard"]
    exempt = {"yard": exemption()}
    found = plan(few, exemptions=exempt)
    assert "good" in found.of(street)["yard"]
    (shown,) = found.exempted(street)
    assert (shown.group, shown.response, shown.exemption, shown.few, shown.gave) == ("yard", "good", "yard", 2, False)
    following = leaks(few, said(few, found), explain=False)
    assert {bound.cell.group for bound in following} == {(("street", "yard"),)}
    assert all(Exempt(few, "ferry", exempt).covers(bound) == "yard" for bound in following)


def test_an_exemption_covers_no_more_than_it_says_by_itself(few):
    """That two did not like it may follow; what the two said may not."""
    exempt = Exempt(few, "ferry", {"yard": exemption()})
    group = (("street", "yard"),)
    closer = [stated(few, "ferry", answer, group, answer) for answer in ("good", "dislike")]
    following = leaks(few, closer, explain=False)
    assert following
    assert not any(exempt.covers(bound) for bound in following if bound.cell.response in ("dislike", "unsure"))


def test_an_exemption_covers_only_the_cells_that_it_declares(few):
    partial = exemption(lets_follow=[{"group": "yard", "answers": ["dislike"]}])
    exempt = Exempt(few, "ferry", {"yard": partial})
    following = leaks(few, [stated(few, "ferry", "good", (("street", "yard"),), "")], explain=False)
    covered = {bound.cell.response: exempt.covers(bound) for bound in following}
    assert covered["dislike"] == "yard"
    assert covered["unsure"] is None


def test_what_models_tell_is_exempt_only_where_an_exemption_names_it(few):
    """What the two said follows from a model of those who spoke; it does not let shares tell more."""
    group = (("street", "yard"),)
    closer = [stated(few, "ferry", answer, group, answer) for answer in ("good", "dislike")]
    following = leaks(few, closer, explain=False)
    named = {"yard": exemption(models=("dislike",))}
    assert all(Exempt(few, "ferry", named, with_models=True).covers(bound) for bound in following)
    assert not all(Exempt(few, "ferry", named).covers(bound) for bound in following)
    assert not all(Exempt(few, "ferry", {"yard": exemption()}, with_models=True).covers(bound) for bound in following)
    assert plan(few, exemptions=named).of(Table(("street",))) == plan(few, exemptions={"yard": exemption()}).of(
        Table(("street",))
    )
