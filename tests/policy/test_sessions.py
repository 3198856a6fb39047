"""
Fetches and sessions as values.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import given, strategies as st

from browsercors import ANY_ORIGIN, Browser, FetchResult, FetchTypeError, Policy, which_request
from browsercors.policy.reference_server import ReferenceServer
from browsercors.policy.sessions import Advance, ChangePolicy, Clear, Fetch, Load, Memory, Session, Visit
from browsercors.strategies import loads

if TYPE_CHECKING:
    from collections.abc import Iterator

APP: Final = "https://app.example.com"
EVIL: Final = "https://evil.example"
API: Final = "https://api.example.com"
POLICY: Final = Policy(origins=[APP], methods=["PUT"], max_age=60, credentials=True)

GET: Final = Fetch(f"{API}/")
PUT: Final = Fetch(f"{API}/", method="PUT")
LONG: Final = Fetch(
    f"{API}/",
    method="POST",
    headers=(("X-A", "1"),),
    body=b"\x00",
    credentials="include",
    mode="same-origin",
    redirect="error",
    cache="no-store",
)


@pytest.fixture
def browser() -> Iterator[Browser]:
    with Browser("standard") as browser:
        yield browser


def test_a_fetch_has_all_that_it_was_given(browser: Browser) -> None:
    server = ReferenceServer(Policy(origins=[APP], headers=["X-A"]))
    browser.mount(API, server)
    page = browser.open(APP)

    blocked = LONG.run(page)
    sent = Fetch("/", method="POST", body=b"\x00", headers=(("X-A", "1"),)).run(browser.open(API))

    assert blocked.block is not None
    assert [] == blocked.exchanges
    assert (b"\x00", "1") == (sent.exchanges[0].request_body, sent.exchanges[0].request_headers["X-A"])


def test_what_fetch_would_throw_is_raised(browser: Browser) -> None:
    with pytest.raises(FetchTypeError):
        Fetch(API, method="TRACE").run(browser.open(APP))


SESSIONS: list[tuple[tuple[Any, ...], list[bool], list[bool]]] = [
    # steps                                                           readable       preflighted
    ((PUT, PUT), [True, True], [True, False]),
    ((PUT, Advance(61), PUT), [True, True], [True, True]),
    ((PUT, Clear(Memory.PREFLIGHTS), PUT), [True, True], [True, True]),
    ((PUT, Clear(Memory.COOKIES), PUT), [True, True], [True, False]),
    ((PUT, Visit(APP), PUT), [True, True], [True, False]),
    ((PUT, Visit(EVIL), PUT), [True, False], [True, True]),
    ((GET, Visit("null"), GET), [True, False], [False, False]),
    ((Visit("null"), GET, ChangePolicy(Policy(origins=ANY_ORIGIN)), GET), [False, True], [False, False]),
    ((), [], []),
]


@pytest.mark.parametrize(("steps", "readable", "preflighted"), SESSIONS)
def test_steps_are_taken_in_order(
    browser: Browser, steps: tuple[Any, ...], readable: list[bool], preflighted: list[bool]
) -> None:
    server = ReferenceServer(POLICY)
    browser.mount(API, server)

    results = Session((Visit(APP), *steps)).run(browser, server=server)

    assert readable == [result.readable for result in results]
    assert preflighted == [result.preflighted for result in results]


def test_cookies_are_cleared(browser: Browser) -> None:
    browser.set_cookie("a", "1", domain="api.example.com")

    Session((Visit(APP), Clear(Memory.PREFLIGHTS))).run(browser)
    assert 1 == len(list(browser.cookies))
    Session((Visit(APP), Clear(Memory.COOKIES))).run(browser)
    assert [] == list(browser.cookies)


def test_a_session_begins_with_a_page() -> None:
    for steps in ((), (GET, Visit(APP))):
        with pytest.raises(ValueError, match="steps has to begin with a Visit, such as Visit"):
            Session(steps)


def test_a_policy_is_changed_at_a_server(browser: Browser) -> None:
    with pytest.raises(ValueError, match="server has to be given, as there are steps that change its policy"):
        Session((Visit(APP), ChangePolicy(POLICY))).run(browser)


def test_a_visit_is_to_an_origin() -> None:
    with pytest.raises(ValueError, match="has a trailing slash"):
        Visit(f"{APP}/")


def test_steps_are_written_as_the_python_that_makes_them() -> None:
    session = Session((Visit("null"), LONG, GET, Advance(5), Clear(Memory.COOKIES), ChangePolicy(POLICY)))

    assert session == eval(repr(session))  # noqa: S307 - our own text
    assert f"Fetch('{API}/', method='PUT')" == repr(PUT)


LOADS: list[tuple[Load, str, str, str]] = [
    # what is loaded                                                 mode           credentials    in words
    (Load("image", API), "no-cors", "include", f"image {API}"),
    (Load("image", API, crossorigin=""), "cors", "same-origin", f'image {API} with crossorigin=""'),
    (
        Load("image", API, crossorigin="Use-Credentials"),
        "cors",
        "include",
        f'image {API} with crossorigin="Use-Credentials"',
    ),
    (
        Load("image", API, css_property="mask-image"),
        "cors",
        "same-origin",
        f'image {API} with css_property="mask-image"',
    ),
    (
        Load("image", API, css_property="cursor"),
        "no-cors",
        "include",
        f'image {API} with css_property="cursor"',
    ),
    (Load("script", API), "no-cors", "include", f"script {API}"),
    (Load("script", API, type="module"), "cors", "same-origin", f'script {API} with type="module"'),
    (Load("import_module", API), "cors", "same-origin", f"import module {API}"),
    (Load("font", API), "cors", "same-origin", f"font {API}"),
    (Load("track", API), "same-origin", "same-origin", f"track {API}"),
    (Load("preload", API, as_="style"), "no-cors", "include", f'preload {API} with as="style"'),
    (Load("modulepreload", API), "cors", "same-origin", f"modulepreload {API}"),
]


@pytest.mark.parametrize(("load", "mode", "credentials", "told"), LOADS)
def test_loads_say_how_they_ask(load: Load, mode: str, credentials: str, told: str) -> None:
    assert ("GET", (), mode, credentials, told) == (load.method, load.headers, load.mode, load.credentials, load.told)
    assert load == eval(repr(load))  # noqa: S307 - our own text


@given(loads(st.just(f"{API}/x")))
def test_their_modes_are_those_of_the_standard(load: Load) -> None:
    said = which_request(load.initiator, load.url, browser="standard", **load.attributes)

    # NB: a track of another origin without crossorigin is never asked for, and manifests are asked for like fetches.
    assert (said.mode, said.credentials) == (load.mode, load.credentials) or load.mode == "same-origin"


def test_what_is_loaded_takes_its_place_among_the_results(browser: Browser) -> None:
    browser.mount(API, ReferenceServer(POLICY))
    steps = (Load("image", f"{API}/"), GET, Visit(EVIL), Load("image", f"{API}/", crossorigin="anonymous"), GET)
    results = Session((Visit(APP), *steps)).results(browser)

    assert ["ImageResult", "FetchResult", "ImageResult", "FetchResult"] == [type(each).__name__ for each in results]
    assert [results[1], results[3]] == [each for each in results if isinstance(each, FetchResult)]


WRONG_LOADS: list[tuple[tuple[Any, ...], dict[str, Any], type[Exception], str]] = [
    (("img", API), {}, ValueError, "did you mean 'image'?"),
    (("image", API), {"type": "module"}, TypeError, "image has no attribute 'type'"),
    (("preload", API), {}, TypeError, "preload needs the attribute as_="),
]


@pytest.mark.parametrize(("arguments", "attributes", "error", "message"), WRONG_LOADS)
def test_a_load_that_is_none_is_named_at_once(
    arguments: tuple[Any, ...], attributes: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=re.escape(message)):
        Load(*arguments, **attributes)
