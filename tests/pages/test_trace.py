"""What a run read is recorded, whoever read it; what no key can hold is told. One build shows it all."""

import json

import pytest

from helpers import copy_checkout, in_shell, make_notebooks

pytestmark = pytest.mark.slow

READS = [
    "import pandas as pd\npd.read_csv('notebooks/table.csv')",
    "from pathlib import Path\nPath('notes.txt').read_text()",
    "from notebooks import beside\nbeside.word",
    "[path.name for path in Path('notebooks/folder').iterdir()]",
    "try:\n    open('notebooks/missing.txt')\nexcept FileNotFoundError:\n    print('none')",
]
ODD = [
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
]
SEEDED = [
    "import random\nrandom.seed(1)\nrandom.random()",
    "import numpy as np\nnp.random.seed(1)\nnp.random.rand()\nnp.random.default_rng(1).random()",
    "import time\nimport pandas as pd\ntime.strftime('%Y', time.gmtime(0))\npd.Timestamp('2020-01-01')",
]


@pytest.fixture(scope="module")
def records(tmp_path_factory):
    root = copy_checkout(tmp_path_factory.mktemp("trace"))
    make_notebooks(root, reads=READS, odd=ODD, seeded=SEEDED)
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
    names = ("reads", "odd", "seeded")
    return {name: json.loads((root / f"_build/pages/{name}.json").read_text()) for name in names} | {"said": said.err}


@pytest.mark.parametrize(
    "name",
    ["notebooks/table.csv", "notes.txt", "notebooks/beside.py", "notebooks/word.txt", "notebooks/folder/"],
)
def test_what_a_page_reads_is_in_its_key(records, name):
    assert len(records["reads"]["key"][name]) == 64
    assert name not in records["seeded"]["key"]


def test_a_file_that_is_looked_for_in_vain_is_in_the_key(records):
    assert records["reads"]["key"]["notebooks/missing.txt"] == "absent"


def test_a_page_without_the_engine_depends_on_no_code_that_it_does_not_run(records):
    engine = {name for name in records["reads"]["key"] if name.startswith("src/wavebook/")}
    assert {name.split("/")[2] for name in engine} == {"figures", "pages"}
    assert not any(name.endswith("_text.py") for name in engine)


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
    ],
)
def test_what_no_key_can_hold_is_told(records, what):
    assert any(what in odd for odd in records["odd"]["odd"]), records["odd"]["odd"]
    assert what in records["said"]


def test_nothing_is_told_of_pages_that_come_out_the_same(records):
    assert records["reads"]["odd"] == []
    assert records["seeded"]["odd"] == []
