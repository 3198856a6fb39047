"""
Proofs: answers are changed until a call succeeds in every browser, and what fails on the way is kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from browsercors import Answer
from browsercors.browser.replay import recording_of
from browsercors.engines.registry import profiles
from browsercors.explain.fixes.proof import (
    MOST_CHANGES,
    FetchFailure,
    FinishedFetch,
    Proof,
    RequestKey,
    ResponseChange,
    prove,
    request_key,
)
from browsercors.explain.fixes.server_changes import allow_this_request
from tests.explain.pages import ALLOW, API, PAGE, fetched

if TYPE_CHECKING:
    from collections.abc import Mapping

    from browsercors import BrowserProfile, FetchResult
    from browsercors.initiators.page_call import PageCall

BROWSERS = tuple(profiles().values())


def trial_of(result: FetchResult) -> FinishedFetch:
    return FinishedFetch(result._params, result._response, frozenset())


def mended(result: FetchResult, change_for: Any = allow_this_request) -> Proof | FetchFailure | None:
    call = result._params.page_call
    assert call is not None
    return prove(recording_of(result._params), call, BROWSERS, change_for)


def test_one_change_leads_to_the_next_until_nothing_fails() -> None:
    proof = mended(fetched({"/": Answer()}, method="PUT", credentials="include"))

    assert isinstance(proof, Proof)
    both = {"Access-Control-Allow-Origin": PAGE, "Vary": "Origin", "Access-Control-Allow-Credentials": "true"}
    assert {
        RequestKey(True, "PUT", f"{API}/"): ResponseChange({**both, "Access-Control-Allow-Methods": "PUT"}),
        RequestKey(False, "PUT", f"{API}/"): ResponseChange(both),
    } == proof.changes
    assert [
        "allow-credentials-not-true",
        "method-not-allowed",
        "allow-origin-missing",
        "allow-credentials-not-true",
    ] == [failure.reason.value for failure in proof.behind]
    assert tuple(profiles()) == proof.proven_in
    assert proof.fetch.failure is None


def test_what_no_change_mends_is_what_it_comes_to() -> None:
    failure = mended(fetched({"/": Answer.broken()}))

    assert isinstance(failure, FetchFailure)
    assert "connection-failed" == failure.reason.value


def test_a_call_that_the_page_cannot_make_comes_to_nothing() -> None:
    result = fetched({"/": Answer()})

    assert prove(lambda *_: None, result._params.page_call, BROWSERS, allow_this_request) is None  # type: ignore[arg-type]


def test_a_change_that_does_not_help_is_not_made_for_ever() -> None:
    made = []

    def useless(failure: FetchFailure) -> ResponseChange:
        made.append(failure)
        return ResponseChange()

    assert isinstance(mended(fetched({"/": Answer()}), useless), FetchFailure)
    assert MOST_CHANGES == len(made)


def test_a_browser_in_which_nothing_helps_is_left_out_and_named() -> None:
    result = fetched({"/": Answer()})
    recording = recording_of(result._params)
    broken = trial_of(fetched({"/": Answer.broken()}))

    def replay(
        call: PageCall, changes: Mapping[RequestKey, ResponseChange], browser: BrowserProfile | None = None
    ) -> FinishedFetch | None:
        assert browser is not None
        return {"firefox": broken, "webkit": None}.get(browser.name, recording(call, changes, browser))

    proof = prove(replay, result._params.page_call, BROWSERS, allow_this_request)  # type: ignore[arg-type]

    assert isinstance(proof, Proof)
    assert ("chromium", "standard") == proof.proven_in
    assert ["firefox", "webkit"] == list(proof.failed_in)
    assert proof.failed_in["webkit"] is None


def test_a_change_for_a_later_browser_is_tried_in_the_earlier_ones_again() -> None:
    headers = {"Authorization": "a"}
    answers = {"OPTIONS /": Answer(204, {**ALLOW, "Access-Control-Allow-Headers": "*"}), "/": Answer(headers=ALLOW)}
    result = fetched(answers, headers=headers)

    proof = mended(result)

    assert isinstance(proof, Proof)
    assert [ResponseChange({"Access-Control-Allow-Headers": "*, authorization"})] == list(proof.changes.values())
    assert (tuple(profiles()), ()) == (proof.proven_in, proof.behind)


def test_the_later_of_two_changes_wins() -> None:
    one = ResponseChange({"A": "1", "B": "1"}, 204)

    assert ResponseChange({"A": "1", "B": "2", "C": None}, 204) == one.and_then(ResponseChange({"B": "2", "C": None}))
    assert ResponseChange({"A": "1", "B": "1"}, 401) == one.and_then(ResponseChange({}, 401))


FAILURES: list[tuple[str, dict[str, Any], dict[str, Any], RequestKey | None]] = [
    ("the answer", {"/": Answer()}, {}, RequestKey(False, "GET", f"{API}/")),
    ("the preflight response", {"/": Answer()}, {"method": "PUT"}, RequestKey(True, "PUT", f"{API}/")),
    (
        "a redirect",
        {"/": Answer(302, {"Location": "/x", **ALLOW})},
        {"redirect": "error"},
        RequestKey(False, "GET", f"{API}/"),
    ),
    (
        "a redirect that may not be followed",
        {"/": Answer(302, {"Location": "data:,", **ALLOW})},
        {},
        RequestKey(False, "GET", f"{API}/"),
    ),
    ("nothing that was sent", {}, {"mode": "same-origin"}, None),
    (
        "nothing that was sent after a redirect",
        {"/": Answer(302, {"Location": "https://api.example.com:9/", **ALLOW})},
        {},
        None,
    ),
]


@pytest.mark.parametrize(("_story", "answers", "options", "key"), FAILURES, ids=[row[0] for row in FAILURES])
def test_a_failure_is_about(
    _story: str, answers: dict[str, Any], options: dict[str, Any], key: RequestKey | None
) -> None:
    failure = trial_of(fetched(answers, **options)).failure

    assert failure is not None
    assert key == failure.key


def test_what_succeeded_has_no_failure_and_what_broke_off_has_one() -> None:
    assert trial_of(fetched({"/": Answer(headers=ALLOW)})).failure is None
    assert trial_of(fetched({"/": Answer.broken(200, ALLOW)})).failure is not None


def test_the_slot_of_a_preflight_is_that_of_the_method_it_asks_for() -> None:
    preflight, actual = fetched(
        {"/": Answer(headers={**ALLOW, "Access-Control-Allow-Methods": "PUT"})}, method="PUT"
    ).exchanges

    assert [RequestKey(True, "PUT", f"{API}/"), RequestKey(False, "PUT", f"{API}/")] == [
        request_key(preflight),
        request_key(actual),
    ]
