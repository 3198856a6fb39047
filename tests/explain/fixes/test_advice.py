"""
Advice: what can be done beyond headers, and the true cause where a missing header hides it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from browsercors import Answer, Browser, Reason, ScriptedServer
from browsercors.explain.fixes import advice as table
from browsercors.explain.fixes.advice import ADVICE, SOCKET_ADVICE
from browsercors.explain.fixes.page_changes import PAGE_CHANGES
from browsercors.explain.fixes.server_changes import SERVER_CHANGES
from tests.explain.pages import ALLOW, API, reported
from tests.traps.pages import ask

if TYPE_CHECKING:
    from browsercors.browser.loads import LoadResult
    from browsercors.explain.fixes.advice import Advice, Scene

LOG_IN = {"Location": "https://idp.example/login"}

SITUATIONS: list[tuple[str, Answer, dict[str, Any], str]] = [
    ("nothing where headers are all there is to it", Answer(), {}, ""),
    ("nothing of a method", Answer(204, ALLOW), {"method": "PUT"}, ""),
    (
        "401 in place of a log-in",
        Answer(302, LOG_IN),
        {},
        "The server redirects to a log-in, https://idp.example/login.",
    ),
    (
        "the same, if the redirect lets through",
        Answer(302, {**ALLOW, **LOG_IN}),
        {},
        "The server redirects to a log-in",
    ),
    ("the same for a preflight", Answer(302, LOG_IN), {"method": "PUT"}, "The server redirects to a log-in"),
    (
        "the same where redirects are errors",
        Answer(302, {**ALLOW, **LOG_IN}),
        {"redirect": "error"},
        "The server redirects to a log-in",
    ),
    (
        "no log-in for OPTIONS (401)",
        Answer(401),
        {"method": "PUT"},
        "Headers alone do not help: the server refused the preflight (401)",
    ),
    (
        "no log-in for OPTIONS (403 that asks for one)",
        Answer(403, {"WWW-Authenticate": "Bearer"}),
        {"method": "PUT"},
        "Headers alone do not help: the server asked the preflight to log in (403, WWW-Authenticate)",
    ),
    (
        "who refused (403)",
        Answer(403, json={"error": "forbidden"}),
        {"method": "PUT"},
        (
            "Headers alone do not help: the preflight response has status 403, and it has to be 200 to 299. Nothing in "
            "the response says who refused"
        ),
    ),
    (
        "a question, where several layers answer alike (an empty 403)",
        Answer(403),
        {"method": "PUT"},
        (
            "Headers alone do not help: the preflight response has status 403, and it has to be 200 to 299. Its body "
            "is empty, and nothing says who refused. The CORS layers of gin-contrib/cors, Ktor"
        ),
    ),
    (
        "the same question of a request",
        Answer(403),
        {},
        "The server answered 403. Its body is empty, and nothing says who refused. The CORS layers of gin-contrib/cors",
    ),
    (
        "the list of the CORS layer (403 with its headers)",
        Answer(403, ALLOW),
        {"method": "PUT"},
        (
            "Headers alone do not help: the preflight response has status 403, and it has to be 200 to 299. "
            "The response has "
            "headers that a CORS layer writes"
        ),
    ),
    (
        "the list of the CORS layer (400 that varies by origin)",
        Answer(400, {"Vary": "Origin"}),
        {"method": "PUT"},
        (
            "Headers alone do not help: the preflight response has status 400, and it has to be 200 to 299. "
            "The response has "
            "headers that a CORS layer writes"
        ),
    ),
    (
        "routes after CORS (404)",
        Answer(404),
        {"method": "PUT"},
        (
            "Headers alone do not help: the preflight response has status 404, and it has to be 200 to 299. "
            "Servers answer so "
            "where no route takes OPTIONS"
        ),
    ),
    ("nothing but the cause", Answer(403, {}, "Invalid CORS request"), {"method": "PUT"}, ""),
    (
        "another status",
        Answer(500),
        {"method": "PUT"},
        "Headers alone do not help: the preflight response has status 500",
    ),
    (
        "another status, with headers",
        Answer(418, ALLOW),
        {"method": "PUT"},
        "Headers alone do not help: the preflight response has status",
    ),
    (
        "the canonical URL",
        Answer(307, {"Location": "/x/"}),
        {"method": "PUT"},
        "Headers alone do not help: browsers do not follow",
    ),
    ("the log of the server", Answer(500), {}, "The fault is the 500"),
    ("which layer", Answer(404), {}, "The server answered 404, without any header of CORS. Either"),
    (
        "the list of origins",
        Answer(404, {"Vary": "Origin"}),
        {},
        "The server answered 404, and a CORS layer took part: look at its list of origins first.",
    ),
    ("an origin for the page", Answer(), {"page": "data:text/html,x"}, "Do not allow null: every sandboxed page has"),
    (
        "no redirects",
        Answer(302, {**ALLOW, "Location": "https://cdn.example/"}),
        {},
        "No header should help here: a foreign origin redirected",
    ),
    (
        "a server that runs",
        Answer.broken(),
        {},
        "No header helps here: there was no response to carry one.",
    ),
    (
        "what is mounted",
        Answer(302, {**ALLOW, "Location": "https://no.example/"}),
        {},
        "Mount a server for this origin",
    ),
    (
        "the redirects",
        Answer(302, {**ALLOW, "Location": "/"}),
        {},
        "No header helps here: there are too many redirects",
    ),
    ("the location", Answer(302, {**ALLOW, "Location": "https://["}), {}, "Have the server send one Location"),
]


@pytest.mark.parametrize(("_story", "answer", "options", "begin"), SITUATIONS, ids=[row[0] for row in SITUATIONS])
def test_the_advice_is(_story: str, answer: Answer, options: dict[str, Any], begin: str) -> None:
    servers = {API: {"/": answer}, "https://cdn.example": {"*": Answer()}, "https://idp.example": {"*": Answer()}}

    advice = ask(servers, **options).report().advice

    assert begin == advice[: len(begin)]
    assert bool(begin) is bool(advice)


@pytest.mark.parametrize("reason", sorted(ADVICE, key=str))
def test_every_reason_of_the_table_is_advised_in_whole_sentences(reason: Reason) -> None:
    advice = reported(reason).advice

    assert advice.endswith(".")
    assert "{" not in advice


def test_what_neither_server_nor_page_can_change_has_advice() -> None:
    # NB: the advice about a policy of the page names what to add, that about an element the browsers that know it.
    assert {Reason.CONTENT_SECURITY_POLICY, Reason.LOAD_NOT_SUPPORTED} == (
        set(Reason) - ADVICE.keys() - SOCKET_ADVICE.keys() - SERVER_CHANGES.keys() - PAGE_CHANGES.keys()
    )


def advised(scene: Scene) -> str:
    """
    Return what is advised in a scene.
    """
    sample = scene.answer
    answer = Answer(sample.status, list(sample.headers), sample.body)
    headers = {"Content-Security-Policy": scene.policy} if scene.policy else None
    servers = {API: {"/": answer}, "https://cdn.example": {"*": Answer()}, "https://idp.example": {"*": Answer()}}
    if scene.load:
        with Browser("chromium") as browser:
            for origin, answers in servers.items():
                browser.mount(origin, ScriptedServer(answers))
            result: LoadResult = getattr(browser.open(scene.page, headers=headers), scene.load)(f"{API}/")
            return result.report().advice
    return ask(servers, page=scene.page, method=scene.method, page_headers=headers).report().advice


def begin_of(advice: Advice) -> str:
    """
    Return the words of advice by which it is told from all others, up to what is filled in.
    """
    return max(re.split(r"\{\w+\}", advice.text.text), key=len)


@pytest.mark.parametrize("advice", table.SITUATIONS, ids=[begin_of(each)[:60] for each in table.SITUATIONS])
def test_advice_is_given_where_it_is_true_and_not_beside_it(advice: Advice) -> None:
    assert begin_of(advice) in advised(advice.holds)
    assert begin_of(advice) not in advised(advice.fails)


POLICY_CASES = [
    # the page's policy, what the advice says
    ("connect-src 'self'", f"Add {API} to the connect-src of the page's Content-Security-Policy."),
    ("default-src 'self'", f"Give the policy a connect-src that lists {API},"),
]


@pytest.mark.parametrize(("policy", "part"), POLICY_CASES)
def test_the_advice_about_a_policy_names_what_to_add(policy: str, part: str) -> None:
    report = ask({API: {"/": Answer()}}, page_headers={"Content-Security-Policy": policy}).report()

    assert part in report.advice
    assert report.advice.startswith("No CORS header helps")
    assert () == report.fixes
