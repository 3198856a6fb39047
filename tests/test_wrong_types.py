"""
Arguments of wrong types: each is named, with its value, and none ends in an error of Python's own.
"""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

import browsercors
from browsercors import (
    CHROMIUM,
    Advance,
    Answer,
    AsyncBrowser,
    Blob,
    Browser,
    ChangePolicy,
    Clear,
    Clock,
    Fetch,
    FormData,
    Headers,
    Ignored,
    Policy,
    PolicyError,
    ReadableStream,
    ScriptedServer,
    Session,
    SharedCache,
    URLSearchParams,
    Visit,
    audit,
    check_response,
    classify,
    configuration,
    find_violations,
    origins_where,
    ports_of,
    preflight_request,
    read_har,
    read_pasted,
    strategies,
    subdomains_of,
)
from browsercors.policy.sessions import Memory

if TYPE_CHECKING:
    from collections.abc import Callable

    from hypothesis import strategies as st

PAGE: Final = "https://app.example.com"
API: Final = "https://api.example.com"
EMPTY_HAR: Final = b'{"log": {"version": "1.2", "creator": {}, "entries": []}}'

SERVER: Final = ScriptedServer({"*": Answer(200, {"Access-Control-Allow-Origin": "*"}, "{}")})
POLICY: Final = Policy(origins=PAGE)


def browser() -> Browser:
    browser = Browser()
    browser.mount("*", SERVER)
    return browser


PAGE_OF_TEST: Final = browser().open(PAGE)
RESULT: Final = PAGE_OF_TEST.fetch(API)
REPORT: Final = RESULT.report()
AUDIT: Final = audit(SERVER, url=API, paths=["/"], budget=1, untried="ignore")


def drawn(make: Callable[..., st.SearchStrategy[Any]]) -> Callable[..., None]:
    """
    Strategies look at their arguments when they are first used.
    """

    def draw(**arguments: Any) -> None:
        make(**arguments).validate()

    return draw


# By the name of what is called: what to call, and right arguments, one of which is then wrong.
CALLS: Final[dict[str, tuple[Callable[..., Any], dict[str, Any]]]] = {
    "Browser": (
        Browser,
        {"browser": "chromium", "public_suffix_list": None, "start_time": 0.0, "hsts_preload": None},
    ),
    "AsyncBrowser": (
        AsyncBrowser,
        {"browser": "chromium", "public_suffix_list": None, "start_time": 0.0, "hsts_preload": None},
    ),
    "Browser.open": (
        lambda **arguments: browser().open(**arguments),
        {
            "url": PAGE,
            "sandboxed": False,
            "parent": None,
            "top_level": None,
            "referrer_policy": "origin",
            "secure_context": None,
            "headers": None,
            "address_space": None,
            "allow": "",
        },
    ),
    "Browser.mount": (
        lambda **arguments: browser().mount(**arguments),
        {
            "origin": API,
            "target": SERVER,
            "interface": None,
            "timeout": 10.0,
            "verify": True,
            "forwarded": True,
            "address_space": None,
        },
    ),
    "Browser.set_cookie": (
        lambda **arguments: browser().set_cookie(**arguments),
        {
            "name": "a",
            "value": "b",
            "domain": "a.example",
            "path": "/",
            "same_site": None,
            "expires": None,
        },
    ),
    "Browser.set_cookie, max_age": (
        lambda **arguments: browser().set_cookie("a", "b", domain="a.example", **arguments),
        {"max_age": 1.0},
    ),
    "Browser.grant": (
        lambda **arguments: browser().grant(**arguments),
        {"permission": "local-network", "origin": None},
    ),
    "Browser.deny": (
        lambda **arguments: browser().deny(**arguments),
        {"permission": "local-network", "origin": None},
    ),
    "Page.fetch": (
        PAGE_OF_TEST.fetch,
        {
            "url": API,
            "method": "POST",
            "headers": None,
            "body": None,
            "mode": "cors",
            "credentials": "omit",
            "cache": "default",
            "redirect": "follow",
            "referrer": "",
            "referrer_policy": "",
            "integrity": "",
            "duplex": None,
            "priority": "auto",
            "window": None,
            "target_address_space": None,
        },
    ),
    "Page.xhr": (PAGE_OF_TEST.xhr, {"url": API, "method": "POST", "headers": None, "body": None}),
    "Clock": (Clock, {"now": 0.0}),
    "Clock.advance": (lambda **arguments: Clock().advance(**arguments), {"seconds": 1.0}),
    "BrowserProfile.evolve": (CHROMIUM.evolve, {"name": "mine"}),
    "Blob": (Blob, {"data": b"", "type": ""}),
    "FormData": (FormData, {"fields": ()}),
    "FormData.append": (
        lambda **arguments: FormData().append(**arguments),
        {"name": "a", "value": b"", "filename": None, "content_type": None},
    ),
    "ReadableStream": (lambda **arguments: ReadableStream(**arguments).read_all_bytes(), {"chunks": [b""]}),
    "URLSearchParams": (URLSearchParams, {"init": ""}),
    "URLSearchParams.append": (
        lambda **arguments: URLSearchParams().append(**arguments),
        {"name": "a", "value": "b"},
    ),
    "FetchResult.report": (RESULT.report, {"browsers": None, "allowed_origins": None}),
    "Headers": (Headers, {"headers": ()}),
    "Headers.get": (RESULT.headers.get, {"key": "x", "default": None}),
    "Headers.get_list": (RESULT.headers.get_list, {"name": "x"}),
    "check_response": (
        check_response,
        {"origin": PAGE, "headers": {}, "credentials": "omit", "browser": "chromium"},
    ),
    "classify": (
        classify,
        {"method": "GET", "headers": None, "url": API, "origin": PAGE, "mode": "cors", "browser": "chromium"},
    ),
    "preflight_request": (
        preflight_request,
        {"method": "GET", "headers": None, "url": API, "origin": PAGE, "browser": "chromium"},
    ),
    "report_as_data": (browsercors.report_as_data, {"report": REPORT}),
    "report_as_html": (browsercors.report_as_html, {"reports": REPORT, "title": "x"}),
    "report_as_markdown": (browsercors.report_as_markdown, {"report": REPORT}),
    "report_as_mermaid": (browsercors.report_as_mermaid, {"report": REPORT}),
    "report_as_text": (browsercors.report_as_text, {"report": REPORT}),
    "configuration": (configuration, {"server": "nginx", "needs": None}),
    "Answer": (
        Answer,
        {"status": 200, "headers": (), "body": b"", "reason": None, "latency": 0.0},
    ),
    "Answer.broken": (Answer.broken, {"status": None, "headers": (), "body": b"", "latency": 0.0}),
    "Answer.stalled": (Answer.stalled, {"status": None, "headers": (), "body": b"", "latency": 0.0}),
    "ScriptedServer": (ScriptedServer, {"answers": None, "default": None, "keep": None}),
    "ScriptedServer.on": (
        lambda path, answer, method: ScriptedServer().on(path, answer, method=method),
        {"path": "/", "answer": Answer(), "method": None},
    ),
    "SharedCache": (SharedCache, {"target": SERVER}),
    "SharedCache.like": (SharedCache.like, {"name": "cloudfront", "target": SERVER}),
    "read_har": (
        lambda **arguments: list(read_har(**{"source": io.BytesIO(EMPTY_HAR), **arguments})),
        {"browser": "auto", "on_problem": None},
    ),
    "read_har, source": (lambda **arguments: read_har(**arguments), {"source": "any.har"}),
    "read_pasted": (read_pasted, {"text": "curl https://a.example", "browser": "chromium", "page": ""}),
    "Policy": (
        Policy,
        {
            "origins": PAGE,
            "methods": ["GET"],
            "headers": [],
            "expose": [],
            "credentials": False,
            "max_age": None,
            "paths": {},
        },
    ),
    "Policy.allows_origin": (POLICY.allows_origin, {"origin": PAGE, "path": "/"}),
    "Policy.may_read": (POLICY.may_read, {"origin": PAGE, "path": "/", "method": "GET", "headers": ()}),
    "Policy.may_send": (POLICY.may_send, {"origin": PAGE, "path": "/", "method": "GET", "headers": ()}),
    "Policy.promises": (POLICY.promises, {"origin": PAGE, "method": "GET", "headers": ()}),
    "Policy.promises_read": (
        POLICY.promises_read,
        {"origin": PAGE, "path": "/", "method": "GET", "headers": ()},
    ),
    "Policy.may_use_credentials": (POLICY.may_use_credentials, {"origin": PAGE, "path": "/"}),
    "Policy.sees_header": (POLICY.sees_header, {"name": "ETag", "path": "/", "origin": None}),
    "Policy.remembered_at_most": (POLICY.remembered_at_most, {"path": "/", "origin": None}),
    "Policy.rule_for": (POLICY.rule_for, {"path": "/"}),
    "Policy.lists_exposed": (POLICY.lists_exposed, {"name": "ETag"}),
    "Policy.lists_header": (POLICY.lists_header, {"name": "X-A"}),
    "Policy.lists_method": (POLICY.lists_method, {"method": "PUT"}),
    "Policy.lists_origin": (POLICY.lists_origin, {"origin": PAGE}),
    "Policy.promises_exposed": (POLICY.promises_exposed, {"name": "ETag"}),
    "origins_where": (
        origins_where,
        {"accepts": lambda origin: origin == PAGE, "accepted": [PAGE], "refused": ()},
    ),
    "ports_of": (ports_of, {"origin": PAGE, "ports": None}),
    "subdomains_of": (subdomains_of, {"origin": PAGE, "depth": None}),
    "Ignored": (Ignored, {"code": "max-age-too-long", "reason": "known", "path": "/*"}),
    "Advance": (Advance, {"seconds": 1.0}),
    "ChangePolicy": (ChangePolicy, {"policy": POLICY}),
    "Clear": (Clear, {"memory": Memory.COOKIES}),
    "Fetch.run": (Fetch(API).run, {"page": PAGE_OF_TEST}),
    "Session": (Session, {"steps": [Visit(PAGE)]}),
    "Session.run": (Session([Visit(PAGE)]).run, {"browser": browser(), "server": None}),
    "Visit": (Visit, {"origin": PAGE}),
    "Visit.open": (Visit(PAGE).open, {"browser": browser()}),
    "AuditReport.at_least": (AUDIT.at_least, {"severity": "high"}),
    "audit_as_data": (browsercors.audit_as_data, {"report": AUDIT}),
    "audit_as_html": (browsercors.audit_as_html, {"report": AUDIT}),
    "audit_as_text": (browsercors.audit_as_text, {"report": AUDIT}),
    "audit_as_sarif": (browsercors.audit_as_sarif, {"report": AUDIT, "version": "1"}),
    "audit": (
        lambda **arguments: audit(**{"target": SERVER, "url": API, "budget": 1, "untried": "ignore", **arguments}),
        {
            "target": SERVER,
            "url": API,
            "allowed_origins": (),
            "paths": ["/"],
            "methods": (),
            "headers": {},
            "cookies": (),
            "browsers": None,
            "interface": None,
            "budget": 1,
            "delay": 0.0,
            "timeout": 10.0,
            "untried": "ignore",
            "on_stage": None,
        },
    ),
    "find_violations": (
        lambda **arguments: find_violations(**{"app": SERVER, "budget": 1, "untried": "ignore", **arguments}),
        {
            "policy": POLICY,
            "url": API,
            "browsers": ["chromium"],
            "paths": ["/"],
            "methods": None,
            "cookies": {},
            "examples": (),
            "max_examples": 1,
            "derandomize": True,
            "seed": None,
            "budget": 1,
            "timeout": 10.0,
            "advance": None,
            "caches": (),
            "ignore": (),
            "kinds": ["opens"],
            "explain_plan": None,
            "untried": "ignore",
        },
    ),
    "cors_headers": (
        drawn(strategies.cors_headers),
        {"origin": PAGE, "credentials": False, "methods": (), "headers": (), "sound": None},
    ),
    "sessions_for": (
        drawn(strategies.sessions_for),
        {"policy": POLICY, "url": API, "paths": ["/"], "methods": None, "min_size": 1, "max_size": None},
    ),
    "sessions": (drawn(strategies.sessions), {"min_size": 1, "max_size": None}),
    "request_headers": (drawn(strategies.request_headers), {"kinds": ["unsafe"], "max_size": 3}),
    "near_misses": (drawn(strategies.near_misses), {"origin": PAGE, "attacker": "attacker.example"}),
}

WRONG: Final = {
    "None": None,
    "bytes": b"x",
    "an integer": 1,
    "a huge integer": 2**2000,
    "not a number": float("nan"),
    "a list": [1],
    "a mapping": {1: 2},
    "an object": object(),
}

# What a message calls an argument, where it is more exact than the argument's name.
SAID_AS: Final = {
    "headers": ("header",),
    "now": ("start_time",),
    "fields": ("name",),
    "chunks": ("a chunk",),
    "init": ("URLSearchParams",),
    "accepted": ("origin",),
    "refused": ("origin",),
    "target": ("base_url",),
    "browsers": ("browser",),
}

ROWS: Final = [(call, argument) for call, (_, right) in CALLS.items() for argument in right]


@pytest.mark.parametrize(("call", "argument"), ROWS, ids=[f"{call} {argument}" for call, argument in ROWS])
def test_a_wrong_type_is_named(call: str, argument: str) -> None:
    """
    Some of the values are right for some arguments; what is refused is refused by its name.
    """
    function, right = CALLS[call]
    unnamed = {}
    for name, value in WRONG.items():
        # NB: the browsers that are made here have nothing to close.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            try:
                function(**{**right, argument: value})
            except (TypeError, ValueError) as error:
                if not any(said in str(error) for said in (argument, *SAID_AS.get(argument, ()))):
                    unnamed[name] = repr(error)

    assert {} == unnamed


@pytest.mark.parametrize("call", CALLS)
def test_the_right_types_are_right(call: str) -> None:
    """
    Otherwise the test above would look at something else.
    """
    function, right = CALLS[call]
    if "needs" in right:
        right = {**right, "needs": blocked_report().fixes[0].needs}

    function(**right)


def blocked_report() -> browsercors.Report:
    browser = Browser()
    browser.mount(API, ScriptedServer({"*": Answer(200)}))
    return browser.open(PAGE).fetch(API).report()


def test_what_a_policy_cannot_be_is_told_all_at_once() -> None:
    with pytest.raises(PolicyError, match="origins"):
        Policy(origins=1, methods=2)  # type: ignore[arg-type]


def test_json_as_deep_as_python_allows_is_sent() -> None:
    """
    JavaScript writes it; a page that does so is no reason to fail.
    """
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]

    result = PAGE_OF_TEST.fetch("/", method="POST", json=deep)

    assert result.exchanges[-1].http_request.body == b"[" * 100_001 + b"]" * 100_001


def test_a_file_that_there_is_not_is_an_error_of_the_file_system() -> None:
    with pytest.raises(FileNotFoundError):
        list(read_har(Path("no such file.har")))
