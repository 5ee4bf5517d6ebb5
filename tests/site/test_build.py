"""Builds of a tiny book, one after another: what was kept of the last one never shows."""

import os
import resource
import shutil
import signal
import subprocess
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from helpers import copy_checkout, snapshot
from wavebook.site import SITE, SiteFailed, build_site, site_is_current

pytestmark = pytest.mark.slow

BIB = "@book{{a2020, title={{{title}}}, author={{Ng, Mai}}, publisher={{P}}, year=2020}}\n"
RECORD = "application/papermill.record/"


def make_page(root, name, *figures, glued="42"):
    """An executed page, as papermill would leave it: figures, and a number that other pages show."""
    cells = [new_markdown_cell(f"# Page {name}")]
    for figure in figures:
        drawn = new_output(
            "display_data", {"image/svg+xml": f'<svg xmlns="http://www.w3.org/2000/svg" id="{figure}"/>'}
        )
        shown = {"figure": {"name": figure, "caption": f"Caption of {figure} {{cite:p}}`a2020`"}, "image": {"alt": "x"}}
        cells.append(new_code_cell("draw()", outputs=[drawn], metadata={"mystnb": shown}))
    given = {"scrapbook": {"name": "number", "mime_prefix": RECORD}}
    number = new_output("display_data", {f"{RECORD}text/plain": repr(glued)}, metadata=given)
    cells.append(new_code_cell("glue()", outputs=[number] if glued else []))
    for count, cell in enumerate(cells):
        cell.id = f"cell-{count}"
    path = root / f"book/pages/{name}.ipynb"
    path.parent.mkdir(exist_ok=True)
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(new_notebook(cells=cells, metadata=kernel), path)
    return path


@pytest.fixture
def tiny(tmp_path):
    root = copy_checkout(tmp_path)
    for path in (root / "book").glob("*.md"):
        path.unlink()
    (root / "book/references.bib").write_text(BIB.format(title="Old"))
    (root / "book/references.md").write_text("# Sources\n\n```{bibliography}\n:all:\n```\n")
    (root / "book/part.txt").write_text("A part.\n")
    (root / "book/index.md").write_text(
        "# Tiny\n\n```{include} part.txt\n```\n\n{numref}`fig-two`, {glue:text}`pages/one.ipynb::number:s`\n"
    )
    (root / "book/spare.md").write_text("# Spare\n\n{cite:t}`a2020` and {numref}`fig-one`.\n")
    make_page(root, "one", "fig-one")
    make_page(root, "two", "fig-two")
    write_toc(root, "pages/one", "pages/two", "references")
    return root


def write_toc(root, *files):
    chapters = ", ".join(f"{{file: {name}}}" for name in files)
    (root / "_toc.yml").write_text(f"format: jb-book\nroot: index\nchapters: [{chapters}]\n")


def built(root):
    build_site(root)
    assert site_is_current(root)
    return snapshot(root / SITE)


def built_from_nothing(root):
    """What a build gives that has nothing of an earlier one; that is put aside for the time."""
    (root / "_build").rename(root / "aside")
    site = built(root)
    shutil.rmtree(root / "_build")
    (root / "aside").rename(root / "_build")
    return site


def assert_same(one, other):
    assert [name for name in one.keys() | other.keys() if one.get(name) != other.get(name)] == []


def page_text(site, page):
    return site[page].decode()


def test_whatever_is_edited_the_site_is_that_of_a_clean_build(tiny):
    first = built(tiny)
    # A figure comes before another one, and a number that the front page shows is another.
    make_page(tiny, "one", "fig-one", "fig-more", glued="43")
    site = built(tiny)
    assert "Fig. 3" in page_text(site, "index.html")
    assert "43" in page_text(site, "index.html")
    assert_same(site, built_from_nothing(tiny))
    # A file that a page includes; a page put back to what it was, with a time long ago.
    (tiny / "book/part.txt").write_text("Another part.\n")
    os.utime(tiny / "book/part.txt", (1, 1))
    os.utime(make_page(tiny, "one", "fig-one"), (1, 1))
    site = built(tiny)
    assert "Another part" in page_text(site, "index.html")
    assert_same(site, built_from_nothing(tiny))
    # A page goes, another one comes, in another order, and the bibliography says something else.
    (tiny / "outside.txt").write_text("From outside.\n")
    (tiny / "book/index.md").write_text("# Tiny\n\n```{include} part.txt\n```\n\n```{include} ../outside.txt\n```\n")
    write_toc(tiny, "references", "spare", "pages/one")
    (tiny / "book/references.bib").write_text(BIB.format(title="New"))
    site = built(tiny)
    assert "pages/two.html" not in site
    assert_same(site, built_from_nothing(tiny))
    assert first.keys() != site.keys()
    (tiny / "outside.txt").write_text("From outside as well.\n")
    assert not site_is_current(tiny)
    # It goes by what it holds: put back it is no reason to read its page again, and changed it is.
    (tiny / "outside.txt").write_text("From outside.\n")
    assert built(tiny) == site
    (tiny / "outside.txt").write_text("From outside as well.\n")
    assert "From outside as well" in page_text(built(tiny), "index.html")


def test_a_page_that_did_not_change_is_not_read_again(tiny):
    built(tiny)
    times = {path.name: path.stat().st_mtime_ns for path in (tiny / "_build/sphinx/_build").rglob("*.doctree")}
    (tiny / "book/part.txt").write_text("Another part.\n")
    built(tiny)
    now = {path.name: path.stat().st_mtime_ns for path in (tiny / "_build/sphinx/_build").rglob("*.doctree")}
    assert [name for name in now if now[name] != times[name]] == ["index.doctree"]


def test_a_warning_comes_as_long_as_its_cause_is_there(tiny):
    before = built(tiny)
    (tiny / "book/spare.md").write_text("# Spare\n\n{nothing}`x`\n")
    write_toc(tiny, "pages/one", "pages/two", "references", "spare")
    for _ in range(2):
        with pytest.raises(SiteFailed, match=r"spare\.md:3: WARNING"):
            build_site(tiny)
    assert snapshot(tiny / SITE) == before
    make_page(tiny, "one", "fig-one", glued="")  # the front page shows a number that is no longer there
    (tiny / "book/spare.md").write_text("# Spare\n")
    with pytest.raises(SiteFailed, match="'number' not found"):
        build_site(tiny)


BUILD = "import sys; from pathlib import Path; from wavebook.site import build_site; build_site(Path(sys.argv[1]))"


def test_a_build_that_is_killed_spoils_nothing(tiny):
    before = built(tiny)
    make_page(tiny, "one", "fig-one", "fig-more")
    clean = built_from_nothing(tiny)
    process = subprocess.Popen([sys.executable, "-c", BUILD, str(tiny)])
    record = tiny / "_build/sphinx/read.json"
    while record.exists() and process.poll() is None:  # it goes when Sphinx is about to start
        pass
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert snapshot(tiny / SITE) == before
    assert not site_is_current(tiny)
    assert_same(built(tiny), clean)  # waits for the Jupyter Book that was left behind
    assert sorted(path.name for path in (tiny / "_build").iterdir()) == ["html", "site.json", "site.lock", "sphinx"]


@pytest.mark.parametrize("limit", [2_000, 400_000])
def test_a_full_disk_is_told_in_a_line_and_the_last_site_stands(tiny, limit):
    (tiny / SITE).mkdir(parents=True)
    (tiny / SITE / "index.html").write_text("the last good one")

    def fill():
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    told = "from wavebook.site import SiteFailed\ntry: exec(sys.argv[2])\nexcept SiteFailed as failed: print(failed)"
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\n{told}", str(tiny), BUILD],
        preexec_fn=fill,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert len(done.stdout.splitlines()) == 1, done.stdout
    line = done.stdout.strip()
    assert line.endswith("cannot be written: File too large")
    assert str(tiny) not in line
    assert snapshot(tiny / SITE) == {"index.html": b"the last good one"}
