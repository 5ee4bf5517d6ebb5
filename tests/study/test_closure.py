from wavebook.study.closure import ENGINE, engine_closure


def test_a_module_rests_on_what_it_imports_and_on_its_rooms():
    assert engine_closure("wavebook.study.digests") == (
        "src/wavebook/__init__.py",
        "src/wavebook/study/__init__.py",
        "src/wavebook/study/digests.py",
    )
    assert "src/wavebook/study/faults.py" in engine_closure("wavebook.study.files")


def test_imports_for_types_do_not_count_those_in_functions_do():
    assert not any("/estimates/" in name for name in engine_closure("wavebook.figures.publishing"))
    assert "src/wavebook/site/build.py" in engine_closure("wavebook.cli.book")


def test_data_are_those_of_the_rooms_that_are_rested_on():
    code, all_ = engine_closure("wavebook.site.figures"), engine_closure("wavebook.site.figures", data=True)
    assert set(code) < set(all_)
    assert {name.rsplit("/", 1)[0] for name in set(all_) - set(code)} >= {"src/wavebook/site/templates"}
    assert all((ENGINE / name.removeprefix("src/wavebook/")).is_file() for name in all_)
    assert engine_closure("wavebook.study.digests", data=True) == engine_closure("wavebook.study.digests")
