"""
`browsercors explain` with recorded requests and responses.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result

from browsercors.cli import pasted
from browsercors.cli.main import cli
from tests.har.build import chromium_entry

if TYPE_CHECKING:
    from pathlib import Path

API = "https://api.example.com"
PAGE = "https://app.example.com"


def har_entry(method: str, status: int, headers: dict[str, str], body: str = "") -> str:
    """
    Return an entry of a HAR file, as DevTools copies it.
    """
    asked = {"Origin": PAGE, **({"Access-Control-Request-Method": "PUT"} if method == "OPTIONS" else {})}
    return json.dumps(
        {
            "startedDateTime": "2026-12-01T00:00:00.000Z",
            "time": 1,
            "request": {
                "method": method,
                "url": f"{API}/me",
                "httpVersion": "HTTP/1.1",
                "headers": [{"name": name, "value": value} for name, value in asked.items()],
                "queryString": [],
                "cookies": [],
                "headersSize": -1,
                "bodySize": 0,
            },
            "response": {
                "status": status,
                "statusText": "",
                "httpVersion": "HTTP/1.1",
                "headers": [{"name": name, "value": value} for name, value in headers.items()],
                "cookies": [],
                "content": {"size": len(body), "mimeType": "text/plain", "text": body},
                "redirectURL": "",
                "headersSize": -1,
                "bodySize": len(body),
            },
            "cache": {},
            "timings": {"send": 0, "wait": 1, "receive": 0},
        }
    )


FILES = {
    "refused.har": har_entry("OPTIONS", 403, {"Content-Type": "text/plain"}, "Invalid CORS request"),
    "anybody.har": har_entry("GET", 200, {"Access-Control-Allow-Origin": "*"}, "{}"),
    "empty.har": "{}",
    "put.http": (
        "PUT /items/7 HTTP/1.1\nHost: api.example.com\nOrigin: https://app.example.com\n"
        "Content-Type: application/json\nAccept-Encoding: gzip\n\n{}"
    ),
    "get.http": "GET /me HTTP/1.1\nHost: api.example.com\nOrigin: https://app.example.com",
    "cookie.http": "GET /me HTTP/1.1\nHost: api.example.com\nOrigin: https://app.example.com\nCookie: id=1",
    "null.http": "GET /me HTTP/1.1\nHost: api.example.com\nOrigin: null",
    "nobody.http": "GET /me HTTP/1.1\nHost: api.example.com",
    "options.http": (
        "OPTIONS /items/7 HTTP/1.1\nHost: api.example.com\nOrigin: https://app.example.com\n"
        "Access-Control-Request-Method: PUT\nAccess-Control-Request-Headers: x-a"
    ),
    "granted.http": (
        "HTTP/1.1 204 No Content\nAccess-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: PUT\n"
        "Access-Control-Allow-Headers: content-type, x-a"
    ),
    "anybody.http": "HTTP/1.1 200 OK\nAccess-Control-Allow-Origin: *\n\n{}",
    "nothing.http": "HTTP/1.1 200 OK\n\n{}",
    "moved.http": "HTTP/1.1 302 Found\nAccess-Control-Allow-Origin: *\nLocation: /b\n\n",
    "curl.txt": (
        "* Connected\n> GET /me HTTP/2\n> Host: api.example.com\n> origin: https://app.example.com\n>\n"
        "< HTTP/2 302\n< access-control-allow-origin: *\n< location: /b\n<\n"
        "> GET /b HTTP/2\n> Host: api.example.com\n>\n< HTTP/2 200\n< access-control-allow-origin: *\n<\nhello"
    ),
    "broken.http": "nonsense",
    "half.txt": "curl 'https://api.example.com/me",
    "command.txt": (
        "curl 'https://api.example.com/me' \\\n  -H 'origin: https://app.example.com' \\\n  -b 'session=1' \\\n"
        "  -H 'sec-fetch-mode: cors' \\\n  --compressed\n"
    ),
    "call.txt": (
        'fetch("https://api.example.com/me", {"referrer": "https://app.example.com/", "method": "GET", "mode": "cors", '
        '"credentials": "include"});'
    ),
    "terminal.txt": (
        "$ curl -i https://api.example.com/me -H 'Origin: https://app.example.com'\nHTTP/2 200\n"
        "access-control-allow-origin: *\n\nhello"
    ),
    "entry.json": json.dumps(chromium_entry("GET", f"{API}/me", 200, {}, {"vary": "Origin"})),
    "pair.json": json.dumps(
        [
            chromium_entry("PUT", f"{API}/me", 0, {}, {}, error="net::ERR_FAILED"),
            chromium_entry(
                "OPTIONS",
                f"{API}/me",
                204,
                {"access-control-request-method": "PUT"},
                {"access-control-allow-origin": "*"},
                kind="preflight",
            ),
        ]
    ),
    "failed.json": json.dumps(chromium_entry("GET", f"{API}/me", 0, {}, {}, error="net::ERR_FAILED")),
    "PUT": "GET /me HTTP/1.1",
}


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)


def run(*arguments: str, **options: Any) -> Result:
    return CliRunner().invoke(cli, ["explain", *arguments], **options)


def asked(request: str, *responses: str) -> list[str]:
    return ["--request", request, *(part for response in responses for part in ("--response", response))]


VERDICTS = [
    # arguments                                                             status  first line
    (asked("get.http", "anybody.http"), 0, "READABLE  200 OK  (chromium)"),
    (asked("get.http", "nothing.http"), 1, "BLOCKED  allow-origin-missing  (chromium)"),
    (asked("@get.http", "@nothing.http"), 1, "BLOCKED  allow-origin-missing  (chromium)"),
    (asked("./get.http", "anybody.http"), 0, "READABLE  200 OK  (chromium)"),
    (asked("cookie.http", "anybody.http"), 1, "BLOCKED  allow-origin-wildcard-with-credentials  (chromium)"),
    (asked("null.http", "anybody.http"), 0, "READABLE  200 OK  (chromium)"),
    # Several files are in the order of the exchanges.
    (asked("put.http", "granted.http", "anybody.http"), 0, "READABLE  200 OK  (chromium)"),
    (asked("put.http", "granted.http", "nothing.http"), 1, "BLOCKED  allow-origin-missing  (chromium)"),
    (asked("put.http", "nothing.http", "anybody.http"), 1, "BLOCKED  allow-origin-missing  (chromium)"),
    (asked("get.http", "moved.http", "anybody.http"), 0, "READABLE  200 OK  (chromium)"),
    # One file answers the request itself; the preflight's answer can be told apart.
    (asked("put.http", "anybody.http"), 2, "NO VERDICT  not-recorded  (chromium)"),
    ([*asked("put.http", "anybody.http"), "--preflight-response", "granted.http"], 0, "READABLE  200 OK  (chromium)"),
    ([*asked("put.http"), "--preflight-response", "nothing.http"], 1, "BLOCKED  allow-origin-missing  (chromium)"),
    # A preflight alone.
    (asked("options.http", "nothing.http"), 1, "BLOCKED  allow-origin-missing  (chromium)"),
    (asked("options.http", "granted.http"), 2, "NO VERDICT  not-recorded  (chromium)"),
    (asked("options.http", "granted.http", "anybody.http"), 0, "READABLE  200 OK  (chromium)"),
    # What curl -v wrote is a request and its answers.
    (asked("curl.txt", "curl.txt"), 0, "READABLE  200  (chromium)"),
    # Answers without a recorded request.
    ([f"{API}/me", "--origin", PAGE, "--response", "nothing.http"], 1, "BLOCKED  allow-origin-missing  (chromium)"),
    # An entry of a HAR file says itself what it answers.
    (asked("get.http", "anybody.har"), 0, "READABLE  200  (chromium)"),
    ([f"{API}/me", "--origin", PAGE, "--response", "anybody.har"], 0, "READABLE  200  (chromium)"),
    (
        [f"{API}/me", "--origin", PAGE, "-X", "PUT", "--response", "refused.har"],
        1,
        "BLOCKED  allow-origin-missing  (chromium)",
    ),
    # Entries of HAR files.
    ([f"{API}/me", "--origin", PAGE, "--response", "entry.json"], 1, "BLOCKED  allow-origin-missing  (chromium)"),
    (["--response", "entry.json"], 1, "BLOCKED  allow-origin-missing  (chromium)"),
    (asked("entry.json", "anybody.http"), 0, "READABLE  200 OK  (chromium)"),
    (asked("pair.json"), 1, "BLOCKED  method-not-allowed  (chromium)"),
    (["--response", "pair.json"], 1, "BLOCKED  method-not-allowed  (chromium)"),
    (
        [f"{API}/me", "--origin", PAGE, "-X", "PUT", "--response", "pair.json"],
        1,
        "BLOCKED  method-not-allowed  (chromium)",
    ),
    # What browsers and shells copy.
    (asked("command.txt", "nothing.http"), 1, "BLOCKED  allow-origin-missing  (chromium)"),
    (asked("command.txt", "anybody.http"), 1, "BLOCKED  allow-origin-wildcard-with-credentials  (chromium)"),
    (asked("call.txt", "anybody.http"), 1, "BLOCKED  allow-origin-wildcard-with-credentials  (chromium)"),
    (asked("terminal.txt"), 0, "READABLE  200  (chromium)"),
    (asked("curl.txt"), 0, "READABLE  200  (chromium)"),
    # curl's own options.
    ([f"{API}/me", "-H", f"origin: {PAGE}", "--response", "anybody.http"], 0, "READABLE  200 OK  (chromium)"),
    ([f"{API}/me", "-H", "Origin: null", "--response", "anybody.http"], 0, "READABLE  200 OK  (chromium)"),
    ([f"{API}/me", "-e", f"{PAGE}/a", "--response", "anybody.http"], 0, "READABLE  200 OK  (chromium)"),
    (
        [f"{API}/me", "--origin", PAGE, "-b", "a=1; b=2", "--response", "anybody.http"],
        1,
        "BLOCKED  allow-origin-wildcard-with-credentials  (chromium)",
    ),
    (
        [f"{API}/me", "--origin", PAGE, "-s", "-S", "-L", "-i", "-k", "--compressed", "--response", "anybody.http"],
        0,
        "READABLE  200 OK  (chromium)",
    ),
    ([f"{API}/me", "--origin", PAGE, "-I", "--response", "anybody.http"], 0, "READABLE  200 OK  (chromium)"),
    ([f"{API}/me", "--origin", PAGE, "-u", "a:b", "--response", "anybody.http"], 2, None),
    # What is said besides counts more.
    ([*asked("get.http", "anybody.http"), "--credentials", "include"], 1, None),
    ([*asked("get.http", "anybody.http"), "-X", "PUT"], 2, "NO VERDICT  not-recorded  (chromium)"),
    ([*asked("get.http", "anybody.http"), "-H", "X-A: 1"], 2, "NO VERDICT  not-recorded  (chromium)"),
    ([*asked("nobody.http", "anybody.http"), "--origin", PAGE], 0, "READABLE  200 OK  (chromium)"),
    ([*asked("cookie.http", "anybody.http"), "--xhr"], 1, None),
    ([*asked("get.http", "anybody.http"), "--browser", "webkit"], 0, "READABLE  200 OK  (webkit)"),
]


@pytest.mark.parametrize(("arguments", "status", "line"), VERDICTS)
def test_what_was_recorded_is_judged(arguments: list[str], status: int, line: str | None) -> None:
    result = run(*arguments)

    assert status == result.exit_code
    assert line in (None, result.stdout.splitlines()[0])


def test_the_response_of_a_har_entry_names_its_cause() -> None:
    result = run(f"{API}/me", "--origin", PAGE, "-X", "PUT", "--response", "refused.har")

    assert "The server says: Invalid CORS request" in result.stdout
    assert "Cause:  The CORS layer of Spring: " in result.stdout


def test_a_file_of_json_that_is_no_entry_ends_the_command() -> None:
    result = run(f"{API}/me", "--origin", PAGE, "--response", "empty.har")

    assert (2, "") == (result.exit_code, result.stdout)
    assert "--response: empty.har: " in result.stderr


def test_what_was_read_off_is_said() -> None:
    result = run(*asked("cookie.http", "anybody.http"))

    inferred_from = "the page from Origin; the mode from the presence of Origin; credentials from the cookies sent"
    host = "Not sent by the page: Host (a forbidden header name: only the browser sets it)"
    assert f"Inferred from cookie.http: {inferred_from}\n{host}\n" == result.stderr


def test_what_a_page_does_not_send_and_what_changes_nothing_is_said() -> None:
    result = run(*asked("command.txt", "anybody.http"))

    assert "Not sent by the page: sec-fetch-mode (a forbidden header name: only the browser sets it)\n" in result.stderr
    assert "No effect: --compressed (" in result.stderr


def test_the_cookies_of_a_paste_go_along() -> None:
    assert "Cookie: session=1" in run(*asked("command.txt", "anybody.http"), "-v").stdout


ADVICE = """\
Error: no verdict: the paste has no response, and no request was sent. Either save the output of these commands and \
give each as --response FILE:
  curl -i -X OPTIONS https://api.example.com/items/7 -H 'Origin: https://app.example.com' \
-H 'Access-Control-Request-Method: PUT' -H 'Access-Control-Request-Headers: content-type'
  curl -i -X PUT https://api.example.com/items/7 -H 'Origin: https://app.example.com' \
-H 'Content-Type: application/json' --data-raw '{}'
or allow requests to the server: --mount https://api.example.com=https://api.example.com
"""


def test_a_paste_without_a_response_ends_in_advice_and_asks_nobody() -> None:
    result = run("--request", "put.http")

    assert (2, "") == (result.exit_code, result.stdout)
    assert result.stderr.endswith(ADVICE)


def test_without_a_url_the_paste_is_read_from_standard_input() -> None:
    judged = run(input=FILES["terminal.txt"])
    advised = run(input=FILES["command.txt"])

    assert (0, "READABLE  200  (chromium)") == (judged.exit_code, judged.stdout.partition("\n")[0])
    assert (2, True) == (advised.exit_code, "the paste has no response" in advised.stderr)


def test_a_line_of_the_console_is_explained_and_is_no_verdict() -> None:
    result = run(input="Failed to load resource: net::ERR_BLOCKED_BY_CLIENT")

    assert (2, True) == (result.exit_code, "\nblocked-by-client\n" in result.stdout)
    assert "the paste has no request" in result.stderr


def test_on_a_terminal_it_is_said_what_to_paste_and_how_to_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pasted, "_is_typed", lambda: True)

    assert run(input="").stderr.startswith("Paste what you have: a line of the console,")
    assert "Ctrl-D" in run(input="").stderr
    assert "Paste what you have" not in run("--request", "-", input="").stderr


def test_what_is_not_recorded_is_named_with_what_would_give_it() -> None:
    preflight = run(*asked("put.http", "anybody.http")).stderr
    redirected = run(*asked("get.http", "moved.http")).stderr

    assert (
        f"Error: no verdict: no answer to the preflight OPTIONS {API}/items/7 was recorded; "
        "give it with --preflight-response FILE\n" in preflight
    )
    assert f"no answer to the request GET {API}/b was recorded; give it with one more --response FILE\n" in redirected


def test_the_body_goes_along_unless_another_is_given() -> None:
    recorded = run(*asked("put.http", "granted.http", "anybody.http"), "-v").stdout
    given = run(*asked("put.http", "granted.http", "anybody.http"), "--data", "12345", "-v").stdout

    assert ("Content-Length: 2" in recorded, "Content-Length: 5" in given) == (True, True)


def test_a_method_is_told_from_a_file_by_its_letters() -> None:
    result = run(f"{API}/me", "-X", "PUT", "--origin", PAGE, "--response", "granted.http", "--response", "anybody.http")

    assert (0, True) == (result.exit_code, f"PUT {API}/me -> 200" in result.stdout)


def test_a_request_can_come_from_stdin_in_whatever_encoding() -> None:
    text = FILES["get.http"]
    for data in (text.encode(), text.encode("utf-16"), text.encode("utf-8-sig"), f"{text}\nX: ü".encode("latin-1")):
        result = run(*asked("-", "anybody.http"), input=data)

        assert "Inferred from the paste: the page from Origin" in result.stderr


WRONG = [
    ([], "Invalid value for stdin: there is nothing in it"),
    (["--request", "none.http"], "Invalid value for --request: the file 'none.http' cannot be read: No such file"),
    (["--request", "broken.http"], "broken.http: nothing is known by 'nonsense'"),
    (["--request", "anybody.http"], "anybody.http is a response without its request; give the URL and --origin"),
    (["--request", "half.txt"], "half.txt: the quote ' is not closed"),
    ([f"{API}/me", "--json", '{"a": 1}'], "--json: it writes the report as JSON; use --data-json for a JSON body"),
    ([f"{API}/me", f"{API}/you"], f"Got unexpected extra argument ({API}/you)"),
    (["--request", "./PUT"], "./PUT: the request does not say where it went"),
    (["--request", "nobody.http"], "does not say which page made the request"),
    (["--request", "nobody.http"], "give --origin https://app.example.com as well"),
    (["--request", "get.http", "--request", "put.http"], "'put.http' is one too many; give one"),
    ([f"{API}/me", "-X", "PUT", "--method", "GET", "--origin", PAGE], "'GET' is one too many; give one"),
    (asked("get.http", "none.http"), "Invalid value for --response: the file 'none.http' cannot be read"),
    (asked("get.http", "failed.json"), "has no response; the recorder says: net::ERR_FAILED"),
    (asked("get.http", "broken.http"), "broken.http: line 1: 'nonsense' is no status line"),
    (
        [*asked("get.http"), "--preflight-response", "broken.http"],
        "Invalid value for --preflight-response: broken.http",
    ),
    ([*asked("get.http", "anybody.http"), "--mount", "*=http://127.0.0.1"], "leave out --mount or --response"),
    (["--request", "/"], "Invalid value for --request: the file '/' cannot be read: Is a directory"),
]


@pytest.mark.parametrize(("arguments", "message"), WRONG)
def test_what_is_wrong_is_said_without_a_traceback(arguments: list[str], message: str) -> None:
    result = run(*arguments)

    assert (2, "") == (result.exit_code, result.stdout)
    assert message in result.stderr


def test_a_file_that_is_no_message_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pasted, "LARGEST", 10)
    result = run(f"{API}/me", "--origin", PAGE, "--response", "anybody.http")

    assert "the file 'anybody.http' has more than 10 bytes" in result.stderr


def test_of_a_long_paste_the_beginning_and_the_end_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pasted, "LARGEST", 1000)
    console = "[HMR] connected\n" * 5000 + "TypeError: Failed to fetch\n"

    assert "This is a message of Chromium." in run(input=console).stdout

    monkeypatch.setattr(pasted, "LARGEST_PASTE", 2000)

    assert "the file '-' has more than 2,000 bytes; give the message alone" in run(input=console).stderr
