"""
`browsercors har`: what is said of a recording, and how the command ends.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result

from browsercors.cli import har as har_module
from browsercors.cli.main import cli
from tests.har.build import API, PAGE, chromium_entry, har_bytes
from tests.har.recording.samples import RECORDED

if TYPE_CHECKING:
    from collections.abc import Callable

SAMPLES = Path(__file__).parent.parent / "har" / "samples"
CHROMIUM = SAMPLES / "chromium.har"
DEVTOOLS = RECORDED / "chromium.har"
ALLOWED = {"access-control-allow-origin": PAGE}


def run(*arguments: object, **options: Any) -> Result:
    return CliRunner().invoke(cli, ["har", *map(str, arguments)], **options)


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    """
    Write a file, and return its path.
    """

    def write(*entries: Any, data: bytes | None = None) -> Path:
        path = tmp_path / "a.har"
        path.write_bytes(har_bytes(*entries) if data is None else data)
        return path

    return write


def test_a_recording_is_told_line_by_line_then_by_kind_then_in_numbers() -> None:
    result = run(CHROMIUM)
    lines = result.stdout.splitlines()

    assert (1, "") == (result.exit_code, result.stderr)
    assert [
        f"BLOCKED  allow-origin-wildcard-with-credentials  PUT {API}/items/7  (entry 2)",
        f"BLOCKED  allow-origin-missing  POST {API}/orders  (entry 4)",
        f"READABLE  200  GET {API}/me  (entry 6)",
        f"READABLE  200  GET {API}/old  (entry 7)",
        "BLOCKED  connection-failed  GET https://down.example.org/  (entry 12)",
        f"READABLE  200  PUT {API}/orders/1  (entry 13)",
    ] == lines[:6]
    assert f"1 request like POST {API}/orders (entry 4)" in lines
    assert [
        "6 cross-origin requests: 3 readable, 3 blocked, 0 without a verdict",
        "  1 request needed a preflight that the file lacks: it counts as allowed",
        "  1 request left out, of the scheme data:",
        "  1 request left out, for documents",
        "  1 request left out, without CORS: images, scripts, styles and the like",
        "  1 request left out, to the page's own origin",
        "  1 request left out, for WebSockets",
        "  recorded by Chrome DevTools (WebInspector), judged as chromium",
    ] == [line for line in lines[-13:] if line and not line.startswith("    ")]


def test_failures_that_are_alike_are_explained_once(written: Callable[..., Path]) -> None:
    entries = [chromium_entry("GET", f"{API}/{number}", 200, error="net::ERR_FAILED") for number in range(12)]
    result = run(written(*entries, chromium_entry("GET", "https://other.example/", error="net::ERR_FAILED")))

    assert 12 == result.stdout.count(f"BLOCKED  allow-origin-missing  GET {API}/")
    assert [f"12 requests like GET {API}/0 (entry 0)", "1 request like GET https://other.example/ (entry 12)"] == [
        line for line in result.stdout.splitlines() if " like " in line
    ]
    assert 2 == result.stdout.count("Rule:")


def test_verbose_says_what_was_read_off_and_what_is_unknown() -> None:
    text = " ".join(run(SAMPLES / "chromium-sanitised.har", "-v").stdout.split())

    assert f"page: {PAGE}; the page from Origin; the mode from Sec-Fetch-Mode; credentials mode same-origin" in text
    assert "unknown: cookies and Authorization: exports leave them out by default" in text
    assert "with credentials include: BLOCKED allow-origin-wildcard-with-credentials" in text


def test_what_comes_out_otherwise_with_other_credentials_is_said_where_the_recording_leaves_it_open() -> None:
    unclear = run(SAMPLES / "firefox.har").stdout
    clear = run(SAMPLES / "chromium-sanitised.har").stdout

    assert "with credentials include: BLOCKED  allow-origin-wildcard-with-credentials" in unclear
    assert "with credentials" not in clear.partition("\n\n")[0]


def test_json_is_one_document() -> None:
    document = json.loads(run(CHROMIUM, "--json").stdout)

    assert [2, 4, 6, 7, 12, 13] == [verdict["entry"] for verdict in document["verdicts"]]
    assert (1, "chromium", "WebInspector", 14) == tuple(
        document[name] for name in ("version", "browser", "creator", "entries")
    )
    assert ({"data:": 1, "navigate": 1, "no-cors": 1, "same-origin": 1, "websocket": 1}, []) == (
        document["left_out"],
        document["problems"],
    )


def test_json_is_one_document_of_a_broken_file_too(written: Callable[..., Path]) -> None:
    for data in (b"", har_bytes(), har_bytes(chromium_entry("GET", f"{API}/a"))[:-90]):
        result = run(written(data=data), "--json")

        assert isinstance(json.loads(result.stdout)["verdicts"], list)


STATUSES = [
    # entries                                                                           status
    ([], 0),
    ([chromium_entry("GET", f"{API}/a", 200, {}, ALLOWED)], 0),
    ([chromium_entry("GET", f"{PAGE}/a", origin=None)], 0),
    ([chromium_entry("GET", f"{API}/a", 302, {}, {**ALLOWED, "location": "/b"})], 0),
    ([chromium_entry("GET", f"{API}/a", error="net::ERR_FAILED")], 1),
    ([chromium_entry("GET", f"{API}/a", 0, error="net::ERR_FAILED")], 0),
    ([chromium_entry("GET", f"{API}/a", 0, error="net::ERR_BLOCKED_BY_CLIENT")], 0),
    ([chromium_entry("GET", f"{API}/a", 0, error="net::ERR_BLOCKED_BY_CSP")], 1),
    ([chromium_entry("GET", f"{API}/a", 200, {}, ALLOWED, error="net::ERR_ABORTED")], 0),
    (["nonsense"], 2),
]


@pytest.mark.parametrize(("entries", "status"), STATUSES)
def test_the_exit_status_says_what_was_found(entries: list[Any], status: int, written: Callable[..., Path]) -> None:
    assert status == run(written(*entries)).exit_code


CONSOLE = (
    f"app.js:1 Access to fetch at '{API}/a' from origin '{PAGE}' has been blocked by CORS policy: "
    "Response to preflight request doesn't pass access control check: It does not have HTTP ok status.\n"
    f"GET {API}/a net::ERR_FAILED\n"
)

CONSOLES = [
    # entry                                                             console       status  what is said
    (chromium_entry("PUT", f"{API}/a", 0, error="net::ERR_FAILED"), CONSOLE, 1, "BLOCKED  preflight-status-not-ok"),
    (chromium_entry("GET", f"{API}/a", 200, {}, ALLOWED), CONSOLE, 0, "but: the console says otherwise: preflight-s"),
    (chromium_entry("GET", f"{API}/a", error="net::ERR_FAILED"), CONSOLE, 1, "BLOCKED  allow-origin-missing"),
    (chromium_entry("GET", f"{API}/b", 200, {}, ALLOWED), CONSOLE, 0, "of the console about none of these requests"),
    (chromium_entry("GET", f"{API}/a", 200, {}, ALLOWED), "nothing\n\n", 0, "READABLE  200"),
]


@pytest.mark.parametrize(("entry", "console", "status", "said"), CONSOLES)
def test_the_console_says_what_the_recording_leaves_out(
    entry: Any, console: str, status: int, said: str, written: Callable[..., Path], tmp_path: Path
) -> None:
    lines = tmp_path / "console.txt"
    lines.write_text(console)
    result = run(written(entry), "--console", lines)
    document = json.loads(run(written(entry), "--console", lines, "--json").stdout)

    assert (status, True) == (result.exit_code, said in result.stdout)
    assert (status == 1) == (document["verdicts"][0]["outcome"] == "blocked")


def test_a_console_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    result = run(CHROMIUM, "--console", tmp_path / "nothing.txt")

    assert (2, "") == (result.exit_code, result.stdout)
    assert "nothing.txt' cannot be read: No such file or directory" in result.stderr


def test_json_writes_each_piece_of_evidence_once() -> None:
    text = run(DEVTOOLS, "--json").stdout
    document = json.loads(text)

    assert len(text) < DEVTOOLS.stat().st_size
    assert not any({"timeline", "steps"} & (each["report"] or {}).keys() for each in document["explanations"])
    explained = [verdict["explanation"] for verdict in document["verdicts"] if verdict["explanation"] is not None]
    assert set(range(len(document["explanations"]))) == set(explained)
    assert len(explained) == sum(explanation["count"] for explanation in document["explanations"])


def test_one_origin_can_be_picked_out(written: Callable[..., Path]) -> None:
    path = written(
        chromium_entry("GET", f"{API}/a", error="net::ERR_FAILED"),
        chromium_entry("GET", f"{API}/b", 200, {}, {"access-control-allow-origin": "*"}, origin="https://b.example"),
    )
    result = run(path, "--origin", "HTTPS://B.example:443/")

    assert (0, True, False) == (result.exit_code, f"{API}/b" in result.stdout, f"{API}/a" in result.stdout)


@pytest.mark.parametrize("origin", ["app.example.com", "https://app.example.com/cart", "data:,x", ""])
def test_what_is_no_origin_is_refused(origin: str) -> None:
    result = run(CHROMIUM, "--origin", origin)

    assert (2, "") == (result.exit_code, result.stdout)
    assert f"Invalid value for --origin: {origin!r} is not an origin" in result.stderr


def test_a_browser_can_be_named() -> None:
    assert "judged as webkit" in run(CHROMIUM, "--browser", "webkit").stdout


def test_stdin_can_be_read() -> None:
    assert run(CHROMIUM).stdout == run("-", input=CHROMIUM.read_bytes()).stdout


UNREADABLE = [
    # file                                        what is said
    (b"", "Error: the file: it is empty, or ends before the end of the first entry\n"),
    (b"<html>", "Error: the file: it is not JSON: lexical error: invalid char in json text.\n"),
    (b"{}", "Error: the file: it is JSON, but not a HAR file: it has no object `log` with an array `entries` in it\n"),
]


@pytest.mark.parametrize(("data", "message"), UNREADABLE)
def test_what_is_no_har_file_is_told_and_nothing_else(data: bytes, message: str, written: Callable[..., Path]) -> None:
    result = run(written(data=data))

    assert (2, "", message) == (result.exit_code, result.stdout, result.stderr)


def test_what_comes_before_a_break_is_reported(written: Callable[..., Path]) -> None:
    data = har_bytes(*[chromium_entry("GET", f"{API}/a", 200, {}, ALLOWED)] * 3)
    result = run(written(data=data[:-90]))

    assert (2, 2) == (result.exit_code, result.stdout.count("READABLE"))
    assert "Error: after entry 1: it ends in the middle; nothing after it was read\n" == result.stderr
    assert "2 cross-origin requests" in result.stdout


def test_what_an_entry_lacks_is_a_warning(written: Callable[..., Path]) -> None:
    result = run(written({"request": {"url": f"{API}/\x1b[31m"}}, chromium_entry("GET", f"{API}/a", 200, {}, ALLOWED)))

    assert (0, 1) == (result.exit_code, result.stdout.count("READABLE"))
    assert f"Warning: entry 0 ({API}/\\x1b[31m): its request has no method\n" == result.stderr
    assert "  1 problem with the file\n" in result.stdout


@pytest.mark.parametrize(
    ("entries", "status"),
    [
        pytest.param(["nonsense", None], 2, id="no entry can be read"),
        pytest.param(["nonsense", chromium_entry("GET", f"{API}/a", 200, {}, ALLOWED)], 0, id="one of two can be read"),
        pytest.param([], 0, id="there are no entries"),
    ],
)
def test_a_file_of_which_no_entry_can_be_read_has_no_verdict(
    entries: list[Any], status: int, written: Callable[..., Path]
) -> None:
    result = run(written(*entries))

    assert status == result.exit_code
    assert (status == 2) is (f"{NO_ENTRY}\n" in result.stderr)


NO_ENTRY = "Error: no verdict: none of the entries can be read"


def test_many_problems_are_counted(written: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(har_module, "MOST_PROBLEMS", 3)
    result = run(written(*["nonsense"] * 10))

    assert ["Warning: entry 2: it is a string, not an object", "Warning: 7 more problems", NO_ENTRY] == (
        result.stderr.splitlines()[2:]
    )


def test_hostile_text_does_nothing_to_a_terminal(written: Callable[..., Path]) -> None:
    evil = "\x1b]0;evil\x07\u202e\r\n"
    entry = chromium_entry("GET", f"{API}/a", 200, {}, {"access-control-allow-origin": evil}, error=evil)
    result = run(written(entry), "-v")

    assert not set("\x1b\x07\u202e\r") & set(result.stdout + result.stderr)


PATHS = [("/nonexistent/a.har", "cannot be read: No such file or directory"), ("/", "is a directory; give a HAR file")]


@pytest.mark.parametrize(("path", "message"), PATHS)
def test_a_path_that_cannot_be_read_is_named(path: str, message: str) -> None:
    result = run(path)

    assert (2, "") == (result.exit_code, result.stdout)
    assert f"{path!r} {message}" in result.stderr


def test_the_page_has_no_report_where_the_recording_says_what_happened(
    written: Callable[..., Path], tmp_path: Path
) -> None:
    path = written(
        chromium_entry("GET", f"{API}/a", error="net::ERR_FAILED"),
        chromium_entry("GET", "https://b.example/b", 0, error="net::ERR_BLOCKED_BY_CSP"),
    )
    page = tmp_path / "page.html"
    result = run(path, "--html", page)

    assert f"Note: 1 failure has no report in {page}" in result.stderr
    assert ("/a" in page.read_text(), "b.example" in page.read_text()) == (True, False)


def refusal(body: str) -> list[dict[str, Any]]:
    """
    Return the preflight and the request of a page that a Spring application refused.
    """
    asked = {"origin": PAGE, "access-control-request-method": "PUT"}
    preflight = chromium_entry("OPTIONS", f"{API}/items/7", 403, asked, {"vary": "Origin"})
    preflight["response"]["content"] = {"size": len(body), "mimeType": "text/plain", "text": body}
    return [preflight, chromium_entry("PUT", f"{API}/items/7", 0, {"origin": PAGE}, {})]


def test_a_refusal_that_was_recorded_is_quoted_and_names_its_cause(
    written: Callable[..., Path], tmp_path: Path
) -> None:
    path = written(*refusal("Invalid CORS request"))
    page = tmp_path / "a.html"

    text = run(path, "--html", page).stdout
    (data,) = json.loads(run(path, "--json").stdout)["explanations"]

    assert "The server says: Invalid CORS request" in text
    assert "Cause:  The CORS layer of Spring: It refuses: " in " ".join(text.split()).replace("Cause: ", "Cause:  ")
    assert ["spring-cors"] == [cause["code"] for cause in data["report"]["causes"]]
    assert "Why the server answered so" in page.read_text("utf-8")


def test_a_refusal_that_was_recorded_is_bounded_and_printable(written: Callable[..., Path]) -> None:
    text = run(written(*refusal("\x1b[31m" + "no " * 9000))).stdout

    assert "\x1b" not in text
    assert "The server says: \\x1b[31mno no" in text
    assert len(text) < 9000
