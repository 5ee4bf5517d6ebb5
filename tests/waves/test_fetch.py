"""Fetching files from a server on this machine that breaks off, forgets and lies as it is told."""

from __future__ import annotations

import hashlib
import re
import resource
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests

from wavebook.study.faults import Refused
from wavebook.waves import fetch as fetching
from wavebook.waves.fetch import TRIES, fetch

CONTENT = bytes(range(256)) * 1200
OTHER = CONTENT[::-1]
DIGEST = hashlib.sha256(CONTENT).hexdigest()
CUT = 100_000


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        told = self.server
        told.requests.append({"path": self.path, **self.headers})
        cut = told.cuts.pop(0) if told.cuts else None
        status = told.statuses.pop(0) if told.statuses else self.status()
        start = self.start() if status == 206 else 0
        body = told.content[start:] if status in {200, 206} else b"no"
        self.send_response(status)
        for name, value in told.headers.items():
            self.send_header(name, value)
        if told.tells_length:
            self.send_header("Content-Length", str(len(body)))
        if status == 206:
            self.send_header("Content-Range", told.span or f"bytes {start}-{len(told.content) - 1}/{len(told.content)}")
        self.end_headers()
        self.wfile.write(body[:cut])

    def start(self) -> int:
        found = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        return int(found[1]) if found else 0

    def status(self) -> int:
        told, version = self.server, self.headers.get("If-Range")
        if "Location" in told.headers:
            return 302
        if not told.knows_range or "Range" not in self.headers:
            return 200
        if told.knows_if_range and version not in {told.headers.get("ETag"), told.headers.get("Last-Modified")}:
            return 200
        return 206 if self.start() < len(told.content) else 416

    def log_message(self, *_: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}/file.sav"
        self.content = CONTENT
        self.headers = {"ETag": '"one"'}
        self.knows_range = self.knows_if_range = self.tells_length = True
        self.cuts: list[int | None] = []
        self.statuses: list[int] = []
        self.span = ""
        self.requests: list[dict[str, str]] = []

    @property
    def ranges(self) -> list[str | None]:
        return [request.get("Range") for request in self.requests]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "127.0.0.1")
    monkeypatch.setattr(fetching, "PAUSE", 0)
    with Server() as served:
        thread = threading.Thread(target=served.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield served
        served.shutdown()
        thread.join()


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "respondents" / "file.sav"


def quiet(done: int, total: int | None) -> None:
    pass


def refusal(url: str, target: Path, sha256: str | None = DIGEST) -> str:
    with pytest.raises(Refused) as refused:
        fetch(url, target, sha256, quiet)
    (fault,) = refused.value.faults
    assert "\n" not in fault.what
    return str(fault)


def part(target: Path) -> Path:
    return target.with_name(".file.sav.part")


def left(target: Path) -> list[str]:
    return sorted(path.name for path in target.parent.iterdir())


def break_off(server: Server, target: Path) -> int:
    """Leave a part behind, as a fetch that broke off for good does; tell its size."""
    server.cuts = [CUT] + [0] * (TRIES - 1)
    assert "are kept" in refusal(server.url, target)
    server.requests.clear()
    return part(target).stat().st_size


def test_a_file_is_fetched_whole_and_for_its_owner_alone(server: Server, target: Path) -> None:
    calls: list[tuple[int, int | None]] = []
    assert fetch(server.url, target, DIGEST.upper(), lambda done, total: calls.append((done, total))) == DIGEST
    assert target.read_bytes() == CONTENT
    assert target.stat().st_mode & 0o777 == 0o600
    assert left(target) == ["file.sav"]
    assert server.requests[0]["Accept-Encoding"] == "identity"
    done = [call[0] for call in calls]
    assert done == sorted(set(done))
    assert calls[-1] == (len(CONTENT), len(CONTENT))
    assert {total for _, total in calls} == {len(CONTENT)}


def test_without_a_digest_the_one_found_is_told(server: Server, target: Path) -> None:
    assert fetch(server.url, target, None, quiet) == DIGEST


def test_an_empty_file_is_a_file(server: Server, target: Path) -> None:
    server.content = b""
    assert fetch(server.url, target, None, quiet) == hashlib.sha256(b"").hexdigest()
    assert target.read_bytes() == b""


@pytest.mark.parametrize("headers", [{"ETag": '"one"'}, {"Last-Modified": "Wed, 01 Jan 2025 00:00:00 GMT"}])
def test_a_broken_transfer_is_gone_on_with(server: Server, target: Path, headers: dict[str, str]) -> None:
    server.headers = headers
    server.cuts = [CUT, CUT]
    calls: list[tuple[int, int | None]] = []
    assert fetch(server.url, target, DIGEST, lambda done, total: calls.append((done, total))) == DIGEST
    assert target.read_bytes() == CONTENT
    starts = [int(r.removeprefix("bytes=").removesuffix("-")) for r in server.ranges[1:] if r]
    assert server.ranges[0] is None
    assert 0 < starts[0] < starts[1]
    assert [request.get("If-Range") for request in server.requests] == [None, *headers.values(), *headers.values()]
    assert {total for _, total in calls} == {len(CONTENT)}


def test_what_arrived_is_kept_for_the_next_fetch(server: Server, target: Path) -> None:
    server.cuts = [CUT, 20_000, 20_000]
    said = refusal(server.url, target)
    have = part(target).stat().st_size
    assert said.startswith(f"{server.url}: the server could not be reached, or the transfer broke off, in each of 3")
    assert said.endswith(
        f"the {have} bytes that arrived are kept, and the next `wavebook wave fetch` goes on from there"
    )
    assert len(server.requests) == TRIES
    assert left(target) == [".file.sav.part", ".file.sav.part.from"]
    assert {path.stat().st_mode & 0o777 for path in target.parent.iterdir()} == {0o600}
    server.requests.clear()
    assert fetch(server.url, target, DIGEST, quiet) == DIGEST
    assert server.ranges == [f"bytes={have}-"]
    assert target.read_bytes() == CONTENT
    assert left(target) == ["file.sav"]


def test_a_server_that_knows_no_ranges_sends_it_all_again(server: Server, target: Path) -> None:
    server.knows_range = False
    server.cuts = [CUT]
    assert fetch(server.url, target, DIGEST, quiet) == DIGEST
    assert server.ranges[1] is not None
    assert target.read_bytes() == CONTENT


@pytest.mark.parametrize("headers", [{}, {"ETag": 'W/"one"', "Last-Modified": "Wed, 01 Jan 2025 00:00:00 GMT"}])
def test_nothing_is_joined_whose_version_is_unknown(server: Server, target: Path, headers: dict[str, str]) -> None:
    server.headers = headers
    server.cuts = [CUT] * TRIES
    assert "starts over, as there is no telling" in refusal(server.url, target)
    assert fetch(server.url, target, DIGEST, quiet) == DIGEST
    assert server.ranges == [None] * (TRIES + 1)


@pytest.mark.parametrize("knows_if_range", [True, False])
def test_a_file_that_changed_in_between_is_fetched_anew(server: Server, target: Path, knows_if_range: bool) -> None:
    break_off(server, target)
    server.content, server.headers, server.knows_if_range = OTHER, {"ETag": '"two"'}, knows_if_range
    assert fetch(server.url, target, None, quiet) == hashlib.sha256(OTHER).hexdigest()
    assert target.read_bytes() == OTHER


def test_a_part_from_another_address_is_not_gone_on_from(server: Server, target: Path) -> None:
    break_off(server, target)
    assert fetch(f"{server.url}?other", target, DIGEST, quiet) == DIGEST
    assert server.ranges == [None]


def test_a_part_without_its_note_is_not_gone_on_from(server: Server, target: Path) -> None:
    break_off(server, target)
    part(target).with_name(".file.sav.part.from").unlink()
    assert fetch(server.url, target, DIGEST, quiet) == DIGEST
    assert server.ranges == [None]


@pytest.mark.parametrize("span", ["bytes 5-9/10", "bytes */*", "rows 1-2/3"])
def test_the_wrong_range_is_not_joined(server: Server, target: Path, span: str) -> None:
    break_off(server, target)
    server.span = span
    assert fetch(server.url, target, DIGEST, quiet) == DIGEST
    assert server.ranges[1:] == [None]


def test_a_range_that_ends_too_early_is_not_the_whole(server: Server, target: Path) -> None:
    have = break_off(server, target)
    server.content = CONTENT[: have + 10]
    server.span = f"bytes {have}-{have + 9}/{len(CONTENT)}"
    server.statuses = [206, 503]
    assert "503" in refusal(server.url, target)
    assert part(target).read_bytes() == CONTENT[: have + 10]


def test_a_range_that_cannot_be_had_is_started_over_once(server: Server, target: Path) -> None:
    break_off(server, target)
    server.statuses = [416]
    assert fetch(server.url, target, DIGEST, quiet) == DIGEST
    assert server.ranges[1:] == [None]


def test_a_range_refused_twice_is_refused(server: Server, target: Path) -> None:
    break_off(server, target)
    server.statuses = [416, 416]
    assert "the server answers 416" in refusal(server.url, target)
    assert len(server.requests) == 2


@pytest.mark.parametrize("status", [204, 206, 403, 404, 503])
def test_another_status_is_told(server: Server, target: Path, status: int) -> None:
    server.statuses = [status]
    assert refusal(server.url, target).startswith(f"{server.url}: the server answers {status} ")
    assert len(server.requests) == 1
    assert left(target) == []


def test_a_wrong_digest_leaves_nothing(server: Server, target: Path) -> None:
    wrong = "0" * 64
    assert refusal(server.url, target, wrong) == (
        f"{server.url}: what arrived has SHA-256 {DIGEST}, not {wrong} as expected; it was removed"
    )
    assert left(target) == []


def test_a_file_of_untold_length_is_fetched(server: Server, target: Path) -> None:
    server.tells_length = False
    totals: set[int | None] = set()
    assert fetch(server.url, target, DIGEST, lambda _, total: totals.add(total)) == DIGEST
    assert totals == {None}


def test_a_packed_answer_is_refused(server: Server, target: Path) -> None:
    server.headers["Content-Encoding"] = "gzip"
    assert "packed (gzip)" in refusal(server.url, target)
    server.statuses = [404]
    assert "the server answers 404" in refusal(server.url, target)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://127.0.0.1/file.sav", "file.sav", "http:file.sav"])
def test_only_http_is_spoken(target: Path, url: str) -> None:
    assert refusal(url, target) == f"{url}: only http and https addresses can be fetched"
    assert not target.parent.exists()


@pytest.mark.parametrize("url", ["http://", "http://[", "http://127.0.0.1:port/"])
def test_an_address_that_is_none_is_refused(server: Server, target: Path, url: str) -> None:
    assert refusal(url, target).startswith(f"{url}: cannot be fetched: ")


@pytest.mark.parametrize("there", ["file:///etc/passwd", "ftp://127.0.0.1/file.sav"])
def test_a_redirect_cannot_leave_http(server: Server, target: Path, there: str) -> None:
    server.headers = {"Location": there}
    assert f"the server sends on to {there}" in refusal(server.url, target)
    assert left(target) == []


@pytest.mark.parametrize("there", ["http://[", "http://127.0.0.1:99999/"])
def test_a_redirect_to_no_address_is_refused(server: Server, target: Path, there: str) -> None:
    server.headers = {"Location": there}
    assert refusal(server.url, target).startswith(f"{server.url}: cannot be fetched: ")


def test_a_redirect_is_followed_with_its_range(server: Server, target: Path) -> None:
    have = break_off(server, target)
    server.headers["Location"] = "/file.sav?moved"
    server.statuses = [302, 206]
    assert fetch(server.url, target, DIGEST, quiet) == DIGEST
    assert server.ranges == [f"bytes={have}-"] * 2
    assert server.requests[1]["path"] == "/file.sav?moved"


def test_a_redirect_without_end_is_refused(server: Server, target: Path) -> None:
    server.headers = {"Location": "/file.sav"}
    assert "redirects" in refusal(server.url, target)


@pytest.mark.parametrize(
    ("here", "there", "fine"),
    [
        ("https://a/x", "http://a/x", False),
        ("https://a/x", "HTTP://a/x", False),
        ("https://a/x", "//b/x", True),
        ("https://a/x", "y", True),
        ("http://a/x", "https://a/x", True),
        ("http://a/x", "FILE:///x", False),
    ],
)
def test_a_redirect_never_leads_from_https_to_http(here: str, there: str, fine: bool) -> None:
    answer = requests.Response()
    answer.status_code, answer.url, answer._content_consumed = 302, here, True
    answer.headers["Location"] = there
    if fine:
        fetching._check_hop(answer)
    else:
        with pytest.raises(Refused, match="may follow here"):
            fetching._check_hop(answer)


def test_a_proxy_is_used_where_one_is_set(server: Server, target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_PROXY", "no_proxy", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", server.url)
    assert fetch("http://nowhere.invalid/file.sav", target, DIGEST, quiet) == DIGEST
    assert server.requests[0]["path"] == "http://nowhere.invalid/file.sav"


def test_the_file_that_is_there_is_not_fetched_again(server: Server, target: Path) -> None:
    target.parent.mkdir()
    target.write_bytes(CONTENT)
    assert fetch(server.url, target, DIGEST, quiet) == DIGEST
    assert server.requests == []


@pytest.mark.parametrize("expected", [DIGEST, None])
def test_another_file_that_is_there_is_left_alone(server: Server, target: Path, expected: str | None) -> None:
    target.parent.mkdir()
    target.write_bytes(OTHER)
    assert refusal(server.url, target, expected).startswith(f"{target}: the file ")
    assert target.read_bytes() == OTHER
    assert server.requests == []


def test_a_full_disk_keeps_what_fits(server: Server, target: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (CUT, hard))
    try:
        said = refusal(server.url, target)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert said.startswith(
        f"{target}: cannot be read or written: File too large; the {CUT} bytes that arrived are kept"
    )
    assert fetch(server.url, target, DIGEST, quiet) == DIGEST
    assert server.ranges == [None, f"bytes={CUT}-"]


def test_a_folder_that_cannot_be_made_is_told(server: Server, tmp_path: Path) -> None:
    (tmp_path / "respondents").write_text("")
    assert "cannot be read or written" in refusal(server.url, tmp_path / "respondents" / "file.sav")


def test_a_server_that_is_not_there_is_told(server: Server, target: Path) -> None:
    gone = Server()
    gone.server_close()
    assert refusal(gone.url, target).endswith("could not be reached, or the transfer broke off, in each of 3 tries")


def test_a_server_that_says_nothing_is_given_up(server: Server, target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "TIMEOUTS", (1, 0.05))
    with Server() as silent:
        assert "the server did not answer in time, in each of 3 tries" in refusal(silent.url, target)


def test_plain_http_where_tls_is_asked_for_is_told(server: Server, target: Path) -> None:
    assert "no secure connection could be made" in refusal(server.url.replace("http", "https"), target)
