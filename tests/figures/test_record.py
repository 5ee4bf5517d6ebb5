import json
from copy import deepcopy
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import ClassVar

import altair as alt
import pandas as pd
import pytest
from figure_records import PROVENANCE, SOURCE, lay, make_figure, make_version, release

from wavebook.figures import editions
from wavebook.figures.editions import Version
from wavebook.figures.record import FigureRecord, Provenance, Source
from wavebook.study import Refused

RECORDS = Path(__file__).parent / "records"
FIELDS = {
    1: {
        FigureRecord: "id title caption alt spec columns rows sources keys values measured",
        Source: "wave series house place fieldwork mode n question evidence key items",
        Provenance: "page notebook cell parameters inputs engine python lock code",
    },
}
"""The fields of each schema: a field more is a schema more, and a record of it beside those of before."""

DATA = pd.DataFrame({"answer": ["yes", "no"], "share": [0.58, 2.0], "low": [0.5, 1.5], "sure": [True, False]})


def make_chart(data=DATA):
    base = alt.Chart(data).encode(x=alt.X("share:Q", title="per cent", scale=alt.Scale(domain=[0, 1])), y="answer:N")
    hollow = base.mark_point(size=70, color="#0072b2").encode(
        fill=alt.condition("datum.sure", alt.Color("answer:N"), alt.value("white")), tooltip=["answer:N", "share:Q"]
    )
    filtered = base.transform_filter("datum.low > 0").mark_rule(strokeWidth=3).encode(x="low:Q", x2="share:Q")
    return alt.layer(filtered, hollow).properties(title="An answer", width=300)


def make_spec():
    return {**make_chart().to_dict(), "config": {"font": "serif"}}


def edited(edit):
    spec = make_spec()
    edit(spec)
    return spec


def the(spec, mark):
    return next(layer for layer in spec["layer"] if layer["mark"]["type"] == mark)


def point(spec):
    return the(spec, "point")["encoding"]


def put_at_the_top(spec):
    """Share the encoding of y, as another release of a chart library may."""
    shared = [layer["encoding"].pop("y") for layer in spec["layer"]]
    spec["encoding"] = {"y": shared[0]}


def say_data_in_each_layer(spec):
    named = spec.pop("data")
    for layer in spec["layer"]:
        layer["data"] = named


LOOKS = {
    "a theme": lambda spec: spec.update(config={"axis": {"labelFontSize": 20}, "background": "black"}),
    "no theme": lambda spec: spec.pop("config"),
    "a newer Vega-Lite": lambda spec: spec.update({"$schema": "https://vega.github.io/schema/vega-lite/v7.0.0.json"}),
    "what made it": lambda spec: spec.update(usermeta={"altair": "9.9.9", "embedOptions": {"theme": "dark"}}),
    "width and height": lambda spec: spec.update(width=999, height={"step": 20}, padding=3, autosize="fit"),
    "a name": lambda spec: spec.update(name="view_7"),
    "colour and size of marks": lambda spec: the(spec, "point")["mark"].update(color="red", size=9, opacity=0.2),
    "an axis": lambda spec: point(spec)["x"].update(axis={"format": ".2f", "labelAngle": 45, "grid": False, "values": [1]}),
    "a legend": lambda spec: point(spec)["fill"]["condition"].update(legend={"orient": "top", "columns": 2}),
    "the colours of a scale": lambda spec: point(spec)["fill"]["condition"].update(scale={"range": ["red", "blue"]}),
    "a constant colour": lambda spec: point(spec)["fill"].update(value="black"),
    "the place of a constant": lambda spec: point(spec).update(xOffset={"value": 4}),
    "how its title stands": lambda spec: spec.update(title={"text": "An answer", "anchor": "start", "fontSize": 20}),
    "order of layers": lambda spec: spec["layer"].reverse(),
    "a rim": lambda spec: spec["layer"].append(
        {**the(spec, "point"), "mark": {"type": "point", "stroke": "white", "strokeWidth": 9}}
    ),
    "names of data": lambda spec: spec.update(datasets={"other": next(iter(spec["datasets"].values()))}, data={"name": "other"}),
    "data in each layer": say_data_in_each_layer,
    "an encoding above": put_at_the_top,
}  # fmt: skip


@pytest.mark.parametrize("look", LOOKS)
def test_how_a_figure_looks_makes_no_new_version(look):
    assert make_figure(spec=edited(LOOKS[look])).version == make_figure(spec=make_spec()).version


def rows_of(spec):
    return next(iter(spec["datasets"].values()))


DRAWN = {
    "a number": lambda spec: rows_of(spec)[0].update(share=0.57),
    "a row": lambda spec: rows_of(spec).pop(),
    "a field": lambda spec: point(spec)["x"].update(field="low"),
    "a type": lambda spec: point(spec)["x"].update(type="ordinal"),
    "an aggregate": lambda spec: point(spec)["x"].update(aggregate="mean"),
    "bins": lambda spec: point(spec)["x"].update(bin=True),
    "a unit of time": lambda spec: point(spec)["x"].update(timeUnit="year"),
    "bars over one another": lambda spec: point(spec)["x"].update(stack=None),
    "a scale that is read otherwise": lambda spec: point(spec)["x"].update(scale={"type": "log"}),
    "words at an axis": lambda spec: point(spec)["x"].update(title="points"),
    "words at an axis, told at the axis": lambda spec: point(spec)["x"].update(axis={"title": "points"}),
    "a channel": lambda spec: point(spec).update(size={"field": "low", "type": "quantitative"}),
    "what is drawn hollow": lambda spec: point(spec)["fill"]["condition"].update(test="!datum.sure"),
    "a constant of the data": lambda spec: point(spec).update(x={"datum": 50}),
    "the mark": lambda spec: the(spec, "point")["mark"].update(type="bar"),
    "words of a mark": lambda spec: the(spec, "point").update(mark={"type": "text", "text": "Hello"}),
    "words of an encoding": lambda spec: point(spec).update(text={"value": "Hello"}),
    "what is left out": lambda spec: the(spec, "rule").update(transform=[{"filter": "datum.low > 1"}]),
    "a layer": lambda spec: spec["layer"].pop(),
    "the title of the drawing": lambda spec: spec.update(title="Another answer"),
    "a subtitle": lambda spec: spec.update(title={"text": "An answer", "subtitle": ["made up"]}),
    "panels": lambda spec: spec.update(vconcat=[{"layer": spec.pop("layer")}]),
}  # fmt: skip


@pytest.mark.parametrize("what", DRAWN)
def test_what_is_drawn_makes_a_new_version(what):
    assert make_figure(spec=edited(DRAWN[what])).version != make_figure(spec=make_spec()).version


ROW = make_figure().rows[0]
SAID = {
    "id": {"id": "li-tram-trend"},
    "title": {"title": "Another"},
    "caption": {"caption": "Another"},
    "alt": {"alt": "Another"},
    "columns": {"columns": ("answer", "wave", "time", "share", "lower", "upper")},
    "rows": {"rows": make_figure().rows[::-1]},
    "a value": {"rows": ((*ROW[:3], "47", *ROW[4:]), make_figure().rows[1])},
    "keys": {"keys": ("wave",)},
    "values": {"values": ("per cent", "lower")},
    "how it was measured": {"measured": ("By phone, 1,500 respondents.",)},
    "a source": {"sources": (SOURCE, SOURCE)},
    "the key of a source": {"sources": (replace(SOURCE, key="gazette2024"),)},
    "the respondents of a source": {"sources": (replace(SOURCE, n="1,501"),)},
    "the evidence of a source": {"sources": (replace(SOURCE, evidence="microdata"),)},
}


@pytest.mark.parametrize("what", SAID)
def test_what_a_figure_says_makes_a_new_version(what):
    assert make_figure(**SAID[what]).version != make_figure().version


def test_numbers_and_order_of_keys_are_read_alike_on_every_machine():
    figure = make_figure(spec=make_spec(), rows=(("a", "w", "t", 58, 54.7, None),))
    backwards = json.loads(json.dumps(make_spec()), object_pairs_hook=lambda pairs: dict(reversed(pairs)))
    assert make_figure(spec=backwards, rows=figure.rows).version == figure.version
    for row in (("a", "w", "t", 58.0, 54.7, None), ("a", "w", "t", 58, 54.7 + 1e-13, float("nan"))):
        assert make_figure(spec=make_spec(), rows=(row,)).version == figure.version
    spec = deepcopy(make_spec())
    rows_of(spec)[1]["share"] = 2
    assert make_figure(spec=spec, rows=figure.rows).version == figure.version


def test_what_only_the_program_needs_makes_no_new_version():
    assert make_figure(sources=(replace(SOURCE, items=("opinion-ferry",)),)).version == make_figure().version


def stored(schema):
    return json.loads((RECORDS / f"schema-{schema}.json").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Later(FigureRecord):
    """The class as it may be one day, with a field more."""

    schema: ClassVar[int] = FigureRecord.schema + 1

    footnote: str = "none yet"


@pytest.mark.parametrize("schema", range(1, FigureRecord.schema + 1))
@pytest.mark.parametrize("kind", [FigureRecord, Later])
def test_a_record_of_every_schema_is_read_for_ever_also_after_a_field_was_added(schema, kind):
    plain = stored(schema)
    figure = kind.from_dict(plain["figure"])
    for name, value in plain["figure"].items():
        if name not in ("schema", "sources"):
            assert json.loads(json.dumps(getattr(figure, name))) == value
    sources = [{**vars(source), "items": list(source.items)} for source in figure.sources]
    assert sources == plain["figure"]["sources"]
    assert figure.version == plain["version"]  # what is said by a schema stays what it was
    assert kind is FigureRecord or figure.footnote == "none yet"


def test_a_schema_is_a_list_of_fields():
    assert set(FIELDS) == set(range(1, FigureRecord.schema + 1))
    for kind, names in FIELDS[FigureRecord.schema].items():
        assert [field.name for field in fields(kind) if field.name != "stored"] == names.split()


def test_a_record_of_a_newer_schema_is_refused_by_name():
    newer = Later(**vars(make_figure(stored=None))).to_dict()
    assert (newer["schema"], newer["footnote"]) == (FigureRecord.schema + 1, "none yet")
    assert Later.from_dict(newer).footnote == "none yet"
    with pytest.raises(Refused) as refused:
        FigureRecord.from_dict(newer, "data/editions/2030.01/li-ferry-trend.json")
    assert str(refused.value) == (
        "data/editions/2030.01/li-ferry-trend.json: is of schema 2, and this program reads no newer one than schema 1: "
        "use a newer wavebook"
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda figure: figure.update(footnote="x"), "holds 'footnote', which its schema does not have"),
        (lambda figure: figure["sources"][0].update(colour="x"), "holds 'colour', which its schema does not have"),
        (lambda figure: figure.pop("caption"), "has no 'caption': it is damaged"),
        (lambda figure: figure.update(schema="two"), "names 'two' as its schema"),
        (lambda figure: figure.update(schema=0), "names 0 as its schema"),
        (lambda figure: figure.update(stored="00000000"), "holds 'stored', which its schema does not have"),
    ],
)
def test_a_field_that_its_schema_does_not_have_or_that_is_missing_is_refused_and_not_passed_over(change, message):
    plain = stored(1)["figure"]
    change(plain)
    with pytest.raises(Refused, match=f"^a.json: {message}"):
        FigureRecord.from_dict(plain, "a.json")


def test_a_released_version_keeps_its_number_though_another_would_be_computed_now(tmp_path):
    plain = {**stored(1), "version": "0a0a0a0a"}  # as a program that said it otherwise had released it
    released = Version.from_dict(plain)
    assert released.figure.version == "0a0a0a0a"
    assert json.loads(json.dumps(released.to_dict())) == plain
    draft = {name: value for name, value in plain.items() if name not in ("edition", "date", "commit", "releaser")}
    assert Version.from_dict(draft).figure.version == stored(1)["version"]


def test_a_figure_that_says_what_was_released_is_that_release(tmp_path):
    lay(tmp_path, make_figure(spec=make_spec()))
    release(tmp_path, "2026.11")
    lay(tmp_path, make_figure(spec=edited(LOOKS["a theme"])))
    assert editions.current(tmp_path)["li-ferry-trend"].edition == "2026.11"
    lay(tmp_path, make_figure(spec=edited(DRAWN["a number"])))
    assert editions.current(tmp_path)["li-ferry-trend"].edition is None


def test_a_record_is_told_by_plain_values_alone():
    figure = make_figure(spec=make_spec())
    assert FigureRecord.from_dict(json.loads(json.dumps(figure.to_dict()))) == figure
    other = make_version(figure, provenance=Provenance(**{**PROVENANCE.__dict__, "python": "3.99"}))
    assert other.figure.version == figure.version


def test_a_csv_holds_nothing_that_a_spreadsheet_would_run():
    figure = make_figure(columns=("a", "b"), rows=(("=cmd()", 1), ("+1", -2.5), ("fine, really", None)))
    assert figure.csv() == "a,b\n'=cmd(),1\n'+1,-2.5\n\"fine, really\",\n"
