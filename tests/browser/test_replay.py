"""
Replays: the same call once more, from the answers that were recorded, and nothing is sent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from browsercors import Answer, ReadableStream, Reason
from browsercors.browser.replay import recording_of
from browsercors.engines.registry import profiles
from browsercors.explain.fixes.proof import RequestKey, ResponseChange
from tests.browser.helpers import ALLOW, API, APP, PREFLIGHT, make_browser, make_server

if TYPE_CHECKING:
    from browsercors import FetchResult
    from browsercors.explain.fixes.proof import FinishedFetch


def again(result: FetchResult, changes: Any = None, **change: Any) -> FinishedFetch:
    """
    Replay a fetch in the browser that was simulated.
    """
    call = result._params.page_call
    assert call is not None
    fetch = recording_of(result._params)(call._replace(**change), changes or {})
    assert fetch is not None
    return fetch


def fetched(path: str, browser: str = "standard", **options: Any) -> FetchResult:
    with make_browser(browser) as simulated:
        simulated.mount(API, make_server())
        return simulated.open(APP).fetch(f"{API}{path}", **options)


def test_a_replay_comes_to_what_the_fetch_came_to() -> None:
    for path, options in (
        ("/item", {"method": "PUT", "credentials": "include"}),
        ("/moved", {"method": "PUT"}),
        ("/closed", {}),
        ("/broken", {}),
        ("/half", {}),
    ):
        result = fetched(path, **options)

        fetch = again(result)

        assert [repr(entry) for entry in result.timeline] == [repr(entry) for entry in fetch.params.timeline]
        assert result._response.type == fetch.response.type
        assert frozenset() == fetch.assumed


def test_nothing_is_sent() -> None:
    server = make_server()
    with make_browser() as browser:
        browser.mount(API, server)
        result = browser.open(APP).fetch(f"{API}/item")
        sent = len(server.received)
        result.report(compare=True)

    assert sent == len(server.received)


def test_what_was_not_recorded_is_answered_with_200_and_counts_as_assumed() -> None:
    fetch = again(fetched("/closed"), method="DELETE")

    assert {RequestKey(True, "DELETE", f"{API}/closed")} == fetch.assumed
    assert fetch.failure is not None
    assert Reason.ALLOW_ORIGIN_MISSING is fetch.failure.reason


def test_a_preflight_for_another_method_is_answered_as_the_one_that_was_recorded() -> None:
    fetch = again(fetched("/item", method="PUT"), method="DELETE")

    assert {RequestKey(False, "DELETE", f"{API}/item")} == fetch.assumed


def test_what_the_cache_remembered_counts_as_answered_in_full() -> None:
    with make_browser() as browser:
        browser.mount(API, make_server())
        page = browser.open(APP)
        page.fetch(f"{API}/item", method="PUT", headers={"X-A": "1"}, credentials="include")
        result = page.fetch(f"{API}/item", method="PUT", headers={"X-A": "1"}, credentials="include")

    fetch = again(result)

    assert not result.preflighted
    assert (None, frozenset()) == (fetch.failure, fetch.assumed)


def test_the_answers_of_one_url_come_in_their_order_and_the_last_one_repeats() -> None:
    answers = [Answer(302, [*ALLOW, ("Location", "/b")]), Answer(200, ALLOW)]
    with make_browser() as browser:
        server = make_server().on("/a", *answers).on("/b", Answer(302, [*ALLOW, ("Location", "/a")]))
        browser.mount(API, server)
        result = browser.open(APP).fetch(f"{API}/a")

    assert [302, 302, 200] == [entry.status for entry in again(result).params.timeline]  # type: ignore[union-attr]


def test_a_changed_answer_has_its_lines_replaced_or_removed_and_its_status() -> None:
    result = fetched("/item")
    key = RequestKey(False, "GET", f"{API}/item")

    fetch = again(result, {key: ResponseChange({"x-a": "2", "Set-Cookie": None}, 201)})

    headers = fetch.params.timeline[0].response_headers  # type: ignore[union-attr]
    assert (201, "2", None) == (fetch.response.status, headers["x-a"], headers.get("Set-Cookie"))
    assert headers["Access-Control-Allow-Origin"] == APP


def test_where_no_answer_came_there_is_none_to_change() -> None:
    fetch = again(fetched("/broken"), {RequestKey(False, "GET", f"{API}/broken"): ResponseChange({}, 200)})

    assert fetch.failure is not None
    assert Reason.CONNECTION_FAILED is fetch.failure.reason


def test_a_page_that_asks_with_options_itself_sends_no_preflight() -> None:
    with make_browser() as browser:
        browser.mount(API, make_server().on("/item", PREFLIGHT, method="OPTIONS"))
        result = browser.open(APP).fetch(f"{API}/closed", method="OPTIONS")

    assert RequestKey(True, "OPTIONS", f"{API}/closed") == again(result).failure.key  # type: ignore[union-attr]


def test_a_stream_is_sent_again_though_it_was_read() -> None:
    body = ReadableStream([b"a", b"b"])
    result = fetched("/item", method="POST", body=body, duplex="half")

    assert body.disturbed
    assert again(result).params.request.body == b"ab"


def test_a_call_that_another_browser_has_not_comes_to_nothing_there() -> None:
    result = fetched("/item", method="POST", body=ReadableStream([b"a"]), duplex="half")
    call = result._params.page_call
    assert call is not None

    assert recording_of(result._params)(call, {}, profiles()["webkit"]) is None
