"""
`browsercors audit`: exit status, forms of output, and every wrong argument told in one message.
"""

from __future__ import annotations

import http.server
import json
import re
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result

from browsercors.audits.findings import Severity
from browsercors.cli.audit import BUDGET, SEVERITIES
from browsercors.cli.main import cli
from browsercors.policy.arguments import LIVE_BUDGET

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

APP = "https://app.example.com"
MEANT = ["--allowed-origin", APP]

SHOP = """
import time

def answering(allows, *, credentials=True):
    def app(environ, start_response):
        print("the application speaks")
        origin = environ.get("HTTP_ORIGIN", "")
        lines = [("Vary", "Origin"), ("Cache-Control", "no-store")]
        if origin and allows(origin):
            lines.append(("Access-Control-Allow-Origin", origin))
            lines.append(("Access-Control-Allow-Methods", "PUT"))
            if credentials:
                lines.append(("Access-Control-Allow-Credentials", "true"))
        start_response("200 OK", lines)
        return [b"secret"]
    return app

sound = answering(lambda origin: origin == "https://app.example.com")
everybody = answering(lambda origin: True)
dotted = answering(lambda origin: origin in {"https://app.example.com", "https://app.example.com."})
subdomains = answering(lambda origin: origin.startswith("https://") and origin.endswith(".example.com"))
ports = answering(lambda origin: origin.startswith("http://localhost:") or origin == "http://localhost")
public = answering(lambda origin: True, credentials=False)

def hanging(environ, start_response):
    time.sleep(60)

def make_app():
    return sound

async def asgi(scope, receive, send):
    if scope["type"] == "lifespan":
        await receive()
        await send({"type": "lifespan.startup.failed", "message": "no \\x1b[31mdatabase"})
"""


@pytest.fixture(autouse=True)
def _project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """
    Be in a directory with applications in it, of which nothing is left afterwards.
    """
    (tmp_path / "audited.py").write_text(SHOP)
    (tmp_path / "audited_raising.py").write_text("raise KeyError('SECRET_KEY')\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    yield
    for name in {"audited", "audited_raising"} & set(sys.modules):
        del sys.modules[name]


def run(*arguments: str, **options: Any) -> Result:
    return CliRunner().invoke(cli, ["audit", *arguments], **options)


def data(*arguments: str) -> Any:
    return json.loads(run(*arguments, "--json").stdout)


def test_what_help_lists_is_what_there_is() -> None:
    assert [severity.value for severity in Severity] == list(SEVERITIES)
    assert LIVE_BUDGET == BUDGET


STATUSES = [
    # application      further arguments                   status
    ("audited:sound", MEANT, 0),
    ("audited:sound", [], 0),
    ("audited:make_app()", MEANT, 0),
    ("audited:everybody", MEANT, 1),
    ("audited:everybody", [*MEANT, "--fail-on", "critical"], 1),
    ("audited:dotted", MEANT, 1),
    ("audited:dotted", [*MEANT, "--fail-on", "medium"], 0),
    ("audited:public", [], 0),
    ("audited:public", ["--fail-on", "info"], 1),
    ("audited:public", MEANT, 1),
    ("audited:public", ["--allowed-origin", "*"], 0),
    ("audited:subdomains", MEANT, 1),
    ("audited:subdomains", ["--allowed-origin", "https://*.example.com", "--fail-on", "low"], 0),
    ("audited:ports", ["--allowed-origin", "http://localhost:*"], 0),
    ("audited:sound", [*MEANT, "--budget", "5"], 0),
    ("audited:sound", [*MEANT, "--budget", "5", "--untried", "ignore"], 0),
    ("audited:sound", [*MEANT, "--budget", "5", "--untried", "fail"], 2),
    ("audited:sound", [*MEANT, "--untried", "fail"], 0),
    ("audited:everybody", [*MEANT, "--budget", "5", "--untried", "fail"], 1),
    ("audited:everybody", [*MEANT, "--budget", "5"], 1),
    ("audited:hanging", [*MEANT, "--timeout", "0.02"], 2),
]


@pytest.mark.parametrize(("target", "arguments", "status"), STATUSES)
def test_the_exit_status_says_whether_something_was_found(target: str, arguments: list[str], status: int) -> None:
    assert status == run(target, *arguments).exit_code


def test_findings_are_told_with_gain_proof_and_fix() -> None:
    result = run("audited:everybody")

    assert result.stdout.startswith("CRITICAL  any-origin-credentials\nEvery site can read responses to requests with")
    assert "\n\nGain:   Any page" in result.stdout
    assert "\nFix:    Compare the whole origin, byte for byte, with a list" in result.stdout
    assert "    < Access-Control-Allow-Credentials: true\n" in result.stdout
    assert "1 critical (" in result.stdout.splitlines()[-1]


def test_nothing_found_is_one_line() -> None:
    assert 1 == len(run("audited:sound", *MEANT, "--path", "/").stdout.splitlines())


def test_what_the_application_prints_does_not_get_into_the_document() -> None:
    result = run("audited:everybody", "--json")

    assert "the application speaks" in result.stderr
    assert "any-origin-credentials" == json.loads(result.stdout)["findings"][0]["code"]


def test_paths_methods_and_headers_are_asked_for() -> None:
    report = data("audited:sound", *MEANT, "--path", "/a", "--path", "/b?c=1", "--method", "DELETE", "-H", "X-A")

    assert ["/a", "/b?c=1"] == report["paths"]
    assert ["preflight-blocked"] == [finding["code"] for finding in report["findings"]]
    assert ["DELETE", "GET"] == [proof["tried"]["method"] for proof in report["findings"][0]["proof"][:2]]


def test_browsers_are_those_that_were_chosen() -> None:
    report = data("audited:everybody", "--browser", "webkit", "--browser", "standard")

    assert ["webkit", "standard"] == report["browsers"] == report["findings"][0]["browsers"]


def test_a_cookie_goes_along() -> None:
    report = data("audited:everybody", "--cookie", "id=1; SameSite=None; Secure")
    sent = dict(report["findings"][0]["proof"][0]["timeline"][-1]["request_headers"])

    assert "critical" == report["findings"][0]["severity"]
    assert "id=1" == sent["Cookie"]


@pytest.mark.parametrize(("option", "start"), [("--html", "<!doctype html>"), ("--sarif", '{\n  "$schema"')])
def test_a_file_or_stdout_gets_another_form(option: str, start: str, tmp_path: Path) -> None:
    result = run("audited:everybody", option, "out.txt")

    assert (tmp_path / "out.txt").read_text("utf-8").startswith(start)
    assert result.stdout.startswith("CRITICAL")
    assert run("audited:everybody", option, "-").stdout.startswith(start)


def test_what_was_found_before_a_server_hangs_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    result = run("audited:everybody", "--budget", "6")

    assert 1 == result.exit_code
    assert "the budget of 6 requests is spent" in result.stdout
    assert result.stdout.startswith("CRITICAL")


UNTRIED_CASES = [
    # --untried, what stands on stderr
    (
        "warn",
        r"Warning: \d+ of \d+ cells .* not fully tried, as the budget of 5 requests is spent. Raise --budget",
    ),
    ("fail", r"Error: \d+ of \d+ cells of the plan were not fully tried"),
    ("ignore", ""),
]


@pytest.mark.parametrize(("untried", "told"), UNTRIED_CASES, ids=[case[0] for case in UNTRIED_CASES])
def test_what_was_not_tried_is_told_on_stderr(untried: str, told: str) -> None:
    stderr = run("audited:sound", *MEANT, "--budget", "5", "--untried", untried).stderr

    assert re.search(told, stderr, flags=re.MULTILINE) if told else "not fully tried" not in stderr


def test_the_plan_is_shown_and_nothing_is_sent(live: tuple[str, list[tuple[str, str]]]) -> None:
    url, received = live
    result = run(f"{url}/me", *MEANT, "--method", "DELETE", "--explain-plan")

    assert 0 == result.exit_code
    assert result.stdout.startswith(f"Plan of the audit of {url}\n\n  any origin ")
    assert re.search(r"origins close to those that are meant +\d{3} requests, \d{3} origins, 1 path\n", result.stdout)
    assert "The server gets 600 requests at most." in result.stdout
    assert [] == received
    assert run("audited:sound", "--explain-plan").stdout.endswith("There is no limit.\n")


def test_a_server_that_hangs_is_said_plainly() -> None:
    result = run("audited:hanging", "--timeout", "0.02")

    assert "the application did not answer in 0.02 s" in " ".join(result.stdout.split())
    assert "Error: no audit: the server did not answer\n" == result.stderr


WRONG = [
    # arguments                                        what is said
    (["api.example.com"], "'api.example.com' has no scheme; write https://api.example.com, or module:attribute"),
    (["api.example.com/me"], "has no scheme; write https://api.example.com/me"),
    (["localhost:8000"], "has no scheme; write https://localhost:8000"),
    (["[::1]:8000/me"], "has no scheme; write https://[::1]:8000/me"),
    (["//api.example.com"], "has no scheme; write https://api.example.com"),
    (
        ["https:api.example.com"],
        "'https:api.example.com' is not the URL of a server; write it as https://api.example.com",
    ),
    (["ftp://example.com"], "'ftp://example.com' is not an http(s) URL"),
    (["https://"], "'https://' is not the URL of a server"),
    (["https://user@api.example.com"], "is not the URL of a server"),
    (["nothing_there:app"], "there is no module 'nothing_there'"),
    (["audited:soun"], "has no attribute 'soun'; did you mean sound"),
    (["audited:sound.app"], "'sound' of module 'audited' has no attribute 'app'"),
    (["audited:"], "'audited:' names no application; write module:attribute, such as shop.web:app"),
    ([":app"], "':app' names no application"),
    (["audited"], "'audited' names no application"),
    (["audited_raising:app"], "importing audited_raising raised KeyError: 'SECRET_KEY'"),
    (["audited:asgi"], "the application did not start: "),
    (["audited:sound", "--allowed-origin", "https://app.example.com/x"], "'https://app.example.com/x' has a path"),
    (["audited:sound", "--allowed-origin", "null"], "'null' is the origin of every sandboxed frame"),
    (["audited:sound", "--allowed-origin", "https://*.com"], "is a public suffix"),
    (["audited:sound", "--path", "me"], "Invalid value for --path: paths has to hold paths such as '/me', not 'me'"),
    (["audited:sound", "--method", "TRACE"], "Invalid value for --method: "),
    (["audited:sound", "--header", "Cookie: a=1"], "Invalid value for --header: "),
    (["audited:sound", "--cookie", "id"], "'id' is not NAME=VALUE"),
    (["audited:sound", "--cookie", "__Host-id=1"], "Invalid value for --cookie: "),
    (["audited:sound", "--url", "api.example.com"], "Invalid value for --url: url has to be an http(s) origin"),
    (["http://127.0.0.1:1", "--url", "https://a.example"], "it is for applications, but TARGET is a URL"),
    (["http://127.0.0.1:1", "--interface", "wsgi"], "it is for applications, but TARGET is a URL"),
    (["audited:sound", "--delay", "-1"], "-1.0 is not a valid number of seconds"),
    (["audited:sound", "--timeout", "0"], "0.0 is not a valid number of seconds"),
    (["audited:sound", "--timeout", "inf"], "Invalid value for --timeout: timeout has to be a number of seconds"),
    (["audited:sound", "--budget", "0"], "0 is not in the range x>=1"),
    (
        ["audited:sound", "--json", "--html", "-"],
        "Only one of --json, --github, --sarif -, --html -, --junit - and --gitlab - can write to stdout.",
    ),
    (["audited:sound", "--sarif", "no/such/directory"], "the file 'no/such/directory' cannot be written"),
    (["http://127.0.0.1:1", "--insecure", "--cacert", "audited.py"], "give one of the two"),
]


@pytest.mark.parametrize(("arguments", "message"), WRONG)
def test_what_is_wrong_is_said_in_one_message_with_status_2(arguments: list[str], message: str) -> None:
    result = run(*arguments)

    assert 2 == result.exit_code
    assert message in result.stderr
    assert "\x1b" not in result.stderr
    assert "" == result.stdout


@pytest.fixture
def live() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """
    Run a server that returns every origin, and keep what it gets.
    """
    received: list[tuple[str, str]] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            received.append((self.command, self.path))
            self.send_response(200)
            self.send_header("Access-Control-Allow-Origin", self.headers.get("Origin", ""))
            self.send_header("Access-Control-Allow-Credentials", "true")
            self.send_header("Vary", "Origin")
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_OPTIONS = do_PUT = do_POST = answer  # noqa: N815

        def log_message(self, *_: object) -> None:
            """
            Keep quiet.
            """

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", received
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_live_server_is_audited_at_the_path_of_its_url(live: tuple[str, list[tuple[str, str]]]) -> None:
    url, received = live
    report = data(f"{url}/me?full=1")

    assert (["/me?full=1"], url, BUDGET) == (report["paths"], report["url"], report["budget"])
    assert "any-origin-credentials" == report["findings"][0]["code"]
    assert report["requests"] == len(received)
    assert {"GET", "OPTIONS"} == {method for method, _ in received}


def test_a_live_server_gets_no_more_than_its_budget(live: tuple[str, list[tuple[str, str]]]) -> None:
    url, received = live
    run(url, *MEANT, "--budget", "7")

    assert 7 == len(received)


def test_no_live_server_is_no_audit() -> None:
    result = run("http://127.0.0.1:2", "--timeout", "1")

    assert 2 == result.exit_code
    assert "no connection to http://127.0.0.1:2" in " ".join(result.stdout.split())
    assert "Error: no audit: the server did not answer\n" == result.stderr


def test_a_bar_is_shown_to_those_who_see_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from browsercors.cli import audit as module

    class Terminal:
        encoding = "utf-8"
        written = ""

        def isatty(self) -> bool:
            return True

        def write(self, text: str) -> int:
            Terminal.written += text
            return len(text)

        def flush(self) -> None:
            """
            Have nothing to do.
            """

    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", Terminal())
    with module._progress() as on_stage:
        assert on_stage is not None
        on_stage("caches", 12)

    assert "caches (12 requests so far)" in Terminal.written


def test_no_bar_is_shown_in_a_file() -> None:
    assert "requests so far" not in run("audited:sound").stderr
