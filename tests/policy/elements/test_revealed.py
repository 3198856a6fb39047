"""
What loads reveal, and which responses they have a use for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from browsercors import Answer, Browser, Fetch, Load, ScriptedServer
from browsercors.policy.elements.revealed import is_data_script, loads_for, reads, revealed, shows_timing
from browsercors.values.headers import HeaderList
from browsercors.values.wire import HTTPResponse

if TYPE_CHECKING:
    from browsercors.values.literals import BrowserName, LoadName

APP: Final = "https://app.example.com"
URL: Final = "https://api.example.com/x"
PNG: Final = b"\x89PNG\r\n\x1a\n" + bytes(25)
OPEN: Final = {"Access-Control-Allow-Origin": APP, "Access-Control-Allow-Credentials": "true"}


def response(content_type: str, body: bytes, status: int = 200) -> HTTPResponse:
    return HTTPResponse(status, b"", HeaderList([(b"Content-Type", content_type.encode())]), body)


DATA_CASES = [
    # what it is                   the script                                        whether it is nothing but data
    ("a call", b'cb({"name": "Ada"})', True),
    ("with an end", b'cb({"name": "Ada"});\n', True),
    ("a name with dots", b"angular.callbacks._0([1]);", True),
    ("as Express does", b"/**/ typeof cb === 'function' && cb({\"id\": 7});", True),
    ("after a comment", b'/* begin */ cb({"id": 7})', True),
    ("a byte order mark", b'\xef\xbb\xbfcb({"id": 7})', True),
    ("two arguments", b'cb(1, {"id": 7})', True),
    ("an empty list", b"cb([])", True),
    ("a variable", b'var user = {"id": 7};', True),
    ("a constant", b'const user={"id": 7}', True),
    ("a member", b'window.user = {"id": 7};', True),
    ("no arguments", b"main();", False),
    ("a text alone", b'require("./main");', False),
    ("a number", b"start(7);", False),
    ("code", b'cb({"id": 7}); other();', False),
    ("a function", b"cb(function () {})", False),
    ("no JSON", b"cb({id: 7})", False),
    ("a comparison", b'user == {"id": 7}', False),
    ("JSON", b'{"id": 7}', False),
    ("an array", b"[1, 2]", False),
    ("an end of a comment is missing", b'/* cb({"id": 7})', False),
    ("nothing", b"", False),
]


@pytest.mark.parametrize(("body", "expected"), [case[1:] for case in DATA_CASES], ids=[case[0] for case in DATA_CASES])
def test_a_script_is_data_if_a_page_gets_them_by_running_it(body: bytes, expected: bool) -> None:
    assert expected == is_data_script(response("text/javascript", body))
    assert not is_data_script(response("application/json", body))
    assert not is_data_script(response("text/javascript", body + b" " * 1_000_000))


@pytest.mark.parametrize("piece", [b"/*", b"/**/", b"/* */", b"a.", b"a", b"cb([", b"(", b"=", b"typeof a"])
def test_a_hostile_script_ends(piece: bytes) -> None:
    # NB: the test would not end if pieces were looked at again and again.
    assert not is_data_script(response("text/javascript", piece * (900_000 // len(piece))))


USE_CASES: list[tuple[str, str, bytes, int, tuple[str, ...]]] = [
    # what it is, its type, its body, its status; what has a use for it
    ("an image", "image/png", PNG, 200, ("image",)),
    ("an image that is called otherwise", "text/plain", PNG, 200, ("image",)),
    ("a drawing", "image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg'/>", 200, ("image",)),
    ("a script", "application/javascript; charset=utf-8", b"main()", 200, ("script",)),
    ("a style sheet", "text/css", b"a {}", 206, ("stylesheet",)),
    ("a font", "font/woff2", b"wOF2" + bytes(30), 200, ("font",)),
    ("media", "audio/wav", b"RIFF\x24\x00\x00\x00WAVE", 200, ("media",)),
    ("JSON", "application/json", b"{}", 200, ()),
    ("HTML", "text/html", b"<p>", 200, ()),
    ("an error", "image/png", PNG, 404, ()),
    ("nothing", "", b"", 204, ()),
]


@pytest.mark.parametrize(
    ("content_type", "body", "status", "expected"),
    [case[1:] for case in USE_CASES],
    ids=[case[0] for case in USE_CASES],
)
def test_loads_have_a_use_for_what_they_are_made_for(
    content_type: str, body: bytes, status: int, expected: tuple[LoadName, ...]
) -> None:
    assert expected == loads_for(response(content_type, body, status))


REVEALED_CASES: list[tuple[Load, str, bytes, dict[str, str], str]] = [
    # what is loaded, the type, the body, the headers, what it reveals
    (Load("image", URL), "image/png", PNG, {}, ""),
    (Load("image", URL), "image/png", PNG, OPEN, ""),
    (Load("image", URL, crossorigin="anonymous"), "image/png", PNG, OPEN, "the pixels"),
    (Load("image", URL, crossorigin="use-credentials"), "image/png", PNG, OPEN, "the pixels"),
    (Load("image", URL, crossorigin="anonymous"), "image/png", PNG, {}, ""),
    (Load("image", URL, css_property="mask-image"), "image/png", PNG, OPEN, "the pixels"),
    (Load("media", URL, crossorigin="anonymous"), "audio/wav", b"RIFF\x24\x00\x00\x00WAVEfmt ", OPEN, "the frames"),
    (Load("stylesheet", URL), "text/css", b"", {}, ""),
    (Load("stylesheet", URL, crossorigin="anonymous"), "text/css", b"", OPEN, "the rules"),
    (Load("script", URL), "text/javascript", b"main()", {}, ""),
    (Load("script", URL, crossorigin="anonymous"), "text/javascript", b"main()", OPEN, "the messages of errors"),
    (Load("script", URL), "text/javascript", b'cb({"id": 7})', {}, "the data"),
    (Load("script", URL), "text/html", b'cb({"id": 7})', {"X-Content-Type-Options": "nosniff"}, ""),
    (Load("preload", URL, as_="fetch", crossorigin=""), "application/json", b"{}", OPEN, ""),
    (Load("font", URL), "font/woff2", b"wOF2" + bytes(30), OPEN, ""),
]


@pytest.mark.parametrize("name", ["chromium", "firefox", "webkit", "standard"])
@pytest.mark.parametrize(
    ("load", "content_type", "body", "headers", "expected"),
    REVEALED_CASES,
    ids=[f"{load.told}, {headers and 'allowed'}, {body[:9]!r}" for load, _, body, headers, _ in REVEALED_CASES],
)
def test_what_a_load_reveals(
    load: Load, content_type: str, body: bytes, headers: dict[str, str], expected: str, name: BrowserName
) -> None:
    answer = Answer(200, {"Content-Type": content_type, **headers}, body)
    with Browser(name) as browser:
        browser.mount("https://api.example.com", ScriptedServer(default=answer))
        result = load.run(browser.open(APP))

    assert expected == revealed(load, result)
    assert bool(expected) == reads(load, result)


TIMING_CASES: list[tuple[str, Any, dict[str, str], bool]] = [
    # what is loaded, how, the headers, whether the page sees the details
    ("an image", Load("image", URL), {"Timing-Allow-Origin": "*"}, True),
    ("an image", Load("image", URL), {"Timing-Allow-Origin": APP}, True),
    ("an image", Load("image", URL), {"Timing-Allow-Origin": "https://other.example"}, False),
    ("an image", Load("image", URL), {}, False),
    ("no CORS", Fetch(URL, mode="no-cors"), {"Timing-Allow-Origin": "*"}, True),
    ("blocked", Load("image", URL, crossorigin=""), {"Timing-Allow-Origin": "*"}, False),
    (
        "blocked",
        Load("image", URL),
        {"Timing-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "same-origin"},
        False,
    ),
]


@pytest.mark.parametrize(("asked", "headers", "expected"), [case[1:] for case in TIMING_CASES])
def test_timing_is_shown_to_those_whom_the_server_lets_see_it(
    asked: Any, headers: dict[str, str], expected: bool
) -> None:
    with Browser() as browser:
        browser.mount("https://api.example.com", ScriptedServer(default=Answer(200, headers, PNG)))
        result = asked.run(browser.open(APP))

    assert expected == shows_timing(result)
