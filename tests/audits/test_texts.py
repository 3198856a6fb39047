"""
What audits say to people: for each finding a server of which it is true, and the closest one where it may not appear.

A text that is true of one server and shown for another teaches something false.
"""

from __future__ import annotations

import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from browsercors.audits.audit import audit
from browsercors.audits.checks import CHECKS
from tests.audits.test_sockets import application
from tests.audits.vulnerable import APP, App, matching, server
from tests.policy_check.elements.test_cases import JSONP, PIXELS, answering
from tests.policy_check.elements.test_laws import destination, server as answer_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

OTHER = "https://admin.example.com"
HOST = "app.example.com"
LOCAL = "http://localhost:3000"
COOKIE = "id=1; SameSite=None; Secure"
STORED = ("Cache-Control", "public, max-age=600")
PRIVATE_NETWORK = ("Access-Control-Allow-Private-Network", "true")


def everybody(_: str) -> bool:
    return True


def only(*origins: str) -> Callable[[str], bool]:
    return lambda origin: origin in {APP, *origins}


def beginning(*starts: str) -> Callable[[str], bool]:
    return lambda origin: origin == APP or origin.startswith(starts)


def ending(*ends: str) -> Callable[[str], bool]:
    return lambda origin: origin == APP or origin.endswith(ends)


def fixed(*lines: tuple[str, str], status: str = "200 OK") -> App:
    """
    Return an application that answers everything with the same.
    """

    def app(_: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response(status, list(lines))
        return [b"hello"]

    return app


WILDCARD = ("Access-Control-Allow-Origin", "*")
WITH_CREDENTIALS = ("Access-Control-Allow-Credentials", "true")
NOTHING_SAID: dict[str, Any] = {"allowed_origins": ()}
BOTH: dict[str, Any] = {"allowed_origins": [APP, OTHER]}
KEPT: dict[str, Any] = {"cache": "max-age=60"}

PAIRS: dict[str, tuple[Any, Any, dict[str, Any]]] = {
    # finding: where it is true, where it may not appear, arguments other than allowed_origins=[APP]
    "any-origin-credentials": (server(everybody), server(everybody, credentials=False), {}),
    "null-credentials": (server(only("null")), server(only("null"), credentials=False), {}),
    "any-origin": (server(everybody, credentials=False), fixed(WILDCARD), {}),
    "wildcard": (fixed(WILDCARD), server(everybody, credentials=False), {}),
    "null": (server(only("null"), credentials=False), server(only("null")), {}),
    "prefix": (server(beginning(APP)), server(beginning(f"{APP}:")), {}),
    "suffix": (server(ending("example.com")), server(ending(".example.com")), {}),
    "substring": (server(lambda origin: HOST in origin), server(ending(HOST)), {}),
    "unescaped-dot": (
        server(matching("https://app.example.com", whole=True)),
        server(matching(r"https://app\.example\.com", whole=True)),
        {},
    ),
    "public-suffix-sibling": (
        server(matching(r"https://(app\.example|\w+)\.com$")),
        server(matching(r"https://(app\.)?example\.com$")),
        {},
    ),
    "idna": (server(only("https://app.xn--xample-2of.com")), server(only("https://xn--xample-2of.org")), {}),
    "special-character": (server(beginning(f"{APP}{{")), server(beginning(f"{APP}/")), {}),
    "shared-hosting": (server(ending(".github.io")), server(only("https://mine.github.io")), {}),
    "tunnel": (server(ending(".ngrok-free.app")), server(only("https://mine.ngrok-free.app")), {}),
    "subdomain": (server(ending(".example.com")), server(only("https://staging.example.com")), {}),
    "superdomain": (server(only("https://example.com")), server(only(OTHER)), {}),
    "staging": (server(only("https://staging.example.com")), server(ending(".example.com")), {}),
    "scheme": (server(only(f"http://{HOST}")), server(only(f"{APP}:8443")), {}),
    "port": (server(only(f"{APP}:8443")), server(only(f"http://{HOST}")), {}),
    "trailing-dot": (server(only(f"{APP}.")), server(only()), {}),
    "address": (
        server(only(LOCAL, "http://127.0.0.1:3000")),
        server(only(LOCAL)),
        {"allowed_origins": [APP, LOCAL]},
    ),
    "development-server": (server(only(LOCAL)), server(only(LOCAL)), {}),
    "loopback": (server(only("http://[::1]")), server(only(LOCAL)), {}),
    "local-network": (server(only("http://192.168.1.20:3000")), server(only("http://192.168.1.77:3000")), {}),
    "app": (server(only("https://tauri.localhost")), server(only("https://example.localhost")), {}),
    "unsafe-request": (server(preflight_allows=everybody), server(), {}),
    "cache-opens": (
        server(vary="", cache="public", without_origin="*", credentials=False),
        server(cache="public", without_origin="*", credentials=False),
        {},
    ),
    "private-network": (
        server(preflight_allows=everybody, more_on_preflight=[PRIVATE_NETWORK]),
        server(more_on_preflight=[PRIVATE_NETWORK]),
        {},
    ),
    "methods-unlimited": (server(methods=""), server(methods="PUT, DELETE, PATCH"), {}),
    "headers-unlimited": (server(headers=""), server(headers="content-type, x-a"), {}),
    "max-age": (server(max_age="86401"), server(max_age="86400"), {}),
    "allowed-origin-blocked": (
        # NB: a CORS layer that refuses says so in `Vary`.
        fixed(("Vary", "Origin"), status="403 Forbidden"),
        fixed(status="403 Forbidden"),
        {},
    ),
    "credentials-blocked": (server(credentials=False), server(), {"cookies": [COOKIE]}),
    "wildcard-with-credentials": (fixed(WILDCARD, WITH_CREDENTIALS), fixed(WILDCARD), {}),
    "preflight-blocked": (server(methods="PUT"), server(methods="PUT, DELETE"), {"methods": ["DELETE"]}),
    "answer-without-headers": (server(answers=False), server(), {}),
    "error-without-headers": (
        # NB: without a sign that the CORS layer has seen it.
        fixed(status="403 Forbidden"),
        fixed(("Vary", "Origin"), status="403 Forbidden"),
        {},
    ),
    "redirect-without-headers": (server(), server(), {"paths": ["/items/"]}),
    "missing-vary": (server(vary="", **KEPT), server(**KEPT), {}),
    "preflight-cache": (
        server(methods="", more_on_preflight=[STORED]),
        server(methods="", more_on_preflight=[STORED, ("Vary", "Access-Control-Request-Method")]),
        {},
    ),
    "fixed-origin": (
        server(only(OTHER), without_origin=OTHER, **KEPT),
        server(only(OTHER), without_origin=OTHER, cache="private, max-age=60"),
        BOTH,
    ),
    "element-opens": (answer_of("image/png", destination("image")), answer_of("image/png"), {}),
    "script-inclusion": (JSONP, answer_of("application/json"), {}),
    "websocket-hijacking": (
        application(checks=False),
        application(checks=True),
        {"cookies": ["id=1; SameSite=None; Secure"]},
    ),
    "timing-open": (answering("image/png", PIXELS, Timing_Allow_Origin="*"), answering("image/png", PIXELS), {}),
}

OTHERWISE: dict[str, dict[str, Any]] = {
    # where the same server is right if something else is meant
    "development-server": {"allowed_origins": [APP, LOCAL]},
    "redirect-without-headers": {"paths": ["/"]},
}


def test_every_finding_has_a_pair() -> None:
    assert set(CHECKS) == set(PAIRS)


@pytest.mark.parametrize("code", PAIRS)
def test_a_finding_is_told_where_it_is_true_and_not_next_to_it(code: str) -> None:
    faulty, right, arguments = PAIRS[code]
    told = {each.code: each for each in audit(faulty, **{"allowed_origins": [APP], **arguments}).findings}
    there = {"allowed_origins": [APP], **arguments, **OTHERWISE.get(code, {})}
    elsewhere = {each.code for each in audit(right, **there, untried="ignore").findings}

    assert code in told
    assert told[code].gain.startswith(CHECKS[code].gain)
    # NB: of WebSockets it says as well what to write in the framework at hand.
    assert told[code].fix.startswith(CHECKS[code].fix)
    assert CHECKS[code].fix == told[code].fix or code == "websocket-hijacking"
    assert code not in elsewhere


def test_what_was_advised_to_fixed_origins_made_it_worse() -> None:
    # NB: measured with caches that ignore `Vary`: one of two sites could read, then none.
    advice = CHECKS["fixed-origin"].fix

    assert "Send no Access-Control-Allow-Origin" not in advice
    assert all(way in advice for way in ("cache's key", "Cache-Control: private", "Access-Control-Allow-Origin: *"))


def test_a_long_max_age_is_not_said_to_keep_a_new_permission_from_working() -> None:
    check = CHECKS["max-age"]

    assert "Browsers remember only what is allowed" in check.fix
    assert "lets changes come through" not in check.fix
    assert all(number in check.gain for number in ("86400", "7200", "600"))


WORN: tuple[tuple[str, str], ...] = (
    # word that reads as translated      why
    (r"\blets? changes\b", "a setting lets nothing"),
    (r"\bmend", "fix"),
    (r"\bbut for\b", "except"),
    (r"\bis none\b", "is not one"),
    (r"\banswers?\b", "response"),
    (r"\bis to be\b|\bare to be\b", "should be"),
    (r"\bleave OPTIONS\b", "a preflight may need authentication settings"),
    (r"\bNB:", "a note for the reader of the code"),
)


@pytest.mark.parametrize("code", CHECKS)
def test_texts_are_plain_english(code: str) -> None:
    check = CHECKS[code]
    text = f"{check.title}. {check.gain} {check.fix}"

    assert [] == [pattern for pattern, _ in WORN if re.search(pattern, text)]


ERROR_CASES = [
    # who reads                                    status             severity
    ("any site, of a response", server(everybody), "/", "critical"),
    ("any site, of a 404", server(everybody), "/nothing", "low"),
    ("null, of a response", server(only("null")), "/", "critical"),
    ("null, of a 404", server(only("null")), "/nothing", "low"),
    ("a near miss, of a 404", server(beginning(APP)), "/nothing", "low"),
    ("any site, of a 500", server(everybody, status="500 Oh"), "/", "low"),
    ("any site without credentials, of a 404", server(everybody, credentials=False), "/nothing", "low"),
]


@pytest.mark.parametrize(
    ("app", "path", "severity"), [case[1:] for case in ERROR_CASES], ids=[case[0] for case in ERROR_CASES]
)
def test_who_reads_only_an_error_gains_little(app: App, path: str, severity: str) -> None:
    first = audit(app, allowed_origins=[APP], paths=[path]).findings[0]

    assert severity == first.severity.value
    assert ("What was read here is an error" in first.gain) == (severity == "low")
    # NB: the path that responds is what counts where there are both.
    if path != "/":
        both = audit(app, allowed_origins=[APP], paths=[path, "/"]).findings[0]
        assert both.severity.rank > first.severity.rank
        assert "/" in both.paths


def test_a_live_server_of_the_visitor_is_not_told_of_an_option_for_applications() -> None:
    listening = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    try:
        report = audit(f"http://127.0.0.1:{listening.server_port}")
    finally:
        listening.shutdown()
        listening.server_close()

    assert "audit it at its public URL" in " ".join(report.assumed)
