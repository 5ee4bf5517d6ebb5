import pytest

from wavebook.pages.spec import load_pages


def test_the_real_pages_load(study):
    pages = {page.id: page for page in load_pages(study.root)}
    assert len(pages) >= 20
    assert len({page.notebook for page in pages.values()}) < len(pages) / 3


def test_every_wave_with_a_figure_has_a_page(study):
    shown = {page.parameters.get("wave") for page in load_pages(study.root)}
    assert {figure.wave for figure in study.all_toplines} <= shown


def test_every_page_is_in_the_table_of_contents(study):
    contents = (study.root / "_toc.yml").read_text()
    for page in load_pages(study.root):
        assert f"file: pages/{page.id}\n" in contents


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("country: LI", "cuontry: KZ", "page li-ferry-trend, parameter cuontry: unknown parameter"),
        ("country: LI", "cuontry: KZ", "page li-ferry-trend, parameter country: missing"),
        ("country: LI", "country: 7", "page li-ferry-trend, parameter country: 7 is not a str"),
        ("responses: [favourable]", "responses: favourable", "'favourable' is not a list[str]"),
        ("notebook: trend", "notebook: trends", "notebooks/trends.ipynb: the notebook is not there"),
        ("notebook: trend", "notebook: ../../etc/passwd", "page li-ferry-trend: notebook"),
        ("notebook: trend", "notbook: trend", "page li-ferry-trend: notbook"),
        ("li-ferry-trend:\n", "../escape:\n", "page ../escape"),
    ],
)
def test_a_fault_stops_the_build_before_any_kernel(checkout, run, monkeypatch, old, new, message):
    path = checkout / "notebooks/pages.yml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    monkeypatch.setattr("wavebook.pages.run.Kernels", lambda: pytest.fail("a kernel was started"))
    said = run("build", cwd=checkout)
    assert said.code == 2
    assert message in said.err
    assert not (checkout / "book/pages").exists()
