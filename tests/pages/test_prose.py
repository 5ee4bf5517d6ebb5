"""The guard of the prose: what it finds, and what it lets pass."""

import json
from pathlib import Path

import pytest

from helpers import BOOK, ROOT
from wavebook.pages.prose import EXTENSIONS, check_prose
from wavebook.pages.sentences import module_faults
from wavebook.site.extension import SETTINGS

BIB = "@misc{known,\n  title = {A source},\n  year = {2020}\n}\n"


@pytest.fixture
def book(tmp_path):
    """A checkout with nothing but a bibliography; `write` puts prose into it, `cells` a notebook."""

    class Book:
        root = tmp_path

        def write(self, text: str, name: str = "book/page.md") -> list[str]:
            path: Path = tmp_path / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
            return [str(fault) for fault in check_prose(tmp_path)]

        def cells(self, *cells: tuple[str, str]) -> list[str]:
            extra = {"code": {"outputs": [], "execution_count": None}}
            made = [
                {"id": f"n-{i:02d}", "cell_type": kind, "metadata": {}, "source": text, **extra.get(kind, {})}
                for i, (kind, text) in enumerate(cells)
            ]
            return self.write(
                json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}), "notebooks/n.ipynb"
            )

    made = Book()
    made.write(BIB, "book/references.bib")
    return made


def test_a_book_without_typed_numbers_is_clean():
    assert [str(fault) for fault in check_prose(BOOK)] == []


def test_the_guard_reads_the_same_markdown_as_the_book():
    assert sorted(SETTINGS["myst_enable_extensions"]) == sorted(EXTENSIONS)


def test_a_typed_number_is_found_among_all_prose(checkout):
    path = checkout / "book/waves.md"
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[2] += " Once it was 48%."
    path.write_text("\n".join(lines), encoding="utf-8")
    (fault,) = check_prose(checkout)
    assert fault.where == "book/waves.md:3"
    assert fault.what.startswith("“48%” is typed")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It was 48% then.", "48%"),
        ("It was 48.5 % then.", "48.5 %"),
        ("It was 48&nbsp;% then.", "48 %"),
        ("It was 48\\% then.", "48%"),
        ("It was **48**% then.", "48%"),
        ("It was **48 per\ncent** then.", "48 per cent"),
        ("It was 48 percent then.", "48 percent"),
        ("It was 45–51% then.", "45–51%"),
        ("It was 45 to 51 per cent then.", "45 to 51 per cent"),
        ("It stood at 58 points.", "58 points"),
        ("It moved by +10 points.", "+10 points"),
        ("It moved by −17.0 percentage points.", "−17.0 percentage points"),
        ("A 10-point rise.", "10-point"),
        ("Some forty-eight per cent agree.", "forty-eight per cent"),
        ("A hundred per cent agree.", "A hundred per cent"),
        ("It rose by about ten points.", "by about ten points"),
        ("It is ten points higher.", "ten points higher"),
        ("A fall of twenty points.", "fall of twenty points"),
        ("A 95% majority.", "95%"),
        ("They are alike in six such ways.", "six such ways"),
        ("It holds for two groups.", "two groups"),
        ("People of 60 and over agree.", "60 and over"),
        ("[It was 48%](x.md) then.", "48%"),
        ("![It was 48%](x.svg)", "48%"),
        ("{sup}`48%` then.", "48%"),
        ("# Now 48%", "48%"),
        ("- a\n- 48%", "48%"),
        ("> 48%", "48%"),
        ("word\n: 48%", "48%"),
        ("<p>It was 48%</p>", "48%"),
        ("It was <b>48</b>%.", "48%"),
        ("```{note} 48%\nText.\n```", "48%"),
        ("```{figure} x.svg\n:alt: 48%\n```", "48%"),
        ("```{raw} html\n<p>48%</p>\n```", "48%"),
        (":::{tip}\nIt was 48%.\n:::", "48%"),
        ("---\nhtml_meta:\n  description: It was 48%\n---\n# A", "48%"),
    ],
)
def test_a_typed_number_is_found(book, text, found):
    (fault,) = book.write(text)
    assert f"“{found}” is typed" in fault


@pytest.mark.parametrize(
    "text",
    [
        "{glue:text}`pages/x.ipynb::favourable.48%:s`% and {glue:text}`y` points",
        "Bars are 95% intervals, a 95%\ninterval, a 95% confidence interval, with 95% confidence.",
        "With 80% power at the 5% level.",
        "`48%` and\n\n```python\nx = '48%'\n```",
        "$p = 48\\%$ and\n\n$$\n48\\%\n$$",
        "[a link](https://example.org/48%25/58%) and <https://example.org/48%>",
        "See https://example.org/48%.",
        '<div style="width: 48%">\n<img alt="x" width="48%">\n</div>',
        'A <span style="width: 48%">word</span>.',
        "<style>\nimg { width: 48% }\n</style>",
        "<!-- it was 48% -->",
        "% it was 48%",
        "```{image} x.svg\n:width: 48%\n```",
        "```{figure} x.svg\n:width: 48%\n\nCaption.\n```",
        "From 17 May 2023 to 2024-05-18, 1,500 people in 2 waves, effects of 1.3, 1.5 and 2.0.",
        "Anybody can put a line through three points. No cause can be read from four points in time.",
        "The three points are this book's choice. Found four times out of five.",
        "{{ width }}% and {numref}`figure-48%`",
    ],
)
def test_what_is_no_number_about_opinion_passes(book, text):
    assert book.write(text) == []


def test_every_finding_names_file_and_line(book):
    text = (
        "---\ntitle: 1%\n---\n# A\n\nOne `a\nb` and $c\nd$ line\nwith 2% here\n\n"
        "| a | b |\n|---|---|\n| c | d |\n| e | 3% |\n\n"
        "```{note}\n:class: x\n\nA.\n\nB 4%.\n```\n\n<p>\n5%\n</p>\n\n- a\n  b\n  6%\n"
    )
    where = {fault.split("“")[1][0]: fault.split(": ")[0] for fault in book.write(text)}
    lines = text.splitlines()
    expected = {n: next(i for i, line in enumerate(lines, 1) if f"{n}%" in line) for n in "123456"}
    assert where == {n: f"book/page.md:{line}" for n, line in expected.items()}


@pytest.mark.parametrize("comment", ["% allowed: {}", "<!-- allowed: {} -->"])
def test_an_allowance_with_its_reason_lets_one_block_pass(book, comment):
    says = "As {cite:t}`known` has it,\nit was 48%."
    assert book.write(f"{comment.format('quotation, known')}\n{says}") == []
    assert book.write(f"{comment.format('method, the prior')}\nIt may be 3 points.") == []
    assert book.write(f"{comment.format('example, made up')}\n| a |\n|---|\n| 48% |\n| 49% |") == []
    (fault,) = book.write(f"{comment.format('quotation, known')}\n{says}\n\nIt was 49%.")
    assert fault.startswith("book/page.md:5: “49%” is typed")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("", "give a reason"),
        ("because", "give a reason"),
        ("method", "give a reason"),
        ("quotation", "give a reason"),
        ("quotation, nobody", "cites 'nobody', which is not in book/references.bib"),
        ("quotation, known", "allows a quotation of 'known', which is not cited beside it"),
    ],
)
def test_an_allowance_without_its_reason_is_a_fault(book, words, message):
    (fault,) = book.write(f"Text.\n\n% allowed: {words}\nIt was 48%.")
    assert fault.startswith("book/page.md:3: ")
    assert message in fault


def test_an_allowance_of_nothing_is_a_fault(book):
    for text in ("% allowed: method, x\nText.", "% allowed: method, x\n\nIt was 48%."):
        assert "book/page.md:1: allows nothing" in book.write(text)[0]


@pytest.mark.parametrize("role", ["cite", "cite:p", "cite:t"])
def test_an_unknown_citation_is_a_fault(book, role):
    assert book.write(f"A {{{role}}}`known`, `{{{role}}}`.") == []
    assert book.write(f"A\nB {{{role}}}`known, nobody`.") == [
        "book/page.md:2: cites 'nobody', which is not in book/references.bib"
    ]


def test_notebooks_are_named_with_cell_and_line(book):
    published = """x = "49%"
publish(
    chart,
    id="a",
    title=say("50%"),
    caption=(
        f"{x:.0%} a, "
        f"51% {cite} {{cite:t}}`known,nobody`"
    ),
    alt=f"{x}%",
)"""
    faults = book.cells(
        ("markdown", "Fine."),
        ("markdown", "## A\n\nIt was 48% {cite:p}`nobody`."),
        ("code", published),
        ("code", 'caption = "52%"\nshow_table(frame, "53 per cent")\nfigures.publish(alt="54%")'),
    )
    assert [fault.split(": ")[0] + ": " + fault.split(": ")[1][:5] for fault in faults] == [
        "notebooks/n.ipynb, cell 2, line 3: cites",
        "notebooks/n.ipynb, cell 2, line 3: “48%”",
        "notebooks/n.ipynb, cell 3, line 5: “50%”",
        "notebooks/n.ipynb, cell 3, line 7: cites",
        "notebooks/n.ipynb, cell 3, line 8: “51%”",
        "notebooks/n.ipynb, cell 4, line 1: “52%”",
        "notebooks/n.ipynb, cell 4, line 2: “53 p",
        "notebooks/n.ipynb, cell 4, line 3: “54%”",
    ]


def test_code_and_titles_take_allowances_after_a_hash(book):
    code = 'publish(\n    chart,\n    # allowed: quotation, known\n    caption="It was 48%.",\n)'
    assert book.cells(("code", code)) == []
    pages = "pages:\n- one:\n    notebook: n\n    {}title: It was 48%\n"
    assert book.write(pages.format(""), "notebooks/pages.yml")[0].startswith("notebooks/pages.yml:4: “48%” is typed")
    assert book.write(pages.format("# allowed: quotation, known\n    "), "notebooks/pages.yml") == []


def module(book, *lines):
    return book.write("\n".join(['"""Once it was 48%."""', *lines, ""]), "chapters/one.py")


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ('SAID = "It was 48%."', "48%"),
        ('def say(x):\n    """Fine: 49%."""\n    return f"{x:.0%} of 48% {x}"', "48%"),
        ("def say(x):\n    return f\"{x} moves by {'three points' if x else 0}\"", "three points"),
        ('def say(x="It moved 3 points."):\n    return x', "3 points"),
        ('if True:\n    say([{"a": ("x", "six ways")}])', "six ways"),
        ('match x:\n    case "48%":\n        pass', "48%"),
        ('say(f"a prior of "\n    f"three points")', "three points"),
        ('say("found four times out of five")', "four times out of five"),
    ],
)
def test_a_typed_number_in_a_chapter_is_found(book, code, found):
    (fault,) = module(book, code)
    assert f"“{found}” is typed: make it from a result or a named constant" in fault
    line = next(n for n, text in enumerate(code.split("\n"), 2) if found in text)
    assert fault.startswith(f"chapters/one.py:{line}: ")


@pytest.mark.parametrize(
    "code",
    [
        'def say(n, often):\n    return f"{100 * n:.1f}% or {n} points, {n} groups, found {often}"',
        'say(f"bars are 95% intervals, {x:>30%}")',
        'ROW = ["two answers of one question", "one of the two waves", "all five presidents"]',
        '# it was 48%\n"""A remark: it was 48%."""',
    ],
)
def test_what_is_no_result_passes_in_a_chapter(book, code):
    assert module(book, code) == []


def test_a_chapter_takes_allowances_and_has_its_citations_looked_up(book):
    assert module(book, "# allowed: method, the rule", 'SAID = "three points"') == []
    assert module(book, "say(", "    # allowed: method, the rule", '    "three points",', ")") == []
    (fault,) = module(book, "# allowed: method, the rule", 'SAID = "points"')
    assert fault.startswith("chapters/one.py:2: allows nothing")
    (fault,) = module(book, 'SAID = f"x {{cite:t}}`nobody`"')
    assert fault == "chapters/one.py:2: cites 'nobody', which is not in book/references.bib"
    (fault,) = module(book, "def (:")
    assert fault.startswith("chapters/one.py:2: not Python")


def test_no_module_of_the_engine_types_a_number_about_opinion():
    engine = ROOT / "src/wavebook"
    found = [fault for path in sorted(engine.rglob("*.py")) for fault in module_faults(path, path.name, set())]
    assert [str(fault) for fault in found] == []


def test_what_cannot_be_read_is_said(book):
    assert book.write("{", "notebooks/n.ipynb")[0].startswith("notebooks/n.ipynb: not a notebook")
    assert book.cells(("code", "x = (")) == ["notebooks/n.ipynb, cell 1, line 1: not Python: '(' was never closed"]
    (book.root / "book/references.bib").unlink()
    assert book.write("It was 48%.") == ["book/references.bib: the file is not there"]
