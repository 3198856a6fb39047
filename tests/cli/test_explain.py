"""
`browsercors explain`: exit status, output for people and for programs, and every wrong argument told in one message.
"""

from __future__ import annotations

import http.server
import inspect
import json
import socket
import sys
import textwrap
import threading
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result

from browsercors.cli import explain as explain_module
from browsercors.cli.explain import (
    CACHE_MODES,
    CREDENTIALS,
    MODES,
    REDIRECT_MODES,
    REFERRER_POLICIES,
    SERVERS,
)
from browsercors.cli.main import cli
from browsercors.explain.configurations.choose import SERVERS as SERVERS_WITH_WORDING
from browsercors.fetch.referrer import REFERRER_POLICIES as KNOWN_REFERRER_POLICIES
from browsercors.initiators.fetch_method import (
    CACHE_MODES as KNOWN_CACHE_MODES,
    CREDENTIALS_MODES,
    REDIRECT_MODES as KNOWN,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

API = "https://api.example.com"
PAGE = "https://app.example.com"
ASKING = ["--origin", PAGE]
MOUNTED = [f"{API}/ok", *ASKING, "--mount", f"{API}=shop:app"]

SHOP = """
def app(environ, start_response):
    print("the application speaks")
    path, origin = environ["PATH_INFO"], environ.get("HTTP_ORIGIN", "*")
    headers = [
        ("Access-Control-Allow-Origin", origin),
        ("Access-Control-Allow-Credentials", "true"),
        ("Access-Control-Allow-Methods", "PUT"),
        ("Access-Control-Allow-Headers", "content-type"),
        ("Access-Control-Max-Age", "600"),
        ("X-Cookie", environ.get("HTTP_COOKIE", "none")),
        ("Access-Control-Expose-Headers", "x-cookie, x-type"),
        ("X-Type", environ.get("CONTENT_TYPE", "none")),
        ("X-Hidden", "1"),
    ]
    if path == "/no":
        headers = []
    if path == "/away":
        headers.append(("Location", "https://elsewhere.example/"))
    start_response("302 Found" if path == "/away" else "200 OK", headers)
    length = int(environ.get("CONTENT_LENGTH") or 0)
    return [environ["wsgi.input"].read(length)]


async def asgi(scope, receive, send):
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": message["type"] + LIFESPAN[message["type"]], "message": "no database"})
    await send({"type": "http.response.start", "status": 200, "headers": [(b"access-control-allow-origin", b"*")]})
    await send({"type": "http.response.body", "body": b"hello"})

LIFESPAN = {"lifespan.startup": ".complete", "lifespan.shutdown": ".complete"}


def failing(scope_type):
    LIFESPAN[scope_type] = ".failed"
    return asgi


class Site:
    app = staticmethod(app)
    number = 7

def create_app(*names):
    return app

def broken_factory():
    raise RuntimeError("no \\x1b[31mconfiguration")

def sleeping(environ, start_response):
    import time
    time.sleep(30)

def unclear(*arguments):
    return app(*arguments)
"""


@pytest.fixture(autouse=True)
def _project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """
    Be in a directory with applications in it, of which nothing is left afterwards.
    """
    (tmp_path / "shop.py").write_text(SHOP)
    (tmp_path / "raising.py").write_text("\nraise KeyError('SECRET_KEY')\n")
    (tmp_path / "exiting.py").write_text("raise SystemExit('usage: exiting')\n")
    (tmp_path / "needing.py").write_text("import no_such_dependency\n")
    (tmp_path / "malformed.py").write_text("def app(:\n")
    (tmp_path / "body.txt").write_text("from a file")
    (tmp_path / "bytes.bin").write_bytes(b"\xff")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        if name in {"shop", "raising", "exiting", "needing", "malformed"}:
            del sys.modules[name]


def run(*arguments: str, **options: Any) -> Result:
    return CliRunner().invoke(cli, ["explain", *arguments], **options)


def data(*arguments: str, **options: Any) -> Any:
    return json.loads(run(*arguments, "--json", **options).stdout)


def test_a_header_of_the_page_itself_can_be_given() -> None:
    policy = "Content-Security-Policy: connect-src 'self'"
    result = run(*MOUNTED, "--page-header", policy)

    assert 1 == result.exit_code
    assert result.stdout.startswith("BLOCKED  content-security-policy  (chromium)")
    assert "'x' is not 'NAME: VALUE'" in run(*MOUNTED, "--page-header", "x").stderr


VERDICTS = [
    # path     further arguments                      status  first line
    ("/ok", [], 0, "READABLE  200 OK  (chromium)"),
    ("/no", [], 1, "BLOCKED  allow-origin-missing  (chromium)"),
    ("/no", ["--browser", "firefox"], 1, "BLOCKED  allow-origin-missing  (firefox)"),
    ("/ok", ["--mode", "no-cors"], 1, "OPAQUE  opaque-response  (chromium)"),
    ("/away", ["--redirect", "manual"], 1, "OPAQUE  opaque-redirect  (chromium)"),
    ("/away", [], 2, "NO VERDICT  not-mounted  (chromium)"),
    ("/ok", ["--xhr"], 0, "READABLE  200 OK  (chromium)"),
    ("/no", ["--mode", "same-origin"], 1, "BLOCKED  same-origin-mode  (chromium)"),
]


@pytest.mark.parametrize(("path", "arguments", "status", "line"), VERDICTS)
def test_the_verdict_is_the_first_line_and_the_exit_status(
    path: str, arguments: list[str], status: int, line: str
) -> None:
    result = run(f"{API}{path}", *MOUNTED[1:], *arguments)

    assert (status, line) == (result.exit_code, result.stdout.partition("\n")[0])


def test_a_report_is_verdict_headers_wire_preflight_and_rules() -> None:
    result = run(f"{API}/ok", *MOUNTED[1:], "-X", "PUT", "--data-json", "{}")

    assert result.stdout.startswith(
        textwrap.dedent(
            """\
            READABLE  200 OK  (chromium)

            https://app.example.com may read https://api.example.com/ok: 200 OK.

            Seen:   x-cookie, x-type
            Hidden: X-Hidden
            """
        )
    )
    assert "\nOn the wire\n  preflight  OPTIONS https://api.example.com/ok -> 200 OK\n" in result.stdout
    assert "\nWhy a preflight\n  PUT: it is not GET, HEAD or POST\n" in result.stdout
    assert "\nRules applied\n  main fetch, step 12.6: noted, a preflight has to be sent first\n" in result.stdout


def test_what_the_application_prints_does_not_get_into_the_document() -> None:
    result = run(*MOUNTED, "--json")

    assert "the application speaks\n" == result.stderr
    assert json.loads(result.stdout)["readable"]


def test_every_header_line_is_shown_on_demand() -> None:
    assert "    > User-Agent: " not in run(*MOUNTED).stdout
    assert "    > User-Agent: " in run(*MOUNTED, "-v").stdout


def test_no_line_but_of_the_wire_is_longer_than_a_terminal() -> None:
    result = run(f"{API}/no", *MOUNTED[1:], "-X", "PUT", "--data-json", "{}")

    assert [] == [line for line in result.stdout.splitlines() if len(line) > 80]


def test_a_fetch_can_be_repeated_as_time_passes() -> None:
    result = run(*MOUNTED, "-X", "PUT", "--repeat", "3", "--advance", "599")
    first, second, third = result.stdout.split("\nFetch ")[1:]

    assert first.startswith("1 of 3\n")
    assert "  preflight  OPTIONS" in first
    assert second.startswith("2 of 3, 599 s later\n")
    assert "  remembered  PUT" in second
    assert third.startswith("3 of 3, 599 s later\n")
    assert "  preflight  OPTIONS" in third


def test_the_timeout_holds_for_applications_as_well() -> None:
    result = run(*MOUNTED, "--timeout", "0.2", "--mount", f"{API}=shop:sleeping")

    assert 1 == result.exit_code
    assert "the application did not answer in 0.2 s" in " ".join(result.stdout.split())


def test_without_advance_no_time_passes() -> None:
    assert "\nFetch 2 of 2\n" in run(*MOUNTED, "--repeat", "2").stdout


def test_repeated_fetches_are_a_list_in_json() -> None:
    assert [True, True] == [result["readable"] for result in data(*MOUNTED, "--repeat", "2")]


BODIES = [
    # arguments                                     method  Content-Type                 body
    ([], "GET", "none", ""),
    (["-d", "text"], "POST", "text/plain;charset=UTF-8", "text"),
    (["-d", "a=1", "-d", "b=2"], "POST", "text/plain;charset=UTF-8", "a=1&b=2"),
    (["-d", "text", "-X", "PUT"], "PUT", "text/plain;charset=UTF-8", "text"),
    (["-d", "@body.txt"], "POST", "text/plain;charset=UTF-8", "from a file"),
    (["-d", "@-"], "POST", "text/plain;charset=UTF-8", "from stdin"),
    (["-d", "{}", "-H", "Content-Type: application/json"], "POST", "application/json", "{}"),
    (["--data-json", "[1, 2]"], "POST", "application/json", "[1, 2]"),
    (["--data-json", "[1]", "--xhr"], "POST", "application/json", "[1]"),
]


@pytest.mark.parametrize(("arguments", "method", "content_type", "body"), BODIES)
def test_a_body_is_sent_as_fetch_would(arguments: list[str], method: str, content_type: str, body: str) -> None:
    result = data(*MOUNTED, *arguments, input="from stdin")

    assert (method, content_type, body) == (
        result["timeline"][-1]["request"]["method"],
        dict(result["headers"])["x-type"],
        result["body"]["text"],
    )


def test_headers_are_sent_in_order_and_may_be_empty() -> None:
    result = data(f"{API}/ok", "--page", f"{API}/", *MOUNTED[3:], "-H", "X-B: 1", "-H", "X-A:")
    sent = [line for line in result["timeline"][-1]["request"]["headers"] if line[0] in {"X-A", "X-B"}]

    assert [["X-B", "1"], ["X-A", ""]] == sent


COOKIES = [
    (["--credentials", "include"], "id=1"),
    (["--credentials", "include", "--xhr"], "id=1"),
    ([], "none"),
    (["--xhr"], "none"),
]


@pytest.mark.parametrize(("arguments", "cookie"), COOKIES)
def test_a_cookie_goes_with_the_credentials_mode(arguments: list[str], cookie: str) -> None:
    result = data(*MOUNTED, "--cookie", "id=1; SameSite=None; Secure", *arguments)

    assert cookie == dict(result["headers"])["x-cookie"]


FORMS = [
    # what is asked for, how the output begins
    (["--format", "markdown"], "## ✕ Blocked: `allow-origin-missing` (Chromium)\n"),
    (["--format", "mermaid"], "sequenceDiagram\n"),
    (["--format", "json"], "{\n"),
    (["--html", "-"], "<!doctype html>\n"),
]


@pytest.mark.parametrize(("arguments", "beginning"), FORMS)
def test_a_report_is_written_in_the_form_that_is_asked_for(arguments: list[str], beginning: str) -> None:
    result = run(f"{API}/no", *MOUNTED[1:], *arguments)

    assert 1 == result.exit_code
    assert result.stdout.startswith(beginning)


def test_a_page_is_written_beside_the_text(tmp_path: Path) -> None:
    result = run(f"{API}/no", *MOUNTED[1:], "--html", "page.html")

    assert result.stdout.startswith("BLOCKED  allow-origin-missing")
    assert "<title>https://api.example.com/no from https://app.example.com</title>" in (
        tmp_path / "page.html"
    ).read_text("utf-8")


def test_a_page_that_cannot_be_written_is_an_error_with_its_name() -> None:
    result = run(f"{API}/no", *MOUNTED[1:], "--html", "nowhere/page.html")

    assert 2 == result.exit_code
    assert "--html: the file 'nowhere/page.html' cannot be written: No such file or directory" in result.stderr


def test_json_holds_the_report() -> None:
    report = data(f"{API}/no", *MOUNTED[1:])["report"]

    assert ("blocked", "allow-origin-missing", 1) == (report["verdict"], report["code"], report["version"])


def test_with_all_browsers_it_is_told_in_what_they_differ() -> None:
    result = run(f"{API}/ok", *MOUNTED[1:], "--browser", "all", "-X", "PUT")

    assert 0 == result.exit_code
    assert "\nIn other browsers\n  Firefox: the same\n  WebKit: the same\n  the standard: the same\n" in result.stdout


def test_the_fix_is_worded_for_the_server_that_is_named() -> None:
    result = run(f"{API}/no", *MOUNTED[1:], "--server", "nginx")

    assert "\nAs configuration of nginx\n  conf.d/cors.conf\n" in result.stdout


def test_without_a_known_server_it_is_said_which_there_are() -> None:
    assert "\n--server NAME shows the fix as configuration: flask-cors" in run(f"{API}/no", *MOUNTED[1:]).stdout


FRAMEWORKS = [
    ("import flask\napp = flask.Flask('shop')", "As configuration of Flask with flask-cors"),
    ("import fastapi\napp = fastapi.FastAPI()", "As configuration of FastAPI"),
    ("import starlette.applications\napp = starlette.applications.Starlette()", "As configuration of FastAPI"),
]


@pytest.mark.parametrize(("source", "heading"), FRAMEWORKS)
def test_the_application_tells_which_server_it_is(tmp_path: Path, source: str, heading: str) -> None:
    (tmp_path / "shop.py").write_text(source)

    assert f"\n{heading}\n" in run(f"{API}/no", *MOUNTED[1:]).stdout


@pytest.mark.parametrize(
    "allowed",
    [
        "https://app.example.com",
        "https://app.example.com/",
        "HTTPS://App.Example.com:443",
        "https://*.example.com",
        "https://app.example.com:*",
    ],
)
def test_a_page_that_is_to_be_allowed_is_offered_a_fix(allowed: str) -> None:
    fix = "\nFix:    Allow https://app.example.com.\n"

    assert fix in run(f"{API}/no", *MOUNTED[1:], "--allowed-origin", allowed).stdout
    assert fix in run(f"{API}/no", *MOUNTED[1:], "--allow-origin", allowed).stdout


def test_where_everybody_is_to_be_allowed_the_fix_may_allow_everybody() -> None:
    assert "Access-Control-Allow-Origin: *\n" in run(f"{API}/no", *MOUNTED[1:], "--allowed-origin", "*").stdout


def test_a_page_that_is_not_to_be_allowed_is_offered_none() -> None:
    result = run(f"{API}/no", *MOUNTED[1:], "--allowed-origin", "https://*.other.example")

    assert "Fix:" not in result.stdout
    assert "Advice: https://app.example.com is not one of the origins to be allowed" in result.stdout


@pytest.mark.parametrize(
    ("origin", "problem"),
    [
        ("app.example.com", "is not a URL"),
        ("https://app.example.com/x", "has a path"),
        ("null", "is the origin of every sandboxed frame"),
        ("https://a.*.example.com", "has a '*' where none can be"),
    ],
)
def test_what_is_no_origin_cannot_be_allowed(origin: str, problem: str) -> None:
    result = run(f"{API}/no", *MOUNTED[1:], "--allowed-origin", origin)

    assert 2 == result.exit_code
    assert f"--allowed-origin: {origin!r} {problem}" in result.stderr


PAGES = [
    (["--origin", PAGE], PAGE),
    (["--origin", f"{PAGE}/"], PAGE),
    (["--origin", "HTTPS://APP.example.com:443"], PAGE),
    (["--page", f"{PAGE}/a/b"], PAGE),
    (["--origin", PAGE, "--sandboxed"], "null"),
    (["--page", "data:text/html,hello"], "null"),
    (["--origin", PAGE, "--top-level", "https://portal.example/"], PAGE),
]


@pytest.mark.parametrize(("arguments", "origin"), PAGES)
def test_the_page_is_given_by_origin_or_by_url(arguments: list[str], origin: str) -> None:
    assert origin == data(f"{API}/ok", *arguments, *MOUNTED[3:])["page_origin"]


def test_a_page_of_opaque_origin_is_named_in_the_report() -> None:
    result = run(*MOUNTED, "--sandboxed")

    assert "A page with an opaque origin (null) may read https://api.example.com/ok:" in result.stdout


def test_a_path_is_relative_to_the_page() -> None:
    result = data("/ok", "--page", f"{API}/index.html", *MOUNTED[3:])

    assert (f"{API}/ok", "basic") == (result["url"], result["type"])


def test_a_data_url_needs_no_server() -> None:
    result = run("data:,hello", *ASKING)

    assert 0 == result.exit_code
    assert "On the wire" not in result.stdout


TARGETS = [
    "shop:app",
    "shop:Site.app",
    "shop:create_app()",
    "shop:create_app('test', 1)",
    "shop:asgi",
]


@pytest.mark.parametrize("target", TARGETS)
def test_an_application_is_named_by_attribute_or_factory(target: str) -> None:
    result = run(f"{API}/ok", *ASKING, "--mount", f"{API}={target}")

    assert (0, "") == (result.exit_code, "" if result.exception is None else str(result.exit_code or ""))


def test_an_interface_settles_what_cannot_be_told() -> None:
    assert 0 == run(f"{API}/ok", *ASKING, "--mount", f"{API}=shop:unclear", "--interface", "wsgi").exit_code


def test_several_origins_can_be_mounted() -> None:
    result = run(f"{API}/away", *MOUNTED[1:], "--mount", "https://elsewhere.example=shop:app")

    assert 0 == result.exit_code


WRONG: list[tuple[str, list[str], str]] = [
    (
        "no page",
        [f"{API}/ok"],
        "Say which page makes the request: give either",
    ),
    ("two pages", [f"{API}/ok", *ASKING, "--page", PAGE], "give either --origin"),
    ("an origin with a path", [f"{API}/", "--origin", f"{PAGE}/x"], "--page takes full URLs"),
    (
        "an origin that is none",
        [f"{API}/", "--origin", "app"],
        "'app' is not an origin; give scheme, host and port alone",
    ),
    ("the origin null", [f"{API}/", "--origin", "null"], "for the origin null give --sandboxed as well"),
    ("a page that is no URL", [f"{API}/", "--page", "app"], "such as 'https://app.example.com/', not 'app'"),
    ("a top-level page that is none", [*MOUNTED, "--top-level", "x"], "--page or --top-level"),
    ("a header of the page that is none", [*MOUNTED, "--page-header", "a b: c"], "--page or --page-header"),
    ("an allow attribute without a frame", [*MOUNTED, "--allow", "local-network"], "give --top-level"),
    (
        "a permission both given and refused",
        [*MOUNTED, "--grant", "local-network", "--deny", "local-network"],
        "--deny has local-network as well",
    ),
    ("a URL without scheme", ["api.example.com/me", *ASKING], "'api.example.com/me' is not a URL; give a full one"),
    ("no URL and no paste", ASKING, "stdin: there is nothing in it"),
    ("an unknown browser", [*MOUNTED, "--browser", "lynx"], "'lynx' is not one of 'chromium'"),
    ("the name of a relative", [*MOUNTED, "--browser", "Safari"], "'webkit' has the loading rules that Safari shares"),
    ("the name of a product", [*MOUNTED, "--browser", "chrome"], "give 'chromium', whose engine it has"),
    ("a header without colon", [*MOUNTED, "-H", "X-A"], "'X-A' is not 'NAME: VALUE'"),
    ("a header without name", [*MOUNTED, "-H", ": 1"], "': 1' is not 'NAME: VALUE'"),
    ("a header name that is none", [*MOUNTED, "-H", "X A: 1"], "header name 'X A' is no token"),
    ("a forbidden method", [*MOUNTED, "-X", "TRACE"], "nothing would be sent: method 'TRACE' is forbidden"),
    ("a body with GET", [*MOUNTED, "-X", "GET", "-d", "x"], "a GET request cannot have a body"),
    ("two bodies", [*MOUNTED, "-d", "x", "--data-json", "1"], "a request has one body"),
    ("JSON that is none", [*MOUNTED, "--data-json", "{a: 1}"], "'{a: 1}' is not JSON: Expecting property name"),
    ("JSON of Python", [*MOUNTED, "--data-json", "[NaN]"], "'[NaN]' is not JSON: Expecting value"),
    ("a file that is not there", [*MOUNTED, "-d", "@nowhere"], "'nowhere' cannot be read: No such file or directory"),
    ("a file that is no text", [*MOUNTED, "-d", "@bytes.bin"], "'bytes.bin' is not UTF-8 text"),
    ("XHR with a mode", [*MOUNTED, "--xhr", "--mode", "cors"], "an XMLHttpRequest has no mode"),
    ("XHR without credentials", [*MOUNTED, "--xhr", "--credentials", "omit"], "cannot omit credentials"),
    ("a cookie without value", [*MOUNTED, "--cookie", "id"], "'id' is not NAME=VALUE"),
    ("a cookie that is refused", [*MOUNTED, "--cookie", "id=1; SameSite=None"], "same-site-none-needs-secure"),
    ("advance without repeat", [*MOUNTED, "--advance", "1"], "give --repeat N as well"),
    ("time that runs backwards", [*MOUNTED, "--repeat", "2", "--advance", "-1"], "seconds has to be a finite number"),
    ("no repetition", [*MOUNTED, "--repeat", "0"], "0 is not in the range x>=1"),
    ("no time", [*MOUNTED, "--timeout", "0"], "0.0 is not a number of seconds above 0"),
    ("no number of seconds", [*MOUNTED, "--timeout", "nan"], "nan is not a number of seconds above 0"),
    ("certificates both ways", [*MOUNTED, "--insecure", "--cacert", "body.txt"], "give one of the two"),
    (
        "certificates that are none",
        [f"{API}/", *ASKING, "--cacert", "body.txt"],
        "Invalid value for --mount or --cacert: verify has to be",
    ),
    ("an interface of nothing", [f"{API}/", *ASKING, "--interface", "wsgi"], "none is mounted"),
    ("a mount without target", [*MOUNTED, "--mount", API], f"'{API}' is not ORIGIN=TARGET"),
    ("a mount on no origin", [*MOUNTED, "--mount", "api=shop:app"], "Invalid value for --mount: origin has to be"),
    ("a live server with a path", [*MOUNTED, "--mount", f"{API}=http://h/x"], "a server answers for a whole origin"),
    ("a target without attribute", [*MOUNTED, "--mount", f"{API}=shop"], "'shop' names no application"),
    ("a target that is no expression", [*MOUNTED, "--mount", f"{API}=shop:a b"], "names no application"),
    ("a target that is another one", [*MOUNTED, "--mount", f"{API}=shop:1+1"], "names no application"),
    ("a factory with what cannot be known", [*MOUNTED, "--mount", f"{API}=shop:f(x)"], "names no application"),
    ("a module that is not there", [*MOUNTED, "--mount", f"{API}=nope:app"], "there is no module 'nope'"),
    ("an attribute that is not there", [*MOUNTED, "--mount", f"{API}=shop:ap"], "did you mean app?"),
    ("one like no other", [*MOUNTED, "--mount", f"{API}=shop:zzz"], "module 'shop' has no attribute 'zzz'\n"),
    (
        "what is no application",
        [*MOUNTED, "--mount", f"{API}=shop:Site.number"],
        "is not a WSGI or ASGI application: 7",
    ),
    ("what is no factory", [*MOUNTED, "--mount", f"{API}=shop:Site.number()"], "calls what is no function: 7"),
    ("a factory uncalled", [*MOUNTED, "--mount", f"{API}=shop:create_app"], "write shop:create_app()"),
    ("a factory that raises", [*MOUNTED, "--mount", f"{API}=shop:broken_factory()"], "RuntimeError: no \\x1b[31mconf"),
    ("a module that raises", [*MOUNTED, "--mount", f"{API}=raising:app"], "KeyError: 'SECRET_KEY' (line 2 of "),
    ("a module that exits", [*MOUNTED, "--mount", f"{API}=exiting:app"], "SystemExit: usage: exiting (line 1 of "),
    (
        "a module that needs another",
        [*MOUNTED, "--mount", f"{API}=needing:app"],
        "needs the module 'no_such_dependency'",
    ),
    (
        "a module that is no Python",
        [*MOUNTED, "--mount", f"{API}=malformed:app"],
        "SyntaxError: invalid syntax (malformed.py, line 1)\n",
    ),
    (
        "an application that does not start",
        [*MOUNTED, "--mount", f"{API}=shop:failing('lifespan.startup')"],
        "the mounted application did not start: ",
    ),
]


@pytest.mark.parametrize(("_story", "arguments", "message"), WRONG, ids=[row[0] for row in WRONG])
def test_what_is_wrong_is_said_without_a_traceback(_story: str, arguments: list[str], message: str) -> None:
    result = run(*arguments)

    assert (2, "") == (result.exit_code, result.stdout)
    assert message in result.stderr
    assert 1 == len([line for line in result.stderr.splitlines() if line.startswith("Error: ")])
    assert "Traceback" not in result.stderr
    assert isinstance(result.exception, SystemExit)


def test_an_application_that_fails_at_its_shutdown_leaves_the_verdict_as_it_is() -> None:
    result = run(f"{API}/ok", *ASKING, "--mount", f"{API}=shop:failing('lifespan.shutdown')")

    assert 0 == result.exit_code
    assert "Warning: " in result.stderr


def test_what_is_not_mounted_is_named_with_the_remedy() -> None:
    result = run(f"{API}/away", *MOUNTED[1:])

    assert (
        "Error: no verdict: nothing is mounted for https://elsewhere.example; "
        "give its server with --mount ORIGIN=TARGET" in result.stderr
    )


class Handler(http.server.BaseHTTPRequestHandler):
    """
    Answers every request; a path that says so with what no HTTP client takes.
    """

    def do_GET(self) -> None:
        if self.path == "/hostile":
            self.wfile.write(b"HTTP/1.1 200 \x1b[31mOK\r\nAccess-Control-Allow-Origin: \x1b]0;x\x07[red]*\r\n\r\n")
            return
        if self.path == "/odd":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n")
            return
        self.send_response(200)
        self.send_header("Access-Control-Allow-Origin", self.headers["Origin"])
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *arguments: Any) -> None:
        pass


@pytest.fixture(scope="module")
def live() -> Iterator[str]:
    """
    Run a server, and give its URL.
    """
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_live_url_needs_no_mount(live: str) -> None:
    assert 0 == run(f"{live}/", *ASKING).exit_code


def test_a_live_server_can_answer_for_another_origin(live: str) -> None:
    result = data(f"{API}/", *ASKING, "--mount", f"{API}={live}", "--timeout", "5", "--insecure")

    assert (True, f"{API}/") == (result["readable"], result["url"])


def verdict_line(text: str) -> str:
    """
    Return the line with the verdict, which stands behind what was assumed.
    """
    assumed, _, rest = text.partition("\n\n")
    return (rest if assumed.startswith("Assumed: ") else text).partition("\n")[0]


class TestPrivateNetworks:
    """
    A server in development is judged as with the visitor's permission, unless it is said what the visitor answers.
    """

    def test_what_was_assumed_is_said_first(self, live: str) -> None:
        result = run(f"{live}/", *ASKING)
        assumed = " ".join(result.stdout.partition("\n\n")[0].split())

        assert assumed == (
            "Assumed: The visitor has given the permission loopback-network. Chromium and Firefox ask for it "
            f"before a page of a public site may reach {live}. To judge the server as in production: explain "
            f"https://api.example.com --mount https://api.example.com={live}"
        )

    def test_data_on_stdout_stays_data(self, live: str) -> None:
        result = run(f"{live}/", *ASKING, "--json")

        assert json.loads(result.stdout)["page_origin"] == "https://app.example.com"
        assert result.stderr.startswith("Assumed: ")

    def test_under_a_public_name_nothing_is_assumed(self, live: str) -> None:
        result = run("https://api.example.com/", *ASKING, "--mount", f"https://api.example.com={live}")

        assert "Assumed" not in result.stdout

    @pytest.mark.parametrize(
        "options",
        [
            pytest.param(("--browser", "webkit"), id="a browser that does not ask"),
            pytest.param(("--grant", "loopback-network"), id="it was granted"),
        ],
    )
    def test_what_is_so_need_not_be_assumed(self, live: str, options: tuple[str, ...]) -> None:
        assert not run(f"{live}/", "--origin", "http://localhost:3000", *options).stdout.startswith("Assumed")

    def test_what_the_visitor_refuses_is_blocked(self, live: str) -> None:
        result = run(f"{live}/", *ASKING, "--deny", "local-network-access")

        assert (1, "BLOCKED  local-network-access-denied  (chromium)") == (
            result.exit_code,
            verdict_line(result.stdout),
        )

    def test_another_machine_is_no_server_in_development(self) -> None:
        result = run("https://192.168.0.1/", *ASKING)

        assert (2, "NO VERDICT  local-network-access-prompt  (chromium)") == (
            result.exit_code,
            verdict_line(result.stdout),
        )
        assert "--grant local-network or --deny local-network answers" in result.stderr

    def test_an_insecure_page_is_blocked_whatever_the_visitor_says(self, live: str) -> None:
        result = run(f"{live}/", "--origin", "http://app.example.com")

        assert (1, "BLOCKED  local-network-access-insecure  (chromium)") == (
            result.exit_code,
            verdict_line(result.stdout),
        )

    def test_a_frame_needs_the_attribute(self, live: str) -> None:
        frame = ("--origin", "https://frame.example.net", "--top-level", "https://app.example.com/")
        without, with_it = (run(f"{live}/", *frame, *more) for more in ((), ("--allow", "loopback-network")))

        assert "not-delegated" in verdict_line(without.stdout)
        assert "not-delegated" not in verdict_line(with_it.stdout)

    def test_a_permission_that_does_not_exist_is_named(self) -> None:
        result = run("https://192.168.0.1/", *ASKING, "--grant", "camera")

        assert result.exit_code == 2
        assert "'camera' is not one of" in result.stderr


def test_a_server_that_refuses_the_connection_is_a_verdict() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        result = run(f"http://127.0.0.1:{unused.getsockname()[1]}/", *ASKING)

    assert (1, "BLOCKED  connection-failed  (chromium)") == (result.exit_code, verdict_line(result.stdout))


def test_a_header_line_without_a_colon_is_passed_over_as_chromium_does(live: str) -> None:
    result = run(f"{live}/odd", *ASKING)

    assert (1, "BLOCKED  allow-origin-missing  (chromium)") == (result.exit_code, verdict_line(result.stdout))
    assert "" == result.stderr


def test_what_a_hostile_server_says_is_shown_and_does_nothing(live: str) -> None:
    result = run(f"{live}/hostile", *ASKING, "-v", color=True)

    assert 1 == result.exit_code
    assert all(line.isprintable() for line in result.stdout.splitlines())
    assert "Access-Control-Allow-Origin: \\x1b]0;x\\x07[red]*" in result.stdout


def test_the_choices_are_those_of_the_engine() -> None:
    assert SERVERS_WITH_WORDING == SERVERS
    assert set(CREDENTIALS_MODES) == set(CREDENTIALS)
    assert set(KNOWN_CACHE_MODES) == set(CACHE_MODES)
    assert set(KNOWN) == set(REDIRECT_MODES)
    assert set(filter(None, KNOWN_REFERRER_POLICIES)) == set(REFERRER_POLICIES)
    assert {"cors", "no-cors", "same-origin"} == set(MODES)


def test_every_option_has_its_line_of_help() -> None:
    assert [] == [
        parameter.name
        for parameter in explain_module.explain.params
        if parameter.param_type_name == "option" and not getattr(parameter, "help", None)
    ]
    assert inspect.getdoc(explain_module.explain.callback)
