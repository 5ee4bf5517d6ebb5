"""A small book is built, released, changed and released again, as its authors would."""

import json
import re
import shutil
import subprocess

import pytest
from bs4 import BeautifulSoup

from helpers import in_shell, make_small_book, snapshot
from wavebook.site.frozen import MARKS

pytestmark = pytest.mark.slow
ID = "brook-sm-2021-answers"


def listed(root):
    said = in_shell("figure", "list", "--json", cwd=root)
    assert said.code == 0, said.err
    return {figure["id"]: figure for figure in json.loads(said.out)["figures"]}


def page(root, path):
    return BeautifulSoup(
        (root / "_build/html/figures" / path / "index.html").read_text(encoding="utf-8"), "html.parser"
    )


def commit_all(root):
    who = ["-c", "user.name=Mai Ng", "-c", "user.email=mai@example.org"]
    for command in (["add", "-A"], [*who, "commit", "-qm", "All"]):
        subprocess.run(["git", *command], cwd=root, check=True)
    return subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=root, capture_output=True, text=True, check=True
    ).stdout.strip()


SENTENCE = """
one:
  in: book/index.md
  says: See
  check:
    - share: {wave: brook-sm-2021, item: council, response: approve}
      about: 46
"""


@pytest.fixture(scope="module")
def story(built_small_book, tmp_path_factory):
    """What was seen on the way: build, release, change of one datum, build, release, build."""
    unbuilt, root = make_small_book(tmp_path_factory.mktemp("unbuilt")), tmp_path_factory.mktemp("story") / "my book"
    shutil.copytree(built_small_book, root)
    for name in ("README.md", "LICENSE", "CHANGELOG.md"):
        (root / name).write_text(f"# {name}\n\nMade up.\n\n## Unreleased\n\n- Words.\n", encoding="utf-8")
    (root / ".gitignore").write_text("_build/\nbook/pages/\ndata/microdata/\n")
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    seen = {"root": root, "too early": in_shell("release", "2026.11", "--by", "Mai Ng", cwd=unbuilt)}
    seen["never committed"] = in_shell("release", "2026.11", "--by", "Mai Ng", cwd=root)
    seen["commit"] = commit_all(root)
    seen["draft"], seen["draft page"] = listed(root), page(root, ID)
    seen["first"] = in_shell("release", "2026.11", "--by", "Mai Ng <mai@example.org>", cwd=root)
    assert seen["first"].code == 0, seen["first"].err
    seen["kept"] = snapshot(root / "data/editions/2026.11")
    commit_all(root)
    assert in_shell("build", cwd=root).code == 0
    seen["released"], seen["released page"] = listed(root), page(root, ID)
    seen["equal"] = in_shell("figure", "verify", f"{ID}@{seen['released'][ID]['version']}", cwd=root)
    data = root / "data/published/others.csv"
    text = data.read_text(encoding="utf-8")
    data.write_text(text.replace("brook-sm-2021,council,approve,,,46,", "brook-sm-2021,council,approve,,,44,"))
    assert data.read_text(encoding="utf-8") != text
    seen["stale"] = in_shell("release", "2026.12", "--by", "Mai Ng", cwd=root)
    (root / "data/sentences.yml").write_text(SENTENCE, encoding="utf-8")
    seen["broken"] = in_shell("build", cwd=root)
    (root / "data/sentences.yml").unlink()
    seen["built"] = in_shell("build", cwd=root)
    assert seen["built"].code == 0
    seen["changed"] = listed(root)
    seen["dirty"] = in_shell("release", "2026.12", "--by", "Mai Ng", cwd=root)
    commit_all(root)
    seen["second"] = in_shell("release", "2026.12", "--by", "Mai Ng", cwd=root)
    assert seen["second"].code == 0, seen["second"].err
    commit_all(root)
    assert in_shell("build", cwd=root).code == 0
    old = f"{ID}@{seen['released'][ID]['version']}"
    seen["differs"] = in_shell("figure", "verify", old, cwd=root)
    return seen


def test_a_build_says_which_figures_say_something_else_and_which_sentence_may_not_stand(story):
    assert story["broken"].code == 1
    assert f"{ID}, “" in story["broken"].err
    assert "46 → 44 per cent" in story["broken"].err
    assert "book/index.md:3: “See” may no longer stand: " in story["broken"].err
    assert "the site was not replaced; the last good one stands" in story["broken"].err
    assert "may no longer stand" not in story["built"].err


def test_nothing_stale_or_unbuilt_is_released(story):
    for step in ("too early", "stale"):
        assert story[step].code == 2
        assert "run `wavebook build` first" in story[step].err


def test_nothing_is_released_from_a_tree_that_is_not_clean(story):
    assert (story["never committed"].code, story["dirty"].code) == (2, 2)
    assert "CITATION.cff: is not committed; a release is made from a clean tree" in story["never committed"].err
    assert story["dirty"].err == "data/published/others.csv: is not committed; a release is made from a clean tree\n"


def test_a_release_tells_who_made_it_and_from_what(story):
    manifest = json.loads(story["kept"]["manifest.json"])
    assert (manifest["releaser"], manifest["commit"]) == ("Mai Ng <mai@example.org>", story["commit"])
    shown = story["released page"].find(id="made").get_text(" ")
    assert story["commit"] in shown
    assert "Mai Ng" in shown


def test_editions_are_verified(story):
    said = in_shell("edition", "verify", cwd=story["root"])
    assert (said.code, said.out) == (0, "")
    assert re.search(r"2026\.11: \d+ figures, \d+ files, unsigned: as released\n2026\.12: ", said.err)
    said = in_shell("edition", "verify", "2026.11", "--json", cwd=story["root"])
    found = json.loads(said.out)
    assert found["ok"]
    assert [edition["edition"] for edition in found["editions"]] == ["2026.11"]


def test_one_byte_that_was_changed_is_named_and_stops_the_build(story, tmp_path):
    root = shutil.copytree(story["root"], tmp_path / "spoilt")
    name = f"data/editions/2026.11/{ID}/page.html"
    (root / name).write_bytes((root / name).read_bytes().replace(b"46", b"47", 1))
    said = in_shell("edition", "verify", "--json", cwd=root)
    assert said.code == 1
    faults = [fault for edition in json.loads(said.out)["editions"] for fault in edition["faults"]]
    assert faults == [{"where": name, "what": "a released file was changed"}]
    said = in_shell("build", cwd=root)
    assert said.code == 2
    assert f"{name}: a released file was changed" in said.err


def test_a_released_page_stands_in_the_site_as_it_was_released(story):
    begin, end = MARKS
    root, old = story["root"], story["released"][ID]["version"]
    built = (root / f"_build/html/figures/{ID}/{old}/index.html").read_bytes()
    head, _, rest = built.partition(begin)
    now, _, foot = rest.partition(end)
    assert head + begin + end + foot == story["kept"][f"{ID}/page.html"]
    assert b"Superseded" in now
    for name, content in story["kept"].items():
        if name.startswith(f"{ID}/{ID}"):
            assert (root / f"_build/html/figures/{ID}/{old}/{name.partition('/')[2]}").read_bytes() == content


def test_a_draft_says_that_it_is_one(story):
    assert story["draft"][ID]["edition"] is None
    assert "Draft, not released" in story["draft page"].get_text()


def test_a_release_names_every_new_figure_and_is_shown(story):
    assert story["first"].code == 0
    assert re.search(rf"^{ID}, “.+”: new\.$", story["first"].err, re.MULTILINE)
    assert story["released"][ID]["edition"] == "2026.11"
    assert story["released"][ID]["version"] == story["draft"][ID]["version"]
    assert "Draft, not released" not in story["released page"].get_text()


def test_the_second_release_says_the_change_in_a_sentence(story):
    (sentence,) = re.findall(rf"^{ID}, .+$", story["second"].err, re.MULTILINE)
    assert "approve: 46 → 44 per cent (" in sentence
    changelog = (story["root"] / "CHANGELOG.md").read_text(encoding="utf-8")
    assert changelog.index("## Edition 2026.12") < changelog.index(sentence) < changelog.index("## Edition 2026.11")
    assert 'version: "2026.12"' in (story["root"] / "CITATION.cff").read_text(encoding="utf-8")


def test_only_the_changed_figure_has_a_new_version(story):
    changed = {id_ for id_, figure in story["changed"].items() if figure["edition"] is None}
    assert changed == {ID}


def test_the_old_version_still_shows_the_old_figure_and_that_it_was_superseded(story):
    root, old = story["root"], story["released"][ID]["version"]
    text = page(root, f"{ID}/{old}").get_text()
    assert "Superseded by version" in text
    assert "46 → 44" in text
    drawing = (root / f"_build/html/figures/{ID}/{old}/{ID}.svg").read_text(encoding="utf-8")
    assert ">46<" in drawing
    assert ">46<" not in (root / f"_build/html/figures/{ID}/{story['changed'][ID]['version']}/{ID}.svg").read_text()
    assert "Superseded" not in page(root, ID).get_text()


def test_verifying_tells_equal_from_changed_and_why(story):
    assert (story["equal"].code, "equal to what page one gives now" in story["equal"].err) == (0, True)
    assert story["differs"].code == 1
    assert "per cent: 46; now 44" in story["differs"].err
    assert "input: data/published/others.csv, toplines of brook-sm-2021 changed" in story["differs"].err


def test_citations_of_both_versions_can_be_had(story):
    root = story["root"]
    for version, edition in (
        (story["released"][ID]["version"], "2026.11"),
        (story["changed"][ID]["version"], "2026.12"),
    ):
        for form in ("bibtex", "ris", "csl", "apa"):
            said = in_shell("figure", "cite", f"{ID}@{version}", "--format", form, cwd=root)
            assert said.code == 0
            assert version in said.out
            assert edition in said.out
            assert "Makers of Tests" in said.out
            assert "Valley Courier" in said.out


def test_a_figure_is_exported_in_every_form(story, tmp_path):
    said = in_shell("figure", "export", ID, "--to", str(tmp_path / "out"), cwd=story["root"])
    assert said.code == 0, said.err
    version = story["changed"][ID]["version"]
    files = {path.suffix: path.read_bytes() for path in (tmp_path / "out").glob(f"{ID}-{version}.*")}
    assert set(files) == {".svg", ".png", ".pdf", ".csv", ".json"}
    assert files[".png"].startswith(b"\x89PNG")
    assert files[".pdf"].startswith(b"%PDF")
    assert files[".csv"].startswith(b"item,answer,among,group,wave,per cent,lower,upper,")


def test_a_figure_is_shown_with_its_sources(story):
    said = in_shell("figure", "show", ID, cwd=story["root"])
    assert f"figure: {ID}@" in said.out
    assert "Brook" in said.out
    assert re.search(r"version: [0-9a-f]{8} 2026\.11\nversion: [0-9a-f]{8} 2026\.12", said.out)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["figure", "cite", "nothing"], "nothing: no such figure; known: "),
        (["figure", "cite", f"{ID}@12345678"], "no such version; known: "),
        (["figure", "verify", "../x"], "no such figure"),
        (["figure", "cite", ID, "--format", "word"], "--format"),
        (["release", "2026.12", "--by", "Mai Ng"], "does not follow the last edition"),
        (["release", "soon", "--by", "Mai Ng"], "named by year and month"),
        (["edition", "verify", "2026.10"], "no such edition; known: 2026.11, 2026.12"),
        (["edition", "sign", "2026.12", "--key", "no such key"], "no such key: there is no such key"),
    ],
)
def test_bad_input_is_one_message_and_exit_2(story, arguments, message):
    before = snapshot(story["root"] / "data")
    said = in_shell(*arguments, cwd=story["root"])
    assert said.code == 2
    assert message in said.err
    assert "Traceback" not in said.err
    assert snapshot(story["root"] / "data") == before


def test_scholar_tags_stand_on_the_front_page_only(story):
    site = story["root"] / "_build/html"
    with_tags = [
        path.relative_to(site).as_posix()
        for path in site.rglob("*.html")
        if 'name="citation_' in path.read_text(encoding="utf-8")
    ]
    assert with_tags == ["index.html"]
    front = (site / "index.html").read_text(encoding="utf-8")
    date = json.loads((story["root"] / "data/editions/2026.12/manifest.json").read_text())["date"].replace("-", "/")
    assert f'<meta name="citation_publication_date" content="{date}">' in front
