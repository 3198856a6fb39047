"""
What a policy says, what it refuses to be, and how it is written.
"""

from __future__ import annotations

import copy
import pickle
from typing import TYPE_CHECKING, Any

import pytest

from browsercors import ANY, ANY_ORIGIN, Policy, PolicyError, origins_where, ports_of, subdomains_of

if TYPE_CHECKING:
    from browsercors.policy.origins.patterns import OriginPattern

APP = "https://app.example.com"
EVIL = "https://evil.example"
OPEN = Policy(origins=ANY_ORIGIN, methods=["GET"])
CLOSED = Policy(origins=[APP], methods=["GET", "PUT"], headers=["X-A"], expose=["ETag"], credentials=True, max_age=600)
SITE = CLOSED.evolve(paths={"/public/*": OPEN, "/public/items": CLOSED, "/internal/*": None, "/a b": None})

AT_MOST = Policy(origins=[APP], methods=["PUT"], headers=["X-A"])
TENANT = "https://acme.tenants.example"


def is_tenant(origin: str) -> bool:
    return origin.removeprefix("https://").removesuffix(".tenants.example") in ("acme", "umbrella")


def is_broken(origin: str) -> bool:
    raise LookupError("no table")


WRONG_CASES: list[tuple[dict[str, Any], list[str]]] = [
    # settings, beside one origin      what is said
    ({"origins": []}, ["origins: [] names no origin; paths that no page may read are given as None in paths"]),
    ({"origins": None}, ["origins: None is not a list"]),
    ({"origins": [f"{APP}/"]}, [f"'{APP}/' has a trailing slash; an origin ends after host and port: '{APP}'"]),
    ({"origins": [f"{APP}/x"]}, [f"origins: '{APP}/x' has a path; an origin ends after host and port: '{APP}'"]),
    ({"origins": [f"{APP}?"]}, [f"origins: '{APP}?' has a path"]),
    ({"origins": ["https://APP.example"]}, ["is not how browsers write it; write 'https://app.example'"]),
    ({"origins": ["https://a.example:443"]}, ["is not how browsers write it; write 'https://a.example'"]),
    ({"origins": ["https://münchen.example"]}, ["is not how browsers write it; write 'https://xn--mnchen-3ya.example'"]),
    ({"origins": ["https://u@a.example"]}, ["is not how browsers write it; write 'https://a.example'"]),
    ({"origins": ["app.example.com"]}, ["'app.example.com' is not a URL"]),
    ({"origins": ["chrome-extension://abc"]}, ["is not an http(s) origin"]),
    ({"origins": ["null"]}, ["origins: 'null' is the origin of every sandboxed frame in every site"]),
    ({"origins": ["https://a.*.example.com"]}, ["'https://a.*.example.com' has a '*' where none can be"]),
    ({"origins": ["https://*.example.com:*"]}, ["has a '*' where none can be; wildcards are 'https://*.example.com'"]),
    ({"origins": "https://*.co.uk"}, ["subdomains_of('https://co.uk') is a public suffix"]),
    ({"origins": ["*", APP]}, [f"origins: ANY_ORIGIN makes ['{APP}'] mean nothing"]),
    ({"origins": "*", "credentials": True}, ["credentials: True cannot go with ANY_ORIGIN"]),
    ({"origins": [5]}, ["origins: 5 is not an origin"]),
    ({"origins": [APP, ANY_ORIGIN]}, [f"origins: ANY_ORIGIN makes ['{APP}'] mean nothing"]),
    ({"origins": [subdomains_of("https://co.uk")]}, ["subdomains_of('https://co.uk') is a public suffix"]),
    ({"origins": [subdomains_of("https://github.io")]}, ["subdomains_of('https://github.io') is a public suffix"]),
    ({"origins": [subdomains_of("https://com")]}, ["subdomains_of('https://com') is a public suffix"]),
    ({"origins": [subdomains_of("https://127.0.0.1")]}, ["is an IP address, which has no subdomains"]),
    ({"origins": [subdomains_of("https://a.example/")]}, ["has a trailing slash"]),
    ({"origins": [ports_of("http://localhost:1")]}, ["has a port already; ports_of('http://localhost') means all"]),
    ({"origins": [ports_of("localhost")]}, ["is not a URL"]),
    ({"methods": "PUT"}, ["methods: 'PUT' is not a list; give a list such as ['PUT']"]),
    ({"methods": ["TRACE"]}, ["methods: 'TRACE' is a method that pages cannot use"]),
    ({"methods": ["put"]}, ["methods: 'put' is never asked for: browsers make it 'PUT'"]),
    ({"methods": ["A B"]}, ["methods: 'A B' is not a name, such as 'PUT'"]),
    ({"methods": ["*", "PUT"]}, ["methods: '*' makes ['PUT'] mean nothing; give one or the other"]),
    ({"headers": ["Cookie"]}, ["headers: 'Cookie' is a header that pages cannot set"]),
    ({"headers": ["Sec-X"]}, ["headers: 'Sec-X' is a header that pages cannot set"]),
    ({"headers": [None]}, ["headers: None is not a name, such as 'Content-Type'"]),
    ({"headers": ["\ud800"]}, ["headers: '\\ud800' is not a name"]),
    ({"expose": ["Set-Cookie"]}, ["expose: 'Set-Cookie' is a header that pages never see"]),
    ({"credentials": 1}, ["credentials: 1 has to be True or False"]),
    ({"credentials": True, "origins": ANY_ORIGIN}, ["credentials: True cannot go with ANY_ORIGIN"]),
    ({"credentials": True, "methods": ["*"]}, ["methods: '*' does not stand for anything where credentials"]),
    ({"credentials": True, "headers": ["*"]}, ["headers: '*' does not stand for anything where credentials"]),
    ({"credentials": True, "expose": ["*"]}, ["expose: '*' does not stand for anything where credentials"]),
    ({"max_age": -1}, ["max_age: -1 is negative; 0 remembers nothing"]),
    ({"max_age": 1.5}, ["max_age: 1.5 has to be a whole number of seconds, or None"]),
    ({"max_age": True}, ["max_age: True has to be a whole number of seconds, or None"]),
    ({"paths": ["/"]}, ["paths: ['/'] is not a mapping; give one such as {'/public/*': None}"]),
    ({"paths": {"items": None}}, ["paths: 'items' is not a path; write '/me', '/api/*', '*.json' or '/items/{id}'"]),
    ({"paths": {"/a*": None}}, ["paths: '/a*' has a '*' inside a segment; write '/a/*' for all below"]),
    ({"paths": {"/*/b": None}}, ["paths: '/*/b' has a '*' before its end; one segment is '/{name}'"]),
    ({"paths": {"/a/*/*": None}}, ["paths: '/a/*/*' has a '*' before its end"]),
    ({"paths": {"/*": None}}, ["paths: '/*' is every path, so the policy around it means nothing"]),
    ({"paths": {"/a?b": None}}, ["paths: '/a?b' has a query, which is not part of a path; write '/a'"]),
    ({"paths": {"/a/../b": None}}, ["paths: '/a/../b' is never asked for: browsers resolve the segment '..'"]),
    ({"paths": {5: None}}, ["paths: 5 is not a path"]),
    ({"paths": {"/a": True}}, ["paths: '/a' has to have a Policy or None, not True"]),
    ({"paths": {"/a": int}}, ["paths: '/a' has to have a Policy or None, not <class 'int'>"]),
    ({"paths": {"/a": Policy}}, [f"paths: '/a' has to have a Policy or None, not {Policy!r}"]),
    ({"paths": {"/a": SITE}}, ["paths: '/a' has a policy that has paths itself"]),
    ({"paths": {"/a b": None, "/a%20b": OPEN}}, ["paths: '/a%20b' is the same path as '/a b'"]),
    ({"paths": {"/a/{id}": None, "/a/:name": OPEN}}, ["paths: '/a/:name' is the same path as '/a/{id}'"]),
    ({"paths": {"/a/{id": None}}, ["paths: '/a/{id' has a '{' without a '}' after it; write '/items/{id}'"]),
    ({"origins": [], "paths": {"/a": None}, "headers": ["X-A"]}, ["headers: ('X-A',) applies to no origin"]),
    ({"origins": [], "paths": {"/a": None}, "credentials": True}, ["credentials: True applies to no origin"]),
    ({"origins": [subdomains_of("https://a.example", depth=0)]}, ["has a depth below 1"]),
    ({"origins": [ports_of("http://localhost", ports=range(5, 5))]}, ["has an empty range of ports"]),
    ({"origins": [ports_of("http://localhost", ports=range(65535, 65537))]}, ["has ports that do not exist"]),
    ({"origins": [origins_where(is_tenant, accepted=[])]}, ["has no accepted origin; give at least one"]),
    ({"origins": [origins_where(is_tenant, accepted=[APP])]}, [f"refuses '{APP}', which is given as the contrary"]),
    ({"origins": [origins_where(is_tenant, accepted=[TENANT], refused=[TENANT])]}, ["as both accepted and refused"]),
    ({"origins": [origins_where(is_broken, accepted=[APP])]}, [f"raises LookupError for '{APP}': no table"]),
    ({"origins": [origins_where(is_tenant, accepted=["tenant"])]}, ["has the origin 'tenant', which is not a URL"]),
    ({"methods": [ANY, "PUT"]}, ["methods: ANY makes ['PUT'] mean nothing; give one or the other"]),
    ({"headers": [ANY, "X-A"]}, ["headers: ANY makes ['X-A'] mean nothing; give one or the other"]),
    ({"by_origin": [APP]}, [f"by_origin: ['{APP}'] is not a mapping"]),
    ({"by_origin": {EVIL: {"methods": ["PUT"]}}}, [f"by_origin: '{EVIL}' is not among origins"]),
    ({"by_origin": {APP: None}}, [f"by_origin: '{APP}' has to have a mapping of settings, not None"]),
    ({"by_origin": {APP: {"paths": {}}}}, [f"by_origin: '{APP}' changes ['paths']; what can be changed is methods"]),
    ({"by_origin": {APP: {"methods": ["put"]}}}, [f"'{APP}' has methods: 'put' is never asked for"]),
    ({"by_origin": {"null": {}}}, ["by_origin: 'null' is the origin of every sandboxed frame"]),
    ({"at_most": 5}, ["at_most: 5 has to be a Policy or None"]),
    ({"at_most": Policy(origins=[EVIL])}, [f"origins: '{APP}' is more than at_most allows"]),
    ({"at_most": AT_MOST, "methods": ["PUT", "DELETE"]}, ["methods: 'DELETE' is more than at_most allows"]),
    ({"at_most": AT_MOST, "methods": ANY}, ["methods: ANY is more than at_most allows"]),
    ({"at_most": AT_MOST, "headers": ["X-B"]}, ["headers: 'X-B' is more than at_most allows"]),
    ({"at_most": AT_MOST, "expose": ["ETag"]}, ["expose: 'ETag' is more than at_most allows"]),
    ({"at_most": AT_MOST, "credentials": True}, ["credentials: True is more than at_most allows"]),
    ({"at_most": SITE}, ["has paths itself; give them in the policy around it"]),
    (
        {"origins": ["null", "a*"], "methods": ["TRACE"], "max_age": -1},
        ["origins: 'null' is", "origins: 'a*' has", "methods: 'TRACE' is", "max_age: -1 is"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("settings", "expected"), WRONG_CASES)
def test_everything_that_is_wrong_is_said_at_once(settings: dict[str, Any], expected: list[str]) -> None:
    with pytest.raises(PolicyError) as caught:
        Policy(**{"origins": [APP], **settings})

    said = str(caught.value).splitlines()[1:]
    assert len(expected) == len(said) == len(caught.value.contradictions)
    assert [True] * len(said) == [part in line for part, line in zip(expected, said, strict=True)]


RIGHT_CASES: list[dict[str, Any]] = [
    {"origins": ["http://[::1]:8000", "http://127.0.0.1", "https://a_b.example", "https://a.example."]},
    {"origins": [subdomains_of("https://localhost"), subdomains_of("https://test"), subdomains_of("https://a.co.uk:1")]},
    {"origins": {APP}, "methods": iter(["*"]), "headers": ["*", "Authorization"], "expose": ["*"]},
    {"methods": []},
    {"methods": ["patch", "PATCH", "QUERY"], "max_age": 0},
    {"paths": {"/a/*": None, "/a/b": OPEN, "/a/b/*": OPEN, "/é": None, "/": None}},
    {"paths": {"/a b": None, "/a%20b": None}},
    {"paths": {"/a//*": None, "*.json": OPEN, "/items/{id}": None, "/items/<int:id>": OPEN, "/users/:id/*": None}},
    {"methods": ANY, "headers": ANY, "expose": [ANY], "credentials": True},
    {"by_origin": {APP: {"methods": ["PUT"], "max_age": 5}}, "at_most": AT_MOST},
    {"methods": ["PUT"], "headers": ["x-a"], "at_most": AT_MOST},
    {"at_most": Policy(origins=ANY_ORIGIN, methods=ANY)},
    {"origins": [subdomains_of("https://a.example")], "at_most": Policy(origins=[subdomains_of("https://a.example")])},
    {"origins": ANY_ORIGIN, "by_origin": {APP: {"credentials": True}, "https://*.a.example": {"methods": ["PUT"]}}},
]  # fmt: skip


@pytest.mark.parametrize("settings", RIGHT_CASES)
def test_what_does_not_contradict_itself_is_a_policy(settings: dict[str, Any]) -> None:
    assert Policy(**{"origins": [APP], **settings}).origins


def test_the_wrong_values_can_be_read_off_the_error() -> None:
    with pytest.raises(PolicyError) as caught:
        Policy(origins=["null"], max_age=-1)

    assert [("origins", "null"), ("max_age", -1)] == [found[:2] for found in caught.value.contradictions]


RULE_CASES = [
    ("/", SITE),
    ("/items", SITE),
    ("/public", SITE),
    ("/public/", OPEN),
    ("/public/x", OPEN),
    ("/public/x?y", OPEN),
    ("/public%2Fx", OPEN),
    ("/Public/x", SITE),
    ("/public/items", CLOSED),
    ("/public/items/", OPEN),
    ("/%70ublic/items", CLOSED),
    ("/internal/x", None),
    ("/internal", SITE),
    ("/a%20b", None),
    ("/a+b", SITE),
]


@pytest.mark.parametrize(("path", "expected"), RULE_CASES)
def test_the_most_exact_path_rules(path: str, expected: Policy | None) -> None:
    assert expected == SITE.rule_for(path)


def test_a_longer_prefix_rules_whatever_the_order() -> None:
    paths = {"/a/*": None, "/a/b/*": OPEN, "/a/b/c/*": None}

    for order in (paths, dict(reversed(paths.items()))):
        policy = Policy(origins=[APP], paths=order)
        assert [None, OPEN, None] == [policy.rule_for(path) for path in ("/a/x", "/a/b/x", "/a/b/c/x")]


SEND_CASES: list[tuple[Policy, str, dict[str, Any], bool, bool]] = [
    # policy, origin, request                                            sent, read
    (CLOSED, APP, {}, True, True),
    (CLOSED, EVIL, {}, True, False),
    (CLOSED, "null", {}, True, False),
    (CLOSED, EVIL, {"method": "post", "credentials": True}, True, False),
    (CLOSED, APP, {"method": "put"}, True, True),
    (CLOSED, EVIL, {"method": "PUT"}, False, False),
    (CLOSED, APP, {"method": "DELETE"}, False, False),
    (CLOSED, APP, {"headers": ["x-a"]}, True, True),
    (CLOSED, APP, {"headers": ["x-a", "x-b"]}, False, False),
    (CLOSED, APP, {"method": "PUT", "credentials": True}, True, True),
    (OPEN, "null", {}, True, True),
    (OPEN, EVIL, {"credentials": True}, True, False),
    (OPEN, EVIL, {"method": "PUT"}, False, False),
    (OPEN.evolve(methods=["*"]), EVIL, {"method": "PUT"}, True, True),
    (OPEN.evolve(methods=["*"]), EVIL, {"method": "PUT", "credentials": True}, False, False),
    (OPEN.evolve(headers=["*"]), EVIL, {"headers": ["x-a"]}, True, True),
    (OPEN.evolve(headers=["*"]), EVIL, {"headers": ["Authorization"]}, False, False),
    (OPEN.evolve(headers=["*", "Authorization"]), EVIL, {"headers": ["authorization"]}, True, True),
    (OPEN.evolve(methods=["PATCH"]), EVIL, {"method": "patch"}, False, False),
    (SITE, EVIL, {"path": "/public/x"}, True, True),
    (SITE, APP, {"path": "/public/x", "credentials": True}, True, False),
    (SITE, APP, {"path": "/internal/x"}, True, False),
    (SITE, APP, {"path": "/internal/x", "method": "PUT"}, False, False),
]


@pytest.mark.parametrize(("policy", "origin", "request_", "sent", "read"), SEND_CASES)
def test_what_a_page_may_send_and_read(
    policy: Policy, origin: str, request_: dict[str, Any], sent: bool, read: bool
) -> None:
    assert (sent, read) == (policy.may_send(origin, **request_), policy.may_read(origin, **request_))


PROMISE_CASES = [
    # policy, method, promised, allowed
    (CLOSED, "GET", True, True),
    (CLOSED, "POST", False, True),
    (CLOSED, "put", True, True),
    (CLOSED, "DELETE", False, False),
    (OPEN.evolve(methods=["*"]), "DELETE", True, True),
]


@pytest.mark.parametrize(("policy", "method", "promised", "allowed"), PROMISE_CASES)
def test_only_listed_methods_are_promised(policy: Policy, method: str, promised: bool, allowed: bool) -> None:
    found = policy.promises_read(APP, method=method), policy.may_read(APP, method=method)

    assert (promised, allowed) == found


def test_nothing_is_promised_where_no_page_may_read() -> None:
    assert not SITE.promises_read(APP, path="/internal/x")


HEADER_CASES = [
    (CLOSED, "etag", True),
    (CLOSED, "Content-Type", True),
    (CLOSED, "X-A", False),
    (OPEN.evolve(expose=["*"]), "X-A", True),
    (OPEN.evolve(expose=["*"]), "Set-Cookie", False),
]


@pytest.mark.parametrize(("policy", "name", "expected"), HEADER_CASES)
def test_which_headers_a_page_sees(policy: Policy, name: str, expected: bool) -> None:
    assert expected == policy.sees_header(name)


def test_questions_about_a_path_are_answered_by_its_rule() -> None:
    assert SITE.allows_origin(EVIL, path="/public/x")
    assert not SITE.allows_origin(EVIL)
    assert not SITE.allows_origin(APP, path="/internal/x")
    assert SITE.may_use_credentials(APP)
    assert not SITE.may_use_credentials(APP, path="/public/x")
    assert not SITE.sees_header("ETag", path="/public/x")
    assert not SITE.sees_header("Content-Type", path="/internal/x")
    assert [600, None, 0] == [SITE.remembered_at_most(path=path) for path in ("/", "/public/x", "/internal/x")]


MISUSES: list[tuple[dict[str, Any], type[Exception], str]] = [
    ({"origin": f"{APP}/"}, ValueError, f"origin '{APP}/' has a trailing slash; an origin ends after host and port"),
    ({"origin": "APP"}, ValueError, "origin 'APP' is not a URL"),
    ({"origin": None}, TypeError, "origin has to be a str such as 'https://app.example.com', not None"),
    ({"origin": APP, "path": "items"}, ValueError, "path has to begin with '/', as in '/items/7', not 'items'"),
]


@pytest.mark.parametrize(("arguments", "error", "message"), MISUSES)
def test_a_question_that_is_wrong_is_refused(arguments: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error) as caught:
        SITE.allows_origin(**arguments)

    assert str(caught.value).startswith(message)


def test_a_policy_is_written_as_the_python_that_makes_it() -> None:
    policy = Policy(origins=[subdomains_of("https://example.com"), ports_of("http://localhost"), APP], max_age=0)

    assert policy == eval(repr(policy))  # noqa: S307 - our own text
    assert SITE == eval(repr(SITE))  # noqa: S307
    assert "Policy(origins=(ANY_ORIGIN,), methods=('GET',))" == repr(OPEN)


def test_a_policy_is_a_value() -> None:
    same = CLOSED.evolve(paths=dict(SITE.paths))

    assert SITE == same
    assert hash(SITE) == hash(same)
    assert SITE == pickle.loads(pickle.dumps(SITE)) == copy.deepcopy(SITE)  # noqa: S301 - our own bytes
    assert SITE != SITE.evolve(max_age=1)


def test_what_is_given_can_change_afterwards() -> None:
    origins, paths = [APP], {"/a": OPEN}
    policy = Policy(origins=origins, paths=paths)
    origins.append(EVIL)
    paths.clear()

    assert not policy.allows_origin(EVIL)
    assert policy.allows_origin(EVIL, path="/a")


CLOSED_BY_DEFAULT = Policy(paths={"/api/*": CLOSED, "/items/{id}": OPEN, "*.json": OPEN, "/api/internal/*": None})

CLOSED_CASES = [
    ("/", None),
    ("/api", None),
    ("/api/", CLOSED),
    ("/api/items.json", CLOSED),
    ("/api/internal/x", None),
    ("/items", None),
    ("/items/7?full", OPEN),
    ("/items/7/", None),
    ("/items/a%2Fb", None),
    ("/status.json", OPEN),
]


@pytest.mark.parametrize(("path", "expected"), CLOSED_CASES)
def test_a_policy_of_paths_alone_is_closed_elsewhere(path: str, expected: Policy | None) -> None:
    assert expected == CLOSED_BY_DEFAULT.rule_for(path)
    assert (expected is not None) == CLOSED_BY_DEFAULT.allows_origin(APP, path=path)


ADMIN = "https://admin.example.com"
BY_ORIGIN = Policy(
    origins=[APP, ADMIN, subdomains_of("https://tenants.example")],
    headers=["X-A"],
    max_age=600,
    by_origin={
        subdomains_of("https://tenants.example"): {"methods": ["GET"], "max_age": 0},
        ADMIN: {"methods": ANY, "credentials": True},
        TENANT: {"expose": ["ETag"]},
    },
)

BY_ORIGIN_CASES: list[tuple[str, dict[str, Any], bool, bool]] = [
    # origin, request                                  sent, read
    (APP, {"method": "PUT"}, False, False),
    (APP, {"credentials": True}, True, False),
    (ADMIN, {"method": "PUT", "credentials": True, "headers": ["X-A"]}, True, True),
    (ADMIN, {"headers": ["X-B"]}, False, False),
    (TENANT, {"headers": ["X-A"]}, True, True),
    (EVIL, {"method": "PUT"}, False, False),
]


@pytest.mark.parametrize(("origin", "request_", "sent", "read"), BY_ORIGIN_CASES)
def test_settings_can_differ_by_origin(origin: str, request_: dict[str, Any], sent: bool, read: bool) -> None:
    assert (sent, read) == (BY_ORIGIN.may_send(origin, **request_), BY_ORIGIN.may_read(origin, **request_))


def test_what_differs_by_origin_is_asked_with_the_origin() -> None:
    other = "https://umbrella.tenants.example"

    assert [600, 600, 600, 0] == [BY_ORIGIN.remembered_at_most(origin=each) for each in (APP, ADMIN, TENANT, other)]
    assert [False, True] == [BY_ORIGIN.sees_header("ETag", origin=each) for each in (APP, TENANT)]
    assert BY_ORIGIN.promises_read(TENANT, method="POST")
    assert not BY_ORIGIN.promises_read(other, method="POST")


PROMISED = Policy(
    origins=[APP],
    methods=["PUT"],
    headers=["X-A"],
    at_most=Policy(
        origins=[APP, EVIL], methods=["PUT", "DELETE"], headers=ANY, expose=["ETag"], credentials=True, max_age=60
    ),
)

BOUND_CASES: list[tuple[str, dict[str, Any], bool, bool]] = [
    # origin, request                        promised, allowed
    (APP, {"method": "PUT", "headers": ["X-A"]}, True, True),
    (APP, {"method": "DELETE"}, False, True),
    (APP, {"method": "PUT", "headers": ["Authorization"]}, False, True),
    (APP, {"method": "PUT", "credentials": True}, False, True),
    (APP, {"method": "PATCH"}, False, False),
    (EVIL, {"method": "PUT"}, False, True),
    (ADMIN, {"method": "PUT"}, False, False),
]


@pytest.mark.parametrize(("origin", "request_", "promised", "allowed"), BOUND_CASES)
def test_more_can_be_allowed_than_is_promised(
    origin: str, request_: dict[str, Any], promised: bool, allowed: bool
) -> None:
    assert (promised, allowed) == (PROMISED.promises_read(origin, **request_), PROMISED.may_read(origin, **request_))


def test_what_is_allowed_at_most_counts_for_every_other_question() -> None:
    assert PROMISED.allows_origin(EVIL)
    assert PROMISED.sees_header("ETag")
    assert not PROMISED.promises_exposed("ETag")
    assert PROMISED.allows_credentials
    assert [60, 5] == [policy.remembered_at_most() for policy in (PROMISED, PROMISED.evolve(max_age=5))]


ANY_CASES: list[tuple[Policy, dict[str, Any], bool]] = [
    (CLOSED.evolve(methods=ANY), {"method": "QUERY", "credentials": True}, True),
    (CLOSED.evolve(headers=ANY), {"headers": ["Authorization", "X-Z"], "credentials": True}, True),
    (CLOSED.evolve(headers=ANY), {"method": "DELETE"}, False),
]


@pytest.mark.parametrize(("policy", "request_", "expected"), ANY_CASES)
def test_any_means_any_with_credentials_too(policy: Policy, request_: dict[str, Any], expected: bool) -> None:
    assert expected == policy.may_read(APP, **request_) == policy.promises_read(APP, **request_)


def test_any_exposes_all_but_cookies() -> None:
    policy = CLOSED.evolve(expose=ANY)

    assert [True, False] == [policy.sees_header(name) for name in ("X-Z", "Set-Cookie")]


def test_every_form_of_policy_is_written_and_copied() -> None:
    names = {
        "ANY": ANY,
        "ANY_ORIGIN": ANY_ORIGIN,
        "Policy": Policy,
        "subdomains_of": subdomains_of,
        "ports_of": ports_of,
        "origins_where": origins_where,
        "is_tenant": is_tenant,
    }
    patterns: list[OriginPattern] = [
        subdomains_of("https://a.example", depth=1),
        ports_of("http://localhost", ports=range(3000, 3010)),
        origins_where(is_tenant, accepted=[TENANT], refused=["https://gone.tenants.example"]),
    ]
    for policy in (BY_ORIGIN, PROMISED, CLOSED_BY_DEFAULT, Policy(origins=patterns)):
        policy.may_read(APP, path="/api/x")

        assert policy == eval(repr(policy), names)  # noqa: S307 - our own text
        assert policy == pickle.loads(pickle.dumps(policy)) == copy.deepcopy(policy)  # noqa: S301 - our own bytes
        assert hash(policy) == hash(copy.deepcopy(policy))


def test_every_rule_can_be_read_off() -> None:
    assert (OPEN, CLOSED, OPEN) == CLOSED_BY_DEFAULT.rules
    assert 4 == len(BY_ORIGIN.rules)
    assert [(TENANT,), (ANY,)] == [BY_ORIGIN.rules[2].origins, BY_ORIGIN.rules[1].methods]
