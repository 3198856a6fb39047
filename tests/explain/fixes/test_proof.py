"""
Proofs: answers are changed until a call succeeds in every browser, and what fails on the way is kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from browsercors import Answer
from browsercors.browser.replay import recording_of
from browsercors.engines.registry import profiles
from browsercors.explain.fixes.proof import MOST_REPAIRS, Failure, Proof, Repair, Slot, Trial, mend, slot_of
from browsercors.explain.fixes.server_changes import NARROW
from tests.explain.pages import ALLOW, API, PAGE, fetched

if TYPE_CHECKING:
    from collections.abc import Mapping

    from browsercors import BrowserProfile, FetchResult
    from browsercors.initiators.page_call import PageCall

BROWSERS = tuple(profiles().values())


def trial_of(result: FetchResult) -> Trial:
    return Trial(result._params, result._response, frozenset())


def mended(result: FetchResult, repair_of: Any = NARROW) -> Proof | Failure | None:
    call = result._params.page_call
    assert call is not None
    return mend(recording_of(result._params), call, BROWSERS, repair_of)


def test_one_change_leads_to_the_next_until_nothing_fails() -> None:
    proof = mended(fetched({"/": Answer()}, method="PUT", credentials="include"))

    assert isinstance(proof, Proof)
    both = {"Access-Control-Allow-Origin": PAGE, "Vary": "Origin", "Access-Control-Allow-Credentials": "true"}
    assert {
        Slot(True, "PUT", f"{API}/"): Repair({**both, "Access-Control-Allow-Methods": "PUT"}),
        Slot(False, "PUT", f"{API}/"): Repair(both),
    } == proof.repairs
    assert [
        "allow-credentials-not-true",
        "method-not-allowed",
        "allow-origin-missing",
        "allow-credentials-not-true",
    ] == [failure.reason.value for failure in proof.behind]
    assert tuple(profiles()) == proof.proven_in
    assert proof.trial.failure is None


def test_what_no_change_mends_is_what_it_comes_to() -> None:
    failure = mended(fetched({"/": Answer.broken()}))

    assert isinstance(failure, Failure)
    assert "connection-failed" == failure.reason.value


def test_a_call_that_the_page_cannot_make_comes_to_nothing() -> None:
    result = fetched({"/": Answer()})

    assert mend(lambda *_: None, result._params.page_call, BROWSERS, NARROW) is None  # type: ignore[arg-type]


def test_a_change_that_does_not_help_is_not_made_for_ever() -> None:
    made = []

    def useless(failure: Failure) -> Repair:
        made.append(failure)
        return Repair()

    assert isinstance(mended(fetched({"/": Answer()}), useless), Failure)
    assert MOST_REPAIRS == len(made)


def test_a_browser_in_which_nothing_helps_is_left_out_and_named() -> None:
    result = fetched({"/": Answer()})
    recording = recording_of(result._params)
    broken = trial_of(fetched({"/": Answer.broken()}))

    def replay(call: PageCall, repairs: Mapping[Slot, Repair], browser: BrowserProfile | None = None) -> Trial | None:
        assert browser is not None
        return {"firefox": broken, "webkit": None}.get(browser.name, recording(call, repairs, browser))

    proof = mend(replay, result._params.page_call, BROWSERS, NARROW)  # type: ignore[arg-type]

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
    assert [Repair({"Access-Control-Allow-Headers": "*, authorization"})] == list(proof.repairs.values())
    assert (tuple(profiles()), ()) == (proof.proven_in, proof.behind)


def test_the_later_of_two_changes_wins() -> None:
    one = Repair({"A": "1", "B": "1"}, 204)

    assert Repair({"A": "1", "B": "2", "C": None}, 204) == one.and_then(Repair({"B": "2", "C": None}))
    assert Repair({"A": "1", "B": "1"}, 401) == one.and_then(Repair({}, 401))


FAILURES: list[tuple[str, dict[str, Any], dict[str, Any], Slot | None]] = [
    ("the answer", {"/": Answer()}, {}, Slot(False, "GET", f"{API}/")),
    ("the answer to the preflight", {"/": Answer()}, {"method": "PUT"}, Slot(True, "PUT", f"{API}/")),
    (
        "a redirect",
        {"/": Answer(302, {"Location": "/x", **ALLOW})},
        {"redirect": "error"},
        Slot(False, "GET", f"{API}/"),
    ),
    (
        "a redirect that may not be followed",
        {"/": Answer(302, {"Location": "data:,", **ALLOW})},
        {},
        Slot(False, "GET", f"{API}/"),
    ),
    ("nothing that was sent", {}, {"mode": "same-origin"}, None),
    (
        "nothing that was sent after a redirect",
        {"/": Answer(302, {"Location": "https://api.example.com:9/", **ALLOW})},
        {},
        None,
    ),
]


@pytest.mark.parametrize(("_story", "answers", "options", "slot"), FAILURES, ids=[row[0] for row in FAILURES])
def test_a_failure_is_about(_story: str, answers: dict[str, Any], options: dict[str, Any], slot: Slot | None) -> None:
    failure = trial_of(fetched(answers, **options)).failure

    assert failure is not None
    assert slot == failure.slot


def test_what_succeeded_has_no_failure_and_what_broke_off_has_one() -> None:
    assert trial_of(fetched({"/": Answer(headers=ALLOW)})).failure is None
    assert trial_of(fetched({"/": Answer.broken(200, ALLOW)})).failure is not None


def test_the_slot_of_a_preflight_is_that_of_the_method_it_asks_for() -> None:
    preflight, actual = fetched(
        {"/": Answer(headers={**ALLOW, "Access-Control-Allow-Methods": "PUT"})}, method="PUT"
    ).exchanges

    assert [Slot(True, "PUT", f"{API}/"), Slot(False, "PUT", f"{API}/")] == [slot_of(preflight), slot_of(actual)]
