"""
Trying to refute a policy: what is found, how small it is made, how it is told, and what cannot be judged.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import itertools
import socket
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

import browsercors
from browsercors import ANY_ORIGIN, Answer, Policy, PolicyViolation, ScriptedServer, check_policy, find_violations
from browsercors.policy.reference_server import ReferenceServer
from browsercors.policy.sessions import Fetch, asked_by
from browsercors.policy_check.violations import ViolationKind
from tests.policy_check.mutants import FAULTS, PATHS, POLICIES, ROUTES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from browsercors import Violation
    from browsercors.values.wire import HTTPRequest

# NB: what it covers is covered by quicker tests, and under the tracer it takes five times as long.
pytestmark = pytest.mark.untraced

APP = "https://app.example.com"
POLICY = POLICIES["credentials"]


@functools.cache
def found_in(fault: str, policy_name: str = "credentials", **options: Any) -> dict[str, Violation]:
    """
    Return what is found in a server with a fault, by kind and code.
    """
    policy = POLICIES[policy_name]
    found = find_violations(FAULTS[fault](policy, ROUTES), policy, paths=PATHS, max_examples=0, **options)
    return {f"{violation.kind.value} {violation.code}".strip(): violation for violation in found}


KIND_CASES = [
    # fault                                              what is found          the smallest session that shows it
    (
        "origin: all reflected",
        "credentialed-read any",
        "Visit('https://attacker.example'), Fetch(URL, credentials='include')",
    ),
    ("origin: all reflected", "read any", "Visit('https://attacker.example'), Fetch(URL)"),
    ("origin: all reflected", "sent any", "Visit('https://attacker.example'), Fetch(URL, method='PUT')"),
    ("origin: null allowed", "read null", "Visit('null'), Fetch(URL)"),
    ("origin: prefix", "read prefix", "Visit('https://app.example.com.attacker.example'), Fetch(URL)"),
    ("origin: port ignored", "read port", "Visit('https://app.example.com:8443'), Fetch(URL)"),
    ("origin: local hosts trusted", "read development-server", "Visit('http://localhost:3000'), Fetch(URL)"),
    ("expose: X-Secret as well", "header-read x-secret", "Visit('https://app.example.com'), Fetch(URL)"),
    ("methods: reflected", "sent method", "Visit('https://app.example.com'), Fetch(URL, method='PATCH')"),
    ("headers: reflected", "sent header", "Visit('https://app.example.com'), Fetch(URL, headers=(('X-X8k2q', '1'),))"),
    (
        "max-age: a second more",
        "remembered-longer",
        "Visit('https://app.example.com'), Fetch(URL, method='PUT'), Advance(600.5), Fetch(URL, method='PUT')",
    ),
    ("dropped: exposed headers", "header-hidden etag", "Visit('https://app.example.com'), Fetch(URL)"),
    ("dropped: origin", "refused allow-origin-missing", "Visit('https://app.example.com'), Fetch(URL)"),
    (
        "forgotten on: 405",
        "refused allow-origin-missing on an error",
        "Visit('https://app.example.com'), Fetch('https://api.example.com/only', method='POST')",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("fault", "name", "steps"), KIND_CASES)
def test_what_is_broken_is_shown_by_the_smallest_session(fault: str, name: str, steps: str) -> None:
    violation = found_in(fault, browsers=("chromium", "firefox"))[name]

    right = f"Session(({steps.replace('URL', repr('https://api.example.com/'))}))"
    assert right == repr(violation.session)


@pytest.mark.parametrize(("fault", "name", "steps"), KIND_CASES)
def test_the_snippet_shows_the_same_and_passes_on_a_server_without_fault(fault: str, name: str, steps: str) -> None:
    violation = found_in(fault, browsers=("chromium", "firefox"))[name]

    with pytest.raises(AssertionError):
        exec(violation.snippet, {"app": FAULTS[fault](POLICY, ROUTES)})  # noqa: S102 - that it runs is the point
    exec(violation.snippet, {"app": ReferenceServer(POLICY, ROUTES)})  # noqa: S102


def test_a_snippet_names_the_page_the_cookie_and_the_request() -> None:
    snippet = found_in("origin: null allowed", browsers=("chromium", "firefox"))["credentialed-read null"].snippet

    assert [
        "from browsercors import Browser",
        "",
        "browser = Browser('chromium')",
        "browser.mount('https://api.example.com', app)",
        "browser.set_cookie('session', 'x8k2q', domain='api.example.com', secure=True, same_site='none')",
        "page = browser.open('https://sandbox.example/', sandboxed=True)",
        "result = page.fetch('https://api.example.com/', credentials='include')",
        "assert not result.readable, result.text()",
    ] == snippet.splitlines()


def test_a_violation_is_explained_like_any_other_verdict() -> None:
    with pytest.raises(PolicyViolation) as caught:
        check_policy(FAULTS["dropped: origin"](POLICY, ROUTES), POLICY, max_examples=0)

    told = str(caught.value)
    assert told.startswith(
        "An allowed page is refused GET /, which it is promised.\n\n"
        "A page of https://app.example.com is promised GET /, and is refused it.\n\n"
    )
    assert "Names:  allow-origin-missing (browsercors)" in told
    assert "result = page.fetch('https://api.example.com/')" in told
    assert isinstance(caught.value, AssertionError)


def test_the_gravest_comes_first_and_what_follows_from_it_is_told_beneath_it() -> None:
    server = FAULTS["origin: all reflected"](POLICY, ROUTES)
    with pytest.raises(PolicyViolation) as caught:
        check_policy(server, POLICY, max_examples=0)

    assert ["credentialed-read", "read", "sent"] == [each.kind.value for each in caught.value.violations]
    assert str(caught.value).startswith("Any page on the web can read the response to GET / with credentials.\n")
    assert str(caught.value).endswith("\nIt follows: read, any; sent, any")


def test_a_server_that_follows_its_policy_passes() -> None:
    check_policy(ReferenceServer(POLICY, ROUTES), POLICY, max_examples=5)


def test_what_hypothesis_draws_finds_what_the_sweep_does_not_try() -> None:
    class RefusesPairs(ReferenceServer):
        """
        Refuses two of the methods with one of the headers alone, all of which are listed.
        """

        def origin_lines(self, rule: Policy, environ: Any) -> Any:
            is_one = ("HTTP_AUTHORIZATION" in environ) != ("HTTP_X_A" in environ)
            if environ["REQUEST_METHOD"] in ("HEAD", "POST") and is_one:
                return []
            return super().origin_lines(rule, environ)

    policy = Policy(origins=[APP], headers=["Authorization", "X-A"])
    options: dict[str, Any] = {"browsers": ("chromium",), "unknown_path": False}

    assert () == find_violations(RefusesPairs(policy), policy, max_examples=0, **options)
    (violation,) = find_violations(RefusesPairs(policy), policy, max_examples=400, **options)
    assert violation.kind is ViolationKind.REFUSED
    fetch = violation.session.steps[-1]
    assert isinstance(fetch, Fetch)
    assert (2, 1) == (len(violation.session.steps), len(fetch.headers))


def test_equal_checks_find_equal_things() -> None:
    first, second = (found_in.__wrapped__("origin: suffix of the host", browsers=("chromium",)) for _ in range(2))

    assert {name: repr(each.session) for name, each in first.items()} == {
        name: repr(each.session) for name, each in second.items()
    }


def test_an_origin_that_redirects_made_null_is_tried() -> None:
    class AllowsNullAfterRedirects(ReferenceServer):
        def origin_lines(self, rule: Policy, environ: Any) -> Any:
            if environ.get("HTTP_ORIGIN") == "null" and environ.get("HTTP_SEC_FETCH_SITE") == "cross-site":
                return [("Access-Control-Allow-Origin", "null")]
            return super().origin_lines(rule, environ)

    policy = Policy(origins=[APP])
    app = AllowsNullAfterRedirects(policy)
    found = find_violations(app, policy, max_examples=0)

    assert {ViolationKind.READ} == {each.kind for each in found}
    for violation in found:
        with pytest.raises(AssertionError):
            exec(violation.snippet, {"app": app})  # noqa: S102


# What cannot be judged.


def test_a_server_that_changes_its_mind_is_named_with_both_answers() -> None:
    turns = itertools.cycle([True, False])

    class Undecided(ReferenceServer):
        def origin_lines(self, rule: Policy, environ: Any) -> Any:
            return super().origin_lines(rule, environ) if next(turns) else []

    policy = Policy(origins=[APP])
    with pytest.raises(PolicyViolation) as caught:
        check_policy(Undecided(policy), policy, max_examples=0)

    violation = next(each for each in caught.value.violations if each.kind is ViolationKind.NOT_DETERMINISTIC)
    assert violation.other is not None
    assert {True, False} == {violation.result.readable, violation.other.readable}
    assert "The other answer to the same request:" in violation.explain()


def test_a_server_that_breaks_the_connection_gives_no_answer() -> None:
    (violation,) = find_violations(ScriptedServer(default=Answer.broken()), Policy(origins=[APP]), max_examples=0)

    assert (ViolationKind.NO_ANSWER, "connection-failed") == (violation.kind, violation.code)


def test_a_server_that_leads_away_gives_no_answer() -> None:
    allow = {"Access-Control-Allow-Origin": APP, "Location": "https://id.example/"}
    found = find_violations(ScriptedServer(default=Answer(302, allow)), Policy(origins=[APP]), max_examples=0)

    assert (ViolationKind.NO_ANSWER, "not-mounted") in [(each.kind, each.code) for each in found]


def test_what_was_found_before_a_server_hung_is_not_lost() -> None:
    reflect = lambda request: Answer(200, {"Access-Control-Allow-Origin": request.headers.get(b"origin") or b"*"})  # noqa: E731
    server = ScriptedServer({"*": [*[reflect] * 60, Answer.stalled()]})
    found = find_violations(server, Policy(origins=[APP]), max_examples=0)

    assert [ViolationKind.READ, ViolationKind.NO_ANSWER] == [each.kind for each in found if each.kind.value != "sent"]
    assert "nothing was tried after that" in found[-1].sentence


def reflecting(environ: Any, start_response: Any) -> list[bytes]:
    """
    Let every page read.
    """
    start_response("200 OK", [("Access-Control-Allow-Origin", environ.get("HTTP_ORIGIN", "*"))])
    return [b""]


def hanging_after(count: int, app: Any = reflecting) -> Any:
    """
    Return an application that never answers again after so many requests.
    """
    calls = itertools.count()

    def hanging(environ: Any, start_response: Any) -> Any:
        if next(calls) >= count:
            time.sleep(60)
        return app(environ, start_response)

    return hanging


async def asleep(scope: Any, receive: Any, send: Any) -> None:
    """
    Never answer, and let the event loop go on.
    """
    await asyncio.sleep(60 if scope["type"] == "http" else 0)


async def blocking(scope: Any, receive: Any, send: Any) -> None:
    """
    Never answer, and let the event loop wait.
    """
    if scope["type"] == "http":
        time.sleep(2)


HANGING = [
    # application, what it is asked last
    (hanging_after(0), "GET https://api.example.com/ of a page of https://app.example.com"),
    (hanging_after(31), "GET https://api.example.com/ of a page of https://app.example.com"),
    (asleep, "GET https://api.example.com/ of a page of https://app.example.com"),
    (blocking, "GET https://api.example.com/ of a page of https://app.example.com"),
]


@pytest.mark.parametrize(("app", "asked"), HANGING)
def test_an_application_that_hangs_is_named_with_what_it_was_asked(app: Any, asked: str) -> None:
    found = find_violations(app, Policy(origins=[APP]), timeout=0.05, max_examples=5, caches=["varnish"])

    assert (ViolationKind.NO_ANSWER, "timed-out") == (found[-1].kind, found[-1].code)
    assert f"The server leaves {asked} waiting; nothing was tried after that." == found[-1].sentence
    assert "the application did not answer in 0.05 s" in found[-1].explain()


def test_what_was_found_before_an_application_hung_is_not_lost() -> None:
    found = find_violations(hanging_after(31), Policy(origins=[APP]), timeout=0.05)

    assert ["read any", "no-answer timed-out"] == [f"{each.kind.value} {each.code}" for each in found]


def test_what_was_seen_once_before_an_application_hung_is_told() -> None:
    found = find_violations(hanging_after(5), Policy(origins=[APP]), timeout=0.05)

    assert [ViolationKind.READ, ViolationKind.NO_ANSWER] == [each.kind for each in found]
    assert "It was seen once, and could not be tried again, as the server hangs." in found[0].sentence


def test_an_application_that_hangs_while_hypothesis_draws_ends_the_search() -> None:
    server = ReferenceServer(Policy(origins=[APP]))
    calls = itertools.count()

    planned: set[tuple[Any, ...]] = set()
    is_planned = True

    def app(environ: Any, start_response: Any) -> Any:
        request = tuple(sorted((name, value) for name, value in environ.items() if isinstance(value, str)))
        if is_planned:
            planned.add(request)
        elif request not in planned:
            next(calls)
            time.sleep(60)
        return server(environ, start_response)

    assert () == find_violations(app, server.policy, timeout=0.2, max_examples=0)
    is_planned = False
    (violation,) = find_violations(app, server.policy, timeout=0.2)
    assert ViolationKind.NO_ANSWER is violation.kind
    assert "The server leaves " in violation.sentence
    assert 2 == next(calls)


def test_an_application_that_hangs_at_its_shutdown_or_fails_there_was_tried_all_the_same() -> None:
    async def app(scope: Any, receive: Any, send: Any, *, ends: Any) -> None:
        if scope["type"] == "http":
            await send(
                {"type": "http.response.start", "status": 200, "headers": [(b"access-control-allow-origin", b"*")]}
            )
            await send({"type": "http.response.body", "body": b""})
            return
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await ends(send)

    async def hang(_: Any) -> None:
        await asyncio.sleep(60)

    async def fail(send: Any) -> None:
        await send({"type": "lifespan.shutdown.failed", "message": "no database"})

    for ends in (hang, fail):
        found = find_violations(
            functools.partial(app, ends=ends), Policy(origins=[APP]), timeout=0.2, max_examples=0, browsers=["chromium"]
        )
        assert ViolationKind.READ is found[0].kind


def test_an_application_is_started_once_for_all_caches() -> None:
    starts = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            allowed = [(b"access-control-allow-origin", APP.encode()), (b"vary", b"Origin")]
            await send({"type": "http.response.start", "status": 200, "headers": allowed})
            await send({"type": "http.response.body", "body": b""})
            return
        starts.append(await receive())
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})

    caches = ["varnish", "nginx"]
    assert () == find_violations(app, Policy(origins=[APP]), max_examples=0, browsers=["chromium"], caches=caches)  # type: ignore[arg-type]
    assert [{"type": "lifespan.startup"}] == starts


@pytest.fixture
def live_server() -> Iterator[tuple[str, dict[str, int]]]:
    """
    Run a live server that accepts connections and never answers; count them.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    count = {"connections": 0}
    held = []

    def accept() -> None:
        while True:
            try:
                held.append(listener.accept()[0])
            except OSError:
                return
            count["connections"] += 1

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}", count
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(5)
    for connection in held:
        connection.close()


def test_a_live_server_that_hangs_is_left_alone_soon(live_server: tuple[str, dict[str, int]]) -> None:
    url, count = live_server
    start = time.monotonic()
    (violation,) = find_violations(url, Policy(origins=[APP]), timeout=0.2)

    assert (ViolationKind.NO_ANSWER, "timed-out") == (violation.kind, violation.code)
    assert count["connections"] <= 4
    assert time.monotonic() - start < 5


def test_ten_megabytes_of_headers_of_an_application_are_no_trouble() -> None:
    def many(environ: Any, start_response: Any) -> list[bytes]:
        allow = ("Access-Control-Allow-Origin", environ.get("HTTP_ORIGIN", "*"))
        start_response("200 OK", [allow, *[("X-Many", "a" * 1000)] * 10_000])
        return [b""]

    found = find_violations(many, Policy(origins=[APP]), browsers=["chromium"], budget=8, max_examples=0)

    assert {ViolationKind.READ} == {each.kind for each in found}
    assert len(found[0].explain()) < 100_000


def test_an_application_that_raises_is_told_with_what_it_raised() -> None:
    def raising(environ: Any, start_response: Any) -> Any:
        raise RuntimeError("no database")

    (violation,) = find_violations(raising, Policy(origins=[APP]), max_examples=0, unknown_path=False)

    assert (ViolationKind.REFUSED, "allow-origin-missing on an error") == (violation.kind, violation.code)
    assert "RuntimeError: no database" in violation.explain()


LEADING_AWAY = [
    # where to, what keeps a page from reading
    ("https://id.example/", "not-mounted"),
    ("http://id.example/", "mixed-content"),
    ("https://id.example:6000/", "bad-port"),
    ("ftp://id.example/", "redirect-scheme-not-http"),
]


@pytest.mark.parametrize(("location", "code"), LEADING_AWAY)
def test_wherever_a_server_leads_away_it_gives_no_answer(location: str, code: str) -> None:
    server = ScriptedServer(default=Answer(302, {"Access-Control-Allow-Origin": "*", "Location": location}))
    found = find_violations(server, Policy(origins=[APP]), max_examples=0)

    assert (ViolationKind.NO_ANSWER, code) in [(each.kind, each.code) for each in found]


def test_a_closed_port_gives_no_answer() -> None:
    (violation,) = find_violations("http://127.0.0.1:2", Policy(origins=[APP]), budget=8, timeout=1)

    assert (ViolationKind.NO_ANSWER, "connection-failed") == (violation.kind, violation.code)
    assert "no connection to http://127.0.0.1:2" in violation.explain()


def test_ten_megabytes_of_headers_are_no_answer() -> None:
    def serve(listener: socket.socket) -> None:
        while True:
            try:
                connection = listener.accept()[0]
            except OSError:
                return
            with connection:
                connection.recv(65536)
                with contextlib.suppress(OSError):
                    connection.sendall(b"HTTP/1.1 200 OK\r\n" + b"X-A: " + b"a" * 10_000_000 + b"\r\n\r\n")

    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=serve, args=(listener,), daemon=True).start()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    found = find_violations(url, Policy(origins=[APP]), browsers=["chromium"], budget=4, timeout=5)
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()

    assert [ViolationKind.NO_ANSWER] == [each.kind for each in found]


def test_a_live_server_is_only_asked_for_what_changes_nothing() -> None:
    server = ReferenceServer(POLICY, ROUTES)
    asked = []

    def app(environ: Any, start_response: Any) -> Any:
        asked.append((environ["REQUEST_METHOD"], environ.get("HTTP_ACCESS_CONTROL_REQUEST_METHOD")))
        return server(environ, start_response)

    with serving(app) as url:
        assert () == find_violations(url, POLICY, budget=300, untried="ignore")

    assert {method for method, _ in asked} <= {"GET", "HEAD", "OPTIONS"}
    assert {"PUT"} <= {method for _, method in asked}
    assert 300 == len(asked)


class serving:  # noqa: N801 - used as a function
    """
    Serve a WSGI application on loopback.
    """

    def __init__(self, app: Any) -> None:
        from werkzeug.serving import make_server

        self._server = make_server("127.0.0.1", 0, app)
        self._thread = threading.Thread(target=self._server.serve_forever)

    def __enter__(self) -> str:
        self._thread.start()
        return f"http://127.0.0.1:{self._server.server_port}"

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


WRONG_CASES = [
    # arguments                               error       what its message has
    ({"url": "api.example.com"}, ValueError, "url has to be an origin such as 'https://api.example.com', not 'api.ex"),
    ({"url": "https://api.example.com/v1"}, ValueError, "not 'https://api.example.com/v1'"),
    ({"url": None}, ValueError, "url has to be an origin"),
    ({"app": "127.0.0.1:8000"}, ValueError, "'127.0.0.1:8000' names no application; write module:attribute"),
    ({"app": "no_such_shop:app"}, ValueError, "no_such_shop"),
    ({"app": None}, TypeError, "None"),
    ({"app": 7}, TypeError, "7"),
    ({"policy": ["https://app.example.com"]}, TypeError, "policy has to be a Policy"),
    ({"browsers": "chromium"}, ValueError, "browsers has to be a list"),
    ({"browsers": []}, ValueError, "browsers has to be a list"),
    ({"browsers": ["netscape"]}, ValueError, "'netscape'"),
    ({"paths": "/items"}, ValueError, "paths has to be a list"),
    ({"paths": ["items"]}, ValueError, "not 'items'"),
    ({"methods": []}, ValueError, "methods has to be a list"),
    ({"max_examples": -1}, ValueError, "max_examples has to be 0 or more, a whole number, not -1"),
    ({"budget": 0}, ValueError, "budget has to be 1 or more, a whole number, not 0"),
    ({"caches": ["memcached"]}, ValueError, "'memcached'"),
    ({"caches": "varnish"}, ValueError, "caches has to be a list, such as ['varnish'], not 'varnish'"),
    ({"app": "https://api.example.com/v1"}, ValueError, "what pages ask for there goes into paths"),
    (
        {"app": b"https://a.example"},
        TypeError,
        "app has to be a WSGI or ASGI application, a function or a class that returns one without arguments",
    ),
    ({"app": print}, TypeError, "print() has to return a WSGI or ASGI application, not None"),
    (
        {"policy": None},
        TypeError,
        "policy has to be a Policy, such as Policy(origins=['https://app.example.com']), not",
    ),
    ({"browsers": 5}, ValueError, "browsers has to be a list with at least one item, such as ['chromium'], not 5"),
    ({"paths": 5}, ValueError, "paths has to be a list with at least one item, such as ['/items/'], not 5"),
    ({"paths": [b"/"]}, ValueError, "paths has to have paths such as '/items/7', not b'/'"),
    (
        {"methods": "GET"},
        ValueError,
        "methods has to be a list with at least one item, such as ['GET', 'PUT'], not 'GE",
    ),
    ({"methods": ["TRACE"]}, ValueError, "methods has to hold methods that pages can use, such as 'PUT', not 'TRACE'"),
    ({"methods": [None]}, ValueError, "methods has to hold methods that pages can use, such as 'PUT', not None"),
    ({"cookies": ["id=1"]}, ValueError, "cookies has to be a mapping of str to str, such as {'session': '1'}, not ["),
    ({"cookies": {"id": 1}}, ValueError, "cookies has to be a mapping of str to str"),
    ({"cookies": {"a;b": "1"}}, ValueError, "cookies: name cannot hold control characters or any of ';=': 'a;b'"),
    ({"max_examples": "5"}, ValueError, "max_examples has to be 0 or more, a whole number, not '5'"),
    ({"budget": True}, ValueError, "budget has to be 1 or more, a whole number, not True"),
    ({"untried": "never"}, ValueError, "untried has to be 'fail', 'warn' or 'ignore', not 'never'"),
    ({"timeout": 0}, ValueError, "timeout has to be a number of seconds above 0, such as 10, not 0"),
    ({"advance": 3600}, TypeError, "advance has to be a function, such as frozen.tick, not 3600"),
    ({"explain_plan": True}, TypeError, "explain_plan has to be a function, such as print, not True"),
]


@pytest.mark.parametrize(("arguments", "error", "message"), WRONG_CASES)
def test_a_wrong_argument_is_named_with_its_value(arguments: dict[str, Any], error: type, message: str) -> None:
    policy = Policy(origins=[APP])
    given = {"app": ReferenceServer(policy), "policy": policy, **arguments}

    with pytest.raises(error) as caught:
        find_violations(given.pop("app"), given.pop("policy"), **given)
    assert message in str(caught.value)


# Applications that remember, and factories.


class Remembering(ReferenceServer):
    """
    Lets a stranger read once an allowed page has asked twice with credentials.
    """

    asked = 0

    def origin_lines(self, rule: Policy, environ: Any) -> Any:
        if environ.get("HTTP_ORIGIN") == APP and environ["PATH_INFO"] == "/items/" and "HTTP_COOKIE" in environ:
            self.asked += 1
        if self.asked >= 2 and environ.get("HTTP_ORIGIN") == "null":
            return [("Access-Control-Allow-Origin", "null")]
        return super().origin_lines(rule, environ)


def test_what_a_server_remembers_is_part_of_the_smallest_session() -> None:
    create_app = functools.partial(Remembering, POLICY, ROUTES)
    found = find_violations(create_app, POLICY, paths=PATHS, max_examples=0, browsers=["chromium"])

    assert {ViolationKind.READ} == {each.kind for each in found}
    for violation in found:
        steps = violation.session.steps
        assert 3 == sum(isinstance(step, Fetch) for step in steps), steps
        assert len(steps) <= 5, steps
        with pytest.raises(AssertionError):
            exec(violation.snippet, {"app": create_app()})  # noqa: S102


def test_a_check_takes_the_name_of_a_factory() -> None:
    found = find_violations(
        "tests.policy_check.test_check:reflecting", Policy(origins=[APP]), max_examples=0, browsers=["chromium"]
    )
    made = find_violations(
        "tests.policy_check.test_check:create_reflecting()",
        Policy(origins=[APP]),
        max_examples=0,
        browsers=["chromium"],
    )

    assert [repr(each) for each in found] == [repr(each) for each in made]
    assert ViolationKind.READ is made[0].kind


def create_reflecting() -> Any:
    """
    Make an application that lets every page read.
    """
    return reflecting


def test_a_factory_is_asked_for_where_an_application_changes_its_mind() -> None:
    turns = itertools.cycle([True, False])

    def app(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Access-Control-Allow-Origin", APP)] if next(turns) else [])
        return [b""]

    found = find_violations(app, Policy(origins=[APP]), max_examples=0, browsers=["chromium"])

    (violation,) = (each for each in found if each.kind is ViolationKind.NOT_DETERMINISTIC)
    assert "Give a factory in place of the application" in violation.sentence


@pytest.mark.parametrize("fault", [*FAULTS][::7])
def test_each_snippet_fails_on_a_fresh_application(fault: str) -> None:
    for policy in [*POLICIES.values()][::2]:
        create_app = functools.partial(FAULTS[fault], policy, ROUTES)
        for violation in find_violations(create_app, policy, paths=PATHS, max_examples=0, browsers=["chromium"]):
            with pytest.raises(AssertionError):
                exec(violation.snippet, {"app": create_app()})  # noqa: S102


# Caches in between.


def test_the_order_that_poisons_a_cache_is_found() -> None:
    policy = Policy(origins=[APP, "https://shop.example.org"])

    assert () == find_violations(FAULTS["dropped: Vary"](policy), policy, max_examples=0)
    assert () == find_violations(ReferenceServer(policy), policy, max_examples=0, caches=["varnish"])

    found = find_violations(FAULTS["dropped: Vary"](policy), policy, max_examples=0, caches=["varnish"])
    assert {ViolationKind.ORDER_MATTERS} == {each.kind for each in found}
    assert "refused after a request without Origin" in [each.code for each in found]
    for violation in found:
        with pytest.raises(AssertionError):
            exec(violation.snippet, {"app": FAULTS["dropped: Vary"](policy)})  # noqa: S102


@pytest.mark.parametrize("vary", [None, "Origin"])
def test_the_order_that_poisons_the_browser_s_own_cache_is_found_without_being_asked_for(vary: str | None) -> None:
    def answer(request: HTTPRequest) -> Answer:
        origin = request.headers.get(b"origin")
        granted = {"Access-Control-Allow-Origin": APP} if origin == APP.encode() else {}
        kept = {"Cache-Control": "private, max-age=60"}
        return Answer(200, {**kept, **granted, **({} if vary is None else {"Vary": vary})}, b"body")

    server = ScriptedServer({"*": answer})
    found = find_violations(server, Policy(origins=[APP]), methods=["GET"], max_examples=0)

    assert ([] if vary else ["refused after a request without Origin"]) == [each.code for each in found]
    for violation in found:
        assert "The browser's own HTTP cache has kept what an image without crossorigin got." in str(violation)
        assert ["no-cors", "cors"] == [asked.mode for asked in asked_by(violation.session)]
        with pytest.raises(AssertionError):
            exec(violation.snippet, {"app": server})  # noqa: S102


def test_any_origin_may_be_cached_for_all() -> None:
    policy = Policy(origins=ANY_ORIGIN)

    assert () == find_violations(ReferenceServer(policy), policy, max_examples=0, caches=["varnish", "standard"])


def test_the_names_are_found_at_the_front_door() -> None:
    assert {"check_policy", "find_violations", "check_laws", "PolicyMachine", "PolicyViolation"} <= {
        *browsercors.__all__
    }
