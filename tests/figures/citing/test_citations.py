"""Citations are read back as a scholar's programs read them."""

import datetime as dt
import json
import re
import subprocess
import sys
from dataclasses import replace
from importlib.resources import files

import bibtexparser
import jsonschema
import pytest
import rispy
from bibtexparser.middlewares import LatexDecodingMiddleware
from hypothesis import given
from hypothesis import strategies as st
from pybtex.database import parse_string
from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db

from helpers import BOOK as FOLDER
from helpers import ROOT
from wavebook.figures.citing.citations import FORMATS, Cited, cite
from wavebook.figures.citing.credit import Author, Book, read_book
from wavebook.figures.citing.references import in_text
from wavebook.figures.record import FigureRecord, Source
from wavebook.study.faults import Refused
from wavebook.study.files import read_bibliography

BIBLIOGRAPHY = read_bibliography(FOLDER / "book/references.bib", "references.bib")
BOOK = Book(
    "A Made-up Book: ferries, trams and a bell",
    (Author("The Makers of Tests"),),
    "https://example.org/book/",
)
CREDIT = "Data: Hill Institute (n.d.-a); The Hill Gazette (2023)."
HOSTILE = [
    "Braces {open } close }{ and \\{ \\}",
    "Backslash \\input{/etc/passwd} \\",
    "A line\nbreak\r\n@misc{other, title={x}}\n\nER  - \nTY  - BOOK\x00\x1b\u2028end",
    "<script>alert('1')</script> & \"double\" ''single'' ``back`` <i>x</i>",
    "100 % of $5, #1, a_b, x^2, ~, 1--2---3, ?`!`",
    "Қазақстан, Üzüm, naïve, ʻOʻzbek 👩‍🔬 — “quoted” …",
    '"',
    "}",
]


def source(key, house="Hill Institute", evidence="published"):
    return Source("w", "s", house, "Liechtenstein", "autumn 2022", "CATI", "1,500", "Asked?", evidence, key)


def figure(*sources, title="Liechtenstein's opinion of the ferry"):
    return FigureRecord("li-ferry-trend", title, "Caption", "Alt", {}, ("x",), ((1,),), sources)


FIGURE = figure(source("hill-archive"), source("gazette2023"))
CITED = Cited(FIGURE, "2026.11", dt.date(2026, 11, 3), BOOK, BIBLIOGRAPHY)
DRAFT = replace(CITED, edition=None, date=None)
EVERYTHING = replace(CITED, figure=figure(*map(source, BIBLIOGRAPHY.entries)))


def titled(title):
    return replace(CITED, figure=figure(*FIGURE.sources, title=title))


def one_line(title):
    """One line without control characters."""
    return re.sub(r"[\s\x00-\x1f\x7f-\x9f]+", " ", title).strip()


def read_bibtex(text):
    """Parse BibTeX and decode LaTeX; the decoder lacks some characters of LaTeX's own."""
    known = get_default_latex_context_db()
    names = {"textbraceleft": "{", "textbraceright": "}", "textless": "<", "textgreater": ">", "textasciicircum": "^"}
    known.add_context_category("text", macros=[MacroTextSpec(*pair) for pair in names.items()], prepend=True)
    decode = LatexDecodingMiddleware(decoder=LatexNodes2Text(latex_context=known))
    library = bibtexparser.parse_string(text, append_middleware=[decode])
    assert not library.failed_blocks
    assert not library.comments
    return [{"ID": entry.key, **{field.key: field.value for field in entry.fields}} for entry in library.entries]


def csl_schema():
    """The schema of CSL's input, from the lists of types and variables that citeproc-py brings along."""
    lists = files("citeproc") / "data/schema/schemas/styles"
    types = re.findall('"(.+?)"', (lists / "csl-types.rnc").read_text().split("item-types", 1)[1])
    _, *parts = re.split(r"\n\s*variables\.(\w+) =", (lists / "csl-variables.rnc").read_text())
    sections = {name: re.findall('"(.+?)"', body) for name, body in zip(parts[::2], parts[1::2], strict=True)}
    text = {"type": "string", "minLength": 1}
    part = {"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": 3}
    date = {
        "type": "object",
        "properties": {"date-parts": {"type": "array", "items": part, "minItems": 1, "maxItems": 2}, "literal": text},
        "additionalProperties": False,
        "minProperties": 1,
    }
    name = {
        "type": "object",
        "properties": dict.fromkeys(("family", "given", "suffix", "literal"), text),
        "additionalProperties": False,
        "minProperties": 1,
    }
    kinds = {"dates": date, "names": {"type": "array", "items": name, "minItems": 1}}
    properties = {v: kinds.get(section, text) for section, names in sections.items() for v in names}
    item = {
        "type": "object",
        "properties": {"id": text, "type": {"enum": types}, **properties},
        "required": ["id", "type"],
        "additionalProperties": False,
    }
    return {"type": "array", "items": item}


@pytest.fixture(scope="module")
def schema():
    made = csl_schema()
    assert {"author", "issued", "title", "version", "note", "DOI"} <= set(made["items"]["properties"])
    return made


def test_an_apa_citation_is_as_readers_know_it():
    version = FIGURE.version
    assert cite(CITED, "apa").splitlines() == [
        (
            f"The Makers of Tests. (2026). Liechtenstein's opinion of the ferry [Figure li-ferry-trend, version "
            f"{version}]. In A Made-up Book: ferries, trams and a bell (edition 2026.11). "
            f"https://example.org/book/figures/li-ferry-trend/{version}/ {CREDIT}"
        ),
        (
            "Hill Institute. (n.d.-a). [Respondent files of the Hill Poll, made up]. Nowhere. "
            "https://doi.org/10.5555/made-up"
        ),
        "The Hill Gazette. (2023). [Article on the ferry and the bell, made up].",
    ]


@pytest.mark.parametrize(
    ("key", "line"),
    [
        (
            "clopper-pearson-1934",
            (
                "Clopper, C. J., & Pearson, E. S. (1934). The Use of Confidence or Fiducial Limits "
                "Illustrated in the Case of the Binomial. Biometrika, 26, 404–413."
            ),
        ),
        ("vale-2022-03", "Vale & Daughters. (2022a). [Poll of March 2022, made up]. https://example.org/vale"),
        ("kish1965", "Kish, L. (1965). Survey Sampling. Wiley."),
        (
            "ng2020",
            ("Ng, M., & Ott, L. (2020). Ferries and Their Friends (Made Up). Journal of Made-up Results, 3, 1–9."),
        ),
        (
            "statsmodels2010",
            (
                "Seabold, S., & Perktold, J. (2010). statsmodels: Econometric and Statistical Modeling with "
                "Python. In Proceedings of the 9th Python in Science Conference."
            ),
        ),
    ],
)
def test_sources_of_every_type_in_apa(key, line):
    assert cite(replace(CITED, figure=figure(source(key))), "apa").splitlines()[1] == line


def test_bibtex_names_the_figure_and_keeps_its_sources_as_they_stand():
    text = cite(CITED, "bibtex")
    first, *sources = read_bibtex(text)
    assert first == {
        "ID": f"li-ferry-trend-{FIGURE.version}",
        "author": "The Makers of Tests",
        "title": "Liechtenstein's opinion of the ferry",
        "howpublished": "In A Made-up Book: ferries, trams and a bell, edition 2026.11",
        "edition": "2026.11",
        "version": FIGURE.version,
        "year": "2026",
        "month": "nov",
        "url": f"https://example.org/book/figures/li-ferry-trend/{FIGURE.version}/",
        "note": f"Figure li-ferry-trend, version {FIGURE.version}. {CREDIT}",
    }
    assert [entry["ID"] for entry in sources] == ["hill-archive", "gazette2023"]


def test_every_source_survives_bibtex():
    again = parse_string(cite(EVERYTHING, "bibtex"), "bibtex").entries
    assert len(again) == 1 + len(BIBLIOGRAPHY.entries)
    for key, entry in BIBLIOGRAPHY.entries.items():
        added = {"annote"} | ({"note"} if "readin" in entry.fields else set())
        assert again[key].persons == entry.persons
        assert {n: v for n, v in again[key].fields.items() if n not in added} == dict(entry.fields)
    assert len(read_bibtex(cite(EVERYTHING, "bibtex"))) == len(again)


def test_what_is_latex_already_is_not_escaped_again():
    entry = r"@misc{x, author={{R\&D {\"O}zg{\"u}r}}, title={50\% of \emph{all} \$5}, url={https://a.org/b_c%20d}, month=nov}"
    cited = replace(CITED, figure=figure(source("x")), bibliography=parse_string(entry, "bibtex"))
    written = cite(cited, "bibtex")
    assert r"50\% of \emph{all} \$5" in written
    assert "https://a.org/b_c%20d" in written
    assert "month = nov\n" in written.split("@misc")[2]
    assert cite(cited, "apa").splitlines()[1] == "R&D Özgür. (n.d.). 50% of all $5. https://a.org/b_c%20d"


def test_ris_has_a_record_for_the_figure_and_for_each_source():
    text = cite(EVERYTHING, "ris")
    assert text.startswith("TY  - FIGURE\n")
    assert not re.search(r"^\d", text, re.MULTILINE)
    records = rispy.loads(text)
    assert [record["id"] for record in records[1:]] == list(BIBLIOGRAPHY.entries)
    assert all(record["title"] and record["authors"] and "unknown_tag" not in record for record in records)
    by_key = {record["id"]: record for record in records}
    assert by_key["clopper-pearson-1934"]["authors"] == ["Clopper, C. J.", "Pearson, E. S."]
    assert (by_key["holm1979"]["start_page"], by_key["holm1979"]["end_page"]) == ("65", "70")
    assert by_key["holm1979"]["secondary_title"] == "Scandinavian Journal of Statistics"
    assert "year" not in by_key["hill-website"]


def test_ris_tells_what_the_figure_is():
    assert rispy.loads(cite(CITED, "ris"))[0] == {
        "type_of_reference": "FIGURE",
        "id": f"li-ferry-trend-{FIGURE.version}",
        "authors": ["The Makers of Tests"],
        "title": "Liechtenstein's opinion of the ferry",
        "secondary_title": "A Made-up Book: ferries, trams and a bell",
        "edition": "2026.11",
        "year": "2026",
        "date": "2026/11/03",
        "notes": [f"Figure li-ferry-trend, version {FIGURE.version}. {CREDIT}"],
        "urls": [f"https://example.org/book/figures/li-ferry-trend/{FIGURE.version}/"],
    }


@pytest.mark.parametrize("key", BIBLIOGRAPHY.entries)
def test_csl_of_every_source_is_valid(schema, key):
    items = json.loads(cite(replace(CITED, figure=figure(source(key))), "csl"))
    jsonschema.validate(items, schema)
    assert items[1]["id"] == key
    assert not re.search(r"``|''|--|[\\{}]", items[1]["title"])


def test_csl_tells_what_the_figure_is(schema):
    items = json.loads(cite(CITED, "csl"))
    jsonschema.validate(items, schema)
    assert (items[0]["type"], items[0]["version"], items[0]["edition"]) == ("figure", FIGURE.version, "2026.11")
    assert items[0]["container-title"] == BOOK.title
    assert items[0]["issued"] == {"date-parts": [[2026, 11, 3]]}
    assert CREDIT in items[0]["note"]
    assert items[1]["author"] == [{"literal": "Hill Institute"}]
    assert "issued" not in items[1]
    assert items[2]["issued"] == {"date-parts": [[2023]]}


def test_the_schema_refuses_what_is_no_csl(schema):
    for item in ({"id": "a", "type": "misc"}, {"id": "a", "type": "figure", "issued": {"date-parts": []}}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate([item], schema)


def test_a_year_in_words_stays_in_words(schema):
    bibliography = parse_string(
        "@book{x, title={T}, author={Berg, Jr, Jan and {A} and {B}}, year={in press}}", "bibtex"
    )
    cited = replace(CITED, figure=figure(source("x")), bibliography=bibliography)
    items = json.loads(cite(cited, "csl"))
    jsonschema.validate(items, schema)
    assert items[1]["issued"] == {"literal": "in press"}
    assert cite(cited, "apa").splitlines()[1] == "Berg, J., Jr, A, & B. (in press). T."
    assert in_text(bibliography, "x") == "Berg et al. (in press)"


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("cited", [CITED, DRAFT])
def test_two_credits_in_each(form, cited):
    text = cite(cited, form)
    for said in (BOOK.title, BOOK.byline, CREDIT, FIGURE.version):
        assert said in text.replace("\\_", "_")


@pytest.mark.parametrize("form", FORMATS)
def test_a_house_is_credited_even_if_another_published_its_poll(form):
    cited = replace(CITED, figure=figure(source("gazette2023"), source("gazette2023")))
    assert "Data: Hill Institute, in The Hill Gazette (2023)." in cite(cited, form)


@pytest.mark.parametrize("form", FORMATS)
def test_a_draft_and_synthetic_data_are_said(form):
    made_up = replace(DRAFT, figure=figure(source("hill-archive", evidence="synthetic")))
    assert "unreleased draft; synthetic data" in cite(made_up, form)
    assert "unreleased draft" in cite(DRAFT, form)
    assert "synthetic" not in cite(DRAFT, form)
    assert "synthetic data" in cite(replace(made_up, edition="1", date=dt.date(2026, 1, 1)), form)
    assert not re.search("draft|synthetic", cite(CITED, form))


def test_a_draft_says_so_in_the_title_that_every_program_shows():
    title = "Liechtenstein's opinion of the ferry [unreleased draft]"
    assert read_bibtex(cite(DRAFT, "bibtex"))[0]["title"] == title
    assert rispy.loads(cite(DRAFT, "ris"))[0]["title"] == title
    first = json.loads(cite(DRAFT, "csl"))[0]
    assert first["title"] == title
    assert not {"issued", "edition"} & set(first)
    assert "(n.d.)" in cite(DRAFT, "apa").splitlines()[0]


def check_title(cited, expected):
    bibtex, ris = read_bibtex(cite(cited, "bibtex")), rispy.loads(cite(cited, "ris"))
    csl, apa = json.loads(cite(cited, "csl")), cite(cited, "apa").splitlines()
    assert [len(read) for read in (bibtex, ris, csl, apa)] == [3, 3, 3, 3]
    assert (bibtex[0]["title"], ris[0]["title"], csl[0]["title"]) == (expected, expected, expected)
    assert f"{expected} [Figure " in apa[0]
    again = parse_string(cite(cited, "bibtex"), "bibtex")
    assert len(again.entries) == 3


@pytest.mark.parametrize("title", HOSTILE)
def test_hostile_titles_come_through(title):
    check_title(titled(title), one_line(title))


@pytest.mark.slow
@given(st.text(min_size=1).filter(one_line))
def test_any_title_comes_through(title):
    check_title(titled(title), one_line(title))


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_and_editions_come_through(name):
    name = one_line(name.replace(",", ""))
    cited = replace(
        CITED, book=replace(BOOK, title=name, authors=(Author(name), Author("O'Neil {x}", "Ann & B"))), edition=name
    )
    first = read_bibtex(cite(cited, "bibtex"))[0]
    assert first["author"] == f"{name} and O'Neil {{x}}, Ann & B"
    assert first["edition"] == name
    assert len(parse_string(cite(cited, "bibtex"), "bibtex").entries[first["ID"]].persons["author"]) == 2
    assert json.loads(cite(cited, "csl"))[0]["container-title"] == name


def test_the_output_is_the_same_in_another_process_and_place():
    code = "import test_citations as t; [print(t.cite(t.EVERYTHING, f), end='') for f in t.FORMATS]"
    environment = {"LC_ALL": "C", "TZ": "Asia/Tokyo", "PYTHONHASHSEED": "7", "PYTHONUTF8": "1"}
    path = f"{ROOT}/tests:{ROOT}/tests/figures:{ROOT}/tests/figures/citing:{ROOT}/src"
    done = subprocess.run(
        [sys.executable, "-c", code], env={**environment, "PYTHONPATH": path}, capture_output=True, check=True
    )
    assert done.stdout.decode() == "".join(cite(EVERYTHING, form) for form in FORMATS)


@pytest.mark.parametrize("form", FORMATS)
def test_every_citation_is_whole_lines(form):
    assert re.search(r"\S\s*\n\Z", cite(EVERYTHING, form))


@pytest.mark.parametrize("form", FORMATS)
def test_an_unknown_source_is_refused(form):
    with pytest.raises(Refused, match="no entry nobody2020") as refusal:
        cite(replace(CITED, figure=figure(source("nobody2020"))), form)
    assert len(refusal.value.faults) == 1


def test_an_unknown_format_is_refused():
    with pytest.raises(Refused, match=r"'mla'.*bibtex, ris, csl, apa") as refusal:
        cite(CITED, "mla")
    assert len(refusal.value.faults) == 1


def test_a_source_without_author_is_named_by_its_title():
    bibliography = parse_string("@misc{x, title={[A {Poll}]}, year={2020}}", "bibtex")
    assert in_text(bibliography, "x") == "[A Poll] (2020)"
    assert "\n[A Poll]. (2020).\n" in cite(replace(CITED, figure=figure(source("x")), bibliography=bibliography), "apa")


def test_a_book_without_address_gives_no_address():
    cited = replace(CITED, book=replace(BOOK, url=None))
    assert "url" not in read_bibtex(cite(cited, "bibtex"))[0]
    assert "example.org" not in "".join(cite(cited, form) for form in FORMATS)


def test_persons_and_an_address_are_read(tmp_path):
    authors = "authors: [{family-names: Ng, given-names: Ai Li}, {name: A House}]"
    (tmp_path / "CITATION.cff").write_text(f"title: T\n{authors}\nurl: https://a.org\n")
    book = read_book(tmp_path)
    assert book == Book("T", (Author("Ng", "Ai Li"), Author("A House")), "https://a.org")
    cited = replace(CITED, book=book)
    assert cite(cited, "apa").startswith("Ng, A. L., & A House. (2026). ")
    assert json.loads(cite(cited, "csl"))[0]["author"] == [{"family": "Ng", "given": "Ai Li"}, {"literal": "A House"}]
    assert "Ng, Ai Li" in cite(cited, "ris")


def test_a_figure_that_rests_on_nothing_credits_the_book():
    cited = replace(CITED, figure=figure())
    assert "Data:" not in "".join(cite(cited, form) for form in FORMATS)
    assert len(cite(cited, "apa").splitlines()) == 1


SECOND_HAND = replace(
    CITED, figure=figure(source("brook-secondhand", house="Brook"), source("brook-courier", house="Brook"))
)


def test_a_source_read_in_another_one_says_so_in_each_format():
    said = "s cited in Valley Courier, 2023"
    credit = "Data: Brook (2023b, as cited in Valley Courier, 2023); Valley Courier (2023)."
    bibtex = {entry["ID"]: entry for entry in read_bibtex(cite(SECOND_HAND, "bibtex"))}
    ris = {record["id"]: record for record in rispy.loads(cite(SECOND_HAND, "ris"))}
    csl = {item["id"]: item for item in json.loads(cite(SECOND_HAND, "csl"))}
    notes = [
        {key: entry.get("note", "") for key, entry in bibtex.items()},
        {key: " ".join(record.get("notes", [])) for key, record in ris.items()},
        {key: item.get("note", "") for key, item in csl.items()},
    ]
    for by_key in notes:
        assert list(by_key) == [f"li-ferry-trend-{SECOND_HAND.figure.version}", "brook-secondhand", "brook-courier"]
        assert said in by_key["brook-secondhand"]
        assert said not in by_key["brook-courier"]
        assert credit in next(iter(by_key.values()))


def test_apa_lists_the_source_that_was_read_and_no_other():
    for keys in (["brook-secondhand"], ["brook-secondhand", "brook-courier"], ["brook-courier", "brook-secondhand"]):
        lines = cite(replace(CITED, figure=figure(*map(source, keys))), "apa").splitlines()
        assert lines[1:] == ["Valley Courier. (2023). [Report on the Brook World Poll, made up]."]
        assert "Brook (2023b, as cited in Valley Courier, 2023)" in lines[0]


@pytest.mark.parametrize("form", FORMATS)
def test_the_books_doi_is_told_beside_the_figures_own_address(form):
    cited = replace(CITED, book=replace(BOOK, doi="10.5555/book"))
    text = cite(cited, form)
    assert "Book: https://doi.org/10.5555/book" in text
    assert f"https://example.org/book/figures/li-ferry-trend/{FIGURE.version}/" in text
    assert "doi.org/10.5555/book" not in cite(CITED, form)


def test_a_name_keeps_what_follows_it():
    cited = replace(CITED, book=replace(BOOK, authors=(Author("Berg", "Jan", "Jr."), Author("A House"))))
    assert cite(cited, "apa").startswith("Berg, J., Jr., & A House. (2026). ")
    assert json.loads(cite(cited, "csl"))[0]["author"][0] == {"family": "Berg", "given": "Jan", "suffix": "Jr."}
    assert rispy.loads(cite(cited, "ris"))[0]["authors"] == ["Berg, Jan, Jr.", "A House"]
    person = (
        parse_string(cite(cited, "bibtex"), "bibtex").entries[f"li-ferry-trend-{FIGURE.version}"].persons["author"][0]
    )
    assert (person.lineage_names, person.first_names) == (["Jr."], ["Jan"])


def test_ris_keeps_the_rules_of_its_fields():
    text = cite(replace(EVERYTHING, book=replace(BOOK, authors=(Author("Berg", "Jan", "Jr."),))), "ris")
    for record in re.split(r"^ER  - $", text, flags=re.MULTILINE)[:-1]:
        tags = [line[:6] for line in record.strip().splitlines()]
        assert all(re.fullmatch("[A-Z][A-Z0-9]  - ", tag) for tag in tags)
        assert tags[0] == "TY  - "
        for tag in ("TY", "TI", "T2", "ID", "PY", "DA", "DO", "SP", "EP", "VL", "IS", "PB", "ET"):
            assert tags.count(f"{tag}  - ") <= 1
        for line in record.strip().splitlines():
            tag, value = line[:2], line[6:]
            assert value
            assert tag != "PY" or re.fullmatch(r"\d{4}", value)
            assert tag != "DA" or re.fullmatch(r"\d{4}/\d\d/\d\d", value)
            assert tag != "AU" or (len(value) < 256 and value.count(",") <= 2 and "*" not in value)
            assert tag != "DO" or value.startswith("10.")


def test_a_processor_of_csl_renders_every_item():
    from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
    from citeproc.source.json import CiteProcJSON

    items = json.loads(cite(EVERYTHING, "csl"))
    style = CitationStylesStyle("harvard-cite-them-right", validate=False)
    rendered = CitationStylesBibliography(style, CiteProcJSON(items), formatter.plain)
    for item in items:
        rendered.register(Citation([CitationItem(item["id"])]))
    lines = [str(line) for line in rendered.bibliography()]
    assert len(lines) == len(items)
    first = next(line for line in lines if "opinion of the ferry" in line)
    for said in ("The Makers of Tests", "2026", BOOK.title, f"figures/li-ferry-trend/{EVERYTHING.figure.version}/"):
        assert said in first
