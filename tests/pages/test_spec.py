import pytest

from wavebook.pages.book import load_book


def test_good_pages_load(study):
    pages = load_book(study).pages
    assert {"li-ferry-trend", "sm-council-trend", "wave-vale-li-2023-05", "respondents-hill-li-2019-1"} <= {
        page.id for page in pages
    }
    assert len({page.notebook for page in pages}) < len(pages)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("country: LI", "cuontry: LI", "page li-ferry-trend, parameter cuontry: unknown parameter"),
        ("country: LI", "cuontry: LI", "page li-ferry-trend, parameter country: missing"),
        ("country: LI", "country: 7", "page li-ferry-trend, parameter country: 7 is not a str"),
        ("responses: [favourable]", "responses: favourable", "'favourable' is not a list[str]"),
        ("notebook: trend", "notebook: trends", "notebooks/trends.ipynb: the notebook is not there"),
        ("notebook: trend", "notebook: ../../etc/passwd", "page li-ferry-trend: notebook"),
        ("notebook: trend", "notbook: trend", "page li-ferry-trend: notbook"),
        ("li-ferry-trend:\n", "../escape:\n", "page ../escape"),
        ("- how-to-read", "- how-not-to-read", "book/how-not-to-read.md is not there"),
        ("- how-to-read", "- ../../etc/passwd", "prose goes by its path below book/"),
        ("- how-to-read", "- 7", "expected the name of a file of prose"),
        ("- caption: The book", "- captoin: The book", "a part has a `caption`, one line of text, and `pages`"),
        ('{wave: "{wave}"}', '{wave: "{wvae}"}', "page wave-{wave}: unknown placeholder {wvae}; known here: {wave}, "),
        ('{wave: "{wave}"}', '{wvae: "{wave}"}', "page wave-{wave}, parameter wvae: unknown parameter"),
        ("each: waves\n", "each: wave\n", "page wave-{wave}: each 'wave'; known: waves, waves with microdata, trends"),
        ('"wave-{wave}"', "all-waves", "page all-waves: the name of a family needs a placeholder"),
        ('"wave-{wave}"', '"wave-{series}"', "page wave-vale: another page has this name"),
        ("COUNTRY: [SM]", "item: [nothing]", "only names no item 'nothing'"),
        ("COUNTRY: [SM]", "colour: [red]", "only goes by series, COUNTRY, item"),
        ("parts:\n", "part:\n", "notebooks/pages.yml:1: expected `parts:`, a list, or `pages:` alone"),
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


def test_a_fault_is_told_by_its_line(checkout, run):
    path = checkout / "notebooks/pages.yml"
    path.write_text(
        "pages:\n  - how-to-read\n  - one:\n      notebook: wave\n      title: One\n  - waves: {below: []}\n"
    )
    assert run("status", cwd=checkout).err.splitlines() == [
        "notebooks/pages.yml:6: below: expected a list of prose and pages",
        "notebooks/pages.yml:3: page one, parameter wave: missing; the notebook needs a str",
    ]
