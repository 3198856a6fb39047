"""
The reference server: what it says on the wire, and that a page can do with it what the policy says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs
import pytest
from hypothesis import Phase, given, settings, strategies as st

from browsercors import ANY, ANY_ORIGIN, Answer, Browser, Policy, classify, subdomains_of
from browsercors.policy.reference_server import ReferenceServer
from browsercors.policy.sessions import Fetch, Visit
from browsercors.strategies import fetches, near_misses, origins, policies

if TYPE_CHECKING:
    from browsercors import FetchResult
    from browsercors.values.literals import BrowserName

# NB: what it covers is covered by quicker tests, and under the tracer it takes five times as long.
pytestmark = pytest.mark.untraced

APP: Final = "https://app.example.com"
API: Final = "https://api.example.com"
EVIL: Final = "https://evil.example"

CLOSED: Final = Policy(
    origins=[APP], methods=["GET", "PUT"], headers=["X-A"], expose=["ETag"], credentials=True, max_age=600
)
OPEN: Final = Policy(origins=ANY_ORIGIN, methods=["*"], headers=["*"], expose=["*"])


def failing(_: Any) -> Answer:
    raise RuntimeError("a route that raises")


HELLO: Final = Answer(200, {"ETag": '"1"', "X-Request-Id": "1", "Content-Type": "text/plain"}, "hello")
ROUTES: Final[dict[str, Any]] = {
    "/": HELLO,
    "/items": HELLO,
    "GET /reading": HELLO,
    "POST /writing": HELLO,
    "/a b": HELLO,
    "/public/x": HELLO,
    "/public/items": HELLO,
    "/internal/x": HELLO,
    "/slash/": HELLO,
    "/raising": failing,
}
PATHS: Final = ("/", "/items", "/public/x", "/public/items", "/a%20b", "/missing", "/public%2Fx", "/raising", "/slash")


def fetched(
    policy: Policy, origin: str, path: str = "/", *, browser: BrowserName = "standard", **options: Any
) -> FetchResult:
    with Browser(browser) as simulated:
        simulated.mount(API, ReferenceServer(policy, ROUTES))
        return Fetch(f"{API}{path}", **options).run(Visit(origin).open(simulated))


def lines_of(result: FetchResult, exchange: int) -> dict[str, str]:
    names = ("access-control-", "vary", "allow", "location")
    lines = result.exchanges[exchange].response_headers.lines
    return {name.lower(): value for name, value in lines if name.lower().startswith(names)}


ALLOWED: Final = {
    "access-control-allow-origin": APP,
    "access-control-allow-credentials": "true",
    "vary": "Origin",
}

WIRE_CASES: list[tuple[Policy, str, str, dict[str, Any], int, dict[str, str]]] = [
    # policy, origin, path, request, status and headers of the last answer
    (CLOSED, APP, "/", {}, 200, {**ALLOWED, "access-control-expose-headers": "ETag"}),
    (CLOSED, EVIL, "/", {}, 200, {"vary": "Origin"}),
    (CLOSED, "null", "/", {}, 200, {"vary": "Origin"}),
    (
        CLOSED,
        APP,
        "/",
        {"method": "DELETE"},
        204,
        {
            **ALLOWED,
            "access-control-allow-methods": "GET, PUT",
            "access-control-allow-headers": "X-A",
            "access-control-max-age": "600",
        },
    ),
    (CLOSED, EVIL, "/", {"method": "PUT"}, 204, {"vary": "Origin"}),
    (CLOSED, APP, "/missing", {}, 404, {**ALLOWED, "access-control-expose-headers": "ETag"}),
    (CLOSED, APP, "/raising", {}, 500, {**ALLOWED, "access-control-expose-headers": "ETag"}),
    (CLOSED, APP, "/writing", {}, 405, {**ALLOWED, "access-control-expose-headers": "ETag", "allow": "POST"}),
    (CLOSED.evolve(paths={"/": None}), APP, "/", {}, 200, {}),
    (CLOSED.evolve(paths={"/": None}), APP, "/", {"method": "PUT"}, 204, {}),
    (OPEN, EVIL, "/", {}, 200, {"access-control-allow-origin": "*", "access-control-expose-headers": "*"}),
    (
        OPEN,
        EVIL,
        "/",
        {"method": "patch", "headers": (("X-B", "1"), ("Authorization", "x"))},
        204,
        {
            "access-control-allow-origin": "*",
            "access-control-allow-methods": "patch",
            "access-control-allow-headers": "x-b",
            "vary": "Access-Control-Request-Method, Access-Control-Request-Headers",
        },
    ),
    (CLOSED.evolve(methods=[], headers=[], max_age=None), APP, "/", {"method": "PUT"}, 204, ALLOWED),
]


@pytest.mark.parametrize(("policy", "origin", "path", "request_", "status", "headers"), WIRE_CASES)
def test_what_goes_over_the_wire(
    policy: Policy, origin: str, path: str, request_: dict[str, Any], status: int, headers: dict[str, str]
) -> None:
    result = fetched(policy, origin, path, **request_)

    assert status == result.exchanges[-1].status
    assert headers == lines_of(result, -1)


def test_a_missing_slash_is_redirected_with_the_headers() -> None:
    result = fetched(CLOSED, APP, "/slash")

    assert [308, 200] == [exchange.status for exchange in result.exchanges]
    assert result.readable
    assert result.redirected


def test_get_answers_head_and_a_page_may_ask_for_options() -> None:
    head = fetched(CLOSED, APP, "/reading", method="HEAD")
    options = fetched(CLOSED.evolve(methods=["OPTIONS"]), APP, "/reading", method="OPTIONS")

    assert (200, b"") == (head.status, head.body)
    assert [204, 204] == [exchange.status for exchange in options.exchanges]
    assert "GET" == lines_of(options, 1)["allow"]


def test_the_policy_can_be_changed() -> None:
    server = ReferenceServer(CLOSED, ROUTES)
    with Browser() as browser:
        browser.mount(API, server)
        page = browser.open(EVIL)

        assert not page.fetch(API).readable
        server.policy = OPEN
        assert page.fetch(API).readable


def test_a_route_without_a_path_is_refused() -> None:
    with pytest.raises(ValueError, match="a key of routes has to be of the form '/path' or 'METHOD /path', not 'GET'"):
        ReferenceServer(CLOSED, {"GET": HELLO})


@st.composite
def questions(draw: st.DrawFn) -> tuple[Policy, str, Fetch, str]:
    """
    Draw a policy, and a page and a request that it has something to say about.
    """
    policy = draw(policies())
    allowed = [pattern for pattern in policy.origins if isinstance(pattern, str)]
    pages = origins(allow_null=True)
    if allowed:
        near = st.sampled_from(allowed).flatmap(near_misses).map(lambda near: near.origin)
        pages = st.sampled_from(allowed) | near | pages
    path = draw(st.sampled_from(PATHS))
    return policy, draw(pages), draw(fetches(st.just(f"{API}{path}"))), path


def disagreement(
    server: ReferenceServer, policy: Policy, origin: str, fetch: Fetch, path: str, name: BrowserName
) -> str:
    """
    Say what a page can do and the policy denies, or the other way round; nothing if they agree.
    """
    with Browser(name) as browser:
        browser.mount(API, server)
        result = fetch.run(Visit(origin).open(browser))
        unsafe = classify(fetch.method, fetch.headers, url=fetch.url, origin=origin, browser=name).unsafe_headers
        asked: dict[str, Any] = {
            "path": path,
            "method": fetch.method,
            "headers": [header.name.decode("latin-1") for header in unsafe],
            "credentials": fetch.credentials == "include",
        }
        if result.readable != policy.may_read(origin, **asked):
            return f"readable: {result.readable}"
        sent = any(not exchange.is_preflight for exchange in result.exchanges)
        if sent != policy.may_send(origin, **asked):
            return f"sent: {sent}"
        for header in ("ETag", "X-Request-Id", "Content-Type", "Server"):
            last = result.exchanges[-1].response_headers
            if (
                result.readable
                and header in last
                and (header in result.headers) != policy.sees_header(header, path=path)
            ):
                return f"sees {header}: {header in result.headers}"
        remembered = policy.remembered_at_most(path=path)
        if result.preflighted and result.readable and remembered is not None:
            browser.clock.advance(remembered + 1)
            if not fetch.run(Visit(origin).open(browser)).preflighted:
                return "remembered for too long"
    return ""


@settings(max_examples=150, deadline=None)
@given(questions(), st.sampled_from(("standard", "chromium", "firefox", "webkit")))
def test_a_page_can_do_what_the_policy_says(question: tuple[Policy, str, Fetch, str], name: BrowserName) -> None:
    policy, origin, fetch, path = question
    # NB: what comes after a redirect is a question about two paths, and about how the page takes redirects.
    if path == "/slash":
        policy, fetch = policy.evolve(paths={}), attrs.evolve(fetch, redirect="follow")

    assert "" == disagreement(ReferenceServer(policy, ROUTES), policy, origin, fetch, path, name)


class AnyOriginReflected(ReferenceServer):
    def allows(self, rule: Policy, origin: str) -> bool:
        return True


class CredentialsAlways(ReferenceServer):
    def origin_lines(self, rule: Policy, environ: Any) -> Any:
        return [*super().origin_lines(rule, environ), ("Access-Control-Allow-Credentials", "true")]


class NothingForErrors(ReferenceServer):
    def answer_lines(self, rule: Policy | None, environ: Any) -> Any:
        return [] if environ["PATH_INFO"] in ("/missing", "/raising") else super().answer_lines(rule, environ)


class EveryMethod(ReferenceServer):
    def allowed_methods(self, rule: Policy, asked: str) -> list[str]:
        return [asked]


class EveryHeader(ReferenceServer):
    def allowed_headers(self, rule: Policy, asked: str) -> list[str]:
        return asked.split(",")


class EveryHeaderShown(ReferenceServer):
    def answer_lines(self, rule: Policy | None, environ: Any) -> Any:
        return [*super().answer_lines(rule, environ), ("Access-Control-Expose-Headers", "X-Request-Id")]


class RememberedLonger(ReferenceServer):
    def preflight_lines(self, rule: Policy | None, environ: Any) -> Any:
        lines = super().preflight_lines(rule, environ)
        return [*[line for line in lines if "Max-Age" not in line[0]], ("Access-Control-Max-Age", "1000000")]


class PathsForgotten(ReferenceServer):
    def rule(self, environ: Any) -> Policy:
        return self.policy


@pytest.mark.parametrize(
    "fault",
    [
        AnyOriginReflected,
        CredentialsAlways,
        NothingForErrors,
        EveryMethod,
        EveryHeader,
        EveryHeaderShown,
        RememberedLonger,
        PathsForgotten,
    ],
)
def test_a_server_that_does_otherwise_is_noticed(fault: type[ReferenceServer]) -> None:
    @settings(max_examples=2000, deadline=None, database=None, derandomize=True, phases=[Phase.generate])
    @given(questions())
    def agree(question: tuple[Policy, str, Fetch, str]) -> None:
        policy, origin, fetch, path = question
        if path != "/slash" and disagreement(fault(policy, ROUTES), policy, origin, fetch, path, "standard"):
            raise LookupError

    with pytest.raises(LookupError):
        agree()


def test_a_pattern_is_served_by_the_origin_that_asks() -> None:
    policy = Policy(origins=[subdomains_of("https://example.com")])

    assert APP == lines_of(fetched(policy, APP), -1)["access-control-allow-origin"]
    assert not fetched(policy, "https://example.com").readable


def test_what_differs_by_origin_is_served_and_caches_are_told() -> None:
    policy = Policy(origins=ANY_ORIGIN, by_origin={APP: {"credentials": True, "expose": ANY}})
    for_app, for_others = lines_of(fetched(policy, APP), -1), lines_of(fetched(policy, "https://b.example"), -1)

    assert (APP, "true") == (for_app["access-control-allow-origin"], for_app["access-control-allow-credentials"])
    assert "*" == for_others["access-control-allow-origin"]
    assert "Origin" == for_others["vary"]


def test_any_exposed_header_is_named_with_credentials() -> None:
    policy = Policy(origins=[APP], expose=ANY, credentials=True)

    exposed = lines_of(fetched(policy, APP), -1)["access-control-expose-headers"]
    assert {"ETag", "X-Request-Id", "Content-Type"} == set(exposed.split(", "))
