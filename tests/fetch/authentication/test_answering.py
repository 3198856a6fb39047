"""
What the browser knows of users and passwords, and how it answers a server that asks for them.
"""

from __future__ import annotations

import asyncio
import hashlib
from base64 import b64encode
from typing import TYPE_CHECKING, Any

import pytest

from browsercors import Answer, AsyncBrowser, Browser, Reason, ScriptedServer
from browsercors.engines.standard.authentication import directory
from browsercors.engines.webkit.authentication import directory_without_slash
from browsercors.fetch.authentication.entries import (
    MOST_ENTRIES,
    MOST_PATHS,
    AuthenticationEntry,
    AuthenticationStore,
    Login,
)
from browsercors.values.formats.challenges import Challenge
from browsercors.values.urls import parse_url

if TYPE_CHECKING:
    from browsercors import FetchResult
    from browsercors.values.literals import BrowserName
    from browsercors.values.urls import URL

APP, API = "https://app.example.com", "https://api.example.org"
GRANT = (("Access-Control-Allow-Origin", APP), ("Access-Control-Allow-Credentials", "true"))
SENT = "Basic " + b64encode(b"user:pass").decode()


def asked(*headers: tuple[str, str], challenge: str = 'Basic realm="x"') -> Answer:
    return Answer(401, headers=[("WWW-Authenticate", challenge), *headers], body="who?")


def browser_of(name: BrowserName, *answers: Answer, origin: str = APP, path: str = "*", **options: Any) -> Browser:
    browser = Browser(name, **options)
    browser.mount(origin, ScriptedServer({path: list(answers)}))
    return browser


def sent_by(result: FetchResult) -> list[str | None]:
    """
    Return the `Authorization` of each request.
    """
    return [exchange.request_headers.get("Authorization") for exchange in result.exchanges]


def md5(text: bytes) -> str:
    return hashlib.md5(text, usedforsecurity=False).hexdigest()


def url(text: str) -> URL:
    parsed = parse_url(text)
    assert parsed is not None
    return parsed


def test_what_open_was_given_answers_a_challenge_and_the_page_never_sees_the_401() -> None:
    page = browser_of("chromium", asked(), Answer(200, body="welcome")).open(f"{APP}/")
    result = page.xhr("GET", "/x", user="user", password="pass")

    assert (200, "welcome") == (result.status, result.text())
    assert [None, SENT] == sent_by(result)
    assert ["challenge", "actual"] == [exchange.kind.value for exchange in result.exchanges]


def test_a_body_is_sent_again() -> None:
    page = browser_of("chromium", asked(), Answer(200)).open(f"{APP}/")
    result = page.xhr("POST", "/x", body="data", user="user", password="pass")

    assert [b"data", b"data"] == [exchange.request_body for exchange in result.exchanges]


def test_what_is_wrong_is_tried_once() -> None:
    page = browser_of("chromium", asked()).open(f"{APP}/")
    result = page.xhr("GET", "/x", user="user", password="wrong")

    assert 401 == result.status
    assert 2 == len(result.exchanges)


@pytest.mark.parametrize(
    ("path", "is_sent"),
    [
        pytest.param("/dir/y", True, id="a sibling"),
        pytest.param("/dir/sub/y", True, id="below"),
        pytest.param("/dir/", True, id="the directory"),
        pytest.param("/dir", False, id="above"),
        pytest.param("/dirs/y", False, id="elsewhere"),
    ],
)
def test_what_was_taken_is_sent_unasked_below_its_path(path: str, is_sent: bool) -> None:
    page = browser_of("chromium", asked(), Answer(200)).open(f"{APP}/")
    page.xhr("GET", "/dir/x", user="user", password="pass")

    assert [SENT if is_sent else None] == sent_by(page.fetch(path))


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        pytest.param({}, [SENT], id="same-origin"),
        pytest.param({"credentials": "include"}, [SENT], id="include"),
        pytest.param({"credentials": "omit"}, [None], id="omit"),
        pytest.param({"headers": {"Authorization": "Bearer t"}}, ["Bearer t"], id="the page has its own"),
        pytest.param({"method": "POST", "body": "x"}, [SENT], id="post"),
    ],
)
def test_only_credentialed_requests_say_who_is_there(options: Any, expected: list[str | None]) -> None:
    browser = browser_of("chromium", Answer(200))
    browser.authenticate(APP, "user", "pass")

    assert expected == sent_by(browser.open(f"{APP}/").fetch("/x", **options))


def test_a_preflight_never_says_who_is_there() -> None:
    allowing = Answer(204, headers=[*GRANT, ("Access-Control-Allow-Methods", "PUT")])
    browser = browser_of("chromium", allowing, Answer(200, headers=GRANT), origin=API)
    browser.authenticate(API, "user", "pass")
    result = browser.open(f"{APP}/").fetch(f"{API}/x", method="PUT", credentials="include")

    assert result.readable
    assert [None, SENT] == sent_by(result)


def test_cors_is_asked_about_the_last_response_only() -> None:
    browser = browser_of("chromium", asked(challenge="Digest realm=x, nonce=n"), Answer(200, headers=GRANT), origin=API)
    browser.authenticate(API, "user", "pass")

    assert browser.open(f"{APP}/").fetch(f"{API}/x", credentials="include").readable


@pytest.mark.parametrize(
    ("challenge", "kind"),
    [
        pytest.param('Basic realm="x"', "Basic", id="basic"),
        pytest.param('Digest realm="x", nonce="n"', "Digest", id="digest"),
        pytest.param('Bearer realm="x"', None, id="of a scheme that scripts answer"),
        pytest.param("Negotiate", None, id="of a scheme without passwords"),
        pytest.param("", None, id="empty"),
        pytest.param('Digest realm="x", nonce="n", algorithm=FOO', None, id="of an unknown algorithm"),
    ],
)
def test_only_basic_and_digest_are_answered(challenge: str, kind: str | None) -> None:
    page = browser_of("chromium", asked(challenge=challenge), Answer(200)).open(f"{APP}/")
    result = page.xhr("GET", "/x", user="user", password="pass")

    assert [None, *([kind] if kind else [])] == [sent and sent.partition(" ")[0] for sent in sent_by(result)]


def test_digest_is_what_its_rfc_says() -> None:
    """
    The example of RFC 7616, section 3.9.1, but for the number that the client draws.
    """
    challenge = (
        'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=MD5, '
        'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
    )
    page = browser_of("chromium", asked(challenge=challenge), Answer(200)).open(f"{APP}/")
    value = sent_by(page.xhr("GET", "/dir/index.html", user="Mufasa", password="Circle of Life"))[-1]
    assert value is not None
    parts = dict(part.split("=", 1) for part in value.removeprefix("Digest ").split(", "))
    own = parts["cnonce"].strip('"')
    first = md5(b"Mufasa:http-auth@example.org:Circle of Life")
    second = md5(b"GET:/dir/index.html")
    nonce = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"
    proof = md5(f"{first}:{nonce}:00000001:{own}:auth:{second}".encode())

    assert f'"{proof}"' == parts["response"]
    assert ('"Mufasa"', '"/dir/index.html"', "MD5", "auth", "00000001") == tuple(
        parts[name] for name in ("username", "uri", "algorithm", "qop", "nc")
    )
    assert '"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"' == parts["opaque"]


def test_each_answer_of_one_nonce_has_its_number() -> None:
    page = browser_of("chromium", asked(challenge='Digest realm="x", nonce="n", qop="auth"'), Answer(200)).open(
        f"{APP}/"
    )
    first = page.xhr("GET", "/x", user="user", password="pass")
    second = page.fetch("/y")

    assert ["nc=00000001" in str(sent_by(first)[-1]), "nc=00000002" in str(sent_by(second)[-1])] == [True, True]


def test_nobody_is_asked_and_the_page_sees_the_401() -> None:
    result = browser_of("chromium", asked()).open(f"{APP}/").fetch("/x")

    assert (True, 401, "who?") == (result.readable, result.status, result.text())
    assert "password-prompt" in [surprise.code for surprise in result.report().surprises]


def test_where_nobody_answers_there_is_no_verdict() -> None:
    result = browser_of("chromium", asked(), on_challenge="wait").open(f"{APP}/").fetch("/x")

    assert result.block is not None
    assert Reason.AUTHENTICATION_PROMPT is result.block.reason
    assert "undecided" == result.report().verdict


def test_a_401_that_is_answered_is_not_stored() -> None:
    stored = ("Cache-Control", "max-age=600")
    page = browser_of("chromium", asked(stored), Answer(200, headers=[stored], body="welcome")).open(f"{APP}/")

    assert ["welcome", "welcome"] == [
        page.xhr("GET", "/x", user="user", password="pass").text(),
        page.fetch("/x").text(),
    ]


def test_a_cookie_of_the_401_goes_with_the_answer() -> None:
    page = browser_of("chromium", asked(("Set-Cookie", "id=1")), Answer(200)).open(f"{APP}/")
    result = page.xhr("GET", "/x", user="user", password="pass")

    assert [None, "id=1"] == [exchange.request_headers.get("Cookie") for exchange in result.exchanges]


def test_it_is_the_same_with_await() -> None:
    async def run() -> FetchResult:
        browser = AsyncBrowser("chromium")
        browser.mount(APP, ScriptedServer({"*": [asked(), Answer(200, body="welcome")]}))
        return await browser.open(f"{APP}/").xhr("GET", "/x", user="user", password="pass")

    assert [None, SENT] == sent_by(asyncio.run(run()))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(("api.example.com", "me", "x"), "origin has to be an origin", id="no scheme"),
        pytest.param((f"{API}/path", "me", "x"), "origin has to be an origin", id="a path"),
        pytest.param((API, "a:b", "x"), "user must not have a colon", id="a colon"),
        pytest.param((API, None, "x"), "user has to be a str", id="no user"),
        pytest.param((API, "me", b"x"), "password has to be a str", id="bytes"),
    ],
)
def test_the_callers_mistakes_are_named(arguments: Any, message: str) -> None:
    with pytest.raises((TypeError, ValueError), match=message):
        Browser().authenticate(*arguments)


def test_an_unknown_way_to_take_challenges_is_named() -> None:
    with pytest.raises(ValueError, match="on_challenge has to be 'cancel' or 'wait', not 'ask'"):
        Browser(on_challenge="ask")  # type: ignore[arg-type]


def test_a_store_is_bounded() -> None:
    store = AuthenticationStore()
    login = Login("user", "pass")
    for number in range(3 * MOST_ENTRIES):
        realm = b"%d" % number
        store.add(None, url(APP), f"/{number}/", AuthenticationEntry(realm, login, challenge=Challenge(b"basic", {})))
        store.add(None, url(APP), f"/same/{number}/", AuthenticationEntry(b"same", login))
    kept = [store.for_realm(None, url(APP), b"%d" % number) for number in range(3 * MOST_ENTRIES)]
    same = store.for_realm(None, url(APP), b"same")

    assert MOST_ENTRIES - 1 == sum(entry is not None for entry in kept)
    assert same is not None
    assert MOST_PATHS == len(same.paths)


def test_a_store_forgets() -> None:
    browser = browser_of("chromium", Answer(200))
    browser.authenticate(APP, "user", "pass")
    store = browser.user_agent.authentication
    assert store is not None
    assert f"<AuthenticationStore {APP}>" == repr(store)
    store.clear()

    assert "<AuthenticationStore empty>" == repr(store)
    assert [None] == sent_by(browser.open(f"{APP}/").fetch("/x"))


@pytest.mark.parametrize(
    ("path", "expected", "in_webkit"),
    [("/a/b", "/a/", "/a"), ("/a/", "/a/", "/a"), ("/", "/", "/"), ("/a", "/", "/")],
)
def test_a_directory_ends_with_a_slash_but_in_webkit(path: str, expected: str, in_webkit: str) -> None:
    assert (expected, in_webkit) == (directory(path), directory_without_slash(path))


CHALLENGED_BY_LOGIN = [
    ("chromium", "same-origin", [None, SENT]),
    ("chromium", "cross-origin", [None]),
    ("firefox", "cross-origin", [None, SENT]),
    ("webkit", "cross-origin", [None]),
    ("standard", "cross-origin", [None]),
]


@pytest.mark.parametrize(("name", "where", "expected"), CHALLENGED_BY_LOGIN)
def test_what_open_was_given_is_for_the_own_origin_but_in_firefox(
    name: BrowserName, where: str, expected: list[str | None]
) -> None:
    origin = APP if where == "same-origin" else API
    page = browser_of(name, asked(*GRANT), Answer(200, headers=GRANT), origin=origin).open(f"{APP}/")

    assert expected == sent_by(page.xhr("GET", f"{origin}/x", user="user", password="pass", with_credentials=True))


ASKING = [
    ("chromium", APP, True),
    ("chromium", API, True),
    ("firefox", API, True),
    ("webkit", APP, True),
    ("webkit", API, False),
    ("standard", API, False),
]


@pytest.mark.parametrize(("name", "origin", "asks"), ASKING)
def test_browsers_ask_the_visitor_in_different_places(name: BrowserName, origin: str, asks: bool) -> None:
    page = browser_of(name, asked(*GRANT), origin=origin, on_challenge="wait").open(f"{APP}/")
    result = page.fetch(f"{origin}/x", credentials="include")

    assert asks is (result.block is not None and result.block.reason is Reason.AUTHENTICATION_PROMPT)


def test_webkit_puts_what_it_knows_in_the_place_of_what_the_page_has_set() -> None:
    browser = browser_of("webkit", Answer(200))
    browser.authenticate(APP, "user", "pass")

    assert [SENT] == sent_by(browser.open(f"{APP}/").fetch("/x", headers={"Authorization": "Bearer t"}))
