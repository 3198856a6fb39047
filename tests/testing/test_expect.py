"""
What a test expects of a fetch.
"""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any, Final

import pytest

from browsercors import Answer, Browser, Expectation, ExpectationFailed, FetchResult, Reason, ScriptedServer, expect
from browsercors.testing.explaining import EXPLANATION, LENGTHS

if TYPE_CHECKING:
    from collections.abc import Callable

API: Final = "https://api.example.com"
ALLOW: Final = {"Access-Control-Allow-Origin": "*"}
SERVER: Final = ScriptedServer(
    {
        "OPTIONS /item": Answer(204, {**ALLOW, "Access-Control-Allow-Methods": "PUT"}),
        "/item": Answer(
            200, {**ALLOW, "X-Hidden": "1", "X-Seen": "1", "Access-Control-Expose-Headers": "X-Seen"}, "[1]"
        ),
        "/closed": Answer(200),
        "/broken": Answer.broken(),
    }
)


def fetch(path: str = "/item", **options: Any) -> FetchResult:
    browser = Browser()
    browser.mount(API, SERVER)
    return browser.open("https://app.example.com").fetch(API + path, **options)


ROWS: Final[list[tuple[str, dict[str, Any], Callable[[Expectation], Expectation], str]]] = [
    # name, the fetch, what is expected, and what is said where it is not so; nothing where it is
    ("readable", {}, lambda it: it.to_be_readable(), ""),
    ("not readable", {"path": "/closed"}, lambda it: it.to_be_readable(), "that the page may read the response"),
    ("blocked", {"path": "/closed"}, lambda it: it.to_be_blocked(), ""),
    ("blocked so", {"path": "/closed"}, lambda it: it.to_be_blocked("allow-origin-missing"), ""),
    ("blocked by reason", {"path": "/closed"}, lambda it: it.to_be_blocked(Reason.ALLOW_ORIGIN_MISSING), ""),
    ("blocked otherwise", {"path": "/closed"}, lambda it: it.to_be_blocked("allow-origin-list"), "(allow-origin-list)"),
    ("not blocked", {}, lambda it: it.to_be_blocked(), "that the fetch is blocked"),
    ("by CORS", {"path": "/closed"}, lambda it: it.to_be_blocked_by_cors(), ""),
    ("not by CORS", {"path": "/broken"}, lambda it: it.to_be_blocked_by_cors(), "that CORS blocks the fetch"),
    ("opaque", {"mode": "no-cors"}, lambda it: it.to_be_opaque(), ""),
    ("not opaque", {}, lambda it: it.to_be_opaque(), "that the response is opaque"),
    ("status", {}, lambda it: it.to_have_status(200), ""),
    ("other status", {}, lambda it: it.to_have_status(404), "with status 404"),
    ("status of what is blocked", {"path": "/closed"}, lambda it: it.to_have_status(0), "with status 0"),
    ("JSON", {}, lambda it: it.to_have_json([1]), ""),
    ("other JSON", {}, lambda it: it.to_have_json([2]), "the JSON [2], not [1]"),
    ("JSON of what is blocked", {"path": "/closed"}, lambda it: it.to_have_json(None), "the JSON None"),
    ("exposed", {}, lambda it: it.to_expose("X-Seen"), ""),
    ("hidden", {}, lambda it: it.to_expose("X-Hidden"), "Access-Control-Expose-Headers: X-Seen, X-Hidden"),
    ("absent", {}, lambda it: it.to_expose("X-None"), "the response does not have it"),
    ("exposed by what is blocked", {"path": "/closed"}, lambda it: it.to_expose("X-Seen"), "may read the response"),
    ("not exposed", {}, lambda it: it.not_to_expose("X-Hidden"), ""),
    ("exposed all the same", {}, lambda it: it.not_to_expose("X-Seen"), "does not see the header X-Seen"),
    ("preflight", {"method": "PUT"}, lambda it: it.to_send_preflight(), ""),
    ("no preflight", {}, lambda it: it.not_to_send_preflight(), ""),
    ("preflight missing", {}, lambda it: it.to_send_preflight(), "that a preflight is sent"),
    ("preflight too many", {"method": "PUT"}, lambda it: it.not_to_send_preflight(), "that no preflight is sent"),
    ("sent", {"method": "PUT"}, lambda it: it.to_send("OPTIONS", "PUT"), ""),
    ("sent otherwise", {"method": "PUT"}, lambda it: it.to_send("PUT"), "that PUT is sent, not OPTIONS, PUT"),
    ("chained", {}, lambda it: it.to_be_readable().to_have_status(200).to_expose("X-Seen"), ""),
]


@pytest.mark.parametrize(("name", "options", "check", "said"), ROWS, ids=[row[0] for row in ROWS])
def test_what_is_expected(
    name: str, options: dict[str, Any], check: Callable[[Expectation], Expectation], said: str
) -> None:
    result = fetch(**options)
    expectation = expect(result)

    if not said:
        assert check(expectation) is expectation
        return
    with pytest.raises(ExpectationFailed) as caught:
        check(expectation)
    assert isinstance(caught.value, AssertionError)
    assert said in caught.value.expected
    assert str(caught.value) == f"{caught.value.expected}\n{result.explain()}"
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)  # noqa: S301 - our own


@pytest.mark.parametrize("length", LENGTHS)
def test_a_message_is_as_long_as_is_asked_for(length: Any) -> None:
    with pytest.raises(ExpectationFailed) as caught:
        expect(fetch("/closed")).to_be_readable()

    token = EXPLANATION.set(length)
    try:
        lines = str(caught.value).splitlines()
    finally:
        EXPLANATION.reset(token)

    assert lines[0] == "Expected that the page may read the response: <FetchResult blocked: allow-origin-missing>"
    if length == "off":
        assert lines[1:] == []
    elif length == "short":
        assert lines[2:] == ["Fix: Allow https://app.example.com."]
    else:
        assert lines[1:] == fetch("/closed").explain().splitlines()


def test_what_is_no_result_and_no_reason_is_named() -> None:
    with pytest.raises(TypeError, match="result has to be what page"):
        expect(None)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="reason has to be a Reason or its code"):
        expect(fetch()).to_be_blocked("origin")
