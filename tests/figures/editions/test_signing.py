"""Editions are signed with keys of ssh that are made here, and checked by the program that all the world has."""

import shutil
import subprocess

import pytest
from figure_records import lay, make_figure, release

from wavebook.figures.editions.sealing import ALLOWED, verify
from wavebook.figures.editions.signing import NAMESPACE, sign
from wavebook.study import Refused

pytestmark = pytest.mark.skipif(
    shutil.which("ssh-keygen") is None, reason="ssh-keygen is not on this machine: signatures not tested"
)
SIGNATURE = "data/editions/2026.11/manifest.json.sig"


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    path = tmp_path_factory.mktemp("keys") / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", path], check=True)
    return path


@pytest.fixture(scope="module")
def stranger(tmp_path_factory):
    path = tmp_path_factory.mktemp("keys") / "stranger"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", path], check=True)
    return path


@pytest.fixture
def root(tmp_path):
    lay(tmp_path, make_figure())
    return tmp_path


def allow(root, key, more=""):
    (root / ALLOWED).parent.mkdir(parents=True, exist_ok=True)
    public = " ".join(key.with_suffix(".pub").read_text().split()[:2])
    (root / ALLOWED).write_text(f'mai@example.org {more}namespaces="{NAMESPACE}" {public}\n')


def found(root):
    (checked,) = verify(root)
    return checked.signature, [fault.what for fault in checked.faults]


def test_a_signed_edition_names_its_key_and_with_allowed_signers_its_signer(root, key):
    release(root, "2026.11", key=key)
    signature, faults = found(root)
    assert signature.startswith("signed with the ED25519 key SHA256:")
    assert "for whom no allowed_signers vouches" in signature
    assert faults == []
    allow(root, key)
    signature, faults = found(root)
    assert signature.startswith("signed by mai@example.org with the ED25519 key SHA256:")
    assert faults == []


def test_an_unsigned_edition_is_a_fault_only_where_signers_are_named(root, key):
    release(root, "2026.11")
    assert found(root) == ("unsigned", [])
    allow(root, key)
    assert found(root) == ("unsigned", ["is not signed, and allowed_signers asks for it"])
    sign(root / "data/editions/2026.11/manifest.json", key)
    assert found(root)[1] == []
    assert [path.name for path in (root / "data/editions").iterdir() if path.name.startswith(".")] == []


def test_a_manifest_that_was_changed_does_not_fit_its_signature(root, key):
    release(root, "2026.11", key=key)
    path = root / "data/editions/2026.11/manifest.json"
    path.write_text(path.read_text().replace("Mai Ng", "Mai Nb"))
    assert found(root) == ("badly signed", ["the signature is not of this manifest"])
    allow(root, key)
    assert found(root)[1] == ["the signature is not of this manifest, or its key was not valid then"]
    (root / SIGNATURE).write_text("nothing")
    assert found(root)[1] == ["the signature is damaged, or by a key that is not in allowed_signers for that day"]


def test_a_signature_for_another_purpose_or_by_a_stranger_does_not_count(root, key, stranger):
    release(root, "2026.11")
    manifest = root / "data/editions/2026.11/manifest.json"
    subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-f", key, "-n", "file", manifest], check=True)
    assert found(root)[0] == "badly signed"
    (root / SIGNATURE).unlink()
    sign(manifest, stranger)
    allow(root, key)
    assert found(root)[1] == ["the signature is damaged, or by a key that is not in allowed_signers for that day"]


def test_a_key_that_is_not_allowed_or_not_there_releases_nothing(root, key, stranger):
    allow(root, key)
    for wrong, message in (
        (stranger, "by a key that is not in allowed_signers"),
        (root / "none", "there is no such key"),
    ):
        with pytest.raises(Refused, match=message):
            release(root, "2026.11", key=wrong)
    (root / "no key").write_text("x")
    with pytest.raises(Refused, match="no key: cannot sign: "):
        release(root, "2026.11", key=root / "no key")
    assert [path.name for path in (root / "data/editions").iterdir()] == ["allowed_signers"]


@pytest.mark.parametrize(
    ("valid", "good"),
    [
        ('valid-before="20261124"', True),  # it has run out since the release on 23 November 2026
        ('valid-after="20261123"', True),
        ('valid-before="20261123"', False),
        ('valid-after="20261124"', False),
    ],
)
def test_a_key_has_to_be_valid_on_the_day_of_the_release(root, key, valid, good):
    release(root, "2026.11", key=key)
    allow(root, key, f"{valid},")
    assert (found(root)[1] == []) is good


def test_a_machine_without_ssh_keygen_says_so(root, key, monkeypatch):
    release(root, "2026.11", key=key)
    monkeypatch.setenv("PATH", str(root))
    missing = "needs ssh-keygen (OpenSSH 8.8 or newer), which is not on this machine"
    assert found(root) == (f"signed, which was not checked: that {missing}", [])
    allow(root, key)
    assert found(root)[1] == [f"the signature was not checked: that {missing}"]
    with pytest.raises(Refused, match="--key: signing needs ssh-keygen"):
        sign(root / "data/editions/2026.11/manifest.json", key)
