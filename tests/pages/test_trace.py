"""What a run read is recorded, whoever read it; what no key can hold is told. One build shows it all."""

import json

import pytest

from helpers import copy_checkout, in_shell, make_notebooks
from wavebook.pages.trace import Trace
from wavebook.study.closure import ENGINE

pytestmark = pytest.mark.slow

READS = [
    "import pandas as pd\npd.read_csv('notebooks/table.csv')",
    "from pathlib import Path\nPath('notes.txt').read_text()",
    "from notebooks import beside\nbeside.word",
    "[path.name for path in Path('notebooks/folder').iterdir()]",
    "try:\n    open('notebooks/missing.txt')\nexcept FileNotFoundError:\n    print('none')",
]
UNTRACKED = [
    "from pathlib import Path\nPath('../outside.txt').read_text()",
    "import socket\ntry:\n    socket.create_connection(('127.0.0.1', 9), timeout=1)\nexcept OSError:\n    print('closed')",
    "import subprocess\nsubprocess.run(['true'])",
    "Path('data/mine.txt').write_text('x')",
    "import random\nrandom.random()",
    "import numpy as np\nnp.random.rand()",
    "np.random.default_rng().random()",
    "import time as t\nfrom datetime import datetime as dt\nimport pandas as pd",
    "t.time()\ndt.now()\npd.Timestamp('now')\nt.strftime('%Y')",
    "import uuid\nuuid.uuid4()",
    "from chapters import arguing\narguing.word",
]
SEEDED = [
    "import random\nrandom.seed(1)\nrandom.random()",
    "import numpy as np\nnp.random.seed(1)\nnp.random.rand()\nnp.random.default_rng(1).random()",
    "import time\nimport pandas as pd\ntime.strftime('%Y', time.gmtime(0))\npd.Timestamp('2020-01-01')",
]


@pytest.fixture(scope="module")
def records(tmp_path_factory):
    root = copy_checkout(tmp_path_factory.mktemp("trace"))
    make_notebooks(root, reads=READS, untracked=UNTRACKED, seeded=SEEDED)
    (root / "chapters").mkdir(exist_ok=True)
    (root / "chapters/__init__.py").write_text("")
    (root / "chapters/arguing.py").write_text("from chapters.beside import when\nword = when()\n")
    (root / "chapters/beside.py").write_text("import time\n\n\ndef when():\n    return time.time()\n")
    (root / "notebooks/table.csv").write_text("a\n1\n")
    (root / "notes.txt").write_text("note")
    (root / "notebooks/beside.py").write_text(
        "from pathlib import Path\nword = Path('notebooks/word.txt').read_text()\n"
    )
    (root / "notebooks/word.txt").write_text("word")
    (root / "notebooks/folder").mkdir()
    (root / "notebooks/folder/one.txt").write_text("")
    (root.parent / "outside.txt").write_text("outside")
    said = in_shell("build", "--no-site", cwd=root)
    assert said.code == 0, said.err
    names = ("reads", "untracked", "seeded")
    return {name: json.loads((root / f"_build/pages/{name}.json").read_text()) for name in names} | {"said": said.err}


@pytest.mark.parametrize(
    "name",
    ["notebooks/table.csv", "notes.txt", "notebooks/beside.py", "notebooks/word.txt", "notebooks/folder/"],
)
def test_what_a_page_reads_is_in_its_key(records, name):
    assert len(records["reads"]["key"]["files"][name]) == 64
    assert name not in records["seeded"]["key"]["files"]


def test_a_file_that_is_looked_for_in_vain_is_in_the_key(records):
    assert records["reads"]["key"]["files"]["notebooks/missing.txt"] == "absent"


def test_a_page_without_the_engine_depends_on_no_code_that_it_does_not_run(records):
    engine = {name for name in records["reads"]["key"]["files"] if name.startswith("src/wavebook/")}
    assert {name.split("/")[2] for name in engine} == {"__init__.py", "figures", "pages", "study"}
    assert {name for name in engine if "/study/" in name} == {
        "src/wavebook/study/__init__.py",
        "src/wavebook/study/closure.py",
        "src/wavebook/study/digests.py",
        "src/wavebook/study/faults.py",
    }


@pytest.mark.parametrize("name", ["__init__", "arguing", "beside"])
def test_chapters_that_a_page_imports_are_in_its_key(records, name):
    assert len(records["untracked"]["key"]["files"][f"chapters/{name}.py"]) == 64
    assert f"chapters/{name}.py" not in records["reads"]["key"]["files"]


@pytest.mark.parametrize(
    "what",
    [
        "outside.txt, outside the checkout",
        "asks the network (127.0.0.1)",
        "starts true, whose reads are not seen",
        "writes data/mine.txt",
        "draws random numbers without a seed (random)",
        "draws random numbers without a seed (numpy.random)",
        "draws random numbers without a seed (default_rng)",
        "draws random numbers without a seed (uuid.uuid4)",
        "asks for the time with time.time (cell 10)",
        "asks for the time with datetime.datetime.now (cell 10)",
        "asks for the time with pandas.Timestamp (cell 10)",
        "asks for the time with time.strftime (cell 10)",
        "asks for the time with time.time (chapters/beside.py)",
    ],
)
def test_what_no_key_can_hold_is_told(records, what):
    assert any(what in told for told in records["untracked"]["untracked"]), records["untracked"]["untracked"]
    assert what in records["said"]


def test_nothing_is_told_of_pages_that_come_out_the_same(records):
    assert records["reads"]["untracked"] == []
    assert records["seeded"]["untracked"] == []


def test_the_engine_goes_by_one_name_even_among_the_libraries(tmp_path):
    trace = Trace(tmp_path, tmp_path / "log")
    trace._environment = (f"{ENGINE.parent}/",)  # as where it is installed
    assert trace._place(ENGINE / "study/study.py") == ("checkout", "src/wavebook/study/study.py")
    assert trace._place(ENGINE.parent / "pandas/__init__.py")[0] == "environment"
