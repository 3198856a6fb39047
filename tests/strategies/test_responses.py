"""
Sound headers let the page read in every browser, and broken ones in none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import given, settings, strategies as st

from browsercors import Answer, Browser, ScriptedServer
from browsercors.policy.sessions import Visit
from browsercors.strategies import cors_headers, responses
from tests.strategies.finding import found

if TYPE_CHECKING:
    from browsercors import FetchResult
    from browsercors.values.literals import BrowserName

API: Final = "https://api.example.com/"
BROWSERS: Final = ("standard", "chromium", "firefox", "webkit")
ORIGINS: Final = ("https://app.example.com", "http://localhost:3000", "null")
HEADERS: Final = ("X-A", "Content-Type")


def fetched(browser: BrowserName, origin: str, answer: Answer, preflight: Answer, **options: Any) -> FetchResult:
    with Browser(browser) as simulated:
        simulated.mount(API, ScriptedServer({"OPTIONS /": preflight}, default=answer))
        return Visit(origin).open(simulated).fetch(API, **options)


@pytest.mark.parametrize("sound", [True, False])
@pytest.mark.parametrize("credentials", [True, False])
@pytest.mark.parametrize("origin", ORIGINS)
def test_headers_of_an_answer_are_sound_or_broken_as_asked(origin: str, credentials: bool, sound: bool) -> None:
    mode = "include" if credentials else "same-origin"

    @settings(deadline=None)
    @given(cors_headers(origin=origin, credentials=credentials, sound=sound), st.sampled_from(BROWSERS))
    def agree(headers: Any, browser: BrowserName) -> None:
        answer = Answer(200, headers)
        assert sound == fetched(browser, origin, answer, answer, credentials=mode).readable

    agree()


@pytest.mark.parametrize("sound", [True, False])
@pytest.mark.parametrize("credentials", [True, False])
def test_headers_of_a_preflight_are_sound_or_broken_as_asked(credentials: bool, sound: bool) -> None:
    origin = ORIGINS[0]
    allowing = {"Access-Control-Allow-Origin": origin, "Access-Control-Allow-Credentials": "true"}
    headers = cors_headers(origin=origin, credentials=credentials, methods=["PUT"], headers=HEADERS, sound=sound)

    @settings(deadline=None)
    @given(headers, st.sampled_from(BROWSERS))
    def agree(headers: Any, browser: BrowserName) -> None:
        result = fetched(
            browser,
            origin,
            Answer(200, allowing),
            Answer(204, headers),
            method="PUT",
            headers={"X-A": "1", "Content-Type": "application/json"},
            credentials="include" if credentials else "omit",
        )
        assert sound == result.readable

    agree()


@settings(deadline=None)
@given(responses())
def test_an_answer_is_what_a_server_can_say(answer: Answer) -> None:
    assert 200 <= answer.status < 600
    assert answer.status not in {204, 304} or answer.body == b""
    fetched("standard", ORIGINS[0], answer, answer)


KINDS: Final[dict[str, tuple[set[int], set[bytes]]]] = {
    # kind           statuses                    one of these headers, but for 412
    "ok": ({200, 201, 203, 204}, set()),
    "error": ({*range(400, 600)}, set()),
    "redirect": ({301, 302, 303, 307, 308}, {b"Location"}),
    "conditional": ({200, 304, 412}, {b"ETag", b"Last-Modified"}),
    "range": ({200, 206, 416}, {b"Content-Range", b"Accept-Ranges"}),
}


@pytest.mark.parametrize("kind", KINDS)
def test_answers_of_a_kind_have_what_belongs_to_it(kind: str) -> None:
    statuses, names = KINDS[kind]

    @settings(deadline=None)
    @given(responses(kinds=[kind]))
    def has_it(answer: Answer) -> None:
        assert answer.status in statuses
        assert not names or names & {name for name, _ in answer.headers} or answer.status == 412

    has_it()


@pytest.mark.parametrize("status", [200, 204, 304, 307, 404, 405, 412, 206, 416, 503])
def test_answers_of_all_kinds_are_drawn_by_default(status: int) -> None:
    answer = found(responses(), lambda answer: answer.status == status, simplest=False)

    assert status == answer.status
