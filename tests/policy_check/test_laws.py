"""
Laws without a policy: each is broken by a server of its own, and kept by the reference server.
"""

from __future__ import annotations

import itertools
import time
from typing import TYPE_CHECKING, Any

import pytest

from browsercors import (
    ANY_ORIGIN,
    Answer,
    Policy,
    PolicyViolation,
    ScriptedServer,
    check_laws,
    find_broken_laws,
    find_violations,
)
from browsercors.policy.reference_server import ReferenceServer
from tests.policy_check.mutants import FAULTS, POLICIES, ROUTES

if TYPE_CHECKING:
    from browsercors.values.wire import HTTPRequest

APP = "https://app.example.com"

BROKEN_CASES = [
    # fault                                         policy          what is found
    ("origin: reflected for those with a cookie", "one origin", "credentials-widen"),
    ("answer: without origin", "credentials", "preflight-disagrees"),
    ("answer: without credentials", "credentials", "preflight-disagrees"),
    ("origin: who asked first, for ever", "any", None),
    ("dropped: Vary", "credentials", "order-matters"),
]


@pytest.mark.parametrize("name", POLICIES)
def test_the_reference_server_keeps_the_laws(name: str) -> None:
    assert () == find_broken_laws(
        ReferenceServer(POLICIES[name], ROUTES), allowed_origins=[APP, "https://shop.example.org:8443"]
    )


@pytest.mark.parametrize(("fault", "policy_name", "kind"), BROKEN_CASES)
def test_a_broken_law_is_found(fault: str, policy_name: str, kind: str | None) -> None:
    server = FAULTS[fault](POLICIES[policy_name], ROUTES)
    found = find_broken_laws(server, allowed_origins=[APP, "https://shop.example.org:8443"])

    assert ({kind} if kind else set()) == {each.kind.value for each in found}
    for violation in found:
        with pytest.raises(AssertionError):
            exec(violation.snippet, {"app": FAULTS[fault](POLICIES[policy_name], ROUTES)})  # noqa: S102


def cacheable(lines: dict[str, str], *, vary: bool = True, bare_304: bool = False) -> ScriptedServer:
    """
    Make a server that allows one origin, with answers that browsers keep and ask about.
    """

    def answer(request: HTTPRequest) -> Answer:
        origin = request.headers.get(b"origin")
        granted = {"Access-Control-Allow-Origin": APP} if origin == APP.encode() else {}
        headers = {**lines, **granted, **({"Vary": "Origin"} if vary else {})}
        if request.headers.get(b"if-none-match") == b'"1"':
            return Answer(304, {} if bare_304 else headers)
        return Answer(200, headers, b"body")

    return ScriptedServer({"OPTIONS *": Answer(204, {"Access-Control-Allow-Origin": APP}), "*": answer})


KEPT_CASES = [
    {"Cache-Control": "max-age=600"},
    {"Cache-Control": "private, max-age=0, must-revalidate", "ETag": '"1"'},
    {"ETag": '"1"'},
    {"Last-Modified": "Thu, 01 Jan 2015 00:00:00 GMT"},
]


@pytest.mark.parametrize("lines", KEPT_CASES)
def test_answers_that_browsers_keep_break_no_law_if_they_vary(lines: dict[str, str]) -> None:
    policy = Policy(origins=[APP])
    found = find_violations(cacheable(lines), policy, methods=["GET", "HEAD"], max_examples=10)

    assert () == found
    assert () == find_broken_laws(cacheable(lines), allowed_origins=[APP])
    # NB: what has to be confirmed each time comes right by that.
    if lines.get("ETag") is None or "max-age=600" in lines.values():
        assert find_violations(cacheable(lines, vary=False), policy, methods=["GET", "HEAD"], max_examples=10)


def test_a_304_that_names_no_origin_spoils_what_varies() -> None:
    server = cacheable({"ETag": '"1"'}, bare_304=True)
    found = find_violations(server, Policy(origins=[APP]), methods=["GET", "HEAD"], max_examples=0)

    assert ["refused after a request without Origin"] == [violation.code for violation in found]
    assert {"chromium"} == {violation.browser for violation in found}
    assert () == find_violations(
        server, Policy(origins=[APP]), methods=["GET", "HEAD"], max_examples=0, browsers=["webkit"]
    )


def test_a_server_that_remembers_who_asked_breaks_the_law_by_itself() -> None:
    class LastAsker(ReferenceServer):
        """
        Allows whoever asked before.
        """

        before = ""

        def origin_lines(self, rule: Policy, environ: Any) -> Any:
            lines = [("Access-Control-Allow-Origin", self.before)] if self.before else []
            self.before = environ.get("HTTP_ORIGIN", "")
            return lines

    with pytest.raises(PolicyViolation, match="depends on who asked before"):
        check_laws(LastAsker(Policy(origins=[APP])), allowed_origins=[APP])


def test_an_origin_that_is_none_is_named() -> None:
    with pytest.raises(ValueError, match=r"app\.example\.com"):
        find_broken_laws(ReferenceServer(Policy(origins=[APP])), allowed_origins=["app.example.com"])


HANGING = [
    # after how many requests, the laws that were broken before
    (0, set()),
    (60, {"credentials-widen"}),
    # NB: behind a cache, where pages are compared with what they get alone.
    (300, {"credentials-widen"}),
    (301, {"credentials-widen"}),
    (302, {"credentials-widen"}),
]


@pytest.mark.parametrize(("count", "broken"), HANGING)
def test_an_application_that_hangs_ends_the_search_and_what_was_found_is_not_lost(count: int, broken: set[str]) -> None:
    server = FAULTS["origin: reflected for those with a cookie"](POLICIES["one origin"], ROUTES)
    calls = itertools.count()

    def hanging(environ: Any, start_response: Any) -> Any:
        if next(calls) >= count:
            time.sleep(60)
        return server(environ, start_response)

    found = find_broken_laws(hanging, allowed_origins=[APP], timeout=0.05)

    assert {*broken, "no-answer"} == {each.kind.value for each in found}
    assert "nothing was tried after that" in found[-1].sentence


@pytest.mark.parametrize(
    ("server", "code"),
    [(ScriptedServer(default=Answer.broken()), "connection-failed"), ("http://127.0.0.1:2", "connection-failed")],
)
def test_a_server_that_gives_no_answer_does_not_keep_the_laws(server: Any, code: str) -> None:
    found = find_broken_laws(server, allowed_origins=[APP], timeout=1, budget=8)

    assert [("no-answer", code)] == [(each.kind.value, each.code) for each in found]
    assert found[0].sentence.startswith("The server gave no answer to GET https://api.example.com/")


WRONG_CASES = [
    # arguments, what is said
    ({"allowed_origins": 5}, "allowed_origins has to be a list, such as ['https://app.example.com'], not 5"),
    ({"allowed_origins": f"{APP}/"}, "allowed_origins: 'https://app.example.com/' has a trailing slash"),
    ({"allowed_origins": [APP, "null"]}, "allowed_origins: 'null' is the origin of every sandboxed frame"),
    ({"paths": "/"}, "paths has to be a list with at least one item, such as ['/items/'], not '/'"),
    ({"methods": ["TRACE"]}, "methods has to hold methods that pages can use, such as 'PUT', not 'TRACE'"),
    ({"budget": 0}, "budget has to be 1 or more, a whole number, not 0"),
    ({"timeout": None}, "timeout has to be a number of seconds above 0, such as 10, not None"),
]


@pytest.mark.parametrize(("arguments", "message"), WRONG_CASES)
def test_a_wrong_argument_is_named_with_its_value(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the message is what is looked at
        find_broken_laws(ReferenceServer(Policy(origins=[APP])), **arguments)
    assert message in str(caught.value)


@pytest.mark.parametrize("function", [check_laws, find_broken_laws])
def test_the_old_name_of_an_argument_tells_the_new_one(function: Any) -> None:
    with pytest.raises(TypeError, match=rf"{function.__name__}\(\) has no argument 'origins'; it is 'allowed_origins'"):
        function(ReferenceServer(Policy(origins=[APP])), origins=[APP])


@pytest.mark.parametrize("allowed", [APP, [APP], "https://*.example.com", ["http://localhost:*"], "*", ANY_ORIGIN])
def test_origins_take_all_forms(allowed: Any) -> None:
    server = ReferenceServer(Policy(origins=allowed))

    assert () == find_broken_laws(server, allowed_origins=allowed, browsers=["chromium"], budget=60)
