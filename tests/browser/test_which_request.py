"""
What a browser would send for a load is what it does send.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import given, strategies as st

from browsercors import Answer, Browser, Reason, ScriptedServer, which_request
from browsercors.browser.load_arguments import LOADS, NEEDED, LoadAttributes
from browsercors.browser.page_loads import PageLoads
from browsercors.strategies import loads

if TYPE_CHECKING:
    from browsercors.policy.sessions import Load
    from browsercors.values.literals import BrowserName

APP: Final = "https://app.example.com/"
API: Final = "https://api.example.com/a.png"
BROWSERS: Final = ("standard", "chromium", "firefox", "webkit", "chromium-pna")

SAID_CASES: list[tuple[str, dict[str, Any], str, tuple[object, ...]]] = [
    # what loads, with which attributes, where; the mode, the credentials mode, the destination, Origin, cookies
    ("image", {}, API, ("no-cors", "include", "image", False, True)),
    ("image", {"crossorigin": "anonymous"}, API, ("cors", "same-origin", "image", True, False)),
    ("image", {"crossorigin": "Use-Credentials"}, API, ("cors", "include", "image", True, True)),
    ("image", {"crossorigin": "yes"}, API, ("cors", "same-origin", "image", True, False)),
    ("image", {"css_property": "background-image"}, API, ("no-cors", "include", "image", False, True)),
    ("image", {"css_property": "mask-image"}, API, ("cors", "same-origin", "image", True, False)),
    ("script", {}, API, ("no-cors", "include", "script", False, True)),
    ("script", {"type": "module"}, API, ("cors", "same-origin", "script", True, False)),
    ("script", {"type": "module"}, "/own.js", ("cors", "same-origin", "script", True, True)),
    ("import_module", {"type": "json"}, API, ("cors", "same-origin", "json", True, False)),
    ("stylesheet", {}, API, ("no-cors", "include", "style", False, True)),
    ("font", {}, API, ("cors", "same-origin", "font", True, False)),
    ("media", {"element": "audio"}, API, ("no-cors", "include", "audio", False, True)),
    ("track", {"crossorigin": "anonymous"}, API, ("cors", "same-origin", "track", True, False)),
    ("preload", {"as_": "fetch", "crossorigin": "anonymous"}, API, ("cors", "same-origin", "", True, False)),
    ("modulepreload", {}, API, ("cors", "same-origin", "script", True, False)),
    ("prefetch", {}, API, ("no-cors", "include", "", False, True)),
    ("manifest", {"crossorigin": "use-credentials"}, API, ("cors", "include", "manifest", True, True)),
    ("worker", {}, "/own.js", ("same-origin", "same-origin", "worker", False, True)),
    ("worker", {"type": "module", "credentials": "omit"}, "/w.js", ("same-origin", "omit", "worker", False, False)),
    ("shared_worker", {"name": "a"}, "/own.js", ("same-origin", "same-origin", "sharedworker", False, True)),
    ("import_scripts", {}, API, ("no-cors", "include", "script", False, True)),
]


@pytest.mark.parametrize(
    ("initiator", "attributes", "url", "expected"),
    SAID_CASES,
    ids=[f"{case[0]} {' '.join(case[1].values())} {case[2]}" for case in SAID_CASES],
)
def test_it_says_what_is_sent(
    initiator: Any, attributes: dict[str, Any], url: str, expected: tuple[object, ...]
) -> None:
    asked = which_request(initiator, url, **attributes)

    assert asked.is_sent
    assert ("GET", None) == (asked.method, asked.refusal)
    assert expected == (asked.mode, asked.credentials, asked.destination, asked.sends_origin, asked.sends_cookies)
    assert asked.sends_origin == ("origin" in asked.headers)
    assert "cookie" not in asked.headers


BROWSER_CASES: list[tuple[str, dict[str, Any], str, tuple[object, ...]]] = [
    # what loads, with which attributes, in which browser; whether it is sent, the mode, the destination
    ("font", {}, "webkit", (True, "no-cors", "font")),
    ("font", {}, "firefox", (True, "cors", "font")),
    ("preload", {"as_": "font"}, "firefox", (True, "cors", "font")),
    ("preload", {"as_": "font"}, "chromium", (True, "no-cors", "font")),
    ("preload", {"as_": "document"}, "chromium", (False, "no-cors", "")),
    ("prefetch", {}, "webkit", (False, "no-cors", "")),
    ("manifest", {}, "firefox", (False, "cors", "manifest")),
    ("import_module", {"type": "json"}, "webkit", (True, "cors", "script")),
    ("track", {}, "webkit", (True, "no-cors", "track")),
    ("track", {}, "chromium", (False, "same-origin", "track")),
    ("worker", {}, "firefox", (False, "same-origin", "worker")),
]


@pytest.mark.parametrize(
    ("initiator", "attributes", "browser", "expected"),
    BROWSER_CASES,
    ids=[f"{case[0]} {' '.join(case[1].values())} in {case[2]}" for case in BROWSER_CASES],
)
def test_browsers_differ(
    initiator: Any, attributes: dict[str, Any], browser: Any, expected: tuple[object, ...]
) -> None:
    asked = which_request(initiator, API, browser=browser, **attributes)

    assert expected == (asked.is_sent, asked.mode, asked.destination)
    assert asked.is_sent == (asked.refusal is None)


REFUSED_CASES: list[tuple[str, str, Reason | None]] = [
    ("http://api.example.com:81/a.js", "https://app.example.com/", Reason.MIXED_CONTENT),
    ("https://api.example.com:25/a.js", "https://app.example.com/", Reason.BAD_PORT),
    ("https://exa mple/", "https://app.example.com/", Reason.URL_INVALID),
    ("data:text/javascript,1", "https://app.example.com/", None),
]


@pytest.mark.parametrize(("url", "page", "refusal"), REFUSED_CASES)
def test_what_is_not_sent_says_why(url: str, page: str, refusal: Reason | None) -> None:
    asked = which_request("script", url, page=page)

    assert (False, refusal, 0) == (asked.is_sent, asked.refusal, len(asked.headers))


@given(loads(st.sampled_from([API, "https://other.example/x", "/own"])), st.sampled_from(BROWSERS))
def test_it_is_what_a_browser_sends(load: Load, name: BrowserName) -> None:
    said = which_request(load.initiator, load.url, browser=name, **load.attributes)
    server = ScriptedServer(default=Answer())
    with Browser(name) as browser:
        for origin in ("https://api.example.com", "https://other.example", "https://app.example.com"):
            browser.mount(origin, server, address_space="public")
        result = load.run(browser.open(APP, address_space="public"))

    assert said.is_sent == bool(result.exchanges)
    for exchange in result.exchanges[:1]:
        assert said.url == exchange.url
        assert said.headers.lines == exchange.request_headers.lines


WRONG_CASES: list[tuple[tuple[Any, ...], dict[str, Any], type[Exception], str]] = [
    (("img",), {}, ValueError, "did you mean 'image'?"),
    (("Stylesheets",), {}, ValueError, "did you mean 'stylesheet'?"),
    (("css",), {}, ValueError, "did you mean 'stylesheet'?"),
    (("video",), {}, ValueError, "did you mean 'media'?"),
    (("module",), {}, ValueError, "did you mean 'script', with type='module'?"),
    (("link",), {}, ValueError, "what its rel says: 'stylesheet', 'preload'"),
    (("fetch",), {}, ValueError, "for what a script sends there are classify() and preflight_request()"),
    (("iframe",), {}, ValueError, "initiator has to be 'image', 'script'"),
    (("SharedWorker",), {}, ValueError, "did you mean 'shared_worker'?"),
    (("importScripts",), {}, ValueError, "did you mean 'import_scripts'?"),
    (("worker",), {"credentials": "all"}, ValueError, "credentials has to be one of 'omit', 'same-origin', 'include'"),
    (("worker",), {"name": 1}, TypeError, "name has to be a str such as 'sums', not 1"),
    (("import_scripts",), {"type": "module"}, TypeError, "import_scripts has no attribute 'type'; it has none"),
    ((None,), {}, ValueError, "'websocket' or 'import_scripts', not None"),
    (("image",), {"crossOrigin": "anonymous"}, TypeError, "did you mean 'crossorigin'?"),
    (("image",), {"cross_origin": "anonymous"}, TypeError, "did you mean 'crossorigin'?"),
    (("image",), {"referrerpolicy": "origin"}, TypeError, "did you mean 'referrer_policy'?"),
    (("image",), {"type": "module"}, TypeError, "image has no attribute 'type'; its attributes are crossorigin,"),
    (("font",), {"crossorigin": ""}, TypeError, "font has no attribute 'crossorigin'; it has none"),
    (("preload",), {}, TypeError, "preload needs the attribute as_=, such as as_='font'"),
    (("preload",), {"as": "font"}, TypeError, "did you mean 'as_'?"),
    (("script",), {"type": "text/javascript"}, ValueError, "type has to be one of 'classic', 'module'"),
    (("image",), {"crossorigin": True}, TypeError, "crossorigin has to be 'anonymous', 'use-credentials' or None"),
    (("image",), {"page": "app.example.com"}, ValueError, "page"),
    (("image",), {"browser": "chrome"}, ValueError, "chromium"),
]


@pytest.mark.parametrize(
    ("arguments", "given_attributes", "error", "message"),
    WRONG_CASES,
    ids=[f"{case[0][0]} {' '.join(case[1])}" for case in WRONG_CASES],
)
def test_what_is_wrong_is_named_with_what_is_near(
    arguments: tuple[Any, ...], given_attributes: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error) as caught:
        which_request(arguments[0], API, **given_attributes)

    assert message in str(caught.value)


def test_the_attributes_are_those_of_the_methods_of_a_page() -> None:
    assert {*LoadAttributes.__annotations__} == {each for attributes in LOADS.values() for each in attributes}
    for name, attributes in LOADS.items():
        parameters = dict(inspect.signature(getattr(PageLoads, name)).parameters)
        for other in ("seek_to", "stylesheet", "reconnections", "protocols"):
            parameters.pop(other, None)
        needed = [each.name for each in parameters.values() if each.default is each.empty and each.name in attributes]

        assert [*parameters] == ["self", "url", *attributes]
        assert needed == ([NEEDED[name]] if name in NEEDED else [])


@pytest.mark.parametrize(
    ("page", "message"), [(1, "page has to be a str"), ("x", "page has to be an absolute URL.*'x'")]
)
def test_a_page_that_is_no_url_is_named(page: Any, message: str) -> None:
    with pytest.raises((TypeError, ValueError), match=message):
        which_request("image", "/x", page=page)
