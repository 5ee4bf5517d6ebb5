from dataclasses import replace

import pytest
from figure_records import PROVENANCE, SOURCE, make_figure

from wavebook.figures.differences import input_differences, say_changes, value_differences
from wavebook.figures.record import Provenance

NAME = "li-ferry-trend, “Opinion of the ferry, Liechtenstein”: "
HILL = "Hill Poll, Liechtenstein, 25 April – 23 May 2023"
AUTUMN, SPRING = make_figure().rows


def said(old, new):
    """What is said of a figure, without its name."""
    (sentence,) = say_changes(old, new)
    assert sentence.startswith(f"{new.id}, “{new.title}”: ")
    assert sentence.endswith(".")
    return sentence.removeprefix(f"{new.id}, “{new.title}”: ").removesuffix(".")


def table(columns, rows, keys, values):
    return make_figure(columns=tuple(columns), rows=tuple(rows), keys=tuple(keys), values=tuple(values))


def trend(*rows, **changes):
    return make_figure(rows=rows, **changes)


def test_a_new_figure_is_named():
    assert say_changes(None, make_figure()) == [f"{NAME}new."]


def test_a_share_that_changed_is_said_with_unit_and_interval_and_of_its_row_what_tells_it_apart():
    newer = trend(AUTUMN, ("favourable", "w-2", "spring 2023", "57.6", 54.34, 60.8))
    assert said(make_figure(), newer) == "spring 2023: 58 → 57.6 per cent (54.3 to 60.8)"


def test_rows_that_came_or_went_are_said():
    third = ("favourable", "w-3", "autumn 2023", "55", 52.0, 58.0)
    assert said(make_figure(), trend(AUTUMN, SPRING, third)) == "autumn 2023: new, 55 per cent (52.0 to 58.0)"
    assert said(make_figure(), trend(AUTUMN)) == "spring 2023: gone, was 58 per cent (54.7 to 61.2)"


def test_a_bound_and_a_share_without_interval_are_said_as_printed():
    bound = trend(AUTUMN, ("favourable", "w-2", "spring 2023", ">50", None, None))
    assert said(make_figure(), bound) == "spring 2023: 58 → >50 per cent"


def test_the_only_row_needs_no_name():
    assert said(trend(AUTUMN), trend(("favourable", "w-1", "autumn 2022", "49", 45.7, 52.3))) == (
        "48 → 49 per cent (45.7 to 52.3)"
    )


COMPARED = ("wave", "outcome", "difference, points", "difference, lower", "difference, upper", "adjusted, points",
            "adjusted, lower", "adjusted, upper", "ratio")  # fmt: skip


def compared(*rows):
    return table(COMPARED, rows, ("wave", "outcome"), ("difference, points", "adjusted, points", "ratio"))


def test_differences_are_said_in_points_each_with_its_own_interval():
    tram = ("w", "Opinion of the tram: love", -2.1, -4.0, -0.2, 1.5, 0.5, 2.5, 0.9)
    before = compared(("w", "Opinion of the ferry: love", 5.63, 1.27, 9.99, 5.4, 0.7, 10.1, 1.06), tram)
    after = compared(("w", "Opinion of the ferry: love", 5.63, 1.27, 9.99, -0.25, -4.96, 4.46, 1.1), tram)
    assert said(before, after) == (
        "“Opinion of the ferry: love”: adjusted +5.4 → −0.25 points (−5.0 to +4.5), ratio 1.06 → 1.1"
    )


def meetings(*rows):
    columns = ("from", "partner", "Lilia", "Mona", "Nora", "place in the list")
    return table(columns, rows, ("from", "partner"), columns[2:])


def test_words_days_and_ranks_are_said_and_what_is_the_same_for_several_once():
    ferry = ("2022-05-02", "the ferry", "came", "came", "came", 1)
    tram = ("2022-06-11", "the tram", "came", "came", "did not come, or late", None)
    moved = meetings(ferry, ("2022-06-11", "the tram", "sent word", "sent word", "came", 2))
    assert said(meetings(ferry, tram), moved) == (
        "11 June 2022, the tram: Lilia and Mona “came” → “sent word”, Nora “did not come, or late” → “came”, place in the "
        "list none → 2"
    )
    assert said(meetings(ferry), meetings(ferry, tram)) == (
        "11 June 2022, the tram: new, Lilia and Mona “came”, Nora “did not come, or late”"
    )


def groups(*shares, among=("age", "age", "sex")):
    named = ("18-29", "60+", "women")
    columns = ("wave", "item", "answer", "among", "group", "per cent")
    rows = [("w-1", "opinion-ferry", "love", *where, share) for where, share in zip(zip(among, named, strict=True), shares, strict=True)]  # fmt: skip
    return table(columns, rows, columns[:5], columns[5:])


def test_groups_are_named_with_their_division_where_there_are_several():
    assert said(groups("50", "60", "70"), groups("51", "60", "72")) == (
        "sex women: 70 → 72 per cent; age 18–29: 50 → 51 per cent"
    )


def test_of_many_changes_the_largest_are_told_and_how_many_others_there_are():
    columns = ("wave", "item", "answer", "per cent")
    before, after = (
        table(columns, [("w", f"opinion-{n}", "love", 50 + n * step) for n in range(9)], columns[:3], columns[3:])
        for step in (0, 1)
    )
    told = said(before, after).split("; ")
    assert told[0] == "opinion 8: 50 → 58 per cent"
    assert [part[:9] for part in told[1:-1]] == ["opinion 7", "opinion 6", "opinion 5", "opinion 4"]
    assert told[-1] == "three other rows changed"


def test_six_are_told_one_by_one_as_one_other_row_would_be_as_long():
    columns = ("wave", "item", "answer", "per cent")
    before, after = (
        table(columns, [("w", f"opinion-{n}", "love", 50 + step) for n in range(6)], columns[:3], columns[3:])
        for step in (0, 1)
    )
    assert said(before, after).count(" → ") == 6


def test_waves_go_by_the_time_and_place_of_their_sources_where_the_table_has_no_time():
    columns = ("wave", "answer", "per cent")
    places = (replace(SOURCE, wave="a", fieldwork="May 2022"), replace(SOURCE, wave="b", fieldwork="May 2022", place="San Marino"))  # fmt: skip
    before, after = (
        replace(table(columns, [("a", "yes", 1), ("b", "yes", share)], columns[:2], columns[2:]), sources=places)
        for share in (20, 30)
    )
    assert said(before, after) == "San Marino, May 2022: 20 → 30 per cent"


def test_an_interval_that_changed_alone_is_said_and_so_is_what_stands_beside():
    wider = trend(AUTUMN, (*SPRING[:4], 54.0, 62.0))
    assert said(make_figure(), wider) == "spring 2023: interval 54.70 to 61.20 → 54.00 to 62.00"
    columns = ("answer", "wave", "time", "per cent", "mode", "note")
    before, after = (
        table(columns, [(*AUTUMN[:4], mode, "x"), (*SPRING[:4], mode, "x")], ("wave", "answer"), ("per cent",))
        for mode in ("phone", "face to face")
    )
    assert said(before, after) == "“mode” changed in two rows"


def test_columns_and_values_that_came_or_went_are_named():
    wide = table(("wave", "answer", "per cent"), [("w", "yes", 1)], ("wave", "answer"), ("per cent",))
    more = table(("wave", "answer", "per cent", "respondents"), [("w", "yes", 1, 1500)], wide.keys, wide.values)
    assert said(wide, more) == "its table now has “respondents”"
    assert said(more, wide) == "its table no longer has “respondents”"


def test_a_table_whose_rows_cannot_be_matched_is_said_to_be_another():
    rows = [("w", "yes", "old", 1), ("w", "yes", "young", 2)]
    before = table(("wave", "answer", "who", "per cent"), rows, ("wave", "answer", "who"), ("per cent",))
    after = table(("wave", "answer", "per cent"), [("w", "yes", 1)], ("wave", "answer"), ("per cent",))
    assert said(before, after) == "its table is laid out anew, with one row after two rows"
    assert said(replace(before, keys=(), values=()), replace(before, keys=(), values=(), alt="x")) == (
        "description changed, no number did"
    )


def test_texts_and_drawing_are_said_only_where_no_number_changed():
    assert said(make_figure(), make_figure(caption="x", alt="y", spec={"mark": "bar"})) == (
        "caption, description and drawing changed, no number did"
    )
    newer = trend(AUTUMN, (*SPRING[:3], "59", *SPRING[4:]), caption="x", alt="y", spec={"mark": "bar"})
    assert said(make_figure(), newer) == "spring 2023: 58 → 59 per cent (54.7 to 61.2)"
    assert said(make_figure(title="Before"), make_figure()) == "its title was “Before”"
    assert said(make_figure(), make_figure()) == "nothing that it says changed"


@pytest.mark.parametrize(
    ("sources", "words"),
    [
        (
            (replace(SOURCE, n="1,511"),),
            f"of the source {HILL}: n 1,500 → 1,511",
        ),
        (
            (replace(SOURCE, fieldwork="May 2023", n=""),),
            "of the source Hill Poll, Liechtenstein: n 1,500 → none, fieldwork 25 April – 23 May 2023 → May 2023",
        ),
        (
            (SOURCE, replace(SOURCE, wave="w-3", fieldwork="May 2024")),
            "rests on Hill Poll, Liechtenstein, May 2024 as well",
        ),
        (
            (replace(SOURCE, key="gazette2024"),),
            f"of the source {HILL}: key gazette2023 → gazette2024",
        ),
        (
            (replace(SOURCE, wave="w-3", fieldwork="May 2024"),),
            f"rests on Hill Poll, Liechtenstein, May 2024 as well; no longer rests on {HILL}",
        ),
    ],
)
def test_sources_that_came_went_or_are_described_otherwise_are_said(sources, words):
    assert said(make_figure(), make_figure(sources=sources)) == words


def test_a_cell_breaks_no_line_of_the_changelog():
    newer = trend(AUTUMN, SPRING, ("favourable", "w-3", "autumn\n\n# 2023", "55", 52.0, 58.0))
    assert "\n" not in said(make_figure(), newer)


def rows(*percents):
    return tuple((*row[:3], percent, *row[4:]) for row, percent in zip(make_figure().rows, percents, strict=True))


def test_differences_are_told_cell_by_cell():
    old, new = make_figure(), make_figure(rows=rows("48", "57.6"))
    assert value_differences(old, old) == []
    assert value_differences(old, new) == ["row 2, per cent: 58; now 57.6"]
    near = tuple((*row[:4], row[4] + 1e-9, row[5]) for row in old.rows)
    assert value_differences(old, make_figure(rows=near)) == []
    assert value_differences(old, make_figure(rows=old.rows[:1])) == ["2 rows; now 1"]


def test_inputs_that_changed_are_named():
    newer = Provenance(**{**PROVENANCE.__dict__, "inputs": {"data/items.yml": "2" * 64, "new": "3"}, "engine": "0.2.0"})
    assert input_differences(PROVENANCE, newer) == ["data/items.yml changed", "new is new", "engine changed"]
