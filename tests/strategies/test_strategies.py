"""
What holds for all strategies: they shrink to the simplest, discard next to nothing, and refuse wrong arguments.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.errors import InvalidArgument

from browsercors import ANY_ORIGIN, Answer, Browser, Policy, strategies, subdomains_of
from browsercors.policy.origins.near_misses import NearMiss, NearMissKind
from browsercors.policy.sessions import Advance, ChangePolicy, Clear, Fetch, Load, Session, Visit
from browsercors.strategies import (
    allowed,
    content_security_policies,
    cors_headers,
    fetches,
    loads,
    methods,
    near_misses,
    origins,
    policies,
    request_headers,
    responses,
    sessions,
    sessions_for,
    strangers,
    visits,
)
from tests.strategies.finding import found

if TYPE_CHECKING:
    from collections.abc import Callable

APP: Final = "https://app.example.com"
RIGHT: Final = (("Access-Control-Allow-Origin", APP),)
SIMPLEST_POLICY: Final = Policy(origins=["https://a.example"])

POLICY: Final = Policy(origins=[APP], methods=["PUT"], paths={"/public/*": Policy(origins=ANY_ORIGIN), "/none": None})
API: Final = "https://api.example.com"

SIMPLEST: list[tuple[str, st.SearchStrategy[Any], Any]] = [
    ("origins", origins(), "https://a.example"),
    ("origins with null", origins(allow_null=True), "https://a.example"),
    ("near misses", near_misses(APP), NearMiss(NearMissKind.PREFIX, f"{APP}.attacker.example")),
    ("methods", methods(), "GET"),
    ("unsafe methods", methods(safelisted=False), "PUT"),
    ("request headers", request_headers(), ()),
    ("fetches", fetches(), Fetch("https://api.example.com/")),
    ("cors headers", cors_headers(), RIGHT),
    ("broken cors headers", cors_headers(sound=False), ()),
    ("loads", loads(), Load("image", f"{API}/")),
    ("security policies", content_security_policies(), "default-src 'none'"),
    ("odd security policies", content_security_policies(odd=True), ""),
    ("policies", policies(), SIMPLEST_POLICY),
    ("sessions", sessions(), Session((Visit("https://a.example"), Fetch(f"{API}/")))),
    ("sessions for a policy", sessions_for(POLICY), Session((Visit(APP), Fetch(f"{API}/", method="PUT")))),
    ("visits", visits(), Visit("https://a.example")),
    ("allowed pages", allowed(POLICY), APP),
    ("strangers", strangers(POLICY), "https://attacker.example"),
]
NAMES: Final = [name for name, _, _ in SIMPLEST]


@pytest.mark.parametrize(("name", "strategy", "expected"), SIMPLEST, ids=NAMES)
def test_it_shrinks_to_the_simplest(name: str, strategy: st.SearchStrategy[Any], expected: Any) -> None:
    assert expected == found(strategy, lambda _: True)


def test_the_simplest_answer_is_the_right_one() -> None:
    answer = found(responses(), lambda _: True)

    assert (200, b"") == (answer.status, answer.body)
    assert [(b"Access-Control-Allow-Origin", APP.encode())] == answer.headers


SHRUNK: list[tuple[st.SearchStrategy[Any], Callable[[Any], bool], Any]] = [
    (origins(), lambda origin: origin.startswith("http:"), "http://a.example"),
    (origins(), lambda origin: origin.count(":") == 2, "https://a.example:3000"),
    (origins(), lambda origin: "[" in origin, "https://[::]"),
    (fetches(), lambda fetch: fetch.method == "PUT", Fetch("https://api.example.com/", method="PUT")),
    (
        fetches(),
        lambda fetch: len(fetch.headers) > 0 and fetch.credentials == "include",
        Fetch("https://api.example.com/", headers=(("Accept", "text/html"),), credentials="include"),
    ),
    (policies(), lambda policy: policy.credentials, SIMPLEST_POLICY.evolve(credentials=True)),
    (policies(), lambda policy: policy.allows_any_origin, Policy(origins=ANY_ORIGIN)),
    (policies(), lambda policy: len(policy.paths) > 0, SIMPLEST_POLICY.evolve(paths={"/public/*": None})),
    (
        sessions(),
        lambda session: any(isinstance(step, Advance) for step in session.steps),
        Session((Visit("https://a.example"), Advance(0.5), Fetch(f"{API}/"))),
    ),
    (
        sessions(),
        lambda session: any(isinstance(step, Load) for step in session.steps),
        Session((Visit("https://a.example"), Load("image", f"{API}/"), Fetch(f"{API}/"))),
    ),
    (loads(), lambda load: load.initiator == "preload", Load("preload", f"{API}/", as_="fetch")),
    (loads(), lambda load: load.crossorigin is not None, Load("image", f"{API}/", crossorigin="anonymous")),
    (loads(), lambda load: load.mode == "cors" and load.crossorigin is None, Load("import_module", f"{API}/")),
    (content_security_policies(), lambda policy: "img-src" in policy, "img-src 'none'"),
    (content_security_policies(odd=False), lambda policy: "," in policy, "default-src 'none', default-src 'none'"),
    (fetches(), lambda fetch: fetch.redirect == "manual", Fetch(f"{API}/", redirect="manual")),
    (fetches(), lambda fetch: fetch.referrer == "", Fetch(f"{API}/", referrer="")),
]


@pytest.mark.parametrize(("strategy", "condition", "expected"), SHRUNK)
def test_what_fails_is_shrunk_to_the_simplest_that_fails(
    strategy: st.SearchStrategy[Any], condition: Callable[[Any], bool], expected: Any
) -> None:
    assert expected == found(strategy, condition, max_examples=2000)


def discarded(strategy: st.SearchStrategy[Any]) -> float:
    """
    Count which part of the draws is discarded.
    """
    begun = done = 0

    @settings(max_examples=100, deadline=None, derandomize=True, database=None)
    @given(st.data())
    def draw(data: st.DataObject) -> None:
        nonlocal begun, done
        begun += 1
        data.draw(strategy)
        done += 1

    draw()
    return (begun - done) / begun


@pytest.mark.parametrize("strategy", [strategy for _, strategy, _ in SIMPLEST], ids=NAMES)
def test_no_more_is_discarded_than_for_plain_lists(strategy: st.SearchStrategy[Any]) -> None:
    # NB: hypothesis discards by itself what it has cut too short while it varies what it has drawn.
    assert discarded(strategy) <= 0.4


def test_that_test_notices_a_filter() -> None:
    assert discarded(st.integers().filter(lambda number: number % 10 == 0)) > 0.4


WRONG: list[tuple[Callable[[], st.SearchStrategy[Any]], str]] = [
    (lambda: origins(schemes=[]), "schemes has to be a list with at least one of 'https', 'http', not []"),
    (lambda: origins(schemes=["ftp"]), "schemes has to be a list with at least one of 'https', 'http', not ['ftp']"),
    (lambda: origins(schemes="http"), "schemes has to be a list with at least one of 'https', 'http', not 'http'"),
    (lambda: origins(schemes=5), "schemes has to be a list"),  # type: ignore[arg-type]
    (lambda: origins(hosts="a.example"), "hosts has to be a strategy, such as just('a.example')"),  # type: ignore[arg-type]
    (lambda: origins(hosts=st.just("a/b")), "hosts has to draw hosts such as 'app.example.com' or '[::1]', not 'a/b'"),
    (lambda: origins(hosts=st.just("a b")), "hosts has to draw hosts"),
    (lambda: origins(ports=st.just(0)), "ports has to draw None or ports that browsers load pages from, not 0"),
    (lambda: origins(ports=st.just(25)), "ports has to draw None or ports that browsers load pages from, not 25"),
    (lambda: origins(allow_null=1), "allow_null has to be True or False, not 1"),  # type: ignore[arg-type]
    (lambda: near_misses("x"), "origin has to be an origin such as 'https://app.example.com', not 'x'"),
    (lambda: near_misses(APP, attacker=""), "attacker has to be a domain"),
    (lambda: near_misses(APP, kinds=[]), "kinds has to be a list with at least one of"),
    (lambda: near_misses(APP, kinds=[NearMissKind.ADDRESS]), f"'{APP}' has no near miss of the kinds ['address']"),
    (lambda: methods(safelisted=0), "safelisted has to be True, False, or None for both, not 0"),  # type: ignore[arg-type]
    (lambda: request_headers(kinds=["safe"]), "kinds has to be a list with at least one of 'safelisted', 'boundary'"),
    (lambda: request_headers(max_size=-1), "max_size has to be a whole number of at least 0, not -1"),
    (lambda: request_headers(names=["X-A"]), "names has to be a strategy"),  # type: ignore[arg-type]
    (lambda: request_headers(names=st.just(5)), "names has to draw names such as 'X-Token', not 5"),  # type: ignore[arg-type]
    (lambda: fetches("/x"), "urls has to be a strategy, such as just('/x'), not '/x'"),  # type: ignore[arg-type]
    (lambda: fetches(credentials=["always"]), "credentials has to be a list with at least one of"),  # type: ignore[list-item]
    (lambda: fetches(methods=st.just("PUT"), modes=["no-cors"]), "methods has to draw GET, HEAD or POST"),
    (lambda: cors_headers(origin=f"{APP}/"), f"origin has to be an origin, not '{APP}/'"),
    (lambda: cors_headers(credentials=1), "credentials has to be a bool, not 1"),  # type: ignore[arg-type]
    (lambda: cors_headers(methods="PUT"), "methods has to be a list of names, not 'PUT'"),
    (lambda: cors_headers(headers=["a b"]), "headers has to be a list of names, not ['a b']"),
    (lambda: responses(statuses=200), "statuses has to be a strategy"),  # type: ignore[arg-type]
    (lambda: policies(credentials="yes"), "credentials has to be True, False, or None"),  # type: ignore[arg-type]
    (lambda: policies(origins=st.just("null")), "the policy is wrong in"),
    (lambda: policies(origins=st.just(ANY_ORIGIN), credentials=True), "the policy is wrong in"),
    (lambda: sessions(min_size=3, max_size=2), "min_size=3 is greater than max_size=2"),
    (lambda: sessions(min_size=None), "min_size has to be a whole number"),  # type: ignore[arg-type]
    (lambda: sessions(min_size=0), "min_size has to be a whole number of at least 1, not 0"),
    (lambda: sessions_for(APP), f"policy has to be a Policy, such as Policy(origins=['{APP}']), not '{APP}'"),  # type: ignore[arg-type]
    (lambda: sessions_for(POLICY, paths="/me"), "paths has to be a list of paths such as ['/items/7'], not '/me'"),
    (lambda: sessions_for(POLICY, methods=["TRACE"]), "methods has to hold methods that pages can use"),
    (lambda: sessions_for(POLICY, url=f"{API}/"), f"url has to be an origin such as '{API}', not '{API}/'"),
    (lambda: allowed(POLICY, path="/none"), "policy allows no page of another origin at '/none'; give path="),
    (lambda: allowed(POLICY, url=APP), "policy allows no page of another origin at '/'; give path="),
    (lambda: allowed(POLICY, path="me"), "path has to be a path such as '/items/7', not 'me'"),
    (lambda: strangers(POLICY, path="/public/x"), "policy allows every page at '/public/x'; give path="),
    (lambda: strangers(None), "policy has to be a Policy"),  # type: ignore[arg-type]
    (lambda: visits(APP), "origins has to be a strategy"),  # type: ignore[arg-type]
    (lambda: visits(st.just("a b")), "origins has to draw origins: origin 'a b'"),
    (lambda: fetches(caches=["only-if-cached"]), "caches has to be a list with at least one of 'default'"),
    (lambda: fetches(redirects="follow"), "redirects has to be a list with at least one of 'follow'"),  # type: ignore[arg-type]
    (lambda: loads("/x"), "urls has to be a strategy, such as just('/x'), not '/x'"),  # type: ignore[arg-type]
    (lambda: loads(initiators=["img"]), "initiators has to be a list with at least one of 'image', 'script'"),  # type: ignore[list-item]
    (lambda: loads(initiators=[]), "initiators has to be a list with at least one of 'image', 'script'"),
    (lambda: loads(crossorigins=[True]), "crossorigins has to be a list with at least one of None, 'anonymous'"),  # type: ignore[list-item]
    (lambda: loads(crossorigins="anonymous"), "crossorigins has to be a list"),
    (lambda: loads(referrer_policies=["none"]), "referrer_policies has to be a list with at least one of ''"),  # type: ignore[list-item]
    (lambda: content_security_policies(odd=1), "odd has to be True, False, or None for both, not 1"),  # type: ignore[arg-type]
    (lambda: content_security_policies(directives=["img"]), "directives has to be a list with at least one of"),
    (lambda: content_security_policies(sources=st.just("a;b")), "sources has to draw sources such as"),
    (lambda: content_security_policies(sources=["*"]), "sources has to be a strategy"),  # type: ignore[arg-type]
    (lambda: content_security_policies(max_size=-1), "max_size has to be a whole number of at least 0, not -1"),
    (lambda: sessions(loads=[]), "loads has to be a strategy"),  # type: ignore[arg-type]
    (lambda: responses(kinds=["good"]), "kinds has to be a list with at least one of 'ok', 'error', 'redirect'"),
    (lambda: sessions(policies=Policy(origins=[APP])), "policies has to be a strategy"),  # type: ignore[arg-type]
]  # fmt: skip


@pytest.mark.parametrize(("make", "message"), WRONG)
def test_a_wrong_argument_is_said_when_it_is_drawn_from(
    make: Callable[[], st.SearchStrategy[Any]], message: str
) -> None:
    strategy = make()

    # NB: until there is one to which the argument matters.
    with pytest.raises(InvalidArgument) as caught:
        found(strategy, lambda _: False, max_examples=500)

    assert str(caught.value).startswith(message)


def test_every_strategy_is_tried_with_wrong_arguments() -> None:
    names = {make.__code__.co_names[0] for make, _ in WRONG}

    assert set(strategies.__all__) == names


def test_options_are_keyword_only() -> None:
    for call in (lambda: origins(["https"]), lambda: methods(True), lambda: sessions(origins())):  # type: ignore[call-arg]
        with pytest.raises(TypeError):
            call()


@settings(deadline=None)
@given(st.data())
def test_a_browser_can_run_every_session(data: st.DataObject) -> None:
    from browsercors.policy.reference_server import ReferenceServer

    session = data.draw(sessions(policies=policies(), fetches=fetches(modes=["cors", "no-cors", "same-origin"])))
    server = ReferenceServer(SIMPLEST_POLICY)
    with Browser() as browser:
        browser.mount("https://api.example.com", server)
        results = session.run(browser, server=server)

    assert sum(isinstance(step, Fetch) for step in session.steps) == len(results)


@pytest.mark.parametrize("kind", [Visit, Fetch, Load, Advance, Clear, ChangePolicy])
def test_a_session_has_steps_of_every_kind(kind: type) -> None:
    def has_one(session: Session) -> bool:
        return any(isinstance(step, kind) for step in session.steps[1:])

    session = found(sessions(policies=policies()), has_one, simplest=False)

    assert Visit is type(session.steps[0])


def test_an_argument_takes_the_place_of_the_default() -> None:
    below = subdomains_of("https://example.com")
    policy = found(policies(origins=st.just(below), credentials=True), lambda _: True)

    assert Policy(origins=[below], credentials=True) == policy
    assert isinstance(found(responses(statuses=st.just(204), bodies=st.just("x")), lambda _: True), Answer)
