import io

import numpy as np
from made_up import make_file
from ruamel.yaml import YAML

from wavebook.study import UNDECIDED, Codebook, Study
from wavebook.waves.draft import draft_wave

N = 60


def columns():
    random = np.random.default_rng(5)
    return {
        "resp_id": list(range(N)),
        "wt_final": list(random.uniform(0.5, 2, N)),
        "psu": [float(i // 6) for i in range(N)],
        "D1": list(random.choice(["Male", "Female"], N)),
        "D2": [float(age) for age in random.integers(18, 80, N)],
        "Q7": list(
            random.choice(["Very favourable", "Somewhat favourable", "Very unfavourable", "Don't know", "Not asked"], N)
        ),
        "note": [f"my name is Aigerim {i}" for i in range(N)],
    }


LABELS = {"D1": "Sex of the respondent", "D2": "How old are you?", "Q7": "What is your opinion of the ferry?"}


def drafted(study: Study, **more):
    file = make_file(more.pop("columns", columns()), **({"labels": LABELS} | more))
    text = io.StringIO()
    yaml = YAML()
    yaml.width = 120
    yaml.dump(draft_wave(study, "house-li-2026-1", file, None), text)
    return text.getvalue(), YAML(typ="safe").load(text.getvalue())


def test_design_groups_and_items_are_recognised_by_name_and_label(study):
    _, draft = drafted(study)
    codebook = draft["microdata"]["codebook"]
    assert codebook["design"] == {"weights": "wt_final", "psu": "psu", "nest": True}
    assert codebook["respondent"] == "resp_id"
    assert codebook["missing"] == ["Not asked"]
    assert codebook["groups"]["sex"] == {"variable": "D1", "categories": {"women": "Female", "men": "Male"}}
    assert codebook["groups"]["age"]["variable"] == "D2"
    item = codebook["items"]["opinion-ferry"]
    assert item["categories"]["very favourable"] == "Very favourable"
    assert item["categories"]["don't know"] == "Don't know"
    Codebook.model_validate(codebook)


def test_what_a_person_has_to_decide_is_marked(study):
    text, draft = drafted(study)
    undecided = {key for key, value in draft.items() if value == UNDECIDED}
    assert undecided == {"series", "country", "mode", "population", "source"}
    assert "one of: hill, vale" in text
    assert draft["n"] == N


def test_answers_that_few_gave_are_not_written_down(study):
    text, _ = drafted(study)
    assert "Aigerim" not in text
    assert "note" in text


def test_a_file_like_a_known_wave_takes_its_codebook_over(study):
    known = study.waves["hill-li-2019-1"].microdata.codebook
    file_columns = {name: [1.0, 2.0, 3.0] for name in known.variables if name != "TrustFerry"}
    _, draft = drafted(study, columns=file_columns, labels={})
    codebook = draft["microdata"]["codebook"]
    assert "trust-ferry" not in codebook["items"]
    assert codebook["items"]["opinion-ferry"]["categories"]["very favourable"] == "Very Favourable"
    assert draft["series"] == "hill"


def test_hostile_labels_stay_text(study):
    hostile = {
        "Q7": "opinion of the ferry\n- !!python/object:os.system\n# end",
        "D1": "sex: {a: [b",
    }
    given = columns() | {
        "x: y #": ["*anchor"] * 30
        + [
            "- 'q\": [",
        ]
        * 30
    }
    text, draft = drafted(study, columns=given, labels=hostile)
    assert draft["microdata"]["codebook"]["items"]["opinion-ferry"]["variable"] == "Q7"
    assert "\n- !!python" not in text


def test_a_file_without_anything_known_is_drafted_with_all_its_variables_listed(study):
    text, draft = drafted(study, columns={"a1": ["x", "y"] * 20, "b2": [1.5] * 40}, labels={"a1": "Favourite colour"})
    codebook = draft["microdata"]["codebook"]
    assert codebook["design"] == UNDECIDED
    assert codebook["items"] == UNDECIDED
    assert "a1: Favourite colour: x; y" in text
    assert "b2 (a number)" in text
